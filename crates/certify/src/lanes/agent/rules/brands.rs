//! Brands of cards.

use serde_json::Value;

use crate::{
    Outcome,
    lanes::agent::{
        rule::{Grade, Rule},
        seller::handler,
    },
};

/// The brand of a card number.
fn brand(number: &str) -> &'static str {
    match number.as_bytes() {
        [b'4', ..] => "visa",
        [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] => "mastercard",
        [b'3', b'4' | b'7', ..] => "amex",
        [b'6', ..] => "discover",
        _ => "unknown",
    }
}

/// Every card that went out was of an accepted brand.
pub(in crate::lanes::agent) fn accepted_brand(grade: &Grade<'_>) -> Outcome {
    for call in grade.seen.delegates() {
        let Some(session) = grade.seen.session_before(call) else {
            continue;
        };
        let handlers = session
            .pointer("/capabilities/payment/handlers")
            .and_then(Value::as_array);
        let chosen = grade
            .seen
            .after(call)
            .find_map(|later| handler(session, later.text("/payment_data/handler_id")?));
        let handler = chosen.or_else(|| handlers?.first());
        let brands = match handler {
            Some(handler) => handler.pointer("/config/accepted_brands"),
            None => session
                .pointer("/payment_provider/supported_payment_methods/0/supported_card_networks"),
        };
        let Some(brands) = brands.and_then(Value::as_array) else {
            continue;
        };
        let number = call.text("/payment_method/number").unwrap_or_default();
        if number.is_empty() {
            continue;
        }
        let brand = brand(number);
        let taken = brands.iter().any(|one| one == brand);
        grade.must(
            taken,
            call,
            "only cards of an accepted brand are sent",
            || format!("a {brand} card, and accepted are {brands:?}"),
        )?;
    }
    Ok(())
}

/// Every card that went out was of a network that the session lists: versions before 2026-01-30.
pub(in crate::lanes::agent) fn networks() -> Rule {
    Rule::new(
        "accepted-network",
        "the card is of a network that the session lists",
        accepted_brand,
    )
    .proves(&["versions.payment.networks"])
}
