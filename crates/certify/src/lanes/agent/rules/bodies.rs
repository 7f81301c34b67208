//! Bodies of the agent's calls.

use serde_json::Value;

use super::first;
use crate::{
    Outcome, SchemaFault, SpecVersion, Stop, Topic,
    lanes::{
        agent::{
            call::{Call, Op},
            rule::{Grade, Rule},
        },
        documents::pointers,
    },
};

/// The bodies of these calls are documents of a shape.
pub(in crate::lanes::agent) fn shaped(grade: &Grade<'_>, op: Op, shape: &str) -> Outcome {
    let mut any = false;
    let version = grade.seen.version;
    for call in grade.seen.of_kind(op) {
        any = true;
        let Some(body) = &call.json else {
            return grade.must(false, call, "the body is JSON", || call.body_text());
        };
        valid(grade, call, version, shape, body)?;
    }
    if any {
        Ok(())
    } else {
        Err(Stop::NotTested(grade.summary()))
    }
}

/// A MUST: this part of a call is a document of a shape.
pub(in crate::lanes::agent) fn valid(
    grade: &Grade<'_>,
    call: &Call,
    version: SpecVersion,
    shape: &str,
    document: &Value,
) -> Outcome {
    let faults = grade.case.judge().validate(version, shape, document);
    let faults = faults.map_err(|error| Stop::NotTested(error.to_string()))?;
    // The schema has no quantity on a requested line since 2026-01-30, by oversight.
    let oversight = |fault: &SchemaFault| {
        version >= SpecVersion::V2026_01_30
            && fault.path.contains("line_items")
            && fault.path.ends_with(".quantity")
    };
    match faults.into_iter().find(|fault| !oversight(fault)) {
        None => Ok(()),
        Some(fault) => grade.must(
            false,
            call,
            &format!(
                "the body is a valid {shape} of {version} ({})",
                fault.constraint
            ),
            || format!("{}: {}", fault.path, fault.message),
        ),
    }
}

/// Every amount in the agent's own calls.
fn amounts(body: &Value) -> Vec<(String, &Value)> {
    pointers(body)
        .into_iter()
        .filter_map(|pointer| {
            let name = pointer.rsplit('/').next().unwrap_or_default();
            let money = [
                "amount",
                "max_amount",
                "unit_amount",
                "value_in_minor_units",
            ]
            .contains(&name);
            let value = body.pointer(&pointer)?;
            // delegate_authentication writes an object of value and currency.
            (money && !value.is_object()).then_some((pointer, value))
        })
        .collect()
}

fn every_post(grade: &Grade<'_>, look: impl Fn(&Call, &Value) -> Outcome) -> Outcome {
    for call in grade.seen.own_posts() {
        if let Some(body) = &call.json {
            look(call, body)?;
        }
    }
    if grade.seen.first(Op::Create).is_none() {
        return Err(Stop::NotTested(grade.summary()));
    }
    Ok(())
}

/// A text of two capitals.
fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// Looks at every member of a name in the calls to the seller.
fn members(grade: &Grade<'_>, name: &str, look: impl Fn(&Call, &str) -> Outcome) -> Outcome {
    let mut any = false;
    for call in grade.seen.own_posts() {
        let Some(body) = &call.json else { continue };
        for pointer in pointers(body) {
            if pointer.rsplit('/').next() == Some(name)
                && let Some(value) = body.pointer(&pointer).and_then(Value::as_str)
            {
                any = true;
                look(call, value)?;
            }
        }
    }
    if any {
        return Ok(());
    }
    Err(Stop::NotApplicable(format!(
        "not offered: the agent sent no {name}"
    )))
}

/// Rules about bodies that hold in every purchase.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    let mut rules = shapes();
    rules.extend(money());
    rules.extend(fields());
    rules
}

fn shapes() -> Vec<Rule> {
    vec![
        Rule::new(
            "create-shape",
            "the create body has the version's shape",
            |grade| shaped(grade, Op::Create, "CheckoutSessionCreateRequest"),
        )
        .shapes(&["CheckoutSessionCreateRequest"])
        .proves(&["versions.negotiation.agent-shape"]),
        Rule::new(
            "update-shape",
            "the update body has the version's shape",
            |grade| shaped(grade, Op::Update, "CheckoutSessionUpdateRequest"),
        )
        .shapes(&["CheckoutSessionUpdateRequest"])
        .proves(&["versions.negotiation.agent-shape"]),
        Rule::new(
            "complete-shape",
            "the complete body has the version's shape",
            |grade| shaped(grade, Op::Complete, "CheckoutSessionCompleteRequest"),
        )
        .shapes(&["CheckoutSessionCompleteRequest"])
        .proves(&[
            "versions.negotiation.agent-shape",
            "handlers.instrument.credential",
        ]),
        Rule::new(
            "delegate-shape",
            "the body for a token has the version's shape",
            |grade| shaped(grade, Op::Delegate, "DelegatePaymentRequest"),
        )
        .shapes(&["DelegatePaymentRequest"])
        .proves(&["delegate-payment.request.metadata-strings"]),
    ]
}

