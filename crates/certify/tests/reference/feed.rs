//! An agent's Feed API.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use comptoir_certify::SpecVersion;
use serde_json::{Value, json};

use super::{
    basics::{fresh, now},
    gate::{Call, Gate, Terms},
    reply::{Answered, Refusal, Reply},
    serve::{Incoming, Party, nowhere},
    shapes::{self, text},
};

/// Countries, as far as anyone tries them.
const COUNTRIES: &str = "AD AE AR AT AU BE BR CA CH CL CN CZ DE DK ES FI FR GB GR HK IE IL IN IT \
                         JP KR LU MX NL NO NZ PL PT SE SG TR TW US ZA";

pub(crate) struct Feeds {
    pub(crate) gate: Gate,
    feeds: Mutex<BTreeMap<String, Feed>>,
}

struct Feed {
    agent: usize,
    metadata: Value,
    /// Products by id, in the order in which they came.
    products: Vec<Value>,
}

impl Feeds {
    pub(crate) fn new(gate: Gate) -> Self {
        Self {
            gate,
            feeds: Mutex::default(),
        }
    }

    fn feeds(&self) -> MutexGuard<'_, BTreeMap<String, Feed>> {
        self.feeds.lock().unwrap()
    }

    fn create(&self, call: &Call) -> Answered {
        let body = call.body.clone().unwrap_or_else(|| json!({}));
        let country = body.get("target_country");
        let known = |country: &Value| {
            country
                .as_str()
                .is_some_and(|code| code.len() == 2 && COUNTRIES.contains(code))
        };
        if country.is_some_and(|country| !known(country)) {
            let text = "target_country is an ISO 3166-1 alpha-2 code";
            return Err(Refusal::new("invalid_target_country", text).at("$.target_country"));
        }
        shapes::check(call.version, "feed#CreateFeedRequest", &body)?;
        let id = fresh("feed");
        let mut metadata = json!({ "id": id, "updated_at": now().to_string() });
        if let Some(country) = country {
            metadata["target_country"] = country.clone();
        }
        let reply = Reply::json(201, &metadata);
        let feed = Feed {
            agent: call.agent,
            metadata,
            products: Vec::new(),
        };
        self.feeds().insert(id, feed);
        Ok(reply)
    }

    fn read(&self, call: &Call, id: &str, answer: impl FnOnce(&mut Feed) -> Answered) -> Answered {
        let mut feeds = self.feeds();
        let feed = feeds.get_mut(id).filter(|feed| feed.agent == call.agent);
        let feed =
            feed.ok_or_else(|| Refusal::new("feed_not_found", "no such feed").status(404))?;
        answer(feed)
    }

    fn upsert(call: &Call, feed: &mut Feed, id: &str) -> Answered {
        let mut body = call.document()?.clone();
        let refused =
            |text: String, at: String| Err(Refusal::new("invalid_product_payload", text).at(at));
        // What the receiver itself keeps is passed over.
        for product in body["products"].as_array_mut().into_iter().flatten() {
            if let Some(product) = product.as_object_mut() {
                product.remove("last_update_id");
            }
        }
        let shape = "feed#UpsertProductsRequest";
        if let Some(fault) = shapes::fault(call.version, shape, &body) {
            return refused(fault.message, fault.path);
        }
        let products = body["products"].as_array().cloned().unwrap_or_default();
        if products.is_empty() {
            return refused(
                "at least one product is needed".to_owned(),
                "$.products".to_owned(),
            );
        }
        for product in products {
            let same = |known: &&mut Value| text(known, "id") == text(&product, "id");
            match feed.products.iter_mut().find(same) {
                Some(known) => *known = product,
                None => feed.products.push(product),
            }
        }
        feed.metadata["updated_at"] = json!(now().to_string());
        Ok(Reply::json(200, &json!({ "id": id, "accepted": true })))
    }
}

impl Party for Feeds {
    fn answer(&self, incoming: &Incoming) -> Reply {
        let terms = Terms {
            key_required: false,
            since: SpecVersion::V2026_04_17,
            ..Terms::COMMON
        };
        let gate = &self.gate;
        match (incoming.method.as_str(), incoming.segments().as_slice()) {
            ("POST", ["feeds"]) => gate.pass(incoming, terms, |call| self.create(call)),
            ("GET", ["feeds", id]) => gate.pass(incoming, terms, |call| {
                self.read(call, id, |feed| Ok(Reply::json(200, &feed.metadata)))
            }),
            ("GET", ["feeds", id, "products"]) => gate.pass(incoming, terms, |call| {
                self.read(call, id, |feed| {
                    Ok(Reply::json(200, &json!({ "products": feed.products })))
                })
            }),
            ("PATCH", ["feeds", id, "products"]) => gate.pass(incoming, terms, |call| {
                self.read(call, id, |feed| Self::upsert(call, feed, id))
            }),
            (_, ["feeds"]) => nowhere(incoming, "POST"),
            (_, ["feeds", _]) => nowhere(incoming, "GET"),
            (_, ["feeds", _, "products"]) => nowhere(incoming, "GET, PATCH"),
            _ => nowhere(incoming, ""),
        }
    }
}
