//! Faults that only older versions can have.

use comptoir_certify::SpecVersion;
use serde_json::{Value, json};

use super::{
    Fault,
    bends::{Op, after, requests, sessions, set, when, without},
};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "line-subtotal-off",
        &["arithmetic.line-subtotal-adds-up-*"],
        || lines(|line| line["subtotal"] = json!(1)),
    )
    .at(SpecVersion::V2025_09_29),
    Fault::new(
        "flat-line-total-off",
        &["arithmetic.line-total-adds-up-*"],
        || lines(|line| line["total"] = json!(1)),
    )
    .at(SpecVersion::V2026_01_16),
    Fault::new("option-off", &["arithmetic.option-adds-up-*"], || {
        sessions(|session| {
            for option in session["fulfillment_options"].as_array_mut().unwrap() {
                option["subtotal"] = json!(3);
                option["tax"] = json!(4);
                option["total"] = json!(5);
            }
        })
    })
    .at(SpecVersion::V2025_09_29),
    Fault::new(
        "quantities-are-rounded",
        &["arithmetic.fractional-quantity"],
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
    Fault::new(
        "flat-address-is-read",
        &["versions.flat-address-is-not-read"],
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
    Fault::new(
        "flat-option-is-answered",
        &["versions.flat-option-is-not-read"],
        || set("/fulfillment_option_id", json!("standard")),
    )
    .at(SpecVersion::V2026_01_16),
    Fault::new(
        "no-provider",
        &["versions.payment-provider-is-named"],
        || without("payment_provider"),
    )
    .at(SpecVersion::V2025_12_12),
    Fault::new(
        "new-lines-are-read",
        &["versions.new-lines-are-not-read"],
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
    Fault::new(
        "one-option-for-all",
        &["lifecycle.options-per-line"],
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
    Fault::new(
        "half-a-browser",
        &["escalation.3ds-browser-details"],
        || {
            when("authentication_required", |session| {
                session["authentication_metadata"]["channel"] = json!({
                    "type": "browser", "browser": { "javascript_enabled": true },
                });
            })
        },
    )
    .at(SpecVersion::V2025_12_12),
    Fault::new(
        "failed-authentication-pays-2026-01-16",
        &["escalation.3ds-failed", "escalation.3ds-unavailable"],
        || {
            super::bends::recalled(Op::Complete, |session, _| {
                let challenged = session["status"] == "authentication_required";
                if challenged {
                    return super::bends::completed(session);
                }
                let mut session = session;
                session["status"] = json!("authentication_required");
                crate::proxy::Answered::new(200, &session)
            })
        },
    )
    .at(SpecVersion::V2026_01_16),
];

fn lines(edit: impl Fn(&mut Value) + Send + 'static) -> Box<dyn crate::proxy::Bend> {
    sessions(move |session| {
        for line in session["line_items"].as_array_mut().unwrap() {
            edit(line);
        }
    })
}
