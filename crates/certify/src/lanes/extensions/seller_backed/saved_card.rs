//! Saved cards: the handler id says which one is charged.

use serde_json::Value;

use super::{
    super::super::{documents::text, seller::Seller},
    check, completed, method_id, not_completed, of_kind, pay, ready, taken,
};
use crate::{Check, Outcome, Stop, Topic};

pub(super) fn checks() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "saved-charged",
            "a saved_card charges exactly the method behind its handler id, the whole total",
            charged,
        )
        .proves(&[
            "seller-backed.saved-card.charged",
            "seller-backed.complete.by-handler-id",
        ])
        .advice("find the method by payment_data.handler_id")
        .alone(),
        check(
            Topic::Lifecycle,
            "saved-declined",
            "of two saved cards the one whose handler id is sent decides whether the payment passes",
            declined,
        )
        .proves(&["seller-backed.complete.by-handler-id"])
        .advice("find the method by payment_data.handler_id"),
        check(
            Topic::Escalation,
            "saved-3ds",
            "a saved card without supports_3ds never leads to authentication_required",
            no_authentication,
        )
        .proves(&["seller-backed.saved-card.3ds-only-if-declared"])
        .advice("declare supports_3ds for methods that may need authentication"),
    ]
}

/// The saved cards of the member.
async fn cards(seller: &Seller) -> Outcome<Vec<Value>> {
    let session = ready(seller).await?;
    of_kind(&session, "saved_card")
}

async fn charged(seller: Seller) -> Outcome {
    let all = cards(&seller).await?;
    let declined = seller.target().backed.declined_method.as_deref();
    let good = all
        .iter()
        .filter(|card| declined.is_none_or(|id| method_id(card) != id));
    for card in good {
        let mut before = Vec::new();
        for one in &all {
            before.push(taken(&seller, one).await?);
        }
        let session = ready(&seller).await?;
        let total = session.total("total").unwrap_or_default();
        let answer = pay(&seller, &session, card, Value::Null).await?;
        completed(&seller, &answer, "a good saved card pays")?;
        for (one, before) in all.iter().zip(before) {
            let grown = taken(&seller, one).await?.saturating_sub(before);
            let expected = if one == card { total } else { 0 };
            seller.case().must(
                grown == expected,
                &answer,
                "exactly the method behind the handler id is charged, the whole total",
                || {
                    let (paid, looked) = (text(card, "id"), method_id(one));
                    format!("paid by {paid}: {looked} was charged {grown} instead of {expected}")
                },
            )?;
        }
    }
    Ok(())
}

async fn declined(seller: Seller) -> Outcome {
    let Some(id) = seller.target().backed.declined_method.clone() else {
        return Err(Stop::NotTested(
            "no saved method is declined: set seller.backed.declined_method in certify.toml"
                .to_owned(),
        ));
    };
    let all = cards(&seller).await?;
    let bad = all.iter().find(|card| method_id(card) == id);
    let good = all.iter().find(|card| method_id(card) != id);
    let (Some(bad), Some(good)) = (bad, good) else {
        return Err(Stop::NotTested(format!(
            "the session does not declare {id} beside another saved method: see seller.backed"
        )));
    };
    let session = ready(&seller).await?;
    let answer = pay(&seller, &session, bad, Value::Null).await?;
    let rule = "the handler id of the saved card that is declined charges that card";
    not_completed(&seller, &answer, rule)?;
    seller
        .no_order(&session.id, &answer, "a saved card that is declined")
        .await?;
    let session = ready(&seller).await?;
    let answer = pay(&seller, &session, good, Value::Null).await?;
    let rule = "the handler id of the other saved card charges the other card";
    completed(&seller, &answer, rule)
}

async fn no_authentication(seller: Seller) -> Outcome {
    let mut cards = cards(&seller).await?;
    let able = |card: &Value| card.pointer("/config/supports_3ds") == Some(&Value::Bool(true));
    cards.retain(|card| !able(card));
    if cards.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: a saved card without supports_3ds".to_owned(),
        ));
    }
    for card in &cards {
        let session = ready(&seller).await?;
        let answer = pay(&seller, &session, card, Value::Null).await?;
        seller.case().must(
            answer.text("/status") != Some("authentication_required"),
            &answer,
            "a saved card without supports_3ds never needs authentication",
            || format!("{} leads to authentication_required", text(card, "id")),
        )?;
    }
    Ok(())
}
