//! A seller over the simulated processor, on an in-memory store with a clock that tests move.

use std::sync::Arc;

use axum::{Router, body::Body};
use comptoir_acp::{
    currency::Currency,
    id::{CheckoutSessionId, ItemId},
    money::MinorUnits,
    version::ApiVersion,
};
use comptoir_commerce::{
    address::Region,
    item::{FulfillmentKind, Sellable},
    shipping::{OptionId, ShippingRate, ShippingTable, ShippingZone},
    tax::TaxTable,
};
use comptoir_http::{ApiConfig, CallerKeys};
use comptoir_processors::{
    Failpoints, Processor,
    simulated::{Behavior, SimulatedProcessor, TokenSpec},
};
use comptoir_seller::{BuiltInShop, MerchantProfile, Seller, SellerConfig};
use comptoir_signing::{
    environment::{Environment, ManualClock},
    merchant_signature::MerchantSigner,
    secret::SecretKey,
};
use comptoir_store::{ProductRow, Store, StoreError, TenantId};
use comptoir_webhooks::{
    Directory, Dispatcher, DispatcherOptions, GuardedSender, SenderOptions, Subscriber,
    address::AddressPolicy,
};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(crate) const TENANT: TenantId = TenantId::DEFAULT;

/// The shop under test.
pub(crate) struct Shop {
    pub(crate) seller: Seller,
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) processor: Arc<SimulatedProcessor>,
    router: Router,
}

/// Status, headers and body of an answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self, pointer: &str) -> String {
        self.json()
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn id(&self) -> String {
        self.text("/id")
    }

    pub(crate) fn state(&self) -> String {
        self.text("/status")
    }

    /// Amount of the row of this type in the session's totals.
    pub(crate) fn total(&self, kind: &str) -> Option<i64> {
        amount(&self.json()["totals"], kind)
    }

    /// Codes of all messages.
    pub(crate) fn codes(&self) -> Vec<String> {
        let json = self.json();
        let messages = json["messages"].as_array().cloned().unwrap_or_default();
        messages
            .iter()
            .filter_map(|one| one["code"].as_str().map(str::to_owned))
            .collect()
    }
}

/// Amount of the row of this type.
pub(crate) fn amount(rows: &Value, kind: &str) -> Option<i64> {
    rows.as_array()?.iter().find(|row| row["type"] == kind)?["amount"].as_i64()
}

impl Shop {
    /// A shop in Lyon: cups (18.50 EUR, 10 in stock), a poster (9.00 EUR, 1 left), an e-book
    /// (4.99 EUR, not counted).
    pub(crate) fn open() -> Self {
        Self::selling(
            "eur",
            "FR",
            &[
                ("cup", 1_850, Some(10)),
                ("poster", 900, Some(1)),
                ("ebook", 499, None),
            ],
        )
    }

    pub(crate) fn selling(currency: &str, home: &str, items: &[(&str, i64, Option<i64>)]) -> Self {
        let store = Store::in_memory().unwrap();
        for (item, price, stock) in items {
            put_item(&store, item, *price, currency, *stock);
        }
        Self::on(store, currency, home)
    }

    pub(crate) fn on(store: Store, currency: &str, home: &str) -> Self {
        let simulated = Arc::new(SimulatedProcessor::new());
        let charging: Arc<dyn Processor> = simulated.clone();
        Self {
            processor: simulated,
            ..Self::charging(store, currency, home, charging)
        }
    }

