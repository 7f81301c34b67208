//! Marketing consent.

use serde_json::json;

use super::Scenario;
use crate::{
    SpecVersion, Topic,
    lanes::{
        agent::{
            call::{Call, Op},
            play::add,
            rule::{Grade, Rule, not_offered},
            rules::buys,
        },
        documents::text,
    },
};

const NEWEST: SpecVersion = SpecVersion::V2026_04_17;

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

pub(super) fn scenarios() -> Vec<Scenario> {
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
    let mut all = consent_places();
    all.extend(consent_answers());
    all
}

fn consent_places() -> Vec<Rule> {
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
    ]
}

fn consent_answers() -> Vec<Rule> {
    vec![
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
