//! Numbers by their text, because a double has already forgotten what was written.

use serde_json::Number;

use super::{INTEGER_MAX, JsonFault};

/// Significant decimal digits that survive a double unchanged.
const EXACT_DIGITS_MAX: usize = 15;
/// Decimal digits of the largest integer that passes.
const INTEGER_DIGITS_MAX: i64 = 16;

/// The number literals of a text in their order.
///
/// Most bodies hold plain integers only, for which the JSON parser's value is exact: those are just
/// counted. The text is searched when a literal is wanted, and never twice.
pub(super) struct Literals<'t> {
    rest: &'t [u8],
    /// Literals counted and not yet skipped in `rest`.
    behind: usize,
}

impl<'t> Literals<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            rest: text.as_bytes(),
            behind: 0,
        }
    }

    /// Steps over a literal that needs no look.
    pub(super) fn count(&mut self) {
        self.behind += 1;
    }

    /// The text of the literal the parser has just read.
    pub(super) fn current(&mut self) -> &'t str {
        while self.behind > 0 {
            self.next_literal();
            self.behind -= 1;
        }
        self.next_literal()
    }

    fn next_literal(&mut self) -> &'t str {
        loop {
            match self.rest {
                [b'"', after @ ..] => self.rest = after_string(after),
                [b'-' | b'0'..=b'9', ..] => {
                    let end = self.rest.iter().position(|byte| !is_number_byte(*byte));
                    let (literal, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
                    self.rest = rest;
                    return std::str::from_utf8(literal).unwrap_or_default();
                }
                [_, after @ ..] => self.rest = after,
                [] => return "",
            }
        }
    }
}

/// What follows the closing quote of a string whose opening quote was just read.
fn after_string(mut rest: &[u8]) -> &[u8] {
    loop {
        match rest {
            [b'"', after @ ..] => return after,
            [b'\\', _, after @ ..] | [_, after @ ..] => rest = after,
            [] => return rest,
        }
    }
}

fn is_number_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
}

/// The exact value of a literal.
///
/// # Errors
/// [`JsonFault::NegativeZero`], [`JsonFault::NotInteger`] or [`JsonFault::InexactNumber`].
pub(super) fn exact(literal: &str, fractions: bool) -> Result<Number, JsonFault> {
    let (negative, unsigned) = match literal.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, literal),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = [whole, fraction].concat();
    let digits = all_digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return if negative {
            Err(JsonFault::NegativeZero)
        } else {
            Ok(Number::from(0_u64))
        };
    }
    // An exponent too long for i64 is far outside in either direction.
    let far = if exponent.starts_with('-') {
        i64::MIN / 2
    } else {
        i64::MAX / 2
    };
    let exponent = exponent
        .parse::<i64>()
        .unwrap_or(far)
        .clamp(i64::MIN / 2, i64::MAX / 2);
    let dropped_zeros = length(digits) - length(significant);
    let scale = exponent - length(fraction) + dropped_zeros;
    if scale < 0 {
        return fractional(literal, significant, scale, fractions);
    }
    if length(significant) + scale > INTEGER_DIGITS_MAX {
        return Err(JsonFault::InexactNumber);
    }
    let power = u32::try_from(scale)
        .ok()
        .and_then(|scale| 10_u64.checked_pow(scale));
    let value = significant
        .parse::<u64>()
        .ok()
        .zip(power)
        .and_then(|(digits, power)| digits.checked_mul(power));
    match value
        .filter(|value| *value <= INTEGER_MAX)
        .and_then(|value| i64::try_from(value).ok())
    {
        Some(value) if negative => Ok(Number::from(-value)),
        Some(value) => Ok(Number::from(value)),
        None => Err(JsonFault::InexactNumber),
    }
}

/// A number with a fraction, where those are allowed and a double holds it to the last digit.
fn fractional(
    literal: &str,
    significant: &str,
    scale: i64,
    allowed: bool,
) -> Result<Number, JsonFault> {
    if !allowed {
        return Err(JsonFault::NotInteger);
    }
    let magnitude = length(significant) + scale;
    if significant.len() > EXACT_DIGITS_MAX || !(-15..=15).contains(&magnitude) {
        return Err(JsonFault::InexactNumber);
    }
    literal
        .parse::<f64>()
        .ok()
        .and_then(Number::from_f64)
        .ok_or(JsonFault::InexactNumber)
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_come_out_exactly_however_they_are_written() {
        let cases = [
            ("1.0", 1_i64),
            ("10e-1", 1),
            ("1e3", 1_000),
            ("0.0", 0),
            ("0e999999999999999999999", 0),
            ("-1.50e2", -150),
            ("9007199254740991.0", 9_007_199_254_740_991),
            ("-9007199254740991.000", -9_007_199_254_740_991),
            ("0.0000001e7", 1),
            ("1E+2", 100),
        ];
        for (literal, value) in cases {
            assert_eq!(exact(literal, false), Ok(Number::from(value)), "{literal}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        let cases = [
            ("-0", JsonFault::NegativeZero),
            ("-0.0e5", JsonFault::NegativeZero),
            ("1.5", JsonFault::NotInteger),
            ("0.1", JsonFault::NotInteger),
            ("1e-400", JsonFault::NotInteger),
            ("1.00000000000000000001", JsonFault::NotInteger),
            ("1e400", JsonFault::InexactNumber),
            ("9007199254740992.0", JsonFault::InexactNumber),
            ("9007199254740993", JsonFault::InexactNumber),
            ("1e99999999999999999999999", JsonFault::InexactNumber),
            ("1e-99999999999999999999999", JsonFault::NotInteger),
            ("123456789012345678901234567890", JsonFault::InexactNumber),
        ];
        for (literal, fault) in cases {
            assert_eq!(exact(literal, false), Err(fault), "{literal}");
        }
    }

    #[test]
    fn fractions_pass_where_allowed_and_exact() {
        assert_eq!(
            exact("2.5", true).ok().and_then(|number| number.as_f64()),
            Some(2.5)
        );
        assert_eq!(
            exact("0.1", true).ok().and_then(|number| number.as_f64()),
            Some(0.1)
        );
        assert_eq!(
            exact("0.1234567890123456", true),
            Err(JsonFault::InexactNumber)
        );
        assert_eq!(exact("1e-400", true), Err(JsonFault::InexactNumber));
    }

    #[test]
    fn literals_are_found_outside_strings_only() {
        let text = r#"{"a\"1":[1,"2.5\\",-3.0],"b":4e1}"#;
        let mut literals = Literals::new(text);
        literals.count();
        assert_eq!(literals.current(), "-3.0");
        assert_eq!(literals.current(), "4e1");
        assert_eq!(literals.current(), "");
    }
}
