//! Limits of single fields, applied while reading.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};
use serde_json::Number;

use crate::money::MinorUnits;

pub(crate) fn non_negative<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<MinorUnits, D::Error> {
    let amount = MinorUnits::deserialize(deserializer)?;
    if amount.is_negative() {
        return Err(de::Error::custom("amount must not be negative"));
    }
    Ok(amount)
}

pub(crate) fn non_negative_option<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<MinorUnits>, D::Error> {
    let amount = Option::<MinorUnits>::deserialize(deserializer)?;
    if amount.is_some_and(MinorUnits::is_negative) {
        return Err(de::Error::custom("amount must not be negative"));
    }
    Ok(amount)
}

pub(crate) fn percent<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Number>, D::Error> {
    let percent = Option::<Number>::deserialize(deserializer)?;
    let in_range = |number: &Number| {
        number
            .as_f64()
            .is_some_and(|value| (0.0..=100.0).contains(&value))
    };
    if percent.as_ref().is_some_and(|number| !in_range(number)) {
        return Err(de::Error::custom("percentage must be 0 to 100"));
    }
    Ok(percent)
}

pub(crate) fn non_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let list = Vec::deserialize(deserializer)?;
    if list.is_empty() {
        return Err(de::Error::custom("at least one entry is required"));
    }
    Ok(list)
}

pub(crate) fn unique<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + PartialEq,
{
    let list = Option::<Vec<T>>::deserialize(deserializer)?;
    let repeats = |list: &Vec<T>| {
        list.iter()
            .enumerate()
            .any(|(index, entry)| list.iter().take(index).any(|e| e == entry))
    };
    if list.as_ref().is_some_and(repeats) {
        return Err(de::Error::custom("the same entry is listed twice"));
    }
    Ok(list)
}

/// A list of a closed enum's values. Text that the enum does not list is passed over.
pub(crate) fn listed_values<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
{
    let list = Option::<Vec<String>>::deserialize(deserializer)?;
    Ok(list.map(|list| list.iter().filter_map(|text| text.parse().ok()).collect()))
}

/// A value of a closed enum. Text that the enum does not list counts as absent.
pub(crate) fn listed_value<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
{
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
}
