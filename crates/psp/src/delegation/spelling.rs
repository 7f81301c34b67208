//! What typed reading forgives and the schema does not, checked on the body as it came.

use comptoir_http::{ApiError, Call};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::card;

/// The one required field whose absence typed reading cannot name, because it hides every detail of a
/// card number that it cannot read.
pub(super) fn check_number(json: &Value) -> Result<(), ApiError> {
    match json.get("payment_method") {
        Some(Value::Object(method)) if !method.contains_key("number") => {
            Err(ApiError::missing("$.payment_method.number"))
        }
        _ => Ok(()),
    }
}

/// Fields that are there have a value, the amount is written as an integer, and the currency in lower
/// case.
pub(super) fn check(call: &Call) -> Result<(), ApiError> {
    if let Some(path) = null_path(&call.json) {
        return Err(ApiError::invalid(
            path,
            "must not be null: leave the field out",
        ));
    }
    let spelled: Spelled<'_> = serde_json::from_slice(&call.body)
        .map_err(|_| ApiError::invalid("$", "is not readable"))?;
    let allowance = spelled.allowance;
    // `1e3` and `1000.0` are the same number, but not every reader on the way to the money agrees.
    if !card::is_digits(allowance.max_amount.get()) {
        let message = "must be 1 to 10^12 minor units, written as an integer";
        return Err(ApiError::invalid("$.allowance.max_amount", message));
    }
    if !allowance
        .currency
        .bytes()
        .all(|byte| byte.is_ascii_lowercase())
    {
        return Err(ApiError::invalid(
            "$.allowance.currency",
            "must be a lower-case ISO 4217 code",
        ));
    }
    Ok(())
}

#[derive(Deserialize)]
struct Spelled<'a> {
    #[serde(borrow)]
    allowance: SpelledAllowance<'a>,
}

#[derive(Deserialize)]
struct SpelledAllowance<'a> {
    #[serde(borrow)]
    max_amount: &'a RawValue,
    currency: String,
}

/// Where the first null is: the schema has no nullable field. The strict reader bounds the depth.
fn null_path(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("$".to_owned()),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            null_path(item).map(|path| path.replacen('$', &format!("$[{index}]"), 1))
        }),
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            null_path(field).map(|path| path.replacen('$', &format!("$.{name}"), 1))
        }),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
