//! The pieces of a message, with numbers and currencies recognised.

use comptoir_acp::currency::Currency;

use crate::words::{Piece, fold, pieces};

/// Pieces that are read; the rest of a longer message is dropped.
const MARKS_MAX: usize = 200;

/// One piece of the message.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    pub(crate) piece: Piece,
    /// The amount in ten-thousandths, when it is a number.
    pub(crate) number: Option<i64>,
    /// The currency, when it names one.
    pub(crate) currency: Option<Currency>,
    /// A pass has understood it.
    pub(crate) used: bool,
}

/// A message in pieces.
#[derive(Debug)]
pub(crate) struct Marks {
    pub(crate) list: Vec<Mark>,
    pub(crate) truncated: bool,
}

impl Marks {
    pub(crate) fn new(text: &str) -> Self {
        let folded = spell_signs(&fold(text));
        let mut list: Vec<Mark> = Vec::new();
        for piece in pieces(&folded) {
            for part in split_currency(piece) {
                list.push(Mark::new(part));
            }
            if list.len() > MARKS_MAX {
                break;
            }
        }
        let truncated = list.len() > MARKS_MAX;
        list.truncate(MARKS_MAX);
        join_thousands(&mut list);
        Self { list, truncated }
    }

    /// The pieces alone.
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        self.list.iter().map(|mark| mark.piece.clone()).collect()
    }

    pub(crate) fn get(&self, position: usize) -> Option<&Mark> {
        self.list.get(position)
    }

    /// The word at `position`, empty outside the message.
    pub(crate) fn word(&self, position: usize) -> &str {
        self.get(position)
            .map_or("", |mark| mark.piece.text.as_str())
    }

    /// Whether the unused words from `position` on are `phrase`.
    pub(crate) fn starts(&self, position: usize, phrase: &[&str]) -> bool {
        phrase.iter().zip(position..).all(|(word, at)| {
            self.get(at)
                .is_some_and(|mark| !mark.used && mark.piece.text == *word)
        })
    }

    /// Whether `phrase` ends right before `position`; then where it starts.
    pub(crate) fn ends(&self, position: usize, phrase: &[&str]) -> Option<usize> {
        let start = position.checked_sub(phrase.len())?;
        self.starts(start, phrase).then_some(start)
    }

    /// Marks `range` as understood.
    pub(crate) fn take(&mut self, range: std::ops::Range<usize>) {
        for mark in self.list.get_mut(range).unwrap_or_default() {
            mark.used = true;
        }
    }

    /// Takes the first occurrence of one of `phrases`; true when there was one.
    pub(crate) fn take_any(&mut self, phrases: &[&[&str]]) -> bool {
        for position in 0..self.list.len() {
            if let Some(phrase) = phrases.iter().find(|phrase| self.starts(position, phrase)) {
                self.take(position..position.saturating_add(phrase.len()));
                return true;
            }
        }
        false
    }
}

impl Mark {
    fn new(piece: Piece) -> Self {
        let number = amount(&piece.text);
        let currency = currency_word(&piece.text);
        Self {
            piece,
            number,
            currency,
            used: false,
        }
    }
}

/// Signs become words, so that they are pieces like any other.
fn spell_signs(folded: &str) -> String {
    let mut spelled = String::with_capacity(folded.len());
    for c in folded.chars() {
        match c {
            '€' => spelled.push_str(" eur "),
            '$' => spelled.push_str(" usd "),
            '£' => spelled.push_str(" gbp "),
            '¥' => spelled.push_str(" jpy "),
            '<' | '≤' => spelled.push_str(" under "),
            '>' | '≥' => spelled.push_str(" over "),
            c => spelled.push(c),
        }
    }
    spelled
}

