//! Faults of single operations: statuses, headers, updates that do not take, versions.

use comptoir_certify::Lane;
use serde_json::json;

use super::{
    fault::{Fault, Row, listed},
    proxy::{Answered, Asked, Bend},
    seller_bends::{
        Op, after, answers, header, ignored, put, recalled, refuse, requests, set, status,
    },
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[STATUSES, HEADERS, UPDATES])
}

const STATUSES: &[Row] = &[
    Row::new(
        "seller-create-200",
        "answers create with 200",
        &["seller.lifecycle.create-status"],
        || status(Op::Create, 201, 200),
    ),
    Row::new(
        "seller-update-202",
        "answers update with 202",
        &["seller.lifecycle.update-status"],
        || status(Op::Update, 200, 202),
    ),
    Row::new(
        "seller-retrieve-203",
        "answers retrieve with 203",
        &["seller.lifecycle.retrieve-status"],
        || status(Op::Retrieve, 200, 203),
    ),
    Row::new(
        "seller-complete-202",
        "answers complete with 202",
        &["seller.lifecycle.complete-status"],
        || status(Op::Complete, 200, 202),
    ),
    Row::new(
        "seller-cancel-202",
        "answers cancel with 202",
        &[
            "seller.lifecycle.cancel-status",
            "seller.lifecycle.cancel-without-body",
            "seller.lifecycle.cancel-with-empty-object",
            "seller.lifecycle.cancel-not-ready",
            "seller.lifecycle.declined-can-be-canceled",
            "seller.escalation.3ds-can-be-canceled",
        ],
        || status(Op::Cancel, 200, 202),
    ),
    Row::new(
        "seller-canceled-409",
        "answers 409 where a session cannot be canceled any more",
        &[
            "seller.lifecycle.cancel-canceled",
            "seller.lifecycle.cancel-completed",
        ],
        || status(Op::Cancel, 405, 409),
    ),
    Row::new(
        "seller-unknown-400",
        "answers 400 on retrieve of an unknown session",
        &["seller.lifecycle.retrieve-unknown-id"],
        || status(Op::Retrieve, 404, 400),
    ),
    Row::new(
        "seller-unknown-200",
        "answers 200 for unknown sessions",
        &[
            "seller.lifecycle.update-unknown-id",
            "seller.lifecycle.complete-unknown-id",
            "seller.lifecycle.cancel-unknown-id",
            "seller.lifecycle.create-under-unknown-id",
            "seller.lifecycle.shape-on-unknown-session",
        ],
        || {
            answers(|_, answered| {
                if answered.status == 404 {
                    answered.status = 200;
                }
            })
        },
    ),
    Row::new(
        "seller-errors-without-code",
        "answers 405 without type and code",
        &["seller.lifecycle.shape-on-cancel-of-canceled"],
        || {
            answers(|_, answered| {
                if answered.status == 405 {
                    *answered = Answered::new(405, &json!({ "error": "no" }));
                }
            })
        },
    ),
    Row::new(
        "seller-cancel-forgets",
        "answers cancel and does nothing",
        &["seller.lifecycle.cancel-says-canceled"],
        || ignored(Op::Cancel),
    ),
    Row::new(
        "seller-cancel-cancels-all",
        "shows every session as canceled on retrieve",
        &["seller.lifecycle.cancel-cancels-no-other"],
        || {
            after(Op::Retrieve, |session| {
                session["status"] = json!("canceled");
            })
        },
    ),
    Row::new(
        "seller-address-demanded",
        "refuses create without an address",
        &["seller.lifecycle.create-without-buyer-or-address"],
        || {
            refuse(Op::Create, |asked| {
                asked
                    .json()
                    .is_some_and(|json| json.get("fulfillment_details").is_none())
            })
        },
    ),
    Row::new(
        "seller-digital-needs-address",
        "shows an address that nobody gave",
        &["seller.lifecycle.create-digital-needs-no-address"],
        || {
            set(
                "/fulfillment_details",
                json!({ "address": { "country": "US" } }),
            )
        },
    ),
    Row::new(
        "seller-never-ready",
        "never becomes ready for payment",
        &["seller.lifecycle.create-becomes-payable"],
        || set("/status", json!("not_ready_for_payment")),
    ),
    Row::new(
        "seller-completed-from-the-start",
        "shows a new session as completed",
        &["seller.lifecycle.create-without-address-is-not-payable"],
        || after(Op::Create, |session| session["status"] = json!("completed")),
    ),
];

const HEADERS: &[Row] = &[
    Row::new(
        "seller-says-text",
        "says text/plain for JSON",
        &["seller.lifecycle.content-type-*"],
        || header("content-type", "text/plain"),
    ),
    Row::new(
        "seller-no-request-id",
        "answers another Request-Id",
        &["seller.lifecycle.request-id-*"],
        || header("request-id", "another"),
    ),
    Row::new(
        "seller-no-key-echo",
        "answers another Idempotency-Key",
        &["seller.lifecycle.idempotency-key-*"],
        || header("idempotency-key", "another"),
    ),
    Row::new(
        "seller-cached-for-all",
        "lets shared caches keep sessions",
        &["seller.leaks.no-shared-caching"],
        || header("cache-control", "public, max-age=60"),
    ),
    Row::new(
        "seller-server-version",
        "names the server's software and version",
        &["seller.leaks.no-server-version"],
        || header("server", "Apache/2.4.1"),
    )
    .warned(),
    Row::new(
        "seller-cookies",
        "sets cookies",
        &["seller.leaks.no-cookies"],
        || header("set-cookie", "sid=1"),
    )
    .warned(),
];

