//! Marketing consent, 3-D Secure, discovery, carts, MCP and transport security.

use serde_json::json;

use super::{Scenario, Task};
use crate::{
    SpecVersion, Stop, Topic,
    lanes::agent::{
        call::Op,
        play::set,
        reply::Reply,
        rule::{Grade, Rule, not_offered},
        rules::{carts, discovery, mcp, no_token},
    },
};

const NEWEST: SpecVersion = SpecVersion::V2026_04_17;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = discoveries();
    all.extend(others());
    all
}

fn found(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Lifecycle, name, story)
        .since(NEWEST)
        .task(Task::Domain)
}

fn discoveries() -> Vec<Scenario> {
    let mut all = documents();
    all.extend(two_purchases());
    all
}

fn documents() -> Vec<Scenario> {
    let missing = || {
        [
            discovery::no_create().proves(&["discovery.status.404-no-acp"]),
            no_token(),
        ]
    };
    vec![
        found("discovery-missing", "the shop has no discovery document")
            .before(|moment| {
                let reply = || Reply::error(404, "invalid_request", "not_found", "nothing is here");
                (moment.op == Op::Discovery).then(reply)
            })
            .rules(missing())
            .rules([discovery::not_repeated().proves(&["discovery.status.404-no-retry"])]),
        found("discovery-html", "the discovery document is a web page")
            .before(|moment| (moment.op == Op::Discovery).then(|| Reply::page(200)))
            .rules(missing()),
        found(
            "discovery-base",
            "the API is below another path than the domain's root",
        )
        .discovery(|moment, document| {
            set(
                document,
                "/api_base_url",
                json!(format!("{}/shop/api", moment.bases.seller)),
            )
        })
        .rules([discovery::base_used()]),
        found("discovery-no-checkout", "the document lists no checkout")
            .discovery(|_, document| set(document, "/capabilities/services", json!(["orders"])))
            .rules([discovery::should_not_create().proves(&["discovery.agent.service-checked"])]),
        found(
            "discovery-mcp-only",
            "the document lists MCP as the only transport",
        )
        .discovery(|_, document| set(document, "/transports", json!(["mcp"])))
        .rules([discovery::should_not_create().proves(&["discovery.agent.transport-chosen"])]),
        found(
            "discovery-older",
            "the document lists an older version alone",
        )
        .speaks(SpecVersion::V2026_01_30)
        .rules([discovery::version_listed()]),
        found(
            "discovery-no-codes",
            "the buyer has a discount code, and the document lists no discounts",
        )
        .task(Task::Code)
        .discovery(|_, document| set(document, "/capabilities/extensions", json!([])))
        .rules([discovery::no_codes()]),
    ]
}

fn two_purchases() -> Vec<Scenario> {
    vec![
        found(
            "discovery-again",
            "two purchases are made within the document's life",
        )
        .task(Task::DomainTwice)
        .rules([
            Rule::new("cached", "the document is fetched once per life", |grade| {
                let count = grade.seen.of_kind(Op::Discovery).count();
                if count == 0 || grade.seen.paid < 2 {
                    return Err(not_offered(
                        "the agent makes no two purchases by a domain (ACP_TASK=domain-twice)",
                    ));
                }
                grade.should_all(
                    count <= 1,
                    "a document within its max-age is used again",
                    || format!("it was fetched {count} times"),
                )
            })
            .proves(&["discovery.cache.honoured"]),
        ]),
    ]
}

fn others() -> Vec<Scenario> {
    vec![
        found("carts-none", "the shop offers no carts")
            .task(Task::Cart)
            .discovery(|_, document| set(document, "/capabilities/services", json!(["checkout"])))
            .rules(carts::none_offered()),
        Scenario::new(
            Topic::Errors,
            "mcp-in-flight",
            "a tool call is answered with an error of a call in flight",
        )
        .since(NEWEST)
        .task(Task::Mcp)
        .before(|moment| {
            (moment.op == Op::Complete && moment.nth == 1).then(|| Reply::in_flight(1))
        })
        .rules([mcp::reads_data()]),
        Scenario::new(
            Topic::Auth,
            "tls",
            "the seller's address is https, and the server knows TLS 1.2 alone",
        )
        .tls()
        .rules([
            Rule::new("offers-13", "the agent offers TLS 1.3", |grade| {
                greetings(grade)?;
                let all = grade.seen.greetings.iter().all(|one| one.offers_13);
                grade.must_all(all, "TLS 1.3 is among the versions offered", || {
                    "it is not".to_owned()
                })
            })
            .proves(&[
                "checkout.transport.agent-tls-1-3",
                "delegate-payment.security.tls13",
                "cart.http.https",
                "delegate-authentication.http.https",
            ]),
            Rule::new(
                "no-old",
                "the agent offers nothing older than TLS 1.2",
                |grade| {
                    greetings(grade)?;
                    let any = grade.seen.greetings.iter().any(|one| one.offers_old);
                    grade.must_all(!any, "TLS 1.1 and older are not offered", || {
                        "they are".to_owned()
                    })
                },
            )
            .proves(&[
                "versions.transport.tls-1-2",
                "delegate-authentication.security.tls12",
            ]),
            tls_13_only(),
            no_complete_over_nothing(),
        ]),
    ]
}

fn greetings(grade: &Grade<'_>) -> crate::Outcome {
    if grade.seen.greetings.is_empty() {
        return Err(Stop::NotTested(
            "the agent did not connect by TLS to ACP_SELLER_URL, which is https in this scenario"
                .to_owned(),
        ));
    }
    Ok(())
}

/// From 2026-04-17 on TLS 1.2 is not enough.
fn tls_13_only() -> Rule {
    Rule::new(
        "refuses-12",
        "the agent gives up on a server of TLS 1.2",
        |grade| {
            greetings(grade)?;
            if grade.seen.version < NEWEST {
                return Err(Stop::NotApplicable(
                    "TLS 1.2 was enough before 2026-04-17".to_owned(),
                ));
            }
            let all = grade.seen.greetings.iter().all(|one| one.refuses_12);
            grade.must_all(
                all,
                "the handshake ends when the server chooses TLS 1.2",
                || "the agent went on".to_owned(),
            )
        },
    )
    .proves(&[
        "checkout.transport.agent-tls-1-3",
        "delegate-payment.security.tls13",
    ])
}

fn no_complete_over_nothing() -> Rule {
    Rule::new(
        "no-downgrade",
        "no plain call follows a handshake that failed",
        |grade| {
            greetings(grade)?;
            let mut calls = grade.seen.calls.iter();
            match calls.find(|call| call.op.is_checkout()) {
                None => Ok(()),
                Some(call) => grade.must(
                    false,
                    call,
                    "the agent does not fall back to plain HTTP",
                    || call.what(),
                ),
            }
        },
    )
    .proves(&["cart.http.https", "delegate-authentication.http.https"])
}
