//! Instruments at complete: what must be refused, and what must not.

use serde_json::{Value, json};

use super::{capabilities::SINCE_CAPABILITIES, handlers::is_tokenized};
use crate::{
    Answer, Check, Outcome, Payment, Stop, Topic,
    lanes::seller::{Seller, Session, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = refused();
    checks.extend(accepted());
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_CAPABILITIES))
        .collect()
}

fn refused() -> Vec<Check> {
    vec![
        ask(
            Topic::Escalation,
            "instrument-of-unknown-handler",
            "complete with a handler that was not offered makes no order",
            unknown_handler,
        )
        .proves(&[
            "handlers.instrument.unknown-handler-refused",
            "capabilities.security.validated-server-side",
        ])
        .advice("look the handler up in the session, and refuse any other"),
        ask(
            Topic::Escalation,
            "instrument-of-unknown-handler-leaves-the-token",
            "complete with a handler that was not offered charges nothing",
            unknown_handler_leaves_token,
        )
        .proves(&["handlers.instrument.unknown-handler-refused"])
        .advice("look the handler up before you charge"),
        ask(
            Topic::Escalation,
            "instrument-with-raw-card",
            "a card number in place of a delegated token pays nothing",
            |seller| raw_credential(seller, "card"),
        )
        .proves(&["handlers.delegation.raw-credential-refused"])
        .advice("refuse credentials that are no delegated tokens"),
        ask(
            Topic::Escalation,
            "instrument-with-card-as-token",
            "a card number dressed up as a delegated token pays nothing",
            |seller| raw_credential(seller, "spt"),
        )
        .proves(&["handlers.delegation.raw-credential-refused"])
        .advice("let your provider look the token up; a card number is none"),
        ask(
            Topic::Escalation,
            "instrument-with-raw-card-charges-nothing",
            "after a raw card the session can still be paid by a token",
            raw_then_token,
        )
        .proves(&["handlers.delegation.raw-credential-refused"])
        .advice("refuse before you charge"),
        ask(
            Topic::Escalation,
            "instrument-without-handler",
            "an instrument without handler_id pays nothing",
            without_handler,
        )
        .proves(&["capabilities.security.validated-server-side"])
        .advice("answer 4xx invalid_request: handler_id is required beside instrument"),
    ]
}

fn accepted() -> Vec<Check> {
    vec![
        ask(
            Topic::Escalation,
            "instrument-with-more-fields",
            "fields that a handler adds to the instrument do not cause a refusal",
            more_fields,
        )
        .proves(&["handlers.instrument.extra-fields-accepted"])
        .advice("pass over members of the instrument that you do not need"),
        ask(
            Topic::Escalation,
            "instrument-without-billing-address",
            "a card handler does not need a billing address",
            without_billing_address,
        )
        .proves(&["handlers.instrument.billing-address"])
        .advice("ask for billing_address only where the instrument's schema does"),
        ask(
            Topic::Escalation,
            "every-tokenized-handler-pays",
            "a delegated token pays through each tokenized handler on offer",
            every_handler_pays,
        )
        .proves(&["handlers.delegation.seller-charges-token"])
        .advice("offer only handlers that can pay"),
    ]
}

/// A body of complete whose payment data was changed.
fn changed(
    seller: &Seller,
    session: &Session,
    token: &str,
    change: impl FnOnce(&mut Value),
) -> Value {
    let mut body = seller.complete_body(session, token);
    if let Some(data) = body.get_mut("payment_data") {
        change(data);
    }
    body
}

fn set(data: &mut Value, pointer: &str, member: &str, value: Value) {
    if let Some(Value::Object(members)) = data.pointer_mut(pointer) {
        members.insert(member.to_owned(), value);
    }
}

fn completes(seller: &Seller, answer: &Answer, rule: &str) -> Outcome {
    let paid = seller.session(answer)?;
    seller
        .case()
        .must(paid.status() == "completed", answer, rule, || {
            format!(
                "status {}: {}",
                paid.status(),
                seller.case().excerpt(answer)
            )
        })
}

async fn with_unknown_handler(seller: &Seller) -> Outcome<(Session, String)> {
    let session = seller.ready_session().await?;
    let token = seller.token(&session).await?;
    let body = changed(seller, &session, &token, |data| {
        set(data, "", "handler_id", json!("certify_no_such_handler"));
    });
    let answer = seller.complete(&session.id, &body).await?;
    seller
        .no_order(&session.id, &answer, "a handler that was not offered")
        .await?;
    let told = answer.is_refusal()
        || Session::read(seller.case().version(), &answer)
            .is_some_and(|session| session.errors().next().is_some());
    seller.case().must(
        told,
        &answer,
        "a handler that was not offered is refused by 4xx or an error message",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )?;
    Ok((session, token))
}

