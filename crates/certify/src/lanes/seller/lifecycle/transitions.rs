//! What may not happen to a session any more, and sessions that do not exist.

use serde_json::json;

use crate::{
    Answer, Check, Outcome, Topic,
    lanes::seller::{Seller, Session, rule::ask},
};

const TERMINAL: &str = "refuse with 4xx; a session that has ended does not change";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = ended();
    checks.extend(unknown());
    checks
}

fn ended() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "complete-twice",
            "completing a completed session again makes no second order",
            complete_twice,
        )
        .proves(&["checkout.complete.order-created"])
        .advice("refuse with 4xx, or show the order that there is"),
        ask(
            Topic::Lifecycle,
            "complete-twice-leaves-the-second-token",
            "completing a completed session again does not charge the second token",
            second_token,
        )
        .proves(&["checkout.complete.order-created"])
        .advice("look at the session's status before you charge"),
        ask(
            Topic::Lifecycle,
            "complete-canceled",
            "a canceled session cannot be completed",
            complete_canceled,
        )
        .proves(&[
            "checkout.cancel.status-canceled",
            "checkout.complete.no-order-no-success",
        ])
        .advice(TERMINAL),
        ask(
            Topic::Lifecycle,
            "complete-canceled-leaves-the-token",
            "completing a canceled session charges nothing",
            canceled_leaves_token,
        )
        .proves(&["checkout.cancel.status-canceled"])
        .advice("look at the session's status before you charge"),
    ];
    checks.extend(updated_too_late());
    checks
}

fn updated_too_late() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "update-completed",
            "a completed session cannot be updated",
            update_completed,
        )
        .proves(&["checkout.complete.order-created"])
        .advice(TERMINAL),
        ask(
            Topic::Lifecycle,
            "update-lines-of-completed",
            "the lines of a completed session cannot be changed",
            update_lines_of_completed,
        )
        .proves(&["checkout.complete.order-created"])
        .advice(TERMINAL),
        ask(
            Topic::Lifecycle,
            "update-canceled",
            "a canceled session cannot be updated back to life",
            update_canceled,
        )
        .proves(&["checkout.cancel.status-canceled"])
        .advice(TERMINAL),
        ask(
            Topic::Lifecycle,
            "ready-falls-back",
            "a ready session whose lines are replaced by a sold-out item is no longer ready",
            ready_falls_back,
        )
        .proves(&["checkout.update.applies-items"])
        .advice("compute the status from the session as it is now; ready is not for ever"),
    ]
}

fn unknown() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "update-unknown-id",
            "updating an unknown id answers 404",
            update_unknown,
        ),
        ask(
            Topic::Lifecycle,
            "complete-unknown-id",
            "completing an unknown id answers 404",
            complete_unknown,
        ),
        ask(
            Topic::Lifecycle,
            "cancel-unknown-id",
            "canceling an unknown id answers 404",
            cancel_unknown,
        ),
        ask(
            Topic::Lifecycle,
            "create-under-unknown-id",
            "updating an unknown id does not create it",
            creates_nothing,
        ),
    ];
    checks = checks
        .into_iter()
        .map(|check| {
            check
                .proves(&["checkout.update.unknown-session-4xx"])
                .advice("answer 404 with an error body")
        })
        .collect();
    checks.push(
        ask(
            Topic::Lifecycle,
            "create-with-unknown-item",
            "an unknown item is refused with a param at the line, or reported by a message there",
            create_unknown_item,
        )
        .proves(&["checkout.errors.unknown-item"])
        .advice("answer 400 invalid_request with param $.line_items[0], or a session with an error message"),
    );
    checks
}

async fn complete_twice(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    let token = seller.token(&completed).await?;
    let answer = seller.pay(&completed, &token).await?;
    let id = |session: &Session| {
        session
            .order()
            .and_then(|order| Session::text(order, "id"))
            .map(str::to_owned)
    };
    if answer.is_success() {
        let again = seller.session(&answer)?;
        seller.case().must(
            id(&again) == id(&completed),
            &answer,
            "a second complete makes no second order",
            || format!("{:?} and {:?}", id(&completed), id(&again)),
        )?;
    }
    seller
        .unchanged(&completed, "completing a completed session")
        .await
}

/// A token that was not charged still pays the session that it allows. The amounts of two sessions
/// with the same cart are equal, so the token is made for the second and first tried on the first.
async fn second_token(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    let other = seller.ready_session().await?;
    let token = seller.single_token(&other).await?;
    seller.pay(&completed, &token).await?;
    still_pays(&seller, &other, &token).await
}

async fn still_pays(seller: &Seller, session: &Session, token: &str) -> Outcome {
    let answer = seller.pay(session, token).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        paid.status() == "completed",
        &answer,
        "the token was not charged before: it still pays",
        || seller.case().excerpt(&answer),
    )
}

