//! A purchase as the page shows it: order card, notices, outcome. Numbers come from the seller's
//! session alone.

use comptoir_acp::{
    currency::Currency,
    money::{MinorUnits, Money},
};

use super::{
    show_products::{image_href, money, product_href},
    view::{
        BadgeView, DeliveryView, ItemRef, ItemView, LinkView, NoticeView, OrderCardView,
        OrderLineView, OrderRowView, OrderView, ParcelView, TotalView,
    },
};
use crate::{
    Language,
    agent::Agent,
    purchase::{
        CardDelivery, CardTotal, DeliveryOption, Notice, OrderCard, OrderSnapshot, Parcel,
        Purchase, PurchaseState, SellerFault, deliver_to,
    },
};

/// The order card, every line and every row of it.
pub(crate) fn order_card(card: &OrderCard, language: Language) -> OrderCardView {
    let words = language.words();
    let show = |amount: i64| amount_of(amount, card.currency(), language);
    let lines = card
        .summary
        .lines
        .iter()
        .zip(&card.lines)
        .map(|(line, facts)| {
            let rows = facts
                .rows
                .iter()
                .map(|row| format!("{}: {}", label(row, language), show(row.amount)));
            OrderLineView {
                title: line.title.clone(),
                quantity: line.quantity,
                unit: facts.unit_amount.map(show),
                total: show(line.total.get()),
                details: facts.details.iter().cloned().chain(rows).collect(),
            }
        });
    OrderCardView {
        seller: card.seller_name.clone(),
        lines: lines.collect(),
        totals: card
            .totals
            .iter()
            .map(|row| TotalView {
                label: label(row, language),
                amount: show(row.amount),
                is_total: row.kind == "total",
            })
            .collect(),
        deliver_to: card.deliver_to.clone(),
        delivery: card
            .delivery
            .as_ref()
            .map(|delivery| delivery_text(delivery, language)),
        messages: card.messages.clone(),
        links: card
            .links
            .iter()
            .map(|(label, href, host)| link(label, href, host))
            .collect(),
        changes: card
            .changes
            .iter()
            .map(|change| {
                format!(
                    "{}: {} {}, {} {}",
                    change.title,
                    words.was,
                    show(change.shown),
                    words.is_now,
                    show(change.now)
                )
            })
            .collect(),
        digest: card.digest(),
        button: language.order_button(&show(card.total())),
    }
}

/// Items of a purchase that has no order card yet.
pub(crate) fn items(purchase: &Purchase, language: Language) -> Vec<ItemView> {
    purchase
        .items
        .iter()
        .map(|item| ItemView {
            item: ItemRef {
                seller_id: purchase.seller_id.clone(),
                product_id: item.product_id.clone(),
                variant_id: item.variant_id.clone(),
            },
            href: product_href(&purchase.seller_id, &item.product_id),
            image: image_href(&purchase.seller_id, &item.product_id, 0),
            title: item.title.clone(),
            quantity: item.quantity,
            price: item
                .shown_price
                .map(|price| amount_of(price, purchase.currency, language)),
        })
        .collect()
}

/// Delivery options of the session.
pub(crate) fn deliveries(purchase: &Purchase, language: Language) -> Vec<DeliveryView> {
    let Some(session) = &purchase.session else {
        return Vec::new();
    };
    let chosen = purchase.chosen_option.as_ref().or(session.selected.first());
    let view = |option: &DeliveryOption| DeliveryView {
        id: option.id.clone(),
        title: option.title.clone(),
        detail: window(
            option.carrier.as_deref(),
            option.earliest,
            option.latest,
            language,
        ),
        price: match option.total {
            Some(0) => language.words().free.to_owned(),
            Some(total) => amount_of(total, session.currency, language),
            None => String::new(),
        },
        chosen: chosen == Some(&option.id),
    };
    session.options.iter().map(view).collect()
}

/// What the buyer is told above a step.
pub(crate) fn notice(notice: Notice, language: Language) -> NoticeView {
    let words = language.words();
    let (class, heading, text) = match notice {
        Notice::Declined => ("bad", Some(words.declined_heading), words.declined_text),
        Notice::NeedsAuthentication => ("bad", None, words.notice_3ds),
        Notice::CardRefused => ("bad", None, words.notice_card_invalid),
        Notice::ProviderUnavailable => ("bad", None, words.notice_psp_down),
        Notice::Interrupted => ("warn", None, words.notice_interrupted),
        Notice::NotConfirmed => ("bad", None, words.notice_not_confirmed),
        Notice::ReviewChanged => ("warn", None, words.notice_review_changed),
        Notice::ConsentExpired => ("warn", None, words.notice_consent_expired),
    };
    NoticeView {
        class,
        heading,
        text: text.to_owned(),
    }
}

/// A seller's fault in words for the buyer.
pub(crate) fn fault_text(fault: SellerFault, language: Language) -> &'static str {
    let words = language.words();
    match fault {
        SellerFault::Totals => words.fault_totals,
        SellerFault::Lines => words.fault_line,
        SellerFault::Quantity => words.fault_quantity,
        SellerFault::Currency => words.fault_currency,
        SellerFault::Session => words.fault_session,
        SellerFault::Delivery => words.fault_delivery,
        SellerFault::Unreadable => words.fault_unreadable,
        SellerFault::Payment => words.fault_payment,
        SellerFault::Gone => words.fault_gone,
    }
}

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
            if order.is_some_and(|order| order.refunded() > 0) && status != "canceled" {
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

fn delivery_text(delivery: &CardDelivery, language: Language) -> String {
    let window = window(
        delivery.carrier.as_deref(),
        delivery.earliest,
        delivery.latest,
        language,
    );
    if window.is_empty() {
        delivery.title.clone()
    } else {
        format!("{} · {window}", delivery.title)
    }
}

fn window(
    carrier: Option<&str>,
    earliest: Option<jiff::Timestamp>,
    latest: Option<jiff::Timestamp>,
    language: Language,
) -> String {
    let words = language.words();
    let days = match (earliest, latest) {
        (Some(first), Some(last)) if first == last => {
            Some(format!("{}: {}", words.arrives, language.day(first)))
        }
        (Some(first), Some(last)) => Some(format!(
            "{}: {} – {}",
            words.arrives,
            language.day(first),
            language.day(last)
        )),
        (Some(day), None) | (None, Some(day)) => {
            Some(format!("{}: {}", words.arrives, language.day(day)))
        }
        (None, None) => None,
    };
    carrier
        .map(str::to_owned)
        .into_iter()
        .chain(days)
        .collect::<Vec<_>>()
        .join(" · ")
}

fn label(row: &CardTotal, _language: Language) -> String {
    if row.label.is_empty() {
        row.kind.replace('_', " ")
    } else {
        row.label.clone()
    }
}

fn link(label: &str, href: &str, host: &str) -> LinkView {
    LinkView {
        label: label.to_owned(),
        href: href.to_owned(),
        host: host.to_owned(),
    }
}

fn amount_of(amount: i64, currency: Currency, language: Language) -> String {
    money(Money::new(MinorUnits::new(amount), currency), language)
}
