//! Bodies of delegate authentication.

use serde_json::{Value, json};

use crate::{PspTarget, lanes::psp::body::year_from_now};

/// A create body with every optional member.
pub(super) fn create(psp: &PspTarget, number: &str, session: &str) -> Value {
    json!({
        "merchant_id": psp.merchant_id,
        "acquirer_details": {
            "acquirer_bin": "412345",
            "acquirer_country": "US",
            "acquirer_merchant_id": "123456789012345",
            "merchant_name": "Certification",
            "requestor_id": "REQ_12345",
        },
        "payment_method": {
            "type": "card",
            "number": number,
            "exp_month": "12",
            "exp_year": year_from_now(3).to_string(),
            "name": "Test Buyer",
        },
        "amount": { "value": 1000, "currency": psp.currency.to_uppercase() },
        "channel": channel(),
        "checkout_session_id": format!("cs_{session}"),
        "flow_preference": {
            "type": "challenge",
            "challenge": { "type": "preferred" },
            "frictionless": {},
        },
        "challenge_notification_url": NOTIFICATION_URL,
        "shopper_details": shopper(),
    })
}

/// Where an agent would be told of the end of a challenge.
pub(super) const NOTIFICATION_URL: &str = "https://agent.example.com/3ds/challenge-callback";

/// A browser with JavaScript.
pub(super) fn channel() -> Value {
    json!({
        "type": "browser",
        "browser": {
            "accept_header": "text/html,application/xhtml+xml",
            "ip_address": "192.0.2.1",
            "javascript_enabled": true,
            "language": "en-US",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
            "color_depth": 24,
            "java_enabled": false,
            "screen_height": 1080,
            "screen_width": 1920,
            "timezone_offset": 0,
        },
    })
}

fn shopper() -> Value {
    json!({
        "name": "Test Buyer",
        "email": "buyer@example.com",
        "phone_number": "14155550100",
        "address": {
            "name": "Test Buyer",
            "line_one": "1 Market Street",
            "line_two": "Floor 2",
            "city": "San Francisco",
            "state": "CA",
            "country": "US",
            "postal_code": "94105",
        },
    })
}

/// The smallest authenticate body.
pub(super) fn authenticate(fingerprint: &str) -> Value {
    json!({ "fingerprint_completion": fingerprint })
}

/// An authenticate body with every optional member.
pub(super) fn authenticate_in_full() -> Value {
    json!({
        "fingerprint_completion": "U",
        "channel": channel(),
        "checkout_session_id": "cs_certification",
        "challenge_notification_url": NOTIFICATION_URL,
        "shopper_details": shopper(),
    })
}
