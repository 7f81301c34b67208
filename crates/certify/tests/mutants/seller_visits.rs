//! Telling the calls of checkout apart, and refusing them.

use http::Method;
use serde_json::{Value, json};

use super::proxy::{Answered, Asked};

/// A call of checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visit {
    Create,
    Update,
    Retrieve,
    Complete,
    Cancel,
}

/// Which call this is; `None` for anything else.
pub(crate) fn visit(asked: &Asked) -> Option<Visit> {
    let path = asked.path.split('?').next().unwrap_or_default();
    let segments: Vec<_> = path.trim_start_matches('/').split('/').collect();
    match (asked.method == Method::POST, segments.as_slice()) {
        (true, ["checkout_sessions"]) => Some(Visit::Create),
        (true, ["checkout_sessions", _]) => Some(Visit::Update),
        (false, ["checkout_sessions", _]) => Some(Visit::Retrieve),
        (true, ["checkout_sessions", _, "complete"]) => Some(Visit::Complete),
        (true, ["checkout_sessions", _, "cancel"]) => Some(Visit::Cancel),
        _ => None,
    }
}

/// The value at a JSON Pointer of the request; null without one.
pub(crate) fn sent(asked: &Asked, pointer: &str) -> Value {
    let json = asked.json().unwrap_or_default();
    json.pointer(pointer).cloned().unwrap_or_default()
}

/// A flat error.
pub(crate) fn refusal(status: u16, code: &str, param: &str) -> Answered {
    let error = json!({
        "type": "invalid_request",
        "code": code,
        "message": "the shop wants none of this",
        "param": param,
    });
    Answered::new(status, &error)
}
