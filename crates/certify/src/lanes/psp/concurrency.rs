//! Several requests at once, and connections that break.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use serde_json::json;

use super::{Psp, body, check, idempotency::same_token};
use crate::{Answer, Case, Check, Outcome, Request, SpecVersion, Stop, Topic, VersionRange};

/// Requests that are sent at the same time.
const TOGETHER: usize = 8;
/// Rounds in which an overlap is looked for.
const ROUNDS: usize = 3;

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let since = VersionRange::from(SpecVersion::V2026_04_17);
    vec![
        check(
            Topic::Concurrency,
            "one-key-one-token",
            "parallel repeats with one key make one token; the others get it too, or 409 idempotency_in_flight",
            one_token,
        )
        .versions(since)
        .proves(&["delegate-payment.idempotency.replay-no-side-effect"]),
        check(
            Topic::Concurrency,
            "in-flight",
            "a repeat while the first request still runs gets 409 idempotency_in_flight",
            in_flight,
        )
        .versions(since)
        .proves(&[
            "delegate-payment.idempotency.in-flight-409",
            "delegate-payment.idempotency.error-type",
        ]),
        check(
            Topic::Concurrency,
            "in-flight-retry-after",
            "a 409 idempotency_in_flight carries Retry-After in whole seconds",
            retry_after,
        )
        .versions(since)
        .proves(&["delegate-payment.idempotency.retry-after"]),
        check(
            Topic::Concurrency,
            "conflict-race",
            "of two bodies that race with one key, one gets a token",
            conflict_race,
        )
        .versions(since)
        .proves(&["delegate-payment.idempotency.conflict-422"]),
        check(
            Topic::Concurrency,
            "many-keys",
            "parallel requests with different keys all get their own token",
            many_keys,
        )
        .proves(&["delegate-payment.response.unique-id"]),
        check(
            Topic::Concurrency,
            "broken-connection",
            "a request whose connection broke can be repeated with its key and ends in one token",
            broken_connection,
        ),
    ]
}

async fn together(psp: &Psp, request: &Request) -> Outcome<Vec<Answer>> {
    let sent = (0..TOGETHER).map(|_| psp.send(request.clone()));
    join_all(sent).await.into_iter().collect()
}

async fn one_token(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp.request(&psp.body()?)?;
    let mut first: Option<String> = None;
    for answer in together(&psp, &request).await? {
        if answer.status == 409 {
            judge_in_flight(&case, &answer)?;
            continue;
        }
        let id = psp.token(&answer)?;
        let first = first.get_or_insert_with(|| id.clone());
        case.must(
            *first == id,
            &answer,
            "parallel repeats with one key make one token",
            || "a second token was made".to_owned(),
        )?;
    }
    let answer = psp.send(request).await?;
    match first {
        Some(first) => same_token(&psp, &answer, &first),
        None => psp.token(&answer).map(drop),
    }
}

fn judge_in_flight(case: &Case, answer: &Answer) -> Outcome {
    case.must(
        answer.text("/type") == Some("invalid_request")
            && answer.text("/code") == Some("idempotency_in_flight"),
        answer,
        "a 409 to an equal body has type invalid_request and code idempotency_in_flight",
        || case.excerpt(answer),
    )
}

/// What requests got that were sent while their twin ran; not tested when none was caught.
async fn caught_in_flight(psp: &Psp) -> Outcome<Vec<Answer>> {
    for _ in 0..ROUNDS {
        let mut body = psp.body()?;
        if let Some(slow) = psp.target().cards.get("slow") {
            body = body::delegate_with(psp.case(), psp.target(), slow)?;
        }
        let request = psp.request(&body)?;
        let mut answers = together(psp, &request).await?;
        answers.retain(|answer| answer.status != 201);
        if !answers.is_empty() {
            return Ok(answers);
        }
    }
    Err(Stop::NotTested(
        "the provider answers too quickly for two requests to overlap: set psp.cards.slow to a test card whose tokenisation takes a second or more".to_owned(),
    ))
}

async fn in_flight(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    for answer in caught_in_flight(&psp).await? {
        case.status(&answer, &[409])?;
        judge_in_flight(&case, &answer)?;
    }
    Ok(())
}

async fn retry_after(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    for answer in caught_in_flight(&psp).await? {
        case.status(&answer, &[409])?;
        let found = answer.header("retry-after").unwrap_or_default();
        case.must(
            found.parse::<u32>().is_ok(),
            &answer,
            "Retry-After is a whole number of seconds",
            || format!("Retry-After: {found:?}"),
        )?;
    }
    Ok(())
}

async fn conflict_race(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, one) = (case.fresh_key()?, psp.body()?);
    let mut two = one.clone();
    body::set(&mut two, "/allowance/max_amount", json!(1001));
    let sent = [&one, &two, &one, &two].map(|body| psp.delegate_with_key(body, &key));
    let mut ids = Vec::new();
    for answer in join_all(sent).await {
        let answer = answer?;
        if let Some(id) = answer.text("/id").filter(|_| answer.is_success()) {
            if !ids.iter().any(|known| known == id) {
                ids.push(id.to_owned());
            }
            case.must(
                ids.len() == 1,
                &answer,
                "two bodies with one key make one token",
                || format!("{} tokens", ids.len()),
            )?;
            continue;
        }
        case.status(&answer, &[409, 422])?;
    }
    // Whoever won: afterwards one body replays and the other one conflicts.
    let (first, second) = (
        psp.delegate_with_key(&one, &key).await?,
        psp.delegate_with_key(&two, &key).await?,
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    let other = if case.accepts("delegate-payment-conflict-status", "409") {
        409
    } else {
        422
    };
    case.must(
        statuses == [201, 422] || statuses == [201, other],
        &second,
        "after the race one body replays and the other one conflicts",
        || format!("the bodies get {} and {}", first.status, second.status),
    )
}

async fn many_keys(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut requests = Vec::new();
    for _ in 0..TOGETHER {
        requests.push(psp.request(&psp.body()?)?);
    }
    let mut ids = Vec::new();
    for answer in join_all(requests.into_iter().map(|request| psp.send(request))).await {
        let answer = answer?;
        let id = psp.token(&answer)?;
        case.must(
            !ids.contains(&id),
            &answer,
            "different keys get different tokens",
            || "an id stands twice".to_owned(),
        )?;
        ids.push(id);
    }
    Ok(())
}

async fn broken_connection(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp.request(&psp.body()?)?;
    for wait_ms in [1, 3, 8] {
        let sent = psp.send(request.clone());
        // Dropping the call closes its connection, wherever the request is by then.
        if let Ok(answer) = tokio::time::timeout(Duration::from_millis(wait_ms), sent).await {
            answer?;
        }
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut first = psp.send(request.clone()).await?;
    for _ in 0..20 {
        if first.status != 409 {
            break;
        }
        // The broken request may still run: wait it out.
        tokio::time::sleep(Duration::from_millis(250)).await;
        first = psp.send(request.clone()).await?;
    }
    let id = psp.token(&first)?;
    same_token(&psp, &psp.send(request).await?, &id)
}
