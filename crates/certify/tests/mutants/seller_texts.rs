//! Faults in texts, and what no session may say.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    seller_amounts::each_line,
    seller_bends::{Op, after, answers, rows, sessions, set, when},
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[TEXTS, LEAKS])
}

const TEXTS: &[Row] = &[
    Row::new(
        "seller-one-language",
        "says that it follows the locale, and writes every text in one language",
        &["seller.lifecycle.locale-is-followed"],
        || {
            answers(|asked, answered| {
                let sent = asked.json().unwrap_or_default();
                if sent["locale"].is_string() {
                    answered.edit(|session| session["locale"] = sent["locale"].clone());
                }
            })
        },
    )
    .warned(),
    Row::new(
        "seller-relative-links",
        "shows relative links",
        &["seller.lifecycle.links-are-absolute-*"],
        || {
            set(
                "/links",
                json!([{ "type": "terms_of_use", "url": "/terms" }]),
            )
        },
    ),
    Row::new(
        "seller-links-vanish",
        "leaves out the links after update",
        &["seller.lifecycle.links-stay"],
        || after(Op::Update, |session| session["links"] = json!([])),
    ),
    Row::new(
        "seller-rows-without-texts",
        "shows totals without a text",
        &["seller.lifecycle.rows-have-texts-*"],
        || sessions(|session| rows(session, "total", &|row| row["display_text"] = json!(" "))),
    ),
    Row::new(
        "seller-html-in-markdown",
        "puts HTML into Markdown",
        &["seller.lifecycle.markdown-has-no-html-*"],
        || markdown("Only <b>today</b>"),
    ),
    Row::new(
        "seller-tables-in-markdown",
        "puts tables into Markdown",
        &["seller.lifecycle.markdown-is-commonmark-*"],
        || markdown("| a | b |\n|---|---|\n| 1 | 2 |"),
    ),
    Row::new(
        "seller-param-is-no-path",
        "writes the param of a message as a dotted path",
        &["seller.lifecycle.message-param-is-a-path-*"],
        || {
            message(json!({
                "type": "info", "param": "line_items.0", "content_type": "plain", "content": "x",
            }))
        },
    )
    .warned(),
    Row::new(
        "seller-error-on-ready-session",
        "is ready although a message says error",
        &["seller.lifecycle.ready-has-no-errors-left"],
        || {
            message(json!({
                "type": "error", "code": "invalid", "content_type": "plain", "content": "x",
            }))
        },
    ),
    Row::new(
        "seller-warnings-block",
        "is not ready because of a warning",
        &["seller.lifecycle.warnings-do-not-block"],
        || {
            sessions(|session| {
                session["status"] = json!("not_ready_for_payment");
                session["messages"] = json!([{
                    "type": "warning", "code": "low_stock", "content_type": "plain", "content": "x",
                }]);
            })
        },
    ),
];

fn message(message: Value) -> Box<dyn super::proxy::Bend> {
    sessions(move |session| {
        session["messages"]
            .as_array_mut()
            .unwrap()
            .push(message.clone());
    })
}

fn markdown(content: &'static str) -> Box<dyn super::proxy::Bend> {
    message(json!({ "type": "info", "content_type": "markdown", "content": content }))
}

const LEAKS: &[Row] = &[
    Row::new(
        "seller-nulls",
        "writes absent members as null",
        &["seller.leaks.no-nulls-*"],
        || set("/quote_id", Value::Null),
    ),
    Row::new(
        "seller-stock-figures",
        "shows how many it has in stock",
        &["seller.leaks.no-stock-or-margins-*"],
        || sessions(each_line(|line| line["stock_count"] = json!(17))),
    ),
    Row::new(
        "seller-traces",
        "shows a panic in the session",
        &["seller.leaks.no-innards-*"],
        || {
            set(
                "/metadata",
                json!({ "error": "thread 'main' panicked at src/cart.rs:7" }),
            )
        },
    ),
    Row::new(
        "seller-keys",
        "shows a secret key in the session",
        &["seller.leaks.no-keys-*"],
        || set("/metadata", json!({ "psp": "sk_live_0123456789" })),
    ),
    Row::new(
        "seller-cards",
        "shows a card number in the session",
        &["seller.leaks.no-card-data-*"],
        || set("/metadata", json!({ "paid_with": "4242 4242 4242 4242" })),
    ),
    Row::new(
        "seller-earlier-buyer",
        "shows another buyer's e-mail in a new session",
        &["seller.leaks.fresh-session-is-empty"],
        || {
            after(Op::Create, |session| {
                session["buyer"] = json!({ "email": "other@example.com" });
            })
        },
    ),
    Row::new(
        "seller-canceled-loses-its-lines",
        "empties the lines of a canceled session",
        &["seller.lifecycle.cancel-keeps-the-cart"],
        || when("canceled", |session| session["line_items"] = json!([])),
    ),
];
