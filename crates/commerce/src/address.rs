//! Who buys and where it goes.

use serde::{Deserialize, Serialize};

/// ISO 3166-1 alpha-2 country code, upper case. Which codes exist is not checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Reads two ASCII letters in any case.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        match text.as_bytes() {
            [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Ok(Self([
                    first.to_ascii_uppercase(),
                    second.to_ascii_uppercase(),
                ]))
            }
            _ => Err(AddressError::NotACountryCode),
        }
    }

    /// The code in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII letters are ever stored.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Display for CountryCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl std::fmt::Debug for CountryCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "CountryCode({})", self.as_str())
    }
}

impl TryFrom<String> for CountryCode {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.as_str().to_owned()
    }
}

/// A country, or one state or province of it: `US`, `US-CA`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region {
    /// The country.
    pub country: CountryCode,
    /// State or province code, upper case.
    pub state: Option<String>,
}

impl Region {
    /// Reads `US` or `US-CA` in any case.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (country, state) = match text.split_once('-') {
            Some((country, state)) if !state.is_empty() => (country, Some(state)),
            Some(_) => return Err(AddressError::NotACountryCode),
            None => (text, None),
        };
        Ok(Self {
            country: CountryCode::parse(country)?,
            state: state.map(str::to_uppercase),
        })
    }

    /// Whether an address lies in this region.
    #[must_use]
    pub fn contains(&self, address: &Address) -> bool {
        self.country == address.country
            && self
                .state
                .as_ref()
                .is_none_or(|state| state.eq_ignore_ascii_case(address.state.trim()))
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.state {
            Some(state) => write!(formatter, "{}-{state}", self.country),
            None => write!(formatter, "{}", self.country),
        }
    }
}

impl TryFrom<String> for Region {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.to_string()
    }
}

/// A postal address. Any text may be empty while the buyer has only said where, not exactly where:
/// country (and state) suffice for an estimate, [`Address::missing`] tells what payment still needs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Recipient, at most 256 characters.
    pub name: String,
    /// Street and number, at most 60 characters.
    pub line_one: String,
    /// Second line, at most 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_two: Option<String>,
    /// City, at most 60 characters.
    pub city: String,
    /// State or province code; empty where the country has none.
    pub state: String,
    /// The country.
    pub country: CountryCode,
    /// Postal code, at most 20 characters; empty where the country has none.
    pub postal_code: String,
}

impl Address {
    /// Fields that are empty and needed before anything can be sent there.
    #[must_use]
    pub fn missing(&self) -> Vec<AddressField> {
        let needed = [
            (AddressField::Name, &self.name),
            (AddressField::LineOne, &self.line_one),
            (AddressField::City, &self.city),
        ];
        let mut missing: Vec<AddressField> = needed
            .into_iter()
            .filter(|(_, text)| text.trim().is_empty())
            .map(|(field, _)| field)
            .collect();
        if self.postal_code.trim().is_empty() && !without_postal_code(self.country) {
            missing.push(AddressField::PostalCode);
        }
        if self.state.trim().is_empty() && state_needed(self.country) {
            missing.push(AddressField::State);
        }
        missing
    }

    /// Fields that are longer than a label can hold.
    #[must_use]
    pub fn too_long(&self) -> Vec<AddressField> {
        let empty = String::new();
        [
            (AddressField::Name, &self.name, 256),
            (AddressField::LineOne, &self.line_one, 60),
            (
                AddressField::LineTwo,
                self.line_two.as_ref().unwrap_or(&empty),
                60,
            ),
            (AddressField::City, &self.city, 60),
            (AddressField::State, &self.state, 60),
            (AddressField::PostalCode, &self.postal_code, 20),
        ]
        .into_iter()
        .filter(|(_, text, characters_max)| text.chars().count() > *characters_max)
        .map(|(field, _, _)| field)
        .collect()
    }
}

impl std::fmt::Debug for Address {
    /// Country only: an address is personal data and must not reach a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Address({}, ..)", self.country)
    }
}

/// One field of an [`Address`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressField {
    /// Recipient.
    Name,
    /// Street and number.
    LineOne,
    /// Second line.
    LineTwo,
    /// City.
    City,
    /// State or province.
    State,
    /// Postal code.
    PostalCode,
}

impl AddressField {
    /// The field's name in the address object.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LineOne => "line_one",
            Self::LineTwo => "line_two",
            Self::City => "city",
            Self::State => "state",
            Self::PostalCode => "postal_code",
        }
    }

    /// The field's name for people, in English.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LineOne => "street",
            Self::LineTwo => "second line",
            Self::City => "city",
            Self::State => "state",
            Self::PostalCode => "postal code",
        }
    }
}

/// Where and to whom the goods go.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Name of the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone number of the contact, E.164 recommended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// E-mail address of the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Destination")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Who buys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Whole name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The merchant's own identifier of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
}

impl Buyer {
    /// A buyer of whom only the e-mail address is known.
    #[must_use]
    pub fn with_email(email: impl Into<String>) -> Self {
        Self {
            first_name: None,
            last_name: None,
            full_name: None,
            email: email.into(),
            phone_number: None,
            customer_id: None,
        }
    }

    /// Whether the e-mail address has the shape of one; see [`is_usable_email`].
    #[must_use]
    pub fn has_usable_email(&self) -> bool {
        is_usable_email(&self.email)
    }
}

/// Whether a text has the shape of an e-mail address: a local part, one `@`, a dotted domain, no
/// blanks, at most 254 characters.
#[must_use]
pub fn is_usable_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    !local.is_empty()
        && text.len() <= 254
        && !domain.contains('@')
        && domain.split('.').all(|label| !label.is_empty())
        && domain.contains('.')
        && !text
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control())
}

impl std::fmt::Debug for Buyer {
    /// Nothing: a buyer is personal data and must not reach a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Buyer(..)")
    }
}

/// Why a text is no country or region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Not two ASCII letters.
    #[error("not an ISO 3166-1 alpha-2 country code")]
    NotACountryCode,
}

/// Countries whose addresses carry a state or province.
fn state_needed(country: CountryCode) -> bool {
    matches!(country.as_str(), "US" | "CA" | "AU" | "BR" | "IN" | "MX")
}

/// Countries and territories that use no postal codes.
fn without_postal_code(country: CountryCode) -> bool {
    matches!(
        country.as_str(),
        "AE" | "AG"
            | "AO"
            | "BS"
            | "BZ"
            | "FJ"
            | "GH"
            | "HK"
            | "JM"
            | "MO"
            | "PA"
            | "QA"
            | "UG"
            | "ZW"
    )
}
