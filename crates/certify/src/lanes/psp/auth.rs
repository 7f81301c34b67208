//! Who may delegate payments.

use std::sync::Arc;

use super::{Psp, check, errors::is_flat, row::valid_request_is_taken};
use crate::{Answer, Case, Check, Outcome, Request, SpecVersion, Topic};

const BEARER: &[&str] = &["delegate-payment.security.bearer-required"];

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = callers();
    checks.extend(answers());
    checks
}

/// What stands in `Authorization` instead, made from the good key; `None` for no such header.
type Header = fn(&str) -> Option<String>;

fn refused(name: &'static str, title: &'static str, value: Header) -> Check {
    check(Topic::Auth, name, title, move |case| async move {
        without_valid_bearer(case, value).await
    })
    .proves(BEARER)
    .advice(
        "take a request only with a bearer key that is known, compared whole and in constant time",
    )
}

fn callers() -> Vec<Check> {
    vec![
        refused(
            "missing",
            "a request without Authorization is refused",
            |_| None,
        ),
        refused("empty", "an empty Authorization is refused", |_| {
            Some(String::new())
        }),
        refused("scheme-alone", "Bearer without a key is refused", |_| {
            Some("Bearer".to_owned())
        }),
        refused("empty-key", "Bearer with an empty key is refused", |_| {
            Some("Bearer ".to_owned())
        }),
        refused("unknown-key", "an unknown key is refused", |_| {
            Some("Bearer certification-unknown-key-000000000000".to_owned())
        }),
        refused(
            "key-without-scheme",
            "a key without scheme is refused",
            |key| Some(key.to_owned()),
        ),
        refused("basic", "the key as Basic credentials is refused", |key| {
            Some(format!("Basic {key}"))
        }),
        refused("key-prefix", "the beginning of a key is refused", |key| {
            let shorter: String = key
                .chars()
                .take(key.chars().count().saturating_sub(1))
                .collect();
            Some(format!("Bearer {shorter}"))
        }),
        refused(
            "key-extended",
            "a key with something behind it is refused",
            |key| Some(format!("Bearer {key}x")),
        ),
        refused("two-keys", "a key after another word is refused", |key| {
            Some(format!("Bearer unknown {key}"))
        }),
    ]
}

fn answers() -> Vec<Check> {
    vec![
        check(
            Topic::Auth,
            "status-401",
            "a request without valid key is answered with 401 and a flat error",
            status_401,
        )
        .proves(&["delegate-payment.error.unauthorized-401"]),
        check(
            Topic::Auth,
            "before-body",
            "an unknown caller does not learn what is wrong with its body",
            before_body,
        )
        .advice("check the key before anything else of the request"),
        check(
            Topic::Auth,
            "key-in-query",
            "a key in the query is no authorization",
            in_query,
        )
        .proves(BEARER),
        check(
            Topic::Auth,
            "scheme-case",
            "the scheme is read in any case, as RFC 9110 says",
            scheme_case,
        ),
    ]
}

fn no_token(case: &Case, answer: &Answer) -> Outcome {
    case.must(
        answer.is_refusal() && answer.text("/created").is_none(),
        answer,
        "a request without valid bearer key is refused and makes no token",
        || format!("{}: {}", answer.status, case.excerpt(answer)),
    )
}

fn with_bearer(psp: &Psp, value: Header) -> Outcome<Request> {
    let request = psp.request(&psp.body()?)?;
    Ok(match value(psp.target().key.exposed("psp.key")?) {
        None => request.without("Authorization"),
        Some(text) => request.with("Authorization", text),
    })
}

async fn without_valid_bearer(case: Arc<Case>, value: Header) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let answer = psp.send(with_bearer(&psp, value)?).await?;
    no_token(&case, &answer)
}

async fn status_401(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let values: [Header; 2] = [
        |_| None,
        |_| Some("Bearer certification-unknown-key-000000000000".to_owned()),
    ];
    for value in values {
        let answer = psp.send(with_bearer(&psp, value)?).await?;
        case.status(&answer, &[401])?;
        is_flat(&case, &answer)?;
    }
    Ok(())
}

async fn before_body(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let request = psp
        .request(&psp.body()?)?
        .without("Authorization")
        .body("{");
    let answer = psp.send(request).await?;
    no_token(&case, &answer)?;
    case.should(
        answer.status == 401,
        &answer,
        "an unknown caller gets 401, whatever its body is",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    );
    Ok(())
}

async fn in_query(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let mut request = psp.request(&psp.body()?)?.without("Authorization");
    let key = psp.target().key.exposed("psp.key")?;
    request.path = format!("{}?access_token={key}&api_key={key}", request.path);
    let answer = psp.send(request).await?;
    no_token(&case, &answer)
}

async fn scheme_case(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let key = psp.target().key.exposed("psp.key")?.to_owned();
    let request = psp
        .request(&psp.body()?)?
        .with("Authorization", format!("bearer {key}"));
    let answer = psp.send(request).await?;
    case.should(
        answer.status == 201,
        &answer,
        "the scheme Bearer is read in any case",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    );
    Ok(())
}
