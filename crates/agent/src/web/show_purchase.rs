//! A purchase before it is an order, as the page shows it: order card, notices. Numbers come from the seller's
//! session alone.

use comptoir_acp::{
    currency::Currency,
    money::{MinorUnits, Money},
};

use super::{
    show_products::{image_href, money, product_href},
    view::{
        DeliveryView, ItemRef, ItemView, LinkView, NoticeView, OrderCardView, OrderLineView,
        TotalView,
    },
};
use crate::{
    Language,
    purchase::{CardDelivery, CardTotal, DeliveryOption, Notice, OrderCard, Purchase, SellerFault},
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
                .map(|row| format!("{}: {}", label(row), show(row.amount)));
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
                label: label(row),
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

pub(super) fn window(
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

fn label(row: &CardTotal) -> String {
    if row.label.is_empty() {
        row.kind.replace('_', " ")
    } else {
        row.label.clone()
    }
}

pub(super) fn link(label: &str, href: &str, host: &str) -> LinkView {
    LinkView {
        label: label.to_owned(),
        href: href.to_owned(),
        host: host.to_owned(),
    }
}

pub(super) fn amount_of(amount: i64, currency: Currency, language: Language) -> String {
    money(Money::new(MinorUnits::new(amount), currency), language)
}
