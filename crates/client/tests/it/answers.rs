//! Answers of every kind are read, bounded and named.

use comptoir_acp::{error::ErrorType, id::CheckoutSessionId, version::ApiVersion};
use comptoir_client::{Client, ClientError};
use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::support::{client, config, create_request, key, session};

async fn peer(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

async fn call(server: &MockServer) -> ClientError {
    client(&server.uri())
        .create_checkout_session(&create_request(), key("k"))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn flat_and_wrapped_errors_are_read_alike() {
    let flat = json!({"type": "invalid_request", "code": "unsupported_api_version", "message": "m",
        "param": "$.x", "supported_versions": ["2026-01-30", "2031-01-01"]});
    for body in [flat.clone(), json!({"error": flat})] {
        let server = peer(ResponseTemplate::new(400).set_body_json(body)).await;
        let failed = call(&server).await;
        assert!(!failed.outcome_is_unknown());
        let ClientError::Api {
            status: 400, error, ..
        } = failed
        else {
            unreachable!()
        };
        assert_eq!(error.code, "unsupported_api_version");
        assert_eq!(error.param.as_deref(), Some("$.x"));
        assert_eq!(
            error.supported_versions,
            Some(vec![ApiVersion::V2026_01_30])
        );
    }
}

#[tokio::test]
async fn a_running_first_call_and_server_errors_leave_the_outcome_unknown() {
    let in_flight =
        json!({"type": "invalid_request", "code": "idempotency_in_flight", "message": "m"});
    let answer = ResponseTemplate::new(409)
        .insert_header("Retry-After", "3")
        .set_body_json(in_flight);
    let failed = call(&peer(answer).await).await;
    assert!(failed.outcome_is_unknown());
    assert!(matches!(
        failed,
        ClientError::Api {
            status: 409,
            retry_after_s: Some(3),
            ..
        }
    ));

    let failed = call(&peer(ResponseTemplate::new(502).set_body_string("<html>")).await).await;
    assert!(failed.outcome_is_unknown());
    let ClientError::Api { error, .. } = failed else {
        unreachable!()
    };
    assert_eq!(error.r#type, ErrorType::ProcessingError);
}

#[tokio::test]
async fn an_answer_is_read_up_to_its_limit_and_not_a_byte_further() {
    let body = session().to_string();
    let server = peer(ResponseTemplate::new(200).set_body_string(&body)).await;
    let id = CheckoutSessionId::parse("cs_1").unwrap();
    for (limit, fits) in [(body.len(), true), (body.len() - 1, false)] {
        let mut config = config(&server.uri());
        config.response_bytes_max = limit;
        let answer = Client::new(config).unwrap().get_checkout_session(&id).await;
        match answer {
            Ok(_) => assert!(fits),
            Err(error) => {
                assert!(!fits && matches!(error, ClientError::BadBody { status: 200, .. }));
            }
        }
    }
}

#[tokio::test]
async fn an_unreadable_success_is_not_a_failure_of_the_call() {
    for body in ["", "null", "<html>", r#"{"id":"cs_1"}"#] {
        let failed = call(&peer(ResponseTemplate::new(201).set_body_string(body)).await).await;
        assert!(failed.outcome_is_unknown(), "{body}");
        let ClientError::BadBody {
            status: 201, raw, ..
        } = failed
        else {
            unreachable!()
        };
        assert_eq!(raw.0, body.as_bytes());
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = peer(ResponseTemplate::new(200).set_body_json(session())).await;
    for status in [301, 302, 303, 307, 308] {
        let answer = ResponseTemplate::new(status).insert_header("Location", elsewhere.uri());
        let failed = call(&peer(answer).await).await;
        let ClientError::Api { error, .. } = failed else {
            unreachable!()
        };
        assert_eq!(error.code, "redirect_refused");
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}
