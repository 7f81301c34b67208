//! Faults in amounts, quantities and lines.

use serde_json::{Value, json};

use super::{
    Fault,
    bends::{Op, add, after, rows, sessions, set, when},
};

pub(super) fn faults() -> Vec<Fault> {
    [AMOUNTS, LINES].concat()
}

pub(super) fn each_line(edit: impl Fn(&mut Value) + Send + 'static) -> impl Fn(&mut Value) + Send {
    move |session| {
        if let Some(lines) = session["line_items"].as_array_mut() {
            lines.iter_mut().for_each(&edit);
        }
    }
}

const AMOUNTS: &[Fault] = &[
    Fault::new("total-off-by-one", &["arithmetic.total-adds-up-*"], || {
        add("total", 1)
    }),
    Fault::new("base-off-by-one", &["arithmetic.base-is-lines-*"], || {
        add("items_base_amount", 1)
    }),
    Fault::new(
        "fulfillment-off-by-one",
        &["arithmetic.fulfillment-is-selected-*"],
        || add("fulfillment", 1),
    ),
    Fault::new(
        "subtotal-off-by-one",
        &["arithmetic.subtotal-adds-up-*"],
        || add("subtotal", 1),
    ),
    Fault::new("tax-below-lines", &["arithmetic.tax-is-lines-*"], || {
        add("tax", -1)
    }),
    Fault::new(
        "decimal-amounts",
        &[
            "arithmetic.amounts-are-integers-on-create",
            "arithmetic.amounts-are-integers-on-update-of-lines",
            "arithmetic.amounts-are-integers-on-retrieve",
            "arithmetic.amounts-are-integers-on-cancel",
        ],
        || {
            sessions(|session| {
                rows(session, "total", &|row| row["amount"] = json!("19.99"));
            })
        },
    ),
    Fault::new(
        "decimal-amounts-in-the-end",
        &["arithmetic.amounts-are-integers-on-complete"],
        || {
            when("completed", |session| {
                rows(session, "total", &|row| row["amount"] = json!(19.99));
            })
        },
    ),
    Fault::new(
        "discount-without-lines",
        &["arithmetic.items-discount-is-lines-*"],
        || {
            sessions(|session| {
                let row = json!({ "type": "items_discount", "display_text": "Off", "amount": 5 });
                session["totals"].as_array_mut().unwrap().push(row);
            })
        },
    ),
    Fault::new("total-twice", &["arithmetic.one-row-of-each-sum-*"], || {
        sessions(|session| {
            let row = json!({ "type": "total", "display_text": "Total", "amount": 1 });
            session["totals"].as_array_mut().unwrap().push(row);
        })
    }),
    Fault::new(
        "no-total",
        &[
            "arithmetic.total-row-on-create-with-address",
            "arithmetic.total-row-on-create-of-several",
            "arithmetic.total-row-on-update-of-option",
            "arithmetic.total-row-on-update-of-address",
            "arithmetic.total-row-on-retrieve",
        ],
        || sessions(no_total),
    ),
    Fault::new(
        "no-total-in-the-end",
        &["arithmetic.total-row-on-complete"],
        || when("completed", no_total),
    ),
    Fault::new(
        "negative-discount",
        &["arithmetic.nothing-negative-*"],
        || {
            sessions(|session| {
                let row = json!({ "type": "discount", "display_text": "Off", "amount": -5 });
                session["totals"].as_array_mut().unwrap().push(row);
            })
        },
    ),
    Fault::new(
        "breakdown-does-not-add-up",
        &["arithmetic.tax-breakdown-adds-up-*"],
        || {
            sessions(|session| {
                rows(session, "tax", &|row| {
                    let part = json!({ "jurisdiction": "CA", "rate": 0.1, "amount": 1 });
                    row["breakdown"] = json!([part]);
                });
            })
        },
    ),
    Fault::new("gift-wrap-hidden", &["arithmetic.gift-wrap-row-*"], || {
        set("/gift_wrap", json!({ "enabled": true, "charge": 300 }))
    }),
    Fault::new(
        "read-costs-more",
        &[
            "arithmetic.read-costs-what-create-said",
            "arithmetic.read-costs-what-update-said",
        ],
        || after(Op::Retrieve, |session| rows(session, "total", &more)),
    ),
    Fault::new(
        "update-costs-more",
        &[
            "arithmetic.updated-lines-cost-as-created",
            "arithmetic.updated-address-costs-as-created",
            "arithmetic.address-added-later-costs-as-created",
            "arithmetic.option-there-and-back",
            "arithmetic.option-changes-total-by-its-cost",
            "arithmetic.harmless-update-keeps-the-price",
        ],
        || after(Op::Update, |session| rows(session, "total", &more)),
    ),
    Fault::new(
        "completing-costs-more",
        &["arithmetic.order-costs-what-was-shown"],
        || after(Op::Complete, |session| rows(session, "total", &more)),
    ),
    Fault::new(
        "every-buyer-another-price",
        &["arithmetic.two-buyers-pay-the-same"],
        || {
            sessions(|session| {
                let id = session["id"]
                    .as_str()
                    .unwrap()
                    .bytes()
                    .map(i64::from)
                    .sum::<i64>();
                let last = session["id"].as_str().unwrap().len();
                let _ = last;
                rows(session, "total", &|row| row["amount"] = json!(id));
            })
        },
    ),
    Fault::new(
        "order-total-differs",
        &["arithmetic.order-total-is-charge"],
        || {
            sessions(|session| {
                if let Some(order) = session.get_mut("order") {
                    let row = json!({ "type": "total", "display_text": "Total", "amount": 1 });
                    order["totals"] = json!([row]);
                }
            })
        },
    ),
];

