//! The forgeries, one by one.

use std::fmt::Write;

use aws_lc_rs::{digest, hmac};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    super::super::webhook_signature::{HEADER, mac, message},
    FAR, Good, Row,
    Since::{Always, Notation},
};
use crate::{Outcome, Request};

const MISSING: &[&str] = &["webhooks.signature.missing-401"];
const MALFORMED: &[&str] = &["webhooks.signature.malformed-401"];
const WRONG: &[&str] = &["webhooks.signature.verified"];
const RAW: &[&str] = &["webhooks.signature.raw-body"];
const OLD: &[&str] = &["webhooks.signature.old-timestamp-401"];

macro_rules! rows {
    ($($name:literal $what:literal $proves:ident $since:ident $forge:expr;)*) => {
        pub(super) const ROWS: &[Row] = &[$(Row {
            name: $name,
            what: $what,
            proves: $proves,
            since: $since,
            forge: $forge,
        }),*];
    };
}

rows! {
    "missing" "without Merchant-Signature" MISSING Always |good| good.sender.unsigned(good.body.clone());
    "empty" "with an empty Merchant-Signature" MALFORMED Always |good| good.under("");
    "other-header" "whose signature stands in another header" MISSING Always other_header;
    "other-secret" "signed with another secret" WRONG Always |good| good.under_secret(b"another secret altogether");
    "empty-secret" "signed with an empty secret" WRONG Always |good| good.under_secret(b"");
    "secret-with-line-break" "signed with the secret and a line break" WRONG Always secret_with_line_break;
    "zero-secret" "signed with a secret of zero bytes" WRONG Always |good| good.under_secret(&[0; 32]);
    "body-byte" "with another body" WRONG Always |good| good.with_body(good.text().replace("order_update", "order_create"));
    "body-blank" "whose body got a blank more" RAW Always |good| good.with_body(good.text().replacen(':', ": ", 1));
    "body-line-break" "whose body got a line break at its end" RAW Always |good| good.with_body(format!("{}\n", good.text()));
    "body-reordered" "whose members were put in another order" RAW Always reordered;
    "body-escaped" "whose body is spelt with escapes" RAW Always |good| good.with_body(good.text().replacen("order", "\\u006frder", 1));
    "body-cut" "whose body lost its last byte" WRONG Always |good| good.with_body(good.body.slice(..good.body.len().saturating_sub(1)));
    "body-empty" "whose body is gone" WRONG Always |good| good.with_body("");
    "signature-of-another" "under the signature of another event" WRONG Always of_another;
    "scheme-sha256" "signed in the notation sha256=<hex>" MALFORMED Always |good| good.under(format!("sha256={}", good.v1));
    "word" "whose signature is a word" MALFORMED Always |good| good.under("valid");
    "time-moved" "whose t was moved by a second" WRONG Notation |good| good.under(format!("t={},v1={}", good.t.saturating_add(1), good.v1));
    "without-t" "whose signature has no t" MALFORMED Notation |good| good.under(format!("v1={}", good.v1));
    "without-v1" "whose signature has no v1" MALFORMED Notation |good| good.under(format!("t={}", good.t));
    "digits-alone" "whose signature is the digits alone" MALFORMED Notation |good| good.under(good.v1.clone());
    "v0" "whose digits stand under v0" MALFORMED Notation |good| good.under(format!("t={},v0={}", good.t, good.v1));
    "v2" "whose digits stand under v2" MALFORMED Notation |good| good.under(format!("t={},v2={}", good.t, good.v1));
    "v1-empty" "whose v1 is empty" MALFORMED Notation |good| good.under(format!("t={},v1=", good.t));
    "v1-short" "whose v1 lacks its last digit" MALFORMED Notation |good| good.under(format!("t={},v1={}", good.t, cut(&good.v1)));
    "v1-long" "whose v1 has a digit too many" MALFORMED Notation |good| good.under(format!("t={},v1={}0", good.t, good.v1));
    "v1-prefix" "whose v1 is the first half of the right digits" MALFORMED Notation |good| good.under(format!("t={},v1={}", good.t, good.v1.get(..32).unwrap_or_default()));
    "v1-no-hex" "whose v1 is no hexadecimal number" MALFORMED Notation |good| good.under(format!("t={},v1={}", good.t, "z".repeat(64)));
    "v1-zeros" "whose v1 is zeros" WRONG Notation |good| good.under(format!("t={},v1={}", good.t, "0".repeat(64)));
    "v1-base64" "whose v1 is in base64" MALFORMED Notation base64;
    "v1-prefixed" "whose v1 begins with 0x" MALFORMED Notation |good| good.under(format!("t={},v1=0x{}", good.t, good.v1));
    "v1-last-digit" "whose v1 has another last digit" WRONG Notation last_digit;
    "v1-first-digit" "whose v1 has another first digit" WRONG Notation first_digit;
    "over-body" "signed over the body alone" WRONG Notation |good| good.over(&good.body);
    "over-time" "signed over t alone" WRONG Notation |good| good.over(good.t.to_string().as_bytes());
    "without-dot" "signed over t and body without the dot" WRONG Notation |good| good.over(&[good.t.to_string().as_bytes(), &good.body].concat());
    "body-first" "signed over body, dot and t" WRONG Notation |good| good.over(&[&good.body, b".".as_slice(), good.t.to_string().as_bytes()].concat());
    "plain-hash" "whose v1 is a hash without a secret" WRONG Notation plain_hash;
    "sha1" "signed with HMAC-SHA1" MALFORMED Notation |good| with_algorithm(good, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY);
    "sha384" "signed with HMAC-SHA384" MALFORMED Notation |good| with_algorithm(good, hmac::HMAC_SHA384);
    "sha512" "signed with HMAC-SHA512" MALFORMED Notation |good| with_algorithm(good, hmac::HMAC_SHA512);
    "two-times" "whose signature names two times" MALFORMED Notation |good| good.under(format!("t={0},t={0},v1={1}", good.t, good.v1));
    "old-then-new-time" "whose signature names an old time and then the right one" MALFORMED Notation |good| good.under(format!("t={},t={},v1={}", good.t.saturating_sub(FAR), good.t, good.v1));
    "two-digits" "whose signature has a wrong v1 and then the right one" MALFORMED Notation |good| good.under(format!("t={},v1={},v1={}", good.t, "0".repeat(64), good.v1));
    "right-then-wrong" "whose signature has the right v1 and then a wrong one" MALFORMED Notation |good| good.under(format!("{},v1={}", good.signature, "0".repeat(64)));
    "part-behind" "with another part behind the signature" MALFORMED Notation |good| good.under(format!("{},v2=abc", good.signature));
    "part-before" "with another part before the signature" MALFORMED Notation |good| good.under(format!("v2=abc,{}", good.signature));
    "comma-behind" "with a comma behind the signature" MALFORMED Notation |good| good.under(format!("{},", good.signature));
    "parts-swapped" "whose v1 stands before t" MALFORMED Notation |good| good.under(format!("v1={},t={}", good.v1, good.t));
    "names-upper-case" "whose parts are named T and V1" MALFORMED Notation |good| good.under(format!("T={},V1={}", good.t, good.v1));
    "semicolon" "whose parts are parted by a semicolon" MALFORMED Notation |good| good.under(format!("t={};v1={}", good.t, good.v1));
    "blank-inside" "with a blank between the parts" MALFORMED Notation |good| good.under(format!("t={}, v1={}", good.t, good.v1));
    "quoted" "whose signature is quoted" MALFORMED Notation |good| good.under(format!("\"{}\"", good.signature));
    "header-twice" "with the right header and a wrong one" MALFORMED Notation |good| Ok(good.under(good.signature.clone())?.header(HEADER, format!("t={},v1={}", good.t, "0".repeat(64))));
    "header-twice-swapped" "with a wrong header and the right one" MALFORMED Notation |good| Ok(good.under(format!("t={},v1={}", good.t, "0".repeat(64)))?.header(HEADER, good.signature.clone()));
    "time-empty" "whose t is empty, rightly signed" MALFORMED Notation |good| good.timed("");
    "time-word" "whose t is a word, rightly signed" MALFORMED Notation |good| good.timed("now");
    "time-negative" "whose t is negative, rightly signed" MALFORMED Notation |good| good.timed("-1");
    "time-signed" "whose t has a plus sign, rightly signed" MALFORMED Notation |good| good.timed(&format!("+{}", good.t));
    "time-fraction" "whose t has a fraction, rightly signed" MALFORMED Notation |good| good.timed(&format!("{}.5", good.t));
    "time-exponent" "whose t is written with an exponent, rightly signed" MALFORMED Notation |good| good.timed("2e9");
    "time-hexadecimal" "whose t is hexadecimal, rightly signed" MALFORMED Notation |good| good.timed(&format!("0x{:x}", good.t));
    "time-rfc3339" "whose t is an RFC 3339 time, rightly signed" MALFORMED Notation |good| good.timed("2026-04-17T00:00:00Z");
    "time-overflow" "whose t has forty digits, rightly signed" OLD Notation |good| good.timed(&"9".repeat(40));
    "time-other-digits" "whose t has digits of another script" MALFORMED Notation |good| good.timed("１７０９１２３４５６");
    "time-zero" "signed in 1970" OLD Notation |good| good.timed("0");
    "time-milliseconds" "whose t counts milliseconds" OLD Notation |good| good.timed(&format!("{}000", good.t));
}

