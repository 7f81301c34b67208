//! The card in the call for a token, and the instrument in the complete.

use serde_json::Value;

use super::first;
use crate::{
    Outcome, SpecVersion, Stop,
    lanes::{
        agent::{
            call::{Call, Op},
            rule::{Grade, Rule, not_offered},
            seller::handler,
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
fn number<'a>(call: &'a Call) -> Outcome<&'a str> {
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
        Rule::new(
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
        ),
    ]
}

fn request_rules() -> Vec<Rule> {
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

/// Rules about the instrument, from 2026-01-30 on.
pub(in crate::lanes::agent) fn instrument() -> Vec<Rule> {
    vec![
        Rule::new(
            "handler-in-metadata",
            "the call for a token names the handler",
            |grade| {
                let call = delegate(grade)?;
                let paid = first(grade, Op::Complete, "complete")?;
                let id = paid.text("/payment_data/handler_id").unwrap_or_default();
                let metadata = call.pointer("/metadata").and_then(Value::as_object);
                let named =
                    metadata.is_some_and(|members| members.values().any(|value| value == id));
                grade.must(
                    named && !id.is_empty(),
                    call,
                    "metadata of delegate_payment names the handler id",
                    || format!("{metadata:?} does not hold {id:?}"),
                )
            },
        )
        .proves(&["handlers.delegation.handler-in-metadata"])
        .advice("put handler_id into metadata of delegate_payment"),
        Rule::new("instrument-id", "the instrument has an id", |grade| {
            let call = first(grade, Op::Complete, "complete")?;
            let id = call.text("/payment_data/instrument/id").unwrap_or_default();
            let fits = (1..=128).contains(&id.len())
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            grade.must(
                fits,
                call,
                "instrument.id is up to 128 letters, digits, underscores and hyphens",
                || format!("{id:?}"),
            )
        })
        .proves(&["handlers.instrument.id"]),
        Rule::new(
            "instrument-handler",
            "the instrument names its handler",
            |grade| {
                let call = first(grade, Op::Complete, "complete")?;
                let inside = call.text("/payment_data/instrument/handler_id");
                let outside = call.text("/payment_data/handler_id");
                grade.must(
                    inside.is_some() && inside == outside,
                    call,
                    "instrument.handler_id equals payment_data.handler_id",
                    || format!("{inside:?} and {outside:?}"),
                )
            },
        )
        .proves(&["handlers.instrument.handler-id-inside"]),
        Rule::new("instrument-type", "the instrument is a card", |grade| {
            let call = first(grade, Op::Complete, "complete")?;
            let kind = call
                .text("/payment_data/instrument/type")
                .unwrap_or_default();
            grade.must(
                kind == "card",
                call,
                "instrument.type is card, as dev.acp.tokenized.card defines",
                || kind.to_owned(),
            )
        })
        .proves(&[
            "handlers.instrument.type",
            "handlers.instrument.schema-fits",
        ]),
        Rule::new(
            "instrument-credential",
            "the credential is a delegated token",
            |grade| {
                let call = first(grade, Op::Complete, "complete")?;
                let kind = call
                    .text("/payment_data/instrument/credential/type")
                    .unwrap_or_default();
                let token = call
                    .text("/payment_data/instrument/credential/token")
                    .unwrap_or_default();
                if kind == "agentic_token" {
                    return grade.must(
                        (13..=19).contains(&token.len()),
                        call,
                        "an agentic_token has 13 to 19 characters",
                        || format!("{} characters", token.len()),
                    );
                }
                grade.must(
                    kind == "spt" && !token.is_empty(),
                    call,
                    "credential is of type spt with a token",
                    || format!("type {kind:?}"),
                )
            },
        )
        .proves(&[
            "handlers.instrument.credential",
            "handlers.instrument.spt-credential",
            "handlers.instrument.agentic-token-form",
        ]),
        Rule::new(
            "accepted-brand",
            "the card is of a brand that the handler takes",
            |grade| accepted_brand(grade),
        )
        .proves(&["handlers.config.accepted-brands"]),
    ]
}

/// The brand of a card number.
fn brand(number: &str) -> &'static str {
    match number.as_bytes() {
        [b'4', ..] => "visa",
        [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] => "mastercard",
        [b'3', b'4' | b'7', ..] => "amex",
        [b'6', ..] => "discover",
        _ => "unknown",
    }
}

/// Every card that went out was of an accepted brand.
pub(in crate::lanes::agent) fn accepted_brand(grade: &Grade<'_>) -> Outcome {
    for call in grade.seen.delegates() {
        let Some(session) = grade.seen.session_before(call) else {
            continue;
        };
        let handlers = session
            .pointer("/capabilities/payment/handlers")
            .and_then(Value::as_array);
        let chosen = grade
            .seen
            .after(call)
            .find_map(|later| handler(session, later.text("/payment_data/handler_id")?));
        let handler = chosen.or_else(|| handlers?.first());
        let brands = match handler {
            Some(handler) => handler.pointer("/config/accepted_brands"),
            None => session
                .pointer("/payment_provider/supported_payment_methods/0/supported_card_networks"),
        };
        let Some(brands) = brands.and_then(Value::as_array) else {
            continue;
        };
        let number = call.text("/payment_method/number").unwrap_or_default();
        if number.is_empty() {
            continue;
        }
        let brand = brand(number);
        let taken = brands.iter().any(|one| one == brand);
        grade.must(
            taken,
            call,
            "only cards of an accepted brand are sent",
            || format!("a {brand} card, and accepted are {brands:?}"),
        )?;
    }
    Ok(())
}

/// Every card that went out was of a network that the session lists: versions before 2026-01-30.
pub(in crate::lanes::agent) fn networks() -> Rule {
    Rule::new(
        "accepted-network",
        "the card is of a network that the session lists",
        accepted_brand,
    )
    .proves(&["versions.payment.networks"])
}
