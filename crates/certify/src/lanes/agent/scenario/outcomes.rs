//! What becomes of the complete call.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Scenario, Task, money::no_more_tokens};
use crate::{
    SpecVersion, Topic,
    lanes::agent::{
        call::Op,
        play::{HANG, Moment, set},
        reply::{Ending, Reply},
        rule::Rule,
        rules::{buys, few_calls, nothing_elsewhere, once, retries, should_buy, token},
    },
};

/// Bytes of a long answer.
const LONG: usize = 10 * 1024 * 1024;

fn wrong(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Idempotency, name, story)
}

/// Whether it is the first complete.
fn first(moment: &Moment<'_>) -> bool {
    moment.op == Op::Complete && moment.nth == 1
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = declines();
    all.extend(lost());
    all.extend(garbled());
    all.extend(put_off());
    all.extend(orders());
    all
}

fn declines() -> Vec<Scenario> {
    let again = || {
        [
            once::new_key_after_decline(),
            once::new_token_after_decline(),
            once::same_bytes(),
        ]
    };
    vec![
        wrong(
            "declined",
            "the card is declined, in a session that can still be paid",
        )
        .task(Task::PayAgain)
        .twist(|moment, session| first(moment) && decline(session))
        .rules(again())
        .rules([token::never_raised()]),
        wrong("declined-final", "the card is declined")
            .twist(|moment, session| moment.op == Op::Complete && decline(session))
            .rules([
                Rule::new(
                    "not-hammered",
                    "the declined card is not charged again and again",
                    |grade| {
                        let count = grade.seen.completes().count();
                        grade.must_all(count <= 3, "at most a few attempts are made", || {
                            format!("{count} were")
                        })
                    },
                ),
                once::same_bytes(),
            ]),
        wrong("declined-402", "the decline comes as an error of 402")
            .before(|moment| {
                let reply = || Reply::error(402, "invalid_request", "payment_declined", "declined");
                (moment.op == Op::Complete).then(reply)
            })
            .rules([
                once::same_bytes(),
                few_calls(),
                retries::no_unchanged_repetition(),
            ]),
        wrong("invalid-token", "the seller refuses the token")
            .before(|moment| {
                let reply =
                    || Reply::error(400, "invalid_request", "invalid", "the token is refused");
                (moment.op == Op::Complete).then(reply)
            })
            .rules([few_calls(), retries::no_unchanged_repetition()]),
    ]
}

/// Turns a paid session into a declined one.
fn decline(session: &mut Value) -> bool {
    let message = json!({
        "type": "error",
        "code": "payment_declined",
        "content_type": "plain",
        "content": "The card was declined.",
    });
    if let Some(members) = session.as_object_mut() {
        members.remove("order");
    }
    set(session, "/status", json!("ready_for_payment"))
        && set(session, "/messages", json!([message]))
}

/// The payment is made, and the answer does not come.
fn lost() -> Vec<Scenario> {
    vec![
        wrong(
            "complete-hangs",
            "the payment is made, and no answer comes for long",
        )
        .after(|moment, reply| first(moment).then(|| reply.clone().after(HANG).ending(Ending::Cut)))
        .rules(once::lost()),
        wrong(
            "complete-cut",
            "the payment is made, and the connection is cut",
        )
        .after(|moment, reply| first(moment).then(|| reply.clone().ending(Ending::Cut)))
        .rules(once::lost())
        .rules([should_buy()]),
        wrong(
            "complete-cut-midway",
            "the payment is made, and the connection is cut within the answer",
        )
        .after(|moment, reply| first(moment).then(|| reply.clone().ending(Ending::CutMidway)))
        .rules(once::lost())
        .rules([should_buy()]),
        wrong(
            "complete-cut-before",
            "the connection is cut before the payment is made",
        )
        .before(|moment| first(moment).then(|| Reply::page(500).ending(Ending::Cut)))
        .rules(once::lost())
        .rules([should_buy()]),
        wrong("complete-500", "the payment is made, and the answer is 500")
            .after(|moment, _| {
                let reply = || Reply::error(500, "processing_error", "internal", "something broke");
                first(moment).then(reply)
            })
            .rules(once::lost()),
        wrong(
            "complete-503-done",
            "the payment is made, and the answer is 503",
        )
        .after(|moment, _| first(moment).then(|| Reply::unavailable(1)))
        .rules(once::lost())
        .rules([retries::waits()]),
        wrong(
            "complete-504",
            "a gateway in between answers 504 with a page",
        )
        .after(|moment, _| first(moment).then(|| Reply::page(504)))
        .rules(once::lost()),
        wrong(
            "complete-slow",
            "the answer to the payment takes two seconds",
        )
        .after(|moment, reply| first(moment).then(|| reply.clone().after(Duration::from_secs(2))))
        .rules([buys(), once::pays_once(), once::same_bytes()]),
    ]
}

