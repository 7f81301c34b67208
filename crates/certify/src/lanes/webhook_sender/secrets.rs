//! What order events must not hold.
#![expect(
    clippy::similar_names,
    reason = "`case` and what `came` are the words of this lane"
)]

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{
    super::seller::Seller,
    check,
    delivery::Delivery,
    hub::Hub,
    journey::{no_order, sends},
};
use crate::{Case, Check, Outcome, Payment, SpecVersion, Stop, Topic, VersionRange};

pub(super) fn checks() -> Vec<Check> {
    let secrets = check(
        Topic::Leaks,
        "no-payment-data",
        "an event holds neither the payment token nor the card, nor any key of the parties",
        payment_data,
    )
    .advice("build events from the order alone");
    let affiliate = check(
        Topic::Leaks,
        "no-affiliate-data",
        "an event does not show affiliate attribution",
        affiliate,
    )
    .proves(&["affiliate.write-only.webhooks"])
    .versions(VersionRange::from(SpecVersion::V2025_12_12))
    .advice("affiliate attribution is write-only: leave it out of events");
    vec![secrets, affiliate]
}

async fn payment_data(case: Arc<Case>) -> Outcome {
    let (token, came) = bought(&case, None).await?;
    let mut words = case.target().secrets();
    words.push(token);
    let payment = case
        .target()
        .seller
        .as_ref()
        .and_then(|seller| seller.payment.clone());
    if let Some(Payment::Delegate { card, .. }) = payment {
        words.push(card);
    }
    for delivery in &came {
        let answer = delivery.evidence(&case);
        let body = String::from_utf8_lossy(&delivery.body);
        let shown = words
            .iter()
            .filter(|word| word.len() >= 8 && body.contains(&***word));
        let shown = shown.count();
        case.must(
            shown == 0,
            &answer,
            "an event holds no token, card or key",
            || format!("{shown} of them stand in the body"),
        )?;
    }
    Ok(())
}

async fn affiliate(case: Arc<Case>) -> Outcome {
    Hub::of(&case).await?;
    let offered = case
        .target()
        .seller
        .as_ref()
        .is_some_and(|seller| seller.offers("affiliate"));
    if !offered {
        return Err(Stop::NotApplicable(
            "not offered: affiliate is not in seller.offers".to_owned(),
        ));
    }
    let token = format!("atp_{}", case.fresh_key()?);
    let attribution = json!({
        "provider": "certify.example",
        "token": token,
        "publisher_id": "pub_certify",
    });
    let (_, came) = bought(&case, Some(attribution)).await?;
    for delivery in &came {
        let answer = delivery.evidence(&case);
        let body = String::from_utf8_lossy(&delivery.body);
        case.must(
            !body.contains(&token)
                && !body.contains("affiliate_attribution")
                && !body.contains("pub_certify"),
            &answer,
            "events do not show affiliate attribution",
            || case.excerpt(&answer),
        )?;
    }
    Ok(())
}

/// Buys, with this attribution, and returns the token and what was told.
async fn bought(case: &Arc<Case>, attribution: Option<Value>) -> Outcome<(String, Vec<Delivery>)> {
    let (hub, target) = Hub::of(case).await?;
    sends(case).await?;
    let seller = Seller::of(case)?;
    let session = seller.ready_session().await.map_err(no_order)?;
    let token = seller.token(&session).await.map_err(no_order)?;
    let mut body = seller.complete_body(&session, &token);
    if let (Some(attribution), Some(members)) = (attribution, body.as_object_mut()) {
        members.insert("affiliate_attribution".to_owned(), attribution);
    }
    let answer = seller
        .complete(&session.id, &body)
        .await
        .map_err(no_order)?;
    let completed = seller.session(&answer).map_err(no_order)?;
    if completed.status() != "completed" {
        return Err(Stop::NotTested(format!(
            "the checkout was not completed: status {}; see the lane seller",
            completed.status()
        )));
    }
    let longest = Duration::from_secs(target.wait_s);
    if !hub
        .wait(&session.id, longest, |came| !came.is_empty())
        .await
    {
        return Err(Stop::NotTested(
            "no event came; see webhook-sender.webhooks.emit-order-create".to_owned(),
        ));
    }
    Ok((token, hub.of_session(&session.id)))
}
