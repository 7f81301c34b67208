//! Purchases in which nothing is wrong: what the agent does of its own accord.

use super::{
    rule::Rule,
    rules::{
        affiliate, bodies, brands, buys, capabilities, card_stays_away, carts, choices, discovery,
        ends, few_calls, headers, instrument, keys, mcp, nothing_elsewhere, once, payment,
        prints_no_secrets, signatures, token,
    },
    scenario::{HONEST, Scenario, Task},
};
use crate::{SpecVersion, Topic, VersionRange};

/// A scenario without fault.
fn plain(topic: Topic, name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(topic, name, story)
}

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        honest(),
        newer(),
        newest(),
        older(),
        pays_by_network(),
        again(),
        cancel(),
        code(),
        cart(),
        domain(),
        over_mcp(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Scenarios of one name are one purchase: the others add rules of a range of versions.
fn honest() -> Vec<Scenario> {
    let mut rules = vec![
        Rule::new(
            "completes",
            "the agent buys when nothing is wrong",
            buys().judge,
        )
        .proves(&[
            "feeds.agent.uses-variant-id",
            "capabilities.agent.enforcement-unknown-tolerated",
            "extensions.negotiation.agent-both-ways",
            "versions.options.agent-bare-total",
        ])
        .advice("this purchase must work before any other says something"),
        ends(),
        few_calls(),
        nothing_elsewhere(),
        prints_no_secrets().topic(Topic::Leaks),
        card_stays_away()
            .topic(Topic::Leaks)
            .proves(&["handlers.delegation.token-submitted"]),
        once::pays_once().topic(Topic::Idempotency),
        once::same_bytes().topic(Topic::Idempotency),
    ];
    rules.extend(headers::rules());
    rules.extend(bodies::rules());
    rules.extend(choices::rules());
    rules.extend(token::bounds());
    rules.extend(payment::rules());
    rules.extend(signatures::rules());
    rules.push(affiliate::unsupported());
    vec![plain(Topic::Lifecycle, HONEST, "").rules(rules)]
}

/// What 2025-12-12 and later add.
fn newer() -> Vec<Scenario> {
    let scenario = plain(Topic::Lifecycle, HONEST, "")
        .since(SpecVersion::V2025_12_12)
        .rules(affiliate::rules());
    vec![scenario]
}

/// What 2026-01-30 and 2026-04-17 add.
fn newest() -> Vec<Scenario> {
    vec![
        plain(Topic::Lifecycle, HONEST, "")
            .since(SpecVersion::V2026_01_30)
            .rules(capabilities::rules())
            .rules(instrument::instrument()),
        plain(Topic::Idempotency, HONEST, "")
            .since(SpecVersion::V2026_04_17)
            .rules(keys::rules()),
    ]
}

/// What the versions before 2026-04-17 wish.
fn older() -> Vec<Scenario> {
    let mut scenario = plain(Topic::Idempotency, HONEST, "").rules(keys::older());
    scenario.versions = VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2026_01_30);
    vec![scenario]
}

/// Networks, which two versions list.
fn pays_by_network() -> Vec<Scenario> {
    let mut scenario = plain(Topic::Lifecycle, HONEST, "").rules([brands::networks()]);
    scenario.versions = VersionRange::between(SpecVersion::V2025_12_12, SpecVersion::V2026_01_16);
    vec![scenario]
}

/// A second purchase: what must differ from the first, and what must not.
fn again() -> Vec<Scenario> {
    vec![plain(Topic::Idempotency, "again", "a second purchase").rules([buys(), token::exact()])]
}

fn cancel() -> Vec<Scenario> {
    let scenario = plain(Topic::Lifecycle, "cancel", "the buyer gives up")
        .since(SpecVersion::V2025_12_12)
        .task(Task::Cancel)
        .rules(super::cancel::rules());
    vec![scenario]
}

fn code() -> Vec<Scenario> {
    let scenario = plain(Topic::Lifecycle, "code", "the buyer has a discount code")
        .since(SpecVersion::V2026_01_30)
        .task(Task::Code)
        .rules(super::cancel::codes());
    vec![scenario]
}

fn cart() -> Vec<Scenario> {
    let scenario = plain(Topic::Lifecycle, "cart", "the item goes through a cart")
        .since(SpecVersion::V2026_04_17)
        .task(Task::Cart)
        .rules(carts::rules());
    vec![scenario]
}

fn domain() -> Vec<Scenario> {
    let scenario = plain(
        Topic::Lifecycle,
        "domain",
        "the agent knows the domain alone",
    )
    .since(SpecVersion::V2026_04_17)
    .task(Task::Domain)
    .rules([discovery::found(), discovery::version_listed()]);
    vec![scenario]
}

fn over_mcp() -> Vec<Scenario> {
    let scenario = plain(Topic::Lifecycle, "mcp", "the agent speaks MCP")
        .since(SpecVersion::V2026_04_17)
        .task(Task::Mcp)
        .rules(mcp::rules());
    vec![scenario]
}
