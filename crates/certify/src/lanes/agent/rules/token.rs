//! What a payment token may pay.

use serde_json::Value;

use super::amount;
use crate::{
    Outcome, Stop,
    lanes::{
        agent::{
            call::{Call, Op},
            rule::{Grade, Needs, Rule},
            seller::merchant_of,
            transcript::total,
        },
        clock::now,
        documents::text,
    },
};

/// The newest session that the agent knew when it asked for a token.
fn known<'a>(grade: &'a Grade<'_>, call: &Call) -> Outcome<&'a Value> {
    grade.seen.session_before(call).ok_or_else(|| {
        Stop::NotTested("the agent asked for a token before it knew any session".to_owned())
    })
}

/// Looks at every token request beside the newest session.
fn each(grade: &Grade<'_>, look: impl Fn(&Call, &Value) -> Outcome) -> Outcome {
    for call in grade.seen.delegates() {
        look(call, known(grade, call)?)?;
    }
    Ok(())
}

fn some(grade: &Grade<'_>) -> Outcome {
    if grade.seen.first(Op::Delegate).is_none() {
        let text = format!("the agent asked for no token; {}", grade.summary());
        return Err(Stop::NotTested(text));
    }
    Ok(())
}

fn limit_of(call: &Call) -> Option<i64> {
    call.pointer("/allowance/max_amount")?.as_i64()
}

/// No token is worth more than the newest total.
pub(in crate::lanes::agent) fn limit() -> Rule {
    Rule::new(
        "token-within-total",
        "no token is worth more than the total shown",
        |grade| {
            for call in grade.seen.delegates() {
                let total = grade.seen.session_before(call).and_then(total);
                let limit = limit_of(call);
                let holds = matches!((limit, total), (Some(limit), Some(total)) if limit <= total);
                grade.must(
                    holds,
                    call,
                    "max_amount is at most the newest session's total",
                    || {
                        let asked = amount(call.pointer("/allowance/max_amount"));
                        match total {
                            Some(total) => format!("max_amount is {asked}, the total {total}"),
                            None => format!(
                                "max_amount is {asked}, and no session with one total was known"
                            ),
                        }
                    },
                )?;
            }
            Ok(())
        },
    )
    .needs(Needs::Nothing)
    .proves(&["checkout.state.agent-uses-latest"])
    .advice("limit every token to the total that the buyer saw and agreed to")
}

/// The token is worth exactly the newest total.
pub(in crate::lanes::agent) fn exact() -> Rule {
    Rule::new(
        "token-exact",
        "the token is worth exactly the newest total",
        |grade| {
            some(grade)?;
            each(grade, |call, session| {
                let total = total(session);
                grade.must(
                    limit_of(call).is_some() && limit_of(call) == total,
                    call,
                    "max_amount is the newest session's total",
                    || {
                        let asked = amount(call.pointer("/allowance/max_amount"));
                        format!("max_amount is {asked}, the total {total:?}")
                    },
                )
            })
        },
    )
    .proves(&[
        "checkout.state.agent-uses-latest",
        "delegate-payment.request.amount-minor-units",
        "handlers.delegation.session-bound",
        "feeds.checkout.authoritative",
    ])
    .advice("take max_amount from the total of the newest answer")
}

/// No later token is worth more than the first.
pub(in crate::lanes::agent) fn never_raised() -> Rule {
    Rule::new(
        "no-raise",
        "no further token is worth more than the buyer agreed to",
        |grade| {
            let first = grade.seen.first(Op::Delegate).and_then(limit_of);
            for call in grade.seen.delegates().skip(1) {
                grade.must(
                    limit_of(call) <= first,
                    call,
                    "a later token is worth no more than the first",
                    || format!("first {first:?}, then {:?}", limit_of(call)),
                )?;
            }
            Ok(())
        },
    )
    .advice("ask the buyer again before a higher total is paid")
}

/// The token is for the merchant that the newest session's handler names.
pub(in crate::lanes::agent) fn merchant() -> Rule {
    Rule::new(
        "token-merchant",
        "the token is for the merchant of the newest session",
        |grade| {
            some(grade)?;
            each(grade, |call, session| {
                let chosen = grade
                    .seen
                    .after(call)
                    .find(|later| later.op == Op::Complete)
                    .and_then(|later| later.text("/payment_data/handler_id"));
                let asked = call.text("/allowance/merchant_id").unwrap_or_default();
                let named = match chosen {
                    Some(handler) => merchant_of(session, handler).map(str::to_owned),
                    None => first_merchant(session),
                };
                grade.must(
                    named.as_deref() == Some(asked),
                    call,
                    "allowance.merchant_id is the one of the chosen handler in the newest session",
                    || format!("{asked:?} instead of {named:?}"),
                )
            })
        },
    )
    .proves(&[
        "delegate-payment.request.merchant-id",
        "handlers.delegation.merchant-id-passed",
        "versions.payment.merchant-id",
    ])
    .advice("take merchant_id from config of the chosen handler in the newest session")
}

