//! Canonical form of a parsed value, written straight into one buffer.
//!
//! Every request with an idempotency key passes here. The general serialiser allocates a buffer for
//! each key and each value, ten times the cost; a property test holds the two equal.

use serde_json::{Map, Number, Value};

use super::CanonicalError;
use super::numbers::EXACT_MAX;

/// Appends the canonical form of `value`; nesting is bounded by the parser that made it.
pub(super) fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(number, out)?,
        Value::String(text) => write_string(text, out)?,
        Value::Array(items) => {
            out.push(b'[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(object) => write_object(object, out)?,
    }
    Ok(())
}

fn write_object(object: &Map<String, Value>, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    let mut entries: Vec<(&String, &Value)> = object.iter().collect();
    if entries.iter().all(|(key, _)| key.is_ascii()) {
        entries.sort_unstable_by_key(|(key, _)| *key);
    } else {
        entries.sort_unstable_by(|(left, _), (right, _)| {
            left.encode_utf16().cmp(right.encode_utf16())
        });
    }
    out.push(b'{');
    for (position, (key, value)) in entries.into_iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_string(key, out)?;
        out.push(b':');
        write(value, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// The escapes of `serde_json` are those of RFC 8785, section 3.2.2.2.
fn write_string(text: &str, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    serde_json::to_writer(out, text)
        .map_err(|error| CanonicalError::Unserializable(error.to_string()))
}

fn write_number(number: &Number, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    let too_large = || CanonicalError::NumberTooLarge(number.to_string());
    let integer = number.as_i128();
    if let Some(integer) = integer {
        if integer.unsigned_abs() > EXACT_MAX {
            return Err(too_large());
        }
        out.extend_from_slice(integer.to_string().as_bytes());
        return Ok(());
    }
    let float = number
        .as_f64()
        .filter(|float| float.is_finite())
        .ok_or(CanonicalError::NotFinite)?;
    if float.abs() > 9_007_199_254_740_992.0 {
        return Err(too_large());
    }
    serde_json_canonicalizer::to_writer(&float, out)
        .map_err(|error| CanonicalError::Unserializable(error.to_string()))
}
