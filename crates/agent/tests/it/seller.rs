//! A seller that does what a test tells it to.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// What a complete call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Complete {
    /// Orders.
    Approve,
    /// 200 with `payment_declined`, as the protocol says.
    Decline,
    /// Orders, and then the answer is lost.
    ApproveUnheard,
    /// Fails before anything happened.
    FailBefore,
    /// 200 `completed`, but no order inside.
    WithoutOrder,
    /// A plain refusal.
    Refuse,
    /// Still working on it.
    InProgress,
}

/// What a session is made to lie about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lies {
    pub(crate) total_off_by: i64,
    pub(crate) extra_line: bool,
    pub(crate) currency: Option<String>,
    pub(crate) price_add: i64,
    pub(crate) quantity_add: i64,
    pub(crate) city: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) wrapped_refusal: bool,
    pub(crate) merchant_missing: bool,
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) prices: BTreeMap<String, i64>,
    pub(crate) lies: Lies,
    pub(crate) script: VecDeque<Complete>,
    pub(crate) requests: Vec<Request>,
    sessions: BTreeMap<String, Session>,
    replies: BTreeMap<String, Value>,
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) key: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Clone, Default)]
struct Session {
    items: Vec<(String, i64)>,
    address: Option<Value>,
    option: Option<String>,
    status: Option<&'static str>,
    declined: bool,
    order: Option<Value>,
}

/// The seller and its address.
#[derive(Clone)]
pub(crate) struct FakeSeller {
    pub(crate) inner: Arc<Mutex<Inner>>,
    pub(crate) url: String,
}

impl FakeSeller {
    pub(crate) async fn start() -> Self {
        let inner = Arc::new(Mutex::new(Inner::default()));
        inner.lock().unwrap().prices = BTreeMap::from([
            ("mug-blue".to_owned(), 1800),
            ("mug-red".to_owned(), 1900),
            ("vase".to_owned(), 4200),
        ]);
        let router = Router::new()
            .route("/checkout_sessions", post(create))
            .route("/checkout_sessions/{id}", get(read).post(update))
            .route("/checkout_sessions/{id}/complete", post(complete))
            .route("/checkout_sessions/{id}/cancel", post(cancel))
            .route(
                "/pictures/mug.png",
                get(|| async { ([("content-type", "image/png")], "a picture") }),
            )
            .route(
                "/pictures/page",
                get(|| async { ([("content-type", "text/html")], "<script>") }),
            )
            .with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { inner, url }
    }

    pub(crate) fn lie(&self, change: impl FnOnce(&mut Lies)) {
        change(&mut self.inner.lock().unwrap().lies);
    }

    pub(crate) fn will(&self, steps: &[Complete]) {
        self.inner.lock().unwrap().script = steps.iter().copied().collect();
    }

    pub(crate) fn completes(&self) -> Vec<Request> {
        self.requests("/complete")
    }

    pub(crate) fn requests(&self, ending: &str) -> Vec<Request> {
        let inner = self.inner.lock().unwrap();
        inner
            .requests
            .iter()
            .filter(|request| request.path.ends_with(ending))
            .cloned()
            .collect()
    }

    pub(crate) fn orders(&self) -> usize {
        self.inner
            .lock()
            .unwrap()
            .sessions
            .values()
            .filter(|session| session.order.is_some())
            .count()
    }

    pub(crate) fn session_id(&self) -> String {
        self.inner
            .lock()
            .unwrap()
            .sessions
            .keys()
            .next()
            .unwrap()
            .clone()
    }
}

type Shared = State<Arc<Mutex<Inner>>>;

fn record(inner: &mut Inner, path: String, headers: &HeaderMap, body: &Bytes) {
    let key = headers
        .get("idempotency-key")
        .map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(headers["authorization"], "Bearer seller-key");
    assert_eq!(headers["api-version"], "2026-04-17");
    inner.requests.push(Request {
        path,
        key,
        body: body.to_vec(),
    });
}

