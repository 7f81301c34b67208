//! Opening a session.

use std::sync::Arc;

use serde_json::json;

use super::{
    client::Authenticator,
    lifecycle::{action_fits, one_of},
};
use crate::{
    Case, Check, Outcome, SpecVersion, Topic,
    lanes::psp::{body, check},
};

const AFTER_CREATE: [&str; 3] = ["action_required", "pending", "not_supported"];

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    creates()
}

fn creates() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "authentication-create",
            "create answers 201 with an authentication_session_id",
            create,
        )
        .proves(&[
            "delegate-authentication.contract.implemented",
            "delegate-authentication.endpoints.create",
            "delegate-authentication.create.status-201",
            "delegate-authentication.session.id-returned",
        ]),
        check(
            Topic::Lifecycle,
            "authentication-create-smallest",
            "a create with the required members alone is taken",
            smallest,
        )
        .proves(&["delegate-authentication.create.status-201"]),
        check(
            Topic::Lifecycle,
            "authentication-create-shape",
            "the answer to create is a valid session",
            create_shape,
        )
        .proves_shapes(&[
            "DelegateAuthenticationSession",
            "DelegateAuthenticationSessionBase",
            "Action",
            "FingerprintAction",
        ]),
        check(
            Topic::Lifecycle,
            "authentication-create-status",
            "after create a session is action_required, pending or not_supported",
            create_status,
        )
        .proves(&["delegate-authentication.create.status-values"]),
        check(
            Topic::Lifecycle,
            "authentication-create-action",
            "create answers with a fingerprint exactly when the status is action_required",
            create_action,
        )
        .proves(&["delegate-authentication.create.action-fingerprint"]),
        check(
            Topic::Lifecycle,
            "authentication-deferred-channel",
            "a create without channel asks for no fingerprint: pending or not_supported",
            deferred,
        )
        .proves(&["delegate-authentication.create.deferred-channel-no-fingerprint"]),
        check(
            Topic::Lifecycle,
            "authentication-unique-ids",
            "two creates get two sessions",
            unique_ids,
        )
        .proves(&["delegate-authentication.session.id-returned"]),
        check(
            Topic::Lifecycle,
            "authentication-no-javascript",
            "a browser without JavaScript needs no screen",
            no_javascript,
        ),
    ]
}

async fn create(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    provider.created(&provider.body()?).await.map(drop)
}

async fn smallest(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let mut request = provider.body()?;
    for member in [
        "acquirer_details",
        "channel",
        "checkout_session_id",
        "flow_preference",
        "challenge_notification_url",
        "shopper_details",
    ] {
        body::remove(&mut request, &format!("/{member}"));
    }
    provider.created(&request).await.map(drop)
}

async fn create_shape(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let answer = provider.create(&provider.body()?).await?;
    provider.id(&answer)?;
    case.shape(&answer, "DelegateAuthenticationSession")
}

async fn create_status(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let answer = provider.create(&provider.body()?).await?;
    provider.id(&answer)?;
    one_of(&case, &answer, &AFTER_CREATE)
}

async fn create_action(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let mut deferred = provider.body()?;
    body::remove(&mut deferred, "/channel");
    for request in [provider.body()?, deferred] {
        let answer = provider.create(&request).await?;
        provider.id(&answer)?;
        action_fits(&case, &answer, "fingerprint")?;
    }
    Ok(())
}

async fn deferred(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let mut request = provider.body()?;
    body::remove(&mut request, "/channel");
    let answer = provider.create(&request).await?;
    provider.id(&answer)?;
    one_of(&case, &answer, &["pending", "not_supported"])
}

async fn unique_ids(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let request = provider.body()?;
    let first = provider.created(&request).await?;
    let answer = provider.create(&request).await?;
    let second = provider.id(&answer)?;
    case.must(
        first != second,
        &answer,
        "two creates get two sessions",
        || "both got the same id".to_owned(),
    )
}

async fn no_javascript(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let mut request = provider.body()?;
    body::set(
        &mut request,
        "/channel/browser/javascript_enabled",
        json!(false),
    );
    for member in [
        "color_depth",
        "java_enabled",
        "screen_height",
        "screen_width",
        "timezone_offset",
    ] {
        body::remove(&mut request, &format!("/channel/browser/{member}"));
    }
    provider.created(&request).await.map(drop)
}
