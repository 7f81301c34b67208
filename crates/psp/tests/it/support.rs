//! A PSP on a socket, with a clock that tests move.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use comptoir_http::{ServeOptions, layers, serve};
use comptoir_psp::{AgentAccount, MerchantAccount, Psp, PspConfig, VelocityLimits};
use comptoir_signing::{
    envelope::KeyRing,
    environment::{Environment, ManualClock},
    secret::SecretKey,
};
use comptoir_store::{Store, StoreOptions};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(crate) const NOW: &str = "2026-05-01T12:00:00Z";
pub(crate) const AGENT: &str = "agent_key";
pub(crate) const OTHER_AGENT: &str = "other_agent_key";
pub(crate) const MERCHANT: &str = "merchant_key";
pub(crate) const OTHER_MERCHANT: &str = "other_merchant_key";
pub(crate) const LEDGER: &str = "ledger_key";

/// A running PSP; it stops when dropped.
pub(crate) struct TestPsp {
    pub(crate) address: String,
    pub(crate) psp: Psp,
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    client: reqwest::Client,
    stop: CancellationToken,
}

/// An answer with everything that tests look at.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Status, code and param of a flat error.
    pub(crate) fn error(&self) -> (u16, String, String) {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (self.status, text("code"), text("param"))
    }
}

impl Drop for TestPsp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(NOW.parse().unwrap()))
}

pub(crate) fn config(store: Store, clock: &Arc<ManualClock>, seed: u64) -> PspConfig {
    let environment = Environment::simulated(Arc::clone(clock), seed);
    let keyring = KeyRing::new(1, BTreeMap::from([(1, [7; 32])]));
    let fingerprint_key = SecretKey::from_bytes(vec![9; 32]);
    let mut config = PspConfig::simulated(
        store,
        environment,
        keyring,
        fingerprint_key,
        Some(LEDGER.to_owned().into()),
    );
    config.velocity = VelocityLimits::relaxed();
    for (merchant_id, bearer) in [("merchant_1", MERCHANT), ("merchant_2", OTHER_MERCHANT)] {
        config.merchants.push(MerchantAccount {
            merchant_id: merchant_id.to_owned(),
            name: merchant_id.to_owned(),
            bearer: bearer.to_owned().into(),
        });
    }
    for (agent_id, bearer) in [("agent_1", AGENT), ("agent_2", OTHER_AGENT)] {
        config.agents.push(AgentAccount {
            agent_id: agent_id.to_owned(),
            name: agent_id.to_owned(),
            bearer: bearer.to_owned().into(),
        });
    }
    config
}

pub(crate) fn open(path: &Path) -> Store {
    Store::open(path, StoreOptions::default()).unwrap()
}

impl TestPsp {
    /// A PSP in memory.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// A PSP in memory with another configuration.
    pub(crate) async fn start_with(change: impl FnOnce(&mut PspConfig)) -> Self {
        let clock = clock();
        let mut config = config(Store::in_memory().unwrap(), &clock, 1);
        change(&mut config);
        Self::serve(config, clock).await
    }

