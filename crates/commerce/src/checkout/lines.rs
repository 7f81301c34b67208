//! Finding, numbering and judging the lines of a checkout.

use std::collections::BTreeMap;

use comptoir_acp::{
    currency::Currency,
    id::{ItemId, LineItemId},
    money::{MinorUnits, Money},
};
use serde::{Deserialize, Serialize};

use super::{DesiredCheckout, DesiredLine, Line, Message, PricingContext, Refusal, pricing};
use crate::{address::Address, item::Sellable, stock::Availability};

/// The number of each item's line. A number is never used for another item, so a line keeps its id
/// through every update, and an id seen once never means anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineNumbers {
    last: u32,
    items: BTreeMap<ItemId, u32>,
}

impl LineNumbers {
    /// The id of an item's line.
    pub(super) fn id(&self, item: &ItemId) -> Result<LineItemId, Refusal> {
        let number = self.items.get(item).copied().unwrap_or_default();
        LineItemId::parse(format!("li_{number}")).map_err(|_| Refusal::MaximumExceeded)
    }
}

/// Gives every wanted item a number, known items their old one.
pub(super) fn number(wanted: &[DesiredLine], before: Option<&LineNumbers>) -> LineNumbers {
    let mut numbers = LineNumbers {
        last: before.map_or(0, |before| before.last),
        items: BTreeMap::new(),
    };
    for line in wanted {
        let known = before
            .and_then(|before| before.items.get(&line.item_id))
            .copied();
        let number = known.unwrap_or_else(|| {
            numbers.last = numbers.last.saturating_add(1);
            numbers.last
        });
        numbers.items.insert(line.item_id.clone(), number);
    }
    numbers
}

/// Finds what is wanted in the catalogue, or says why it is not there.
pub(super) fn find<'a>(
    wanted: &DesiredLine,
    currency: Currency,
    context: &PricingContext<'a>,
    messages: &mut Vec<Message>,
) -> Option<&'a Sellable> {
    let item_id = || wanted.item_id.clone();
    // An item without a sensible price is a defect of the catalogue; it is not for sale.
    let found = context
        .catalog
        .get(&wanted.item_id)
        .filter(|item| item.unit_price >= MinorUnits::ZERO);
    match found {
        None => {
            messages.push(Message::NotFound { item_id: item_id() });
            None
        }
        Some(item) if item.currency != currency => {
            messages.push(Message::CurrencyUnsupported { item_id: item_id() });
            None
        }
        Some(item) => Some(item),
    }
}

/// Says what is wrong with, or remarkable about, the lines found.
pub(super) fn judge(
    drafts: &[pricing::Draft<'_>],
    desired: &DesiredCheckout,
    before: Option<&[Line]>,
    address: Option<&Address>,
    messages: &mut Vec<Message>,
) {
    for draft in drafts {
        let pricing::Draft { line, sellable, .. } = draft;
        judge_stock(line, sellable, messages);
        if let Some(region) = address.and_then(|address| sellable.restriction(address)) {
            messages.push(Message::RegionRestricted {
                line: line.id.clone(),
                title: line.title.clone(),
                region: region.clone(),
            });
        }
        let shown = before
            .into_iter()
            .flatten()
            .find(|shown| shown.id == line.id);
        if let Some(shown) = shown.filter(|shown| shown.unit_price != line.unit_price) {
            messages.push(Message::PriceChange {
                line: line.id.clone(),
                title: line.title.clone(),
                before: Money::new(shown.unit_price, sellable.currency),
                now: Money::new(line.unit_price, sellable.currency),
            });
        }
        let wanted = desired
            .lines
            .iter()
            .find(|wanted| wanted.item_id == line.item_id);
        let named = wanted.and_then(|wanted| wanted.named_price);
        if let Some(named) = named.filter(|named| *named != line.unit_price) {
            messages.push(Message::PriceIgnored {
                line: line.id.clone(),
                title: line.title.clone(),
                named: Money::new(named, sellable.currency),
                price: Money::new(line.unit_price, sellable.currency),
            });
        }
    }
}

fn judge_stock(line: &Line, sellable: &Sellable, messages: &mut Vec<Message>) {
    let (id, title) = (line.id.clone(), line.title.clone());
    let per_order = sellable.quantity_max();
    if line.availability == Availability::OutOfStock {
        messages.push(Message::OutOfStock { line: id, title });
    } else if line.availability == Availability::TooFew || line.quantity.steps() > per_order {
        let quantity_max = sellable
            .stock
            .map_or(per_order, |stock| stock.min(per_order));
        messages.push(Message::QuantityExceeded {
            line: id,
            title,
            quantity_max,
        });
    } else if line.availability == Availability::LowStock {
        messages.push(Message::LowStock { line: id, title });
    }
}
