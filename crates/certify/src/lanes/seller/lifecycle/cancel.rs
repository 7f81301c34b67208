//! `POST /checkout_sessions/{id}/cancel`.

use serde_json::json;

use crate::{
    Check, Outcome, SpecVersion, Topic, VersionRange,
    lanes::seller::{Seller, Session, rule::ask, session_path},
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "cancel-status",
            "cancel answers 200",
            status,
        )
        .proves(&[
            "checkout.cancel.status-200",
            "checkout.lifecycle.five-operations",
        ])
        .advice("answer POST /checkout_sessions/{id}/cancel with 200 OK"),
        ask(
            Topic::Lifecycle,
            "cancel-says-canceled",
            "a canceled session says canceled in the answer and ever after",
            says_canceled,
        )
        .proves(&["checkout.cancel.status-canceled"])
        .advice("store the status; it is spelled canceled"),
        ask(
            Topic::Lifecycle,
            "cancel-without-body",
            "cancel works without a body",
            status,
        )
        .proves(&[
            "checkout.cancel.body-optional",
            "versions.cancel.no-body-defined",
        ])
        .advice("do not ask for a body or a content type on cancel"),
        ask(
            Topic::Lifecycle,
            "cancel-with-empty-object",
            "cancel works with an empty object as body",
            with_empty_object,
        )
        .versions(VersionRange::from(SpecVersion::V2025_12_12))
        .proves(&["checkout.cancel.body-optional"])
        .advice("every member of the cancel body is optional"),
        ask(
            Topic::Lifecycle,
            "cancel-not-ready",
            "a session that is not ready can be canceled",
            not_ready,
        )
        .proves(&[
            "checkout.cancel.status-200",
            "checkout.cancel.status-canceled",
        ])
        .advice("everything but completed and canceled can be canceled"),
    ];
    checks.extend(more());
    checks
}

fn more() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "cancel-completed",
            "canceling a completed session answers 405 with an error body and leaves it completed",
            completed,
        )
        .proves(&[
            "checkout.cancel.completed-405",
            "checkout.cancel.405-error-body",
        ])
        .advice("answer 405 with type, code and message"),
        ask(
            Topic::Lifecycle,
            "cancel-canceled",
            "canceling a canceled session with a fresh key answers 405 with an error body",
            canceled,
        )
        .proves(&[
            "checkout.cancel.canceled-405",
            "checkout.cancel.405-error-body",
        ])
        .advice("answer 405; only the same key gets the first answer again"),
        ask(
            Topic::Lifecycle,
            "cancel-keeps-the-cart",
            "a canceled session still shows its lines and amounts",
            keeps_cart,
        )
        .proves(&["checkout.state.authoritative-every-response"])
        .advice("answer with the whole session"),
        ask(
            Topic::Lifecycle,
            "cancel-cancels-no-other",
            "canceling one session leaves another alone",
            no_other,
        )
        .proves(&["checkout.cancel.status-canceled"])
        .advice("cancel the session of the path"),
    ]
}

async fn status(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let answer = seller.cancel(&session.id).await?;
    seller.case().status(&answer, &[200])
}

fn is_canceled(seller: &Seller, session: &Session) -> Outcome {
    seller.case().must(
        session.status() == "canceled" && session.order().is_none(),
        &session.answer,
        "a canceled session says canceled and has no order",
        || session.status().to_owned(),
    )
}

async fn says_canceled(seller: Seller) -> Outcome {
    let session = seller.canceled().await?;
    is_canceled(&seller, &session)?;
    let read = seller.read(&session.id).await?;
    is_canceled(&seller, &read)
}

async fn with_empty_object(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let request = seller.post_request(session_path(&session.id, "/cancel"), &json!({}))?;
    let answer = seller.send(request).await?;
    seller.case().status(&answer, &[200])
}

async fn not_ready(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let answer = seller.cancel(&session.id).await?;
    seller.case().status(&answer, &[200])?;
    let canceled = seller.session(&answer)?;
    is_canceled(&seller, &canceled)
}

async fn completed(seller: Seller) -> Outcome {
    let session = seller.completed().await?;
    let answer = seller.cancel(&session.id).await?;
    seller.case().status(&answer, &[405])?;
    seller.is_error(&answer)?;
    seller
        .unchanged(&session, "canceling a completed session")
        .await
}

async fn canceled(seller: Seller) -> Outcome {
    let session = seller.canceled().await?;
    let answer = seller.cancel(&session.id).await?;
    seller.case().status(&answer, &[405])?;
    seller.is_error(&answer)?;
    seller
        .unchanged(&session, "canceling a canceled session")
        .await
}

async fn keeps_cart(seller: Seller) -> Outcome {
    let before = seller.new_session_with_address().await?;
    let answer = seller.cancel(&before.id).await?;
    let canceled = seller.session(&answer)?;
    seller.case().must(
        before.units() == canceled.units() && before.total("total") == canceled.total("total"),
        &answer,
        "the canceled session still shows what was in it",
        || seller.case().excerpt(&answer),
    )
}

async fn no_other(seller: Seller) -> Outcome {
    let other = seller.new_session_with_address().await?;
    seller.canceled().await?;
    seller.unchanged(&other, "canceling another session").await
}
