//! The first message of a TLS handshake, to learn which versions a server accepts (RFC 8446).
//!
//! Written by hand, for libraries offer no old versions any more. The handshake is never finished:
//! the server's first message tells all.

use std::time::{Duration, Instant};

use aws_lc_rs::rand;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use url::{Host, Url};

use crate::{Case, RecordedRequest, RecordedResponse};

/// Longest wait for the first message.
const WAIT: Duration = Duration::from_secs(5);

/// Whether an address leads to this machine, where nobody listens in.
pub(super) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Offers one version to an `https://` address and reads what comes back first. With the reply comes
/// the number of the exchange; without a connection or an answer in time, the reason.
pub(super) async fn greet(
    case: &Case,
    url: &Url,
    version: TlsVersion,
) -> Result<(Reply, u32), String> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(443);
    let mut random = [0_u8; 32];
    rand::fill(&mut random).map_err(|_| "this machine gives no random numbers".to_owned())?;
    // An address has no server name.
    let named = matches!(url.host(), Some(Host::Domain(_)));
    let hello = client_hello(version, if named { host } else { "" }, &random);
    let started = Instant::now();
    let heard = timeout(WAIT, exchange(host, port, &hello)).await;
    let bytes = heard
        .map_err(|_| format!("{host}:{port} does not answer a handshake within 5 s"))?
        .map_err(|error| format!("no connection to {host}:{port}: {error}"))?;
    let request = RecordedRequest {
        method: "TLS".to_owned(),
        url: url.to_string(),
        headers: Vec::new(),
        body: format!("a ClientHello that offers {} only", version.as_str()),
    };
    let response = RecordedResponse {
        status: 0,
        headers: Vec::new(),
        body: hex::encode(bytes.get(..bytes.len().min(64)).unwrap_or_default()),
    };
    let number = case.keep(request, Some(response), None, started);
    Ok((Reply::read(&bytes), number))
}

async fn exchange(host: &str, port: u16, hello: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect((host, port)).await?;
    stream.write_all(hello).await?;
    let mut bytes = vec![0; 4096];
    // A reset is a way to decline.
    let count = stream.read(&mut bytes).await.unwrap_or_default();
    bytes.truncate(count);
    Ok(bytes)
}

/// A version of TLS as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TlsVersion {
    /// 1.1, long forbidden.
    V1_1,
    /// 1.2.
    V1_2,
    /// 1.3.
    V1_3,
}

impl TlsVersion {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::V1_1 => "TLS 1.1",
            Self::V1_2 => "TLS 1.2",
            Self::V1_3 => "TLS 1.3",
        }
    }

    const fn wire(self) -> [u8; 2] {
        match self {
            Self::V1_1 => [3, 2],
            Self::V1_2 => [3, 3],
            Self::V1_3 => [3, 4],
        }
    }
}

/// Cipher suites: three of 1.3, then ECDHE and RSA suites of 1.2 and older.
const SUITES: [u8; 22] = [
    0x13, 0x01, 0x13, 0x02, 0x13, 0x03, 0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c, 0xc0, 0x30, 0xc0, 0x13,
    0xc0, 0x14, 0x00, 0x2f, 0x00, 0x35,
];

/// A `ClientHello` that offers exactly this version. `random` serves as nonce and as public key:
/// any 32 bytes are a point of X25519.
fn client_hello(version: TlsVersion, host: &str, random: &[u8; 32]) -> Vec<u8> {
    let legacy = if version == TlsVersion::V1_3 {
        TlsVersion::V1_2.wire()
    } else {
        version.wire()
    };
    let mut hello = legacy.to_vec();
    hello.extend_from_slice(random);
    hello.extend_from_slice(&sized(1, random));
    hello.extend_from_slice(&sized(2, &SUITES));
    hello.extend_from_slice(&[1, 0]);
    hello.extend_from_slice(&sized(2, &extensions(version, host, random)));
    let mut message = vec![1];
    message.extend_from_slice(&sized(3, &hello));
    let mut record = vec![22, 3, 1];
    record.extend_from_slice(&sized(2, &message));
    record
}

fn extensions(version: TlsVersion, host: &str, random: &[u8; 32]) -> Vec<u8> {
    let mut all = Vec::new();
    if !host.is_empty() {
        let name = [&[0][..], &sized(2, host.as_bytes())].concat();
        all.extend(extension(0, &sized(2, &name)));
    }
    // Curves x25519, P-256, P-384; uncompressed points; the usual signature schemes.
    all.extend(extension(10, &sized(2, &[0, 0x1d, 0, 0x17, 0, 0x18])));
    all.extend(extension(11, &[1, 0]));
    let schemes = [
        0x04, 0x03, 0x05, 0x03, 0x08, 0x07, 0x08, 0x04, 0x08, 0x05, 0x08, 0x06, 0x04, 0x01, 0x05,
        0x01, 0x02, 0x01,
    ];
    all.extend(extension(13, &sized(2, &schemes)));
    if version == TlsVersion::V1_3 {
        all.extend(extension(43, &sized(1, &version.wire())));
        let share = [&[0, 0x1d][..], &sized(2, random)].concat();
        all.extend(extension(51, &sized(2, &share)));
    }
    all
}

