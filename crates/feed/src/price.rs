//! Prices as people and shops write them, read exactly or not at all.

use comptoir_acp::{
    currency::Currency,
    money::{Money, MoneyError},
};

/// Why a text is not a price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// There is no number.
    #[error("not an amount")]
    NotAmount,
    /// Below zero.
    #[error("below zero")]
    Negative,
    /// A separator that may stand for thousands or for decimals.
    #[error("the separator may mean thousands or decimals")]
    Ambiguous,
    /// No currency in the text and none given.
    #[error("no currency")]
    NoCurrency,
    /// A currency that does not exist.
    #[error("unknown currency")]
    UnknownCurrency,
    /// More decimal places than the currency has, or out of range.
    #[error("not an exact amount of the currency")]
    Inexact(#[source] MoneyError),
}

/// Reads `19.99 USD`, `USD 19.99`, `19,99 €`, `$1,299.00`, `1 299,00 EUR`, `1200 JPY`.
///
/// The currency stands in the text, or else `fallback` applies. An amount that could mean two
/// things (`1.234 EUR`) is refused rather than guessed.
///
/// ```
/// use comptoir_acp::currency::Currency;
/// use comptoir_feed::parse_price;
///
/// assert_eq!(parse_price("19.99 USD", None)?.amount.get(), 1999);
/// assert_eq!(parse_price("1 299,00 €", None)?.amount.get(), 129_900);
/// assert_eq!(parse_price("1.234", Some(Currency::from_code("KWD")?))?.amount.get(), 1234);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_price(text: &str, fallback: Option<Currency>) -> Result<Money, PriceError> {
    let (number, currency) = split_currency(text.trim(), fallback)?;
    if number.starts_with(['-', '−']) {
        return Err(PriceError::Negative);
    }
    let decimal = plain_decimal(&number, currency)?;
    Money::parse_decimal(&decimal, currency).map_err(|error| match error {
        MoneyError::NotDecimal => PriceError::NotAmount,
        MoneyError::Overflow
        | MoneyError::CurrencyMismatch { .. }
        | MoneyError::TooPrecise { .. } => PriceError::Inexact(error),
    })
}

/// Separates the number from a code or sign before or behind it.
fn split_currency(
    text: &str,
    fallback: Option<Currency>,
) -> Result<(String, Currency), PriceError> {
    let is_number = |c: char| {
        c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’' | '-' | '−') || c.is_whitespace()
    };
    let number: String = text.trim_matches(|c: char| !is_number(c)).trim().to_owned();
    if !number.chars().any(|c| c.is_ascii_digit()) || !number.chars().all(is_number) {
        return Err(PriceError::NotAmount);
    }
    let marks: String = text
        .replacen(&number, " ", 1)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let currency = if marks.is_empty() {
        fallback.ok_or(PriceError::NoCurrency)?
    } else {
        currency_of_mark(&marks, fallback)?
    };
    Ok((number, currency))
}

/// The currency of a code or a sign. A bare dollar sign takes the fallback when that is a dollar.
fn currency_of_mark(mark: &str, fallback: Option<Currency>) -> Result<Currency, PriceError> {
    let code = match mark {
        "$" => match fallback {
            Some(currency) if currency.code_upper().ends_with('D') => return Ok(currency),
            _ => "USD",
        },
        "US$" | "$US" => "USD",
        "CA$" | "C$" | "$CA" => "CAD",
        "A$" | "AU$" => "AUD",
        "€" => "EUR",
        "£" => "GBP",
        "¥" => "JPY",
        other => other,
    };
    Currency::from_code(code).map_err(|_| PriceError::UnknownCurrency)
}

/// Rewrites a number with separators as digits and one decimal point.
fn plain_decimal(number: &str, currency: Currency) -> Result<String, PriceError> {
    let compact = without_spaces(number)?;
    let points = compact.matches('.').count();
    let commas = compact.matches(',').count();
    match (points, commas) {
        (0, 0) => Ok(compact),
        (1, 0) => one_separator(&compact, '.', currency),
        (0, 1) => one_separator(&compact, ',', currency),
        (_, 0) => grouped(&compact, '.'),
        (0, _) => grouped(&compact, ','),
        (1, _) if compact.rfind('.') > compact.rfind(',') => mixed(&compact, ',', '.'),
        (_, 1) if compact.rfind(',') > compact.rfind('.') => mixed(&compact, '.', ','),
        _ => Err(PriceError::NotAmount),
    }
}

