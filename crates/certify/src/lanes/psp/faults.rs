//! Answers of 5xx, provoked with a test card.

use std::sync::Arc;

use super::{Psp, body, check, errors::is_flat};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Topic, VersionRange};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let since = VersionRange::from(SpecVersion::V2026_04_17);
    vec![
        check(Topic::Errors, "server-fault", "a failure of the server is answered with 500 or 503, and an error of its type", server_fault)
            .proves(&[
                "delegate-payment.error.status-server",
                "delegate-payment.error.server-type-500",
                "delegate-payment.error.server-type-503",
            ])
            .advice("answer 500 with type processing_error, a temporary outage with 503 and service_unavailable"),
        check(Topic::Idempotency, "server-fault-not-stored", "a 5xx is not stored under its key", not_stored)
            .versions(since)
            .proves(&["delegate-payment.idempotency.5xx-not-stored"]),
        check(Topic::Idempotency, "server-fault-retry", "after a 5xx the key is free: another body under it gets a token", retry)
            .versions(since)
            .proves(&[
                "delegate-payment.idempotency.5xx-retry-fresh",
                "delegate-payment.idempotency.5xx-not-stored",
            ])
            .advice("forget the key when a request ends with 5xx"),
    ]
}

/// A delegation that ends with a 5xx, under this key.
async fn fault(psp: &Psp, key: &str) -> Outcome<Answer> {
    let card = psp.card("server-error")?;
    let body = body::delegate_with(psp.case(), psp.target(), card)?;
    let answer = psp.delegate_with_key(&body, key).await?;
    psp.case().must(
        answer.status >= 500,
        &answer,
        "the card psp.cards.server-error makes the provider answer with a 5xx",
        || format!("{}: {}", answer.status, psp.case().excerpt(&answer)),
    )?;
    Ok(answer)
}

async fn server_fault(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let answer = fault(&psp, &case.fresh_key()?).await?;
    case.should(
        [500, 503].contains(&answer.status),
        &answer,
        "a processing failure answers 500, a temporary outage 503",
        || answer.status.to_string(),
    );
    is_flat(&case, &answer)?;
    let expected = if answer.status == 503 {
        "service_unavailable"
    } else {
        "processing_error"
    };
    case.must(
        answer.text("/type") == Some(expected),
        &answer,
        "a 500 has type processing_error, a 503 service_unavailable",
        || case.excerpt(&answer),
    )
}

async fn not_stored(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let key = case.fresh_key()?;
    let card = psp.card("server-error")?;
    let body = body::delegate_with(&case, psp.target(), card)?;
    for _ in 0..2 {
        let answer = psp.delegate_with_key(&body, &key).await?;
        case.must(
            !answer.headers.contains_key("idempotent-replayed"),
            &answer,
            "a 5xx is never replayed",
            || format!("{} with Idempotent-Replayed", answer.status),
        )?;
    }
    Ok(())
}

async fn retry(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let key = case.fresh_key()?;
    fault(&psp, &key).await?;
    let answer = psp.delegate_with_key(&psp.body()?, &key).await?;
    psp.token(&answer).map(drop)
}
