//! Gift cards: what the buyer enters goes through the token and is checked at complete.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    super::super::seller::{Seller, session_path},
    check, complete_body, completed, entries, not_completed, one_of_kind, pay, ready, taken, token,
};
use crate::{Answer, Check, Outcome, Stop, Topic};

pub(super) fn checks() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "gift-validated",
            "a gift card with a wrong PIN makes no order and is reported as a payment problem",
            validated,
        )
        .proves(&["seller-backed.gift-card.validated-at-complete"])
        .advice("check number and PIN at complete, before the order"),
        check(
            Topic::Lifecycle,
            "gift-applied",
            "a complete takes the total from the gift card, once",
            applied,
        )
        .proves(&["seller-backed.gift-card.balance-applied"])
        .alone(),
        check(
            Topic::Leaks,
            "gift-hidden",
            "no answer shows the number or PIN of a gift card that paid",
            hidden,
        )
        .proves(&["seller-backed.privacy.not-echoed"]),
        check(
            Topic::Leaks,
            "gift-hidden-refused",
            "no answer shows the number or PIN of a gift card that was refused",
            hidden_refused,
        )
        .proves(&["seller-backed.privacy.not-echoed"]),
    ]
}

/// The entries of one of the two cards of the configuration.
fn card(seller: &Seller, good: bool) -> Outcome<BTreeMap<String, String>> {
    let backed = &seller.target().backed;
    let (card, key) = if good {
        (&backed.gift_card, "gift_card")
    } else {
        (&backed.wrong_gift_card, "wrong_gift_card")
    };
    if card.is_empty() {
        return Err(Stop::NotTested(format!(
            "no such gift card: set seller.backed.{key} in certify.toml"
        )));
    }
    Ok(card.clone())
}

/// Whether an answer speaks of the payment: by code, by param or by what a session says.
fn about_payment(answer: &Answer) -> bool {
    let about = |part: &Value| {
        let says = |member: &str, words: &[&str]| {
            let text = part.get(member).and_then(Value::as_str).unwrap_or_default();
            words.iter().any(|word| text.contains(word))
        };
        says(
            "code",
            &["payment", "declined", "gift_card", "insufficient", "pin"],
        ) || says("param", &["payment"])
    };
    let Some(json) = &answer.json else {
        return false;
    };
    let messages = json.get("messages").and_then(Value::as_array);
    about(json) || messages.into_iter().flatten().any(about)
}

async fn validated(seller: Seller) -> Outcome {
    let wrong = card(&seller, false)?;
    let session = ready(&seller).await?;
    let handler = one_of_kind(&session, "gift_card")?;
    let answer = pay(&seller, &session, &handler, entries(&wrong)).await?;
    let what = "a gift card with a wrong PIN";
    seller.no_order(&session.id, &answer, what).await?;
    let rule = "a gift card that is refused is reported by an error";
    not_completed(&seller, &answer, rule)?;
    seller.case().must(
        about_payment(&answer),
        &answer,
        "a gift card that is refused is reported as a payment problem",
        || seller.case().excerpt(&answer),
    )
}

async fn applied(seller: Seller) -> Outcome {
    let good = card(&seller, true)?;
    let session = ready(&seller).await?;
    let handler = one_of_kind(&session, "gift_card")?;
    let total = session.total("total").unwrap_or_default();
    let before = taken(&seller, &handler).await?;
    let token = token(&seller, &session, &handler, entries(&good), None).await?;
    let body = complete_body(&handler, &token);
    let request = seller.post_request(session_path(&session.id, "/complete"), &body)?;
    let answer = seller.send(request.clone()).await?;
    completed(&seller, &answer, "a good gift card pays")?;
    seller.send(request).await?;
    let grown = taken(&seller, &handler).await?.saturating_sub(before);
    seller.case().must(
        grown == total,
        &answer,
        "the total is taken from the gift card, once",
        || format!("{grown} was taken for a total of {total}"),
    )
}

/// Whether an answer holds an entry: a long one anywhere, a short one as a text of its own or as a
/// word of a text.
fn holds(answer: &Answer, entry: &str) -> bool {
    let body = String::from_utf8_lossy(&answer.body);
    if entry.len() >= 8 {
        return body.contains(entry);
    }
    answer.json.as_ref().is_some_and(|json| says(json, entry))
}

fn says(value: &Value, entry: &str) -> bool {
    match value {
        Value::String(text) => text
            .split(|char: char| !char.is_alphanumeric())
            .any(|word| word == entry),
        Value::Array(elements) => elements.iter().any(|element| says(element, entry)),
        Value::Object(members) => members.iter().any(|(name, value)| {
            // Ids and addresses are full of short numbers.
            !matches!(name.as_str(), "url" | "id" | "postal_code") && says(value, entry)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn shows_none(seller: &Seller, answer: &Answer, card: &BTreeMap<String, String>) -> Outcome {
    let shown = card.iter().find(|(_, entry)| holds(answer, entry));
    seller.case().must(
        shown.is_none(),
        answer,
        "no answer shows what was entered for a gift card",
        || {
            let name = shown.map_or("", |(name, _)| name.as_str());
            format!("the answer holds the {name}")
        },
    )
}

async fn hidden(seller: Seller) -> Outcome {
    let good = card(&seller, true)?;
    let session = ready(&seller).await?;
    let handler = one_of_kind(&session, "gift_card")?;
    let token = token(&seller, &session, &handler, entries(&good), None).await?;
    let body = complete_body(&handler, &token);
    let request = seller.post_request(session_path(&session.id, "/complete"), &body)?;
    let answer = seller.send(request.clone()).await?;
    completed(&seller, &answer, "a good gift card pays")?;
    let replayed = seller.send(request).await?;
    let read = seller.get(&session.id).await?;
    let again = seller.complete(&session.id, &body).await?;
    for answer in [answer, replayed, read, again] {
        shows_none(&seller, &answer, &good)?;
    }
    Ok(())
}

async fn hidden_refused(seller: Seller) -> Outcome {
    let wrong = card(&seller, false)?;
    let session = ready(&seller).await?;
    let handler = one_of_kind(&session, "gift_card")?;
    let answer = pay(&seller, &session, &handler, entries(&wrong)).await?;
    let read = seller.get(&session.id).await?;
    for answer in [answer, read] {
        shows_none(&seller, &answer, &wrong)?;
    }
    Ok(())
}