fn refusal(inner: &Inner) -> Response {
    let error = json!({"type": "invalid_request", "code": "out_of_region", "message": "We do not ship there <b>at all</b>"});
    let body = if inner.lies.wrapped_refusal {
        json!({"error": error})
    } else {
        error
    };
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}

async fn create(State(inner): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let mut inner = inner.lock().unwrap();
    record(&mut inner, "/checkout_sessions".to_owned(), &headers, &body);
    let request: Value = serde_json::from_slice(&body).unwrap();
    let id = format!("cs_{}", inner.sessions.len() + 1);
    let items = request["line_items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (
                item["id"].as_str().unwrap().to_owned(),
                item["quantity"].as_i64().unwrap_or(1),
            )
        });
    let session = Session {
        items: items.collect(),
        ..Session::default()
    };
    inner.sessions.insert(id.clone(), session);
    (StatusCode::CREATED, Json(render(&inner, &id))).into_response()
}

async fn update(
    State(inner): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock().unwrap();
    record(
        &mut inner,
        format!("/checkout_sessions/{id}"),
        &headers,
        &body,
    );
    let request: Value = serde_json::from_slice(&body).unwrap();
    if request.pointer("/fulfillment_details/address/country") == Some(&json!("AU")) {
        return refusal(&inner);
    }
    let session = inner.sessions.get_mut(&id).unwrap();
    if let Some(address) = request.pointer("/fulfillment_details/address") {
        session.address = Some(address.clone());
        session.option = Some("standard".to_owned());
    }
    if let Some(option) = request.pointer("/selected_fulfillment_options/0/option_id") {
        session.option = Some(option.as_str().unwrap().to_owned());
    }
    Json(render(&inner, &id)).into_response()
}

async fn read(State(inner): Shared, Path(id): Path<String>) -> Response {
    let inner = inner.lock().unwrap();
    Json(render(&inner, &id)).into_response()
}

async fn cancel(
    State(inner): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock().unwrap();
    record(
        &mut inner,
        format!("/checkout_sessions/{id}/cancel"),
        &headers,
        &body,
    );
    inner.sessions.get_mut(&id).unwrap().status = Some("canceled");
    Json(render(&inner, &id)).into_response()
}

