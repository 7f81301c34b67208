//! The lines: their amounts and their quantities.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage,
        money::{LineMoney, option_cost},
        rule::{Rule, ask},
    },
};

const BEFORE_LINES: VersionRange =
    VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2026_01_16);
const SINCE_LINES: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

const STAGES: [Stage; 4] = [
    Stage::Created,
    Stage::Several,
    Stage::Requantified,
    Stage::Completed,
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(LINE_TOTAL.at(Topic::Arithmetic, &STAGES));
    checks.extend(LINE_SUBTOTAL.at(Topic::Arithmetic, &STAGES));
    checks.extend(LINE_BASE.at(Topic::Arithmetic, &STAGES));
    checks.extend(TAX_EXEMPT.at(Topic::Arithmetic, &[Stage::Several]));
    checks.extend(OPTION_SUM.at(Topic::Arithmetic, &[Stage::Addressed, Stage::Optioned]));
    checks.extend(OPTION_COST.at(Topic::Arithmetic, &[Stage::Addressed, Stage::Retrieved]));
    checks.extend([
        ask(
            Topic::Arithmetic,
            "quantity-of-requested-lines",
            "the units asked for on create are the units in the lines",
            quantities_kept,
        )
        .proves(&[
            "checkout.create.lines-follow-request",
            "versions.lines.quantity-kept",
        ])
        .advice("keep the requested quantity; from 2026-01-30 on take an optional quantity, or add up repeated ids"),
        ask(
            Topic::Arithmetic,
            "repeated-ids-add-up",
            "an item id that stands three times is three units",
            repeated_ids_add_up,
        )
        .versions(SINCE_LINES)
        .proves(&["checkout.create.lines-follow-request"])
        .advice("add up repeated ids: requests of this version need not have a quantity"),
        ask(
            Topic::Arithmetic,
            "fractional-quantity",
            "a quantity of 2.5 is kept or declined by a message, never rounded",
            fractional_quantity,
        )
        .versions(VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2025_09_29))
        .proves(&["versions.lines.fractional-quantity"])
        .advice("keep 2.5, or decline it by a message or a 4xx; do not sell 2 or 3 units instead"),
    ]);
    checks
}

const LINE_TOTAL: Rule = Rule {
    name: "line-total-adds-up",
    title: "within a line, total is base minus discount plus tax",
    proves: &["checkout.totals.line-sum", "versions.lines.total"],
    advice: "compute a line's total from the amounts that the line shows",
    versions: VersionRange::ALL,
    judge: line_total,
};

const LINE_SUBTOTAL: Rule = Rule {
    name: "line-subtotal-adds-up",
    title: "within a line, subtotal is base_amount minus discount",
    proves: &["versions.lines.subtotal"],
    advice: "subtract the line's discount from its base_amount",
    versions: BEFORE_LINES,
    judge: line_subtotal,
};

const LINE_BASE: Rule = Rule {
    name: "line-base-is-price-times-quantity",
    title: "within a line, the base amount is unit price times quantity",
    proves: &["checkout.totals.base-is-lines"],
    advice: "multiply the unit price by the quantity of the line, in integers",
    versions: VersionRange::ALL,
    judge: line_base,
};

const TAX_EXEMPT: Rule = Rule {
    name: "tax-exempt-line",
    title: "a line marked tax_exempt carries no tax",
    proves: &["checkout.lines.tax-exempt"],
    advice: "drop the tax row of the line, or the mark",
    versions: SINCE_LINES,
    judge: tax_exempt,
};

const OPTION_SUM: Rule = Rule {
    name: "option-adds-up",
    title: "in a fulfilment option, total is subtotal plus tax where both are given",
    proves: &["versions.options.sum"],
    advice: "compute the option's total from its subtotal and tax",
    versions: VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2025_12_12),
    judge: option_sum,
};

const OPTION_COST: Rule = Rule {
    name: "option-has-cost",
    title: "each fulfilment option says in integers what it costs",
    proves: &["checkout.create.options-have-cost"],
    advice: "give every option its total, 0 when it is free",
    versions: VersionRange::ALL,
    judge: option_has_cost,
};

fn line_total(seller: &Seller, session: &Session) -> Outcome {
    let mut shown = false;
    for line in session.lines() {
        let money = LineMoney::of(line);
        let (Some(total), Some(items)) = (money.total, money.base.or(money.subtotal)) else {
            continue;
        };
        shown = true;
        let sum = |items: i64, discount: i64| {
            items
                .checked_sub(discount)?
                .checked_add(money.tax.unwrap_or(0))
        };
        let discount = money.discount.unwrap_or(0);
        // Without a base row the subtotal may be before or after the discount.
        let fits = sum(items, discount) == Some(total)
            || (money.base.is_none() && sum(items, 0) == Some(total));
        seller
            .case()
            .must(fits, &session.answer, LINE_TOTAL.title, || line.to_string())?;
    }
    if shown {
        return Ok(());
    }
    Err(Stop::NotApplicable(
        "no line shows its total and its base or subtotal".to_owned(),
    ))
}

