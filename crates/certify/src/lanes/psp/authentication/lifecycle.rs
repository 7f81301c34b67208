//! Create, authenticate, retrieve.

use std::sync::Arc;

use serde_json::Value;

use super::{
    client::{Authenticator, status},
    documents,
};
use crate::{
    Answer, Case, Check, Outcome, SpecVersion, Topic,
    lanes::psp::{body, check, row::judge_refusal},
};

const AFTER_AUTHENTICATE: [&str; 7] = [
    "authenticated",
    "action_required",
    "attempted",
    "not_authenticated",
    "rejected",
    "unavailable",
    "expired",
];

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = authenticates();
    checks.extend(retrieves());
    checks
}

fn authenticates() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "authentication-authenticate",
            "authenticate answers 200 and repeats the id of the session",
            authenticate,
        )
        .proves(&[
            "delegate-authentication.endpoints.authenticate",
            "delegate-authentication.authenticate.status-200",
            "delegate-authentication.authenticate.same-session",
        ]),
        check(
            Topic::Lifecycle,
            "authentication-authenticate-status",
            "authenticate answers with one of its statuses",
            authenticate_status,
        )
        .proves(&["delegate-authentication.authenticate.status-values"]),
        check(
            Topic::Lifecycle,
            "authentication-authenticate-shape",
            "the answer to authenticate is a valid session",
            authenticate_shape,
        )
        .proves_shapes(&["DelegateAuthenticationSession", "Action", "ChallengeAction"]),
        check(
            Topic::Lifecycle,
            "authentication-authenticate-action",
            "authenticate answers with a challenge exactly when the status is action_required",
            authenticate_action,
        )
        .proves(&["delegate-authentication.authenticate.action-challenge"]),
        check(
            Topic::Lifecycle,
            "authentication-fingerprints",
            "fingerprint_completion Y, N and U are all taken",
            fingerprints,
        )
        .proves(&["delegate-authentication.authenticate.status-200"]),
        check(
            Topic::Lifecycle,
            "authentication-channel-later",
            "channel and notification address are taken with create and with authenticate",
            channel_later,
        )
        .proves(&["delegate-authentication.authenticate.channel-either"]),
        check(
            Topic::Errors,
            "authentication-channel-missing",
            "authenticate is refused when no call gave a channel",
            channel_missing,
        )
        .proves(&["delegate-authentication.authenticate.channel-missing-refused"]),
        check(
            Topic::Errors,
            "authentication-url-missing",
            "authenticate is refused when no call gave a challenge_notification_url",
            url_missing,
        )
        .proves(&["delegate-authentication.authenticate.notification-url-missing-refused"]),
    ]
}

fn retrieves() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "authentication-retrieve",
            "retrieve answers 200 and repeats the id of the session",
            retrieve,
        )
        .proves(&[
            "delegate-authentication.endpoints.retrieve",
            "delegate-authentication.retrieve.status-200",
            "delegate-authentication.authenticate.same-session",
        ]),
        check(
            Topic::Lifecycle,
            "authentication-retrieve-early",
            "before its end a session shows the status of create and no result",
            early,
        )
        .proves(&["delegate-authentication.retrieve.status-values"]),
        check(
            Topic::Lifecycle,
            "authentication-retrieve-changes-nothing",
            "retrieving does not move a session on",
            harmless,
        ),
    ]
}

pub(super) fn one_of(case: &Case, answer: &Answer, statuses: &[&str]) -> Outcome {
    case.must(
        statuses.contains(&status(answer)),
        answer,
        &format!("status is one of {}", statuses.join(", ")),
        || format!("status is {:?}", answer.pointer("/status")),
    )
}

/// An action of this type stands exactly where the status is `action_required`.
pub(super) fn action_fits(case: &Case, answer: &Answer, kind: &str) -> Outcome {
    let action = answer.pointer("/action");
    if status(answer) == "action_required" {
        return case.must(
            answer.text("/action/type") == Some(kind)
                && answer
                    .pointer(&format!("/action/{kind}"))
                    .is_some_and(Value::is_object),
            answer,
            &format!("with action_required there is an action of type {kind}"),
            || format!("action is {action:?}"),
        );
    }
    case.must(
        action.is_none(),
        answer,
        "without action_required there is no action",
        || format!("status {}, action {action:?}", status(answer)),
    )
}

