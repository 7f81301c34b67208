//! A checkout session as the buyer saw it, in the terms of no protocol.

use comptoir_acp::{
    currency::Currency,
    id::{CheckoutSessionId, ItemId, LineItemId},
    money::MinorUnits,
};
use comptoir_signing::{
    canonical::{CanonicalError, canonicalize},
    fingerprint::Fingerprint,
};
use serde::{Deserialize, Serialize};

use crate::{AMOUNT_MAX, address::Address, checkout::Checkout, item::LINES_MAX, ledger::Totals};

/// A session as shown: whoever shows it fills this in from what the seller sent, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSummary {
    /// The seller, by the identity under which it is known and paid.
    pub seller: String,
    /// The session.
    pub checkout_session_id: CheckoutSessionId,
    /// Revision of the session: the seller's, or counted by whoever watches it.
    pub revision: u64,
    /// Currency of every amount.
    pub currency: Currency,
    /// Every line.
    pub lines: Vec<SummaryLine>,
    /// The chosen delivery.
    pub options: Vec<SummaryOption>,
    /// Digest of the destination, where there is one.
    pub address: Option<AddressDigest>,
    /// Every total that was shown, signed as it changes what is paid. The total itself is not
    /// among them.
    pub totals: Vec<SummaryTotal>,
    /// What is paid, in minor units.
    pub total: MinorUnits,
}

/// One line as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryLine {
    /// The line.
    pub id: LineItemId,
    /// The item.
    pub item_id: ItemId,
    /// Name shown.
    pub title: String,
    /// Variant shown: size, colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// How many.
    pub quantity: u32,
    /// Price of one unit, in minor units.
    pub unit_price: MinorUnits,
    /// What the line costs in all, in minor units.
    pub total: MinorUnits,
}

/// A chosen delivery as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryOption {
    /// The option.
    pub id: String,
    /// Name shown.
    pub title: String,
    /// What it costs, in minor units.
    pub amount: MinorUnits,
}

/// One total as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryTotal {
    /// What it stands for, in the seller's words.
    pub kind: String,
    /// Minor units, signed as it changes what is paid.
    pub amount: MinorUnits,
}

/// Salted digest of an address. Without the salt it says nothing about the address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressDigest(String);

impl AddressDigest {
    /// The digest of an address under a salt that is kept apart, and destroyed to forget.
    ///
    /// # Errors
    /// [`CanonicalError`] when the address has no canonical form.
    pub fn of(address: &Address, salt: &[u8]) -> Result<Self, CanonicalError> {
        let mut bytes = canonicalize(&salt)?;
        bytes.extend(canonicalize(address)?);
        Ok(Self(Fingerprint::of_bytes(&bytes).to_hex()))
    }
}

impl SessionSummary {
    /// The summary of one of our own checkouts.
    ///
    /// # Errors
    /// [`CanonicalError`] when the address has no canonical form.
    pub fn of_checkout(
        seller: impl Into<String>,
        checkout: &Checkout,
        address_salt: &[u8],
    ) -> Result<Self, CanonicalError> {
        let per_line = checkout.ledger.lines();
        let lines = checkout
            .lines
            .iter()
            .map(|line| SummaryLine {
                id: line.id.clone(),
                item_id: line.item_id.clone(),
                title: line.title.clone(),
                variant: None,
                quantity: line.quantity.steps(),
                unit_price: line.unit_price,
                total: per_line
                    .get(&line.id)
                    .map_or(MinorUnits::ZERO, |totals| totals.total),
            })
            .collect();
        let options = checkout
            .selected_options()
            .map(|option| SummaryOption {
                id: option.id.to_string(),
                title: option.title.clone(),
                amount: option.subtotal,
            })
            .collect();
        let address = checkout
            .destination()
            .and_then(|destination| destination.address.as_ref())
            .map(|address| AddressDigest::of(address, address_salt))
            .transpose()?;
        Ok(Self {
            seller: seller.into(),
            checkout_session_id: checkout.id.clone(),
            revision: checkout.revision,
            currency: checkout.currency,
            lines,
            options,
            address,
            totals: totals(checkout.ledger.totals()),
            total: checkout.ledger.total(),
        })
    }

    /// Hash of the summary, over canonical JSON.
    ///
    /// # Errors
    /// [`CanonicalError`] when the summary has no canonical form.
    pub fn hash(&self) -> Result<Fingerprint, CanonicalError> {
        Ok(Fingerprint::of_bytes(&canonicalize(self)?))
    }

    /// Adds everything up again: nobody can agree to a session whose totals do not make its total
    /// (I15), that costs nothing or too much, or that has no lines.
    ///
    /// # Errors
    /// [`SummaryError`] names the contradiction.
    pub fn check(&self) -> Result<(), SummaryError> {
        if self.lines.is_empty() || self.lines.len() > LINES_MAX {
            return Err(SummaryError::LineCount);
        }
        if !(1..=AMOUNT_MAX).contains(&self.total.get()) {
            return Err(SummaryError::TotalOutOfRange);
        }
        let sum = MinorUnits::try_sum(self.totals.iter().map(|total| total.amount));
        if sum != Ok(self.total) {
            return Err(SummaryError::TotalsDoNotAddUp);
        }
        for (index, line) in self.lines.iter().enumerate() {
            let repeated = self
                .lines
                .iter()
                .take(index)
                .any(|other| other.id == line.id);
            if repeated || line.quantity == 0 {
                return Err(SummaryError::Line {
                    line: line.id.clone(),
                });
            }
        }
        Ok(())
    }
}

/// The addends of our own totals; the names are the protocol's.
fn totals(totals: &Totals) -> Vec<SummaryTotal> {
    [
        ("items_base_amount", totals.items_base),
        ("items_discount", totals.items_discount),
        ("discount", totals.discount),
        ("fulfillment", totals.fulfillment),
        ("tax", totals.tax),
        ("fee", totals.fee),
    ]
    .into_iter()
    .filter(|(_, amount)| *amount != MinorUnits::ZERO)
    .map(|(kind, amount)| SummaryTotal {
        kind: kind.to_owned(),
        amount,
    })
    .collect()
}

/// How a summary contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SummaryError {
    /// No lines, or more than [`LINES_MAX`].
    #[error("there are no lines, or more than {LINES_MAX}")]
    LineCount,
    /// Not 1 to 10^12 minor units.
    #[error("the total is not between 1 and {AMOUNT_MAX} minor units")]
    TotalOutOfRange,
    /// The totals do not make the total.
    #[error("the totals do not add up to the total")]
    TotalsDoNotAddUp,
    /// A line without quantity, or an id used twice.
    #[error("line {line} is empty or appears twice")]
    Line {
        /// The line.
        line: LineItemId,
    },
}
