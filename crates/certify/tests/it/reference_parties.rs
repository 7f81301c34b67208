//! The reference parties are right: by the schemas, and in every lane of the judge.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Bytes, routing::post};
use comptoir_certify::{
    Answer, CheckResult, Lane, Request, RunOptions, Runner, SchemaJudge, SpecVersion, Target,
    Verdict, Wire,
    lanes::{self, seller::Seller},
};
use futures_util::future::join_all;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};
use url::Url;

use crate::{
    reference::{Options, Reference},
    spec,
};

/// Every check of every lane, by every version. What is violated here is a fault of the judge or
/// of the reference; what else is not green is printed.
#[tokio::test(flavor = "multi_thread")]
async fn no_check_finds_a_violation() {
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let runs = SpecVersion::ALL.map(|version| judged(version, Arc::clone(&judge)));
    let violated = join_all(runs).await.concat();
    assert!(violated.is_empty(), "{}", violated.join("\n"));
}

async fn judged(version: SpecVersion, judge: Arc<SchemaJudge>) -> Vec<String> {
    let reference = Reference::start().await;
    let mut violated = Vec::new();
    // A shop where every item demands authentication answers other questions.
    let mut guarded = reference.target.clone();
    if let Some(seller) = &mut guarded.seller {
        seller.items = ["watch", "clock"].map(str::to_owned).into();
    }
    for (target, guarded) in [(reference.target.clone(), false), (guarded, true)] {
        let runner = Runner::new(version, target, Arc::clone(&judge)).unwrap();
        for lane in Lane::ALL {
            let mut checks = lanes::checks(lane, version);
            checks
                .retain(|check| !guarded || check.id().starts_with("seller.escalation.mismatch-"));
            for result in runner.run(&checks, &RunOptions::default()).await {
                let found: Vec<_> = result.findings.iter().map(|one| &one.found).collect();
                let CheckResult {
                    id,
                    verdict,
                    reason,
                    ..
                } = &result;
                let line = format!("{version} {id}: {verdict} {reason:?} {found:?}");
                if result.verdict == Verdict::Violated {
                    violated.push(line);
                } else if result.verdict != Verdict::Pass {
                    println!("{line}");
                }
            }
        }
    }
    violated
}

/// Judges answers by our shapes and, where they are present, by the official schemas.
struct Shapes(SchemaJudge, SpecVersion);

impl Shapes {
    fn of(version: SpecVersion) -> Self {
        let judge = match spec::Spec::load() {
            Some(spec) => SchemaJudge::with_official(&spec.folder),
            None => SchemaJudge::bundled(),
        };
        Self(judge.unwrap(), version)
    }

    #[track_caller]
    fn hold(&self, status: u16, shape: &str, answer: &Answer) -> Value {
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, status, "{text}");
        let body = answer
            .json
            .clone()
            .unwrap_or_else(|| panic!("no JSON: {text}"));
        self.fits(shape, &body);
        body
    }

    #[track_caller]
    fn fits(&self, shape: &str, body: &Value) {
        let faults = self.0.validate(self.1, shape, body).unwrap();
        assert!(
            faults.is_empty(),
            "{} {shape}: {faults:#?}\n{body:#}",
            self.1
        );
    }
}

async fn session_of(version: SpecVersion) -> (Reference, Shapes, Seller) {
    let reference = Reference::start().await;
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let runner = Runner::new(version, reference.target.clone(), judge).unwrap();
    let seller = Seller::of(&runner.case()).unwrap();
    (reference, Shapes::of(version), seller)
}

#[tokio::test]
async fn sessions_fit_the_schemas_of_every_version() {
    for version in SpecVersion::ALL {
        let (_reference, shapes, seller) = session_of(version).await;
        let session = "checkout#CheckoutSession";
        let bare = Value::Object(seller.create_body().unwrap());
        let body = shapes.hold(201, session, &seller.create(&bare).await.unwrap());
        assert_eq!(body["status"], "not_ready_for_payment");
        let full = Value::Object(seller.create_body_with_address().unwrap());
        let body = shapes.hold(201, session, &seller.create(&full).await.unwrap());
        assert_eq!(body["status"], "ready_for_payment", "{body:#}");
        let id = body["id"].as_str().unwrap();
        let lines = [body["line_items"][0]["id"].as_str().unwrap().to_owned()];
        let choice = seller
            .dialect()
            .select_option("express", "shipping", &lines);
        let updated = shapes.hold(200, session, &seller.update(id, &choice).await.unwrap());
        let total =
            |body: &Value| body["totals"].as_array().unwrap().last().unwrap()["amount"].as_i64();
        assert_eq!(total(&updated), total(&body).map(|total| total + 1000));
        let got = shapes.hold(200, session, &seller.get(id).await.unwrap());
        assert_eq!(got, updated);
        shapes.hold(200, session, &seller.cancel(id).await.unwrap());
        shapes.hold(405, "checkout#Error", &seller.cancel(id).await.unwrap());
        let completed = seller.completed().await.unwrap();
        shapes.fits("checkout#CheckoutSessionWithOrder", &completed.json);
        let sold_out = seller
            .dialect()
            .create(seller.target(), &[("vase", 1), ("candle", 2)]);
        let body = seller.create(&Value::Object(sold_out)).await.unwrap();
        let body = shapes.hold(201, session, &body);
        assert_eq!(body["messages"][0]["code"], "out_of_stock");
    }
}

