//! What the seller requires and the agent cannot do.

use serde_json::Value;

use super::capabilities::{SINCE_CAPABILITIES, interventions, session_with};
use crate::{
    Check, Outcome, Stop, Topic,
    lanes::seller::{Seller, Session, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    let checks =
        vec![
        ask(
            Topic::Escalation,
            "mismatch-is-not-ready",
            "a session whose required intervention the agent cannot do is not ready for payment",
            not_ready,
        )
        .proves(&["capabilities.mismatch.not-ready"])
        .advice("answer with not_ready_for_payment: the buyer could never finish"),
        ask(
            Topic::Escalation,
            "mismatch-has-message",
            "that session has an error message intervention_required",
            has_message,
        )
        .proves(&["capabilities.mismatch.message", "capabilities.mismatch.empty-indicated"])
        .advice("add a message of type error with code intervention_required"),
        ask(
            Topic::Escalation,
            "mismatch-names-what-is-missing",
            "the message says which intervention is missing",
            names_missing,
        )
        .proves(&["capabilities.mismatch.clear-errors"])
        .advice("name the intervention in the message's content"),
        ask(
            Topic::Escalation,
            "mismatch-shows-on-create",
            "the misfit shows on create, before any payment",
            shows_early,
        )
        .proves(&["capabilities.mismatch.early"])
        .advice("compare capabilities when the session is created"),
        ask(
            Topic::Escalation,
            "required-is-kept",
            "what the seller requires is stated whatever the agent can do",
            required_kept,
        )
        .proves(&["capabilities.security.required-kept"])
        .advice("do not shorten required to what the agent can do"),
        ask(
            Topic::Escalation,
            "required-empty-demands-nothing",
            "a session that requires nothing completes without an intervention",
            required_empty,
        )
        .proves(&["capabilities.seller.required-absent-none"])
        .advice("state in required what every payment needs"),
        ask(
            Topic::Escalation,
            "enforcement-always",
            "with enforcement always, no payment passes without the required intervention",
            enforcement_always,
        )
        .proves(&["capabilities.seller.enforcement-always"])
        .advice("ask for authentication on every complete, or say conditional"),
    ];
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_CAPABILITIES))
        .collect()
}

/// Whether the session demands something of everyone.
fn always(session: &Session) -> bool {
    let enforcement = session
        .json
        .pointer("/capabilities/interventions/enforcement");
    enforcement.and_then(Value::as_str) == Some("always")
        && !interventions(session, "required").is_empty()
}

/// The session of an agent that can do nothing, at a seller that always requires something.
async fn misfit(seller: &Seller) -> Outcome<Session> {
    let session = session_with(seller, &[]).await?;
    if always(&session) {
        return Ok(session);
    }
    Err(Stop::NotApplicable(
        "not offered: this seller requires no intervention of every payment".to_owned(),
    ))
}

async fn not_ready(seller: Seller) -> Outcome {
    let session = misfit(&seller).await?;
    seller.case().must(
        session.status() == "not_ready_for_payment",
        &session.answer,
        "a session that the agent could never finish is not_ready_for_payment",
        || session.status().to_owned(),
    )
}

fn message(session: &Session) -> Option<&Value> {
    session
        .errors()
        .find(|message| Session::text(message, "code") == Some("intervention_required"))
}

async fn has_message(seller: Seller) -> Outcome {
    let session = misfit(&seller).await?;
    seller.case().should(
        message(&session).is_some(),
        &session.answer,
        "an error message intervention_required tells of the misfit",
        || Value::Array(session.messages().to_vec()).to_string(),
    );
    Ok(())
}

async fn names_missing(seller: Seller) -> Outcome {
    let session = misfit(&seller).await?;
    let content = message(&session)
        .and_then(|message| Session::text(message, "content"))
        .unwrap_or_default()
        .to_lowercase();
    let words: &[&str] = &["3ds", "3-d secure", "3d secure", "biometric", "authenticat"];
    seller.case().should(
        words.iter().any(|word| content.contains(word)),
        &session.answer,
        "the message names the intervention that is missing",
        || format!("`{content}`"),
    );
    Ok(())
}

async fn shows_early(seller: Seller) -> Outcome {
    let session = misfit(&seller).await?;
    seller.case().should(
        session.status() != "ready_for_payment" && !session.messages().is_empty(),
        &session.answer,
        "the answer to create shows the misfit by status and message",
        || session.status().to_owned(),
    );
    Ok(())
}

async fn required_kept(seller: Seller) -> Outcome {
    let able = session_with(&seller, &["3ds", "biometric", "address_verification"]).await?;
    let unable = session_with(&seller, &[]).await?;
    let (one, other) = (
        interventions(&able, "required"),
        interventions(&unable, "required"),
    );
    seller.case().must(
        one == other,
        &unable.answer,
        "required does not depend on what the agent can do",
        || format!("{one:?} for an able agent, {other:?} for one that can do nothing"),
    )
}

async fn required_empty(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    if !interventions(&ready, "required").is_empty() {
        return Err(Stop::NotApplicable(
            "this session requires an intervention".to_owned(),
        ));
    }
    let token = seller.token(&ready).await?;
    let answer = seller.pay(&ready, &token).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        paid.status() == "completed",
        &answer,
        "where nothing is required, a good card pays without an intervention",
        || format!("status {}", paid.status()),
    )
}

async fn enforcement_always(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    if !always(&ready) {
        return Err(Stop::NotApplicable(
            "not offered: this seller requires no intervention of every payment".to_owned(),
        ));
    }
    let token = seller.token(&ready).await?;
    let answer = seller.pay(&ready, &token).await?;
    seller
        .no_order(
            &ready.id,
            &answer,
            "completing without the intervention that is always required",
        )
        .await
}
