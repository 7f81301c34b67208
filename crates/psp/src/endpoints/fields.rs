//! Fields that several endpoints read the same way.

use comptoir_acp::currency::Currency;
use comptoir_http::ApiError;

/// Longest key of a charge or refund, and longest reference, in characters.
const KEY_CHARS_MAX: usize = 255;

/// An identity that the seller chose: 1 to 255 visible ASCII characters.
pub(crate) fn key(text: &str, param: &str) -> Result<String, ApiError> {
    let valid = (1..=KEY_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    valid
        .then(|| text.to_owned())
        .ok_or_else(|| ApiError::invalid(param, "must be 1 to 255 visible ASCII characters"))
}

/// A short text for people.
pub(crate) fn note(text: Option<String>, param: &str) -> Result<Option<String>, ApiError> {
    match text {
        Some(text)
            if text.chars().count() > KEY_CHARS_MAX || text.chars().any(char::is_control) =>
        {
            Err(ApiError::invalid(
                param,
                "must be at most 255 characters without control characters",
            ))
        }
        text => Ok(text),
    }
}

/// A currency code in the one form of the wire: lower case.
pub(crate) fn currency(code: &str, param: &str) -> Result<Currency, ApiError> {
    let currency = Currency::from_code(code)
        .ok()
        .filter(|currency| currency.code() == code);
    currency.ok_or_else(|| ApiError::invalid(param, "must be a lower-case ISO 4217 code"))
}

/// The one value of a query parameter.
pub(crate) fn query(query: Option<&str>, name: &str) -> Result<String, ApiError> {
    optional_query(query, name)?.ok_or_else(|| ApiError::missing(format!("$.{name}")))
}

/// The one value of a query parameter, if it is there.
pub(crate) fn optional_query(query: Option<&str>, name: &str) -> Result<Option<String>, ApiError> {
    let pairs: Vec<(String, String)> = axum::extract::Query::try_from_uri(&uri(query)?)
        .map_err(|_| ApiError::invalid("$", "the query is not readable"))?
        .0;
    let mut values = pairs
        .into_iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(ApiError::invalid(format!("$.{name}"), "must be given once")),
    }
}

fn uri(query: Option<&str>) -> Result<http::Uri, ApiError> {
    format!("/?{}", query.unwrap_or_default())
        .parse()
        .map_err(|_| ApiError::invalid("$", "the query is not readable"))
}
