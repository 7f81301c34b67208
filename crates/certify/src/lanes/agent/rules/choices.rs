//! What the agent chooses, and what it keeps to itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::first;
use crate::{
    SpecVersion, Stop, Topic,
    lanes::{
        agent::{call::Op, rule::Rule, seller::handler, shop::ITEM_ID},
        documents::{object, text},
    },
};

/// Rules about choices that hold in every purchase.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    let mut rules = choices();
    rules.extend(privacy());
    rules
}

fn choices() -> Vec<Rule> {
    let mut all = chosen_ids();
    all.extend(foreign_calls());
    all
}

fn chosen_ids() -> Vec<Rule> {
    vec![
        Rule::new(
            "item-id",
            "the agent creates with the id of the item to buy",
            |grade| {
                let call = first(grade, Op::Create, "create")?;
                let id = call
                    .text("/line_items/0/id")
                    .or_else(|| call.text("/items/0/id"));
                grade.must(
                    id == Some(ITEM_ID),
                    call,
                    "the first line is the item that was asked for",
                    || format!("{id:?} instead of {ITEM_ID}"),
                )
            },
        )
        .proves(&["feeds.agent.uses-variant-id"]),
        option_known(),
        Rule::new(
            "handler-known",
            "the agent pays by a handler of the newest session",
            |grade| {
                let call = first(grade, Op::Complete, "complete")?;
                let id = call.text("/payment_data/handler_id").unwrap_or_default();
                let session = grade.seen.session_before(call);
                let known = session.is_some_and(|session| handler(session, id).is_some());
                if grade.seen.version < SpecVersion::V2026_01_30 {
                    let asked = call.text("/payment_data/provider");
                    let named = session.and_then(|session| {
                        session.pointer("/payment_provider/provider")?.as_str()
                    });
                    return grade.must(
                        asked.is_some() && asked == named,
                        call,
                        "payment_data.provider is the session's provider",
                        || format!("{asked:?} instead of {named:?}"),
                    );
                }
                grade.must(
                    known,
                    call,
                    "payment_data.handler_id is the id of a handler of the newest session",
                    || format!("{id:?}"),
                )
            },
        )
        .proves(&[
            "handlers.instrument.handler-known",
            "versions.payment.provider-matches",
        ]),
    ]
}

fn foreign_calls() -> Vec<Rule> {
    vec![
        Rule::new(
            "no-feeds",
            "no feed call goes to the seller",
            |grade| match grade.seen.first(Op::Feed) {
                None => Ok(()),
                Some(call) => grade.must(
                    false,
                    call,
                    "feeds are pushed to the agent, never fetched",
                    || call.what(),
                ),
            },
        )
        .proves(&["feeds.direction.agent-never-calls"]),
        Rule::new(
            "mcp-not-guessed",
            "the agent does not guess an MCP endpoint",
            |grade| match grade.seen.first(Op::Mcp) {
                None => Ok(()),
                Some(call) => grade.must(
                    false,
                    call,
                    "the MCP endpoint comes from configuration",
                    || call.what(),
                ),
            },
        )
        .proves(&["mcp.endpoint.out-of-band"]),
    ]
}

/// Ids that are chosen stand in the newest session.
pub(in crate::lanes::agent) fn option_known() -> Rule {
    Rule::new(
        "option-known",
        "the agent chooses options and lines that the newest session has",
        |grade| {
            let mut any = false;
            for call in grade.seen.of_kind(Op::Update) {
                let flat = call.pointer("/fulfillment_option_id");
                let flat = flat.map(|id| object([("option_id", id.clone())]));
                let listed = call.pointer("/selected_fulfillment_options/0");
                let Some(option) = listed.or(flat.as_ref()) else {
                    continue;
                };
                let Some(session) = grade.seen.session_before(call) else {
                    continue;
                };
                any = true;
                let option = option.get("shipping").unwrap_or(option);
                let ids = |name: &str| -> BTreeSet<&str> {
                    let list = session.get(name).and_then(Value::as_array);
                    list.into_iter()
                        .flatten()
                        .map(|one| text(one, "id"))
                        .collect()
                };
                let id = text(option, "option_id");
                grade.must(
                    ids("fulfillment_options").contains(id),
                    call,
                    "option_id is one of the newest session's",
                    || format!("{id:?}"),
                )?;
                let lines = ids("line_items");
                let items = option.get("item_ids").and_then(Value::as_array);
                for item in items.into_iter().flatten().filter_map(Value::as_str) {
                    grade.must(
                        lines.contains(item) || item == ITEM_ID,
                        call,
                        "item_ids are those of the newest session",
                        || format!("{item:?}"),
                    )?;
                }
            }
            if any {
                return Ok(());
            }
            Err(Stop::NotApplicable(
                "the agent kept the delivery that the seller chose".to_owned(),
            ))
        },
    )
    .proves(&["checkout.fulfillment.agent-item-ids-exist"])
}

fn privacy() -> Vec<Rule> {
    vec![
        Rule::new(
            "least-data",
            "create names neither the buyer nor an address",
            |grade| {
                let call = first(grade, Op::Create, "create")?;
                for member in ["buyer", "fulfillment_details", "fulfillment_address"] {
                    grade.should(
                        call.pointer(&format!("/{member}")).is_none(),
                        call,
                        "personal data goes out when it is needed, not before",
                        || format!("create holds {member}"),
                    )?;
                }
                Ok(())
            },
        )
        .topic(Topic::Leaks),
        Rule::new(
            "no-budget",
            "no price limit or chat goes to the seller",
            |grade| {
                let call = first(grade, Op::Create, "create")?;
                for member in ["budget", "max_price", "query", "conversation", "prompt"] {
                    grade.should(
                        call.pointer(&format!("/{member}")).is_none(),
                        call,
                        "what the buyer told the agent stays there",
                        || format!("create holds {member}"),
                    )?;
                }
                Ok(())
            },
        )
        .topic(Topic::Leaks),
        Rule::new(
            "psp-least-data",
            "the provider learns nothing of what is bought",
            |grade| {
                let call = first(grade, Op::Delegate, "call for a token")?;
                let body = call.body_text();
                grade.should(
                    !body.contains(ITEM_ID),
                    call,
                    "the item stays between buyer and seller",
                    || "the body names the item".to_owned(),
                )
            },
        )
        .topic(Topic::Leaks),
    ]
}
