//! Which of our types stands for which definition of the schemas.

use comptoir_acp::latest::{
    Error,
    cart::{Cart, CartCreateRequest, CartUpdateRequest},
    checkout as c, delegate_authentication as da, delegate_payment as dp, discount as d,
    discovery as disc, extension as x, feed as f, order as o,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A definition and the type that reads and writes it.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) schema: &'static str,
    pub(crate) definition: &'static str,
    /// Parses the text and writes it back.
    pub(crate) round_trip: fn(&str) -> Result<Value, String>,
}

impl Kind {
    pub(crate) fn of(schema: &str, definition: &str) -> Self {
        let found = KINDS
            .iter()
            .find(|k| k.schema == schema && k.definition == definition);
        *found.unwrap_or_else(|| panic!("no type for {schema} {definition}"))
    }
}

/// Definitions without a type of their own, each with the reason.
pub(crate) const WITHOUT_TYPE: &[(&str, &str, &str)] = &[
    (
        "agentic_checkout",
        "CheckoutSessionBase",
        "part of CheckoutSession",
    ),
    (
        "agentic_checkout",
        "AffiliateAttributionMetadata",
        "a map of scalars",
    ),
    (
        "delegate_authentication",
        "DelegateAuthenticationSessionBase",
        "part of the session",
    ),
    (
        "delegate_authentication",
        "Error",
        "the shared error; its code list is closed too early",
    ),
    ("feed", "Condition", "a list of strings"),
    ("extension", "extension_identifier", "ExtensionName"),
    ("extension", "extends_target", "ExtendsTarget"),
    (
        "extension",
        "core_extensions",
        "a registry of constants, never on the wire",
    ),
    ("discount", "discount_error_codes", "DiscountErrorCode"),
    (
        "agentic_checkout",
        "DiscountErrorCode",
        "an enum inside RejectedDiscount",
    ),
];

fn plain<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, String> {
    let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(value).unwrap())
}

fn delegate_payment(text: &str) -> Result<Value, String> {
    let value: dp::DelegatePaymentRequest =
        serde_json::from_str(text).map_err(|e| e.to_string())?;
    Ok(serde_json::from_slice(&value.expose_json().unwrap()).unwrap())
}

fn delegate_authentication(text: &str) -> Result<Value, String> {
    let value: da::DelegateAuthenticationCreateRequest =
        serde_json::from_str(text).map_err(|e| e.to_string())?;
    Ok(serde_json::from_slice(&value.expose_json().unwrap()).unwrap())
}

/// Card types do not serialise by themselves: they are tried inside of their request.
fn payment_method_card(text: &str) -> Result<Value, String> {
    let request = format!(
        r#"{{"payment_method":{text},"risk_signals":[],"metadata":{{}},"allowance":{{"reason":"one_time",
        "max_amount":1,"currency":"usd","checkout_session_id":"cs","merchant_id":"m",
        "expires_at":"2026-04-17T00:00:00Z"}}}}"#
    );
    Ok(delegate_payment(&request)?["payment_method"].take())
}

fn payment_method(text: &str) -> Result<Value, String> {
    let request = format!(
        r#"{{"merchant_id":"m","amount":{{"value":1,"currency":"USD"}},"payment_method":{text}}}"#
    );
    Ok(delegate_authentication(&request)?["payment_method"].take())
}

macro_rules! kinds {
    ($($schema:literal { $($definition:literal => $round_trip:expr,)+ })+) => {
        &[$($(Kind { schema: $schema, definition: $definition, round_trip: $round_trip },)+)+]
    };
}