/// A session of an unchallenged card, authenticated.
async fn authenticated(provider: &Authenticator) -> Outcome<(String, Answer)> {
    let id = provider.created(&provider.body()?).await?;
    let answer = provider.authenticated(&id).await?;
    Ok((id, answer))
}

fn same_session(case: &Case, answer: &Answer, id: &str) -> Outcome {
    case.must(
        answer.text("/authentication_session_id") == Some(id),
        answer,
        "the answer repeats the authentication_session_id of the path",
        || format!("{:?}", answer.pointer("/authentication_session_id")),
    )
}

async fn authenticate(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let (id, answer) = authenticated(&provider).await?;
    same_session(&case, &answer, &id)
}

async fn authenticate_status(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let (_, answer) = authenticated(&provider).await?;
    one_of(&case, &answer, &AFTER_AUTHENTICATE)
}

async fn authenticate_shape(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let (_, answer) = authenticated(&provider).await?;
    case.shape(&answer, "DelegateAuthenticationSession")?;
    if provider.psp.card("challenge").is_ok() {
        let (_, answer) = provider.run_to("challenge").await?;
        case.shape(&answer, "DelegateAuthenticationSession")?;
    }
    Ok(())
}

async fn authenticate_action(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let (_, answer) = authenticated(&provider).await?;
    action_fits(&case, &answer, "challenge")?;
    if provider.psp.card("challenge").is_ok() {
        let (_, answer) = provider.run_to("challenge").await?;
        action_fits(&case, &answer, "challenge")?;
    }
    Ok(())
}

async fn fingerprints(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    for completion in ["Y", "N", "U"] {
        let id = provider.created(&provider.body()?).await?;
        let answer = provider
            .authenticate(&id, &documents::authenticate(completion))
            .await?;
        case.status(&answer, &[200])?;
    }
    Ok(())
}

async fn channel_later(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    authenticated(&provider).await?;
    let mut request = provider.body()?;
    body::remove(&mut request, "/channel");
    body::remove(&mut request, "/challenge_notification_url");
    let id = provider.created(&request).await?;
    let answer = provider
        .authenticate(&id, &documents::authenticate_in_full())
        .await?;
    case.status(&answer, &[200])
}

/// A create without a member, then an authenticate without it.
async fn without(case: Arc<Case>, member: &str) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let mut request = provider.body()?;
    body::remove(&mut request, &format!("/{member}"));
    let id = provider.created(&request).await?;
    let mut second = documents::authenticate_in_full();
    body::remove(&mut second, &format!("/{member}"));
    let answer = provider.authenticate(&id, &second).await?;
    let rule = format!("authenticate is refused when neither call gave {member}");
    judge_refusal(&case, &answer, crate::Severity::Must, &rule)
}

async fn channel_missing(case: Arc<Case>) -> Outcome {
    without(case, "channel").await
}

async fn url_missing(case: Arc<Case>) -> Outcome {
    without(case, "challenge_notification_url").await
}

async fn retrieve(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let (id, _) = authenticated(&provider).await?;
    let answer = provider.retrieved(&id).await?;
    same_session(&case, &answer, &id)
}

async fn early(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let answer = provider.create(&provider.body()?).await?;
    let id = provider.id(&answer)?;
    let before = status(&answer).to_owned();
    let answer = provider.retrieved(&id).await?;
    case.must(
        status(&answer) == before && answer.pointer("/authentication_result").is_none(),
        &answer,
        "before its end a session shows the status of create and no result",
        || format!("created as {before}, then {}", case.excerpt(&answer)),
    )
}

async fn harmless(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let id = provider.created(&provider.body()?).await?;
    let first = provider.retrieved(&id).await?;
    let second = provider.retrieved(&id).await?;
    case.must(
        first.json == second.json,
        &second,
        "retrieving does not move a session on",
        || {
            format!(
                "first {}, then {}",
                case.excerpt(&first),
                case.excerpt(&second)
            )
        },
    )?;
    provider.authenticated(&id).await.map(drop)
}
