//! The page: headers, forms, the purchase by hand, hostile texts.

use comptoir_agent::PurchaseState;
use serde_json::json;

use crate::{
    browser::{Browser, Page},
    seller::Complete,
    shop::{PAN, Shop},
};

const ADDRESS: [(&str, &str); 6] = [
    ("name", "Ada Martin"),
    ("line_one", "12 rue des Lilas"),
    ("city", "Paris"),
    ("postal_code", "75011"),
    ("country", "FR"),
    ("email", "ada@example.org"),
];

/// By hand to the page with the order card.
pub(crate) async fn to_review(browser: &mut Browser) -> (String, Page) {
    let product = browser.get("/products/atelier/mug").await;
    let fields = [
        ("seller", "atelier"),
        ("product", "mug"),
        ("variant", "mug-blue"),
        ("quantity", "2"),
    ];
    let started = browser.submit(&product, "/purchases", &fields).await;
    assert_eq!(started.status, 303, "{}", started.text);
    let path = started.location();
    let page = browser.get(&path).await;
    let addressed = browser
        .submit(&page, &format!("{path}/address"), &ADDRESS)
        .await;
    assert_eq!(addressed.status, 303, "{}", addressed.text);
    let page = browser.get(&addressed.location()).await;
    assert!(page.text.contains("La Poste") && page.text.contains("4.90\u{a0}EUR"));
    let chosen = browser
        .submit(&page, &format!("{path}/delivery"), &[("option", "express")])
        .await;
    assert_eq!(chosen.location(), path);
    let page = browser.get(&path).await;
    (path, page)
}

pub(crate) async fn press(browser: &mut Browser, path: &str, page: &Page) -> Page {
    let digest = page.input("card_digest");
    let fields = [
        ("card_digest", digest.as_str()),
        ("number", "4242 4242 4242 4242"),
        ("expiry", "12/29"),
        ("cvc", "987"),
        ("holder", "Ada"),
        ("changes_seen", "yes"),
    ];
    browser
        .submit(page, &format!("{path}/confirm"), &fields)
        .await
}

// Proves that a person buys with forms alone, sees every line and total, and gets the order number.
#[tokio::test]
async fn an_order_by_hand_without_javascript() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    let (path, page) = to_review(&mut browser).await;
    for shown in [
        "Item mug-blue",
        "2 ×",
        "36.00\u{a0}EUR",
        "12.00\u{a0}EUR",
        "3.60\u{a0}EUR",
        "51.60\u{a0}EUR",
        "Atelier Terre",
        "12 rue des Lilas",
        "Express",
        "shop.example",
        "Order with obligation to pay: 51.60\u{a0}EUR",
        "Simulated payment",
    ] {
        assert!(
            page.text.contains(shown),
            "{shown} is not on the order card"
        );
    }
    assert_eq!(press(&mut browser, &path, &page).await.location(), path);
    let id = path.rsplit('/').next().unwrap();
    let mut done = browser.get(&path).await;
    for _ in 0..200 {
        if done.text.contains("A-1001") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        done = browser.get(&path).await;
    }
    assert!(
        done.text.contains("Ordered") && done.text.contains("A-1001"),
        "{}",
        done.text
    );
    assert!(browser.get("/orders").await.text.contains(id));
    // A second press afterwards shows the order and does nothing.
    assert_eq!(press(&mut browser, &path, &page).await.status, 303);
    assert_eq!(shop.seller.completes().len(), 1);
}

// Proves that several items of one seller go into one checkout.
#[tokio::test]
async fn a_basket_becomes_one_checkout() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    let page = browser.get("/").await;
    for (product, variant) in [("mug", "mug-blue"), ("vase", "vase")] {
        let fields = [
            ("seller", "atelier"),
            ("product", product),
            ("variant", variant),
            ("quantity", "1"),
        ];
        assert_eq!(
            browser.submit(&page, "/basket/items", &fields).await.status,
            303
        );
    }
    let basket = browser.get("/basket").await;
    assert!(
        basket.text.contains("60.00\u{a0}EUR")
            && basket.text.contains("Check out with Atelier Terre")
    );
    let started = browser
        .submit(&basket, "/basket/checkout", &[("seller", "atelier")])
        .await;
    assert!(started.location().starts_with("/purchases/pur_"));
    assert_eq!(
        shop.seller.requests("/checkout_sessions")[0].json()["line_items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(
        browser
            .get("/basket")
            .await
            .text
            .contains("Your basket is empty.")
    );
}

// Proves that the policy allows nothing inline or foreign, and that no page has any of it.
#[tokio::test]
async fn pages_are_strict() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    let (_, review) = to_review(&mut browser).await;
    let mut pages = vec![review];
    for path in [
        "/",
        "/basket",
        "/orders",
        "/products/atelier/mug",
        "/products/atelier/nothing",
        "/purchases/none",
    ] {
        pages.push(browser.get(path).await);
    }
    for page in pages {
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'")
                && !policy.contains("unsafe")
                && !policy.contains("http")
        );
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert!(
            !page.text.contains("<script>")
                && !page.text.contains(" style=")
                && !page.text.contains(" onclick=")
        );
        assert!(page.text.contains("<main id=\"main\""));
    }
    let fresh = Browser::new(&shop.router).get("/").await;
    let cookie = fresh.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
}

