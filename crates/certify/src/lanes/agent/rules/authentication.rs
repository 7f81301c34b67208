//! 3-D Secure: what the agent does when the card must be authenticated.

mod calls;
mod content;
mod flow;

pub(in crate::lanes::agent) use self::{
    calls::calls,
    content::content,
    flow::{challenge, fingerprint, fingerprint_silent, pending},
};

use serde_json::Value;

use crate::{
    Outcome, Stop,
    lanes::{
        agent::{
            authentication::{CRYPTOGRAM, TRANSACTION, is_base64_of},
            call::{Call, Op},
            rule::{Grade, Rule, not_offered},
        },
        documents::text,
    },
};

fn begun<'a>(grade: &'a Grade<'_>) -> Outcome<&'a Call> {
    let found = grade.seen.first(Op::AuthenticationCreate);
    found.ok_or_else(|| not_offered("the agent authenticates no cards"))
}

fn authenticated<'a>(grade: &'a Grade<'_>) -> Outcome<&'a Call> {
    let begun = begun(grade)?;
    match grade.seen.first(Op::Authenticate) {
        Some(call) => Ok(call),
        None => Err(grade
            .must(false, begun, "authenticate follows", || grade.summary())
            .err()
            .unwrap_or_else(|| Stop::NotTested(grade.summary()))),
    }
}

fn own(grade: &Grade<'_>, look: impl Fn(&Call) -> Outcome) -> Outcome {
    begun(grade)?;
    grade
        .seen
        .calls
        .iter()
        .filter(|call| call.op.is_authentication())
        .try_for_each(look)
}

/// A complete with a result.
fn result<'a>(grade: &'a Grade<'_>) -> Outcome<(&'a Call, &'a Value)> {
    begun(grade)?;
    let found = grade
        .seen
        .completes()
        .find_map(|call| Some((call, call.pointer("/authentication_result")?)));
    found.ok_or_else(|| {
        Stop::NotApplicable(format!("no complete has a result; {}", grade.summary()))
    })
}

/// Without a result nothing is completed, whether the agent can authenticate or not.
pub(in crate::lanes::agent) fn no_blind_complete() -> Rule {
    Rule::new(
        "no-blind-complete",
        "nothing is completed without the authentication's result",
        |grade| {
            for call in grade.seen.completes() {
                let demanded = grade
                    .seen
                    .session_before(call)
                    .is_some_and(|session| text(session, "status") == "authentication_required");
                let there = call.pointer("/authentication_result").is_some();
                grade.must(
                    there || !demanded,
                    call,
                    "a complete that authentication is demanded for has its result",
                    || "authentication_result is missing".to_owned(),
                )?;
            }
            Ok(())
        },
    )
    .proves(&[
        "checkout.authentication.agent-returns-result",
        "capabilities.mismatch.agent-no-complete",
    ])
    .advice("authenticate the card first, or tell the buyer that it cannot be done here")
}

/// The agent begins an authentication, with the session's acquirer.
pub(in crate::lanes::agent) fn attempts() -> Rule {
    Rule::new(
        "attempts",
        "the agent authenticates with the acquirer of the session",
        |grade| {
            let call = begun(grade)?;
            let bin = call.text("/acquirer_details/acquirer_bin");
            grade.should(
                bin == Some("412345"),
                call,
                "acquirer_details are those of the session",
                || format!("{bin:?}"),
            )?;
            let merchant = call.text("/merchant_id").unwrap_or_default();
            grade.must(!merchant.is_empty(), call, "merchant_id is sent", || {
                "it is missing".to_owned()
            })
        },
    )
    .proves(&[
        "checkout.authentication.agent-attempts",
        "delegate-authentication.create.acquirer-details",
        "versions.authentication.provider-used",
    ])
}

/// A result of nobody's transaction.
pub(in crate::lanes::agent) fn forged_callback() -> Rule {
    Rule::new(
        "forged-callback",
        "a result of an unknown transaction is ignored",
        |grade| {
            let call = authenticated(grade)?;
            let page = grade.seen.first(Op::Challenge);
            let early = grade
                .seen
                .of_kind(Op::AuthenticationRead)
                .any(|read| page.is_none_or(|page| read.at < page.at));
            let blind = grade.seen.first(Op::Complete).is_some() && page.is_none();
            grade.should(
                !early && !blind,
                call,
                "only the issuer of this session ends the challenge",
                || grade.summary(),
            )
        },
    )
    .proves(&["delegate-authentication.security.callback-origin"])
}

/// The result is read with GET.
pub(in crate::lanes::agent) fn retrieves(id: &'static str) -> Rule {
    Rule::new("retrieves", "the agent reads the result", |grade| {
        let call = authenticated(grade)?;
        let mut later = grade.seen.after(call);
        let there = later.any(|later| later.op == Op::AuthenticationRead);
        grade.must(there, call, "the session is read with GET", || {
            grade.summary()
        })
    })
    .proves(&[id])
}

