//! Amounts and dates as a buyer reads them, with integers only.

use jiff::Timestamp;

use super::Language;

impl Language {
    /// Writes minor units of a currency with `exponent` decimals: `84.20 EUR`, `1 284,20 EUR`.
    ///
    /// The code stays as it is: a symbol such as `$` would not say which dollar is meant.
    pub(crate) fn amount(self, minor_units: i64, exponent: u32, code: &str) -> String {
        let (group, point) = match self {
            Self::En => (',', '.'),
            // A narrow no-break space groups digits in French.
            Self::Fr => ('\u{202f}', ','),
        };
        let digits = minor_units.unsigned_abs().to_string();
        let decimals = usize::try_from(exponent).unwrap_or(0);
        let padded = format!("{digits:0>width$}", width = decimals + 1);
        let (whole, fraction) = padded.split_at(padded.len() - decimals);
        let mut text = String::with_capacity(padded.len() + 12);
        if minor_units < 0 {
            text.push('\u{2212}');
        }
        for (position, digit) in whole.chars().enumerate() {
            if position > 0 && (whole.len() - position).is_multiple_of(3) {
                text.push(group);
            }
            text.push(digit);
        }
        if decimals > 0 {
            text.push(point);
            text.push_str(fraction);
        }
        text.push('\u{a0}');
        text.push_str(code);
        text
    }

    /// A day in UTC: `24 Nov 2026`, `24 nov. 2026`.
    pub(crate) fn day(self, at: Timestamp) -> String {
        let date = jiff::tz::TimeZone::UTC.to_datetime(at).date();
        format!(
            "{} {} {}",
            date.day(),
            self.month(date.month()),
            date.year()
        )
    }

    /// A day and a minute in UTC: `24 Nov 2026, 14:05 UTC`.
    pub(crate) fn minute(self, at: Timestamp) -> String {
        let time = jiff::tz::TimeZone::UTC.to_datetime(at).time();
        format!(
            "{}, {:02}:{:02} UTC",
            self.day(at),
            time.hour(),
            time.minute()
        )
    }

    fn month(self, month: i8) -> &'static str {
        const EN: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        const FR: [&str; 12] = [
            "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
            "nov.", "déc.",
        ];
        let names = match self {
            Self::En => EN,
            Self::Fr => FR,
        };
        usize::try_from(month - 1)
            .ok()
            .and_then(|index| names.get(index))
            .copied()
            .unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_every_digit_for_zero_two_and_three_decimals() {
        assert_eq!(Language::En.amount(8420, 2, "EUR"), "84.20\u{a0}EUR");
        assert_eq!(Language::En.amount(5, 2, "USD"), "0.05\u{a0}USD");
        assert_eq!(
            Language::En.amount(123_456_789, 0, "JPY"),
            "123,456,789\u{a0}JPY"
        );
        assert_eq!(
            Language::En.amount(-1500, 3, "KWD"),
            "\u{2212}1.500\u{a0}KWD"
        );
        assert_eq!(
            Language::Fr.amount(128_420, 2, "EUR"),
            "1\u{202f}284,20\u{a0}EUR"
        );
    }
}
