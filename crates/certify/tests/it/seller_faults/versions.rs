//! Faults in what is made of versions, and of members that a version does not have.

use serde_json::{Value, json};

use super::{
    Fault,
    bends::{Op, answers, dropped, error, refuse, requests, sessions, set},
};
use crate::proxy::Bend;

pub(super) fn faults() -> Vec<Fault> {
    VERSIONS.to_vec()
}

const VERSIONS: &[Fault] = &[
    Fault::new(
        "any-version-goes",
        &[
            "versions.missing-on-*",
            "versions.unknown-on-*",
            "versions.value-*",
            "versions.missing-status",
            "versions.unknown-status",
            "versions.missing-lists-versions",
            "versions.unknown-lists-versions",
        ],
        || {
            requests(|asked| {
                asked.set("api-version", "2026-04-17");
                None
            })
        },
    ),
    Fault::new("lists-too-much", &["versions.listed-versions-work"], || {
        version_list(&["2026-09-09", "2026-04-17"])
    }),
    Fault::new(
        "lists-too-little",
        &["versions.working-versions-are-listed"],
        || version_list(&["2026-04-17"]),
    ),
    Fault::new(
        "lists-upside-down",
        &["versions.list-runs-from-newest-to-oldest"],
        || version_list(&["2025-09-29", "2026-04-17"]),
    ),
    Fault::new(
        "lists-everywhere",
        &["versions.list-only-in-version-errors"],
        || {
            answers(|_, answered| {
                if answered.status >= 400 {
                    answered.edit(|json| json["supported_versions"] = json!(["2026-04-17"]));
                }
            })
        },
    ),
    Fault::new(
        "old-members-stay",
        &[
            "versions.shape-of-another-version-is-not-mixed-in",
            "versions.handlers-replace-provider",
        ],
        || set("/payment_provider", json!({ "provider": "stripe" })),
    ),
    Fault::new(
        "one-shape-for-all",
        &["versions.shape-of-2025-*", "versions.shape-of-2026-01-16"],
        || sessions(|session| session["capabilities"] = json!({})),
    ),
    Fault::new(
        "old-lines-are-read",
        &["versions.old-lines-are-not-read"],
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
    Fault::new(
        "capabilities-not-asked-for",
        &["escalation.capabilities-missing"],
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
    Fault::new(
        "unknown-capabilities-refused",
        &[
            "escalation.unknown-intervention-*",
            "escalation.unknown-field-is-passed-over",
        ],
        || {
            refuse(Op::Create, |asked| {
                String::from_utf8_lossy(&asked.body).contains("certify_")
            })
        },
    ),
    Fault::new("notes-are-refused", &["lifecycle.order-notes-*"], || {
        requests(|asked| {
            let notes = asked
                .json()
                .is_some_and(|json| json.get("order_notes").is_some());
            notes.then(|| error(400))
        })
    }),
    Fault::new(
        "option-is-not-stored",
        &["lifecycle.update-applies-option"],
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