/// The result goes into the complete, as it was.
pub(in crate::lanes::agent) fn reported(outcome: &'static [&'static str]) -> Rule {
    let judge: fn(&Grade<'_>) -> Outcome = match outcome.first() {
        Some(&"authenticated") => |grade| report(grade, &["authenticated"]),
        Some(&"attempt_acknowledged") => |grade| report(grade, &["attempt_acknowledged"]),
        _ => |grade| {
            report(
                grade,
                &[
                    "denied",
                    "rejected",
                    "canceled",
                    "abandoned",
                    "processing_error",
                ],
            )
        },
    };
    Rule::new("reported", "the complete has the true outcome", judge).proves(&[
        "checkout.authentication.agent-returns-result",
        "checkout.authentication.preference-not-binding",
        "checkout.authentication.no-details-on-failure",
    ])
}

fn report(grade: &Grade<'_>, outcomes: &[&str]) -> Outcome {
    let (call, result) = result(grade)?;
    let given = text(result, "outcome");
    grade.must(
        outcomes.contains(&given),
        call,
        "outcome is what the authentication ended with",
        || given.to_owned(),
    )?;
    let details = result.get("outcome_details");
    let whole = details.is_none_or(|details| {
        [
            "three_ds_cryptogram",
            "electronic_commerce_indicator",
            "transaction_id",
            "version",
        ]
        .iter()
        .all(|name| !text(details, name).is_empty())
    });
    grade.must(whole, call, "outcome_details are whole or left out", || {
        format!("{details:?}")
    })
}

/// The values of the result are passed on.
pub(in crate::lanes::agent) fn details() -> Rule {
    Rule::new(
        "details",
        "the complete has cryptogram and transaction of the authentication",
        |grade| {
            let (call, result) = result(grade)?;
            let details = result.get("outcome_details").cloned().unwrap_or_default();
            let cryptogram = text(&details, "three_ds_cryptogram");
            grade.must(
                is_base64_of(cryptogram, 20),
                call,
                "three_ds_cryptogram is base64 of 20 bytes",
                || cryptogram.to_owned(),
            )?;
            let transaction = text(&details, "transaction_id");
            grade.must(
                transaction == TRANSACTION,
                call,
                "transaction_id is the directory server's",
                || transaction.to_owned(),
            )?;
            grade.should(
                cryptogram == CRYPTOGRAM,
                call,
                "the values of the result are passed on",
                || cryptogram.to_owned(),
            )
        },
    )
    .proves(&[
        "checkout.authentication.cryptogram-form",
        "checkout.authentication.transaction-id",
        "delegate-authentication.agent.result-used",
    ])
}

/// After a rejection the card is not paid with.
pub(in crate::lanes::agent) fn no_payment(must: bool) -> Rule {
    let judge: fn(&Grade<'_>) -> Outcome = if must {
        |grade| paid_after(grade, true)
    } else {
        |grade| paid_after(grade, false)
    };
    let rule = Rule::new("no-payment", "the card is not paid with", judge);
    if must {
        rule.proves(&["delegate-authentication.agent.rejected-no-authorization"])
    } else {
        rule.proves(&["delegate-authentication.agent.not-authenticated-stop"])
    }
}

fn paid_after(grade: &Grade<'_>, must: bool) -> Outcome {
    let call = authenticated(grade)?;
    let mut later = grade.seen.after(call);
    let paid = later.find(|later| {
        let fine = later
            .text("/authentication_result/outcome")
            .is_some_and(|outcome| {
                ["authenticated", "attempt_acknowledged", "informational"].contains(&outcome)
            });
        later.op == Op::Delegate || (later.op == Op::Complete && (must || fine))
    });
    let found = || "a token was asked for, or a complete sent".to_owned();
    let rule = "after that outcome nothing is paid with the card";
    match paid {
        None => Ok(()),
        Some(paid) if must => grade.must(false, paid, rule, found),
        Some(paid) => grade.should(false, paid, rule, found),
    }
}

/// A session that is over is not used again.
pub(in crate::lanes::agent) fn new_session() -> Rule {
    Rule::new(
        "new-session",
        "a new authentication is begun, and the old id not used again",
        |grade| {
            let call = authenticated(grade)?;
            let again = grade
                .seen
                .after(call)
                .find(|later| later.op == Op::Authenticate && later.id == call.id);
            if let Some(again) = again {
                return grade.must(false, again, "the expired session is left alone", || {
                    again.what()
                });
            }
            let begun = grade.seen.of_kind(Op::AuthenticationCreate).count();
            grade.must(begun >= 2, call, "another session is opened", || {
                grade.summary()
            })
        },
    )
    .proves(&["delegate-authentication.agent.expired-new-session"])
}
