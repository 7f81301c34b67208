//! Sellers whose discounts are broken in one way each: what is applied, and how it is described.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::Fault,
    proxy::{Answered, Asked},
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = applied();
    all.extend(dates());
    all.extend(coupons());
    all.extend(stacking());
    all
}

/// A checkout session that was answered.
pub(crate) fn is_session(asked: &Asked, answered: &Answered) -> bool {
    asked.path.starts_with("/checkout_sessions") && !answered.is_error()
}

/// A change to every session.
pub(crate) fn says(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::edit(LANE, id, does, red, is_session, edit)
}

/// A change to every applied discount.
pub(crate) fn applies(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    says(id, does, red, move |session| {
        members(session, "/discounts/applied")
            .iter_mut()
            .for_each(&edit);
    })
}

/// The elements of a list; none when it is missing.
pub(crate) fn members<'a>(session: &'a mut Value, pointer: &str) -> &'a mut [Value] {
    match session.pointer_mut(pointer) {
        Some(Value::Array(list)) => list,
        _ => &mut [],
    }
}

/// Removes a member of an object.
pub(crate) fn remove(object: &mut Value, member: &str) {
    if let Some(members) = object.as_object_mut() {
        members.remove(member);
    }
}

fn applied() -> Vec<Fault> {
    vec![
        says(
            "discount-ids-alike",
            "gives all applied discounts one id",
            &["extensions.lifecycle.discount-ids-unique-with-two-codes"],
            |session| {
                for one in members(session, "/discounts/applied") {
                    one["id"] = json!("di");
                }
            },
        ),
        applies(
            "discount-nameless",
            "applies a code without naming it",
            &["extensions.lifecycle.discount-names-its-code-on-create"],
            |one| {
                remove(one, "code");
                one["automatic"] = json!(false);
            },
        ),
        applies(
            "discount-called-automatic",
            "calls a discount from a code automatic",
            &[
                "extensions.lifecycle.discount-automatic-on-create",
                "extensions.lifecycle.discount-automatic-on-retrieve",
            ],
            |one| one["automatic"] = json!(true),
        ),
        applies(
            "discount-silently-automatic",
            "does not say that a discount is automatic",
            &["extensions.lifecycle.discount-automatic-without-need-of-a-code"],
            |one| remove(one, "automatic"),
        ),
        applies(
            "discount-negative",
            "writes amounts with a minus",
            &[
                "extensions.arithmetic.discount-amount-positive-on-create",
                "extensions.lifecycle.discount-shape-on-create",
            ],
            |one| {
                let amount = one["amount"].as_i64().unwrap_or_default();
                one["amount"] = json!(-amount);
            },
        ),
        applies(
            "discount-decimal",
            "writes amounts in major units",
            &["extensions.arithmetic.discount-amount-positive-with-further-codes"],
            |one| one["amount"] = json!(5.75),
        ),
        applies(
            "discount-part-negative",
            "writes allocated amounts with a minus",
            &["extensions.arithmetic.discount-amount-positive-on-update"],
            |one| {
                for part in members(one, "/allocations") {
                    part["amount"] = json!(-1);
                }
            },
        ),
    ]
}

fn dates() -> Vec<Fault> {
    vec![
        applies(
            "discount-ended",
            "applies a discount that has ended",
            &["extensions.expiry.discount-within-dates-on-create"],
            |one| one["end"] = json!("2020-01-01T00:00:00Z"),
        ),
        applies(
            "discount-not-begun",
            "applies a discount that has not begun",
            &["extensions.expiry.discount-within-dates-on-complete"],
            |one| one["start"] = json!("2100-01-01T00:00:00Z"),
        ),
        applies(
            "discount-dates-written-out",
            "writes dates for people",
            &["extensions.expiry.discount-within-dates-on-update"],
            |one| one["end"] = json!("31 December 2099"),
        ),
    ]
}

fn coupons() -> Vec<Fault> {
    vec![
        applies(
            "coupon-both-kinds",
            "describes a coupon by percentage and amount",
            &["extensions.lifecycle.coupon-one-kind-on-create"],
            |one| {
                one["coupon"]["percent_off"] = json!(10);
                one["coupon"]["amount_off"] = json!(500);
            },
        ),
        applies(
            "coupon-without-currency",
            "gives an amount_off without currency",
            &["extensions.lifecycle.coupon-currency-with-any-discount"],
            |one| remove(&mut one["coupon"], "currency"),
        ),
        applies(
            "coupon-months-of-once",
            "gives months to a coupon that holds once",
            &["extensions.lifecycle.coupon-months-with-any-discount"],
            |one| {
                one["coupon"]["duration"] = json!("once");
                one["coupon"]["duration_in_months"] = json!(3);
            },
        ),
        applies(
            "coupon-used-up",
            "applies a coupon at max_redemptions",
            &["extensions.limits.coupon-redemptions-with-any-discount"],
            |one| {
                one["coupon"]["max_redemptions"] = json!(100);
                one["coupon"]["times_redeemed"] = json!(100);
            },
        ),
        applies(
            "coupon-without-name",
            "leaves out the coupon's name",
            &["extensions.lifecycle.discount-shape-on-create"],
            |one| remove(&mut one["coupon"], "name"),
        ),
    ]
}

fn stacking() -> Vec<Fault> {
    vec![
        applies(
            "discount-less-than-said",
            "shows twice the percentage that it takes off",
            &[
                "extensions.arithmetic.discount-amount-fits-on-create",
                "extensions.arithmetic.discount-amount-fits-with-two-codes",
            ],
            |one| {
                if one["coupon"].get("percent_off").is_some() {
                    one["coupon"]["percent_off"] = json!(37.5);
                }
            },
        ),
        applies(
            "discount-more-than-said",
            "takes more off than amount_off",
            &["extensions.arithmetic.discount-amount-fits-with-further-codes"],
            |one| {
                if one["coupon"].get("amount_off").is_some() {
                    one["coupon"]["amount_off"] = json!(1);
                }
            },
        ),
        says(
            "discount-order-reversed",
            "numbers discounts against the order in which it takes them off",
            &["extensions.arithmetic.discount-stacking-order-with-two-codes"],
            |session| {
                let all = members(session, "/discounts/applied");
                let count = all.len();
                for (place, one) in all.iter_mut().enumerate() {
                    one["priority"] = json!(count - place);
                }
            },
        ),
    ]
}
