//! Faults in reading, and in what is refused.

use serde_json::json;

use super::{
    Fault,
    bends::{Op, after, answers, forgetful, refuse, sessions},
};
use crate::proxy::{Answered, Asked, Bend};

pub(super) fn faults() -> Vec<Fault> {
    [READING, REFUSALS].concat()
}

const READING: &[Fault] = &[
    Fault::new(
        "retrieve-is-forgetful",
        &[
            "lifecycle.retrieve-repeats-update-*",
            "lifecycle.retrieve-repeats-complete",
            "lifecycle.retrieve-repeats-cancel",
            "lifecycle.retrieve-repeats-decline",
            "escalation.3ds-survives-retrieve",
        ],
        forgetful,
    ),
    Fault::new(
        "retrieve-loses-links",
        &["lifecycle.retrieve-repeats-create*"],
        || after(Op::Retrieve, |session| session["links"] = json!([])),
    ),
    Fault::new(
        "retrieve-counts",
        &["lifecycle.retrieve-changes-nothing"],
        || {
            struct Counter(u64);
            impl Bend for Counter {
                fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
                    if Op::of(asked) == Op::Retrieve {
                        self.0 += 1;
                        let count = self.0;
                        answered.edit(|json| json["metadata"] = json!({ "reads": count }));
                    }
                }
            }
            Box::new(Counter(0))
        },
    ),
    Fault::new(
        "strangers-read",
        &["leaks.other-agent-sees-nothing"],
        || {
            struct Strangers(Option<http::HeaderValue>);
            impl Bend for Strangers {
                fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
                    if Op::of(asked) == Op::Create {
                        self.0 = asked.headers.get("authorization").cloned();
                    } else if let Some(key) = self.0.clone() {
                        asked.headers.insert("authorization", key);
                    }
                    None
                }
            }
            Box::new(Strangers(None))
        },
    ),
];

const REFUSALS: &[Fault] = &[
    Fault::new(
        "chatty-errors",
        &[
            "leaks.refusal-of-*",
            "escalation.unknown-capability-reveals-nothing",
        ],
        || {
            answers(|_, answered| {
                answered.set("x-seen", "1");
                answered.edit(|json| {
                    json["detail"] = json!("Traceback (most recent call last): /home/shop/cart.py");
                });
            })
        },
    ),
    Fault::new(
        "sold-out-is-refused",
        &[
            "lifecycle.sold-out-is-a-session",
            "lifecycle.shape-on-sold-out",
        ],
        || refuse(Op::Create, wants_vase),
    ),
    Fault::new(
        "sold-out-is-sold",
        &[
            "lifecycle.sold-out-is-told",
            "lifecycle.sold-out-cannot-be-paid",
            "lifecycle.sold-out-among-others",
            "lifecycle.sold-out-added-later",
            "lifecycle.ready-falls-back",
        ],
        || {
            sessions(|session| {
                session["status"] = json!("ready_for_payment");
                session["messages"] = json!([]);
            })
        },
    ),
    Fault::new(
        "limits-are-words",
        &[
            "lifecycle.quantity-above-max-per-order",
            "lifecycle.quantity-above-available",
        ],
        || {
            sessions(|session| {
                for line in session["line_items"].as_array_mut().unwrap() {
                    line["max_quantity_per_order"] = json!(1);
                    line["available_quantity"] = json!(1);
                }
                session["status"] = json!("ready_for_payment");
                session["messages"] = json!([]);
            })
        },
    ),
];

fn wants_vase(asked: &Asked) -> bool {
    String::from_utf8_lossy(&asked.body).contains("\"vase\"")
}
