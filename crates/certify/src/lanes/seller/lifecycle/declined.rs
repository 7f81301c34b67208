//! A declined payment, and the one that follows.

use serde_json::Value;

use crate::{
    Check, Outcome, SpecVersion, Topic, VersionRange,
    lanes::seller::{Seller, Session, paths::Found, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "declined-is-a-session",
            "a declined payment is answered by a 2xx session, not by an error",
            is_session,
        )
        .versions(VersionRange::from(SpecVersion::V2026_01_30))
        .proves(&[
            "checkout.errors.payment-declined",
            "checkout.errors.business-in-session",
        ])
        .advice("answer 200 with the session and an error message payment_declined"),
        ask(
            Topic::Lifecycle,
            "declined-has-message",
            "a declined payment is told by an error message payment_declined",
            has_message,
        )
        .proves(&["checkout.errors.payment-declined"])
        .advice("add a message of type error with code payment_declined"),
        ask(
            Topic::Lifecycle,
            "declined-has-no-order",
            "a declined payment makes no order",
            has_no_order,
        )
        .proves(&[
            "checkout.errors.payment-declined",
            "checkout.complete.no-order-no-success",
        ])
        .advice("create the order only after the payment went through"),
        ask(
            Topic::Lifecycle,
            "declined-then-paid",
            "after a declined payment another token pays the same session",
            then_paid,
        )
        .proves(&[
            "checkout.errors.payment-declined",
            "capabilities.runtime.messages-still-valid",
        ])
        .advice("leave the session ready for another try"),
        ask(
            Topic::Lifecycle,
            "declined-thrice-then-paid",
            "three declined payments in a row do not end the session",
            thrice_then_paid,
        )
        .proves(&["checkout.errors.payment-declined"])
        .advice("leave the session ready for another try"),
    ];
    checks.extend(more());
    checks
}

fn more() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "declined-keeps-the-cart",
            "a declined payment changes neither lines nor amounts",
            keeps_cart,
        )
        .proves(&["checkout.errors.payment-declined"])
        .advice("keep the cart as it was"),
        ask(
            Topic::Lifecycle,
            "declined-message-goes-away",
            "once paid, the session does not speak of the declined payment any more",
            message_goes_away,
        )
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .proves(&["checkout.messages.resolution-recoverable-fixable"])
        .advice("compute the messages of each answer anew"),
        ask(
            Topic::Lifecycle,
            "declined-can-be-canceled",
            "a session with a declined payment can be canceled",
            can_be_canceled,
        )
        .proves(&["checkout.cancel.status-200"])
        .advice("a session that is not completed can be canceled"),
        ask(
            Topic::Lifecycle,
            "declined-keeps-capabilities",
            "after a declined payment the session still says how it can be paid",
            keeps_capabilities,
        )
        .versions(VersionRange::from(SpecVersion::V2026_01_30))
        .proves(&[
            "capabilities.runtime.messages-still-valid",
            "checkout.create.handlers-advertised",
        ])
        .advice("keep capabilities.payment.handlers beside the message"),
    ]
}

async fn is_session(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let token = seller.declined_token(&session).await?;
    let answer = seller.pay(&session, &token).await?;
    seller.case().must(
        answer.is_success() && answer.pointer("/line_items").is_some(),
        &answer,
        "a declined payment is a 2xx session",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )
}

async fn has_message(seller: Seller) -> Outcome {
    let declined = seller.declined().await?;
    let said = declined
        .errors()
        .any(|message| Session::text(message, "code") == Some("payment_declined"));
    seller.case().must(
        said,
        &declined.answer,
        "an error message payment_declined tells of it",
        || Value::Array(declined.messages().to_vec()).to_string(),
    )
}

async fn has_no_order(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let token = seller.declined_token(&session).await?;
    let answer = seller.pay(&session, &token).await?;
    seller
        .no_order(&session.id, &answer, "a declined payment")
        .await
}

/// Pays with a fresh token after declined ones.
async fn pay_again(seller: &Seller, session: &Session) -> Outcome<Session> {
    let token = seller.token(session).await?;
    let answer = seller.pay(session, &token).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        paid.status() == "completed" && paid.order().is_some(),
        &answer,
        "another token pays the session after a declined one",
        || {
            format!(
                "status {}: {}",
                paid.status(),
                seller.case().excerpt(&answer)
            )
        },
    )?;
    Ok(paid)
}

async fn then_paid(seller: Seller) -> Outcome {
    let declined = seller.declined().await?;
    pay_again(&seller, &declined).await.map(|_| ())
}

async fn thrice_then_paid(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    for _ in 0..3 {
        let token = seller.declined_token(&session).await?;
        seller.pay(&session, &token).await?;
    }
    pay_again(&seller, &session).await.map(|_| ())
}

async fn keeps_cart(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let token = seller.declined_token(&session).await?;
    let answer = seller.pay(&session, &token).await?;
    let declined = seller.session(&answer)?;
    for member in ["line_items", "totals", "selected_fulfillment_options"] {
        seller.case().must(
            session.json.get(member) == declined.json.get(member),
            &answer,
            "a declined payment leaves the cart as it was",
            || format!("{member} changed"),
        )?;
    }
    Ok(())
}

async fn message_goes_away(seller: Seller) -> Outcome {
    let declined = seller.declined().await?;
    let paid = pay_again(&seller, &declined).await?;
    seller.case().must(
        !paid.has_message("payment_declined"),
        &paid.answer,
        "a problem that was mended is not reported any more",
        || Value::Array(paid.messages().to_vec()).to_string(),
    )
}

async fn can_be_canceled(seller: Seller) -> Outcome {
    let declined = seller.declined().await?;
    let answer = seller.cancel(&declined.id).await?;
    seller.case().status(&answer, &[200])
}

async fn keeps_capabilities(seller: Seller) -> Outcome {
    let declined = seller.declined().await?;
    let found =
        crate::lanes::seller::paths::follow("$.capabilities.payment.handlers[0]", &declined.json);
    seller.case().must(
        found == Found::Something,
        &declined.answer,
        "the handlers are still there after a decline",
        || seller.case().excerpt(&declined.answer),
    )
}
