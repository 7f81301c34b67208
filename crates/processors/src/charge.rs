//! A charge: what is asked and what came of it.

use comptoir_acp::{
    currency::Currency,
    id::{ChargeId, CheckoutSessionId},
    money::MinorUnits,
};
use secrecy::SecretString;

use crate::DeclineReason;

/// Asks for one charge on a delegated payment token.
#[derive(Clone, Debug)]
pub struct ChargeRequest {
    /// Identity of the charge, chosen by the seller: `"<session>:<attempt>"`, at most 255 characters.
    pub charge_key: String,
    /// The delegated payment token that the agent presented.
    pub token: SecretString,
    /// Amount to charge in minor units of `currency`.
    pub amount: MinorUnits,
    /// Currency of `amount`.
    pub currency: Currency,
    /// The checkout session that is paid; the token must be limited to the same session.
    pub checkout_session_id: CheckoutSessionId,
    /// The seller's order reference, for the statement of the processor.
    pub order_ref: Option<String>,
    /// Result of a 3-D Secure authentication, when one took place.
    pub authentication: Option<Authentication>,
}

/// Result of a 3-D Secure authentication as the agent reported it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentication {
    /// How the authentication ended.
    pub outcome: AuthenticationOutcome,
    /// The authentication value, 20 bytes in base64; absent when the outcome proves nothing.
    pub three_ds_cryptogram: Option<String>,
    /// Electronic commerce indicator, two digits.
    pub electronic_commerce_indicator: Option<String>,
    /// Transaction id of the directory server.
    pub transaction_id: Option<String>,
    /// 3-D Secure version, for example `2.2.0`.
    pub version: Option<String>,
}

/// The ten outcomes of `AuthenticationResult.outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthenticationOutcome {
    /// The buyer gave up.
    Abandoned,
    /// The issuer did not take part; the attempt is on record.
    AttemptAcknowledged,
    /// The issuer confirmed the buyer.
    Authenticated,
    /// The buyer canceled.
    Canceled,
    /// The issuer denied.
    Denied,
    /// Authentication ran for information only.
    Informational,
    /// The 3-D Secure server failed.
    InternalError,
    /// The card does not support 3-D Secure.
    NotSupported,
    /// The authentication could not be processed.
    ProcessingError,
    /// The issuer rejected and asks not to attempt an authorization.
    Rejected,
}

impl AuthenticationOutcome {
    /// Every outcome, in the order of the schema.
    pub const ALL: [Self; 10] = [
        Self::Abandoned,
        Self::AttemptAcknowledged,
        Self::Authenticated,
        Self::Canceled,
        Self::Denied,
        Self::Informational,
        Self::InternalError,
        Self::NotSupported,
        Self::ProcessingError,
        Self::Rejected,
    ];

    /// The word of the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::AttemptAcknowledged => "attempt_acknowledged",
            Self::Authenticated => "authenticated",
            Self::Canceled => "canceled",
            Self::Denied => "denied",
            Self::Informational => "informational",
            Self::InternalError => "internal_error",
            Self::NotSupported => "not_supported",
            Self::ProcessingError => "processing_error",
            Self::Rejected => "rejected",
        }
    }

    /// Reads the word of the wire.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }

    /// Whether an authorization may be attempted after this outcome.
    #[must_use]
    pub const fn permits_charge(self) -> bool {
        matches!(
            self,
            Self::Authenticated | Self::AttemptAcknowledged | Self::Informational
        )
    }
}

/// What came of a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// The money is captured, exactly the amount and currency of the request.
    Approved {
        /// The processor's id of the charge; needed to refund.
        charge_id: ChargeId,
    },
    /// The charge was refused and nothing was captured; final for this `charge_key`.
    Declined {
        /// Why, in words that all processors share.
        reason: DeclineReason,
        /// Whether the buyer can still pay this session with another token or instrument.
        retryable: bool,
        /// The processor's explanation, for the seller's log. Not for the agent.
        message: String,
    },
    /// The issuer wants the buyer authenticated with 3-D Secure first; nothing was captured.
    AuthenticationRequired,
    /// Nobody knows yet whether money moved. Ask [`crate::Processor::lookup_charge`].
    Unknown {
        /// What was observed, for the seller's log.
        cause: String,
    },
}

/// What a look-up found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The charge succeeded.
    Approved {
        /// The processor's id of the charge.
        charge_id: ChargeId,
    },
    /// The charge was refused.
    Declined {
        /// Why, in words that all processors share.
        reason: DeclineReason,
        /// Whether the buyer can still pay this session with another token or instrument.
        retryable: bool,
        /// The processor's explanation, for the seller's log.
        message: String,
    },
    /// The charge stopped because the issuer wants 3-D Secure; nothing was captured.
    AuthenticationRequired,
    /// The charge succeeded and the issuer took the money back later.
    Reversed {
        /// The processor's id of the charge.
        charge_id: ChargeId,
    },
    /// The processor never received this charge: nothing was captured.
    ///
    /// A request that is still travelling can arrive later; it is safe to send the same
    /// `charge_key` again, and unsafe to start another one before the deadline of the first passed.
    Absent,
    /// The look-up itself failed, or the charge is still in progress.
    Unknown {
        /// What was observed, for the seller's log.
        cause: String,
    },
}
