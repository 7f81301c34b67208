//! Getting a payment token for a session.

use std::sync::atomic::{AtomicUsize, Ordering};

use http::Method;
use jiff::{SignedDuration, tz::TimeZone};
use serde_json::{Value, json};
use url::Url;

use super::{
    super::{clock::now, command},
    Session,
};
use crate::{Case, Key, Outcome, Payment, Request, SellerTarget, Stop};

/// What a token allows; by default exactly what the session asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// Most that may be charged, in minor units.
    pub max_amount: i64,
    /// ISO 4217, lower case.
    pub currency: String,
    /// The session that it is for.
    pub checkout_session_id: String,
    /// The seller that it is for.
    pub merchant_id: String,
    /// Seconds from now to its end.
    pub lives_s: i64,
    /// Whether to use the card that is declined.
    pub declined: bool,
    /// Whether to use the card that needs 3-D Secure.
    pub challenged: bool,
}

impl Allowance {
    /// Exactly this session's total, for ten minutes.
    pub fn of(seller: &SellerTarget, session: &Session) -> Outcome<Self> {
        let max_amount = session.total("total").ok_or_else(|| {
            Stop::NotTested("the session has no total, so no token can be limited to it".to_owned())
        })?;
        let configured = match &seller.payment {
            Some(Payment::Delegate { merchant_id, .. }) => merchant_id.as_deref(),
            _ => None,
        };
        let merchant_id = configured.or(session.merchant_id()).unwrap_or_default();
        Ok(Self {
            max_amount,
            currency: session.currency().to_lowercase(),
            checkout_session_id: session.id.clone(),
            merchant_id: merchant_id.to_owned(),
            lives_s: 600,
            declined: false,
            challenged: false,
        })
    }
}

/// A token with this allowance, from wherever the configuration says.
pub(crate) async fn token(
    case: &Case,
    seller: &SellerTarget,
    allowance: &Allowance,
) -> Outcome<String> {
    match &seller.payment {
        None => Err(Stop::NotTested(
            "no source of payment tokens: set [seller.payment]".to_owned(),
        )),
        Some(Payment::Token { .. } | Payment::Command { .. })
            if allowance.declined || allowance.challenged =>
        {
            Err(Stop::NotTested(
                "no card can be chosen here: set [seller.payment] how = \"delegate\"".to_owned(),
            ))
        }
        Some(Payment::Token { token }) => Ok(token.exposed("seller.payment.token")?.to_owned()),
        Some(Payment::Command { command }) => from_command(case, command, allowance).await,
        Some(Payment::Delegate {
            url,
            key,
            card,
            more_cards,
            declined_card,
            authentication_card,
            ..
        }) => {
            let card = match (allowance.declined, allowance.challenged) {
                (true, _) => declined_card,
                (false, true) => authentication_card.as_ref().ok_or_else(|| {
                    Stop::NotTested(
                        "no card that needs 3-D Secure: set authentication_card in [seller.payment]"
                            .to_owned(),
                    )
                })?,
                (false, false) => next_card(card, more_cards),
            };
            let body = delegate_body(seller, allowance, card)?;
            delegate(case, url, key, &body, "no token").await
        }
    }
}

/// The approved cards in turn.
fn next_card<'a>(card: &'a String, more: &'a [String]) -> &'a String {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    let turn = TURN.fetch_add(1, Ordering::Relaxed) % more.len().saturating_add(1);
    let place = turn.checked_sub(1);
    place.and_then(|place| more.get(place)).unwrap_or(card)
}

/// Brand and verification code that fit a card number.
fn brand_of(card: &str) -> (&'static str, &'static str) {
    match card.as_bytes() {
        [b'3', b'4' | b'7', ..] => ("amex", "1234"),
        [b'2' | b'5', ..] => ("mastercard", "123"),
        [b'6', ..] => ("discover", "123"),
        _ => ("visa", "123"),
    }
}

/// Asks the provider for a token; `lacks` says what it did not give otherwise.
pub(in crate::lanes) async fn delegate(
    case: &Case,
    url: &Url,
    key: &Key,
    body: &Value,
    lacks: &str,
) -> Outcome<String> {
    let request = Request::new(Method::POST, "/agentic_commerce/delegate_payment")
        .header(
            "Authorization",
            format!("Bearer {}", key.exposed("seller.payment.key")?),
        )
        .header("Content-Type", "application/json")
        .header("API-Version", case.version().as_str())
        .header("Idempotency-Key", case.fresh_key()?)
        .body(body.to_string());
    let answer = case.send(url, request).await?;
    answer.text("/id").map(str::to_owned).ok_or_else(|| {
        Stop::NotTested(format!(
            "the payment provider gave {lacks}: {} {}",
            answer.status,
            case.excerpt(&answer)
        ))
    })
}

/// Runs the program that prints a token.
async fn from_command(case: &Case, program: &[String], allowance: &Allowance) -> Outcome<String> {
    let amount = allowance.max_amount.to_string();
    let output = command::run(
        program,
        "[seller.payment] command is empty",
        &[
            ("ACP_AMOUNT", amount.as_ref()),
            ("ACP_CURRENCY", allowance.currency.as_ref()),
            ("ACP_SESSION_ID", allowance.checkout_session_id.as_ref()),
            ("ACP_MERCHANT_ID", allowance.merchant_id.as_ref()),
        ],
        case.target().limits.check_timeout(),
    )
    .await?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.lines().next().map(str::trim) {
        Some(token) if output.status.success() && !token.is_empty() => Ok(token.to_owned()),
        _ => Err(Stop::NotTested(format!(
            "[seller.payment] command printed no token ({})",
            output.status
        ))),
    }
}

fn delegate_body(seller: &SellerTarget, allowance: &Allowance, card: &str) -> Outcome<Value> {
    let now = now();
    let expires_at = now
        .checked_add(SignedDuration::from_secs(allowance.lives_s))
        .map_err(|error| Stop::NotTested(error.to_string()))?;
    // Providers refuse years far ahead.
    let exp_year = TimeZone::UTC.to_datetime(now).year().saturating_add(3);
    let (brand, cvc) = brand_of(card);
    let last4 = card.get(card.len().saturating_sub(4)..).unwrap_or_default();
    Ok(json!({
        "payment_method": {
            "type": "card",
            "card_number_type": "fpan",
            "virtual": false,
            "number": card,
            "exp_month": "12",
            "exp_year": exp_year.to_string(),
            "name": seller.address.name,
            "cvc": cvc,
            "display_card_funding_type": "credit",
            "display_brand": brand,
            "display_last4": last4,
            "metadata": {},
        },
        "allowance": {
            "reason": "one_time",
            "max_amount": allowance.max_amount,
            "currency": allowance.currency,
            "checkout_session_id": allowance.checkout_session_id,
            "merchant_id": allowance.merchant_id,
            "expires_at": expires_at.to_string(),
        },
        "billing_address": seller.address,
        "risk_signals": [{ "type": "card_testing", "score": 1, "action": "authorized" }],
        "metadata": { "source": "certification" },
    }))
}
