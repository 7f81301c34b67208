//! Bodies in the words of every version. Dates sort as texts.

use serde_json::{Map, Value, json};

use super::{
    naive::naive,
    wire::{fresh_key, random_text},
};

pub(crate) const CITY: &str = "Springfield";
/// A card number for tests, of Visa.
pub(crate) const NUMBER: &str = "4242424242424242";

fn object(members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let members = members.into_iter();
    let members: Map<_, _> = members
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Value::Object(members)
}

pub(crate) fn address() -> Value {
    let country = if naive("country-name") { "USA" } else { "US" };
    json!({
        "name": "Ada Lovelace",
        "line_one": "1 Main Street",
        "city": CITY,
        "state": "IL",
        "country": country,
        "postal_code": "62701",
    })
}

fn buyer() -> Value {
    json!({
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.com",
        "phone_number": if naive("phone-national") { "555 123 4567" } else { "+15551234567" },
    })
}

pub(crate) fn attribution(touchpoint: &str) -> Value {
    let mut attribution = json!({
        "provider": "network.example",
        "token": random_text(12),
        "touchpoint": touchpoint,
    });
    if naive("attribution-personal") {
        attribution["sub_id"] = json!("ada@example.com");
    }
    if naive("attribution-touch") {
        attribution["touchpoint"] = json!("last");
    }
    attribution
}

/// The body that opens a session for these lines.
pub(crate) fn create(version: &str, lines: &[(String, i64)], code: Option<&str>) -> Value {
    let lines: Vec<_> = lines
        .iter()
        .map(|(id, quantity)| json!({ "id": id, "quantity": quantity }))
        .collect();
    let mut body = if version < "2026-01-30" {
        object([("items", lines.into())])
    } else {
        json!({ "line_items": lines, "currency": "usd", "capabilities": capabilities() })
    };
    if version >= "2025-12-12" {
        body["affiliate_attribution"] = attribution("first");
    }
    if let Some(code) = code {
        body["discounts"] = json!({ "codes": [code] });
        if naive("sends-applied") {
            body["discounts"]["applied"] = json!([]);
        }
    }
    if naive("early-data") {
        body["buyer"] = buyer();
    }
    if naive("cart-id-sent") {
        body["cart_id"] = json!("cart_1");
    }
    if naive("no-capabilities") {
        body.as_object_mut()
            .and_then(|members| members.remove("capabilities"));
    }
    body
}

fn capabilities() -> Value {
    let mut capabilities = json!({
        "interventions": { "supported": ["3ds"] },
        "extensions": ["discount"],
    });
    if naive("capabilities-device") {
        capabilities["interventions"]["device_fingerprint"] = json!("a1b2c3");
    }
    if naive("capabilities-required") {
        capabilities["interventions"]["required"] = json!(["3ds"]);
    }
    if naive("extension-upper") {
        capabilities["extensions"] = json!(["Discount"]);
    }
    capabilities
}

/// The body that says who buys and where to.
pub(crate) fn update_address(version: &str) -> Value {
    let mut body = json!({ "buyer": buyer() });
    if version == "2025-09-29" {
        body["fulfillment_address"] = address();
    } else {
        body["fulfillment_details"] = json!({
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "phone_number": buyer()["phone_number"],
            "address": address(),
        });
    }
    if naive("sends-nulls") {
        body["fulfillment_groups"] = Value::Null;
    }
    body
}

/// The body that chooses the first delivery of the newest session.
pub(crate) fn update_option(version: &str, session: &Value) -> Option<Value> {
    let mut options = session.get("fulfillment_options")?.as_array()?.iter();
    let known = options.find(|option| option["type"] == "shipping")?;
    let id = if naive("option-remembered") {
        json!("standard")
    } else {
        known.get("id")?.clone()
    };
    let lines = session.get("line_items")?.as_array()?.iter();
    let ids: Vec<_> = lines.filter_map(|line| line.get("id")).cloned().collect();
    Some(match version {
        "2025-09-29" => json!({ "fulfillment_option_id": id }),
        "2025-12-12" | "2026-01-16" => json!({ "selected_fulfillment_options": [
            { "type": "shipping", "shipping": { "option_id": id, "item_ids": ids } },
        ]}),
        _ => json!({ "selected_fulfillment_options": [
            { "type": "shipping", "option_id": id, "item_ids": ids },
        ]}),
    })
}

/// What is asked of the provider.
#[derive(Debug)]
pub(crate) struct Allowance<'a> {
    pub(crate) session: &'a str,
    pub(crate) merchant: &'a str,
    pub(crate) handler: &'a str,
    pub(crate) amount: i64,
}

