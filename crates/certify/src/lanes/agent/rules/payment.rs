//! The card in the call for a token, and the instrument in the complete.

use serde_json::Value;

use super::first;
use crate::{
    Outcome, SpecVersion, Stop,
    lanes::{
        agent::{
            call::{Call, Op},
            rule::{Grade, Rule, not_offered},
        },
        documents::text,
    },
};

/// Countries that have subdivision codes, with the form of the codes.
const WITH_STATES: [&str; 4] = ["US", "CA", "AU", "BR"];

fn delegate<'a>(grade: &'a Grade<'_>) -> Outcome<&'a Call> {
    first(grade, Op::Delegate, "call for a token")
}

fn card<'a>(grade: &'a Grade<'_>, member: &str) -> Outcome<(&'a Call, &'a str)> {
    let call = delegate(grade)?;
    let value = call.text(&format!("/payment_method/{member}"));
    value
        .map(|value| (call, value))
        .ok_or_else(|| not_offered(&format!("the agent sends no {member}")))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the number is the card's own.
fn number(call: &Call) -> Outcome<&str> {
    if call.text("/payment_method/card_number_type") != Some("fpan") {
        return Err(Stop::NotApplicable(
            "the agent sends network tokens".to_owned(),
        ));
    }
    Ok(call.text("/payment_method/number").unwrap_or_default())
}

/// Rules about the card and the request around it.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    let mut rules = card_rules();
    rules.extend(request_rules());
    rules
}

fn card_rules() -> Vec<Rule> {
    let mut all = digits();
    all.extend(expiry());
    all.extend(number_kind());
    all
}

fn digits() -> Vec<Rule> {
    vec![
        Rule::new(
            "last4",
            "display_last4 are the card's last digits",
            |grade| {
                let (call, last4) = card(grade, "display_last4")?;
                let number = number(call)?;
                let fits = last4.len() == 4 && is_digits(last4) && number.ends_with(last4);
                grade.must(
                    fits,
                    call,
                    "display_last4 are the last four digits of number",
                    || last4.to_owned(),
                )
            },
        )
        .proves(&[
            "delegate-payment.request.last4-matches",
            "versions.delegate-payment.last4-four-digits-agent",
        ]),
        Rule::new("iin", "iin are the card's first digits", |grade| {
            let (call, iin) = card(grade, "iin")?;
            let number = number(call)?;
            grade.must(
                is_digits(iin) && number.starts_with(iin),
                call,
                "iin are the leading digits of number",
                || iin.to_owned(),
            )?;
            let longest = if grade.seen.version < SpecVersion::V2026_04_17 {
                6
            } else {
                8
            };
            grade.must(
                iin.len() <= longest,
                call,
                "iin is as long as the version allows",
                || iin.to_owned(),
            )
        })
        .proves(&[
            "delegate-payment.request.iin-matches",
            "versions.delegate-payment.iin-six-digits",
        ]),
        Rule::new("cvc", "cvc is three or four digits", |grade| {
            let (call, cvc) = card(grade, "cvc")?;
            grade.must(
                is_digits(cvc) && (3..=4).contains(&cvc.len()),
                call,
                "cvc is three or four digits",
                || "it is not".to_owned(),
            )
        })
        .proves(&["delegate-payment.request.cvc-digits"]),
    ]
}

fn expiry() -> Vec<Rule> {
    vec![
        Rule::new(
            "exp-month",
            "exp_month is two digits from 01 to 12",
            |grade| {
                let (call, month) = card(grade, "exp_month")?;
                let range = month
                    .parse::<u8>()
                    .is_ok_and(|month| (1..=12).contains(&month));
                grade.must(
                    month.len() == 2 && range,
                    call,
                    "exp_month is 01 to 12",
                    || month.to_owned(),
                )
            },
        )
        .proves(&["delegate-payment.request.exp-month-range"]),
        Rule::new("exp-year", "exp_year is four digits", |grade| {
            let (call, year) = card(grade, "exp_year")?;
            grade.must(
                year.len() == 4 && is_digits(year),
                call,
                "exp_year has four digits",
                || year.to_owned(),
            )
        })
        .proves(&["delegate-payment.request.exp-year-digits"]),
        Rule::new(
            "virtual",
            "the agent says whether the card is virtual",
            |grade| {
                let call = delegate(grade)?;
                let there = call
                    .pointer("/payment_method/virtual")
                    .is_some_and(Value::is_boolean);
                grade.should(
                    there,
                    call,
                    "payment_method.virtual is true or false",
                    || "it is missing".to_owned(),
                )
            },
        )
        .proves(&["delegate-payment.request.virtual-sent"]),
    ]
}

