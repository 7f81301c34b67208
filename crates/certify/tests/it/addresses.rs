//! Addresses where nothing can be judged: each call ends in time, with 3, and says what to do.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::program::{Ended, Program};

/// What a false party does with each connection.
#[derive(Clone, Copy)]
enum Manner {
    /// Takes it and says nothing.
    Hangs,
    /// Says this and closes.
    Says(&'static str),
    /// Says this and then keeps the connection open.
    SaysAndHolds(&'static str),
    /// An answer without an end.
    Floods,
}

async fn false_party(manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut asked = [0_u8; 4096];
                let _ = stream.read(&mut asked).await;
                match manner {
                    Manner::Hangs => tokio::time::sleep(Duration::from_mins(1)).await,
                    Manner::Says(text) => {
                        let _ = stream.write_all(text.as_bytes()).await;
                    }
                    Manner::SaysAndHolds(text) => {
                        let _ = stream.write_all(text.as_bytes()).await;
                        tokio::time::sleep(Duration::from_mins(1)).await;
                    }
                    Manner::Floods => {
                        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
                        let _ = stream.write_all(head.as_bytes()).await;
                        let chunk = vec![b'['; 65_536];
                        while stream.write_all(&chunk).await.is_ok() {}
                    }
                }
            });
        }
    });
    format!("http://{address}")
}

/// Judges a seller at this address, with two seconds for each request.
async fn judged(url: &str) -> Ended {
    let program = Program::new();
    let limits = "[limits]\nrequest_timeout_s = 2\n";
    let seller = format!("{limits}[seller]\nurl = \"{url}\"\nkey = \"some-test-key\"\n");
    program.write("certify.toml", &seller);
    let started = Instant::now();
    let ended = program.call(&["seller"]).await;
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "{url} took {took:?}");
    ended
}

async fn refused(url: &str, words: &[&str]) {
    let ended = judged(url).await.with(3);
    for word in words {
        assert!(ended.err.contains(word), "no `{word}` in: {}", ended.err);
    }
}

/// Nothing listens there.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_address() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("http://127.0.0.1:{port}");
    refused(
        &url,
        &["no connection", "nothing listens on", "start the server"],
    )
    .await;
}

/// Takes connections and never answers.
#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_address() {
    let url = false_party(Manner::Hangs).await;
    refused(
        &url,
        &["no complete answer within 2 s", "request_timeout_s"],
    )
    .await;
}

/// A web site.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_speaks_html() {
    let url = false_party(Manner::Says(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 15\r\nconnection: close\r\n\r\n<!doctype html>",
    ))
    .await;
    refused(&url, &["an HTML page", "/checkout_sessions is served"]).await;
}

/// A web site that calls its pages JSON.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_calls_html_json() {
    let url = false_party(Manner::Says(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\nconnection: close\r\n\r\n<!doctype html>",
    ))
    .await;
    refused(&url, &["an HTML page"]).await;
}

/// A redirection is named, not followed: the key must not travel on.
#[tokio::test(flavor = "multi_thread")]
async fn a_redirecting_address() {
    let url = false_party(Manner::Says(
        "HTTP/1.1 308 Permanent Redirect\r\nlocation: https://elsewhere.example/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ))
    .await;
    refused(
        &url,
        &["308", "https://elsewhere.example/", "give the address"],
    )
    .await;
}

/// Promises more than it sends.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_promises_more_bytes() {
    let url = false_party(Manner::SaysAndHolds(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{}",
    ))
    .await;
    refused(&url, &["no complete answer within 2 s"]).await;
}

/// Never stops sending.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_floods() {
    let url = false_party(Manner::Floods).await;
    refused(&url, &["next:"]).await;
}

/// Speaks something else.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_http() {
    let url = false_party(Manner::Says("220 mail.example ESMTP\r\n")).await;
    refused(&url, &["no complete HTTP answer"]).await;
}

/// TLS was expected.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_tls() {
    let url = false_party(Manner::Says("HTTP/1.1 400 Bad Request\r\n\r\n")).await;
    let secure = url.replace("http://", "https://");
    refused(&secure, &["does not speak TLS", "try http://"]).await;
}

/// A name that nobody has.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_cannot_be_resolved() {
    refused("http://no-such-host.invalid", &["check the spelling"]).await;
}

/// Answers everything with the same pleasant object: it can be reached, and is found out.
#[tokio::test(flavor = "multi_thread")]
async fn a_lying_address() {
    let url = false_party(Manner::Says(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 14\r\nconnection: close\r\n\r\n{\"id\": \"same\"}",
    ))
    .await;
    let program = Program::new();
    let arguments = [
        "seller",
        &url,
        "--key",
        "some-key",
        "--item",
        "a",
        "--item",
        "b",
        "--lane",
        "seller",
        "--topic",
        "lifecycle",
    ];
    let ended = program.call(&arguments).await.with(1);
    assert!(ended.out.contains("the status is 201"), "{}", ended.out);
}
