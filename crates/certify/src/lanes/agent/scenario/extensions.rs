//! Marketing consent, 3-D Secure, discovery, carts, MCP and transport security.

use serde_json::json;

use super::{Scenario, Task};
use crate::{
    SpecVersion, Stop, Topic,
    lanes::{
        agent::{
            authentication::Way,
            call::{Call, Op},
            play::{add, set},
            reply::Reply,
            rule::{Grade, Rule, not_offered},
            rules::{authentication, buys, carts, discovery, mcp, no_token},
        },
        documents::text,
    },
};

const NEWEST: SpecVersion = SpecVersion::V2026_04_17;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = marketing();
    all.extend(threeds());
    all.extend(discoveries());
    all.extend(others());
    all
}

fn consents<'a>(grade: &'a Grade<'_>) -> Vec<(&'a Call, &'a serde_json::Value)> {
    let calls = grade.seen.own_posts();
    calls
        .filter_map(|call| Some((call, call.pointer("/marketing_consents")?)))
        .collect()
}

fn channels(consents: &serde_json::Value) -> Vec<(String, bool)> {
    let list = consents.as_array().into_iter().flatten();
    list.map(|one| {
        let opted = one
            .get("opted_in")
            .and_then(serde_json::Value::as_bool)
            .unwrap_or_default();
        (text(one, "channel").to_owned(), opted)
    })
    .collect()
}

fn marketing() -> Vec<Scenario> {
    let none = Rule::new(
        "no-consents",
        "without options the agent sends no consents",
        |grade| {
            for (call, _) in consents(grade) {
                grade.must(
                    false,
                    call,
                    "marketing_consents answers options of the session",
                    || call.what(),
                )?;
            }
            super::super::rules::first(grade, Op::Complete, "complete").map(|_| ())
        },
    )
    .proves(&["marketing.agent.no-ui-without-options"]);
    vec![
        Scenario::new(
            Topic::Lifecycle,
            "consent-none",
            "the session asks for no marketing consent",
        )
        .since(NEWEST)
        .twist(|_, session| add(session, "", "marketing_consent_options", json!([])))
        .rules([none]),
        Scenario::new(
            Topic::Lifecycle,
            "consent",
            "the session asks for marketing consent",
        )
        .since(NEWEST)
        .twist(|moment, session| {
            let option = |channel: &str, subscribed: bool| {
                json!({
                    "channel": channel,
                    "display_text": "News of mugs",
                    "privacy_policy_url": format!("{}/pages/privacy", moment.bases.seller),
                    "is_subscribed": subscribed,
                })
            };
            let list = [
                option("email", false),
                option("sms", true),
                option("carrier_pigeon", false),
            ];
            add(session, "", "marketing_consent_options", json!(list))
        })
        .rules(consent_rules()),
    ]
}

