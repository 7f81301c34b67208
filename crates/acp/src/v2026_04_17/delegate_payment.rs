//! Delegated payment: an agent hands a card to the PSP and receives a limited token.
//!
//! Card data is serialised by [`DelegatePaymentRequest::expose_json`] alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use super::capabilities::CardFundingType;
use super::checkout;
use crate::{
    card::{CardNumber, Cvc},
    currency::Currency,
    id::{CheckoutSessionId, MerchantId, PaymentTokenId},
    money::MinorUnits,
    secret::SecretText,
    text::{BoundedText, LastFour, Rfc3339, TooLong},
};

/// A billing address with the limits of delegate payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Name.
    pub name: BoundedText<256>,
    /// First line.
    pub line_one: BoundedText<60>,
    /// Second line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_two: Option<BoundedText<60>>,
    /// City.
    pub city: BoundedText<60>,
    /// State or region.
    pub state: String,
    /// ISO 3166-1 alpha-2 country code.
    pub country: BoundedText<2, 2>,
    /// Postal code.
    pub postal_code: BoundedText<20>,
}

impl Address {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(
        name: BoundedText<256>,
        line_one: BoundedText<60>,
        city: BoundedText<60>,
        state: String,
        country: BoundedText<2, 2>,
        postal_code: BoundedText<20>,
    ) -> Self {
        Self {
            name,
            line_one,
            line_two: None,
            city,
            state,
            country,
            postal_code,
        }
    }
}

impl TryFrom<&checkout::Address> for Address {
    type Error = TooLong;

    /// The company is left out: this address has none.
    fn try_from(address: &checkout::Address) -> Result<Self, TooLong> {
        Ok(Self {
            name: BoundedText::parse(address.name.as_str())?,
            line_one: BoundedText::parse(address.line_one.as_str())?,
            line_two: address
                .line_two
                .as_deref()
                .map(BoundedText::parse)
                .transpose()?,
            city: BoundedText::parse(address.city.as_str())?,
            state: address.state.clone(),
            country: BoundedText::parse(address.country.as_str())?,
            postal_code: BoundedText::parse(address.postal_code.as_str())?,
        })
    }
}

closed_enum! {
    /// A kind of payment method.
    pub enum PaymentMethodType {
        Card = "card",
    }
}

closed_enum! {
    /// What the number is.
    pub enum CardNumberType {
        /// The number on the card.
        ///
        Fpan = "fpan",
        /// A token of the card network.
        ///
        NetworkToken = "network_token",
    }
}

closed_enum! {
    /// A check the agent has made.
    pub enum CardCheck {
        Avs = "avs",
        Cvv = "cvv",
        Ani = "ani",
        Auth0 = "auth0",
    }
}

/// A card. Not serialisable by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentMethodCard {
    /// Always `card`.
    pub r#type: PaymentMethodType,
    /// What the number is.
    pub card_number_type: CardNumberType,
    /// The number.
    pub number: CardNumber,
    /// Month of expiry.
    pub exp_month: Option<BoundedText<2>>,
    /// Year of expiry.
    pub exp_year: Option<BoundedText<4>>,
    /// Name on the card.
    pub name: Option<String>,
    /// Verification code.
    pub cvc: Option<Cvc>,
    /// Cryptogram of a network token.
    pub cryptogram: Option<SecretText>,
    /// Electronic commerce indicator.
    pub eci_value: Option<BoundedText<2>>,
    /// Checks the agent has made.
    pub checks_performed: Option<Vec<CardCheck>>,
    /// First digits of the number.
    pub iin: Option<BoundedText<8>>,
    /// Funding, for display.
    pub display_card_funding_type: CardFundingType,
    /// Wallet, for display.
    pub display_wallet_type: Option<String>,
    /// Brand, for display.
    pub display_brand: Option<String>,
    /// Last four digits, for display.
    pub display_last4: Option<LastFour>,
    /// The agent's own values.
    pub metadata: BTreeMap<String, String>,
    /// Whether the card is virtual.
    pub r#virtual: Option<bool>,
}

