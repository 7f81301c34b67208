//! What an error looks like, and requests that are no JSON.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    DELEGATE_PAYMENT, Psp, body, check,
    row::{judge_refusal, valid_request_is_taken},
};
use crate::{Answer, Case, Check, Outcome, Severity, SpecVersion, Topic, VersionRange};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    bodies()
}

fn bodies() -> Vec<Check> {
    let before = VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2026_01_30);
    vec![
        check(Topic::Errors, "flat", "an error is one flat object with type, code and message", flat)
            .proves(&["delegate-payment.error.flat"])
            .advice("send type, code, message and param at the top level, without an error member around them"),
        check(Topic::Errors, "error-content-type", "an error has Content-Type application/json", content_type)
            .proves(&["delegate-payment.error.flat"]),
        check(Topic::Errors, "shape", "an error about the card is a valid Error of the version", shape)
            .proves_shapes(&["delegate_payment#Error"]),
        check(Topic::Errors, "never-2xx", "an error is never sent with a 2xx status", never_2xx)
            .proves(&["delegate-payment.error.status-4xx-5xx"]),
        check(Topic::Errors, "client-status", "a faulty request is answered with 400 or 422", client_status)
            .proves(&["delegate-payment.error.status-client"]),
        check(
            Topic::Errors,
            "missing-field",
            "a missing required member is answered with 400 and type invalid_request",
            missing_field,
        )
        .proves(&["delegate-payment.error.missing-field-400"]),
        check(
            Topic::Errors,
            "senseless-expiry",
            "an impossible expiry month is answered with 400 or 422, type invalid_request and code invalid_card",
            senseless_expiry,
        )
        .proves(&["delegate-payment.error.semantic-422"]),
        check(Topic::Errors, "param-json-path", "param is a JSONPath such as $.payment_method.exp_month", param)
            .proves(&["delegate-payment.error.param-jsonpath"])
            .advice("write param as RFC 9535 JSONPath, with $ for the body"),
        check(Topic::Errors, "message-for-people", "the message of an error says something", message),
        check(
            Topic::Errors,
            "no-supported-versions",
            "an error about something other than the version carries no supported_versions",
            no_supported_versions,
        )
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .proves(&["delegate-payment.version.supported-versions-only-there"]),
        check(
            Topic::Errors,
            "no-supported-versions-older",
            "an error of this version does not know supported_versions, unless it is about the version",
            no_supported_versions,
        )
        .versions(before)
        .proves(&["versions.delegate-payment.supported-versions-absent"]),
    ]
}

/// An answer to a request with an impossible expiry month.
async fn refusal(case: &Arc<Case>) -> Outcome<Answer> {
    let psp = Psp::of(case)?;
    valid_request_is_taken(&psp).await?;
    let mut request = psp.body()?;
    body::set(&mut request, "/payment_method/exp_month", json!("13"));
    let answer = psp.delegate(&request).await?;
    judge_refusal(
        case,
        &answer,
        Severity::Must,
        "an impossible expiry month is refused",
    )?;
    Ok(answer)
}

/// The error is flat: three texts at the top, no envelope.
pub(super) fn is_flat(case: &Case, answer: &Answer) -> Outcome {
    let json = case.json(answer)?;
    let text = |name: &str| {
        json.get(name)
            .and_then(Value::as_str)
            .is_some_and(|text| !text.is_empty())
    };
    case.must(
        json.get("error").is_none(),
        answer,
        "the error is not wrapped in an error member",
        || case.excerpt(answer),
    )?;
    case.must(
        text("type") && text("code") && text("message"),
        answer,
        "the error has the texts type, code and message",
        || case.excerpt(answer),
    )?;
    case.must(
        json.get("param").is_none_or(Value::is_string),
        answer,
        "param is a text where it is present",
        || case.excerpt(answer),
    )
}

async fn flat(case: Arc<Case>) -> Outcome {
    let answer = refusal(&case).await?;
    is_flat(&case, &answer)?;
    let psp = Psp::of(&case)?;
    for text in ["{", "[]"] {
        let answer = psp
            .send(psp.post(DELEGATE_PAYMENT, text.to_owned())?)
            .await?;
        is_flat(&case, &answer)?;
    }
    Ok(())
}

