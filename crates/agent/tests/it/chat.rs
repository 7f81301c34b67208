//! The conversation on the page.

use crate::{
    browser::Browser,
    shop::{PAN, Shop},
};

// Proves that a question is answered with cards, without JavaScript and streamed.
#[tokio::test]
async fn a_question_is_answered_with_cards() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    let start = browser.get("/").await;
    assert!(start.text.contains("You are talking to a machine."));
    assert_eq!(
        browser
            .submit(
                &start,
                "/messages",
                &[("text", "a ceramic vase under 50 EUR")]
            )
            .await
            .status,
        303
    );
    let page = browser.get("/").await;
    assert!(
        page.text.contains("Ceramic vase") && page.text.contains("42.00\u{a0}EUR"),
        "{}",
        page.text
    );
    assert!(page.text.contains("Atelier Terre") && page.text.contains("/media/atelier/vase/0"));
    let streamed = browser
        .stream(&page, "/messages", &[("text", "stoneware mug")])
        .await;
    assert!(
        streamed.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/event-stream")
    );
    for part in [
        "event: turn",
        "event: text",
        "event: card",
        "event: done",
        "Stoneware mug",
    ] {
        assert!(streamed.text.contains(part), "{part}");
    }
}

// Proves that French is answered in French, by header and by the message's language.
#[tokio::test]
async fn french_is_answered_in_french() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    browser.accept_language = "fr-FR, en;q=0.3";
    let page = browser.get("/").await;
    assert!(
        page.text.contains("<html lang=\"fr\">")
            && page.text.contains("Vous parlez à une machine.")
    );
    let mut browser = Browser::new(&shop.router);
    let page = browser.get("/").await;
    browser
        .submit(
            &page,
            "/messages",
            &[("text", "je cherche un vase en céramique à moins de 50 €")],
        )
        .await;
    let page = browser.get("/").await;
    assert!(page.text.contains("<html lang=\"fr\">"));
    let page = browser
        .submit(&page, "/language", &[("language", "en"), ("next", "/")])
        .await;
    assert_eq!(page.location(), "/");
    assert!(browser.get("/").await.text.contains("<html lang=\"en\">"));
}

// Proves that a card number typed into the chat is masked before it is kept or shown (V-09).
#[tokio::test]
async fn a_card_number_in_the_chat_is_masked() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    let page = browser.get("/").await;
    let streamed = browser
        .stream(
            &page,
            "/messages",
            &[("text", "buy a vase with 4242 4242 4242 4242")],
        )
        .await;
    assert!(!streamed.text.contains("4242 4242 4242"));
    let page = browser.get("/").await;
    assert!(
        page.text.contains("We removed a card number") && !page.text.contains("4242 4242 4242")
    );
    for (path, bytes) in shop.disk() {
        assert!(
            !bytes.windows(14).any(|window| window == b"4242 4242 4242"),
            "{}",
            path.display()
        );
        assert!(
            !bytes.windows(16).any(|window| window == PAN.as_bytes()),
            "{}",
            path.display()
        );
    }
}

// Proves that "yes" in the chat orders nothing.
#[tokio::test]
async fn a_yes_in_the_chat_orders_nothing() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    let page = browser.get("/").await;
    for text in ["a vase", "yes, buy the first one", "order it now"] {
        browser.submit(&page, "/messages", &[("text", text)]).await;
    }
    assert!(shop.seller.requests("").is_empty() && shop.provider.calls().is_empty());
}
