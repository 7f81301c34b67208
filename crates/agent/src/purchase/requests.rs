//! The bodies sent to sellers and to the payment provider, and nothing beyond what each phase needs.
//!
//! Who learns what, by phase: creating names items only; choosing a delivery adds name and address;
//! completing adds e-mail, phone and token. Chat text, budget and other sellers go to nobody.

use comptoir_acp::currency::Currency;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::{
    card::Card,
    model::{Destination, Purchase, WantedItem},
};

/// `POST /checkout_sessions`: items, currency and what the agent can present.
pub(crate) fn create(items: &[WantedItem], currency: Currency, locale: &str) -> Vec<u8> {
    let lines: Vec<Value> = items
        .iter()
        .map(|item| {
            // The version's schema has no quantity on a request line; it is sent only where it is
            // needed, so that sellers that close the object still take single pieces.
            if item.quantity == 1 {
                json!({"id": item.variant_id})
            } else {
                json!({"id": item.variant_id, "quantity": item.quantity})
            }
        })
        .collect();
    bytes(&json!({
        "line_items": lines,
        "currency": currency.code(),
        "capabilities": {"interventions": {"supported": []}},
        "locale": locale,
    }))
}

/// `POST /checkout_sessions/{id}` with the address alone.
pub(crate) fn set_address(destination: &Destination) -> Vec<u8> {
    bytes(
        &json!({"fulfillment_details": {"name": destination.name, "address": address(destination)}}),
    )
}

/// `POST /checkout_sessions/{id}` with the chosen delivery for all lines.
pub(crate) fn choose_option(kind: &str, option_id: &str, line_ids: &[&str]) -> Vec<u8> {
    bytes(&json!({"selected_fulfillment_options": [
        {"type": kind, "option_id": option_id, "item_ids": line_ids}
    ]}))
}

/// `POST /checkout_sessions/{id}` with the buyer, for sellers that are not ready without one.
pub(crate) fn set_buyer(destination: &Destination) -> Vec<u8> {
    bytes(&json!({"buyer": buyer(destination)}))
}

/// `POST /checkout_sessions/{id}/complete`.
pub(crate) fn complete(
    purchase: &Purchase,
    destination: &Destination,
    handler_id: &str,
    instrument_id: &str,
    token: &str,
) -> Zeroizing<Vec<u8>> {
    let mut body = Map::new();
    body.insert("buyer".to_owned(), buyer(destination));
    body.insert(
        "payment_data".to_owned(),
        json!({
            "handler_id": handler_id,
            // The RFC of payment handlers wants id and handler here too; the schema leaves them open.
            "instrument": {
                "id": instrument_id,
                "handler_id": handler_id,
                "type": "card",
                "credential": {"type": "spt", "token": token},
            },
            "billing_address": address(destination),
        }),
    );
    if !destination.notes.is_empty() {
        body.insert(
            "order_notes".to_owned(),
            Value::from(destination.notes.as_str()),
        );
    }
    debug_assert!(
        purchase.attempt.is_some(),
        "only a consented attempt completes"
    );
    Zeroizing::new(bytes(&Value::Object(body)))
}

/// The limits of a token: exactly what was agreed to.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Allowance<'a> {
    pub(crate) reason: &'static str,
    pub(crate) max_amount: i64,
    pub(crate) currency: &'a str,
    pub(crate) checkout_session_id: &'a str,
    pub(crate) merchant_id: &'a str,
    pub(crate) expires_at: Timestamp,
}

/// `POST /agentic_commerce/delegate_payment`. The only body that holds a card; it is wiped when
/// dropped and never stored.
pub(crate) fn delegate(
    card: &Card,
    allowance: &Allowance<'_>,
    billing: &Destination,
    handler_id: &str,
) -> Zeroizing<Vec<u8>> {
    #[derive(Serialize)]
    struct Method<'a> {
        r#type: &'static str,
        card_number_type: &'static str,
        number: &'a str,
        exp_month: String,
        exp_year: String,
        #[serde(skip_serializing_if = "str::is_empty")]
        name: &'a str,
        cvc: &'a str,
        display_card_funding_type: &'static str,
        display_last4: &'a str,
        metadata: Map<String, Value>,
        r#virtual: bool,
    }
    #[derive(Serialize)]
    struct Body<'a> {
        payment_method: Method<'a>,
        allowance: &'a Allowance<'a>,
        billing_address: Value,
        risk_signals: [Value; 1],
        metadata: BodyMetadata<'a>,
    }
    /// Which handler of the seller this token is for: the provider's trace of it.
    #[derive(Serialize)]
    struct BodyMetadata<'a> {
        handler_id: &'a str,
    }
    let body = Body {
        payment_method: Method {
            r#type: "card",
            card_number_type: "fpan",
            number: card.number(),
            exp_month: format!("{:02}", card.month()),
            exp_year: card.year().to_string(),
            name: card.holder(),
            cvc: card.cvc(),
            // Required, and not known from the number alone; it is for display only.
            display_card_funding_type: "credit",
            display_last4: card.last4(),
            metadata: Map::new(),
            r#virtual: false,
        },
        allowance,
        billing_address: address(billing),
        risk_signals: [json!({"type": "card_testing", "score": 0, "action": "authorized"})],
        metadata: BodyMetadata { handler_id },
    };
    // Room for the whole body at once: a growing buffer would leave copies of the number behind.
    let mut out = Zeroizing::new(Vec::with_capacity(4096));
    if serde_json::to_writer(&mut *out, &body).is_err() {
        out.clear();
    }
    out
}

fn buyer(destination: &Destination) -> Value {
    let mut buyer = Map::new();
    buyer.insert(
        "full_name".to_owned(),
        Value::from(destination.name.as_str()),
    );
    buyer.insert("email".to_owned(), Value::from(destination.email.as_str()));
    if !destination.phone.is_empty() {
        buyer.insert(
            "phone_number".to_owned(),
            Value::from(destination.phone.as_str()),
        );
    }
    Value::Object(buyer)
}

fn address(destination: &Destination) -> Value {
    let mut address = Map::new();
    let mut put = |name: &str, value: &str| {
        address.insert(name.to_owned(), Value::from(value));
    };
    put("name", &destination.name);
    put("line_one", &destination.line_one);
    if !destination.line_two.is_empty() {
        put("line_two", &destination.line_two);
    }
    put("city", &destination.city);
    // Required by the schema even for countries without states.
    put("state", &destination.state);
    put("country", &destination.country);
    put("postal_code", &destination.postal_code);
    Value::Object(address)
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
