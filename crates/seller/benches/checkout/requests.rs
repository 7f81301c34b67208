//! The requests of the benchmark: what an honest agent sends, with fresh idempotency keys.

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;

/// Bearer key of the benchmark's agent.
pub(crate) const AGENT_KEY: &str = "benchmark-agent-key-0123456789";
/// Items that the benchmark's shop sells.
pub(crate) const ITEMS: u64 = 1_000;

/// Two items to an address: ready for payment at once.
pub(crate) fn create(number: u64) -> Request<Full<Bytes>> {
    let (first, second) = (number % ITEMS, (number * 7 + 3) % ITEMS);
    let second = if second == first {
        (second + 1) % ITEMS
    } else {
        second
    };
    let body = format!(
        r#"{{"currency":"eur","line_items":[{{"id":"item-{first}"}},{{"id":"item-{second}","quantity":2}}],"capabilities":{{"interventions":{{"supported":["3ds"],"display_context":"webview"}}}},"buyer":{{"email":"buyer{number}@example.com","first_name":"Ada"}},"fulfillment_details":{{"name":"Ada Martin","phone_number":"33123456789","email":"buyer{number}@example.com","address":{{"name":"Ada Martin","line_one":"1 rue de la Paix","city":"Lyon","state":"ARA","country":"FR","postal_code":"69001"}}}}}}"#
    );
    post("/checkout_sessions", &format!("create-{number}"), body)
}

/// The ready session.
pub(crate) fn get(id: &str) -> Request<Full<Bytes>> {
    request(
        Method::GET,
        &format!("/checkout_sessions/{id}"),
        None,
        String::new(),
    )
}

/// Another way of sending.
pub(crate) fn update(number: u64, id: &str) -> Request<Full<Bytes>> {
    let body = r#"{"selected_fulfillment_options":[{"type":"shipping","option_id":"express","item_ids":["li_1","li_2"]}]}"#;
    post(
        &format!("/checkout_sessions/{id}"),
        &format!("update-{number}"),
        body.to_owned(),
    )
}

/// Payment with a token that the simulated processor accepts.
pub(crate) fn complete(number: u64, id: &str) -> Request<Full<Bytes>> {
    let body = format!(
        r#"{{"payment_data":{{"handler_id":"card","instrument":{{"type":"card","credential":{{"type":"spt","token":"tok_bench_{number}"}}}}}}}}"#
    );
    post(
        &format!("/checkout_sessions/{id}/complete"),
        &format!("complete-{number}"),
        body,
    )
}

/// The id in a session's bytes: its first `"id":"cs_..."`.
pub(crate) fn session_id(body: &Bytes) -> String {
    let text = String::from_utf8_lossy(body);
    let start = text.find("\"cs_").map_or(0, |index| index + 1);
    text.chars()
        .skip(start)
        .take_while(|letter| *letter != '"')
        .collect()
}

fn post(path: &str, key: &str, body: String) -> Request<Full<Bytes>> {
    request(Method::POST, path, Some(key), body)
}

fn request(method: Method, path: &str, key: Option<&str>, body: String) -> Request<Full<Bytes>> {
    let mut builder = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1")
        .header("authorization", format!("Bearer {AGENT_KEY}"))
        .header("api-version", "2026-04-17");
    if let Some(key) = key {
        builder = builder
            .header("content-type", "application/json")
            // Spread like the random keys of real agents, whatever the counter is.
            .header("idempotency-key", spread(key));
    }
    builder.body(Full::new(Bytes::from(body))).unwrap()
}

/// A key whose order says nothing about time: a hash of the counter in front of it.
fn spread(key: &str) -> String {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}-{key}")
}
