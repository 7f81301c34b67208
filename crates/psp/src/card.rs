//! Rules about card numbers, expiry and verification codes. Pure; nothing here keeps a number.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// A card network, recognised by the first digits of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Brand {
    /// Visa: 4.
    Visa,
    /// Mastercard: 51 to 55 and 2221 to 2720.
    Mastercard,
    /// American Express: 34 and 37.
    Amex,
    /// Discover: 6011, 644 to 649 and 65.
    Discover,
    /// JCB: 3528 to 3589.
    Jcb,
    /// Diners Club: 300 to 305, 36, 38 and 39.
    Diners,
}

impl Brand {
    /// Recognises the network of a number of digits.
    #[must_use]
    pub fn of(number: &str) -> Option<Self> {
        let four: u32 = number.get(..4)?.parse().ok()?;
        match four {
            4000..=4999 => Some(Self::Visa),
            5100..=5599 | 2221..=2720 => Some(Self::Mastercard),
            3400..=3499 | 3700..=3799 => Some(Self::Amex),
            6011 | 6440..=6599 => Some(Self::Discover),
            3528..=3589 => Some(Self::Jcb),
            3000..=3059 | 3600..=3699 | 3800..=3999 => Some(Self::Diners),
            _ => None,
        }
    }

    /// The word used for `display_brand`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visa => "visa",
            Self::Mastercard => "mastercard",
            Self::Amex => "amex",
            Self::Discover => "discover",
            Self::Jcb => "jcb",
            Self::Diners => "diners",
        }
    }

    /// Recognises the words that callers use for `display_brand`, in any case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let folded: String = word
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match folded.as_str() {
            "visa" => Some(Self::Visa),
            "mastercard" | "mc" => Some(Self::Mastercard),
            "amex" | "americanexpress" => Some(Self::Amex),
            "discover" => Some(Self::Discover),
            "jcb" => Some(Self::Jcb),
            "diners" | "dinersclub" => Some(Self::Diners),
            _ => None,
        }
    }

    /// How many digits this network's verification code has.
    #[must_use]
    pub const fn cvc_len(self) -> usize {
        match self {
            Self::Amex => 4,
            Self::Visa | Self::Mastercard | Self::Discover | Self::Jcb | Self::Diners => 3,
        }
    }
}

/// Whether `text` is nothing but ASCII digits, and at least one.
#[must_use]
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `number` has the length of a card number (12 to 19 digits) and the right check digit.
#[must_use]
pub fn is_card_number(number: &str) -> bool {
    is_digits(number) && (12..=19).contains(&number.len()) && luhn(number.bytes())
}

/// The Luhn check of ISO/IEC 7812-1, annex B, over ASCII digits.
fn luhn(digits: impl DoubleEndedIterator<Item = u8>) -> bool {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.saturating_sub(b'0'));
            match (place % 2, digit) {
                (0, digit) => digit,
                (_, digit) if digit > 4 => digit * 2 - 9,
                (_, digit) => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// A card's last month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// Four-digit year.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
}

impl Expiry {
    /// Whether the card is past its last month everywhere on earth, or has a year that no card has.
    ///
    /// A card is good through the last day of its month. Which day it is depends on where the card
    /// holder stands, so the benefit of the doubt is the westernmost time zone, twelve hours behind.
    #[must_use]
    pub fn is_past(self, now: Timestamp) -> bool {
        let today = westernmost_date(now);
        (self.year, self.month) < (today.year(), today.month())
    }

    /// Whether the expiry lies further ahead than any issuer prints on a card (20 years).
    #[must_use]
    pub fn is_implausible(self, now: Timestamp) -> bool {
        self.year > westernmost_date(now).year().saturating_add(20)
    }
}

fn westernmost_date(now: Timestamp) -> Date {
    TimeZone::fixed(jiff::tz::Offset::constant(-12))
        .to_datetime(now)
        .date()
}

