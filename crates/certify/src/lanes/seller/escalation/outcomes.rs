//! What comes of each result of an authentication.

use serde_json::json;

use super::three_ds::SINCE_3DS;
use crate::{
    Check, Outcome, SpecVersion, Topic,
    lanes::seller::{Dialect, Seller, rule::ask},
};

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks: Vec<_> = Dialect(version)
        .failed_outcomes()
        .iter()
        .map(|&outcome| {
            ask(
                Topic::Escalation,
                &format!("3ds-{}", outcome.replace('_', "-")),
                format!("an authentication that ended as {outcome} makes no order"),
                move |seller| fails(seller, outcome),
            )
            .proves(&[
                "checkout.authentication.status-set",
                "capabilities.security.not-sole-source",
            ])
            .advice("decline the payment unless the outcome says that the buyer was authenticated")
        })
        .collect();
    checks.extend([
        ask(
            Topic::Escalation,
            "3ds-authenticated",
            "an authenticated payment completes",
            succeeds,
        )
        .proves(&[
            "checkout.authentication.status-set",
            "checkout.complete.status-completed",
        ])
        .advice("charge with the result, and answer with the order"),
        ask(
            Topic::Escalation,
            "3ds-failed-then-other-card",
            "after a failed authentication another card pays the same session",
            then_other_card,
        )
        .proves(&["checkout.errors.payment-declined"])
        .advice("leave the session ready for another try"),
        ask(
            Topic::Escalation,
            "3ds-metadata-goes-away",
            "a completed session does not ask for authentication any more",
            metadata_goes,
        )
        .proves(&["checkout.authentication.status-set"])
        .advice("drop authentication_metadata once the session is completed"),
    ]);
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_3DS))
        .collect()
}

async fn fails(seller: Seller, outcome: &'static str) -> Outcome {
    let (session, token) = seller.new_challenged().await?;
    let result = json!({ "outcome": outcome });
    let answer = seller.authenticated(&session, &token, &result).await?;
    seller
        .no_order(
            &session.id,
            &answer,
            "a payment whose authentication failed",
        )
        .await?;
    seller.case().must(
        answer.status < 500,
        &answer,
        "a failed authentication is no fault of the server",
        || answer.status.to_string(),
    )
}

async fn succeeds(seller: Seller) -> Outcome {
    let (session, token) = seller.new_challenged().await?;
    let result = seller.proof()?;
    let answer = seller.authenticated(&session, &token, &result).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        paid.status() == "completed" && paid.order().is_some(),
        &answer,
        "an authenticated payment completes the session",
        || {
            format!(
                "status {}: {}",
                paid.status(),
                seller.case().excerpt(&answer)
            )
        },
    )
}

async fn then_other_card(seller: Seller) -> Outcome {
    let (session, token) = seller.new_challenged().await?;
    let outcome = seller.dialect().failed_outcomes().first();
    let failed = json!({ "outcome": outcome });
    seller.authenticated(&session, &token, &failed).await?;
    let read = seller.read(&session.id).await?;
    let token = seller.token(&read).await?;
    let answer = seller.pay(&read, &token).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        paid.status() == "completed",
        &answer,
        "another card pays after a failed authentication",
        || {
            format!(
                "status {}: {}",
                paid.status(),
                seller.case().excerpt(&answer)
            )
        },
    )
}

async fn metadata_goes(seller: Seller) -> Outcome {
    let (session, token) = seller.new_challenged().await?;
    let result = seller.proof()?;
    let answer = seller.authenticated(&session, &token, &result).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        !paid.has_message("requires_3ds"),
        &answer,
        "a completed session does not ask for authentication",
        || seller.case().excerpt(&answer),
    )
}
