//! The instrument in the complete.

use serde_json::Value;

use super::{brands::accepted_brand, first};
use crate::lanes::agent::{call::Op, rule::Rule};

/// Rules about the instrument, from 2026-01-30 on.
pub(in crate::lanes::agent) fn instrument() -> Vec<Rule> {
    let mut all = instrument_handler_in_metadata();
    all.extend(instrument_instrument_type());
    all
}

fn instrument_handler_in_metadata() -> Vec<Rule> {
    vec![
        Rule::new(
            "handler-in-metadata",
            "the call for a token names the handler",
            |grade| {
                let call = first(grade, Op::Delegate, "call for a token")?;
                let paid = first(grade, Op::Complete, "complete")?;
                let id = paid.text("/payment_data/handler_id").unwrap_or_default();
                let metadata = call.pointer("/metadata").and_then(Value::as_object);
                let named =
                    metadata.is_some_and(|members| members.values().any(|value| value == id));
                grade.must(
                    named && !id.is_empty(),
                    call,
                    "metadata of delegate_payment names the handler id",
                    || format!("{metadata:?} does not hold {id:?}"),
                )
            },
        )
        .proves(&["handlers.delegation.handler-in-metadata"])
        .advice("put handler_id into metadata of delegate_payment"),
        Rule::new("instrument-id", "the instrument has an id", |grade| {
            let call = first(grade, Op::Complete, "complete")?;
            let id = call.text("/payment_data/instrument/id").unwrap_or_default();
            let fits = (1..=128).contains(&id.len())
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            grade.must(
                fits,
                call,
                "instrument.id is up to 128 letters, digits, underscores and hyphens",
                || format!("{id:?}"),
            )
        })
        .proves(&["handlers.instrument.id"]),
        Rule::new(
            "instrument-handler",
            "the instrument names its handler",
            |grade| {
                let call = first(grade, Op::Complete, "complete")?;
                let inside = call.text("/payment_data/instrument/handler_id");
                let outside = call.text("/payment_data/handler_id");
                grade.must(
                    inside.is_some() && inside == outside,
                    call,
                    "instrument.handler_id equals payment_data.handler_id",
                    || format!("{inside:?} and {outside:?}"),
                )
            },
        )
        .proves(&["handlers.instrument.handler-id-inside"]),
    ]
}

fn instrument_instrument_type() -> Vec<Rule> {
    vec![
        Rule::new("instrument-type", "the instrument is a card", |grade| {
            let call = first(grade, Op::Complete, "complete")?;
            let kind = call
                .text("/payment_data/instrument/type")
                .unwrap_or_default();
            grade.must(
                kind == "card",
                call,
                "instrument.type is card, as dev.acp.tokenized.card defines",
                || kind.to_owned(),
            )
        })
        .proves(&[
            "handlers.instrument.type",
            "handlers.instrument.schema-fits",
        ]),
        Rule::new(
            "instrument-credential",
            "the credential is a delegated token",
            |grade| {
                let call = first(grade, Op::Complete, "complete")?;
                let kind = call
                    .text("/payment_data/instrument/credential/type")
                    .unwrap_or_default();
                let token = call
                    .text("/payment_data/instrument/credential/token")
                    .unwrap_or_default();
                if kind == "agentic_token" {
                    return grade.must(
                        (13..=19).contains(&token.len()),
                        call,
                        "an agentic_token has 13 to 19 characters",
                        || format!("{} characters", token.len()),
                    );
                }
                grade.must(
                    kind == "spt" && !token.is_empty(),
                    call,
                    "credential is of type spt with a token",
                    || format!("type {kind:?}"),
                )
            },
        )
        .proves(&[
            "handlers.instrument.credential",
            "handlers.instrument.spt-credential",
            "handlers.instrument.agentic-token-form",
        ]),
        Rule::new(
            "accepted-brand",
            "the card is of a brand that the handler takes",
            accepted_brand,
        )
        .proves(&["handlers.config.accepted-brands"]),
    ]
}
