//! Quantities that are none or too many, many lines, large bodies.

use serde_json::{Value, json};

use super::client::{Carts, row};
use crate::{Check, Outcome, Topic, WireError, lanes::documents::with};

/// Quantities that are none: raw JSON.
const NONSENSE: [(&str, &str); 5] = [
    ("zero", "0"),
    ("negative", "-1"),
    ("fraction", "1.5"),
    ("text", "\"1\""),
    ("list", "[1]"),
];

/// More than anybody has.
const TOO_MANY: [(&str, &str); 3] = [
    ("two-billion", "2147483648"),
    ("past-64-bits", "18446744073709551616"),
    ("astronomic", "1e300"),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = NONSENSE.map(|one| quantity(one, true)).into();
    checks.extend(TOO_MANY.map(|one| quantity(one, false)));
    checks.extend([
        row(
            Topic::Limits,
            "thousand-lines",
            "a thousand lines are taken or refused in good form",
            |carts| async move {
                let line = json!({ "id": carts.seller.item()? });
                sound(&carts, &json!({ "line_items": vec![line; 1000] })).await
            },
        ),
        row(
            Topic::Limits,
            "long-item-id",
            "an item id of 10000 characters is refused, or told of, in good form",
            |carts| async move {
                sound(
                    &carts,
                    &json!({ "line_items": [{ "id": "x".repeat(10_000) }] }),
                )
                .await
            },
        ),
        row(
            Topic::Limits,
            "deep-body",
            "a body of two thousand levels is refused in good form",
            |carts| async move {
                let deep = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
                let body = carts.body()?.to_string();
                let body = body.replacen('{', &format!("{{\"certify\":{deep},"), 1);
                let request = carts.create_request(&json!({}))?.body(body);
                let answer = carts.send(request).await?;
                carts.seller.taken_or_refused(&answer).map(drop)
            },
        ),
        row(
            Topic::Limits,
            "large-body",
            "a body of four megabytes is refused in good form, or the connection closed",
            large_body,
        ),
    ]);
    checks
        .into_iter()
        .map(|check| check.advice("bound what a request may hold, and refuse the rest with 4xx"))
        .collect()
}

fn quantity((name, raw): (&'static str, &'static str), nonsense: bool) -> Check {
    let comes = if nonsense {
        "is refused"
    } else {
        "is refused, or told of in messages"
    };
    row(
        Topic::Limits,
        &format!("quantity-{name}"),
        format!("a quantity of {raw} {comes}"),
        move |carts| async move {
            let item = json!(carts.seller.item()?);
            let body = format!("{{\"line_items\":[{{\"id\":{item},\"quantity\":{raw}}}]}}");
            let request = carts.create_request(&json!({}))?.body(body);
            let answer = carts.send(request).await?;
            if !answer.is_success() {
                return carts.seller.refused(&answer);
            }
            let cart = carts.cart(&answer, 201)?;
            carts
                .case()
                .must(!nonsense, &answer, "what is no quantity is refused", || {
                    format!("taken: {}", carts.case().excerpt(&answer))
                })?;
            carts.case().should(
                !cart.messages().is_empty(),
                &answer,
                "a quantity that nobody can have is refused or told of",
                || format!("taken: {}", carts.case().excerpt(&answer)),
            );
            Ok(())
        },
    )
}

async fn sound(carts: &Carts, body: &Value) -> Outcome {
    let answer = carts.create(body).await?;
    carts.seller.taken_or_refused(&answer).map(drop)
}

async fn large_body(carts: Carts) -> Outcome {
    let long = json!("x".repeat(4 * 1024 * 1024));
    let body = with(carts.body()?, "/locale", long);
    // What is left unread would spoil the connection for the next request.
    let request = carts.create_request(&body)?.header("Connection", "close");
    let url = carts.seller.target().url.clone();
    match carts.case().try_send(&url, &request).await {
        Ok(answer) => carts.case().must(
            answer.is_refusal(),
            &answer,
            "a body of four megabytes is refused with 4xx",
            || answer.status.to_string(),
        ),
        Err((WireError::Broken(_), _)) => Ok(()),
        // Said properly by the ordinary way.
        Err(_) => carts.send(request).await.map(drop),
    }
}
