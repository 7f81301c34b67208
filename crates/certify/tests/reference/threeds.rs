//! The buyer's authentication.

use comptoir_certify::SpecVersion;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::session::Session;

/// What the agent needs to authenticate the buyer; there only while that is awaited.
pub(crate) fn metadata(version: SpecVersion, session: &Session, now: Timestamp) -> Option<Value> {
    if session.status(now) != "authentication_required" {
        return None;
    }
    let mut metadata = json!({
        "acquirer_details": {
            "acquirer_bin": "400000",
            "acquirer_country": "US",
            "acquirer_merchant_id": "reference-shop-1",
            "merchant_name": "Reference Shop",
        },
        "directory_server": "visa",
        "flow_preference": { "type": "challenge" },
    });
    if version < SpecVersion::V2026_04_17 {
        metadata["channel"] = json!({
            "type": "browser",
            "browser": {
                "accept_header": "text/html",
                "ip_address": "192.0.2.1",
                "javascript_enabled": true,
                "language": "en-US",
                "user_agent": "Mozilla/5.0",
                "color_depth": 24,
                "java_enabled": false,
                "screen_height": 1080,
                "screen_width": 1920,
                "timezone_offset": 0,
            },
        });
    }
    Some(metadata)
}

/// Whether a result lets the payment go on. The result is well-formed already.
pub(crate) fn passed(result: &Value) -> bool {
    let outcome = result["outcome"].as_str().unwrap_or_default();
    matches!(
        outcome,
        "authenticated" | "attempt_acknowledged" | "informational" | "attempt"
    )
}
