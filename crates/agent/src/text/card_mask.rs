//! Card numbers in free text: found by length, issuer range and check digit, then masked.

/// Characters that people put between the digits of a card number.
const SEPARATORS_RUN_MAX: usize = 3;

/// Masks every card number in `text` but its last four digits; says whether there was one.
///
/// Runs before storage and before anything else reads the text. It errs on the side of masking: a
/// number that merely looks like a card's is masked too.
#[must_use]
pub(crate) fn mask_cards(text: &str) -> (String, bool) {
    let characters: Vec<char> = text.chars().collect();
    let mut masked = characters.clone();
    let mut found = false;
    let mut run: Vec<(usize, u32)> = Vec::new();
    let mut gap = 0;
    for (position, &character) in characters.iter().enumerate() {
        if let Some(digit) = digit_value(character) {
            run.push((position, digit));
            gap = 0;
        } else if is_separator(character) && gap < SEPARATORS_RUN_MAX {
            gap += 1;
        } else {
            found |= mask_run(&run, &mut masked);
            run.clear();
            gap = 0;
        }
    }
    found |= mask_run(&run, &mut masked);
    (masked.into_iter().collect(), found)
}

/// Whether these digits pass the check-digit formula of ISO/IEC 7812-1 annex B.
pub(crate) fn passes_check_digit(digits: impl DoubleEndedIterator<Item = u32>) -> bool {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(position, digit)| match (position % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Masks all card numbers inside one run of digits.
fn mask_run(run: &[(usize, u32)], masked: &mut [char]) -> bool {
    let mut found = false;
    let mut start = 0;
    while start < run.len() {
        let longest = (12..=19)
            .rev()
            .find(|&length| run.get(start..start + length).is_some_and(looks_like_card));
        let Some(length) = longest else {
            start += 1;
            continue;
        };
        for &(position, _) in run.iter().skip(start).take(length - 4) {
            if let Some(character) = masked.get_mut(position) {
                *character = '•';
            }
        }
        found = true;
        start += length;
    }
    found
}

fn looks_like_card(window: &[(usize, u32)]) -> bool {
    let digits = || window.iter().map(|&(_, digit)| digit);
    let prefix = |length: usize| {
        digits()
            .take(length)
            .fold(0, |number, digit| number * 10 + digit)
    };
    let (one, two, four) = (prefix(1), prefix(2), prefix(4));
    let known = match window.len() {
        13 | 18 | 19 => one == 4 || one == 6,
        14 => two == 30 || two == 36 || two == 38 || two == 39,
        15 => two == 34 || two == 37,
        16 => {
            one == 4
                || (51..=55).contains(&two)
                || (2221..=2720).contains(&four)
                || two == 35
                || one == 6
        }
        12 | 17 => two == 50 || (56..=69).contains(&two),
        _ => false,
    };
    // A run of one digit repeated is a placeholder, not a card.
    known && passes_check_digit(digits()) && digits().any(|digit| digit != one)
}

fn is_separator(character: char) -> bool {
    matches!(character, '-' | '.' | '_' | '/' | ',' | '‐'..='―') || character.is_whitespace()
}

/// The value of a decimal digit, also in full-width and Arabic-Indic forms.
fn digit_value(character: char) -> Option<u32> {
    let base = match character {
        '0'..='9' => '0',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        '\u{0660}'..='\u{0669}' => '\u{0660}',
        '\u{06f0}'..='\u{06f9}' => '\u{06f0}',
        _ => return None,
    };
    Some(u32::from(character) - u32::from(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_masked_however_they_are_written() {
        for card in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "4242-4242-4242-4242",
            "4242\u{a0}4242.4242 4242",
            "378282246310005",
            "5555555555554444",
            "6011111111111117",
            "３７８２８２２４６３１０００５",
        ] {
            let (masked, found) = mask_cards(&format!("pay with {card} exp 12/29"));
            assert!(found, "{card}");
            assert!(
                !masked.contains(&card[..card.char_indices().nth(9).unwrap().0]),
                "{masked}"
            );
        }
    }

    #[test]
    fn card_next_to_other_digits_is_still_found() {
        let (masked, found) = mask_cards("order 77 4242 4242 4242 4242 12 29 123");
        assert!(found && !masked.contains("4242 4242 4242 4242"), "{masked}");
    }

    #[test]
    fn phone_numbers_prices_and_wrong_check_digits_stay() {
        for text in [
            "+33 6 12 34 56 78",
            "under 1 000 000 EUR",
            "4242424242424241",
            "0000000000000000",
        ] {
            assert_eq!(mask_cards(text), (text.to_owned(), false));
        }
    }
}