fn extension(number: u8, content: &[u8]) -> Vec<u8> {
    [&[0, number][..], &sized(2, content)].concat()
}

/// The content behind its length in `width` bytes.
fn sized(width: usize, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let start = length.len().saturating_sub(width);
    let mut bytes: Vec<u8> = length.into_iter().skip(start).collect();
    bytes.extend_from_slice(content);
    bytes
}

/// What a server said to a `ClientHello`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// It goes on with this version.
    Accepted([u8; 2]),
    /// An alert, or the end of the connection.
    Declined,
    /// Something that is no TLS.
    NoTls,
}

impl Reply {
    /// The meaning of the first bytes that came back.
    pub(super) fn read(bytes: &[u8]) -> Self {
        match bytes {
            [] | [21, 3, ..] => Self::Declined,
            [22, 3, _, _, _, 2, _, _, _, major, minor, rest @ ..] => {
                let negotiated = negotiated(rest).unwrap_or([*major, *minor]);
                Self::Accepted(negotiated)
            }
            // The beginning of a ServerHello; the record names its version too.
            [22, major, minor, _, _, 2, ..] => Self::Accepted([*major, *minor]),
            _ => Self::NoTls,
        }
    }

    /// Whether the server goes on with `version`.
    pub(super) fn accepts(self, version: TlsVersion) -> bool {
        self == Self::Accepted(version.wire())
    }
}

/// The version in the extension `supported_versions` of a `ServerHello`, from its random on.
fn negotiated(bytes: &[u8]) -> Option<[u8; 2]> {
    let rest = bytes.get(32..)?;
    let (session, rest) = rest.split_first()?;
    // Session id, cipher suite, compression, length of the extensions.
    let mut rest = rest.get(usize::from(*session).checked_add(5)?..)?;
    while let [_, number, high, low, behind @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if *number == 43 {
            return behind.first_chunk::<2>().copied();
        }
        rest = behind.get(length..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Lengths of record and message fit what follows them.
    #[test]
    fn hello_is_well_framed() {
        for version in [TlsVersion::V1_1, TlsVersion::V1_2, TlsVersion::V1_3] {
            let hello = client_hello(version, "shop.example", &[7; 32]);
            let record = usize::from(u16::from_be_bytes([hello[3], hello[4]]));
            assert_eq!(record + 5, hello.len());
            let message = u32::from_be_bytes([0, hello[6], hello[7], hello[8]]);
            assert_eq!(usize::try_from(message).unwrap() + 9, hello.len());
        }
    }

    /// Alerts and closed connections decline; the extension outweighs the old field.
    #[test]
    fn replies_are_read() {
        assert_eq!(Reply::read(&[21, 3, 3, 0, 2, 2, 70]), Reply::Declined);
        assert_eq!(Reply::read(&[]), Reply::Declined);
        assert_eq!(Reply::read(b"HTTP/1.1 400"), Reply::NoTls);
        let mut old = vec![22, 3, 3, 0, 60, 2, 0, 0, 56, 3, 3];
        old.extend([0; 32]);
        old.extend([0, 0xc0, 0x2f, 0]);
        assert!(Reply::read(&old).accepts(TlsVersion::V1_2));
        old.extend([0, 6, 0, 43, 0, 2, 3, 4]);
        assert!(Reply::read(&old).accepts(TlsVersion::V1_3));
    }

    /// A server that reads a hello and answers with these bytes.
    async fn server(answer: &'static [u8]) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0_u8; 5];
            stream.read_exact(&mut head).await.unwrap();
            let [22, 3, 1, high, low] = head else {
                panic!("no handshake record: {head:?}");
            };
            let mut body = vec![0_u8; usize::from(u16::from_be_bytes([high, low]))];
            stream.read_exact(&mut body).await.unwrap();
            // The handshake fills the record.
            let inner = u16::from_be_bytes([body[2], body[3]]);
            assert_eq!(usize::from(inner) + 4, body.len());
            stream.write_all(answer).await.unwrap();
        });
        port
    }

    /// A `ServerHello` is acceptance; an alert or silence is refusal.
    #[tokio::test]
    async fn replies_are_told_apart() {
        let hello_record = server(&[22, 3, 3, 0, 42, 2, 0, 0, 38]).await;
        let alert = server(&[21, 3, 3, 0, 2, 2, 70]).await;
        let nothing = server(&[]).await;
        for (port, reply) in [
            (hello_record, Reply::Accepted([3, 3])),
            (alert, Reply::Declined),
            (nothing, Reply::Declined),
        ] {
            let hello = client_hello(TlsVersion::V1_2, "", &[7; 32]);
            let bytes = exchange("127.0.0.1", port, &hello).await.unwrap();
            assert_eq!(Reply::read(&bytes), reply);
        }
    }
}