fn no_total(session: &mut Value) {
    let totals = session["totals"].as_array_mut().unwrap();
    totals.retain(|row| row["type"] != "total");
}

const LINES: &[Fault] = &[
    Fault::new(
        "line-total-off",
        &["arithmetic.line-total-adds-up-*"],
        || {
            sessions(each_line(|line| {
                rows(line, "total", &|row| row["amount"] = json!(1));
            }))
        },
    ),
    Fault::new(
        "unit-price-off",
        &["arithmetic.line-base-is-price-times-quantity-*"],
        || sessions(each_line(|line| line["unit_amount"] = json!(1))),
    ),
    Fault::new(
        "exempt-and-taxed",
        &["arithmetic.tax-exempt-line-*"],
        || sessions(each_line(|line| line["tax_exempt"] = json!(true))),
    ),
    Fault::new(
        "quantity-is-one",
        &[
            "arithmetic.quantity-of-requested-lines",
            "arithmetic.repeated-ids-add-up",
            "lifecycle.update-raises-quantity",
            "lifecycle.update-twice-is-once",
        ],
        || sessions(each_line(|line| line["quantity"] = json!(1))),
    ),
    Fault::new(
        "uninvited-item",
        &[
            "lifecycle.create-lines-follow-request",
            "lifecycle.update-swaps-item",
            "lifecycle.update-removes-item",
            "lifecycle.update-adds-item",
            "lifecycle.update-lowers-quantity",
            "lifecycle.update-all-at-once",
        ],
        || {
            sessions(|session| {
                let lines = session["line_items"].as_array_mut().unwrap();
                let mut line = lines[0].clone();
                line["id"] = json!("li_gift");
                line["item"]["id"] = json!("gift");
                lines.push(line);
            })
        },
    ),
    Fault::new(
        "lines-share-an-id",
        &["lifecycle.line-ids-are-unique-*"],
        || {
            sessions(|session| {
                let lines = session["line_items"].as_array_mut().unwrap();
                let again = lines[0].clone();
                lines.push(again);
            })
        },
    ),
    Fault::new(
        "line-ids-change",
        &["lifecycle.update-keeps-line-ids"],
        || {
            after(
                Op::Update,
                each_line(|line| {
                    line["id"] = json!(format!("{}_new", line["id"].as_str().unwrap()));
                }),
            )
        },
    ),
    Fault::new(
        "line-of-nobody",
        &["lifecycle.parent-lines-exist-*"],
        || sessions(each_line(|line| line["parent_id"] = json!("li_of_nobody"))),
    ),
    Fault::new(
        "volume-price-from-nowhere",
        &["arithmetic.quantity-scales-the-line"],
        || {
            after(
                Op::Update,
                each_line(|line| {
                    rows(line, "items_base_amount", &|row| row["amount"] = json!(3));
                }),
            )
        },
    ),
];

pub(super) fn hundredfold(json: &mut Value) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_i64() {
                    Some(amount) if name == "amount" || name == "unit_amount" => {
                        *value = json!(amount * 100);
                    }
                    _ => hundredfold(value),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(hundredfold),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn more(row: &mut Value) {
    row["amount"] = json!(row["amount"].as_i64().unwrap() + 7);
}
