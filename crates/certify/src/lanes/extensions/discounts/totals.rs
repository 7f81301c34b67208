//! Discounts show in the rows of the session and of its lines.

use serde_json::Value;

use super::{
    reading::{Applied, amounts, applied, shown},
    rule::{Rule, absent},
    scene::{Scene, valid},
};
use crate::{
    Check, Outcome, Topic,
    lanes::{
        extensions::shop::{ask, plain},
        seller::{
            Seller, Session,
            money::{LineMoney, rows, selected_cost},
        },
    },
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(ITEMS.at(Topic::Arithmetic, Scene::CODED));
    checks.extend(ORDER.at(
        Topic::Arithmetic,
        &[Scene::Further, Scene::Automatic, Scene::Any],
    ));
    checks.extend(LINES.at(Topic::Arithmetic, Scene::CODED));
    checks.extend(POSITIVE.at(Topic::Arithmetic, Scene::DISCOUNTED));
    checks.extend(COMPLETE.at(Topic::Arithmetic, Scene::DISCOUNTED));
    checks.push(
        ask(
            Topic::Arithmetic,
            "discount-lowers-total",
            "the total goes down by what applied discounts take off",
            lowers_total,
        )
        .proves(&["discounts.totals.reflected"])
        .advice("subtract every applied discount from the total"),
    );
    checks
}

const ITEMS: Rule = Rule {
    name: "discount-items-row",
    title: "what is allocated to lines is in rows of type items_discount, on the line and on the session",
    proves: &["discounts.totals.items-discount"],
    advice: "sum the allocations to each line into its items_discount row, and all of them into that of the session",
    judge: items_rows,
};

const ORDER: Rule = Rule {
    name: "discount-order-row",
    title: "what is not allocated to lines is in rows of type discount",
    proves: &["discounts.totals.order-discount"],
    advice: "sum discounts without allocations, and those of shipping and fees, into the discount row",
    judge: order_row,
};

const LINES: Rule = Rule {
    name: "discount-items-row-is-lines",
    title: "items_discount of the session is the sum of the lines' discounts",
    proves: &["discounts.totals.items-discount-sum"],
    advice: "sum the discounts of the lines as they stand in this answer",
    judge: lines_sum,
};

const POSITIVE: Rule = Rule {
    name: "discount-rows-positive",
    title: "discount rows are positive integers that are subtracted",
    proves: &["discounts.totals.positive"],
    advice: "write a discount of 5.00 as 500, and subtract it",
    judge: positive,
};

const COMPLETE: Rule = Rule {
    name: "discount-applied-complete",
    title: "applied lists every discount in force: together they are what the rows take off",
    proves: &["discounts.response.applied-complete"],
    advice: "list each discount in applied, by code and automatic",
    judge: complete,
};

fn off_lines(session: &Session) -> i64 {
    let all = applied(session).into_iter();
    all.fold(0, |sum, one| sum.saturating_add(one.off_lines()))
}

fn items_rows(seller: &Seller, session: &Session) -> Outcome {
    let expected = off_lines(session);
    if expected == 0 {
        return absent("discounts allocated to lines at this stage");
    }
    let row = session.total("items_discount").unwrap_or(0);
    seller
        .case()
        .must(row == expected, &session.answer, ITEMS.title, || {
            format!("allocated {expected}; rows: {}", rows(session))
        })?;
    for (index, line) in session.lines().iter().enumerate() {
        let all = applied(session).into_iter();
        let expected = all.fold(0_i64, |sum, one| sum.saturating_add(one.off_line(index)));
        let row = LineMoney::of(line).discount.unwrap_or(0);
        seller
            .case()
            .must(row == expected, &session.answer, ITEMS.title, || {
                format!("line {index} got {expected}, its row says {row}")
            })?;
    }
    Ok(())
}

