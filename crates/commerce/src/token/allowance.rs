//! What a payment token may be used for.

use comptoir_acp::{
    currency::Currency,
    id::{CheckoutSessionId, MerchantId},
    money::MinorUnits,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::AMOUNT_MAX;

/// Longest life of a token, in seconds: one day.
pub const LIFETIME_SECONDS_MAX: i64 = 24 * 60 * 60;

/// One payment to one merchant for one checkout session, up to an amount, until a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Allowance {
    /// Who may charge.
    pub merchant_id: MerchantId,
    /// For what.
    pub checkout_session_id: CheckoutSessionId,
    /// The most that may be charged, in minor units, 1 to 10^12.
    pub max_amount: MinorUnits,
    /// Currency of the charge.
    pub currency: Currency,
    /// First moment at which the token is of no use any more.
    pub expires_at: Timestamp,
}

impl Allowance {
    /// Checks the bounds of a new allowance.
    ///
    /// # Errors
    /// [`AllowanceError`] names the bound that is broken.
    pub fn new(
        merchant_id: MerchantId,
        checkout_session_id: CheckoutSessionId,
        max_amount: MinorUnits,
        currency: Currency,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<Self, AllowanceError> {
        if !(1..=AMOUNT_MAX).contains(&max_amount.get()) {
            return Err(AllowanceError::AmountOutOfRange);
        }
        if expires_at <= now {
            return Err(AllowanceError::ExpiryInThePast);
        }
        if expires_at.duration_since(now) > SignedDuration::from_secs(LIFETIME_SECONDS_MAX) {
            return Err(AllowanceError::ExpiryTooFar);
        }
        Ok(Self {
            merchant_id,
            checkout_session_id,
            max_amount,
            currency,
            expires_at,
        })
    }
}

/// Why an allowance is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AllowanceError {
    /// Not 1 to 10^12 minor units.
    #[error("the amount is not between 1 and {AMOUNT_MAX} minor units")]
    AmountOutOfRange,
    /// At or before now.
    #[error("the expiry is in the past")]
    ExpiryInThePast,
    /// More than a day ahead.
    #[error("the expiry is more than {LIFETIME_SECONDS_MAX} seconds ahead")]
    ExpiryTooFar,
}
