//! Headers and signatures of the calls of an authentication.

use super::{begun, own};
use serde_json::Value;

use crate::{
    Outcome, SpecVersion, Stop,
    lanes::agent::{
        call::Op,
        rule::{Grade, Rule},
    },
};

/// Rules about every call of an authentication.
pub(in crate::lanes::agent) fn calls() -> Vec<Rule> {
    let mut all = headers();
    all.extend(signatures());
    all.extend(manners());
    all
}

fn headers() -> Vec<Rule> {
    vec![
        Rule::new(
            "api-version",
            "calls of the authentication name a version",
            |grade| {
                own(grade, |call| {
                    let named = call.header("api-version").unwrap_or_default();
                    grade.must(
                        named.parse::<SpecVersion>().is_ok(),
                        call,
                        "API-Version is sent",
                        || named.to_owned(),
                    )
                })
            },
        )
        .proves(&["delegate-authentication.version.header-sent"]),
        Rule::new(
            "bearer",
            "calls of the authentication carry the bearer key",
            |grade| {
                own(grade, |call| {
                    let there = call
                        .header("authorization")
                        .is_some_and(|value| value.starts_with("Bearer "));
                    grade.must(there, call, "Authorization: Bearer is sent", || call.what())
                })
            },
        )
        .proves(&["delegate-authentication.request.bearer"]),
        Rule::new(
            "content-type",
            "calls of the authentication with a body are JSON",
            |grade| {
                own(grade, |call| {
                    let kind = call.header("content-type").unwrap_or_default();
                    grade.must(
                        call.body.is_empty() || kind.starts_with("application/json"),
                        call,
                        "Content-Type is application/json",
                        || kind.to_owned(),
                    )
                })
            },
        )
        .proves(&["delegate-authentication.request.content-type"]),
    ]
}

fn signatures() -> Vec<Rule> {
    vec![
        Rule::new(
            "signature",
            "calls of the authentication are signed",
            |grade| {
                own(grade, |call| {
                    // A call without a body has nothing to sign.
                    if call.body.is_empty() {
                        return Ok(());
                    }
                    let value = call.header("signature").unwrap_or_default();
                    let base64url = value
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte));
                    grade.must(
                        !value.is_empty() && base64url,
                        call,
                        "Signature is sent, as base64url text",
                        || format!("{value:?}"),
                    )?;
                    let stamped = call
                        .header("timestamp")
                        .is_some_and(|value| value.parse::<jiff::Timestamp>().is_ok());
                    grade.should(stamped, call, "Timestamp is sent with it", || {
                        "it is missing".to_owned()
                    })
                })
            },
        )
        .proves(&[
            "delegate-authentication.signing.signature-sent",
            "delegate-authentication.signing.base64url",
            "delegate-authentication.signing.timestamp-sent",
        ]),
        Rule::new(
            "signature-verifies",
            "signatures of the authentication verify",
            verifies,
        )
        .proves(&["delegate-authentication.signing.canonical-json"]),
        Rule::new(
            "key",
            "creating an authentication should have an idempotency key",
            |grade| {
                let call = begun(grade)?;
                grade.should(
                    !call.key().is_empty(),
                    call,
                    "an Idempotency-Key is sent",
                    || "there is none".to_owned(),
                )
            },
        )
        .proves(&["delegate-authentication.request.idempotency-key"]),
    ]
}

fn manners() -> Vec<Rule> {
    vec![
        Rule::new(
            "request-id",
            "calls of the authentication should have a Request-Id",
            |grade| {
                own(grade, |call| {
                    grade.should(
                        call.header("request-id").is_some(),
                        call,
                        "Request-Id is sent",
                        || call.what(),
                    )
                })
            },
        )
        .proves(&["delegate-authentication.request.request-id"]),
        Rule::new(
            "read-plain",
            "the result is read without a body or key",
            |grade| {
                begun(grade)?;
                for call in grade.seen.of_kind(Op::AuthenticationRead) {
                    grade.must(
                        call.body.is_empty() && call.key().is_empty(),
                        call,
                        "GET has neither body nor Idempotency-Key",
                        || call.body_text(),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&["delegate-authentication.retrieve.no-body-headers"]),
        Rule::new(
            "id-in-path",
            "later calls have the session's id in their path",
            |grade| {
                let begun = begun(grade)?;
                let id = begun
                    .answered("/authentication_session_id")
                    .and_then(Value::as_str);
                for op in [Op::Authenticate, Op::AuthenticationRead] {
                    if let Some(call) = grade.seen.first(op) {
                        grade.must(
                            call.id.as_deref() == id,
                            call,
                            "the path has the authentication's id",
                            || call.what(),
                        )?;
                    }
                }
                Ok(())
            },
        )
        .proves(&["delegate-authentication.session.id-in-path"]),
    ]
}

fn verifies(grade: &Grade<'_>) -> Outcome {
    begun(grade)?;
    let agent = grade.case.target().agent.as_ref();
    let secret = agent.and_then(|agent| agent.signing_secret.as_ref()?.expose());
    let (Some(agent), Some(secret)) = (agent, secret) else {
        return Err(Stop::NotTested(
            "the key of the agent's signatures is not known; set agent.signing_secret in certify.toml"
                .to_owned(),
        ));
    };
    own(grade, |call| {
        if call.body.is_empty() {
            return Ok(());
        }
        let body = crate::lanes::psp::canonical(&call.body);
        let timestamp = call.header("timestamp").unwrap_or_default();
        let right = crate::lanes::psp::signature(agent.signing_scheme, secret, timestamp, &body)?;
        let given = call
            .header("signature")
            .unwrap_or_default()
            .trim_end_matches('=');
        grade.must(
            given == right,
            call,
            "the signature verifies over the canonical JSON of the body",
            || "it does not".to_owned(),
        )
    })
}
