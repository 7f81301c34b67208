//! An agent with one seller and one payment provider, and the usual steps of a purchase.

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use comptoir_agent::{
    Agent, AgentConfig, Card, Confirmation, Confirmed, Destination, ItemChoice, Language,
    OrderCard, PspProfile, PurchaseError, PurchaseStatus, SellerProfile,
};
use comptoir_search::Index;
use comptoir_signing::{
    environment::{Environment, ManualClock},
    secret::SecretKey,
};
use comptoir_store::{Store, StoreOptions};
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{payment_provider::FakeProvider, seller::FakeSeller};

pub(crate) const OWNER: &str = "buyer_test";
pub(crate) const WEBHOOK_SECRET: &[u8] = b"webhook-secret-of-the-test-seller";
pub(crate) const PAN: &str = "4242424242424242";

/// Everything a test needs.
pub(crate) struct Shop {
    pub(crate) agent: Agent,
    pub(crate) router: Router,
    pub(crate) seller: FakeSeller,
    pub(crate) provider: FakeProvider,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Store,
}

impl Shop {
    /// A shop whose catalogue is in the index already.
    pub(crate) async fn open() -> Self {
        let shop = Self::empty().await;
        shop.push(&catalogue()).await;
        shop
    }

    pub(crate) async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (seller, provider) = (FakeSeller::start().await, FakeProvider::start().await);
        let clock = Arc::new(ManualClock::new("2026-11-23T12:00:00Z".parse().unwrap()));
        let store = Store::open(&folder.path().join("agent.db"), StoreOptions::default()).unwrap();
        let agent = Agent::new(config(&seller, &provider, &clock, &store)).unwrap();
        Self {
            router: agent.router(),
            agent,
            seller,
            provider,
            clock,
            folder,
            store,
        }
    }

    /// The same agent after a restart of its process.
    pub(crate) fn restart(&mut self) {
        self.agent = Agent::new(config(
            &self.seller,
            &self.provider,
            &self.clock,
            &self.store,
        ))
        .unwrap();
        self.router = self.agent.router();
    }

    /// Pushes products as the seller.
    pub(crate) async fn push(&self, products: &Value) {
        let feed = self.call("POST", "/feeds", "feed-key", &json!({})).await;
        assert_eq!(feed.0, 201, "{}", feed.1);
        let path = format!("/feeds/{}/products", feed.1["id"].as_str().unwrap());
        let answer = self
            .call("PATCH", &path, "feed-key", &json!({"products": products}))
            .await;
        assert_eq!(answer.0, 200, "{}", answer.1);
    }

    /// A call of the Feed API in the newest version.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> (u16, Value) {
        self.call_in(Some("2026-04-17"), method, path, key, body)
            .await
    }

    /// The same in another version, or without one.
    pub(crate) async fn call_in(
        &self,
        version: Option<&str>,
        method: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> (u16, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .header(
                "idempotency-key",
                format!("key-{path}-{body}")
                    .chars()
                    .filter(char::is_ascii_graphic)
                    .take(200)
                    .collect::<String>(),
            );
        if let Some(version) = version {
            request = request.header("api-version", version);
        }
        let body = if method == "GET" {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 24)
            .await
            .unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    pub(crate) async fn buy(&self, variant: &str, quantity: u32) -> Result<String, PurchaseError> {
        let product = if variant.starts_with("mug") {
            "mug"
        } else {
            variant
        };
        let choice = ItemChoice {
            product_id: product.to_owned(),
            variant_id: variant.to_owned(),
            quantity,
        };
        self.agent
            .start_purchase(OWNER, Language::En, "atelier", &[choice])
            .await
    }

    /// A purchase at the point where the order card is shown.
    pub(crate) async fn reviewed(&self) -> (String, OrderCard) {
        let id = self.buy("mug-blue", 2).await.unwrap();
        self.agent
            .set_address(OWNER, &id, destination())
            .await
            .unwrap();
        self.agent
            .choose_shipping(OWNER, &id, "express")
            .await
            .unwrap();
        let card = self.agent.review(OWNER, &id).await.unwrap();
        (id, card)
    }

    pub(crate) async fn confirm(
        &self,
        id: &str,
        card: &OrderCard,
    ) -> Result<Confirmed, PurchaseError> {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let confirmation = Confirmation {
            card_digest: card.digest(),
            changes_seen: true,
            card: Card::read(PAN, "12/29", "987", "Ada Martin", now).unwrap(),
            language: Language::En,
        };
        self.agent.confirm(OWNER, id, confirmation).await
    }

    pub(crate) async fn settled(&self, id: &str) -> PurchaseStatus {
        tokio::time::timeout(Duration::from_secs(20), self.agent.settled(OWNER, id))
            .await
            .unwrap()
            .unwrap()
    }

    /// Waits until the purchase is in this state.
    pub(crate) async fn until(&self, id: &str, state: comptoir_agent::PurchaseState) {
        for _ in 0..500 {
            if self.agent.purchase_status(OWNER, id).await.unwrap().state == state {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never {state:?}");
    }

    /// The bytes of every file of the database.
    pub(crate) fn disk(&self) -> Vec<(PathBuf, Vec<u8>)> {
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect()
    }
}

pub(crate) fn destination() -> Destination {
    let text = str::to_owned;
    Destination {
        name: text("Ada Martin"),
        line_one: text("12 rue des Lilas"),
        line_two: String::new(),
        city: text("Paris"),
        state: String::new(),
        country: text("FR"),
        postal_code: text("75011"),
        email: text("ada@example.org"),
        phone: text("+33612345678"),
        notes: String::new(),
    }
}

pub(crate) fn catalogue() -> Value {
    let variant = |id: &str, title: &str, amount: i64, status: &str| {
        json!({"id": id, "title": title, "price": {"amount": amount, "currency": "EUR"},
            "availability": {"available": status != "out_of_stock", "status": status},
            "variant_options": [{"name": "Colour", "value": title}]})
    };
    json!([
        {"id": "mug", "title": "Stoneware mug", "description": {"plain": "A ceramic mug for coffee."},
         "variants": [variant("mug-blue", "Blue", 1800, "in_stock"), variant("mug-red", "Red", 1900, "out_of_stock")]},
        {"id": "vase", "title": "Ceramic vase", "description": {"html": "<p>A <b>vase</b><script>alert(1)</script></p>"},
         "variants": [variant("vase", "White", 4200, "in_stock")]},
    ])
}

fn config(
    seller: &FakeSeller,
    provider: &FakeProvider,
    clock: &Arc<ManualClock>,
    store: &Store,
) -> AgentConfig {
    AgentConfig {
        sellers: vec![
            SellerProfile {
                seller_id: "atelier".to_owned(),
                name: "Atelier Terre".to_owned(),
                base_url: seller.url.clone(),
                bearer: "seller-key".to_owned().into(),
                webhook_secrets: vec![SecretKey::from_bytes(WEBHOOK_SECRET.to_vec())],
                feed_bearer: "feed-key".to_owned().into(),
                media_origins: Vec::new(),
            },
            SellerProfile {
                seller_id: "other".to_owned(),
                name: "Other shop".to_owned(),
                base_url: seller.url.clone(),
                bearer: "seller-key".to_owned().into(),
                webhook_secrets: vec![SecretKey::from_bytes(
                    b"secret-of-the-other-seller".to_vec(),
                )],
                feed_bearer: "other-feed-key".to_owned().into(),
                media_origins: Vec::new(),
            },
        ],
        psp: PspProfile {
            base_url: provider.url.clone(),
            bearer: "psp-key".to_owned().into(),
            simulated: true,
        },
        store: store.clone(),
        index: Index::in_memory().unwrap(),
        environment: Environment::simulated(clock.clone(), 7),
        consent_seed: [9; 32],
        public_url: "http://127.0.0.1".to_owned(),
        locale: Language::En,
    }
}
