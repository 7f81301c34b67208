//! The rows of a session add up.

use serde_json::Value;

use crate::{
    Check, Outcome, Stop, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage,
        money::{self, AMOUNT_MEMBERS, LineMoney, rows},
        paths,
        rule::Rule,
    },
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(TOTAL.at(Topic::Arithmetic, &Stage::PRICED));
    checks.extend(BASE.at(Topic::Arithmetic, &Stage::PRICED));
    checks.extend(FULFILLMENT.at(Topic::Arithmetic, &FULFILLED));
    checks.extend(INTEGERS.at(Topic::Arithmetic, &Stage::OPERATIONS));
    checks.extend(SUBTOTAL.at(Topic::Arithmetic, &WITH_LINES));
    checks.extend(TAX.at(Topic::Arithmetic, &WITH_LINES));
    checks.extend(DISCOUNTS.at(Topic::Arithmetic, &WITH_LINES));
    checks.extend(SINGLE.at(Topic::Arithmetic, &WITH_LINES));
    checks.extend(TOTAL_ROW.at(Topic::Arithmetic, &FULFILLED));
    checks.extend(NO_NEGATIVE.at(Topic::Arithmetic, &WITH_LINES));
    checks
}

/// What holds of the rows of every priced session, over whichever transport it came.
pub(in crate::lanes) const SUMS: [Rule; 9] = [
    TOTAL,
    BASE,
    FULFILLMENT,
    INTEGERS,
    SUBTOTAL,
    TAX,
    DISCOUNTS,
    SINGLE,
    NO_NEGATIVE,
];

const FULFILLED: [Stage; 6] = [
    Stage::Addressed,
    Stage::Several,
    Stage::Optioned,
    Stage::Moved,
    Stage::Retrieved,
    Stage::Completed,
];

const WITH_LINES: [Stage; 3] = [Stage::Several, Stage::Requantified, Stage::Completed];

const TOTAL: Rule = Rule {
    name: "total-adds-up",
    title: "total is items_base_amount - items_discount - discount + fulfillment + tax + fee + gift_wrap + tip",
    proves: &["checkout.totals.total-sum"],
    advice: "compute total from the rows that you show, on every path that answers with a session",
    versions: VersionRange::ALL,
    judge: total_adds_up,
};

const BASE: Rule = Rule {
    name: "base-is-lines",
    title: "items_base_amount is the sum of quantity times unit price over the lines",
    proves: &["checkout.totals.base-is-lines"],
    advice: "sum the lines as they stand in this answer",
    versions: VersionRange::ALL,
    judge: base_is_lines,
};

const FULFILLMENT: Rule = Rule {
    name: "fulfillment-is-selected",
    title: "the fulfillment row is what the selected options cost",
    proves: &[
        "checkout.totals.fulfillment-is-selected",
        "versions.options.selected-in-totals",
    ],
    advice: "take the fulfillment row from the options that selected_fulfillment_options names",
    versions: VersionRange::ALL,
    judge: fulfillment_is_selected,
};

const INTEGERS: Rule = Rule {
    name: "amounts-are-integers",
    title: "every amount is a JSON integer in minor units",
    proves: &["checkout.money.integer-minor-units"],
    advice: "write 1999 for 19.99; never decimals, exponents or texts",
    versions: VersionRange::ALL,
    judge: amounts_are_integers,
};

const SUBTOTAL: Rule = Rule {
    name: "subtotal-adds-up",
    title: "subtotal is items_base_amount minus items_discount",
    proves: &["checkout.totals.subtotal-sum"],
    advice: "subtract discounts of lines, and nothing else, from items_base_amount",
    versions: VersionRange::ALL,
    judge: subtotal_adds_up,
};

const TAX: Rule = Rule {
    name: "tax-is-lines",
    title: "the tax row is the sum of the lines' tax, and at most the tax of fulfilment and fees on top",
    proves: &["checkout.totals.tax-is-lines"],
    advice: "sum the rounded tax of the lines; do not round the sum anew",
    versions: VersionRange::ALL,
    judge: tax_is_lines,
};

