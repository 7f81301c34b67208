//! Faults in amounts, quantities and lines.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    seller_bends::{Op, add, after, rows, sessions, set, when},
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[AMOUNTS, LINES])
}

pub(super) fn each_line(edit: impl Fn(&mut Value) + Send + 'static) -> impl Fn(&mut Value) + Send {
    move |session| {
        if let Some(lines) = session["line_items"].as_array_mut() {
            lines.iter_mut().for_each(&edit);
        }
    }
}

const AMOUNTS: &[Row] = &[
    Row::new(
        "seller-total-off-by-one",
        "adds one to every total",
        &["seller.arithmetic.total-adds-up-*"],
        || add("total", 1),
    ),
    Row::new(
        "seller-base-off-by-one",
        "adds one to the session's base amount",
        &["seller.arithmetic.base-is-lines-*"],
        || add("items_base_amount", 1),
    ),
    Row::new(
        "seller-fulfillment-off-by-one",
        "adds one to the price of sending",
        &["seller.arithmetic.fulfillment-is-selected-*"],
        || add("fulfillment", 1),
    ),
    Row::new(
        "seller-subtotal-off-by-one",
        "adds one to the subtotal",
        &["seller.arithmetic.subtotal-adds-up-*"],
        || add("subtotal", 1),
    ),
    Row::new(
        "seller-tax-below-lines",
        "shows less tax than its lines have",
        &["seller.arithmetic.tax-is-lines-*"],
        || add("tax", -1),
    ),
    Row::new(
        "seller-decimal-amounts",
        "writes the total as a decimal text",
        &[
            "seller.arithmetic.amounts-are-integers-on-create",
            "seller.arithmetic.amounts-are-integers-on-update-of-lines",
            "seller.arithmetic.amounts-are-integers-on-retrieve",
            "seller.arithmetic.amounts-are-integers-on-cancel",
        ],
        || {
            sessions(|session| {
                rows(session, "total", &|row| row["amount"] = json!("19.99"));
            })
        },
    ),
    Row::new(
        "seller-decimal-amounts-in-the-end",
        "writes the total of a completed session as a fraction",
        &["seller.arithmetic.amounts-are-integers-on-complete"],
        || {
            when("completed", |session| {
                rows(session, "total", &|row| row["amount"] = json!(19.99));
            })
        },
    ),
    Row::new(
        "seller-discount-without-lines",
        "shows a discount of items that no line has",
        &["seller.arithmetic.items-discount-is-lines-*"],
        || {
            sessions(|session| {
                let row = json!({ "type": "items_discount", "display_text": "Off", "amount": 5 });
                session["totals"].as_array_mut().unwrap().push(row);
            })
        },
    ),
    Row::new(
        "seller-total-twice",
        "shows two totals",
        &["seller.arithmetic.one-row-of-each-sum-*"],
        || {
            sessions(|session| {
                let row = json!({ "type": "total", "display_text": "Total", "amount": 1 });
                session["totals"].as_array_mut().unwrap().push(row);
            })
        },
    ),
    Row::new(
        "seller-no-total",
        "leaves out the total",
        &[
            "seller.arithmetic.total-row-on-create-with-address",
            "seller.arithmetic.total-row-on-create-of-several",
            "seller.arithmetic.total-row-on-update-of-option",
            "seller.arithmetic.total-row-on-update-of-address",
            "seller.arithmetic.total-row-on-retrieve",
        ],
        || sessions(no_total),
    )
    .warned(),
    Row::new(
        "seller-no-total-in-the-end",
        "leaves out the total of a completed session",
        &["seller.arithmetic.total-row-on-complete"],
        || when("completed", no_total),
    )
    .warned(),
    Row::new(
        "seller-negative-discount",
        "shows a discount as a negative amount",
        &["seller.arithmetic.nothing-negative-*"],
        || {
            sessions(|session| {
                let row = json!({ "type": "discount", "display_text": "Off", "amount": -5 });
                session["totals"].as_array_mut().unwrap().push(row);
            })
        },
    ),
    Row::new(
        "seller-breakdown-does-not-add-up",
        "breaks the tax down into parts that are not its sum",
        &["seller.arithmetic.tax-breakdown-adds-up-*"],
        || {
            sessions(|session| {
                rows(session, "tax", &|row| {
                    let part = json!({ "jurisdiction": "CA", "rate": 0.1, "amount": 1 });
                    row["breakdown"] = json!([part]);
                });
            })
        },
    ),
    Row::new(
        "seller-gift-wrap-hidden",
        "charges for gift wrap without a row for it",
        &["seller.arithmetic.gift-wrap-row-*"],
        || set("/gift_wrap", json!({ "enabled": true, "charge": 300 })),
    ),
    Row::new(
        "seller-read-costs-more",
        "shows a higher total on retrieve",
        &[
            "seller.arithmetic.read-costs-what-create-said",
            "seller.arithmetic.read-costs-what-update-said",
        ],
        || after(Op::Retrieve, |session| rows(session, "total", &more)),
    ),
    Row::new(
        "seller-update-costs-more",
        "shows a higher total after each update",
        &[
            "seller.arithmetic.updated-lines-cost-as-created",
            "seller.arithmetic.updated-address-costs-as-created",
            "seller.arithmetic.address-added-later-costs-as-created",
            "seller.arithmetic.option-there-and-back",
            "seller.arithmetic.option-changes-total-by-its-cost",
            "seller.arithmetic.harmless-update-keeps-the-price",
        ],
        || after(Op::Update, |session| rows(session, "total", &more)),
    ),
    Row::new(
        "seller-completing-costs-more",
        "shows a higher total on complete",
        &["seller.arithmetic.order-costs-what-was-shown"],
        || after(Op::Complete, |session| rows(session, "total", &more)),
    ),
    Row::new(
        "seller-every-buyer-another-price",
        "makes the total depend on the session's id",
        &["seller.arithmetic.two-buyers-pay-the-same"],
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
    Row::new(
        "seller-order-total-differs",
        "shows another total in the order than in the session",
        &["seller.arithmetic.order-total-is-charge"],
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

const LINES: &[Row] = &[
    Row::new(
        "seller-line-total-off",
        "shows a line total that is not the sum of its rows",
        &["seller.arithmetic.line-total-adds-up-*"],
        || {
            sessions(each_line(|line| {
                rows(line, "total", &|row| row["amount"] = json!(1));
            }))
        },
    ),
    Row::new(
        "seller-unit-price-off",
        "shows a unit price that does not make up the line",
        &["seller.arithmetic.line-base-is-price-times-quantity-*"],
        || sessions(each_line(|line| line["unit_amount"] = json!(1))),
    ),
    Row::new(
        "seller-exempt-and-taxed",
        "taxes lines that it calls tax-exempt",
        &["seller.arithmetic.tax-exempt-line-*"],
        || sessions(each_line(|line| line["tax_exempt"] = json!(true))),
    ),
    Row::new(
        "seller-quantity-is-one",
        "makes every quantity one",
        &[
            "seller.arithmetic.quantity-of-requested-lines",
            "seller.arithmetic.repeated-ids-add-up",
            "seller.lifecycle.update-raises-quantity",
            "seller.lifecycle.update-twice-is-once",
        ],
        || sessions(each_line(|line| line["quantity"] = json!(1))),
    ),
    Row::new(
        "seller-uninvited-item",
        "adds an item that nobody asked for",
        &[
            "seller.lifecycle.create-lines-follow-request",
            "seller.lifecycle.update-swaps-item",
            "seller.lifecycle.update-removes-item",
            "seller.lifecycle.update-adds-item",
            "seller.lifecycle.update-lowers-quantity",
            "seller.lifecycle.update-all-at-once",
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
    Row::new(
        "seller-lines-share-an-id",
        "gives two lines one id",
        &["seller.lifecycle.line-ids-are-unique-*"],
        || {
            sessions(|session| {
                let lines = session["line_items"].as_array_mut().unwrap();
                let again = lines[0].clone();
                lines.push(again);
            })
        },
    ),
    Row::new(
        "seller-line-ids-change",
        "renames lines on update",
        &["seller.lifecycle.update-keeps-line-ids"],
        || {
            after(
                Op::Update,
                each_line(|line| {
                    line["id"] = json!(format!("{}_new", line["id"].as_str().unwrap()));
                }),
            )
        },
    ),
    Row::new(
        "seller-line-of-nobody",
        "names a parent line that does not exist",
        &["seller.lifecycle.parent-lines-exist-*"],
        || sessions(each_line(|line| line["parent_id"] = json!("li_of_nobody"))),
    ),
    Row::new(
        "seller-volume-price-from-nowhere",
        "keeps the base amount of a line whose quantity changes",
        &["seller.arithmetic.quantity-scales-the-line"],
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
