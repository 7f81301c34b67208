//! P-16, P-17: paths and frames that two readers see differently.

use crate::world::{World, raw};

// P-16: a path has one spelling; every other one is not found, on every party.
#[test]
fn p16_odd_paths_lead_nowhere() {
    let world = World::open();
    for (party, url) in world.parties() {
        for path in [
            "/checkout_sessions/%2e%2e/orders",
            "/checkout_sessions/..",
            "/checkout_sessions/a%2Fb",
            "/checkout_sessions/a;b=c",
            "//checkout_sessions",
            "/Checkout_Sessions",
            "/checkout_sessions//cancel",
            "/checkout_sessions/%00",
            "/checkout_sessions/%ff",
            "/operator/orders/%2e%2e",
            "/agentic_commerce/../agentic_commerce/delegate_payment",
            "/agentic_commerce/delegate_payment/",
            "/v1/charges/%2e%2e/tokens",
            "/v1//charges",
            "/V1/charges",
            "/feeds/../feeds",
            "/feeds/a%2Fb/products",
            "/FEEDS",
            "/feeds/./products",
            "/agentic_checkout/webhooks/order_events;x",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/nowhere",
        ] {
            for method in ["GET", "POST", "DELETE", "TRACE", "PATCH"] {
                let request = format!(
                    "{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                     API-Version: 2026-04-17\r\nContent-Type: application/json\r\n\
                     Content-Length: 2\r\n\r\n{{}}"
                );
                let answer = raw(&url, request.as_bytes());
                // Whoever has no key is told nothing about paths that have one.
                let refused = ["400", "401", "404", "405"]
                    .iter()
                    .any(|status| answer.starts_with(&format!("HTTP/1.1 {status}")));
                assert!(refused, "{party} {method} {path}: {answer}");
            }
        }
    }
    world.assert_well();
}

// P-17: a message whose end is ambiguous is refused and its connection closed, on every party.
#[test]
fn p17_ambiguous_frames_end_the_connection() {
    let world = World::open();
    let hidden = "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n";
    let chunked = format!("2\r\n{{}}\r\n0\r\n\r\n{hidden}");
    let plain = format!("{{}}{hidden}");
    let frames = [
        ("Content-Length: 2\r\nTransfer-Encoding: chunked", &chunked),
        ("Transfer-Encoding: chunked\r\nContent-Length: 2", &chunked),
        ("TRANSFER-ENCODING: Chunked\r\nContent-Length: 2", &chunked),
        ("Transfer-Encoding: chunked, gzip", &chunked),
        ("Transfer-Encoding: xchunked", &chunked),
        ("Transfer-Encoding:\r\n chunked", &chunked),
        ("Transfer-Encoding : chunked", &chunked),
        ("Content-Length: 2\r\nContent-Length: 3", &plain),
        ("Content-Length: 2\r\nContent-Length: 2", &plain),
        ("Content-Length: 2, 2", &plain),
        ("Content-Length: +2", &plain),
        ("Content-Length: -2", &plain),
        ("Content-Length: 0x2", &plain),
        ("Content-Length: 99999999999999999999", &plain),
        ("Content-Length : 2", &plain),
        ("Content-Length: 2\r\nX: a\r\n b", &plain),
        ("Content-Length: 2\r\nX: a\0b", &plain),
        ("Content-Length: 2\r\nHost: b", &plain),
    ];
    for (party, url) in world.parties() {
        for (head, body) in frames {
            for path in ["/checkout_sessions", "/v1/charges", "/feeds", "/nowhere"] {
                let request = format!("POST {path} HTTP/1.1\r\nHost: a\r\n{head}\r\n\r\n{body}");
                let answer = raw(&url, request.as_bytes());
                let what = format!("{party} {path} {head:?}: {answer}");
                assert!(
                    answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
                    "{what}"
                );
                assert_eq!(
                    answer.matches("HTTP/1.1").count(),
                    usize::from(!answer.is_empty()),
                    "{what}"
                );
            }
        }
        for bytes in [
            "GET /\r\n\r\n",
            "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
            "\u{16}\u{3}\u{1}\0",
        ] {
            let answer = raw(&url, bytes.as_bytes());
            assert!(
                answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
                "{party}: {answer}"
            );
        }
    }
    world.assert_well();
}
