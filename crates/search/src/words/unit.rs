//! Measures written in one way: `0.5 l`, `50 cl` and `500ml` are the token `500ml`.

/// A number with a unit of the canonical kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Measure {
    digits: String,
    unit: &'static str,
}

/// Spelling, canonical unit, power of ten between them, and whether the spelling may stand apart
/// from its number (`in` and `to` are also English words).
const UNITS: [(&str, &str, i8, bool); 58] = [
    ("mm", "mm", 0, true),
    ("cm", "mm", 1, true),
    ("m", "mm", 3, true),
    ("metre", "mm", 3, true),
    ("metres", "mm", 3, true),
    ("meter", "mm", 3, true),
    ("meters", "mm", 3, true),
    ("in", "in", 0, false),
    ("inch", "in", 0, true),
    ("inches", "in", 0, true),
    ("pouce", "in", 0, true),
    ("pouces", "in", 0, true),
    ("mg", "mg", 0, true),
    ("g", "g", 0, true),
    ("gr", "g", 0, true),
    ("grams", "g", 0, true),
    ("grammes", "g", 0, true),
    ("kg", "g", 3, true),
    ("kilo", "g", 3, true),
    ("kilos", "g", 3, true),
    ("oz", "oz", 0, true),
    ("lb", "lb", 0, true),
    ("lbs", "lb", 0, true),
    ("ml", "ml", 0, true),
    ("cl", "ml", 1, true),
    ("dl", "ml", 2, true),
    ("l", "ml", 3, true),
    ("litre", "ml", 3, true),
    ("litres", "ml", 3, true),
    ("liter", "ml", 3, true),
    ("liters", "ml", 3, true),
    ("kb", "kb", 0, true),
    ("ko", "kb", 0, true),
    ("mb", "mb", 0, true),
    ("mo", "mb", 0, true),
    ("gb", "gb", 0, true),
    ("go", "gb", 0, true),
    ("tb", "gb", 3, true),
    ("to", "gb", 3, false),
    ("hz", "hz", 0, true),
    ("khz", "khz", 0, true),
    ("mhz", "mhz", 0, true),
    ("ghz", "mhz", 3, true),
    ("w", "w", 0, true),
    ("watt", "w", 0, true),
    ("watts", "w", 0, true),
    ("kw", "w", 3, true),
    ("v", "v", 0, true),
    ("volt", "v", 0, true),
    ("volts", "v", 0, true),
    ("a", "a", 0, false),
    ("ah", "mah", 3, true),
    ("mah", "mah", 0, true),
    ("mp", "mp", 0, true),
    ("megapixel", "mp", 0, true),
    ("megapixels", "mp", 0, true),
    ("rpm", "rpm", 0, true),
    ("lumens", "lm", 0, true),
];

impl Measure {
    /// A number followed by a unit as a word of its own.
    pub(crate) fn of(number: &str, unit: &str) -> Option<Self> {
        Self::build(number, unit, true)
    }

    /// A number and its unit in one piece, such as `16gb`.
    pub(crate) fn attached(piece: &str) -> Option<Self> {
        let end = piece.find(|c: char| c.is_ascii_alphabetic())?;
        let (number, unit) = piece.split_at(end);
        Self::build(number, unit, false)
    }

    fn build(number: &str, unit: &str, apart: bool) -> Option<Self> {
        let &(_, canonical, power, may_stand_apart) =
            UNITS.iter().find(|(spelling, ..)| *spelling == unit)?;
        if apart && !may_stand_apart {
            return None;
        }
        let number = plain_number(number);
        let (whole, fraction) = number.split_once('.').unwrap_or((number.as_str(), ""));
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || number.len() > 12 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let power = usize::try_from(power).ok()?;
        let mut digits = whole.to_owned();
        let mut fraction = fraction.chars();
        for _ in 0..power {
            digits.push(fraction.next().unwrap_or('0'));
        }
        let rest: String = fraction.collect();
        let digits = digits.trim_start_matches('0');
        let digits = if digits.is_empty() { "0" } else { digits };
        let digits = if rest.is_empty() {
            digits.to_owned()
        } else {
            format!("{digits}.{rest}")
        };
        Some(Self {
            digits,
            unit: canonical,
        })
    }

    /// The index token: `500ml`.
    pub(crate) fn token(&self) -> String {
        format!("{}{}", self.digits, self.unit)
    }
}

/// Whether `word` is a unit that may follow a number, so that the number is no price.
pub(crate) fn is_unit(word: &str) -> bool {
    UNITS
        .iter()
        .any(|&(spelling, _, _, apart)| apart && spelling == word)
}

/// A number with a point for decimals, no separators for thousands, no zeros at the end.
pub(crate) fn plain_number(number: &str) -> String {
    if !number.contains([',', '.']) {
        return number.to_owned();
    }
    let thousands = number.split(',').skip(1).all(|group| {
        group
            .split('.')
            .next()
            .is_some_and(|digits| digits.len() == 3)
    });
    let number = if thousands {
        number.replace(',', "")
    } else {
        number.replace(',', ".")
    };
    if number.matches('.').count() == 1 {
        return number
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned();
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_measure_has_one_token() {
        for (number, unit, token) in [
            ("0.5", "l", "500ml"),
            ("50", "cl", "500ml"),
            ("500", "ml", "500ml"),
            ("1", "tb", "1000gb"),
            ("16", "go", "16gb"),
            ("43.2", "cm", "432mm"),
            ("17", "pouces", "17in"),
            ("2,5", "kg", "2500g"),
            ("15.6", "inch", "15.6in"),
            ("1,000", "ml", "1000ml"),
        ] {
            assert_eq!(
                Measure::of(number, unit).unwrap().token(),
                token,
                "{number} {unit}"
            );
        }
        assert_eq!(Measure::attached("16gb").unwrap().token(), "16gb");
        assert_eq!(Measure::attached("2tb").unwrap().token(), "2000gb");
    }

    #[test]
    fn words_that_only_look_like_units_are_left_alone() {
        assert_eq!(Measure::of("20", "to"), None);
        assert_eq!(Measure::of("17", "in"), None);
        assert_eq!(Measure::of("x", "cm"), None);
        assert_eq!(Measure::attached("dv7"), None);
    }
}