async fn content_type(case: Arc<Case>) -> Outcome {
    let answer = refusal(&case).await?;
    let found = answer.header("content-type").unwrap_or_default();
    case.must(
        found.to_ascii_lowercase().starts_with("application/json"),
        &answer,
        "an error has Content-Type application/json",
        || format!("Content-Type: {found}"),
    )
}

async fn shape(case: Arc<Case>) -> Outcome {
    let answer = refusal(&case).await?;
    case.shape(&answer, "delegate_payment#Error")
}

async fn never_2xx(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut month = psp.body()?;
    body::set(&mut month, "/payment_method/exp_month", json!("00"));
    let mut currency = psp.body()?;
    body::set(&mut currency, "/allowance/currency", json!("USD"));
    for text in [month.to_string(), currency.to_string(), "{".to_owned()] {
        let answer = psp.send(psp.post(DELEGATE_PAYMENT, text)?).await?;
        let is_error = answer.text("/type").is_some() || answer.pointer("/error").is_some();
        case.must(
            !(is_error && answer.is_success()),
            &answer,
            "an error object is never sent with a 2xx status",
            || format!("{}: {}", answer.status, case.excerpt(&answer)),
        )?;
        judge_refusal(
            &case,
            &answer,
            Severity::Must,
            "a faulty request is refused",
        )?;
    }
    Ok(())
}

async fn client_status(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    for (pointer, value) in [
        ("/payment_method/exp_month", json!("13")),
        ("/allowance/reason", json!("recurring")),
        ("/allowance/max_amount", json!("1000")),
        ("/metadata", Value::Null),
    ] {
        let mut request = psp.body()?;
        body::set(&mut request, pointer, value);
        let answer = psp.delegate(&request).await?;
        case.should(
            [400, 422].contains(&answer.status),
            &answer,
            "a malformed or senseless request is answered with 400 or 422",
            || format!("{pointer}: {}", answer.status),
        );
    }
    Ok(())
}

async fn missing_field(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    for pointer in [
        "/payment_method/number",
        "/allowance/merchant_id",
        "/risk_signals",
        "/metadata",
    ] {
        let mut request = psp.body()?;
        body::remove(&mut request, pointer);
        let answer = psp.delegate(&request).await?;
        case.must_also(
            answer.status == 400 && answer.text("/type") == Some("invalid_request"),
            &answer,
            "a missing required member is answered with 400 and type invalid_request",
            || {
                format!(
                    "without {pointer}: {} {}",
                    answer.status,
                    case.excerpt(&answer)
                )
            },
        );
    }
    Ok(())
}

async fn senseless_expiry(case: Arc<Case>) -> Outcome {
    let answer = refusal(&case).await?;
    case.status(&answer, &[400, 422])?;
    case.must(
        answer.text("/type") == Some("invalid_request")
            && answer.text("/code") == Some("invalid_card"),
        &answer,
        "the error has type invalid_request and code invalid_card",
        || case.excerpt(&answer),
    )
}

async fn param(case: Arc<Case>) -> Outcome {
    let answer = refusal(&case).await?;
    let param = answer.text("/param");
    case.should(
        param.is_none_or(|path| path == "$" || path.starts_with("$.") || path.starts_with("$[")),
        &answer,
        "param, when present, is an RFC 9535 JSONPath",
        || format!("param is {param:?}"),
    );
    Ok(())
}

async fn message(case: Arc<Case>) -> Outcome {
    let answer = refusal(&case).await?;
    let message = answer.text("/message").unwrap_or_default();
    case.must(
        !message.trim().is_empty(),
        &answer,
        "the message of an error is not empty",
        || case.excerpt(&answer),
    )
}

async fn no_supported_versions(case: Arc<Case>) -> Outcome {
    let answer = refusal(&case).await?;
    let psp = Psp::of(&case)?;
    let second = psp
        .send(psp.post(DELEGATE_PAYMENT, "{".to_owned())?)
        .await?;
    for answer in [&answer, &second] {
        case.must(
            answer.pointer("/supported_versions").is_none(),
            answer,
            "supported_versions stands only in errors about the version",
            || case.excerpt(answer),
        )?;
    }
    Ok(())
}
