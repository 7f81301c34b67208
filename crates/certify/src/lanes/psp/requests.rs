//! Unusual but valid ways to write a request.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{DELEGATE_PAYMENT, Psp, body, check, lifecycle::reversed};
use crate::{Case, Check, Outcome, SpecVersion, Topic, VersionRange};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    requests()
}

fn requests() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "fewest-headers",
            "a request without the optional headers is taken",
            fewest_headers,
        )
        .proves(&["delegate-payment.request.optional-headers"]),
        check(
            Topic::Lifecycle,
            "all-headers",
            "a request with all optional headers is taken",
            all_headers,
        ),
        check(
            Topic::Lifecycle,
            "members-in-any-order",
            "the order of members does not matter",
            any_order,
        ),
        check(
            Topic::Lifecycle,
            "white-space",
            "white space between tokens of the JSON does not matter",
            white_space,
        ),
        check(
            Topic::Lifecycle,
            "network-token",
            "a network token with cryptogram and eci_value is taken",
            network_token,
        ),
        check(
            Topic::Lifecycle,
            "last4-shorter",
            "a display_last4 of fewer than four digits is taken: this version sets no lower bound",
            shorter_last4,
        )
        .versions(VersionRange::between(
            SpecVersion::V2025_09_29,
            SpecVersion::V2025_09_29,
        ))
        .proves(&["versions.delegate-payment.last4-shorter-allowed"]),
        check(
            Topic::Lifecycle,
            "charset",
            "Content-Type application/json with a charset is taken",
            charset,
        ),
    ]
}

async fn fewest_headers(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp.request(&psp.body()?)?.without("Accept");
    // Where signing was agreed, the policy may demand it.
    psp.token(&psp.send(request).await?).map(drop)
}

async fn all_headers(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp
        .request(&psp.body()?)?
        .header("Accept-Language", "en-US, fr;q=0.8")
        .header("User-Agent", "Certification/1.0 (+https://example.com)")
        .header("Request-Id", case.fresh_key()?);
    psp.token(&psp.send(request).await?).map(drop)
}

async fn any_order(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp.post(DELEGATE_PAYMENT, reversed(&psp.body()?))?;
    psp.token(&psp.send(request).await?).map(drop)
}

async fn white_space(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let text = format!("\r\n {:#}\n\t ", psp.body()?);
    let request = psp.post(DELEGATE_PAYMENT, text)?;
    psp.token(&psp.send(request).await?).map(drop)
}

async fn network_token(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let number = psp.card("network-token")?;
    let mut request = body::delegate_with(&case, psp.target(), number)?;
    body::set(
        &mut request,
        "/payment_method/card_number_type",
        json!("network_token"),
    );
    body::set(
        &mut request,
        "/payment_method/cryptogram",
        json!("AgAAAAAAAIR8CQrXSohbQAAAAAA="),
    );
    body::set(&mut request, "/payment_method/eci_value", json!("07"));
    // The digits to show are those of the card behind the token.
    body::set(&mut request, "/payment_method/display_last4", json!("4242"));
    body::remove(&mut request, "/payment_method/cvc");
    psp.token(&psp.delegate(&request).await?).map(drop)
}

async fn shorter_last4(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut request = psp.body()?;
    let four = request
        .pointer("/payment_method/display_last4")
        .and_then(Value::as_str);
    let three: String = four.unwrap_or_default().chars().skip(1).collect();
    body::set(&mut request, "/payment_method/display_last4", json!(three));
    psp.token(&psp.delegate(&request).await?).map(drop)
}

async fn charset(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp.request(&psp.body()?)?;
    let request = request.with("Content-Type", "application/json; charset=utf-8");
    psp.token(&psp.send(request).await?).map(drop)
}
