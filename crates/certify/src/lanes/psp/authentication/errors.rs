//! Errors of delegate authentication.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    client::{Authenticator, CREATE},
    documents,
};
use crate::{
    Answer, Case, Check, Outcome, Severity, SpecVersion, Topic,
    lanes::psp::{body, check, errors::is_flat, leaks::holds_no_card, row::judge_refusal},
};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = card_values();
    checks.extend(other_values());
    checks.extend(bodies());
    checks
}

const MONTH: &str = "delegate-authentication.validation.exp-month-range";
const YEAR: &str = "delegate-authentication.validation.exp-year-digits";
const AMOUNT: &str = "delegate-authentication.validation.amount-positive";
const CARD: &str = "delegate-authentication.validation.only-card";
const BROWSER: &str = "delegate-authentication.validation.browser-only";

/// A create that is refused for one value.
fn refused(
    name: &'static str,
    title: &'static str,
    pointer: &'static str,
    value: Value,
    id: &'static str,
) -> Check {
    check(Topic::Errors, name, title, move |case| {
        let value = value.clone();
        async move { refuses(case, pointer, value, title).await.map(drop) }
    })
    .proves(&[id, "delegate-authentication.error.client-4xx"])
    .advice("check every member of the request before a session is opened, and answer a 4xx")
}

fn card_values() -> Vec<Check> {
    vec![
        refused(
            "authentication-exp-month-13",
            "an expiry month of 13 is refused",
            "/payment_method/exp_month",
            json!("13"),
            MONTH,
        ),
        refused(
            "authentication-exp-month-00",
            "an expiry month of 00 is refused",
            "/payment_method/exp_month",
            json!("00"),
            MONTH,
        ),
        refused(
            "authentication-exp-month-letter",
            "an expiry month of 1x is refused",
            "/payment_method/exp_month",
            json!("1x"),
            MONTH,
        ),
        check(
            Topic::Errors,
            "authentication-exp-month-code",
            "an impossible expiry month is refused with code invalid_card",
            month_code,
        )
        .proves(&[MONTH]),
        refused(
            "authentication-exp-year-short",
            "an expiry year of two digits is refused",
            "/payment_method/exp_year",
            json!("29"),
            YEAR,
        ),
        refused(
            "authentication-exp-year-letter",
            "an expiry year of 20x9 is refused",
            "/payment_method/exp_year",
            json!("20x9"),
            YEAR,
        ),
    ]
}

fn other_values() -> Vec<Check> {
    vec![
        refused(
            "authentication-amount-zero",
            "an amount of zero is refused",
            "/amount/value",
            json!(0),
            AMOUNT,
        ),
        refused(
            "authentication-amount-negative",
            "an amount of -1 is refused",
            "/amount/value",
            json!(-1),
            AMOUNT,
        ),
        refused(
            "authentication-amount-fraction",
            "an amount of 10.5 is refused",
            "/amount/value",
            json!(10.5),
            AMOUNT,
        ),
        refused(
            "authentication-type",
            "a payment method other than card is refused",
            "/payment_method/type",
            json!("wallet"),
            CARD,
        ),
        refused(
            "authentication-channel-app",
            "a channel other than browser is refused",
            "/channel/type",
            json!("app"),
            BROWSER,
        ),
        refused(
            "authentication-channel-sdk",
            "a channel of type sdk is refused",
            "/channel/type",
            json!("sdk"),
            BROWSER,
        ),
    ]
}

fn bodies() -> Vec<Check> {
    vec![
        check(
            Topic::Errors,
            "authentication-unknown-id",
            "retrieve and authenticate of a session that never was answer a 4xx",
            unknown_id,
        )
        .proves(&[
            "delegate-authentication.session.unknown-id",
            "delegate-authentication.error.client-4xx",
        ]),
        check(
            Topic::Errors,
            "authentication-flat",
            "errors are flat objects with type, code and message",
            flat,
        )
        .proves(&["delegate-authentication.error.flat"]),
        check(
            Topic::Errors,
            "authentication-json",
            "every answer is JSON, errors included",
            all_json,
        )
        .proves(&["delegate-authentication.http.json"]),
        check(
            Topic::Errors,
            "authentication-param",
            "param is a JSONPath",
            param,
        )
        .proves(&["delegate-authentication.error.param-jsonpath"]),
        check(
            Topic::Errors,
            "authentication-shape",
            "an error about the card is a valid Error",
            shape,
        )
        .proves_shapes(&["delegate_authentication#Error"]),
        check(
            Topic::Errors,
            "authentication-server-fault",
            "a failure of the server is a 5xx with a flat error",
            server_fault,
        )
        .proves(&["delegate-authentication.error.server-5xx"]),
        check(
            Topic::Leaks,
            "authentication-card",
            "no answer of delegate authentication holds the card number",
            no_card,
        ),
    ]
}

