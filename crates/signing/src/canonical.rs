//! Canonical JSON after RFC 8785: equal meaning, equal bytes.

mod numbers;
mod strict;
mod value;

use serde::Serialize;

/// Why a value has no canonical form.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// A number beyond ±2^53: canonical JSON knows doubles only, and would round it silently.
    #[error("number {0} is beyond 2^53 and has no exact canonical form")]
    NumberTooLarge(String),
    /// A float that is infinite or not a number.
    #[error("a number is not finite")]
    NotFinite,
    /// The text is not JSON, or an object repeats a key.
    #[error("the text is not json with unique keys")]
    Syntax(#[source] serde_json::Error),
    /// The value's own `Serialize` refused, or a map repeats a key.
    #[error("the value cannot be serialised as json: {0}")]
    Unserializable(String),
}

/// The RFC 8785 form of `value`.
///
/// # Errors
/// Integers beyond ±2^53 and floats that are not finite are refused.
pub fn canonicalize<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    numbers::check_numbers(value)?;
    serde_json_canonicalizer::to_vec(&value)
        .map_err(|error| CanonicalError::Unserializable(error.to_string()))
}

/// The RFC 8785 form of JSON text that came over the wire.
///
/// Stricter than [`canonicalize`]: the text of a number can differ from the double it becomes, so
/// every number beyond ±2^53 is refused, and so is an object that repeats a key.
pub fn canonicalize_text(json: &[u8]) -> Result<Vec<u8>, CanonicalError> {
    let value = strict::parse(json).map_err(CanonicalError::Syntax)?;
    canonicalize_exact(&value)
}

/// The canonical form of a parsed value whose every number is exact.
pub(crate) fn canonicalize_exact(value: &serde_json::Value) -> Result<Vec<u8>, CanonicalError> {
    let mut out = Vec::with_capacity(512);
    value::write(value, &mut out)?;
    Ok(out)
}
