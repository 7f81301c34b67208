//! A seller, a PSP and an agent as processes, and every endpoint that takes a body.

use std::{
    fmt,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use comptoir::signing::{
    environment::Environment, merchant_signature::MerchantSigner, secret::SecretKey,
};
use comptoir_faults::{
    AGENT_KEY, CARD_APPROVED, FEED_KEY, MERCHANT_KEY, MORE_AGENT_KEYS, OPERATOR_KEY, Server,
    Session, Street, WEBHOOK_SECRET,
};
use reqwest::blocking::Client;
use serde_json::{Value, json};

/// Longer than any answer may take, also on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The three parties.
pub(crate) struct World {
    pub(crate) street: Street,
    agent: Server,
    client: Client,
    sent: AtomicU64,
}

/// An endpoint with a body that it takes.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) name: &'static str,
    pub(crate) party: &'static str,
    method: &'static str,
    url: String,
    key: &'static str,
    pub(crate) body: Value,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) json: Value,
    text: String,
}

impl World {
    pub(crate) fn open() -> Self {
        let street = Street::open(Path::new(env!("CARGO_BIN_EXE_comptoir"))).unwrap();
        let agent = street.agent().unwrap();
        let client = Client::builder()
            .no_proxy()
            .timeout(TIMEOUT)
            .build()
            .unwrap();
        Self {
            street,
            agent,
            client,
            sent: AtomicU64::new(0),
        }
    }

