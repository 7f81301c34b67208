//! Every endpoint is called as the specification says.

use comptoir_acp::{
    id::{CheckoutSessionId, FeedId},
    latest::{
        checkout::{
            CancelSessionRequest, CheckoutSessionCompleteRequest, CheckoutSessionUpdateRequest,
            CheckoutStatus,
        },
        delegate_payment::DelegatePaymentRequest,
        feed::{CreateFeedRequest, UpsertProductsRequest},
    },
};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_json, header, header_exists, method, path},
};

use crate::support::{BEARER, client, create_request, key, session};

async fn server(
    verb: &str,
    at: &str,
    request: Option<Value>,
    answer: ResponseTemplate,
) -> MockServer {
    let server = MockServer::start().await;
    let mut mock = Mock::given(method(verb))
        .and(path(at))
        .and(header("authorization", format!("Bearer {BEARER}")))
        .and(header("api-version", "2026-04-17"))
        .and(header_exists("request-id"));
    if let Some(request) = request {
        mock = mock
            .and(header("content-type", "application/json"))
            .and(header("idempotency-key", "key-1"))
            .and(body_json(request));
    }
    mock.respond_with(answer).expect(1).mount(&server).await;
    server
}

fn answer(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

#[tokio::test]
async fn create_sends_the_request_and_reads_the_session_with_upper_case_currency() {
    let request = json!({"line_items": [{"id": "item_1"}], "currency": "eur", "capabilities": {}});
    let reply = answer(201, &session())
        .insert_header("Request-Id", "req_9")
        .insert_header("Idempotent-Replayed", "true");
    let server = server("POST", "/api/checkout_sessions", Some(request), reply).await;
    let client = client(&format!("{}/api/", server.uri()));
    let answer = client
        .create_checkout_session(&create_request(), key("key-1"))
        .await
        .unwrap();
    assert_eq!((answer.status, answer.replayed), (201, true));
    assert_eq!(answer.request_id.as_deref(), Some("req_9"));
    assert_eq!(answer.value.currency.code(), "eur");
    assert_eq!(
        serde_json::from_slice::<Value>(&answer.raw).unwrap(),
        session()
    );
}

#[tokio::test]
async fn the_other_calls_on_a_session_use_their_paths_and_any_2xx_is_success() {
    let id = CheckoutSessionId::parse("cs/1?x").unwrap();
    let at = "/checkout_sessions/cs%2F1%3Fx";
    let get = server("GET", at, None, answer(200, &session())).await;
    let read = client(&get.uri()).get_checkout_session(&id).await.unwrap();
    assert_eq!(read.value.status, CheckoutStatus::NotReadyForPayment);

    let update = server(
        "POST",
        at,
        Some(json!({"coupons": null})),
        answer(201, &session()),
    )
    .await;
    let request: CheckoutSessionUpdateRequest =
        serde_json::from_value(json!({"coupons": null})).unwrap();
    client(&update.uri())
        .update_checkout_session(&id, &request, key("key-1"))
        .await
        .unwrap();

    let body = json!({"payment_data": {"handler_id": "h", "instrument":
        {"type": "card", "credential": {"type": "spt", "token": "vt_1"}}}});
    let at_complete = format!("{at}/complete");
    let complete = server(
        "POST",
        &at_complete,
        Some(body.clone()),
        answer(202, &session()),
    )
    .await;
    let request: CheckoutSessionCompleteRequest = serde_json::from_value(body).unwrap();
    client(&complete.uri())
        .complete_checkout_session(&id, &request, key("key-1"))
        .await
        .unwrap();

    let at_cancel = format!("{at}/cancel");
    let cancel = server("POST", &at_cancel, Some(json!({})), answer(200, &session())).await;
    let request = CancelSessionRequest::default();
    client(&cancel.uri())
        .cancel_checkout_session(&id, &request, key("key-1"))
        .await
        .unwrap();
}

#[tokio::test]
async fn delegate_payment_sends_the_card_and_reads_the_token() {
    let body = json!({
        "payment_method": {"type": "card", "card_number_type": "fpan", "number": "4242424242424242",
            "cvc": "123", "display_card_funding_type": "credit", "metadata": {}},
        "allowance": {"reason": "one_time", "max_amount": 100, "currency": "usd",
            "checkout_session_id": "cs", "merchant_id": "m", "expires_at": "2026-04-17T00:00:00Z"},
        "risk_signals": [], "metadata": {},
    });
    let token = json!({"id": "vt_1", "created": "2026-04-17T00:00:00Z", "metadata": {}});
    let at = "/agentic_commerce/delegate_payment";
    let server = server("POST", at, Some(body.clone()), answer(201, &token)).await;
    let request: DelegatePaymentRequest = serde_json::from_value(body).unwrap();
    let made = client(&server.uri())
        .delegate_payment(&request, key("key-1"))
        .await
        .unwrap();
    assert_eq!(made.value.id.as_str(), "vt_1");
}

#[tokio::test]
async fn feeds_are_created_read_and_filled() {
    let feed = json!({"id": "feed_1", "target_country": "FR"});
    let id = FeedId::parse("feed_1").unwrap();
    let create = server("POST", "/feeds", Some(json!({})), answer(201, &feed)).await;
    let request = CreateFeedRequest::default();
    let made = client(&create.uri())
        .create_feed(&request, key("key-1"))
        .await
        .unwrap();
    assert_eq!(made.value.id, id);

    let get = server("GET", "/feeds/feed_1", None, answer(200, &feed)).await;
    client(&get.uri()).get_feed(&id).await.unwrap();

    let products = json!({"products": [{"id": "p", "variants": [{"id": "v", "title": "V",
        "price": {"amount": 100, "currency": "EUR"}}]}]});
    let at = "/feeds/feed_1/products";
    let list = server("GET", at, None, answer(200, &products)).await;
    assert_eq!(
        client(&list.uri())
            .get_products(&id)
            .await
            .unwrap()
            .value
            .products
            .len(),
        1
    );

    let accepted = json!({"id": "feed_1", "accepted": false});
    let upsert = server("PATCH", at, Some(products.clone()), answer(200, &accepted)).await;
    let request: UpsertProductsRequest = serde_json::from_value(products).unwrap();
    let told = client(&upsert.uri())
        .upsert_products(&id, &request, key("key-1"))
        .await
        .unwrap();
    assert!(!told.value.accepted);
}

#[tokio::test]
async fn discovery_is_asked_at_the_root_of_the_host_without_the_bearer_key() {
    let server = MockServer::start().await;
    let document = json!({"protocol": {"name": "acp", "version": "2031-01-01",
            "supported_versions": ["2026-04-17", "2031-01-01"]},
        "api_base_url": "https://shop.test/api", "transports": ["rest", "telepathy"],
        "capabilities": {"services": ["checkout", "feeds"]}});
    Mock::given(method("GET"))
        .and(path("/.well-known/acp.json"))
        .respond_with(answer(200, &document))
        .mount(&server)
        .await;
    let client = client(&format!("{}/api", server.uri()));
    let found = client.discovery().await.unwrap();
    assert_eq!(found.value.capabilities.services.len(), 2);
    let requests = server.received_requests().await.unwrap();
    assert!(!requests[0].headers.contains_key("authorization"));
}
