//! Capabilities that the seller does not know.

use serde_json::json;

use super::capabilities::{SINCE_CAPABILITIES, body_with, interventions, session_with};
use crate::{
    Check, Outcome, Topic,
    lanes::seller::{Seller, leaks::innards, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    let checks = vec![
        ask(
            Topic::Escalation,
            "unknown-intervention-is-passed-over",
            "an intervention that the seller does not know is passed over, although the schema's list is closed",
            passed_over,
        )
        .proves(&["capabilities.unknown.request-ignored"])
        .advice("drop unknown values of interventions.supported instead of refusing the create"),
        ask(
            Topic::Escalation,
            "unknown-intervention-hides-no-known-one",
            "a known intervention beside an unknown one is still shared",
            hides_none,
        )
        .proves(&["capabilities.unknown.request-ignored", "capabilities.seller.intersection"])
        .advice("drop unknown values one by one"),
        ask(
            Topic::Escalation,
            "unknown-field-is-passed-over",
            "an unknown optional field of capabilities does not cause a refusal",
            unknown_field,
        )
        .proves(&["capabilities.unknown.optional-fields-lenient"])
        .advice("pass over members of capabilities that you do not know"),
        ask(
            Topic::Escalation,
            "unknown-capability-reveals-nothing",
            "the answer to unknown capabilities reveals nothing of the server's inside",
            reveals_nothing,
        )
        .proves(&["capabilities.unknown.no-leak"])
        .advice("answer with a plain error body, or with the session"),
    ];
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_CAPABILITIES))
        .collect()
}

const UNKNOWN: &str = "certify_mind_reading";

async fn passed_over(seller: Seller) -> Outcome {
    let body = body_with(&seller, &json!({ "supported": [UNKNOWN] }))?;
    let answer = seller.create(&body).await?;
    seller.case().must(
        answer.is_success(),
        &answer,
        "an unknown intervention is passed over: the create succeeds",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )?;
    let session = seller.session(&answer)?;
    let got = interventions(&session, "supported");
    seller.case().must(
        got.is_empty(),
        &answer,
        "the unknown intervention is not in the answer",
        || format!("{got:?}"),
    )
}

async fn hides_none(seller: Seller) -> Outcome {
    let known = session_with(&seller, &["3ds"]).await?;
    let session = session_with(&seller, &[UNKNOWN, "3ds"]).await?;
    let (wanted, got) = (
        interventions(&known, "supported"),
        interventions(&session, "supported"),
    );
    seller.case().must(
        wanted == got,
        &session.answer,
        "an unknown intervention changes nothing about the known ones",
        || format!("{wanted:?} without, {got:?} with an unknown one"),
    )
}

async fn unknown_field(seller: Seller) -> Outcome {
    let mut body = seller.create_body()?;
    body.insert(
        "capabilities".to_owned(),
        json!({ "interventions": { "supported": ["3ds"] }, "certify_future": { "level": 2 } }),
    );
    let answer = seller.create(&serde_json::Value::Object(body)).await?;
    seller.case().should(
        answer.is_success(),
        &answer,
        "an unknown optional field of capabilities is passed over",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    );
    Ok(())
}

async fn reveals_nothing(seller: Seller) -> Outcome {
    let bodies = [
        json!({ "supported": [UNKNOWN] }),
        json!({ "supported": [UNKNOWN, 7, null] }),
        json!({ "supported": "3ds", "certify_future": "'; --" }),
    ];
    for interventions in bodies {
        let answer = seller.create(&body_with(&seller, &interventions)?).await?;
        seller.case().must(
            answer.status < 500,
            &answer,
            "unknown capabilities do not break the server",
            || answer.status.to_string(),
        )?;
        let found = innards(&String::from_utf8_lossy(&answer.body));
        seller.case().must(
            found.is_none(),
            &answer,
            "the answer reveals nothing of the server's inside",
            || found.unwrap_or_default().to_owned(),
        )?;
    }
    Ok(())
}
