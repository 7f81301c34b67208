//! Products and variants as feeds carry them.
use comptoir_acp::{currency::Currency, money::MinorUnits, text::Rfc3339};
use serde::{Deserialize, Serialize};
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description { #[serde(skip_serializing_if = "Option::is_none")] pub plain: Option<String>, #[serde(skip_serializing_if = "Option::is_none")] pub html: Option<String>, #[serde(skip_serializing_if = "Option::is_none")] pub markdown: Option<String> }
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price { pub amount: MinorUnits, #[serde(with = "comptoir_acp::currency::upper_case")] pub currency: Currency }
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Availability { #[serde(skip_serializing_if = "Option::is_none")] pub available: Option<bool>, #[serde(skip_serializing_if = "Option::is_none")] pub status: Option<String> }
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Barcode { pub r#type: String, pub value: String }
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Media { pub r#type: String, pub url: String, #[serde(skip_serializing_if = "Option::is_none")] pub alt_text: Option<String>, #[serde(skip_serializing_if = "Option::is_none")] pub width: Option<i64>, #[serde(skip_serializing_if = "Option::is_none")] pub height: Option<i64> }
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantOption { pub name: String, pub value: String }
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category { pub value: String, #[serde(skip_serializing_if = "Option::is_none")] pub taxonomy: Option<String> }
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link { pub r#type: String, #[serde(skip_serializing_if = "Option::is_none")] pub title: Option<String>, pub url: String }
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seller { #[serde(skip_serializing_if = "Option::is_none")] pub name: Option<String>, #[serde(skip_serializing_if = "Option::is_none")] pub links: Option<Vec<Link>> }
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    pub id: String, pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")] pub description: Option<Description>,
    #[serde(skip_serializing_if = "Option::is_none")] pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")] pub barcodes: Option<Vec<Barcode>>,
    #[serde(skip_serializing_if = "Option::is_none")] pub price: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")] pub list_price: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")] pub unit_price: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")] pub availability: Option<Availability>,
    #[serde(skip_serializing_if = "Option::is_none")] pub categories: Option<Vec<Category>>,
    #[serde(skip_serializing_if = "Option::is_none")] pub condition: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")] pub variant_options: Option<Vec<VariantOption>>,
    #[serde(skip_serializing_if = "Option::is_none")] pub media: Option<Vec<Media>>,
    #[serde(skip_serializing_if = "Option::is_none")] pub seller: Option<Seller>,
    #[serde(skip_serializing_if = "Option::is_none")] pub marketplace: Option<Seller>,
}
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")] pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")] pub description: Option<Description>,
    #[serde(skip_serializing_if = "Option::is_none")] pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")] pub media: Option<Vec<Media>>,
    pub variants: Vec<Variant>,
}
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedMetadata { pub id: String, #[serde(skip_serializing_if = "Option::is_none")] pub target_country: Option<String>, #[serde(skip_serializing_if = "Option::is_none")] pub updated_at: Option<Rfc3339> }
