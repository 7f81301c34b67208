//! Card data never comes back.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{DELEGATE_PAYMENT, Psp, body, check};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Topic};

/// A card number that stands in a wrong member.
const MISPLACED: &str = "4242424242424242";

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = own_members();
    checks.extend(wrong_members());
    checks.extend(others());
    checks
}

fn leak(name: &'static str, title: &'static str, change: fn(&mut Value)) -> Check {
    check(Topic::Leaks, name, title, move |case| async move {
        silent(case, change).await
    })
    .advice("never write the card number or the cvc into an answer: name the member instead")
}

fn misplaced(name: &'static str, title: &'static str, change: fn(&mut Value)) -> Check {
    check(Topic::Leaks, name, title, move |case| async move {
        silent_of_misplaced(case, change).await
    })
    .advice(
        "quote no value of the request in an error: callers put card numbers into wrong members",
    )
}

fn own_members() -> Vec<Check> {
    vec![
        leak("token", "the 201 holds neither card number nor cvc", |_| ()),
        leak(
            "error-month",
            "an error about the expiry holds neither card number nor cvc",
            |body| {
                body::set(body, "/payment_method/exp_month", json!("13"));
            },
        ),
        leak(
            "error-number",
            "an error about a wrong card number does not repeat it",
            |body| {
                body::set(body, "/payment_method/number", json!("4242424242424241"));
                body::set(body, "/payment_method/display_last4", json!("4241"));
            },
        ),
        leak(
            "error-number-type",
            "an error about a number of the wrong JSON type does not repeat it",
            |body| {
                body::set(
                    body,
                    "/payment_method/number",
                    json!(4_242_424_242_424_242_i64),
                );
            },
        ),
        leak(
            "error-cvc",
            "an error about the cvc does not repeat it",
            |body| {
                body::set(body, "/payment_method/cvc", json!("73900"));
            },
        ),
        leak(
            "error-cvc-type",
            "an error about a cvc of the wrong JSON type does not repeat it",
            |body| {
                body::set(body, "/payment_method/cvc", json!(739));
            },
        ),
    ]
}

fn wrong_members() -> Vec<Check> {
    vec![
        misplaced(
            "error-unknown-member",
            "an error about an unknown member does not repeat its value",
            |body| {
                body::set(body, "/payment_method/pan", json!("4242424242424242"));
            },
        ),
        misplaced(
            "error-enum",
            "an error about a card number in the wrong member does not repeat it",
            |body| {
                body::set(
                    body,
                    "/payment_method/card_number_type",
                    json!("4242424242424242"),
                );
            },
        ),
        misplaced(
            "error-session",
            "an error about a card number as session id does not repeat it",
            |body| {
                body::set(
                    body,
                    "/allowance/checkout_session_id",
                    json!("4242424242424242"),
                );
                body::set(body, "/allowance/currency", json!("USD"));
            },
        ),
        misplaced(
            "error-member-name",
            "an error about a card number as member name does not repeat it",
            |body| {
                body::set(body, "/4242424242424242", json!("x"));
            },
        ),
    ]
}

fn others() -> Vec<Check> {
    vec![
        check(
            Topic::Leaks,
            "error-syntax",
            "an error about broken JSON does not quote it",
            broken_json,
        )
        .advice("never quote the body in an error"),
        check(
            Topic::Leaks,
            "conflict",
            "an idempotency conflict does not tell what the first request was",
            conflict,
        ),
        check(
            Topic::Leaks,
            "token-not-the-card",
            "the token id does not hold digits of the card",
            token_is_opaque,
        ),
        check(
            Topic::Leaks,
            "not-cacheable",
            "no cache may keep a token",
            not_cacheable,
        ),
        check(
            Topic::Leaks,
            "no-internals",
            "an error names no files, classes or queries of the server",
            no_internals,
        ),
    ]
}

/// No card number in any spelling, no cvc as a word of its own: in body and headers.
pub(super) fn holds_no_card(case: &Case, answer: &Answer, body: &Value) -> Outcome {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let headers: Vec<_> = answer
        .headers
        .values()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    let all = format!("{text}\n{}", headers.join("\n"));
    let squeezed: String = all
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '.' | '_'))
        .collect();
    let sent = body
        .pointer("/payment_method/number")
        .map(plain)
        .unwrap_or_default();
    for number in [sent.as_str(), "4242424242424242"] {
        case.must(
            number.len() < 12 || !squeezed.contains(number),
            answer,
            "no answer holds the card number",
            || "the answer repeats the card number".to_owned(),
        )?;
    }
    let cvc = body
        .pointer("/payment_method/cvc")
        .map(plain)
        .unwrap_or_default();
    let mut words = all.split(|c: char| !c.is_ascii_alphanumeric());
    case.must(
        cvc.len() < 3 || !words.any(|word| word == cvc),
        answer,
        "no answer holds the cvc",
        || "the answer repeats the cvc".to_owned(),
    )
}

