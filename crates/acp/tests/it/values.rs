//! What single types accept and refuse.

use comptoir_acp::{
    latest::{
        checkout::{CheckoutSessionCreateRequest, CheckoutSessionUpdateRequest, Item},
        discovery::Service,
        order::OrderStatus,
        webhook::{WebhookEvent, WebhookEventType},
    },
    patch::Patch,
};
use serde_json::json;

#[test]
fn a_request_line_may_carry_the_missing_quantity() {
    let item: Item = serde_json::from_value(json!({"id": "item_1", "quantity": 3})).unwrap();
    assert_eq!(item.quantity.unwrap().steps(), 3);
    assert_eq!(
        serde_json::to_value(Item::new("i".parse().unwrap())).unwrap(),
        json!({"id": "i"})
    );
    for bad in [json!(0), json!(-1), json!(1.5), json!("2")] {
        assert!(serde_json::from_value::<Item>(json!({"id": "i", "quantity": bad})).is_err());
    }
}

#[test]
fn an_update_tells_null_from_absent_and_writes_both_back() {
    let text = json!({"order_notes": null, "coupons": ["A"]});
    let update: CheckoutSessionUpdateRequest = serde_json::from_value(text.clone()).unwrap();
    assert_eq!(update.order_notes, Patch::Null);
    assert!(update.buyer.is_absent());
    assert_eq!(update.coupons, Patch::Value(vec!["A".to_owned()]));
    assert_eq!(serde_json::to_value(update).unwrap(), text);
}

#[test]
fn currency_is_read_in_any_case_and_written_in_lower_case() {
    let request: CheckoutSessionCreateRequest = serde_json::from_value(
        json!({"line_items": [{"id": "i"}], "currency": "EUR", "capabilities": {}}),
    )
    .unwrap();
    assert_eq!(serde_json::to_value(request).unwrap()["currency"], "eur");
}

#[test]
fn unknown_values_of_open_enums_round_trip_and_those_of_closed_enums_are_refused() {
    let status: OrderStatus = serde_json::from_value(json!("teleported")).unwrap();
    assert!(!status.is_listed());
    assert_eq!(serde_json::to_value(status).unwrap(), "teleported");
    assert_eq!(Service::from("checkout"), Service::Checkout);
    let error =
        serde_json::from_value::<comptoir_acp::latest::checkout::CheckoutStatus>(json!("x"));
    assert!(error.is_err());
}

#[test]
fn a_webhook_without_the_orders_type_or_status_is_refused() {
    let order = json!({"type": "order", "id": "o", "checkout_session_id": "cs",
        "permalink_url": "https://shop.test/o", "status": "created"});
    for field in [
        "type",
        "status",
        "id",
        "checkout_session_id",
        "permalink_url",
    ] {
        let mut broken = order.clone();
        broken.as_object_mut().unwrap().remove(field);
        let event = json!({"type": "order_create", "data": broken});
        let error = serde_json::from_value::<WebhookEvent>(event)
            .unwrap_err()
            .to_string();
        assert!(error.contains(field), "{error}");
    }
    let event: WebhookEvent =
        serde_json::from_value(json!({"type": "order.created", "data": order})).unwrap();
    assert_eq!(event.r#type, WebhookEventType::from("order.created"));
}