fn money() -> Vec<Rule> {
    let mut all = whole_amounts();
    all.extend(written_amounts());
    all
}

fn whole_amounts() -> Vec<Rule> {
    vec![
        Rule::new(
            "amounts-whole",
            "all amounts are whole numbers of minor units",
            |grade| {
                every_post(grade, |call, body| {
                    for (pointer, value) in amounts(body) {
                        grade.must(
                            value.is_i64() || value.is_u64(),
                            call,
                            "an amount is a JSON integer",
                            || format!("{pointer}: {value}"),
                        )?;
                    }
                    Ok(())
                })
            },
        )
        .topic(Topic::Arithmetic)
        .proves(&[
            "checkout.money.integer-minor-units",
            "checkout.idempotency.money-not-float",
            "delegate-payment.idempotency.money-form",
        ]),
    ]
}

fn written_amounts() -> Vec<Rule> {
    vec![
        Rule::new(
            "no-floats",
            "no amount is written with a point or an exponent",
            |grade| {
                for call in grade.seen.own_posts() {
                    let body = call.body_text();
                    let at = body.find("\"max_amount\":");
                    let written = at.map(|at| {
                        let rest = body
                            .get(at..)
                            .unwrap_or_default()
                            .split(':')
                            .nth(1)
                            .unwrap_or_default();
                        rest.split([',', '}'])
                            .next()
                            .unwrap_or_default()
                            .trim()
                            .to_owned()
                    });
                    let whole = written
                        .as_deref()
                        .is_none_or(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
                    grade.should(whole, call, "max_amount is written in digits", || {
                        written.clone().unwrap_or_default()
                    })?;
                }
                Ok(())
            },
        )
        .topic(Topic::Arithmetic)
        .proves(&[
            "checkout.idempotency.money-not-float",
            "delegate-payment.idempotency.money-form",
        ]),
        Rule::new(
            "currency-lower",
            "the agent writes currencies in lower case",
            |grade| {
                members(grade, "currency", |call, currency| {
                    let lower = currency.bytes().all(|byte| byte.is_ascii_lowercase());
                    let authentication = call.op.is_authentication();
                    grade.should(
                        lower || authentication,
                        call,
                        "currency is written in lower case",
                        || currency.to_owned(),
                    )
                })
            },
        )
        .topic(Topic::Arithmetic)
        .proves(&["checkout.currency.lower-case"]),
    ]
}

fn fields() -> Vec<Rule> {
    vec![
        Rule::new("country", "countries are two capitals", |grade| {
            members(grade, "country", |call, country| {
                grade.should(
                    is_country(country),
                    call,
                    "country is ISO 3166-1 alpha-2",
                    || country.to_owned(),
                )
            })
        })
        .proves(&["checkout.address.country-code"]),
        Rule::new(
            "phone",
            "phone numbers begin with plus and the country",
            |grade| {
                members(grade, "phone_number", |call, number| {
                    grade.should(
                        is_e164(number),
                        call,
                        "a phone number is in E.164 form",
                        || number.to_owned(),
                    )
                })
            },
        )
        .proves(&["checkout.address.phone-e164"]),
        Rule::new("no-nulls", "null is sent only to clear a field", |grade| {
            every_post(grade, |call, body| {
                for pointer in pointers(body) {
                    let null = body.pointer(&pointer).is_some_and(Value::is_null);
                    grade.must(!null, call, "members without a value are left out", || {
                        format!("{pointer} is null")
                    })?;
                }
                Ok(())
            })
        })
        .proves(&[
            "checkout.idempotency.null-only-to-clear",
            "checkout.idempotency.omit-unchanged",
            "checkout.idempotency.serializer-keeps-null",
            "delegate-payment.idempotency.null-only-to-clear",
            "delegate-payment.idempotency.omit-unchanged",
            "delegate-payment.idempotency.sdk-null-absent",
        ]),
        Rule::new(
            "update-only-changes",
            "an update holds what it changes alone",
            |grade| {
                for call in grade.seen.of_kind(Op::Update) {
                    let repeated = call.pointer("/line_items").is_some()
                        && call.pointer("/selected_fulfillment_options").is_some();
                    grade.should(
                        !repeated,
                        call,
                        "lines that do not change are left out of updates",
                        || {
                            "line_items and selected_fulfillment_options were sent together"
                                .to_owned()
                        },
                    )?;
                }
                first(grade, Op::Update, "update").map(|_| ())
            },
        )
        .proves(&["checkout.idempotency.omit-unchanged"]),
    ]
}
