//! The checkout session and the requests on it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{
    address::FulfillmentDetails,
    affiliate::AffiliateAttribution,
    authentication::{AuthenticationMetadata, AuthenticationResult},
    buyer::Buyer,
    capabilities::Capabilities,
    consent::{MarketingConsent, MarketingConsentOption},
    discount::{DiscountsRequest, DiscountsResponse},
    fulfillment::{FulfillmentGroup, FulfillmentOption, SelectedFulfillmentOption},
    intent_trace::IntentTrace,
    line_item::{Item, LineItem},
    message::Message,
    order::Order,
    payment::{PaymentData, RiskSignals},
    total::Total,
};
use crate::{
    currency::Currency,
    id::CheckoutSessionId,
    open::OtherFields,
    patch::Patch,
    text::{BoundedText, Rfc3339},
    version::VersionDate,
};

/// Notes of the buyer on the order, at most 5000 characters.
pub type OrderNotes = BoundedText<5000>;

closed_enum! {
    /// Where a session stands.
    pub enum CheckoutStatus {
        Incomplete = "incomplete",
        NotReadyForPayment = "not_ready_for_payment",
        RequiresEscalation = "requires_escalation",
        AuthenticationRequired = "authentication_required",
        ReadyForPayment = "ready_for_payment",
        PendingApproval = "pending_approval",
        CompleteInProgress = "complete_in_progress",
        Completed = "completed",
        Canceled = "canceled",
        /// Legacy and used in two contradictory ways: treat as not payable.
        ///
        InProgress = "in_progress",
        Expired = "expired",
    }
}

/// The version an answer is written in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolVersion {
    /// The date of the version.
    pub version: VersionDate,
}

closed_enum! {
    /// What a link leads to.
    pub enum LinkType {
        TermsOfUse = "terms_of_use",
        PrivacyPolicy = "privacy_policy",
        ReturnPolicy = "return_policy",
        ShippingPolicy = "shipping_policy",
        ContactUs = "contact_us",
        AboutUs = "about_us",
        Faq = "faq",
        Support = "support",
    }
}

/// A link to show with the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What it leads to.
    pub r#type: LinkType,
    /// Title for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its address.
    pub url: String,
}

impl Link {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(r#type: LinkType, url: String) -> Self {
        Self {
            r#type,
            title: None,
            url,
        }
    }
}

/// A checkout session; every answer is its full state. The answer to a completed session carries
/// `order`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckoutSession {
    /// Id.
    pub id: CheckoutSessionId,
    /// The version of this answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<ProtocolVersion>,
    /// What both parties can do.
    pub capabilities: Capabilities,
    /// The buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// Where the session stands.
    pub status: CheckoutStatus,
    /// Currency of all amounts.
    pub currency: Currency,
    /// Currency of presentment amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presentment_currency: Option<Currency>,
    /// Presentment units for one settlement unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange_rate: Option<Number>,
    /// When the rate was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange_rate_timestamp: Option<Rfc3339>,
    /// Language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// IANA time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The lines.
    pub line_items: Vec<LineItem>,
    /// Who receives, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfillment_details: Option<FulfillmentDetails>,
    /// What can be chosen.
    pub fulfillment_options: Vec<FulfillmentOption>,
    /// What is chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected_fulfillment_options: Option<Vec<SelectedFulfillmentOption>>,
    /// What travels together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfillment_groups: Option<Vec<FulfillmentGroup>>,
    /// The rows of amounts.
    pub totals: Vec<Total>,
    /// What there is to say.
    pub messages: Vec<Message>,
    /// Links to show.
    pub links: Vec<Link>,
    /// What 3-D Secure needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_metadata: Option<AuthenticationMetadata>,
    /// When created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Rfc3339>,
    /// When last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Rfc3339>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Rfc3339>,
    /// Where the buyer can go on at the seller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continue_url: Option<String>,
    /// The parties' own values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// The quote it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_id: Option<String>,
    /// When the quote ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_expires_at: Option<Rfc3339>,
    /// What became of discount codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discounts: Option<DiscountsResponse>,
    /// Consents the seller offers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketing_consent_options: Option<Vec<MarketingConsentOption>>,
    /// The order, once completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
}