impl PaymentMethodCard {
    /// A card by its number; everything optional is absent.
    #[must_use]
    pub fn new(
        number: CardNumber,
        card_number_type: CardNumberType,
        funding: CardFundingType,
    ) -> Self {
        Self {
            r#type: PaymentMethodType::Card,
            card_number_type,
            number,
            exp_month: None,
            exp_year: None,
            name: None,
            cvc: None,
            cryptogram: None,
            eci_value: None,
            checks_performed: None,
            iin: None,
            display_card_funding_type: funding,
            display_wallet_type: None,
            display_brand: None,
            display_last4: None,
            metadata: BTreeMap::new(),
            r#virtual: None,
        }
    }
}

closed_enum! {
    /// What the token may be used for.
    pub enum AllowanceReason {
        /// One payment.
        ///
        OneTime = "one_time",
    }
}

/// The limits of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// What it may be used for.
    pub reason: AllowanceReason,
    /// Most that may be charged, in minor units.
    pub max_amount: MinorUnits,
    /// The only currency.
    pub currency: Currency,
    /// The only session.
    pub checkout_session_id: CheckoutSessionId,
    /// The only merchant, as the PSP knows it.
    pub merchant_id: MerchantId,
    /// The first moment at which it is worthless.
    pub expires_at: Rfc3339,
}

closed_enum! {
    /// A kind of risk.
    pub enum RiskSignalType {
        CardTesting = "card_testing",
    }
}

closed_enum! {
    /// What the agent did about it.
    pub enum RiskAction {
        Blocked = "blocked",
        ManualReview = "manual_review",
        Authorized = "authorized",
    }
}

/// A risk the agent has assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskSignal {
    /// Kind.
    pub r#type: RiskSignalType,
    /// Score.
    pub score: i64,
    /// What was done.
    pub action: RiskAction,
}

/// `POST /agentic_commerce/delegate_payment`. Not serialisable by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegatePaymentRequest {
    /// The card.
    pub payment_method: PaymentMethodCard,
    /// The limits.
    pub allowance: Allowance,
    /// Billing address.
    pub billing_address: Option<Address>,
    /// Risks assessed.
    pub risk_signals: Vec<RiskSignal>,
    /// The agent's own values.
    pub metadata: BTreeMap<String, String>,
}

impl DelegatePaymentRequest {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(
        payment_method: PaymentMethodCard,
        allowance: Allowance,
        risk_signals: Vec<RiskSignal>,
        metadata: BTreeMap<String, String>,
    ) -> Self {
        Self {
            payment_method,
            allowance,
            billing_address: None,
            risk_signals,
            metadata,
        }
    }
}

impl DelegatePaymentRequest {
    /// The body to send, card data included, in a buffer that is wiped when dropped.
    pub fn expose_json(&self) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
        crate::secret::expose(&ExposedRequest {
            payment_method: ExposedCard(&self.payment_method),
            allowance: &self.allowance,
            billing_address: self.billing_address.as_ref(),
            risk_signals: &self.risk_signals,
            metadata: &self.metadata,
        })
    }
}

/// The token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegatePaymentResponse {
    /// The token.
    pub id: PaymentTokenId,
    /// When it was made.
    pub created: Rfc3339,
    /// The request's own values, echoed.
    pub metadata: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct ExposedRequest<'a> {
    payment_method: ExposedCard<'a>,
    allowance: &'a Allowance,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_address: Option<&'a Address>,
    risk_signals: &'a [RiskSignal],
    metadata: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct ExposedCard<'a>(#[serde(with = "CardFields")] &'a PaymentMethodCard);

/// The fields of a card as they are sent; the compiler keeps it equal to the public type.
#[derive(Serialize)]
#[serde(remote = "PaymentMethodCard")]
struct CardFields {
    r#type: PaymentMethodType,
    card_number_type: CardNumberType,
    #[serde(serialize_with = "crate::card::expose_number")]
    number: CardNumber,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp_month: Option<BoundedText<2>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp_year: Option<BoundedText<4>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::card::expose_cvc"
    )]
    cvc: Option<Cvc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cryptogram: Option<SecretText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eci_value: Option<BoundedText<2>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks_performed: Option<Vec<CardCheck>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iin: Option<BoundedText<8>>,
    display_card_funding_type: CardFundingType,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_wallet_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_brand: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_last4: Option<LastFour>,
    metadata: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#virtual: Option<bool>,
}