// Proves that a form without the page's token, or with another browser's, does nothing.
#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    browser.get("/").await;
    let other = Browser::new(&shop.router).get("/").await.input("csrf");
    for token in ["", "x", other.as_str()] {
        assert_eq!(
            browser
                .post("/messages", &[("csrf", token), ("text", "a vase")])
                .await
                .status,
            403
        );
    }
}

// Proves that hostile texts in feed and session are shown as text (A-05, A-06, A-07, P-10).
#[tokio::test]
async fn hostile_texts_are_inert() {
    let payloads = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>",
        "\u{202e}evil",
    ];
    for payload in payloads {
        let shop = Shop::open().await;
        shop.push(&json!([{"id": "evil", "title": format!("Vase {payload}"), "url": "javascript:alert(1)",
            "description": {"plain": payload}, "media": [{"type": "image", "url": "https://tracker.example/p.png"}],
            "variants": [{"id": "vase", "title": payload, "price": {"amount": 4200, "currency": "EUR"}}]}]))
            .await;
        shop.seller.lie(|lies| {
            lies.name = Some(payload.to_owned());
            lies.message = Some(payload.to_owned());
            lies.link = Some("javascript:alert(1)".to_owned());
        });
        let mut browser = Browser::new(&shop.router);
        let start = browser.get("/").await;
        let streamed = browser
            .stream(&start, "/messages", &[("text", "vase")])
            .await;
        let chat = browser.get("/").await;
        let product = browser.get("/products/atelier/evil").await;
        let (_, review) = to_review(&mut browser).await;
        for page in [&streamed, &chat, &product, &review] {
            for bad in [payload, "javascript:", "tracker.example"] {
                assert!(!page.text.contains(bad), "{bad} is live");
            }
        }
        assert!(review.text.contains("alert(1)") || review.text.contains("evil"));
        let picture = browser.get("/media/atelier/evil/0").await;
        assert_eq!(picture.headers["content-type"], "image/svg+xml");
    }
}

// Proves that a changed price is shown and must be acknowledged, and a wrong card names its field.
#[tokio::test]
async fn changes_and_wrong_fields_are_shown() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    let (path, page) = to_review(&mut browser).await;
    shop.seller.lie(|lies| lies.price_add = 500);
    press(&mut browser, &path, &page).await;
    let page = browser.get(&path).await;
    assert!(
        page.text
            .contains("was 18.00\u{a0}EUR, is now 23.00\u{a0}EUR")
            && page.text.contains("changes_seen")
    );
    let digest = page.input("card_digest");
    let without = [
        ("card_digest", digest.as_str()),
        ("number", PAN),
        ("expiry", "12/29"),
        ("cvc", "987"),
    ];
    browser
        .submit(&page, &format!("{path}/confirm"), &without)
        .await;
    assert!(shop.provider.calls().is_empty());
    let wrong = [
        ("card_digest", digest.as_str()),
        ("number", "4242424242424241"),
        ("expiry", "12/29"),
        ("cvc", "987"),
    ];
    let answer = browser
        .submit(&page, &format!("{path}/confirm"), &wrong)
        .await;
    assert!(
        answer.text.contains("This is not a valid card number.")
            && !answer.text.contains("4242424242424241")
    );
}

// Proves that a decline and a seller's fault are said in words, and the page never says "Ordered".
#[tokio::test]
async fn declines_and_faults_are_said() {
    let shop = Shop::open().await;
    shop.seller.will(&[Complete::Decline]);
    let mut browser = Browser::new(&shop.router);
    let (path, page) = to_review(&mut browser).await;
    press(&mut browser, &path, &page).await;
    let mut answer = browser.get(&path).await;
    for _ in 0..200 {
        if answer.text.contains("declined") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        answer = browser.get(&path).await;
    }
    assert!(
        answer.text.contains("The card was declined")
            && answer.text.contains("Nothing was charged")
    );
    shop.seller.lie(|lies| lies.total_off_by = 700);
    let answer = browser.get(&path).await;
    assert!(answer.text.contains("We stopped this order") && !answer.text.contains("card_digest"));
    let _ = PurchaseState::Open;
}

// Proves that an incomplete address is named field by field and keeps what was typed.
#[tokio::test]
async fn an_incomplete_address_is_shown_again() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    let product = browser.get("/products/atelier/vase").await;
    let fields = [
        ("seller", "atelier"),
        ("product", "vase"),
        ("variant", "vase"),
        ("quantity", "1"),
    ];
    let path = browser
        .submit(&product, "/purchases", &fields)
        .await
        .location();
    let page = browser.get(&path).await;
    let fields = [
        ("name", "Ada"),
        ("email", "ada@"),
        ("country", "FR"),
        ("notes", PAN),
    ];
    let answer = browser
        .submit(&page, &format!("{path}/address"), &fields)
        .await;
    assert!(
        answer.text.contains("value=\"Ada\"")
            && answer.text.contains("Please enter a full e-mail address.")
    );
    assert!(answer.text.contains("id=\"line_one-wrong\"") && !answer.text.contains(PAN));
}
