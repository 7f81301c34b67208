//! A card on its way from the form to the payment provider. It lives in memory only.

use std::fmt;

use jiff::{Timestamp, tz::TimeZone};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::text::passes_check_digit;

/// A card as typed, checked for form. Wiped when dropped; cannot be printed or serialised.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Card {
    number: String,
    cvc: String,
    holder: String,
    month: u8,
    year: u16,
}

/// Which field of a card is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Not 12 to 19 digits, or the check digit does not fit.
    #[error("the card number is not valid")]
    Number,
    /// No month and year, or they are over.
    #[error("the expiry is not valid")]
    Expiry,
    /// Not three or four digits.
    #[error("the security code is not valid")]
    Cvc,
}

impl Card {
    /// Reads what was typed; `expiry` is `MM/YY` or `MM/YYYY`.
    ///
    /// # Errors
    /// The first [`CardError`] that applies.
    pub fn read(
        number: &str,
        expiry: &str,
        cvc: &str,
        holder: &str,
        now: Timestamp,
    ) -> Result<Self, CardError> {
        let mut digits = String::with_capacity(24);
        for character in number.chars().take(40) {
            match character {
                '0'..='9' => digits.push(character),
                ' ' | '-' | '\u{a0}' => {}
                _ => return Err(CardError::Number),
            }
        }
        let values = || {
            digits
                .chars()
                .filter_map(|digit| digit.to_digit(10))
                .collect::<Vec<_>>()
        };
        if !(12..=19).contains(&digits.len()) || !passes_check_digit(values().into_iter()) {
            digits.zeroize();
            return Err(CardError::Number);
        }
        let (month, year) = read_expiry(expiry, now).ok_or(CardError::Expiry)?;
        let cvc = cvc.trim();
        if !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CardError::Cvc);
        }
        let holder = crate::text::line(holder, 120);
        Ok(Self {
            number: digits,
            cvc: cvc.to_owned(),
            holder,
            month,
            year,
        })
    }

    pub(crate) fn number(&self) -> &str {
        &self.number
    }

    pub(crate) fn cvc(&self) -> &str {
        &self.cvc
    }

    pub(crate) fn holder(&self) -> &str {
        &self.holder
    }

    pub(crate) fn month(&self) -> u8 {
        self.month
    }

    pub(crate) fn year(&self) -> u16 {
        self.year
    }

    /// The last four digits.
    pub(crate) fn last4(&self) -> &str {
        self.number
            .get(self.number.len().saturating_sub(4)..)
            .unwrap_or_default()
    }
}

/// Shows nothing of the card.
impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Card(•••)")
    }
}

fn read_expiry(expiry: &str, now: Timestamp) -> Option<(u8, u16)> {
    let digits: String = expiry
        .chars()
        .filter(|character| !matches!(character, '/' | ' ' | '-'))
        .collect();
    if !matches!(digits.len(), 4 | 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (month, year) = digits.split_at(2);
    let month: u8 = month.parse().ok()?;
    let year: u16 = year.parse().ok()?;
    let year = if year < 100 { 2000 + year } else { year };
    let today = TimeZone::UTC.to_datetime(now).date();
    let (this_year, this_month) = (
        u16::try_from(today.year()).ok()?,
        u8::try_from(today.month()).ok()?,
    );
    let over = (year, month) < (this_year, this_month);
    ((1..=12).contains(&month) && !over && year <= this_year + 30).then_some((month, year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_card_never_shows_in_debug_output() {
        let card = Card::read("4242 4242 4242 4242", "11/26", "987", "Ada", now()).unwrap();
        let shown = format!("{card:?}");
        assert!(!shown.contains("4242") && !shown.contains("987"));
        assert_eq!(card.last4(), "4242");
    }

    #[test]
    fn wrong_numbers_past_months_and_short_codes_are_named() {
        let read = |number, expiry, cvc| Card::read(number, expiry, cvc, "", now()).err();
        assert_eq!(
            read("4242424242424241", "12/30", "123"),
            Some(CardError::Number)
        );
        assert_eq!(
            read("4242424242424242", "10/26", "123"),
            Some(CardError::Expiry)
        );
        assert_eq!(
            read("4242424242424242", "13/30", "123"),
            Some(CardError::Expiry)
        );
        assert_eq!(
            read("4242424242424242", "12/2030", "12"),
            Some(CardError::Cvc)
        );
        assert_eq!(read("4242424242424242", "12/2030", "123"), None);
    }
}