fn number_kind() -> Vec<Rule> {
    vec![Rule::new(
        "network-token",
        "a card number is plain or a network token, and said which",
        |grade| {
            let call = delegate(grade)?;
            let kind = call
                .text("/payment_method/card_number_type")
                .unwrap_or_default();
            grade.should(
                ["fpan", "network_token"].contains(&kind),
                call,
                "card_number_type says what number is",
                || kind.to_owned(),
            )
        },
    )]
}

fn request_rules() -> Vec<Rule> {
    let mut all = billing();
    all.extend(risk_and_metadata());
    all
}

fn billing() -> Vec<Rule> {
    vec![
        Rule::new(
            "billing-country",
            "the billing country is two capitals",
            |grade| {
                let call = delegate(grade)?;
                let Some(country) = call.text("/billing_address/country") else {
                    return Err(not_offered("the agent sends no billing address"));
                };
                let fits =
                    country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
                grade.must(
                    fits && country != "XX",
                    call,
                    "country is an assigned ISO 3166-1 code",
                    || country.to_owned(),
                )
            },
        )
        .proves(&["delegate-payment.request.country-iso"]),
        Rule::new(
            "billing-state",
            "the billing state is a code where the country has them",
            |grade| {
                let call = delegate(grade)?;
                let Some(address) = call.pointer("/billing_address") else {
                    return Err(not_offered("the agent sends no billing address"));
                };
                if !WITH_STATES.contains(&text(address, "country")) {
                    return Err(Stop::NotApplicable("the country needs no state".to_owned()));
                }
                let state = text(address, "state");
                let code = state.strip_prefix("US-").unwrap_or(state);
                let fits = (2..=3).contains(&code.len())
                    && code.bytes().all(|byte| byte.is_ascii_uppercase());
                grade.must(
                    fits,
                    call,
                    "state is an ISO 3166-2 subdivision code",
                    || state.to_owned(),
                )
            },
        )
        .proves(&["delegate-payment.request.state-iso"]),
        Rule::new(
            "risk-signals",
            "the call for a token has risk signals",
            |grade| {
                let call = delegate(grade)?;
                let signals = call.pointer("/risk_signals").and_then(Value::as_array);
                grade.must(signals.is_some(), call, "risk_signals is a list", || {
                    "it is missing".to_owned()
                })
            },
        )
        .proves(&["handlers.delegation.risk-signals"]),
    ]
}

fn risk_and_metadata() -> Vec<Rule> {
    vec![
        Rule::new("risk-signal", "at least one risk signal is sent", |grade| {
            let call = delegate(grade)?;
            let count = call
                .pointer("/risk_signals")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            if grade.seen.version < SpecVersion::V2026_04_17 {
                return grade.must(count > 0, call, "risk_signals has an entry", || {
                    "it is empty".to_owned()
                });
            }
            grade.should(count > 0, call, "risk_signals has an entry", || {
                "it is empty".to_owned()
            })
        })
        .proves(&[
            "delegate-payment.request.risk-signal-sent",
            "versions.delegate-payment.risk-signals-min-one-agent",
        ]),
        Rule::new(
            "metadata-texts",
            "metadata of the call for a token holds texts alone",
            |grade| {
                let call = delegate(grade)?;
                let metadata = call.pointer("/metadata").and_then(Value::as_object);
                let fits = metadata.is_some_and(|members| members.values().all(Value::is_string));
                grade.must(fits, call, "metadata is an object of texts", || {
                    format!("{metadata:?}")
                })
            },
        )
        .proves(&["delegate-payment.request.metadata-strings"]),
    ]
}
