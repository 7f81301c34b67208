//! Faults in what a session says.

use serde_json::{Value, json};

use super::{
    Fault,
    amounts::hundredfold,
    bends::{Op, after, put, sessions, set, when, without},
};

pub(super) fn faults() -> Vec<Fault> {
    [MEMBERS, OPTIONS].concat()
}

const MEMBERS: &[Fault] = &[
    Fault::new(
        "unknown-currency",
        &[
            "arithmetic.currency-is-iso-4217-on-create",
            "arithmetic.currency-is-iso-4217-on-update-of-lines",
            "arithmetic.currency-is-iso-4217-on-retrieve",
            "arithmetic.currency-is-iso-4217-on-cancel",
        ],
        || set("/currency", json!("dollars")),
    ),
    Fault::new(
        "unknown-currency-in-the-end",
        &["arithmetic.currency-is-iso-4217-on-complete"],
        || {
            when("completed", |session| {
                session["currency"] = json!("dollars");
            })
        },
    ),
    Fault::new(
        "capital-currency",
        &["arithmetic.currency-is-lower-case-*"],
        || set("/currency", json!("USD")),
    ),
    Fault::new("currency-changes", &["arithmetic.currency-stays"], || {
        after(Op::Update, |session| session["currency"] = json!("eur"))
    }),
    Fault::new(
        "currency-is-another",
        &["arithmetic.currency-asked-for"],
        || set("/currency", json!("eur")),
    ),
    Fault::new(
        "currency-is-relabelled",
        &["arithmetic.foreign-currency-is-not-relabelled"],
        || {
            struct Relabelled;
            impl crate::proxy::Bend for Relabelled {
                fn request(
                    &mut self,
                    asked: &mut crate::proxy::Asked,
                ) -> Option<crate::proxy::Answered> {
                    let json = asked.json().unwrap_or_default();
                    if json["currency"] == "chf" {
                        asked.edit(|json| json["currency"] = json!("usd"));
                        asked.set("x-relabelled", "chf");
                    }
                    None
                }
                fn answer(
                    &mut self,
                    asked: &crate::proxy::Asked,
                    answered: &mut crate::proxy::Answered,
                ) {
                    if asked.headers.contains_key("x-relabelled") {
                        answered.edit(|json| json["currency"] = json!("chf"));
                    }
                }
            }
            Box::new(Relabelled)
        },
    ),
    Fault::new(
        "hundredfold-yen",
        &["arithmetic.zero-decimal-amounts"],
        || {
            sessions(|session| {
                session["currency"] = json!("jpy");
                hundredfold(session);
            })
        },
    ),
    Fault::new(
        "presentment-repeats",
        &["arithmetic.presentment-differs-*"],
        || sessions(|session| session["presentment_currency"] = session["currency"].clone()),
    ),
    Fault::new(
        "no-messages-member",
        &["lifecycle.whole-session-*", "lifecycle.shape-on-create*"],
        || without("messages"),
    ),
    Fault::new(
        "unknown-status",
        &[
            "lifecycle.status-is-known-on-create",
            "lifecycle.status-is-known-on-update-of-lines",
            "lifecycle.status-is-known-on-retrieve",
            "lifecycle.status-is-known-on-cancel",
            "lifecycle.shape-on-create",
            "lifecycle.shape-on-create-with-address",
            "lifecycle.shape-on-create-of-several",
            "lifecycle.shape-on-update-of-lines",
            "lifecycle.shape-on-update-of-option",
            "lifecycle.shape-on-update-of-address",
            "lifecycle.shape-on-retrieve",
            "lifecycle.shape-on-cancel",
            "lifecycle.shape-on-sold-out",
        ],
        || set("/status", json!("paid_maybe")),
    ),
    Fault::new(
        "odd-order",
        &[
            "lifecycle.shape-on-complete",
            "lifecycle.shape-on-retrieve-after-complete",
        ],
        || when("completed", |session| put(session, "/order/id", json!(7))),
    ),
    Fault::new(
        "unknown-status-in-the-end",
        &["lifecycle.status-is-known-on-complete"],
        || {
            sessions(|session| {
                if session.get("order").is_some() {
                    session["status"] = json!("completed_maybe");
                }
            })
        },
    ),
    Fault::new("odd-messages", &["lifecycle.shape-on-decline"], || {
        sessions(|session| put(session, "/messages/0/content_type", json!("html")))
    }),
    Fault::new(
        "times-in-words",
        &["lifecycle.times-are-rfc-3339-*"],
        || set("/created_at", json!("yesterday")),
    ),
    Fault::new("times-go-back", &["lifecycle.times-go-forward"], || {
        after(Op::Update, |session| {
            session["updated_at"] = json!("2020-01-01T00:00:00Z");
        })
    }),
    Fault::new(
        "reading-touches",
        &["lifecycle.retrieve-keeps-update-time"],
        || {
            after(Op::Retrieve, |session| {
                session["updated_at"] = json!("2099-01-01T00:00:00Z");
            })
        },
    ),
    Fault::new(
        "other-protocol",
        &["lifecycle.protocol-version-is-asked-for-*"],
        || set("/protocol", json!({ "version": "2026-01-30" })),
    ),
    Fault::new(
        "small-country",
        &["lifecycle.countries-are-iso-3166-*"],
        || set("/fulfillment_details/address/country", json!("usa")),
    ),
    Fault::new(
        "no-buyer",
        &[
            "lifecycle.create-applies-buyer",
            "lifecycle.update-applies-buyer",
            "lifecycle.complete-applies-buyer",
        ],
        || without("buyer"),
    ),
    Fault::new(
        "no-address",
        &[
            "lifecycle.create-applies-address",
            "lifecycle.create-applies-contact",
            "lifecycle.update-applies-address",
            "lifecycle.update-replaces-address",
        ],
        || without("fulfillment_details"),
    ),
    Fault::new(
        "one-id-for-all",
        &[
            "lifecycle.create-ids-differ",
            "leaks.session-ids-cannot-be-guessed",
        ],
        || after(Op::Create, |session| session["id"] = json!("cs_1")),
    ),
    Fault::new(
        "update-names-another",
        &["lifecycle.update-keeps-id"],
        || after(Op::Update, |session| session["id"] = json!("cs_other")),
    ),
    Fault::new(
        "no-capabilities",
        &[
            "escalation.capabilities-present-*",
            "escalation.payment-declared",
            "escalation.handlers-advertised-*",
            "versions.shape-of-2026-04-17",
            "versions.shape-of-2026-01-30",
            "versions.handlers-replace-provider",
            "lifecycle.declined-keeps-capabilities",
        ],
        || without("capabilities"),
    ),
];

