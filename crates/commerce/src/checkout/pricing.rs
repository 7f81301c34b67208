//! The one pricing path: create, update, read and completion all come through [`price`].

use std::collections::BTreeMap;

use comptoir_acp::{
    currency::Currency,
    id::{ItemId, LineItemId},
    money::MinorUnits,
    quantity::Quantity,
};
use serde::{Deserialize, Serialize};

use super::{DesiredCheckout, DesiredLine, Message, Refusal, delivery, lines};
use crate::{
    discount::{Discount, DiscountTarget, Fee},
    item::{FulfillmentKind, Sellable, TaxCategory},
    ledger::{Entry, EntryKind, Ledger},
    rounding::{Rounding, allocate},
    shipping::{FulfillmentOption, OptionId, OptionKind, ShippingTable},
    stock::Availability,
    tax::{TaxRow, TaxTable, Taxable, tax},
};

/// Everything a price depends on besides the wish itself: the merchant's data as of now.
#[derive(Clone, Copy, Debug)]
pub struct PricingContext<'a> {
    /// The wanted items that exist. What is not here is not sold.
    pub catalog: &'a BTreeMap<ItemId, Sellable>,
    /// Rates of tax.
    pub tax: &'a TaxTable,
    /// Rates of delivery.
    pub shipping: &'a ShippingTable,
    /// Reductions that apply, in the order in which they are taken off.
    pub discounts: &'a [Discount],
    /// Other charges.
    pub fees: &'a [Fee],
    /// Remaining units under which a line is reported as low.
    pub low_stock_below: u32,
}

/// One line of a checkout. Its amounts are in the ledger, under its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Stable for the life of the checkout, and of the order that comes of it.
    pub id: LineItemId,
    /// The item.
    pub item_id: ItemId,
    /// Name shown to the buyer.
    pub title: String,
    /// Longer text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Product page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// How many.
    pub quantity: Quantity,
    /// Price of one unit, in minor units.
    pub unit_price: MinorUnits,
    /// Tax class.
    pub tax_category: TaxCategory,
    /// How it reaches the buyer.
    pub fulfillment: FulfillmentKind,
    /// What the stock says.
    pub availability: Availability,
    /// Whether units are counted, and therefore held.
    pub counted: bool,
}

/// What pricing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Priced {
    pub(super) lines: Vec<Line>,
    pub(super) options: Vec<FulfillmentOption>,
    pub(super) selected_option: Option<OptionId>,
    pub(super) ledger: Ledger,
    pub(super) tax_rows: Vec<TaxRow>,
    pub(super) messages: Vec<Message>,
    pub(super) line_numbers: lines::LineNumbers,
}

impl Priced {
    pub(super) fn is_ready(&self) -> bool {
        !self.messages.iter().any(Message::blocks_payment)
    }

    /// Whether the option chosen earlier had to be given up.
    pub(super) fn option_was_replaced(&self) -> bool {
        self.messages
            .iter()
            .any(|message| matches!(message, Message::OptionReplaced { .. }))
    }
}

/// A line on its way through the computation.
pub(super) struct Draft<'a> {
    pub(super) line: Line,
    pub(super) sellable: &'a Sellable,
    /// Price of the line after the reductions so far.
    net: MinorUnits,
}

/// What the checkout showed before, as far as it matters to the next price.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    pub(super) lines: &'a [Line],
    pub(super) line_numbers: &'a lines::LineNumbers,
    pub(super) selected_option: Option<&'a OptionId>,
}

/// Prices a wish.
pub(super) fn price(
    currency: Currency,
    desired: &DesiredCheckout,
    before: Option<Before<'_>>,
    context: &PricingContext<'_>,
) -> Result<Priced, Refusal> {
    let mut messages = Vec::new();
    let line_numbers = lines::number(&desired.lines, before.map(|before| before.line_numbers));
    let mut drafts = Vec::with_capacity(desired.lines.len());
    for wanted in &desired.lines {
        if let Some(sellable) = lines::find(wanted, currency, context, &mut messages) {
            let id = line_numbers.id(&wanted.item_id)?;
            drafts.push(draft(id, wanted, sellable, context.low_stock_below));
        }
    }
    if desired.lines.is_empty() {
        messages.push(Message::NoLines);
    }
    let address = desired
        .destination
        .as_ref()
        .and_then(|destination| destination.address.as_ref());
    lines::judge(
        &drafts,
        desired,
        before.map(|before| before.lines),
        address,
        &mut messages,
    );
    let lines: Vec<Line> = drafts.iter().map(|draft| draft.line.clone()).collect();
    // From here on the order of the lines must not matter to any amount.
    drafts.sort_by(|one, other| one.line.item_id.cmp(&other.line.item_id));

    let rounding = context.tax.rounding;
    let mut entries = Vec::with_capacity(drafts.len() * 3 + 4);
    post_items(&mut drafts, context.discounts, rounding, &mut entries)?;
    post_order_discounts(&mut drafts, context.discounts, rounding, &mut entries)?;
    let delivery = delivery::choose(&drafts, currency, desired, before, context, &mut messages)?;
    let shipping = post_delivery(&delivery, context.discounts, rounding, &mut entries)?;
    for fee in context.fees {
        entries.push(Entry::whole(EntryKind::Fee, fee.amount));
    }
    let tax_rows = post_tax(&drafts, shipping, address, context, &mut entries)?;
    let ledger = Ledger::new(entries)?;
    if !lines.is_empty() && ledger.total() == MinorUnits::ZERO {
        messages.push(Message::NothingToPay);
    }
    let delivery::Delivery {
        options,
        selected_option,
    } = delivery;
    Ok(Priced {
        lines,
        options,
        selected_option,
        ledger,
        tax_rows,
        messages,
        line_numbers,
    })
}

