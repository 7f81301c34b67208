//! Rows that come in parts: tax breakdowns and gift wrap.

use serde_json::Value;

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage,
        money::{self, rows},
        paths,
        rule::Rule,
    },
};

const SINCE_LINES: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(BREAKDOWN.at(Topic::Arithmetic, &[Stage::Several]));
    checks.extend(GIFT_WRAP.at(Topic::Arithmetic, &[Stage::Several]));
    checks
}

const BREAKDOWN: Rule = Rule {
    name: "tax-breakdown-adds-up",
    title: "the amounts of a tax row's breakdown add up to the row",
    proves: &["checkout.totals.tax-breakdown-sum"],
    advice: "give the rounding difference to one of the jurisdictions",
    versions: SINCE_LINES,
    judge: tax_breakdown_adds_up,
};

const GIFT_WRAP: Rule = Rule {
    name: "gift-wrap-row",
    title: "a charge for gift wrap is a row of type gift_wrap",
    proves: &["checkout.gifts.wrap-charge"],
    advice: "do not hide the charge in the price of the item or in a fee",
    versions: SINCE_LINES,
    judge: gift_wrap_row,
};

fn tax_breakdown_adds_up(seller: &Seller, session: &Session) -> Outcome {
    let totals = session.json.get("totals").and_then(Value::as_array);
    let mut any = false;
    for row in totals.into_iter().flatten() {
        let Some(breakdown) = row.get("breakdown").and_then(Value::as_array) else {
            continue;
        };
        any = true;
        let parts = breakdown
            .iter()
            .map(|part| part.get("amount").and_then(Value::as_i64));
        let sum = money::sum(parts);
        seller.case().must(
            sum == row.get("amount").and_then(Value::as_i64),
            &session.answer,
            BREAKDOWN.title,
            || row.to_string(),
        )?;
    }
    if any {
        Ok(())
    } else {
        Err(Stop::NotApplicable(
            "not offered: a tax row with a breakdown".to_owned(),
        ))
    }
}

fn gift_wrap_row(seller: &Seller, session: &Session) -> Outcome {
    let mut charges = Vec::new();
    paths::members(&session.json, &mut |_, name, value| {
        if name == "gift_wrap" {
            charges.extend(value.get("charge").and_then(Value::as_i64));
        }
    });
    if charges.is_empty() {
        return Err(Stop::NotApplicable("not offered: gift wrap".to_owned()));
    }
    let sum = money::sum(charges.into_iter().map(Some));
    seller.case().must(
        session.total("gift_wrap") == sum,
        &session.answer,
        GIFT_WRAP.title,
        || format!("charges make {sum:?}: {}", rows(session)),
    )
}