    /// Name and address of each party.
    pub(crate) fn parties(&self) -> [(&'static str, String); 3] {
        [
            ("seller", self.street.seller_url().unwrap()),
            ("psp", self.street.psp_url().unwrap()),
            ("agent", self.agent.url.clone()),
        ]
    }

    /// The agent's process.
    pub(crate) fn agent_id(&self) -> u32 {
        self.agent.id()
    }

    /// Every endpoint that takes a body.
    pub(crate) fn endpoints(&self) -> Vec<Endpoint> {
        let mut all = self.seller_endpoints();
        all.extend(self.psp_endpoints());
        all.extend(self.agent_endpoints());
        all
    }

    pub(crate) fn session(&self) -> Session {
        self.street.ready_session(&self.new_key("session")).unwrap()
    }

    pub(crate) fn seller_endpoints(&self) -> Vec<Endpoint> {
        let root = self.street.seller_url().unwrap();
        let create = self.street.create_body();
        let mut update = create.clone();
        for fixed in ["currency", "capabilities"] {
            update.as_object_mut().unwrap().remove(fixed);
        }
        update["order_notes"] = json!("ring twice");
        let session = || format!("{root}/checkout_sessions/{}", self.session().id);
        let complete = json!({
            "buyer": { "email": "ada@example.com", "first_name": "Ada", "last_name": "Martin" },
            "payment_data": {
                "handler_id": "comptoir_card",
                "instrument": { "type": "card", "credential": { "type": "spt", "token": "vt_none" } }
            }
        });
        let cancel = json!({ "intent_trace": {
            "reason_code": "price_sensitivity", "trace_summary": "too dear",
            "metadata": { "last_shipping_option": "standard" }
        }});
        let refund = json!({
            "amount": 1, "lines": [{ "id": "li_1", "quantity": 1 }],
            "reason": "late", "description": "came late"
        });
        let seller = |name, url, key, body| Endpoint {
            name,
            party: "seller",
            method: "POST",
            url,
            key,
            body,
        };
        vec![
            seller(
                "create",
                format!("{root}/checkout_sessions"),
                AGENT_KEY,
                create,
            ),
            seller("update", session(), AGENT_KEY, update),
            seller(
                "complete",
                format!("{}/complete", session()),
                AGENT_KEY,
                complete,
            ),
            seller("cancel", format!("{}/cancel", session()), AGENT_KEY, cancel),
            seller(
                "refund an order",
                format!("{root}/operator/orders/ord_none/refund"),
                OPERATOR_KEY,
                refund,
            ),
        ]
    }

    pub(crate) fn psp_endpoints(&self) -> Vec<Endpoint> {
        let root = self.street.psp_url().unwrap();
        let session = self.session();
        let token = self.street.token(&session).unwrap();
        let charge = json!({
            "token": token, "charge_key": "malformed:1", "amount": session.total + 1,
            "currency": "eur", "checkout_session_id": session.id, "order_ref": "o-1",
            "authentication": {
                "outcome": "authenticated", "three_ds_cryptogram": "c", "transaction_id": "t",
                "electronic_commerce_indicator": "05", "version": "2.2.0"
            }
        });
        let refund = json!({
            "refund_key": "malformed:1", "charge_id": "ch_none", "amount": 1, "currency": "eur",
            "reason": "late"
        });
        let mut delegate = self.street.delegate_body(&session).unwrap();
        delegate["billing_address"] = json!({
            "name": "Ada Martin", "line_one": "1 rue de la Paix", "city": "Lyon", "state": "ARA",
            "country": "FR", "postal_code": "69001"
        });
        delegate["metadata"] = json!({ "campaign": "none" });
        let psp = |name, path: &str, key, body| Endpoint {
            name,
            party: "psp",
            method: "POST",
            url: format!("{root}{path}"),
            key,
            body,
        };
        vec![
            psp(
                "delegate",
                "/agentic_commerce/delegate_payment",
                AGENT_KEY,
                delegate,
            ),
            psp("charge", "/v1/charges", MERCHANT_KEY, charge),
            psp("refund", "/v1/refunds", MERCHANT_KEY, refund),
        ]
    }

    pub(crate) fn agent_endpoints(&self) -> Vec<Endpoint> {
        let root = &self.agent.url;
        let agent = |name, method, path: String, key, body| Endpoint {
            name,
            party: "agent",
            method,
            url: format!("{root}{path}"),
            key,
            body,
        };
        let create = agent(
            "create a feed",
            "POST",
            "/feeds".to_owned(),
            FEED_KEY,
            json!({ "target_country": "FR" }),
        );
        let feed = self.send(&create, &serde_json::to_vec(&create.body).unwrap());
        assert_eq!(feed.status, 201, "{feed}");
        let path = format!("/feeds/{}/products", feed.json["id"].as_str().unwrap());
        let upsert = agent("upsert products", "PATCH", path, FEED_KEY, products());
        let event = json!({ "type": "order_update", "data": {
            "type": "order", "id": "ord_1", "checkout_session_id": "cs_1", "status": "shipped",
            "permalink_url": "https://shop.example/orders/ord_1",
            "totals": [{ "type": "total", "display_text": "Total", "amount": 100 }]
        }});
        let path = "/agentic_checkout/webhooks/order_events".to_owned();
        // Proven by its signature, see `send`, not by a key.
        let hook = agent("order event", "POST", path, "", event);
        vec![create, upsert, hook]
    }

    /// Another session for an endpoint that ends the one it was made for.
    pub(crate) fn renew(&self, endpoint: &mut Endpoint) {
        if !["cancel", "complete"].contains(&endpoint.name) {
            return;
        }
        let id = self.session().id;
        let (root, tail) = endpoint.url.split_once("/checkout_sessions/").unwrap();
        let (_, step) = tail.split_once('/').unwrap();
        endpoint.url = format!("{root}/checkout_sessions/{id}/{step}");
    }

    /// Sends these bytes as the body, with everything else that the endpoint demands.
    pub(crate) fn send(&self, endpoint: &Endpoint, body: &[u8]) -> Answer {
        let method = endpoint.method.parse().unwrap();
        let mut request = self
            .client
            .request(method, &endpoint.url)
            .header("api-version", "2026-04-17")
            .header("idempotency-key", self.new_key("malformed"))
            .header("content-type", "application/json");
        let body = &varied(body, self.sent.load(Ordering::Relaxed));
        request = match endpoint.name {
            "order event" => {
                let secret = SecretKey::from_bytes(WEBHOOK_SECRET.as_bytes().to_vec());
                let now = Environment::system().now();
                request.header(
                    "merchant-signature",
                    MerchantSigner::new(secret).sign(now, body),
                )
            }
            // One agent may not delegate as often as the tests do.
            "delegate" => {
                let turn = self.sent.load(Ordering::Relaxed);
                let agents = u64::try_from(MORE_AGENT_KEYS.len()).unwrap();
                request.bearer_auth(MORE_AGENT_KEYS[usize::try_from(turn % agents).unwrap()])
            }
            _ => request.bearer_auth(endpoint.key),
        };
        let answer = request
            .body(body.clone())
            .send()
            .unwrap_or_else(|error| panic!("{}: {error:?}", endpoint.name));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = String::from_utf8(answer.bytes().unwrap().to_vec()).unwrap();
        Answer {
            status,
            headers,
            json: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        }
    }

    pub(crate) fn send_json(&self, endpoint: &Endpoint, body: &Value) -> Answer {
        self.send(endpoint, &serde_json::to_vec(body).unwrap())
    }

    pub(crate) fn new_key(&self, what: &str) -> String {
        format!("{what}-{}", self.sent.fetch_add(1, Ordering::Relaxed))
    }

    /// Every party still does its work: a purchase goes through, a product is taken.
    pub(crate) fn assert_well(&self) {
        let session = self.session();
        let token = self.street.token(&session).unwrap();
        let done = self
            .street
            .complete(&session, &token, &self.new_key("complete"))
            .unwrap();
        assert_eq!(done.json["status"], "completed", "{}", done.json);
        let feed = self.agent_endpoints().remove(1);
        let answer = self.send_json(&feed, &feed.body);
        assert_eq!(answer.status, 200, "{answer}");
    }
}

/// The body with another card in the place of the usual one: no card may be delegated as often as
/// the tests do. It ends in the same four digits, and its check digit is right.
fn varied(body: &[u8], turn: u64) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(body) else {
        return body.to_vec();
    };
    let number = (turn * 10..turn * 10 + 100)
        .map(|middle| format!("424242{:06}4242", middle % 1_000_000))
        .find(|number| has_check_digit(number))
        .unwrap();
    text.replace(CARD_APPROVED, &number).into_bytes()
}