impl Draft<'_> {
    /// Price after the reductions so far.
    pub(super) fn net(&self) -> MinorUnits {
        self.net
    }
}

fn draft<'a>(
    id: LineItemId,
    wanted: &DesiredLine,
    sellable: &'a Sellable,
    low_below: u32,
) -> Draft<'a> {
    let line = Line {
        id,
        item_id: wanted.item_id.clone(),
        title: sellable.title.clone(),
        description: sellable.description.clone(),
        image_url: sellable.image_url.clone(),
        url: sellable.url.clone(),
        quantity: wanted.quantity,
        unit_price: sellable.unit_price,
        tax_category: sellable.tax_category.clone(),
        fulfillment: sellable.fulfillment,
        availability: crate::stock::availability(sellable, wanted.quantity.steps(), low_below),
        counted: sellable.stock.is_some(),
    };
    Draft {
        line,
        sellable,
        net: MinorUnits::ZERO,
    }
}

/// Base prices, and the reductions of single items.
fn post_items(
    drafts: &mut [Draft<'_>],
    discounts: &[Discount],
    rounding: Rounding,
    entries: &mut Vec<Entry>,
) -> Result<(), Refusal> {
    for draft in drafts {
        let units = i64::from(draft.line.quantity.steps());
        draft.net = draft.line.unit_price.checked_mul(units)?;
        entries.push(Entry::line(EntryKind::ItemsBase, &draft.line.id, draft.net));
        for discount in discounts {
            if let DiscountTarget::Items(items) = &discount.target
                && items.contains(&draft.line.item_id)
            {
                let off = discount.value.off(draft.net, rounding)?;
                draft.reduce(off, EntryKind::ItemsDiscount, entries)?;
            }
        }
    }
    Ok(())
}

/// Reductions of the whole, split over the lines.
fn post_order_discounts(
    drafts: &mut [Draft<'_>],
    discounts: &[Discount],
    rounding: Rounding,
    entries: &mut Vec<Entry>,
) -> Result<(), Refusal> {
    for discount in discounts
        .iter()
        .filter(|discount| discount.target == DiscountTarget::Order)
    {
        let weights: Vec<MinorUnits> = drafts.iter().map(|draft| draft.net).collect();
        let remaining = MinorUnits::try_sum(weights.iter().copied())?;
        let off = discount.value.off(remaining, rounding)?;
        for (draft, share) in drafts.iter_mut().zip(allocate(off, &weights)?) {
            draft.reduce(share, EntryKind::Discount, entries)?;
        }
    }
    Ok(())
}

impl Draft<'_> {
    fn reduce(
        &mut self,
        off: MinorUnits,
        kind: EntryKind,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Refusal> {
        if off > MinorUnits::ZERO {
            self.net = self.net.checked_sub(off)?;
            entries.push(Entry::line(kind, &self.line.id, off.checked_neg()?));
        }
        Ok(())
    }
}

/// Delivery and its reductions. Returns what delivery costs after them.
fn post_delivery(
    delivery: &delivery::Delivery,
    discounts: &[Discount],
    rounding: Rounding,
    entries: &mut Vec<Entry>,
) -> Result<MinorUnits, Refusal> {
    let chosen = delivery.options.iter().find(|option| {
        option.kind == OptionKind::Shipping && Some(&option.id) == delivery.selected_option.as_ref()
    });
    let Some(option) = chosen else {
        return Ok(MinorUnits::ZERO);
    };
    let mut net = option.subtotal;
    entries.push(Entry::whole(EntryKind::Fulfillment, net));
    for discount in discounts {
        if discount.target == DiscountTarget::Fulfillment {
            let off = discount.value.off(net, rounding)?;
            if off > MinorUnits::ZERO {
                net = net.checked_sub(off)?;
                entries.push(Entry::whole(EntryKind::Discount, off.checked_neg()?));
            }
        }
    }
    Ok(net)
}

/// Tax on every line and, where the region taxes it, on delivery.
fn post_tax(
    drafts: &[Draft<'_>],
    shipping: MinorUnits,
    address: Option<&crate::address::Address>,
    context: &PricingContext<'_>,
    entries: &mut Vec<Entry>,
) -> Result<Vec<TaxRow>, Refusal> {
    let physical = drafts
        .iter()
        .any(|draft| draft.line.fulfillment == FulfillmentKind::Physical);
    // Until goods have a destination, only tax that changes no total is shown.
    let region = context
        .tax
        .region(address)
        .filter(|region| address.is_some() || region.prices_include_tax || !physical);
    let Some(region) = region else {
        return Ok(Vec::new());
    };
    let mut things: Vec<Taxable> = drafts
        .iter()
        .map(|draft| Taxable {
            rate: region.rate(&draft.line.tax_category),
            amount: draft.net,
        })
        .collect();
    if region.shipping_taxed {
        things.push(Taxable {
            rate: region.standard,
            amount: shipping,
        });
    }
    let result = tax(region, context.tax.rounding, &things)?;
    let kind = if region.prices_include_tax {
        EntryKind::IncludedTax
    } else {
        EntryKind::Tax
    };
    let lines = drafts
        .iter()
        .map(|draft| Some(draft.line.id.clone()))
        .chain([None]);
    for (line, amount) in lines.zip(result.parts) {
        if amount > MinorUnits::ZERO {
            entries.push(Entry { kind, amount, line });
        }
    }
    Ok(result.rows)
}
