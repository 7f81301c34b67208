//! Personal data that does not belong into a feed.

/// What was found. The text itself is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Personal {
    /// A payment card number with right check digit.
    Card,
    /// An e-mail address.
    Email,
    /// A telephone number, probably.
    Phone,
}

impl Personal {
    /// Whether a product that holds it is refused, rather than flagged.
    pub(crate) fn is_refused(self) -> bool {
        self != Self::Phone
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Card => "the text holds what looks like a card number",
            Self::Email => "the text holds an e-mail address",
            Self::Phone => "the text may hold a telephone number",
        }
    }
}

/// The gravest kind of personal data in `text`.
pub(crate) fn find(text: &str) -> Option<Personal> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits >= 15 && has_card(text) {
        return Some(Personal::Card);
    }
    if text.contains('@') && has_email(text) {
        return Some(Personal::Email);
    }
    (digits >= 8 && has_phone(text)).then_some(Personal::Phone)
}

fn has_email(text: &str) -> bool {
    let is_local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-' | '%');
    let is_domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    text.match_indices('@').any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let local = before.chars().next_back().is_some_and(is_local);
        let after = text.get(at.saturating_add(1)..).unwrap_or_default();
        let domain: String = after
            .chars()
            .take_while(|&c| is_domain(c))
            .take(255)
            .collect();
        let (host, top) = domain
            .trim_end_matches('.')
            .rsplit_once('.')
            .unwrap_or_default();
        let picture = matches!(top, "jpg" | "jpeg" | "png" | "gif" | "webp" | "svg");
        let top_level = top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic()) && !picture;
        local && !host.is_empty() && top_level
    })
}

fn has_card(text: &str) -> bool {
    runs(text).iter().any(|run| {
        let digits: Vec<u8> = run.digits();
        run.has_card_shape() && has_card_prefix(&digits) && luhn(&digits)
    })
}

fn has_phone(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "tel", "tél", "phone", "call", "whatsapp", "mobile:", "appele", "contact", "fax",
    ];
    let lower = text.to_lowercase();
    let announced = |start: usize| {
        let from = (start.saturating_sub(16)..=start).find(|&i| lower.is_char_boundary(i));
        let before = from
            .and_then(|from| lower.get(from..start))
            .unwrap_or_default();
        WORDS.iter().any(|word| before.contains(word)) || before.trim_end().ends_with('+')
    };
    // Lower-casing may move bytes; then the text is searched without its announcement.
    lower.len() == text.len()
        && runs(text)
            .iter()
            .any(|run| (8..=15).contains(&run.digits().len()) && announced(run.start))
}

/// Digits with single separators between groups.
struct Run {
    start: usize,
    groups: Vec<Vec<u8>>,
}

impl Run {
    fn digits(&self) -> Vec<u8> {
        self.groups.concat()
    }

    /// One group, or groups as cards print them: 4-4-4-4, 4-6-5, 4-4-4-4-3.
    fn has_card_shape(&self) -> bool {
        let sizes: Vec<usize> = self.groups.iter().map(Vec::len).collect();
        matches!(
            sizes.as_slice(),
            [15 | 16 | 19] | [4, 4, 4, 4] | [4, 6, 5] | [4, 4, 4, 4, 3]
        )
    }
}

/// Runs of digits that no letter touches.
fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut current: Option<Run> = None;
    let mut previous = ' ';
    let mut gap = false;
    for (position, c) in text.char_indices() {
        if let Some(digit) = c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
            match &mut current {
                Some(run) if gap => run.groups.push(vec![digit]),
                Some(run) => {
                    if let Some(group) = run.groups.last_mut() {
                        group.push(digit);
                    }
                }
                None if !previous.is_alphanumeric() && previous != '.' => {
                    current = Some(Run {
                        start: position,
                        groups: vec![vec![digit]],
                    });
                }
                None => {}
            }
            gap = false;
        } else if current.is_some() && !gap && matches!(c, ' ' | '-' | '.' | '\u{a0}') {
            gap = true;
        } else {
            let touched = c.is_alphabetic() && !gap;
            runs.extend(current.take().filter(|_| !touched));
            gap = false;
        }
        previous = c;
    }
    runs.extend(current);
    runs
}

fn has_card_prefix(digits: &[u8]) -> bool {
    let start = digits
        .iter()
        .take(4)
        .fold(0_u32, |n, &d| n.saturating_mul(10).saturating_add(d.into()));
    match (digits.len(), start) {
        (15, n) => matches!(n / 100, 34 | 37),
        (16, n) => {
            n / 1000 == 4
                || (51..=55).contains(&(n / 100))
                || (2221..=2720).contains(&n)
                || n == 6011
                || n / 100 == 65
                || (3528..=3589).contains(&n)
        }
        (19, n) => n / 1000 == 4 || n / 100 == 62,
        _ => false,
    }
}

fn luhn(digits: &[u8]) -> bool {
    let sum = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0_u32, |sum, (position, &digit)| {
            let digit = u32::from(digit);
            let doubled = if position % 2 == 1 {
                digit.saturating_mul(2)
            } else {
                digit
            };
            sum.saturating_add(doubled / 10)
                .saturating_add(doubled % 10)
        });
    sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_is_recognised() {
        assert_eq!(find("card 4242 4242 4242 4242 ok"), Some(Personal::Card));
        assert_eq!(find("4242424242424242"), Some(Personal::Card));
        assert_eq!(find("3782-822463-10005"), Some(Personal::Card));
        assert_eq!(
            find("write to jane.doe@example.org."),
            Some(Personal::Email)
        );
        assert_eq!(find("call +33 6 12 34 56 78"), Some(Personal::Phone));
        assert_eq!(find("Tél: 06 12 34 56 78"), Some(Personal::Phone));
    }

    #[test]
    fn product_numbers_are_not_personal_data() {
        for text in [
            "EAN 4006381333931",
            "4242 4242 4242 4243",
            "GTIN 04006381333931",
            "1920 x 1080 @ 60 Hz",
            "photo@2x.jpg",
            "part 006R90321, 23000 pages, 2400 x 600 dpi",
            "IMEI 356938035643809",
            "compatible: 1102 1103 1104 1105 1106",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
