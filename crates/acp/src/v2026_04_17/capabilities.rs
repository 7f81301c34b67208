//! What agent and seller can do: payment handlers, interventions, extensions.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::extension::Extensions;
use crate::version::VersionDate;

closed_enum! {
    /// A step that the buyer may have to take.
    pub enum InterventionType {
        ThreeDs = "3ds",
        Biometric = "biometric",
        AddressVerification = "address_verification",
    }
}

closed_enum! {
    /// A step that a seller may require.
    pub enum RequiredIntervention {
        ThreeDs = "3ds",
        Biometric = "biometric",
    }
}

closed_enum! {
    /// When a required step is demanded.
    pub enum Enforcement {
        Always = "always",
        Conditional = "conditional",
        Optional = "optional",
    }
}

closed_enum! {
    /// How the agent presents a step.
    pub enum DisplayContext {
        Native = "native",
        Webview = "webview",
        Modal = "modal",
        Redirect = "redirect",
    }
}

closed_enum! {
    /// How the agent follows redirects.
    pub enum RedirectContext {
        InApp = "in_app",
        ExternalBrowser = "external_browser",
        None = "none",
    }
}

/// Steps the agent can present, or, in the answer, those both sides support.
///
/// Values and fields that this version does not list are passed over when read (RFC capability
/// negotiation §4.6.2, §7.3): a newer peer is understood as far as it goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterventionCapabilities {
    /// What the agent supports; in the answer, the intersection.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::checks::listed_values"
    )]
    pub supported: Option<Vec<InterventionType>>,
    /// What this session requires; sellers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<Vec<RequiredIntervention>>,
    /// When it is demanded; sellers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforcement: Option<Enforcement>,
    /// How steps are presented; agents only.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::checks::listed_value"
    )]
    pub display_context: Option<DisplayContext>,
    /// How redirects are followed; agents only.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::checks::listed_value"
    )]
    pub redirect_context: Option<RedirectContext>,
    /// Most redirects; agents only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_redirects: Option<u32>,
    /// Deepest nesting of steps; agents only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_interaction_depth: Option<NonZeroU32>,
}

/// A way to pay, configured by the seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentHandler {
    /// The seller's id of this handler, named again in the payment data.
    pub id: String,
    /// Name in reverse DNS, such as `dev.acp.tokenized.card`.
    pub name: String,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Version of the handler.
    pub version: VersionDate,
    /// Address of its specification.
    pub spec: String,
    /// Whether a token must be made by delegate payment.
    pub requires_delegate_payment: bool,
    /// Whether raw card data passes.
    pub requires_pci_compliance: bool,
    /// The payment service provider.
    pub psp: String,
    /// Address of the schema of `config`.
    pub config_schema: String,
    /// Addresses of the schemas of its instruments.
    pub instrument_schemas: Vec<String>,
    /// Configuration; `merchant_id` feeds the allowance.
    pub config: Map<String, Value>,
    /// Suggested order of display, lower first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_order: Option<i64>,
}

/// The ways to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// The handlers.
    pub handlers: Vec<PaymentHandler>,
}

/// What a party can do; in an answer, what both can do. Fields that this version does not list are
/// passed over when read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Ways to pay; sellers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment>,
    /// Steps of the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interventions: Option<InterventionCapabilities>,
    /// Extensions: names in a request, declarations in an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Extensions>,
}

closed_enum! {
    /// A card scheme.
    pub enum CardBrand {
        Visa = "visa",
        Mastercard = "mastercard",
        Amex = "amex",
        Discover = "discover",
        Diners = "diners",
        Jcb = "jcb",
        Unionpay = "unionpay",
        Eftpos = "eftpos",
        Interac = "interac",
    }
}

closed_enum! {
    /// How a card is funded.
    pub enum CardFundingType {
        Credit = "credit",
        Debit = "debit",
        Prepaid = "prepaid",
    }
}

/// A payment method with its restrictions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentMethodObject {
    /// Identifier of the method.
    pub method: String,
    /// Accepted card schemes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brands: Option<Vec<CardBrand>>,
    /// Accepted funding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub funding_types: Option<Vec<CardFundingType>>,
    /// Providers for routing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub providers: Option<Vec<String>>,
}

impl PaymentMethodObject {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(method: String) -> Self {
        Self {
            method,
            brands: None,
            funding_types: None,
            providers: None,
        }
    }
}
