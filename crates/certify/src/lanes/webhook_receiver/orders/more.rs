//! Adjustments, older forms and unknown values.

use serde_json::json;

use super::{
    super::{
        super::documents::with,
        event::{first_form, rich, totals},
    },
    OLD, RICH, Row, TAKEN, adjusted, of_kind, row,
};

const EVENT: &[&str] = &["webhooks.event.unknown-type-accepted"];
const ADJUSTMENT: &[&str] = &["orders.adjustment-type.unknown-accepted"];
const PROGRESS: &[&str] = &["orders.adjustment-status.unknown-accepted"];

/// One check each.
pub(in super::super) const MORE: &[Row] = &[
    row(
        "adjustment-failed",
        "a failed refund is taken",
        TAKEN,
        |s| adjusted(s, "refund", "failed"),
    ),
    row(
        "adjustment-credit",
        "an adjustment of type credit is taken",
        TAKEN,
        |s| adjusted(s, "credit", "completed"),
    ),
    row(
        "adjustment-return",
        "an adjustment of type return is taken",
        TAKEN,
        |s| adjusted(s, "return", "completed"),
    ),
    row(
        "adjustment-exchange",
        "an adjustment of type exchange is taken",
        TAKEN,
        |s| adjusted(s, "exchange", "completed"),
    ),
    row(
        "adjustment-price",
        "an adjustment of type price_adjustment is taken",
        TAKEN,
        |s| adjusted(s, "price_adjustment", "completed"),
    ),
    row(
        "adjustment-cancellation",
        "an adjustment of type cancellation is taken",
        TAKEN,
        |s| adjusted(s, "cancellation", "completed"),
    ),
    row(
        "adjustment-dispute",
        "an adjustment of type dispute is taken",
        TAKEN,
        |s| adjusted(s, "dispute", "pending"),
    ),
    row(
        "adjustment-type-unknown",
        "an adjustment of a type nobody knows is taken",
        ADJUSTMENT,
        |s| adjusted(s, "apology", "completed"),
    ),
    row(
        "adjustment-status-unknown",
        "an adjustment with a status nobody knows is taken",
        PROGRESS,
        |s| adjusted(s, "refund", "in_the_post"),
    ),
    row(
        "adjustment-partial-refund",
        "an adjustment of the older type partial_refund is taken",
        OLD,
        |s| adjusted(s, "partial_refund", "completed"),
    ),
    row(
        "adjustment-store-credit",
        "an adjustment of the older type store_credit is taken",
        OLD,
        |s| adjusted(s, "store_credit", "completed"),
    ),
    row(
        "adjustment-chargeback",
        "an adjustment of the older type chargeback is taken",
        OLD,
        |s| adjusted(s, "chargeback", "completed"),
    ),
    row(
        "totals-without-refund",
        "totals without a row amount_refunded are taken",
        RICH,
        |s| with(rich(s), "/totals", totals(false)),
    ),
    row(
        "first-form",
        "an order in the first form of 2026-04-17 (ordered and shipped, no current) is taken",
        &["versions.orders.first-2026-04-17-shape"],
        first_form,
    ),
    of_kind(
        "order_archived",
        row(
            "event-type-unknown",
            "an event of a type nobody knows is not answered with an error",
            EVENT,
            rich,
        ),
    ),
    of_kind(
        "order_created",
        row(
            "event-type-order-created",
            "the event name order_created of other texts is not answered with an error",
            EVENT,
            rich,
        ),
    ),
    of_kind(
        "order_updated",
        row(
            "event-type-order-updated",
            "the event name order_updated of other texts is not answered with an error",
            EVENT,
            rich,
        ),
    ),
    of_kind(
        "order.created",
        row(
            "event-type-dotted",
            "the event name order.created of other texts is not answered with an error",
            EVENT,
            rich,
        ),
    ),
    of_kind(
        "ORDER_UPDATE",
        row(
            "event-type-capitals",
            "the event name ORDER_UPDATE of other texts is not answered with an error",
            EVENT,
            rich,
        ),
    ),
    row(
        "texts-of-all-scripts",
        "titles in other scripts, with emoji and markup, are taken",
        RICH,
        |s| {
            with(
                rich(s),
                "/line_items/0/title",
                json!("Schuhe 靴 👟 <b>&amp;\u{202e}\"'"),
            )
        },
    ),
];
