//! Redirects and nested interactions stay within what the agent declared; the hand-over has an
//! address.

use serde_json::{Value, json};
use url::Url;

use super::capabilities::{SINCE_CAPABILITIES, body_with};
use crate::{
    Answer, Check, Outcome, Stop, Topic,
    lanes::seller::{Seller, Session, paths, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    let checks = vec![
        ask(
            Topic::Escalation,
            "no-redirects-by-default",
            "an agent that leaves max_redirects out is sent through no redirect",
            |seller| redirects(seller, None),
        )
        .proves(&["capabilities.seller.redirects-default"])
        .advice("answer the call itself; ask for no redirect of an agent that declared none"),
        ask(
            Topic::Escalation,
            "no-redirects-when-none-are-allowed",
            "an agent with max_redirects 0 is sent through no redirect",
            |seller| redirects(seller, Some(0)),
        )
        .proves(&["capabilities.seller.redirects-bounded"])
        .advice("answer the call itself; ask for no redirect of an agent that declared none"),
        ask(
            Topic::Escalation,
            "one-redirect-at-most",
            "an agent with max_redirects 1 is sent through one redirect at most",
            |seller| redirects(seller, Some(1)),
        )
        .proves(&["capabilities.seller.redirects-bounded"])
        .advice("count the redirects of a flow, and end it before the agent's limit"),
        ask(
            Topic::Escalation,
            "one-interaction-at-a-time",
            "an authenticated payment leads into no second authentication",
            no_second_interaction,
        )
        .proves(&["capabilities.seller.depth-bounded"])
        .advice("accept the result, or decline; do not nest a further interaction"),
        ask(
            Topic::Escalation,
            "hand-over-has-address",
            "a session that requires escalation says where the buyer goes on",
            hand_over,
        )
        .proves(&["checkout.state.authoritative-every-response"])
        .advice("answer requires_escalation with continue_url, an absolute https address"),
    ];
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_CAPABILITIES))
        .collect()
}

/// Redirects that an answer asks of the agent: a 3xx, or addresses in the authentication's data.
fn asked_for(answer: &Answer) -> usize {
    let mut count = usize::from((300..400).contains(&answer.status));
    let metadata = answer.pointer("/authentication_metadata");
    for (path, text) in metadata.map(paths::texts).unwrap_or_default() {
        let redirect = path.contains("redirect") && text.starts_with("http");
        count = count.saturating_add(usize::from(redirect));
    }
    count
}

async fn redirects(seller: Seller, most: Option<usize>) -> Outcome {
    let mut interventions = json!({ "supported": ["3ds"], "display_context": "webview" });
    if let (Some(most), Some(members)) = (most, interventions.as_object_mut()) {
        members.insert("max_redirects".to_owned(), json!(most));
    }
    let created = seller.create(&body_with(&seller, &interventions)?).await?;
    let session = seller.session(&created)?;
    let mut answers = vec![created];
    answers.push(seller.update(&session.id, &seller.buyer_body()).await?);
    answers.push(seller.get(&session.id).await?);
    // The card that needs authentication is where redirects come from; without one the rest is seen.
    if let Ok(token) = seller.challenged_token(&session).await {
        answers.push(seller.pay(&session, &token).await?);
    }
    let allowed = most.unwrap_or(0);
    for answer in &answers {
        let count = asked_for(answer);
        seller.case().must(
            count <= allowed,
            answer,
            "the agent is sent through no more redirects than it allows",
            || format!("{count} of {allowed}: {}", seller.case().excerpt(answer)),
        )?;
    }
    Ok(())
}

async fn no_second_interaction(seller: Seller) -> Outcome {
    let interventions = json!({ "supported": ["3ds"], "max_interaction_depth": 1 });
    let created = seller.create(&body_with(&seller, &interventions)?).await?;
    let session = seller.session(&created)?;
    let session = seller.made_ready(session).await?;
    let (session, token) = seller.challenged(session).await?;
    let answer = seller
        .authenticated(&session, &token, &seller.proof()?)
        .await?;
    let after = seller.session(&answer)?;
    seller.case().must(
        after.status() != "authentication_required" && after.status() != "requires_escalation",
        &answer,
        "a result is accepted or declined, and leads into no further interaction",
        || after.status().to_owned(),
    )
}

async fn hand_over(seller: Seller) -> Outcome {
    for item in seller.target().items.clone().iter().take(8) {
        let session = seller.create_units(&[(item, 1)], true).await?;
        if session.status() != "requires_escalation" {
            continue;
        }
        let url = Session::text(&session.json, "continue_url").and_then(|url| Url::parse(url).ok());
        return seller.case().must(
            url.is_some_and(|url| matches!(url.scheme(), "http" | "https")),
            &session.answer,
            "continue_url says where the buyer goes on",
            || {
                format!(
                    "{:?}",
                    session.json.get("continue_url").unwrap_or(&Value::Null)
                )
            },
        );
    }
    Err(Stop::NotApplicable(
        "not offered: no configured item requires escalation".to_owned(),
    ))
}
