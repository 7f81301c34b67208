//! What a discount takes off follows from its coupon and from what was taken off before it.

use serde_json::Value;

use super::{
    reading::{Applied, applied, line_base, line_units},
    rule::{Rule, absent},
    scene::Scene,
};
use crate::{
    Check, Outcome, Topic,
    lanes::seller::{Seller, Session},
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(FITS.at(Topic::Arithmetic, Scene::DISCOUNTED));
    checks.extend(ORDER.at(Topic::Arithmetic, &[Scene::Stacked]));
    checks
}

const FITS: Rule = Rule {
    name: "discount-amount-fits",
    title: "the amount taken off follows from the coupon: the percentage of what it applies to, or amount_off at most",
    proves: &["discounts.coupon.amount-fits"],
    advice: "compute the amount from the coupon that the answer shows, rounded to a minor unit on each line",
    judge: |seller, session| {
        let described = |one: &Applied<'_>| {
            let coupon = one.coupon();
            coupon.get("percent_off").is_some() || coupon.get("amount_off").is_some()
        };
        let all = applied(session);
        if !all.iter().any(described) {
            return absent("a coupon with percent_off or amount_off");
        }
        judged(seller, session, &all, FITS.title)
    },
};

const ORDER: Rule = Rule {
    name: "discount-stacking-order",
    title: "the lower priority number is taken off first, the next from what is left",
    proves: &["discounts.applied.priority-order"],
    advice: "number discounts from 1 in the order in which they are taken off",
    judge: |seller, session| {
        let mut numbered = applied(session);
        numbered.retain(|one| one.priority().is_some());
        if numbered.len() < 2 {
            return absent("two discounts with a priority");
        }
        judged(seller, session, &numbered, ORDER.title)
    },
};

fn judged(seller: &Seller, session: &Session, all: &[Applied<'_>], rule: &str) -> Outcome {
    for &one in all {
        let fault = misfit(session, one);
        seller
            .case()
            .must(fault.is_none(), &session.answer, rule, || {
                format!("{}: {}", fault.unwrap_or_default(), one.0)
            })?;
    }
    Ok(())
}

/// What may have been taken off before a discount: surely, and perhaps besides, where priorities do
/// not say.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    surely: i64,
    perhaps: i64,
}

fn before(session: &Session, this: Applied<'_>, share: impl Fn(Applied<'_>) -> i64) -> Before {
    let mut before = Before::default();
    for other in applied(session) {
        if std::ptr::eq(other.0, this.0) {
            continue;
        }
        let amount = share(other);
        match (other.priority(), this.priority()) {
            (Some(other), Some(this)) if other < this => {
                before.surely = before.surely.saturating_add(amount);
            }
            (Some(other), Some(this)) if other > this => {}
            _ => before.perhaps = before.perhaps.saturating_add(amount),
        }
    }
    before
}

/// Why the amount does not follow from the coupon; `None` when it does, or when the coupon leaves it
/// open.
fn misfit(session: &Session, one: Applied<'_>) -> Option<String> {
    let amount = i128::from(one.amount()?);
    let whole = order_base(session)?;
    let taken = before(session, one, |other| other.amount().unwrap_or(0));
    let left = i128::from(whole.checked_sub(taken.surely)?);
    if amount > left {
        return Some(format!("{amount} is more than the {left} that are left"));
    }
    if let Some(percent) = millionths(one.coupon().get("percent_off")) {
        let parts = one.parts();
        if parts.iter().any(|part| part.line.is_some()) {
            let mut lines = parts.into_iter().filter_map(|part| part.line);
            return lines.find_map(|line| line_misfit(session, one, line, percent));
        }
        let most = share(percent, left, 1).saturating_add(ONE);
        let lines = i128::try_from(session.lines().len()).unwrap_or(1);
        return (scaled(amount) > most.saturating_add(lines.saturating_mul(ONE)))
            .then(|| format!("{amount} is more than the percentage of {left}"));
    }
    let off = one.coupon().get("amount_off")?.as_i64()?;
    let currency = one.coupon().get("currency").and_then(Value::as_str);
    if currency.is_some_and(|own| !own.eq_ignore_ascii_case(session.currency())) {
        return None;
    }
    let units: i64 = session.lines().iter().map(line_units).sum();
    let times = if one.text("method") == Some("each") {
        units
    } else {
        1
    };
    let most = i128::from(off).saturating_mul(i128::from(times));
    (amount > most).then(|| format!("{amount} is more than amount_off allows, {most}"))
}

/// One minor unit in the scale of percentages.
const ONE: i128 = 100_000_000;

fn scaled(amount: i128) -> i128 {
    amount.saturating_mul(ONE)
}

/// `percent` of an amount, times `units`.
fn share(percent: i128, amount: i128, units: i128) -> i128 {
    percent.saturating_mul(amount).saturating_mul(units)
}

/// The part of a line is the percentage of what was left of it, or of some of its units, give or take
/// one minor unit of rounding.
fn line_misfit(session: &Session, one: Applied<'_>, line: usize, percent: i128) -> Option<String> {
    let shown = session.lines().get(line)?;
    let base = line_base(shown)?;
    let units = i128::from(line_units(shown).max(1));
    let taken = before(session, one, |other| other.off_line(line));
    let high = i128::from(base.checked_sub(taken.surely)?);
    let low = high.saturating_sub(i128::from(taken.perhaps));
    let off = scaled(i128::from(one.off_line(line))).saturating_mul(units);
    let slack = ONE.saturating_mul(units);
    let fits = |some: i128| {
        off >= share(percent, low, some).saturating_sub(slack)
            && off <= share(percent, high, some).saturating_add(slack)
    };
    // Thousands of units are bought only together.
    let fit = if units <= 1000 {
        (1..=units).any(fits)
    } else {
        fits(units)
    };
    (!fit).then(|| {
        format!(
            "line {line} of {base} had {high} left, of which {} is not the percentage",
            one.off_line(line)
        )
    })
}

/// What lines and fulfilment cost before discounts.
fn order_base(session: &Session) -> Option<i64> {
    let lines = session.lines().iter().map(line_base);
    let goods = lines.sum::<Option<i64>>()?;
    let charges = ["fulfillment", "fee", "gift_wrap"];
    charges.iter().try_fold(goods, |sum, kind| {
        sum.checked_add(session.total(kind).unwrap_or(0))
    })
}

/// A percentage in millionths, read from its digits, for fractions of numbers are not exact.
fn millionths(percent: Option<&Value>) -> Option<i128> {
    let text = percent?.as_number()?.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
    format!("{whole}{fraction}").parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Whole and fractional percentages are read exactly.
    #[test]
    fn percentages_are_read() {
        assert_eq!(millionths(Some(&json!(10))), Some(10_000_000));
        assert_eq!(millionths(Some(&json!(12.5))), Some(12_500_000));
        assert_eq!(millionths(Some(&json!("10"))), None);
        assert_eq!(millionths(None), None);
    }
}
