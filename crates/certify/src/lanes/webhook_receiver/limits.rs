//! Large events, long headers, floods.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    super::{documents::with, webhook_signature::HEADER},
    Sender,
    cases::full_event,
    check,
    event::{event, minimal},
};
use crate::{Check, Outcome, Request, Stop, Topic, WireError};

/// Sizes of events, in bytes.
const SIZES: &[(&str, usize)] = &[
    ("body-64-kib", 64 << 10),
    ("body-1-mib", 1 << 20),
    ("body-4-mib", 4 << 20),
];

/// Makes a request strange, not wrong.
type Strange = fn(Request) -> Request;

const STRANGE: &[(&str, &str, Strange)] = &[
    (
        "request-id-long",
        "a Request-Id of four thousand characters",
        |request| request.with("Request-Id", "r".repeat(4_000)),
    ),
    (
        "request-id-marks",
        "a Request-Id with quotes and markup",
        |request| request.with("Request-Id", "\"><script>alert(1)</script>\\"),
    ),
    ("request-id-empty", "an empty Request-Id", |request| {
        request.with("Request-Id", "")
    }),
    ("headers-many", "fifty headers nobody knows", |request| {
        (0..50).fold(request, |request, number| {
            request.header(&format!("X-Other-{number}"), "value")
        })
    }),
    (
        "signature-long",
        "a signature of six thousand characters",
        |request| request.with(HEADER, format!("t=1,v1={}", "a".repeat(6_000))),
    ),
    ("timestamp-word", "a Timestamp that is no time", |request| {
        request.with("Timestamp", "yesterday")
    }),
];

pub(super) fn checks() -> Vec<Check> {
    let sizes = SIZES.iter().map(|&(name, size)| {
        let title = format!(
            "an event of {} KiB is taken or refused in order",
            size >> 10
        );
        check(Topic::Limits, name, &title, move |case| async move {
            let sender = Sender::of(&case)?;
            let order = minimal(case.version(), &sender.session_id()?);
            let order = with(order, "/note", json!("x".repeat(size)));
            refused_in_order(&sender, sender.event(&event("order_update", order))?).await
        })
        .proves(&["webhooks.response.error-body"])
        .advice("bound the body, and answer 413 or 400 with an error body above the bound")
    });
    let strange = STRANGE.iter().map(|&(name, what, change)| {
        let title = format!("{what} does not break the receiver");
        check(Topic::Limits, name, &title, move |case| async move {
            let sender = Sender::of(&case)?;
            let good = full_event(case.version(), &sender.session_id()?);
            refused_in_order(&sender, change(sender.event(&good)?)).await
        })
        .advice("bound what you read, and answer 4xx above the bound")
    });
    let mut checks: Vec<_> = sizes.chain(strange).collect();
    checks.extend([nested(), numbers(), flood()]);
    checks
}

/// Success, a refusal, or a connection that the receiver closed because of the size.
async fn refused_in_order(sender: &Sender, request: Request) -> Outcome {
    match sender.try_send(&request).await {
        Ok(answer) => {
            sender.must_not_break(&answer)?;
            if answer.is_success() || answer.status == 431 || answer.status == 413 {
                return Ok(());
            }
            sender.error_body(&answer)
        }
        // A server may close while a body that is too long is still being sent.
        Err((WireError::Broken(_), _)) => Ok(()),
        Err((error, _)) => Err(Stop::NotTested(error.to_string())),
    }
}

fn nested() -> Check {
    check(
        Topic::Limits,
        "body-nested",
        "an event nested ten thousand deep does not break the receiver",
        |case| async move {
            let sender = Sender::of(&case)?;
            let good = event(
                "order_update",
                minimal(case.version(), &sender.session_id()?),
            );
            let deep = format!("{{\"a\":{}{},", "[".repeat(10_000), "]".repeat(10_000));
            let body = good.to_string().replacen('{', &deep, 1);
            refused_in_order(&sender, sender.signed(body)?).await
        },
    )
    .advice("bound the depth of JSON that you read")
}

/// Numbers at and beyond the edges of 64 bits, where events have numbers.
fn numbers() -> Check {
    check(
        Topic::Limits,
        "numbers-at-the-edge",
        "quantities and amounts at the edge of 64 bits do not break the receiver",
        |case| async move {
            let sender = Sender::of(&case)?;
            let good = full_event(case.version(), &sender.session_id()?).to_string();
            for number in [
                "9223372036854775807",
                "-9223372036854775808",
                "1e400",
                "18446744073709551616",
                "0.5",
                "-1",
            ] {
                for place in ["\"amount\":", "\"ordered\":", "\"subtotal\":"] {
                    let body = replaced(&good, place, number);
                    let answer = sender.send(sender.signed(body)?).await?;
                    sender.must_not_break(&answer)?;
                }
            }
            Ok(())
        },
    )
    .advice("read numbers with checks, and never compute on them unchecked")
}

/// Every number behind `place` replaced.
fn replaced(text: &str, place: &str, number: &str) -> String {
    let mut parts = text.split(place);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|char: char| char.is_ascii_digit() || char == '-');
        out.push_str(place);
        out.push_str(number);
        out.push_str(rest);
    }
    out
}

/// A receiver that throttles says so in the protocol's words.
fn flood() -> Check {
    check(
        Topic::Limits,
        "flood",
        "a receiver that throttles answers 429 with an error body",
        |case| async move {
            let sender = Sender::of(&case)?;
            let good = full_event(case.version(), &sender.session_id()?);
            let mut throttled = None;
            for _ in 0..8 {
                let mut requests = Vec::new();
                for _ in 0..25 {
                    requests.push(sender.event(&good)?);
                }
                let sent = requests.into_iter().map(|request| sender.send(request));
                for answer in join_all(sent).await {
                    let answer = answer?;
                    sender.must_not_break(&answer)?;
                    if answer.is_success() {
                        continue;
                    }
                    case.status(&answer, &[429])?;
                    throttled = Some(answer);
                }
                if throttled.is_some() {
                    break;
                }
            }
            match throttled {
                Some(answer) => sender.error_body(&answer),
                None => Err(Stop::NotApplicable(
                    "not offered: the receiver did not throttle 200 events".to_owned(),
                )),
            }
        },
    )
    .alone()
    .proves(&[
        "webhooks.response.rate-limit-429",
        "webhooks.response.error-body",
    ])
    .proves_shapes(&["webhook#Error"])
    .advice("answer 429 with type, code and message, and Retry-After")
}

/// Values of every JSON type that stand in for a right one.
pub(super) fn strangers() -> [Value; 6] {
    [
        Value::Null,
        json!(true),
        json!(-1),
        json!("\u{0000}\u{202e}x"),
        json!([]),
        json!({}),
    ]
}
