//! An agent of a few lines of HTTP, for trying what must be refused.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use comptoir_signing::environment::Environment;
use jiff::SignedDuration;
use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    cli::http_client,
    demo::{Street, catalogue::Catalogue, files::merchant_id},
};

/// How long a shop or the PSP may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Status and body of an answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) json: Value,
}

impl Answer {
    /// The error's or the session's field of this name.
    pub(super) fn text(&self, name: &str) -> &str {
        self.json
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The total, in minor units.
    pub(super) fn total(&self) -> Option<i64> {
        let rows = self.json.get("totals")?.as_array()?;
        rows.iter()
            .find(|row| row.get("type") == Some(&json!("total")))?
            .get("amount")?
            .as_i64()
    }
}

/// A session of this agent.
pub(super) struct Session {
    pub(super) id: String,
    pub(super) total: i64,
}

/// Talks to one shop and to the PSP with the demo agent's keys.
pub(super) struct PlainAgent<'a> {
    pub(super) street: &'a Street,
    pub(super) shop_keys: &'a crate::demo::keys::ShopKeys,
    client: Client,
    shop_url: String,
    merchant_id: String,
    currency: String,
    item_id: String,
}

impl<'a> PlainAgent<'a> {
    pub(super) fn new(street: &'a Street, place: usize) -> Result<Self> {
        let catalogue = street.catalogue(place).context("no such shop")?;
        let shop_keys = street.keys.shops.get(place).context("no such shop")?;
        let shop_url = street.shop_url(place).context("no such shop")?.to_owned();
        Ok(Self {
            street,
            shop_keys,
            client: http_client(&shop_url, TIMEOUT)?,
            shop_url,
            merchant_id: merchant_id(&catalogue.shop.id),
            currency: catalogue.shop.currency.to_lowercase(),
            item_id: plentiful(catalogue).context("everything is scarce in this shop")?,
        })
    }

    /// Opens a session that can be paid.
    pub(super) async fn open(&self) -> Result<Session> {
        let body = json!({
            "currency": self.currency,
            "line_items": [{ "id": self.item_id, "quantity": 1 }],
            "capabilities": {},
            "buyer": { "email": "bo@example.com", "first_name": "Bo", "last_name": "Durand" },
            "fulfillment_details": {
                "name": "Bo Durand",
                "email": "bo@example.com",
                "address": {
                    "name": "Bo Durand", "line_one": "2 quai Perrache", "city": "Lyon",
                    "state": "", "country": "FR", "postal_code": "69002"
                }
            }
        });
        let url = format!("{}/checkout_sessions", self.shop_url);
        let answer = self.post(&url, &self.shop_keys.agent, &body).await?;
        if answer.text("status") != "ready_for_payment" {
            bail!("no session that can be paid, but {answer:?}");
        }
        Ok(Session {
            id: answer.text("id").to_owned(),
            total: answer.total().context("the session has no total")?,
        })
    }

    /// The session as the shop shows it now.
    pub(super) async fn look(&self, session: &Session) -> Result<Answer> {
        let url = format!("{}/checkout_sessions/{}", self.shop_url, session.id);
        let request = self.client.get(url).bearer_auth(&self.shop_keys.agent);
        answer(request.header("api-version", "2026-04-17")).await
    }

    /// A token of at most `amount` for this session.
    pub(super) async fn token(&self, session: &Session, amount: i64) -> Result<String> {
        let expires_at = Environment::system()
            .now()
            .checked_add(SignedDuration::from_mins(10))?
            .to_string();
        let body = json!({
            "payment_method": {
                "type": "card", "card_number_type": "fpan", "number": "4242424242424242",
                "exp_month": "12", "exp_year": "2032", "cvc": "123", "name": "Bo Durand",
                "display_card_funding_type": "credit", "display_brand": "visa",
                "display_last4": "4242", "virtual": false, "checks_performed": [], "metadata": {}
            },
            "allowance": {
                "reason": "one_time", "max_amount": amount, "currency": self.currency,
                "checkout_session_id": session.id, "merchant_id": self.merchant_id,
                "expires_at": expires_at
            },
            "risk_signals": [{ "type": "card_testing", "score": 1, "action": "authorized" }],
            "metadata": {}
        });
        let url = format!(
            "{}/agentic_commerce/delegate_payment",
            self.street.psp_url()
        );
        let answer = self
            .post(&url, &self.street.keys.agent_at_psp, &body)
            .await?;
        match answer.text("id") {
            "" => bail!("no token, but {answer:?}"),
            id => Ok(id.to_owned()),
        }
    }

    /// Completes a session with a token.
    pub(super) async fn complete(&self, session: &Session, token: &str) -> Result<Answer> {
        let body = json!({
            "payment_data": {
                "handler_id": "comptoir_card",
                "instrument": { "type": "card", "credential": { "type": "spt", "token": token } }
            }
        });
        let url = format!(
            "{}/checkout_sessions/{}/complete",
            self.shop_url, session.id
        );
        self.post(&url, &self.shop_keys.agent, &body).await
    }

    /// Charges a token at the PSP with the shop's own key, past the shop.
    pub(super) async fn charge(&self, session: &Session, token: &str) -> Result<Answer> {
        let body = json!({
            "token": token, "charge_key": format!("{}:again", session.id),
            "amount": session.total, "currency": self.currency, "checkout_session_id": session.id
        });
        self.post(
            &format!("{}/v1/charges", self.street.psp_url()),
            &self.shop_keys.psp,
            &body,
        )
        .await
    }

    /// Sends an order event to the agent, with this signature or none.
    pub(super) async fn webhook(&self, body: &[u8], signature: Option<&str>) -> Result<Answer> {
        let url = format!(
            "{}/agentic_checkout/webhooks/order_events",
            self.street.agent_url()
        );
        let mut request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("request-id", Environment::system().new_id("evt"))
            .body(body.to_vec());
        if let Some(signature) = signature {
            request = request.header("merchant-signature", signature);
        }
        answer(request).await
    }

    async fn post(&self, url: &str, key: &str, body: &Value) -> Result<Answer> {
        let request = self
            .client
            .post(url)
            .bearer_auth(key)
            .header("api-version", "2026-04-17")
            .header("idempotency-key", Environment::system().new_id("idem"))
            .json(body);
        answer(request).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<Answer> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let bytes = response.bytes().await?;
    Ok(Answer {
        status,
        json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    })
}

/// An item that the shop has more of than this script takes.
fn plentiful(catalogue: &Catalogue) -> Option<String> {
    let mut details = catalogue.details.iter();
    let found = details.find(|(_, detail)| !detail.digital && detail.stock.unwrap_or(0) > 10);
    found.map(|(id, _)| id.clone())
}
