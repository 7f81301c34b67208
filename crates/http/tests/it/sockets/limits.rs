//! Too many connections, too long heads, too deep bodies.

use std::time::Duration;

use comptoir_http::ServeOptions;
use tokio::{io::AsyncWriteExt as _, time::sleep};

use super::{Server, get, post, quick, read_all};

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
