//! Faults that only older versions can have.

use comptoir_certify::{Lane, SpecVersion};
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    seller_bends::{Op, after, requests, sessions, set, when, without},
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[FAULTS])
}

const FAULTS: &[Row] = &[
    Row::new(
        "seller-line-subtotal-off",
        "shows a line subtotal that does not add up",
        &["seller.arithmetic.line-subtotal-adds-up-*"],
        || lines(|line| line["subtotal"] = json!(1)),
    )
    .at(SpecVersion::V2025_09_29),
    Row::new(
        "seller-flat-line-total-off",
        "shows a flat line total that does not add up",
        &["seller.arithmetic.line-total-adds-up-*"],
        || lines(|line| line["total"] = json!(1)),
    )
    .at(SpecVersion::V2026_01_16),
    Row::new(
        "seller-option-off",
        "shows an option whose total does not add up",
        &["seller.arithmetic.option-adds-up-*"],
        || {
            sessions(|session| {
                for option in session["fulfillment_options"].as_array_mut().unwrap() {
                    option["subtotal"] = json!(3);
                    option["tax"] = json!(4);
                    option["total"] = json!(5);
                }
            })
        },
    )
    .at(SpecVersion::V2025_09_29),
    Row::new(
        "seller-quantities-are-rounded",
        "rounds a fractional quantity",
        &["seller.arithmetic.fractional-quantity"],
        || {
            requests(|asked| {
                asked.edit(|json| {
                    if json.pointer("/items/0/quantity").is_some() {
                        json["items"][0]["quantity"] = json!(2);
                    }
                });
                None
            })
        },
    )
    .at(SpecVersion::V2025_09_29),
    Row::new(
        "seller-flat-address-is-read",
        "reads a flat address of an older version",
        &["seller.versions.flat-address-is-not-read"],
        || {
            requests(|asked| {
                asked.edit(|json| {
                    if let Some(members) = json.as_object_mut()
                        && let Some(address) = members.remove("fulfillment_address")
                    {
                        members.insert(
                            "fulfillment_details".to_owned(),
                            json!({ "address": address }),
                        );
                    }
                });
                None
            })
        },
    )
    .at(SpecVersion::V2025_12_12),
    Row::new(
        "seller-flat-option-is-answered",
        "answers the flat option of an older version",
        &["seller.versions.flat-option-is-not-read"],
        || set("/fulfillment_option_id", json!("standard")),
    )
    .at(SpecVersion::V2026_01_16),
    Row::new(
        "seller-no-provider",
        "leaves out `payment_provider`",
        &["seller.versions.payment-provider-is-named"],
        || without("payment_provider"),
    )
    .at(SpecVersion::V2025_12_12),
    Row::new(
        "seller-new-lines-are-read",
        "reads `line_items` of a newer version",
        &["seller.versions.new-lines-are-not-read"],
        || {
            requests(|asked| {
                asked.edit(|json| {
                    if let Some(members) = json.as_object_mut()
                        && members.remove("line_items").is_some()
                    {
                        members.insert("items".to_owned(), json!([{ "id": "mug", "quantity": 1 }]));
                    }
                });
                None
            })
        },
    )
    .at(SpecVersion::V2025_09_29),
    Row::new(
        "seller-one-option-for-all",
        "selects one option for all lines",
        &["seller.lifecycle.options-per-line"],
        || {
            after(Op::Update, |session| {
                session["selected_fulfillment_options"]
                    .as_array_mut()
                    .unwrap()
                    .truncate(1);
            })
        },
    )
    .at(SpecVersion::V2025_12_12),
    Row::new(
        "seller-half-a-browser",
        "asks for incomplete browser details",
        &["seller.escalation.3ds-browser-details"],
        || {
            when("authentication_required", |session| {
                session["authentication_metadata"]["channel"] = json!({
                    "type": "browser", "browser": { "javascript_enabled": true },
                });
            })
        },
    )
    .at(SpecVersion::V2025_12_12),
    Row::new(
        "seller-failed-authentication-pays-2026-01-16",
        "completes after a failed or unavailable authentication",
        &[
            "seller.escalation.3ds-failed",
            "seller.escalation.3ds-unavailable",
        ],
        || {
            super::seller_bends::recalled(Op::Complete, |session, _| {
                let challenged = session["status"] == "authentication_required";
                if challenged {
                    return super::seller_bends::completed(session);
                }
                let mut session = session;
                session["status"] = json!("authentication_required");
                super::proxy::Answered::new(200, &session)
            })
        },
    )
    .at(SpecVersion::V2026_01_16),
];

fn lines(edit: impl Fn(&mut Value) + Send + 'static) -> Box<dyn super::proxy::Bend> {
    sessions(move |session| {
        for line in session["line_items"].as_array_mut().unwrap() {
            edit(line);
        }
    })
}
