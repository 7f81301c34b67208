//! Sessions without an order: no event tells of them.
#![expect(
    clippy::similar_names,
    reason = "`case` and what `came` are the words of this lane"
)]

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use super::{
    super::seller::{Allowance, Seller, Session},
    check,
    hub::Hub,
    journey::{no_order, sends},
};
use crate::{Case, Check, Outcome, Payment, Stop, Topic};

/// How a session stays without an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    Ready,
    Canceled,
    Declined,
}

pub(super) fn checks() -> Vec<Check> {
    let rows = [
        (
            "session-open",
            "a session that was only created sends no event",
            Way::Open,
        ),
        (
            "session-ready",
            "a session that could be paid sends no event",
            Way::Ready,
        ),
        (
            "session-canceled",
            "a cancelled session sends no event",
            Way::Canceled,
        ),
        (
            "session-declined",
            "a session whose payment was declined sends no event",
            Way::Declined,
        ),
    ];
    let mut checks: Vec<_> = rows
        .into_iter()
        .map(|(name, title, way)| {
            check(Topic::Webhooks, name, title, move |case| silent(case, way))
                .proves(&["webhooks.emit.order-create"])
                .advice("send order events for orders alone")
        })
        .collect();
    checks.push(
        check(
            Topic::Idempotency,
            "complete-replayed",
            "completing again under the same key sends no second order_create",
            replayed,
        )
        .proves(&["webhooks.emit.order-create"])
        .advice("queue the event in the transaction that makes the order"),
    );
    checks
}

async fn silent(case: Arc<Case>, way: Way) -> Outcome {
    let (hub, target) = Hub::of(&case).await?;
    let seller = Seller::of(&case)?;
    let session = match way {
        Way::Open => seller.new_session().await.map_err(no_order)?,
        Way::Ready => seller.ready_session().await.map_err(no_order)?,
        Way::Canceled => {
            let session = seller.new_session().await.map_err(no_order)?;
            seller.cancel(&session.id).await?;
            session
        }
        Way::Declined => declined(&case, &seller).await?,
    };
    sleep(Duration::from_millis(target.quiet_ms)).await;
    let came = hub.of_session(&session.id);
    match came.first() {
        None => Ok(()),
        Some(delivery) => {
            let answer = delivery.evidence(&case);
            case.must(
                false,
                &answer,
                "a session without an order sends no event",
                || format!("{} came", delivery.kind()),
            )
        }
    }
}

async fn declined(case: &Case, seller: &Seller) -> Outcome<Session> {
    let payment = case
        .target()
        .seller
        .as_ref()
        .and_then(|seller| seller.payment.as_ref());
    if !matches!(payment, Some(Payment::Delegate { .. })) {
        return Err(Stop::NotTested(
            "a payment can be declined with [seller.payment] how = \"delegate\" alone".to_owned(),
        ));
    }
    let session = seller.ready_session().await.map_err(no_order)?;
    let allowance = Allowance {
        declined: true,
        ..Allowance::of(seller.target(), &session)?
    };
    let token = seller.token_with(&allowance).await.map_err(no_order)?;
    let body = seller.complete_body(&session, &token);
    let answer = seller.complete(&session.id, &body).await?;
    if answer.text("/status") == Some("completed") {
        return Err(Stop::NotTested(
            "the card that should be declined was not; set seller.payment.declined_card".to_owned(),
        ));
    }
    Ok(session)
}

async fn replayed(case: Arc<Case>) -> Outcome {
    let (hub, target) = Hub::of(&case).await?;
    sends(&case).await?;
    let seller = Seller::of(&case)?;
    let session = seller.ready_session().await.map_err(no_order)?;
    let token = seller.token(&session).await.map_err(no_order)?;
    let body = seller.complete_body(&session, &token);
    let path = super::super::seller::session_path(&session.id, "/complete");
    let request = seller.post_request(path, &body)?;
    let first = seller.send(request.clone()).await.map_err(no_order)?;
    if first.text("/status") != Some("completed") {
        return Err(Stop::NotTested(
            "the checkout was not completed; see the lane seller".to_owned(),
        ));
    }
    seller.send(request).await.map_err(no_order)?;
    let longest = Duration::from_secs(target.wait_s);
    hub.wait(&session.id, longest, |came| !came.is_empty())
        .await;
    sleep(Duration::from_millis(target.quiet_ms)).await;
    let creates: Vec<_> = hub
        .of_session(&session.id)
        .into_iter()
        .filter(|came| came.kind() == "order_create")
        .collect();
    let Some(last) = creates.last() else {
        return Err(Stop::NotTested(
            "no event came; see webhook-sender.webhooks.emit-order-create".to_owned(),
        ));
    };
    let answer = last.evidence(&case);
    case.must(
        creates.len() == 1,
        &answer,
        "a replayed complete sends no second order_create",
        || format!("{} came", creates.len()),
    )
}
