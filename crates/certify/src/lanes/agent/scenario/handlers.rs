//! Payment handlers and merchants that lie.

use serde_json::{Value, json};

use super::Scenario;
use crate::{
    SpecVersion, Topic,
    lanes::agent::{
        call::Op,
        play::set,
        rule::Rule,
        rules::{brands, buys, once, should_buy, stops, token},
    },
};

pub(super) const HANDLERS: &str = "/capabilities/payment/handlers";

fn wrong(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Lifecycle, name, story)
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = handlers();
    all.extend(merchants());
    all
}

/// The first handler, changed by hand.
pub(super) fn first_handler(session: &Value) -> Value {
    session
        .pointer("/capabilities/payment/handlers/0")
        .cloned()
        .unwrap_or_default()
}

pub(super) fn put_first(session: &mut Value, handler: Value) -> bool {
    match session.pointer_mut(HANDLERS).and_then(Value::as_array_mut) {
        Some(list) => {
            list.insert(0, handler);
            true
        }
        None => false,
    }
}

fn handlers() -> Vec<Scenario> {
    let mut all = unknown_handlers();
    all.extend(renamed_handlers());
    all
}

fn unknown_handlers() -> Vec<Scenario> {
    let newer = SpecVersion::V2026_01_30;
    vec![
        wrong(
            "handler-unknown-first",
            "a handler that nobody knows stands first",
        )
        .since(newer)
        .twist(|_, session| {
            let mut handler = first_handler(session);
            set(&mut handler, "/id", json!("moon"))
                && set(&mut handler, "/name", json!("com.example.moon_dust"))
                && set(&mut handler, "/config/merchant_id", json!("acct_moon"))
                && put_first(session, handler)
        })
        .rules([
            buys().proves(&["handlers.declaration.unknown-name-ignored"]),
            token::merchant(),
        ]),
        wrong(
            "handler-only-unknown",
            "the only handler is one that nobody knows",
        )
        .since(newer)
        .twist(|_, session| {
            set(
                session,
                "/capabilities/payment/handlers/0/name",
                json!("com.example.moon_dust"),
            )
        })
        .rules(stops()),
        wrong("handlers-none", "the session has no payment handlers")
            .since(newer)
            .twist(|_, session| set(session, HANDLERS, json!([])))
            .rules(stops()),
        wrong(
            "handler-brand",
            "the handler takes cards of a brand that the buyer has not",
        )
        .since(SpecVersion::V2025_12_12)
        .twist(|_, session| {
            let brands = "/capabilities/payment/handlers/0/config/accepted_brands";
            let networks = "/payment_provider/supported_payment_methods/0/supported_card_networks";
            set(session, brands, json!(["jcb"])) || set(session, networks, json!(["jcb"]))
        })
        .rules([Rule::new(
            "accepted-brand",
            "no card of another brand is sent",
            brands::accepted_brand,
        )
        .proves(&[
            "handlers.config.accepted-brands",
            "versions.payment.networks",
        ])]),
    ]
}

fn renamed_handlers() -> Vec<Scenario> {
    let newer = SpecVersion::V2026_01_30;
    vec![
        wrong(
            "handler-renamed",
            "the handler's id changes with the address",
        )
        .since(newer)
        .terms(|moment, terms| {
            let strikes = moment.op != Op::Create;
            if strikes {
                terms.handler = "card_v2";
            }
            strikes
        })
        .rules([newest_handler()]),
        wrong(
            "handler-other-psp",
            "a handler of another payment provider stands first",
        )
        .since(newer)
        .twist(|_, session| {
            let mut handler = first_handler(session);
            set(&mut handler, "/id", json!("other_card"))
                && set(&mut handler, "/psp", json!("another_psp"))
                && set(&mut handler, "/config/psp", json!("another_psp"))
                && set(&mut handler, "/config/merchant_id", json!("acct_elsewhere"))
                && put_first(session, handler)
        })
        .rules([Rule::new(
            "right-psp",
            "no token for the other provider's merchant is asked for here",
            |grade| {
                for call in grade.seen.delegates() {
                    let merchant = call.text("/allowance/merchant_id").unwrap_or_default();
                    grade.must(
                        merchant != "acct_elsewhere",
                        call,
                        "delegate_payment is called at the provider that the handler's psp names",
                        || merchant.to_owned(),
                    )?;
                }
                super::super::rules::first(grade, Op::Delegate, "call for a token").map(|_| ())
            },
        )
        .proves(&["handlers.delegation.psp-of-handler"])]),
    ]
}

fn newest_handler() -> Rule {
    Rule::new(
        "newest-handler",
        "the agent pays by the newest session's handler",
        |grade| {
            for call in grade.seen.completes() {
                let id = call.text("/payment_data/handler_id").unwrap_or_default();
                grade.must(
                    id == "card_v2",
                    call,
                    "handler_id is that of the newest answer",
                    || id.to_owned(),
                )?;
            }
            Ok(())
        },
    )
    .proves(&[
        "handlers.instrument.handler-known",
        "checkout.state.agent-uses-latest",
    ])
}

fn merchants() -> Vec<Scenario> {
    let newer = SpecVersion::V2026_01_30;
    vec![
        wrong(
            "merchant-changes",
            "the handler names another merchant after the address",
        )
        .since(newer)
        .terms(|moment, terms| {
            let strikes = moment.op != Op::Create;
            if strikes {
                terms.merchant = Some("acct_other");
            }
            strikes
        })
        .rules([
            Rule::new(
                "token-merchant",
                "no token is for a merchant that is no longer named",
                |grade| {
                    if grade.seen.first(Op::Delegate).is_none() {
                        return Ok(());
                    }
                    (token::merchant().judge)(grade)
                },
            )
            .proves(&["delegate-payment.request.merchant-id"]),
            once::pays_once(),
        ]),
        wrong("merchant-missing", "the handler names no merchant")
            .since(newer)
            .terms(|_, terms| {
                terms.merchant = None;
                true
            })
            .rules(stops()),
        wrong("merchant-empty", "the handler's merchant is an empty text")
            .since(newer)
            .terms(|_, terms| {
                terms.merchant = Some("");
                true
            })
            .rules(stops()),
        wrong("links-missing", "the session has no links to policies")
            .twist(|_, session| set(session, "/links", json!([])))
            .rules([should_buy()]),
    ]
}
