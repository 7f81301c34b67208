//! How an authentication ends.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    client::{Authenticator, status},
    documents,
};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Topic, lanes::psp::check};

const ENDS: [&str; 7] = [
    "authenticated",
    "attempted",
    "not_authenticated",
    "rejected",
    "unavailable",
    "expired",
    "challenge_abandoned",
];

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let ends_as = |name: &'static str, title: &'static str, outcome: &'static str| {
        check(Topic::Escalation, name, title, move |case| async move {
            ends(case, outcome).await
        })
        .proves(&[
            "delegate-authentication.authenticate.status-values",
            "delegate-authentication.retrieve.status-values",
        ])
    };
    vec![
        check(Topic::Escalation, "not-enrolled", "a card that is not enrolled gets status not_supported", not_enrolled)
            .proves(&["delegate-authentication.create.not-enrolled"]),
        check(Topic::Escalation, "no-fingerprint", "a card whose issuer has no 3DS method gets status pending", no_fingerprint)
            .proves(&["delegate-authentication.create.no-fingerprint-pending"]),
        check(Topic::Escalation, "challenge", "a card that is challenged gets action_required with a challenge", challenge)
            .proves(&["delegate-authentication.authenticate.action-challenge"]),
        ends_as("attempted", "an attempted authentication ends as attempted", "attempted"),
        ends_as("not-authenticated", "a failed authentication ends as not_authenticated", "not_authenticated"),
        ends_as("rejected", "an authentication that the issuer rejects ends as rejected", "rejected"),
        ends_as("unavailable", "an authentication with a technical error ends as unavailable", "unavailable")
            .proves(&["delegate-authentication.authenticate.unavailable-mapping"]),
        check(Topic::Escalation, "unchallenged-end", "an unchallenged session is at its end after authenticate", unchallenged)
            .proves(&["delegate-authentication.retrieve.status-values"]),
        check(Topic::Escalation, "result", "a session that is authenticated, attempted or not authenticated holds authentication_result", result)
            .proves(&["delegate-authentication.retrieve.result-present"])
            .proves_shapes(&["DelegateAuthenticationSessionWithResult", "delegate_authentication#AuthenticationResult"]),
        check(Topic::Escalation, "result-cryptogram", "the result of an authenticated or attempted session holds indicator and cryptogram", cryptogram)
            .proves(&["delegate-authentication.retrieve.result-cryptogram"]),
        check(Topic::Escalation, "result-final", "the result does not change, nor can another authenticate change it", final_result)
            .proves(&["delegate-authentication.retrieve.result-final"]),
        check(Topic::Expiry, "authentication-expired", "a session past its life shows expired, and authenticate answers expired too", expired)
            .proves(&["delegate-authentication.retrieve.expired"]),
        check(Topic::Expiry, "challenge-abandoned", "a challenge that was shown and not finished ends as challenge_abandoned", abandoned)
            .proves(&["delegate-authentication.retrieve.abandoned"]),
    ]
}

fn is(case: &Case, answer: &Answer, expected: &str) -> Outcome {
    case.must(
        status(answer) == expected,
        answer,
        &format!("the status is {expected}"),
        || format!("status is {:?}", answer.pointer("/status")),
    )
}

async fn not_enrolled(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let answer = provider.create(&provider.body_of("not_supported")?).await?;
    provider.id(&answer)?;
    is(&case, &answer, "not_supported")
}

async fn no_fingerprint(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let answer = provider.create(&provider.body_of("pending")?).await?;
    let id = provider.id(&answer)?;
    is(&case, &answer, "pending")?;
    let answer = provider
        .authenticate(&id, &documents::authenticate("U"))
        .await?;
    case.status(&answer, &[200])
}

async fn challenge(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let (id, answer) = provider.run_to("challenge").await?;
    is(&case, &answer, "action_required")?;
    for member in [
        "acs_url",
        "acs_trans_id",
        "three_ds_server_trans_id",
        "message_version",
    ] {
        case.must(
            answer
                .text(&format!("/action/challenge/{member}"))
                .is_some_and(|text| !text.is_empty()),
            &answer,
            "the challenge names address, transactions and version",
            || format!("{member} is missing"),
        )?;
    }
    let answer = provider.retrieved(&id).await?;
    is(&case, &answer, "action_required")
}

