//! What typed reading forgives and the schema does not, checked on the body as it came.

use comptoir_http::{ApiError, Call};
use serde_json::Value;

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

/// Fields that are there have a value, and the currency is written in lower case. An amount may be
/// written as `1000`, `1000.0` or `1e3`: the strict reader makes one integer of them.
pub(super) fn check(call: &Call) -> Result<(), ApiError> {
    if let Some(path) = null_path(&call.json) {
        return Err(ApiError::invalid(
            path,
            "must not be null: leave the field out",
        ));
    }
    let currency = call
        .json
        .pointer("/allowance/currency")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !currency.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(ApiError::invalid(
            "$.allowance.currency",
            "must be a lower-case ISO 4217 code",
        ));
    }
    Ok(())
}

/// The body without a `display_last4` that is shorter than four digits, where the version allows one.
/// It says nothing that the number does not say, but it has to be right.
pub(super) fn without_short_last4(call: &Call) -> Result<Option<Value>, ApiError> {
    if !call.rules.short_display_last4 {
        return Ok(None);
    }
    let field = |name: &str| call.json.get("payment_method")?.get(name)?.as_str();
    let (Some(shown), Some(number)) = (field("display_last4"), field("number")) else {
        return Ok(None);
    };
    if shown.chars().count() >= 4 {
        return Ok(None);
    }
    if !number.ends_with(shown) {
        return Err(super::refuse(
            "$.payment_method.display_last4",
            "does not belong to the number",
        ));
    }
    let mut rewritten = call.json.clone();
    if let Some(Value::Object(method)) = rewritten.get_mut("payment_method") {
        method.remove("display_last4");
    }
    Ok(Some(rewritten))
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
