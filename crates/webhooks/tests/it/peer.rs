//! A receiver on a real socket that behaves as told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What to do with one request.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Answers with this head (status line and headers, without the final empty line) and body.
    Answer(String, Vec<u8>),
    /// Reads the request and never answers.
    Hang,
    /// Reads the request and closes.
    Close,
    /// Answers 500 and then sends a body without end.
    Endless,
    /// Answers with this status at once and sends a byte of the body every now and then.
    Drip(u16),
    /// Sends a byte of the head every now and then.
    DripHead,
}

pub(crate) fn status(status: u16) -> Act {
    Act::Answer(
        format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n"),
        Vec::new(),
    )
}

type Script = Arc<dyn Fn(usize, &str) -> Act + Send + Sync>;

/// Requests received so far, head and body as text.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    pub(crate) async fn start(script: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = Self {
            address: listener.local_addr().unwrap(),
            requests: Arc::default(),
        };
        let (requests, script): (_, Script) = (peer.requests.clone(), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, requests.clone(), script.clone()));
            }
        });
        peer
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hooks", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Waits until this many requests came in.
    pub(crate) async fn wait_for(&self, count: usize) {
        for _ in 0..1_000 {
            if self.requests().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{} of {count} requests", self.requests().len());
    }
}

async fn serve(mut stream: TcpStream, requests: Arc<Mutex<Vec<String>>>, script: Script) {
    while let Some(request) = read_request(&mut stream).await {
        let act = {
            let mut requests = requests.lock().unwrap();
            requests.push(request.clone());
            script(requests.len(), &request)
        };
        if perform(&mut stream, act).await.is_none() {
            return;
        }
    }
}

async fn perform(stream: &mut TcpStream, act: Act) -> Option<()> {
    match act {
        Act::Answer(head, body) => {
            stream
                .write_all(format!("{head}\r\n").as_bytes())
                .await
                .ok()?;
            stream.write_all(&body).await.ok()
        }
        Act::Close => None,
        Act::Hang => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            None
        }
        Act::Endless => {
            stream.write_all(b"HTTP/1.1 500 X\r\n\r\n").await.ok()?;
            loop {
                stream.write_all(&[b'x'; 8_192]).await.ok()?;
            }
        }
        Act::Drip(status) => {
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 1000\r\n\r\n");
            stream.write_all(head.as_bytes()).await.ok()?;
            drip(stream, &[b'x'; 1_000]).await
        }
        Act::DripHead => drip(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await,
    }
}

async fn drip(stream: &mut TcpStream, bytes: &[u8]) -> Option<()> {
    for byte in bytes {
        stream.write_all(&[*byte]).await.ok()?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    None
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut received = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.parse().unwrap());
            if body.len() >= length {
                return Some(text);
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count @ 1..) => received.extend_from_slice(buffer.get(..count)?),
            _ => return None,
        }
    }
}
