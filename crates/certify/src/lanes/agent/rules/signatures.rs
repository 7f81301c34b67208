//! `Signature` and `Timestamp` of the agent's calls.

use crate::{
    Outcome, Stop, Topic,
    lanes::{
        agent::{
            call::{Call, Op},
            rule::{Grade, Rule, not_offered},
        },
        clock::now,
        psp::{canonical, signature},
    },
};

/// How far a clock may be off, in seconds.
const TOLERANCE_S: i64 = 300;

fn calls<'a>(grade: &'a Grade<'_>, psp: bool) -> Vec<&'a Call> {
    let calls = grade.seen.own_posts();
    calls
        .filter(|call| (call.op == Op::Delegate) == psp)
        .collect()
}

fn signed<'a>(grade: &'a Grade<'_>, psp: bool) -> Outcome<Vec<(&'a Call, &'a str)>> {
    let signed: Vec<_> = calls(grade, psp)
        .into_iter()
        .filter_map(|call| Some((call, call.header("signature")?)))
        .collect();
    if signed.is_empty() {
        return Err(not_offered("the agent signs no calls"));
    }
    Ok(signed)
}

fn sends(grade: &Grade<'_>, psp: bool, header: &str) -> Outcome {
    let calls = calls(grade, psp);
    let Some(call) = calls.first() else {
        return Err(Stop::NotTested(grade.summary()));
    };
    let missing = calls.iter().find(|call| call.header(header).is_none());
    grade.should(
        missing.is_none(),
        missing.unwrap_or(call),
        "calls with a body are signed",
        || format!("no {header}"),
    )
}

fn base64url(grade: &Grade<'_>, psp: bool) -> Outcome {
    for (call, value) in signed(grade, psp)? {
        let fits = !value.is_empty()
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'='));
        grade.must(fits, call, "Signature is base64url text", || {
            value.to_owned()
        })?;
    }
    Ok(())
}

fn timely(grade: &Grade<'_>, psp: bool) -> Outcome {
    let mut any = false;
    for call in calls(grade, psp) {
        let Some(value) = call.header("timestamp") else {
            continue;
        };
        any = true;
        let parsed: Option<jiff::Timestamp> = value.parse().ok();
        let off = parsed.map(|time| now().duration_since(time).as_secs().saturating_abs());
        grade.must(
            off.is_some_and(|off| off <= TOLERANCE_S),
            call,
            "Timestamp is an RFC 3339 time near the present",
            || value.to_owned(),
        )?;
    }
    if any {
        Ok(())
    } else {
        Err(not_offered("the agent sends no Timestamp"))
    }
}

fn verifies(grade: &Grade<'_>, psp: bool) -> Outcome {
    let signed = signed(grade, psp)?;
    let agent = grade.case.target().agent.as_ref();
    let secret = agent.and_then(|agent| agent.signing_secret.as_ref()?.expose());
    let (Some(agent), Some(secret)) = (agent, secret) else {
        return Err(Stop::NotTested(
            "the key of the agent's signatures is not known; set agent.signing_secret in certify.toml"
                .to_owned(),
        ));
    };
    for (call, value) in signed {
        let timestamp = call.header("timestamp").unwrap_or_default();
        let body = canonical(&call.body);
        let right = signature(agent.signing_scheme, secret, timestamp, &body)?;
        grade.must(
            value.trim_end_matches('=') == right,
            call,
            "the signature verifies over the canonical JSON of the body",
            || "it does not".to_owned(),
        )?;
    }
    Ok(())
}

/// Rules about signatures.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    vec![
        Rule::new("signed", "calls to the seller should be signed", |grade| {
            sends(grade, false, "signature")
        })
        .proves(&["checkout.signing.agent-signs"]),
        Rule::new(
            "timestamped",
            "calls to the seller should carry a Timestamp",
            |grade| sends(grade, false, "timestamp"),
        )
        .proves(&["checkout.signing.agent-timestamps"]),
        Rule::new(
            "signature-base64url",
            "signatures to the seller are base64url",
            |grade| base64url(grade, false),
        )
        .proves(&["checkout.signing.agent-signs"]),
        Rule::new("timestamp-now", "Timestamp to the seller is now", |grade| {
            timely(grade, false)
        })
        .proves(&["checkout.signing.agent-timestamps"]),
        Rule::new(
            "signature-verifies",
            "signatures to the seller verify",
            |grade| verifies(grade, false),
        )
        .proves(&["checkout.signing.agent-signs"]),
        Rule::new(
            "psp-signed",
            "calls to the provider should be signed",
            |grade| sends(grade, true, "signature"),
        )
        .proves(&["delegate-payment.signing.signature-sent"]),
        Rule::new(
            "psp-timestamped",
            "calls to the provider should carry a Timestamp",
            |grade| sends(grade, true, "timestamp"),
        )
        .proves(&["delegate-payment.signing.timestamp-sent"]),
        Rule::new(
            "psp-signature-base64url",
            "signatures to the provider are base64url",
            |grade| base64url(grade, true),
        )
        .proves(&["delegate-payment.signing.base64url"]),
        Rule::new(
            "psp-timestamp-now",
            "Timestamp to the provider is now",
            |grade| timely(grade, true),
        )
        .proves(&["delegate-payment.signing.timestamp-rfc3339"]),
        Rule::new(
            "psp-signature-verifies",
            "signatures to the provider verify",
            |grade| verifies(grade, true),
        )
        .proves(&[
            "delegate-payment.signing.canonical-json",
            "delegate-payment.signing.detached",
        ]),
    ]
    .into_iter()
    .map(|rule| {
        rule.topic(Topic::Signatures)
            .advice("sign the canonical JSON of the body, base64url, with a Timestamp")
    })
    .collect()
}
