//! Stock is held before it is promised, and let go when it is not needed.

use comptoir_processors::simulated::Behavior;
use serde_json::json;

use crate::support::{Shop, create};

// I-14: two sessions for the last item: one holds it, the other is told before anything is charged.
#[tokio::test]
async fn the_last_item_is_sold_once() {
    let shop = Shop::open();
    let first = shop.ready("k1", &json!([{ "id": "poster" }])).await;
    let second = shop
        .post(
            "/checkout_sessions",
            "k2",
            &create(&json!([{ "id": "poster" }])),
        )
        .await;
    assert_eq!(second.state(), "not_ready_for_payment");
    assert!(
        second.codes().contains(&"out_of_stock".to_owned()),
        "{}",
        second.json()
    );
    let token = shop.token(&first, Behavior::Approve);
    assert_eq!(
        shop.complete(&first.id(), &token, "c1").await.state(),
        "completed"
    );
    assert_eq!(shop.stock("poster"), (0, 0, 1));
}

// A message points at the line of the answer that it is about. An item without a line points at its
// place in the request, or at the whole list where somebody else's line stands at that place.
#[tokio::test]
async fn messages_point_at_their_own_line() {
    let shop = Shop::open();
    shop.ready("k1", &json!([{ "id": "poster" }])).await;
    let cases = [
        (json!(["cup", "poster"]), json!(["$.line_items[1]"])),
        (json!(["cup", "cup", "poster"]), json!(["$.line_items[1]"])),
        (json!(["poster", "cup"]), json!(["$.line_items[0]"])),
        (json!(["nothing"]), json!(["$.line_items[0]"])),
        (json!(["cup", "nothing"]), json!(["$.line_items[1]"])),
        (
            json!(["nothing", "poster"]),
            json!(["$.line_items", "$.line_items[0]"]),
        ),
    ];
    for (items, places) in cases {
        let lines = items.as_array().unwrap().iter();
        let lines: Vec<_> = lines.map(|item| json!({ "id": item })).collect();
        let key = items.to_string();
        let answer = shop
            .post("/checkout_sessions", &key, &create(&json!(lines)))
            .await;
        let json = answer.json();
        let params = json["messages"].as_array().unwrap().iter();
        let params: Vec<_> = params.map(|one| one["param"].clone()).collect();
        assert_eq!(json!(params), places, "{items}");
    }
}

// Field defect 9: when a later line cannot be had, nothing stays held for a line that was dropped.
#[tokio::test]
async fn holds_do_not_leak() {
    let shop = Shop::open();
    let lines = json!([{ "id": "cup", "quantity": 3 }, { "id": "poster", "quantity": 2 }]);
    let session = shop.post("/checkout_sessions", "k1", &create(&lines)).await;
    assert_eq!(session.state(), "not_ready_for_payment");
    assert_eq!(shop.stock("cup"), (10, 3, 0));
    assert_eq!(shop.stock("poster"), (1, 0, 0));
    let path = format!("/checkout_sessions/{}", session.id());
    let changed = shop
        .post(&path, "k2", &json!({ "line_items": [{ "id": "poster" }] }))
        .await;
    assert_eq!(changed.state(), "ready_for_payment", "{}", changed.json());
    assert_eq!(shop.stock("cup"), (10, 0, 0));
    assert_eq!(shop.stock("poster"), (1, 1, 0));
}

// Field defect 34: a ready session falls back when an item cannot be had any more.
#[tokio::test]
async fn ready_falls_back() {
    let shop = Shop::open();
    let session = shop.ready("k1", &json!([{ "id": "cup" }])).await;
    let path = format!("/checkout_sessions/{}", session.id());
    let more = json!({ "line_items": [{ "id": "cup", "quantity": 11 }] });
    let changed = shop.post(&path, "k2", &more).await;
    assert_eq!(changed.state(), "not_ready_for_payment");
    assert!(
        changed.codes().contains(&"quantity_exceeded".to_owned()),
        "{}",
        changed.json()
    );
    let back = shop
        .post(&path, "k3", &json!({ "line_items": [{ "id": "cup" }] }))
        .await;
    assert_eq!(back.state(), "ready_for_payment");
}

// Field defect 34: an item that is withdrawn while the session is ready is not sold.
#[tokio::test]
async fn a_withdrawn_item_cannot_be_paid() {
    let shop = Shop::open();
    let session = shop.ready("k1", &json!([{ "id": "ebook" }])).await;
    let token = shop.token(&session, Behavior::Approve);
    crate::support::put_item(&shop.store, "ebook", 499, "eur", Some(0));
    let answer = shop.complete(&session.id(), &token, "c1").await;
    assert_eq!(answer.state(), "not_ready_for_payment", "{}", answer.json());
    assert!(answer.codes().contains(&"out_of_stock".to_owned()));
    assert_eq!(shop.captured(&session.id()), 0);
}

// P-13: an item of another shop is not found, and the session cannot be paid.
#[tokio::test]
async fn unknown_items_are_named() {
    let shop = Shop::open();
    let body = create(&json!([{ "id": "cup" }, { "id": "somebody-elses" }]));
    let session = shop.post("/checkout_sessions", "k1", &body).await;
    assert_eq!(session.state(), "not_ready_for_payment");
    assert!(session.codes().contains(&"not_found".to_owned()));
}

// Digital goods need no address and no stock.
#[tokio::test]
async fn digital_goods_need_no_address() {
    let shop = Shop::open();
    let body = json!({
        "currency": "eur", "line_items": [{ "id": "ebook" }], "capabilities": {},
        "buyer": { "email": "ada@example.com" }
    });
    let session = shop.post("/checkout_sessions", "k1", &body).await;
    assert_eq!(session.state(), "ready_for_payment", "{}", session.json());
    assert_eq!(session.total("total"), Some(499));
    let token = shop.token(&session, Behavior::Approve);
    assert_eq!(
        shop.complete(&session.id(), &token, "c1").await.state(),
        "completed"
    );
}
