//! Text whose form the schemas fix with a pattern.

use crate::version::VersionDate;

/// A text does not have the form of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not {0}")]
pub struct FormError(&'static str);

macro_rules! formed_text {
    ($(#[$meta:meta])* $name:ident, $what:literal, $fits:path) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            #[doc = concat!("Takes ", $what, ".")]
            pub fn parse(text: impl Into<String>) -> Result<Self, FormError> {
                let text = text.into();
                if $fits(&text) { Ok(Self(text.into_boxed_str())) } else { Err(FormError($what)) }
            }

            /// The text as it came.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        string_type_impls!($name, FormError);
    };
}

formed_text!(
    /// A country as feeds name it.
    CountryCode, "an ISO 3166-1 alpha-2 country code in upper case", is_country
);
formed_text!(
    /// The last four digits of a card number, for display.
    LastFour, "four digits", is_last_four
);
formed_text!(
    /// The name of an extension, with an optional version: `discount`, `com.example.gift@2026-01-27`.
    ExtensionName, "the name of an extension", is_extension_name
);
formed_text!(
    /// A field that an extension adds: `$.CheckoutSession.discounts`.
    ExtendsTarget, "a path of the form $.Type.field", is_extends_target
);

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_last_four(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_extension_name(text: &str) -> bool {
    let (name, dated) = match text.split_once('@') {
        Some((name, date)) => (name, VersionDate::parse(date).is_ok()),
        None => (text, true),
    };
    let mut labels = name.split('.');
    let first = labels.next().unwrap_or_default();
    // Only a name without dots may have dashes and underscores in its first label.
    let in_first = |byte: u8| {
        if name.contains('.') {
            is_lower_or_digit(byte)
        } else {
            in_label(byte)
        }
    };
    dated
        && starts_lower(first)
        && first.bytes().all(in_first)
        && labels.all(|label| starts_lower(label) && label.bytes().all(in_label))
}

fn is_extends_target(text: &str) -> bool {
    let Some(path) = text.strip_prefix("$.") else {
        return false;
    };
    let mut labels = path.split('.');
    let first = labels.next().unwrap_or_default();
    let starts_alphabetic = |label: &str| {
        label
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphabetic())
    };
    starts_alphabetic(first)
        && first.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && labels.all(|label| {
            starts_alphabetic(label)
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
}

fn starts_lower(label: &str) -> bool {
    label
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase())
}

fn is_lower_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn in_label(byte: u8) -> bool {
    is_lower_or_digit(byte) || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_names_follow_the_pattern() {
        for good in [
            "discount",
            "affiliate_attribution",
            "discount@2026-01-27",
            "com.example.a-b_c",
        ] {
            assert!(ExtensionName::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "Discount",
            "9a",
            "a..b",
            "a-b.c",
            "a@",
            "a@2026",
            ".a",
            "a b",
            "a@b@2026-01-27",
        ] {
            assert!(ExtensionName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn extends_targets_follow_the_pattern() {
        assert!(ExtendsTarget::parse("$.CheckoutSession.discounts").is_ok());
        for bad in ["$", "$.", "CheckoutSession", "$.A_b", "$.A..b", "$.A.b[0]"] {
            assert!(ExtendsTarget::parse(bad).is_err(), "{bad}");
        }
    }
}
