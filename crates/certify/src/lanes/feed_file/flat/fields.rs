//! What one value may look like.

use jiff::{Timestamp, civil::Date};
use serde_json::Value;
use url::Url;

use super::{super::super::clock::now, Row};

/// The column must be there.
pub(super) fn present(row: &Row, column: &str) -> Option<String> {
    (!row.has(column)).then(|| format!("{column} is missing"))
}

/// At most so many characters.
pub(super) fn longest(row: &Row, column: &str, most: usize) -> Option<String> {
    let length = row.text(column).chars().count();
    (length > most).then(|| format!("{column} has {length} characters, at most {most} are allowed"))
}

/// A JSON boolean, or the words `true` and `false`.
pub(super) fn boolean(row: &Row, column: &str) -> Option<String> {
    let text = row.text(column);
    let right = matches!(text.as_str(), "" | "true" | "false");
    (!right).then(|| format!("{column} is `{text}`"))
}

/// One of the words.
pub(super) fn one_of(row: &Row, column: &str, words: &[&str]) -> Option<String> {
    let text = row.text(column);
    (!text.is_empty() && !words.contains(&text.as_str())).then(|| format!("{column} is `{text}`"))
}

/// An absolute http or https address.
pub(super) fn address(row: &Row, column: &str) -> Option<String> {
    let text = row.text(column);
    (!text.is_empty() && !is_address(&text)).then(|| format!("{column} is `{text}`"))
}

pub(super) fn is_address(text: &str) -> bool {
    Url::parse(text.trim())
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
}

/// A number in the range.
pub(super) fn between(row: &Row, column: &str, least: f64, most: f64) -> Option<String> {
    match row.number(column)? {
        Err(fault) => Some(fault),
        Ok(number) => (!(least..=most).contains(&number)).then(|| format!("{column} is {number}")),
    }
}

/// A number above 0.
pub(super) fn positive(row: &Row, column: &str) -> Option<String> {
    match row.number(column)? {
        Err(fault) => Some(fault),
        Ok(number) => (number <= 0.0).then(|| format!("{column} is {number}")),
    }
}

/// Amount and currency of a price such as `79.99 USD`.
pub(super) fn money(text: &str) -> Option<(f64, &str)> {
    let (amount, currency) = text.split_once(' ')?;
    let decimal = !amount.is_empty()
        && amount
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && amount.bytes().filter(|byte| *byte == b'.').count() <= 1
        && !amount.starts_with('.')
        && !amount.ends_with('.');
    let code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    (decimal && code).then_some((amount.parse().ok()?, currency))
}

/// A price such as `79.99 USD`.
pub(super) fn price(row: &Row, column: &str) -> Option<String> {
    let text = row.text(column);
    (!text.is_empty() && money(&text).is_none()).then(|| format!("{column} is `{text}`"))
}

/// The day or moment that a text names, at its end.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let day: Date = text.get(..10)?.parse().ok()?;
    format!("{day}T23:59:59Z").parse().ok()
}

/// A date.
pub(super) fn date(row: &Row, column: &str) -> Option<String> {
    let text = row.text(column);
    (!text.is_empty() && moment(&text).is_none()).then(|| format!("{column} is `{text}`"))
}

/// A date that has not passed.
pub(super) fn future(row: &Row, column: &str) -> Option<String> {
    let text = row.text(column);
    let passed = moment(&text).is_none_or(|at| at < now());
    (!text.is_empty() && passed).then(|| format!("{column} is `{text}`"))
}

/// JSON in a column, whether the file is JSON or a table.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every value but text stays as it is"
)]
pub(super) fn json(row: &Row, column: &str) -> Option<Result<Value, String>> {
    match row.get(column)? {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => {
            Some(serde_json::from_str(text).map_err(|error| format!("{column}: {error}")))
        }
        other => Some(Ok(other.clone())),
    }
}

/// A list of objects with these members.
pub(super) fn objects(row: &Row, column: &str, members: &[&str]) -> Option<String> {
    let elements = match json(row, column)? {
        Ok(Value::Array(elements)) => elements,
        Ok(other) => return Some(format!("{column} is {other}")),
        Err(fault) => return Some(fault),
    };
    elements.iter().find_map(|one| {
        let missing = members.iter().find(|member| one.get(**member).is_none())?;
        Some(format!("{column}: no {missing} in {one}"))
    })
}

/// The parts of a comma-separated list, or of a JSON list.
pub(super) fn parts(row: &Row, column: &str) -> Vec<String> {
    if let Some(Value::Array(elements)) = row.get(column) {
        elements
            .iter()
            .map(|one| one.as_str().unwrap_or_default().to_owned())
            .collect()
    } else {
        let text = row.text(column);
        let parts = text.split(',').map(|part| part.trim().to_owned());
        parts.filter(|part| !part.is_empty()).collect()
    }
}
