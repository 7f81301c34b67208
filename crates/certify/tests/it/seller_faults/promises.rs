//! Faults in capabilities, handlers and ends.

use serde_json::{Value, json};

use super::{
    Fault,
    bends::{Op, after, answers, put, sessions, set},
};
use crate::proxy::Bend;

pub(super) fn faults() -> Vec<Fault> {
    [CAPABILITIES, MISMATCH, HANDLERS, EXPIRY].concat()
}

fn interventions(edit: impl Fn(&mut Value) + Send + 'static) -> Box<dyn Bend> {
    sessions(move |session| {
        if session.pointer("/capabilities/interventions").is_none() {
            put(
                session,
                "/capabilities/interventions",
                json!({ "supported": [] }),
            );
        }
        edit(&mut session["capabilities"]["interventions"]);
    })
}

const CAPABILITIES: &[Fault] = &[
    Fault::new(
        "promises-too-much",
        &[
            "escalation.intersection-with-address-verification",
            "escalation.intersection-with-3ds",
            "escalation.intersection-empty",
            "escalation.unknown-intervention-is-passed-over",
        ],
        || interventions(|one| one["supported"] = json!(["3ds", "biometric"])),
    ),
    Fault::new(
        "promises-by-the-first-word",
        &[
            "escalation.intersection-with-biometric",
            "escalation.intersection-with-several",
            "escalation.intersection-order-does-not-matter",
            "escalation.unknown-intervention-hides-no-known-one",
        ],
        || {
            answers(|asked, answered| {
                let sent = asked.json().unwrap_or_default();
                let first = sent.pointer("/capabilities/interventions/supported/0");
                let list = if first == Some(&json!("3ds")) {
                    json!(["3ds"])
                } else {
                    json!(["address_verification", "biometric"])
                };
                answered.edit(|session| {
                    put(
                        session,
                        "/capabilities/interventions",
                        json!({ "supported": list }),
                    );
                });
            })
        },
    ),
    Fault::new(
        "update-forgets-the-agent",
        &["escalation.intersection-after-update"],
        || {
            after(Op::Update, |session| {
                put(
                    session,
                    "/capabilities/interventions",
                    json!({ "supported": ["biometric"] }),
                );
            })
        },
    ),
    Fault::new(
        "capabilities-come-back",
        &["escalation.request-fields-not-echoed-*"],
        || interventions(|one| one["max_redirects"] = json!(1)),
    ),
    Fault::new(
        "old-payment-methods",
        &["escalation.no-payment-methods-*"],
        || set("/capabilities/payment_methods", json!(["card"])),
    ),
    Fault::new(
        "private-hosts",
        &["escalation.capabilities-hold-no-internals"],
        || handler(|one| one["config"]["callback"] = json!("http://10.0.0.7/psp")),
    ),
    Fault::new(
        "other-currencies",
        &["escalation.capabilities-are-relevant"],
        || handler(|one| one["config"]["currencies"] = json!(["chf"])),
    ),
    Fault::new(
        "hand-over-to-nowhere",
        &["escalation.hand-over-has-address"],
        || {
            sessions(|session| {
                session["status"] = json!("requires_escalation");
                session.as_object_mut().unwrap().remove("continue_url");
            })
        },
    ),
];

const MISMATCH: &[Fault] = &[
    Fault::new(
        "requires-and-sells",
        &[
            "escalation.mismatch-is-not-ready",
            "escalation.mismatch-has-message",
            "escalation.mismatch-names-what-is-missing",
            "escalation.mismatch-shows-on-create",
            "escalation.enforcement-always",
        ],
        always,
    ),
    Fault::new(
        "requires-less-of-the-unable",
        &["escalation.required-is-kept"],
        || {
            interventions(|one| {
                one["required"] = one["supported"].clone();
            })
        },
    ),
];

/// Changes every handler.
fn handler(edit: impl Fn(&mut Value) + Send + 'static) -> Box<dyn Bend> {
    sessions(move |session| {
        let handlers = session.pointer_mut("/capabilities/payment/handlers");
        if let Some(handlers) = handlers.and_then(Value::as_array_mut) {
            handlers.iter_mut().for_each(&edit);
        }
    })
}