    pub(crate) async fn serve(config: PspConfig, clock: Arc<ManualClock>) -> Self {
        let store = config.store.clone();
        let environment = config.environment.clone();
        let psp = Psp::new(config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        tokio::spawn(serve(
            listener,
            layers(psp.router(), &environment),
            ServeOptions::default(),
            stop.clone(),
        ));
        let client = reqwest::Client::builder().build().unwrap();
        Self {
            address,
            psp,
            store,
            clock,
            client,
            stop,
        }
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer {
            status,
            headers,
            text: response.text().await.unwrap(),
        }
    }

    pub(crate) fn post_raw(
        &self,
        path: &str,
        bearer: &str,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::RequestBuilder {
        self.client
            .post(format!("{}{path}", self.address))
            .bearer_auth(bearer)
            .header("content-type", "application/json")
            .body(body)
    }

    pub(crate) async fn get(&self, path: &str, bearer: &str) -> Answer {
        self.send(
            self.client
                .get(format!("{}{path}", self.address))
                .bearer_auth(bearer),
        )
        .await
    }

    pub(crate) async fn post(&self, path: &str, bearer: &str, body: &Value) -> Answer {
        self.send(self.post_raw(path, bearer, body.to_string()))
            .await
    }

    /// `delegate_payment` with this idempotency key.
    pub(crate) async fn delegate_as(&self, bearer: &str, key: &str, body: &Value) -> Answer {
        let request = self.post_raw(
            "/agentic_commerce/delegate_payment",
            bearer,
            body.to_string(),
        );
        self.send(
            request
                .header("api-version", "2026-04-17")
                .header("idempotency-key", key),
        )
        .await
    }

    /// `delegate_payment` in another version, with this idempotency key.
    pub(crate) async fn delegate_in(&self, version: &str, key: &str, body: &Value) -> Answer {
        let path = "/agentic_commerce/delegate_payment";
        let request = self.post_raw(path, AGENT, body.to_string());
        self.send(
            request
                .header("api-version", version)
                .header("idempotency-key", key),
        )
        .await
    }

    /// `delegate_payment` with a key of its own.
    pub(crate) async fn delegate(&self, body: &Value) -> Answer {
        self.delegate_as(AGENT, &fresh_key(), body).await
    }

    /// A token for this card and session: at most 5000 euro cents, for `merchant_1`, for an hour.
    pub(crate) async fn token(&self, number: &str, session: &str) -> String {
        let answer = self.delegate(&delegation(number, session)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// A charge of 5000 euro cents by `merchant_1`.
    pub(crate) async fn charge(&self, token: &str, session: &str, attempt: u32) -> Answer {
        self.post("/v1/charges", MERCHANT, &charge(token, session, attempt))
            .await
    }

    pub(crate) async fn find_charge(&self, charge_key: &str) -> Answer {
        self.get(&format!("/v1/charges?charge_key={charge_key}"), MERCHANT)
            .await
    }

    pub(crate) async fn token_status(&self, token: &str) -> String {
        let answer = self.get(&format!("/v1/tokens/{token}"), AGENT).await;
        answer.json()["status"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The simulated issuer's entries whose charge key starts with `prefix`.
    pub(crate) async fn ledger(&self, prefix: &str) -> Vec<Value> {
        let mut entries = Vec::new();
        let mut after = String::new();
        loop {
            let page = self
                .get(
                    &format!("/simulated_issuer/ledger?limit=500{after}"),
                    LEDGER,
                )
                .await
                .json();
            assert_eq!(page["simulated"], true);
            let found = page["entries"].as_array().unwrap().iter();
            entries.extend(
                found
                    .filter(|entry| entry["charge_key"].as_str().unwrap().starts_with(prefix))
                    .cloned(),
            );
            match page["next"].as_i64() {
                Some(next) => after = format!("&after={next}"),
                None => return entries,
            }
        }
    }

    /// How often the issuer captured money that is still captured.
    pub(crate) async fn captures(&self, prefix: &str) -> usize {
        self.ledger(prefix)
            .await
            .iter()
            .filter(|entry| entry["state"] == "captured")
            .count()
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }
}

pub(crate) fn fresh_key() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("key_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A valid request, after the official example.
pub(crate) fn delegation(number: &str, session: &str) -> Value {
    let now: Timestamp = NOW.parse().unwrap();
    let cvc = if number.len() == 15 { "1234" } else { "123" };
    json!({
        "payment_method": {
            "type": "card",
            "card_number_type": "fpan",
            "virtual": false,
            "number": number,
            "exp_month": "11",
            "exp_year": "2028",
            "name": "Jane Doe",
            "cvc": cvc,
            "checks_performed": ["avs", "cvv"],
            "iin": &number[..6],
            "display_card_funding_type": "credit",
            "display_last4": &number[number.len() - 4..],
            "metadata": {"issuing_bank": "temp"},
        },
        "allowance": {
            "reason": "one_time",
            "max_amount": 5000,
            "currency": "eur",
            "checkout_session_id": session,
            "merchant_id": "merchant_1",
            "expires_at": (now + SignedDuration::from_hours(1)).to_string(),
        },
        "billing_address": {
            "name": "Ada Lovelace",
            "line_one": "1234 Chat Road",
            "line_two": "",
            "city": "San Francisco",
            "state": "CA",
            "country": "US",
            "postal_code": "94131",
        },
        "risk_signals": [{"type": "card_testing", "score": 10, "action": "manual_review"}],
        "metadata": {"campaign": "q4"},
    })
}

pub(crate) fn charge(token: &str, session: &str, attempt: u32) -> Value {
    json!({
        "token": token,
        "charge_key": format!("{session}:{attempt}"),
        "amount": 5000,
        "currency": "eur",
        "checkout_session_id": session,
    })
}