/// Luhn's rule.
fn has_check_digit(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 0 { 1 } else { 2 };
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Sends bytes as they are on a connection of their own; everything that comes back.
pub(crate) fn raw(url: &str, bytes: &[u8]) -> String {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    // A server that refuses early may close before everything is sent.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

impl Endpoint {
    /// A request with key and idempotency key, and nothing else.
    pub(crate) fn bare(&self, client: &Client) -> reqwest::blocking::RequestBuilder {
        client
            .request(self.method.parse().unwrap(), &self.url)
            .bearer_auth(self.key)
            .header("idempotency-key", "bare")
    }

    /// The path, and the key that opens it.
    pub(crate) fn path_and_key(&self) -> (&str, &str) {
        let (_, rest) = self.url.split_once("://").unwrap();
        (&rest[rest.find('/').unwrap()..], self.key)
    }
}

impl Answer {
    /// A 4xx in the flat form.
    pub(crate) fn assert_refused(&self, what: &str) {
        assert!((400..500).contains(&self.status), "{what}: {self}");
        for name in ["type", "code", "message"] {
            let text = self.json[name].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{what}: no {name} in {self}");
        }
        if let Some(param) = self.json.get("param") {
            let param = param.as_str().unwrap_or_default();
            assert!(param.starts_with('$'), "{what}: {self}");
        }
    }

    /// A 400 that names this place.
    pub(crate) fn assert_names(&self, param: &str, what: &str) {
        self.assert_refused(what);
        assert_eq!(
            (self.status, self.json["param"].as_str()),
            (400, Some(param)),
            "{what}: {self}"
        );
    }

    /// Done, or refused by name; never a failure of ours.
    pub(crate) fn assert_legal(&self, what: &str) {
        if !(200..300).contains(&self.status) {
            self.assert_refused(what);
            assert!(
                self.status != 400 || self.json["param"].is_string(),
                "{what}: no field is named in {self}"
            );
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.text)
    }
}

fn products() -> Value {
    json!({ "products": [{
        "id": "bowl", "title": "Bowl", "url": "https://shop.example/bowl",
        "description": { "plain": "Holds soup." },
        "media": [{ "type": "image", "url": "https://shop.example/bowl.png" }],
        "variants": [
            { "id": "bowl-1", "title": "Bowl, white",
              "price": { "amount": 1_850, "currency": "EUR" },
              "availability": { "available": true, "status": "in_stock" } },
            { "id": "bowl-2", "title": "Bowl, blue",
              "price": { "amount": 1_900, "currency": "EUR" },
              "availability": { "available": true, "status": "in_stock" } }
        ]
    }]})
}