async fn ends(case: Arc<Case>, outcome: &str) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let (id, answer) = provider.run_to(outcome).await?;
    is(&case, &answer, outcome)?;
    is(&case, &provider.retrieved(&id).await?, outcome)
}

async fn unchallenged(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let id = provider.created(&provider.body()?).await?;
    let answer = provider.authenticated(&id).await?;
    let said = status(&answer).to_owned();
    let answer = provider.retrieved(&id).await?;
    case.must(
        said == "action_required" || (ENDS.contains(&status(&answer)) && status(&answer) == said),
        &answer,
        "retrieve shows the end that authenticate told",
        || format!("authenticate said {said}, retrieve {}", status(&answer)),
    )
}

/// Finished sessions, one for each way that the configured cards open.
async fn finished(provider: &Authenticator) -> Outcome<Vec<Answer>> {
    let mut bodies = vec![provider.body()?];
    for outcome in ["attempted", "not_authenticated"] {
        bodies.extend(provider.body_of(outcome));
    }
    let mut answers = Vec::new();
    for body in &bodies {
        let id = provider.created(body).await?;
        provider.authenticated(&id).await?;
        let answer = provider.retrieved(&id).await?;
        if ["authenticated", "attempted", "not_authenticated"].contains(&status(&answer)) {
            answers.push(answer);
        }
    }
    if answers.is_empty() {
        return Err(crate::Stop::NotTested(
            "no configured card is authenticated without a challenge: set psp.cards.approved to one".to_owned(),
        ));
    }
    Ok(answers)
}

async fn result(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    for answer in finished(&provider).await? {
        let result = answer.pointer("/authentication_result");
        case.must(
            result.is_some_and(Value::is_object),
            &answer,
            "a finished session holds authentication_result",
            || format!("status {}, no result", status(&answer)),
        )?;
        case.shape(&answer, "DelegateAuthenticationSessionWithResult")?;
    }
    Ok(())
}

async fn cryptogram(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    for answer in finished(&provider).await? {
        if status(&answer) == "not_authenticated" {
            continue;
        }
        for member in ["electronic_commerce_indicator", "three_ds_cryptogram"] {
            let text = answer.text(&format!("/authentication_result/{member}"));
            case.should(
                text.is_some_and(|text| !text.is_empty()),
                &answer,
                "the result of an authenticated or attempted session holds indicator and cryptogram",
                || format!("status {}, {member} is {text:?}", status(&answer)),
            );
        }
    }
    Ok(())
}

async fn final_result(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let id = provider.created(&provider.body()?).await?;
    provider.authenticated(&id).await?;
    let first = provider.retrieved(&id).await?;
    let again = provider
        .authenticate(&id, &documents::authenticate("N"))
        .await?;
    case.must(
        again.is_refusal() || status(&again) == status(&first),
        &again,
        "another authenticate is refused or repeats the end",
        || format!("{}: {}", again.status, case.excerpt(&again)),
    )?;
    let second = provider.retrieved(&id).await?;
    case.must(
        first.json == second.json,
        &second,
        "the result of a finished session does not change",
        || {
            format!(
                "first {}, then {}",
                case.excerpt(&first),
                case.excerpt(&second)
            )
        },
    )
}

async fn past_life(provider: &Authenticator) -> Outcome {
    let wait = Duration::from_secs(provider.life_s()?.saturating_add(1));
    tokio::time::sleep(wait).await;
    Ok(())
}

async fn expired(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    provider.life_s()?;
    let id = provider.created(&provider.body()?).await?;
    past_life(&provider).await?;
    is(&case, &provider.retrieved(&id).await?, "expired")?;
    is(&case, &provider.authenticated(&id).await?, "expired")
}

async fn abandoned(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    provider.life_s()?;
    let (id, answer) = provider.run_to("challenge").await?;
    is(&case, &answer, "action_required")?;
    past_life(&provider).await?;
    is(
        &case,
        &provider.retrieved(&id).await?,
        "challenge_abandoned",
    )
}
