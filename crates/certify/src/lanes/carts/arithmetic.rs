//! Estimates add up.

use serde_json::Value;

use super::client::{Cart, Carts, row};
use crate::{
    Check, Outcome, Topic,
    lanes::seller::{
        Session,
        money::{LineMoney, sum},
        session::sum_of,
    },
};

/// Lines as places in the configured items with units.
type Lines = &'static [(usize, u32)];

const BASKETS: [(&str, &str, Lines); 3] = [
    ("one-unit", "one unit", &[(0, 1)]),
    ("many-units", "seven units", &[(0, 7)]),
    ("two-items", "two items", &[(0, 2), (1, 3)]),
];

type Judge = fn(&Carts, &Cart) -> Outcome;

const RULES: [(&str, &str, Judge); 3] = [
    (
        "line-price",
        "the price of a line is its unit price times its quantity",
        line_price,
    ),
    (
        "subtotal",
        "the subtotal is the sum of the lines' subtotals",
        subtotal,
    ),
    ("total", "the total is what its rows come to", total),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for (name, title, judge) in RULES {
        for (basket, words, lines) in BASKETS {
            checks.push(
                row(
                    Topic::Arithmetic,
                    &format!("{name}-{basket}"),
                    format!("{title} ({words}, after create and after update)"),
                    move |carts| async move {
                        let named: Vec<_> = lines
                            .iter()
                            .map(|&(place, units)| Ok((carts.seller.item_at(place)?, units)))
                            .collect::<Outcome<_>>()?;
                        let cart = carts.new_cart_of(&named).await?;
                        judge(&carts, &cart)?;
                        let other = carts.new_cart().await?;
                        judge(&carts, &carts.replaced_by(&other.id, &named).await?)
                    },
                )
                .proves(&["cart.totals.estimated", "cart.money.minor-units"])
                .advice("compute estimates by the rules of checkout"),
            );
        }
    }
    checks
}

fn line_price(carts: &Carts, cart: &Cart) -> Outcome {
    for line in cart.lines() {
        let unit = line
            .get("unit_amount")
            .or_else(|| line.pointer("/item/unit_amount"))
            .and_then(Value::as_i64);
        let quantity = Session::item_of(line)
            .1
            .and_then(|one| i64::try_from(one).ok());
        let money = LineMoney::of(line);
        let base = money.base.or(match money.discount {
            Some(_) => None,
            None => money.subtotal,
        });
        let (Some(unit), Some(quantity), Some(base)) = (unit, quantity, base) else {
            continue;
        };
        carts.case().must(
            unit.checked_mul(quantity) == Some(base),
            &cart.answer,
            "unit price times quantity is the price of the line",
            || format!("{unit} times {quantity} is shown as {base}"),
        )?;
    }
    Ok(())
}

fn subtotal(carts: &Carts, cart: &Cart) -> Outcome {
    let lines: Option<Vec<i64>> = cart
        .lines()
        .iter()
        .map(|line| LineMoney::of(line).subtotal)
        .collect();
    let (Some(lines), Some(shown)) = (lines, cart.total("subtotal")) else {
        return Ok(());
    };
    let sum = sum(lines.iter().copied().map(Some));
    carts.case().must(
        sum == Some(shown),
        &cart.answer,
        "the lines' subtotals add up to the cart's",
        || format!("{lines:?} and {shown}"),
    )
}

/// Rows that are added to the price of the items.
const ADDED: [&str; 5] = ["fulfillment", "tax", "fee", "gift_wrap", "tip"];

fn total(carts: &Carts, cart: &Cart) -> Outcome {
    let row = |kind: &str| cart.total(kind).unwrap_or_default();
    // Without a base row the subtotal stands for the items.
    let items = cart.total("items_base_amount").map_or_else(
        || cart.total("subtotal"),
        |base| base.checked_sub(row("items_discount")),
    );
    // Nothing says whether store credit is subtracted.
    let credit = cart.total("store_credit").is_some();
    let (Some(items), Some(total), false) = (items, cart.total("total"), credit) else {
        return Ok(());
    };
    let sum = sum(ADDED.iter().map(|kind| Some(row(kind))))
        .and_then(|added| items.checked_add(added))
        .and_then(|sum| sum.checked_sub(row("discount")));
    carts.case().must(
        sum == Some(total),
        &cart.answer,
        "the rows of totals come to the total",
        || format!("{sum:?} is shown as {total}"),
    )
}

impl Cart {
    /// The amount of the totals row of this type, in minor units.
    fn total(&self, kind: &str) -> Option<i64> {
        sum_of(self.json.get("totals")?, kind)
    }
}