async fn complete_canceled(seller: Seller) -> Outcome {
    seller.confirm_test_mode()?;
    let ready = seller.ready_session().await?;
    let token = seller.token(&ready).await?;
    seller.cancel(&ready.id).await?;
    let answer = seller.pay(&ready, &token).await?;
    seller
        .no_order(&ready.id, &answer, "completing a canceled session")
        .await?;
    refused(&seller, &answer);
    Ok(())
}

async fn canceled_leaves_token(seller: Seller) -> Outcome {
    let canceled = seller.canceled().await?;
    let other = seller.ready_session().await?;
    let token = seller.single_token(&other).await?;
    seller.pay(&canceled, &token).await?;
    still_pays(&seller, &other, &token).await
}

/// No rule names the status; that the request is refused can be wanted, not demanded.
fn refused(seller: &Seller, answer: &Answer) {
    seller.case().should(
        answer.is_refusal(),
        answer,
        "what a session's status forbids is refused with 4xx",
        || answer.status.to_string(),
    );
}

async fn update_completed(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    let body = seller.address_body(&seller.other_address());
    let answer = seller.update(&completed.id, &body).await?;
    seller
        .unchanged(&completed, "updating a completed session")
        .await?;
    refused(&seller, &answer);
    Ok(())
}

async fn update_lines_of_completed(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    let member = seller.dialect().lines_member();
    let body = json!({ member: seller.dialect().lines(&[(seller.item_at(1)?, 1)]) });
    let answer = seller.update(&completed.id, &body).await?;
    seller
        .unchanged(&completed, "updating the lines of a completed session")
        .await?;
    refused(&seller, &answer);
    Ok(())
}

async fn update_canceled(seller: Seller) -> Outcome {
    let canceled = seller.canceled().await?;
    let answer = seller.update(&canceled.id, &seller.buyer_body()).await?;
    seller
        .unchanged(&canceled, "updating a canceled session")
        .await?;
    refused(&seller, &answer);
    Ok(())
}

async fn ready_falls_back(seller: Seller) -> Outcome {
    let Some(item) = seller.target().out_of_stock_item.clone() else {
        return Err(crate::Stop::NotTested(
            "no sold-out item: set seller.out_of_stock_item in certify.toml".to_owned(),
        ));
    };
    let ready = seller.ready_session().await?;
    let member = seller.dialect().lines_member();
    let body = json!({ member: seller.dialect().lines(&[(&item, 1)]) });
    let answer = seller.update(&ready.id, &body).await?;
    let read = seller.read(&ready.id).await?;
    let refused = answer.is_refusal() && read.units() == ready.units();
    seller.case().must(
        refused || read.status() != "ready_for_payment",
        &read.answer,
        "a session that was ready falls back when its cart cannot be had",
        || read.status().to_owned(),
    )
}

async fn update_unknown(seller: Seller) -> Outcome {
    let id = seller.unknown_id()?;
    let answer = seller.update(&id, &seller.buyer_body()).await?;
    not_found(&seller, &answer)
}

async fn complete_unknown(seller: Seller) -> Outcome {
    let id = seller.unknown_id()?;
    let ready = seller.new_session().await?;
    let body = seller.complete_body(&ready, "spt_nothing");
    let answer = seller.complete(&id, &body).await?;
    not_found(&seller, &answer)
}

async fn cancel_unknown(seller: Seller) -> Outcome {
    let id = seller.unknown_id()?;
    let answer = seller.cancel(&id).await?;
    not_found(&seller, &answer)
}

fn not_found(seller: &Seller, answer: &Answer) -> Outcome {
    seller.case().must(
        answer.is_refusal(),
        answer,
        "an unknown session is refused with 4xx",
        || answer.status.to_string(),
    )?;
    seller.case().should(
        answer.status == 404,
        answer,
        "an unknown session is answered by 404",
        || answer.status.to_string(),
    );
    seller.is_error(answer)
}

async fn creates_nothing(seller: Seller) -> Outcome {
    let id = seller.unknown_id()?;
    let body = serde_json::Value::Object(seller.create_body()?);
    let answer = seller.update(&id, &body).await?;
    seller.case().must(
        answer.is_refusal(),
        &answer,
        "an update of an unknown id is refused",
        || answer.status.to_string(),
    )?;
    let read = seller.get(&id).await?;
    seller.case().status(&read, &[404])
}

async fn create_unknown_item(seller: Seller) -> Outcome {
    let unknown = format!("no-such-item-{}", seller.case().fresh_key()?);
    let body = seller.body_for(&[(&unknown, 1)], false);
    let answer = seller.create(&serde_json::Value::Object(body)).await?;
    seller.reports_unknown_item(&answer)
}