impl CheckoutSession {
    /// A session with nothing in it.
    #[must_use]
    pub fn new(id: CheckoutSessionId, status: CheckoutStatus, currency: Currency) -> Self {
        Self {
            id,
            protocol: None,
            capabilities: Capabilities::default(),
            buyer: None,
            status,
            currency,
            presentment_currency: None,
            exchange_rate: None,
            exchange_rate_timestamp: None,
            locale: None,
            timezone: None,
            line_items: Vec::new(),
            fulfillment_details: None,
            fulfillment_options: Vec::new(),
            selected_fulfillment_options: None,
            fulfillment_groups: None,
            totals: Vec::new(),
            messages: Vec::new(),
            links: Vec::new(),
            authentication_metadata: None,
            created_at: None,
            updated_at: None,
            expires_at: None,
            continue_url: None,
            metadata: None,
            quote_id: None,
            quote_expires_at: None,
            discounts: None,
            marketing_consent_options: None,
            order: None,
        }
    }
}

/// `POST /checkout_sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckoutSessionCreateRequest {
    /// The buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// What is wanted, at least one.
    #[serde(deserialize_with = "crate::checks::non_empty")]
    pub line_items: Vec<Item>,
    /// Wanted currency.
    pub currency: Currency,
    /// Who receives, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfillment_details: Option<FulfillmentDetails>,
    /// What the agent can do.
    pub capabilities: Capabilities,
    /// What travels together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfillment_groups: Option<Vec<FulfillmentGroup>>,
    /// Who brought the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliate_attribution: Option<AffiliateAttribution>,
    /// Codes; deprecated in favour of `discounts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupons: Option<Vec<String>>,
    /// Discount codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discounts: Option<DiscountsRequest>,
    /// Language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// IANA time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The quote to follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_id: Option<String>,
    /// The agent's own values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// Notes of the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_notes: Option<OrderNotes>,
}

impl CheckoutSessionCreateRequest {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(line_items: Vec<Item>, currency: Currency, capabilities: Capabilities) -> Self {
        Self {
            buyer: None,
            line_items,
            currency,
            fulfillment_details: None,
            capabilities,
            fulfillment_groups: None,
            affiliate_attribution: None,
            coupons: None,
            discounts: None,
            locale: None,
            timezone: None,
            quote_id: None,
            metadata: None,
            order_notes: None,
        }
    }
}

/// `POST /checkout_sessions/{id}`: absent leaves unchanged, null clears, a value replaces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckoutSessionUpdateRequest {
    /// The buyer.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub buyer: Patch<Buyer>,
    /// What is wanted; replaces the whole list.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub line_items: Patch<Vec<Item>>,
    /// Who receives, and where.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub fulfillment_details: Patch<FulfillmentDetails>,
    /// What travels together.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub fulfillment_groups: Patch<Vec<FulfillmentGroup>>,
    /// What is chosen.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub selected_fulfillment_options: Patch<Vec<SelectedFulfillmentOption>>,
    /// Codes; deprecated in favour of `discounts`.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub coupons: Patch<Vec<String>>,
    /// Discount codes.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub discounts: Patch<DiscountsRequest>,
    /// Notes of the buyer.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub order_notes: Patch<OrderNotes>,
}

/// `POST /checkout_sessions/{id}/complete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckoutSessionCompleteRequest {
    /// The buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// The payment.
    pub payment_data: PaymentData,
    /// The result of 3-D Secure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_result: Option<AuthenticationResult>,
    /// Who brought the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliate_attribution: Option<AffiliateAttribution>,
    /// What the agent knows about the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_signals: Option<RiskSignals>,
    /// Answers to the options that were shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketing_consents: Option<Vec<MarketingConsent>>,
    /// Notes of the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_notes: Option<OrderNotes>,
}

impl CheckoutSessionCompleteRequest {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(payment_data: PaymentData) -> Self {
        Self {
            buyer: None,
            payment_data,
            authentication_result: None,
            affiliate_attribution: None,
            risk_signals: None,
            marketing_consents: None,
            order_notes: None,
        }
    }
}

/// `POST /checkout_sessions/{id}/cancel`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelSessionRequest {
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent_trace: Option<IntentTrace>,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}
