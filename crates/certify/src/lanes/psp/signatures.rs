//! `Signature` and `Timestamp`.

use std::sync::Arc;

use super::{Psp, body, check, row::valid_request_is_taken};
use crate::{Answer, Case, Check, Outcome, Request, SpecVersion, Stop, Topic};

const VERIFIED: &[&str] = &["delegate-payment.security.signature-verified"];
const WINDOW: &[&str] = &["delegate-payment.security.timestamp-window"];

/// A time far outside any tolerance of clocks, in seconds.
const FAR_S: i64 = 24 * 3_600;

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = signatures();
    checks.extend(timestamps());
    checks
}

fn forged(name: &'static str, title: &'static str, forge: fn(Request) -> Request) -> Check {
    check(Topic::Signatures, name, title, move |case| async move {
        refuses_forged(case, forge, title).await
    })
    .proves(VERIFIED)
    .advice("verify the signature over the canonical JSON of the body before anything else")
}

fn signatures() -> Vec<Check> {
    vec![
        check(
            Topic::Signatures,
            "good",
            "a request with a good signature is taken",
            good,
        ),
        forged(
            "body-changed",
            "a request whose body was changed after signing is refused",
            |request| {
                let body = request.body.clone().unwrap_or_default();
                let text = String::from_utf8_lossy(&body).replace(":1000", ":9000");
                request.body(text)
            },
        ),
        forged(
            "signature-changed",
            "a request whose signature was changed is refused",
            |request| {
                let old = request
                    .header_value("Signature")
                    .unwrap_or_default()
                    .to_owned();
                let turned: String = old.chars().rev().collect();
                request.with("Signature", turned)
            },
        ),
        forged(
            "signature-cut",
            "a request whose signature is cut off is refused",
            |request| {
                let old = request.header_value("Signature").unwrap_or_default();
                let half: String = old.chars().take(old.chars().count() / 2).collect();
                request.with("Signature", half)
            },
        ),
        forged(
            "signature-empty",
            "a request with an empty signature is refused",
            |request| request.with("Signature", ""),
        ),
        forged(
            "signature-of-zeros",
            "a request with a signature of zeros is refused",
            |request| request.with("Signature", "A".repeat(86)),
        ),
        forged(
            "signature-no-base64",
            "a request whose signature is no base64url is refused",
            |request| request.with("Signature", "***"),
        ),
    ]
}

fn timestamps() -> Vec<Check> {
    vec![
        check(
            Topic::Signatures,
            "timestamp-missing",
            "a signed request without Timestamp is refused",
            no_timestamp,
        )
        .proves(&["delegate-payment.security.timestamp-required"]),
        check(
            Topic::Signatures,
            "timestamp-old",
            "a Timestamp of yesterday is refused",
            |case| async move { refuses_time(case, -FAR_S).await },
        )
        .proves(WINDOW),
        check(
            Topic::Signatures,
            "timestamp-future",
            "a Timestamp of tomorrow is refused",
            |case| async move { refuses_time(case, FAR_S).await },
        )
        .proves(WINDOW),
        check(
            Topic::Signatures,
            "timestamp-skew",
            "a Timestamp that is ten seconds off is taken",
            skew,
        ),
        check(
            Topic::Signatures,
            "timestamp-no-time",
            "a Timestamp that is no RFC 3339 time is refused",
            no_time,
        )
        .proves(WINDOW),
    ]
}

fn not_agreed(psp: &Psp) -> Outcome {
    match psp.target().signing_secret {
        Some(_) => Ok(()),
        None => Err(Stop::NotTested(
            "signatures need an agreed key: set psp.signing_secret and psp.signing_scheme in certify.toml".to_owned(),
        )),
    }
}

fn should_be_refused(case: &Case, answer: &Answer, rule: &str) {
    case.should(
        answer.is_refusal() && answer.text("/created").is_none(),
        answer,
        rule,
        || format!("{}: {}", answer.status, case.excerpt(answer)),
    );
}

async fn good(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    not_agreed(&psp)?;
    psp.token(&psp.delegate(&psp.body()?).await?).map(drop)
}

async fn refuses_forged(case: Arc<Case>, forge: fn(Request) -> Request, rule: &str) -> Outcome {
    let psp = Psp::of(&case)?;
    not_agreed(&psp)?;
    valid_request_is_taken(&psp).await?;
    let request = forge(psp.request(&psp.body()?)?);
    should_be_refused(&case, &psp.send(request).await?, rule);
    Ok(())
}

async fn no_timestamp(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    not_agreed(&psp)?;
    valid_request_is_taken(&psp).await?;
    let request = psp.request(&psp.body()?)?.without("Timestamp");
    should_be_refused(
        &case,
        &psp.send(request).await?,
        "a signed request without Timestamp is refused",
    );
    Ok(())
}

/// The window holds with and without signatures: a Timestamp that is sent is checked.
async fn refuses_time(case: Arc<Case>, seconds: i64) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let request = psp.signed_at(psp.request(&psp.body()?)?, seconds)?;
    let request = request.with("Timestamp", body::time_from_now(seconds)?);
    let rule = "a Timestamp far outside the window of clock skew is refused";
    should_be_refused(&case, &psp.send(request).await?, rule);
    Ok(())
}

async fn skew(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    for seconds in [-10, 10] {
        let request = psp.signed_at(psp.request(&psp.body()?)?, seconds)?;
        let request = request.with("Timestamp", body::time_from_now(seconds)?);
        let answer = psp.send(request).await?;
        case.should(
            answer.status == 201,
            &answer,
            "clocks may differ by some seconds",
            || format!("{seconds} s: {} {}", answer.status, case.excerpt(&answer)),
        );
    }
    Ok(())
}

async fn no_time(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let request = psp
        .request(&psp.body()?)?
        .with("Timestamp", "half past nine");
    should_be_refused(
        &case,
        &psp.send(request).await?,
        "a Timestamp is an RFC 3339 time",
    );
    Ok(())
}
