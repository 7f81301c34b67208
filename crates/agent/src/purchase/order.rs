//! An order as the seller tells it, reduced to what is shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::text;

/// Most entries of each kind that are kept.
const ENTRIES_MAX: usize = 200;

/// One version of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderSnapshot {
    pub(crate) id: String,
    pub(crate) checkout_session_id: String,
    pub(crate) number: String,
    pub(crate) status: String,
    pub(crate) permalink: Option<(String, String)>,
    pub(crate) lines: Vec<OrderLine>,
    pub(crate) parcels: Vec<Parcel>,
    pub(crate) adjustments: Vec<Adjustment>,
    pub(crate) total: Option<i64>,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderLine {
    pub(crate) title: String,
    pub(crate) ordered: u64,
    pub(crate) current: u64,
    pub(crate) fulfilled: u64,
}

/// A parcel, a pickup or a digital delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parcel {
    pub(crate) status: String,
    pub(crate) carrier: Option<String>,
    pub(crate) tracking: Option<String>,
    pub(crate) link: Option<(String, String)>,
    pub(crate) events: Vec<(Timestamp, String)>,
}

/// Something that changed the order afterwards: a refund, a return, a dispute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Adjustment {
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) occurred_at: Option<Timestamp>,
    pub(crate) amount: Option<i64>,
    pub(crate) description: String,
}

impl OrderSnapshot {
    /// Reads an order; `None` without id or session.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let id = text_of(value, "id", 256)?;
        let parcels: Vec<Parcel> = list(value, "fulfillments", parcel);
        let adjustments: Vec<Adjustment> = list(value, "adjustments", adjustment);
        Some(Self {
            checkout_session_id: text_of(value, "checkout_session_id", 512)?,
            number: text_of(value, "order_number", 80).unwrap_or_else(|| id.clone()),
            id,
            status: text_of(value, "status", 40).unwrap_or_default(),
            permalink: link_of(value, "permalink_url"),
            lines: list(value, "line_items", line),
            parcels,
            adjustments,
            total: list(value, "totals", |row| {
                (row.get("type")?.as_str()? == "total")
                    .then(|| row.get("amount")?.as_i64())
                    .flatten()
            })
            .first()
            .copied(),
        })
    }

    /// Minor units refunded by completed refunds.
    pub(crate) fn refunded(&self) -> i64 {
        self.adjustments
            .iter()
            .filter(|entry| {
                matches!(
                    entry.kind.as_str(),
                    "refund" | "partial_refund" | "return" | "cancellation"
                )
            })
            .filter(|entry| entry.status == "completed")
            .filter_map(|entry| entry.amount)
            .filter_map(i64::checked_abs)
            .fold(0, i64::saturating_add)
    }
}

fn line(value: &Value) -> Option<OrderLine> {
    let quantity = value.get("quantity")?;
    let count = |name: &str| quantity.get(name).and_then(Value::as_u64);
    let ordered = count("ordered").or_else(|| quantity.as_u64())?;
    Some(OrderLine {
        title: text_of(value, "title", 200)
            .or_else(|| text_of(value, "name", 200))
            .unwrap_or_default(),
        ordered,
        current: count("current").unwrap_or(ordered),
        fulfilled: count("fulfilled").or_else(|| count("shipped")).unwrap_or(0),
    })
}

fn parcel(value: &Value) -> Option<Parcel> {
    Some(Parcel {
        status: text_of(value, "status", 40).or_else(|| text_of(value, "type", 40))?,
        carrier: text_of(value, "carrier", 60),
        tracking: text_of(value, "tracking_number", 80),
        link: link_of(value, "tracking_url"),
        events: list(value, "events", |event| {
            let at = event.get("occurred_at")?.as_str()?.parse().ok()?;
            let what = text_of(event, "description", 200).or_else(|| text_of(event, "type", 40))?;
            Some((at, what))
        }),
    })
}

fn adjustment(value: &Value) -> Option<Adjustment> {
    Some(Adjustment {
        kind: text_of(value, "type", 40)?,
        status: text_of(value, "status", 40).unwrap_or_default(),
        occurred_at: value
            .get("occurred_at")
            .and_then(Value::as_str)
            .and_then(|at| at.parse().ok()),
        amount: value.get("amount").and_then(Value::as_i64),
        description: text_of(value, "description", 200).unwrap_or_default(),
    })
}

fn link_of(value: &Value, name: &str) -> Option<(String, String)> {
    let link = text::SafeLink::parse(value.get(name)?.as_str()?)?;
    Some((link.href, link.host))
}

fn text_of(value: &Value, name: &str, chars_max: usize) -> Option<String> {
    let clean = text::line(value.get(name)?.as_str()?, chars_max);
    (!clean.is_empty()).then_some(clean)
}

fn list<T>(value: &Value, name: &str, read: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    let entries = value
        .get(name)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    entries.iter().take(ENTRIES_MAX).filter_map(read).collect()
}
