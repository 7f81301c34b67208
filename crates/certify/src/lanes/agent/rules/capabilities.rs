//! What the agent says it can do.

use serde_json::Value;

use super::first;
use crate::{
    Outcome, Topic,
    lanes::{
        agent::{
            call::{Call, Op},
            rule::{Grade, Rule, not_offered},
        },
        documents::pointers,
    },
};

fn create<'a>(grade: &'a Grade<'_>) -> Outcome<&'a Call> {
    first(grade, Op::Create, "create")
}

/// Names of extensions that the agent sent.
fn extensions<'a>(grade: &'a Grade<'_>) -> Outcome<(&'a Call, &'a Vec<Value>)> {
    let call = create(grade)?;
    let list = call
        .pointer("/capabilities/extensions")
        .and_then(Value::as_array);
    list.map(|list| (call, list))
        .ok_or_else(|| not_offered("the agent names no extensions"))
}

/// Rules of 2026-01-30 and later.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    let mut rules = vec![
        Rule::new("capabilities-sent", "create has capabilities", |grade| {
            let call = create(grade)?;
            let there = call.pointer("/capabilities").is_some_and(Value::is_object);
            grade.must(there, call, "create holds the object capabilities", || {
                "it does not".to_owned()
            })
        })
        .proves(&[
            "capabilities.agent.in-create",
            "discovery.negotiation.still-required",
        ]),
        Rule::new(
            "capabilities-minimum",
            "capabilities say which interventions the agent supports",
            |grade| {
                let call = create(grade)?;
                let list = call.pointer("/capabilities/interventions/supported");
                grade.must(
                    list.is_some_and(Value::is_array),
                    call,
                    "capabilities.interventions.supported is a list, at least an empty one",
                    || format!("{list:?}"),
                )
            },
        )
        .proves(&["capabilities.agent.minimum"]),
        Rule::new(
            "capabilities-own",
            "the agent sends no capabilities that are the seller's to say",
            |grade| {
                let call = create(grade)?;
                for pointer in [
                    "/capabilities/interventions/required",
                    "/capabilities/interventions/enforcement",
                    "/capabilities/payment_methods",
                    "/capabilities/payment",
                ] {
                    grade.must(
                        call.pointer(pointer).is_none(),
                        call,
                        "required, enforcement and payment methods come from the seller",
                        || format!("{pointer} was sent"),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&["capabilities.agent.response-fields-not-sent"]),
        privacy(),
        least_specific(),
    ];
    rules.extend(extension_rules());
    rules
}

fn privacy() -> Rule {
    Rule::new(
        "capabilities-private",
        "capabilities hold nothing about the buyer's device",
        |grade| {
            let call = create(grade)?;
            let Some(capabilities) = call.pointer("/capabilities") else {
                return Err(not_offered("no capabilities"));
            };
            for pointer in pointers(capabilities) {
                let name = pointer
                    .rsplit('/')
                    .next()
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                let device = [
                    "device",
                    "fingerprint",
                    "user_agent",
                    "ip_address",
                    "screen",
                    "user_id",
                ]
                .iter()
                .any(|word| name.contains(word));
                grade.should(
                    !device,
                    call,
                    "capabilities are the same for all buyers",
                    || format!("capabilities{pointer}"),
                )?;
            }
            Ok(())
        },
    )
    .topic(Topic::Leaks)
    .proves(&[
        "capabilities.privacy.no-fingerprint",
        "capabilities.privacy.only-needed",
    ])
}

fn least_specific() -> Rule {
    Rule::new(
        "capabilities-plain",
        "interventions are named plainly",
        |grade| {
            let call = create(grade)?;
            let list = call
                .pointer("/capabilities/interventions/supported")
                .and_then(Value::as_array);
            for name in list.into_iter().flatten().filter_map(Value::as_str) {
                let plain = ["3ds", "biometric", "address_verification"].contains(&name);
                grade.should(
                    plain,
                    call,
                    "the least specific name that does is used",
                    || name.to_owned(),
                )?;
            }
            Ok(())
        },
    )
    .proves(&[
        "capabilities.privacy.least-specific",
        "capabilities.unknown.optional-fields-lenient",
    ])
}

fn extension_rules() -> Vec<Rule> {
    vec![
        Rule::new(
            "extension-names",
            "extensions are named as texts",
            |grade| {
                let (call, list) = extensions(grade)?;
                grade.must(
                    list.iter().all(Value::is_string),
                    call,
                    "capabilities.extensions is a list of texts",
                    || format!("{list:?}"),
                )
            },
        )
        .proves(&["extensions.request.identifiers"]),
        Rule::new(
            "extension-lower-case",
            "extension names are lower case",
            |grade| {
                let (call, list) = extensions(grade)?;
                for name in list.iter().filter_map(Value::as_str) {
                    grade.must(
                        name == name.to_lowercase(),
                        call,
                        "an extension name is lower case",
                        || name.to_owned(),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&["extensions.identifiers.lower-case"]),
        Rule::new(
            "extension-versions",
            "extension versions are dates",
            |grade| {
                let (call, list) = extensions(grade)?;
                for name in list.iter().filter_map(Value::as_str) {
                    let date = name.split_once('@').map(|(_, date)| date);
                    let fits = date.is_none_or(|date| {
                        date.parse::<jiff::civil::Date>().is_ok() && date.len() == 10
                    });
                    grade.must(
                        fits,
                        call,
                        "an extension version is a date behind @",
                        || name.to_owned(),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&["extensions.versioning.date"]),
    ]
}
