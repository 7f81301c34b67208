//! Means of payment that the seller keeps.

use serde_json::{Value, json};

use super::{
    Scenario, Task,
    handlers::{HANDLERS, first_handler, put_first},
};
use crate::{
    SpecVersion, Topic,
    lanes::agent::{
        authentication::Way,
        play::{Moment, push, set},
        rules::{buys, seller_backed},
    },
};

fn wrong(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Lifecycle, name, story)
}

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        gift_card(
            "gift-card",
            "the shop takes its gift cards too",
            |_, session| takes_gift_cards(session, "^[0-9]{16}$", &[]),
        )
        .rules(seller_backed::rules())
        .rules([seller_backed::fields(), seller_backed::passed_over()]),
        gift_card(
            "gift-card-pattern",
            "the shop's gift cards have longer numbers than the buyer's",
            |_, session| takes_gift_cards(session, "^[0-9]{19}$", &[]),
        )
        .rules([seller_backed::nothing_delegated().proves(&["seller-backed.input.pattern"])]),
        gift_card(
            "gift-card-field",
            "the shop's gift cards need an entry that the buyer does not have",
            |_, session| takes_gift_cards(session, "^[0-9]{16}$", &["mothers_maiden_name"]),
        )
        .rules([seller_backed::nothing_delegated().proves(&["seller-backed.input.required"])]),
        saved_card("saved-card", "the shop has a card of the buyer")
            .rules(seller_backed::rules())
            .rules([
                seller_backed::no_credentials(),
                seller_backed::passed_over(),
            ]),
        saved_card(
            "saved-card-3ds",
            "the shop has a card of the buyer, which must be authenticated at complete",
        )
        .way(Way::Pending)
        .terms(|moment, terms| {
            terms.authentication = moment.tokens > 0;
            terms.authentication
        })
        .rules([seller_backed::saved_card_3ds()]),
        wrong(
            "points-first",
            "points of the shop stand first among the handlers",
        )
        .since(SpecVersion::V2026_01_30)
        .twist(|_, session| {
            let config = json!({
                "merchant_id": "acct_certify",
                "psp": "seller_managed",
                "display_name": "Points",
                "payment_method_id": "points_1",
            });
            let handler = seller_backed_handler(session, "points", "points", config);
            put_first(session, handler)
        })
        .rules([buys().proves(&["seller-backed.declaration.unknown-ignored"])]),
    ]
}

/// A handler of means that the seller keeps.
fn seller_backed_handler(session: &Value, id: &str, kind: &str, config: Value) -> Value {
    let mut handler = first_handler(session);
    let changed = set(&mut handler, "/id", json!(id))
        && set(
            &mut handler,
            "/name",
            json!(format!("dev.acp.seller_backed.{kind}")),
        )
        && set(&mut handler, "/psp", json!("seller_managed"))
        && set(&mut handler, "/config", config);
    if changed { handler } else { Value::Null }
}

fn gift_card(
    name: &'static str,
    story: &'static str,
    twist: fn(&Moment<'_>, &mut Value) -> bool,
) -> Scenario {
    wrong(name, story)
        .since(SpecVersion::V2026_01_30)
        .task(Task::GiftCard)
        .twist(twist)
}

/// Adds a handler of gift cards whose numbers have this pattern.
fn takes_gift_cards(session: &mut Value, pattern: &str, more: &[&str]) -> bool {
    let field = |name: &str, pattern: &str| json!({ "name": name, "label": name, "type": "text", "required": true, "pattern": pattern });
    let mut fields = vec![field("card_number", pattern), field("pin", "^[0-9]{4}$")];
    fields.extend(more.iter().map(|name| field(name, "^.{1,40}$")));
    let config = json!({
        "merchant_id": "acct_certify",
        "psp": "seller_managed",
        "display_name": "Gift card",
        "required_fields": fields,
    });
    let handler = seller_backed_handler(session, "gift_card", "gift_card", config);
    push(session, HANDLERS, handler)
}

fn saved_card(name: &'static str, story: &'static str) -> Scenario {
    wrong(name, story)
        .since(SpecVersion::V2026_01_30)
        .task(Task::SavedCard)
        .twist(|_, session| {
            let config = json!({
                "merchant_id": "acct_certify",
                "psp": "seller_managed",
                "payment_method_id": "pm_1",
                "display_name": "Visa ending in 4242",
                "display_metadata": { "brand": "visa", "last4": "4242" },
                "supports_3ds": true,
            });
            let handler = seller_backed_handler(session, "saved_visa", "saved_card", config);
            push(session, HANDLERS, handler)
        })
}