const UPDATES: &[Row] = &[
    Row::new(
        "seller-update-does-nothing",
        "answers update and does nothing",
        &[
            "seller.lifecycle.update-applies-*",
            "seller.lifecycle.update-replaces-address",
            "seller.lifecycle.update-brings-options",
            "seller.lifecycle.update-raises-quantity",
            "seller.lifecycle.update-lowers-quantity",
            "seller.lifecycle.update-adds-item",
            "seller.lifecycle.update-removes-item",
            "seller.lifecycle.update-swaps-item",
            "seller.lifecycle.update-twice-is-once",
            "seller.lifecycle.update-all-at-once",
            "seller.lifecycle.update-option-survives-*",
            "seller.lifecycle.update-with-unknown-item",
            "seller.lifecycle.update-null-clears-buyer",
            "seller.lifecycle.update-null-clears-address",
            "seller.lifecycle.option-unknown-is-not-selected",
            "seller.lifecycle.missing-address-can-be-mended",
            "seller.lifecycle.sold-out-added-later",
            "seller.lifecycle.sold-out-can-be-mended",
            "seller.arithmetic.quantity-scales-the-line",
        ],
        || ignored(Op::Update),
    ),
    Row::new(
        "seller-every-update-changes-more",
        "changes more on update than was asked for",
        &[
            "seller.lifecycle.update-of-*",
            "seller.lifecycle.update-null-clears-only-what-it-names",
        ],
        || {
            struct Counter(u64);
            impl Bend for Counter {
                fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
                    if Op::of(asked) == Op::Update {
                        self.0 += 1;
                        let count = self.0;
                        answered.edit(|session| {
                            put(session, "/line_items/0/quantity", json!(count + 10));
                            let city = json!(format!("City {count}"));
                            put(session, "/fulfillment_details/address/city", city);
                        });
                    }
                }
            }
            Box::new(Counter(0))
        },
    ),
    Row::new(
        "seller-null-is-absent",
        "treats null in an update as absent",
        &[
            "seller.lifecycle.update-null-clears-buyer",
            "seller.lifecycle.update-null-clears-address",
            "seller.lifecycle.update-null-clears-option",
        ],
        || {
            requests(|asked| {
                if Op::of(asked) == Op::Update {
                    asked.edit(|json| {
                        json.as_object_mut()
                            .unwrap()
                            .retain(|_, value| !value.is_null());
                    });
                }
                None
            })
        },
    ),
    Row::new(
        "seller-update-reselects",
        "stays not ready after an update",
        &["seller.lifecycle.option-unknown-can-be-mended"],
        || {
            after(Op::Update, |session| {
                session["status"] = json!("not_ready_for_payment");
            })
        },
    ),
    Row::new(
        "seller-unknown-item-is-sold",
        "sells another item in place of an unknown one",
        &["seller.lifecycle.create-with-unknown-item"],
        || {
            requests(|asked| {
                if Op::of(asked) == Op::Create {
                    asked.edit(|json| {
                        json["line_items"] = json!([{ "id": "mug" }]);
                    });
                }
                None
            })
        },
    ),
    Row::new(
        "seller-recoverable-for-ever",
        "repeats a recoverable error after it was mended",
        &["seller.lifecycle.recoverable-option-can-be-mended"],
        || {
            recalled(Op::Update, |mut session, _| {
                session["messages"] = json!([{
                    "type": "error", "code": "invalid", "resolution": "recoverable",
                    "param": "$.selected_fulfillment_options", "content_type": "plain", "content": "x",
                }]);
                Answered::new(200, &session)
            })
        },
    ),
    Row::new(
        "seller-any-email",
        "takes any text for an e-mail address",
        &["seller.lifecycle.invalid-email"],
        || good_email(false),
    ),
    Row::new(
        "seller-email-for-ever",
        "complains of the e-mail address after it was mended",
        &["seller.lifecycle.invalid-email-can-be-mended"],
        || good_email(true),
    ),
    Row::new(
        "seller-price-from-the-request",
        "takes the price from the request",
        &["seller.arithmetic.seller-price-counts"],
        || {
            answers(|asked, answered| {
                let json = asked.json().unwrap_or_default();
                if json.pointer("/line_items/0/unit_amount").is_some() {
                    answered.edit(|session| {
                        super::seller_bends::rows(session, "total", &|row| {
                            row["amount"] = json!(1);
                        });
                    });
                }
            })
        },
    ),
];

/// Takes any e-mail; on request it complains for ever.
fn good_email(complains: bool) -> Box<dyn Bend> {
    struct Email(bool);
    impl Bend for Email {
        fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
            asked.edit(|json| {
                if json.pointer("/buyer/email").is_some() {
                    put(json, "/buyer/email", json!("fine@example.com"));
                }
            });
            None
        }
        fn answer(&mut self, _: &Asked, answered: &mut Answered) {
            if self.0 {
                answered.edit(|json| {
                    json["messages"] = json!([{
                        "type": "error", "code": "invalid", "param": "$.buyer.email",
                        "content_type": "plain", "content": "x",
                    }]);
                });
            }
        }
    }
    Box::new(Email(complains))
}
