//! The shop: its state and its paths.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use comptoir_certify::SpecVersion;
use serde_json::{Value, json};

use super::{
    Options,
    basics::{later, now},
    carts::{self, Cart},
    catalogue::ITEMS,
    checkout,
    discovery::{self, Fetches},
    gate::{Call, Gate, Terms},
    handlers::{Accounts, Means},
    mcp::{self, Connections},
    orders::Order,
    pricing::Stock,
    psp::Psp,
    render,
    reply::Reply,
    serve::{Incoming, Party, nowhere},
    session::Session,
    webhooks::Outbox,
};

/// The seller.
pub(crate) struct Seller {
    pub(crate) base: String,
    pub(crate) gate: Gate,
    pub(crate) psp: Arc<Psp>,
    pub(crate) options: Options,
    pub(crate) outbox: Outbox,
    pub(crate) fetches: Fetches,
    pub(crate) connections: Connections,
    shop: Mutex<Shop>,
}

/// Everything that changes.
#[derive(Default)]
pub(crate) struct Shop {
    pub(crate) stock: Stock,
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) carts: HashMap<String, Cart>,
    pub(crate) orders: HashMap<String, Order>,
    pub(crate) accounts: Accounts,
    /// Channel and buyer of each subscription.
    pub(crate) subscriptions: HashSet<(String, String)>,
}

impl Seller {
    pub(crate) fn new(
        base: String,
        gate: Gate,
        psp: Arc<Psp>,
        options: Options,
        outbox: Outbox,
    ) -> Self {
        let stock = ITEMS.iter().map(|item| (item.id, item.stock)).collect();
        Self {
            base,
            gate,
            psp,
            options,
            outbox,
            fetches: Fetches::default(),
            connections: Connections::default(),
            shop: Mutex::new(Shop {
                stock,
                ..Shop::default()
            }),
        }
    }

    pub(crate) fn shop(&self) -> MutexGuard<'_, Shop> {
        self.shop.lock().unwrap()
    }

    /// A session of the first agent that can be paid, for that many seconds.
    pub(crate) fn own_session(&self, lives_s: i64) -> String {
        let call = Call {
            agent: 0,
            version: SpecVersion::LATEST,
            body: Some(json!({
                "line_items": [{ "id": "mug" }],
                "currency": "usd",
                "capabilities": {},
                "fulfillment_details": { "address": {
                    "name": "Test Buyer",
                    "line_one": "1 Market Street",
                    "city": "San Francisco",
                    "state": "CA",
                    "country": "US",
                    "postal_code": "94105",
                }},
            })),
            key: None,
        };
        let made = checkout::create(self, &call).unwrap().document();
        let id = made["id"].as_str().unwrap().to_owned();
        if let Some(session) = self.shop().sessions.get_mut(&id) {
            session.expires_at = later(now(), lives_s);
        }
        id
    }

    /// Takes the goods out of stock and writes the order; its id.
    pub(crate) fn place_order(
        &self,
        shop: &mut Shop,
        version: SpecVersion,
        session: &Session,
    ) -> String {
        for line in &session.lines {
            *shop.stock.entry(line.item.id).or_default() -= line.units();
        }
        let order = Order::of(session, version, &self.base, shop.orders.len() + 1);
        let id = order.id.clone();
        self.outbox.send(&id, order.event("order_create"));
        shop.orders.insert(id.clone(), order);
        id
    }

    /// Something happens to an order from within the shop, outside the protocol; the buyer's agent
    /// is told. `new` stands for an order of its own, paid with store credit.
    fn run_shop(&self, id: &str, action: &str) -> Reply {
        let own = (id == "new").then(|| {
            let session = self.own_session(900);
            let mut shop = self.shop();
            let session = shop.sessions.remove(&session).unwrap();
            shop.accounts
                .take(&session, Means::StoreCredit, &Value::Null)
                .unwrap();
            self.place_order(&mut shop, SpecVersion::LATEST, &session)
        });
        let id = own.as_deref().unwrap_or(id);
        let mut shop = self.shop();
        let changed = shop.orders.get_mut(id).map(|order| {
            let changed = order.act(action);
            (changed, order.event("order_update"))
        });
        if let Some((true, event)) = changed {
            self.outbox.send(id, event);
        }
        Reply::page(id)
    }

    fn page(&self, order: &str) -> Option<Reply> {
        let shop = self.shop();
        let order = shop.orders.get(order)?;
        Some(Reply::page(&format!("Order {}", order.id)))
    }
}

