//! The judge's payment provider: gives a token for every well-formed request.

use serde_json::{Value, json};

use super::{
    authentication,
    call::{Call, Op},
    play::{Moment, Play, Token},
    reply::Reply,
};
use crate::lanes::clock::now;

/// A limit that was not given covers everything: what the agent forgot is its own loss.
pub(super) const MAX_AMOUNT_UNKNOWN: i64 = i64::MAX;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other operations have nothing of their own here"
)]
pub(super) fn answer(play: &Play, op: Op, call: &Call, moment: &Moment<'_>) -> Reply {
    match op {
        Op::Delegate => delegate(play, call),
        Op::AuthenticationCreate | Op::Authenticate | Op::AuthenticationRead => {
            authentication::answer(play, op, call, moment)
        }
        _ => Reply::error(404, "invalid_request", "not_found", "nothing is here"),
    }
}

fn delegate(play: &Play, call: &Call) -> Reply {
    let Some(body) = &call.json else {
        return Reply::error(
            400,
            "invalid_request",
            "invalid_card",
            "the body is no JSON",
        );
    };
    let id = play.fresh("vt");
    let max_amount = body
        .pointer("/allowance/max_amount")
        .and_then(Value::as_i64);
    let token = Token {
        max_amount,
        used: false,
    };
    play.state().tokens.insert(id.clone(), token);
    let session = body
        .pointer("/allowance/checkout_session_id")
        .and_then(Value::as_str);
    let document = json!({
        "id": id,
        "created": now().to_string(),
        "metadata": { "checkout_session_id": session.unwrap_or_default() },
    });
    Reply::json(201, &document)
}
