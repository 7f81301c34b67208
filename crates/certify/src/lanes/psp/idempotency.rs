//! Keys: demanded, replayed, in conflict (2026-04-17 and later).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Psp, body, check, row::valid_request_is_taken};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Topic, VersionRange};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = keys();
    checks.extend(conflicts());
    checks.extend(differences());
    let since = VersionRange::from(SpecVersion::V2026_04_17);
    checks
        .into_iter()
        .map(|check| check.versions(since))
        .collect()
}

fn keys() -> Vec<Check> {
    let takes = |name: &'static str, title: &'static str, key: fn(String) -> String| {
        check(Topic::Idempotency, name, title, move |case| async move {
            key_is_taken(case, key).await
        })
        .proves(&["delegate-payment.idempotency.key-opaque"])
        .advice("take the key as opaque text of up to 255 characters")
    };
    vec![
        check(
            Topic::Idempotency,
            "key-required",
            "a request without Idempotency-Key gets 400 with code idempotency_key_required, and no token",
            key_required,
        )
        .proves(&[
            "delegate-payment.idempotency.key-required",
            "delegate-payment.idempotency.error-type",
        ]),
        check(Topic::Idempotency, "key-empty", "an empty Idempotency-Key is refused", key_empty),
        check(Topic::Idempotency, "key-256", "a key of 256 characters is refused", key_too_long),
        takes("key-one-character", "a key of few characters is taken", |fresh| {
            fresh.chars().take(8).collect()
        }),
        takes("key-255", "a key of 255 characters is taken", |fresh| {
            format!("{fresh}{}", "k".repeat(255_usize.saturating_sub(fresh.len())))
        }),
        takes("key-not-uuid", "a key that is no UUID is taken", |fresh| format!("order_17/{fresh}:again")),
        takes("key-with-spaces", "a key with spaces inside is taken: it is opaque text", |fresh| {
            format!("order 17 {fresh} again")
        }),
        takes("key-quoted", "a key in quotation marks is taken", |fresh| format!("\"{fresh}\"")),
        check(Topic::Idempotency, "key-case", "keys that differ in case are two keys", key_case)
            .proves(&["delegate-payment.idempotency.key-opaque"]),
    ]
}

const CONFLICT: &str = "delegate-payment.idempotency.conflict-422";

/// The same key with a body that was changed so.
fn other(
    name: &'static str,
    title: &'static str,
    id: &'static str,
    change: fn(&mut Value),
) -> Check {
    check(Topic::Idempotency, name, title, move |case| async move {
        conflict(case, change).await
    })
    .proves(&[id, "delegate-payment.idempotency.error-type"])
    .advice("answer 422 with type invalid_request and code idempotency_conflict")
}

fn conflicts() -> Vec<Check> {
    vec![
        other(
            "conflict-amount",
            "the same key with another max_amount gets 422 idempotency_conflict",
            CONFLICT,
            |body| {
                body::set(body, "/allowance/max_amount", json!(1001));
            },
        ),
        other(
            "conflict-session",
            "the same key for another session gets 422 idempotency_conflict",
            CONFLICT,
            |body| {
                body::set(body, "/allowance/checkout_session_id", json!("cs_another"));
            },
        ),
        other(
            "conflict-card",
            "the same key with another card gets 422 idempotency_conflict",
            CONFLICT,
            |body| {
                body::set(body, "/payment_method/number", json!("4000000000000002"));
                body::set(body, "/payment_method/display_last4", json!("0002"));
            },
        ),
        other(
            "conflict-cvc",
            "the same key with another cvc gets 422 idempotency_conflict",
            CONFLICT,
            |body| {
                let cvc = body.pointer("/payment_method/cvc").and_then(Value::as_str);
                let turned: String = cvc.unwrap_or_default().chars().rev().collect();
                body::set(body, "/payment_method/cvc", json!(turned));
            },
        ),
        other(
            "conflict-metadata",
            "the same key with other metadata gets 422 idempotency_conflict",
            CONFLICT,
            |body| {
                body::set(body, "/metadata/campaign", json!("q4"));
            },
        ),
        other(
            "conflict-case",
            "the same key with a text in another case gets 422 idempotency_conflict",
            CONFLICT,
            |body| {
                body::set(body, "/metadata/source", json!("Certification"));
            },
        ),
    ]
}

fn differences() -> Vec<Check> {
    vec![
        check(
            Topic::Idempotency,
            "null-for-absent",
            "a repeat with null where nothing was does not replay: it is another body",
            null_for_absent,
        )
        .proves(&["delegate-payment.idempotency.null-vs-absent"]),
        check(
            Topic::Idempotency,
            "array-order-signals",
            "a repeat with risk_signals in another order is another body",
            signals_order,
        )
        .proves(&["delegate-payment.idempotency.array-order"]),
        other(
            "array-order-checks",
            "a repeat with checks_performed in another order is another body",
            "delegate-payment.idempotency.array-order",
            |body| {
                body::set(
                    body,
                    "/payment_method/checks_performed",
                    json!(["cvv", "avs"]),
                );
            },
        ),
        check(
            Topic::Idempotency,
            "conflict-keeps-first",
            "after a conflict the first request still replays",
            keeps_first,
        )
        .proves(&["delegate-payment.idempotency.replay-response"]),
        check(
            Topic::Idempotency,
            "other-identity",
            "the same key of another agent is another request",
            other_identity,
        )
        .proves(&["delegate-payment.idempotency.scope-identity"]),
    ]
}

