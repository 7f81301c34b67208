//! The Feed API.

use serde_json::json;

use crate::shop::{Shop, catalogue};

// Proves the round of openapi.feed.yaml: create, read, upsert by id, read the full set.
#[tokio::test]
async fn a_feed_is_created_filled_and_read_back() {
    let shop = Shop::empty().await;
    let (status, feed) = shop
        .call(
            "POST",
            "/feeds",
            "feed-key",
            &json!({"target_country": "FR"}),
        )
        .await;
    assert_eq!((status, &feed["target_country"]), (201, &json!("FR")));
    let path = format!("/feeds/{}", feed["id"].as_str().unwrap());
    let products = format!("{path}/products");
    assert_eq!(
        shop.call("GET", &path, "feed-key", &json!(null)).await.1["id"],
        feed["id"]
    );
    assert_eq!(
        shop.call("GET", &products, "feed-key", &json!(null))
            .await
            .1,
        json!({"products": []})
    );
    let all = catalogue();
    let (status, answer) = shop
        .call("PATCH", &products, "feed-key", &json!({"products": all}))
        .await;
    assert_eq!(
        (status, answer),
        (200, json!({"id": feed["id"], "accepted": true}))
    );
    let mut mug = all[0].clone();
    mug["title"] = json!("Renamed mug");
    shop.call("PATCH", &products, "feed-key", &json!({"products": [mug]}))
        .await;
    let (_, read) = shop.call("GET", &products, "feed-key", &json!(null)).await;
    assert_eq!(read, json!({"products": [mug, all[1]]}));
}

// Proves that a feed exists for its own seller only, and for nobody without a key.
#[tokio::test]
async fn feeds_of_others_do_not_exist() {
    let shop = Shop::empty().await;
    let (_, feed) = shop.call("POST", "/feeds", "feed-key", &json!({})).await;
    let path = format!("/feeds/{}/products", feed["id"].as_str().unwrap());
    let (status, error) = shop
        .call("GET", &path, "other-feed-key", &json!(null))
        .await;
    assert_eq!((status, &error["code"]), (404, &json!("feed_not_found")));
    assert_eq!(
        shop.call(
            "PATCH",
            &path,
            "other-feed-key",
            &json!({"products": catalogue()})
        )
        .await
        .0,
        404
    );
    assert_eq!(shop.call("GET", &path, "wrong", &json!(null)).await.0, 401);
}

// Proves that a repeated POST with one key makes one feed.
#[tokio::test]
async fn creating_twice_with_one_key_makes_one_feed() {
    let shop = Shop::empty().await;
    let first = shop.call("POST", "/feeds", "feed-key", &json!({})).await;
    let second = shop.call("POST", "/feeds", "feed-key", &json!({})).await;
    assert_eq!(first, second);
}

// Proves that a bad product is refused with the path of the bad field, and nothing is taken over.
// Field defect 36: the receiver says which product it did not take, and why.
#[tokio::test]
async fn bad_products_are_refused_by_field() {
    let shop = Shop::empty().await;
    let (_, feed) = shop.call("POST", "/feeds", "feed-key", &json!({})).await;
    let path = format!("/feeds/{}/products", feed["id"].as_str().unwrap());
    let good = catalogue()[0].clone();
    let without_variants = json!({"id": "x", "variants": []});
    let (status, error) = shop
        .call(
            "PATCH",
            &path,
            "feed-key",
            &json!({"products": [good, without_variants]}),
        )
        .await;
    assert_eq!(
        (status, &error["param"]),
        (400, &json!("$.products[1].variants"))
    );
    let mut negative = catalogue()[0].clone();
    negative["variants"][0]["price"]["amount"] = json!(-1);
    let (status, _) = shop
        .call("PATCH", &path, "feed-key", &json!({"products": [negative]}))
        .await;
    assert_eq!(status, 400);
    assert_eq!(
        shop.call("PATCH", &path, "feed-key", &json!({"products": []}))
            .await
            .0,
        400
    );
    let (_, read) = shop.call("GET", &path, "feed-key", &json!(null)).await;
    assert_eq!(read, json!({"products": []}));
}

