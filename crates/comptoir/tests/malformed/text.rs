//! P-10, P-14: text that is no text, and text that means something to somebody else.

use serde_json::{Value, json};

use crate::{
    documents::{places, with, with_raw},
    world::World,
};

// P-10: bytes that are no text are refused wherever a text may stand; so is a byte order mark.
#[test]
fn p10_broken_text_is_refused_in_every_place() {
    let world = World::open();
    let broken: [&[u8]; 11] = [
        b"\"\xff\"",
        b"\"\xc0\xaf\"",
        b"\"\xe0\x80\xaf\"",
        b"\"\xed\xa0\x80\"",
        b"\"\xf4\x90\x80\x80\"",
        b"\"\xe2\x82\"",
        b"\"\\ud800\"",
        b"\"\\udc00\\ud800\"",
        b"\"a\\u0000b\"",
        b"\"a\0b\"",
        b"\"a\nb\"",
    ];
    for endpoint in world.endpoints() {
        for place in places(&endpoint.body, Value::is_string) {
            for bytes in broken {
                // An escaped U+0000 is JSON; an order event may hold it, and is shown nowhere.
                if endpoint.name == "order event" && bytes.ends_with(b"\\u0000b\"") {
                    continue;
                }
                let body = with_raw(&endpoint.body, &place, bytes);
                let what = format!("{} with {bytes:?} at {place}", endpoint.name);
                let answer = world.send(&endpoint, &body);
                answer.assert_refused(&what);
                assert_eq!(answer.status, 400, "{what}: {answer}");
            }
        }
        let marked = [
            b"\xef\xbb\xbf".as_slice(),
            endpoint.body.to_string().as_bytes(),
        ]
        .concat();
        let answer = world.send(&endpoint, &marked);
        answer.assert_names("$", &format!("{} with a byte order mark", endpoint.name));
    }
    world.assert_well();
}

// P-14: text that means something to a database, a template, a log or a header is only text.
#[test]
fn p14_injected_text_is_inert_and_forges_no_log_line() {
    let world = World::open();
    let injected = [
        "'; DROP TABLE orders; --",
        "\" OR 1=1 --",
        "*)(uid=*))(|(uid=*",
        "{{7*7}}${7*7}<%= 7*7 %>",
        "<script>alert(1)</script>",
        "x\r\nSet-Cookie: stolen=1",
        "x\n2026-01-01T00:00:00Z ERROR forged: line",
        "\u{1b}[2J\u{202e}txet\u{200b}",
        "../../etc/passwd",
        "$(touch /tmp/injected)`id`|id;id",
        "%0d%0aX-Injected:%201",
    ];
    for endpoint in world.endpoints() {
        for place in places(&endpoint.body, Value::is_string) {
            for text in injected {
                let body = with(&endpoint.body, &place, json!(text));
                let what = format!("{} with {text:?} at {place}", endpoint.name);
                let answer = world.send_json(&endpoint, &body);
                answer.assert_legal(&what);
                for name in ["set-cookie", "x-injected"] {
                    assert!(!answer.headers.contains_key(name), "{what}: {answer}");
                }
                if (400..500).contains(&answer.status) {
                    // A refusal names the field and quotes nothing.
                    let said = answer.json["message"].as_str().unwrap_or_default();
                    assert!(!said.contains(text), "{what}: {answer}");
                }
            }
        }
    }
    world.assert_well();
    let mut lines = 0;
    for party in ["seller", "psp", "agent"] {
        for line in world.street.log(party).unwrap().lines() {
            let time = line.split_whitespace().next().unwrap_or_default();
            assert!(
                time.ends_with('Z') && time.contains('T') && !line.contains("ERROR forged"),
                "{party}: {line}"
            );
            lines += 1;
        }
    }
    assert!(lines > 0, "nothing was logged");
}
