//! From a checked JSON value to a typed request, with the place of what does not fit.

mod objects;

use objects::Objects;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    ApiError, Fault,
    json_path::{self, Step},
};

/// Reads a typed request.
///
/// The common case is one plain pass; only a body that does not fit is read again to find where.
pub(crate) fn parse<T: DeserializeOwned>(json: &Value) -> Result<T, ApiError> {
    if !json.is_object() {
        return Err(ApiError::invalid("$", "the body must be a JSON object"));
    }
    T::deserialize(Objects(json)).or_else(|_| {
        serde_path_to_error::deserialize(Objects(json)).map_err(|error| explain(&error))
    })
}

fn explain(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let mut steps: Vec<Step> = error.path().iter().filter_map(step).collect();
    let text = error.inner().to_string();
    if let Some(field) = quoted(&text, "missing field `") {
        steps.push(Step::Name(field.to_owned()));
        return ApiError::missing(json_path::render(&steps));
    }
    if let Some(field) = quoted(&text, "unknown field `") {
        if steps.last() != Some(&Step::Name(field.to_owned())) {
            steps.push(Step::Name(field.to_owned()));
        }
        return ApiError::invalid(json_path::render(&steps), "this field is not known here");
    }
    ApiError::new(Fault::Invalid, expectation(&text)).with_param(json_path::render(&steps))
}

fn step(segment: &serde_path_to_error::Segment) -> Option<Step> {
    match segment {
        serde_path_to_error::Segment::Seq { index } => Some(Step::Index(*index)),
        serde_path_to_error::Segment::Map { key } => Some(Step::Name(key.clone())),
        // Variants are no steps in the JSON as the caller wrote it.
        serde_path_to_error::Segment::Enum { .. } | serde_path_to_error::Segment::Unknown => None,
    }
}

fn quoted<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    text.strip_prefix(start)?
        .split_once('`')
        .map(|(name, _)| name)
}

/// What should be there, without what is: the latter may be a card number.
fn expectation(text: &str) -> String {
    let serde_wording = [
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
        "unknown variant `",
    ];
    let expected = serde_wording
        .iter()
        .any(|start| text.starts_with(start))
        .then(|| {
            text.rsplit_once(", expected ")
                .map(|(_, expected)| expected)
        })
        .flatten();
    match expected {
        Some(expected) => format!("expected {expected}"),
        None => "the value is not valid".to_owned(),
    }
}
