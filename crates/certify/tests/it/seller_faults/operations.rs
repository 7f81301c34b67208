//! Faults of single operations: statuses, headers, updates that do not take, versions.

use serde_json::json;

use super::{
    Fault,
    bends::{Op, after, answers, header, ignored, put, recalled, refuse, requests, set, status},
};
use crate::proxy::{Answered, Asked, Bend};

pub(super) fn faults() -> Vec<Fault> {
    [STATUSES, HEADERS, UPDATES].concat()
}

const STATUSES: &[Fault] = &[
    Fault::new("create-200", &["lifecycle.create-status"], || {
        status(Op::Create, 201, 200)
    }),
    Fault::new("update-202", &["lifecycle.update-status"], || {
        status(Op::Update, 200, 202)
    }),
    Fault::new("retrieve-203", &["lifecycle.retrieve-status"], || {
        status(Op::Retrieve, 200, 203)
    }),
    Fault::new("complete-202", &["lifecycle.complete-status"], || {
        status(Op::Complete, 200, 202)
    }),
    Fault::new(
        "cancel-202",
        &[
            "lifecycle.cancel-status",
            "lifecycle.cancel-without-body",
            "lifecycle.cancel-with-empty-object",
            "lifecycle.cancel-not-ready",
            "lifecycle.declined-can-be-canceled",
            "escalation.3ds-can-be-canceled",
        ],
        || status(Op::Cancel, 200, 202),
    ),
    Fault::new(
        "canceled-409",
        &["lifecycle.cancel-canceled", "lifecycle.cancel-completed"],
        || status(Op::Cancel, 405, 409),
    ),
    Fault::new("unknown-400", &["lifecycle.retrieve-unknown-id"], || {
        status(Op::Retrieve, 404, 400)
    }),
    Fault::new(
        "unknown-200",
        &[
            "lifecycle.update-unknown-id",
            "lifecycle.complete-unknown-id",
            "lifecycle.cancel-unknown-id",
            "lifecycle.create-under-unknown-id",
            "lifecycle.shape-on-unknown-session",
        ],
        || {
            answers(|_, answered| {
                if answered.status == 404 {
                    answered.status = 200;
                }
            })
        },
    ),
    Fault::new(
        "errors-without-code",
        &["lifecycle.shape-on-cancel-of-canceled"],
        || {
            answers(|_, answered| {
                if answered.status == 405 {
                    *answered = Answered::new(405, &json!({ "error": "no" }));
                }
            })
        },
    ),
    Fault::new(
        "cancel-forgets",
        &["lifecycle.cancel-says-canceled"],
        || ignored(Op::Cancel),
    ),
    Fault::new(
        "cancel-cancels-all",
        &["lifecycle.cancel-cancels-no-other"],
        || {
            after(Op::Retrieve, |session| {
                session["status"] = json!("canceled");
            })
        },
    ),
    Fault::new(
        "address-demanded",
        &["lifecycle.create-without-buyer-or-address"],
        || {
            refuse(Op::Create, |asked| {
                asked
                    .json()
                    .is_some_and(|json| json.get("fulfillment_details").is_none())
            })
        },
    ),
    Fault::new(
        "digital-needs-address",
        &["lifecycle.create-digital-needs-no-address"],
        || {
            set(
                "/fulfillment_details",
                json!({ "address": { "country": "US" } }),
            )
        },
    ),
    Fault::new("never-ready", &["lifecycle.create-becomes-payable"], || {
        set("/status", json!("not_ready_for_payment"))
    }),
    Fault::new(
        "completed-from-the-start",
        &["lifecycle.create-without-address-is-not-payable"],
        || after(Op::Create, |session| session["status"] = json!("completed")),
    ),
];

const HEADERS: &[Fault] = &[
    Fault::new("says-text", &["lifecycle.content-type-*"], || {
        header("content-type", "text/plain")
    }),
    Fault::new("no-request-id", &["lifecycle.request-id-*"], || {
        header("request-id", "another")
    }),
    Fault::new("no-key-echo", &["lifecycle.idempotency-key-*"], || {
        header("idempotency-key", "another")
    }),
    Fault::new("cached-for-all", &["leaks.no-shared-caching"], || {
        header("cache-control", "public, max-age=60")
    }),
    Fault::new("server-version", &["leaks.no-server-version"], || {
        header("server", "Apache/2.4.1")
    }),
    Fault::new("cookies", &["leaks.no-cookies"], || {
        header("set-cookie", "sid=1")
    }),
];

const UPDATES: &[Fault] = &[
    Fault::new(
        "update-does-nothing",
        &[
            "lifecycle.update-applies-*",
            "lifecycle.update-replaces-address",
            "lifecycle.update-brings-options",
            "lifecycle.update-raises-quantity",
            "lifecycle.update-lowers-quantity",
            "lifecycle.update-adds-item",
            "lifecycle.update-removes-item",
            "lifecycle.update-swaps-item",
            "lifecycle.update-twice-is-once",
            "lifecycle.update-all-at-once",
            "lifecycle.update-option-survives-*",
            "lifecycle.update-with-unknown-item",
            "lifecycle.update-null-clears-buyer",
            "lifecycle.update-null-clears-address",
            "lifecycle.option-unknown-is-not-selected",
            "lifecycle.missing-address-can-be-mended",
            "lifecycle.sold-out-added-later",
            "lifecycle.sold-out-can-be-mended",
            "arithmetic.quantity-scales-the-line",
        ],
        || ignored(Op::Update),
    ),
    Fault::new(
        "every-update-changes-more",
        &[
            "lifecycle.update-of-*",
            "lifecycle.update-null-clears-only-what-it-names",
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
    Fault::new(
        "null-is-absent",
        &[
            "lifecycle.update-null-clears-buyer",
            "lifecycle.update-null-clears-address",
            "lifecycle.update-null-clears-option",
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
    Fault::new(
        "update-reselects",
        &["lifecycle.option-unknown-can-be-mended"],
        || {
            after(Op::Update, |session| {
                session["status"] = json!("not_ready_for_payment");
            })
        },
    ),
    Fault::new(
        "unknown-item-is-sold",
        &["lifecycle.create-with-unknown-item"],
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
    Fault::new(
        "recoverable-for-ever",
        &["lifecycle.recoverable-option-can-be-mended"],
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
    Fault::new("any-email", &["lifecycle.invalid-email"], || {
        good_email(false)
    }),
    Fault::new(
        "email-for-ever",
        &["lifecycle.invalid-email-can-be-mended"],
        || good_email(true),
    ),
    Fault::new(
        "price-from-the-request",
        &["arithmetic.seller-price-counts"],
        || {
            answers(|asked, answered| {
                let json = asked.json().unwrap_or_default();
                if json.pointer("/line_items/0/unit_amount").is_some() {
                    answered.edit(|session| {
                        super::bends::rows(session, "total", &|row| row["amount"] = json!(1));
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
