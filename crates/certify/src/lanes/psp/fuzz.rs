//! Requests generated from the schema: each constraint of the request broken in several ways.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Psp, body, check,
    mutations::{apply, constraints, kebab, plan},
    row::{judge_refusal, valid_request_is_taken},
};
use crate::{Case, Check, Outcome, Severity, SpecVersion, Stop, Topic};

const BUNDLE: &str = "delegate_payment";
const REQUEST: &str = "delegate_payment#DelegatePaymentRequest";
/// The request and its parts.
const SHAPES: [&str; 5] = [
    "DelegatePaymentRequest",
    "PaymentMethodCard",
    "Allowance",
    "RiskSignal",
    "Address",
];

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks: Vec<_> = constraints(version, BUNDLE, &SHAPES)
        .into_iter()
        .map(|(id, expects)| {
            let title = format!("a request that breaks {id} is refused: {expects}");
            let name = kebab(&id);
            check(Topic::Fuzz, &name, &title, move |case| {
                let id = id.clone();
                async move { breaks(case, &id).await }
            })
            .proves(&["delegate-payment.validation.all-fields"])
            .proves_shapes(&[
                "DelegatePaymentRequest",
                "PaymentMethodCard",
                "Allowance",
                "RiskSignal",
                "delegate_payment#Address",
            ])
            .advice("check requests against the schema of the version before a token is made")
        })
        .collect();
    checks.push(check(
        Topic::Fuzz,
        "harmless-changes",
        "unusual requests that fit the schema are taken or refused, and never a reason for a 5xx",
        harmless,
    ));
    checks
}

/// A request with every optional member.
fn full(mut request: Value) -> Value {
    let number = request.pointer("/payment_method/number");
    let six: String = number
        .and_then(Value::as_str)
        .unwrap_or_default()
        .chars()
        .take(6)
        .collect();
    for (pointer, value) in [
        ("/payment_method/iin", json!(six)),
        ("/payment_method/eci_value", json!("07")),
        (
            "/payment_method/cryptogram",
            json!("AgAAAAAAAIR8CQrXSohbQAAAAAA="),
        ),
        ("/payment_method/display_wallet_type", json!("test")),
        ("/payment_method/metadata/issuing_bank", json!("test")),
        ("/billing_address/line_two", json!("Floor 2")),
    ] {
        body::set(&mut request, pointer, value);
    }
    request
}

async fn breaks(case: Arc<Case>, id: &str) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = full(psp.body()?);
    let plan = plan(case.version(), REQUEST, &request);
    let changes = plan.breaking.get(id).ok_or_else(|| {
        Stop::NotTested("no request was found that breaks this constraint and no other".to_owned())
    })?;
    valid_request_is_taken(&psp).await?;
    for change in changes {
        let mut broken = full(psp.body()?);
        apply(&mut broken, change);
        let answer = psp.delegate(&broken).await?;
        let (pointer, value) = change;
        let what = value.as_ref().map_or("taken away".to_owned(), |value| {
            value.to_string().chars().take(40).collect()
        });
        let rule = format!("a request whose {pointer} is {what} is refused");
        judge_refusal(&case, &answer, Severity::Must, &rule)?;
    }
    Ok(())
}

async fn harmless(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let plan = plan(case.version(), REQUEST, &full(psp.body()?));
    for change in &plan.harmless {
        let mut changed = full(psp.body()?);
        apply(&mut changed, change);
        let answer = psp.delegate(&changed).await?;
        case.must(
            answer.status < 500,
            &answer,
            "a request that fits the schema is taken or refused",
            || format!("{change:?}: {} {}", answer.status, case.excerpt(&answer)),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every constraint of the request is broken by some request of its own.
    #[test]
    fn every_constraint_has_a_request() {
        let mut missing = Vec::new();
        for version in SpecVersion::ALL {
            let document = full(body::sample());
            let plan = plan(version, REQUEST, &document);
            for (id, _) in constraints(version, BUNDLE, &SHAPES) {
                if !plan.breaking.contains_key(&id) {
                    missing.push(id);
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }
}
