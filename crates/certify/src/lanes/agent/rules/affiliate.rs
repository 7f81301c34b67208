//! Affiliate attribution, where the agent sends it.

use serde_json::Value;

use crate::{
    Outcome, SpecVersion, Topic,
    lanes::{
        agent::{
            call::{Call, Op},
            rule::{Grade, Rule, not_offered},
        },
        documents::pointers,
    },
};

const MEMBER: &str = "/affiliate_attribution";

/// Calls with attribution.
fn attributed<'a>(grade: &'a Grade<'_>) -> Outcome<Vec<(&'a Call, &'a Value)>> {
    let calls = grade.seen.own_posts();
    let found: Vec<_> = calls
        .filter_map(|call| Some((call, call.pointer(MEMBER)?)))
        .collect();
    if found.is_empty() {
        return Err(not_offered("the agent sends no affiliate attribution"));
    }
    Ok(found)
}

fn each(grade: &Grade<'_>, look: impl Fn(&Call, &Value) -> Outcome) -> Outcome {
    for (call, attribution) in attributed(grade)? {
        look(call, attribution)?;
    }
    Ok(())
}

/// Texts of the attribution with their places.
fn texts(attribution: &Value) -> Vec<(String, String)> {
    pointers(attribution)
        .into_iter()
        .filter_map(|pointer| {
            let text = attribution.pointer(&pointer)?.as_str()?.to_owned();
            Some((pointer, text))
        })
        .collect()
}

/// What the agent told about its buyer elsewhere in the purchase.
fn personal(grade: &Grade<'_>) -> Vec<String> {
    let names = [
        "email",
        "phone_number",
        "line_one",
        "first_name",
        "last_name",
        "full_name",
    ];
    let mut found = Vec::new();
    for call in grade.seen.own_posts() {
        let Some(body) = &call.json else { continue };
        for pointer in pointers(body) {
            let name = pointer.rsplit('/').next().unwrap_or_default();
            if names.contains(&name)
                && let Some(text) = body.pointer(&pointer).and_then(Value::as_str)
                && text.len() > 3
            {
                found.push(text.to_lowercase());
            }
        }
    }
    found
}

fn touchpoint(grade: &Grade<'_>, op: Op, wanted: &str) -> Outcome {
    each(grade, |call, attribution| {
        let given = attribution.get("touchpoint").and_then(Value::as_str);
        let holds = call.op != op || given.is_none_or(|given| given == wanted);
        grade.must(holds, call, &format!("touchpoint is {wanted}"), || {
            format!("{given:?}")
        })
    })
}

/// Rules of 2025-12-12 and later.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    let mut rules = form();
    rules.extend(privacy());
    rules
}

fn form() -> Vec<Rule> {
    let mut all = touchpoints();
    all.extend(token_and_source());
    all.extend(attribution_key());
    all
}

fn touchpoints() -> Vec<Rule> {
    vec![
        Rule::new(
            "attribution-calls",
            "attribution goes out with create and complete alone",
            |grade| {
                each(grade, |call, _| {
                    let right = matches!(call.op, Op::Create | Op::Complete);
                    grade.must(
                        right,
                        call,
                        "affiliate_attribution is for create and complete",
                        || call.what(),
                    )
                })
            },
        )
        .proves(&["affiliate.agent.only-create-complete"]),
        Rule::new(
            "attribution-first",
            "attribution at create is the first touch",
            |grade| touchpoint(grade, Op::Create, "first"),
        )
        .proves(&["affiliate.agent.touchpoint-first"]),
        Rule::new(
            "attribution-last",
            "attribution at complete is the last touch",
            |grade| touchpoint(grade, Op::Complete, "last"),
        )
        .proves(&["affiliate.agent.touchpoint-last"]),
        Rule::new(
            "attribution-provider",
            "the provider of attribution is a name of the DNS or a URN",
            |grade| {
                let all = attributed(grade)?;
                for (call, attribution) in &all {
                    let name = attribution
                        .get("provider")
                        .and_then(Value::as_str)
                        .unwrap_or_default();
                    let fits =
                        name.starts_with("urn:") || (name.contains('.') && !name.contains(' '));
                    grade.should(fits, call, "provider is a DNS name or a URN", || {
                        name.to_owned()
                    })?;
                }
                Ok(())
            },
        )
        .proves(&["affiliate.agent.provider-stable"]),
    ]
}