async fn unknown_handler(seller: Seller) -> Outcome {
    with_unknown_handler(&seller).await.map(|_| ())
}

async fn unknown_handler_leaves_token(seller: Seller) -> Outcome {
    let (session, token) = with_unknown_handler(&seller).await?;
    let answer = seller.pay(&session, &token).await?;
    completes(&seller, &answer, "a token that was not charged still pays")
}

/// The test card of the configuration, or a number that every provider knows as one.
fn card(seller: &Seller) -> String {
    match &seller.target().payment {
        Some(Payment::Delegate { card, .. }) => card.clone(),
        _ => "4242424242424242".to_owned(),
    }
}

async fn raw(seller: &Seller, kind: &str) -> Outcome<Session> {
    seller.confirm_test_mode()?;
    let session = seller.ready_session().await?;
    let delegates =
        |handler: &Value| handler.get("requires_delegate_payment") == Some(&Value::Bool(true));
    if !session.handlers().iter().any(delegates) {
        return Err(Stop::NotApplicable(
            "not offered: a handler that requires delegated payment".to_owned(),
        ));
    }
    let body = changed(seller, &session, &card(seller), |data| {
        set(data, "/instrument/credential", "type", json!(kind));
    });
    let answer = seller.complete(&session.id, &body).await?;
    seller
        .no_order(&session.id, &answer, "a card number in place of a token")
        .await?;
    Ok(session)
}

async fn raw_credential(seller: Seller, kind: &'static str) -> Outcome {
    raw(&seller, kind).await.map(|_| ())
}

async fn raw_then_token(seller: Seller) -> Outcome {
    let session = raw(&seller, "card").await?;
    let token = seller.token(&session).await?;
    let answer = seller.pay(&session, &token).await?;
    completes(&seller, &answer, "the session can still be paid by a token")
}

async fn without_handler(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let token = seller.token(&session).await?;
    let body = changed(&seller, &session, &token, |data| {
        if let Some(data) = data.as_object_mut() {
            data.remove("handler_id");
        }
    });
    let answer = seller.complete(&session.id, &body).await?;
    seller
        .no_order(&session.id, &answer, "an instrument without handler_id")
        .await
}

async fn more_fields(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let token = seller.token(&session).await?;
    let handler = session.handler_or_provider().unwrap_or_default().to_owned();
    let address = json!(seller.target().address);
    let body = changed(&seller, &session, &token, |data| {
        for (member, value) in [
            ("id", json!("instrument_1")),
            ("handler_id", json!(handler)),
            ("brand", json!("visa")),
            ("last4", json!("4242")),
            ("billing_address", address),
        ] {
            set(data, "/instrument", member, value);
        }
    });
    let answer = seller.complete(&session.id, &body).await?;
    completes(&seller, &answer, "an instrument with more fields pays")
}

async fn without_billing_address(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let handlers = session.handlers().iter();
    let mut names = handlers.filter_map(|handler| Session::text(handler, "name"));
    if names.next() != Some("dev.acp.tokenized.card") {
        return Err(Stop::NotApplicable(
            "not offered first: dev.acp.tokenized.card, whose instrument schema is known"
                .to_owned(),
        ));
    }
    let token = seller.token(&session).await?;
    let body = changed(&seller, &session, &token, |data| {
        if let Some(data) = data.as_object_mut() {
            data.remove("billing_address");
        }
    });
    let answer = seller.complete(&session.id, &body).await?;
    completes(&seller, &answer, "a card pays without a billing address")
}

async fn every_handler_pays(seller: Seller) -> Outcome {
    let offered = seller.ready_session().await?;
    let handlers = offered.handlers().iter().filter(|one| is_tokenized(one));
    let ids: Vec<_> = handlers
        .filter_map(|handler| Session::text(handler, "id"))
        .collect();
    if ids.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: a tokenized handler".to_owned(),
        ));
    }
    for id in ids.into_iter().take(4) {
        let session = seller.ready_session().await?;
        let token = seller.token(&session).await?;
        let body = seller.dialect().complete(seller.target(), &token, id);
        let answer = seller.complete(&session.id, &body).await?;
        completes(
            &seller,
            &answer,
            "a delegated token pays through the handler",
        )?;
    }
    Ok(())
}
