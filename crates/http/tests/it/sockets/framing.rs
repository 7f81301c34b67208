//! Where a request ends: ambiguous, lying and unusual framing.

use std::time::Instant;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use super::{LONG, Server, get, post, quick, read_all};

#[tokio::test]
async fn p17_ambiguous_framing_is_refused_and_the_connection_closed() {
    let server = Server::start(quick()).await;
    for (name, bytes) in lengths_and_codings().into_iter().chain(malformed()) {
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

const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

/// Bodies with a second request behind them, which one of two readings would bring to light.
fn lengths_and_codings() -> Vec<(&'static str, String)> {
    let plain = format!("{{}}{HIDDEN}");
    let chunked = format!("2\r\n{{}}\r\n0\r\n\r\n{HIDDEN}");
    vec![
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
            post("Content-Length: 2\r\nContent-Length: 3\r\n", &plain),
        ),
        (
            "equal lengths",
            post("Content-Length: 2\r\nContent-Length: 2\r\n", &plain),
        ),
        ("list of lengths", post("Content-Length: 2, 2\r\n", &plain)),
        ("signed length", post("Content-Length: +2\r\n", &plain)),
        (
            "folded coding",
            post("Transfer-Encoding:\r\n chunked\r\n", &chunked),
        ),
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
            "coding in 1.0",
            post("Transfer-Encoding: chunked\r\n", &chunked).replacen("HTTP/1.1", "HTTP/1.0", 1),
        ),
    ]
}

/// Requests that break the grammar.
fn malformed() -> Vec<(&'static str, String)> {
    vec![
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
        ("space before colon", post("Content-Length : 2\r\n", "{}")),
        (
            "null in header",
            post("Content-Length: 2\r\nX: a\0b\r\n", "{}"),
        ),
        ("no host", "GET / HTTP/1.1\r\n\r\n".to_owned()),
        (
            "two hosts",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
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
    ]
}
