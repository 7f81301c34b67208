//! What the first calls of an authentication hold.

use super::{authenticated, begun};
use serde_json::Value;

use crate::{
    SpecVersion,
    lanes::{
        agent::{
            call::Op,
            rule::{Rule, not_offered},
            rules::bodies::valid,
        },
        documents::text,
    },
};

/// Rules about the content of the first call.
pub(in crate::lanes::agent) fn content() -> Vec<Rule> {
    let mut all = shapes();
    all.extend(amount_and_address());
    all.extend(channel());
    all
}

fn shapes() -> Vec<Rule> {
    vec![
        Rule::new(
            "shape",
            "the body has the shape of the specification",
            |grade| {
                let call = begun(grade)?;
                let body = call.json.clone().unwrap_or_default();
                let shape = "DelegateAuthenticationCreateRequest";
                valid(grade, call, SpecVersion::V2026_04_17, shape, &body)
            },
        )
        .shapes(&["DelegateAuthenticationCreateRequest"]),
        Rule::new(
            "authenticate-shape",
            "the body of authenticate has the shape of the specification",
            |grade| {
                let call = authenticated(grade)?;
                let body = call.json.clone().unwrap_or_default();
                let shape = "DelegateAuthenticationAuthenticateRequest";
                valid(grade, call, SpecVersion::V2026_04_17, shape, &body)
            },
        )
        .shapes(&["DelegateAuthenticationAuthenticateRequest"]),
        Rule::new(
            "expiry",
            "the card's month is 01 to 12 and its year four digits",
            |grade| {
                let call = begun(grade)?;
                let month = call.text("/payment_method/exp_month").unwrap_or_default();
                let year = call.text("/payment_method/exp_year").unwrap_or_default();
                let in_range = month.len() == 2
                    && month
                        .parse::<u8>()
                        .is_ok_and(|month| (1..=12).contains(&month));
                let digits = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
                grade.must(
                    in_range && digits,
                    call,
                    "exp_month is 01 to 12, exp_year four digits",
                    || format!("{month}/{year}"),
                )
            },
        )
        .proves(&[
            "delegate-authentication.request.exp-month-range",
            "delegate-authentication.request.exp-year-digits",
        ]),
    ]
}

fn amount_and_address() -> Vec<Rule> {
    vec![
        Rule::new(
            "amount",
            "the amount is above zero, in a currency in capitals",
            |grade| {
                let call = begun(grade)?;
                let value = call
                    .pointer("/amount/value")
                    .and_then(Value::as_i64)
                    .unwrap_or_default();
                let currency = call.text("/amount/currency").unwrap_or_default();
                let fits = currency.eq("USD");
                grade.must(
                    value > 0 && fits,
                    call,
                    "amount is the total in the session's currency",
                    || format!("{value} {currency}"),
                )
            },
        )
        .proves(&[
            "delegate-authentication.request.amount-positive",
            "delegate-authentication.request.currency-iso",
        ]),
        Rule::new(
            "address",
            "the shopper's country and state are codes",
            |grade| {
                let call = begun(grade)?;
                let Some(address) = call.pointer("/shopper_details/address") else {
                    return Err(not_offered("the agent sends no shopper address"));
                };
                let code = |text: &str, max: usize| {
                    (2..=max).contains(&text.len())
                        && text.bytes().all(|byte| byte.is_ascii_uppercase())
                };
                let country = text(address, "country");
                let state = text(address, "state");
                let needed = ["US", "CA", "AU"].contains(&country);
                let fits = code(country, 2) && (!needed || code(state, 3));
                grade.must(
                    fits,
                    call,
                    "country is ISO 3166-1, state ISO 3166-2",
                    || format!("{country} {state}"),
                )
            },
        )
        .proves(&[
            "delegate-authentication.request.country-iso",
            "delegate-authentication.request.state-iso",
        ]),
    ]
}

fn channel() -> Vec<Rule> {
    vec![
        Rule::new(
            "language",
            "the browser's language is a language tag",
            |grade| {
                let call = begun(grade)?;
                let later = grade.seen.first(Op::Authenticate);
                let language = call
                    .text("/channel/browser/language")
                    .or_else(|| later?.text("/channel/browser/language"))
                    .unwrap_or_default();
                let fits = !language.is_empty()
                    && language.split('-').all(|part| {
                        (1..=8).contains(&part.len())
                            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    });
                grade.must(fits, call, "browser.language is a BCP 47 tag", || {
                    language.to_owned()
                })
            },
        )
        .proves(&["delegate-authentication.request.language-tag"]),
        Rule::new(
            "channel",
            "channel and notification address are sent with create or authenticate",
            |grade| {
                let create = begun(grade)?;
                let later = authenticated(grade)?;
                for pointer in ["/channel", "/challenge_notification_url"] {
                    let there = create
                        .pointer(pointer)
                        .or_else(|| later.pointer(pointer))
                        .is_some();
                    grade.must(
                        there,
                        later,
                        "what create left out comes with authenticate",
                        || pointer.to_owned(),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&[
            "delegate-authentication.authenticate.channel-sent",
            "delegate-authentication.authenticate.notification-url-sent",
        ]),
    ]
}
