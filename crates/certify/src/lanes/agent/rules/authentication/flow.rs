//! Fingerprint and challenge.

use std::time::Duration;

use serde_json::Value;

use super::{authenticated, begun};
use crate::{
    Stop,
    lanes::{
        agent::{
            authentication::{form_field, form_json},
            call::Op,
            rule::Rule,
        },
        documents::text,
    },
};

/// Time after which a fingerprint counts as failed.
const FINGERPRINT_WAIT: Duration = Duration::from_secs(10);

/// Rules about the fingerprint.
pub(in crate::lanes::agent) fn fingerprint() -> Vec<Rule> {
    vec![
        Rule::new(
            "fingerprint-first",
            "the fingerprint is taken before authenticate",
            |grade| {
                let later = authenticated(grade)?;
                let taken = grade
                    .seen
                    .first(Op::Fingerprint)
                    .is_some_and(|call| call.at < later.at);
                grade.must(taken, later, "the issuer's page is posted to first", || {
                    grade.summary()
                })
            },
        )
        .proves(&[
            "delegate-authentication.agent.process-fingerprint",
            "delegate-authentication.agent.authenticate-after-fingerprint",
            "delegate-authentication.fingerprint.post",
        ]),
        Rule::new(
            "fingerprint-payload",
            "the fingerprint names transaction and notification address, in base64",
            |grade| {
                begun(grade)?;
                let Some(call) = grade.seen.first(Op::Fingerprint) else {
                    return Err(Stop::NotTested(grade.summary()));
                };
                let data = form_json(call, "threeDSMethodData");
                let has = |name: &str| {
                    data.as_ref()
                        .is_some_and(|data| !text(data, name).is_empty())
                };
                let whole = has("threeDSServerTransID") && has("threeDSMethodNotificationURL");
                grade.must(
                    whole,
                    call,
                    "threeDSMethodData is base64 of both members",
                    || form_field(call, "threeDSMethodData").unwrap_or_default(),
                )
            },
        )
        .proves(&[
            "delegate-authentication.fingerprint.payload",
            "delegate-authentication.fingerprint.base64",
        ]),
        Rule::new(
            "fingerprint-done",
            "a fingerprint that was notified is reported with Y",
            |grade| {
                let call = authenticated(grade)?;
                let said = call.text("/fingerprint_completion");
                grade.must(
                    said == Some("Y"),
                    call,
                    "fingerprint_completion is Y",
                    || format!("{said:?}"),
                )
            },
        )
        .proves(&[
            "delegate-authentication.fingerprint.completion-y",
            "delegate-authentication.fingerprint.completion-meaning",
            "delegate-authentication.callbacks.fingerprint",
        ]),
    ]
}

/// No notification came.
pub(in crate::lanes::agent) fn fingerprint_silent() -> Rule {
    Rule::new(
        "fingerprint-timeout",
        "without notification N is sent, after ten seconds",
        |grade| {
            begun(grade)?;
            let Some(page) = grade.seen.first(Op::Fingerprint) else {
                return Err(Stop::NotTested(grade.summary()));
            };
            let call = authenticated(grade)?;
            let said = call.text("/fingerprint_completion");
            grade.must(
                said == Some("N"),
                call,
                "fingerprint_completion is N",
                || format!("{said:?}"),
            )?;
            let waited = call
                .at
                .saturating_sub(page.at)
                .saturating_add(Duration::from_millis(300));
            grade.must(
                waited >= FINGERPRINT_WAIT,
                call,
                "N is sent after 10 seconds, not earlier",
                || format!("after {} ms", waited.as_millis()),
            )
        },
    )
    .proves(&[
        "delegate-authentication.fingerprint.completion-n",
        "delegate-authentication.fingerprint.completion-meaning",
    ])
}

/// Nothing to fingerprint.
pub(in crate::lanes::agent) fn pending() -> Rule {
    Rule::new(
        "pending",
        "on pending the agent authenticates at once, with U",
        |grade| {
            let call = authenticated(grade)?;
            let said = call.text("/fingerprint_completion");
            grade.must(
                said == Some("U"),
                call,
                "fingerprint_completion is U",
                || format!("{said:?}"),
            )?;
            let page = grade.seen.first(Op::Fingerprint).is_none();
            grade.must(page, call, "no fingerprint is taken", || {
                "one was".to_owned()
            })
        },
    )
    .proves(&[
        "delegate-authentication.agent.pending-authenticate",
        "delegate-authentication.agent.pending-u",
        "delegate-authentication.fingerprint.completion-meaning",
    ])
}

/// Rules about the challenge.
pub(in crate::lanes::agent) fn challenge() -> Vec<Rule> {
    let mut all = challenge_posted();
    all.extend(challenge_request());
    all.extend(challenge_result());
    all
}

fn challenge_posted() -> Vec<Rule> {
    vec![
        Rule::new(
            "challenge",
            "the challenge is posted to the issuer",
            |grade| {
                let call = authenticated(grade)?;
                let there = grade.seen.first(Op::Challenge).is_some();
                grade.must(there, call, "the form creq is posted to acs_url", || {
                    grade.summary()
                })
            },
        )
        .proves(&[
            "delegate-authentication.agent.challenge-process",
            "delegate-authentication.challenge.post",
        ]),
    ]
}

fn challenge_request() -> Vec<Rule> {
    vec![
        Rule::new(
            "creq",
            "the challenge request is whole and in base64 without padding",
            |grade| {
                let told = authenticated(grade)?;
                let Some(call) = grade.seen.first(Op::Challenge) else {
                    return Err(Stop::NotTested(grade.summary()));
                };
                let written = form_field(call, "creq").unwrap_or_default();
                grade.must(!written.contains('='), call, "creq has no padding", || {
                    written.clone()
                })?;
                let creq = form_json(call, "creq").unwrap_or_default();
                let told = |name: &str| {
                    let pointer = format!("/action/challenge/{name}");
                    told.answered(&pointer)
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned()
                };
                for (member, wanted) in [
                    ("threeDSServerTransID", told("three_ds_server_trans_id")),
                    ("acsTransID", told("acs_trans_id")),
                    ("messageVersion", told("message_version")),
                    ("messageType", "CReq".to_owned()),
                ] {
                    let given = text(&creq, member).to_owned();
                    grade.must(
                        given == wanted,
                        call,
                        "creq has the values of the action",
                        || format!("{member} is {given:?} instead of {wanted:?}"),
                    )?;
                }
                let window = text(&creq, "challengeWindowSize");
                grade.must(
                    ["01", "02", "03", "04", "05"].contains(&window),
                    call,
                    "challengeWindowSize is 01 to 05",
                    || window.to_owned(),
                )
            },
        )
        .proves(&[
            "delegate-authentication.challenge.creq",
            "delegate-authentication.challenge.base64",
        ]),
    ]
}

fn challenge_result() -> Vec<Rule> {
    vec![
        Rule::new(
            "challenge-result",
            "after the challenge the agent reads the result",
            |grade| {
                let call = authenticated(grade)?;
                let page = grade.seen.first(Op::Challenge);
                let read = page.and_then(|page| {
                    grade
                        .seen
                        .after(page)
                        .find(|later| later.op == Op::AuthenticationRead)
                });
                grade.must(
                    read.is_some(),
                    call,
                    "the session is read after the issuer's answer came",
                    || grade.summary(),
                )
            },
        )
        .proves(&[
            "delegate-authentication.agent.challenge-retrieve",
            "delegate-authentication.challenge.cres-decoded",
            "delegate-authentication.callbacks.challenge",
        ]),
    ]
}