/// `100eur` becomes `100` and `eur`; `15k` stays.
fn split_currency(piece: Piece) -> Vec<Piece> {
    let letters = piece
        .text
        .find(|c: char| c.is_ascii_alphabetic())
        .filter(|&at| at > 0);
    if let Some(at) = letters {
        let (number, code) = piece.text.split_at(at);
        if amount(number).is_some() && currency_word(code).is_some() {
            let (number, code) = (number.to_owned(), code.to_owned());
            return vec![
                Piece {
                    text: number,
                    before: piece.before,
                    after: ' ',
                },
                Piece {
                    text: code,
                    before: ' ',
                    after: piece.after,
                },
            ];
        }
    }
    vec![piece]
}

/// `1 000` becomes one number, when a currency follows or stands before.
fn join_thousands(list: &mut Vec<Mark>) {
    let mut position = 0_usize;
    while position.saturating_add(1) < list.len() {
        let next = position.saturating_add(1);
        let whole = |at: usize, digits: std::ops::RangeInclusive<usize>| {
            list.get(at).is_some_and(|mark| {
                digits.contains(&mark.piece.text.len())
                    && mark.piece.text.bytes().all(|b| b.is_ascii_digit())
            })
        };
        let has_currency = |at: Option<usize>| {
            at.and_then(|at| list.get(at))
                .is_some_and(|mark| mark.currency.is_some())
        };
        let priced = has_currency(next.checked_add(1)) || has_currency(position.checked_sub(1));
        if whole(position, 1..=3) && whole(next, 3..=3) && priced {
            let tail = list.remove(next);
            if let Some(mark) = list.get_mut(position) {
                mark.piece.text.push_str(&tail.piece.text);
                mark.piece.after = tail.piece.after;
                mark.number = amount(&mark.piece.text);
            }
        } else {
            position = next;
        }
    }
}

/// A number in ten-thousandths: `49.99`, `49,9`, `1,000`, `1.000,50`.
fn amount(text: &str) -> Option<i64> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.len() > 15 {
        return None;
    }
    let decimal = text.rfind(['.', ',']).filter(|&at| {
        let separator = text.get(at..=at).unwrap_or_default();
        let groups = text.matches(separator).count() > 1;
        text.len().saturating_sub(at) != 4 && !groups
    });
    let (whole, fraction) = text.split_at(decimal.unwrap_or(text.len()));
    let whole: String = whole.chars().filter(|c| !matches!(c, '.' | ',')).collect();
    let fraction = fraction.trim_start_matches(['.', ',']);
    if fraction.len() > 4
        || !whole
            .bytes()
            .chain(fraction.bytes())
            .all(|b| b.is_ascii_digit())
    {
        return None;
    }
    format!("{whole}{fraction:0<4}").parse().ok()
}

/// The currencies that people name; codes that are also words (`all`, `pen`, `cup`) are not here.
fn currency_word(word: &str) -> Option<Currency> {
    let code = match word {
        "eur" | "euro" | "euros" => "EUR",
        "usd" | "dollar" | "dollars" | "bucks" => "USD",
        "gbp" | "pound" | "pounds" | "quid" | "sterling" => "GBP",
        "jpy" | "yen" | "yens" => "JPY",
        "chf" | "francs" => "CHF",
        "cad" | "aud" | "nzd" | "sek" | "nok" | "dkk" | "pln" | "czk" | "huf" | "ron" | "cny"
        | "inr" | "krw" | "brl" | "mxn" | "kwd" | "zar" | "sgd" | "hkd" => word,
        _ => return None,
    };
    Currency::from_code(code).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_both_spellings() {
        for (text, expected) in [
            ("50", 500_000),
            ("49.99", 499_900),
            ("49,9", 499_000),
            ("1,000", 10_000_000),
            ("1.000,50", 10_005_000),
            ("1,299.99", 12_999_900),
        ] {
            assert_eq!(amount(text), Some(expected), "{text}");
        }
        assert_eq!(amount("16gb"), None);
        assert_eq!(amount("99999999999999999999"), None);
    }
}
