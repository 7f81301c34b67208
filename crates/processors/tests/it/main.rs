//! Tests of the processors.
#![expect(clippy::unwrap_used, reason = "tests")]

mod comptoir_psp;
mod simulated;

use comptoir_acp::{
    currency::Currency,
    id::{ChargeId, CheckoutSessionId},
    money::MinorUnits,
};
use comptoir_processors::{ChargeRequest, RefundRequest};

fn charge_request() -> ChargeRequest {
    ChargeRequest {
        charge_key: "cs_1:1".to_owned(),
        token: "vt_secret_token".to_owned().into(),
        amount: MinorUnits::new(4_200),
        currency: Currency::from_code("eur").unwrap(),
        checkout_session_id: CheckoutSessionId::parse("cs_1").unwrap(),
        order_ref: None,
        authentication: None,
    }
}

fn refund_request() -> RefundRequest {
    RefundRequest {
        refund_key: "cs_1:refund:1".to_owned(),
        charge_id: ChargeId::parse("ch_1").unwrap(),
        amount: MinorUnits::new(200),
        currency: Currency::from_code("eur").unwrap(),
        reason: None,
    }
}

// The token never shows in the debug output of a request.
#[test]
fn token_is_masked() {
    assert!(!format!("{:?}", charge_request()).contains("vt_secret_token"));
}