/// The payment is made, and the answer cannot be read.
fn garbled() -> Vec<Scenario> {
    vec![
        wrong(
            "complete-empty",
            "the payment is made, and the answer is empty",
        )
        .after(|moment, _| first(moment).then(|| Reply::text(200, "application/json", "")))
        .rules(once::lost()),
        wrong(
            "complete-html",
            "the payment is made, and the answer is a web page",
        )
        .after(|moment, _| first(moment).then(|| Reply::page(200)))
        .rules(once::lost()),
        wrong(
            "complete-long",
            "the payment is made, and the answer has ten million bytes",
        )
        .after(|moment, reply| first(moment).then(|| reply.clone().ending(Ending::Padded(LONG))))
        .rules([once::pays_once(), once::same_bytes()]),
        wrong(
            "complete-endless",
            "the payment is made, and the answer does not end",
        )
        .after(|moment, reply| first(moment).then(|| reply.clone().ending(Ending::Endless)))
        .rules(once::lost()),
        wrong(
            "complete-redirect",
            "the complete is redirected to another host",
        )
        .before(|moment| {
            let address = format!("{}/complete", moment.bases.elsewhere);
            (moment.op == Op::Complete).then(|| Reply::redirect(address))
        })
        .rules([nothing_elsewhere(), few_calls()]),
    ]
}

/// The seller asks for patience.
fn put_off() -> Vec<Scenario> {
    let newest = SpecVersion::V2026_04_17;
    let mut all = vec![
        wrong(
            "complete-503",
            "the seller is busy and says when to come again",
        )
        .before(|moment| first(moment).then(|| Reply::unavailable(1)))
        .rules([
            retries::waits(),
            retries::same_key(),
            retries::should_retry(),
            once::pays_once(),
        ]),
        wrong(
            "complete-429",
            "there were too many requests, and the seller says when to come again",
        )
        .before(|moment| first(moment).then(|| Reply::too_many(1)))
        .rules([
            retries::waits(),
            retries::same_key(),
            retries::should_retry(),
            once::pays_once(),
        ]),
        wrong("complete-in-flight", "the first sending is still at work")
            .since(newest)
            .before(|moment| first(moment).then(|| Reply::in_flight(2)))
            .rules([
                retries::must_retry().proves(&["checkout.idempotency.agent-retries-in-flight"]),
                retries::waits().proves(&["checkout.idempotency.agent-retries-in-flight"]),
                retries::same_key().proves(&["checkout.idempotency.agent-retries-in-flight"]),
                once::pays_once(),
            ]),
    ];
    all.extend(unsettled());
    all
}

