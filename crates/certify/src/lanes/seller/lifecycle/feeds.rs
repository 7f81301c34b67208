//! Checkout beside product feeds: ids need no feed, and what has drifted from it is told.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, Stop, Topic,
    lanes::seller::{
        Seller, Session, json_path::points_at, kit::CANONICAL, money::LineMoney, refusal::text,
        rule::ask,
    },
};

pub(super) fn checks() -> Vec<Check> {
    let checks = [
        ask(
            Topic::Lifecycle,
            "item-id-without-feed",
            "a session needs nothing of a feed but the id of the item",
            |seller| async move {
                let item = seller.item()?.to_owned();
                let session = session_of(&seller, json!({ "id": item })).await?;
                let found = session.units();
                seller.case().must(
                    found.len() == 1 && found.contains_key(item.as_str()),
                    &session.answer,
                    "an item id alone makes a line",
                    || format!("{found:?}"),
                )
            },
        )
        .proves(&["feeds.compat.item-id-without-feed"])
        .advice("look items up by their id, wherever the agent has it from"),
        ask(
            Topic::Lifecycle,
            "feed-price-drift-is-told",
            "a line whose price differs clearly from the one that the agent has from the feed carries a message",
            price_drift,
        )
        .proves(&["feeds.checkout.drift-message"])
        .advice("compare unit_amount of the request with the price, and warn with price_change"),
    ];
    checks
        .into_iter()
        .map(|check| check.versions(CANONICAL))
        .collect()
}

async fn session_of(seller: &Seller, line: Value) -> Outcome<Session> {
    let mut body = seller.create_body()?;
    body.insert("line_items".to_owned(), json!([line]));
    let answer = seller.create(&Value::Object(body)).await?;
    seller.session(&answer)
}

/// Names twice the price as what a feed said.
async fn price_drift(seller: Seller) -> Outcome {
    let item = seller.item()?.to_owned();
    let plain = session_of(&seller, json!({ "id": item })).await?;
    let line = plain.lines().first();
    let shown = line.and_then(|line| line.get("unit_amount"));
    let price = shown
        .and_then(Value::as_i64)
        .or_else(|| line.and_then(|line| LineMoney::of(line).base));
    let price = price.ok_or_else(|| {
        Stop::NotTested("the line of a session shows no unit price to differ from".to_owned())
    })?;
    let believed = price.saturating_mul(2).saturating_add(100);
    let line = json!({ "id": item, "unit_amount": believed });
    let session = session_of(&seller, line).await?;
    let told = session.messages().iter().any(|message| {
        text(message, "code") == "price_change"
            || points_at(text(message, "param"), "$.line_items[0]")
    });
    seller.case().should(
        told,
        &session.answer,
        "a message says that the price is another than the agent has it",
        || {
            format!(
                "believed {believed}, costs {price}, messages {:?}",
                session.messages()
            )
        },
    );
    Ok(())
}
