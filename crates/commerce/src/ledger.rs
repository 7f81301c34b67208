//! The signed totals of a checkout or order.
//!
//! Every amount is an entry of one kind, signed as it changes what the buyer pays: base prices,
//! fulfilment, tax and fees are positive, discounts negative. The total is the plain sum, so it can
//! never disagree with its rows (invariant I15). Each protocol face renders its own sign and names.

use std::collections::BTreeMap;

use comptoir_acp::{id::LineItemId, money::MinorUnits};
use serde::{Deserialize, Serialize};

use crate::AMOUNT_MAX;

/// What an entry stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Unit price times quantity of one line.
    ItemsBase,
    /// A reduction of one line.
    ItemsDiscount,
    /// A reduction of the whole checkout, allocated to lines where it lowers what is taxed.
    Discount,
    /// Delivery.
    Fulfillment,
    /// Tax added to the prices.
    Tax,
    /// Any other charge.
    Fee,
    /// A note: tax already contained in the prices above. Never part of a sum.
    IncludedTax,
}

impl EntryKind {
    /// All kinds, in the order in which totals are shown.
    pub const ALL: [Self; 7] = [
        Self::ItemsBase,
        Self::ItemsDiscount,
        Self::Discount,
        Self::Fulfillment,
        Self::Tax,
        Self::Fee,
        Self::IncludedTax,
    ];

    /// Whether entries of this kind lower the total.
    #[must_use]
    pub const fn is_reduction(self) -> bool {
        matches!(self, Self::ItemsDiscount | Self::Discount)
    }
}

/// One signed amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it stands for.
    pub kind: EntryKind,
    /// Minor units, signed as it changes what the buyer pays.
    pub amount: MinorUnits,
    /// The line it belongs to; none for delivery and for charges on the whole checkout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineItemId>,
}

impl Entry {
    /// An entry on one line.
    #[must_use]
    pub fn line(kind: EntryKind, line: &LineItemId, amount: MinorUnits) -> Self {
        Self {
            kind,
            amount,
            line: Some(line.clone()),
        }
    }

    /// An entry on the whole checkout.
    #[must_use]
    pub fn whole(kind: EntryKind, amount: MinorUnits) -> Self {
        Self {
            kind,
            amount,
            line: None,
        }
    }
}

/// Sums per kind, signed. `subtotal` and `total` are derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Sum of base prices, zero or more.
    pub items_base: MinorUnits,
    /// Sum of line reductions, zero or less.
    pub items_discount: MinorUnits,
    /// `items_base + items_discount`.
    pub subtotal: MinorUnits,
    /// Sum of reductions of the whole checkout, zero or less.
    pub discount: MinorUnits,
    /// Delivery, zero or more.
    pub fulfillment: MinorUnits,
    /// Added tax, zero or more.
    pub tax: MinorUnits,
    /// Fees, zero or more.
    pub fee: MinorUnits,
    /// `subtotal + discount + fulfillment + tax + fee`: what the buyer pays, never negative.
    pub total: MinorUnits,
    /// Tax contained in the prices; a note, in no sum.
    pub included_tax: MinorUnits,
}

impl Totals {
    fn check_bounds(&self) -> Result<(), LedgerError> {
        let sums = [
            self.items_base,
            self.items_discount,
            self.subtotal,
            self.discount,
            self.fulfillment,
            self.tax,
            self.fee,
            self.total,
            self.included_tax,
        ];
        let bounds = -AMOUNT_MAX..=AMOUNT_MAX;
        if sums.iter().all(|sum| bounds.contains(&sum.get())) {
            return Ok(());
        }
        Err(LedgerError::MaximumExceeded)
    }
}

impl Default for Totals {
    fn default() -> Self {
        let zero = MinorUnits::ZERO;
        Self {
            items_base: zero,
            items_discount: zero,
            subtotal: zero,
            discount: zero,
            fulfillment: zero,
            tax: zero,
            fee: zero,
            total: zero,
            included_tax: zero,
        }
    }
}

/// Checked, immutable list of entries together with its sums.
///
/// It is serialised as the list alone; reading it back repeats every check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Entry>", into = "Vec<Entry>")]
pub struct Ledger {
    entries: Vec<Entry>,
    totals: Totals,
}

