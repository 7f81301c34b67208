//! Postal addresses and who receives.

use serde::{Deserialize, Serialize};

/// A postal address. `state` is required even in countries without states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Name of the recipient.
    pub name: String,
    /// First line.
    pub line_one: String,
    /// Second line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_two: Option<String>,
    /// City.
    pub city: String,
    /// State or region.
    pub state: String,
    /// ISO 3166-1 country code.
    pub country: String,
    /// Postal code.
    pub postal_code: String,
    /// Company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
}

impl Address {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(
        name: String,
        line_one: String,
        city: String,
        state: String,
        country: String,
        postal_code: String,
    ) -> Self {
        Self {
            name,
            line_one,
            line_two: None,
            city,
            state,
            country,
            postal_code,
            company: None,
        }
    }
}

/// Who receives the order, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfillmentDetails {
    /// Name of the recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone number, E.164 recommended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}
