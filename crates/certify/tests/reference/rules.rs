//! What the provider asks of cards and allowances beyond the schema.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Lax,
    basics::{later, now},
    psp::{MERCHANT, OTHER_MERCHANT},
    reply::Refusal,
    shapes::text,
};

/// Most that one token may be worth, in minor units.
const AMOUNT_MAX: i64 = 100_000_000;

/// Longest life of a token, in seconds.
const LIFE_MAX_S: i64 = 31 * 86_400;

/// Currencies in which the provider pays out.
const CURRENCIES: [&str; 8] = ["usd", "eur", "gbp", "cad", "chf", "jpy", "nok", "sek"];

/// The number, its end and its security code.
pub(crate) fn check_card(card: &Value) -> Result<(), Refusal> {
    let number = text(card, "number").unwrap_or_default();
    if !(12..=19).contains(&number.len()) || !digits(number) || !luhn(number) {
        return wrong("number", "this is no card number");
    }
    let month = text(card, "exp_month").unwrap_or("12");
    if month.len() != 2 || !digits(month) || !("01"..="12").contains(&month) {
        return wrong("exp_month", "exp_month is 01 to 12");
    }
    if let Some(year) = text(card, "exp_year") {
        if year.len() != 4 || !digits(year) || year > "2099" {
            return wrong(
                "exp_year",
                "exp_year is a year of four digits, not far away",
            );
        }
        let today = now().to_string();
        if (year, month) < (&today[..4], &today[5..7]) {
            return wrong("exp_year", "the card has expired");
        }
    }
    Ok(())
}

/// What is shown of the card fits its number.
pub(crate) fn check_shown(card: &Value, lax: Option<Lax>) -> Result<(), Refusal> {
    let number = text(card, "number").unwrap_or_default();
    if text(card, "cvc").is_some_and(|cvc| !(3..=4).contains(&cvc.len()) || !digits(cvc)) {
        return wrong("cvc", "a cvc has three or four digits");
    }
    // A network token shows the end of the card behind it.
    if text(card, "card_number_type") == Some("network_token") {
        return Ok(());
    }
    if text(card, "iin").is_some_and(|iin| !number.starts_with(iin)) {
        return wrong("iin", "the number begins otherwise");
    }
    let other = text(card, "display_last4").is_some_and(|last| !number.ends_with(last));
    if other && lax != Some(Lax::Last4) {
        return wrong("display_last4", "the number ends otherwise");
    }
    Ok(())
}

/// The address is one, and no signal says blocked.
pub(crate) fn check_signals(body: &Value) -> Result<(), Refusal> {
    let country = text(&body["billing_address"], "country");
    if country.is_some_and(|code| !code.chars().all(|char| char.is_ascii_uppercase())) {
        let refusal = Refusal::new("invalid_card", "country is an ISO 3166-1 alpha-2 code");
        return Err(refusal.at("$.billing_address.country"));
    }
    let mut signals = body["risk_signals"].as_array().into_iter().flatten();
    if signals.any(|signal| signal["action"] == "blocked") {
        let refusal = Refusal::new("invalid_card", "the agent itself says blocked");
        return Err(refusal.status(422).at("$.risk_signals"));
    }
    Ok(())
}

/// What a token may pay is sane.
pub(crate) fn check_allowance(allowance: &Value, lax: Option<Lax>) -> Result<(), Refusal> {
    let is = |member: &str, known: &[&str]| {
        text(allowance, member).is_some_and(|value| known.contains(&value))
    };
    let session = text(allowance, "checkout_session_id").unwrap_or_default();
    let ends: Option<Timestamp> = text(allowance, "expires_at").and_then(|at| at.parse().ok());
    let wrong = if !(1..=AMOUNT_MAX).contains(&amount(&allowance["max_amount"])) {
        "max_amount"
    } else if !is("currency", &CURRENCIES) {
        "currency"
    } else if !is("merchant_id", &[MERCHANT, OTHER_MERCHANT]) {
        "merchant_id"
    } else if session.is_empty() {
        "checkout_session_id"
    } else if lax != Some(Lax::Ends)
        && ends.is_none_or(|ends| ends <= now() || ends > later(now(), LIFE_MAX_S))
    {
        "expires_at"
    } else {
        return Ok(());
    };
    let refusal = Refusal::new(
        "invalid_card",
        format!("the provider takes no such {wrong}"),
    );
    Err(refusal.status(422).at(format!("$.allowance.{wrong}")))
}

fn wrong(member: &str, rule: &str) -> Result<(), Refusal> {
    let refusal = Refusal::new("invalid_card", rule).status(422);
    Err(refusal.at(format!("$.payment_method.{member}")))
}

fn digits(text: &str) -> bool {
    text.chars().all(|char| char.is_ascii_digit())
}

/// A whole number, however it is written.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "the schema let only whole numbers through; the cast saturates"
)]
pub(crate) fn amount(value: &Value) -> i64 {
    value
        .as_i64()
        .unwrap_or_else(|| value.as_f64().unwrap_or_default() as i64)
}

/// Whether the check digit of a card number is right.
fn luhn(number: &str) -> bool {
    let digits = number.chars().rev().filter_map(|char| char.to_digit(10));
    let weighted = digits
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, 5..) => digit * 2 - 9,
            (_, _) => digit * 2,
        });
    weighted.sum::<u32>() % 10 == 0
}
