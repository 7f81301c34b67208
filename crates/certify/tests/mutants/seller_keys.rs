//! Keys that are not heeded.

use comptoir_certify::Lane;
use http::Method;

use super::{
    fault::{Fault, Row, listed},
    pair::{ask, error, keyed, stored, tell},
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[PRESENCE, SCOPE, COMPARISON])
}

const PRESENCE: &[Row] = &[
    Row::new(
        "seller-keys-not-needed",
        "needs no idempotency key",
        &[
            "seller.idempotency.key-missing-create",
            "seller.idempotency.key-empty-cancel",
        ],
        || {
            let mut fresh = 0;
            ask(move |asked| {
                let key = asked.header("idempotency-key");
                if asked.method == Method::POST && key.is_none_or(|key| key.is_empty()) {
                    fresh += 1;
                    asked.set("idempotency-key", &format!("filled-in-{fresh}"));
                }
            })
        },
    ),
    Row::new(
        "seller-keys-ignored",
        "ignores idempotency keys",
        &[
            "seller.idempotency.replay-create",
            "seller.idempotency.conflict-create-other-text",
            "seller.idempotency.replay-makes-one-session",
            "seller.concurrency.creates-one-key-8",
            "seller.concurrency.creates-replayed-after-race",
        ],
        || {
            let mut count = 0;
            ask(move |asked| {
                count += 1;
                if keyed(asked).is_some() {
                    asked.set("idempotency-key", &format!("own-{count}"));
                }
            })
        },
    ),
];

const SCOPE: &[Row] = &[
    Row::new(
        "seller-key-whatever-path",
        "replays a key whatever the path",
        &[
            "seller.idempotency.scope-paths-of-one-session",
            "seller.idempotency.scope-two-sessions-cancel",
        ],
        || stored(keyed),
    ),
    Row::new(
        "seller-key-whatever-body",
        "replays a key whatever the body",
        &[
            "seller.idempotency.conflict-create-other-item",
            "seller.idempotency.conflict-create-array-order",
            "seller.idempotency.conflict-create-null-added",
            "seller.idempotency.conflict-update-empty",
            "seller.idempotency.conflict-complete-other-token",
            "seller.idempotency.conflict-cancel-other-trace",
        ],
        || stored(|asked| Some(format!("{} {}", asked.path, keyed(asked)?))),
    ),
    Row::new(
        "seller-key-whoever-sends",
        "replays a key whoever sends it",
        &[
            "seller.idempotency.scope-caller-same-body",
            "seller.auth.stolen-replay-create",
            "seller.auth.stolen-replay-complete",
        ],
        || {
            stored(|asked| {
                let body = String::from_utf8_lossy(&asked.body);
                Some(format!("{} {} {body}", asked.path, keyed(asked)?))
            })
        },
    ),
];

const COMPARISON: &[Row] = &[
    Row::new(
        "seller-bodies-byte-by-byte",
        "compares repeated bodies byte by byte",
        &[
            "seller.idempotency.same-member-order-create",
            "seller.idempotency.same-white-space-update",
            "seller.idempotency.same-escapes-complete",
            "seller.idempotency.same-number-trailing-zero",
            "seller.concurrency.creates-one-key-two-bodies",
        ],
        || {
            ask(|asked| {
                if let Some(key) = keyed(asked) {
                    let sum: u64 = asked
                        .body
                        .iter()
                        .zip(1_u64..)
                        .map(|(one, place)| u64::from(*one) * place)
                        .sum();
                    asked.set("idempotency-key", &format!("{key}-{sum}"));
                }
            })
        },
    ),
    Row::new(
        "seller-keys-without-case",
        "compares idempotency keys without case",
        &["seller.idempotency.key-case"],
        || {
            ask(|asked| {
                if let Some(key) = keyed(asked) {
                    asked.set("idempotency-key", &key.to_lowercase());
                }
            })
        },
    ),
    Row::new(
        "seller-keys-of-200-characters",
        "refuses idempotency keys of more than 200 characters",
        &["seller.idempotency.key-length-255"],
        || {
            tell(|asked, answered| {
                if keyed(asked).is_some_and(|key| key.len() > 200) {
                    answered.status = 400;
                    answered.body = error("invalid", "too long").to_string().into();
                }
            })
        },
    ),
];
