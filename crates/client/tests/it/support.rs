//! Peers on loopback: a mock server, and listeners that misbehave.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use comptoir_acp::{id::IdempotencyKey, latest::checkout::CheckoutSessionCreateRequest};
use comptoir_client::{Client, ClientConfig};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub(crate) const BEARER: &str = "sk_live_verysecret";

pub(crate) fn config(base_url: &str) -> ClientConfig {
    let mut config = ClientConfig::new(base_url, BEARER.into()).unwrap();
    config.retry_pause = Duration::from_millis(1);
    config
}

pub(crate) fn client(base_url: &str) -> Client {
    Client::new(config(base_url)).unwrap()
}

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text).unwrap()
}

pub(crate) fn create_request() -> CheckoutSessionCreateRequest {
    serde_json::from_value(
        json!({"line_items": [{"id": "item_1"}], "currency": "eur", "capabilities": {}}),
    )
    .unwrap()
}

pub(crate) fn session() -> Value {
    json!({"id": "cs_1", "status": "not_ready_for_payment", "currency": "EUR", "line_items": [],
        "totals": [], "fulfillment_options": [], "messages": [], "links": [], "capabilities": {}})
}

/// What a raw listener does with one request.
#[derive(Clone)]
pub(crate) enum Reaction {
    /// Closes without an answer.
    Close,
    /// Promises more bytes than it sends.
    BreakOff,
    /// Answers with this JSON.
    Answer(Value),
    /// Keeps the connection open and says nothing.
    Silence,
}

/// A listener that reacts to requests in turn, the last reaction for ever after.
pub(crate) struct RawPeer {
    pub(crate) base_url: String,
    /// The requests as they came, head and body.
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
    /// How many connections were opened.
    pub(crate) connections: Arc<Mutex<usize>>,
}

impl RawPeer {
    pub(crate) async fn start(reactions: Vec<Reaction>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = Self {
            base_url: format!("http://{}", listener.local_addr().unwrap()),
            requests: Arc::default(),
            connections: Arc::default(),
        };
        let (requests, connections) = (Arc::clone(&peer.requests), Arc::clone(&peer.connections));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                *connections.lock().unwrap() += 1;
                tokio::spawn(serve(stream, Arc::clone(&requests), reactions.clone()));
            }
        });
        peer
    }

    /// The bodies of the requests that came.
    pub(crate) fn bodies(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests
            .iter()
            .map(|text| text.split_once("\r\n\r\n").unwrap().1.to_owned())
            .collect()
    }

    /// The values of a header in the requests that came.
    pub(crate) fn header(&self, name: &str) -> Vec<Option<String>> {
        let prefix = format!("{name}: ");
        let requests = self.requests.lock().unwrap();
        requests
            .iter()
            .map(|text| {
                text.lines()
                    .find_map(|line| line.strip_prefix(&prefix))
                    .map(str::to_owned)
            })
            .collect()
    }
}

async fn serve(mut stream: TcpStream, requests: Arc<Mutex<Vec<String>>>, reactions: Vec<Reaction>) {
    while let Some(request) = read_request(&mut stream).await {
        let turn = {
            let mut requests = requests.lock().unwrap();
            requests.push(request);
            requests.len() - 1
        };
        match &reactions[turn.min(reactions.len() - 1)] {
            Reaction::Close => return,
            Reaction::BreakOff => {
                let head = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":";
                stream.write_all(head.as_bytes()).await.unwrap();
                return;
            }
            Reaction::Answer(body) => {
                let body = body.to_string();
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                stream.write_all((head + &body).as_bytes()).await.unwrap();
            }
            Reaction::Silence => std::future::pending::<()>().await,
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.ok()?;
        if count == 0 {
            return None;
        }
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let wanted = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= wanted.map_or(0, |length| length.parse().unwrap()) {
            return Some(text);
        }
    }
}
