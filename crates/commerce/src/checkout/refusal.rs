//! Operations that make no sense now.

use comptoir_acp::money::MoneyError;

use super::InvalidTransition;
use crate::{ledger::LedgerError, rounding::RoundingError};

/// Why an operation on a checkout was refused. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The state does not allow it.
    #[error(transparent)]
    NotPossible(#[from] InvalidTransition),
    /// An amount exceeds what can be computed or charged; the protocol's `maximum_exceeded`.
    #[error("an amount exceeds the maximum")]
    MaximumExceeded,
    /// The issuer asked for authentication and the completion carries no result of it.
    #[error("the result of authentication is missing")]
    AuthenticationMissing,
    /// The session was attempted to be paid too often.
    #[error("the session was attempted to be paid too often")]
    AttemptsExhausted,
    /// The merchant's own data cannot be priced: a negative fee, rate or price.
    #[error("the merchant's data cannot be priced")]
    MerchantData(#[source] LedgerError),
}

impl From<MoneyError> for Refusal {
    fn from(_: MoneyError) -> Self {
        Self::MaximumExceeded
    }
}

impl From<RoundingError> for Refusal {
    fn from(_: RoundingError) -> Self {
        Self::MaximumExceeded
    }
}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::MaximumExceeded => Self::MaximumExceeded,
            LedgerError::WrongSign { .. } | LedgerError::Negative => Self::MerchantData(error),
        }
    }
}
