//! The end of a server.

use std::time::{Duration, Instant};

use comptoir_http::ServeOptions;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{LONG, SHORT, Server, get, post, read_all};

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
    let mut unused = server.connect().await;
    sleep(Duration::from_millis(50)).await;
    server.shutdown.cancel();
    assert_eq!(read_all(&mut unused).await, "");
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