impl Party for Seller {
    fn answer(&self, incoming: &Incoming) -> Reply {
        let through = |terms, run: &dyn Fn(&Call) -> super::reply::Answered| {
            self.gate.pass(incoming, terms, run)
        };
        let checkout = Terms::COMMON;
        match (incoming.method.as_str(), incoming.segments().as_slice()) {
            ("POST", ["checkout_sessions"]) => {
                through(checkout, &|call| checkout::create(self, call))
            }
            ("GET", ["checkout_sessions", id]) => {
                through(checkout, &|call| checkout::get(self, call, id))
            }
            ("POST", ["checkout_sessions", id]) => {
                through(checkout, &|call| checkout::update(self, call, id))
            }
            ("POST", ["checkout_sessions", id, "complete"]) => {
                through(checkout, &|call| checkout::complete(self, call, id))
            }
            ("POST", ["checkout_sessions", id, "cancel"]) => {
                through(checkout, &|call| checkout::cancel(self, call, id))
            }
            (_, ["carts"] | ["carts", _] | ["carts", _, "cancel"]) => carts::answer(self, incoming),
            ("GET" | "HEAD", [".well-known", "acp.json"]) => discovery::document(self),
            ("POST", ["mcp"]) => mcp::answer(self, incoming),
            ("DELETE", ["mcp"]) => mcp::close(self, incoming),
            ("POST", ["shop", "orders", id, action]) => self.run_shop(id, action),
            ("GET", ["shop", "taken", option]) => {
                Reply::page(&self.shop().accounts.taken(option).to_string())
            }
            ("GET", ["orders", id]) => self.page(id).unwrap_or_else(|| nowhere(incoming, "")),
            ("GET", ["pages", name]) => Reply::page(name),
            ("GET", ["schemas", name]) => match render::extension_schema(name) {
                Some(schema) => Reply::json(200, &schema),
                None => nowhere(incoming, ""),
            },
            ("GET", ["continue", id]) => Reply::page(&format!("Continue {id}")),
            (_, ["checkout_sessions", _]) => nowhere(incoming, "GET, POST"),
            (_, ["checkout_sessions"] | ["checkout_sessions", _, "complete" | "cancel"]) => {
                nowhere(incoming, "POST")
            }
            (_, ["mcp"]) => nowhere(incoming, "POST, DELETE"),
            (_, [".well-known", "acp.json"]) => nowhere(incoming, "GET, HEAD"),
            _ => nowhere(incoming, ""),
        }
    }
}

/// Channels on which the shop sends news.
const CHANNELS: [&str; 2] = ["email", "sms"];

impl Seller {
    /// The channels that can be offered to the session's buyer.
    pub(crate) fn consent_options(&self, shop: &Shop, session: &Session) -> Value {
        let offered = CHANNELS.into_iter().map(|channel| {
            let contact = session.email();
            let subscribed = contact
                .is_some_and(|email| shop.subscriptions.contains(&(channel.to_owned(), email)));
            json!({
                "channel": channel,
                "display_text": format!("News from the shop by {channel}"),
                "privacy_policy_url": format!("{}/pages/privacy", self.base),
                "is_subscribed": subscribed,
            })
        });
        offered.collect()
    }

    /// Keeps what the buyer said at complete about channels that were offered and can be reached.
    pub(crate) fn take_consents(shop: &mut Shop, session: &Session, body: &Value) {
        let Some(buyer) = session.email() else {
            return;
        };
        for consent in body["marketing_consents"].as_array().into_iter().flatten() {
            let channel = consent["channel"].as_str().unwrap_or_default();
            let reachable = channel == "email" || session.contact("phone_number").is_some();
            if !CHANNELS.contains(&channel) || !reachable {
                continue;
            }
            let subscription = (channel.to_owned(), buyer.clone());
            if consent["opted_in"] == true {
                shop.subscriptions.insert(subscription);
            } else {
                shop.subscriptions.remove(&subscription);
            }
        }
    }
}
