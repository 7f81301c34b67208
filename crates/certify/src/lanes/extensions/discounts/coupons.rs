//! The coupon behind a discount.

use serde_json::Value;

use super::{
    applied::each,
    reading::{Applied, applied},
    rule::{Rule, absent},
    scene::Scene,
};
use crate::{
    Check, Outcome, Topic,
    lanes::seller::{Seller, Session},
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(KIND.at(Topic::Lifecycle, &CODED));
    checks.extend(CURRENCY.at(Topic::Lifecycle, &[Scene::Any]));
    checks.extend(MONTHS.at(Topic::Lifecycle, &[Scene::Any]));
    checks.extend(REDEMPTIONS.at(Topic::Limits, &[Scene::Any]));
    checks
}

const CODED: [Scene; 5] = [
    Scene::Created,
    Scene::Stacked,
    Scene::Further,
    Scene::Automatic,
    Scene::Completed,
];

const KIND: Rule = Rule {
    name: "coupon-one-kind",
    title: "a coupon has percent_off or amount_off, not both",
    proves: &["discounts.coupon.one-kind"],
    advice: "describe a discount by a percentage or by an amount",
    judge: |seller, session| {
        each(seller, session, KIND.title, |one| {
            (!(has(one, "percent_off") && has(one, "amount_off"))).then_some(())
        })
    },
};

const CURRENCY: Rule = Rule {
    name: "coupon-currency",
    title: "a coupon with amount_off has currency",
    proves: &["discounts.coupon.currency"],
    advice: "add the currency, three lower case letters, beside amount_off",
    judge: |seller, session| {
        where_given(seller, session, "amount_off", CURRENCY.title, |one| {
            let currency = one.coupon().get("currency")?.as_str()?;
            (currency.len() == 3).then_some(())
        })
    },
};

const MONTHS: Rule = Rule {
    name: "coupon-months",
    title: "duration_in_months is given only with duration repeating",
    proves: &["discounts.coupon.repeating-months"],
    advice: "leave duration_in_months out of coupons that hold once or forever",
    judge: |seller, session| {
        where_given(seller, session, "duration_in_months", MONTHS.title, |one| {
            (one.coupon().get("duration")? == "repeating").then_some(())
        })
    },
};

const REDEMPTIONS: Rule = Rule {
    name: "coupon-redemptions",
    title: "a coupon at max_redemptions is not applied any more",
    proves: &["discounts.coupon.redemptions"],
    advice: "reject a used-up code as discount_code_usage_limit_reached",
    judge: |seller, session| {
        let completed = session.status() == "completed";
        where_given(
            seller,
            session,
            "max_redemptions",
            REDEMPTIONS.title,
            |one| {
                let number = |member: &str| one.coupon().get(member).and_then(Value::as_i64);
                let most = number("max_redemptions")?;
                let used = number("times_redeemed").unwrap_or(0);
                // The purchase that used it last is counted already.
                (used < most || (completed && used == most)).then_some(())
            },
        )
    },
};

fn has(one: Applied<'_>, member: &str) -> bool {
    one.coupon()
        .get(member)
        .is_some_and(|value| !value.is_null())
}

/// The rule holds for each discount whose coupon has `member`.
fn where_given(
    seller: &Seller,
    session: &Session,
    member: &str,
    rule: &str,
    mut holds: impl FnMut(Applied<'_>) -> Option<()>,
) -> Outcome {
    if !applied(session).into_iter().any(|one| has(one, member)) {
        return absent(&format!("a coupon with {member}"));
    }
    each(seller, session, rule, |one| {
        if has(one, member) {
            holds(one)
        } else {
            Some(())
        }
    })
}