/// Removes spaces and apostrophes between groups of three digits.
fn without_spaces(number: &str) -> Result<String, PriceError> {
    let is_space = |c: char| c.is_whitespace() || matches!(c, '\'' | '’');
    if !number.contains(is_space) {
        return Ok(number.to_owned());
    }
    let whole_end = number.find(['.', ',']).unwrap_or(number.len());
    let (whole, fraction) = number.split_at(whole_end);
    if fraction.contains(is_space) {
        return Err(PriceError::NotAmount);
    }
    let groups: Vec<&str> = whole.split(is_space).collect();
    join_groups(&groups).map(|digits| format!("{digits}{fraction}"))
}

/// One separator: decimals, unless exactly three digits follow it.
fn one_separator(number: &str, separator: char, currency: Currency) -> Result<String, PriceError> {
    let (whole, fraction) = number.split_once(separator).ok_or(PriceError::NotAmount)?;
    let whole = if whole.is_empty() { "0" } else { whole };
    let three = fraction.len() == 3 && whole != "0" && whole.len() <= 3;
    match (three, separator, currency.exponent()) {
        (false, _, _) | (true, '.', 3) => Ok(format!("{whole}.{fraction}")),
        (true, ',', places) if places < 3 => Ok(format!("{whole}{fraction}")),
        // All places are zero: one thousand or one, and nothing in the text decides it.
        _ => Err(PriceError::Ambiguous),
    }
}

fn grouped(number: &str, separator: char) -> Result<String, PriceError> {
    let groups: Vec<&str> = number.split(separator).collect();
    join_groups(&groups)
}

fn mixed(number: &str, thousands: char, decimals: char) -> Result<String, PriceError> {
    let (whole, fraction) = number.split_once(decimals).ok_or(PriceError::NotAmount)?;
    Ok(format!("{}.{fraction}", grouped(whole, thousands)?))
}

/// Joins `["1", "234", "567"]`; every group but the first has three digits.
fn join_groups(groups: &[&str]) -> Result<String, PriceError> {
    let (first, rest) = groups.split_first().ok_or(PriceError::NotAmount)?;
    let fits = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    if fits {
        Ok(groups.concat())
    } else {
        Err(PriceError::NotAmount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str, fallback: Option<&str>) -> Result<i64, PriceError> {
        let fallback = fallback.map(|code| Currency::from_code(code).unwrap());
        parse_price(text, fallback).map(|money| money.amount.get())
    }

    #[test]
    fn prices_are_exact_in_every_exponent_and_spelling() {
        for (text, expected) in [
            ("19.99 USD", 1999),
            ("8.20 USD", 820),
            ("USD 19.99", 1999),
            ("79,99 EUR", 7999),
            ("€79,99", 7999),
            ("1,299.00 USD", 129_900),
            ("1.299,00 EUR", 129_900),
            ("1 299,00 EUR", 129_900),
            ("1\u{202f}299,00 €", 129_900),
            ("1'299.00 CHF", 129_900),
            ("1,299 USD", 129_900),
            ("1200 JPY", 1200),
            ("1200.00 JPY", 1200),
            ("1.234 KWD", 1234),
            ("0.050 KWD", 50),
            ("0.990 USD", 99),
            (".99 USD", 99),
            ("$5", 500),
            ("0 USD", 0),
            ("90071992547409.93 USD", 9_007_199_254_740_993),
        ] {
            assert_eq!(minor(text, None), Ok(expected), "{text}");
        }
        assert_eq!(minor("50", Some("USD")), Ok(5000));
        assert_eq!(minor("$7.50", Some("CAD")), Ok(750));
    }

    #[test]
    fn what_is_not_an_exact_price_is_refused() {
        assert_eq!(minor("1.234 EUR", None), Err(PriceError::Ambiguous));
        assert_eq!(minor("1,234 KWD", None), Err(PriceError::Ambiguous));
        assert_eq!(minor("-5 EUR", None), Err(PriceError::Negative));
        assert_eq!(minor("5", None), Err(PriceError::NoCurrency));
        assert_eq!(minor("5 ZZZ", None), Err(PriceError::UnknownCurrency));
        for text in [
            "",
            "free",
            "NaN",
            "1e3 USD",
            "12.34.56 USD",
            "1 2 USD",
            "5-6 USD",
            "٣ USD",
        ] {
            assert!(minor(text, None).is_err(), "{text}");
        }
        assert_eq!(minor("19.990 USD", None), Err(PriceError::Ambiguous));
        assert!(matches!(
            minor("1200.999 USD", None),
            Err(PriceError::Inexact(_))
        ));
        assert!(matches!(
            minor("0.5 JPY", None),
            Err(PriceError::Inexact(_))
        ));
        assert!(matches!(
            minor("99999999999999999999 USD", None),
            Err(PriceError::Inexact(_))
        ));
    }
}
