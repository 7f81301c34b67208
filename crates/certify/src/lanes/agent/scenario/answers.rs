//! Answers to create and update that are no sessions, come late, or lead elsewhere.

use std::time::Duration;

use serde_json::json;

use super::Scenario;
use crate::{
    Topic,
    lanes::agent::{
        call::Op,
        play::{HANG, Moment},
        reply::{Ending, Reply},
        rule::Rule,
        rules::{
            buys, few_calls, no_complete, no_token, nothing_elsewhere, once, retries, should_buy,
            stops,
        },
    },
};

const LONG: usize = 10 * 1024 * 1024;

fn wrong(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Errors, name, story)
}

fn create(moment: &Moment<'_>) -> bool {
    moment.op == Op::Create
}

fn first_create(moment: &Moment<'_>) -> bool {
    create(moment) && moment.nth == 1
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = garbage();
    all.extend(errors());
    all.extend(patience());
    all.extend(elsewhere());
    all
}

fn garbage() -> Vec<Scenario> {
    let safe = || [no_complete(), no_token(), few_calls()];
    vec![
        wrong("create-html", "the shop answers create with a web page")
            .before(|moment| create(moment).then(|| Reply::page(200)))
            .rules(safe()),
        wrong("create-empty", "the answer to create is empty")
            .before(|moment| create(moment).then(|| Reply::text(201, "application/json", "")))
            .rules(safe()),
        wrong("create-list", "the answer to create is a list")
            .before(|moment| create(moment).then(|| Reply::json(201, &json!([]))))
            .rules(safe()),
        wrong("create-null", "the answer to create is null")
            .before(|moment| create(moment).then(|| Reply::text(201, "application/json", "null")))
            .rules(safe()),
        wrong("create-half", "the answer to create ends in the middle")
            .after(|moment, reply| {
                let half = reply.body.slice(..reply.body.len() / 2);
                create(moment).then(|| Reply::text(201, "application/json", half))
            })
            .rules(safe()),
        wrong(
            "create-deep",
            "the answer to create is nested a hundred thousand levels deep",
        )
        .before(|moment| {
            let deep = || Reply::text(201, "application/json", "[".repeat(100_000));
            create(moment).then(deep)
        })
        .rules(safe()),
        wrong("create-long", "the answer to create has ten million bytes")
            .after(|moment, reply| {
                create(moment).then(|| reply.clone().ending(Ending::Padded(LONG)))
            })
            .rules([few_calls(), once::same_bytes()]),
        wrong("create-endless", "the answer to create does not end")
            .after(|moment, reply| create(moment).then(|| reply.clone().ending(Ending::Endless)))
            .rules(stops()),
        wrong(
            "create-cut",
            "the connection is cut when the session is created",
        )
        .after(|moment, reply| first_create(moment).then(|| reply.clone().ending(Ending::Cut)))
        .rules([once::same_bytes(), should_buy(), one_session()]),
        wrong(
            "update-html",
            "the shop answers the address with a web page",
        )
        .after(|moment, _| (moment.op == Op::Update).then(|| Reply::page(200)))
        .rules([no_complete(), few_calls()]),
    ]
}

/// A repetition of create opens no second session.
fn one_session() -> Rule {
    Rule::new("same-key", "create is repeated with its key", |grade| {
        let mut creates = grade.seen.creates();
        let (Some(first), Some(second)) = (creates.next(), creates.next()) else {
            return Err(crate::Stop::NotApplicable(
                "the agent did not try again".to_owned(),
            ));
        };
        let same = first.key() == second.key() && !first.key().is_empty();
        grade.should(
            same,
            second,
            "a lost create is repeated with the same key",
            || "another key opens a second session".to_owned(),
        )
    })
}

