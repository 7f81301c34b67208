//! Sessions in the words of 2025-09-29, 2025-12-12 and 2026-01-16.

use comptoir_certify::SpecVersion;
use serde_json::{Value, json};

use super::{
    basics::now,
    catalogue::Offer,
    psp::MERCHANT,
    render::{disclosures, known_address, links, row, totals, windows},
    seller::{Seller, Shop},
    session::{Line, Message, Money, Session},
    shapes::text,
    threeds,
};

pub(crate) fn session(
    seller: &Seller,
    shop: &Shop,
    version: SpecVersion,
    session: &Session,
) -> Value {
    let flat = version == SpecVersion::V2025_09_29;
    let lines = session.lines.iter().zip(&session.priced.lines);
    let offers = session.priced.offers.iter();
    let mut body = json!({
        "id": session.id,
        "payment_provider": provider(version),
        "status": status(version, session),
        "currency": "usd",
        "line_items": lines.map(|(line, money)| self::line(version, line, money)).collect::<Vec<_>>(),
        "fulfillment_options": offers.map(|offer| option(version, session, offer)).collect::<Vec<_>>(),
        "totals": totals(session),
        "messages": messages(version, session),
        "links": links(&seller.base),
    });
    if let Some(buyer) = buyer(session.buyer.as_ref()) {
        body["buyer"] = buyer;
    }
    if flat {
        let details = session
            .details
            .clone()
            .map(|details| known_address(version, details));
        if let Some(address) =
            details.and_then(|mut details| Some(details.get_mut("address")?.take()))
        {
            body["fulfillment_address"] = address;
        }
        if let Some((offer, _)) = session.priced.selected.first() {
            body["fulfillment_option_id"] = json!(offer.id);
        }
    } else {
        if let Some(details) = &session.details {
            body["fulfillment_details"] = known_address(version, details.clone());
        }
        let selected = session.priced.selected.iter();
        let selected = selected.map(|(offer, lines)| {
            json!({ "type": offer.kind, offer.kind: { "option_id": offer.id, "item_ids": lines } })
        });
        body["selected_fulfillment_options"] = selected.collect();
        if let Some(metadata) = threeds::metadata(version, session, now()) {
            body["authentication_metadata"] = metadata;
        }
    }
    if let Some(order) = session.order.as_ref().and_then(|id| shop.orders.get(id)) {
        body["order"] = order.render(version);
    }
    body
}

fn provider(version: SpecVersion) -> Value {
    let mut provider = json!({ "provider": "stripe", "supported_payment_methods": ["card"] });
    if version > SpecVersion::V2025_09_29 {
        provider["supported_payment_methods"] =
            json!([{ "type": "card", "supported_card_networks": ["visa", "mastercard", "amex"] }]);
    }
    if version >= SpecVersion::V2026_01_16 {
        provider["merchant_id"] = json!(MERCHANT);
    }
    provider
}

/// These versions know no expired session, and the oldest no authentication.
fn status(version: SpecVersion, session: &Session) -> &'static str {
    match session.status(now()) {
        "expired" => "canceled",
        "authentication_required" if version == SpecVersion::V2025_09_29 => "not_ready_for_payment",
        status => status,
    }
}

fn line(version: SpecVersion, line: &Line, money: &Money) -> Value {
    let quantity = if version == SpecVersion::V2025_09_29 && !line.is_whole() {
        #[expect(
            clippy::as_conversions,
            clippy::cast_precision_loss,
            reason = "bounded when it was read"
        )]
        let quantity = json!(line.milli as f64 / 1000.0);
        quantity
    } else {
        json!(line.units())
    };
    let net = money.base - money.discount;
    let mut body = json!({
        "id": line.id(),
        "item": { "id": line.item.id, "quantity": quantity },
        "base_amount": money.base,
        "discount": money.discount,
        "subtotal": net,
        "tax": money.tax,
        "total": net + money.tax,
    });
    if version > SpecVersion::V2025_09_29 {
        if line.item.id == "mug" {
            body["disclosures"] = disclosures();
        }
        body["name"] = json!(line.item.title);
        body["unit_amount"] = json!(line.item.price);
    }
    body
}

fn option(version: SpecVersion, session: &Session, offer: &Offer) -> Value {
    let mut body = json!({ "type": offer.kind, "id": offer.id, "title": offer.title });
    if version >= SpecVersion::V2026_01_16 {
        body["totals"] = json!([row("total", offer.title, offer.price)]);
    } else {
        body["subtotal"] = json!(offer.price);
        body["tax"] = json!(0);
        body["total"] = json!(offer.price);
    }
    if offer.kind == "shipping" {
        windows(session, offer, &mut body);
    }
    body
}

fn messages(version: SpecVersion, session: &Session) -> Vec<Value> {
    let mut all: Vec<&Message> = session.priced.messages.iter().collect();
    all.extend(&session.payment_message);
    if session.order.is_some() {
        all.clear();
    }
    all.into_iter().map(|one| message(version, one)).collect()
}

/// Warnings are notes here, and few errors have a code of their own.
fn message(version: SpecVersion, message: &Message) -> Value {
    let param = message
        .param
        .as_ref()
        .filter(|param| !param.starts_with("$.discounts"));
    let mut body = json!({
        "type": if message.kind == "error" { "error" } else { "info" },
        "content_type": "plain",
        "content": message.text,
    });
    if message.kind == "error" {
        body["code"] = json!(match message.code {
            code @ ("missing" | "out_of_stock" | "payment_declined" | "requires_3ds") => code,
            _ => "invalid",
        });
    }
    if let Some(param) = param {
        let flat = version == SpecVersion::V2025_09_29;
        let there = if flat {
            "$.fulfillment_address"
        } else {
            "$.fulfillment_details.address"
        };
        body["param"] = json!(param.replace("$.fulfillment_details.address", there));
    }
    body
}

/// The four members that these versions know, when the three required ones are there.
fn buyer(buyer: Option<&Value>) -> Option<Value> {
    let buyer = buyer?;
    let mut known = json!({
        "first_name": text(buyer, "first_name")?,
        "last_name": text(buyer, "last_name")?,
        "email": text(buyer, "email")?,
    });
    if let Some(phone) = text(buyer, "phone_number") {
        known["phone_number"] = json!(phone);
    }
    Some(known)
}
