//! Sellers whose discounts land in the wrong place, or do not add up.

use serde_json::{Value, json};

use super::{
    discounts_amounts::{applies, members, remove, says},
    fault::Fault,
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = allocations();
    all.extend(totals());
    all.extend(sums());
    all
}

/// Adds to a number.
fn add(number: &mut Value, more: i64) {
    if let Some(amount) = number.as_i64() {
        *number = json!(amount + more);
    }
}

/// The rows of this type, of the session and of its lines.
fn rows(session: &mut Value, kind: &str, edit: impl Fn(&mut Value)) {
    let lines = members(session, "/line_items").iter_mut();
    lines.for_each(|line| of_type(line, kind, &edit));
    of_type(session, kind, &edit);
}

fn of_type(holder: &mut Value, kind: &str, edit: impl Fn(&mut Value)) {
    let rows = members(holder, "/totals").iter_mut();
    rows.filter(|row| row["type"] == kind).for_each(edit);
}

fn allocations() -> Vec<Fault> {
    vec![
        applies(
            "discount-parts-short",
            "loses a cent among the allocations",
            &[
                "extensions.arithmetic.discount-allocations-sum-on-create",
                "extensions.arithmetic.discount-allocations-sum-with-two-codes",
            ],
            |one| {
                if let Some(part) = members(one, "/allocations").first_mut() {
                    add(&mut part["amount"], -1);
                }
            },
        ),
        applies(
            "discount-parts-nowhere",
            "counts lines from 1",
            &["extensions.arithmetic.discount-allocation-paths-on-create"],
            |one| {
                for (place, part) in members(one, "/allocations").iter_mut().enumerate() {
                    part["path"] = json!(format!("$.line_items[{}]", place + 1));
                }
            },
        ),
        applies(
            "discount-parts-by-pointer",
            "names lines by JSON Pointers",
            &["extensions.arithmetic.discount-allocation-paths-on-retrieve"],
            |one| {
                for (place, part) in members(one, "/allocations").iter_mut().enumerate() {
                    part["path"] = json!(format!("/line_items/{place}"));
                }
            },
        ),
        applies(
            "discount-each-whole",
            "shows no allocations of a discount on each line",
            &["extensions.arithmetic.discount-each-has-allocations-on-create"],
            |one| remove(one, "allocations"),
        )
        .warned(),
        applies(
            "discount-across-in-parts",
            "allocates a discount of the order to lines",
            &["extensions.arithmetic.discount-across-has-none-without-need-of-a-code"],
            |one| {
                let amount = one["amount"].clone();
                one["allocations"] = json!([{ "path": "$.line_items[0]", "amount": amount }]);
            },
        )
        .warned(),
    ]
}

fn totals() -> Vec<Fault> {
    vec![
        says(
            "discount-lines-in-order-row",
            "shows discounts of lines as discounts of the order",
            &["extensions.arithmetic.discount-items-row-on-create"],
            |session| {
                of_type(session, "items_discount", |row| {
                    row["type"] = json!("discount");
                });
            },
        ),
        says(
            "discount-order-in-items-row",
            "shows discounts of the order as discounts of lines",
            &[
                "extensions.arithmetic.discount-order-row-with-further-codes",
                "extensions.arithmetic.discount-order-row-without-need-of-a-code",
            ],
            |session| {
                of_type(session, "discount", |row| {
                    row["type"] = json!("items_discount");
                });
            },
        ),
        says(
            "discount-line-unlike",
            "shows another discount on the line than it allocated",
            &[
                "extensions.arithmetic.discount-items-row-on-update",
                "extensions.arithmetic.discount-items-row-is-lines-on-update",
            ],
            |session| {
                if let Some(line) = members(session, "/line_items").first_mut() {
                    of_type(line, "items_discount", |row| add(&mut row["amount"], 7));
                }
            },
        ),
    ]
}

fn sums() -> Vec<Fault> {
    vec![
        says(
            "discount-rows-negative",
            "writes discount rows with a minus",
            &[
                "extensions.arithmetic.discount-rows-positive-on-create",
                "extensions.arithmetic.discount-rows-positive-with-further-codes",
            ],
            |session| {
                for kind in ["discount", "items_discount"] {
                    rows(session, kind, |row| {
                        let amount = row["amount"].as_i64().unwrap_or_default();
                        row["amount"] = json!(-amount);
                    });
                }
            },
        ),
        says(
            "discount-rows-not-subtracted",
            "shows discount rows that the total does not subtract",
            &[
                "extensions.arithmetic.discount-rows-positive-on-retrieve",
                "extensions.arithmetic.discount-lowers-total",
                "extensions.arithmetic.core-totals-kept",
            ],
            |session| {
                let applied = session["discounts"]["applied"].as_array().cloned();
                let all = applied.into_iter().flatten();
                let off: i64 = all.filter_map(|one| one["amount"].as_i64()).sum();
                of_type(session, "total", |row| add(&mut row["amount"], off));
            },
        ),
        says(
            "discount-hidden",
            "takes a discount off that applied does not list",
            &["extensions.arithmetic.discount-applied-complete-without-need-of-a-code"],
            |session| session["discounts"]["applied"] = json!([]),
        ),
        says(
            "discount-half-hidden",
            "lists less than it takes off",
            &["extensions.arithmetic.discount-applied-complete-on-complete"],
            |session| {
                for one in members(session, "/discounts/applied") {
                    add(&mut one["amount"], -5);
                }
            },
        ),
    ]
}
