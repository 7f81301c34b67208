//! Lines of a session.

use comptoir_acp::{
    latest::checkout::{AvailabilityStatus, Item, LineItem, Total, TotalType},
    money::MinorUnits,
};
use comptoir_commerce::{checkout::Line, ledger::Ledger, stock::Availability};

use super::totals::{magnitude, row};

pub(super) fn line(line: &Line, ledger: &Ledger) -> LineItem {
    LineItem {
        name: Some(line.title.clone()),
        description: line.description.clone(),
        images: line.image_url.clone().map(|url| vec![url]),
        unit_amount: Some(line.unit_price),
        availability_status: Some(availability(line.availability)),
        ..LineItem::new(
            line.id.clone(),
            Item::new(line.item_id.clone()),
            line.quantity,
            totals(line, ledger),
        )
    }
}

fn totals(line: &Line, ledger: &Ledger) -> Vec<Total> {
    let view = ledger.line(&line.id);
    let mut rows = vec![row(TotalType::ItemsBaseAmount, "Price", view.items_base)];
    let reduction = view.items_discount;
    if reduction != MinorUnits::ZERO {
        rows.push(row(
            TotalType::ItemsDiscount,
            "Discount",
            magnitude(reduction),
        ));
    }
    rows.push(row(TotalType::Subtotal, "Subtotal", view.subtotal));
    if view.discount != MinorUnits::ZERO {
        rows.push(row(
            TotalType::Discount,
            "Share of discounts",
            magnitude(view.discount),
        ));
    }
    if view.tax != MinorUnits::ZERO {
        rows.push(row(TotalType::Tax, "Tax", view.tax));
    }
    rows.push(row(TotalType::Total, "Total", view.total));
    rows
}

fn availability(availability: Availability) -> AvailabilityStatus {
    match availability {
        Availability::InStock => AvailabilityStatus::InStock,
        Availability::LowStock => AvailabilityStatus::LowStock,
        Availability::TooFew | Availability::OutOfStock => AvailabilityStatus::OutOfStock,
    }
}
