//! Why a token cannot be used.

use super::Token;

/// A refused redemption.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the redemption was refused")]
pub struct Refused {
    /// Why.
    #[source]
    pub reason: TokenError,
    /// The token as it must be stored now; none when nothing changed.
    pub token: Option<Token>,
}

impl Refused {
    pub(super) fn only(reason: TokenError) -> Box<Self> {
        Box::new(Self {
            reason,
            token: None,
        })
    }
}

/// Why a token cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// More than the allowance.
    #[error("the amount exceeds the allowance")]
    AmountExceedsAllowance,
    /// Zero or less.
    #[error("the amount is not positive")]
    AmountNotPositive,
    /// Another currency.
    #[error("the token is for another currency")]
    CurrencyMismatch,
    /// Another merchant.
    #[error("the token is for another merchant")]
    MerchantMismatch,
    /// Another checkout session.
    #[error("the token is for another checkout session")]
    SessionMismatch,
    /// At or after its end.
    #[error("the token has expired")]
    Expired,
    /// A charge was made with it.
    #[error("the token was used")]
    Consumed,
    /// Withdrawn.
    #[error("the token was revoked")]
    Revoked,
    /// Another charge has it.
    #[error("another charge has reserved the token")]
    ReservedByOther,
    /// The same charge, with another amount.
    #[error("the charge was asked for with another amount before")]
    ChargeDiffers,
    /// No charge has it.
    #[error("the token is not reserved")]
    NotReserved,
    /// The charge took too long.
    #[error("the reservation is over")]
    LeaseOver,
}