#[tokio::test]
async fn authentication_is_asked_for_and_taken() {
    for version in SpecVersion::ALL.into_iter().skip(1) {
        let (_reference, shapes, seller) = session_of(version).await;
        let mut body = seller.create_body_with_address().unwrap();
        let member = seller.dialect().lines_member();
        body.insert(member.to_owned(), seller.dialect().lines(&[("watch", 1)]));
        let session = seller
            .session(&seller.create(&Value::Object(body)).await.unwrap())
            .unwrap();
        let token = seller.token(&session).await.unwrap();
        let mut body = seller.complete_body(&session, &token);
        let asked = seller.complete(&session.id, &body).await.unwrap();
        let asked = shapes.hold(200, "checkout#CheckoutSession", &asked);
        assert_eq!(asked["status"], "authentication_required");
        let refused = seller.complete(&session.id, &body).await.unwrap();
        let refused = shapes.hold(400, "checkout#Error", &refused);
        assert_eq!(refused["code"], "requires_3ds");
        body["authentication_result"] = json!({
            "outcome": "authenticated",
            "outcome_details": {
                "three_ds_cryptogram": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "electronic_commerce_indicator": "05",
                "transaction_id": "t",
                "version": "2.2.0",
            },
        });
        let done = seller.complete(&session.id, &body).await.unwrap();
        let done = shapes.hold(200, "checkout#CheckoutSessionWithOrder", &done);
        assert_eq!(done["status"], "completed");
    }
}

/// A call to any party, as the judge's agent.
async fn call(base: &Url, key: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
    let wire = Wire::new(Duration::from_secs(5), 100).unwrap();
    let mut request = Request::new(method, path)
        .header("Authorization", format!("Bearer {key}"))
        .header("API-Version", SpecVersion::LATEST.as_str())
        .header("Content-Type", "application/json");
    if request.method == Method::POST {
        let key = uuid::Builder::from_random_bytes(rand())
            .into_uuid()
            .to_string();
        request = request.header("Idempotency-Key", key);
    }
    if let Some(body) = body {
        request = request.body(body.to_string());
    }
    wire.send(base, &request).await.unwrap()
}

fn rand() -> [u8; 16] {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    bytes
}

fn addressed(target: &Target) -> (Url, String) {
    let seller = target.seller.as_ref().unwrap();
    (seller.url.clone(), seller.key.expose().unwrap().to_owned())
}

#[tokio::test]
async fn carts_discovery_and_feeds_fit_their_schemas() {
    let reference = Reference::start().await;
    let shapes = Shapes::of(SpecVersion::LATEST);
    let (base, key) = addressed(&reference.target);
    let lines =
        json!({ "line_items": [{ "id": "mug", "quantity": 2 }, { "id": "vase" }, { "id": "no" }] });
    let made = call(&base, &key, Method::POST, "/carts", Some(lines)).await;
    let cart = shapes.hold(201, "cart#Cart", &made);
    let path = format!("/carts/{}", cart["id"].as_str().unwrap());
    let got = call(&base, &key, Method::GET, &path, None).await;
    assert_eq!(shapes.hold(200, "cart#Cart", &got), cart);
    let lines = json!({ "line_items": [{ "id": "lamp" }] });
    let put = call(&base, &key, Method::PUT, &path, Some(lines)).await;
    shapes.hold(200, "cart#Cart", &put);
    let canceled = call(&base, &key, Method::POST, &format!("{path}/cancel"), None).await;
    shapes.hold(200, "cart#Cart", &canceled);
    let gone = call(&base, &key, Method::GET, &path, None).await;
    shapes.hold(404, "checkout#Error", &gone);

    let document = call(&base, "", Method::GET, "/.well-known/acp.json", None).await;
    shapes.hold(200, "checkout#DiscoveryResponse", &document);

    let feeds = reference.target.feed.as_ref().unwrap().url.clone();
    let made = call(
        &feeds,
        &key,
        Method::POST,
        "/feeds",
        Some(json!({ "target_country": "US" })),
    )
    .await;
    let feed = shapes.hold(201, "feed#FeedMetadata", &made);
    let path = format!("/feeds/{}/products", feed["id"].as_str().unwrap());
    let products =
        json!({ "products": [{ "id": "p", "variants": [{ "id": "mug", "title": "Mug" }] }] });
    let taken = call(&feeds, &key, Method::PATCH, &path, Some(products.clone())).await;
    shapes.hold(200, "feed#UpsertProductsResponse", &taken);
    let got = call(&feeds, &key, Method::GET, &path, None).await;
    assert_eq!(shapes.hold(200, "feed#ProductsResponse", &got), products);
}