fn first_merchant(session: &Value) -> Option<String> {
    let handlers = session.pointer("/capabilities/payment/handlers");
    match handlers.and_then(Value::as_array) {
        Some(handlers) => {
            let mut named = handlers
                .iter()
                .filter_map(|one| one.pointer("/config/merchant_id"));
            Some(named.next()?.as_str()?.to_owned())
        }
        None => merchant_of(session, "").map(str::to_owned),
    }
}

/// Currency, in lower case.
pub(in crate::lanes::agent) fn currency() -> Rule {
    Rule::new(
        "token-currency",
        "the token is in the session's currency, in lower case",
        |grade| {
            some(grade)?;
            each(grade, |call, session| {
                let asked = call.text("/allowance/currency").unwrap_or_default();
                let named = text(session, "currency").to_ascii_lowercase();
                grade.must(
                    asked == named,
                    call,
                    "allowance.currency is the session's, in lower case",
                    || format!("{asked:?} instead of {named:?}"),
                )
            })
        },
    )
    .proves(&[
        "delegate-payment.request.currency-lower",
        "checkout.currency.lower-case",
    ])
    .advice("send the session's currency as three lower case letters")
}

/// The session that is paid.
pub(in crate::lanes::agent) fn session() -> Rule {
    Rule::new(
        "token-session",
        "the token is for the session that is paid",
        |grade| {
            some(grade)?;
            each(grade, |call, session| {
                let asked = call
                    .text("/allowance/checkout_session_id")
                    .unwrap_or_default();
                let id = text(session, "id");
                grade.must(
                    asked == id,
                    call,
                    "allowance.checkout_session_id is the session's id",
                    || format!("{asked:?} instead of {id:?}"),
                )
            })
        },
    )
    .proves(&["delegate-payment.request.session-id"])
    .advice("name the session that is about to be completed")
}

/// One time only.
pub(in crate::lanes::agent) fn one_time() -> Rule {
    Rule::new("token-one-time", "the token may be used once", |grade| {
        some(grade)?;
        each(grade, |call, _| {
            let reason = call.text("/allowance/reason").unwrap_or_default();
            grade.must(
                reason == "one_time",
                call,
                "allowance.reason is one_time",
                || format!("{reason:?}"),
            )
        })
    })
    .advice("send reason one_time")
}

/// Ends soon.
pub(in crate::lanes::agent) fn expiry() -> Rule {
    Rule::new("token-expires", "the token ends soon", |grade| {
        some(grade)?;
        each(grade, |call, _| {
            let given = call.text("/allowance/expires_at").unwrap_or_default();
            let parsed: Option<jiff::Timestamp> = given.parse().ok();
            let left = parsed.map(|time| time.duration_since(now()).as_secs());
            grade.must(
                left.is_some(),
                call,
                "allowance.expires_at is an RFC 3339 time",
                || format!("{given:?}"),
            )?;
            grade.must(
                left > Some(0),
                call,
                "allowance.expires_at lies ahead",
                || given.to_owned(),
            )?;
            grade.should(
                left <= Some(24 * 3600),
                call,
                "allowance.expires_at is within a day",
                || given.to_owned(),
            )
        })
    })
    .proves(&["handlers.delegation.session-bound"])
    .advice("let tokens live for minutes, long enough for one payment")
}

/// What is paid with is what the provider gave.
pub(in crate::lanes::agent) fn submitted() -> Rule {
    Rule::new(
        "token-submitted",
        "the provider's token is the one that is paid with",
        |grade| {
            some(grade)?;
            let mut any = false;
            for complete in grade.seen.completes() {
                any = true;
                let token = complete
                    .text("/payment_data/instrument/credential/token")
                    .or_else(|| complete.text("/payment_data/token"))
                    .unwrap_or_default();
                let given = grade.seen.delegates().any(|call| {
                    call.at < complete.at
                        && call.answered("/id").and_then(Value::as_str) == Some(token)
                });
                grade.must(
                    given,
                    complete,
                    "the token in the complete came from delegate_payment",
                    || "it is not among the ids that the provider answered before".to_owned(),
                )?;
            }
            if any {
                Ok(())
            } else {
                Err(Stop::NotTested(grade.summary()))
            }
        },
    )
    .proves(&[
        "handlers.delegation.token-submitted",
        "handlers.delegation.before-complete",
        "handlers.instrument.spt-credential",
    ])
    .advice("put the id that delegate_payment answered into the complete, unchanged")
}

/// Every limit of a token.
pub(in crate::lanes::agent) fn bounds() -> Vec<Rule> {
    vec![
        exact(),
        merchant(),
        currency(),
        session(),
        one_time(),
        expiry(),
        submitted(),
    ]
}
