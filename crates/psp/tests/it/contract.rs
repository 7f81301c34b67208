//! The processor contract, run against this PSP through the HTTP adapter.

use std::time::Duration;

use comptoir_processors::{
    BoxFuture, DeclineReason, Processor,
    comptoir_psp::{ComptoirPsp, ComptoirPspConfig},
    contract::{self, Bench},
    simulated::{Behavior, TokenSpec},
};
use comptoir_psp::issuer::test_cards;
use secrecy::SecretString;
use serde_json::json;

use crate::support::{MERCHANT, TestPsp, delegation};

struct OverHttp {
    psp: TestPsp,
    processor: ComptoirPsp,
}

impl Bench for OverHttp {
    fn processor(&self) -> &dyn Processor {
        &self.processor
    }

    fn token(&self, spec: TokenSpec) -> BoxFuture<'_, SecretString> {
        Box::pin(async move {
            let mut body = delegation(card(spec.behavior), spec.checkout_session_id.as_str());
            body["allowance"]["max_amount"] = json!(spec.max_amount.get());
            body["allowance"]["currency"] = json!(spec.currency.code());
            let answer = self.psp.delegate(&body).await;
            assert_eq!(answer.status, 201, "{answer:?}");
            answer.json()["id"].as_str().unwrap().to_owned().into()
        })
    }

    fn captured<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, usize> {
        Box::pin(self.psp.captures(prefix))
    }
}

fn card(behavior: Behavior) -> &'static str {
    match behavior {
        Behavior::Approve => test_cards::APPROVE,
        Behavior::Decline(DeclineReason::InsufficientFunds) => test_cards::INSUFFICIENT_FUNDS,
        Behavior::Decline(DeclineReason::ExpiredCard) => test_cards::EXPIRED,
        Behavior::Decline(DeclineReason::LostOrStolenCard) => test_cards::LOST_OR_STOLEN,
        Behavior::Decline(DeclineReason::IncorrectCvc) => test_cards::INCORRECT_CVC,
        Behavior::Decline(_) => test_cards::DECLINE,
        Behavior::RequireAuthentication => test_cards::AUTHENTICATION_REQUIRED,
        Behavior::TimeoutAfterCharge => test_cards::TIMEOUT_AFTER,
        Behavior::TimeoutBeforeCharge => test_cards::TIMEOUT_BEFORE,
    }
}

// Our PSP behind our adapter keeps every promise of the contract, money counted at the issuer.
#[tokio::test]
async fn keeps_the_contract() {
    let psp = TestPsp::start().await;
    let processor = ComptoirPsp::new(ComptoirPspConfig {
        base_url: psp.address.clone(),
        bearer: MERCHANT.to_owned().into(),
        merchant_id: "merchant_1".to_owned(),
        timeout: Duration::from_secs(10),
    })
    .unwrap();
    let report = contract::check(&OverHttp { psp, processor }).await;
    assert_eq!(report.violations, []);
    assert_eq!(report.passed.len(), 15);
}
