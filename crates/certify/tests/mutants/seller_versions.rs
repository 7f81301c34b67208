//! Faults in what is made of versions, and of members that a version does not have.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    proxy::Bend,
    seller_bends::{Op, answers, dropped, error, refuse, requests, sessions, set},
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[VERSIONS])
}

const VERSIONS: &[Row] = &[
    Row::new(
        "seller-any-version-goes",
        "takes any API-Version",
        &[
            "seller.versions.missing-on-*",
            "seller.versions.unknown-on-*",
            "seller.versions.value-*",
        ],
        || {
            requests(|asked| {
                asked.set("api-version", "2026-04-17");
                None
            })
        },
    )
    .warning(&[
        "seller.versions.missing-status",
        "seller.versions.unknown-status",
        "seller.versions.missing-lists-versions",
        "seller.versions.unknown-lists-versions",
    ]),
    Row::new(
        "seller-lists-too-much",
        "lists a version that it refuses",
        &["seller.versions.listed-versions-work"],
        || version_list(&["2026-09-09", "2026-04-17"]),
    )
    .warned(),
    Row::new(
        "seller-lists-too-little",
        "leaves out versions that it serves",
        &["seller.versions.working-versions-are-listed"],
        || version_list(&["2026-04-17"]),
    )
    .warned(),
    Row::new(
        "seller-lists-upside-down",
        "lists versions from old to new",
        &["seller.versions.list-runs-from-newest-to-oldest"],
        || version_list(&["2025-09-29", "2026-04-17"]),
    ),
    Row::new(
        "seller-lists-everywhere",
        "lists its versions in every error",
        &["seller.versions.list-only-in-version-errors"],
        || {
            answers(|_, answered| {
                if answered.status >= 400 {
                    answered.edit(|json| json["supported_versions"] = json!(["2026-04-17"]));
                }
            })
        },
    ),
    Row::new(
        "seller-old-members-stay",
        "mixes a member of older versions in",
        &[
            "seller.versions.shape-of-another-version-is-not-mixed-in",
            "seller.versions.handlers-replace-provider",
        ],
        || set("/payment_provider", json!({ "provider": "stripe" })),
    ),
    Row::new(
        "seller-one-shape-for-all",
        "answers old versions in the new shape",
        &[
            "seller.versions.shape-of-2025-*",
            "seller.versions.shape-of-2026-01-16",
        ],
        || sessions(|session| session["capabilities"] = json!({})),
    ),
    Row::new(
        "seller-old-lines-are-read",
        "reads `items` as `line_items`",
        &["seller.versions.old-lines-are-not-read"],
        || {
            requests(|asked| {
                asked.edit(|json| {
                    if let Some(members) = json.as_object_mut()
                        && members.remove("items").is_some()
                    {
                        members.insert("line_items".to_owned(), json!([{ "id": "mug" }]));
                    }
                });
                None
            })
        },
    ),
    Row::new(
        "seller-capabilities-not-asked-for",
        "takes create without `capabilities`",
        &["seller.escalation.capabilities-missing"],
        || {
            requests(|asked| {
                if Op::of(asked) == Op::Create {
                    asked.edit(|json| {
                        if json.get("capabilities").is_none() {
                            json["capabilities"] = json!({});
                        }
                    });
                }
                None
            })
        },
    ),
    Row::new(
        "seller-unknown-capabilities-refused",
        "refuses capabilities that it does not know",
        &["seller.escalation.unknown-intervention-*"],
        || {
            refuse(Op::Create, |asked| {
                String::from_utf8_lossy(&asked.body).contains("certify_")
            })
        },
    )
    .warning(&["seller.escalation.unknown-field-is-passed-over"]),
    Row::new(
        "seller-notes-are-refused",
        "refuses order notes",
        &["seller.lifecycle.order-notes-*"],
        || {
            requests(|asked| {
                let notes = asked
                    .json()
                    .is_some_and(|json| json.get("order_notes").is_some());
                notes.then(|| error(400))
            })
        },
    ),
    Row::new(
        "seller-option-is-not-stored",
        "drops the selected fulfillment option",
        &["seller.lifecycle.update-applies-option"],
        || dropped(Op::Update, "selected_fulfillment_options"),
    ),
];

fn version_list(dates: &'static [&'static str]) -> Box<dyn Bend> {
    answers(move |_, answered| {
        answered.edit(|json: &mut Value| {
            if json.get("supported_versions").is_some() {
                json["supported_versions"] = json!(dates);
            }
        });
    })
}
