//! 3-D Secure inside a checkout session.

use serde::{Deserialize, Serialize};

use crate::{open::OtherFields, secret::SecretText, text::BoundedText};

/// The acquirer on whose behalf the cardholder is authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcquirerDetails {
    /// Acquirer's BIN.
    pub acquirer_bin: BoundedText<11>,
    /// ISO 3166-1 alpha-2 country of the acquirer.
    pub acquirer_country: BoundedText<2, 2>,
    /// Merchant id at the acquirer.
    pub acquirer_merchant_id: BoundedText<35>,
    /// Merchant name shown to the cardholder.
    pub merchant_name: BoundedText<40>,
    /// 3-D Secure requestor id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requestor_id: Option<BoundedText<35>>,
}

impl AcquirerDetails {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(
        acquirer_bin: BoundedText<11>,
        acquirer_country: BoundedText<2, 2>,
        acquirer_merchant_id: BoundedText<35>,
        merchant_name: BoundedText<40>,
    ) -> Self {
        Self {
            acquirer_bin,
            acquirer_country,
            acquirer_merchant_id,
            merchant_name,
            requestor_id: None,
        }
    }
}

closed_enum! {
    /// The card scheme's directory server.
    pub enum DirectoryServer {
        AmericanExpress = "american_express",
        Mastercard = "mastercard",
        Visa = "visa",
    }
}

closed_enum! {
    /// How the cardholder is authenticated.
    pub enum FlowType {
        Challenge = "challenge",
        Frictionless = "frictionless",
    }
}

closed_enum! {
    /// How much a challenge is wanted.
    pub enum ChallengePreference {
        Mandated = "mandated",
        Preferred = "preferred",
    }
}

closed_enum! {
    /// Why no challenge is wanted.
    pub enum FrictionlessPreference {
        LowRisk = "low_risk",
    }
}

/// Details of a wanted challenge.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeFlow {
    /// How much it is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ChallengePreference>,
}

/// Details of a wanted frictionless flow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrictionlessFlow {
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<FrictionlessPreference>,
}

/// Which flow the seller prefers.
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

/// What the agent needs to authenticate the cardholder; present with status
/// `authentication_required`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticationMetadata {
    /// The acquirer.
    pub acquirer_details: AcquirerDetails,
    /// The directory server.
    pub directory_server: DirectoryServer,
    /// Which flow the seller prefers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_preference: Option<FlowPreference>,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl AuthenticationMetadata {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(acquirer_details: AcquirerDetails, directory_server: DirectoryServer) -> Self {
        Self {
            acquirer_details,
            directory_server,
            flow_preference: None,
            other: OtherFields::default(),
        }
    }
}

closed_enum! {
    /// How the authentication ended.
    pub enum AuthenticationOutcome {
        Abandoned = "abandoned",
        AttemptAcknowledged = "attempt_acknowledged",
        Authenticated = "authenticated",
        Canceled = "canceled",
        Denied = "denied",
        Informational = "informational",
        InternalError = "internal_error",
        NotSupported = "not_supported",
        ProcessingError = "processing_error",
        Rejected = "rejected",
    }
}

closed_enum! {
    /// ECI value of the scheme.
    pub enum ElectronicCommerceIndicator {
        Mastercard01 = "01",
        Mastercard02 = "02",
        Visa05 = "05",
        Visa06 = "06",
        Visa07 = "07",
    }
}

/// The proof of an authentication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthenticationOutcomeDetails {
    /// Authentication value, base64.
    pub three_ds_cryptogram: SecretText,
    /// ECI.
    pub electronic_commerce_indicator: ElectronicCommerceIndicator,
    /// Directory server transaction id.
    pub transaction_id: String,
    /// 3-D Secure version.
    pub version: String,
}

/// What the agent reports after authentication. Outcomes with proof need `outcome_details`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct AuthenticationResult {
    /// How it ended.
    pub outcome: AuthenticationOutcome,
    /// The proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome_details: Option<AuthenticationOutcomeDetails>,
}

impl AuthenticationResult {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(outcome: AuthenticationOutcome) -> Self {
        Self {
            outcome,
            outcome_details: None,
        }
    }
}

checked_serde!(AuthenticationResult);

impl AuthenticationResult {
    fn check(&self) -> Result<(), &'static str> {
        let proven = matches!(
            self.outcome,
            AuthenticationOutcome::Authenticated
                | AuthenticationOutcome::Informational
                | AuthenticationOutcome::AttemptAcknowledged
        );
        if proven && self.outcome_details.is_none() {
            return Err("missing field `outcome_details`");
        }
        Ok(())
    }
}
