//! Sessions in the words of 2026-01-30 and later.

use comptoir_certify::SpecVersion;
use serde_json::{Map, Value, json};

use super::{
    basics::later,
    catalogue::{LOW_STOCK, Offer, QUANTITY_MAX, SHOWN_MAX},
    discounts, handlers,
    pricing::{INTERVENTIONS, needs_authentication, tax_of},
    seller::{Seller, Shop},
    session::{Line, Message, Money, Session},
    threeds,
};

/// A totals row.
pub(crate) fn row(kind: &str, label: &str, amount: i64) -> Value {
    json!({ "type": kind, "display_text": label, "amount": amount })
}

/// The totals of a session, alike in all versions.
pub(crate) fn totals(session: &Session) -> Vec<Value> {
    let priced = &session.priced;
    let (base, off) = (priced.base(), priced.items_discount());
    let mut rows = vec![row("items_base_amount", "Items", base)];
    if off > 0 {
        rows.push(row("items_discount", "Discount on items", off));
    }
    rows.push(row("subtotal", "Subtotal", base - off));
    if priced.discount > 0 {
        rows.push(row("discount", "Discount", priced.discount));
    }
    if !priced.selected.is_empty() {
        rows.push(row("fulfillment", "Delivery", priced.fulfillment));
    }
    rows.push(row("tax", "Tax", priced.tax()));
    rows.push(row("total", "Total", priced.total()));
    rows
}

/// The same with the parts of the tax.
fn taxed(session: &Session) -> Vec<Value> {
    let mut rows = totals(session);
    let (rate, state) = tax_of(session);
    for row in &mut rows {
        if row["type"] == "tax" && rate > 0 {
            let amount = row["amount"].clone();
            let rate = f64::from(rate) / 10_000.0;
            row["breakdown"] = json!([{ "jurisdiction": state, "rate": rate, "amount": amount }]);
        }
    }
    rows
}

/// Policy pages.
pub(crate) fn links(base: &str) -> Value {
    json!([
        { "type": "terms_of_use", "url": format!("{base}/pages/terms") },
        { "type": "privacy_policy", "url": format!("{base}/pages/privacy") },
    ])
}

/// The session as `version` writes it.
pub(crate) fn session(
    seller: &Seller,
    shop: &Shop,
    version: SpecVersion,
    session: &Session,
) -> Value {
    if version < SpecVersion::V2026_01_30 {
        return super::render_old::session(seller, shop, version, session);
    }
    let now = super::basics::now();
    let mut body = json!({
        "id": session.id,
        "protocol": { "version": version.as_str() },
        "capabilities": capabilities(seller, shop, version, session),
        "status": session.status(now),
        "currency": "usd",
        "locale": "en-US",
        "line_items": lines(shop, session),
        "fulfillment_options": session.priced.offers.iter().map(|offer| option(session, offer)).collect::<Vec<_>>(),
        "selected_fulfillment_options": session.priced.selected.iter().map(|(offer, lines)| {
            json!({ "type": offer.kind, "option_id": offer.id, "item_ids": lines })
        }).collect::<Vec<_>>(),
        "totals": taxed(session),
        "messages": messages(version, session),
        "links": links(&seller.base),
        "created_at": session.created_at.to_string(),
        "updated_at": session.updated_at.to_string(),
        "expires_at": session.expires_at.to_string(),
        "continue_url": format!("{}/continue/{}", seller.base, session.id),
        "discounts": {
            "codes": session.codes,
            "applied": session.priced.applied,
            "rejected": session.priced.rejected,
        },
    });
    let mut member = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body[name] = value;
        }
    };
    member("buyer", session.buyer.clone());
    member(
        "fulfillment_details",
        session
            .details
            .clone()
            .map(|details| known_address(version, details)),
    );
    member(
        "authentication_metadata",
        threeds::metadata(version, session, now),
    );
    member(
        "order",
        session
            .order
            .as_ref()
            .and_then(|id| shop.orders.get(id))
            .map(|order| order.render(version)),
    );
    if version >= SpecVersion::V2026_04_17 && seller.options.extensions {
        member(
            "marketing_consent_options",
            Some(seller.consent_options(shop, session)),
        );
    }
    for (name, value) in &session.echoed {
        member(name, Some(value.clone()));
    }
    body
}

/// `company` of an address came with 2026-04-17.
pub(crate) fn known_address(version: SpecVersion, mut details: Value) -> Value {
    if version < SpecVersion::V2026_04_17
        && let Some(address) = details.get_mut("address").and_then(Value::as_object_mut)
    {
        address.remove("company");
    }
    details
}

fn capabilities(seller: &Seller, shop: &Shop, version: SpecVersion, session: &Session) -> Value {
    let shared: Vec<&str> = INTERVENTIONS
        .into_iter()
        .filter(|ours| {
            let theirs = session.interventions.as_ref();
            theirs.is_none_or(|theirs| theirs.iter().any(|one| one == ours))
        })
        .collect();
    let guarded = needs_authentication(session);
    json!({
        "payment": { "handlers": handlers::of(seller, shop, version, session) },
        "interventions": {
            "supported": shared,
            "required": if guarded { vec!["3ds"] } else { Vec::new() },
            "enforcement": if guarded { "always" } else { "conditional" },
        },
        "extensions": extensions(session),
    })
}