impl Ledger {
    /// Checks signs, bounds and the total, and sums up. Entries of zero are kept.
    ///
    /// # Errors
    /// [`LedgerError`] when an entry has the wrong sign, a sum leaves the bounds, or the reductions
    /// exceed what they reduce.
    pub fn new(entries: Vec<Entry>) -> Result<Self, LedgerError> {
        for entry in &entries {
            let negative = entry.amount < MinorUnits::ZERO;
            let positive = entry.amount > MinorUnits::ZERO;
            if (entry.kind.is_reduction() && positive) || (!entry.kind.is_reduction() && negative) {
                return Err(LedgerError::WrongSign { kind: entry.kind });
            }
        }
        let totals = sum(entries.iter());
        totals.check_bounds()?;
        if totals.subtotal < MinorUnits::ZERO || totals.total < MinorUnits::ZERO {
            return Err(LedgerError::Negative);
        }
        Ok(Self { entries, totals })
    }

    /// The entries in the order in which they were posted.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Sums per kind, subtotal and total.
    #[must_use]
    pub const fn totals(&self) -> &Totals {
        &self.totals
    }

    /// What the buyer pays, in minor units.
    #[must_use]
    pub const fn total(&self) -> MinorUnits {
        self.totals.total
    }

    /// Sum of one kind, signed.
    #[must_use]
    pub const fn sum(&self, kind: EntryKind) -> MinorUnits {
        match kind {
            EntryKind::ItemsBase => self.totals.items_base,
            EntryKind::ItemsDiscount => self.totals.items_discount,
            EntryKind::Discount => self.totals.discount,
            EntryKind::Fulfillment => self.totals.fulfillment,
            EntryKind::Tax => self.totals.tax,
            EntryKind::Fee => self.totals.fee,
            EntryKind::IncludedTax => self.totals.included_tax,
        }
    }

    /// The part of every sum that belongs to one line; zero everywhere for an unknown line.
    #[must_use]
    pub fn line(&self, line: &LineItemId) -> Totals {
        sum(self
            .entries
            .iter()
            .filter(|entry| entry.line.as_ref() == Some(line)))
    }

    /// The part of every sum that belongs to no line.
    #[must_use]
    pub fn without_line(&self) -> Totals {
        sum(self.entries.iter().filter(|entry| entry.line.is_none()))
    }

    /// [`Ledger::line`] for every line that has an entry.
    #[must_use]
    pub fn lines(&self) -> BTreeMap<LineItemId, Totals> {
        let mut per_line: BTreeMap<LineItemId, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            if let Some(line) = &entry.line {
                per_line.entry(line.clone()).or_default().push(entry);
            }
        }
        per_line
            .into_iter()
            .map(|(line, entries)| (line, sum(entries.into_iter())))
            .collect()
    }
}

impl TryFrom<Vec<Entry>> for Ledger {
    type Error = LedgerError;

    fn try_from(entries: Vec<Entry>) -> Result<Self, LedgerError> {
        Self::new(entries)
    }
}

impl From<Ledger> for Vec<Entry> {
    fn from(ledger: Ledger) -> Self {
        ledger.entries
    }
}

/// Why entries form no ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A sum leaves ±[`AMOUNT_MAX`]; the protocol's `maximum_exceeded`.
    #[error("an amount exceeds the maximum")]
    MaximumExceeded,
    /// A reduction is positive, or anything else negative.
    #[error("an entry of kind {kind:?} has the wrong sign")]
    WrongSign {
        /// The kind of the refused entry.
        kind: EntryKind,
    },
    /// The reductions exceed what they reduce.
    #[error("the total would be negative")]
    Negative,
}

/// Sums entries of whatever amounts.
fn sum<'a>(entries: impl Iterator<Item = &'a Entry>) -> Totals {
    let mut sums = [0_i128; EntryKind::ALL.len()];
    for entry in entries {
        for (slot, kind) in sums.iter_mut().zip(EntryKind::ALL) {
            if kind == entry.kind {
                *slot += i128::from(entry.amount.get());
            }
        }
    }
    let [
        items_base,
        items_discount,
        discount,
        fulfillment,
        tax,
        fee,
        included_tax,
    ] = sums;
    let subtotal = items_base + items_discount;
    Totals {
        items_base: saturated(items_base),
        items_discount: saturated(items_discount),
        subtotal: saturated(subtotal),
        discount: saturated(discount),
        fulfillment: saturated(fulfillment),
        tax: saturated(tax),
        fee: saturated(fee),
        total: saturated(subtotal + discount + fulfillment + tax + fee),
        included_tax: saturated(included_tax),
    }
}

/// Far beyond [`AMOUNT_MAX`] what does not fit: such sums are refused, never shown.
fn saturated(value: i128) -> MinorUnits {
    let bound = if value.is_negative() {
        i64::MIN
    } else {
        i64::MAX
    };
    MinorUnits::new(i64::try_from(value).unwrap_or(bound))
}
