//! Trying again: when, and with what.

use std::time::Duration;

use serde_json::Value;

use crate::{
    Outcome, Stop,
    lanes::agent::{
        call::Call,
        rule::{Grade, Rule},
    },
};

/// How much earlier than asked a call may come, for clocks that tick differently.
const SLACK: Duration = Duration::from_millis(100);

/// The call that was put off: the first answer with `Retry-After`.
fn put_off<'a>(grade: &'a Grade<'_>) -> Outcome<(&'a Call, u64)> {
    let mut calls = grade.seen.calls.iter();
    let found = calls.find_map(|call| {
        let headers = &call.given.as_ref()?.headers;
        let (_, value) = headers.iter().find(|(name, _)| name == "retry-after")?;
        Some((call, value.parse().ok()?))
    });
    found.ok_or_else(|| Stop::NotTested(format!("no call was put off; {}", grade.summary())))
}

/// Not before `Retry-After` has passed.
pub(in crate::lanes::agent) fn waits() -> Rule {
    Rule::new(
        "waits",
        "the agent waits as long as Retry-After says",
        |grade| {
            let (call, seconds) = put_off(grade)?;
            let Some(again) = grade.seen.next_alike(call) else {
                return Err(Stop::NotApplicable(
                    "the agent did not try again".to_owned(),
                ));
            };
            let waited = again.at.saturating_sub(call.until.unwrap_or(call.at));
            let enough = waited.saturating_add(SLACK) >= Duration::from_secs(seconds);
            grade.must(
                enough,
                again,
                "the call is not repeated before Retry-After has passed",
                || {
                    format!(
                        "it came after {} ms instead of {seconds} s",
                        waited.as_millis()
                    )
                },
            )
        },
    )
    .advice("wait for the seconds of Retry-After before the call is repeated")
}

/// The repetition is the same call.
pub(in crate::lanes::agent) fn same_key() -> Rule {
    Rule::new(
        "same-key",
        "the repetition has the same key and the same bytes",
        |grade| {
            let (call, _) = put_off(grade)?;
            let Some(again) = grade.seen.next_alike(call) else {
                return Err(Stop::NotApplicable(
                    "the agent did not try again".to_owned(),
                ));
            };
            let same =
                again.key() == call.key() && again.body == call.body && !call.key().is_empty();
            grade.must(
                same,
                again,
                "the call is repeated with its key and its bytes",
                || {
                    let key = if again.key() == call.key() {
                        "another body"
                    } else {
                        "another key"
                    };
                    format!("it came with {key}")
                },
            )
        },
    )
    .advice("repeat a call with the key and bytes of its first sending")
}

/// The call is repeated at all: a MUST for calls in flight.
pub(in crate::lanes::agent) fn must_retry() -> Rule {
    Rule::new("retries", "the agent tries again", |grade| {
        let (call, _) = put_off(grade)?;
        grade.must(
            grade.seen.next_alike(call).is_some(),
            call,
            "the call is repeated",
            || grade.summary(),
        )
    })
    .advice("repeat the call after the wait that the answer asks for")
}

/// The call should be repeated.
pub(in crate::lanes::agent) fn should_retry() -> Rule {
    Rule::new("retries", "the agent should try again", |grade| {
        let (call, _) = put_off(grade)?;
        grade.should(
            grade.seen.next_alike(call).is_some(),
            call,
            "the call is repeated",
            || grade.summary(),
        )
    })
    .advice("repeat the call after the wait that the answer asks for")
}

/// A conflict is final: never the same key with that body again.
pub(in crate::lanes::agent) fn final_conflict() -> Rule {
    Rule::new(
        "no-repetition",
        "the same key is not sent with that body again",
        |grade| {
            let mut calls = grade.seen.calls.iter();
            let code = |call: &&Call| {
                call.answered("/code").and_then(Value::as_str) == Some("idempotency_conflict")
            };
            let Some(call) = calls.find(code) else {
                return Err(Stop::NotTested(format!(
                    "no conflict was answered; {}",
                    grade.summary()
                )));
            };
            let again = grade.seen.after(call).find(|other| {
                other.key() == call.key() && other.path == call.path && other.body == call.body
            });
            match again {
                None => Ok(()),
                Some(again) => grade.must(false, again, "a conflict is permanent", || {
                    "the same key was sent with the same body again".to_owned()
                }),
            }
        },
    )
    .proves(&[
        "checkout.idempotency.agent-conflict-permanent",
        "delegate-payment.idempotency.conflict-permanent",
        "versions.delegate-payment.idempotency-conflict-permanent",
    ])
    .advice("take a conflict as final: look what the first call did instead")
}

/// The refused call is not repeated unchanged.
pub(in crate::lanes::agent) fn no_unchanged_repetition() -> Rule {
    Rule::new(
        "no-repetition",
        "the refused call is not repeated unchanged",
        |grade| {
            for call in &grade.seen.calls {
                let refused = call.status().is_some_and(|status| {
                    (400..500).contains(&status) && ![408, 409, 425, 429].contains(&status)
                });
                if !refused {
                    continue;
                }
                let mut later = grade.seen.after(call);
                let again = later.find(|other| {
                    other.path == call.path
                        && other.method == call.method
                        && other.body == call.body
                        && other.header("api-version") == call.header("api-version")
                        && !call.body.is_empty()
                });
                if let Some(again) = again {
                    grade.must(false, again, "a refused call is mended or given up", || {
                        format!("{} was sent again as it was", again.what())
                    })?;
                }
            }
            Ok(())
        },
    )
    .proves(&["checkout.errors.agent-handles-messages"])
    .advice("mend the call as the error says, ask the buyer, or give up")
}
