//! `POST /checkout_sessions/{id}/complete`.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, SpecVersion, Topic, VersionRange,
    lanes::seller::{Seller, Session, rule::ask},
};

const SINCE_HANDLERS: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

pub(super) fn checks() -> Vec<Check> {
    let mut checks = succeeds();
    checks.extend(refused());
    checks
}

fn succeeds() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "complete-status",
            "complete answers 200",
            status,
        )
        .proves(&["checkout.complete.status-200", "checkout.lifecycle.five-operations"])
        .advice("answer POST /checkout_sessions/{id}/complete with 200 OK"),
        ask(
            Topic::Lifecycle,
            "complete-says-completed",
            "a good token completes a ready session",
            says_completed,
        )
        .proves(&["checkout.complete.status-completed", "checkout.complete.order-created"])
        .advice("answer with status completed and the order"),
        ask(
            Topic::Lifecycle,
            "complete-order-and-status-agree",
            "an answer to complete says completed if and only if it has an order",
            order_and_status_agree,
        )
        .proves(&["checkout.complete.no-order-no-success"])
        .advice("create the order and set the status in one step"),
        ask(
            Topic::Lifecycle,
            "complete-applies-buyer",
            "a buyer given on complete is the buyer of the session",
            applies_buyer,
        )
        .proves(&["checkout.complete.buyer-applied"])
        .advice("store the buyer of the complete request"),
        ask(
            Topic::Lifecycle,
            "complete-keeps-lines",
            "completing changes neither lines nor address nor option",
            keeps_lines,
        )
        .proves(&["checkout.state.authoritative-every-response"])
        .advice("order what was shown"),
        ask(
            Topic::Lifecycle,
            "complete-spends-the-token",
            "the seller redeems the token at its provider: a single-use token does not pay a second session",
            spends_token,
        )
        .proves(&["checkout.scope.merchant-psp", "handlers.delegation.seller-charges-token"])
        .advice("present the token to your provider, and complete only when it says yes"),
        ask(
            Topic::Lifecycle,
            "complete-retrieve-shows-order",
            "retrieve shows the order that complete made, each time",
            retrieve_shows_order,
        )
        .proves(&["checkout.complete.order-created"])
        .advice("store the order with the session"),
    ]
}

fn refused() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "complete-with-made-up-token",
            "a made-up token pays nothing",
            made_up_token,
        )
        .proves(&["checkout.scope.merchant-psp"])
        .advice("do not complete unless your provider accepted the token"),
        ask(
            Topic::Lifecycle,
            "complete-with-empty-token",
            "an empty token pays nothing",
            empty_token,
        )
        .proves(&["checkout.scope.merchant-psp"])
        .advice("do not complete unless your provider accepted the token"),
        ask(
            Topic::Lifecycle,
            "complete-without-payment-data",
            "complete without payment_data is refused",
            without_payment_data,
        )
        .proves(&["checkout.complete.no-order-no-success"])
        .advice("answer 4xx invalid_request: payment_data is required"),
        ask(
            Topic::Lifecycle,
            "complete-not-ready",
            "a session that is not ready does not complete",
            not_ready,
        )
        .proves(&["checkout.complete.no-order-no-success"])
        .advice("refuse, or answer with the session and what is missing; charge nothing"),
        ask(
            Topic::Lifecycle,
            "complete-not-ready-leaves-the-token",
            "a refused complete charges nothing: the token still pays when the session is ready",
            not_ready_leaves_token,
        )
        .proves(&["checkout.complete.no-order-no-success"])
        .advice("check the session before you charge"),
        ask(
            Topic::Lifecycle,
            "complete-with-foreign-session-token",
            "a token made for another session does not pay",
            foreign_token,
        )
        .proves(&["checkout.scope.merchant-psp"])
        .advice("tell your provider which session is paid, and let it compare"),
        ask(
            Topic::Lifecycle,
            "complete-with-purchase-order",
            "a purchase order number alone is refused or taken on agreed terms, never ignored",
            purchase_order,
        )
        .versions(SINCE_HANDLERS)
        .proves(&["checkout.payment.purchase-order"])
        .advice("refuse purchase orders unless you agreed on terms with the buyer"),
    ]
}

async fn status(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let token = seller.token(&session).await?;
    let answer = seller.pay(&session, &token).await?;
    seller
        .case()
        .status_or(&answer, &[200], "success-status-complete")
}

async fn says_completed(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    seller.case().must(
        completed.order().is_some(),
        &completed.answer,
        "a completed session has its order",
        || seller.case().excerpt(&completed.answer),
    )
}

fn agree(seller: &Seller, session: &Session) -> Outcome {
    seller.case().must(
        (session.status() == "completed") == session.order().is_some(),
        &session.answer,
        "completed and an order come together",
        || format!("status {}, order {:?}", session.status(), session.order()),
    )
}

async fn order_and_status_agree(seller: Seller) -> Outcome {
    let declined = seller.declined().await?;
    agree(&seller, &declined)?;
    let completed = seller.completed().await?;
    agree(&seller, &completed)
}

async fn applies_buyer(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    seller.holds_buyer(&completed)?;
    let read = seller.read(&completed.id).await?;
    seller.holds_buyer(&read)
}

