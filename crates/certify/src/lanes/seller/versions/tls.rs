//! The first message of a TLS handshake, written by hand: libraries offer no old versions any more.

use std::{io, time::Duration};

use aws_lc_rs::rand;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time,
};

/// The newest version that a handshake offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    Tls11,
    Tls12,
}

impl Offer {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
        }
    }

    const fn version(self) -> [u8; 2] {
        match self {
            Self::Tls11 => [3, 2],
            Self::Tls12 => [3, 3],
        }
    }
}

/// What the server made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// It goes on with the handshake.
    Accepted,
    /// It sends an alert or closes the connection.
    Refused,
}

/// Longest handshake.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Offers a handshake and looks at the first record of the answer.
pub(super) async fn hello(host: &str, port: u16, offer: Offer) -> io::Result<Reply> {
    time::timeout(TIMEOUT, exchange(host, port, offer)).await?
}

async fn exchange(host: &str, port: u16, offer: Offer) -> io::Result<Reply> {
    let mut stream = TcpStream::connect((host, port)).await?;
    let mut random = [0_u8; 32];
    rand::fill(&mut random).map_err(|_| io::Error::other("no random numbers"))?;
    stream
        .write_all(&client_hello(host, offer, &random))
        .await?;
    let mut head = [0_u8; 6];
    match stream.read_exact(&mut head).await {
        // A handshake record that begins with a ServerHello.
        Ok(_) if matches!(head, [22, _, _, _, _, 2]) => Ok(Reply::Accepted),
        // An alert, or a connection that was closed without one.
        Ok(_) => Ok(Reply::Refused),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset
            ) =>
        {
            Ok(Reply::Refused)
        }
        Err(error) => Err(error),
    }
}

/// ECDHE and RSA suites that servers of that time have in common.
const SUITES: [u8; 20] = [
    0xc0, 0x2f, 0xc0, 0x30, 0xc0, 0x2b, 0xc0, 0x2c, 0xcc, 0xa8, 0xcc, 0xa9, 0xc0, 0x13, 0xc0, 0x14,
    0xc0, 0x09, 0x00, 0x2f,
];

fn client_hello(host: &str, offer: Offer, random: &[u8; 32]) -> Vec<u8> {
    let mut extensions = Vec::new();
    // An address has no server name.
    if host.parse::<std::net::IpAddr>().is_err() {
        let name = sized(&[&[0], &*sized(&[host.as_bytes()])]);
        extensions.extend(extension(0, &name));
    }
    // X25519, P-256, P-384; uncompressed points; common signatures.
    extensions.extend(extension(10, &sized(&[&[0, 29, 0, 23, 0, 24]])));
    extensions.extend(extension(11, &[1, 0]));
    let signatures = [4, 3, 5, 3, 8, 4, 8, 5, 4, 1, 5, 1, 2, 1];
    extensions.extend(extension(13, &sized(&[&signatures])));
    let body = [
        &offer.version()[..],
        random,
        &[0],
        &*sized(&[&SUITES]),
        &[1, 0],
        &*sized(&[&extensions]),
    ]
    .concat();
    let handshake = [&[1, 0][..], &*sized(&[&body])].concat();
    [&[22, 3, 1][..], &*sized(&[&handshake])].concat()
}

fn extension(kind: u8, data: &[u8]) -> Vec<u8> {
    [&[0, kind][..], &*sized(&[data])].concat()
}

/// Parts behind their length in two bytes.
fn sized(parts: &[&[u8]]) -> Vec<u8> {
    let data = parts.concat();
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], &*data].concat()
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

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
            (hello_record, Reply::Accepted),
            (alert, Reply::Refused),
            (nothing, Reply::Refused),
        ] {
            let got = hello("127.0.0.1", port, Offer::Tls12).await.unwrap();
            assert_eq!(got, reply);
        }
    }
}
