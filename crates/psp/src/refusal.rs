//! Why the seller surface refuses, and how each reason looks on the wire: one table.

use comptoir_acp::error::{Error, ErrorType};
use comptoir_commerce::token::TokenError;
use comptoir_http::{ApiError, Reply};
use comptoir_store::StoreError;
use http::StatusCode;

use crate::vault::VaultError;

/// A refusal of `/v1`.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The token's own ledger refuses.
    Token(TokenError),
    /// No such token, or not this agent's.
    TokenNotFound,
    /// No such charge, or not this merchant's.
    ChargeNotFound,
    /// No such refund, or not this merchant's.
    RefundNotFound,
    /// The charge key was used with other parameters.
    ChargeKeyReused,
    /// The refund key was used with other parameters.
    RefundKeyReused,
    /// The charge holds no money.
    ChargeNotRefundable,
    /// The refunds would exceed the charge.
    AmountExceedsCharge,
    /// The refund's currency is not the charge's.
    RefundCurrencyMismatch,
    /// Everything that other servers refuse the same way.
    Api(ApiError),
}

impl Refusal {
    /// The refusal as an answer. Refusals are final, except `token_reserved`.
    pub(crate) fn into_reply(self) -> Result<Reply, ApiError> {
        let (status, code, param, message) = match self {
            Self::Token(error) => return token_reply(error),
            Self::TokenNotFound => (404, "token_not_found", "$.token", "no such token"),
            Self::ChargeNotFound => (404, "charge_not_found", "$.charge_id", "no such charge"),
            Self::RefundNotFound => (404, "refund_not_found", "$.refund_key", "no such refund"),
            Self::ChargeKeyReused => (
                422,
                "charge_key_reused",
                "$.charge_key",
                "this charge_key was used with other parameters",
            ),
            Self::RefundKeyReused => (
                422,
                "refund_key_reused",
                "$.refund_key",
                "this refund_key was used with other parameters",
            ),
            Self::ChargeNotRefundable => (
                422,
                "charge_not_refundable",
                "$.charge_id",
                "the charge holds no money",
            ),
            Self::AmountExceedsCharge => (
                422,
                "amount_exceeds_charge",
                "$.amount",
                "the refunds would exceed the charge",
            ),
            Self::RefundCurrencyMismatch => (
                422,
                "currency_mismatch",
                "$.currency",
                "the charge has another currency",
            ),
            Self::Api(error) => return Err(error),
        };
        reply(status, code, Some(param), message)
    }
}

/// The token ledger's refusals.
fn token_reply(error: TokenError) -> Result<Reply, ApiError> {
    let (status, code, param) = match error {
        TokenError::AmountExceedsAllowance => (422, "amount_exceeds_allowance", Some("$.amount")),
        TokenError::AmountNotPositive => (400, "invalid", Some("$.amount")),
        TokenError::CurrencyMismatch => (422, "currency_mismatch", Some("$.currency")),
        TokenError::MerchantMismatch => (403, "merchant_mismatch", None),
        TokenError::SessionMismatch => (403, "session_mismatch", Some("$.checkout_session_id")),
        TokenError::Expired => (410, "token_expired", None),
        TokenError::Consumed => (409, "token_consumed", None),
        TokenError::Revoked => (410, "token_revoked", None),
        TokenError::ReservedByOther => (409, "token_reserved", None),
        TokenError::ChargeDiffers => (422, "charge_key_reused", Some("$.charge_key")),
        // Both mean that our own saga lost its place; a new kind of refusal is not known here.
        TokenError::NotReserved | TokenError::LeaseOver | _ => {
            return Err(ApiError::internal(error));
        }
    };
    reply(status, code, param, &error.to_string())
}

fn reply(status: u16, code: &str, param: Option<&str>, message: &str) -> Result<Reply, ApiError> {
    let mut error = Error::new(ErrorType::InvalidRequest, code.to_owned(), message);
    error.param = param.map(ToOwned::to_owned);
    Reply::json(
        StatusCode::from_u16(status).map_err(ApiError::internal)?,
        &error,
    )
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Api(error.into())
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<VaultError> for Refusal {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) => error.into(),
            VaultError::Envelope(_) | VaultError::NotReadable | VaultError::Missing => {
                Self::Api(ApiError::internal(error))
            }
        }
    }
}