async fn keeps_lines(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    let token = seller.token(&ready).await?;
    let answer = seller.pay(&ready, &token).await?;
    let completed = seller.session(&answer)?;
    seller.case().must(
        ready.units() == completed.units()
            && ready.address() == completed.address()
            && ready.selected_options() == completed.selected_options(),
        &answer,
        "the completed session is the one that was shown",
        || seller.case().excerpt(&answer),
    )
}

async fn spends_token(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let token = seller.single_token(&session).await?;
    let answer = seller.pay(&session, &token).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        paid.status() == "completed",
        &answer,
        "a good token completes a ready session",
        || seller.case().excerpt(&answer),
    )?;
    let second = seller.ready_session().await?;
    let answer = seller.pay(&second, &token).await?;
    seller
        .no_order(
            &second.id,
            &answer,
            "a token that was spent on another session",
        )
        .await
}

async fn retrieve_shows_order(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    let id = |session: &Session| {
        let order = session.order()?;
        Session::text(order, "id").map(str::to_owned)
    };
    for _ in 0..2 {
        let read = seller.read(&completed.id).await?;
        seller.case().must(
            id(&read).is_some() && id(&read) == id(&completed),
            &read.answer,
            "retrieve shows the same order as complete",
            || format!("{:?} and {:?}", id(&completed), id(&read)),
        )?;
    }
    Ok(())
}

async fn made_up_token(seller: Seller) -> Outcome {
    seller.confirm_test_mode()?;
    let session = seller.ready_session().await?;
    let token = format!("spt_made_up_{}", seller.case().fresh_key()?);
    let answer = seller.pay(&session, &token).await?;
    seller
        .no_order(&session.id, &answer, "a made-up token")
        .await
}

async fn empty_token(seller: Seller) -> Outcome {
    seller.confirm_test_mode()?;
    let session = seller.ready_session().await?;
    let answer = seller.pay(&session, "").await?;
    seller
        .no_order(&session.id, &answer, "an empty token")
        .await
}

async fn without_payment_data(seller: Seller) -> Outcome {
    seller.confirm_test_mode()?;
    let session = seller.ready_session().await?;
    let answer = seller.complete(&session.id, &seller.buyer_body()).await?;
    seller
        .no_order(&session.id, &answer, "complete without payment_data")
        .await?;
    seller.case().must(
        answer.is_refusal(),
        &answer,
        "complete without payment_data is refused with 4xx",
        || answer.status.to_string(),
    )
}

/// A session that cannot be paid, because it has no address.
async fn unready(seller: &Seller) -> Outcome<Session> {
    seller.confirm_test_mode()?;
    let session = seller.new_session().await?;
    if session.status() == "ready_for_payment" {
        return Err(crate::Stop::NotApplicable(
            "the first configured item needs no address".to_owned(),
        ));
    }
    Ok(session)
}

async fn not_ready(seller: Seller) -> Outcome {
    let session = unready(&seller).await?;
    let token = seller.token(&session).await?;
    let answer = seller.pay(&session, &token).await?;
    seller
        .no_order(
            &session.id,
            &answer,
            "complete of a session that is not ready",
        )
        .await
}

async fn not_ready_leaves_token(seller: Seller) -> Outcome {
    let session = unready(&seller).await?;
    // Enough for the goods, their delivery and their tax.
    let allowance = crate::lanes::seller::Allowance::of(seller.target(), &session)?;
    let token = seller
        .limited_token(&crate::lanes::seller::Allowance {
            max_amount: allowance.max_amount.saturating_mul(100),
            ..allowance
        })
        .await?;
    let answer = seller.pay(&session, &token).await?;
    seller
        .no_order(
            &session.id,
            &answer,
            "complete of a session that is not ready",
        )
        .await?;
    let body = seller.address_body(&seller.target().address);
    let moved = seller.updated(&session, &body).await?;
    let ready = seller.made_ready(moved).await?;
    let answer = seller.pay(&ready, &token).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        paid.status() == "completed",
        &answer,
        "a token that was not charged still pays",
        || seller.case().excerpt(&answer),
    )
}

async fn foreign_token(seller: Seller) -> Outcome {
    let one = seller.ready_session().await?;
    let other = seller.ready_session().await?;
    let token = seller.single_token(&one).await?;
    let answer = seller.pay(&other, &token).await?;
    seller
        .no_order(&other.id, &answer, "a token made for another session")
        .await
}

async fn purchase_order(seller: Seller) -> Outcome {
    seller.confirm_test_mode()?;
    let session = seller.ready_session().await?;
    let body = json!({
        "buyer": seller.target().buyer,
        "payment_data": { "purchase_order_number": "PO-CERTIFY-1" },
    });
    let answer = seller.complete(&session.id, &body).await?;
    if answer.is_refusal() {
        return seller
            .no_order(&session.id, &answer, "a refused purchase order")
            .await;
    }
    let after = seller.session(&answer)?;
    agree(&seller, &after)?;
    let told = after.status() == "completed"
        || after.status() == "pending_approval"
        || after.errors().next().is_some();
    seller.case().must(
        told,
        &answer,
        "a purchase order is taken, held for approval, or declined by a message",
        || {
            format!(
                "status {}, messages {}",
                after.status(),
                Value::Array(after.messages().to_vec())
            )
        },
    )
}