const OPTIONS: &[Fault] = &[
    Fault::new(
        "option-without-cost",
        &["arithmetic.option-has-cost-*"],
        || {
            sessions(|session| {
                for option in session["fulfillment_options"].as_array_mut().unwrap() {
                    option["totals"] = json!([]);
                }
            })
        },
    ),
    Fault::new(
        "selected-is-not-offered",
        &["lifecycle.selected-option-is-offered-*"],
        || set("/selected_fulfillment_options/0/option_id", json!("pigeon")),
    ),
    Fault::new(
        "options-share-an-id",
        &["lifecycle.option-ids-are-unique-*"],
        || {
            sessions(|session| {
                let options = session["fulfillment_options"].as_array_mut().unwrap();
                if let Some(again) = options.first().cloned() {
                    options.push(again);
                }
            })
        },
    ),
    Fault::new(
        "selection-of-no-line",
        &[
            "lifecycle.selected-items-exist-*",
            "lifecycle.option-covers-every-line",
        ],
        || {
            set(
                "/selected_fulfillment_options/0/item_ids",
                json!(["li_of_nobody"]),
            )
        },
    ),
    Fault::new(
        "window-upside-down",
        &["lifecycle.delivery-window-is-ordered-*"],
        || {
            sessions(|session| {
                for option in session["fulfillment_options"].as_array_mut().unwrap() {
                    option["earliest_delivery_time"] = json!("2027-01-02T00:00:00Z");
                    option["latest_delivery_time"] = json!("2027-01-01T00:00:00Z");
                }
            })
        },
    ),
    Fault::new(
        "dearest-preselected",
        &["lifecycle.option-cheapest-is-preselected"],
        || {
            sessions(|session| {
                let options = session["fulfillment_options"].as_array().unwrap().clone();
                let cost = |option: &Value| {
                    option["totals"].as_array().unwrap().last().unwrap()["amount"].as_i64()
                };
                if let Some(dearest) = options.iter().max_by_key(|option| cost(option)) {
                    put(
                        session,
                        "/selected_fulfillment_options/0/option_id",
                        dearest["id"].clone(),
                    );
                }
            })
        },
    ),
    Fault::new(
        "fulfillment-without-option",
        &["lifecycle.options-without-address"],
        || {
            after(Op::Create, |session| {
                if session["fulfillment_options"] == json!([]) {
                    let row =
                        json!({ "type": "fulfillment", "display_text": "Sending", "amount": 500 });
                    session["totals"].as_array_mut().unwrap().push(row);
                }
            })
        },
    ),
    Fault::new(
        "update-loses-options",
        &["lifecycle.update-brings-options"],
        || {
            after(Op::Update, |session| {
                session["fulfillment_options"] = json!([]);
            })
        },
    ),
];
