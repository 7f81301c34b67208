//! Means of payment that the seller itself keeps.

use serde_json::Value;

use super::first;
use crate::{
    Outcome, Stop, Topic,
    lanes::agent::{
        call::{Call, Op},
        rule::{Grade, Rule, not_offered},
    },
};

/// The complete that paid by the seller's own means, if that was chosen.
fn chosen<'a>(grade: &'a Grade<'_>, id: &str) -> Outcome<&'a Call> {
    let found = grade
        .seen
        .completes()
        .find(|call| call.text("/payment_data/handler_id") == Some(id));
    found.ok_or_else(|| not_offered("the agent does not pay by means that the seller keeps"))
}

fn id(grade: &Grade<'_>) -> &'static str {
    if grade.seen.scenario.name.contains("gift") {
        "gift_card"
    } else {
        "saved_visa"
    }
}

fn token_call<'a>(grade: &'a Grade<'_>) -> Outcome<&'a Call> {
    chosen(grade, id(grade))?;
    first(grade, Op::Delegate, "call for a token")
}

/// Rules of a purchase that is paid so.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    let mut all = delegation();
    all.extend(completion());
    all
}

fn delegation() -> Vec<Rule> {
    vec![
        Rule::new(
            "delegated",
            "a token is asked for before the complete",
            |grade| {
                let paid = chosen(grade, id(grade))?;
                let before = grade.seen.delegates().any(|call| call.at < paid.at);
                grade.must(
                    before,
                    paid,
                    "delegate_payment comes before complete",
                    || grade.summary(),
                )
            },
        )
        .proves(&["seller-backed.delegation.always"]),
        Rule::new(
            "request",
            "the call for a token names handler, kind, session and merchant",
            |grade| {
                let call = token_call(grade)?;
                let id = id(grade);
                let kind = if id == "gift_card" {
                    "seller_backed_gift_card"
                } else {
                    "seller_backed_saved_card"
                };
                let method = call.text("/payment_method/type").unwrap_or_default();
                grade.must(
                    method == kind,
                    call,
                    "payment_method.type is that of the means",
                    || method.to_owned(),
                )?;
                let named = call.body_text().contains(&format!("\"{id}\""));
                grade.must(named, call, "the handler is named", || {
                    "it is not".to_owned()
                })?;
                let bound = call.text("/allowance/checkout_session_id").is_some()
                    && call.text("/allowance/merchant_id").is_some();
                grade.must(
                    bound,
                    call,
                    "the allowance is for this session and merchant",
                    || "it is not".to_owned(),
                )
            },
        )
        .proves(&["seller-backed.delegation.request"]),
    ]
}

fn completion() -> Vec<Rule> {
    vec![
        Rule::new(
            "handler",
            "the complete names the handler that the buyer chose",
            |grade| {
                let paid = chosen(grade, id(grade))?;
                let inside = paid.text("/payment_data/instrument/handler_id");
                let fits = inside.is_none_or(|inside| inside == id(grade));
                grade.must(fits, paid, "handler_id is that of the chosen means", || {
                    format!("{inside:?}")
                })
            },
        )
        .proves(&["seller-backed.complete.handler-id"]),
        Rule::new(
            "token",
            "the complete carries the delegated token",
            |grade| {
                let paid = chosen(grade, id(grade))?;
                let token = paid.text("/payment_data/instrument/credential/token");
                let given = grade.seen.delegates().any(|call| {
                    call.answered("/id")
                        .and_then(Value::as_str)
                        .is_some_and(|id| Some(id) == token)
                });
                let kind = paid.text("/payment_data/instrument/credential/type");
                grade.must(
                    given && kind == Some("spt"),
                    paid,
                    "the credential is of type spt with the provider's token",
                    || format!("{kind:?}"),
                )
            },
        )
        .proves(&["seller-backed.complete.token"]),
        Rule::new("no-split", "one complete pays by one handler", |grade| {
            let paid = chosen(grade, id(grade))?;
            let single = paid.pointer("/payment_data").is_some_and(Value::is_object)
                && paid.pointer("/payment_data/split_payments").is_none();
            grade.must(single, paid, "payment_data is one handler's", || {
                "it is split".to_owned()
            })
        })
        .proves(&["seller-backed.complete.no-split"]),
    ]
}

