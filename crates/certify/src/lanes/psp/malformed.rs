//! Requests that are no JSON, or no POST.

use std::sync::Arc;

use http::Method;
use serde_json::Value;

use super::{
    DELEGATE_PAYMENT, Psp, check,
    row::{judge_refusal, valid_request_is_taken},
};
use crate::{Case, Check, Outcome, Severity, SpecVersion, Topic};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = broken();
    checks.extend(untypical());
    checks
}

fn bytes(name: &'static str, title: &'static str, make: fn(&Value) -> Vec<u8>) -> Check {
    check(Topic::Errors, name, title, move |case| async move {
        refused_bytes(case, make, title).await
    })
    .proves(&["delegate-payment.validation.all-fields"])
}

fn broken() -> Vec<Check> {
    vec![
        bytes("no-json", "a body that is no JSON is refused", |_| {
            b"payment_method=card".to_vec()
        }),
        bytes("empty-body", "an empty body is refused", |_| Vec::new()),
        bytes("cut-off", "a body that is cut off is refused", |body| {
            let text = body.to_string().into_bytes();
            let half = text.len() / 2;
            text.into_iter().take(half).collect()
        }),
        bytes(
            "trailing-garbage",
            "a body with something behind the JSON is refused",
            |body| format!("{body} {{}}").into_bytes(),
        ),
        bytes("not-utf-8", "a body that is not UTF-8 is refused", |body| {
            let mut text = body.to_string().into_bytes();
            if let Some(place) = text.iter().position(|&byte| byte == b'T') {
                text.splice(place..=place, [0xC3, 0x28]);
            }
            text
        }),
        bytes(
            "lone-surrogate",
            "a body with a lone surrogate is refused",
            |body| {
                body.to_string()
                    .replace("certification", "\\ud800")
                    .into_bytes()
            },
        ),
        bytes(
            "trailing-comma",
            "a body with a comma too many is refused",
            |body| {
                let mut text = body.to_string();
                text.pop();
                text.push_str(",}");
                text.into_bytes()
            },
        ),
        bytes(
            "not-a-number",
            "a max_amount of NaN is refused: it is no JSON",
            |body| body.to_string().replace(":1000", ":NaN").into_bytes(),
        ),
    ]
}

fn untypical() -> Vec<Check> {
    vec![
        check(
            Topic::Errors,
            "duplicate-member",
            "a body that names a member twice is refused",
            duplicate,
        )
        .advice("refuse repeated names: two readers of the same body must not read two amounts"),
        check(
            Topic::Errors,
            "content-type-form",
            "a body of another Content-Type is refused",
            form,
        ),
        check(
            Topic::Errors,
            "content-type-missing",
            "a body without Content-Type is no reason for a 5xx",
            untyped,
        ),
        check(
            Topic::Errors,
            "method-get",
            "GET is answered with 4xx and no token",
            get,
        ),
        check(
            Topic::Errors,
            "method-put",
            "PUT is answered with 4xx and no token",
            put,
        ),
        check(
            Topic::Errors,
            "path-unknown",
            "an unknown path below the endpoint is answered with 4xx",
            unknown_path,
        ),
    ]
}

async fn refused_bytes(case: Arc<Case>, make: fn(&Value) -> Vec<u8>, rule: &str) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let request = psp.request(&psp.body()?)?.body(make(&psp.body()?));
    let answer = psp.send(psp.signed(request)?).await?;
    judge_refusal(&case, &answer, Severity::Must, rule)
}

async fn duplicate(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let text = psp.body()?.to_string();
    let text = text.replace(
        "\"max_amount\":1000",
        "\"max_amount\":1000,\"max_amount\":99999999",
    );
    let answer = psp.send(psp.post(DELEGATE_PAYMENT, text)?).await?;
    let rule = "a body with two max_amount members is refused";
    judge_refusal(&case, &answer, Severity::Should, rule)
}

async fn form(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let request = psp
        .request(&psp.body()?)?
        .with("Content-Type", "application/x-www-form-urlencoded");
    let answer = psp.send(request).await?;
    let rule = "a body that does not claim to be JSON is refused";
    judge_refusal(&case, &answer, Severity::Should, rule)
}

async fn untyped(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp.request(&psp.body()?)?.without("Content-Type");
    let answer = psp.send(request).await?;
    case.must(
        answer.status < 500,
        &answer,
        "a missing Content-Type is no reason for a 5xx",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )
}

async fn get(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let answer = psp.send(psp.bare(Method::GET, DELEGATE_PAYMENT)?).await?;
    judge_refusal(&case, &answer, Severity::Must, "only POST makes a token")
}

async fn put(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut request = psp.request(&psp.body()?)?;
    request.method = Method::PUT;
    let answer = psp.send(request).await?;
    judge_refusal(&case, &answer, Severity::Must, "only POST makes a token")
}

async fn unknown_path(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let path = format!("{DELEGATE_PAYMENT}/nothing");
    let request = psp.post(path, psp.body()?.to_string())?;
    let answer = psp.send(request).await?;
    judge_refusal(
        &case,
        &answer,
        Severity::Must,
        "an unknown path makes no token",
    )
}