// Proves that a feed call names a version that has feeds.
#[tokio::test]
async fn a_call_without_a_version_that_has_feeds_is_refused() {
    let shop = Shop::empty().await;
    let (_, feed) = shop.call("POST", "/feeds", "feed-key", &json!({})).await;
    let feed = format!("/feeds/{}", feed["id"].as_str().unwrap());
    let products = format!("{feed}/products");
    let body = json!({"products": catalogue()});
    for (method, path, body) in [
        ("POST", "/feeds", &json!({})),
        ("GET", feed.as_str(), &json!(null)),
        ("GET", products.as_str(), &json!(null)),
        ("PATCH", products.as_str(), &body),
    ] {
        for version in [None, Some("2026-01-30"), Some("newest")] {
            let (status, _) = shop.call_in(version, method, path, "feed-key", body).await;
            assert_eq!(status, 400, "{method} {path} in {version:?}");
        }
    }
}

// Proves that numbers may have a fraction where the schema says number, and amounts may not.
#[tokio::test]
async fn measures_may_have_fractions_and_amounts_may_not() {
    let shop = Shop::empty().await;
    let (_, feed) = shop.call("POST", "/feeds", "feed-key", &json!({})).await;
    let path = format!("/feeds/{}/products", feed["id"].as_str().unwrap());
    let mut product = catalogue()[0].clone();
    product["variants"][0]["unit_price"] = json!({
        "amount": 1250, "currency": "EUR",
        "measure": {"value": 0.4, "unit": "l"}, "reference": {"value": 1, "unit": "l"},
    });
    let good = json!({"products": [product]});
    assert_eq!(shop.call("PATCH", &path, "feed-key", &good).await.0, 200);
    let (_, read) = shop.call("GET", &path, "feed-key", &json!(null)).await;
    assert_eq!(read, good);
    product["variants"][0]["unit_price"]["amount"] = json!(1250.5);
    let bad = json!({"products": [product]});
    assert_eq!(shop.call("PATCH", &path, "feed-key", &bad).await.0, 400);
}

// Proves the pattern of currencies.
#[tokio::test]
async fn currencies_are_written_in_upper_case() {
    let shop = Shop::empty().await;
    let (_, feed) = shop.call("POST", "/feeds", "feed-key", &json!({})).await;
    let path = format!("/feeds/{}/products", feed["id"].as_str().unwrap());
    let mut product = catalogue()[0].clone();
    product["variants"][0]["price"]["currency"] = json!("eur");
    let body = json!({"products": [product]});
    let (status, error) = shop.call("PATCH", &path, "feed-key", &body).await;
    assert_eq!(
        (status, &error["param"]),
        (400, &json!("$.products[0].variants[0].price.currency"))
    );
}

// Proves that the index is filled from the store at start, apart by seller.
#[tokio::test]
async fn products_survive_a_restart() {
    let mut shop = Shop::open().await;
    shop.restart();
    assert!(shop.buy("vase", 1).await.is_ok());
}

// Proves the limit of a push: large parts are taken, larger ones are refused before they are read.
#[tokio::test]
async fn a_push_is_limited_to_eight_mebibytes() {
    let shop = Shop::empty().await;
    let (_, feed) = shop.call("POST", "/feeds", "feed-key", &json!({})).await;
    let path = format!("/feeds/{}/products", feed["id"].as_str().unwrap());
    let mut product = catalogue()[1].clone();
    product["description"] = json!({"plain": "long ".repeat(600_000)});
    assert_eq!(
        shop.call("PATCH", &path, "feed-key", &json!({"products": [product]}))
            .await
            .0,
        200
    );
    product["description"] = json!({"plain": "long ".repeat(1_700_000)});
    assert_eq!(
        shop.call("PATCH", &path, "feed-key", &json!({"products": [product]}))
            .await
            .0,
        413
    );
}
