//! Naiveties that are a single wrong place of a call: a member of its body, or a header.

use serde_json::Value;

use super::naive::naive;

/// Which calls are bent: the end of their path.
fn concerns(url: &str, calls: &str) -> bool {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let session = path.contains("/checkout_sessions/");
    let end = path.ends_with("/complete") || path.ends_with("/cancel");
    match calls {
        "create" => path.ends_with("/checkout_sessions"),
        "update" => session && !end,
        "complete" | "cancel" => session && path.ends_with(calls),
        "cart" => path.contains("/carts"),
        "seller" => path.contains("/checkout_sessions"),
        "delegate" => path.ends_with("/delegate_payment"),
        "3ds" => path.contains("/delegate_authentication"),
        "3ds-create" => path.ends_with("/delegate_authentication"),
        "mcp" => path.ends_with("/mcp"),
        _ => false,
    }
}

/// Name, calls, place of the body, and the JSON that is put there; nothing takes the member away.
const BODIES: &[(&str, &str, &str, &str)] = &[
    (
        "attribution-on-update",
        "update",
        "/affiliate_attribution",
        r#"{"provider":"network.example","token":"t-1"}"#,
    ),
    (
        "attribution-first-again",
        "complete",
        "/affiliate_attribution/touchpoint",
        r#""first""#,
    ),
    (
        "attribution-prose",
        "create",
        "/affiliate_attribution/provider",
        r#""our partner""#,
    ),
    (
        "attribution-tokenless",
        "create",
        "/affiliate_attribution/token",
        "",
    ),
    (
        "attribution-source",
        "create",
        "/affiliate_attribution/source",
        r#"{"type":"url","url":"https://blog.example/"}"#,
    ),
    (
        "attribution-source-kind",
        "create",
        "/affiliate_attribution/source",
        r#"{"type":"platform","url":"https://blog.example/"}"#,
    ),
    (
        "attribution-user-id",
        "create",
        "/affiliate_attribution/metadata",
        r#"{"user_id":"u-17"}"#,
    ),
    (
        "attribution-too-old",
        "create",
        "/affiliate_attribution",
        r#"{"provider":"network.example","token":"t-1"}"#,
    ),
    (
        "capabilities-specific",
        "create",
        "/capabilities/interventions/supported",
        r#"["3ds","biometric_face_model_7"]"#,
    ),
    (
        "extension-object",
        "create",
        "/capabilities/extensions",
        r#"[{"name":"discount"}]"#,
    ),
    (
        "extension-version-words",
        "create",
        "/capabilities/extensions",
        r#"["discount@second"]"#,
    ),
    (
        "cart-of-two-sellers",
        "cart",
        "/line_items/1",
        r#"{"id":"item-of-another-shop"}"#,
    ),
    (
        "3ds-month",
        "3ds-create",
        "/payment_method/exp_month",
        r#""1""#,
    ),
    (
        "3ds-year",
        "3ds-create",
        "/payment_method/exp_year",
        r#""31""#,
    ),
    ("3ds-nothing", "3ds-create", "/amount/value", "0"),
    ("3ds-currency", "3ds-create", "/amount/currency", r#""usd""#),
    ("cvc-short", "delegate", "/payment_method/cvc", r#""12""#),
    (
        "year-short",
        "delegate",
        "/payment_method/exp_year",
        r#""31""#,
    ),
    (
        "iin-wrong",
        "delegate",
        "/payment_method/iin",
        r#""411111""#,
    ),
    (
        "iin-long",
        "delegate",
        "/payment_method/iin",
        r#""42424242""#,
    ),
    (
        "session-wrong",
        "delegate",
        "/allowance/checkout_session_id",
        r#""cs_of_another_day""#,
    ),
    (
        "state-name",
        "delegate",
        "/billing_address/state",
        r#""Illinois""#,
    ),
    ("virtual-unsaid", "delegate", "/payment_method/virtual", ""),
    ("risk-signals-missing", "delegate", "/risk_signals", ""),
    (
        "instrument-other-handler",
        "complete",
        "/payment_data/instrument/handler_id",
        r#""another""#,
    ),
    (
        "instrument-id-odd",
        "complete",
        "/payment_data/instrument/id",
        r#""id with blanks""#,
    ),
    (
        "instrument-kind",
        "complete",
        "/payment_data/instrument/type",
        r#""wallet""#,
    ),
    (
        "agentic-token-short",
        "complete",
        "/payment_data/instrument/credential",
        r#"{"type":"agentic_token","token":"123"}"#,
    ),
    (
        "credential-kind",
        "complete",
        "/payment_data/instrument/credential/type",
        r#""card""#,
    ),
    (
        "payment-split",
        "complete",
        "/payment_data/split_payments",
        "[]",
    ),
    ("coupons", "create", "/coupons", r#"["SAVE5"]"#),
    (
        "trace-on-update",
        "update",
        "/intent_trace",
        r#"{"reason_code":"other"}"#,
    ),
    (
        "consents-early",
        "update",
        "/marketing_consents",
        r#"[{"channel":"email","opted_in":true}]"#,
    ),
    (
        "consents-unasked",
        "complete",
        "/marketing_consents",
        r#"[{"channel":"push","opted_in":true}]"#,
    ),
    ("mcp-no-id", "mcp", "/params/arguments/id", ""),
    ("mcp-no-payload", "mcp", "/params/arguments/payload", ""),
    (
        "mcp-payload-odd",
        "mcp",
        "/params/arguments/payload/colour",
        r#""blue""#,
    ),
    (
        "mcp-no-capabilities",
        "mcp",
        "/params/arguments/payload/capabilities",
        "",
    ),
    (
        "mcp-timestamp",
        "mcp",
        "/params/arguments/meta/timestamp",
        r#""yesterday""#,
    ),
    (
        "gift-card-as-card",
        "delegate",
        "/payment_method/type",
        r#""card""#,
    ),
    (
        "gift-card-fields-renamed",
        "delegate",
        "/payment_method/fields",
        r#"{"number":"6000000000000001"}"#,
    ),
];

/// Name, calls, header, and its value; an empty one takes the header away.
const HEADERS: &[(&str, &str, &str, &str)] = &[
    ("cart-no-bearer", "cart", "Authorization", ""),
    ("cart-no-version", "cart", "API-Version", ""),
    ("cart-no-key", "cart", "Idempotency-Key", ""),
    ("cart-key-counter", "cart", "Idempotency-Key", "cart-1"),
    ("cart-text", "cart", "Content-Type", "text/plain"),
    ("3ds-no-bearer", "3ds", "Authorization", ""),
    ("3ds-no-version", "3ds", "API-Version", ""),
    ("3ds-no-key", "3ds", "Idempotency-Key", ""),
    ("3ds-key-on-read", "3ds", "Idempotency-Key", "one-for-all"),
    ("3ds-no-request-id", "3ds", "Request-Id", ""),
    ("3ds-text", "3ds", "Content-Type", "text/plain"),
    ("psp-version-words", "delegate", "API-Version", "latest"),
    ("psp-version-other", "delegate", "API-Version", "2025-09-29"),
    (
        "seller-version-other",
        "seller",
        "API-Version",
        "2025-09-29",
    ),
    ("psp-signature-base64", "delegate", "Signature", "a+b/c"),
    ("cancel-no-key", "cancel", "Idempotency-Key", ""),
    ("keyless", "seller", "Idempotency-Key", ""),
];

/// The body as it goes out.
pub(crate) fn body(url: &str, body: &[u8]) -> Vec<u8> {
    let Ok(mut json) = serde_json::from_slice::<Value>(body) else {
        return body.to_vec();
    };
    let found = BODIES
        .iter()
        .find(|(name, calls, ..)| naive(name) && concerns(url, calls));
    let Some((_, _, pointer, value)) = found else {
        return body.to_vec();
    };
    let (parent, last) = pointer.rsplit_once('/').unwrap_or_default();
    match json.pointer_mut(parent) {
        Some(Value::Object(members)) if value.is_empty() => {
            members.remove(last);
        }
        Some(Value::Object(members)) => {
            members.insert(
                last.to_owned(),
                serde_json::from_str(value).unwrap_or_default(),
            );
        }
        Some(Value::Array(list)) => list.push(serde_json::from_str(value).unwrap_or_default()),
        Some(_) | None => {}
    }
    json.to_string().into_bytes()
}

/// The headers as they go out.
pub(crate) fn headers(url: &str, headers: &mut Vec<(&'static str, String)>) {
    for (name, calls, header, value) in HEADERS {
        if naive(name) && concerns(url, calls) {
            headers.retain(|(other, _)| other != header);
            if !value.is_empty() {
                headers.push((header, (*value).to_owned()));
            }
        }
    }
}