/// What the shop adds to the core. An agent that names a version is answered with it.
fn extensions(session: &Session) -> Value {
    let versioned = format!("discount@{}", discounts::VERSION);
    let asked = session.extensions.contains(&versioned);
    json!([
        {
            "name": if asked { &versioned } else { "discount" },
            "extends": [
                "$.CheckoutSessionCreateRequest.discounts",
                "$.CheckoutSessionUpdateRequest.discounts",
                "$.CheckoutSession.discounts",
            ],
            "schema": format!("{SCHEMAS}/discount.json"),
        },
        { "name": "com.example.gift-note", "schema": format!("{SCHEMAS}/gift-note.json") },
    ])
}

/// Where the schemas of extensions will be, once the shop is public.
const SCHEMAS: &str = "https://shop.example/schemas";

/// A schema of an extension, by the name of its file.
pub(crate) fn extension_schema(name: &str) -> Option<Value> {
    let body = match name {
        "discount.json" => json!({
            "type": "object",
            "required": ["codes", "applied"],
            "properties": {
                "codes": { "type": "array", "items": { "type": "string" } },
                "applied": {
                    "type": "array",
                    "items": { "type": "object", "required": ["id", "coupon", "amount"] },
                },
                "rejected": {
                    "type": "array",
                    "items": { "type": "object", "required": ["code", "reason"] },
                },
            },
        }),
        "gift-note.json" => json!({ "type": "string", "maxLength": 200 }),
        _ => return None,
    };
    let mut schema = body;
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    Some(schema)
}

fn lines(shop: &Shop, session: &Session) -> Vec<Value> {
    let lines = session.lines.iter().zip(&session.priced.lines);
    lines
        .map(|(line, money)| self::line(shop, line, money))
        .collect()
}

/// A line with its totals; carts have the same.
pub(crate) fn line(shop: &Shop, line: &Line, money: &Money) -> Value {
    let left = shop.stock.get(line.item.id).copied().unwrap_or_default();
    let net = money.base - money.discount;
    let mut totals = vec![row("items_base_amount", "Price", money.base)];
    if money.discount > 0 {
        totals.push(row("items_discount", "Discount", money.discount));
    }
    totals.push(row("subtotal", "Subtotal", net));
    totals.push(row("tax", "Tax", money.tax));
    totals.push(row("total", "Total", net + money.tax));
    let mut body = json!({
        "id": line.id(),
        "item": { "id": line.item.id },
        "quantity": line.units(),
        "name": line.item.title,
        "unit_amount": line.item.price,
        "max_quantity_per_order": QUANTITY_MAX,
        "available_quantity": left.min(SHOWN_MAX),
        "availability_status": match left {
            0 => "out_of_stock",
            1..LOW_STOCK => "low_stock",
            _ => "in_stock",
        },
        "totals": totals,
    });
    if line.item.id == "mug" {
        body["disclosures"] = disclosures();
    }
    body
}

/// What must be said of the mug.
pub(crate) fn disclosures() -> Value {
    let content = "*Made by hand*: colours vary, see <https://shop.example/colours>.";
    json!([{ "type": "disclaimer", "content_type": "markdown", "content": content }])
}

fn option(session: &Session, offer: &Offer) -> Value {
    let mut body = json!({
        "type": offer.kind,
        "id": offer.id,
        "title": offer.title,
        "totals": [row("total", offer.title, offer.price)],
    });
    if offer.kind == "shipping" {
        windows(session, offer, &mut body);
    }
    body
}

/// When a parcel arrives, counted from the last change of the session.
pub(crate) fn windows(session: &Session, offer: &Offer, body: &mut Value) {
    let at = |days: i64| json!(later(session.updated_at, days * 86_400).to_string());
    body["carrier"] = json!("Parcel Post");
    body["earliest_delivery_time"] = at(offer.days.0);
    body["latest_delivery_time"] = at(offer.days.1);
}

/// Every message of a session.
pub(crate) fn messages(version: SpecVersion, session: &Session) -> Vec<Value> {
    let now = super::basics::now();
    let mut all: Vec<&Message> = session.priced.messages.iter().collect();
    all.extend(&session.payment_message);
    if session.status(now) == "completed" {
        all.clear();
    }
    all.into_iter().map(|one| message(version, one)).collect()
}

/// A message in the words of 2026-01-30 and later.
pub(crate) fn message(version: SpecVersion, message: &Message) -> Value {
    let mut body = Map::new();
    let mut member = |name: &str, value: &str| body.insert(name.to_owned(), json!(value));
    member("type", message.kind);
    member("code", message.code);
    member("content_type", "plain");
    member("content", &message.text);
    if let Some(param) = &message.param {
        member("param", param);
    }
    if version >= SpecVersion::V2026_04_17 {
        let buyer = matches!(message.code, "intervention_required" | "requires_3ds");
        member(
            "resolution",
            if buyer {
                "requires_buyer_input"
            } else {
                "recoverable"
            },
        );
    }
    Value::Object(body)
}
