//! Faults in orders, in authentication, and in what comes back after paying.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    proxy::{Answered, Asked, Bend},
    seller_bends::{Op, after, answers, dropped, error, header, put, recalled, when},
    seller_completing::challenge,
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[ORDERS, AUTHENTICATION, ECHOES])
}

fn order(edit: impl Fn(&mut Value) + Send + 'static) -> Box<dyn Bend> {
    when("completed", move |session| {
        if session.get("order").is_some() {
            edit(&mut session["order"]);
        }
    })
}

const ORDERS: &[Row] = &[
    Row::new(
        "seller-order-without-page",
        "leaves out the order's permalink",
        &["seller.lifecycle.order-fields"],
        || {
            order(|order| {
                order.as_object_mut().unwrap().remove("permalink_url");
            })
        },
    ),
    Row::new(
        "seller-order-of-another-session",
        "names another session in the order",
        &["seller.lifecycle.order-names-its-session"],
        || order(|order| order["checkout_session_id"] = json!("cs_other")),
    ),
    Row::new(
        "seller-one-order-for-all",
        "gives every order the same id and page",
        &["seller.lifecycle.order-ids-differ"],
        || {
            order(|order| {
                order["id"] = json!("ord_1");
                order["permalink_url"] = json!("https://shop.example/o/1");
            })
        },
    )
    .warning(&["seller.leaks.order-page-cannot-be-guessed"]),
    Row::new(
        "seller-order-page-moves",
        "changes the order's permalink on retrieve",
        &["seller.lifecycle.order-stays"],
        || {
            after(Op::Retrieve, |session| {
                put(
                    session,
                    "/order/permalink_url",
                    json!("https://shop.example/elsewhere"),
                );
            })
        },
    ),
    Row::new(
        "seller-order-page-is-relative",
        "shows a relative permalink",
        &["seller.lifecycle.order-permalink-is-absolute"],
        || order(|order| order["permalink_url"] = json!("/orders/1")),
    ),
    Row::new(
        "seller-order-page-is-gone",
        "shows a permalink that does not open",
        &["seller.lifecycle.order-permalink-opens"],
        || {
            order(|order| {
                let page = format!("{}/gone", order["permalink_url"].as_str().unwrap());
                order["permalink_url"] = json!(page);
            })
        },
    ),
    Row::new(
        "seller-shipped-at-once",
        "shows a new order as shipped",
        &["seller.lifecycle.order-status"],
        || order(|order| order["status"] = json!("shipped")),
    ),
    Row::new(
        "seller-confirmed-and-fulfilled",
        "shows a confirmed order with a fulfilled line",
        &["seller.lifecycle.order-status-fits-its-lines"],
        || {
            order(|order| {
                order["status"] = json!("confirmed");
                put(order, "/line_items/0/quantity/fulfilled", json!(1));
            })
        },
    ),
    Row::new(
        "seller-order-of-other-lines",
        "shows other quantities in the order than in the session",
        &["seller.lifecycle.order-lines-are-the-cart"],
        || order(|order| put(order, "/line_items/0/quantity/ordered", json!(9))),
    ),
    Row::new(
        "seller-notes-are-lost",
        "leaves out the order notes",
        &["seller.lifecycle.order-notes-*"],
        || order(|order| order["confirmation"] = json!({ "confirmation_number": "1" })),
    ),
    Row::new(
        "seller-second-order",
        "shows another order id on each answer",
        &["seller.lifecycle.complete-twice"],
        || {
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
        },
    ),
    Row::new(
        "seller-ended-sessions-change",
        "shows ended sessions as ready again",
        &[
            "seller.lifecycle.update-completed",
            "seller.lifecycle.update-lines-of-completed",
            "seller.lifecycle.update-canceled",
        ],
        || {
            after(Op::Retrieve, |session| {
                session["status"] = json!("ready_for_payment");
            })
        },
    ),
];

const AUTHENTICATION: &[Row] = &[
    Row::new(
        "seller-challenge-without-metadata",
        "demands authentication without its metadata",
        &[
            "seller.escalation.3ds-metadata",
            "seller.escalation.3ds-metadata-shape",
        ],
        || {
            asks(|session| {
                session
                    .as_object_mut()
                    .unwrap()
                    .remove("authentication_metadata");
            })
        },
    ),
    Row::new(
        "seller-challenge-with-odd-metadata",
        "writes the acquirer's country in three letters",
        &[
            "seller.escalation.3ds-metadata-shape",
            "seller.escalation.3ds-shape",
            "seller.escalation.3ds-acquirer-country",
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
    Row::new(
        "seller-challenge-costs",
        "empties the totals when authentication is demanded",
        &["seller.escalation.3ds-keeps-the-amounts"],
        || {
            asks(|session| {
                session["totals"] = json!([]);
            })
        },
    ),
    Row::new(
        "seller-other-error-without-result",
        "answers a missing authentication result with another code",
        &["seller.escalation.3ds-missing-result-error"],
        || {
            answers(|asked, answered| {
                if Op::of(asked) == Op::Complete && answered.status == 400 {
                    *answered = error(400);
                }
            })
        },
    ),
    Row::new(
        "seller-result-is-not-taken",
        "drops the authentication result",
        &[
            "seller.escalation.3ds-authenticated",
            "seller.escalation.3ds-missing-result-can-be-mended",
            "seller.escalation.one-interaction-at-a-time",
        ],
        || dropped(Op::Complete, "authentication_result"),
    ),
    Row::new(
        "seller-challenge-in-circles",
        "demands authentication for ever",
        &["seller.escalation.one-interaction-at-a-time"],
        || recalled(Op::Complete, challenge),
    ),
    Row::new(
        "seller-failed-for-ever",
        "never completes after a failed authentication",
        &["seller.escalation.3ds-failed-then-other-card"],
        || {
            when("completed", |session| {
                session["status"] = json!("not_ready_for_payment");
            })
        },
    ),
    Row::new(
        "seller-completed-asks-again",
        "demands authentication on a completed session",
        &["seller.escalation.3ds-metadata-goes-away"],
        || {
            when("completed", |session| {
                session["messages"] = json!([{
                    "type": "error", "code": "requires_3ds", "content_type": "plain", "content": "x",
                }]);
            })
        },
    ),
    Row::new(
        "seller-missing-result-is-overlooked",
        "answers 200 when the authentication result is missing",
        &["seller.escalation.3ds-missing-result-is-refused"],
        || {
            answers(|asked, answered| {
                if Op::of(asked) == Op::Complete && answered.status == 400 {
                    answered.status = 200;
                }
            })
        },
    ),
    Row::new(
        "seller-redirects",
        "sends the buyer to two addresses on update",
        &[
            "seller.escalation.no-redirects-*",
            "seller.escalation.one-redirect-at-most",
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

const ECHOES: &[Row] = &[
    Row::new(
        "seller-payment-data-comes-back",
        "repeats the payment data in the answer",
        &[
            "seller.leaks.token-does-not-come-back",
            "seller.leaks.declined-token-does-not-come-back",
            "seller.leaks.refused-card-does-not-come-back",
            "seller.leaks.billing-address-does-not-come-back",
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
    Row::new(
        "seller-order-page-shows-the-card",
        "shows the card number on the order's page",
        &["seller.leaks.order-page-shows-no-payment"],
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
    Row::new(
        "seller-says-text-everywhere",
        "says text/html for JSON",
        &["seller.lifecycle.content-type-on-complete"],
        || header("content-type", "text/html"),
    ),
];

fn asks(edit: fn(&mut Value)) -> Box<dyn Bend> {
    when("authentication_required", edit)
}
