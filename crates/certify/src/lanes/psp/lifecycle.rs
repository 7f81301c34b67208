//! The token of a valid request.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Psp, body, check};
use crate::{Case, Check, Outcome, SpecVersion, Topic};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = answers();
    checks.extend(metadata());
    checks
}

fn answers() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "created",
            "a valid request is answered with 201, an id and a time",
            created,
        )
        .proves(&[
            "delegate-payment.endpoint.implemented",
            "delegate-payment.response.status-201",
        ])
        .advice("answer POST /agentic_commerce/delegate_payment with 201 Created and the token"),
        check(
            Topic::Lifecycle,
            "shape",
            "the 201 is a valid DelegatePaymentResponse",
            shape,
        )
        .proves_shapes(&["DelegatePaymentResponse"])
        .advice("send id, created and metadata, and nothing else"),
        check(
            Topic::Lifecycle,
            "content-type",
            "the 201 has Content-Type application/json",
            content_type,
        )
        .proves(&["delegate-payment.response.content-type"]),
        check(
            Topic::Lifecycle,
            "request-id",
            "the 201 carries a Request-Id, also when none was sent",
            request_id,
        )
        .proves(&["delegate-payment.response.request-id"]),
        check(
            Topic::Lifecycle,
            "request-id-echo",
            "the Request-Id of the request comes back",
            request_id_echo,
        )
        .proves(&["delegate-payment.response.request-id-echo"]),
        check(
            Topic::Lifecycle,
            "created-time",
            "created is the time of the request",
            created_time,
        )
        .proves(&["delegate-payment.response.status-201"]),
        check(
            Topic::Lifecycle,
            "unique-ids",
            "equal bodies under different keys get different tokens",
            unique_ids,
        )
        .proves(&["delegate-payment.response.unique-id"]),
    ]
}

fn metadata() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "metadata-correlation",
            "metadata of the 201 names merchant_id and, where a key was sent, idempotency_key",
            correlation,
        )
        .proves(&["delegate-payment.response.metadata-echo"]),
        check(
            Topic::Lifecycle,
            "metadata-repeated",
            "metadata of the 201 repeats the pairs of the request",
            repeated,
        )
        .proves(&[
            "delegate-payment.response.metadata-echo",
            "delegate-payment.response.metadata-system-fields",
        ])
        .advice("echo the metadata of the request and add your own members without overwriting"),
        check(
            Topic::Lifecycle,
            "metadata-not-overwritten",
            "members that the provider adds do not overwrite the caller's",
            not_overwritten,
        )
        .proves(&["delegate-payment.response.metadata-system-fields"]),
        check(
            Topic::Lifecycle,
            "metadata-unicode",
            "metadata texts come back character by character",
            unicode,
        )
        .proves(&["delegate-payment.response.metadata-system-fields"]),
    ]
}

async fn created(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let answer = psp.delegate(&psp.body()?).await?;
    psp.token(&answer)?;
    let time = answer.text("/created").unwrap_or_default();
    case.must(
        time.parse::<jiff::Timestamp>().is_ok(),
        &answer,
        "created is an RFC 3339 time",
        || format!("created is {:?}", answer.pointer("/created")),
    )
}

async fn shape(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let answer = psp.delegate(&psp.body()?).await?;
    psp.token(&answer)?;
    case.shape(&answer, "DelegatePaymentResponse")
}

async fn content_type(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let answer = psp.delegate(&psp.body()?).await?;
    psp.token(&answer)?;
    let found = answer.header("content-type").unwrap_or_default();
    let kind = found.split(';').next().unwrap_or_default().trim();
    case.must(
        kind.eq_ignore_ascii_case("application/json"),
        &answer,
        "the 201 has Content-Type application/json",
        || format!("Content-Type: {found}"),
    )
}

async fn request_id(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let answer = psp.delegate(&psp.body()?).await?;
    psp.token(&answer)?;
    let found = answer.header("request-id").unwrap_or_default();
    case.must(
        !found.is_empty(),
        &answer,
        "the 201 carries a Request-Id",
        || "no Request-Id header".to_owned(),
    )
}

