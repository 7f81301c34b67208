//! What went over the wire, without secrets.

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longest body kept as evidence, in bytes; the rest is cut and said to be.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// One request and what came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Its place in the check, from 1.
    pub number: u32,
    /// What was sent.
    pub request: RecordedRequest,
    /// What came back; `None` when nothing did.
    pub response: Option<RecordedResponse>,
    /// Why nothing came back.
    pub error: Option<String>,
    /// From sending to the end of the answer, in milliseconds.
    pub duration_ms: u64,
}

/// A request, redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedRequest {
    /// HTTP method.
    pub method: String,
    /// Absolute address.
    pub url: String,
    /// Headers as sent by the check; those of the transport are left out.
    pub headers: Vec<(String, String)>,
    /// Body as text.
    pub body: String,
}

/// A response, redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedResponse {
    /// HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: Vec<(String, String)>,
    /// Body as text.
    pub body: String,
}

/// Takes secrets out of what is kept: the keys of the configuration by value, card data by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Redactor {
    secrets: Vec<String>,
}

/// Members whose values are card data or credentials.
const CARD_MEMBERS: [&str; 5] = [
    "number",
    "cvc",
    "cryptogram",
    "token",
    "authentication_value",
];

impl Redactor {
    pub(crate) fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let secrets = secrets.into_iter();
        Self {
            secrets: secrets.filter(|secret| secret.len() >= 4).collect(),
        }
    }

    /// A text without the configured secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for secret in &self.secrets {
            if clean.contains(secret.as_str()) {
                clean = clean.replace(secret.as_str(), &masked(secret));
            }
        }
        clean
    }

    /// A body as text; JSON members that hold card data are masked, long bodies are cut.
    pub(crate) fn body(&self, body: &[u8]) -> String {
        let mut text = String::from_utf8_lossy(body).into_owned();
        // Only rewritten when there is something to mask: the bytes are the evidence.
        if let Ok(mut json) = serde_json::from_slice::<Value>(body)
            && mask_members(&mut json)
        {
            text = json.to_string();
        }
        let mut text = self.text(&text);
        if text.len() > BODY_BYTES_MAX {
            let whole = text.len();
            let mut end = BODY_BYTES_MAX;
            while !text.is_char_boundary(end) {
                end = end.saturating_sub(1);
            }
            text.truncate(end);
            text.push_str("… (cut, ");
            text.push_str(&whole.to_string());
            text.push_str(" bytes in all)");
        }
        text
    }

    /// Headers as pairs of text.
    pub(crate) fn headers(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        headers
            .iter()
            .map(|(name, value)| {
                let text = String::from_utf8_lossy(value.as_bytes());
                (name.as_str().to_owned(), self.header(name.as_str(), &text))
            })
            .collect()
    }

    /// One header value.
    pub(crate) fn header(&self, name: &str, value: &str) -> String {
        if name.eq_ignore_ascii_case("authorization") {
            return match value.split_once(' ') {
                Some((scheme, secret)) => format!("{scheme} {}", masked(secret)),
                None => masked(value),
            };
        }
        if ["cookie", "set-cookie", "proxy-authorization"]
            .iter()
            .any(|secret| name.eq_ignore_ascii_case(secret))
        {
            return masked(value);
        }
        self.text(value)
    }
}

/// The first characters of a secret, enough to tell two apart.
fn masked(secret: &str) -> String {
    let shown: String = secret
        .chars()
        .take(secret.chars().count().min(12) / 4)
        .collect();
    format!("{shown}…")
}

/// Masks card data and tokens at any depth; tells whether there was any.
fn mask_members(json: &mut Value) -> bool {
    match json {
        Value::Object(members) => {
            let mut any = false;
            for (name, member) in members {
                if CARD_MEMBERS.contains(&name.as_str())
                    && let Value::String(text) = member
                {
                    *text = masked(text);
                    any = true;
                } else {
                    any |= mask_members(member);
                }
            }
            any
        }
        Value::Array(elements) => {
            let mut any = false;
            for element in elements {
                any |= mask_members(element);
            }
            any
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Neither keys nor cards stay in what is kept.
    #[test]
    fn evidence_holds_no_secret() {
        let redactor = Redactor::new(["key_4242secret".to_owned()]);
        let body = br#"{"payment_method":{"number":"4242424242424242","cvc":"123"},"note":"key_4242secret"}"#;
        let kept = redactor.body(body);
        assert!(!kept.contains("4242424242424242"), "{kept}");
        assert!(!kept.contains("123"), "{kept}");
        assert!(!kept.contains("4242secret"), "{kept}");
        assert_eq!(
            redactor.header("Authorization", "Bearer abcdefgh"),
            "Bearer ab…"
        );
    }

    /// A body without secrets is kept byte for byte.
    #[test]
    fn harmless_bodies_stay_as_they_are() {
        let redactor = Redactor::default();
        assert_eq!(redactor.body(b"{ \"a\" :1 }"), "{ \"a\" :1 }");
    }
}
