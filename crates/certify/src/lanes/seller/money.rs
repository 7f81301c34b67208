//! Reading amounts of every version.

use serde_json::Value;

use super::{Session, session::sum_of};

/// The amounts of one line, in minor units; `None` where the line does not show them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::lanes) struct LineMoney {
    pub(in crate::lanes) base: Option<i64>,
    pub(in crate::lanes) discount: Option<i64>,
    pub(in crate::lanes) subtotal: Option<i64>,
    pub(in crate::lanes) tax: Option<i64>,
    pub(in crate::lanes) total: Option<i64>,
}

impl LineMoney {
    /// Reads a line: a list of totals from 2026-01-30 on, members before.
    pub(in crate::lanes) fn of(line: &Value) -> Self {
        if let Some(totals) = line.get("totals") {
            return Self {
                base: sum_of(totals, "items_base_amount"),
                discount: sum_of(totals, "items_discount").or_else(|| sum_of(totals, "discount")),
                subtotal: sum_of(totals, "subtotal"),
                tax: sum_of(totals, "tax"),
                total: sum_of(totals, "total"),
            };
        }
        let amount = |member: &str| line.get(member).and_then(Value::as_i64);
        Self {
            base: amount("base_amount"),
            discount: amount("discount"),
            subtotal: amount("subtotal"),
            tax: amount("tax"),
            total: amount("total"),
        }
    }
}

/// What an option costs: its total, else the sum of its rows.
pub(super) fn option_cost(option: &Value) -> Option<i64> {
    if let Some(total) = option.get("total").and_then(Value::as_i64) {
        return Some(total);
    }
    let totals = option.get("totals")?;
    if let Some(total) = sum_of(totals, "total") {
        return Some(total);
    }
    let mut sum = 0_i64;
    let rows = totals.as_array()?;
    for row in rows {
        sum = sum.checked_add(row.get("amount")?.as_i64()?)?;
    }
    (!rows.is_empty()).then_some(sum)
}

/// The sum of the selected options' costs, each once; `None` when one of them is not on offer.
pub(in crate::lanes) fn selected_cost(session: &Session) -> Option<i64> {
    let mut ids = session.selected_options();
    ids.sort_unstable();
    ids.dedup();
    let mut sum = 0_i64;
    for id in ids {
        let options = session.options();
        let option = options
            .iter()
            .find(|option| Session::text(option, "id") == Some(id))?;
        sum = sum.checked_add(option_cost(option)?)?;
    }
    Some(sum)
}

/// What the rows beside `total` make: items less their discounts, less other discounts, and everything
/// that is charged on top. Without a base row the subtotal stands for the items.
pub(in crate::lanes) fn sum_of_rows(session: &Session) -> Option<i64> {
    let row = |kind: &str| session.total(kind).unwrap_or(0);
    let items = session.total("items_base_amount").map_or_else(
        || session.total("subtotal"),
        |base| base.checked_sub(row("items_discount")),
    );
    let added = ["fulfillment", "tax", "fee", "gift_wrap", "tip"];
    sum(added.iter().map(|kind| Some(row(kind))))
        .and_then(|sum| sum.checked_add(items?))
        .and_then(|sum| sum.checked_sub(row("discount")))
}

/// Rows of a session's totals as `type amount`, for findings.
pub(in crate::lanes) fn rows(session: &Session) -> String {
    let totals = session.json.get("totals").and_then(Value::as_array);
    let rows = totals.into_iter().flatten().map(|row| {
        format!(
            "{} {}",
            Session::text(row, "type").unwrap_or("?"),
            row.get("amount").unwrap_or(&Value::Null)
        )
    });
    rows.collect::<Vec<_>>().join(", ")
}

/// A sum of amounts; `None` past 64 bits or when one is missing.
pub(in crate::lanes) fn sum(amounts: impl IntoIterator<Item = Option<i64>>) -> Option<i64> {
    let mut amounts = amounts.into_iter();
    amounts.try_fold(0_i64, |sum, amount| sum.checked_add(amount?))
}

/// Members of any part of a session that hold amounts.
pub(in crate::lanes) const AMOUNT_MEMBERS: [&str; 12] = [
    "amount",
    "unit_amount",
    "unit_price",
    "base_amount",
    "discount",
    "subtotal",
    "tax",
    "total",
    "charge",
    "presentment_amount",
    "amount_off",
    "max_amount",
];
