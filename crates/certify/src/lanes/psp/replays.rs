//! Repeats with the same key and body (2026-04-17 and later).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{DELEGATE_PAYMENT, Psp, body, check, idempotency::same_token, lifecycle::reversed};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Topic, VersionRange};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let since = VersionRange::from(SpecVersion::V2026_04_17);
    let checks = replays().into_iter().chain(spellings());
    checks.map(|check| check.versions(since)).collect()
}

/// A repeat that spells the same JSON otherwise.
fn same(
    name: &'static str,
    title: &'static str,
    id: &'static str,
    change: fn(&Value) -> String,
) -> Check {
    check(Topic::Idempotency, name, title, move |case| async move {
        equal_body(case, change, title).await
    })
    .proves(&[id])
    .advice("compare bodies as JSON values: order of members and spelling of numbers do not count")
}

fn replays() -> Vec<Check> {
    vec![
        check(
            Topic::Idempotency,
            "replay",
            "the same key and body give the same token, byte for byte",
            replay,
        )
        .proves(&[
            "delegate-payment.idempotency.replay-response",
            "delegate-payment.idempotency.replay-no-side-effect",
        ]),
        check(
            Topic::Idempotency,
            "replay-status",
            "a replay of a 201 is a 201",
            replay_status,
        )
        .proves(&["delegate-payment.idempotency.replay-status"]),
        check(
            Topic::Idempotency,
            "replay-refusal",
            "a repeat of a refused request is refused with the same status",
            replay_refusal,
        )
        .proves(&["delegate-payment.idempotency.replay-status"]),
        check(
            Topic::Idempotency,
            "replay-header",
            "a replay carries Idempotent-Replayed: true",
            replay_header,
        )
        .proves(&["delegate-payment.idempotency.replay-header"]),
        check(
            Topic::Idempotency,
            "replay-header-value",
            "Idempotent-Replayed is exactly true, and stands on replays only",
            header_value,
        )
        .proves(&["delegate-payment.idempotency.replayed-header-value"]),
        check(
            Topic::Idempotency,
            "replay-many",
            "the tenth repeat still gives the first token",
            many,
        ),
        check(
            Topic::Idempotency,
            "other-headers",
            "other headers do not make another request",
            other_headers,
        )
        .proves(&["delegate-payment.idempotency.body-only"]),
    ]
}

fn spellings() -> Vec<Check> {
    vec![
        same(
            "member-order",
            "a repeat with members in another order replays",
            "delegate-payment.idempotency.key-order",
            reversed,
        ),
        same(
            "white-space",
            "a repeat with other white space replays",
            "delegate-payment.idempotency.key-order",
            |body| format!("{body:#}\n"),
        ),
        same(
            "escapes",
            "a repeat that escapes characters replays",
            "delegate-payment.idempotency.key-order",
            |body| {
                body.to_string()
                    .replace("Test Buyer", "Test\\u0020Buy\\u0065r")
            },
        ),
        same(
            "number-score",
            "a repeat that writes a score of 1.0 for 1 replays",
            "delegate-payment.idempotency.number-form",
            |body| body.to_string().replace("\"score\":1", "\"score\":1.0"),
        ),
        same(
            "number-amount",
            "a repeat that writes a max_amount of 1000.0 for 1000 replays",
            "delegate-payment.idempotency.number-form",
            |body| {
                body.to_string()
                    .replace(":1000,", ":1000.0,")
                    .replace(":1000}", ":1000.0}")
            },
        ),
        same(
            "number-exponent",
            "a repeat that writes 1e3 for 1000 replays",
            "delegate-payment.idempotency.number-form",
            |body| {
                body.to_string()
                    .replace(":1000,", ":1e3,")
                    .replace(":1000}", ":1e3}")
            },
        ),
    ]
}

/// The first answer of a fresh request and that of its repeat.
async fn twice(psp: &Psp, body: &Value) -> Outcome<(Answer, Answer)> {
    let key = psp.case().fresh_key()?;
    let first = psp.delegate_with_key(body, &key).await?;
    let second = psp.delegate_with_key(body, &key).await?;
    Ok((first, second))
}

async fn replay(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (first, second) = twice(&psp, &psp.body()?).await?;
    same_token(&psp, &second, &psp.token(&first)?)?;
    case.must(
        first.json == second.json,
        &second,
        "a replay returns the original answer",
        || {
            format!(
                "first {}, then {}",
                case.excerpt(&first),
                case.excerpt(&second)
            )
        },
    )?;
    case.should(
        first.body == second.body,
        &second,
        "a replay returns the original bytes",
        || "the same JSON is spelled differently".to_owned(),
    );
    Ok(())
}

async fn replay_status(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (first, second) = twice(&psp, &psp.body()?).await?;
    psp.token(&first)?;
    case.status(&second, &[201])
}

async fn replay_refusal(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut request = psp.body()?;
    body::set(&mut request, "/payment_method/exp_month", json!("13"));
    let (first, second) = twice(&psp, &request).await?;
    case.must(
        first.is_refusal(),
        &first,
        "an impossible expiry month is refused",
        || format!("{}: {}", first.status, case.excerpt(&first)),
    )?;
    case.must(
        first.status == second.status,
        &second,
        "a replay has the status of the first answer",
        || format!("first {}, then {}", first.status, second.status),
    )
}

async fn replay_header(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (first, second) = twice(&psp, &psp.body()?).await?;
    psp.token(&first)?;
    let found = second.header("idempotent-replayed");
    case.should(
        found == Some("true"),
        &second,
        "a replay carries Idempotent-Replayed: true",
        || format!("Idempotent-Replayed: {found:?}"),
    );
    Ok(())
}

async fn header_value(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (first, second) = twice(&psp, &psp.body()?).await?;
    psp.token(&first)?;
    case.must(
        !first.headers.contains_key("idempotent-replayed"),
        &first,
        "Idempotent-Replayed does not stand on a first answer",
        || format!("{:?}", first.header("idempotent-replayed")),
    )?;
    let found = second.headers.get("idempotent-replayed");
    case.must(
        found.is_none_or(|value| value == "true"),
        &second,
        "Idempotent-Replayed, where present, is exactly true",
        || format!("{found:?}"),
    )
}

async fn many(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, body) = (case.fresh_key()?, psp.body()?);
    let first = psp.token(&psp.delegate_with_key(&body, &key).await?)?;
    for _ in 0..10 {
        same_token(&psp, &psp.delegate_with_key(&body, &key).await?, &first)?;
    }
    Ok(())
}

async fn other_headers(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, body) = (case.fresh_key()?, psp.body()?);
    let request = psp.request(&body)?.with("Idempotency-Key", &key);
    let first = psp
        .send(
            request
                .clone()
                .header("Request-Id", "first")
                .header("User-Agent", "One/1"),
        )
        .await?;
    let first = psp.token(&first)?;
    let again = psp
        .signed_at(request, -2)?
        .header("Request-Id", "second")
        .header("User-Agent", "Two/2")
        .header("Accept-Language", "fr");
    same_token(&psp, &psp.send(again).await?, &first)
}

async fn equal_body(case: Arc<Case>, change: fn(&Value) -> String, rule: &str) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, body) = (case.fresh_key()?, psp.body()?);
    let first = psp.token(&psp.delegate_with_key(&body, &key).await?)?;
    let other = psp
        .post(DELEGATE_PAYMENT, change(&body))?
        .with("Idempotency-Key", &key);
    let answer = psp.send(other).await?;
    case.must(
        answer.status == 201 && answer.text("/id") == Some(&first),
        &answer,
        rule,
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )
}
