//! Paying once, whatever becomes of the answer.

use serde_json::Value;

use crate::{
    Stop,
    lanes::agent::{
        call::{Call, Op},
        rule::{Grade, Rule},
    },
};

/// Whether the agent cannot know what became of a call.
fn is_unknown(call: &Call) -> bool {
    match call.status() {
        None => true,
        Some(status) if (200..300).contains(&status) => {
            // A body that says nothing.
            call.answered("/status").and_then(Value::as_str).is_none()
        }
        Some(status) => status >= 500 || status == 409 || status == 429 || status == 408,
    }
}

/// Whether the agent was told, between two calls, that the first had no effect.
fn told_of_failure(grade: &Grade<'_>, first: &Call, second: &Call) -> bool {
    grade.seen.calls.iter().any(|call| {
        call.at > first.at
            && call.until.is_some_and(|until| until <= second.at)
            && matches!(call.op, Op::Read | Op::Complete)
            && call
                .answered("/status")
                .and_then(Value::as_str)
                .is_some_and(|status| {
                    !["completed", "complete_in_progress", "in_progress"].contains(&status)
                })
    })
}

/// After an unknown outcome nothing but the same call is sent.
pub(in crate::lanes::agent) fn pays_once() -> Rule {
    Rule::new("pays-once", "the agent does not pay twice", |grade| {
        grade.must_all(grade.seen.paid <= 1, "one session is paid", || {
            format!("{} were", grade.seen.paid)
        })?;
        let completes: Vec<&Call> = grade.seen.completes().collect();
        for pair in completes.windows(2) {
            let [first, second] = pair else { continue };
            let differs = first.key() != second.key() || first.path != second.path;
            let blind = is_unknown(first) && !told_of_failure(grade, first, second);
            grade.must(
                !(differs && blind),
                second,
                "while the outcome is unknown, only the same call with the same key is sent again",
                || "another complete was sent, with another key or for another session".to_owned(),
            )?;
        }
        Ok(())
    })
    .proves(&["checkout.idempotency.agent-new-key-per-attempt"])
    .advice("after a lost answer repeat the same bytes with the same key, or read the session")
}

/// No second token while the outcome is unknown.
pub(in crate::lanes::agent) fn no_second_token() -> Rule {
    Rule::new(
        "no-second-token",
        "no second token is asked for while the outcome is unknown",
        |grade| {
            let Some(lost) = grade.seen.completes().find(|call| is_unknown(call)) else {
                return Err(Stop::NotTested(format!(
                    "no complete got lost; {}",
                    grade.summary()
                )));
            };
            let mut later = grade
                .seen
                .after(lost)
                .filter(|call| call.op == Op::Delegate);
            match later.find(|call| !told_of_failure(grade, lost, call)) {
                None => Ok(()),
                Some(call) => grade.must(false, call, "no further token is asked for", || {
                    "another token was asked for although the first payment may have been made"
                        .to_owned()
                }),
            }
        },
    )
    .advice("find out what became of the first payment before a second is begun")
}

/// The agent finds out.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other operations have nothing of their own here"
)]
pub(in crate::lanes::agent) fn finds_out() -> Rule {
    Rule::new(
        "finds-out",
        "the agent finds out what became of its payment",
        |grade| {
            let Some(lost) = grade.seen.completes().find(|call| is_unknown(call)) else {
                return Err(Stop::NotTested(format!(
                    "no complete got lost; {}",
                    grade.summary()
                )));
            };
            let asked = grade.seen.after(lost).any(|call| match call.op {
                Op::Read => true,
                Op::Complete => call.key() == lost.key() && call.body == lost.body,
                _ => false,
            });
            grade.should(
                asked,
                lost,
                "the session is read, or the same complete repeated with the same key",
                || grade.summary(),
            )
        },
    )
    .advice("read the session, or repeat the same bytes with the same key")
}

/// The same key never has two bodies.
pub(in crate::lanes::agent) fn same_bytes() -> Rule {
    Rule::new(
        "same-bytes",
        "a key that is used again has the same bytes",
        |grade| {
            for (place, call) in grade.seen.calls.iter().enumerate() {
                if call.key().is_empty() {
                    continue;
                }
                let earlier = grade.seen.calls.iter().take(place);
                for other in earlier.filter(|other| other.key() == call.key()) {
                    let same = other.body == call.body && other.path == call.path;
                    grade.must(
                        same,
                        call,
                        "an idempotency key belongs to one call and its exact bytes",
                        || "the key was used before for another path or body".to_owned(),
                    )?;
                }
            }
            Ok(())
        },
    )
    .proves(&[
        "checkout.idempotency.agent-new-key-per-attempt",
        "checkout.idempotency.agent-conflict-permanent",
        "delegate-payment.idempotency.conflict-permanent",
    ])
    .advice("keep the bytes of a call with its key, and send them again unchanged")
}

/// Everything about an answer that got lost.
pub(in crate::lanes::agent) fn lost() -> Vec<Rule> {
    vec![pays_once(), no_second_token(), finds_out(), same_bytes()]
}

/// A second attempt after a decline is a new call.
pub(in crate::lanes::agent) fn new_key_after_decline() -> Rule {
    Rule::new(
        "new-key",
        "a new attempt after a decline has a new key",
        |grade| {
            let completes: Vec<&Call> = grade.seen.completes().collect();
            let [first, rest @ ..] = completes.as_slice() else {
                return Err(Stop::NotTested(grade.summary()));
            };
            let Some(second) = rest.first() else {
                return Err(Stop::NotApplicable(
                    "the agent made no second attempt after the decline (ACP_TASK=pay-again)"
                        .to_owned(),
                ));
            };
            grade.must(
                second.key() != first.key(),
                second,
                "the second attempt has a key of its own",
                || "the key of the declined attempt was used again".to_owned(),
            )
        },
    )
    .proves(&["checkout.idempotency.agent-new-key-per-attempt"])
    .advice("make a new key for every attempt; only a repetition of the same call keeps its key")
}

/// A second attempt has a new token.
pub(in crate::lanes::agent) fn new_token_after_decline() -> Rule {
    Rule::new(
        "new-token",
        "a new attempt after a decline has a new token",
        |grade| {
            let tokens: Vec<&str> = grade
                .seen
                .completes()
                .filter_map(|call| {
                    call.text("/payment_data/instrument/credential/token")
                        .or_else(|| call.text("/payment_data/token"))
                })
                .collect();
            match tokens.as_slice() {
                [] => Err(Stop::NotTested(grade.summary())),
                [_] => Err(Stop::NotApplicable(
                    "the agent made no second attempt after the decline (ACP_TASK=pay-again)"
                        .to_owned(),
                )),
                [first, second, ..] => grade.should_all(
                    first != second,
                    "the second attempt has a token of its own",
                    || "the declined token was sent again".to_owned(),
                ),
            }
        },
    )
    .advice("a token is for one attempt: ask for another")
}