pub(crate) const KINDS: &[Kind] = kinds! {
    "agentic_checkout" {
        "VariantOption" => plain::<c::VariantOption>,
        "WeightInfo" => plain::<c::WeightInfo>,
        "DimensionsInfo" => plain::<c::DimensionsInfo>,
        "DiscountDetail" => plain::<c::DiscountDetail>,
        "Address" => plain::<c::Address>,
        "AffiliateAttributionSource" => plain::<c::AffiliateAttributionSource>,
        "AffiliateAttribution" => plain::<c::AffiliateAttribution>,
        "FulfillmentDetails" => plain::<c::FulfillmentDetails>,
        "CompanyInfo" => plain::<c::CompanyInfo>,
        "LoyaltyInfo" => plain::<c::LoyaltyInfo>,
        "TaxExemption" => plain::<c::TaxExemption>,
        "Buyer" => plain::<c::Buyer>,
        "InterventionCapabilities" => plain::<c::InterventionCapabilities>,
        "Capabilities" => plain::<c::Capabilities>,
        "ExtensionDeclaration" => plain::<x::ExtensionDeclaration>,
        "PaymentMethodObject" => plain::<c::PaymentMethodObject>,
        "Item" => plain::<c::Item>,
        "Disclosure" => plain::<c::Disclosure>,
        "CustomAttribute" => plain::<c::CustomAttribute>,
        "MarketplaceSellerDetails" => plain::<c::MarketplaceSellerDetails>,
        "PaymentHandler" => plain::<c::PaymentHandler>,
        "Payment" => plain::<c::Payment>,
        "LineItem" => plain::<c::LineItem>,
        "TaxBreakdownItem" => plain::<c::TaxBreakdownItem>,
        "Total" => plain::<c::Total>,
        "FulfillmentOptionPickup" => plain::<c::FulfillmentOption>,
        "FulfillmentOptionLocalDelivery" => plain::<c::FulfillmentOption>,
        "FulfillmentOptionShipping" => plain::<c::FulfillmentOption>,
        "FulfillmentOptionDigital" => plain::<c::FulfillmentOption>,
        "SelectedFulfillmentOption" => plain::<c::SelectedFulfillmentOption>,
        "GiftWrap" => plain::<c::GiftWrap>,
        "SplitPayment" => plain::<c::SplitPayment>,
        "FulfillmentGroup" => plain::<c::FulfillmentGroup>,
        "EstimatedDelivery" => plain::<o::EstimatedDelivery>,
        "OrderConfirmation" => plain::<o::OrderConfirmation>,
        "SupportInfo" => plain::<o::SupportInfo>,
        "MessageInfo" => plain::<c::Message>,
        "MessageWarning" => plain::<c::Message>,
        "MessageError" => plain::<c::Message>,
        "Link" => plain::<c::Link>,
        "PaymentData" => plain::<c::PaymentData>,
        "ProtocolVersion" => plain::<c::ProtocolVersion>,
        "DiscountAllocation" => plain::<d::DiscountAllocation>,
        "Coupon" => plain::<d::Coupon>,
        "AppliedDiscount" => plain::<d::AppliedDiscount>,
        "DiscountsRequest" => plain::<d::DiscountsRequest>,
        "DiscountsResponse" => plain::<d::DiscountsResponse>,
        "RejectedDiscount" => plain::<d::RejectedDiscount>,
        "PaymentResponse" => plain::<c::PaymentResponse>,
        "RiskSignals" => plain::<c::RiskSignals>,
        "Order" => plain::<o::Order>,
        "OrderLineItem" => plain::<o::OrderLineItem>,
        "OrderLineItemQuantity" => plain::<o::OrderLineItemQuantity>,
        "LineItemReference" => plain::<o::LineItemReference>,
        "Fulfillment" => plain::<o::Fulfillment>,
        "FulfillmentEvent" => plain::<o::FulfillmentEvent>,
        "Adjustment" => plain::<o::Adjustment>,
        "AuthenticationMetadata" => plain::<c::AuthenticationMetadata>,
        "AuthenticationResult" => plain::<c::AuthenticationResult>,
        "MarketingConsentOption" => plain::<c::MarketingConsentOption>,
        "MarketingConsent" => plain::<c::MarketingConsent>,
        "CheckoutSession" => plain::<c::CheckoutSession>,
        "CheckoutSessionWithOrder" => plain::<c::CheckoutSession>,
        "CheckoutSessionCreateRequest" => plain::<c::CheckoutSessionCreateRequest>,
        "CheckoutSessionUpdateRequest" => plain::<c::CheckoutSessionUpdateRequest>,
        "CheckoutSessionCompleteRequest" => plain::<c::CheckoutSessionCompleteRequest>,
        "IntentTrace" => plain::<c::IntentTrace>,
        "CancelSessionRequest" => plain::<c::CancelSessionRequest>,
        "DiscoveryResponse" => plain::<disc::DiscoveryResponse>,
        "DiscoveryCapabilities" => plain::<disc::DiscoveryCapabilities>,
        "DiscoveryProtocol" => plain::<disc::DiscoveryProtocol>,
        "DiscoveryExtension" => plain::<disc::DiscoveryExtension>,
        "Error" => plain::<Error>,
    }
    "cart" {
        "Cart" => plain::<Cart>,
        "CartCreateRequest" => plain::<CartCreateRequest>,
        "CartUpdateRequest" => plain::<CartUpdateRequest>,
    }
    "delegate_payment" {
        "Address" => plain::<dp::Address>,
        "PaymentMethodCard" => payment_method_card,
        "Allowance" => plain::<dp::Allowance>,
        "RiskSignal" => plain::<dp::RiskSignal>,
        "DelegatePaymentRequest" => delegate_payment,
        "DelegatePaymentResponse" => plain::<dp::DelegatePaymentResponse>,
        "Error" => plain::<Error>,
    }
    "delegate_authentication" {
        "Address" => plain::<da::Address>,
        "PaymentMethod" => payment_method,
        "Amount" => plain::<da::Amount>,
        "BrowserInfo" => plain::<da::BrowserInfo>,
        "Channel" => plain::<da::Channel>,
        "FlowPreference" => plain::<da::FlowPreference>,
        "ShopperDetails" => plain::<da::ShopperDetails>,
        "FingerprintAction" => plain::<da::FingerprintAction>,
        "ChallengeAction" => plain::<da::ChallengeAction>,
        "Action" => plain::<da::Action>,
        "AuthenticationResult" => plain::<da::AuthenticationResult>,
        "DelegateAuthenticationCreateRequest" => delegate_authentication,
        "DelegateAuthenticationAuthenticateRequest" =>
            plain::<da::DelegateAuthenticationAuthenticateRequest>,
        "DelegateAuthenticationSession" => plain::<da::DelegateAuthenticationSession>,
        "DelegateAuthenticationSessionWithResult" => plain::<da::DelegateAuthenticationSession>,
    }
    "discount" {
        "allocation" => plain::<d::DiscountAllocation>,
        "coupon" => plain::<d::Coupon>,
        "applied_discount" => plain::<d::AppliedDiscount>,
        "rejected_discount" => plain::<d::RejectedDiscount>,
        "discounts_request" => plain::<d::DiscountsRequest>,
        "discounts_response" => plain::<d::DiscountsResponse>,
        "checkout_with_discount" => plain::<c::CheckoutSession>,
        "checkout_create_request_with_discount" => plain::<c::CheckoutSessionCreateRequest>,
        "checkout_update_request_with_discount" => plain::<c::CheckoutSessionUpdateRequest>,
    }
    "extension" {
        "extension_declaration" => plain::<x::ExtensionDeclaration>,
        "request_extensions" => plain::<x::Extensions>,
        "response_extensions" => plain::<x::Extensions>,
        "extension_metadata" => plain::<x::ExtensionMetadata>,
    }
    "feed" {
        "Description" => plain::<f::Description>,
        "Price" => plain::<f::Price>,
        "Availability" => plain::<f::Availability>,
        "Barcode" => plain::<f::Barcode>,
        "Media" => plain::<f::Media>,
        "VariantOption" => plain::<f::VariantOption>,
        "Category" => plain::<f::Category>,
        "Link" => plain::<f::Link>,
        "Seller" => plain::<f::Seller>,
        "Measure" => plain::<f::Measure>,
        "ReferenceMeasure" => plain::<f::ReferenceMeasure>,
        "UnitPrice" => plain::<f::UnitPrice>,
        "Variant" => plain::<f::Variant>,
        "Product" => plain::<f::Product>,
        "FeedMetadata" => plain::<f::FeedMetadata>,
        "CreateFeedRequest" => plain::<f::CreateFeedRequest>,
        "ProductsResponse" => plain::<f::ProductsResponse>,
        "UpsertProductsRequest" => plain::<f::UpsertProductsRequest>,
        "Error" => plain::<Error>,
    }
};
