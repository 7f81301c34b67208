//! Orders: listed, shipped, refunded and canceled by operators, announced to the agent that bought.

use comptoir_store::{EventQuery, StoreError};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Shop, TENANT, amount};

fn events(shop: &Shop, order: &str) -> Vec<(String, i64, Value)> {
    let order = order.to_owned();
    shop.store
        .read_blocking("events", move |reads| -> Result<_, StoreError> {
            let query = EventQuery {
                subject: Some(&order),
                ..EventQuery::default()
            };
            reads.events(TENANT, &query)
        })
        .unwrap()
        .into_iter()
        .map(|row| {
            (
                row.topic,
                row.revision,
                serde_json::from_slice(&row.payload).unwrap(),
            )
        })
        .collect()
}

// The road after payment: listed, shipped with tracking, delivered, refunded; each step is an event.
#[tokio::test]
async fn an_order_is_shipped_delivered_and_refunded() {
    let shop = Shop::open();
    let (done, order) = shop.bought(&json!([{ "id": "cup", "quantity": 2 }])).await;
    let list = shop
        .send(Method::GET, "/operator/orders", "operator-key", None, None)
        .await;
    assert_eq!(list.json()["orders"][0]["id"], json!(order));
    let body = json!({ "carrier": "Simulated Post", "tracking_number": "SIM1" });
    let shipped = shop.operate(&order, "ship", &body).await;
    assert_eq!(shipped.status, StatusCode::OK, "{}", shipped.json());
    assert_eq!(shipped.state(), "shipped");
    assert_eq!(
        shipped.json()["line_items"][0]["quantity"],
        json!({ "ordered": 2, "current": 2, "fulfilled": 2 })
    );
    let parcel = shipped.text("/fulfillments/0/id");
    let delivered = shop
        .operate(&order, "deliver", &json!({ "fulfillment_id": parcel }))
        .await;
    assert_eq!(delivered.state(), "completed", "{}", delivered.json());
    let refund = shop
        .operate(&order, "refund", &json!({ "amount": 500 }))
        .await;
    assert_eq!(refund.status, StatusCode::OK, "{}", refund.json());
    let path = format!("/operator/orders/{order}");
    let after = shop
        .send(Method::GET, &path, "operator-key", None, None)
        .await;
    assert_eq!(
        after.text("/adjustments/0/status"),
        "completed",
        "{}",
        after.json()
    );
    assert_eq!(
        amount(&after.json()["totals"], "total"),
        done.total("total")
    );
    assert_eq!(
        amount(&after.json()["totals"], "amount_refunded"),
        Some(500)
    );
    let events = events(&shop, &order);
    let topics: Vec<&str> = events.iter().map(|(topic, ..)| topic.as_str()).collect();
    assert_eq!(topics[0], "order_create");
    assert!(topics[1..].iter().all(|topic| *topic == "order_update"));
    let revisions: Vec<i64> = events.iter().map(|(_, revision, _)| *revision).collect();
    assert_eq!(
        revisions,
        (1..=i64::try_from(events.len()).unwrap()).collect::<Vec<_>>()
    );
    assert_eq!(
        events.last().unwrap().2["data"]["adjustments"][0]["amount"],
        500
    );
    // An agent that missed every event reads the same order in its session.
    let session = shop.get(&format!("/checkout_sessions/{}", done.id())).await;
    assert_eq!(
        session.json()["order"]["adjustments"][0]["status"],
        "completed"
    );
}

// T-15: refunds never exceed the charge, one by one or together.
#[tokio::test]
async fn refunds_never_exceed_the_charge() {
    let shop = Shop::open();
    let (done, order) = shop.bought(&json!([{ "id": "cup" }])).await;
    let total = done.total("total").unwrap();
    let over = shop
        .operate(&order, "refund", &json!({ "amount": total + 1 }))
        .await;
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(over.text("/param"), "$.amount");
    assert_eq!(
        shop.operate(&order, "refund", &json!({ "amount": total - 1 }))
            .await
            .status,
        StatusCode::OK
    );
    let rest = shop
        .operate(&order, "refund", &json!({ "amount": 2 }))
        .await;
    assert_eq!(rest.status, StatusCode::UNPROCESSABLE_ENTITY);
    for bad in [json!(0), json!(-5), json!("5"), json!(1.5)] {
        let answer = shop
            .operate(&order, "refund", &json!({ "amount": bad }))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{bad}: {}",
            answer.json()
        );
    }
    assert_eq!(
        shop.operate(&order, "refund", &json!({})).await.status,
        StatusCode::OK
    );
    let nothing = shop.operate(&order, "refund", &json!({})).await;
    assert_eq!(nothing.status, StatusCode::CONFLICT);
}

