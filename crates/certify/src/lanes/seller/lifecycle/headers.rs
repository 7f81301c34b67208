//! Headers of the answers to the five operations.

use serde_json::Value;

use crate::{
    Answer, Check, Outcome, Request, Topic,
    lanes::seller::{Seller, Session, rule::ask, session_path},
};

/// The five operations, and a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Create,
    Update,
    Retrieve,
    Complete,
    Cancel,
    Refused,
}

const CALLS: [(Call, &str); 6] = [
    (Call::Create, "create"),
    (Call::Update, "update"),
    (Call::Retrieve, "retrieve"),
    (Call::Complete, "complete"),
    (Call::Cancel, "cancel"),
    (Call::Refused, "refusal"),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for (call, name) in CALLS {
        checks.push(
            ask(
                Topic::Lifecycle,
                &format!("content-type-on-{name}"),
                format!("the answer to {name} says that it is JSON, and is"),
                move |seller| says_json(seller, call),
            )
            .proves(&["checkout.transport.json-responses"])
            .advice("send Content-Type: application/json with every body, errors included"),
        );
        checks.push(
            ask(
                Topic::Lifecycle,
                &format!("request-id-on-{name}"),
                format!("the answer to {name} repeats Request-Id"),
                move |seller| repeats(seller, call, "Request-Id"),
            )
            .proves(&["checkout.headers.request-id-echo"])
            .advice("copy Request-Id into the answer as it came, errors included"),
        );
        if call != Call::Retrieve {
            checks.push(
                ask(
                    Topic::Lifecycle,
                    &format!("idempotency-key-on-{name}"),
                    format!("the answer to {name} repeats Idempotency-Key"),
                    move |seller| repeats(seller, call, "Idempotency-Key"),
                )
                .proves(&[
                    "checkout.headers.idempotency-key-echo",
                    "versions.idempotency.echo-if-given",
                ])
                .advice("copy Idempotency-Key into the answer as it came, errors included"),
            );
        }
    }
    checks
}

/// The request of one call, on a session of its own.
async fn request(seller: &Seller, call: Call) -> Outcome<Request> {
    let on = |session: &Session, action: &str, body: &Value| {
        seller.post_request(session_path(&session.id, action), body)
    };
    match call {
        Call::Create => {
            let body = Value::Object(seller.create_body()?);
            seller.post_request("/checkout_sessions", &body)
        }
        Call::Update => on(&seller.new_session().await?, "", &seller.buyer_body()),
        Call::Retrieve => {
            let session = seller.new_session().await?;
            seller.get_request(session_path(&session.id, ""))
        }
        Call::Complete => {
            let session = seller.ready_session().await?;
            let token = seller.token(&session).await?;
            let body = seller.complete_body(&session, &token);
            on(&session, "/complete", &body)
        }
        Call::Cancel => {
            let session = seller.new_session().await?;
            let request = on(&session, "/cancel", &Value::Null)?.without("Content-Type");
            Ok(Request {
                body: None,
                ..request
            })
        }
        Call::Refused => {
            let id = seller.unknown_id()?;
            seller.post_request(session_path(&id, ""), &seller.buyer_body())
        }
    }
}

fn as_expected(seller: &Seller, call: Call, answer: &Answer) -> Outcome {
    let expected = if call == Call::Refused {
        answer.is_refusal()
    } else {
        answer.is_success()
    };
    seller.case().must(
        expected,
        answer,
        "a good request is answered by 2xx, one for an unknown session by 4xx",
        || format!("{}: {}", answer.status, seller.case().excerpt(answer)),
    )
}

async fn says_json(seller: Seller, call: Call) -> Outcome {
    let answer = seller.send(request(&seller, call).await?).await?;
    as_expected(&seller, call, &answer)?;
    let kind = answer.header("content-type").unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let json = essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json");
    seller.case().must(
        json,
        &answer,
        "the content type is application/json",
        || format!("`{kind}`"),
    )?;
    seller.case().json(&answer).map(|_| ())
}

async fn repeats(seller: Seller, call: Call, header: &str) -> Outcome {
    let sent = seller.case().fresh_key()?;
    let request = request(&seller, call).await?.with(header, sent.clone());
    let answer = seller.send(request).await?;
    as_expected(&seller, call, &answer)?;
    let values: Vec<_> = answer.headers.get_all(header).iter().collect();
    let repeated = matches!(&*values, [one] if one.as_bytes() == sent.as_bytes());
    seller.case().must(
        repeated,
        &answer,
        "the answer repeats the header once, unchanged",
        || format!("sent {sent}, got {values:?}"),
    )
}
