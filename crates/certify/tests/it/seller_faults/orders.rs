//! Faults in orders, in authentication, and in what comes back after paying.

use serde_json::{Value, json};

use super::{
    Fault,
    bends::{Op, after, answers, dropped, error, header, put, recalled, when},
    completing::challenge,
};
use crate::proxy::{Answered, Asked, Bend};

pub(super) fn faults() -> Vec<Fault> {
    [ORDERS, AUTHENTICATION, ECHOES].concat()
}

fn order(edit: impl Fn(&mut Value) + Send + 'static) -> Box<dyn Bend> {
    when("completed", move |session| {
        if session.get("order").is_some() {
            edit(&mut session["order"]);
        }
    })
}

const ORDERS: &[Fault] = &[
    Fault::new("order-without-page", &["lifecycle.order-fields"], || {
        order(|order| {
            order.as_object_mut().unwrap().remove("permalink_url");
        })
    }),
    Fault::new(
        "order-of-another-session",
        &["lifecycle.order-names-its-session"],
        || order(|order| order["checkout_session_id"] = json!("cs_other")),
    ),
    Fault::new(
        "one-order-for-all",
        &[
            "lifecycle.order-ids-differ",
            "leaks.order-page-cannot-be-guessed",
        ],
        || {
            order(|order| {
                order["id"] = json!("ord_1");
                order["permalink_url"] = json!("https://shop.example/o/1");
            })
        },
    ),
    Fault::new("order-page-moves", &["lifecycle.order-stays"], || {
        after(Op::Retrieve, |session| {
            put(
                session,
                "/order/permalink_url",
                json!("https://shop.example/elsewhere"),
            );
        })
    }),
    Fault::new(
        "order-page-is-relative",
        &["lifecycle.order-permalink-is-absolute"],
        || order(|order| order["permalink_url"] = json!("/orders/1")),
    ),
    Fault::new(
        "order-page-is-gone",
        &["lifecycle.order-permalink-opens"],
        || {
            order(|order| {
                let page = format!("{}/gone", order["permalink_url"].as_str().unwrap());
                order["permalink_url"] = json!(page);
            })
        },
    ),
    Fault::new("shipped-at-once", &["lifecycle.order-status"], || {
        order(|order| order["status"] = json!("shipped"))
    }),
    Fault::new(
        "confirmed-and-fulfilled",
        &["lifecycle.order-status-fits-its-lines"],
        || {
            order(|order| {
                order["status"] = json!("confirmed");
                put(order, "/line_items/0/quantity/fulfilled", json!(1));
            })
        },
    ),
    Fault::new(
        "order-of-other-lines",
        &["lifecycle.order-lines-are-the-cart"],
        || order(|order| put(order, "/line_items/0/quantity/ordered", json!(9))),
    ),
    Fault::new("notes-are-lost", &["lifecycle.order-notes-*"], || {
        order(|order| order["confirmation"] = json!({ "confirmation_number": "1" }))
    }),
    Fault::new("second-order", &["lifecycle.complete-twice"], || {
        struct Second(u32);
        impl Bend for Second {
            fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
                self.0 += 1;
                let number = self.0;
                if Op::of(asked) == Op::Complete || Op::of(asked) == Op::Retrieve {
                    answered.edit(|json| {
                        put(json, "/order/id", json!(format!("ord_{number}")));
                    });
                }
            }
        }
        Box::new(Second(0))
    }),
    Fault::new(
        "ended-sessions-change",
        &[
            "lifecycle.update-completed",
            "lifecycle.update-lines-of-completed",
            "lifecycle.update-canceled",
        ],
        || {
            after(Op::Retrieve, |session| {
                session["status"] = json!("ready_for_payment");
            })
        },
    ),
];

