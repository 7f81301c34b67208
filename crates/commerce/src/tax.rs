//! Tax by region: which rate, on what, added or already contained.
//!
//! A region's prices are either net, then tax is added as a [`EntryKind::Tax`] entry, or contain the
//! tax, then nothing is added and the contained part is noted as [`EntryKind::IncludedTax`]. In both
//! cases the item's price is the price of the feed, so what the buyer saw is what is charged.
//!
//! All lines of one rate (and delivery, where it is taxed) are taxed together, rounded once, and the
//! result is allocated to them by largest remainder: the parts sum to the tax of the whole exactly.
//!
//! [`EntryKind::Tax`]: crate::ledger::EntryKind::Tax
//! [`EntryKind::IncludedTax`]: crate::ledger::EntryKind::IncludedTax

mod defaults;

use std::collections::BTreeMap;

use comptoir_acp::money::MinorUnits;
use serde::{Deserialize, Serialize};

use crate::{
    address::{Address, Region},
    item::TaxCategory,
    rounding::{Rate, Rounding, RoundingError, allocate},
};

/// Rates of one country, or of one state or province of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRegion {
    /// Where it applies.
    pub region: Region,
    /// Name of the tax as shown to the buyer: `VAT`, `Sales tax`.
    pub name: String,
    /// Rate of every class that is not listed.
    pub standard: Rate,
    /// Rates of particular classes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub categories: BTreeMap<TaxCategory, Rate>,
    /// Whether delivery is taxed, at the standard rate.
    pub shipping_taxed: bool,
    /// Whether prices shown to buyers there already contain the tax.
    pub prices_include_tax: bool,
}

impl TaxRegion {
    /// The rate of one class.
    #[must_use]
    pub fn rate(&self, category: &TaxCategory) -> Rate {
        self.categories
            .get(category)
            .copied()
            .unwrap_or(self.standard)
    }
}

/// All regions in which a merchant collects tax. Elsewhere no tax is collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxTable {
    /// The rounding of every computed tax.
    #[serde(default)]
    pub rounding: Rounding,
    /// The regions; a state's entry wins over its country's.
    pub regions: Vec<TaxRegion>,
    /// Region assumed while, or where, there is no destination: the merchant's own, for digital
    /// goods and estimates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<Region>,
}

impl TaxTable {
    /// No tax anywhere.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            rounding: Rounding::HalfUp,
            regions: Vec::new(),
            home: None,
        }
    }

    /// Illustrative rates of a number of countries and of some states of the United States.
    ///
    /// They are examples, neither complete nor kept up to date: an operator must check them against
    /// the law and their own duties before charging anybody.
    #[must_use]
    pub fn illustrative(home: Option<Region>) -> Self {
        Self {
            rounding: Rounding::HalfUp,
            regions: defaults::regions(),
            home,
        }
    }

    /// The entry for an address; for none, the entry of [`TaxTable::home`].
    #[must_use]
    pub fn region(&self, address: Option<&Address>) -> Option<&TaxRegion> {
        let applies = |region: &Region| match (address, &self.home) {
            (Some(address), _) => region.contains(address),
            (None, Some(home)) => {
                region.country == home.country
                    && (region.state.is_none() || region.state == home.state)
            }
            (None, None) => false,
        };
        self.regions
            .iter()
            .filter(|entry| applies(&entry.region))
            .max_by_key(|entry| entry.region.state.is_some())
    }
}

/// One thing to be taxed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxable {
    /// Its rate.
    pub rate: Rate,
    /// What it costs after all reductions, in minor units, zero or more.
    pub amount: MinorUnits,
}

/// The tax of everything charged at one rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRow {
    /// Name of the tax.
    pub name: String,
    /// The rate.
    pub rate: Rate,
    /// What it was computed on, in minor units.
    pub taxable: MinorUnits,
    /// The tax, in minor units.
    pub amount: MinorUnits,
    /// Whether the prices already contain it.
    pub included: bool,
}

/// The tax of each thing, in the order given, and of each rate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaxResult {
    /// Minor units per thing.
    pub parts: Vec<MinorUnits>,
    /// One row per rate above zero, lowest first. The rows sum to the parts.
    pub rows: Vec<TaxRow>,
}

/// Computes the tax of `things` in `region`.
///
/// # Errors
/// [`RoundingError::Overflow`] when an amount does not fit.
pub fn tax(
    region: &TaxRegion,
    rounding: Rounding,
    things: &[Taxable],
) -> Result<TaxResult, RoundingError> {
    let mut parts = vec![MinorUnits::ZERO; things.len()];
    let mut rows = Vec::new();
    let mut by_rate: BTreeMap<Rate, Vec<usize>> = BTreeMap::new();
    for (index, thing) in things.iter().enumerate() {
        if thing.rate > Rate::ZERO && thing.amount > MinorUnits::ZERO {
            by_rate.entry(thing.rate).or_default().push(index);
        }
    }
    for (rate, members) in by_rate {
        let weights: Vec<MinorUnits> = members
            .iter()
            .filter_map(|&index| Some(things.get(index)?.amount))
            .collect();
        let taxable =
            MinorUnits::try_sum(weights.iter().copied()).map_err(|_| RoundingError::Overflow)?;
        let amount = if region.prices_include_tax {
            rate.included_in(taxable, rounding)?
        } else {
            rate.of(taxable, rounding)?
        };
        for (&index, share) in members.iter().zip(allocate(amount, &weights)?) {
            if let Some(part) = parts.get_mut(index) {
                *part = share;
            }
        }
        rows.push(TaxRow {
            name: region.name.clone(),
            rate,
            taxable,
            amount,
            included: region.prices_include_tax,
        });
    }
    Ok(TaxResult { parts, rows })
}
