//! Delegated authentication: 3-D Secure run by a provider for the agent.
//!
//! Card numbers are serialised by [`DelegateAuthenticationCreateRequest::expose_json`] alone.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

mod action;
mod channel;

pub use self::{
    action::{Action, ActionType, ChallengeAction, FingerprintAction},
    channel::{BrowserInfo, Channel, ChannelType},
};
pub use super::{
    authentication::{AcquirerDetails, ChallengeFlow, ChallengePreference, FlowType},
    delegate_payment::{Address, PaymentMethodType},
};
use crate::{
    card::CardNumber,
    currency::Currency,
    id::{CheckoutSessionId, MerchantId},
    money::MinorUnits,
    secret::SecretText,
    text::BoundedText,
};

/// A card. Not serialisable by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentMethod {
    /// Always `card`.
    pub r#type: PaymentMethodType,
    /// The number.
    pub number: CardNumber,
    /// Month of expiry.
    pub exp_month: BoundedText<2>,
    /// Year of expiry.
    pub exp_year: BoundedText<4>,
    /// Name on the card.
    pub name: String,
}

/// What will be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// Minor units.
    pub value: MinorUnits,
    /// Currency, in upper case here.
    #[serde(with = "crate::currency::upper_case")]
    pub currency: Currency,
}

/// Details of a wanted frictionless flow; none are defined here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrictionlessFlow {}

/// Which flow is preferred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowPreference {
    /// The flow.
    pub r#type: FlowType,
    /// Details of a challenge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<ChallengeFlow>,
    /// Details of a frictionless flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frictionless: Option<FrictionlessFlow>,
}

impl FlowPreference {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(r#type: FlowType) -> Self {
        Self {
            r#type,
            challenge: None,
            frictionless: None,
        }
    }
}

/// The buyer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopperDetails {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// The proof of an authentication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthenticationResult {
    /// Transaction status: Y, N, A, U, R and others.
    pub trans_status: String,
    /// ECI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub electronic_commerce_indicator: Option<String>,
    /// Authentication value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub three_ds_cryptogram: Option<SecretText>,
    /// Directory server transaction id.
    pub transaction_id: String,
    /// 3DS Server transaction id.
    pub three_ds_server_trans_id: String,
    /// 3-D Secure version.
    pub version: String,
    /// Authentication value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_value: Option<SecretText>,
    /// Reason code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trans_status_reason: Option<String>,
    /// What to show the cardholder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cardholder_info: Option<String>,
}

impl AuthenticationResult {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(
        trans_status: String,
        transaction_id: String,
        three_ds_server_trans_id: String,
        version: String,
    ) -> Self {
        Self {
            trans_status,
            electronic_commerce_indicator: None,
            three_ds_cryptogram: None,
            transaction_id,
            three_ds_server_trans_id,
            version,
            authentication_value: None,
            trans_status_reason: None,
            cardholder_info: None,
        }
    }
}

/// `POST /delegate_authentication`. Not serialisable by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegateAuthenticationCreateRequest {
    /// The merchant.
    pub merchant_id: MerchantId,
    /// The acquirer.
    pub acquirer_details: Option<AcquirerDetails>,
    /// The card.
    pub payment_method: PaymentMethod,
    /// What will be paid.
    pub amount: Amount,
    /// Where the buyer is.
    pub channel: Option<Channel>,
    /// The session.
    pub checkout_session_id: Option<CheckoutSessionId>,
    /// Which flow is preferred.
    pub flow_preference: Option<FlowPreference>,
    /// Where a finished challenge is reported.
    pub challenge_notification_url: Option<String>,
    /// The buyer.
    pub shopper_details: Option<ShopperDetails>,
}

impl DelegateAuthenticationCreateRequest {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(merchant_id: MerchantId, payment_method: PaymentMethod, amount: Amount) -> Self {
        Self {
            merchant_id,
            acquirer_details: None,
            payment_method,
            amount,
            channel: None,
            checkout_session_id: None,
            flow_preference: None,
            challenge_notification_url: None,
            shopper_details: None,
        }
    }
}

