//! What an agent sends, as plain JSON over HTTP.

use anyhow::{Context, Result, bail};
use reqwest::blocking::Client;
use serde_json::{Value, json};

/// Number of the simulated card that the issuer approves.
pub const CARD_APPROVED: &str = "4242424242424242";

/// A checkout session, as far as a test needs it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Its total in minor units.
    pub total: i64,
    /// Its status.
    pub status: String,
    /// Everything the seller said.
    pub json: Value,
}

/// Status and body of an answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; null when it is no JSON.
    pub json: Value,
}

impl Session {
    /// Reads a session out of an answer.
    pub fn read(answer: &Answer) -> Result<Self> {
        let text = |name: &str| {
            answer
                .json
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let (Some(id), Some(status)) = (text("id"), text("status")) else {
            bail!("no session but {}: {}", answer.status, answer.json);
        };
        let total = answer
            .json
            .get("totals")
            .and_then(Value::as_array)
            .and_then(|rows| {
                rows.iter()
                    .find(|row| row.get("type") == Some(&json!("total")))?
                    .get("amount")?
                    .as_i64()
            });
        Ok(Self {
            id,
            status,
            total: total.context("the session has no total")?,
            json: answer.json.clone(),
        })
    }
}

/// Sends a POST with everything that an agent must send.
pub(crate) fn post(
    client: &Client,
    url: &str,
    key: &str,
    idempotency_key: &str,
    body: &Value,
) -> Result<Answer> {
    let request = client
        .post(url)
        .bearer_auth(key)
        .header("API-Version", "2026-04-17")
        .header("Idempotency-Key", idempotency_key)
        .json(body);
    answer(request)
}

/// Sends a GET.
pub(crate) fn get(client: &Client, url: &str, key: &str) -> Result<Answer> {
    answer(
        client
            .get(url)
            .bearer_auth(key)
            .header("API-Version", "2026-04-17"),
    )
}

fn answer(request: reqwest::blocking::RequestBuilder) -> Result<Answer> {
    let response = request.send()?;
    let status = response.status().as_u16();
    let bytes = response.bytes()?;
    Ok(Answer {
        status,
        json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    })
}

/// A session with everything that payment needs.
pub(crate) fn create_body(item: &str, quantity: u32, currency: &str) -> Value {
    json!({
        "currency": currency.to_lowercase(),
        "line_items": [{ "id": item, "quantity": quantity }],
        "capabilities": { "interventions": { "supported": ["3ds"] } },
        "buyer": { "email": "ada@example.com", "first_name": "Ada", "last_name": "Martin" },
        "fulfillment_details": {
            "name": "Ada Martin",
            "email": "ada@example.com",
            "address": {
                "name": "Ada Martin", "line_one": "1 rue de la Paix", "city": "Lyon",
                "state": "ARA", "country": "FR", "postal_code": "69001"
            }
        }
    })
}

/// A delegation for exactly this session and total.
pub(crate) fn delegate_body(
    session: &Session,
    merchant_id: &str,
    number: &str,
    expires_at: &str,
) -> Value {
    let last4 = number
        .get(number.len().saturating_sub(4)..)
        .unwrap_or_default();
    json!({
        "payment_method": {
            "type": "card", "card_number_type": "fpan", "number": number,
            "exp_month": "12", "exp_year": "2032", "cvc": "123", "name": "Ada Martin",
            "display_card_funding_type": "credit", "display_brand": "visa", "display_last4": last4,
            "virtual": false, "checks_performed": [], "metadata": {}
        },
        "allowance": {
            "reason": "one_time", "max_amount": session.total,
            "currency": session.json.get("currency"),
            "checkout_session_id": session.id, "merchant_id": merchant_id, "expires_at": expires_at
        },
        "risk_signals": [{ "type": "card_testing", "score": 1, "action": "authorized" }],
        "metadata": {}
    })
}

/// A completion with this token.
pub(crate) fn complete_body(token: &str) -> Value {
    json!({
        "payment_data": {
            "handler_id": "comptoir_card",
            "instrument": { "type": "card", "credential": { "type": "spt", "token": token } }
        }
    })
}