fn consent_rules() -> Vec<Rule> {
    vec![
        buys(),
        Rule::new(
            "consent-complete-only",
            "consents go out with complete alone",
            |grade| {
                for (call, _) in consents(grade) {
                    grade.must(
                        call.op == Op::Complete,
                        call,
                        "marketing_consents is for complete",
                        || call.what(),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&["marketing.agent.complete-only"]),
        Rule::new(
            "consent-offered",
            "consents are for channels that were offered",
            |grade| {
                for (call, list) in consents(grade) {
                    for (channel, _) in channels(list) {
                        let offered =
                            ["email", "sms", "carrier_pigeon"].contains(&channel.as_str());
                        grade.must(offered, call, "only offered channels are answered", || {
                            channel.clone()
                        })?;
                    }
                }
                Ok(())
            },
        )
        .proves(&["marketing.agent.only-shown"]),
        Rule::new(
            "consent-unknown-channel",
            "a channel that nobody knows is left out",
            |grade| {
                for (call, list) in consents(grade) {
                    let there = channels(list)
                        .iter()
                        .any(|(channel, _)| channel == "carrier_pigeon");
                    grade.should(
                        !there,
                        call,
                        "an unknown channel is neither shown nor answered",
                        || "carrier_pigeon was answered".to_owned(),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&["marketing.agent.unknown-channels-omitted"]),
        Rule::new("consent-answered", "known channels are answered", |grade| {
            let all = consents(grade);
            let Some((call, list)) = all.first() else {
                return Err(not_offered("the agent shows no marketing options"));
            };
            let answered = channels(list);
            for known in ["email", "sms"] {
                let there = answered.iter().any(|(channel, _)| channel == known);
                grade.should(
                    there,
                    call,
                    "each option that was shown has the buyer's decision",
                    || known.to_owned(),
                )?;
            }
            Ok(())
        })
        .proves(&[
            "marketing.agent.decision-sent",
            "marketing.agent.known-channels-shown",
        ]),
        Rule::new(
            "consent-untouched",
            "what the buyer did not touch stays as it was",
            |grade| {
                let all = consents(grade);
                let Some((call, list)) = all.first() else {
                    return Err(not_offered("the agent shows no marketing options"));
                };
                for (channel, opted_in) in channels(list) {
                    let was = channel == "sms";
                    grade.should(
                        opted_in == was,
                        call,
                        "opted_in is is_subscribed of an untouched option",
                        || format!("{channel} became {opted_in}"),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&["marketing.agent.untouched-keeps-state"]),
    ]
}

/// A session whose card must be authenticated.
fn guarded(name: &'static str, story: &'static str, way: Way) -> Scenario {
    Scenario::new(Topic::Escalation, name, story)
        .since(SpecVersion::V2025_12_12)
        .way(way)
        .terms(|_, terms| {
            terms.authentication = true;
            true
        })
        .rules([authentication::no_blind_complete()])
}

fn threeds() -> Vec<Scenario> {
    let ok: &[&str] = &["authenticated"];
    vec![
        guarded(
            "3ds",
            "the card must be authenticated, with a fingerprint",
            Way::Fingerprint,
        )
        .rules([authentication::attempts()])
        .rules(authentication::calls())
        .rules(authentication::content())
        .rules(authentication::fingerprint())
        .rules([
            authentication::retrieves("delegate-authentication.agent.authenticated-retrieve"),
            authentication::reported(ok),
            authentication::details(),
        ]),
        guarded(
            "3ds-pending",
            "the card must be authenticated, without a fingerprint",
            Way::Pending,
        )
        .rules([authentication::pending(), authentication::reported(ok)]),
        guarded(
            "3ds-silent",
            "the issuer takes a fingerprint and never says so",
            Way::SilentFingerprint,
        )
        .rules([authentication::fingerprint_silent()]),
        guarded(
            "3ds-challenge",
            "the issuer challenges the buyer",
            Way::Challenge,
        )
        .rules(authentication::challenge())
        .rules([authentication::reported(ok)]),
        guarded(
            "3ds-forged",
            "a forged result comes before the challenge",
            Way::ForgedCallback,
        )
        .rules([authentication::forged_callback()]),
        guarded(
            "3ds-attempted",
            "the issuer attests an attempt",
            Way::Attempted,
        )
        .rules([
            authentication::retrieves("delegate-authentication.agent.attempted-retrieve"),
            authentication::reported(&["attempt_acknowledged"]),
        ]),
        guarded(
            "3ds-not-authenticated",
            "the buyer is not authenticated",
            Way::NotAuthenticated,
        )
        .rules([
            authentication::retrieves("delegate-authentication.agent.not-authenticated-retrieve"),
            authentication::no_payment(false),
            authentication::reported(&["denied"]),
        ]),
        guarded(
            "3ds-rejected",
            "the issuer rejects the payment",
            Way::Rejected,
        )
        .rules([authentication::no_payment(true)]),
        guarded(
            "3ds-expired",
            "the authentication expires on the way",
            Way::Expired,
        )
        .rules([authentication::new_session()]),
        Scenario::new(
            Topic::Escalation,
            "3ds-message",
            "a complete without authentication is answered with requires_3ds",
        )
        .twist(|moment, session| {
            let message = json!({
                "type": "error",
                "code": "requires_3ds",
                "content_type": "plain",
                "content": "Please authenticate the card.",
            });
            let strikes = moment.op == Op::Complete
                && set(session, "/status", json!("ready_for_payment"))
                && set(session, "/messages", json!([message]));
            if let (true, Some(members)) = (strikes, session.as_object_mut()) {
                members.remove("order");
            }
            strikes
        })
        .rules([Rule::new(
            "no-hammering",
            "the agent does not complete again without a result",
            |grade| {
                let mut blind = grade
                    .seen
                    .completes()
                    .filter(|call| call.pointer("/authentication_result").is_none());
                let (first, second) = (blind.next(), blind.next());
                match (first, second) {
                    (Some(first), Some(second)) => grade.must(
                        second.key() == first.key() && second.body == first.body,
                        second,
                        "a further complete has the result of an authentication",
                        || "another complete without a result was sent".to_owned(),
                    ),
                    _ => Ok(()),
                }
            },
        )
        .proves(&["checkout.authentication.agent-attempts"])]),
    ]
}

fn found(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Lifecycle, name, story)
        .since(NEWEST)
        .task(Task::Domain)
}

fn discoveries() -> Vec<Scenario> {
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
            "discovery-again",
            "the shop is bought from twice within the document's life",
        )
        .rules([
            Rule::new("cached", "the document is fetched once per life", |grade| {
                let count = grade.seen.of_kind(Op::Discovery).count();
                if count == 0 {
                    return Err(not_offered(
                        "the agent reads no discovery document (ACP_TASK=domain)",
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