/// The refusal of a create with one member changed, where the unchanged one is taken.
async fn refuses(case: Arc<Case>, pointer: &str, value: Value, rule: &str) -> Outcome<Answer> {
    let provider = Authenticator::of(&case)?;
    let good = provider.body()?;
    provider.created(&good).await?;
    let mut broken = good;
    body::set(&mut broken, pointer, value);
    let answer = provider.create(&broken).await?;
    judge_refusal(&case, &answer, Severity::Must, rule)?;
    case.must(
        answer.pointer("/authentication_session_id").is_none(),
        &answer,
        "a refused create opens no session",
        || case.excerpt(&answer),
    )?;
    Ok(answer)
}

async fn wrong_month(case: &Arc<Case>) -> Outcome<Answer> {
    let rule = "an impossible expiry month is refused";
    refuses(
        Arc::clone(case),
        "/payment_method/exp_month",
        json!("13"),
        rule,
    )
    .await
}

async fn month_code(case: Arc<Case>) -> Outcome {
    let answer = wrong_month(&case).await?;
    case.must(
        answer.text("/code") == Some("invalid_card"),
        &answer,
        "an impossible expiry month is refused with code invalid_card",
        || case.excerpt(&answer),
    )
}

/// An id of the form that the provider gives, but never given.
async fn never_given(provider: &Authenticator) -> Outcome<String> {
    let id = provider.created(&provider.body()?).await?;
    Ok(id
        .chars()
        .rev()
        .map(|char| if char == '0' { '1' } else { char })
        .collect())
}

async fn unknown_id(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let strange = never_given(&provider).await?;
    for id in [strange.as_str(), "auth_session_certification", "0"] {
        let rule = "a session that never was is answered with a 4xx";
        let answer = provider.retrieve(id).await?;
        judge_refusal(&case, &answer, Severity::Must, rule)?;
        let answer = provider
            .authenticate(id, &documents::authenticate_in_full())
            .await?;
        judge_refusal(&case, &answer, Severity::Must, rule)?;
    }
    Ok(())
}

/// Errors of several kinds: a wrong card, broken JSON, an unknown session.
async fn some_errors(case: &Arc<Case>) -> Outcome<Vec<Answer>> {
    let provider = Authenticator::of(case)?;
    Ok(vec![
        wrong_month(case).await?,
        provider
            .send(provider.psp.post(CREATE, "{".to_owned())?)
            .await?,
        provider.retrieve("auth_session_certification").await?,
    ])
}

async fn flat(case: Arc<Case>) -> Outcome {
    for answer in some_errors(&case).await? {
        case.must(
            answer.is_refusal(),
            &answer,
            "a client's fault is a 4xx",
            || answer.status.to_string(),
        )?;
        is_flat(&case, &answer)?;
    }
    Ok(())
}

async fn all_json(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let mut answers = some_errors(&case).await?;
    answers.push(provider.create(&provider.body()?).await?);
    for answer in &answers {
        let kind = answer.header("content-type").unwrap_or_default();
        case.must(
            kind.to_ascii_lowercase().starts_with("application/json") && answer.json.is_some(),
            answer,
            "every answer is JSON and says so",
            || {
                format!(
                    "{} with Content-Type {kind}: {}",
                    answer.status,
                    case.excerpt(answer)
                )
            },
        )?;
    }
    Ok(())
}

async fn param(case: Arc<Case>) -> Outcome {
    let answer = wrong_month(&case).await?;
    let param = answer.text("/param");
    case.should(
        param.is_none_or(|path| path == "$" || path.starts_with("$.") || path.starts_with("$[")),
        &answer,
        "param, when present, is an RFC 9535 JSONPath",
        || format!("param is {param:?}"),
    );
    Ok(())
}

async fn shape(case: Arc<Case>) -> Outcome {
    let answer = wrong_month(&case).await?;
    case.shape(&answer, "delegate_authentication#Error")
}

async fn server_fault(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let answer = provider.create(&provider.body_of("server-error")?).await?;
    case.must(
        answer.status >= 500,
        &answer,
        "the card psp.cards.server-error makes the provider answer with a 5xx",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )?;
    is_flat(&case, &answer)
}

async fn no_card(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let good = provider.body()?;
    let mut broken = good.clone();
    body::set(&mut broken, "/payment_method/exp_month", json!("13"));
    let created = provider.create(&good).await?;
    holds_no_card(&case, &created, &good)?;
    holds_no_card(&case, &provider.create(&broken).await?, &broken)?;
    let id = provider.id(&created)?;
    holds_no_card(&case, &provider.authenticated(&id).await?, &good)?;
    holds_no_card(&case, &provider.retrieved(&id).await?, &good)
}
