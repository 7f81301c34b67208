//! Rightly signed bodies that are no events.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{
    super::documents::{with, without},
    Sender, check,
    event::{event, minimal},
};
use crate::{Check, Topic};

/// How a body is broken; from a good event as text.
type Broken = fn(&str) -> Vec<u8>;

const NO_JSON: &[(&str, &str, Broken)] = &[
    ("empty", "an empty body", |_| Vec::new()),
    ("blank", "a body of blanks", |_| b"  \n".to_vec()),
    ("brace", "a lone brace", |_| b"{".to_vec()),
    ("cut", "an event cut in the middle", |good| {
        good.as_bytes()
            .get(..good.len() / 2)
            .unwrap_or_default()
            .to_vec()
    }),
    ("trailing-text", "an event with text behind it", |good| {
        format!("{good} and more").into_bytes()
    }),
    ("two-events", "two events in one body", |good| {
        format!("{good}{good}").into_bytes()
    }),
    ("trailing-comma", "an event with a comma too many", |good| {
        good.replacen('{', "{\"a\":1,,", 1).into_bytes()
    }),
    ("single-quotes", "an event in single quotes", |good| {
        good.replace('"', "'").into_bytes()
    }),
    ("comment", "an event with a comment", |good| {
        format!("/* event */{good}").into_bytes()
    }),
    ("nan", "an event with NaN", |good| {
        good.replacen('{', "{\"a\":NaN,", 1).into_bytes()
    }),
    ("no-utf8", "an event that is not UTF-8", |good| {
        let mut bytes = good.replacen("order_update", "order_u", 1).into_bytes();
        if let Some(byte) = bytes.get_mut(10) {
            *byte = 0xff;
        }
        bytes
    }),
    ("xml", "XML", |_| {
        b"<event><type>order_update</type></event>".to_vec()
    }),
    ("form", "form data", |_| {
        b"type=order_update&data=1".to_vec()
    }),
    ("null", "null", |_| b"null".to_vec()),
    ("array", "a list of events", |good| {
        format!("[{good}]").into_bytes()
    }),
    ("text", "a text", |_| b"\"order_update\"".to_vec()),
    ("number", "a number", |_| b"17".to_vec()),
];

/// Changes a good event into one that lacks what an event must have.
type Change = fn(Value) -> Value;

/// No event by any reading.
const NO_EVENT: &[(&str, &str, Change)] = &[
    ("no-type", "an event without type", |event| {
        without(event, "/type")
    }),
    ("no-data", "an event without data", |event| {
        without(event, "/data")
    }),
    ("type-number", "an event whose type is a number", |event| {
        with(event, "/type", json!(7))
    }),
    ("type-null", "an event whose type is null", |event| {
        with(event, "/type", Value::Null)
    }),
    ("data-null", "an event whose data is null", |event| {
        with(event, "/data", Value::Null)
    }),
    ("data-text", "an event whose data is a text", |event| {
        with(event, "/data", json!("order"))
    }),
    ("data-array", "an event whose data is a list", |event| {
        with(event, "/data", json!([]))
    }),
    ("empty-object", "an empty object", |_| json!({})),
];

