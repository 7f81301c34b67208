//! The request as it comes: the 2026-04-17 schema `DelegatePaymentRequest`, with strings left as they
//! are so that each rule can name its field, and card data in buffers that wipe themselves.

use std::collections::BTreeMap;

use serde::Deserialize;
use zeroize::Zeroizing;

/// `additionalProperties: {type: string}`.
pub(crate) type StringMap = BTreeMap<String, String>;

/// The body. No `Debug`: it holds card data.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DelegatePaymentRequest {
    pub(super) payment_method: PaymentMethodCard,
    pub(super) allowance: AllowanceRequest,
    #[serde(default, deserialize_with = "present")]
    pub(super) billing_address: Option<AddressRequest>,
    pub(super) risk_signals: Vec<RiskSignal>,
    pub(super) metadata: StringMap,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PaymentMethodCard {
    #[serde(rename = "type")]
    _type: MethodType,
    pub(super) card_number_type: CardNumberType,
    pub(super) number: Zeroizing<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) exp_month: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) exp_year: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) cvc: Option<Zeroizing<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) cryptogram: Option<Zeroizing<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) eci_value: Option<String>,
    #[serde(default, rename = "checks_performed", deserialize_with = "present")]
    _checks_performed: Option<Vec<Check>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) iin: Option<String>,
    pub(super) display_card_funding_type: FundingType,
    #[serde(default, deserialize_with = "present")]
    pub(super) display_wallet_type: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) display_brand: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) display_last4: Option<String>,
    pub(super) metadata: StringMap,
    #[serde(default, rename = "virtual", deserialize_with = "present")]
    _virtual: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum MethodType {
    Card,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum CardNumberType {
    Fpan,
    NetworkToken,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Check {
    Avs,
    Cvv,
    Ani,
    Auth0,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FundingType {
    Credit,
    Debit,
    Prepaid,
}

impl FundingType {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Debit => "debit",
            Self::Prepaid => "prepaid",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AllowanceRequest {
    #[serde(rename = "reason")]
    _reason: Reason,
    pub(super) max_amount: i64,
    pub(super) currency: String,
    pub(super) checkout_session_id: String,
    pub(super) merchant_id: String,
    pub(super) expires_at: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reason {
    OneTime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RiskSignal {
    #[serde(rename = "type")]
    _type: SignalType,
    #[serde(rename = "score")]
    _score: i64,
    pub(super) action: RiskAction,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SignalType {
    CardTesting,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum RiskAction {
    Blocked,
    ManualReview,
    Authorized,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressRequest {
    pub(super) name: String,
    pub(super) line_one: String,
    #[serde(default, deserialize_with = "present")]
    pub(super) line_two: Option<String>,
    pub(super) city: String,
    pub(super) state: String,
    pub(super) country: String,
    pub(super) postal_code: String,
}

/// An optional field that is there must have a value: the schema has no nullable field.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
