//! Bodies that are no JSON, no object, ambiguous, too deep or too long.

use super::{
    super::{
        Seller,
        kit::row,
        operation::{Call, Operation},
    },
    Demand, MALFORMED, WITH_BODY, body_text,
    forms::{Depth, duplicated, utf16, with_member, with_text},
    judge,
};
use crate::{Check, Topic};

/// A way to spoil a body.
#[derive(Clone, Copy)]
enum Spoil {
    /// These bytes instead.
    Whole(&'static [u8]),
    /// The text, written otherwise.
    Text(fn(&str) -> Vec<u8>),
    /// One more member with this raw value.
    Member(&'static str),
    /// The name in the address as these raw bytes.
    Name(&'static [u8]),
    /// A member twice.
    Twice(Depth),
}

type Row = (&'static str, &'static str, Demand, Spoil);

/// No JSON at all.
const NO_JSON: [Row; 26] = [
    ("empty", "an empty body", Demand::Refused, Spoil::Whole(b"")),
    (
        "blank",
        "a body of white space",
        Demand::Refused,
        Spoil::Whole(b" \r\n\t"),
    ),
    (
        "truncated",
        "JSON without its last bracket",
        Demand::Refused,
        Spoil::Text(|body| body.strip_suffix('}').unwrap_or("{").as_bytes().to_vec()),
    ),
    (
        "halved",
        "half of the JSON",
        Demand::Refused,
        Spoil::Text(|body| body.bytes().take(body.len() / 2).collect()),
    ),
    (
        "trailing-comma",
        "a comma after the last member",
        Demand::Refused,
        Spoil::Text(|body| {
            format!("{},}}", body.strip_suffix('}').unwrap_or("{\"a\":1")).into_bytes()
        }),
    ),
    (
        "trailing-text",
        "text after the JSON",
        Demand::Refused,
        Spoil::Text(|body| format!("{body} x").into_bytes()),
    ),
    (
        "two-documents",
        "two JSON texts",
        Demand::Refused,
        Spoil::Text(|body| format!("{body}{body}").into_bytes()),
    ),
    (
        "single-quotes",
        "single quotes",
        Demand::Refused,
        Spoil::Text(|body| body.replace('"', "'").into_bytes()),
    ),
    (
        "comment",
        "a comment",
        Demand::Refused,
        Spoil::Text(|body| body.replacen('{', "{/* comment */", 1).into_bytes()),
    ),
    (
        "unquoted-name",
        "a name without quotes",
        Demand::Refused,
        Spoil::Text(|body| body.replacen('{', "{certify_probe:1,", 1).into_bytes()),
    ),
    ("nan", "NaN", Demand::Refused, Spoil::Member("NaN")),
    (
        "infinity",
        "Infinity",
        Demand::Refused,
        Spoil::Member("-Infinity"),
    ),
    (
        "hexadecimal",
        "a hexadecimal number",
        Demand::Refused,
        Spoil::Member("0x10"),
    ),
    (
        "leading-zero",
        "a number with a leading zero",
        Demand::Refused,
        Spoil::Member("01"),
    ),
    (
        "plus-sign",
        "a number with a plus sign",
        Demand::Refused,
        Spoil::Member("+1"),
    ),
    (
        "bare-fraction",
        "a number without digits before the point",
        Demand::Refused,
        Spoil::Member(".5"),
    ),
    (
        "bare-word",
        "a word without quotes",
        Demand::Refused,
        Spoil::Member("undefined"),
    ),
    (
        "raw-newline",
        "a raw line break in a text",
        Demand::Refused,
        Spoil::Name(b"\"a\nb\""),
    ),
    (
        "raw-nul",
        "a raw NUL in a text",
        Demand::Refused,
        Spoil::Name(b"\"a\0b\""),
    ),
    (
        "bad-escape",
        "an escape that JSON does not have",
        Demand::Refused,
        Spoil::Name(b"\"a\\x41\""),
    ),
    (
        "bad-unicode-escape",
        "a broken \\u escape",
        Demand::Refused,
        Spoil::Name(b"\"a\\u12G4\""),
    ),
    (
        "invalid-utf8",
        "bytes that are no UTF-8",
        Demand::Refused,
        Spoil::Name(b"\"a\xff\xfe\""),
    ),
    (
        "overlong-utf8",
        "an overlong UTF-8 sequence",
        Demand::Refused,
        Spoil::Name(b"\"a\xc0\xaf\""),
    ),
    (
        "surrogate-bytes",
        "a surrogate in UTF-8 bytes",
        Demand::Refused,
        Spoil::Name(b"\"a\xed\xa0\x80\""),
    ),
    ("utf16", "UTF-16", Demand::Refused, Spoil::Text(utf16)),
    (
        "html",
        "an HTML page",
        Demand::Refused,
        Spoil::Whole(b"<html><body>{}</body></html>"),
    ),
];

/// JSON, but no object.
const NO_OBJECT: [Row; 6] = [
    (
        "array",
        "a list instead of an object",
        Demand::Refused,
        Spoil::Whole(b"[]"),
    ),
    (
        "wrapped",
        "the object in a list",
        Demand::Refused,
        Spoil::Text(|body| format!("[{body}]").into_bytes()),
    ),
    (
        "text",
        "a text instead of an object",
        Demand::Refused,
        Spoil::Text(|body| serde_json::Value::from(body).to_string().into_bytes()),
    ),
    (
        "number",
        "a number instead of an object",
        Demand::Refused,
        Spoil::Whole(b"42"),
    ),
    (
        "boolean",
        "true instead of an object",
        Demand::Refused,
        Spoil::Whole(b"true"),
    ),
    (
        "null",
        "null instead of an object",
        Demand::Refused,
        Spoil::Whole(b"null"),
    ),
];

/// JSON that parsers read differently, and JSON that takes them to their limits.
const RISKY: [Row; 13] = [
    (
        "duplicate-member",
        "a member twice",
        Demand::Discouraged,
        Spoil::Twice(Depth::Top),
    ),
    (
        "duplicate-inner-member",
        "a member twice in an inner object",
        Demand::Discouraged,
        Spoil::Twice(Depth::Inner),
    ),
    (
        "duplicate-deep-member",
        "a member twice in the deepest object",
        Demand::Discouraged,
        Spoil::Twice(Depth::Deepest),
    ),
    (
        "lone-surrogate",
        "half of a surrogate pair",
        Demand::Discouraged,
        Spoil::Name(b"\"a\\ud800b\""),
    ),
    (
        "reversed-surrogates",
        "a surrogate pair in the wrong order",
        Demand::Discouraged,
        Spoil::Name(b"\"a\\udc00\\ud800b\""),
    ),
    (
        "escaped-nul",
        "an escaped NUL in a text",
        Demand::Harmless,
        Spoil::Name(b"\"a\\u0000b\""),
    ),
    (
        "byte-order-mark",
        "a byte order mark before the JSON",
        Demand::Harmless,
        Spoil::Text(|body| format!("\u{feff}{body}").into_bytes()),
    ),
    (
        "huge-number",
        "a number beyond every float",
        Demand::Refused,
        Spoil::Member("1e400"),
    ),
    (
        "many-digits",
        "a number of 20000 digits",
        Demand::Refused,
        Spoil::Text(|body| with_member(body, &"9".repeat(20_000))),
    ),
    (
        "deep-lists",
        "100000 lists in one another",
        Demand::Refused,
        Spoil::Text(|body| {
            with_member(
                body,
                &format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
            )
        }),
    ),
    (
        "deep-objects",
        "20000 objects in one another",
        Demand::Refused,
        Spoil::Text(|body| {
            with_member(
                body,
                &format!("{}1{}", "{\"a\":".repeat(20_000), "}".repeat(20_000)),
            )
        }),
    ),
    (
        "open-lists",
        "100000 opening brackets",
        Demand::Refused,
        Spoil::Text(|_| vec![b'['; 100_000]),
    ),
    (
        "four-megabytes",
        "a text of four megabytes",
        Demand::Harmless,
        Spoil::Text(|body| with_member(body, &format!("\"{}\"", "x".repeat(4 * 1024 * 1024)))),
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for operation in WITH_BODY {
        let rows = NO_JSON.into_iter().chain(NO_OBJECT).chain(RISKY);
        checks.extend(rows.map(|one| check(operation, one)));
    }
    checks.extend(cancels());
    checks
}

fn check(operation: Operation, (name, what, demand, spoil): Row) -> Check {
    let verb = operation.as_str();
    let comes = match demand {
        Demand::Refused => "is refused with 4xx and changes nothing",
        Demand::Discouraged => "should be refused with 4xx",
        Demand::Harmless => "does no harm",
    };
    let check = row(
        Topic::Errors,
        &format!("body-{name}-{verb}"),
        format!("{verb} with {what} {comes}"),
        move |seller| async move {
            let spoil = |call: &Call| {
                let bytes = spoilt(&seller, call, spoil);
                Ok(call.request(&seller)?.body(bytes))
            };
            judge(&seller, operation, demand, spoil).await
        },
    );
    let check =
        check.advice("parse bodies strictly, within bounds, and answer with one flat error");
    if demand == Demand::Refused {
        check.proves(&MALFORMED)
    } else {
        check
    }
}

fn spoilt(seller: &Seller, call: &Call, spoil: Spoil) -> Vec<u8> {
    let text = body_text(call);
    match spoil {
        Spoil::Whole(bytes) => bytes.to_vec(),
        Spoil::Text(write) => write(&text),
        Spoil::Member(raw) => with_member(&text, raw),
        Spoil::Name(raw) => with_text(&text, &seller.target().address.name, raw),
        Spoil::Twice(depth) => {
            let body = call.body.clone().unwrap_or_default();
            duplicated(&body, depth).into_bytes()
        }
    }
}

/// Cancel needs no body; one that is there must be JSON all the same.
fn cancels() -> impl Iterator<Item = Check> {
    let rows: [(&str, &str, &[u8]); 3] = [
        ("truncated", "JSON without its last bracket", b"{"),
        ("html", "an HTML page", b"<html></html>"),
        ("array", "a list instead of an object", b"[]"),
    ];
    rows.into_iter().map(|(name, what, bytes)| {
        row(
            Topic::Errors,
            &format!("body-{name}-cancel"),
            format!("cancel with {what} is refused or cancels; it does not break"),
            move |seller| async move {
                let spoil = |call: &Call| {
                    let request = call.request(&seller)?.body(bytes);
                    Ok(request.with("Content-Type", "application/json"))
                };
                judge(&seller, Operation::Cancel, Demand::Harmless, spoil).await
            },
        )
        .proves(&["checkout.errors.4xx-body", "checkout.errors.flat"])
        .advice("answer with one flat error, or ignore the body")
    })
}