    pub(crate) fn charging(
        store: Store,
        currency: &str,
        home: &str,
        charging: Arc<dyn Processor>,
    ) -> Self {
        let clock = Arc::new(ManualClock::new(
            "2026-11-23T10:00:00Z".parse::<Timestamp>().unwrap(),
        ));
        let environment = Environment::simulated(Arc::clone(&clock), 7);
        let processor = Arc::new(SimulatedProcessor::new());
        let currency = Currency::from_code(currency).unwrap();
        let callers = CallerKeys::new()
            .with(&SecretString::from("alice-key"), "alice")
            .with(&SecretString::from("bob-key"), "bob");
        let mut api = ApiConfig::new(callers, environment.clone());
        api.supported = vec![ApiVersion::LATEST];
        let subscribers = Directory::default();
        let signer = MerchantSigner::new(SecretKey::from_bytes(vec![7; 32]));
        let alice = Subscriber::new("alice", "https://agent.example.com/hook", signer);
        subscribers
            .register(alice, &AddressPolicy::public())
            .unwrap();
        let dispatcher = Dispatcher::new(
            store.clone(),
            subscribers.clone(),
            Arc::new(GuardedSender::new(SenderOptions::default()).unwrap()),
            environment.clone(),
            DispatcherOptions::default(),
        );
        let seller = Seller::new(SellerConfig {
            merchant: merchant(currency),
            tenant: TENANT,
            store: store.clone(),
            environment,
            api: api.shared(),
            operators: CallerKeys::new().with(&SecretString::from("operator-key"), "operator"),
            catalog: Arc::new(BuiltInShop),
            tax: TaxTable::illustrative(Some(Region::parse(home).unwrap())),
            shipping: shipping(currency),
            processor: charging,
            subscribers,
            dispatcher,
            session_life_s: 3_600,
            charge_lease_s: 20,
            failpoints: Failpoints::none(),
        });
        let router = seller.router();
        Self {
            seller,
            store,
            clock,
            processor,
            router,
        }
    }

    /// The same shop, as if it had been started with another configuration.
    pub(crate) fn reopened(&self, change: impl FnOnce(&mut SellerConfig)) -> Self {
        let mut config = SellerConfig::clone(self.seller.config());
        change(&mut config);
        let seller = Seller::new(config);
        Self {
            router: seller.router(),
            seller,
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            processor: Arc::clone(&self.processor),
        }
    }

    /// Sends a request as `key` with everything an agent must send.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        key: &str,
        idempotency_key: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {key}"))
            .header("api-version", "2026-04-17");
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(serde_json::to_vec(body).unwrap())
            }
            None => Body::empty(),
        };
        let answer = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    pub(crate) async fn post(&self, path: &str, idempotency_key: &str, body: &Value) -> Answer {
        self.send(
            Method::POST,
            path,
            "alice-key",
            Some(idempotency_key),
            Some(body),
        )
        .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "alice-key", None, None).await
    }

    pub(crate) async fn operate(&self, order: &str, action: &str, body: &Value) -> Answer {
        let path = format!("/operator/orders/{order}/{action}");
        self.send(Method::POST, &path, "operator-key", None, Some(body))
            .await
    }

    /// A session of these lines that can be paid.
    pub(crate) async fn ready(&self, key: &str, lines: &Value) -> Answer {
        let answer = self.post("/checkout_sessions", key, &create(lines)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        assert_eq!(answer.state(), "ready_for_payment", "{}", answer.json());
        answer
    }

    /// A token for exactly this session.
    pub(crate) fn token(&self, session: &Answer, behavior: Behavior) -> String {
        let spec = TokenSpec {
            max_amount: MinorUnits::new(session.total("total").unwrap()),
            currency: Currency::from_code(&session.text("/currency")).unwrap(),
            checkout_session_id: CheckoutSessionId::parse(session.id()).unwrap(),
            behavior,
        };
        self.processor.issue_token(spec).expose_secret().to_owned()
    }

    pub(crate) async fn complete(&self, id: &str, token: &str, key: &str) -> Answer {
        self.post(
            &format!("/checkout_sessions/{id}/complete"),
            key,
            &payment(token),
        )
        .await
    }

    /// A paid order's id.
    pub(crate) async fn bought(&self, lines: &Value) -> (Answer, String) {
        let session = self.ready("bought-create", lines).await;
        let token = self.token(&session, Behavior::Approve);
        let done = self
            .complete(&session.id(), &token, "bought-complete")
            .await;
        assert_eq!(done.state(), "completed", "{}", done.json());
        let order = done.text("/order/id");
        (done, order)
    }

    /// How often money was taken for a session.
    pub(crate) fn captured(&self, session: &str) -> usize {
        self.processor.captured(&format!("{session}:"))
    }

    /// How much money was taken for a session, in minor units.
    pub(crate) fn captured_amount(&self, session: &str) -> i64 {
        self.processor.captured_amount(&format!("{session}:"))
    }

    /// How many orders there are for a session.
    pub(crate) async fn orders(&self, session: &str) -> usize {
        let list = self
            .send(Method::GET, "/operator/orders", "operator-key", None, None)
            .await;
        let list = list.json();
        let orders = list["orders"].as_array().unwrap().iter();
        orders
            .filter(|order| order["checkout_session_id"] == session)
            .count()
    }

    pub(crate) fn stock(&self, item: &'static str) -> (i64, i64, i64) {
        let level = self
            .store
            .read_blocking("stock", move |reads| -> Result<_, StoreError> {
                reads.stock(TENANT, item)
            })
            .unwrap()
            .unwrap();
        (level.on_hand, level.reserved, level.sold)
    }

    pub(crate) fn set_price(&self, item: &str, price: i64) {
        put_item(&self.store, item, price, "eur", None);
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }
}

