//! The accept loop against raw sockets: slow, greedy and ambiguous peers.

mod framing;
mod limits;
mod shutdown;
mod timeouts;

use std::{net::SocketAddr, time::Duration};

use comptoir_http::{ServeOptions, serve};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::support::{LATEST, Shop};

struct Server {
    address: SocketAddr,
    shutdown: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
    shop: Shop,
}

const SHORT: Duration = Duration::from_millis(500);
/// Longer than every limit of [`quick`] together, shorter than any default.
const LONG: Duration = Duration::from_secs(8);

/// Limits short enough to wait for.
fn quick() -> ServeOptions {
    ServeOptions {
        first_byte_timeout: SHORT,
        header_timeout: SHORT,
        body_timeout: SHORT,
        idle_timeout: SHORT,
        write_timeout: SHORT,
        drain_timeout: SHORT,
        ..ServeOptions::default()
    }
}

impl Server {
    async fn start(options: ServeOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shop = Shop::new();
        let router = shop
            .router()
            .route(
                "/slow",
                axum::routing::get(async || {
                    sleep(Duration::from_millis(700)).await;
                    "done"
                }),
            )
            .route(
                "/huge",
                axum::routing::get(async || vec![b'x'; 64 * 1_024 * 1_024]),
            );
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(serve(listener, router, options, shutdown.clone()));
        Self {
            address,
            shutdown,
            task,
            shop,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes and returns everything that comes back until the server closes.
    async fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        let _ = stream.write_all(bytes).await;
        read_all(&mut stream).await
    }

    /// An honest request gets its answer, quickly.
    async fn assert_well(&self) {
        let request = get("/checkout_sessions/none", "close");
        let answer = timeout(Duration::from_secs(1), self.exchange(request.as_bytes()))
            .await
            .unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    timeout(LONG, async {
        // A reset after the answer ends it as well.
        let mut piece = [0; 4_096];
        while let Ok(count @ 1..) = stream.read(&mut piece).await {
            bytes.extend_from_slice(&piece[..count]);
        }
    })
    .await
    .expect("the server closes the connection");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn get(path: &str, connection: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: a\r\nAPI-Version: {LATEST}\r\n\
         Authorization: Bearer alice-secret-key\r\nConnection: {connection}\r\n\r\n"
    )
}

/// A POST with these extra header lines, each ended by CRLF, and this body.
fn post(extra: &str, body: &str) -> String {
    format!(
        "POST /checkout_sessions HTTP/1.1\r\nHost: a\r\nAPI-Version: {LATEST}\r\n\
         Authorization: Bearer alice-secret-key\r\nContent-Type: application/json\r\n\
         Idempotency-Key: k\r\n{extra}\r\n{body}"
    )
}
