//! Patterns over check ids.

use std::{convert::Infallible, fmt, str::FromStr};

/// A pattern: `*` stands for any text, `?` for one character. A pattern without either also matches
/// everything below it, so that `seller.idempotency` means the whole topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Whether it matches this id.
    #[must_use]
    pub fn matches(&self, id: &str) -> bool {
        if !self.0.contains(['*', '?']) {
            let rest = id.strip_prefix(self.0.as_str());
            return rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        }
        glob(self.0.as_bytes(), id.as_bytes())
    }
}

impl FromStr for Pattern {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Linear in the text for each star: on a mismatch only the last star takes one more byte.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut seen) = (0_usize, 0_usize);
    let mut star: Option<(usize, usize)> = None;
    while seen < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, seen));
                at = at.saturating_add(1);
            }
            Some(byte) if *byte == b'?' || Some(byte) == text.get(seen) => {
                at = at.saturating_add(1);
                seen = seen.saturating_add(1);
            }
            _ => {
                let Some((place, taken)) = star else {
                    return false;
                };
                star = Some((place, taken.saturating_add(1)));
                at = place.saturating_add(1);
                seen = taken.saturating_add(1);
            }
        }
    }
    let rest = pattern.get(at..).unwrap_or_default();
    rest.iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stars, question marks and plain prefixes.
    #[test]
    fn patterns_match_as_said() {
        let cases = [
            ("*", "seller.auth.no-key", true),
            ("seller.*", "seller.auth.no-key", true),
            ("*.auth.*", "seller.auth.no-key", true),
            ("*.auth.*key", "seller.auth.no-key", true),
            ("*.auth.*keys", "seller.auth.no-key", false),
            ("seller.auth.no-ke?", "seller.auth.no-key", true),
            ("seller.auth", "seller.auth.no-key", true),
            ("seller.au", "seller.auth.no-key", false),
            ("seller.auth.no-key", "seller.auth.no-key", true),
            ("", "seller", false),
        ];
        for (pattern, id, expected) in cases {
            let pattern: Pattern = pattern.parse().unwrap();
            assert_eq!(pattern.matches(id), expected, "{pattern} on {id}");
        }
    }
}
