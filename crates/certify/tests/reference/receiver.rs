//! An agent's receiver of order events.

use std::{collections::HashMap, sync::Mutex};

use serde_json::{Value, json};

use super::{
    basics::now,
    reply::{Refusal, Reply},
    serve::{Incoming, Party, nowhere},
    shapes::text,
    strict,
    webhooks::{PATH, signature},
};

/// Oldest signature that is taken, in seconds.
const TOLERANCE_S: i64 = 300;

/// The receiver: what it knows of each order.
pub(crate) struct Receiver {
    secret: String,
    /// The last event by checkout session, and the requests that brought events.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    orders: HashMap<String, Value>,
    requests: HashMap<String, Value>,
}

impl Receiver {
    pub(crate) fn new(secret: String) -> Self {
        Self {
            secret,
            known: Mutex::default(),
        }
    }

    fn receive(&self, incoming: &Incoming) -> Result<Reply, Refusal> {
        let too_long = || Refusal::new("invalid", "the event is too long").status(413);
        let body = incoming.body.as_ref().ok_or_else(too_long)?;
        self.verify(incoming, body)?;
        let event = strict::parse(body).map_err(|error| Refusal::new("invalid", error))?;
        let missing = |param: &str| Refusal::new("invalid", "this is no order event").at(param);
        text(&event, "type")
            .filter(|kind| !kind.is_empty())
            .ok_or_else(|| missing("$.type"))?;
        let data = event.get("data").filter(|data| data.is_object());
        let data = data.ok_or_else(|| missing("$.data"))?;
        for member in ["type", "checkout_session_id", "permalink_url", "status"] {
            text(data, member).ok_or_else(|| missing(&format!("$.data.{member}")))?;
        }
        if data["type"] != "order" {
            return Err(missing("$.data.type"));
        }
        if !text(data, "permalink_url").is_some_and(|url| url.starts_with("http")) {
            return Err(missing("$.data.permalink_url"));
        }
        for list in [
            "line_items",
            "fulfillments",
            "adjustments",
            "totals",
            "refunds",
        ] {
            if data.get(list).is_some_and(|list| !list.is_array()) {
                return Err(missing(&format!("$.data.{list}")));
            }
        }
        let request = incoming.header("request-id");
        self.keep(request, &event, data);
        let mut answer = json!({ "received": true });
        if let Some(request) = request {
            answer["request_id"] = json!(request);
        }
        Ok(Reply::json(200, &answer))
    }

    /// Keeps an event once. Of an unknown type nothing is learnt; a late `order_create` changes
    /// nothing of an order that is known.
    fn keep(&self, request: Option<&str>, event: &Value, data: &Value) {
        let mut known = self.known.lock().unwrap();
        let kind = text(event, "type");
        if let Some(request) = request
            && known
                .requests
                .insert(request.to_owned(), event.clone())
                .is_some()
        {
            return;
        }
        let session = text(data, "checkout_session_id")
            .unwrap_or_default()
            .to_owned();
        match kind {
            Some("order_create") => {
                known.orders.entry(session).or_insert_with(|| data.clone());
            }
            Some("order_update") => {
                known.orders.insert(session, data.clone());
            }
            _ => {}
        }
    }

    /// `t` within the tolerance, and `v1` over exactly the bytes that came.
    fn verify(&self, incoming: &Incoming, body: &[u8]) -> Result<(), Refusal> {
        let refused =
            || Refusal::new("invalid_signature", "the signature does not hold").status(401);
        let given = incoming.header("merchant-signature").ok_or_else(refused)?;
        let (t, v1) = given.split_once(',').ok_or_else(refused)?;
        let at: i64 = t
            .strip_prefix("t=")
            .filter(|t| t.chars().all(|char| char.is_ascii_digit()))
            .and_then(|t| t.parse().ok())
            .ok_or_else(refused)?;
        let fresh = (now().as_second() - at).abs() <= TOLERANCE_S;
        let right = signature(&self.secret, at, body);
        let right = right.split_once(',').map(|(_, v1)| v1);
        if fresh && right == Some(&v1.to_ascii_lowercase()) {
            Ok(())
        } else {
            Err(refused())
        }
    }
}

impl Party for Receiver {
    fn answer(&self, incoming: &Incoming) -> Reply {
        let known = incoming.path == PATH;
        if known && incoming.method == http::Method::POST {
            return self.receive(incoming).unwrap_or_else(Reply::from);
        }
        nowhere(incoming, if known { "POST" } else { "" })
    }
}
