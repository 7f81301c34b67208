//! Completing with the shop's own handlers.

use serde_json::{Value, json};

use super::{
    super::super::{
        documents::{text, with, without},
        seller::{Seller, Session},
    },
    KNOWN, check, complete_body, completed, entries, kind, not_completed, one_of_kind, pay, ready,
    token,
};
use crate::{Answer, Check, Outcome, Stop, Topic};

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = KNOWN
        .into_iter()
        .flat_map(|kind| {
            let pays =
                format!("completing by {kind} with a delegated token completes with an order");
            let refuses = format!("a complete by {kind} without a delegated token makes no order");
            [
                check(
                    Topic::Lifecycle,
                    &format!("pays-{kind}").replace('_', "-"),
                    pays,
                    move |seller| by_kind(seller, kind),
                )
                .proves(&["seller-backed.complete.outcome"]),
                check(
                    Topic::Errors,
                    &format!("tokenless-{kind}").replace('_', "-"),
                    refuses,
                    move |seller| refused(seller, kind),
                )
                .proves(&["seller-backed.delegation.tokenless-refused"])
                .advice("take no seller-backed payment without a token of delegate_payment"),
            ]
        })
        .collect();
    checks.extend([
        check(
            Topic::Errors,
            "foreign-token",
            "a complete whose token is for another session fails plainly, or completes with an order",
            foreign_token,
        )
        .proves(&["seller-backed.complete.outcome"])
        .advice("answer with an error, or with an error message in the session"),
        check(
            Topic::Errors,
            "unknown-token",
            "a complete with an unknown token fails plainly",
            unknown_token,
        )
        .proves(&[
            "seller-backed.complete.outcome",
            "seller-backed.delegation.tokenless-refused",
        ]),
        check(
            Topic::Errors,
            "no-split",
            "one complete with two payments makes no order",
            no_split,
        )
        .proves(&["seller-backed.complete.no-split"]),
        check(
            Topic::Errors,
            "no-part",
            "a complete whose token covers only a part of the total makes no order",
            no_part,
        )
        .proves(&["seller-backed.complete.no-split"]),
    ]);
    checks
}

/// What must be entered for this kind.
fn entered(seller: &Seller, kind: &str) -> Outcome<Value> {
    let card = &seller.target().backed.gift_card;
    if kind != "gift_card" {
        return Ok(Value::Null);
    }
    if card.is_empty() {
        return Err(Stop::NotTested(
            "no gift card: set seller.backed.gift_card in certify.toml".to_owned(),
        ));
    }
    Ok(entries(card))
}

/// A handler of this kind that pays; of saved cards one that is not declined.
pub(super) fn good_handler(seller: &Seller, session: &Session, kind: &str) -> Outcome<Value> {
    let declined = seller.target().backed.declined_method.as_deref();
    let mut handlers = super::of_kind(session, kind)?;
    handlers.retain(|handler| declined.is_none_or(|id| super::method_id(handler) != id));
    handlers
        .into_iter()
        .next()
        .ok_or_else(|| Stop::NotApplicable(format!("not offered: a {kind} that is not declined")))
}

/// Paying by this handler completes.
pub(super) async fn pays(seller: &Seller, handler: &Value, fields: Value) -> Outcome {
    let session = ready(seller).await?;
    let answer = pay(seller, &session, handler, fields).await?;
    let rule = "a payment by a seller-backed handler that goes through completes with an order";
    completed(seller, &answer, rule)
}

async fn by_kind(seller: Seller, kind: &str) -> Outcome {
    let session = ready(&seller).await?;
    let handler = good_handler(&seller, &session, kind)?;
    let fields = entered(&seller, kind)?;
    let answer = pay(&seller, &session, &handler, fields).await?;
    let rule = "a payment by a seller-backed handler that goes through completes with an order";
    completed(&seller, &answer, rule)?;
    let after = seller.get(&session.id).await?;
    completed(&seller, &after, "retrieve says the same of the payment")
}

