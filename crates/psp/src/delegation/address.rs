//! The billing address: limits of the schema's `Address`.

use comptoir_http::ApiError;
use serde_json::json;

use super::{card, request::AddressRequest};

/// Checks every limit and gives the address as JSON, to be sealed with the card.
pub(super) fn check(address: &AddressRequest) -> Result<String, ApiError> {
    for (field, text, chars_max) in [
        ("name", address.name.as_str(), 256),
        ("line_one", &address.line_one, 60),
        (
            "line_two",
            address.line_two.as_deref().unwrap_or_default(),
            60,
        ),
        ("city", &address.city, 60),
        ("state", &address.state, 60),
        ("country", &address.country, 2),
        ("postal_code", &address.postal_code, 20),
    ] {
        let param = || format!("$.billing_address.{field}");
        if text.chars().count() > chars_max {
            return Err(ApiError::invalid(
                param(),
                format!("must be at most {chars_max} characters"),
            ));
        }
        if card::contains_card_number(text) {
            return Err(ApiError::invalid(param(), "must not hold a card number"));
        }
    }
    if address.country.len() != 2
        || !address
            .country
            .bytes()
            .all(|byte| byte.is_ascii_uppercase())
    {
        return Err(ApiError::invalid(
            "$.billing_address.country",
            "must be an ISO 3166-1 alpha-2 code",
        ));
    }
    Ok(json!({
        "name": address.name,
        "line_one": address.line_one,
        "line_two": address.line_two,
        "city": address.city,
        "state": address.state,
        "country": address.country,
        "postal_code": address.postal_code,
    })
    .to_string())
}
