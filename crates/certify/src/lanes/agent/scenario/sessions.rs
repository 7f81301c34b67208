//! Sessions that are not what they should be, and payment handlers that lie.

use serde_json::{Value, json};

use super::{Scenario, Task};
use crate::{
    SpecVersion, Topic,
    lanes::agent::{
        call::Op,
        play::{Moment, add, push, set},
        reply::Reply,
        rule::Rule,
        rules::{buys, few_calls, no_complete, no_token, nothing_elsewhere, retries, stops},
    },
};

fn wrong(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Lifecycle, name, story)
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = identity();
    all.extend(statuses());
    all.extend(messages());
    all.extend(interventions());
    all
}

fn identity() -> Vec<Scenario> {
    vec![
        wrong("id-missing", "the session has no id")
            .twist(|_, session| {
                session
                    .as_object_mut()
                    .and_then(|members| members.remove("id"))
                    .is_some()
            })
            .rules(stops()),
        wrong("id-changes", "the session's id changes with the address")
            .twist(|moment, session| {
                moment.op != Op::Create && set(session, "/id", json!("cs_of_somebody_else"))
            })
            .rules(stops()),
        wrong("id-evil", "the session's id leads out of the path")
            .twist(|_, session| set(session, "/id", json!("../../carts/x?y=#z")))
            .rules(stops())
            .rules([nothing_elsewhere()]),
        wrong(
            "address-changed",
            "the seller sends the parcel to another city",
        )
        .terms(|moment, terms| {
            terms.city = Some("Elsewhere");
            moment.op != Op::Create
        })
        .rules(stops()),
        wrong("gone", "the session is gone when the address is sent")
            .before(|moment| {
                let gone = || Reply::error(404, "invalid_request", "not_found", "no such session");
                matches!(moment.op, Op::Update | Op::Read | Op::Complete).then(gone)
            })
            .rules(stops())
            .rules([few_calls()]),
    ]
}

/// Every answer after create has this status.
fn ends_as(moment: &Moment<'_>, session: &mut Value, status: &str) -> bool {
    moment.op != Op::Create && set(session, "/status", json!(status))
}

fn statuses() -> Vec<Scenario> {
    let newer = SpecVersion::V2026_01_30;
    vec![
        wrong("never-ready", "the session never becomes payable")
            .terms(|_, terms| {
                terms.status = Some("not_ready_for_payment");
                true
            })
            .rules(stops())
            .rules([few_calls()]),
        wrong("incomplete", "the session stays incomplete")
            .since(newer)
            .twist(|_, session| set(session, "/status", json!("incomplete")))
            .rules([no_complete(), few_calls()]),
        wrong("canceled", "the seller has canceled the session")
            .twist(|moment, session| ends_as(moment, session, "canceled"))
            .rules(stops()),
        wrong("expired", "the session has expired")
            .since(newer)
            .twist(|moment, session| ends_as(moment, session, "expired"))
            .rules(stops()),
        wrong(
            "expired-by-time",
            "the session's time is over, though it says that it can be paid",
        )
        .since(newer)
        .twist(|moment, session| {
            moment.op != Op::Create && add(session, "", "expires_at", json!("2020-01-01T00:00:00Z"))
        })
        .rules([Rule::new(
            "no-complete",
            "the agent should not complete",
            |grade| {
                grade.should_all(
                    grade.seen.first(Op::Complete).is_none(),
                    "a session whose time is over is not paid",
                    || grade.summary(),
                )
            },
        )]),
        wrong(
            "completed-unpaid",
            "the session says that it is completed before anything was paid",
        )
        .twist(|moment, session| ends_as(moment, session, "completed"))
        .rules(stops()),
        wrong(
            "unknown-status",
            "the session has a status that no version knows",
        )
        .twist(|moment, session| ends_as(moment, session, "awaiting_the_moon"))
        .rules(stops()),
        wrong("escalation", "the buyer must go on at the seller's page")
            .since(newer)
            .twist(|moment, session| {
                let page = format!("{}/continue", moment.bases.elsewhere);
                ends_as(moment, session, "requires_escalation")
                    && add(session, "", "continue_url", json!(page))
            })
            .rules(stops())
            .rules([nothing_elsewhere()]),
        wrong("pending-approval", "the order waits for an approval")
            .since(newer)
            .twist(|moment, session| ends_as(moment, session, "pending_approval"))
            .rules([no_complete(), few_calls()]),
    ]
}

/// An error message in every answer after create.
fn complains(moment: &Moment<'_>, session: &mut Value, code: &str, resolution: &str) -> bool {
    let mut message = json!({
        "type": "error",
        "code": code,
        "content_type": "plain",
        "content": "The shop needs something else.",
    });
    if moment.version >= SpecVersion::V2026_04_17 {
        add(&mut message, "", "resolution", json!(resolution));
    }
    moment.op != Op::Create && push(session, "/messages", message)
}

fn messages() -> Vec<Scenario> {
    let mut all = errors();
    all.extend(reviews());
    all
}