fn cut(digits: &str) -> &str {
    digits.get(..63).unwrap_or_default()
}

fn other_header(good: &Good<'_>) -> Outcome<Request> {
    let request = good.sender.unsigned(good.body.clone())?;
    Ok(request.header("Signature", good.signature.clone()))
}

fn secret_with_line_break(good: &Good<'_>) -> Outcome<Request> {
    good.under_secret(&[good.sender.secret()?, b"\n"].concat())
}

/// The same JSON value with `data` before `type` or the other way round.
fn reordered(good: &Good<'_>) -> Outcome<Request> {
    let text = good.text();
    let event: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let part = |name: &str| event.get(name).cloned().unwrap_or_default().to_string();
    let (data, kind) = (part("data"), part("type"));
    let swapped = format!("{{\"type\":{kind},\"data\":{data}}}");
    let body = if swapped == text {
        format!("{{\"data\":{data},\"type\":{kind}}}")
    } else {
        swapped
    };
    good.with_body(body)
}

fn of_another(good: &Good<'_>) -> Outcome<Request> {
    let other = good.text().replacen("ord_", "ord_other_", 1);
    let signature = good.sender.signature(good.t, other.as_bytes())?;
    good.under(signature)
}

fn base64(good: &Good<'_>) -> Outcome<Request> {
    let signed = message(&good.t.to_string(), &good.body);
    let v1 = STANDARD.encode(mac(good.sender.secret()?, &signed));
    good.under(format!("t={},v1={v1}", good.t))
}

fn last_digit(good: &Good<'_>) -> Outcome<Request> {
    let other = if good.v1.ends_with('0') { '1' } else { '0' };
    good.under(format!("t={},v1={}{other}", good.t, cut(&good.v1)))
}

fn first_digit(good: &Good<'_>) -> Outcome<Request> {
    let other = if good.v1.starts_with('0') { '1' } else { '0' };
    let rest = good.v1.get(1..).unwrap_or_default();
    good.under(format!("t={},v1={other}{rest}", good.t))
}

fn plain_hash(good: &Good<'_>) -> Outcome<Request> {
    let signed = message(&good.t.to_string(), &good.body);
    let hash = hex::encode(digest::digest(&digest::SHA256, &signed));
    good.under(format!("t={},v1={hash}", good.t))
}

fn with_algorithm(good: &Good<'_>, algorithm: hmac::Algorithm) -> Outcome<Request> {
    let key = hmac::Key::new(algorithm, good.sender.secret()?);
    let tag = hmac::sign(&key, &message(&good.t.to_string(), &good.body));
    let mut header = format!("t={},v1=", good.t);
    // Writing to a text cannot fail.
    let _ = write!(header, "{}", hex::encode(tag));
    good.under(header)
}
