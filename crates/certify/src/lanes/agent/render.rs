//! Sessions and orders in the words of 2026-01-30 and later; older versions in `old`.

mod old;

use serde_json::{Map, Value, json};

use super::{
    play::Bases,
    shop::{Line, MERCHANT_ID, OPTIONS, PSP_NAME, Session, Terms, member, row},
};
use crate::{SpecVersion, lanes::clock::now};

/// The session as `version` writes it.
pub(super) fn session(
    version: SpecVersion,
    bases: &Bases,
    session: &Session,
    terms: &Terms,
) -> Value {
    if version < SpecVersion::V2026_01_30 {
        return old::session(version, bases, session, terms);
    }
    let lines = session.lines(terms);
    let document = json!({
        "id": session.id,
        "protocol": { "version": version.as_str() },
        "capabilities": {
            "payment": { "handlers": [handler(version, bases, terms)] },
            "interventions": { "supported": [], "required": [], "enforcement": "conditional" },
        },
        "status": session.status(terms),
        "currency": terms.currency,
        "line_items": lines.iter().map(line).collect::<Vec<_>>(),
        "fulfillment_options": options(session, terms),
        "totals": session.rows(terms),
        "messages": messages(session),
        "links": links(bases),
        "created_at": now().to_string(),
    });
    let mut members = into_members(document);
    member(&mut members, "buyer", session.buyer.clone());
    member(&mut members, "fulfillment_details", details(session, terms));
    member(
        &mut members,
        "selected_fulfillment_options",
        selected(session, terms, &lines),
    );
    if !session.codes.is_empty() {
        member(&mut members, "discounts", Some(discounts(session)));
    }
    if session.status(terms) == "authentication_required" {
        member(
            &mut members,
            "authentication_metadata",
            Some(authentication(version)),
        );
    }
    if let Some(id) = &session.order {
        member(
            &mut members,
            "order",
            Some(order(version, bases, session, terms, id)),
        );
    }
    Value::Object(members)
}

/// The handler of cards.
pub(super) fn handler(version: SpecVersion, bases: &Bases, terms: &Terms) -> Value {
    let mut config = Map::new();
    member(&mut config, "merchant_id", terms.merchant.map(Value::from));
    member(&mut config, "psp", Some(PSP_NAME.into()));
    member(
        &mut config,
        "accepted_brands",
        Some(json!(["visa", "mastercard", "amex"])),
    );
    member(
        &mut config,
        "accepted_funding_types",
        Some(json!(["credit", "debit", "prepaid"])),
    );
    member(&mut config, "supports_3ds", Some(json!(true)));
    let mut handler = into_members(json!({
        "id": terms.handler,
        "name": "dev.acp.tokenized.card",
        "version": "2026-01-22",
        "spec": format!("{}/pages/card", bases.seller),
        "requires_delegate_payment": true,
        "requires_pci_compliance": false,
        "psp": PSP_NAME,
        "config_schema": format!("{}/pages/card-config", bases.seller),
        "instrument_schemas": [format!("{}/pages/card-instrument", bases.seller)],
        "config": config,
    }));
    if version >= SpecVersion::V2026_04_17 {
        member(&mut handler, "display_name", Some("Card".into()));
        member(&mut handler, "display_order", Some(json!(1)));
    }
    Value::Object(handler)
}

fn line(line: &Line) -> Value {
    let (amount, tax) = (line.amount(), line.tax());
    json!({
        "id": line.id,
        "item": { "id": line.item },
        "quantity": line.quantity,
        "name": line.title,
        "description": "Holds 300 ml.",
        "unit_amount": line.unit,
        "availability_status": "in_stock",
        "totals": [
            row("items_base_amount", "Price", amount),
            row("subtotal", "Subtotal", amount),
            row("tax", "Tax", tax),
            row("total", "Total", amount.saturating_add(tax)),
        ],
    })
}

/// What is delivered how, once there is an address.
fn options(session: &Session, terms: &Terms) -> Vec<Value> {
    if session.address().is_none() {
        return Vec::new();
    }
    OPTIONS
        .iter()
        .map(|(id, title, price)| {
            let price = price.saturating_add(terms.delivery_add);
            json!({
                "type": "shipping",
                "id": format!("{}{id}", terms.option_prefix),
                "title": title,
                "carrier": "Parcel Post",
                "totals": [row("total", title, price)],
            })
        })
        .collect()
}

