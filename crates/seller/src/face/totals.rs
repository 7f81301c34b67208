//! Rows of totals: reductions are positive numbers that are subtracted, as the wire wants them.

use comptoir_acp::{
    latest::checkout::{Total, TotalType},
    money::MinorUnits,
};
use comptoir_commerce::{checkout::Checkout, ledger::Totals};

/// One row.
pub(super) fn row(r#type: TotalType, display_text: &str, amount: MinorUnits) -> Total {
    Total::new(r#type, display_text.to_owned(), amount)
}

/// The rows of a whole session or order. Rows of nothing are left out, the sums are always there.
pub(super) fn whole(totals: &Totals, included_tax: Option<String>) -> Vec<Total> {
    let rows = [
        (TotalType::ItemsBaseAmount, "Items", totals.items_base),
        (
            TotalType::ItemsDiscount,
            "Item discounts",
            totals.items_discount,
        ),
        (TotalType::Subtotal, "Subtotal", totals.subtotal),
        (TotalType::Discount, "Discount", totals.discount),
        (TotalType::Fulfillment, "Delivery", totals.fulfillment),
        (TotalType::Tax, "Tax", totals.tax),
        (TotalType::Fee, "Fees", totals.fee),
    ];
    let mut shown: Vec<Total> = rows
        .into_iter()
        .filter(|(kind, _, amount)| is_sum(*kind) || *amount != MinorUnits::ZERO)
        .map(|(kind, text, amount)| row(kind, text, magnitude(amount)))
        .collect();
    let mut total = row(TotalType::Total, "Total", totals.total);
    total.description = included_tax;
    shown.push(total);
    shown
}

/// Says how much of the total is tax, where prices contain it: the wire has no field for that.
pub(super) fn included_tax(checkout: &Checkout) -> Option<String> {
    let amount = checkout.ledger.totals().included_tax;
    let name = checkout.tax_rows.first().map(|row| row.name.as_str())?;
    let shown = comptoir_acp::money::Money::new(amount, checkout.currency).display();
    (amount != MinorUnits::ZERO).then(|| format!("includes {name} of {shown}"))
}

/// The amount without its sign.
pub(super) fn magnitude(amount: MinorUnits) -> MinorUnits {
    MinorUnits::new(amount.get().saturating_abs())
}

fn is_sum(kind: TotalType) -> bool {
    matches!(kind, TotalType::ItemsBaseAmount | TotalType::Subtotal)
}
