//! Good feed files, and a seller that pushes them.

use serde_json::{Value, json};
use url::Url;

use super::feed_rows::row;

/// Metadata of a feed in the protocol's own form.
pub(crate) const METADATA: &str = r#"{"id": "feed_1", "target_country": "US"}"#;

/// Key that the judge's Feed API takes.
pub(crate) const KEY: &str = "feed-key-of-the-judge";

/// A flat file with two rows, as JSON Lines.
pub(crate) fn lines() -> String {
    ["mug_1", "mug_2"]
        .map(|id| format!("{}\n", json!(row(id))))
        .concat()
}

/// The same as CSV.
pub(crate) fn table() -> String {
    let rows = ["mug_1", "mug_2"].map(row);
    let columns: Vec<_> = rows[0].keys().map(String::as_str).collect();
    let mut text = columns.join(",");
    for row in &rows {
        let cells = columns
            .iter()
            .map(|column| format!("\"{}\"", row[*column].as_str().unwrap()));
        text.push('\n');
        text.push_str(&cells.collect::<Vec<_>>().join(","));
    }
    text
}

fn product(id: &str) -> Value {
    json!({
        "id": id,
        "title": "Stoneware mug",
        "url": format!("https://shop.example/{id}"),
        "variants": [{
            "id": format!("{id}_v1"), "title": "Grey",
            "price": { "amount": 1999, "currency": "USD" },
            "list_price": { "amount": 2499, "currency": "USD" },
            "availability": { "available": true, "status": "in_stock" },
        }],
    })
}

/// Two products in the protocol's own form, as JSON Lines.
pub(crate) fn products() -> String {
    ["mug_1", "mug_2"]
        .map(|id| format!("{}\n", product(id)))
        .concat()
}

/// A command that pushes one product to a Feed API, whatever `ACP_FEED_URL` says, and heeds the
/// answers.
pub(crate) fn push_command(to: &Url) -> Vec<String> {
    let host = to.authority();
    let socket = host.replace(':', "/");
    let body = json!({ "products": [product("mug_1")] });
    let script = format!(
        r#"call() {{
  exec 3<>/dev/tcp/{socket}
  printf '%s %s HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer %s\r\nAPI-Version: 2026-04-17\r\nIdempotency-Key: key-%s\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' "$1" "$2" "$ACP_FEED_KEY" "$RANDOM$RANDOM$RANDOM" "${{#3}}" "$3" >&3
  answer=$(cat <&3)
  case "$answer" in "HTTP/1."?" 2"*) ;; *) exit 1 ;; esac
}}
call POST /feeds '{{"target_country":"US"}}'
feed=$(grep -o '"id":"[^"]*"' <<< "$answer" | head -1 | cut -d'"' -f4)
call PATCH "/feeds/$feed/products" '{body}'
grep -q '"accepted":true' <<< "$answer" || exit 1
call GET "/feeds/$feed/products" '' || true"#
    );
    ["bash".to_owned(), "-c".to_owned(), script].into()
}
