//! A closed-loop HTTP/1.1 load generator: each connection sends its next request when it has the
//! answer to the last one. The same generator drives the twin and the server under test.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Makes the n-th request of a run; `None` ends the run.
pub(crate) type MakeRequest = Arc<dyn Fn(u64) -> Option<Request<Full<Bytes>>> + Send + Sync>;
/// Sees each answer's number and body.
pub(crate) type SeeAnswer = Arc<dyn Fn(u64, &Bytes) + Send + Sync>;

/// When a run ends, whichever comes first.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) time_max: Duration,
    pub(crate) requests_max: u64,
}

/// What a run measured.
pub(crate) struct Measured {
    pub(crate) requests: u64,
    pub(crate) elapsed: Duration,
    /// Latency of each request in microseconds, sorted.
    pub(crate) latencies_us: Vec<u32>,
}

impl Measured {
    /// Requests per second.
    pub(crate) fn rps(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }

    /// A percentile of the latency in milliseconds; `share` 0.5 is the median.
    pub(crate) fn percentile_ms(&self, share: f64) -> f64 {
        let last = self.latencies_us.len().saturating_sub(1);
        let index = (last as f64 * share).round() as usize;
        f64::from(self.latencies_us.get(index).copied().unwrap_or(0)) / 1_000.0
    }
}

/// Runs `connections` loops against `address`; every answer must have status `expected`.
pub(crate) async fn run(
    address: SocketAddr,
    connections: usize,
    bounds: Bounds,
    expected: StatusCode,
    make: MakeRequest,
    see: Option<SeeAnswer>,
) -> Result<Measured> {
    let next = Arc::new(AtomicU64::new(0));
    let mut senders = Vec::new();
    for _ in 0..connections {
        senders.push(connect(address).await?);
    }
    let started = Instant::now();
    let mut loops = tokio::task::JoinSet::new();
    for sender in senders {
        let work = Loop {
            sender,
            next: Arc::clone(&next),
            make: Arc::clone(&make),
            see: see.clone(),
            expected,
            requests_max: bounds.requests_max,
            until: started + bounds.time_max,
        };
        loops.spawn(work.run());
    }
    let mut latencies_us = Vec::new();
    while let Some(part) = loops.join_next().await {
        latencies_us.extend(part??);
    }
    let elapsed = started.elapsed();
    latencies_us.sort_unstable();
    Ok(Measured {
        requests: latencies_us.len() as u64,
        elapsed,
        latencies_us,
    })
}

/// One request outside any measurement, with its answer.
pub(crate) async fn once(
    address: SocketAddr,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, Bytes)> {
    let mut sender = connect(address).await?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    Ok((status, answer.into_body().collect().await?.to_bytes()))
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address)
        .await
        .context("cannot reach the server")?;
    stream.set_nodelay(true)?;
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

struct Loop {
    sender: SendRequest<Full<Bytes>>,
    next: Arc<AtomicU64>,
    make: MakeRequest,
    see: Option<SeeAnswer>,
    expected: StatusCode,
    requests_max: u64,
    until: Instant,
}

impl Loop {
    async fn run(mut self) -> Result<Vec<u32>> {
        let mut latencies_us = Vec::with_capacity(4_096);
        while Instant::now() < self.until {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.requests_max {
                break;
            }
            let Some(request) = (self.make)(number) else {
                break;
            };
            let sent = Instant::now();
            self.sender.ready().await?;
            let answer = self.sender.send_request(request).await?;
            let status = answer.status();
            let body = answer.into_body().collect().await?.to_bytes();
            latencies_us.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
            if status != self.expected {
                bail!(
                    "expected {}, got {status}: {}",
                    self.expected,
                    String::from_utf8_lossy(&body)
                );
            }
            if let Some(see) = &self.see {
                see(number, &body);
            }
        }
        Ok(latencies_us)
    }
}