/// For means without anything to type in.
pub(in crate::lanes::agent) fn no_credentials() -> Rule {
    Rule::new(
        "no-credentials",
        "no card number, code or other credential is sent",
        |grade| {
            let call = token_call(grade)?;
            for member in ["number", "cvc", "cryptogram", "pin", "code", "fields"] {
                let there = call.pointer(&format!("/payment_method/{member}")).is_some();
                grade.must(
                    !there,
                    call,
                    "a saved card needs no credentials of the buyer",
                    || member.to_owned(),
                )?;
            }
            Ok(())
        },
    )
    .topic(Topic::Leaks)
    .proves(&["seller-backed.delegation.no-credentials"])
}

/// For gift cards.
pub(in crate::lanes::agent) fn fields() -> Rule {
    Rule::new("fields", "the buyer's entries are sent under the declared names, all of them", |grade| {
        let call = token_call(grade)?;
        for (name, length) in [("card_number", 16), ("pin", 4)] {
            let value = call.text(&format!("/payment_method/fields/{name}"));
            let fits = value.is_some_and(|value| {
                value.len() == length && value.bytes().all(|byte| byte.is_ascii_digit())
            });
            grade.must(fits, call, "payment_method.fields holds every required field, in the form its pattern asks", || {
                format!("{name} is missing or malformed")
            })?;
        }
        Ok(())
    })
    .proves(&[
        "seller-backed.gift-card.fields-sent",
    ])
}

/// What the buyer cannot fill in is not paid with.
pub(in crate::lanes::agent) fn nothing_delegated() -> Rule {
    Rule::new(
        "no-entry",
        "no entry is sent that is missing or does not fit its pattern",
        |grade| {
            for call in grade.seen.delegates() {
                let kind = call.text("/payment_method/type").unwrap_or_default();
                grade.must(
                    kind != "seller_backed_gift_card",
                    call,
                    "the agent asks its buyer, or pays by other means",
                    || "a token for the gift card was asked for".to_owned(),
                )?;
            }
            for call in grade.seen.completes() {
                let paid = call.text("/payment_data/handler_id");
                grade.must(
                    paid != Some("gift_card"),
                    call,
                    "nothing is completed with the gift card",
                    || "it was".to_owned(),
                )?;
            }
            Ok(())
        },
    )
    .advice("hold entries against required_fields before anything is sent")
}

/// Without support the agent pays by the card.
pub(in crate::lanes::agent) fn passed_over() -> Rule {
    Rule::new(
        "passed-over",
        "an agent without support pays by another handler",
        |grade| {
            let Some(paid) = grade.seen.first(Op::Complete) else {
                return Err(Stop::NotTested(grade.summary()));
            };
            let handler = paid.text("/payment_data/handler_id").unwrap_or_default();
            grade.must(
                !handler.is_empty(),
                paid,
                "the purchase is made by a handler of the session",
                || grade.summary(),
            )
        },
    )
    .proves(&["seller-backed.declaration.unknown-ignored"])
}

/// If the seller asks for authentication after a saved card, the agent runs it.
pub(in crate::lanes::agent) fn saved_card_3ds() -> Rule {
    Rule::new(
        "saved-card-3ds",
        "the agent authenticates the saved card and completes again",
        |grade| {
            let paid = chosen(grade, "saved_visa")?;
            let asked = grade.seen.first(Op::AuthenticationCreate);
            let again = grade.seen.after(paid).find(|call| call.op == Op::Complete);
            let result = again.is_some_and(|call| call.pointer("/authentication_result").is_some());
            grade.must(
                asked.is_some() && result,
                paid,
                "delegate_authentication runs, and the next complete has its result",
                || grade.summary(),
            )
        },
    )
    .topic(Topic::Escalation)
    .proves(&["seller-backed.saved-card.3ds"])
}