#[tokio::test]
async fn tools_answer_as_the_calls_do() {
    let reference = Reference::start().await;
    let shapes = Shapes::of(SpecVersion::LATEST);
    let (_, key) = addressed(&reference.target);
    let mcp = reference.target.mcp.as_ref().unwrap().url.clone();
    let greeting = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {} });
    let greeted = call(&mcp, &key, Method::POST, "", Some(greeting)).await;
    let connection = greeted.header("mcp-session-id").unwrap().to_owned();
    let wire = Wire::new(Duration::from_secs(5), 100).unwrap();
    let ask = |method: &str, params: Value| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = Request::new(Method::POST, "")
            .header("Authorization", format!("Bearer {key}"))
            .header("Mcp-Session-Id", &connection)
            .body(body.to_string());
        let (mcp, wire) = (mcp.clone(), wire.clone());
        async move { wire.send(&mcp, &request).await.unwrap().json.unwrap() }
    };
    let listed = ask("tools/list", json!({})).await;
    assert_eq!(listed["result"]["tools"].as_array().unwrap().len(), 5);
    let meta = json!({ "api_version": "2026-04-17" });
    let payload = json!({ "line_items": [{ "id": "mug" }], "currency": "usd", "capabilities": {} });
    let arguments = json!({ "meta": meta, "payload": payload });
    let made = ask(
        "tools/call",
        json!({ "name": "create_checkout_session", "arguments": arguments }),
    )
    .await;
    shapes.fits("checkout#CheckoutSession", &made["result"]);
    let arguments = json!({ "meta": meta, "id": "nobody" });
    let error = ask(
        "tools/call",
        json!({ "name": "get_checkout_session", "arguments": arguments }),
    )
    .await;
    assert_eq!(error["error"]["code"], -32000);
    shapes.fits("checkout#Error", &error["error"]["data"]);
}

/// Events reach the agent in order, signed, and again when it failed.
#[tokio::test]
async fn orders_are_reported() {
    for version in SpecVersion::ALL {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let reference = Reference::with(Options {
            webhooks: Some(listener.local_addr().unwrap()),
            ..Options::default()
        })
        .await;
        let (heard, mut events) = mpsc::unbounded_channel();
        let calls = Arc::new(AtomicU32::new(0));
        let app = Router::new().route(
            "/agentic_checkout/webhooks/order_events",
            post(move |headers: HeaderMap, body: Bytes| {
                let first = calls.fetch_add(1, Ordering::Relaxed) == 0;
                heard.send((headers, body)).unwrap();
                let status = if first {
                    StatusCode::BAD_GATEWAY
                } else {
                    StatusCode::OK
                };
                async move { status }
            }),
        );
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let judge = Arc::new(SchemaJudge::bundled().unwrap());
        let runner = Runner::new(version, reference.target.clone(), judge).unwrap();
        let completed = Seller::of(&runner.case())
            .unwrap()
            .completed()
            .await
            .unwrap();
        let order = completed.json["order"]["id"].as_str().unwrap().to_owned();
        let shapes = Shapes::of(version);
        let mut last = None;
        for (kind, action) in [
            ("order_create", ""),
            ("order_create", "ship"),
            ("order_update", "refund"),
            ("order_update", ""),
        ] {
            let (headers, body) = timeout(Duration::from_secs(5), events.recv())
                .await
                .unwrap()
                .unwrap();
            assert!(headers.contains_key("merchant-signature"));
            let again = headers.get("request-id").cloned();
            assert_eq!(
                last == again,
                action == "ship",
                "only the refused event comes again"
            );
            last = again;
            let event: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(event["type"], kind);
            shapes.fits("webhook#WebhookEvent", &event);
            let webhooks = reference.target.webhooks.as_ref().unwrap();
            let command = match action {
                "ship" => &webhooks.ship_command,
                "refund" => &webhooks.refund_command,
                _ => continue,
            };
            let mut shop = tokio::process::Command::new(&command[0]);
            let shop = shop.args(&command[1..]).env("ACP_ORDER_ID", &order);
            let status = shop.status().await.unwrap();
            assert!(status.success());
        }
    }
}
