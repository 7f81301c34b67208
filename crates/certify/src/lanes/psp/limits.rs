//! Sizes, depths and rates.

use std::sync::Arc;

use serde_json::json;

use super::{DELEGATE_PAYMENT, Psp, body, check, errors::is_flat};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Stop, Topic};

/// A body that no purchase needs, in bytes.
const HUGE_BYTES: usize = 4 * 1024 * 1024;

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = vec![
        check(
            Topic::Limits,
            "body-4-mib",
            "a body of 4 MiB is refused, and the server goes on",
            huge_body,
        )
        .advice("bound the bytes that are read before they are parsed; answer 413"),
        check(
            Topic::Limits,
            "text-1-mib",
            "a name of one MiB is refused without a 5xx",
            long_text,
        ),
        check(
            Topic::Limits,
            "depth-10000",
            "arrays nested ten thousand deep are refused without a 5xx",
            deep,
        ),
        check(
            Topic::Limits,
            "metadata-10000-pairs",
            "ten thousand pairs of metadata are no reason for a 5xx",
            many_pairs,
        ),
        check(
            Topic::Limits,
            "signals-5000",
            "five thousand risk signals are no reason for a 5xx",
            many_signals,
        ),
        check(
            Topic::Limits,
            "header-16-kib",
            "a header of 16 KiB is no reason for a 5xx",
            long_header,
        ),
        check(
            Topic::Limits,
            "number-1000-digits",
            "a max_amount of a thousand digits is refused without a 5xx",
            long_number,
        ),
        check(
            Topic::Limits,
            "nul",
            "texts with NUL are no reason for a 5xx",
            nul,
        ),
    ];
    checks.push(
        check(
            Topic::Limits,
            "rate",
            "too many requests are answered with 429, type rate_limit_exceeded",
            rate,
        )
        .alone()
        .proves(&[
            "delegate-payment.error.status-rate-limit",
            "delegate-payment.error.rate-limit-type",
            "delegate-payment.error.rate-limit-code",
        ])
        .advice("answer 429 with type rate_limit_exceeded, code too_many_requests and Retry-After"),
    );
    checks
}

fn bounded(case: &Case, answer: &Answer, refused: bool, rule: &str) -> Outcome {
    let holds = answer.status < 500 && (!refused || answer.is_refusal());
    case.must(holds, answer, rule, || {
        format!("{}: {}", answer.status, case.excerpt(answer))
    })
}

async fn huge_body(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut body = psp.body()?;
    body::set(&mut body, "/metadata/filler", json!("x".repeat(HUGE_BYTES)));
    let request = psp.request(&body)?;
    // A server may close the connection while the body still comes; that is a refusal too.
    if let Ok(answer) = case.try_send(&psp.target().url, &request).await {
        bounded(&case, &answer, true, "a body of 4 MiB is refused")?;
    }
    goes_on(&psp).await
}

async fn long_text(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut body = psp.body()?;
    body::set(
        &mut body,
        "/billing_address/name",
        json!("n".repeat(1024 * 1024)),
    );
    let request = psp.request(&body)?;
    if let Ok(answer) = case.try_send(&psp.target().url, &request).await {
        bounded(&case, &answer, true, "a name of one MiB is refused")?;
    }
    goes_on(&psp).await
}

/// A valid request is taken afterwards. A server that refused a body may close connections that are
/// still in use, so a broken one is tried again.
async fn goes_on(psp: &Psp) -> Outcome {
    for _ in 0..5 {
        let request = psp.request(&psp.body()?)?;
        if let Ok(answer) = psp.case().try_send(&psp.target().url, &request).await {
            return psp.token(&answer).map(drop);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    psp.token(&psp.delegate(&psp.body()?).await?).map(drop)
}

async fn deep(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let text = psp.body()?.to_string().replace("\"certification\"", &deep);
    let answer = psp.send(psp.post(DELEGATE_PAYMENT, text)?).await?;
    bounded(
        &case,
        &answer,
        true,
        "arrays nested ten thousand deep are refused",
    )
}

async fn many_pairs(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut body = psp.body()?;
    let pairs = (0..10_000).map(|index| (format!("key{index}"), json!("value")));
    body::set(
        &mut body,
        "/metadata",
        pairs.collect::<serde_json::Map<_, _>>().into(),
    );
    let answer = psp.delegate(&body).await?;
    bounded(
        &case,
        &answer,
        false,
        "many pairs of metadata are taken or refused",
    )
}

async fn many_signals(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut body = psp.body()?;
    let signal = json!({ "type": "card_testing", "score": 1, "action": "authorized" });
    body::set(&mut body, "/risk_signals", json!(vec![signal; 5_000]));
    let answer = psp.delegate(&body).await?;
    bounded(
        &case,
        &answer,
        false,
        "many risk signals are taken or refused",
    )
}

async fn long_header(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp
        .request(&psp.body()?)?
        .header("Request-Id", "r".repeat(16 * 1024));
    let answer = psp.send(request).await?;
    bounded(
        &case,
        &answer,
        false,
        "a long Request-Id is taken or refused",
    )
}

async fn long_number(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let text = psp.body()?.to_string();
    let text = text.replace(":1000", &format!(":{}", "9".repeat(1_000)));
    let answer = psp.send(psp.post(DELEGATE_PAYMENT, text)?).await?;
    bounded(
        &case,
        &answer,
        true,
        "a max_amount of a thousand digits is refused",
    )
}

async fn nul(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    for pointer in [
        "/payment_method/name",
        "/allowance/checkout_session_id",
        "/metadata/source",
        "/billing_address/city",
    ] {
        let mut body = psp.body()?;
        body::set(&mut body, pointer, json!("a\u{0}b"));
        let answer = psp.delegate(&body).await?;
        bounded(&case, &answer, false, "a text with NUL is taken or refused")?;
    }
    Ok(())
}

/// Spends the limit of an agent that the operator gave for it.
async fn rate(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let key = psp.target().rate_key.clone().ok_or_else(|| {
        Stop::NotTested(
            "the rate limit is tried with an agent of its own: set psp.rate_key in certify.toml"
                .to_owned(),
        )
    })?;
    let bearer = format!("Bearer {}", key.exposed("psp.rate_key")?);
    let body = psp.body()?;
    for _ in 0..psp.target().rate_requests_max {
        let request = psp.request(&body)?.with("Authorization", &bearer);
        let answer = case.send(&psp.target().url, request).await?;
        if answer.status != 429 {
            case.status(&answer, &[201])?;
            continue;
        }
        is_flat(&case, &answer)?;
        case.must(
            answer.text("/type") == Some("rate_limit_exceeded"),
            &answer,
            "a 429 has type rate_limit_exceeded",
            || case.excerpt(&answer),
        )?;
        case.should(
            answer.text("/code") == Some("too_many_requests"),
            &answer,
            "a 429 has code too_many_requests, the only listed code that fits",
            || case.excerpt(&answer),
        );
        case.should(
            answer.header("retry-after").is_some(),
            &answer,
            "a 429 says when to come back (Retry-After)",
            || "no Retry-After header".to_owned(),
        );
        return Ok(());
    }
    Err(Stop::NotTested(format!(
        "no 429 within {} requests: raise psp.rate_requests_max when the limit is higher",
        psp.target().rate_requests_max
    )))
}
