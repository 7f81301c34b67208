//! Amounts: one pricing path, exact in every currency, and never another price than the one shown.

use comptoir_processors::simulated::Behavior;
use http::StatusCode;
use serde_json::json;

use crate::support::{Shop, amount, create};

// Field defects 5 and 6: create, read and completion show and charge the same amount.
#[tokio::test]
async fn what_is_shown_is_what_is_charged() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let read = shop
        .get(&format!("/checkout_sessions/{}", session.id()))
        .await;
    assert_eq!(read.json()["totals"], session.json()["totals"]);
    // Delivery is in the total from the first answer on.
    assert_eq!(session.total("fulfillment"), Some(490));
    assert_eq!(session.total("total"), Some(1_850 + 490));
    let token = shop.token(&session, Behavior::Approve);
    let done = shop.complete(&session.id(), &token, "c").await;
    assert_eq!(done.json()["totals"], session.json()["totals"]);
    assert_eq!(
        amount(&done.json()["order"]["totals"], "total"),
        session.total("total")
    );
    assert_eq!(shop.captured_amount(&session.id()), 1_850 + 490);
}

// P-04, both directions: a price that moved stops the completion, says so, and asks again.
#[tokio::test]
async fn a_moved_price_is_not_charged() {
    for price in [1_900, 1_800] {
        let shop = Shop::open();
        let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
        let token = shop.token(&session, Behavior::Approve);
        shop.set_price("cup", price);
        let answer = shop.complete(&session.id(), &token, "c1").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.state(), "ready_for_payment", "{}", answer.json());
        assert!(answer.codes().contains(&"price_change".to_owned()));
        assert_eq!(answer.total("total"), Some(price + 490));
        assert_eq!(shop.captured(&session.id()), 0);
        let token = shop.token(&answer, Behavior::Approve);
        assert_eq!(
            shop.complete(&session.id(), &token, "c2").await.state(),
            "completed"
        );
    }
}

// P-03: a price that the agent names is ignored, and the session says so.
#[tokio::test]
async fn named_prices_are_ignored() {
    let shop = Shop::open();
    let body = create(&json!([{ "id": "cup", "unit_amount": 1 }]));
    let answer = shop.post("/checkout_sessions", "k", &body).await;
    assert_eq!(answer.total("items_base_amount"), Some(1_850));
    assert!(
        answer.codes().contains(&"price_change".to_owned()),
        "{}",
        answer.json()
    );
}

// Field defect 8: currencies without hundredths and with thousandths keep their own minor unit.
#[tokio::test]
async fn minor_units_follow_the_currency() {
    for (currency, price) in [("jpy", 1_998), ("kwd", 8_205)] {
        let shop = Shop::selling(currency, "FR", &[("cup", price, Some(5))]);
        let mut body = create(&json!([{ "id": "cup", "quantity": 3 }]));
        body["currency"] = json!(currency);
        let answer = shop.post("/checkout_sessions", "k", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        assert_eq!(answer.total("items_base_amount"), Some(price * 3));
    }
}

// Field defect 10, I15: rows add up to the total, with tax on top as in the United States.
#[tokio::test]
async fn rows_add_up() {
    let shop = Shop::selling(
        "usd",
        "US-CA",
        &[("cup", 1_999, Some(50)), ("poster", 333, Some(50))],
    );
    let mut body =
        create(&json!([{ "id": "cup", "quantity": 3 }, { "id": "poster", "quantity": 7 }]));
    body["currency"] = json!("usd");
    body["fulfillment_details"]["address"] = json!({
        "name": "Ada", "line_one": "1 Main St", "city": "San Francisco", "state": "CA",
        "country": "US", "postal_code": "94102"
    });
    let answer = shop.post("/checkout_sessions", "k", &body).await;
    let row = |kind| answer.total(kind).unwrap_or(0);
    assert!(row("tax") > 0, "{}", answer.json());
    let sum = row("items_base_amount") - row("items_discount") - row("discount")
        + row("fulfillment")
        + row("tax")
        + row("fee");
    assert_eq!(row("total"), sum);
    let lines = answer.json()["line_items"].as_array().unwrap().clone();
    let base: i64 = lines
        .iter()
        .map(|line| amount(&line["totals"], "items_base_amount").unwrap())
        .sum();
    assert_eq!(base, row("items_base_amount"));
}

// P-02: amounts that cannot be added are refused by field, nothing wraps.
#[tokio::test]
async fn huge_amounts_are_refused() {
    let shop = Shop::selling("eur", "FR", &[("cup", 900_000_000_000, Some(9_999))]);
    let body = create(&json!([{ "id": "cup", "quantity": 9_999 }]));
    let answer = shop.post("/checkout_sessions", "k", &body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.json());
    assert_eq!(answer.text("/code"), "maximum_exceeded");
    assert_eq!(shop.stock("cup").1, 0);
}