async fn complete(
    State(inner): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock().unwrap();
    record(
        &mut inner,
        format!("/checkout_sessions/{id}/complete"),
        &headers,
        &body,
    );
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    if let Some(reply) = inner.replies.get(&key) {
        return Json(reply.clone()).into_response();
    }
    let step = inner.script.pop_front().unwrap_or(Complete::Approve);
    let order = json!({"type": "order", "id": format!("ord_{id}"), "checkout_session_id": id,
        "order_number": "A-1001", "status": "confirmed", "permalink_url": "https://shop.example/orders/1"});
    let session = inner.sessions.get_mut(&id).unwrap();
    match step {
        Complete::Approve | Complete::ApproveUnheard => {
            session.status = Some("completed");
            session.order = Some(order);
        }
        Complete::Decline => session.declined = true,
        Complete::WithoutOrder => session.status = Some("completed"),
        Complete::InProgress => session.status = Some("complete_in_progress"),
        Complete::FailBefore => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Complete::Refuse => return refusal(&inner),
    }
    let reply = render(&inner, &id);
    inner.sessions.get_mut(&id).unwrap().declined = false;
    inner.replies.insert(key, reply.clone());
    if step == Complete::ApproveUnheard {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    Json(reply).into_response()
}

fn render(inner: &Inner, id: &str) -> Value {
    let (session, lies) = (&inner.sessions[id], &inner.lies);
    let (rows, base) = lines(inner, session);
    let shipping = match session.option.as_deref() {
        Some("express") => 1200,
        Some(_) => 490,
        None => 0,
    };
    let tax = base / 10;
    let link = lies
        .link
        .clone()
        .unwrap_or_else(|| "https://shop.example/terms".to_owned());
    let ready = if session.address.is_some() {
        "ready_for_payment"
    } else {
        "not_ready_for_payment"
    };
    let mut value = json!({
        "id": id, "status": session.status.unwrap_or(ready),
        "currency": lies.currency.clone().unwrap_or_else(|| "EUR".to_owned()),
        "line_items": rows,
        "totals": [{"type": "items_base_amount", "display_text": "Items", "amount": base},
                   {"type": "fulfillment", "display_text": "Shipping", "amount": shipping},
                   {"type": "tax", "display_text": "VAT", "amount": tax},
                   {"type": "total", "display_text": "Total", "amount": base + shipping + tax + lies.total_off_by}],
        "fulfillment_options": [],
        "messages": messages(session, lies),
        "links": [{"type": "terms_of_use", "title": "Terms", "url": link}],
        "capabilities": {"payment": {"handlers": [handler(lies)]}},
    });
    if let Some(address) = &session.address {
        value["fulfillment_options"] = json!([
            option("standard", "Standard", 490),
            option("express", "Express", 1200)
        ]);
        value["fulfillment_details"] = json!({"address": address});
        if let Some(city) = &lies.city {
            value["fulfillment_details"]["address"]["city"] = json!(city);
        }
        value["selected_fulfillment_options"] =
            json!([{"type": "shipping", "option_id": session.option, "item_ids": []}]);
    }
    if let Some(order) = &session.order {
        value["order"] = order.clone();
    }
    value
}

fn lines(inner: &Inner, session: &Session) -> (Vec<Value>, i64) {
    let lies = &inner.lies;
    let mut items: Vec<(String, i64, i64)> = session
        .items
        .iter()
        .map(|(item, quantity)| {
            (
                item.clone(),
                quantity + lies.quantity_add,
                inner.prices[item] + lies.price_add,
            )
        })
        .collect();
    if lies.extra_line {
        items.push(("gift-card".to_owned(), 1, 5000));
    }
    let base = items
        .iter()
        .map(|(_, quantity, price)| quantity * price)
        .sum();
    let row = |(item, quantity, price): (String, i64, i64)| {
        let name = lies.name.clone().unwrap_or_else(|| format!("Item {item}"));
        json!({"id": format!("li_{item}"), "item": {"id": item, "name": name}, "name": name,
            "quantity": quantity, "unit_amount": price,
            "totals": [{"type": "items_base_amount", "display_text": "Base", "amount": price * quantity},
                       {"type": "total", "display_text": "Total", "amount": price * quantity}]})
    };
    (items.into_iter().map(row).collect(), base)
}

fn option(name: &str, title: &str, amount: i64) -> Value {
    json!({"type": "shipping", "id": name, "title": title, "carrier": "La Poste",
        "earliest_delivery_time": "2026-11-26T08:00:00Z", "latest_delivery_time": "2026-11-28T18:00:00Z",
        "totals": [{"type": "total", "display_text": title, "amount": amount}]})
}

fn messages(session: &Session, lies: &Lies) -> Vec<Value> {
    let declined = session.declined.then(|| {
        json!({"type": "error", "code": "payment_declined", "content_type": "plain", "content": "Card declined"})
    });
    let said = lies
        .message
        .as_ref()
        .map(|text| json!({"type": "info", "content": text}));
    declined.into_iter().chain(said).collect()
}

fn handler(lies: &Lies) -> Value {
    let config = if lies.merchant_missing {
        json!({})
    } else {
        json!({"merchant_id": "merchant_1"})
    };
    json!({"id": "card", "name": "dev.acp.tokenized.card", "version": "2026-04-17", "spec": "https://acp.example/spec",
        "requires_delegate_payment": true, "requires_pci_compliance": false, "psp": "comptoir",
        "config_schema": "https://acp.example/c", "instrument_schemas": [], "config": config})
}
