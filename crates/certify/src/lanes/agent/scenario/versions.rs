//! Sellers that speak other versions.

use serde_json::json;

use super::Scenario;
use crate::{
    SpecVersion, Stop, Topic,
    lanes::agent::{
        call::Op,
        play::{Moment, unsupported},
        reply::Reply,
        rule::{Grade, Rule, not_offered},
        rules::{bodies, choices, few_calls, no_complete, no_token, token},
    },
};

fn wrong(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Versions, name, story)
}

/// An answer to the version that the agent names first.
fn foreign(moment: &Moment<'_>, reply: impl FnOnce() -> Reply) -> Option<Reply> {
    moment.op.is_checkout().then(reply)
}

/// Refuses every version but the shop's.
fn refuse(moment: &Moment<'_>) -> Option<Reply> {
    let other = moment.named != Some(moment.version);
    (moment.op.is_checkout() && other).then(|| unsupported(moment.version))
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let newest = SpecVersion::V2026_04_17;
    let older = [
        ("only-2026-01-30", SpecVersion::V2026_01_30),
        ("only-2026-01-16", SpecVersion::V2026_01_16),
        ("only-2025-12-12", SpecVersion::V2025_12_12),
        ("only-2025-09-29", SpecVersion::V2025_09_29),
    ];
    let mut all: Vec<Scenario> = older
        .into_iter()
        .map(|(name, version)| {
            wrong(
                name,
                "the seller speaks an older version alone, and says so",
            )
            .since(newest)
            .speaks(version)
            .before(refuse)
            .rules(negotiated(version))
        })
        .collect();
    all.extend([
        wrong(
            "version-no-list",
            "the seller refuses the version and lists none",
        )
        .before(|moment| {
            let text = "this version is not spoken here";
            foreign(moment, || {
                Reply::error(400, "invalid_request", "unsupported_api_version", text)
            })
        })
        .rules([no_token(), no_complete(), few_calls(), no_guessing()]),
        wrong(
            "version-future",
            "the seller speaks a version alone that nobody knows",
        )
        .before(|moment| {
            let document = json!({
                "type": "invalid_request",
                "code": "unsupported_api_version",
                "message": "this version is not spoken here",
                "supported_versions": ["2099-01-01"],
            });
            foreign(moment, || Reply::json(400, &document))
        })
        .rules([no_token(), no_complete(), few_calls(), honest_version()]),
        wrong("version-list-odd", "the list of versions is no list")
            .before(|moment| {
                let document = json!({
                    "type": "invalid_request",
                    "code": "unsupported_api_version",
                    "message": "this version is not spoken here",
                    "supported_versions": { "2026-04-17": "no", "newest": 3 },
                });
                foreign(moment, || Reply::json(400, &document))
            })
            .rules([no_token(), few_calls()]),
    ]);
    all
}

/// Whether the agent came back with the version that was offered.
fn spoke(grade: &Grade<'_>) -> bool {
    grade.seen.creates().any(|call| {
        call.succeeded() && call.header("api-version") == Some(grade.seen.version.as_str())
    })
}

fn not_spoken(grade: &Grade<'_>) -> Stop {
    not_offered(&format!("the agent does not speak {}", grade.seen.version))
}

fn negotiated(version: SpecVersion) -> Vec<Rule> {
    let mut rules = older_words(version);
    if version < SpecVersion::V2026_01_30 {
        rules.push(
            Rule::new(
                "provider",
                "payment_data names the provider of the session",
                |grade| {
                    if !spoke(grade) {
                        return Err(not_spoken(grade));
                    }
                    let rule = choices::rules()
                        .into_iter()
                        .find(|rule| rule.name == "handler-known");
                    rule.map_or(Ok(()), |rule| (rule.judge)(grade))
                },
            )
            .proves(&["versions.payment.provider-matches"]),
        );
    }
    if version == SpecVersion::V2025_09_29 {
        rules.push(super::super::rules::affiliate::unsupported());
    }
    rules
}

/// The agent does not try one version after the other.
fn no_guessing() -> Rule {
    Rule::new(
        "no-guessing",
        "the agent does not try versions that the seller does not list",
        |grade| {
            let mut named: Vec<_> = grade
                .seen
                .creates()
                .filter_map(|call| call.header("api-version"))
                .collect();
            named.sort_unstable();
            named.dedup();
            grade.must_all(named.len() <= 2, "at most two versions are tried", || {
                format!("{named:?}")
            })
        },
    )
}

/// A version that the agent does not know is not claimed.
fn honest_version() -> Rule {
    Rule::new(
        "no-claim",
        "the agent does not claim a version that it cannot know",
        |grade| {
            for call in grade.seen.checkout() {
                let named = call.header("api-version").unwrap_or_default();
                grade.must(
                    named != "2099-01-01",
                    call,
                    "API-Version is a version that the agent speaks",
                    || named.to_owned(),
                )?;
            }
            Ok(())
        },
    )
    .proves(&["versions.negotiation.agent-shape"])
}

/// Rules of an agent that is asked to speak an older version.
fn older_words(version: SpecVersion) -> Vec<Rule> {
    let mut all = negotiation();
    all.extend(older_purchase(version));
    all
}

fn negotiation() -> Vec<Rule> {
    vec![
        Rule::new(
            "negotiates",
            "the agent comes back with a version that the seller lists, or gives up",
            |grade| {
                let mut refused = grade.seen.creates().filter(|call| !call.succeeded());
                let Some(first) = refused.next() else {
                    return Err(Stop::NotTested(grade.summary()));
                };
                let named = first.header("api-version");
                let again = grade.seen.after(first).find(|call| call.op == Op::Create);
                match again {
                    None => grade.should(
                        false,
                        first,
                        "an older version is spoken where it is the only one",
                        || "the agent gave up".to_owned(),
                    ),
                    Some(again) => grade.must(
                        again.header("api-version") != named,
                        again,
                        "the refused version is not sent again",
                        || format!("{named:?} was sent again"),
                    ),
                }
            },
        ),
        Rule::new(
            "shape",
            "the body has the shape of the version that it names",
            |grade| {
                if !spoke(grade) {
                    return Err(not_spoken(grade));
                }
                let accepted = grade.seen.creates().filter(|call| call.succeeded());
                for call in accepted {
                    let body = call.json.clone().unwrap_or_default();
                    let shape = "CheckoutSessionCreateRequest";
                    bodies::valid(grade, call, grade.seen.version, shape, &body)?;
                }
                Ok(())
            },
        )
        .proves(&[
            "versions.negotiation.agent-shape",
            "discovery.agent.version-listed",
        ]),
    ]
}

fn older_purchase(version: SpecVersion) -> Vec<Rule> {
    vec![
        Rule::new(
            "completes",
            "an agent that speaks the older version buys",
            |grade| {
                if !spoke(grade) {
                    return Err(not_spoken(grade));
                }
                grade.must_all(grade.seen.bought(), "the purchase is made", || {
                    grade.summary()
                })
            },
        )
        .proves(if version == SpecVersion::V2025_12_12 {
            &["versions.options.agent-bare-total"]
        } else {
            &[]
        }),
        no_guessing(),
        Rule::new(
            "token-exact",
            "an agent that speaks the older version limits its token",
            |grade| {
                if !spoke(grade) {
                    return Err(not_spoken(grade));
                }
                (token::exact().judge)(grade)
            },
        ),
    ]
}