/// A text as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

async fn silent(case: Arc<Case>, change: fn(&mut Value)) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut request = psp.body()?;
    change(&mut request);
    let answer = psp.delegate(&request).await?;
    holds_no_card(&case, &answer, &request)
}

/// The caller's mistake, which no text names: a warning.
async fn silent_of_misplaced(case: Arc<Case>, change: fn(&mut Value)) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut request = psp.body()?;
    change(&mut request);
    let answer = psp.delegate(&request).await?;
    let text = String::from_utf8_lossy(&answer.body);
    case.should(
        !text.contains(MISPLACED),
        &answer,
        "an error quotes no value that may be a card number",
        || "the answer repeats the card number".to_owned(),
    );
    Ok(())
}

async fn broken_json(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let body = psp.body()?;
    for text in [
        body.to_string().replace("\"number\":", "\"number\" "),
        format!("{body}}}"),
    ] {
        let answer = psp.send(psp.post(DELEGATE_PAYMENT, text)?).await?;
        holds_no_card(&case, &answer, &body)?;
    }
    Ok(())
}

async fn conflict(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (key, first) = (case.fresh_key()?, psp.body()?);
    let token = psp.token(&psp.delegate_with_key(&first, &key).await?)?;
    let mut second = first.clone();
    body::set(
        &mut second,
        "/allowance/checkout_session_id",
        json!("cs_of_someone_else"),
    );
    let answer = psp.delegate_with_key(&second, &key).await?;
    holds_no_card(&case, &answer, &first)?;
    let text = String::from_utf8_lossy(&answer.body);
    let session = first
        .pointer("/allowance/checkout_session_id")
        .map(plain)
        .unwrap_or_default();
    case.must(
        !text.contains(&token) && !text.contains(&session),
        &answer,
        "a conflict tells nothing about the first request",
        || case.excerpt(&answer),
    )
}

async fn token_is_opaque(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let body = psp.body()?;
    let answer = psp.delegate(&body).await?;
    let token = psp.token(&answer)?;
    let number = body
        .pointer("/payment_method/number")
        .map(plain)
        .unwrap_or_default();
    let first_ten: String = number.chars().take(10).collect();
    case.must(
        !token.contains(&first_ten),
        &answer,
        "a token id tells nothing about the card",
        || "the token id holds the first ten digits of the card number".to_owned(),
    )
}

async fn not_cacheable(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let answer = psp.delegate(&psp.body()?).await?;
    psp.token(&answer)?;
    let cache = answer
        .header("cache-control")
        .unwrap_or_default()
        .to_ascii_lowercase();
    case.should(
        !cache.contains("public") && !cache.contains("max-age"),
        &answer,
        "the answer with the token invites no cache to keep it",
        || format!("Cache-Control: {cache}"),
    );
    Ok(())
}

async fn no_internals(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let mut number = psp.body()?;
    body::set(&mut number, "/allowance/max_amount", json!({ "$gt": 0 }));
    let mut quote = psp.body()?;
    body::set(
        &mut quote,
        "/allowance/checkout_session_id",
        json!("cs'; SELECT 1 --\u{0}"),
    );
    for text in [number.to_string(), quote.to_string(), "\u{0}".to_owned()] {
        let answer = psp.send(psp.post(DELEGATE_PAYMENT, text)?).await?;
        let found = String::from_utf8_lossy(&answer.body).to_ascii_lowercase();
        let telling = [
            "panicked",
            "stack",
            "traceback",
            "exception",
            "sqlite",
            "postgres",
            ".rs:",
            ".py",
            ".java:",
            "/src/",
            "serde",
        ];
        let seen: Vec<_> = telling
            .into_iter()
            .filter(|word| found.contains(word))
            .collect();
        case.should(
            seen.is_empty() && answer.status < 500,
            &answer,
            "an error tells nothing of the server's inside",
            || format!("{}: {seen:?} in {}", answer.status, case.excerpt(&answer)),
        );
    }
    Ok(())
}