async fn key_required(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let request = psp.request(&psp.body()?)?.without("Idempotency-Key");
    let answer = psp.send(request).await?;
    case.status(&answer, &[400])?;
    judge_code(&case, &answer, "idempotency_key_required")
}

fn judge_code(case: &Case, answer: &Answer, code: &str) -> Outcome {
    case.must(
        answer.text("/type") == Some("invalid_request") && answer.text("/code") == Some(code),
        answer,
        &format!("the error has type invalid_request and code {code}"),
        || case.excerpt(answer),
    )
}

async fn key_empty(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let answer = psp.delegate_with_key(&psp.body()?, "").await?;
    case.should(
        answer.is_refusal(),
        &answer,
        "an empty key is no key",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    );
    Ok(())
}

async fn key_too_long(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let key = format!("{}{}", case.fresh_key()?, "k".repeat(220));
    let answer = psp.delegate_with_key(&psp.body()?, &key).await?;
    case.should(
        answer.is_refusal(),
        &answer,
        "a key is at most 255 characters long",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    );
    Ok(())
}

async fn key_is_taken(case: Arc<Case>, key: fn(String) -> String) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, body) = (key(case.fresh_key()?), psp.body()?);
    let first = psp.token(&psp.delegate_with_key(&body, &key).await?)?;
    let answer = psp.delegate_with_key(&body, &key).await?;
    same_token(&psp, &answer, &first)
}

async fn key_case(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, body) = (format!("case-{}", case.fresh_key()?), psp.body()?);
    let first = psp.token(&psp.delegate_with_key(&body, &key).await?)?;
    let answer = psp.delegate_with_key(&body, &key.to_uppercase()).await?;
    let second = psp.token(&answer)?;
    case.must(
        first != second,
        &answer,
        "keys are compared character by character",
        || "the key in upper case replayed the other one".to_owned(),
    )
}

pub(super) fn same_token(psp: &Psp, answer: &Answer, first: &str) -> Outcome {
    let id = psp.token(answer)?;
    psp.case().must(
        id == first,
        answer,
        "a repeat with the same key and body returns the first token",
        || "another token was made".to_owned(),
    )
}

async fn conflict(case: Arc<Case>, change: fn(&mut Value)) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, first) = (case.fresh_key()?, psp.body()?);
    psp.token(&psp.delegate_with_key(&first, &key).await?)?;
    let mut second = first;
    change(&mut second);
    let answer = psp.delegate_with_key(&second, &key).await?;
    case.status_or(&answer, &[422], "delegate-payment-conflict-status")?;
    judge_code(&case, &answer, "idempotency_conflict")
}

async fn null_for_absent(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, first) = (case.fresh_key()?, psp.body()?);
    psp.token(&psp.delegate_with_key(&first, &key).await?)?;
    let mut second = first;
    body::set(
        &mut second,
        "/payment_method/display_wallet_type",
        Value::Null,
    );
    let answer = psp.delegate_with_key(&second, &key).await?;
    // Null is no legal value here, so a plain refusal is as good as a conflict.
    case.status(&answer, &[400, 422])
}

async fn signals_order(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let signal =
        |score: i64| json!({ "type": "card_testing", "score": score, "action": "authorized" });
    let (key, mut first) = (case.fresh_key()?, psp.body()?);
    body::set(&mut first, "/risk_signals", json!([signal(1), signal(2)]));
    psp.token(&psp.delegate_with_key(&first, &key).await?)?;
    let mut second = first;
    body::set(&mut second, "/risk_signals", json!([signal(2), signal(1)]));
    let answer = psp.delegate_with_key(&second, &key).await?;
    case.status_or(&answer, &[422], "delegate-payment-conflict-status")?;
    judge_code(&case, &answer, "idempotency_conflict")
}

async fn keeps_first(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, body) = (case.fresh_key()?, psp.body()?);
    let first = psp.token(&psp.delegate_with_key(&body, &key).await?)?;
    let mut other = body.clone();
    body::set(&mut other, "/allowance/max_amount", json!(5));
    psp.delegate_with_key(&other, &key).await?;
    same_token(&psp, &psp.delegate_with_key(&body, &key).await?, &first)
}

async fn other_identity(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let other = psp.as_other_agent()?;
    let (key, body) = (case.fresh_key()?, psp.body()?);
    let first = psp.token(&psp.delegate_with_key(&body, &key).await?)?;
    let answer = other.delegate_with_key(&body, &key).await?;
    let second = other.token(&answer)?;
    case.must(
        first != second,
        &answer,
        "another agent never sees the first agent's answer",
        || "the other agent got the first agent's token".to_owned(),
    )
}
