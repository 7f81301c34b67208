//! The reference seller's extensions: discounts, the shop's own ways to pay, consents.

use std::sync::Arc;

use comptoir_certify::{
    Answer, Runner, SchemaJudge, SpecVersion,
    lanes::seller::{Seller, Session},
};
use serde_json::{Value, json};

use crate::reference::Reference;

async fn seller() -> (Reference, Seller) {
    let reference = Reference::start().await;
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let runner = Runner::new(SpecVersion::LATEST, reference.target.clone(), judge).unwrap();
    let seller = Seller::of(&runner.case()).unwrap();
    (reference, seller)
}

fn amount(session: &Value, kind: &str) -> i64 {
    let rows = session["totals"].as_array().unwrap().iter();
    let mut found = rows.filter(|row| row["type"] == kind);
    found
        .next()
        .map_or(0, |row| row["amount"].as_i64().unwrap())
}

/// Each code is applied or rejected with its reason, and the totals follow.
#[tokio::test]
async fn codes_are_applied_or_rejected() {
    let (_reference, seller) = seller().await;
    let codes = [
        ("save10", "applied"),
        ("FIVEOFF", "applied"),
        ("SAVE10", "discount_code_already_applied"),
        ("SOLO20", "discount_code_combination_disallowed"),
        ("BIG50", "discount_code_minimum_not_met"),
        ("MEMBERS15", "discount_code_user_not_logged_in"),
        ("EXPIRED50", "discount_code_expired"),
        ("VIP25", "discount_code_user_ineligible"),
        ("USEDUP", "discount_code_usage_limit_reached"),
        ("nothing", "discount_code_invalid"),
    ];
    let mut body = seller.create_body_with_address().unwrap();
    let sent: Vec<&str> = codes.iter().map(|(code, _)| *code).collect();
    body.insert("discounts".to_owned(), json!({ "codes": sent }));
    let session = seller
        .create(&Value::Object(body))
        .await
        .unwrap()
        .json
        .unwrap();
    let discounts = &session["discounts"];
    assert_eq!(discounts["codes"], json!(sent));
    let rejected = discounts["rejected"].as_array().unwrap();
    for (code, outcome) in &codes[2..] {
        let found = rejected.iter().find(|one| one["code"] == *code).unwrap();
        assert_eq!(found["reason"], *outcome);
    }
    assert_eq!(discounts["applied"].as_array().unwrap().len(), 2);
    assert_eq!(amount(&session, "items_discount"), 150);
    assert_eq!(amount(&session, "discount"), 500);
    let total = 1500 - 150 - 500 + 500 + amount(&session, "tax");
    assert_eq!(amount(&session, "total"), total);
    assert_eq!(
        session["status"], "ready_for_payment",
        "rejected codes do not block"
    );

    let id = session["id"].as_str().unwrap();
    let cleared = seller
        .update(id, &json!({ "discounts": { "codes": [] } }))
        .await
        .unwrap();
    assert_eq!(amount(&cleared.json.unwrap(), "items_discount"), 0);
}

/// A session of the member, and a token for one of the shop's own handlers.
async fn pay_with(seller: &Seller, handler: &str, fields: Value) -> Answer {
    let mut body = seller.create_body_with_address().unwrap();
    body.insert("buyer".to_owned(), json!(seller.target().buyer));
    let session = seller.create(&Value::Object(body)).await.unwrap();
    let session = Session::read(SpecVersion::LATEST, &session).unwrap();
    let ends = jiff::Timestamp::from_second(seconds() + 600).unwrap();
    let delegation = json!({
        "handler_id": handler,
        "payment_method": { "type": format!("seller_backed_{handler}"), "fields": fields },
        "allowance": {
            "reason": "one_time",
            "max_amount": session.total("total"),
            "currency": "usd",
            "checkout_session_id": session.id,
            "merchant_id": "acct_reference",
            "expires_at": ends.to_string(),
        },
    });
    let case = seller.case();
    let psp = case.target().psp.as_ref().unwrap().url.clone();
    let request = seller
        .post_request("/agentic_commerce/delegate_payment", &delegation)
        .unwrap();
    let token = case.send(&psp, request).await.unwrap();
    assert_eq!(token.status, 201, "{token:?}");
    let body = json!({
        "payment_data": {
            "handler_id": handler,
            "instrument": {
                "type": format!("seller_backed_{handler}"),
                "credential": { "type": "spt", "token": token.text("/id").unwrap() },
            },
        },
        "marketing_consents": [{ "channel": "email", "opted_in": true }, { "channel": "fax", "opted_in": true }],
    });
    seller.complete(&session.id, &body).await.unwrap()
}

fn seconds() -> i64 {
    let elapsed = std::time::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(elapsed.as_secs()).unwrap()
}

#[tokio::test]
async fn the_shops_own_handlers_pay() {
    let (_reference, seller) = seller().await;
    for handler in ["saved_visa", "points", "store_credit", "meal_voucher"] {
        let done = pay_with(&seller, handler, Value::Null).await;
        assert_eq!(
            done.text("/status"),
            Some("completed"),
            "{handler}: {done:?}"
        );
    }
    let refused = pay_with(&seller, "saved_discover", Value::Null).await;
    assert_eq!(refused.text("/messages/0/code"), Some("payment_declined"));
    let card = |pin: &str| json!({ "card_number": "6000000000000001", "pin": pin });
    let refused = pay_with(&seller, "gift_card", card("0000")).await;
    assert_eq!(refused.text("/messages/0/code"), Some("payment_declined"));
    let done = pay_with(&seller, "gift_card", card("1234")).await;
    assert_eq!(done.text("/status"), Some("completed"), "{done:?}");
    let subscribed = |channel: &str| {
        let options = done
            .pointer("/marketing_consent_options")
            .unwrap()
            .as_array()
            .unwrap();
        let mut found = options.iter().filter(|option| option["channel"] == channel);
        found.next().map(|option| option["is_subscribed"] == true)
    };
    assert_eq!(
        (subscribed("email"), subscribed("sms")),
        (Some(true), Some(false))
    );
    assert_eq!(subscribed("fax"), None);
}