async fn request_id_echo(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let sent = case.fresh_key()?;
    let request = psp.request(&psp.body()?)?.header("Request-Id", &sent);
    let answer = psp.send(request).await?;
    psp.token(&answer)?;
    case.must(
        answer.header("request-id") == Some(&sent),
        &answer,
        "the 201 repeats the Request-Id of the request",
        || format!("sent {sent}, got {:?}", answer.header("request-id")),
    )
}

async fn created_time(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (before, after) = (body::time_from_now(-300)?, body::time_from_now(300)?);
    let answer = psp.delegate(&psp.body()?).await?;
    psp.token(&answer)?;
    let parse = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let created = answer.text("/created").and_then(parse);
    case.must(
        created >= parse(&before) && created <= parse(&after),
        &answer,
        "created lies within five minutes of the judge's clock",
        || {
            format!(
                "created is {:?}, the judge's clock is between {before} and {after}",
                answer.pointer("/created")
            )
        },
    )
}

async fn unique_ids(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let body = psp.body()?;
    let first = psp.token(&psp.delegate(&body).await?)?;
    let answer = psp.delegate(&body).await?;
    let second = psp.token(&answer)?;
    case.must(
        first != second,
        &answer,
        "another idempotency key gives another token",
        || "both requests got the same id".to_owned(),
    )
}

async fn correlation(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let key = case.fresh_key()?;
    let answer = psp.delegate_with_key(&psp.body()?, &key).await?;
    psp.token(&answer)?;
    for (member, value) in [
        ("merchant_id", psp.target().merchant_id.as_str()),
        ("idempotency_key", key.as_str()),
    ] {
        case.must_also(
            answer.text(&format!("/metadata/{member}")) == Some(value),
            &answer,
            &format!("metadata of the 201 names the {member}"),
            || {
                format!(
                    "expected {value}, metadata is {:?}",
                    answer.pointer("/metadata")
                )
            },
        );
    }
    Ok(())
}

/// Sends these pairs as metadata; a warning for each that does not come back.
async fn pairs_come_back(case: &Arc<Case>, pairs: Value) -> Outcome {
    let psp = Psp::of(case)?;
    let mut request = psp.body()?;
    body::set(&mut request, "/metadata", pairs.clone());
    let answer = psp.delegate(&request).await?;
    psp.token(&answer)?;
    for (name, value) in pairs.as_object().into_iter().flatten() {
        let echoed = answer.pointer("/metadata").and_then(|all| all.get(name));
        case.should(
            echoed == Some(value),
            &answer,
            "metadata of the 201 repeats every pair of the request",
            || format!("{name}: sent {value}, got {echoed:?}"),
        );
    }
    Ok(())
}

async fn repeated(case: Arc<Case>) -> Outcome {
    pairs_come_back(
        &case,
        json!({ "source": "certification", "campaign": "q4", "empty": "" }),
    )
    .await
}

/// Names that the provider adds by itself are sent by the caller; `merchant_id` and
/// `idempotency_key` are demanded to be the provider's.
async fn not_overwritten(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut request = psp.body()?;
    body::set(&mut request, "/metadata", json!({}));
    let answer = psp.delegate(&request).await?;
    psp.token(&answer)?;
    let metadata = answer.pointer("/metadata").and_then(Value::as_object);
    let added = metadata.into_iter().flat_map(Map::keys);
    let own = added
        .filter(|name| !["merchant_id", "idempotency_key"].contains(&name.as_str()))
        .map(|name| (name.clone(), json!("the caller's")));
    pairs_come_back(&case, Value::Object(own.collect())).await
}

async fn unicode(case: Arc<Case>) -> Outcome {
    let texts =
        json!({ "campagne": "été à 50 %", "emoji": "🛒\u{200d}", "quotes": "\"\\/\u{7f}\t" });
    pairs_come_back(&case, texts).await
}

/// The same JSON with the members of every object in reverse order.
pub(super) fn reversed(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev();
            let texts: Vec<_> = members
                .map(|(name, member)| format!("{}:{}", json!(name), reversed(member)))
                .collect();
            format!("{{{}}}", texts.join(","))
        }
        Value::Array(elements) => {
            let texts: Vec<_> = elements.iter().map(reversed).collect();
            format!("[{}]", texts.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