/// No event by the schema; a lenient receiver may still make something of it.
const FAULTY: &[(&str, &str, Change)] = &[
    ("data-empty", "an event whose data is empty", |event| {
        with(event, "/data", json!({}))
    }),
    ("no-data-type", "an order without type", |event| {
        without(event, "/data/type")
    }),
    ("other-data-type", "data of another type", |event| {
        with(event, "/data/type", json!("invoice"))
    }),
    (
        "no-session",
        "an order without checkout_session_id",
        |event| without(event, "/data/checkout_session_id"),
    ),
    (
        "session-number",
        "an order whose checkout_session_id is a number",
        |event| with(event, "/data/checkout_session_id", json!(7)),
    ),
    ("no-permalink", "an order without permalink_url", |event| {
        without(event, "/data/permalink_url")
    }),
    (
        "permalink-word",
        "an order whose permalink_url is no address",
        |event| with(event, "/data/permalink_url", json!("soon")),
    ),
    ("no-status", "an order without status", |event| {
        without(event, "/data/status")
    }),
    (
        "status-number",
        "an order whose status is a number",
        |event| with(event, "/data/status", json!(3)),
    ),
    (
        "lines-object",
        "an order whose line_items is an object",
        |event| with(event, "/data/line_items", json!({})),
    ),
    ("totals-text", "an order whose totals is a text", |event| {
        with(event, "/data/totals", json!("12.50"))
    }),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for &(name, what, broken) in NO_JSON {
        let title = format!("{what} instead of an event, rightly signed, gets 400");
        checks.push(
            check(Topic::Errors, name, &title, move |case| async move {
                let sender = Sender::of(&case)?;
                let good = event(
                    "order_update",
                    minimal(case.version(), &sender.session_id()?),
                );
                let body = Bytes::from(broken(&good.to_string()));
                let answer = sender.send(sender.signed(body)?).await?;
                case.status(&answer, &[400])?;
                sender.error_body(&answer)
            })
            .proves(&[
                "webhooks.response.bad-payload-400",
                "webhooks.response.error-body",
            ])
            .proves_shapes(&["webhook#Error"])
            .advice("answer 400 with a flat error body when a signed body is no event"),
        );
    }
    for &(name, what, change) in NO_EVENT {
        let title = format!("{what}, rightly signed, gets 400");
        checks.push(
            check(Topic::Errors, name, &title, move |case| async move {
                let sender = Sender::of(&case)?;
                let good = event(
                    "order_update",
                    minimal(case.version(), &sender.session_id()?),
                );
                let answer = sender.send(sender.event(&change(good))?).await?;
                case.status(&answer, &[400])?;
                sender.error_body(&answer)
            })
            .proves(&[
                "webhooks.response.bad-payload-400",
                "webhooks.response.error-body",
            ])
            .proves_shapes(&["webhook#Error"])
            .advice("answer 400 with a flat error body when a signed body is no event"),
        );
    }
    checks.extend(faulty());
    checks.extend(METHODS.iter().map(|method| other_method(method)));
    checks.push(content_type());
    checks
}

/// Orders that lack a required member, or have a wrong type there.
fn faulty() -> Vec<Check> {
    let mut checks = Vec::new();
    for &(name, what, change) in FAULTY {
        let title = format!("{what}, rightly signed, should get 400");
        checks.push(
            check(Topic::Errors, name, &title, move |case| async move {
                let sender = Sender::of(&case)?;
                let good = event(
                    "order_update",
                    minimal(case.version(), &sender.session_id()?),
                );
                let answer = sender.send(sender.event(&change(good))?).await?;
                sender.must_not_break(&answer)?;
                if answer.is_success() {
                    case.should(
                        false,
                        &answer,
                        "an order that lacks a required member should get 400",
                        || format!("{what} is answered {}", answer.status),
                    );
                    return Ok(());
                }
                sender.error_body(&answer)
            })
            .proves(&["webhooks.response.error-body"])
            .proves_shapes(&["webhook#Error"])
            .advice("check the required members of an order before you take the event"),
        );
    }
    checks
}

const METHODS: [&str; 4] = ["GET", "PUT", "PATCH", "DELETE"];

/// Only POST brings events.
fn other_method(method: &'static str) -> Check {
    let name = format!("method-{}", method.to_ascii_lowercase());
    let title = format!("{method} at the receiver's address takes no event");
    check(Topic::Errors, &name, &title, move |case| async move {
        let sender = Sender::of(&case)?;
        let good = event(
            "order_update",
            minimal(case.version(), &sender.session_id()?),
        );
        let mut request = sender.event(&good)?;
        request.method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET);
        let answer = sender.send(request).await?;
        sender.must_not_break(&answer)?;
        case.must(
            answer.pointer("/received") != Some(&Value::Bool(true)),
            &answer,
            "events come by POST alone",
            || case.excerpt(&answer),
        )
    })
    .advice("answer 405 to other methods")
}

fn content_type() -> Check {
    check(
        Topic::Errors,
        "content-type-other",
        "an event that calls itself text/plain does not break the receiver",
        |case| async move {
            let sender = Sender::of(&case)?;
            let good = event(
                "order_update",
                minimal(case.version(), &sender.session_id()?),
            );
            let request = sender.event(&good)?.with("Content-Type", "text/plain");
            let answer = sender.send(request).await?;
            sender.must_not_break(&answer)
        },
    )
    .advice("take it or answer 4xx")
}