fn card() -> Value {
    let mut card = json!({
        "type": "card",
        "card_number_type": "fpan",
        "number": NUMBER,
        "exp_month": "11",
        "exp_year": "2031",
        "name": "Ada Lovelace",
        "cvc": "123",
        "checks_performed": ["avs", "cvv"],
        "iin": "424242",
        "display_card_funding_type": "credit",
        "display_brand": "visa",
        "display_last4": "4242",
        "virtual": false,
        "metadata": {},
    });
    if naive("last4-wrong") {
        card["display_last4"] = json!("1111");
    }
    if naive("month-one-digit") {
        card["exp_month"] = json!("9");
    }
    card
}

/// The body that asks for a token. `method` replaces the card.
pub(crate) fn delegate(allowance: &Allowance<'_>, method: Option<Value>) -> Value {
    let hours = if naive("token-for-years") {
        24 * 900
    } else {
        1
    };
    let ends = jiff::Timestamp::now().saturating_add(jiff::SignedDuration::from_hours(hours));
    let mut metadata = json!({ "source": "reference-agent" });
    if !allowance.handler.is_empty() && !naive("handler-unnamed") {
        metadata["handler_id"] = json!(allowance.handler);
    }
    let mut body = json!({
        "payment_method": method.unwrap_or_else(card),
        "allowance": {
            "reason": "one_time",
            "max_amount": if naive("token-generous") { allowance.amount * 2 } else { allowance.amount },
            "currency": if naive("currency-capitals") { "USD" } else { "usd" },
            "checkout_session_id": allowance.session,
            "merchant_id": if naive("merchant-fixed") { "acct_fixed" } else { allowance.merchant },
            "expires_at": ends.map(|ends| ends.to_string()).unwrap_or_default(),
        },
        "billing_address": address(),
        "risk_signals": [{ "type": "card_testing", "score": 5, "action": "authorized" }],
        "metadata": metadata,
    });
    if naive("no-risk-signals") {
        body["risk_signals"] = json!([]);
    }
    if naive("amount-float") {
        #[expect(clippy::cast_precision_loss, reason = "that is the fault")]
        let dollars = allowance.amount as f64 / 100.0;
        body["allowance"]["max_amount"] = json!(dollars);
    }
    body
}

/// The body that pays.
pub(crate) fn complete(version: &str, handler: &str, kind: &str, token: &str) -> Value {
    let mut body = if version < "2026-01-30" {
        json!({ "payment_data": { "token": token, "provider": handler, "billing_address": address() } })
    } else {
        json!({ "payment_data": {
            "handler_id": handler,
            "instrument": {
                "id": format!("instrument-{}", fresh_key()),
                "handler_id": handler,
                "type": kind,
                "credential": { "type": "spt", "token": token },
            },
            "billing_address": address(),
        }})
    };
    if version >= "2025-12-12" {
        body["affiliate_attribution"] = attribution("last");
    }
    if naive("card-to-seller") {
        body["payment_data"]["card"] = json!({ "number": NUMBER, "cvc": "123" });
    }
    if naive("token-changed") {
        body["payment_data"]["instrument"]["credential"]["token"] = json!(format!("{token}-1"));
    }
    body
}

/// The body that gives up.
pub(crate) fn cancel() -> Value {
    let mut trace = json!({
        "reason_code": "price_sensitivity",
        "trace_summary": "The total was above what the buyer had in mind.",
        "metadata": { "target_amount": 1_500, "final_attempt": true },
    });
    if naive("trace-personal") {
        trace["trace_summary"] = json!("Ada Lovelace (ada@example.com) found it dear.");
    }
    if naive("trace-nested") {
        trace["metadata"] = json!({ "prices": [1, 2] });
    }
    json!({ "intent_trace": trace })
}

/// Decisions about marketing: those of channels that we know, as they were, for the buyer touched none.
pub(crate) fn consents(session: &Value) -> Option<Value> {
    let options = session.get("marketing_consent_options")?.as_array()?;
    let mut decisions = Vec::new();
    for option in options {
        let known = ["email", "sms"]
            .iter()
            .any(|known| option["channel"] == *known);
        if known || naive("consents-to-all") {
            let opted_in = option["is_subscribed"] == true || naive("consents-to-all");
            decisions.push(json!({ "channel": option["channel"], "opted_in": opted_in }));
        }
    }
    (!decisions.is_empty()).then_some(Value::Array(decisions))
}
