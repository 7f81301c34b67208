//! Giving up, and discount codes.

use serde_json::Value;

use super::{
    call::{Call, Op},
    rule::{Grade, Rule, not_offered},
    rules::{bodies::shaped, offered},
    transcript::total,
};
use crate::{Outcome, Topic};

fn cancel<'a>(grade: &'a Grade<'_>) -> Outcome<&'a Call> {
    offered(
        grade,
        Op::Cancel,
        "the agent cancels no sessions (ACP_TASK=cancel)",
    )
}

fn trace<'a>(grade: &'a Grade<'_>) -> Outcome<(&'a Call, &'a Value)> {
    let call = cancel(grade)?;
    let trace = call
        .pointer("/intent_trace")
        .ok_or_else(|| not_offered("the agent sends no intent trace"))?;
    Ok((call, trace))
}

/// Rules of a purchase that the buyer gave up.
pub(super) fn rules() -> Vec<Rule> {
    let mut all = giving_up();
    all.extend(trace_form());
    all.extend(trace_privacy());
    all
}

fn giving_up() -> Vec<Rule> {
    vec![
        Rule::new("not-paid", "nothing is paid", |grade| {
            cancel(grade)?;
            grade.must_all(grade.seen.paid == 0, "no session is completed", || {
                grade.summary()
            })
        }),
        Rule::new("cancel-key", "cancel has an idempotency key", |grade| {
            let call = cancel(grade)?;
            let newest = grade.seen.version >= crate::SpecVersion::V2026_04_17;
            let there = !call.key().is_empty();
            if newest {
                return grade.must(there, call, "an Idempotency-Key is sent", || {
                    "there is none".to_owned()
                });
            }
            grade.should(there, call, "an Idempotency-Key is sent", || {
                "there is none".to_owned()
            })
        })
        .topic(Topic::Idempotency)
        .proves(&[
            "checkout.idempotency.agent-sends-key",
            "intent.idempotency.agent-key",
        ]),
        Rule::new(
            "cancel-shape",
            "the cancel body has the version's shape",
            |grade| {
                cancel(grade)?;
                shaped(grade, Op::Cancel, "CancelSessionRequest")
            },
        )
        .shapes(&["CancelSessionRequest"]),
    ]
}

fn trace_form() -> Vec<Rule> {
    vec![
        Rule::new("trace-flat", "metadata of the trace is flat", |grade| {
            let (call, trace) = trace(grade)?;
            let Some(metadata) = trace.get("metadata").and_then(Value::as_object) else {
                return Err(not_offered("the trace has no metadata"));
            };
            for (name, value) in metadata {
                let flat = value.is_string() || value.is_number() || value.is_boolean();
                grade.must(
                    flat,
                    call,
                    "metadata has texts, numbers and booleans alone",
                    || name.clone(),
                )?;
                let money = name.contains("amount") || name.contains("price");
                let whole = !money || value.is_i64() || value.is_string();
                grade.should(
                    whole,
                    call,
                    "amounts in metadata are whole minor units",
                    || name.clone(),
                )?;
            }
            Ok(())
        })
        .proves(&[
            "intent.metadata.agent-flat",
            "intent.metadata.money-minor-units",
        ]),
    ]
}

fn trace_privacy() -> Vec<Rule> {
    vec![
        Rule::new(
            "trace-private",
            "the trace tells nothing personal",
            |grade| {
                let (call, trace) = trace(grade)?;
                let summary = trace
                    .get("trace_summary")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                grade.should(
                    !summary.contains('@'),
                    call,
                    "trace_summary holds no personal data",
                    || summary.to_owned(),
                )?;
                let known = grade
                    .seen
                    .checkout()
                    .filter_map(|call| call.text("/fulfillment_details/name"));
                for name in known.filter(|name| name.len() > 3) {
                    grade.should(
                        !summary.contains(name),
                        call,
                        "trace_summary holds no names",
                        || summary.to_owned(),
                    )?;
                }
                Ok(())
            },
        )
        .topic(Topic::Leaks)
        .proves(&["intent.privacy.summary-no-pii"]),
        Rule::new(
            "trace-only-here",
            "a trace goes out with cancel alone",
            |grade| {
                trace(grade)?;
                for call in grade.seen.own_posts() {
                    let there = call.pointer("/intent_trace").is_some();
                    grade.must(
                        !there || call.op == Op::Cancel,
                        call,
                        "intent_trace is for cancel",
                        || call.what(),
                    )?;
                }
                Ok(())
            },
        )
        .topic(Topic::Leaks)
        .proves(&["intent.privacy.only-on-cancel"]),
    ]
}

fn discounts<'a>(grade: &'a Grade<'_>) -> Outcome<Vec<&'a Call>> {
    let calls = grade.seen.own_posts();
    let found: Vec<_> = calls
        .filter(|call| call.pointer("/discounts").is_some() || call.pointer("/coupons").is_some())
        .collect();
    if found.is_empty() {
        return Err(not_offered(
            "the agent sends no discount codes (ACP_TASK=code)",
        ));
    }
    Ok(found)
}

/// Rules of a purchase with a discount code.
pub(super) fn codes() -> Vec<Rule> {
    vec![
        Rule::new(
            "codes-only",
            "the agent sends codes and never what came of them",
            |grade| {
                for call in discounts(grade)? {
                    for member in ["applied", "rejected"] {
                        let there = call.pointer(&format!("/discounts/{member}")).is_some();
                        grade.must(
                            !there,
                            call,
                            "discounts of a request holds codes alone",
                            || member.to_owned(),
                        )?;
                    }
                }
                Ok(())
            },
        )
        .proves(&["discounts.request.codes-only"]),
        Rule::new(
            "no-coupons",
            "the agent does not use the old member coupons",
            |grade| {
                for call in discounts(grade)? {
                    let old = call.pointer("/coupons").is_some();
                    grade.should(!old, call, "discounts.codes replaces coupons", || {
                        "coupons was sent".to_owned()
                    })?;
                }
                Ok(())
            },
        )
        .proves(&["discounts.request.no-coupons"]),
        Rule::new(
            "discounted-total",
            "the agent pays the total with the discount",
            |grade| {
                discounts(grade)?;
                let call = super::rules::first(grade, Op::Delegate, "call for a token")?;
                let wanted = grade.seen.session_before(call).and_then(total);
                let limit = call
                    .pointer("/allowance/max_amount")
                    .and_then(Value::as_i64);
                grade.must(
                    limit == wanted,
                    call,
                    "max_amount is the newest total",
                    || format!("{limit:?} instead of {wanted:?}"),
                )
            },
        )
        .topic(Topic::Arithmetic),
    ]
}