const HANDLERS: &[Fault] = &[
    Fault::new("handler-id-odd", &["escalation.handler-id-form"], || {
        member("id", json!("card handler!"))
    }),
    Fault::new(
        "handler-name-flat",
        &[
            "escalation.handler-name-form",
            "escalation.handler-takes-tokens",
        ],
        || {
            handler(|one| {
                one["name"] = json!("Card");
                one["requires_delegate_payment"] = json!(false);
            })
        },
    ),
    Fault::new(
        "handler-version-word",
        &["escalation.handler-version-is-a-date"],
        || member("version", json!("2026-13-45")),
    ),
    Fault::new(
        "handler-spec-relative",
        &["escalation.handler-spec-is-an-address"],
        || member("spec", json!("/spec")),
    ),
    Fault::new(
        "handler-without-schemas",
        &["escalation.handler-instrument-schemas"],
        || member("instrument_schemas", json!([])),
    ),
    Fault::new(
        "handler-without-psp",
        &["escalation.handler-psp-is-named", "escalation.config-psp"],
        || member("psp", json!("")),
    ),
    Fault::new(
        "handler-without-delegation",
        &[
            "escalation.handler-tokenized-delegates",
            "escalation.handler-delegates",
        ],
        || member("requires_delegate_payment", json!(false)),
    ),
    Fault::new(
        "handler-with-pci",
        &[
            "escalation.handler-tokenized-needs-no-pci",
            "escalation.handler-needs-no-pci",
        ],
        || member("requires_pci_compliance", json!(true)),
    ),
    Fault::new(
        "handler-is-a-pattern",
        &["escalation.handler-base-is-not-offered"],
        || member("name", json!("dev.acp.tokenized")),
    ),
    Fault::new(
        "handler-order-word",
        &["escalation.handler-display-order"],
        || member("display_order", json!("first")),
    ),
    Fault::new(
        "handler-schema-relative",
        &["escalation.config-schema-is-an-address"],
        || member("config_schema", json!("config.json")),
    ),
    Fault::new(
        "handler-ids-share",
        &["escalation.handler-ids-are-unique-*"],
        || {
            sessions(|session| {
                if let Some(Value::Array(handlers)) =
                    session.pointer_mut("/capabilities/payment/handlers")
                {
                    let again = handlers[0].clone();
                    handlers.push(again);
                }
            })
        },
    ),
    Fault::new(
        "handler-ids-change",
        &["escalation.handler-ids-stay"],
        || {
            after(Op::Update, |session| {
                put(
                    session,
                    "/capabilities/payment/handlers/0/id",
                    json!("card_new"),
                );
            })
        },
    ),
    Fault::new(
        "merchant-id-empty",
        &["escalation.config-merchant-id"],
        || config("merchant_id", json!("")),
    ),
    Fault::new("config-odd", &["escalation.config-of-card-handler"], || {
        config("environment", json!("simulated"))
    }),
    Fault::new(
        "config-without-brands",
        &["escalation.config-of-card-handler-names-brands"],
        || config("accepted_brands", json!(["barter"])),
    ),
    Fault::new(
        "config-names-nobody",
        &[
            "escalation.config-merchant-display-name",
            "escalation.config-delegate-id",
            "escalation.config-delegate-display-name",
        ],
        || handler(|one| one["name"] = json!("com.shop.wallet")),
    ),
];

const EXPIRY: &[Fault] = &[
    Fault::new(
        "ended-before-it-began",
        &["expiry.expires-in-the-future"],
        || set("/expires_at", json!("2020-01-01T00:00:00Z")),
    ),
    Fault::new("ends-early", &["expiry.open-until-its-end"], || {
        answers(|asked, answered| {
            if Op::of(asked) == Op::Retrieve {
                answered.edit(|json| json["status"] = json!("expired"));
            } else {
                answered.edit(|json| json["status"] = json!("not_ready_for_payment"));
            }
        })
    }),
    Fault::new(
        "end-comes-nearer",
        &["expiry.end-does-not-move-back"],
        || {
            after(Op::Update, |session| {
                session["expires_at"] = json!("2026-01-01T00:00:00Z");
            })
        },
    ),
];

/// Requires an authentication of everyone.
fn always() -> Box<dyn Bend> {
    interventions(|one| {
        one["required"] = json!(["3ds"]);
        one["enforcement"] = json!("always");
    })
}

/// Another value of a member in every handler.
fn member(name: &'static str, value: Value) -> Box<dyn Bend> {
    handler(move |one| one[name] = value.clone())
}

/// Another value in the configuration of every handler.
fn config(name: &'static str, value: Value) -> Box<dyn Bend> {
    handler(move |one| one["config"][name] = value.clone())
}
