//! Keys, cards and bodies are never printed or stored.

use comptoir_acp::latest::delegate_payment::DelegatePaymentRequest;
use comptoir_client::{ClientError, Prepared, RecordError};
use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::support::{BEARER, client, config, key};

const NUMBER: &str = "5105105105105100";
const CVC: &str = "8642";

fn delegation() -> DelegatePaymentRequest {
    serde_json::from_value(json!({
        "payment_method": {"type": "card", "card_number_type": "fpan", "number": NUMBER, "cvc": CVC,
            "display_card_funding_type": "credit", "metadata": {}},
        "allowance": {"reason": "one_time", "max_amount": 100, "currency": "usd",
            "checkout_session_id": "cs", "merchant_id": "m", "expires_at": "2026-04-17T00:00:00Z"},
        "risk_signals": [], "metadata": {},
    }))
    .unwrap()
}

fn assert_masked(text: &str) {
    for secret in [BEARER, NUMBER, CVC] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn a_call_with_card_data_cannot_be_stored() {
    let prepared = Prepared::delegate_payment(&delegation(), key("k")).unwrap();
    assert!(matches!(
        prepared.to_record(),
        Err(RecordError::HoldsCardData)
    ));
    assert!(matches!(
        prepared.clone().to_record(),
        Err(RecordError::HoldsCardData)
    ));
}

#[tokio::test]
async fn no_debug_output_or_error_holds_a_key_or_a_card() {
    let prepared = Prepared::delegate_payment(&delegation(), key("k")).unwrap();
    let nobody = "http://127.0.0.1:9";
    assert_masked(&format!(
        "{prepared:?} {:?} {:?}",
        config(nobody),
        client(nobody)
    ));

    let server = MockServer::start().await;
    let echo = json!({"type": "invalid_request", "code": BEARER, "param": format!("$.{NUMBER}"),
        "message": format!("{BEARER} may not use {NUMBER}")});
    for answer in [
        ResponseTemplate::new(400).set_body_json(&echo),
        ResponseTemplate::new(201).set_body_json(&echo),
    ] {
        server.reset().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let failed = client(&server.uri()).send(&prepared).await.unwrap_err();
        assert_masked(&format!("{failed} {failed:?}"));
    }
    let unreachable = client(nobody).send(&prepared).await.unwrap_err();
    let ClientError::Transport { source, .. } = &unreachable else {
        unreachable!()
    };
    assert_masked(&format!("{unreachable} {unreachable:?} {source}"));
}