// A canceled order gives everything back and its goods can be sold again.
#[tokio::test]
async fn cancel_gives_back_money_and_stock() {
    let shop = Shop::open();
    let (done, order) = shop.bought(&json!([{ "id": "cup", "quantity": 3 }])).await;
    assert_eq!(shop.stock("cup"), (7, 0, 3));
    let canceled = shop
        .operate(&order, "cancel", &json!({ "reason": "requested" }))
        .await;
    assert_eq!(canceled.state(), "canceled", "{}", canceled.json());
    assert_eq!(shop.stock("cup"), (10, 0, 0));
    let path = format!("/operator/orders/{order}");
    let after = shop
        .send(Method::GET, &path, "operator-key", None, None)
        .await;
    assert_eq!(
        amount(&after.json()["totals"], "amount_refunded"),
        done.total("total")
    );
    let refused = shop.operate(&order, "ship", &json!({})).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

// RFC orders, section 4.6: `amount_refunded` is the sum of the completed refunds, so the money of a
// cancellation is a refund of its own beside the change of the order.
#[tokio::test]
async fn the_money_of_a_cancellation_is_a_refund_on_the_order() {
    let shop = Shop::open();
    let (_, order) = shop.bought(&json!([{ "id": "cup", "quantity": 3 }])).await;
    let some = json!({ "lines": [{ "id": "li_1", "quantity": 1 }], "reason": "requested" });
    let canceled = shop.operate(&order, "cancel", &some).await;
    assert_eq!(canceled.status, StatusCode::OK, "{}", canceled.json());
    assert_eq!(canceled.text("/adjustments/1/status"), "pending");
    assert_eq!(amount(&canceled.json()["totals"], "amount_refunded"), None);
    shop.operate(&order, "refund", &json!({ "amount": 100 }))
        .await;
    let path = format!("/operator/orders/{order}");
    let after = shop
        .send(Method::GET, &path, "operator-key", None, None)
        .await
        .json();
    let shown: Vec<_> = after["adjustments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["type"], one["status"], one["amount"], one["line_items"]]))
        .collect();
    let units = json!([{ "id": "li_1", "quantity": 1 }]);
    assert_eq!(
        json!(shown),
        json!([
            ["cancellation", "completed", null, units],
            ["refund", "completed", 1_850, units],
            ["refund", "completed", 100, null],
        ])
    );
    assert_eq!(amount(&after["totals"], "amount_refunded"), Some(1_950));
    let ids = after["adjustments"].as_array().unwrap();
    assert_ne!(ids[0]["id"], ids[1]["id"]);
}

// Digital goods are handed over, not shipped.
#[tokio::test]
async fn digital_goods_are_handed_over() {
    let shop = Shop::open();
    let (_, order) = shop.bought(&json!([{ "id": "ebook" }])).await;
    let refused = shop.operate(&order, "ship", &json!({})).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let body = json!({ "access_url": "https://shop.example.com/read" });
    let handed = shop.operate(&order, "hand_over", &body).await;
    assert_eq!(handed.state(), "completed", "{}", handed.json());
}

// S-10: an order's events go to the agent that placed it and to nobody else.
#[tokio::test]
async fn events_go_to_the_buyer_alone() {
    let shop = Shop::open();
    shop.bought(&json!([{ "id": "cup" }])).await;
    let due = shop
        .store
        .read_blocking("due", |reads| -> Result<_, StoreError> {
            reads.deliveries_due(i64::MAX, 10)
        })
        .unwrap();
    let receivers: Vec<&str> = due.iter().map(|row| row.subscriber.as_str()).collect();
    assert_eq!(receivers, ["alice"]);
}

// The order page opens with the e-mail address and nothing else; a wrong one looks like no order.
#[tokio::test]
async fn the_order_page_needs_the_address() {
    let shop = Shop::open();
    let (_, order) = shop.bought(&json!([{ "id": "cup" }])).await;
    let open = |query: String| {
        let path = format!("/orders/{order}{query}");
        let shop = &shop;
        async move { shop.send(Method::GET, &path, "", None, None).await }
    };
    let form = open(String::new()).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(!String::from_utf8(form.bytes).unwrap().contains("fine cup"));
    let wrong = open("?email=eve@example.com".to_owned()).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    let right = open("?email=Ada@example.com".to_owned()).await;
    assert!(String::from_utf8(right.bytes).unwrap().contains("fine cup"));
    assert!(right.headers.contains_key("content-security-policy"));
}
