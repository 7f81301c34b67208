//! Keys before 2026-04-17: optional, and 409 on a conflict.

use std::sync::Arc;

use serde_json::json;

use super::{Psp, body, check, idempotency::same_token};
use crate::{Case, Check, Outcome, SpecVersion, Topic, VersionRange};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let until = VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2026_01_30);
    let checks = vec![
        check(
            Topic::Idempotency,
            "older-key-optional",
            "a request without Idempotency-Key is served: this version does not demand one",
            key_optional,
        )
        .proves(&["versions.delegate-payment.idempotency-key-optional"]),
        check(
            Topic::Idempotency,
            "older-conflict",
            "the same key with another body gets 409 with code idempotency_conflict",
            conflict,
        )
        .proves(&["versions.delegate-payment.idempotency-conflict-409"])
        .advice("answer 409 with type invalid_request and code idempotency_conflict in versions before 2026-04-17"),
        check(Topic::Idempotency, "older-replay", "the same key and body return the first token", replay)
            .proves(&["versions.delegate-payment.idempotency-safe-retry"]),
        check(Topic::Idempotency, "older-no-key-two-tokens", "two requests without a key make two tokens", two_tokens),
        check(
            Topic::Idempotency,
            "older-codes",
            "codes that came with 2026-04-17 are not sent to callers of this version",
            codes,
        )
        .proves(&["versions.delegate-payment.idempotency-codes-new"]),
        check(Topic::Idempotency, "older-parallel", "parallel repeats with one key make one token", parallel)
            .proves(&["versions.delegate-payment.idempotency-safe-retry"]),
    ];
    checks
        .into_iter()
        .map(|check| check.versions(until))
        .collect()
}

async fn key_optional(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp.request(&psp.body()?)?.without("Idempotency-Key");
    psp.token(&psp.send(request).await?).map(drop)
}

async fn conflict(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, body) = (case.fresh_key()?, psp.body()?);
    psp.token(&psp.delegate_with_key(&body, &key).await?)?;
    let mut other = body;
    body::set(&mut other, "/allowance/max_amount", json!(1001));
    let answer = psp.delegate_with_key(&other, &key).await?;
    case.status(&answer, &[409])?;
    case.must(
        answer.text("/type") == Some("invalid_request")
            && answer.text("/code") == Some("idempotency_conflict"),
        &answer,
        "the error has type invalid_request and code idempotency_conflict",
        || case.excerpt(&answer),
    )
}

async fn replay(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, body) = (case.fresh_key()?, psp.body()?);
    let first = psp.token(&psp.delegate_with_key(&body, &key).await?)?;
    same_token(&psp, &psp.delegate_with_key(&body, &key).await?, &first)
}

async fn two_tokens(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp.request(&psp.body()?)?.without("Idempotency-Key");
    let first = psp.token(&psp.send(request.clone()).await?)?;
    let answer = psp.send(request).await?;
    let second = psp.token(&answer)?;
    case.must(first != second, &answer, "a token id is unique", || {
        "both requests got the same id".to_owned()
    })
}

/// Without a key, in conflict, and all at once: no answer has a code of the newer version.
async fn codes(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp.request(&psp.body()?)?;
    let mut answers = vec![psp.send(request.clone().without("Idempotency-Key")).await?];
    let together = (0..8).map(|_| psp.send(request.clone()));
    for answer in futures_util::future::join_all(together).await {
        answers.push(answer?);
    }
    for answer in &answers {
        let code = answer.text("/code").unwrap_or_default();
        case.must(
            code != "idempotency_key_required" && code != "idempotency_in_flight",
            answer,
            "this version does not know the codes idempotency_key_required and idempotency_in_flight",
            || format!("{}: {}", answer.status, case.excerpt(answer)),
        )?;
    }
    Ok(())
}

async fn parallel(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp.request(&psp.body()?)?;
    let together = (0..8).map(|_| psp.send(request.clone()));
    let mut first = None;
    for answer in futures_util::future::join_all(together).await {
        let answer = answer?;
        // What a version without a code for it answers meanwhile is not laid down.
        if let Some(id) = answer
            .text("/id")
            .map(str::to_owned)
            .filter(|_| answer.is_success())
        {
            let first = first.get_or_insert_with(|| id.clone());
            case.must(
                *first == id,
                &answer,
                "parallel repeats with one key make one token",
                || "a second token was made".to_owned(),
            )?;
        }
    }
    let answer = psp.send(request).await?;
    same_token(
        &psp,
        &answer,
        &first.unwrap_or_else(|| answer.text("/id").unwrap_or_default().to_owned()),
    )
}