fn token_and_source() -> Vec<Rule> {
    vec![
        Rule::new(
            "attribution-token",
            "attribution carries the provider's token",
            |grade| {
                each(grade, |call, attribution| {
                    let there = attribution.get("token").is_some();
                    grade.should(there, call, "token is sent", || "it is missing".to_owned())
                })
            },
        )
        .proves(&["affiliate.agent.token-sent"]),
        Rule::new(
            "attribution-source",
            "attribution leaves its source out",
            |grade| {
                each(grade, |call, attribution| {
                    let there = attribution.get("source").is_some();
                    grade.should(
                        !there,
                        call,
                        "source is left out unless an audit needs it",
                        || "it was sent".to_owned(),
                    )
                })
            },
        )
        .proves(&["affiliate.agent.source-omitted"]),
        Rule::new(
            "attribution-source-url",
            "an address of the source comes with type url",
            |grade| {
                each(grade, |call, attribution| {
                    let url = attribution.pointer("/source/url").is_some();
                    let kind = attribution.pointer("/source/type").and_then(Value::as_str);
                    grade.must(
                        !url || kind == Some("url"),
                        call,
                        "source.url is sent with type url alone",
                        || format!("{kind:?}"),
                    )
                })
            },
        )
        .proves(&["affiliate.agent.source-url-with-type-url"]),
    ]
}

fn attribution_key() -> Vec<Rule> {
    vec![
        Rule::new(
            "attribution-key",
            "calls with attribution have an idempotency key",
            |grade| {
                each(grade, |call, _| {
                    grade.should(
                        !call.key().is_empty(),
                        call,
                        "an Idempotency-Key is sent",
                        || "there is none".to_owned(),
                    )
                })
            },
        )
        .proves(&["affiliate.agent.idempotency-key"]),
    ]
}

fn privacy() -> Vec<Rule> {
    let mut all = nothing_personal();
    all.extend(no_ids());
    all
}

fn nothing_personal() -> Vec<Rule> {
    vec![
        Rule::new(
            "attribution-private",
            "attribution holds nothing of the buyer",
            |grade| {
                let personal = personal(grade);
                each(grade, |call, attribution| {
                    for (pointer, text) in texts(attribution) {
                        let text = text.to_lowercase();
                        let found = personal.iter().any(|one| text.contains(one.as_str()));
                        grade.must(!found, call, "attribution holds no personal data", || {
                            pointer.clone()
                        })?;
                    }
                    Ok(())
                })
            },
        )
        .topic(Topic::Leaks)
        .proves(&[
            "affiliate.privacy.no-pii",
            "affiliate.privacy.tracking-fields",
        ]),
        Rule::new(
            "attribution-no-contact",
            "attribution holds no addresses to reach anybody",
            |grade| {
                each(grade, |call, attribution| {
                    for (pointer, text) in texts(attribution) {
                        let reach = text.contains('@') || (text.starts_with('+') && text.len() > 7);
                        grade.should(
                            !reach,
                            call,
                            "attribution holds no e-mail address or phone number",
                            || pointer.clone(),
                        )?;
                    }
                    Ok(())
                })
            },
        )
        .topic(Topic::Leaks)
        .proves(&["affiliate.privacy.no-contact-data"]),
    ]
}

fn no_ids() -> Vec<Rule> {
    vec![
        Rule::new(
            "attribution-no-ids",
            "attribution holds no ids of user or device",
            |grade| {
                each(grade, |call, attribution| {
                    for pointer in pointers(attribution) {
                        let name = pointer
                            .rsplit('/')
                            .next()
                            .unwrap_or_default()
                            .to_ascii_lowercase();
                        let ids = [
                            "user",
                            "customer",
                            "device",
                            "fingerprint",
                            "cookie",
                            "idfa",
                        ];
                        let id = ids.iter().any(|word| name.contains(word));
                        grade.should(
                            !id,
                            call,
                            "no id of user or device is in the attribution",
                            || pointer.clone(),
                        )?;
                    }
                    Ok(())
                })
            },
        )
        .topic(Topic::Leaks)
        .proves(&[
            "affiliate.privacy.no-user-ids",
            "affiliate.privacy.no-fingerprints",
        ]),
    ]
}

/// The version that cannot take attribution.
pub(in crate::lanes::agent) fn unsupported() -> Rule {
    Rule::new(
        "no-attribution",
        "no attribution goes out under 2025-09-29",
        |grade| {
            for call in grade.seen.own_posts() {
                let old = call.header("api-version") == Some(SpecVersion::V2025_09_29.as_str());
                let there = call.pointer(MEMBER).is_some();
                grade.should(
                    !(old && there),
                    call,
                    "attribution goes to versions that can take it",
                    || call.what(),
                )?;
            }
            Ok(())
        },
    )
    .proves(&["affiliate.agent.only-if-supported"])
}