/// Whether free text holds something that reads like a card number of a known network: digits in
/// groups by single spaces or dashes, 13 to 19 of them, with a right check digit.
#[must_use]
pub fn contains_card_number(text: &str) -> bool {
    let mut digits = String::new();
    let mut separators = 0_u8;
    for character in text.chars().chain(std::iter::once('\0')) {
        if character.is_ascii_digit() {
            digits.push(character);
            separators = 0;
        } else if matches!(character, ' ' | '-') && separators == 0 && !digits.is_empty() {
            separators = 1;
        } else {
            if any_card_number(&digits) {
                return true;
            }
            digits.clear();
            separators = 0;
        }
    }
    false
}

/// Whether any stretch of a run of digits is a card number.
fn any_card_number(run: &str) -> bool {
    (0..run.len()).any(|start| {
        (13..=19).any(|length| {
            run.get(start..start.saturating_add(length))
                .is_some_and(|part| {
                    Brand::of(part).is_some() && luhn(part.bytes()) && network_length(part)
                })
        })
    })
}

/// Whether the length is one that the number's network issues.
fn network_length(number: &str) -> bool {
    match Brand::of(number) {
        Some(Brand::Visa) => matches!(number.len(), 13 | 16 | 19),
        Some(Brand::Mastercard) => number.len() == 16,
        Some(Brand::Amex) => number.len() == 15,
        Some(Brand::Discover | Brand::Jcb) => (16..=19).contains(&number.len()),
        Some(Brand::Diners) => (14..=19).contains(&number.len()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Brand, Expiry, contains_card_number, is_card_number};

    // The check digit is exactly one of ten.
    #[test]
    fn one_check_digit_in_ten() {
        let right: Vec<u32> = (0..10)
            .filter(|digit| is_card_number(&format!("424242424242424{digit}")))
            .collect();
        assert_eq!(right, [2]);
        assert!(is_card_number("378282246310005"));
        for wrong in [
            "",
            "0",
            "4242 4242 4242 4242",
            "42424242424",
            "42424242424242424242",
            "４２４２４２４２４２４２４２４２",
        ] {
            assert!(!is_card_number(wrong), "{wrong}");
        }
    }

    // A card works through the last day of its month, wherever its holder is.
    #[test]
    fn expiry_ends_with_the_month() {
        let card = Expiry {
            year: 2026,
            month: 4,
        };
        assert!(!card.is_past("2026-04-30T23:59:59Z".parse().unwrap()));
        assert!(!card.is_past("2026-05-01T11:59:59Z".parse().unwrap()));
        assert!(card.is_past("2026-05-01T12:00:00Z".parse().unwrap()));
        assert!(
            Expiry {
                year: 2047,
                month: 1
            }
            .is_implausible("2026-05-02T00:00:00Z".parse().unwrap())
        );
        assert!(
            !Expiry {
                year: 2046,
                month: 12
            }
            .is_implausible("2026-05-02T00:00:00Z".parse().unwrap())
        );
    }

    // Networks are told apart by their published ranges.
    #[test]
    fn brands() {
        for (number, brand) in [
            ("4242424242424242", Some(Brand::Visa)),
            ("5555555555554444", Some(Brand::Mastercard)),
            ("2223003122003222", Some(Brand::Mastercard)),
            ("378282246310005", Some(Brand::Amex)),
            ("6011111111111117", Some(Brand::Discover)),
            ("3566002020360505", Some(Brand::Jcb)),
            ("30569309025904", Some(Brand::Diners)),
            ("9999999999999995", None),
        ] {
            assert_eq!(Brand::of(number), brand, "{number}");
        }
    }

    // Card numbers are found inside text, written in the usual ways; other numbers are left alone.
    #[test]
    fn finds_card_numbers_in_text() {
        for text in [
            "4242424242424242",
            "my card is 4242 4242 4242 4242, thanks",
            "id=004242-4242-4242-424200",
            "378282246310005",
        ] {
            assert!(contains_card_number(text), "{text}");
        }
        for text in [
            "",
            "order 1234567890123456",
            "4242424242424241",
            "+49 30 1234567",
            "2026-05-01 12:00:00",
            "4242",
        ] {
            assert!(!contains_card_number(text), "{text}");
        }
    }
}
