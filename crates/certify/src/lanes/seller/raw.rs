//! Requests that no HTTP client would send: bytes on a socket. For `http://` addresses only.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time,
};

use super::Seller;
use crate::{Answer, Finding, Outcome, RecordedRequest, RecordedResponse, Severity, Stop};

/// Longest wait for the first byte.
const FIRST_BYTE_WAIT: Duration = Duration::from_secs(5);

/// How long a connection must be silent for its answers to be complete.
const SILENCE: Duration = Duration::from_millis(300);

/// Most that is read, in bytes.
const BYTES_MAX: usize = 1024 * 1024;

/// What came back on one connection.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    /// Every answer, in order.
    pub(super) answers: Vec<Answer>,
    /// Whether the server closed the connection.
    pub(super) closed: bool,
    /// Number of the exchange.
    pub(super) exchange: u32,
}

/// Request line and headers of a well-behaved agent, with `more`, up to the empty line.
pub(super) fn head(
    seller: &Seller,
    method: &str,
    path: &str,
    more: &[(&str, &str)],
) -> Outcome<String> {
    let url = &seller.target().url;
    let request = seller.get_request(path)?;
    let host = url.host_str().unwrap_or_default();
    let host = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let base = url.path().trim_end_matches('/');
    let mut head = format!("{method} {base}{path} HTTP/1.1\r\nHost: {host}\r\n");
    let own = request.headers.iter();
    let own = own.map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in own.chain(more.iter().copied()) {
        // Writing to a string cannot fail.
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    Ok(head)
}

/// Sends `bytes` on a connection of their own and reads what comes until the server closes it or
/// falls silent.
pub(super) async fn exchange(seller: &Seller, bytes: &[u8]) -> Outcome<Heard> {
    let started = Instant::now();
    let (mut stream, address) = connect(seller).await?;
    // A server may close before it has read all: what it said counts.
    let _ = time::timeout(FIRST_BYTE_WAIT, stream.write_all(bytes)).await;
    let (heard, closed) = read(&mut stream).await;
    let mut answers = split(&heard);
    let first = answers.first();
    let response = first.map(|answer| RecordedResponse {
        status: answer.status,
        headers: Vec::new(),
        body: seller.case().redact(&heard),
    });
    let request = RecordedRequest {
        method: "raw".to_owned(),
        url: address,
        headers: Vec::new(),
        body: seller.case().redact(bytes),
    };
    let error = first.is_none().then(|| "no HTTP answer".to_owned());
    let exchange = seller.case().keep(request, response, error, started);
    for answer in &mut answers {
        answer.exchange = exchange;
    }
    Ok(Heard {
        answers,
        closed,
        exchange,
    })
}

/// Whatever was heard, it is no success, no breakdown and no second answer.
pub(super) fn harmless(seller: &Seller, heard: &Heard) -> Outcome {
    let Some(answer) = heard.answers.first() else {
        return closed_without_answer(heard);
    };
    seller.no_breakdown(answer)?;
    seller.case().must(
        !answer.is_success(),
        answer,
        "a request that HTTP does not allow is not carried out",
        || format!("{}", answer.status),
    )
}

/// No answer at all is in order when the connection was closed: it did not hang.
pub(super) fn closed_without_answer(heard: &Heard) -> Outcome {
    if heard.closed {
        return Ok(());
    }
    Err(Stop::Found(Finding {
        severity: Severity::Must,
        rule: "a broken request gets an answer, or the connection is closed".to_owned(),
        found: "neither within 5 s".to_owned(),
        exchange: Some(heard.exchange),
    }))
}

async fn connect(seller: &Seller) -> Outcome<(TcpStream, String)> {
    let url = &seller.target().url;
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err(Stop::NotTested(format!("{url} names no host")));
    };
    if url.scheme() != "http" {
        return Err(Stop::NotTested(
            "raw requests are tried on http:// addresses only: point seller.url at the server behind TLS"
                .to_owned(),
        ));
    }
    let host = host.trim_matches(['[', ']']);
    match time::timeout(FIRST_BYTE_WAIT, TcpStream::connect((host, port))).await {
        Ok(Ok(stream)) => Ok((stream, url.to_string())),
        Ok(Err(error)) => Err(unreachable(&error.to_string())),
        Err(_) => Err(unreachable("no connection within 5 s")),
    }
}

/// No connection: a violated MUST, like no answer.
pub(super) fn unreachable(why: &str) -> Stop {
    Stop::Found(Finding {
        severity: Severity::Must,
        rule: "every request gets a complete HTTP answer".to_owned(),
        found: format!("no connection: {why}"),
        exchange: None,
    })
}

/// Everything until the end, silence or the bound; and whether it was the end.
async fn read(stream: &mut TcpStream) -> (Vec<u8>, bool) {
    let mut heard = Vec::new();
    let mut buffer = [0_u8; 8192];
    loop {
        let patience = if heard.is_empty() {
            FIRST_BYTE_WAIT
        } else {
            SILENCE
        };
        match time::timeout(patience, stream.read(&mut buffer)).await {
            Err(_) => return (heard, false),
            Ok(Err(_) | Ok(0)) => return (heard, true),
            Ok(Ok(count)) => heard.extend(buffer.iter().take(count)),
        }
        if heard.len() >= BYTES_MAX {
            return (heard, false);
        }
    }
}

/// The answers in a stream of bytes; a last one that is cut short counts as well.
fn split(bytes: &[u8]) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut rest = bytes;
    while let Some((answer, behind)) = first_answer(rest) {
        // 100 Continue and the like announce the answer.
        if answer.status >= 200 {
            answers.push(answer);
        }
        rest = behind;
    }
    answers
}

fn first_answer(bytes: &[u8]) -> Option<(Answer, &[u8])> {
    if !bytes.starts_with(b"HTTP/1.") {
        return None;
    }
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, rest) = bytes.split_at_checked(end)?;
    let rest = rest.get(4..)?;
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_str(value.trim()).ok()?);
    }
    let announced = headers.get("content-length");
    let length = announced
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
        .map_or(rest.len(), |length| length.min(rest.len()));
    let (body, behind) = rest.split_at_checked(length)?;
    let answer = Answer {
        status,
        headers,
        json: serde_json::from_slice(body).ok(),
        body: Bytes::copy_from_slice(body),
        exchange: 0,
        elapsed: Duration::ZERO,
    };
    Some((answer, behind))
}
