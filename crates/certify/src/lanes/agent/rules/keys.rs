//! Idempotency keys.

use std::collections::BTreeMap;

use crate::{
    Outcome, Stop, Topic,
    lanes::agent::{
        call::{Call, Op},
        rule::{Grade, Rule},
    },
};

/// A random UUID in its usual spelling.
fn is_uuid4(key: &str) -> bool {
    uuid::Uuid::try_parse(key).is_ok_and(|uuid| {
        uuid.get_version_num() == 4 && uuid.hyphenated().to_string() == key.to_ascii_lowercase()
    })
}

/// The calls that need a key.
fn keyed<'a>(grade: &'a Grade<'_>) -> impl Iterator<Item = &'a Call> {
    grade.seen.calls.iter().filter(|call| {
        matches!(
            call.op,
            Op::Create | Op::Update | Op::Complete | Op::Cancel | Op::Delegate
        )
    })
}

fn each(grade: &Grade<'_>, op: Op, look: impl Fn(&Call) -> Outcome) -> Outcome {
    let mut any = false;
    for call in grade.seen.of_kind(op) {
        any = true;
        look(call)?;
    }
    if any {
        Ok(())
    } else {
        Err(Stop::NotTested(grade.summary()))
    }
}

fn sent(grade: &Grade<'_>, op: Op) -> Outcome {
    each(grade, op, |call| {
        grade.must(
            !call.key().is_empty(),
            call,
            "the call has an Idempotency-Key",
            || "there is none".to_owned(),
        )
    })
}

/// Keys from 2026-04-17 on, where every POST has one.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    let mut all = keys_sent();
    all.extend(keys_apart());
    all.into_iter()
        .map(|rule| {
            rule.topic(Topic::Idempotency)
                .advice("make a random UUID for every call")
        })
        .collect()
}

fn keys_sent() -> Vec<Rule> {
    vec![
        Rule::new("create-key", "create has an idempotency key", |grade| {
            sent(grade, Op::Create)
        })
        .proves(&["checkout.idempotency.agent-sends-key"]),
        Rule::new("update-key", "update has an idempotency key", |grade| {
            sent(grade, Op::Update)
        })
        .proves(&["checkout.idempotency.agent-sends-key"]),
        Rule::new("complete-key", "complete has an idempotency key", |grade| {
            sent(grade, Op::Complete)
        })
        .proves(&["checkout.idempotency.agent-sends-key"]),
        Rule::new(
            "delegate-key",
            "the call for a token has an idempotency key",
            |grade| sent(grade, Op::Delegate),
        )
        .proves(&[
            "delegate-payment.idempotency.client-key",
            "delegate-payment.idempotency.key-not-empty",
        ]),
        Rule::new("key-length", "keys have 1 to 255 characters", |grade| {
            keyed(grade).try_for_each(|call| length(grade, call))
        })
        .proves(&[
            "checkout.idempotency.key-length",
            "delegate-payment.idempotency.key-length",
        ]),
        Rule::new("key-uuid4", "keys are random UUIDs", |grade| {
            for call in keyed(grade).filter(|call| !call.key().is_empty()) {
                grade.should(
                    is_uuid4(call.key()),
                    call,
                    "a key is a version 4 UUID",
                    || call.key().to_owned(),
                )?;
            }
            Ok(())
        })
        .proves(&[
            "checkout.idempotency.key-uuid4",
            "delegate-payment.idempotency.key-uuid",
        ]),
    ]
}

fn keys_apart() -> Vec<Rule> {
    vec![
        Rule::new("key-per-call", "every call has a key of its own", |grade| {
            let mut known: BTreeMap<&str, &Call> = BTreeMap::new();
            for call in keyed(grade).filter(|call| !call.key().is_empty()) {
                if let Some(other) = known.insert(call.key(), call) {
                    let same = other.path == call.path && other.body == call.body;
                    grade.must(same, call, "different calls have different keys", || {
                        format!("its key is that of {}", other.what())
                    })?;
                }
            }
            Ok(())
        })
        .proves(&["checkout.idempotency.agent-new-key-per-attempt"]),
    ]
}

/// Keys before 2026-04-17, where they are good manners.
pub(in crate::lanes::agent) fn older() -> Vec<Rule> {
    vec![
        Rule::new(
            "create-key-wanted",
            "create should have an idempotency key",
            |grade| wanted_key(grade, Op::Create),
        )
        .topic(Topic::Idempotency)
        .proves(&["versions.idempotency.key-on-create"]),
        Rule::new(
            "complete-key-wanted",
            "complete should have an idempotency key",
            |grade| wanted_key(grade, Op::Complete),
        )
        .topic(Topic::Idempotency)
        .proves(&["versions.idempotency.key-on-complete"]),
    ]
}

fn wanted_key(grade: &Grade<'_>, op: Op) -> Outcome {
    each(grade, op, |call| {
        grade.should(
            !call.key().is_empty(),
            call,
            "the call has an Idempotency-Key",
            || "there is none".to_owned(),
        )
    })
}

/// A key that is sent has 1 to 255 characters.
pub(super) fn length(grade: &Grade, call: &Call) -> Outcome {
    let length = call
        .header("idempotency-key")
        .map_or(1, |key| key.chars().count());
    grade.must(
        (1..=255).contains(&length),
        call,
        "a key has 1 to 255 characters",
        || format!("{length} characters"),
    )
}