const DISCOUNTS: Rule = Rule {
    name: "items-discount-is-lines",
    title: "the items_discount rows are the sum of the lines' discounts",
    proves: &["versions.totals.items-discount"],
    advice: "sum the discounts of the lines as they stand in this answer",
    versions: VersionRange::ALL,
    judge: items_discount_is_lines,
};

const SINGLE: Rule = Rule {
    name: "one-row-of-each-sum",
    title: "total, subtotal and items_base_amount stand once",
    proves: &["checkout.totals.total-sum"],
    advice: "rows of type tax, fee and discount may repeat; sums may not",
    versions: VersionRange::ALL,
    judge: one_row_of_each_sum,
};

const TOTAL_ROW: Rule = Rule {
    name: "total-row",
    title: "a session that can be paid has a row of type total",
    proves: &["checkout.totals.total-row"],
    advice: "add the total row as soon as the price is known",
    versions: VersionRange::ALL,
    judge: total_row,
};

const NO_NEGATIVE: Rule = Rule {
    name: "nothing-negative",
    title: "discounts are positive amounts that are subtracted; no row is negative",
    proves: &["checkout.totals.total-sum"],
    advice: "write a discount of 5.00 as 500",
    versions: VersionRange::ALL,
    judge: nothing_negative,
};

fn total_adds_up(seller: &Seller, session: &Session) -> Outcome {
    let Some(total) = session.total("total") else {
        return if session.status() == "ready_for_payment" {
            total_row(seller, session)
        } else {
            Err(Stop::NotApplicable(
                "no total is shown at this stage".to_owned(),
            ))
        };
    };
    if session.total("store_credit").is_some() {
        return Err(Stop::NotApplicable(
            "store credit is shown; the specification does not say whether it is subtracted"
                .to_owned(),
        ));
    }
    let sum = money::sum_of_rows(session);
    seller
        .case()
        .must(sum == Some(total), &session.answer, TOTAL.title, || {
            format!(
                "the rows make {sum:?}, total says {total}: {}",
                rows(session)
            )
        })
}

fn base_is_lines(seller: &Seller, session: &Session) -> Outcome {
    let Some(base) = session
        .total("items_base_amount")
        .or_else(|| no_discount_subtotal(session))
    else {
        return Err(Stop::NotApplicable(
            "neither items_base_amount nor an undiscounted subtotal is shown".to_owned(),
        ));
    };
    let sum = money::sum(session.lines().iter().map(|line| {
        let quantity = i64::try_from(Session::item_of(line).1.unwrap_or(1)).ok()?;
        match line.get("unit_amount").and_then(Value::as_i64) {
            Some(price) => price.checked_mul(quantity),
            None => LineMoney::of(line).base,
        }
    }));
    seller
        .case()
        .must(sum == Some(base), &session.answer, BASE.title, || {
            format!("the lines make {sum:?}, the row says {base}")
        })
}

fn no_discount_subtotal(session: &Session) -> Option<i64> {
    let discounts = ["items_discount", "discount"];
    let discounted = discounts.iter().any(|kind| session.total(kind).is_some());
    session.total("subtotal").filter(|_| !discounted)
}

fn fulfillment_is_selected(seller: &Seller, session: &Session) -> Outcome {
    if session.selected_options().is_empty() {
        let free = session.total("fulfillment").is_none_or(|row| row == 0);
        return seller.case().must(
            free,
            &session.answer,
            "fulfilment costs nothing while no option is selected",
            || rows(session),
        );
    }
    let cost = money::selected_cost(session);
    let row = session.total("fulfillment").unwrap_or(0);
    seller.case().must(
        cost == Some(row),
        &session.answer,
        FULFILLMENT.title,
        || format!("the selected options cost {cost:?}, the row says {row}"),
    )
}