const AUTHENTICATION: &[Fault] = &[
    Fault::new(
        "challenge-without-metadata",
        &["escalation.3ds-metadata", "escalation.3ds-metadata-shape"],
        || {
            asks(|session| {
                session
                    .as_object_mut()
                    .unwrap()
                    .remove("authentication_metadata");
            })
        },
    ),
    Fault::new(
        "challenge-with-odd-metadata",
        &[
            "escalation.3ds-metadata-shape",
            "escalation.3ds-shape",
            "escalation.3ds-acquirer-country",
        ],
        || {
            asks(|session| {
                put(
                    session,
                    "/authentication_metadata/acquirer_details/acquirer_country",
                    json!("USA"),
                );
            })
        },
    ),
    Fault::new(
        "challenge-costs",
        &["escalation.3ds-keeps-the-amounts"],
        || {
            asks(|session| {
                session["totals"] = json!([]);
            })
        },
    ),
    Fault::new(
        "other-error-without-result",
        &["escalation.3ds-missing-result-error"],
        || {
            answers(|asked, answered| {
                if Op::of(asked) == Op::Complete && answered.status == 400 {
                    *answered = error(400);
                }
            })
        },
    ),
    Fault::new(
        "result-is-not-taken",
        &[
            "escalation.3ds-authenticated",
            "escalation.3ds-missing-result-can-be-mended",
            "escalation.one-interaction-at-a-time",
        ],
        || dropped(Op::Complete, "authentication_result"),
    ),
    Fault::new(
        "challenge-in-circles",
        &["escalation.one-interaction-at-a-time"],
        || recalled(Op::Complete, challenge),
    ),
    Fault::new(
        "failed-for-ever",
        &["escalation.3ds-failed-then-other-card"],
        || {
            when("completed", |session| {
                session["status"] = json!("not_ready_for_payment");
            })
        },
    ),
    Fault::new(
        "completed-asks-again",
        &["escalation.3ds-metadata-goes-away"],
        || {
            when("completed", |session| {
                session["messages"] = json!([{
                    "type": "error", "code": "requires_3ds", "content_type": "plain", "content": "x",
                }]);
            })
        },
    ),
    Fault::new(
        "missing-result-is-overlooked",
        &["escalation.3ds-missing-result-is-refused"],
        || {
            answers(|asked, answered| {
                if Op::of(asked) == Op::Complete && answered.status == 400 {
                    answered.status = 200;
                }
            })
        },
    ),
    Fault::new(
        "redirects",
        &[
            "escalation.no-redirects-*",
            "escalation.one-redirect-at-most",
        ],
        || {
            answers(|asked, answered| {
                if Op::of(asked) == Op::Update {
                    answered.edit(|json| {
                        json["authentication_metadata"] = json!({
                            "redirect_url": "https://a.example",
                            "second_redirect_url": "https://b.example",
                        });
                    });
                }
            })
        },
    ),
];

const ECHOES: &[Fault] = &[
    Fault::new(
        "payment-data-comes-back",
        &[
            "leaks.token-does-not-come-back",
            "leaks.declined-token-does-not-come-back",
            "leaks.refused-card-does-not-come-back",
            "leaks.billing-address-does-not-come-back",
        ],
        || {
            answers(|asked, answered| {
                if Op::of(asked) == Op::Complete {
                    let sent = asked.json().unwrap_or_default();
                    answered.edit(|json| json["payment_data"] = sent["payment_data"].clone());
                }
            })
        },
    ),
    Fault::new(
        "order-page-shows-the-card",
        &["leaks.order-page-shows-no-payment"],
        || {
            // The page is served by the proxy itself.
            struct Page(Option<String>);
            impl Bend for Page {
                fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
                    self.0 = asked
                        .headers
                        .get("host")
                        .and_then(|host| host.to_str().ok())
                        .map(str::to_owned);
                    let page = asked.path.starts_with("/certify-page");
                    page.then(|| Answered::new(200, &json!({ "card": "4242424242424242" })))
                }
                fn answer(&mut self, _: &Asked, answered: &mut Answered) {
                    let host = self.0.clone().unwrap_or_default();
                    answered.edit(|json| {
                        put(
                            json,
                            "/order/permalink_url",
                            json!(format!("http://{host}/certify-page/1")),
                        );
                    });
                }
            }
            Box::new(Page(None))
        },
    ),
    Fault::new(
        "says-text-everywhere",
        &["lifecycle.content-type-on-complete"],
        || header("content-type", "text/html"),
    ),
];

fn asks(edit: fn(&mut Value)) -> Box<dyn Bend> {
    when("authentication_required", edit)
}
