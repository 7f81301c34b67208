//! Faults in what a session says.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    seller_amounts::hundredfold,
    seller_bends::{Op, after, put, sessions, set, when, without},
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[MEMBERS, OPTIONS])
}

const MEMBERS: &[Row] = &[
    Row::new(
        "seller-unknown-currency",
        "shows `dollars` as the currency",
        &[
            "seller.arithmetic.currency-is-iso-4217-on-create",
            "seller.arithmetic.currency-is-iso-4217-on-update-of-lines",
            "seller.arithmetic.currency-is-iso-4217-on-retrieve",
            "seller.arithmetic.currency-is-iso-4217-on-cancel",
        ],
        || set("/currency", json!("dollars")),
    ),
    Row::new(
        "seller-unknown-currency-in-the-end",
        "shows `dollars` as the currency of a completed session",
        &["seller.arithmetic.currency-is-iso-4217-on-complete"],
        || {
            when("completed", |session| {
                session["currency"] = json!("dollars");
            })
        },
    ),
    Row::new(
        "seller-capital-currency",
        "writes the currency in upper case",
        &["seller.arithmetic.currency-is-lower-case-*"],
        || set("/currency", json!("USD")),
    )
    .warned(),
    Row::new(
        "seller-currency-changes",
        "changes the currency on update",
        &["seller.arithmetic.currency-stays"],
        || after(Op::Update, |session| session["currency"] = json!("eur")),
    ),
    Row::new(
        "seller-currency-is-another",
        "answers in another currency than was asked for",
        &["seller.arithmetic.currency-asked-for"],
        || set("/currency", json!("eur")),
    ),
    Row::new(
        "seller-currency-is-relabelled",
        "writes an unsold currency over unchanged amounts",
        &["seller.arithmetic.foreign-currency-is-not-relabelled"],
        || {
            struct Relabelled;
            impl super::proxy::Bend for Relabelled {
                fn request(
                    &mut self,
                    asked: &mut super::proxy::Asked,
                ) -> Option<super::proxy::Answered> {
                    let json = asked.json().unwrap_or_default();
                    if json["currency"] == "chf" {
                        asked.edit(|json| json["currency"] = json!("usd"));
                        asked.set("x-relabelled", "chf");
                    }
                    None
                }
                fn answer(
                    &mut self,
                    asked: &super::proxy::Asked,
                    answered: &mut super::proxy::Answered,
                ) {
                    if asked.headers.contains_key("x-relabelled") {
                        answered.edit(|json| json["currency"] = json!("chf"));
                    }
                }
            }
            Box::new(Relabelled)
        },
    ),
    Row::new(
        "seller-hundredfold-yen",
        "multiplies amounts of a currency without decimals by 100",
        &["seller.arithmetic.zero-decimal-amounts"],
        || {
            sessions(|session| {
                session["currency"] = json!("jpy");
                hundredfold(session);
            })
        },
    )
    .warned(),
    Row::new(
        "seller-presentment-repeats",
        "repeats the currency as presentment currency",
        &["seller.arithmetic.presentment-differs-*"],
        || sessions(|session| session["presentment_currency"] = session["currency"].clone()),
    ),
    Row::new(
        "seller-no-messages-member",
        "leaves out `messages`",
        &[
            "seller.lifecycle.whole-session-*",
            "seller.lifecycle.shape-on-create*",
        ],
        || without("messages"),
    ),
    Row::new(
        "seller-unknown-status",
        "shows a status that the schema does not have",
        &[
            "seller.lifecycle.status-is-known-on-create",
            "seller.lifecycle.status-is-known-on-update-of-lines",
            "seller.lifecycle.status-is-known-on-retrieve",
            "seller.lifecycle.status-is-known-on-cancel",
            "seller.lifecycle.shape-on-create",
            "seller.lifecycle.shape-on-create-with-address",
            "seller.lifecycle.shape-on-create-of-several",
            "seller.lifecycle.shape-on-update-of-lines",
            "seller.lifecycle.shape-on-update-of-option",
            "seller.lifecycle.shape-on-update-of-address",
            "seller.lifecycle.shape-on-retrieve",
            "seller.lifecycle.shape-on-cancel",
            "seller.lifecycle.shape-on-sold-out",
        ],
        || set("/status", json!("paid_maybe")),
    ),
    Row::new(
        "seller-odd-order",
        "writes the order's id as a number",
        &[
            "seller.lifecycle.shape-on-complete",
            "seller.lifecycle.shape-on-retrieve-after-complete",
        ],
        || when("completed", |session| put(session, "/order/id", json!(7))),
    ),
    Row::new(
        "seller-unknown-status-in-the-end",
        "shows an unknown status once there is an order",
        &["seller.lifecycle.status-is-known-on-complete"],
        || {
            sessions(|session| {
                if session.get("order").is_some() {
                    session["status"] = json!("completed_maybe");
                }
            })
        },
    ),
    Row::new(
        "seller-odd-messages",
        "shows a content type of messages that the schema does not have",
        &["seller.lifecycle.shape-on-decline"],
        || sessions(|session| put(session, "/messages/0/content_type", json!("html"))),
    ),
    Row::new(
        "seller-times-in-words",
        "writes `created_at` as `yesterday`",
        &["seller.lifecycle.times-are-rfc-3339-*"],
        || set("/created_at", json!("yesterday")),
    ),
    Row::new(
        "seller-times-go-back",
        "sets `updated_at` back on update",
        &["seller.lifecycle.times-go-forward"],
        || {
            after(Op::Update, |session| {
                session["updated_at"] = json!("2020-01-01T00:00:00Z");
            })
        },
    ),
    Row::new(
        "seller-reading-touches",
        "changes `updated_at` on retrieve",
        &["seller.lifecycle.retrieve-keeps-update-time"],
        || {
            after(Op::Retrieve, |session| {
                session["updated_at"] = json!("2099-01-01T00:00:00Z");
            })
        },
    ),
    Row::new(
        "seller-other-protocol",
        "names another protocol version than was asked for",
        &["seller.lifecycle.protocol-version-is-asked-for-*"],
        || set("/protocol", json!({ "version": "2026-01-30" })),
    ),
    Row::new(
        "seller-small-country",
        "writes a country as `usa`",
        &["seller.lifecycle.countries-are-iso-3166-*"],
        || set("/fulfillment_details/address/country", json!("usa")),
    )
    .warned(),
    Row::new(
        "seller-no-buyer",
        "leaves out the buyer",
        &[
            "seller.lifecycle.create-applies-buyer",
            "seller.lifecycle.update-applies-buyer",
            "seller.lifecycle.complete-applies-buyer",
        ],
        || without("buyer"),
    ),
    Row::new(
        "seller-no-address",
        "leaves out the fulfillment details",
        &[
            "seller.lifecycle.create-applies-address",
            "seller.lifecycle.create-applies-contact",
            "seller.lifecycle.update-applies-address",
            "seller.lifecycle.update-replaces-address",
        ],
        || without("fulfillment_details"),
    ),
    Row::new(
        "seller-one-id-for-all",
        "gives every session the same id",
        &["seller.lifecycle.create-ids-differ"],
        || after(Op::Create, |session| session["id"] = json!("cs_1")),
    )
    .warning(&["seller.leaks.session-ids-cannot-be-guessed"]),
    Row::new(
        "seller-update-names-another",
        "answers an update with another session's id",
        &["seller.lifecycle.update-keeps-id"],
        || after(Op::Update, |session| session["id"] = json!("cs_other")),
    ),
    Row::new(
        "seller-no-capabilities",
        "leaves out `capabilities`",
        &[
            "seller.escalation.capabilities-present-*",
            "seller.escalation.payment-declared",
            "seller.escalation.handlers-advertised-*",
            "seller.versions.shape-of-2026-04-17",
            "seller.versions.shape-of-2026-01-30",
            "seller.versions.handlers-replace-provider",
            "seller.lifecycle.declined-keeps-capabilities",
        ],
        || without("capabilities"),
    ),
];