fn errors() -> Vec<Scenario> {
    vec![
        wrong(
            "out-of-stock",
            "the item is sold out when the address is sent",
        )
        .twist(|moment, session| {
            complains(moment, session, "out_of_stock", "recoverable")
                && set(session, "/status", json!("not_ready_for_payment"))
        })
        .rules(stops())
        .rules([
            few_calls(),
            retries::no_unchanged_repetition(),
            Rule::new(
                "no-repeat",
                "the same call is not repeated unchanged",
                repeated,
            )
            .proves(&["checkout.errors.agent-handles-messages"]),
        ]),
        wrong(
            "buyer-input",
            "the seller needs an answer that only the buyer has",
        )
        .since(SpecVersion::V2026_04_17)
        .twist(|moment, session| {
            complains(moment, session, "missing", "requires_buyer_input")
                && set(session, "/status", json!("not_ready_for_payment"))
        })
        .rules([
            no_complete().proves(&[
                "checkout.messages.resolution-buyer-input",
                "feeds.agent.presents-session-state",
            ]),
            no_token(),
            Rule::new("no-invention", "no data are made up", |grade| {
                let updates = grade.seen.of_kind(Op::Update).count();
                grade.must_all(
                    updates <= 4,
                    "the agent asks its buyer and does not try values",
                    || format!("{updates} updates were sent"),
                )
            })
            .proves(&["checkout.messages.resolution-buyer-input"]),
        ]),
    ]
}

fn reviews() -> Vec<Scenario> {
    vec![
        wrong(
            "buyer-review",
            "the seller wants the buyer to review, and the buyer says no",
        )
        .since(SpecVersion::V2026_04_17)
        .task(Task::SayNo)
        .twist(|moment, session| {
            let message = json!({
                "type": "warning",
                "code": "price_change",
                "content_type": "plain",
                "content": "The delivery takes three weeks; please agree.",
                "resolution": "requires_buyer_review",
            });
            moment.op != Op::Create && push(session, "/messages", message)
        })
        .rules([no_complete().proves(&["checkout.messages.resolution-buyer-review"])]),
        wrong(
            "error-though-ready",
            "an error message stands in a session that says it can be paid",
        )
        .twist(|moment, session| complains(moment, session, "invalid", "recoverable"))
        .rules([Rule::new(
            "no-blind-complete",
            "the agent should not complete over an error",
            |grade| {
                grade.should_all(
                    grade.seen.first(Op::Complete).is_none(),
                    "an error message is mended or told to the buyer first",
                    || grade.summary(),
                )
            },
        )]),
    ]
}

/// No update is sent twice in the same bytes.
fn repeated(grade: &super::super::rule::Grade<'_>) -> crate::Outcome {
    let updates: Vec<_> = grade.seen.of_kind(Op::Update).collect();
    for pair in updates.windows(2) {
        if let [first, second] = pair
            && first.succeeded()
        {
            grade.must(
                first.body != second.body,
                second,
                "an error in the session is not answered with the same call",
                || "the same update was sent again".to_owned(),
            )?;
        }
    }
    Ok(())
}

fn requires(session: &mut Value, required: &str, enforcement: &str) -> bool {
    let value = json!({ "supported": [], "required": [required], "enforcement": enforcement });
    set(session, "/capabilities/interventions", value)
}

fn interventions() -> Vec<Scenario> {
    let mut all = required_interventions();
    all.extend(absent_interventions());
    all
}

fn required_interventions() -> Vec<Scenario> {
    let newer = SpecVersion::V2026_01_30;
    let scenario = |name, story| Scenario::new(Topic::Escalation, name, story).since(newer);
    let told = Rule::new(
        "early",
        "the misfit ends the purchase before any payment",
        |grade| {
            let token = grade.seen.first(Op::Delegate).is_some();
            grade.should_all(
                !token,
                "the agent tells its buyer and asks for no token",
                || grade.summary(),
            )
        },
    )
    .proves(&["capabilities.mismatch.early"]);
    vec![
        scenario(
            "biometric-required",
            "an intervention is required that the agent did not offer",
        )
        .twist(|_, session| requires(session, "biometric", "always"))
        .rules([
            no_complete().proves(&["capabilities.mismatch.agent-no-complete"]),
            told,
        ]),
        scenario(
            "intervention-message",
            "the session says that an intervention is required",
        )
        .twist(|moment, session| {
            complains(
                moment,
                session,
                "intervention_required",
                "requires_buyer_input",
            ) && requires(session, "biometric", "always")
                && set(session, "/status", json!("not_ready_for_payment"))
        })
        .rules([no_complete().proves(&["capabilities.mismatch.agent-no-complete"])]),
        scenario(
            "enforcement-absent",
            "interventions come without enforcement",
        )
        .twist(|_, session| {
            set(
                session,
                "/capabilities/interventions",
                json!({ "supported": [] }),
            )
        })
        .rules([buys().proves(&["capabilities.agent.enforcement-unknown-tolerated"])]),
    ]
}

fn absent_interventions() -> Vec<Scenario> {
    let newer = SpecVersion::V2026_01_30;
    let scenario = |name, story| Scenario::new(Topic::Escalation, name, story).since(newer);
    vec![
        scenario(
            "interventions-absent",
            "the answer has no interventions at all",
        )
        .twist(|_, session| {
            let members = session
                .pointer_mut("/capabilities")
                .and_then(Value::as_object_mut);
            members
                .and_then(|members| members.remove("interventions"))
                .is_some()
        })
        .rules([buys().proves(&["capabilities.agent.enforcement-unknown-tolerated"])]),
        scenario(
            "capability-unknown",
            "the answer has capabilities that no version knows",
        )
        .twist(|_, session| {
            add(session, "/capabilities", "teleport", json!({ "range": 3 }))
                && add(
                    session,
                    "/capabilities/interventions",
                    "dance",
                    json!(["waltz"]),
                )
        })
        .rules([buys().proves(&[
            "capabilities.unknown.response-ignored",
            "capabilities.unknown.optional-fields-lenient",
        ])]),
    ]
}
