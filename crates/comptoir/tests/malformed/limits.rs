//! P-09, P-18: bodies that are too large, too deep or too slow to read.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    documents::{places, with},
    world::{Endpoint, World, raw},
};

/// What a server may have used at most, after all of this, in KiB.
const MEMORY_KIB_MAX: u64 = 400 * 1_024;

// P-09: nested 100,000 deep, ten megabytes of text, a million names: refused, and little memory used.
#[test]
fn p09_bodies_that_are_too_large_or_too_deep_are_refused() {
    let world = World::open();
    for endpoint in world.endpoints() {
        let deep = [
            "[".repeat(100_000),
            "{\"a\":".repeat(50_000),
            format!("{{\"a\":{}1{}}}", "[".repeat(40), "]".repeat(40)),
        ];
        for body in deep {
            let answer = world.send(&endpoint, body.as_bytes());
            let what = format!("{} with a deep body", endpoint.name);
            answer.assert_refused(&what);
        }
        let names: Vec<String> = (0..1_000_000).map(|n| format!("\"n{n}\":0,")).collect();
        let names = names.concat();
        let large = [
            format!("{{{names}\"z\":0}}"),
            json!({ "a": "x".repeat(10 << 20) }).to_string(),
            " ".repeat(10 << 20),
        ];
        for body in large {
            let (url, head) = head(&world, &endpoint);
            let length = body.len();
            let request = format!("{head}Content-Length: {length}\r\n\r\n{body}");
            let answer = raw(&url, request.as_bytes());
            let what = format!("{} with a large body", endpoint.name);
            assert!(answer.starts_with("HTTP/1.1 413"), "{what}: {answer}");
            assert!(answer.contains("longer than"), "{what}: {answer}");
        }
    }
    let [seller, psp] = world.street.process_ids().unwrap();
    for (party, id) in [
        ("seller", seller),
        ("psp", psp),
        ("agent", world.agent_id()),
    ] {
        // Only Linux tells.
        if let Some(kib) = peak_memory_kib(id) {
            assert!(kib < MEMORY_KIB_MAX, "{party}: {kib} KiB");
        }
    }
    world.assert_well();
}

// P-09: a length of 100 MB is refused before anything of it is sent, and so is a compressed body.
#[test]
fn p09_a_declared_length_or_coding_is_refused_at_once() {
    let world = World::open();
    for endpoint in world.endpoints() {
        let (url, head) = head(&world, &endpoint);
        let started = Instant::now();
        let huge = raw(
            &url,
            format!("{head}Content-Length: 104857600\r\n\r\n{{").as_bytes(),
        );
        assert!(
            huge.starts_with("HTTP/1.1 413"),
            "{}: {huge}",
            endpoint.name
        );
        assert!(started.elapsed() < Duration::from_secs(10));
        if endpoint.name == "order event" {
            continue;
        }
        let bomb = raw(
            &url,
            format!(
                "{head}Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"
            )
            .as_bytes(),
        );
        assert!(
            bomb.starts_with("HTTP/1.1 415"),
            "{}: {bomb}",
            endpoint.name
        );
    }
    world.assert_well();
}

// P-18: text made to keep a careless parser busy is read in linear time, whatever field it is in.
#[test]
fn p18_no_field_is_slow_to_read() {
    let world = World::open();
    let n = 20_000;
    let texts = [
        "a".repeat(2 * n),
        "a@".repeat(n),
        "a.".repeat(n) + "@",
        "1".repeat(2 * n),
        "-".repeat(2 * n),
        " ".repeat(2 * n),
        "2026-01-01T00:00:00.".to_owned() + &"0".repeat(2 * n),
        "https://".to_owned() + &"a.".repeat(n),
        "https://a/".to_owned() + &"%2e%2e/".repeat(n / 4),
        "\u{301}".repeat(n / 2),
        "<".repeat(n) + &">".repeat(n),
    ];
    for endpoint in world.endpoints() {
        for place in places(&endpoint.body, Value::is_string) {
            for text in &texts {
                let body = with(&endpoint.body, &place, json!(text));
                let started = Instant::now();
                let answer = world.send_json(&endpoint, &body);
                let what = format!("{} with {} bytes at {place}", endpoint.name, text.len());
                answer.assert_legal(&what);
                // A hundred times what it takes, for busy machines.
                assert!(started.elapsed() < Duration::from_secs(10), "{what}");
            }
        }
    }
    world.assert_well();
}

/// The party's address, and a request's head up to the headers about its body.
fn head(world: &World, endpoint: &Endpoint) -> (String, String) {
    let (path, key) = endpoint.path_and_key();
    let parties = world.parties();
    let (_, url) = parties
        .iter()
        .find(|(party, _)| *party == endpoint.party)
        .unwrap();
    let method = if path.ends_with("/products") {
        "PATCH"
    } else {
        "POST"
    };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\
         API-Version: 2026-04-17\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\n"
    );
    (url.clone(), head)
}

fn peak_memory_kib(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
