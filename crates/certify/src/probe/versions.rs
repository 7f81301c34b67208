//! Which dated versions a seller speaks.

use http::Method;
use serde_json::Value;
use url::Url;

use crate::{Answer, Case, Request, SpecVersion};

/// A date that no version has: whoever checks `API-Version` refuses it and names what it speaks.
const NO_VERSION: &str = "1999-01-01";

/// The versions that the discovery document names, otherwise those that an error about the version
/// names, both oldest first; with them the discovery document. No version when the seller names none.
pub(crate) async fn supported(
    case: &Case,
    url: &Url,
    key: &str,
) -> (Vec<SpecVersion>, Option<Value>) {
    let document = discovery(case, url).await;
    let named = document.as_ref().and_then(|document| {
        let list = document.pointer("/protocol/supported_versions")?;
        Some(dated(list))
    });
    match named {
        Some(versions) if !versions.is_empty() => (versions, document),
        _ => (from_error(case, url, key).await, document),
    }
}

/// The discovery document, when there is one that calls itself ACP.
async fn discovery(case: &Case, url: &Url) -> Option<Value> {
    let mut origin = url.clone();
    origin.set_path("");
    let request =
        Request::new(Method::GET, "/.well-known/acp.json").header("Accept", "application/json");
    let answer = case.try_send(&origin, &request).await.ok()?;
    let document = answer.json.filter(|_| answer.status == 200)?;
    let is_acp = document.pointer("/protocol/name").and_then(Value::as_str) == Some("acp");
    is_acp.then_some(document)
}

async fn from_error(case: &Case, url: &Url, key: &str) -> Vec<SpecVersion> {
    let request = Request::new(Method::POST, "/checkout_sessions")
        .header("Authorization", format!("Bearer {key}"))
        .header("API-Version", NO_VERSION)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", case.fresh_key().unwrap_or_default())
        .body("{}");
    let Ok(answer) = case.try_send(url, &request).await else {
        return Vec::new();
    };
    let lists = ["/supported_versions", "/error/supported_versions"];
    let named = lists.iter().find_map(|place| answer.pointer(place));
    named.map(dated).unwrap_or_default()
}

/// Whether an answer refuses the version as such.
pub(super) fn refuses_version(answer: &Answer) -> bool {
    let code = answer
        .text("/code")
        .or_else(|| answer.text("/error/code"))
        .unwrap_or_default();
    answer.is_refusal()
        && (code.contains("version") || answer.pointer("/supported_versions").is_some())
}

fn dated(list: &Value) -> Vec<SpecVersion> {
    let mut versions: Vec<SpecVersion> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|version| version.as_str()?.parse().ok())
        .collect();
    versions.sort_unstable();
    versions.dedup();
    versions
}
