//! Events that come twice, late, or in another order.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    super::{clock::unix_now, documents::with, webhook_signature::HEADER},
    Sender,
    cases::full_event,
    check,
    event::{event, minimal},
};
use crate::{Case, Check, Outcome, SpecVersion, Topic};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        check(
            Topic::Idempotency,
            "replay-same-bytes",
            "the same request again within the window is answered with success",
            same_bytes,
        ),
        check(
            Topic::Idempotency,
            "replay-signed-again",
            "the same event under a new signature is answered with success",
            signed_again,
        ),
        check(
            Topic::Idempotency,
            "replay-many",
            "an event that comes ten times in a row is answered alike each time",
            ten_times,
        ),
        check(
            Topic::Concurrency,
            "replay-at-once",
            "an event that comes ten times at once is taken each time",
            at_once,
        ),
        check(
            Topic::Idempotency,
            "request-id-reused",
            "another event under a known Request-Id does not break the receiver",
            request_id_reused,
        ),
    ];
    checks.extend(ORDERS.iter().map(|&(name, title, kinds)| {
        check(Topic::Webhooks, name, title, move |case| {
            in_order(case, kinds)
        })
    }));
    checks
        .into_iter()
        .map(|check| {
            check
                .proves(&["webhooks.response.200-received"])
                .advice("take repeated and late events with 200; apply each once, and never let an older state replace a newer one")
        })
        .collect()
}

/// Sequences of event type and order status of one order.
type Sequence = &'static [(&'static str, &'static str)];

const ORDERS: &[(&str, &str, Sequence)] = &[
    (
        "update-before-create",
        "an order_update that comes before its order_create is taken, and so is the order_create",
        &[("order_update", "shipped"), ("order_create", "created")],
    ),
    (
        "older-after-newer",
        "an older state that comes after a newer one is answered with success",
        &[
            ("order_create", "created"),
            ("order_update", "shipped"),
            ("order_update", "confirmed"),
        ],
    ),
    (
        "create-twice",
        "a second order_create of an order is answered with success",
        &[("order_create", "created"), ("order_create", "created")],
    ),
    (
        "after-cancellation",
        "an event after the cancellation of an order is answered with success",
        &[
            ("order_create", "created"),
            ("order_update", "canceled"),
            ("order_update", "shipped"),
        ],
    ),
    (
        "update-alone",
        "an order_update without any order_create is answered with success",
        &[("order_update", "shipped")],
    ),
];

async fn in_order(case: Arc<Case>, kinds: Sequence) -> Outcome {
    let sender = Sender::of(&case)?;
    let session = sender.session_id()?;
    let mut requests = Vec::new();
    for &(kind, status) in kinds {
        let order = with(minimal(case.version(), &session), "/status", json!(status));
        requests.push(sender.event(&event(kind, order))?);
    }
    for request in requests {
        let answer = sender.send(request).await?;
        sender.must_be_taken(&answer)?;
    }
    Ok(())
}

fn good(case: &Case, sender: &Sender) -> Outcome<Value> {
    Ok(full_event(case.version(), &sender.session_id()?))
}

async fn same_bytes(case: Arc<Case>) -> Outcome {
    let sender = Sender::of(&case)?;
    let request = sender.event(&good(&case, &sender)?)?;
    for _ in 0..2 {
        let answer = sender.send(request.clone()).await?;
        sender.must_be_taken(&answer)?;
    }
    Ok(())
}

async fn signed_again(case: Arc<Case>) -> Outcome {
    let sender = Sender::of(&case)?;
    let body = good(&case, &sender)?.to_string();
    let first = sender.signed_at(unix_now().saturating_sub(7), body.clone())?;
    let signature = sender.signature(unix_now(), body.as_bytes())?;
    let again = first.clone().with(HEADER, signature);
    for request in [first, again] {
        let answer = sender.send(request).await?;
        sender.must_be_taken(&answer)?;
    }
    Ok(())
}

async fn ten_times(case: Arc<Case>) -> Outcome {
    let sender = Sender::of(&case)?;
    let request = sender.event(&good(&case, &sender)?)?;
    let first = sender.send(request.clone()).await?;
    sender.must_be_taken(&first)?;
    for _ in 1..10 {
        let answer = sender.send(request.clone()).await?;
        case.must(
            answer.status == first.status && answer.json == first.json,
            &answer,
            "a repeated event is answered like the first time",
            || {
                format!(
                    "first {}, now {}",
                    case.excerpt(&first),
                    case.excerpt(&answer)
                )
            },
        )?;
    }
    Ok(())
}

async fn at_once(case: Arc<Case>) -> Outcome {
    let sender = Sender::of(&case)?;
    let request = sender.event(&good(&case, &sender)?)?;
    let sent = (0..10).map(|_| sender.send(request.clone()));
    for answer in join_all(sent).await {
        sender.must_be_taken(&answer?)?;
    }
    Ok(())
}

async fn request_id_reused(case: Arc<Case>) -> Outcome {
    let sender = Sender::of(&case)?;
    let first = sender.event(&good(&case, &sender)?)?;
    let id = first
        .header_value("Request-Id")
        .unwrap_or_default()
        .to_owned();
    let other = event(
        "order_update",
        minimal(case.version(), &sender.session_id()?),
    );
    let second = sender.event(&other)?.with("Request-Id", id);
    sender.must_be_taken(&sender.send(first).await?)?;
    let answer = sender.send(second).await?;
    sender.must_not_break(&answer)?;
    if case.version() >= SpecVersion::V2026_01_30 && answer.is_success() {
        sender.must_be_taken(&answer)?;
    }
    Ok(())
}
