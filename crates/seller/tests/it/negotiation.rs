//! What agent and seller agree on, and in which language the seller speaks.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Shop, create};

async fn with_capabilities(shop: &Shop, key: &str, capabilities: Value) -> Value {
    let mut body = create(&json!([{ "id": "cup" }]));
    body["capabilities"] = capabilities;
    let answer = shop.post("/checkout_sessions", key, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    assert_eq!(answer.state(), "ready_for_payment");
    answer.json()
}

// RFC capability negotiation, sections 4.6.2 and 7.3: a newer agent is understood as far as it goes.
#[tokio::test]
async fn what_a_newer_agent_can_do_is_passed_over() {
    let shop = Shop::open();
    let newer = json!({
        "interventions": {
            "supported": ["telepathy", "3ds", "4ds"],
            "display_context": "hologram",
            "redirect_context": "elsewhere",
            "patience": { "level": 3 }
        },
        "future": { "level": 2 }
    });
    let session = with_capabilities(&shop, "newer", newer).await;
    let shared = &session["capabilities"]["interventions"]["supported"];
    let only_unknown = json!({ "interventions": { "supported": ["telepathy"] } });
    let nothing = with_capabilities(&shop, "unknown", only_unknown).await;
    let known = json!({ "interventions": { "supported": ["3ds"] } });
    let today = with_capabilities(&shop, "known", known).await;
    assert_eq!(*shared, today["capabilities"]["interventions"]["supported"]);
    assert_eq!(
        nothing["capabilities"]["interventions"]["supported"],
        json!([])
    );
}

// What is no list of names is still refused, with its place.
#[tokio::test]
async fn interventions_of_another_type_are_refused() {
    let shop = Shop::open();
    for (supported, param) in [
        (json!("3ds"), "$.capabilities.interventions.supported"),
        (json!([3]), "$.capabilities.interventions.supported[0]"),
    ] {
        let mut body = create(&json!([{ "id": "cup" }]));
        body["capabilities"] = json!({ "interventions": { "supported": supported } });
        let answer = shop.post("/checkout_sessions", "bad", &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.json());
        assert_eq!(answer.text("/param"), param);
    }
}

// The handler's schema knows `sandbox` and `production`; the name says that nothing real is charged.
#[tokio::test]
async fn a_simulated_handler_is_a_sandbox_and_says_that_it_is_simulated() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let handler = &session.json()["capabilities"]["payment"]["handlers"][0];
    assert_eq!(handler["config"]["environment"], "sandbox");
    let name = handler["display_name"].as_str().unwrap();
    assert!(name.contains("simulated"), "{name}");
}

// The answer names the language of its own texts, which are English, not the one that was asked for.
#[tokio::test]
async fn the_locale_of_an_answer_is_the_one_of_its_texts() {
    let shop = Shop::open();
    for (asked, said) in [
        (json!("fr-FR"), json!("en")),
        (json!("en-GB"), json!("en-GB")),
        (json!("EN"), json!("EN")),
    ] {
        let mut body = create(&json!([{ "id": "cup" }]));
        body["locale"] = asked.clone();
        let key = asked.to_string();
        let answer = shop.post("/checkout_sessions", &key, &body).await;
        assert_eq!(answer.json()["locale"], said, "{asked}");
    }
    let silent = shop.ready("silent", &json!([{ "id": "cup" }])).await;
    assert_eq!(silent.json().get("locale"), None);
}