fn line_subtotal(seller: &Seller, session: &Session) -> Outcome {
    for line in session.lines() {
        let money = LineMoney::of(line);
        let sum = money
            .base
            .and_then(|base| base.checked_sub(money.discount?));
        seller.case().must(
            sum.is_some() && sum == money.subtotal,
            &session.answer,
            LINE_SUBTOTAL.title,
            || line.to_string(),
        )?;
    }
    Ok(())
}

fn line_base(seller: &Seller, session: &Session) -> Outcome {
    let mut shown = false;
    for line in session.lines() {
        let unit = line.get("unit_amount").and_then(Value::as_i64);
        let (Some(unit), Some(base)) = (unit, LineMoney::of(line).base) else {
            continue;
        };
        shown = true;
        let quantity = Session::item_of(line).1.unwrap_or(1);
        let product = i64::try_from(quantity)
            .ok()
            .and_then(|quantity| unit.checked_mul(quantity));
        seller.case().must(
            product == Some(base),
            &session.answer,
            LINE_BASE.title,
            || line.to_string(),
        )?;
    }
    if shown {
        return Ok(());
    }
    Err(Stop::NotApplicable(
        "no line shows both unit price and base amount".to_owned(),
    ))
}

fn tax_exempt(seller: &Seller, session: &Session) -> Outcome {
    let mut exempt = session
        .lines()
        .iter()
        .filter(|line| line.get("tax_exempt") == Some(&Value::Bool(true)))
        .peekable();
    if exempt.peek().is_none() {
        return Err(Stop::NotApplicable(
            "not offered: a line marked tax_exempt".to_owned(),
        ));
    }
    for line in exempt {
        seller.case().must(
            LineMoney::of(line).tax.unwrap_or(0) == 0,
            &session.answer,
            TAX_EXEMPT.title,
            || line.to_string(),
        )?;
    }
    Ok(())
}

fn option_sum(seller: &Seller, session: &Session) -> Outcome {
    for option in session.options() {
        let amount = |member: &str| option.get(member).and_then(Value::as_i64);
        let (Some(subtotal), Some(tax)) = (amount("subtotal"), amount("tax")) else {
            continue;
        };
        seller.case().must(
            subtotal.checked_add(tax) == amount("total"),
            &session.answer,
            OPTION_SUM.title,
            || option.to_string(),
        )?;
    }
    Ok(())
}

fn option_has_cost(seller: &Seller, session: &Session) -> Outcome {
    if session.options().is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: fulfilment options for the configured items and address".to_owned(),
        ));
    }
    for option in session.options() {
        seller.case().must(
            option_cost(option).is_some(),
            &session.answer,
            OPTION_COST.title,
            || option.to_string(),
        )?;
    }
    Ok(())
}

async fn quantities_kept(seller: Seller) -> Outcome {
    let lines = [(seller.item()?, 3), (seller.item_at(1)?, 1)];
    let session = seller.create_units(&lines, false).await?;
    let wanted = lines
        .iter()
        .map(|&(id, quantity)| (id, u64::from(quantity)))
        .collect();
    let units = session.units();
    seller.case().must(
        units == wanted,
        &session.answer,
        "the lines hold the requested items with the requested quantities, and nothing else",
        || format!("asked for {wanted:?}, got {units:?}"),
    )
}

async fn repeated_ids_add_up(seller: Seller) -> Outcome {
    let item = seller.item()?;
    let mut body = seller.create_body()?;
    body.insert(
        "line_items".to_owned(),
        json!([{ "id": item }, { "id": item }, { "id": item }]),
    );
    let answer = seller.create(&Value::Object(body)).await?;
    let session = seller.session(&answer)?;
    seller.case().must(
        session.units().get(item) == Some(&3),
        &session.answer,
        "an id that stands three times is three units",
        || format!("{:?}", session.units()),
    )
}

async fn fractional_quantity(seller: Seller) -> Outcome {
    let item = seller.item()?;
    let answer = seller
        .create(&json!({ "items": [{ "id": item, "quantity": 2.5 }] }))
        .await?;
    if answer.is_refusal() {
        return Ok(());
    }
    let session = seller.session(&answer)?;
    let kept = session
        .lines()
        .iter()
        .any(|line| line.pointer("/item/quantity").and_then(Value::as_f64) == Some(2.5));
    let told = session
        .errors()
        .any(|message| Session::text(message, "param").is_some_and(|one| one.contains("items")));
    seller.case().must(
        kept || told,
        &answer,
        "2.5 units stay 2.5 units, or a message says that they cannot be had",
        || seller.case().excerpt(&answer),
    )
}
