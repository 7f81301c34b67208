//! How refunds, returns and the like are told.
#![expect(
    clippy::needless_pass_by_value,
    reason = "JSON made at the call reads better without a reference"
)]

use serde_json::Value;

use super::{
    super::orders::integer, Faults, Journey, Rule, Severity, SpecVersion, Stage, VersionRange,
    adjustments, list, must, newest, text, told, unless,
};

const OLD: VersionRange = VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2026_01_30);

const fn old(rule: Rule) -> Rule {
    Rule {
        versions: OLD,
        ..rule
    }
}

pub(super) const RULES: &[Rule] = &[
    must(
        "refund-type",
        "a refund is an adjustment of type refund",
        &[
            "orders.adjustments.refund-type",
            "orders.adjustments.migrated",
        ],
        Stage::Refunded,
        |journey| one_of(journey, &["refund"]),
    ),
    must(
        "refund-amount",
        "a refund tells its amount, tax included, as a positive integer",
        &[
            "orders.adjustments.amount-tax-inclusive",
            "orders.adjustments.refund-type",
        ],
        Stage::Refunded,
        |journey| {
            let refunds = adjustments(journey, "refund").into_iter();
            refunds
                .filter(|one| integer(one, "amount").is_none_or(|amount| amount <= 0))
                .map(|one| format!("amount {:?}", one.get("amount")))
                .collect()
        },
    ),
    Rule {
        severity: Severity::Should,
        ..must(
            "refund-currency",
            "a refund should tell its currency, that of the session",
            &[],
            Stage::Refunded,
            |journey| {
                let refunds = adjustments(journey, "refund").into_iter();
                refunds
                    .filter(|one| {
                        !text(one, "currency").eq_ignore_ascii_case(journey.session.currency())
                    })
                    .map(|one| format!("currency `{}`", text(one, "currency")))
                    .collect()
            },
        )
    },
    must(
        "cancellation-type",
        "a cancellation is an adjustment of type cancellation",
        &["orders.adjustments.cancellation-type"],
        Stage::Canceled,
        |journey| one_of(journey, &["cancellation"]),
    ),
    must(
        "cancellation-lines",
        "cancelled lines have current 0, and an order without lines left says canceled",
        &[
            "orders.quantity.current-decreases",
            "orders.line-status.removed",
            "orders.status.canceled",
        ],
        Stage::Canceled,
        |journey| {
            let order = newest(journey);
            let lines = list(order, "line_items").iter();
            let left: i64 = lines
                .filter_map(|line| line.pointer("/quantity/current")?.as_i64())
                .sum();
            let status = text(order, "status");
            unless(left > 0 || status == "canceled", || {
                format!("status {status} and nothing left")
            })
        },
    ),
    must(
        "return-type",
        "a return is an adjustment of type return that names its lines",
        &["orders.adjustments.return-type"],
        Stage::Returned,
        |journey| named_lines(journey, "return"),
    ),
    must(
        "exchange-type",
        "an exchange is an adjustment of type exchange that names its lines",
        &["orders.adjustments.return-type"],
        Stage::Exchanged,
        |journey| named_lines(journey, "exchange"),
    ),
    must(
        "credit-type",
        "store credit is an adjustment of type credit",
        &["orders.adjustments.credit-type"],
        Stage::Credited,
        |journey| one_of(journey, &["credit"]),
    ),
    must(
        "dispute-type",
        "a dispute or chargeback is an adjustment of type dispute",
        &["orders.adjustments.dispute-type"],
        Stage::Disputed,
        |journey| one_of(journey, &["dispute"]),
    ),
    must(
        "price-type",
        "a price change after purchase is an adjustment of type price_adjustment",
        &["orders.adjustments.price-type"],
        Stage::Repriced,
        |journey| one_of(journey, &["price_adjustment"]),
    ),
    old(must(
        "refunds-list",
        "refunds is in every event, empty when nothing was refunded",
        &["versions.webhooks.refunds-list"],
        Stage::Created,
        |journey| {
            let orders = told(journey).into_iter();
            orders
                .filter(|order| {
                    order
                        .get("refunds")
                        .and_then(Value::as_array)
                        .is_none_or(|list| !list.is_empty())
                })
                .map(|order| format!("refunds {:?} on a new order", order.get("refunds")))
                .collect()
        },
    )),
    old(must(
        "refunds-list-after-refund",
        "after a refund, refunds lists it",
        &["versions.webhooks.refunds-list"],
        Stage::Refunded,
        |journey| {
            unless(!list(newest(journey), "refunds").is_empty(), || {
                "refunds is empty after a refund".to_owned()
            })
        },
    )),
    old(must(
        "refunds-amount",
        "a refund's amount is an integer in minor units",
        &["versions.webhooks.refund-amount"],
        Stage::Refunded,
        |journey| {
            let refunds = list(newest(journey), "refunds").iter();
            refunds
                .filter(|one| integer(one, "amount").is_none_or(|amount| amount <= 0))
                .map(|one| format!("amount {:?}", one.get("amount")))
                .collect()
        },
    )),
    old(must(
        "refunds-type",
        "a refund is of type original_payment or store_credit",
        &["versions.webhooks.refund-type"],
        Stage::Refunded,
        |journey| {
            let refunds = list(newest(journey), "refunds").iter();
            refunds
                .map(|one| text(one, "type"))
                .filter(|kind| !matches!(*kind, "original_payment" | "store_credit"))
                .map(|kind| format!("type `{kind}`"))
                .collect()
        },
    )),
];

/// No adjustment of these types in the newest state.
fn one_of(journey: &Journey, kinds: &[&str]) -> Faults {
    let all = list(newest(journey), "adjustments");
    let found = all.iter().any(|one| kinds.contains(&text(one, "type")));
    unless(found, || {
        let told: Vec<_> = all.iter().map(|one| text(one, "type")).collect();
        format!("adjustments are [{}]", told.join(", "))
    })
}

fn named_lines(journey: &Journey, kind: &str) -> Faults {
    let named = adjustments(journey, kind)
        .into_iter()
        .any(|one| !list(one, "line_items").is_empty());
    unless(named, || {
        format!("no adjustment of type {kind} with line_items")
    })
}
