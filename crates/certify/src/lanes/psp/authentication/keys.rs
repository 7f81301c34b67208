//! Keys and ids of requests.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::{client::Authenticator, documents};
use crate::{
    Case, Check, Outcome, SpecVersion, Topic,
    lanes::psp::{body, check},
};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    vec![
        check(
            Topic::Idempotency,
            "authentication-replay",
            "a repeated create with its key returns the first session",
            replay,
        )
        .proves(&["delegate-authentication.idempotency.replay"]),
        check(
            Topic::Idempotency,
            "authentication-conflict",
            "the same key with other parameters gets 409 with code idempotency_conflict",
            conflict,
        )
        .proves(&["delegate-authentication.idempotency.conflict-409"])
        .advice("answer 409 here, unlike delegate payment, which answers 422"),
        check(
            Topic::Idempotency,
            "authentication-key-optional",
            "a create without Idempotency-Key is taken: it is recommended only",
            key_optional,
        ),
        check(
            Topic::Idempotency,
            "authentication-broken-connection",
            "a create whose connection broke can be repeated and ends in one session",
            broken,
        )
        .proves(&["delegate-authentication.idempotency.timeout-tolerant"]),
        check(
            Topic::Idempotency,
            "authentication-other-path",
            "the same key at delegate payment and here are two requests",
            other_path,
        )
        .proves(&["delegate-payment.idempotency.scope-path"]),
        check(
            Topic::Lifecycle,
            "authentication-key-echo",
            "create repeats the Idempotency-Key in its headers",
            key_echo,
        )
        .proves(&["delegate-authentication.response.idempotency-key-echo"]),
        check(
            Topic::Lifecycle,
            "authentication-authenticate-key-echo",
            "authenticate repeats the Idempotency-Key in its headers",
            authenticate_key_echo,
        )
        .proves(&["delegate-authentication.authenticate.idempotency-key-echo"]),
        check(
            Topic::Lifecycle,
            "authentication-request-id-echo",
            "every answer repeats the Request-Id",
            request_id_echo,
        )
        .proves(&["delegate-authentication.response.request-id-echo"]),
    ]
}

async fn replay(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let request = provider.create_request(&provider.body()?)?;
    let first = provider.send(request.clone()).await?;
    let second = provider.send(request).await?;
    case.must(
        provider.id(&first)? == provider.id(&second)? && first.json == second.json,
        &second,
        "a repeated create returns the original answer",
        || {
            format!(
                "first {}, then {}",
                case.excerpt(&first),
                case.excerpt(&second)
            )
        },
    )
}

async fn conflict(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let (key, first) = (case.fresh_key()?, provider.body()?);
    let request = provider
        .create_request(&first)?
        .with("Idempotency-Key", &key);
    provider.id(&provider.send(request).await?)?;
    let mut second = first;
    body::set(&mut second, "/amount/value", json!(2000));
    let request = provider
        .create_request(&second)?
        .with("Idempotency-Key", &key);
    let answer = provider.send(request).await?;
    case.status(&answer, &[409])?;
    case.must(
        answer.text("/type") == Some("invalid_request")
            && answer.text("/code") == Some("idempotency_conflict"),
        &answer,
        "the error has type invalid_request and code idempotency_conflict",
        || case.excerpt(&answer),
    )
}

async fn key_optional(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let request = provider
        .create_request(&provider.body()?)?
        .without("Idempotency-Key");
    let answer = provider.send(request).await?;
    case.should(
        answer.status == 201,
        &answer,
        "a create without Idempotency-Key is taken",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    );
    Ok(())
}

async fn broken(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let request = provider.create_request(&provider.body()?)?;
    for wait_ms in [1, 4] {
        let sent = provider.send(request.clone());
        if let Ok(answer) = tokio::time::timeout(Duration::from_millis(wait_ms), sent).await {
            answer?;
        }
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let first = provider.send(request.clone()).await?;
    let second = provider.send(request).await?;
    case.should(
        first.status == 201
            && first.text("/authentication_session_id")
                == second.text("/authentication_session_id"),
        &second,
        "a create whose connection broke ends in one session",
        || {
            format!(
                "{}: {}, then {}",
                first.status,
                case.excerpt(&first),
                case.excerpt(&second)
            )
        },
    );
    Ok(())
}

async fn other_path(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let key = case.fresh_key()?;
    let token = provider
        .psp
        .delegate_with_key(&provider.psp.body()?, &key)
        .await?;
    provider.psp.token(&token)?;
    let request = provider
        .create_request(&provider.body()?)?
        .with("Idempotency-Key", &key);
    let answer = provider.send(request).await?;
    case.must(
        answer.status == 201 && answer.pointer("/authentication_session_id").is_some(),
        &answer,
        "the same key on another path is another request",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )
}

async fn key_echo(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let key = case.fresh_key()?;
    let request = provider
        .create_request(&provider.body()?)?
        .with("Idempotency-Key", &key);
    let answer = provider.send(request).await?;
    provider.id(&answer)?;
    case.must(
        answer.header("idempotency-key") == Some(&key),
        &answer,
        "create repeats the Idempotency-Key",
        || format!("sent {key}, got {:?}", answer.header("idempotency-key")),
    )
}

async fn authenticate_key_echo(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let id = provider.created(&provider.body()?).await?;
    let key = case.fresh_key()?;
    let request = provider.authenticate_request(&id, &documents::authenticate("Y"))?;
    let answer = provider.send(request.with("Idempotency-Key", &key)).await?;
    case.status(&answer, &[200])?;
    case.must(
        answer.header("idempotency-key") == Some(&key),
        &answer,
        "authenticate repeats the Idempotency-Key",
        || format!("sent {key}, got {:?}", answer.header("idempotency-key")),
    )
}

async fn request_id_echo(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let created = provider
        .create_request(&provider.body()?)?
        .header("Request-Id", case.fresh_key()?);
    let answer = provider.send(created.clone()).await?;
    let id = provider.id(&answer)?;
    let mut sent = vec![(created, answer)];
    let authenticate = provider.authenticate_request(&id, &documents::authenticate("Y"))?;
    for request in [authenticate, provider.retrieve_request(&id)?] {
        let request = request.header("Request-Id", case.fresh_key()?);
        let answer = provider.send(request.clone()).await?;
        sent.push((request, answer));
    }
    for (request, answer) in &sent {
        case.must(
            answer.header("request-id") == request.header_value("Request-Id"),
            answer,
            "the answer repeats the Request-Id",
            || format!("{}: got {:?}", request.path, answer.header("request-id")),
        )?;
    }
    Ok(())
}
