//! Faults in texts, and what no session may say.

use serde_json::{Value, json};

use super::{
    Fault,
    amounts::each_line,
    bends::{Op, after, rows, sessions, set, when},
};

pub(super) fn faults() -> Vec<Fault> {
    [TEXTS, LEAKS].concat()
}

const TEXTS: &[Fault] = &[
    Fault::new(
        "relative-links",
        &["lifecycle.links-are-absolute-*"],
        || {
            set(
                "/links",
                json!([{ "type": "terms_of_use", "url": "/terms" }]),
            )
        },
    ),
    Fault::new("links-vanish", &["lifecycle.links-stay"], || {
        after(Op::Update, |session| session["links"] = json!([]))
    }),
    Fault::new(
        "rows-without-texts",
        &["lifecycle.rows-have-texts-*"],
        || sessions(|session| rows(session, "total", &|row| row["display_text"] = json!(" "))),
    ),
    Fault::new(
        "html-in-markdown",
        &["lifecycle.markdown-has-no-html-*"],
        || markdown("Only <b>today</b>"),
    ),
    Fault::new(
        "tables-in-markdown",
        &["lifecycle.markdown-is-commonmark-*"],
        || markdown("| a | b |\n|---|---|\n| 1 | 2 |"),
    ),
    Fault::new(
        "param-is-no-path",
        &["lifecycle.message-param-is-a-path-*"],
        || {
            message(json!({
                "type": "info", "param": "line_items.0", "content_type": "plain", "content": "x",
            }))
        },
    ),
    Fault::new(
        "error-on-ready-session",
        &["lifecycle.ready-has-no-errors-left"],
        || {
            message(json!({
                "type": "error", "code": "invalid", "content_type": "plain", "content": "x",
            }))
        },
    ),
    Fault::new(
        "warnings-block",
        &["lifecycle.warnings-do-not-block"],
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

fn message(message: Value) -> Box<dyn crate::proxy::Bend> {
    sessions(move |session| {
        session["messages"]
            .as_array_mut()
            .unwrap()
            .push(message.clone());
    })
}

fn markdown(content: &'static str) -> Box<dyn crate::proxy::Bend> {
    message(json!({ "type": "info", "content_type": "markdown", "content": content }))
}

const LEAKS: &[Fault] = &[
    Fault::new("nulls", &["leaks.no-nulls-*"], || {
        set("/quote_id", Value::Null)
    }),
    Fault::new("stock-figures", &["leaks.no-stock-or-margins-*"], || {
        sessions(each_line(|line| line["stock_count"] = json!(17)))
    }),
    Fault::new("traces", &["leaks.no-innards-*"], || {
        set(
            "/metadata",
            json!({ "error": "thread 'main' panicked at src/cart.rs:7" }),
        )
    }),
    Fault::new("keys", &["leaks.no-keys-*"], || {
        set("/metadata", json!({ "psp": "sk_live_0123456789" }))
    }),
    Fault::new("cards", &["leaks.no-card-data-*"], || {
        set("/metadata", json!({ "paid_with": "4242 4242 4242 4242" }))
    }),
    Fault::new("earlier-buyer", &["leaks.fresh-session-is-empty"], || {
        after(Op::Create, |session| {
            session["buyer"] = json!({ "email": "other@example.com" });
        })
    }),
    Fault::new(
        "canceled-loses-its-lines",
        &["lifecycle.cancel-keeps-the-cart"],
        || when("canceled", |session| session["line_items"] = json!([])),
    ),
];