/// Writes an item; without a stock its stock row stays as it is.
pub(crate) fn put_item(store: &Store, item: &str, price: i64, currency: &str, stock: Option<i64>) {
    let code = Currency::from_code(currency).unwrap();
    let mut sellable = Sellable::new(
        ItemId::parse(item).unwrap(),
        format!("A fine {item}"),
        MinorUnits::new(price),
        code,
    );
    sellable.weight_grams = 400;
    if item == "ebook" {
        sellable.fulfillment = FulfillmentKind::Digital;
    }
    let row = ProductRow {
        item_id: item.to_owned(),
        price,
        currency: currency.to_owned(),
        document: serde_json::to_vec(&sellable).unwrap(),
        updated_at: 0,
    };
    store
        .write_blocking("put_item", move |tx| {
            tx.put_product(TENANT, &row)?;
            if let Some(units) = stock {
                tx.set_stock(TENANT, &row.item_id, units)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

fn merchant(currency: Currency) -> MerchantProfile {
    MerchantProfile {
        name: "Test Shop".to_owned(),
        api_base_url: "https://shop.example.com".to_owned(),
        public_url: "https://shop.example.com".to_owned(),
        currencies: vec![currency],
        locales: vec!["en".to_owned()],
        terms_url: "https://shop.example.com/terms".to_owned(),
        privacy_url: "https://shop.example.com/privacy".to_owned(),
        returns_url: "https://shop.example.com/returns".to_owned(),
        support_email: "help@shop.example.com".to_owned(),
    }
}

/// Standard 4.90, express 12.00, everywhere.
fn shipping(currency: Currency) -> ShippingTable {
    let rate = |id: &str, price: i64| ShippingRate {
        id: OptionId::new(id),
        title: id.to_owned(),
        carrier: None,
        price: comptoir_acp::money::Money::new(MinorUnits::new(price), currency),
        per_kilogram: MinorUnits::ZERO,
        weight_grams_max: None,
        free_above: None,
        days_min: 1,
        days_max: 5,
    };
    let zone = ShippingZone {
        countries: None,
        rates: vec![rate("express", 1_200), rate("standard", 490)],
    };
    ShippingTable { zones: vec![zone] }
}

/// A create request with everything that payment needs.
pub(crate) fn create(lines: &Value) -> Value {
    json!({
        "currency": "eur",
        "line_items": lines,
        "capabilities": { "interventions": { "supported": ["3ds"] } },
        "buyer": { "email": "ada@example.com", "first_name": "Ada" },
        "fulfillment_details": {
            "name": "Ada Martin",
            "address": {
                "name": "Ada Martin", "line_one": "1 rue de la Paix", "city": "Lyon",
                "state": "ARA", "country": "FR", "postal_code": "69001"
            }
        }
    })
}

pub(crate) fn payment(token: &str) -> Value {
    json!({
        "payment_data": {
            "handler_id": "simulated_card",
            "instrument": { "type": "card", "credential": { "type": "spt", "token": token } }
        }
    })
}
