//! Faults in capabilities, handlers and ends.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    proxy::Bend,
    seller_bends::{Op, after, answers, immortal, put, sessions, set},
    stage::Stage,
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = listed(Lane::Seller, &[CAPABILITIES, MISMATCH, HANDLERS, EXPIRY]);
    all.push(
        Fault::new(
            Lane::Seller,
            "seller-sessions-never-end",
            "shows ended sessions as ready, and completes them",
            &[
                "seller.expiry.expired-reads-as-expired",
                "seller.expiry.expired-does-not-complete",
                "seller.expiry.expired-is-not-revived",
            ],
            immortal,
        )
        .on(Stage::BriefSessions),
    );
    all
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

const CAPABILITIES: &[Row] = &[
    Row::new(
        "seller-promises-too-much",
        "shows interventions that the agent does not support",
        &[
            "seller.escalation.intersection-with-address-verification",
            "seller.escalation.intersection-with-3ds",
            "seller.escalation.intersection-empty",
            "seller.escalation.unknown-intervention-is-passed-over",
        ],
        || interventions(|one| one["supported"] = json!(["3ds", "biometric"])),
    ),
    Row::new(
        "seller-promises-by-the-first-word",
        "looks at the first supported intervention alone",
        &[
            "seller.escalation.intersection-with-biometric",
            "seller.escalation.intersection-with-several",
            "seller.escalation.intersection-order-does-not-matter",
            "seller.escalation.unknown-intervention-hides-no-known-one",
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
    Row::new(
        "seller-update-forgets-the-agent",
        "forgets on update what the agent supports",
        &["seller.escalation.intersection-after-update"],
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
    Row::new(
        "seller-capabilities-come-back",
        "repeats members of the request's capabilities",
        &["seller.escalation.request-fields-not-echoed-*"],
        || interventions(|one| one["max_redirects"] = json!(1)),
    ),
    Row::new(
        "seller-old-payment-methods",
        "shows `payment_methods` beside handlers",
        &["seller.escalation.no-payment-methods-*"],
        || set("/capabilities/payment_methods", json!(["card"])),
    ),
    Row::new(
        "seller-private-hosts",
        "shows an address of its inner network",
        &["seller.escalation.capabilities-hold-no-internals"],
        || handler(|one| one["config"]["callback"] = json!("http://10.0.0.7/psp")),
    )
    .warned(),
    Row::new(
        "seller-other-currencies",
        "offers handlers for other currencies than the session's",
        &["seller.escalation.capabilities-are-relevant"],
        || handler(|one| one["config"]["currencies"] = json!(["chf"])),
    )
    .warned(),
    Row::new(
        "seller-hand-over-to-nowhere",
        "asks for a hand-over without `continue_url`",
        &["seller.escalation.hand-over-has-address"],
        || {
            sessions(|session| {
                session["status"] = json!("requires_escalation");
                session.as_object_mut().unwrap().remove("continue_url");
            })
        },
    ),
];

const MISMATCH: &[Row] = &[
    Row::new(
        "seller-requires-and-sells",
        "is ready although a required intervention is not supported",
        &[
            "seller.escalation.mismatch-is-not-ready",
            "seller.escalation.enforcement-always",
        ],
        always,
    )
    .warning(&[
        "seller.escalation.mismatch-has-message",
        "seller.escalation.mismatch-names-what-is-missing",
        "seller.escalation.mismatch-shows-on-create",
    ]),
    Row::new(
        "seller-requires-less-of-the-unable",
        "requires only what the agent supports",
        &["seller.escalation.required-is-kept"],
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

const HANDLERS: &[Row] = &[
    Row::new(
        "seller-handler-id-odd",
        "gives a handler an id with spaces",
        &["seller.escalation.handler-id-form"],
        || member("id", json!("card handler!")),
    ),
    Row::new(
        "seller-handler-name-flat",
        "gives a handler a name without domain",
        &["seller.escalation.handler-name-form"],
        || {
            handler(|one| {
                one["name"] = json!("Card");
                one["requires_delegate_payment"] = json!(false);
            })
        },
    )
    .warning(&["seller.escalation.handler-takes-tokens"]),
    Row::new(
        "seller-handler-version-word",
        "gives a handler a version that is no date",
        &["seller.escalation.handler-version-is-a-date"],
        || member("version", json!("2026-13-45")),
    ),
    Row::new(
        "seller-handler-spec-relative",
        "names a handler's specification by a relative address",
        &["seller.escalation.handler-spec-is-an-address"],
        || member("spec", json!("/spec")),
    ),
    Row::new(
        "seller-handler-without-schemas",
        "names no instrument schemas of a handler",
        &["seller.escalation.handler-instrument-schemas"],
        || member("instrument_schemas", json!([])),
    ),
    Row::new(
        "seller-handler-without-psp",
        "names no provider of a handler",
        &[
            "seller.escalation.handler-psp-is-named",
            "seller.escalation.config-psp",
        ],
        || member("psp", json!("")),
    ),
    Row::new(
        "seller-handler-without-delegation",
        "offers a tokenized handler without delegated payment",
        &["seller.escalation.handler-tokenized-delegates"],
        || member("requires_delegate_payment", json!(false)),
    )
    .warning(&["seller.escalation.handler-delegates"]),
    Row::new(
        "seller-handler-with-pci",
        "demands PCI compliance of a tokenized handler",
        &["seller.escalation.handler-tokenized-needs-no-pci"],
        || member("requires_pci_compliance", json!(true)),
    )
    .warning(&["seller.escalation.handler-needs-no-pci"]),
    Row::new(
        "seller-handler-is-a-pattern",
        "offers the base handler itself",
        &["seller.escalation.handler-base-is-not-offered"],
        || member("name", json!("dev.acp.tokenized")),
    ),
    Row::new(
        "seller-handler-order-word",
        "writes `display_order` as a word",
        &["seller.escalation.handler-display-order"],
        || member("display_order", json!("first")),
    ),
    Row::new(
        "seller-handler-schema-relative",
        "names a configuration schema by a relative address",
        &["seller.escalation.config-schema-is-an-address"],
        || member("config_schema", json!("config.json")),
    ),
    Row::new(
        "seller-handler-ids-share",
        "gives two handlers one id",
        &["seller.escalation.handler-ids-are-unique-*"],
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
    Row::new(
        "seller-handler-ids-change",
        "renames a handler on update",
        &["seller.escalation.handler-ids-stay"],
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
    Row::new(
        "seller-merchant-id-empty",
        "leaves the merchant id empty",
        &["seller.escalation.config-merchant-id"],
        || config("merchant_id", json!("")),
    ),
    Row::new(
        "seller-config-odd",
        "names an environment that the card handler does not have",
        &["seller.escalation.config-of-card-handler"],
        || config("environment", json!("simulated")),
    ),
    Row::new(
        "seller-config-without-brands",
        "names a card brand that does not exist",
        &["seller.escalation.config-of-card-handler-names-brands"],
        || config("accepted_brands", json!(["barter"])),
    ),
    Row::new(
        "seller-config-names-nobody",
        "leaves names and delegate out of a handler's configuration",
        &[
            "seller.escalation.config-merchant-display-name",
            "seller.escalation.config-delegate-id",
            "seller.escalation.config-delegate-display-name",
        ],
        || handler(|one| one["name"] = json!("com.shop.wallet")),
    )
    .warned(),
];

const EXPIRY: &[Row] = &[
    Row::new(
        "seller-ended-before-it-began",
        "shows an end in the past",
        &["seller.expiry.expires-in-the-future"],
        || set("/expires_at", json!("2020-01-01T00:00:00Z")),
    ),
    Row::new(
        "seller-ends-early",
        "shows a session as expired before its end",
        &["seller.expiry.open-until-its-end"],
        || {
            answers(|asked, answered| {
                if Op::of(asked) == Op::Retrieve {
                    answered.edit(|json| json["status"] = json!("expired"));
                } else {
                    answered.edit(|json| json["status"] = json!("not_ready_for_payment"));
                }
            })
        },
    ),
    Row::new(
        "seller-end-comes-nearer",
        "moves the end of a session back on update",
        &["seller.expiry.end-does-not-move-back"],
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