fn selected(session: &Session, terms: &Terms, lines: &[Line]) -> Option<Value> {
    let (id, ..) = OPTIONS.get(session.option?)?;
    let ids: Vec<_> = lines.iter().map(|line| line.id.as_str()).collect();
    let id = format!("{}{id}", terms.option_prefix);
    Some(json!([{ "type": "shipping", "option_id": id, "item_ids": ids }]))
}

fn details(session: &Session, terms: &Terms) -> Option<Value> {
    let mut details = session.details.clone()?;
    if let (Some(city), Some(address)) = (terms.city, details.get_mut("address"))
        && let Some(members) = address.as_object_mut()
    {
        members.insert("city".to_owned(), city.into());
    }
    Some(details)
}

pub(super) fn messages(session: &Session) -> Vec<Value> {
    if session.declined && session.end.is_none() {
        return vec![json!({
            "type": "error",
            "code": "payment_declined",
            "content_type": "plain",
            "content": "The card was declined.",
        })];
    }
    Vec::new()
}

pub(super) fn links(bases: &Bases) -> Value {
    json!([
        { "type": "terms_of_use", "url": format!("{}/pages/terms", bases.seller) },
        { "type": "privacy_policy", "url": format!("{}/pages/privacy", bases.seller) },
    ])
}

fn discounts(session: &Session) -> Value {
    let worth = session.discount();
    let applied: Vec<_> = session.codes.iter().filter(|_| worth > 0).take(1).collect();
    let applied: Vec<_> = applied
        .into_iter()
        .map(|code| {
            json!({
                "id": "discount_1",
                "code": code,
                "coupon": { "id": "coupon_1", "name": "Five off", "amount_off": worth, "currency": "usd" },
                "amount": worth,
            })
        })
        .collect();
    let rejected: Vec<_> = session
        .codes
        .iter()
        .filter(|_| worth == 0)
        .map(|code| json!({ "code": code, "reason": "discount_code_invalid" }))
        .collect();
    json!({ "codes": session.codes, "applied": applied, "rejected": rejected })
}

/// What the agent needs to authenticate the card.
pub(super) fn authentication(version: SpecVersion) -> Value {
    let mut metadata = into_members(json!({
        "acquirer_details": {
            "acquirer_bin": "412345",
            "acquirer_country": "US",
            "acquirer_merchant_id": "certify-acquirer",
            "merchant_name": "Certify shop",
        },
        "directory_server": "visa",
        "flow_preference": { "type": "challenge", "challenge": { "type": "preferred" } },
    }));
    if version < SpecVersion::V2026_04_17 {
        let channel = json!({ "type": "browser", "browser": {
            "accept_header": "text/html",
            "ip_address": "192.0.2.1",
            "javascript_enabled": false,
            "language": "en-US",
            "user_agent": "certify",
        }});
        member(&mut metadata, "channel", Some(channel));
    }
    Value::Object(metadata)
}

/// The order of a completed session.
pub(super) fn order(
    version: SpecVersion,
    bases: &Bases,
    session: &Session,
    terms: &Terms,
    id: &str,
) -> Value {
    let mut order = into_members(json!({
        "id": id,
        "checkout_session_id": session.id,
        "permalink_url": format!("{}/orders/{id}", bases.seller),
    }));
    if version >= SpecVersion::V2026_01_30 {
        member(&mut order, "order_number", Some("C-1".into()));
        member(&mut order, "status", Some("confirmed".into()));
    }
    if version >= SpecVersion::V2026_04_17 {
        let lines = session.lines(terms);
        let lines = lines.iter().map(|line| {
            json!({
                "id": line.id,
                "title": line.title,
                "quantity": { "ordered": line.quantity, "current": line.quantity, "fulfilled": 0 },
                "unit_price": line.unit,
                "status": "processing",
            })
        });
        member(&mut order, "type", Some("order".into()));
        member(&mut order, "line_items", Some(lines.collect()));
        member(&mut order, "totals", Some(session.rows(terms).into()));
    }
    Value::Object(order)
}

/// The account at the provider that a session of before 2026-01-30 names.
pub(super) fn merchant(terms: &Terms) -> &'static str {
    terms.merchant.unwrap_or(MERCHANT_ID)
}

pub(super) fn into_members(document: Value) -> Map<String, Value> {
    match document {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}
