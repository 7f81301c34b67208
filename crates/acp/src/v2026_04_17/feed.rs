//! Product feeds: merchants push, agents host. Currency codes are upper case here.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::{
    currency::Currency,
    id::FeedId,
    money::MinorUnits,
    text::{CountryCode, Rfc3339},
};

/// A text in one or more notations; at least one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Description {
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain: Option<String>,
    /// HTML, to be sanitised before display.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// Markdown, to be sanitised before display.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markdown: Option<String>,
}

checked_serde!(Description);

impl Description {
    fn check(&self) -> Result<(), &'static str> {
        if self.plain.is_some() || self.html.is_some() || self.markdown.is_some() {
            Ok(())
        } else {
            Err("missing field `plain`, `html` or `markdown`")
        }
    }
}

/// A price; a hint, the checkout decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Minor units, not negative.
    #[serde(deserialize_with = "crate::checks::non_negative")]
    pub amount: MinorUnits,
    /// Currency.
    #[serde(with = "crate::currency::upper_case")]
    pub currency: Currency,
}

/// Whether a variant can be had.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Availability {
    /// Whether it can be bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<bool>,
    /// `in_stock`, `limited_stock`, `backorder`, `preorder`, `out_of_stock`, `discontinued` or
    /// another value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// A code on the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Barcode {
    /// Scheme, such as GTIN.
    pub r#type: String,
    /// The code.
    pub value: String,
}

/// A picture, film or model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Media {
    /// Kind, such as `image`.
    pub r#type: String,
    /// Its address.
    pub url: String,
    /// What it shows, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
}

impl Media {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(r#type: String, url: String) -> Self {
        Self {
            r#type,
            url,
            alt_text: None,
            width: None,
            height: None,
        }
    }
}

/// An option that tells a variant apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantOption {
    /// Name of the option.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Where a product belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// The category.
    pub value: String,
    /// Whose category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taxonomy: Option<String>,
}

impl Category {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self {
            value,
            taxonomy: None,
        }
    }
}

/// A link of a seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What it leads to.
    pub r#type: String,
    /// Title for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its address.
    pub url: String,
}

impl Link {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(r#type: String, url: String) -> Self {
        Self {
            r#type,
            title: None,
            url,
        }
    }
}

/// Who sells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seller {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<Link>>,
}

/// How much one piece holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// How much.
    pub value: Number,
    /// Of what.
    pub unit: String,
}

/// The measure a unit price refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceMeasure {
    /// How much.
    pub value: i64,
    /// Of what.
    pub unit: String,
}

/// A price per measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitPrice {
    /// Minor units for `reference`, not negative.
    #[serde(deserialize_with = "crate::checks::non_negative")]
    pub amount: MinorUnits,
    /// Currency.
    #[serde(with = "crate::currency::upper_case")]
    pub currency: Currency,
    /// How much one piece holds.
    pub measure: Measure,
    /// What `amount` is the price of.
    pub reference: ReferenceMeasure,
}

/// Something that can be bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Stable id; the item id of the checkout.
    pub id: String,
    /// Title.
    pub title: String,
    /// Description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// Address of its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barcodes: Option<Vec<Barcode>>,
    /// Price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Price before reduction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_price: Option<Price>,
    /// Price per measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<UnitPrice>,
    /// Whether it can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<Availability>,
    /// Where it belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<Category>>,
    /// Condition, such as `new`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Vec<String>>,
    /// What tells it apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_options: Option<Vec<VariantOption>>,
    /// Pictures; the first is the main one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Vec<Media>>,
    /// Who sells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller: Option<Seller>,
    /// Through whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketplace: Option<Seller>,
}

impl Variant {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: String, title: String) -> Self {
        Self {
            id,
            title,
            description: None,
            url: None,
            barcodes: None,
            price: None,
            list_price: None,
            unit_price: None,
            availability: None,
            categories: None,
            condition: None,
            variant_options: None,
            media: None,
            seller: None,
            marketplace: None,
        }
    }
}

/// A product and its variants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Stable id.
    pub id: String,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// Address of its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Vec<Media>>,
    /// What can be bought.
    pub variants: Vec<Variant>,
}

impl Product {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: String, variants: Vec<Variant>) -> Self {
        Self {
            id,
            title: None,
            description: None,
            url: None,
            media: None,
            variants,
        }
    }
}

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedMetadata {
    /// Id.
    pub id: FeedId,
    /// For which country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_country: Option<CountryCode>,
    /// When last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Rfc3339>,
}

impl FeedMetadata {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: FeedId) -> Self {
        Self {
            id,
            target_country: None,
            updated_at: None,
        }
    }
}

/// `POST /feeds`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateFeedRequest {
    /// For which country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_country: Option<CountryCode>,
}

/// `GET /feeds/{id}/products`: the full set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductsResponse {
    /// The products.
    pub products: Vec<Product>,
}

/// `PATCH /feeds/{id}/products`: products are replaced by id, others stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpsertProductsRequest {
    /// The products.
    pub products: Vec<Product>,
}

/// What became of an upsert (`UpsertProductsResponse` of the feed API).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpsertProductsResponse {
    /// The feed.
    pub id: FeedId,
    /// Whether the products were taken; status 200 alone does not say so.
    pub accepted: bool,
}
