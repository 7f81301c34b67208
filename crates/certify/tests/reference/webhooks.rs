//! Order events on their way to the agent.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_lc_rs::hmac;
use serde_json::Value;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::basics::{fresh, now};

/// Path of a receiver below its base address.
pub(crate) const PATH: &str = "/agentic_checkout/webhooks/order_events";

/// Attempts to deliver one event.
const ATTEMPTS_MAX: u32 = 8;

/// Longest wait before the next attempt.
const WAIT_MAX: Duration = Duration::from_mins(1);

/// One line of events per order, each delivered before the next is tried.
pub(crate) struct Outbox {
    post: Arc<Post>,
    orders: Mutex<HashMap<String, UnboundedSender<Value>>>,
}

struct Post {
    client: reqwest::Client,
    url: String,
    secret: String,
}

impl Outbox {
    pub(crate) fn new(receiver: &str, secret: String) -> Self {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(5))
            .build()
            .unwrap();
        let url = format!("{receiver}{PATH}");
        Self {
            post: Arc::new(Post {
                client,
                url,
                secret,
            }),
            orders: Mutex::default(),
        }
    }

    /// Queues an event behind the others of its order.
    pub(crate) fn send(&self, order: &str, event: Value) {
        let mut orders = self.orders.lock().unwrap();
        let line = orders.entry(order.to_owned()).or_insert_with(|| {
            let (line, events) = mpsc::unbounded_channel();
            tokio::spawn(Arc::clone(&self.post).work(events));
            line
        });
        line.send(event).unwrap_or_default();
    }
}

impl Post {
    async fn work(self: Arc<Self>, mut events: UnboundedReceiver<Value>) {
        while let Some(event) = events.recv().await {
            self.deliver(event.to_string(), &fresh("evt")).await;
        }
    }

    /// Tries until the receiver takes it, under one `Request-Id` and with a new signature each time.
    async fn deliver(&self, body: String, request_id: &str) {
        for attempt in 0..ATTEMPTS_MAX {
            let at = now();
            let sent = self
                .client
                .post(&self.url)
                .header("content-type", "application/json")
                .header("request-id", request_id)
                .header("timestamp", at.to_string())
                .header(
                    "merchant-signature",
                    signature(&self.secret, at.as_second(), body.as_bytes()),
                )
                .body(body.clone())
                .send()
                .await;
            let wait = match sent {
                Ok(answer) if answer.status().is_success() => return,
                // The receiver wants no more of it.
                Ok(answer) if answer.status() == 410 => return,
                Ok(answer) => retry_after(&answer),
                Err(_) => None,
            };
            let wait = wait.unwrap_or(Duration::from_millis(100 << attempt.min(5)));
            tokio::time::sleep(wait.min(WAIT_MAX)).await;
        }
    }
}

fn retry_after(answer: &reqwest::Response) -> Option<Duration> {
    let seconds = answer.headers().get("retry-after")?.to_str().ok()?;
    Some(Duration::from_secs(seconds.parse().ok()?))
}

/// `t=...,v1=...` over the time, a dot and the body.
pub(crate) fn signature(secret: &str, at: i64, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, &[format!("{at}.").as_bytes(), body].concat());
    format!("t={at},v1={}", hex::encode(tag))
}
