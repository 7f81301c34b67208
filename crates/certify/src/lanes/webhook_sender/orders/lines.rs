//! The lines of an order.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    super::super::documents::{list, text},
    Faults, Rule, integer, must, sum,
    whole::quantity,
};

pub(super) const RULES: &[Rule] = &[
    must(
        "line-ids-unique",
        "line ids are unique in the order",
        &["orders.lines.ids-stable"],
        |order, _| {
            let mut seen = BTreeSet::new();
            let lines = list(order, "line_items").iter();
            lines
                .map(|line| text(line, "id"))
                .filter(|id| !seen.insert(*id))
                .map(|id| format!("`{id}` stands twice"))
                .collect()
        },
    ),
    sum(must(
        "line-subtotal",
        "a line's subtotal is ordered times unit_price",
        &["orders.lines.subtotal"],
        |order, _| {
            each(order, |line| {
                let (price, subtotal) = (integer(line, "unit_price")?, integer(line, "subtotal")?);
                let product = price.checked_mul(quantity(line, "ordered")?)?;
                (product != subtotal).then(|| format!("{subtotal} instead of {product}"))
            })
        },
    )),
    sum(must(
        "current-bounded",
        "current lies between 0 and ordered",
        &["orders.quantity.current-decreases"],
        |order, _| {
            each(order, |line| {
                let (ordered, current) = (quantity(line, "ordered")?, quantity(line, "current")?);
                (!(0..=ordered).contains(&current))
                    .then(|| format!("current {current} of {ordered}"))
            })
        },
    )),
    sum(must(
        "fulfilled-bounded",
        "fulfilled never exceeds ordered",
        &["orders.quantity.fulfilled-bounded"],
        |order, _| {
            each(order, |line| {
                let (ordered, sent) = (quantity(line, "ordered")?, quantity(line, "fulfilled")?);
                (!(0..=ordered).contains(&sent)).then(|| format!("fulfilled {sent} of {ordered}"))
            })
        },
    )),
    must(
        "line-removed",
        "a line whose current quantity is 0 is removed, and no other is",
        &["orders.line-status.removed"],
        |order, _| status(order, "removed", |current, _| current == 0),
    ),
    must(
        "line-fulfilled",
        "a line says fulfilled when fulfilled equals current, and not before",
        &["orders.line-status.fulfilled"],
        |order, _| {
            // A line that came back after it was sent may say either.
            status(order, "fulfilled", |current, sent| {
                current > 0 && sent == current
            })
        },
    ),
    must(
        "line-partial",
        "a line says partial when some of it is fulfilled, and only then",
        &["orders.line-status.partial"],
        |order, _| status(order, "partial", |current, sent| 0 < sent && sent < current),
    ),
    must(
        "line-processing",
        "a line says processing when nothing of it is fulfilled, and only then",
        &["orders.line-status.processing"],
        |order, _| {
            status(order, "processing", |current, sent| {
                current > 0 && sent == 0
            })
        },
    ),
];

/// Faults of the lines, named by line.
fn each(order: &Value, fault: impl Fn(&Value) -> Option<String>) -> Faults {
    let lines = list(order, "line_items").iter();
    lines
        .filter_map(|line| fault(line).map(|fault| format!("line {}: {fault}", text(line, "id"))))
        .collect()
}

/// Lines that say `word` wrongly, or should say it and say another known word.
fn status(order: &Value, word: &str, right: fn(i64, i64) -> bool) -> Faults {
    each(order, |line| {
        let told = text(line, "status");
        let (current, sent) = (quantity(line, "current")?, quantity(line, "fulfilled")?);
        if told.is_empty()
            || (current > 0 && sent > current && matches!(told, "fulfilled" | "processing"))
        {
            return None;
        }
        ((told == word) != right(current, sent))
            .then(|| format!("status {told} with current {current} and fulfilled {sent}"))
    })
}
