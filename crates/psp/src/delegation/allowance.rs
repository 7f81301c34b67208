//! Rules about what the token may be used for.

use comptoir_acp::latest::delegate_payment as wire;
use comptoir_commerce::token::{Allowance, AllowanceError};
use comptoir_http::ApiError;

use super::Rules;
use crate::card;

/// Bounds of the allowance, and a merchant that exists here.
pub(super) fn check(asked: &wire::Allowance, rules: &Rules<'_>) -> Result<Allowance, ApiError> {
    const EXPIRES: &str = "$.allowance.expires_at";
    if !(rules.is_merchant)(asked.merchant_id.as_str()) {
        return Err(ApiError::invalid(
            "$.allowance.merchant_id",
            "is not a merchant of this PSP",
        ));
    }
    if card::contains_card_number(asked.checkout_session_id.as_str()) {
        return Err(ApiError::invalid(
            "$.allowance.checkout_session_id",
            "must not hold a card number",
        ));
    }
    // A leap second has no moment of its own; an expiry that is a guess is refused.
    if asked.expires_at.as_str().get(17..19) == Some("60") {
        return Err(ApiError::invalid(EXPIRES, "must not be a leap second"));
    }
    let allowance = Allowance::new(
        asked.merchant_id.clone(),
        asked.checkout_session_id.clone(),
        asked.max_amount,
        asked.currency,
        asked.expires_at.timestamp(),
        rules.now,
    );
    allowance.map_err(|error| {
        let (param, message) = match error {
            AllowanceError::AmountOutOfRange => {
                ("$.allowance.max_amount", "must be 1 to 10^12 minor units")
            }
            AllowanceError::ExpiryInThePast => (EXPIRES, "must be in the future"),
            AllowanceError::ExpiryTooFar => (EXPIRES, "must be at most 24 hours ahead"),
            _ => ("$.allowance", "is not allowed"),
        };
        ApiError::invalid(param, message)
    })
}
