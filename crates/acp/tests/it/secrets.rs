//! Nothing that holds a secret prints it.

use std::fmt::Debug;

use comptoir_acp::{
    card::{CardNumber, Cvc},
    latest::{checkout as c, delegate_authentication as da, delegate_payment as dp, order::Order},
    secret::SecretText,
};
use serde_json::{Value, json};

const NUMBER: &str = "5105105105105100";
const CVC: &str = "8642";
const SECRET: &str = "verysecretvalue";

fn assert_masked(value: &impl Debug) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        for secret in [NUMBER, CVC, SECRET] {
            assert!(!text.contains(secret), "printed: {text}");
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[test]
fn no_debug_output_holds_card_data_or_tokens() {
    assert_masked(&CardNumber::parse(NUMBER).unwrap());
    assert_masked(&Cvc::parse(CVC).unwrap());
    assert_masked(&SecretText::new(SECRET));
    let card = json!({"type": "card", "card_number_type": "fpan", "number": NUMBER, "cvc": CVC,
        "cryptogram": SECRET, "display_card_funding_type": "credit", "metadata": {}});
    let card_type: dp::PaymentMethodCard = read(card.clone());
    assert_masked(&card_type);
    assert_masked(&read::<dp::DelegatePaymentRequest>(json!({
        "payment_method": card, "risk_signals": [], "metadata": {},
        "allowance": {"reason": "one_time", "max_amount": 1, "currency": "usd",
            "checkout_session_id": "cs", "merchant_id": "m", "expires_at": "2026-04-17T00:00:00Z"},
    })));
    let method = json!({"type": "card", "number": NUMBER, "exp_month": "01", "exp_year": "2030",
        "name": "N"});
    assert_masked(&read::<da::PaymentMethod>(method.clone()));
    assert_masked(&read::<da::DelegateAuthenticationCreateRequest>(json!({
        "merchant_id": "m", "amount": {"value": 1, "currency": "USD"}, "payment_method": method,
    })));
    assert_masked(&read::<da::AuthenticationResult>(json!({
        "trans_status": "Y", "transaction_id": "t", "three_ds_server_trans_id": "s",
        "version": "2.2.0", "three_ds_cryptogram": SECRET, "authentication_value": SECRET,
    })));
    assert_masked(&read::<c::CheckoutSessionCompleteRequest>(json!({
        "payment_data": {"handler_id": "h", "instrument": {"type": "card", "pan": NUMBER,
            "credential": {"type": "spt", "token": SECRET, "cvc": CVC}}},
        "authentication_result": {"outcome": "authenticated", "outcome_details": {
            "three_ds_cryptogram": SECRET, "electronic_commerce_indicator": "05",
            "transaction_id": "t", "version": "2.2.0"}},
        "affiliate_attribution": {"provider": "p", "token": SECRET},
    })));
    assert_masked(&read::<Order>(json!({
        "id": "o", "checkout_session_id": "cs", "permalink_url": "https://shop.test/o",
        "fulfillments": [{"id": "f", "type": "digital",
            "digital_delivery": {"license_key": SECRET}}],
    })));
}

#[test]
fn a_refused_body_does_not_repeat_card_data_in_its_error() {
    let card = |number: Value, cvc: Value| {
        json!({"type": "card", "card_number_type": "fpan", "number": number, "cvc": cvc,
            "display_card_funding_type": "credit", "metadata": {}})
        .to_string()
    };
    for text in [
        card(json!(5_105_105_105_105_100_i64), json!(CVC)),
        card(json!(format!("{NUMBER} ")), json!(CVC)),
        card(json!(NUMBER), json!(8642)),
        card(json!(NUMBER), json!(format!("{CVC}{CVC}"))),
    ] {
        let error = serde_json::from_str::<dp::PaymentMethodCard>(&text).unwrap_err();
        assert!(
            !error.to_string().contains(CVC) && !error.to_string().contains("51051"),
            "{error}"
        );
    }
}
