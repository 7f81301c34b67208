//! Slow peers.

use std::time::{Duration, Instant};

use comptoir_http::ServeOptions;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{LONG, SHORT, Server, get, post, quick, read_all};

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
        sleep(SHORT / 5).await;
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
        ..quick()
    };
    let server = Server::start(options).await;
    let answer = server.exchange(get("/slow", "close").as_bytes()).await;
    assert!(answer.ends_with("done"), "{answer}");
}