fn errors() -> Vec<Scenario> {
    vec![
        wrong("create-400", "the seller refuses create")
            .before(|moment| {
                let reply = || Reply::error(400, "invalid_request", "invalid", "not like this");
                create(moment).then(reply)
            })
            .rules([no_token(), few_calls(), retries::no_unchanged_repetition()]),
        wrong("create-401", "the seller does not know the agent")
            .before(|moment| {
                let reply =
                    || Reply::error(401, "invalid_request", "unauthorized", "who is there?");
                create(moment).then(reply)
            })
            .rules([no_token(), few_calls()]),
        wrong(
            "create-wrapped",
            "the seller is busy, and the error is wrapped in an object",
        )
        .before(|moment| {
            let error = json!({ "error": {
                "type": "service_unavailable", "code": "unavailable", "message": "try again soon",
            }});
            first_create(moment).then(|| Reply::json(503, &error).with("retry-after", "1"))
        })
        .rules([should_buy(), retries::waits(), retries::same_key()]),
        wrong(
            "update-wrapped",
            "the address is refused, and the error is wrapped in an object",
        )
        .before(|moment| {
            let error = json!({ "error": {
                "type": "invalid_request", "code": "invalid", "message": "we do not ship there",
            }});
            (moment.op == Op::Update).then(|| Reply::json(400, &error))
        })
        .rules([no_complete(), retries::no_unchanged_repetition()]),
        wrong(
            "create-500",
            "the seller answers create with 500, again and again",
        )
        .before(|moment| {
            let reply = || Reply::error(500, "processing_error", "internal", "broken");
            create(moment).then(reply)
        })
        .rules([no_token(), few_calls(), once::same_bytes()]),
    ]
}

fn patience() -> Vec<Scenario> {
    let wrong = |name, story| Scenario::new(Topic::Idempotency, name, story);
    vec![
        wrong(
            "create-503",
            "the seller is busy at create and says when to come again",
        )
        .before(|moment| first_create(moment).then(|| Reply::unavailable(1)))
        .rules([
            retries::waits(),
            retries::same_key(),
            retries::should_retry(),
            should_buy(),
        ]),
        wrong("create-429", "there were too many requests at create")
            .before(|moment| first_create(moment).then(|| Reply::too_many(1)))
            .rules([
                retries::waits(),
                retries::same_key(),
                retries::should_retry(),
            ]),
        wrong("update-503", "the seller is busy when the address is sent")
            .before(|moment| {
                (moment.op == Op::Update && moment.nth == 1).then(|| Reply::unavailable(1))
            })
            .rules([
                retries::waits(),
                retries::same_key(),
                retries::should_retry(),
            ]),
        wrong("create-slow", "the session takes two seconds to open")
            .after(|moment, reply| {
                first_create(moment).then(|| reply.clone().after(Duration::from_secs(2)))
            })
            .rules([buys(), once::same_bytes()]),
        wrong(
            "create-hangs",
            "the session takes longer to open than anybody waits",
        )
        .after(|moment, reply| {
            create(moment).then(|| reply.clone().after(HANG).ending(Ending::Cut))
        })
        .rules([no_complete(), no_token(), few_calls()]),
    ]
}

fn elsewhere() -> Vec<Scenario> {
    let wrong = |name, story| Scenario::new(Topic::Leaks, name, story);
    vec![
        wrong("create-redirect", "create is redirected to another host")
            .before(|moment| {
                let address = format!("{}/checkout_sessions", moment.bases.elsewhere);
                create(moment).then(|| Reply::redirect(address))
            })
            .rules([nothing_elsewhere(), no_token()]),
        wrong(
            "create-moved",
            "create is moved for good to another host, with 301",
        )
        .before(|moment| {
            let address = format!("{}/checkout_sessions", moment.bases.elsewhere);
            create(moment).then(|| Reply::redirect(address).status(301))
        })
        .rules([nothing_elsewhere(), no_token()]),
        wrong(
            "update-redirect",
            "the address is redirected to another host",
        )
        .before(|moment| {
            let address = format!("{}/update", moment.bases.elsewhere);
            (moment.op == Op::Update).then(|| Reply::redirect(address))
        })
        .rules([nothing_elsewhere(), no_complete()]),
        wrong(
            "read-redirect",
            "reading the session is redirected to another host",
        )
        .before(|moment| {
            let address = format!("{}/read", moment.bases.elsewhere);
            (moment.op == Op::Read).then(|| Reply::redirect(address))
        })
        .rules([nothing_elsewhere()]),
    ]
}
