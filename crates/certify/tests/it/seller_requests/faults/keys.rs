//! Keys that are not heeded.

use http::Method;

use super::{super::bend::Bend, Fault, error, keyed, must};

pub(super) fn all() -> Vec<Fault> {
    let groups = [presence(), scope(), comparison()];
    groups.into_iter().flatten().collect()
}

fn presence() -> Vec<Fault> {
    let mut fresh = 0;
    vec![
        must(
            "keys are not needed",
            &[
                "seller.idempotency.key-missing-create",
                "seller.idempotency.key-empty-cancel",
            ],
            Bend::ask(move |asked| {
                if asked.method == Method::POST
                    && asked
                        .header("idempotency-key")
                        .is_none_or(|key| key.is_empty())
                {
                    fresh += 1;
                    asked.set("idempotency-key", &format!("filled-in-{fresh}"));
                }
            }),
        ),
        must(
            "keys are ignored",
            &[
                "seller.idempotency.replay-create",
                "seller.idempotency.conflict-create-other-text",
                "seller.idempotency.replay-makes-one-session",
                "seller.concurrency.creates-one-key-8",
                "seller.concurrency.creates-replayed-after-race",
            ],
            {
                let mut count = 0;
                Bend::ask(move |asked| {
                    count += 1;
                    if keyed(asked).is_some() {
                        asked.set("idempotency-key", &format!("own-{count}"));
                    }
                })
            },
        ),
    ]
}

fn scope() -> Vec<Fault> {
    vec![
        must(
            "a key replays whatever the path",
            &[
                "seller.idempotency.scope-paths-of-one-session",
                "seller.idempotency.scope-two-sessions-cancel",
            ],
            Bend::stored(keyed),
        ),
        must(
            "a key replays whatever the body",
            &[
                "seller.idempotency.conflict-create-other-item",
                "seller.idempotency.conflict-create-array-order",
                "seller.idempotency.conflict-create-null-added",
                "seller.idempotency.conflict-update-empty",
                "seller.idempotency.conflict-complete-other-token",
                "seller.idempotency.conflict-cancel-other-trace",
            ],
            Bend::stored(|asked| Some(format!("{} {}", asked.path, keyed(asked)?))),
        ),
        must(
            "a key replays whoever sends it",
            &[
                "seller.idempotency.scope-caller-same-body",
                "seller.auth.stolen-replay-create",
                "seller.auth.stolen-replay-complete",
            ],
            Bend::stored(|asked| {
                let body = String::from_utf8_lossy(&asked.body);
                Some(format!("{} {} {body}", asked.path, keyed(asked)?))
            }),
        ),
    ]
}

fn comparison() -> Vec<Fault> {
    vec![
        must(
            "bodies are compared byte by byte",
            &[
                "seller.idempotency.same-member-order-create",
                "seller.idempotency.same-white-space-update",
                "seller.idempotency.same-escapes-complete",
                "seller.idempotency.same-number-trailing-zero",
                "seller.concurrency.creates-one-key-two-bodies",
            ],
            Bend::ask(|asked| {
                if let Some(key) = keyed(asked) {
                    let sum: u64 = asked
                        .body
                        .iter()
                        .zip(1_u64..)
                        .map(|(one, place)| u64::from(*one) * place)
                        .sum();
                    asked.set("idempotency-key", &format!("{key}-{sum}"));
                }
            }),
        ),
        must(
            "keys are compared without case",
            &["seller.idempotency.key-case"],
            Bend::ask(|asked| {
                if let Some(key) = keyed(asked) {
                    asked.set("idempotency-key", &key.to_lowercase());
                }
            }),
        ),
        must(
            "keys have at most 200 characters",
            &["seller.idempotency.key-length-255"],
            Bend::tell(|asked, answered| {
                if keyed(asked).is_some_and(|key| key.len() > 200) {
                    answered.status = 400;
                    answered.body = error("invalid", "too long").into();
                }
            }),
        ),
    ]
}