fn amounts_are_integers(seller: &Seller, session: &Session) -> Outcome {
    let mut wrong = Vec::new();
    paths::members(&session.json, &mut |path, name, value| {
        let amount = AMOUNT_MEMBERS.contains(&name) && !path.starts_with("$.metadata");
        if amount && !value.is_i64() && !value.is_u64() && !value.is_object() {
            wrong.push(format!("{path} is {value}"));
        }
    });
    seller
        .case()
        .must(wrong.is_empty(), &session.answer, INTEGERS.title, || {
            wrong.join(", ")
        })
}

fn subtotal_adds_up(seller: &Seller, session: &Session) -> Outcome {
    let (Some(base), Some(subtotal)) = (
        session.total("items_base_amount"),
        session.total("subtotal"),
    ) else {
        return Err(Stop::NotApplicable(
            "items_base_amount and subtotal are not both shown".to_owned(),
        ));
    };
    let discount = session.total("items_discount");
    if discount.is_none() && session.total("discount").is_some() {
        // Sources disagree whether an order discount comes before or after the subtotal.
        return Err(Stop::NotApplicable(
            "only an order discount is shown; the specification leaves the subtotal open"
                .to_owned(),
        ));
    }
    seller.case().must(
        base.checked_sub(discount.unwrap_or(0)) == Some(subtotal),
        &session.answer,
        SUBTOTAL.title,
        || rows(session),
    )
}

fn tax_is_lines(seller: &Seller, session: &Session) -> Outcome {
    let lines = money::sum(session.lines().iter().map(|line| LineMoney::of(line).tax));
    let Some(lines) = lines else {
        return Err(Stop::NotApplicable(
            "not every line shows its tax".to_owned(),
        ));
    };
    let row = session.total("tax").unwrap_or(0);
    let others = ["fulfillment", "fee", "gift_wrap"];
    let taxable = money::sum(
        others
            .iter()
            .map(|kind| Some(session.total(kind).unwrap_or(0))),
    );
    let most = taxable.and_then(|taxable| lines.checked_add(taxable));
    seller.case().must(
        row >= lines && most.is_some_and(|most| row <= most),
        &session.answer,
        TAX.title,
        || format!("the lines' tax is {lines}, the row says {row}"),
    )
}

fn items_discount_is_lines(seller: &Seller, session: &Session) -> Outcome {
    let lines = session.lines().iter();
    let sum = money::sum(lines.map(|line| Some(LineMoney::of(line).discount.unwrap_or(0))));
    let row = session.total("items_discount").unwrap_or(0);
    seller
        .case()
        .must(sum == Some(row), &session.answer, DISCOUNTS.title, || {
            format!("the lines' discounts are {sum:?}, the row says {row}")
        })
}

fn one_row_of_each_sum(seller: &Seller, session: &Session) -> Outcome {
    let totals = session.json.get("totals").and_then(Value::as_array);
    for kind in ["total", "subtotal", "items_base_amount"] {
        let all = totals.into_iter().flatten();
        let count = all
            .filter(|row| Session::text(row, "type") == Some(kind))
            .count();
        seller
            .case()
            .must(count <= 1, &session.answer, SINGLE.title, || {
                format!("{count} rows of type {kind}: {}", rows(session))
            })?;
    }
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn total_row(seller: &Seller, session: &Session) -> Outcome {
    seller.case().should(
        session.total("total").is_some(),
        &session.answer,
        TOTAL_ROW.title,
        || format!("status {}, rows: {}", session.status(), rows(session)),
    );
    Ok(())
}

fn nothing_negative(seller: &Seller, session: &Session) -> Outcome {
    let totals = session.json.get("totals").and_then(Value::as_array);
    let mut rows_of = totals.into_iter().flatten();
    let negative = rows_of.any(|row| {
        row.get("amount")
            .and_then(Value::as_i64)
            .is_some_and(|it| it < 0)
    });
    seller
        .case()
        .must(!negative, &session.answer, NO_NEGATIVE.title, || {
            rows(session)
        })
}
