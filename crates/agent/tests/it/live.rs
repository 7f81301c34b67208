//! Pages that follow an order while it happens.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt as _;

use crate::{
    browser::Browser,
    page::{press, to_review},
    shop::{Shop, WEBHOOK_SECRET},
    webhook::deliver,
};

/// Reads the stream until it says this.
async fn hears(stream: &mut BodyDataStream, words: &str) {
    let listening = async {
        let mut heard = String::new();
        while !heard.contains(words) {
            heard.push_str(&String::from_utf8_lossy(
                &stream.next().await.unwrap().unwrap(),
            ));
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(10), listening)
            .await
            .is_ok(),
        "never heard {words}"
    );
}

// Proves that an open page is told of the order, and of what webhooks say afterwards.
#[tokio::test]
async fn an_open_page_follows_the_order() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    let (path, page) = to_review(&mut browser).await;
    press(&mut browser, &path, &page).await;
    let mut stream = browser.open(&format!("{path}/events")).await;
    hears(&mut stream, "A-1001").await;
    deliver(&shop, WEBHOOK_SECRET, "evt_1", 1, "shipped").await;
    hears(&mut stream, "Shipped").await;
    deliver(&shop, WEBHOOK_SECRET, "evt_2", 2, "canceled").await;
    // The refund of 51.60 is in the history.
    hears(&mut stream, "Refund 51.60").await;
}

// Proves that nobody follows another's order.
#[tokio::test]
async fn events_of_others_do_not_exist() {
    let shop = Shop::open().await;
    let mut browser = Browser::new(&shop.router);
    let (path, _) = to_review(&mut browser).await;
    let mut stranger = Browser::new(&shop.router);
    assert_eq!(stranger.get(&format!("{path}/events")).await.status, 404);
    assert_eq!(stranger.get(&path).await.status, 404);
}
