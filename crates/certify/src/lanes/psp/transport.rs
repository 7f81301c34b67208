//! The connection: HTTPS, and the versions of TLS below it.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use url::{Host, Url};

use super::{Psp, check};
use crate::{Case, Check, Outcome, RecordedRequest, RecordedResponse, SpecVersion, Stop, Topic};

/// The two bytes by which a handshake names TLS 1.1.
pub(super) const TLS_1_1: [u8; 2] = [3, 2];
/// The same for TLS 1.2.
const TLS_1_2: [u8; 2] = [3, 3];

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    vec![
        check(
            Topic::Auth,
            "https",
            "the provider is reached over HTTPS",
            https,
        )
        .advice("serve HTTPS alone"),
        check(
            Topic::Auth,
            "tls-1-3",
            "a handshake that offers TLS 1.2 at most fails: delegate payment wants TLS 1.3",
            tls_1_3,
        )
        .proves(&["delegate-payment.security.tls13"])
        .advice("switch TLS 1.2 and older off"),
    ]
}

async fn https(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    over_https(&psp.target().url)
}

async fn tls_1_3(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    if case.accepts("tls-version", "1.2") {
        return Err(Stop::NotApplicable(
            "the profile accepts TLS 1.2".to_owned(),
        ));
    }
    refuses(&case, &psp.target().url, TLS_1_2, "TLS 1.2").await
}

/// Plain HTTP is for this machine alone.
pub(super) fn over_https(url: &Url) -> Outcome {
    if url.scheme() == "https" {
        return Ok(());
    }
    if is_loopback(url) {
        return Err(Stop::NotTested(
            "the address is plain HTTP on this machine: judge the public address to try HTTPS"
                .to_owned(),
        ));
    }
    Err(Stop::Found(crate::Finding {
        severity: crate::Severity::Must,
        rule: "all calls run over HTTPS".to_owned(),
        found: format!("{url} is served without TLS"),
        exchange: None,
    }))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The server ends a handshake that offers this version of TLS at most.
pub(super) async fn refuses(case: &Case, url: &Url, version: [u8; 2], name: &str) -> Outcome {
    over_https(url)?;
    let started = Instant::now();
    let answer = handshake(url, version).await.map_err(Stop::NotTested)?;
    let exchange = case.keep(
        RecordedRequest {
            method: "ClientHello".to_owned(),
            url: url.to_string(),
            headers: Vec::new(),
            body: format!("a handshake that offers {name} at most"),
        },
        Some(RecordedResponse {
            status: 0,
            headers: Vec::new(),
            body: hex::encode(&answer),
        }),
        None,
        started,
    );
    // A record of type handshake (22) is a ServerHello; an alert (21) or the end is a refusal.
    if answer.first() == Some(&22) {
        return Err(Stop::Found(crate::Finding {
            severity: crate::Severity::Must,
            rule: format!("a handshake that offers {name} at most fails"),
            found: "the server answered with a ServerHello".to_owned(),
            exchange: Some(exchange),
        }));
    }
    Ok(())
}

/// The first bytes that come back to a `ClientHello`; none when the server just closes.
async fn handshake(url: &Url, version: [u8; 2]) -> Result<Vec<u8>, String> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(443);
    let limit = Duration::from_secs(5);
    let connected = timeout(limit, TcpStream::connect((host, port))).await;
    let mut stream = connected
        .map_err(|_| format!("no connection to {host}:{port} in time"))?
        .map_err(|error| format!("no connection to {host}:{port}: {error}"))?;
    let hello = client_hello(host, version);
    stream
        .write_all(&hello)
        .await
        .map_err(|error| error.to_string())?;
    let mut answer = vec![0; 64];
    match timeout(limit, stream.read(&mut answer)).await {
        Ok(Ok(length)) => {
            answer.truncate(length);
            Ok(answer)
        }
        Ok(Err(_)) => Ok(Vec::new()),
        Err(_) => Err(format!("{host}:{port} does not answer a handshake in time")),
    }
}

/// A `ClientHello` of RFC 5246, without the extension by which TLS 1.3 is offered.
fn client_hello(host: &str, version: [u8; 2]) -> Vec<u8> {
    // ECDHE and RSA suites with AES, from TLS 1.0 to 1.2.
    let suites: [u16; 8] = [
        0xC02F, 0xC030, 0xC02B, 0xC02C, 0xC013, 0xC014, 0x002F, 0x0035,
    ];
    let mut extensions = Vec::new();
    if host.parse::<IpAddr>().is_err() {
        let mut name = vec![0];
        name.extend(prefixed(host.as_bytes()));
        extensions.extend(extension(0, &prefixed(&name)));
    }
    // Groups x25519, P-256, P-384; uncompressed points; signatures by ECDSA, RSA-PSS and RSA.
    extensions.extend(extension(10, &[0, 6, 0, 0x1D, 0, 0x17, 0, 0x18]));
    extensions.extend(extension(11, &[1, 0]));
    extensions.extend(extension(13, &[0, 8, 4, 3, 8, 4, 4, 1, 2, 1]));
    let mut hello = version.to_vec();
    hello.extend([0x42; 32]);
    hello.push(0);
    let suites: Vec<u8> = suites
        .iter()
        .flat_map(|suite| suite.to_be_bytes())
        .collect();
    hello.extend(prefixed(&suites));
    hello.extend([1, 0]);
    hello.extend(prefixed(&extensions));
    let mut message = vec![1, 0];
    message.extend(prefixed(&hello));
    let mut record = vec![22, 3, 1];
    record.extend(prefixed(&message));
    record
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_be_bytes().to_vec();
    bytes.extend(prefixed(content));
    bytes
}

/// The bytes behind their length in two bytes; nothing here is longer than a host name allows.
fn prefixed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let mut all = length.to_be_bytes().to_vec();
    all.extend_from_slice(bytes);
    all
}
