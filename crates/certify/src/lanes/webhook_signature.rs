//! `Merchant-Signature`: signing and verifying order events. Request signatures share the HMAC.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::SignatureNotation;

/// The header's name.
pub(super) const HEADER: &str = "Merchant-Signature";

/// Seconds that a signature may be old or ahead.
pub(super) const TOLERANCE_S: i64 = 300;

/// HMAC-SHA256 under `secret`.
pub(super) fn mac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::sign(&key, message).as_ref().to_vec()
}

/// The bytes that are signed: `t`, a dot, the body.
pub(super) fn message(t: &str, body: &[u8]) -> Vec<u8> {
    [t.as_bytes(), b".", body].concat()
}

/// The digits of `v1`, lower case.
pub(super) fn digits(secret: &[u8], t: &str, body: &[u8]) -> String {
    hex::encode(mac(secret, &message(t, body)))
}

/// The header's value for a body signed at `t` (Unix seconds).
pub(super) fn sign(notation: SignatureNotation, secret: &[u8], t: i64, body: &[u8]) -> String {
    let t = t.to_string();
    match notation {
        SignatureNotation::Timestamped => format!("t={t},v1={}", digits(secret, &t, body)),
        SignatureNotation::Hex => hex::encode(mac(secret, body)),
        SignatureNotation::Base64 => STANDARD.encode(mac(secret, body)),
    }
}

/// The parts of `t=<unix seconds>,v1=<64 hex digits>`, when the value has that form.
pub(super) fn parts(value: &str) -> Option<(&str, &str)> {
    let (t, v1) = value.strip_prefix("t=")?.split_once(",v1=")?;
    let decimal = !t.is_empty() && t.bytes().all(|byte| byte.is_ascii_digit());
    let hexadecimal = v1.len() == 64 && v1.bytes().all(|byte| byte.is_ascii_hexdigit());
    (decimal && hexadecimal).then_some((t, v1))
}

/// Whether a header's value is a signature of this body under the secret, whenever it was made.
pub(super) fn fits(notation: SignatureNotation, secret: &[u8], value: &str, body: &[u8]) -> bool {
    match notation {
        SignatureNotation::Timestamped => {
            parts(value).is_some_and(|(t, v1)| digits(secret, t, body) == v1.to_ascii_lowercase())
        }
        SignatureNotation::Hex => hex::encode(mac(secret, body)) == value.to_ascii_lowercase(),
        SignatureNotation::Base64 => STANDARD.encode(mac(secret, body)) == value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2, and the notation around it.
    #[test]
    fn signatures_are_those_of_the_standard() {
        assert_eq!(
            hex::encode(mac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let value = sign(SignatureNotation::Timestamped, b"secret", 17, b"{}");
        assert!(fits(
            SignatureNotation::Timestamped,
            b"secret",
            &value,
            b"{}"
        ));
        assert!(!fits(
            SignatureNotation::Timestamped,
            b"secret",
            &value,
            b"{ }"
        ));
        assert!(!fits(
            SignatureNotation::Timestamped,
            b"other",
            &value,
            b"{}"
        ));
        assert_eq!(parts("t=1,v1=ab"), None);
        assert_eq!(parts(&format!("t=,v1={}", "a".repeat(64))), None);
    }
}