/// Sellers that take a complete for a conflict, or are still at work on it.
fn unsettled() -> Vec<Scenario> {
    let newest = SpecVersion::V2026_04_17;
    vec![
        wrong(
            "complete-conflict",
            "the key is in conflict with another body",
        )
        .since(newest)
        .before(|moment| (moment.op == Op::Complete).then(Reply::conflict))
        .rules([retries::final_conflict(), once::pays_once(), few_calls()]),
        wrong(
            "complete-conflict-409",
            "the key is in conflict, which older versions say with 409",
        )
        .before(|moment| (moment.op == Op::Complete).then(|| Reply::conflict().status(409)))
        .rules([retries::final_conflict(), few_calls()]),
        wrong(
            "complete-in-progress",
            "the payment takes its time: the session says that it is under way",
        )
        .since(SpecVersion::V2026_01_30)
        .completes_later()
        .rules([
            should_buy(),
            once::pays_once(),
            no_more_tokens(),
            Rule::new("asks", "the agent asks how it went", |grade| {
                let Some(complete) = grade.seen.first(Op::Complete) else {
                    return Err(crate::Stop::NotTested(grade.summary()));
                };
                let asked = grade.seen.after(complete).any(|call| call.op == Op::Read);
                grade.should(
                    asked,
                    complete,
                    "the session is read until it is over",
                    || grade.summary(),
                )
            }),
        ]),
    ]
}

/// Completed sessions with an order that is not right.
fn orders() -> Vec<Scenario> {
    let mut all = odd_orders();
    all.extend(no_orders());
    all
}

fn odd_orders() -> Vec<Scenario> {
    let after_order = || [once::pays_once(), no_more_tokens(), few_calls()];
    let topic = Topic::Lifecycle;
    vec![
        Scenario::new(
            topic,
            "order-missing",
            "the session is completed, without an order",
        )
        .twist(|moment, session| {
            moment.op == Op::Complete
                && session
                    .as_object_mut()
                    .and_then(|members| members.remove("order"))
                    .is_some()
        })
        .rules(after_order()),
        Scenario::new(
            topic,
            "order-foreign",
            "the completed session has the order of another session",
        )
        .twist(|moment, session| {
            moment.op == Op::Complete
                && set(
                    session,
                    "/order/checkout_session_id",
                    json!("cs_of_somebody_else"),
                )
        })
        .rules(after_order()),
        Scenario::new(
            topic,
            "order-only",
            "the order has id, session and page alone",
        )
        .twist(|moment, session| {
            let id = session.get("id").cloned().unwrap_or_default();
            let order = json!({
                "id": "ord_1",
                "checkout_session_id": id,
                "permalink_url": format!("{}/orders/ord_1", moment.bases.seller),
            });
            moment.op == Op::Complete && set(session, "/order", order)
        })
        .rules([buys(), once::pays_once()]),
        Scenario::new(
            topic,
            "order-unknown-status",
            "the order and its lines have a status that no version knows",
        )
        .since(SpecVersion::V2026_04_17)
        .twist(|moment, session| {
            moment.op == Op::Complete
                && set(session, "/order/status", json!("in_the_clouds"))
                && set(session, "/order/line_items/0/status", json!("dreaming"))
        })
        .rules([buys(), once::pays_once()]),
    ]
}

fn no_orders() -> Vec<Scenario> {
    let topic = Topic::Lifecycle;
    vec![
        Scenario::new(
            topic,
            "canceled-at-complete",
            "the seller cancels instead of completing",
        )
        .twist(|moment, session| {
            let strikes = moment.op == Op::Complete && set(session, "/status", json!("canceled"));
            if let (true, Some(members)) = (strikes, session.as_object_mut()) {
                members.remove("order");
            }
            strikes
        })
        .rules([once::pays_once(), no_more_tokens()]),
        Scenario::new(
            topic,
            "sold-out-at-complete",
            "the last piece is gone when the agent completes",
        )
        .before(|moment| {
            let reply = || Reply::error(409, "invalid_request", "out_of_stock", "sold out");
            (moment.op == Op::Complete).then(reply)
        })
        .rules([few_calls(), no_more_tokens()]),
    ]
}
