//! 3-D Secure without its result: what must not pay.

use super::{
    capabilities::{SINCE_CAPABILITIES, session_with},
    three_ds::SINCE_3DS,
};
use crate::{
    Check, Outcome, Topic,
    lanes::seller::{Seller, Session, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = missing();
    checks.extend(claims());
    checks
}

fn missing() -> Vec<Check> {
    let checks = vec![
        ask(
            Topic::Escalation,
            "3ds-missing-result-is-refused",
            "complete without authentication_result in authentication_required is refused and makes no order",
            missing_refused,
        )
        .proves(&["checkout.authentication.missing-result-4xx"])
        .advice("answer 4xx, and charge nothing"),
        ask(
            Topic::Escalation,
            "3ds-missing-result-error",
            "that error has type invalid_request, code requires_3ds and param $.authentication_result",
            missing_error,
        )
        .proves(&["checkout.authentication.missing-result-error"])
        .advice("answer with exactly these three"),
        ask(
            Topic::Escalation,
            "3ds-missing-result-can-be-mended",
            "after that error the result still completes the session",
            missing_mended,
        )
        .proves(&["checkout.authentication.missing-result-4xx"])
        .advice("leave the session in authentication_required"),
    ];
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_3DS))
        .collect()
}

fn claims() -> Vec<Check> {
    let checks = vec![
        ask(
            Topic::Escalation,
            "3ds-enforced-without-capability",
            "an agent that claims no capability cannot pay without the authentication that is needed",
            enforced_anyway,
        )
        .proves(&["capabilities.security.enforced-anyway"])
        .advice("ask for authentication whatever the agent claims"),
        ask(
            Topic::Escalation,
            "3ds-claim-is-no-proof",
            "an agent that claims 3ds cannot pay without having authenticated",
            claim_is_no_proof,
        )
        .proves(&["capabilities.security.not-sole-source"])
        .advice("take the authentication's result, not the capability, as proof"),
    ];
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_CAPABILITIES))
        .collect()
}

async fn missing_refused(seller: Seller) -> Outcome {
    let (session, token) = seller.new_challenged().await?;
    let answer = seller.pay(&session, &token).await?;
    seller.case().must(
        answer.is_refusal(),
        &answer,
        "complete without the result is refused with 4xx",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )?;
    seller
        .no_order(&session.id, &answer, "complete without the result")
        .await
}

async fn missing_error(seller: Seller) -> Outcome {
    let (session, token) = seller.new_challenged().await?;
    let answer = seller.pay(&session, &token).await?;
    for (pointer, wanted) in [
        ("/type", "invalid_request"),
        ("/code", "requires_3ds"),
        ("/param", "$.authentication_result"),
    ] {
        seller.case().must(
            answer.text(pointer) == Some(wanted),
            &answer,
            "the error has type invalid_request, code requires_3ds and param $.authentication_result",
            || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
        )?;
    }
    Ok(())
}

async fn missing_mended(seller: Seller) -> Outcome {
    let (session, token) = seller.new_challenged().await?;
    seller.pay(&session, &token).await?;
    let result = seller.proof()?;
    let answer = seller.authenticated(&session, &token, &result).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        paid.status() == "completed",
        &answer,
        "the result completes the session also after it was missing once",
        || {
            format!(
                "status {}: {}",
                paid.status(),
                seller.case().excerpt(&answer)
            )
        },
    )
}

async fn enforced_anyway(seller: Seller) -> Outcome {
    let session = session_with(&seller, &[]).await?;
    never_completes(&seller, session).await
}

async fn claim_is_no_proof(seller: Seller) -> Outcome {
    let session = session_with(&seller, &["3ds"]).await?;
    never_completes(&seller, session).await
}

async fn never_completes(seller: &Seller, session: Session) -> Outcome {
    let ready = seller.made_ready(session).await?;
    let token = seller.challenged_token(&ready).await?;
    let answer = seller.pay(&ready, &token).await?;
    seller
        .no_order(&ready.id, &answer, "a payment that was not authenticated")
        .await
}
