//! Refusals reveal nothing of the server's inside.

use serde_json::{Value, json};

use crate::{
    Answer, Check, Outcome, Topic,
    lanes::seller::{Seller, leaks::innards, rule::ask, session_path},
};

/// A request that a seller cannot serve.
#[derive(Debug, Clone, Copy)]
enum Bad {
    Json,
    Types,
    Empty,
    Item,
    Session,
    Quoted,
    Path,
    Token,
}

const ALL: [(Bad, &str, &str); 8] = [
    (Bad::Json, "broken-json", "broken JSON"),
    (Bad::Types, "wrong-types", "wrong types"),
    (Bad::Empty, "empty-object", "an empty object"),
    (Bad::Item, "unknown-item", "an unknown item"),
    (Bad::Session, "unknown-session", "an unknown session"),
    (
        Bad::Quoted,
        "quotes",
        "quotes and comments of a database language in an id",
    ),
    (Bad::Path, "path", "a path that leads upwards in an id"),
    (Bad::Token, "odd-token", "quotes in a token"),
];

pub(super) fn checks() -> Vec<Check> {
    ALL.into_iter()
        .map(|(bad, name, words)| {
            ask(
                Topic::Leaks,
                &format!("refusal-of-{name}"),
                format!(
                    "the answer to {words} reveals nothing of the server's inside, and is no 5xx"
                ),
                move |seller| reveals_nothing(seller, bad),
            )
            .advice("answer with type, code and a plain message; keep the rest in your logs")
        })
        .collect()
}

async fn sent(seller: &Seller, bad: Bad) -> Outcome<Answer> {
    let create = "/checkout_sessions";
    match bad {
        Bad::Json => {
            let request = seller.post_request(create, &Value::Null)?;
            seller.send(request.body("{\"line_items\": [")).await
        }
        Bad::Types => {
            let mut body = seller.create_body()?;
            body.insert(seller.dialect().lines_member().to_owned(), json!(7));
            seller.create(&Value::Object(body)).await
        }
        Bad::Empty => seller.create(&json!({})).await,
        Bad::Item => {
            let body = seller.body_for(&[("certify-no-such-item", 1)], false);
            seller.create(&Value::Object(body)).await
        }
        Bad::Session => seller.get(&seller.unknown_id()?).await,
        Bad::Quoted => {
            let request = seller.get_request(session_path("x'%20OR%20'1'='1'%20--", ""))?;
            seller.send(request).await
        }
        Bad::Path => {
            let request = seller.get_request(session_path("..%2F..%2Fetc%2Fpasswd", ""))?;
            seller.send(request).await
        }
        Bad::Token => {
            seller.confirm_test_mode()?;
            let session = seller.ready_session().await?;
            seller.pay(&session, "x' OR '1'='1' --").await
        }
    }
}

async fn reveals_nothing(seller: Seller, bad: Bad) -> Outcome {
    let answer = sent(&seller, bad).await?;
    seller.case().must(
        answer.status < 500,
        &answer,
        "a bad request is no fault of the server",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )?;
    let body = String::from_utf8_lossy(&answer.body);
    let found = innards(&body);
    seller.case().must(
        found.is_none(),
        &answer,
        "the answer reveals nothing of the server's inside",
        || {
            format!(
                "{}: {}",
                found.unwrap_or_default(),
                seller.case().excerpt(&answer)
            )
        },
    )?;
    let key = seller.target().key.expose().unwrap_or_default();
    seller.case().must(
        key.len() < 8 || !body.contains(key),
        &answer,
        "the answer does not repeat the caller's key",
        || "the key stands in the answer".to_owned(),
    )
}