const OPTIONS: &[Row] = &[
    Row::new(
        "seller-option-without-cost",
        "shows fulfillment options without totals",
        &["seller.arithmetic.option-has-cost-*"],
        || {
            sessions(|session| {
                for option in session["fulfillment_options"].as_array_mut().unwrap() {
                    option["totals"] = json!([]);
                }
            })
        },
    ),
    Row::new(
        "seller-selected-is-not-offered",
        "selects a fulfillment option that it does not offer",
        &["seller.lifecycle.selected-option-is-offered-*"],
        || set("/selected_fulfillment_options/0/option_id", json!("pigeon")),
    ),
    Row::new(
        "seller-options-share-an-id",
        "gives two fulfillment options one id",
        &["seller.lifecycle.option-ids-are-unique-*"],
        || {
            sessions(|session| {
                let options = session["fulfillment_options"].as_array_mut().unwrap();
                if let Some(again) = options.first().cloned() {
                    options.push(again);
                }
            })
        },
    ),
    Row::new(
        "seller-selection-of-no-line",
        "selects an option for a line that does not exist",
        &[
            "seller.lifecycle.selected-items-exist-*",
            "seller.lifecycle.option-covers-every-line",
        ],
        || {
            set(
                "/selected_fulfillment_options/0/item_ids",
                json!(["li_of_nobody"]),
            )
        },
    ),
    Row::new(
        "seller-window-upside-down",
        "ends a delivery window before it begins",
        &["seller.lifecycle.delivery-window-is-ordered-*"],
        || {
            sessions(|session| {
                for option in session["fulfillment_options"].as_array_mut().unwrap() {
                    option["earliest_delivery_time"] = json!("2027-01-02T00:00:00Z");
                    option["latest_delivery_time"] = json!("2027-01-01T00:00:00Z");
                }
            })
        },
    ),
    Row::new(
        "seller-dearest-preselected",
        "preselects the dearest fulfillment option",
        &["seller.lifecycle.option-cheapest-is-preselected"],
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
    )
    .warned(),
    Row::new(
        "seller-fulfillment-without-option",
        "charges for sending before an option can be chosen",
        &["seller.lifecycle.options-without-address"],
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
    Row::new(
        "seller-update-loses-options",
        "empties the fulfillment options on update",
        &["seller.lifecycle.update-brings-options"],
        || {
            after(Op::Update, |session| {
                session["fulfillment_options"] = json!([]);
            })
        },
    ),
];
