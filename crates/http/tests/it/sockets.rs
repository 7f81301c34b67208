//! The accept loop against raw sockets: slow, greedy and ambiguous peers.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

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

const SHORT: Duration = Duration::from_millis(300);
/// Longer than every limit of [`quick`] together, shorter than any default.
const LONG: Duration = Duration::from_secs(4);

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
                    sleep(Duration::from_millis(150)).await;
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

#[tokio::test]
async fn r15_silent_and_dripping_peers_are_closed_in_time_and_hold_up_nobody() {
    let server = Server::start(quick()).await;
    let started = Instant::now();
    let mut silent = server.connect().await;
    let address = server.address;
    let drip = tokio::spawn(async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        for byte in post("", "").bytes().cycle() {
            if stream.write_all(&[byte]).await.is_err() {
                return started.elapsed();
            }
            sleep(Duration::from_millis(20)).await;
        }
        unreachable!()
    });
    server.assert_well().await;
    assert_eq!(read_all(&mut silent).await, "");
    assert!(started.elapsed() >= SHORT);
    let dripped = timeout(LONG, drip).await.unwrap().unwrap();
    assert!((SHORT..LONG).contains(&dripped), "{dripped:?}");
    server.assert_well().await;
}

#[tokio::test]
async fn r15_a_body_that_does_not_come_is_a_408_and_the_end() {
    let server = Server::start(quick()).await;
    for body in ["", "{\"a\":"] {
        let started = Instant::now();
        let answer = server
            .exchange(post("Content-Length: 20\r\n", body).as_bytes())
            .await;
        assert!(
            answer.starts_with("HTTP/1.1 408") && answer.contains("request_timeout"),
            "{answer}"
        );
        assert!(started.elapsed() >= SHORT && started.elapsed() < LONG);
    }
    // Dripping does not extend it.
    let mut stream = server.connect().await;
    stream
        .write_all(post("Content-Length: 1000\r\n", "").as_bytes())
        .await
        .unwrap();
    let started = Instant::now();
    while started.elapsed() < LONG && stream.write_all(b" ").await.is_ok() {
        sleep(Duration::from_millis(30)).await;
    }
    assert!(started.elapsed() < LONG);
    assert_eq!(server.shop.runs(), 0);
}

#[tokio::test]
async fn r15_an_idle_connection_is_kept_a_while_and_then_closed() {
    let server = Server::start(quick()).await;
    let mut stream = server.connect().await;
    for _ in 0..3 {
        stream
            .write_all(get("/checkout_sessions/none", "keep-alive").as_bytes())
            .await
            .unwrap();
        let mut piece = [0; 2_048];
        let count = timeout(LONG, stream.read(&mut piece))
            .await
            .unwrap()
            .unwrap();
        assert!(piece[..count].starts_with(b"HTTP/1.1 404"));
        sleep(SHORT / 2).await;
    }
    let started = Instant::now();
    assert_eq!(read_all(&mut stream).await, "");
    assert!(started.elapsed() < LONG);
}

#[tokio::test]
async fn r15_the_second_head_on_a_connection_has_its_own_clock() {
    let options = ServeOptions {
        idle_timeout: Duration::from_mins(10),
        ..quick()
    };
    let server = Server::start(options).await;
    let mut stream = server.connect().await;
    stream
        .write_all(get("/checkout_sessions/none", "keep-alive").as_bytes())
        .await
        .unwrap();
    let mut piece = [0; 2_048];
    assert!(stream.read(&mut piece).await.unwrap() > 0);
    sleep(SHORT * 2).await;
    stream.write_all(b"GET / HT").await.unwrap();
    let started = Instant::now();
    assert_eq!(read_all(&mut stream).await, "");
    assert!((SHORT / 2..LONG).contains(&started.elapsed()));
}

#[tokio::test]
async fn r15_a_peer_that_takes_no_answer_is_closed() {
    let server = Server::start(quick()).await;
    let mut stream = server.connect().await;
    stream
        .write_all(get("/huge", "keep-alive").as_bytes())
        .await
        .unwrap();
    sleep(SHORT * 4).await;
    // What is left in the buffers is less than the whole, and then the connection is over.
    assert!(read_all(&mut stream).await.len() < 64 * 1_024 * 1_024);
    server.assert_well().await;
}

