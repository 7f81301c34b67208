//! Telling the calls of checkout apart, and refusing them.

use comptoir_certify::Lane;
use http::Method;
use serde_json::{Value, json};

use super::{
    fault::Fault,
    proxy::{Answered, Asked, Bend},
};

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

/// Repeats what was last sent at `from` in the answers to one kind of call.
struct Repeats {
    from: &'static str,
    at: Visit,
    member: &'static str,
    last: Value,
}

impl Bend for Repeats {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        let now = sent(asked, self.from);
        if !now.is_null() {
            self.last = now;
        }
        if visit(asked) == Some(self.at) && !self.last.is_null() {
            answered.edit(|json| json[self.member] = self.last.clone());
        }
    }
}

/// A seller that repeats what was last sent at the JSON Pointer `from` as `member` of the answers to
/// one kind of call, errors among them.
pub(crate) fn repeats(
    from: &'static str,
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    at: Visit,
    member: &'static str,
) -> Fault {
    Fault::new(Lane::Extensions, id, does, red, move || {
        let last = Value::Null;
        Box::new(Repeats {
            from,
            at,
            member,
            last,
        })
    })
}