/// No complete by this handler makes an order without a token.
pub(super) async fn tokenless(seller: &Seller, handler: &Value) -> Outcome {
    let what = "a complete by a seller-backed handler without a delegated token";
    let good = complete_body(handler, "");
    let type_at = "/payment_data/instrument/credential/type";
    let bodies = [
        without(good.clone(), "/payment_data/instrument"),
        without(good.clone(), "/payment_data/instrument/credential"),
        without(good.clone(), "/payment_data/instrument/credential/token"),
        with(good.clone(), type_at, json!("handler_id")),
        good,
    ];
    let session = ready(seller).await?;
    for body in bodies {
        let answer = seller.complete(&session.id, &body).await?;
        seller.case().must(
            answer.status < 500,
            &answer,
            "no request makes the server answer 5xx",
            || format!("{} with {body}", answer.status),
        )?;
        seller.no_order(&session.id, &answer, what).await?;
    }
    Ok(())
}

async fn refused(seller: Seller, kind: &str) -> Outcome {
    seller.confirm_test_mode()?;
    let session = ready(&seller).await?;
    let handler = one_of_kind(&session, kind)?;
    tokenless(&seller, &handler).await
}

/// Any of the personal handlers.
fn any_handler(seller: &Seller, session: &Session) -> Outcome<Value> {
    let kinds = ["points", "store_credit", "saved_card"];
    let mut found = kinds
        .iter()
        .filter_map(|kind| good_handler(seller, session, kind).ok());
    found.next().ok_or_else(|| {
        Stop::NotApplicable(
            "not offered: saved card, points or store credit to this buyer; set seller.backed.buyer"
                .to_owned(),
        )
    })
}

/// The answer says what happened, and retrieve agrees.
async fn plain(seller: &Seller, session: &Session, answer: &Answer) -> Outcome {
    if answer.text("/status") == Some("completed") {
        completed(seller, answer, "a completed session has an order")?;
        let after = seller.get(&session.id).await?;
        return completed(seller, &after, "retrieve says the same of the payment");
    }
    let rule = "a payment that did not go through is reported by an error";
    not_completed(seller, answer, rule)?;
    seller
        .no_order(&session.id, answer, "a payment that did not go through")
        .await
}

async fn foreign_token(seller: Seller) -> Outcome {
    let other = ready(&seller).await?;
    let session = ready(&seller).await?;
    let handler = any_handler(&seller, &session)?;
    let token = token(&seller, &other, &handler, Value::Null, None).await?;
    let body = complete_body(&handler, &token);
    let answer = seller.complete(&session.id, &body).await?;
    plain(&seller, &session, &answer).await
}

async fn unknown_token(seller: Seller) -> Outcome {
    seller.confirm_test_mode()?;
    let session = ready(&seller).await?;
    let handler = any_handler(&seller, &session)?;
    let body = complete_body(&handler, "vt_certify_no_such_token");
    let answer = seller.complete(&session.id, &body).await?;
    let rule = "a payment with a token that nobody gave is reported by an error";
    not_completed(&seller, &answer, rule)?;
    let what = "a complete with a token that nobody gave";
    seller.no_order(&session.id, &answer, what).await
}

async fn no_split(seller: Seller) -> Outcome {
    let session = ready(&seller).await?;
    let handler = any_handler(&seller, &session)?;
    let total = session.total("total").unwrap_or_default();
    let part = total.div_euclid(2);
    let own = token(&seller, &session, &handler, Value::Null, Some(part)).await?;
    let card = seller.token(&session).await?;
    let own = complete_body(&handler, &own);
    let card = seller.complete_body(&session, &card);
    let parts = [&own, &card].map(|body| body.get("payment_data").cloned().unwrap_or_default());
    let body = with(own, "/payment_data", json!(parts));
    let answer = seller.complete(&session.id, &body).await?;
    let what = format!("a complete by {} and a card at once", kind(&handler));
    seller.no_order(&session.id, &answer, &what).await
}

async fn no_part(seller: Seller) -> Outcome {
    let session = ready(&seller).await?;
    let handler = any_handler(&seller, &session)?;
    let total = session.total("total").unwrap_or_default();
    let part = total.saturating_sub(1);
    let token = token(&seller, &session, &handler, Value::Null, Some(part)).await?;
    let body = complete_body(&handler, &token);
    let answer = seller.complete(&session.id, &body).await?;
    let what = format!(
        "a complete by {} whose token is worth less than the total",
        text(&handler, "id")
    );
    seller.no_order(&session.id, &answer, &what).await
}