#[tokio::test]
async fn a_slow_answer_is_no_idle_connection() {
    let options = ServeOptions {
        idle_timeout: Duration::from_millis(40),
        header_timeout: Duration::from_millis(40),
        first_byte_timeout: Duration::from_millis(100),
        ..quick()
    };
    let server = Server::start(options).await;
    let answer = server.exchange(get("/slow", "close").as_bytes()).await;
    assert!(answer.ends_with("done"), "{answer}");
}

#[tokio::test]
async fn connections_past_the_limit_get_a_503_and_the_others_go_on() {
    let options = ServeOptions {
        connections_max: 2,
        ..ServeOptions::default()
    };
    let server = Server::start(options).await;
    let mut first = server.connect().await;
    let second = server.connect().await;
    let mut third = server.connect().await;
    let refused = read_all(&mut third).await;
    assert!(
        refused.starts_with("HTTP/1.1 503 ") && refused.contains("retry-after: 1\r\n"),
        "{refused}"
    );
    let (head, body) = refused.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains(&format!("content-length: {}\r\n", body.len()))
            || head.ends_with(&format!("content-length: {}", body.len()))
    );
    let error: comptoir_acp::error::Error = serde_json::from_str(body).unwrap();
    assert_eq!(error.code, "service_unavailable");
    first
        .write_all(get("/checkout_sessions/none", "close").as_bytes())
        .await
        .unwrap();
    assert!(read_all(&mut first).await.starts_with("HTTP/1.1 404"));
    drop((first, second));
    sleep(Duration::from_millis(50)).await;
    server.assert_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_slow_peers_do_not_slow_an_honest_one() {
    let server = Server::start(ServeOptions::default()).await;
    let mut slow = Vec::new();
    for index in 0..500 {
        let mut stream = server.connect().await;
        let part = if index % 2 == 0 {
            "POST /check"
        } else {
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"
        };
        stream.write_all(part.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    for _ in 0..20 {
        server.assert_well().await;
    }
}

#[tokio::test]
async fn p17_ambiguous_framing_is_refused_and_the_connection_closed() {
    let server = Server::start(quick()).await;
    let hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    let chunked = format!("2\r\n{{}}\r\n0\r\n\r\n{hidden}");
    let corpus = [
        (
            "length, then coding",
            post(
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                &chunked,
            ),
        ),
        (
            "coding, then length",
            post(
                "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
                &chunked,
            ),
        ),
        (
            "coding in odd case",
            post(
                "TRANSFER-ENCODING: Chunked\r\ncontent-LENGTH: 2\r\n",
                &chunked,
            ),
        ),
        (
            "coding twice, length",
            post(
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n",
                &chunked,
            ),
        ),
        (
            "two lengths",
            post(
                "Content-Length: 2\r\nContent-Length: 3\r\n",
                &format!("{{}}{hidden}"),
            ),
        ),
        (
            "equal lengths",
            post(
                "Content-Length: 2\r\nContent-Length: 2\r\n",
                &format!("{{}}{hidden}"),
            ),
        ),
        (
            "list of lengths",
            post("Content-Length: 2, 2\r\n", &format!("{{}}{hidden}")),
        ),
        (
            "signed length",
            post("Content-Length: +2\r\n", &format!("{{}}{hidden}")),
        ),
        ("negative length", post("Content-Length: -2\r\n", "{}")),
        ("hexadecimal length", post("Content-Length: 0x2\r\n", "{}")),
        (
            "huge length",
            post("Content-Length: 99999999999999999999\r\n", "{}"),
        ),
        (
            "folded line",
            post("Content-Length: 2\r\nX-A: b\r\n c\r\n", "{}"),
        ),
        (
            "folded coding",
            post("Transfer-Encoding:\r\n chunked\r\n", &chunked),
        ),
        ("space before colon", post("Content-Length : 2\r\n", "{}")),
        (
            "coding with space before colon",
            post("Transfer-Encoding : chunked\r\n", &chunked),
        ),
        (
            "unknown coding",
            post("Transfer-Encoding: xchunked\r\n", &chunked),
        ),
        (
            "coding not last",
            post("Transfer-Encoding: chunked, gzip\r\n", &chunked),
        ),
        (
            "null in header",
            post("Content-Length: 2\r\nX: a\0b\r\n", "{}"),
        ),
        ("no host", "GET / HTTP/1.1\r\n\r\n".to_owned()),
        (
            "two hosts",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
        ),
        (
            "coding in 1.0",
            post("Transfer-Encoding: chunked\r\n", &chunked).replacen("HTTP/1.1", "HTTP/1.0", 1),
        ),
        ("no version", "GET /\r\n\r\n".to_owned()),
        (
            "space in path",
            "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        ),
        (
            "next protocol",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        ),
        ("tls", "\u{16}\u{3}\u{1}\0\u{1}".to_owned()),
    ];
    for (name, bytes) in corpus {
        let answer = server.exchange(bytes.as_bytes()).await;
        assert!(
            answer.starts_with("HTTP/1.1 400") || answer.is_empty(),
            "{name}: {answer}"
        );
        assert_eq!(
            answer.matches("HTTP/1.1").count(),
            usize::from(!answer.is_empty()),
            "{name}: {answer}"
        );
        assert!(!answer.contains("hidden"), "{name}");
    }
    assert_eq!(server.shop.runs(), 0);
    server.assert_well().await;
}

#[tokio::test]
async fn p17_a_chunked_body_is_read_and_ends_the_connection() {
    let server = Server::start(quick()).await;
    let hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    let good = format!("1\r\n{{\r\n1;ext=1\r\n}}\r\n0\r\n\r\n{hidden}");
    let answer = server
        .exchange(post("Transfer-Encoding: chunked\r\n", &good).as_bytes())
        .await;
    assert!(
        answer.starts_with("HTTP/1.1 201") && answer.contains("connection: close"),
        "{answer}"
    );
    assert_eq!(answer.matches("HTTP/1.1").count(), 1);
    for bad in [
        "x\r\n{}\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n{}",
        "2\r\n{}x\r\n0\r\n\r\n",
        "-1\r\n{}",
    ] {
        let answer = server
            .exchange(post("Transfer-Encoding: chunked\r\n", bad).as_bytes())
            .await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{bad}: {answer}");
    }
    assert_eq!(server.shop.runs(), 1);
}

#[tokio::test]
async fn a_length_that_lies_is_found_out() {
    let server = Server::start(quick()).await;
    // Shorter than the body: what is behind it is no request, or another one.
    let short = server
        .exchange(post("Content-Length: 1\r\n", "{}").as_bytes())
        .await;
    assert!(
        short.starts_with("HTTP/1.1 400") && short.contains("invalid_json"),
        "{short}"
    );
    // Longer than the body: the peer closes, and nothing runs.
    let mut stream = server.connect().await;
    stream
        .write_all(post("Content-Length: 9\r\n", "{}").as_bytes())
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    let long = read_all(&mut stream).await;
    assert!(
        long.is_empty() || long.starts_with("HTTP/1.1 400"),
        "{long}"
    );
    // Larger than anything allowed: refused before a byte of it is read.
    let started = Instant::now();
    let huge = server
        .exchange(post("Content-Length: 104857600\r\n", "{").as_bytes())
        .await;
    assert!(
        huge.starts_with("HTTP/1.1 413") && huge.contains("body_too_large"),
        "{huge}"
    );
    assert!(started.elapsed() < LONG);
    assert_eq!(server.shop.runs(), 0);
}

#[tokio::test]
async fn p09_heads_are_limited_too() {
    let server = Server::start(quick()).await;
    let long_line = post(
        &format!("X: {}\r\nContent-Length: 2\r\n", "x".repeat(64 * 1_024)),
        "{}",
    );
    let many_lines = post(
        &format!("{}Content-Length: 2\r\n", "X: y\r\n".repeat(200)),
        "{}",
    );
    let long_path = get(&format!("/{}", "a".repeat(70_000)), "close");
    for bytes in [long_line, many_lines, long_path] {
        let answer = server.exchange(bytes.as_bytes()).await;
        let refused = ["HTTP/1.1 431", "HTTP/1.1 414", "HTTP/1.1 400"]
            .iter()
            .any(|start| answer.starts_with(start));
        assert!(refused || answer.is_empty(), "{answer}");
    }
    let bomb = post(
        "Content-Encoding: gzip\r\nContent-Length: 4\r\n",
        "\u{1f}{}x",
    );
    assert!(
        server
            .exchange(bomb.as_bytes())
            .await
            .contains("unsupported_media_type")
    );
    let nested = "[".repeat(100_000);
    let deep = post(
        &format!("Connection: close\r\nContent-Length: {}\r\n", nested.len()),
        &nested,
    );
    let answer = server.exchange(deep.as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 400") && answer.contains("nested too deeply"),
        "{answer}"
    );
    server.assert_well().await;
}

#[tokio::test]
async fn expect_continue_is_answered_before_the_body_and_only_when_it_is_wanted() {
    let server = Server::start(quick()).await;
    let mut stream = server.connect().await;
    let head = post(
        "Expect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n",
        "",
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut piece = [0; 64];
    let count = timeout(LONG, stream.read(&mut piece))
        .await
        .unwrap()
        .unwrap();
    assert!(piece[..count].starts_with(b"HTTP/1.1 100 Continue"));
    stream.write_all(b"{}").await.unwrap();
    assert!(read_all(&mut stream).await.starts_with("HTTP/1.1 201"));
    // Refused by its head alone: the body is not asked for.
    let head = post("Expect: 100-continue\r\nContent-Length: 104857600\r\n", "");
    let answer = server.exchange(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::start(quick()).await;
    let two = format!(
        "{}{}",
        get("/number/1", "keep-alive"),
        get("/slow", "close")
    );
    let answer = server.exchange(two.as_bytes()).await;
    assert_eq!(answer.matches("HTTP/1.1 200").count(), 2, "{answer}");
    // A coding whose head nobody could look at is not trusted.
    let chunked = post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n");
    let hidden = format!("{}{chunked}", get("/number/1", "keep-alive"));
    let answer = server.exchange(hidden.as_bytes()).await;
    assert!(
        answer.contains("ambiguous_request") && server.shop.runs() == 0,
        "{answer}"
    );
}

#[tokio::test]
async fn shutdown_finishes_what_runs_and_closes_what_idles() {
    let options = ServeOptions {
        drain_timeout: LONG,
        ..ServeOptions::default()
    };
    let server = Server::start(options).await;
    let mut idle = server.connect().await;
    idle.write_all(get("/number/1", "keep-alive").as_bytes())
        .await
        .unwrap();
    let mut piece = [0; 1_024];
    assert!(idle.read(&mut piece).await.unwrap() > 0);
    let mut running = server.connect().await;
    running
        .write_all(get("/slow", "keep-alive").as_bytes())
        .await
        .unwrap();
    sleep(Duration::from_millis(50)).await;
    server.shutdown.cancel();
    assert!(read_all(&mut running).await.ends_with("done"));
    assert_eq!(read_all(&mut idle).await, "");
    timeout(LONG, server.task).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn shutdown_does_not_wait_for_ever() {
    let server = Server::start(ServeOptions {
        drain_timeout: SHORT,
        ..ServeOptions::default()
    })
    .await;
    let mut stuck = server.connect().await;
    stuck
        .write_all(post("Content-Length: 9\r\n", "").as_bytes())
        .await
        .unwrap();
    sleep(Duration::from_millis(50)).await;
    let started = Instant::now();
    server.shutdown.cancel();
    timeout(LONG, server.task).await.unwrap().unwrap().unwrap();
    assert!(started.elapsed() >= SHORT);
}
