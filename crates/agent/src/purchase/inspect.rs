//! Compares what a seller answers with what the buyer asked for and saw.

use serde::{Deserialize, Serialize};

use super::{
    model::Purchase,
    session::{HeldAddress, Session, SessionStatus},
    totals::{self, Verified},
};

/// Why a seller's session is not shown for ordering. The blame is the seller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum SellerFault {
    /// Amounts do not add up, or contain a row that is not understood.
    #[error("the seller's amounts do not add up")]
    Totals,
    /// A line that was not asked for, or one that is missing.
    #[error("the seller's lines are not those asked for")]
    Lines,
    /// Another quantity than asked for.
    #[error("the seller changed a quantity")]
    Quantity,
    /// Another currency, or a second one.
    #[error("the seller changed the currency")]
    Currency,
    /// An answer about another session.
    #[error("the seller answered about another session")]
    Session,
    /// Another address or delivery than chosen.
    #[error("the seller changed the address or the delivery")]
    Delivery,
    /// An answer that cannot be read.
    #[error("the seller's answer cannot be read")]
    Unreadable,
    /// No payment handler that works with a delegated card token.
    #[error("the seller offers no supported way to pay")]
    Payment,
    /// The session is canceled or expired.
    #[error("the seller closed the session")]
    Gone,
}

/// A price that is not the one the buyer saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceChange {
    /// Title of the item, as shown.
    pub title: String,
    /// Unit price shown before, in minor units.
    pub shown: i64,
    /// Unit price now, in minor units.
    pub now: i64,
}

/// What a session says once it has been checked against the purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inspected {
    pub(crate) amounts: Verified,
    pub(crate) changes: Vec<PriceChange>,
}

/// Checks identity, currency, items, quantities, delivery and amounts.
pub(crate) fn inspect(purchase: &Purchase, session: &Session) -> Result<Inspected, SellerFault> {
    if session.status == SessionStatus::Closed {
        return Err(SellerFault::Gone);
    }
    identity(purchase, session)?;
    items(purchase, session)?;
    delivery(purchase, session)?;
    let amounts = totals::verify(session).map_err(|_| SellerFault::Totals)?;
    Ok(Inspected {
        amounts,
        changes: price_changes(purchase, session),
    })
}

fn identity(purchase: &Purchase, session: &Session) -> Result<(), SellerFault> {
    if purchase
        .session
        .as_ref()
        .is_some_and(|known| known.id != session.id)
    {
        return Err(SellerFault::Session);
    }
    let second = session.presentment_currency.as_deref();
    if session.currency != purchase.currency
        || second.is_some_and(|code| !code.eq_ignore_ascii_case(purchase.currency.code()))
    {
        return Err(SellerFault::Currency);
    }
    Ok(())
}

fn items(purchase: &Purchase, session: &Session) -> Result<(), SellerFault> {
    let known = |item_id: &str| purchase.items.iter().any(|item| item.variant_id == item_id);
    if session.lines.is_empty() || session.lines.iter().any(|line| !known(&line.item_id)) {
        return Err(SellerFault::Lines);
    }
    for item in &purchase.items {
        let mut lines = session
            .lines
            .iter()
            .filter(|line| line.item_id == item.variant_id)
            .peekable();
        if lines.peek().is_none() {
            return Err(SellerFault::Lines);
        }
        let quantity: u64 = lines.map(|line| u64::from(line.quantity)).sum();
        if quantity != u64::from(item.quantity) {
            return Err(SellerFault::Quantity);
        }
    }
    Ok(())
}

fn delivery(purchase: &Purchase, session: &Session) -> Result<(), SellerFault> {
    if let (Some(chosen), Some(held)) = (&purchase.destination, &session.address) {
        let same = |left: &str, right: &str| {
            let squeeze = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
            squeeze(left) == squeeze(right)
        };
        let HeldAddress {
            line_one,
            city,
            postal_code,
            country,
        } = held;
        if !(same(&chosen.line_one, line_one)
            && same(&chosen.city, city)
            && same(&chosen.postal_code, postal_code)
            && same(&chosen.country, country))
        {
            return Err(SellerFault::Delivery);
        }
    }
    match &purchase.chosen_option {
        Some(option)
            if !session.selected.iter().all(|selected| selected == option)
                || session.selected.is_empty() =>
        {
            Err(SellerFault::Delivery)
        }
        _ => Ok(()),
    }
}

fn price_changes(purchase: &Purchase, session: &Session) -> Vec<PriceChange> {
    let mut changes = Vec::new();
    for line in &session.lines {
        let Some(item) = purchase
            .items
            .iter()
            .find(|item| item.variant_id == line.item_id)
        else {
            continue;
        };
        if let (Some(shown), Some(now)) = (item.shown_price, line.unit_amount)
            && shown != now
        {
            changes.push(PriceChange {
                title: item.title.clone(),
                shown,
                now,
            });
        }
    }
    changes
}
