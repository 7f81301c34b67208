//! Sessions in the words of 2025-09-29, 2025-12-12 and 2026-01-16.

use serde_json::{Value, json};

use super::{authentication, details, into_members, links, merchant, messages, order};
use crate::{
    SpecVersion,
    lanes::agent::{
        play::Bases,
        shop::{Line, OPTIONS, Session, Terms, member, row},
    },
};

pub(super) fn session(
    version: SpecVersion,
    bases: &Bases,
    session: &Session,
    terms: &Terms,
) -> Value {
    let flat = version == SpecVersion::V2025_09_29;
    let lines = session.lines(terms);
    let mut members = into_members(json!({
        "id": session.id,
        "payment_provider": provider(version, terms),
        "status": status(version, session.status(terms)),
        "currency": terms.currency,
        "line_items": lines.iter().map(|line| self::line(version, line)).collect::<Vec<_>>(),
        "fulfillment_options": options(version, session, terms),
        "totals": session.rows(terms),
        "messages": messages(session),
        "links": links(bases),
    }));
    member(&mut members, "buyer", session.buyer.clone());
    let id = session
        .option
        .and_then(|place| OPTIONS.get(place))
        .map(|(id, ..)| format!("{}{id}", terms.option_prefix));
    let details = details(session, terms);
    if flat {
        member(
            &mut members,
            "fulfillment_address",
            details.and_then(|all| all.get("address").cloned()),
        );
        member(&mut members, "fulfillment_option_id", id.map(Value::from));
    } else {
        member(&mut members, "fulfillment_details", details);
        let ids: Vec<_> = lines.iter().map(|line| line.id.as_str()).collect();
        let selected = id.map(
            |id| json!([{ "type": "shipping", "shipping": { "option_id": id, "item_ids": ids } }]),
        );
        member(&mut members, "selected_fulfillment_options", selected);
        if session.status(terms) == "authentication_required" {
            member(
                &mut members,
                "authentication_metadata",
                Some(authentication(version)),
            );
        }
    }
    if version == SpecVersion::V2026_01_16 {
        let provider = json!({
            "provider": "stripe",
            "merchant_id": merchant(terms),
            "supported_authentication_methods": ["3ds"],
        });
        member(&mut members, "authentication_provider", Some(provider));
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

fn provider(version: SpecVersion, terms: &Terms) -> Value {
    let methods = if version == SpecVersion::V2025_09_29 {
        json!(["card"])
    } else {
        json!([{ "type": "card", "supported_card_networks": ["visa", "mastercard"] }])
    };
    let mut provider =
        into_members(json!({ "provider": "stripe", "supported_payment_methods": methods }));
    if version >= SpecVersion::V2026_01_16 {
        member(&mut provider, "merchant_id", Some(merchant(terms).into()));
    }
    Value::Object(provider)
}

/// These versions know fewer statuses.
fn status(version: SpecVersion, status: &'static str) -> &'static str {
    match status {
        "complete_in_progress" => "in_progress",
        "expired" => "canceled",
        "requires_escalation" | "pending_approval" => "not_ready_for_payment",
        "authentication_required" if version == SpecVersion::V2025_09_29 => "not_ready_for_payment",
        status => status,
    }
}

fn line(version: SpecVersion, line: &Line) -> Value {
    let (amount, tax) = (line.amount(), line.tax());
    let mut members = into_members(json!({
        "id": line.id,
        "item": { "id": line.item, "quantity": line.quantity },
        "base_amount": amount,
        "discount": 0,
        "subtotal": amount,
        "tax": tax,
        "total": amount.saturating_add(tax),
    }));
    if version > SpecVersion::V2025_09_29 {
        member(&mut members, "name", Some(line.title.as_str().into()));
        member(&mut members, "unit_amount", Some(line.unit.into()));
    }
    Value::Object(members)
}

fn options(version: SpecVersion, session: &Session, terms: &Terms) -> Vec<Value> {
    if session.address().is_none() {
        return Vec::new();
    }
    OPTIONS
        .iter()
        .map(|(id, title, price)| {
            let price = price.saturating_add(terms.delivery_add);
            let mut members = into_members(json!({
                "type": "shipping",
                "id": format!("{}{id}", terms.option_prefix),
                "title": title,
            }));
            if version >= SpecVersion::V2026_01_16 {
                member(
                    &mut members,
                    "totals",
                    Some(json!([row("total", title, price)])),
                );
            } else if version == SpecVersion::V2025_12_12 {
                // Only the total is required there.
                member(&mut members, "total", Some(price.into()));
            } else {
                for (name, amount) in [("subtotal", price), ("tax", 0), ("total", price)] {
                    member(&mut members, name, Some(amount.into()));
                }
            }
            Value::Object(members)
        })
        .collect()
}
