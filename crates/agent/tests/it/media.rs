//! Pictures of products through the agent.

use serde_json::json;

use crate::{browser::Browser, shop::Shop};

// Proves that pictures come from a seller's registered origin only, and only pictures do.
#[tokio::test]
async fn pictures_come_from_registered_origins() {
    let shop = Shop::open().await;
    let origin = shop.seller.url.clone();
    let product = |id: &str, url: String| {
        json!({"id": id, "title": id, "media": [{"type": "image", "url": url}],
            "variants": [{"id": format!("{id}-1"), "title": id, "price": {"amount": 100, "currency": "EUR"}}]})
    };
    shop.push(&json!([
        product("own", format!("{origin}/pictures/mug.png")),
        product("page", format!("{origin}/pictures/page")),
        product("foreign", "http://127.0.0.1:9/x.png".to_owned()),
        product(
            "userinfo",
            origin.replace("http://", "http://user:password@")
        ),
    ]))
    .await;
    let mut browser = Browser::new(&shop.router);
    let own = browser.get("/media/atelier/own/0").await;
    assert_eq!(
        (own.headers["content-type"].as_bytes(), own.text.as_str()),
        (&b"image/png"[..], "a picture")
    );
    assert!(
        own.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("sandbox")
    );
    for (id, position) in [
        ("page", 0),
        ("foreign", 0),
        ("userinfo", 0),
        ("own", 7),
        ("nothing", 0),
    ] {
        let drawn = browser
            .get(&format!("/media/atelier/{id}/{position}"))
            .await;
        assert_eq!(drawn.headers["content-type"], "image/svg+xml", "{id}");
        assert!(drawn.text.starts_with("<svg"), "{id}");
    }
}
