//! Placed orders as the page shows them: rows of the list, and one order with all that happened.

use super::{
    show_purchase::{amount_of, link, window},
    view::{BadgeView, OrderRowView, OrderView, ParcelView, TotalView},
};
use crate::{
    Language,
    agent::Agent,
    purchase::{OrderSnapshot, Parcel, Purchase, PurchaseState, deliver_to},
};

/// A row of the list of orders.
pub(crate) fn row(agent: &Agent, purchase: &Purchase, language: Language) -> OrderRowView {
    let summary: Vec<String> = purchase
        .items
        .iter()
        .map(|item| format!("{} × {}", item.quantity, item.title))
        .collect();
    let total = purchase
        .session
        .as_ref()
        .and_then(|session| session.only("total"));
    OrderRowView {
        href: format!("/purchases/{}", purchase.id),
        seller: agent.seller_name(&purchase.seller_id).to_owned(),
        summary: summary.join(", "),
        placed: language.day(purchase.ordered_at.unwrap_or(purchase.created_at)),
        total: total
            .filter(|_| purchase.destination.is_some())
            .map(|total| amount_of(total, purchase.currency, language)),
        badge: badge(purchase, language),
    }
}

/// A placed order; `None` for a purchase without one.
pub(crate) fn order(agent: &Agent, purchase: &Purchase, language: Language) -> Option<OrderView> {
    let order = purchase
        .order
        .as_ref()
        .filter(|_| purchase.state == PurchaseState::Ordered)?;
    let session = purchase.session.as_ref()?;
    let words = language.words();
    let show = |amount: i64| amount_of(amount, purchase.currency, language);
    let refunded = order.refunded();
    let rows = session.totals.iter().map(|row| TotalView {
        label: if row.label.is_empty() {
            row.kind.replace('_', " ")
        } else {
            row.label.clone()
        },
        amount: show(row.amount),
        is_total: row.kind == "total",
    });
    let option = session
        .options
        .iter()
        .find(|option| session.selected.contains(&option.id));
    Some(OrderView {
        seller: agent.seller_name(&purchase.seller_id).to_owned(),
        number: order.number.clone(),
        placed: language.minute(purchase.ordered_at.unwrap_or(purchase.created_at)),
        badge: badge(purchase, language),
        lines: order_lines(purchase, order, language),
        totals: rows.collect(),
        refunded: (refunded > 0).then(|| show(refunded)),
        deliver_to: purchase
            .destination
            .as_ref()
            .map(deliver_to)
            .unwrap_or_default(),
        delivery: option.map(|option| {
            let window = window(
                option.carrier.as_deref(),
                option.earliest,
                option.latest,
                language,
            );
            if window.is_empty() {
                option.title.clone()
            } else {
                format!("{} · {window}", option.title)
            }
        }),
        parcels: order
            .parcels
            .iter()
            .map(|parcel| self::parcel(parcel, language))
            .collect(),
        history: history(purchase, order, language),
        warning: purchase.total_differs.then_some(words.total_differs),
        permalink: order
            .permalink
            .as_ref()
            .map(|(href, host)| link(words.view_at_shop, href, host)),
    })
}

/// The state of a purchase or its order.
pub(crate) fn badge(purchase: &Purchase, language: Language) -> BadgeView {
    let words = language.words();
    let (label, class) = match purchase.state {
        PurchaseState::Open => (words.status_review, "warn"),
        PurchaseState::Paying | PurchaseState::Completing => (words.status_processing, ""),
        PurchaseState::Checking => (words.status_checking, "warn"),
        PurchaseState::Closed => (words.status_stopped, ""),
        PurchaseState::Ordered => {
            let order = purchase.order.as_ref();
            let status = order.map_or("", |order| order.status.as_str());
            // A part given back is a row among the amounts, not the state of the order.
            let all_back = order.is_some_and(|order| {
                order.refunded() > 0 && order.total.is_some_and(|total| order.refunded() >= total)
            });
            if all_back && status != "canceled" {
                (words.refunded, "good")
            } else {
                order_status(status, language)
            }
        }
    };
    BadgeView { label, class }
}

fn order_status(status: &str, language: Language) -> (&'static str, &'static str) {
    let words = language.words();
    match status {
        "confirmed" => (words.status_confirmed, "good"),
        "manual_review" => (words.status_manual_review, "warn"),
        "processing" => (words.status_order_processing, ""),
        "shipped" | "in_transit" | "out_for_delivery" => (words.status_shipped, "good"),
        "delivered" => (words.status_delivered, "good"),
        "completed" => (words.status_completed, "good"),
        "canceled" => (words.status_canceled, "bad"),
        // An open list: an unknown status is shown as what is certain.
        _ => (words.status_created, ""),
    }
}

fn order_lines(
    purchase: &Purchase,
    order: &OrderSnapshot,
    language: Language,
) -> Vec<(String, String)> {
    let words = language.words();
    if order.lines.is_empty() {
        return purchase
            .items
            .iter()
            .map(|item| (format!("{} × {}", item.quantity, item.title), String::new()))
            .collect();
    }
    let state = |current: u64, fulfilled: u64| match (current, fulfilled) {
        (0, _) => words.line_removed,
        (_, 0) => words.line_processing,
        (current, fulfilled) if fulfilled < current => words.line_partial,
        _ => words.line_fulfilled,
    };
    order
        .lines
        .iter()
        .map(|line| {
            (
                format!("{} × {}", line.ordered, line.title),
                state(line.current, line.fulfilled).to_owned(),
            )
        })
        .collect()
}

fn parcel(parcel: &Parcel, language: Language) -> ParcelView {
    ParcelView {
        status: order_status(&parcel.status, language).0.to_owned(),
        carrier: parcel.carrier.clone(),
        tracking: parcel.tracking.clone(),
        link: parcel
            .link
            .as_ref()
            .map(|(href, host)| link(language.words().tracking, href, host)),
    }
}

fn history(
    purchase: &Purchase,
    order: &OrderSnapshot,
    language: Language,
) -> Vec<(String, String)> {
    let words = language.words();
    let mut entries: Vec<(jiff::Timestamp, String)> = Vec::new();
    if let Some(at) = purchase.ordered_at {
        entries.push((at, words.confirmed_text.to_owned()));
    }
    for parcel in &order.parcels {
        entries.extend(parcel.events.iter().map(|(at, what)| {
            let known = order_status(what, language).0;
            (
                *at,
                if known == words.status_created {
                    what.replace('_', " ")
                } else {
                    known.to_owned()
                },
            )
        }));
    }
    for adjustment in &order.adjustments {
        let Some(at) = adjustment.occurred_at else {
            continue;
        };
        let amount = adjustment
            .amount
            .map(|amount| amount_of(amount, purchase.currency, language))
            .unwrap_or_default();
        let kind = if adjustment.kind.contains("refund") {
            words.status_refund.to_owned()
        } else {
            adjustment.kind.replace('_', " ")
        };
        let text = format!("{kind} {amount} {}", adjustment.description);
        entries.push((at, text.trim().to_owned()));
    }
    entries.sort_by_key(|(at, _)| *at);
    entries
        .into_iter()
        .map(|(at, what)| (language.minute(at), what))
        .collect()
}