impl DelegateAuthenticationCreateRequest {
    /// The body to send, card number included, in a buffer that is wiped when dropped.
    pub fn expose_json(&self) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
        let mut body = Map::new();
        body.insert(
            "merchant_id".to_owned(),
            serde_json::to_value(&self.merchant_id)?,
        );
        put(
            &mut body,
            "acquirer_details",
            self.acquirer_details.as_ref(),
        )?;
        put(&mut body, "amount", Some(&self.amount))?;
        put(&mut body, "channel", self.channel.as_ref())?;
        put(
            &mut body,
            "checkout_session_id",
            self.checkout_session_id.as_ref(),
        )?;
        put(&mut body, "flow_preference", self.flow_preference.as_ref())?;
        put(
            &mut body,
            "challenge_notification_url",
            self.challenge_notification_url.as_ref(),
        )?;
        put(&mut body, "shopper_details", self.shopper_details.as_ref())?;
        let method = &self.payment_method;
        crate::secret::expose(&ExposedRequest {
            payment_method: ExposedMethod {
                r#type: method.r#type,
                number: method.number.expose(),
                exp_month: &method.exp_month,
                exp_year: &method.exp_year,
                name: &method.name,
            },
            rest: body,
        })
    }
}

closed_enum! {
    /// Whether the issuer saw the browser.
    pub enum FingerprintCompletion {
        /// Yes.
        ///
        Completed = "Y",
        /// No.
        ///
        NotCompleted = "N",
        /// It had no wish to.
        ///
        Unavailable = "U",
    }
}

/// `POST /delegate_authentication/{id}/authenticate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegateAuthenticationAuthenticateRequest {
    /// Whether the issuer saw the browser.
    pub fingerprint_completion: FingerprintCompletion,
    /// Where the buyer is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkout_session_id: Option<CheckoutSessionId>,
    /// Where a finished challenge is reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge_notification_url: Option<String>,
    /// The buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shopper_details: Option<ShopperDetails>,
}

impl DelegateAuthenticationAuthenticateRequest {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(fingerprint_completion: FingerprintCompletion) -> Self {
        Self {
            fingerprint_completion,
            channel: None,
            checkout_session_id: None,
            challenge_notification_url: None,
            shopper_details: None,
        }
    }
}

closed_enum! {
    /// Where an authentication stands.
    pub enum DelegateAuthenticationStatus {
        ActionRequired = "action_required",
        Pending = "pending",
        NotSupported = "not_supported",
        Authenticated = "authenticated",
        Attempted = "attempted",
        NotAuthenticated = "not_authenticated",
        Rejected = "rejected",
        Unavailable = "unavailable",
        Expired = "expired",
        ChallengeAbandoned = "challenge_abandoned",
    }
}

/// An authentication. Retrieving a finished one adds the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegateAuthenticationSession {
    /// Id.
    pub authentication_session_id: String,
    /// Where it stands.
    pub status: DelegateAuthenticationStatus,
    /// What the agent must do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// The proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_result: Option<AuthenticationResult>,
}

impl DelegateAuthenticationSession {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(authentication_session_id: String, status: DelegateAuthenticationStatus) -> Self {
        Self {
            authentication_session_id,
            status,
            action: None,
            authentication_result: None,
        }
    }
}

#[derive(Serialize)]
struct ExposedRequest<'a> {
    payment_method: ExposedMethod<'a>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Serialize)]
struct ExposedMethod<'a> {
    r#type: PaymentMethodType,
    number: &'a str,
    exp_month: &'a BoundedText<2>,
    exp_year: &'a BoundedText<4>,
    name: &'a str,
}

fn put<T: Serialize>(
    body: &mut Map<String, Value>,
    name: &str,
    value: Option<&T>,
) -> Result<(), serde_json::Error> {
    if let Some(value) = value {
        body.insert(name.to_owned(), serde_json::to_value(value)?);
    }
    Ok(())
}