/// A discount on shipping may show as a row, or as fulfilment that costs less than the option.
fn order_row(seller: &Seller, session: &Session) -> Outcome {
    let Some(all) = amounts(session) else {
        return absent("amounts that can be read");
    };
    let expected = all.saturating_sub(off_lines(session));
    if expected == 0 && session.total("discount").is_none() {
        return absent("discounts of the order at this stage");
    }
    let parts = applied(session).into_iter().flat_map(Applied::parts);
    let elsewhere = parts.filter(|part| part.line.is_none());
    let shipping = elsewhere.fold(0_i64, |sum, part| sum.saturating_add(part.amount));
    let row = session.total("discount").unwrap_or(0);
    let saved = selected_cost(session)
        .zip(session.total("fulfillment"))
        .map_or(0, |(cost, row)| cost.saturating_sub(row));
    let net = row == expected.saturating_sub(shipping) && shipping > 0 && saved == shipping;
    seller
        .case()
        .must(row == expected || net, &session.answer, ORDER.title, || {
            format!(
                "not allocated to lines: {expected}; rows: {}",
                rows(session)
            )
        })
}

fn lines_sum(seller: &Seller, session: &Session) -> Outcome {
    let lines = session.lines().iter();
    let sum = lines.fold(0_i64, |sum, line| {
        sum.saturating_add(LineMoney::of(line).discount.unwrap_or(0))
    });
    let row = session.total("items_discount");
    if row.is_none() && sum == 0 {
        return absent("discounts of lines at this stage");
    }
    seller
        .case()
        .must(row == Some(sum), &session.answer, LINES.title, || {
            format!("the lines make {sum}; rows: {}", rows(session))
        })
}

fn positive(seller: &Seller, session: &Session) -> Outcome {
    let mut holders = vec![&session.json];
    holders.extend(session.lines());
    let mut any = false;
    for holder in holders {
        let totals = holder.get("totals").and_then(Value::as_array);
        for row in totals.into_iter().flatten() {
            let kind = Session::text(row, "type").unwrap_or_default();
            if !matches!(kind, "discount" | "items_discount") {
                continue;
            }
            any = true;
            let amount = row.get("amount").and_then(Value::as_i64);
            seller.case().must(
                amount.is_some_and(|amount| amount >= 0),
                &session.answer,
                POSITIVE.title,
                || row.to_string(),
            )?;
        }
    }
    if !any {
        return absent("rows of discounts at this stage");
    }
    let sum = crate::lanes::seller::money::sum_of_rows(session);
    seller.case().must(
        sum.is_some() && sum == session.total("total"),
        &session.answer,
        "the total is what is left after the discount rows are subtracted",
        || format!("the rows make {sum:?}: {}", rows(session)),
    )
}

fn complete(seller: &Seller, session: &Session) -> Outcome {
    let row = |kind: &str| session.total(kind).unwrap_or(0);
    let taken = row("items_discount").saturating_add(row("discount"));
    let listed = amounts(session);
    if taken == 0 && listed == Some(0) {
        return absent("a discount in force at this stage");
    }
    let saved = selected_cost(session)
        .zip(session.total("fulfillment"))
        .map_or(0, |(cost, row)| cost.saturating_sub(row).max(0));
    seller.case().must(
        listed == Some(taken) || listed == Some(taken.saturating_add(saved)),
        &session.answer,
        COMPLETE.title,
        || format!("rows: {}; {}", rows(session), shown(session)),
    )
}

/// Tax and fulfilment may follow the discount, so they are left out of the comparison.
async fn lowers_total(seller: Seller) -> Outcome {
    let without = plain(&seller).await?;
    let (session, code) = valid(&seller).await?;
    let goods = |session: &Session| {
        let row = |kind: &str| session.total(kind).unwrap_or(0);
        let total = session.total("total")?;
        total
            .checked_sub(row("tax"))?
            .checked_sub(row("fulfillment"))
    };
    let off = |session: &Session| amounts(session);
    let expected = off(&session)
        .zip(off(&without))
        .map(|(with, without)| with.saturating_sub(without));
    let found = goods(&without)
        .zip(goods(&session))
        .map(|(before, after)| before.saturating_sub(after));
    let lower = session.total("total") < without.total("total");
    seller.case().must(
        lower && found.is_some() && found == expected,
        &session.answer,
        "the total without tax and fulfilment goes down by the amounts of the applied discounts",
        || {
            format!(
                "{code} takes off {expected:?}, the total goes down by {found:?}: {}; without: {}",
                rows(&session),
                rows(&without)
            )
        },
    )
}
