//! Bodies of delegate payment, and changes to them.

use aws_lc_rs::rand;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::clock::now;
pub(super) use super::super::{
    clock::time_from_now,
    documents::{remove, set},
};
use crate::{Case, Outcome, PspTarget, Stop};

/// The verification code of every body: three digits that stand in no other member.
pub(super) const CVC: &str = "739";

/// A body that is valid in every version. Members are in alphabetical order, so the text is the
/// canonical form that signatures cover.
pub(super) fn delegate(case: &Case, psp: &PspTarget) -> Outcome<Value> {
    let number = number(psp)?;
    delegate_with(case, psp, &number)
}

/// The same with this card number.
pub(super) fn delegate_with(case: &Case, psp: &PspTarget, number: &str) -> Outcome<Value> {
    let amex = number.starts_with("34") || number.starts_with("37");
    let cvc = if amex {
        format!("{CVC}1")
    } else {
        CVC.to_owned()
    };
    let session = format!("cs_{}", letters(&case.fresh_key()?));
    Ok(filled(psp, number, &cvc, &session, &time_from_now(600)?))
}

/// A key spelled in letters alone: digits in a row may look like a card number, which providers
/// refuse in the wrong place.
pub(super) fn letters(key: &str) -> String {
    let digits = key.chars().filter_map(|char| char.to_digit(16));
    digits
        .filter_map(|digit| char::from_digit(digit + 10, 36))
        .collect()
}

fn filled(psp: &PspTarget, number: &str, cvc: &str, session: &str, expires_at: &str) -> Value {
    json!({
        "payment_method": {
            "type": "card",
            "card_number_type": "fpan",
            "virtual": false,
            "number": number,
            "exp_month": "12",
            "exp_year": year_from_now(3).to_string(),
            "name": "Test Buyer",
            "cvc": cvc,
            "checks_performed": ["avs", "cvv"],
            "display_card_funding_type": "credit",
            "display_brand": brand(number),
            "display_last4": last4(number),
            "metadata": {},
        },
        "allowance": {
            "reason": "one_time",
            "max_amount": 1000,
            "currency": psp.currency,
            "checkout_session_id": session,
            "merchant_id": psp.merchant_id,
            "expires_at": expires_at,
        },
        "billing_address": {
            "name": "Test Buyer",
            "line_one": "1 Market Street",
            "city": "San Francisco",
            "state": "CA",
            "country": "US",
            "postal_code": "94105",
        },
        "risk_signals": [{ "type": "card_testing", "score": 1, "action": "authorized" }],
        "metadata": { "source": "certification" },
    })
}

/// A body of no provider, for tests of what is generated from bodies.
#[cfg(test)]
pub(super) fn sample() -> Value {
    let url = "https://psp.example".parse().unwrap();
    let psp = PspTarget::new(url, crate::Key::new("key"), "merchant");
    filled(
        &psp,
        "4242424242424242",
        CVC,
        "cs_1",
        "2030-01-01T00:00:00Z",
    )
}

/// A card that can be tokenised: made up where the provider takes such, otherwise one of the
/// configured ones at random, so that limits per card are shared out.
fn number(psp: &PspTarget) -> Outcome<String> {
    let mut random = [0_u8; 10];
    rand::fill(&mut random)
        .map_err(|_| Stop::NotTested("this machine gives no random numbers".to_owned()))?;
    if psp.made_up_cards {
        let digits = random
            .iter()
            .take(9)
            .map(|byte| char::from(b'0' + byte % 10));
        let front: String = "424242".chars().chain(digits).collect();
        return Ok(with_check_digit(&front));
    }
    let approved: Vec<_> = psp
        .cards
        .iter()
        .filter(|(name, _)| name.starts_with("approved"))
        .map(|(_, number)| number)
        .collect();
    let [first, ..] = random;
    let turn = usize::from(first).checked_rem(approved.len());
    let card = turn.and_then(|turn| approved.get(turn));
    Ok(card.map_or_else(|| "4242424242424242".to_owned(), |&card| card.clone()))
}

/// `front` with the digit that makes the Luhn check hold.
pub(super) fn with_check_digit(front: &str) -> String {
    let mut sum = 0_u32;
    for (place, digit) in front
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
    {
        let doubled = if place % 2 == 0 { digit * 2 } else { digit };
        sum += if doubled > 9 { doubled - 9 } else { doubled };
    }
    format!("{front}{}", (10 - sum % 10) % 10)
}

fn brand(number: &str) -> &'static str {
    match number.get(..2) {
        Some("34" | "37") => "amex",
        Some(two) if two.starts_with('4') => "visa",
        Some(two) if two.starts_with('5') || two.starts_with('2') => "mastercard",
        _ => "discover",
    }
}

/// The last four characters.
pub(super) fn last4(number: &str) -> &str {
    number
        .get(number.len().saturating_sub(4)..)
        .unwrap_or_default()
}

/// The year that lies so many years from now.
pub(super) fn year_from_now(years: i16) -> i16 {
    let today = TimeZone::UTC.to_datetime(now());
    today.year().saturating_add(years)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check digit is Luhn's.
    #[test]
    fn check_digits() {
        assert_eq!(with_check_digit("424242424242424"), "4242424242424242");
        assert_eq!(with_check_digit("37828224631000"), "378282246310005");
        assert_eq!(with_check_digit("401288888888188"), "4012888888881881");
    }

    /// No digit is left in a session id, and different keys stay different.
    #[test]
    fn letters_alone() {
        assert_eq!(letters("0f9-42"), "apjec");
        assert_ne!(letters("10"), letters("01"));
    }
}
