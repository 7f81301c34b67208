//! As much of TLS as is needed to hear which versions a client offers.

use super::listener::Greeting;

/// Extension `supported_versions`.
const SUPPORTED_VERSIONS: u16 = 43;
/// `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`, chosen when the client offers nothing of 1.2.
const FALLBACK_SUITE: [u8; 2] = [0xc0, 0x2f];

/// Reads bytes from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(front)
    }

    /// A number of so many bytes, most significant first.
    fn number(&mut self, bytes: usize) -> Option<usize> {
        let taken = self.take(bytes)?.iter();
        Some(taken.fold(0, |sum, &byte| (sum << 8) | usize::from(byte)))
    }

    /// A vector whose length stands in so many bytes.
    fn vector(&mut self, length_bytes: usize) -> Option<&'a [u8]> {
        let length = self.number(length_bytes)?;
        self.take(length)
    }
}

/// The parts of a `ClientHello` that matter.
struct Hello<'a> {
    legacy_version: usize,
    suites: &'a [u8],
    /// Content of `supported_versions`.
    versions: Option<&'a [u8]>,
}

/// Reads a handshake record with a `ClientHello`.
fn hello(record: &[u8]) -> Option<Hello<'_>> {
    let mut reader = Reader(record);
    // Kind 1 is the greeting of a client.
    if reader.number(1)? != 1 {
        return None;
    }
    reader.take(3)?;
    let legacy_version = reader.number(2)?;
    reader.take(32)?;
    reader.vector(1)?;
    let suites = reader.vector(2)?;
    reader.vector(1)?;
    let mut extensions = Reader(reader.vector(2).unwrap_or_default());
    let mut versions = None;
    while let Some(kind) = extensions.number(2) {
        let content = extensions.vector(2)?;
        if kind == usize::from(SUPPORTED_VERSIONS) {
            versions = Reader(content).vector(1);
        }
    }
    Some(Hello {
        legacy_version,
        suites,
        versions,
    })
}

/// Which versions the client offers.
pub(super) fn greeting(record: &[u8]) -> Greeting {
    let Some(hello) = hello(record) else {
        return Greeting::default();
    };
    let offered: Vec<usize> = match hello.versions {
        Some(list) => {
            let mut reader = Reader(list);
            std::iter::from_fn(|| reader.number(2)).collect()
        }
        // Without the extension the client takes every version up to the one it names.
        None => (0x0301..=hello.legacy_version).collect(),
    };
    Greeting {
        offers_13: offered.contains(&0x0304),
        offers_12: offered
            .iter()
            .any(|&version| version == 0x0303 || version == 0x0304),
        offers_old: offered
            .iter()
            .any(|version| (0x0300..0x0303).contains(version)),
        refuses_12: false,
    }
}

/// A `ServerHello` that chooses TLS 1.2, as a record.
pub(super) fn server_hello_12(client: &[u8]) -> Vec<u8> {
    let suite = hello(client)
        .and_then(|hello| {
            let mut pairs = hello.suites.chunks_exact(2);
            // 0x13 begins the suites of TLS 1.3.
            let first = pairs.find(|pair| matches!(pair, [0xc0 | 0xcc, _]))?;
            <[u8; 2]>::try_from(first).ok()
        })
        .unwrap_or(FALLBACK_SUITE);
    let mut body = vec![0x03, 0x03];
    body.extend_from_slice(&[0x5a; 32]);
    body.push(0);
    body.extend_from_slice(&suite);
    body.push(0);
    // renegotiation_info and extended_master_secret, which clients of today insist on.
    body.extend_from_slice(&[0, 9, 0xff, 0x01, 0, 1, 0, 0, 23, 0, 0]);
    let mut handshake = vec![2];
    handshake.extend_from_slice(&length(body.len(), 3));
    handshake.extend_from_slice(&body);
    let mut record = vec![0x16, 0x03, 0x03];
    record.extend_from_slice(&length(handshake.len(), 2));
    record.extend_from_slice(&handshake);
    record
}

/// A length in so many bytes.
fn length(length: usize, bytes: usize) -> Vec<u8> {
    let all = length.to_be_bytes();
    let skipped = all.len().saturating_sub(bytes);
    all.iter().skip(skipped).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_hello(extensions: &[u8]) -> Vec<u8> {
        let mut body = vec![0x03, 0x03];
        body.extend_from_slice(&[7; 32]);
        body.extend_from_slice(&[0, 0, 4, 0x13, 0x01, 0xc0, 0x2b, 1, 0]);
        body.extend_from_slice(&length(extensions.len(), 2));
        body.extend_from_slice(extensions);
        let mut hello = vec![1];
        hello.extend_from_slice(&length(body.len(), 3));
        hello.extend_from_slice(&body);
        hello
    }

    /// The offered versions are read from the extension, and without it from the version named.
    #[test]
    fn offered_versions_are_heard() {
        let both = greeting(&client_hello(&[0, 43, 0, 5, 4, 3, 4, 3, 3]));
        assert!(both.offers_13 && both.offers_12 && !both.offers_old);
        let none = greeting(&client_hello(&[]));
        assert!(!none.offers_13 && none.offers_12 && none.offers_old);
        assert_eq!(greeting(b"nonsense"), Greeting::default());
    }

    /// The answer is a record of the length that it says, with a suite that the client offered.
    #[test]
    fn the_answer_is_of_tls_1_2() {
        let record = server_hello_12(&client_hello(&[]));
        assert_eq!(
            record.len(),
            5 + usize::from(u16::from_be_bytes([record[3], record[4]]))
        );
        assert_eq!(&record[44..46], &[0xc0, 0x2b]);
    }
}
