//! The billing address. Its lengths are checked when it is read.

use comptoir_acp::latest::delegate_payment::Address;
use comptoir_http::ApiError;

use crate::card;

/// Checks what lengths do not say and gives the address as JSON, to be sealed with the card.
pub(super) fn check(address: &Address) -> Result<String, ApiError> {
    for (field, text) in [
        ("name", address.name.as_str()),
        ("line_one", address.line_one.as_str()),
        (
            "line_two",
            address.line_two.as_ref().map_or("", |line| line.as_str()),
        ),
        ("city", address.city.as_str()),
        ("state", &address.state),
        ("postal_code", address.postal_code.as_str()),
    ] {
        if card::contains_card_number(text) {
            return Err(ApiError::invalid(
                format!("$.billing_address.{field}"),
                "must not hold a card number",
            ));
        }
    }
    if address.state.chars().count() > 60 {
        return Err(ApiError::invalid(
            "$.billing_address.state",
            "must be at most 60 characters",
        ));
    }
    if !address
        .country
        .as_str()
        .bytes()
        .all(|byte| byte.is_ascii_uppercase())
    {
        return Err(ApiError::invalid(
            "$.billing_address.country",
            "must be an ISO 3166-1 alpha-2 code",
        ));
    }
    serde_json::to_string(address).map_err(ApiError::internal)
}
