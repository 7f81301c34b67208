//! Framing that two readers could understand differently is refused.
//!
//! hyper settles a request with both `Content-Length` and `Transfer-Encoding`, and one with
//! `Content-Length` twice, by dropping a header before anybody sees it. A proxy in front of us may
//! settle it the other way and take the rest of the body for a request of somebody else. So the
//! head is looked at as it came over the wire.

use http::{HeaderMap, Version, header};

/// What follows from a request's framing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is one way to read it.
    Clear,
    /// There is one way to read it; the connection ends with its answer all the same.
    Last,
    /// There are several ways to read it.
    Ambiguous,
}

/// Judges a request by its parsed headers and by its head as received.
///
/// `received` starts with the request's first byte, or is empty when the request came in one piece
/// with the one before it.
pub(super) fn framing(version: Version, headers: &HeaderMap, received: &[u8]) -> Framing {
    if version == Version::HTTP_11 && headers.get_all(header::HOST).iter().count() != 1 {
        return Framing::Ambiguous;
    }
    let chunked = headers.contains_key(header::TRANSFER_ENCODING);
    if !chunked && !headers.contains_key(header::CONTENT_LENGTH) {
        return Framing::Clear;
    }
    match (chunked, content_lengths(received)) {
        (false, None | Some(0 | 1)) => Framing::Clear,
        (true, Some(0)) => Framing::Last,
        (true, None | Some(_)) | (false, Some(_)) => Framing::Ambiguous,
    }
}

/// How many `Content-Length` lines the head has; `None` when its end was not received.
fn content_lengths(received: &[u8]) -> Option<usize> {
    let mut count = 0;
    let mut begun = false;
    for line in received.split_inclusive(|byte| *byte == b'\n') {
        let (b'\n', line) = line.split_last()? else {
            return None;
        };
        let line = line.trim_ascii_end();
        if line.is_empty() && begun {
            return Some(count);
        }
        // Empty lines before the first one are skipped, as hyper does.
        begun |= !line.is_empty();
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        if name.trim_ascii().eq_ignore_ascii_case(b"content-length") {
            count += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(head: &str) -> Framing {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, header::HeaderValue::from_static("a"));
        // As hyper leaves them: with a transfer coding, no length is seen.
        if head.to_lowercase().contains("transfer-encoding") {
            headers.insert(
                header::TRANSFER_ENCODING,
                header::HeaderValue::from_static("chunked"),
            );
        } else if head.to_lowercase().contains("content-length") {
            headers.insert(
                header::CONTENT_LENGTH,
                header::HeaderValue::from_static("2"),
            );
        }
        framing(Version::HTTP_11, &headers, head.as_bytes())
    }

    #[test]
    fn only_one_length_or_one_coding_is_clear() {
        assert_eq!(judge("GET / HTTP/1.1\r\nhost: a\r\n\r\n"), Framing::Clear);
        assert_eq!(
            judge("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"),
            Framing::Clear
        );
        assert_eq!(
            judge("\r\nPOST / HTTP/1.1\ncontent-length: 2\n\n{}"),
            Framing::Clear
        );
        assert_eq!(
            judge("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            Framing::Last
        );
        assert_eq!(
            judge("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nCONTENT-LENGTH: 2\r\n\r\n"),
            Framing::Ambiguous
        );
        assert_eq!(
            judge("POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
            Framing::Ambiguous
        );
        // Without the head in sight, a transfer coding is not trusted.
        assert_eq!(judge("Transfer-Encoding: chunked\r\n"), Framing::Ambiguous);
    }

    #[test]
    fn a_host_is_needed_exactly_once() {
        assert_eq!(
            framing(Version::HTTP_11, &HeaderMap::new(), b""),
            Framing::Ambiguous
        );
        assert_eq!(
            framing(Version::HTTP_10, &HeaderMap::new(), b""),
            Framing::Clear
        );
    }
}
