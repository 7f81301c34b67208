//! Faults in reading, and in what is refused.

use comptoir_certify::Lane;
use serde_json::json;

use super::{
    fault::{Fault, Row, listed},
    proxy::{Answered, Asked, Bend},
    seller_bends::{Op, after, answers, forgetful, refuse, sessions},
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[READING, REFUSALS])
}

const READING: &[Row] = &[
    Row::new(
        "seller-retrieve-is-forgetful",
        "shows on retrieve what create showed",
        &[
            "seller.lifecycle.retrieve-repeats-update-*",
            "seller.lifecycle.retrieve-repeats-complete",
            "seller.lifecycle.retrieve-repeats-cancel",
            "seller.lifecycle.retrieve-repeats-decline",
            "seller.escalation.3ds-survives-retrieve",
        ],
        forgetful,
    ),
    Row::new(
        "seller-retrieve-loses-links",
        "leaves out the links on retrieve",
        &["seller.lifecycle.retrieve-repeats-create*"],
        || after(Op::Retrieve, |session| session["links"] = json!([])),
    ),
    Row::new(
        "seller-retrieve-counts",
        "changes a member on each retrieve",
        &["seller.lifecycle.retrieve-changes-nothing"],
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
    Row::new(
        "seller-strangers-read",
        "shows sessions to every agent",
        &["seller.leaks.other-agent-sees-nothing"],
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

const REFUSALS: &[Row] = &[
    Row::new(
        "seller-chatty-errors",
        "shows a stack trace in refusals",
        &[
            "seller.leaks.refusal-of-*",
            "seller.escalation.unknown-capability-reveals-nothing",
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
    Row::new(
        "seller-sold-out-is-refused",
        "refuses a sold-out item instead of showing the session",
        &[
            "seller.lifecycle.sold-out-is-a-session",
            "seller.lifecycle.shape-on-sold-out",
        ],
        || refuse(Op::Create, wants_vase),
    ),
    Row::new(
        "seller-sold-out-is-sold",
        "shows a session with a sold-out item as ready",
        &[
            "seller.lifecycle.sold-out-is-told",
            "seller.lifecycle.sold-out-cannot-be-paid",
            "seller.lifecycle.sold-out-among-others",
            "seller.lifecycle.sold-out-added-later",
            "seller.lifecycle.ready-falls-back",
        ],
        || {
            sessions(|session| {
                session["status"] = json!("ready_for_payment");
                session["messages"] = json!([]);
            })
        },
    ),
    Row::new(
        "seller-limits-are-words",
        "is ready above its own limits of quantity",
        &[
            "seller.lifecycle.quantity-above-max-per-order",
            "seller.lifecycle.quantity-above-available",
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
