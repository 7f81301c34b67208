//! A payment provider that refuses, fails or lies.

use std::time::Duration;

use serde_json::{Value, json};

use super::Scenario;
use crate::{
    SpecVersion, Topic,
    lanes::agent::{
        call::Op,
        play::Moment,
        reply::{Ending, Reply},
        rule::Rule,
        rules::{buys, few_calls, no_complete, nothing_elsewhere, once, retries, should_buy},
    },
};

fn wrong(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Errors, name, story)
}

fn token(moment: &Moment<'_>) -> bool {
    moment.op == Op::Delegate
}

fn first(moment: &Moment<'_>) -> bool {
    token(moment) && moment.nth == 1
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = refusals();
    all.extend(failures());
    all.extend(patience());
    all.extend(lies());
    all
}

fn refusals() -> Vec<Scenario> {
    let stops = || {
        [
            no_complete(),
            few_calls(),
            retries::no_unchanged_repetition(),
        ]
    };
    vec![
        wrong("psp-refuses", "the provider refuses the card")
            .before(|moment| {
                let reply = || Reply::error(400, "invalid_request", "invalid_card", "refused");
                token(moment).then(reply)
            })
            .rules(stops()),
        wrong("psp-402", "the provider refuses the card with 402")
            .before(|moment| {
                let reply = || Reply::error(402, "invalid_request", "invalid_card", "refused");
                token(moment).then(reply)
            })
            .rules(stops()),
        wrong("psp-401", "the provider does not know the agent")
            .before(|moment| {
                let reply = || Reply::error(401, "invalid_request", "unauthorized", "who is there?");
                token(moment).then(reply)
            })
            .rules(stops()),
        wrong("psp-version", "the provider does not speak the version")
            .before(|moment| {
                let document = json!({
                    "type": "invalid_request",
                    "code": "unsupported_api_version",
                    "message": "this version is not spoken here",
                    "supported_versions": ["2099-01-01"],
                });
                token(moment).then(|| Reply::json(400, &document))
            })
            .rules([no_complete(), few_calls()]),
        wrong("psp-wrapped", "the provider's refusal is wrapped in an object")
            .before(|moment| {
                let error = json!({ "error": { "type": "invalid_request", "code": "invalid_card", "message": "refused" } });
                token(moment).then(|| Reply::json(400, &error))
            })
            .rules(stops()),
    ]
}

fn failures() -> Vec<Scenario> {
    let safe = || [no_complete(), few_calls(), once::same_bytes()];
    vec![
        wrong("psp-500", "the provider answers 500, again and again")
            .before(|moment| {
                let reply = || Reply::error(500, "processing_error", "internal", "broken");
                token(moment).then(reply)
            })
            .rules(safe()),
        wrong("psp-html", "the provider answers with a web page")
            .before(|moment| token(moment).then(|| Reply::page(200)))
            .rules(safe()),
        wrong("psp-empty", "the provider answers with nothing")
            .before(|moment| token(moment).then(|| Reply::text(201, "application/json", "")))
            .rules(safe()),
        wrong("psp-no-id", "the provider's answer has no token")
            .before(|moment| token(moment).then(|| Reply::json(201, &json!({ "metadata": {} }))))
            .rules(safe()),
        wrong("psp-cut", "the token is issued, and the connection is cut")
            .after(|moment, reply| first(moment).then(|| reply.clone().ending(Ending::Cut)))
            .rules([once::same_bytes(), should_buy(), once::pays_once()]),
        wrong("psp-endless", "the provider's answer does not end")
            .after(|moment, reply| token(moment).then(|| reply.clone().ending(Ending::Endless)))
            .rules([no_complete(), once::same_bytes()]),
        wrong("psp-slow", "the token takes two seconds")
            .after(|moment, reply| {
                first(moment).then(|| reply.clone().after(Duration::from_secs(2)))
            })
            .rules([buys(), once::same_bytes()]),
        wrong(
            "psp-redirect",
            "the call for a token is redirected to another host",
        )
        .before(|moment| {
            let address = format!("{}/delegate_payment", moment.bases.elsewhere);
            token(moment).then(|| Reply::redirect(address))
        })
        .rules([
            nothing_elsewhere().topic(Topic::Leaks),
            no_complete(),
            few_calls(),
        ]),
    ]
}

fn patience() -> Vec<Scenario> {
    let newest = SpecVersion::V2026_04_17;
    let wrong = |name, story| Scenario::new(Topic::Idempotency, name, story);
    vec![
        wrong(
            "psp-503",
            "the provider is busy and says when to come again",
        )
        .before(|moment| first(moment).then(|| Reply::unavailable(1)))
        .rules([
            retries::waits(),
            retries::same_key(),
            retries::should_retry(),
        ]),
        wrong(
            "psp-429",
            "the provider had too many requests and says when to come again",
        )
        .before(|moment| first(moment).then(|| Reply::too_many(1)))
        .rules([
            retries::waits(),
            retries::same_key(),
            retries::should_retry(),
        ]),
        wrong(
            "psp-in-flight",
            "the provider is still at work on the first sending",
        )
        .since(newest)
        .before(|moment| first(moment).then(|| Reply::in_flight(2)))
        .rules([
            retries::must_retry().proves(&["delegate-payment.idempotency.in-flight-wait"]),
            retries::waits().proves(&["delegate-payment.idempotency.in-flight-wait"]),
            retries::same_key().proves(&["delegate-payment.idempotency.in-flight-wait"]),
        ]),
        wrong(
            "psp-conflict",
            "the provider knows the key with another body",
        )
        .since(newest)
        .before(|moment| token(moment).then(Reply::conflict))
        .rules([retries::final_conflict(), no_complete(), few_calls()]),
        wrong(
            "psp-conflict-409",
            "the provider knows the key with another body, and says so with 409",
        )
        .before(|moment| token(moment).then(|| Reply::conflict().status(409)))
        .rules([retries::final_conflict(), few_calls()]),
    ]
}

fn lies() -> Vec<Scenario> {
    vec![
        wrong(
            "psp-other-session",
            "the token comes back for another session and merchant",
        )
        .after(|moment, reply| {
            let mut document: Value = serde_json::from_slice(&reply.body).ok()?;
            let metadata = json!({
                "checkout_session_id": "cs_of_somebody_else",
                "merchant_id": "acct_elsewhere",
            });
            let place = document.get_mut("metadata")?;
            *place = metadata;
            token(moment).then(|| Reply::json(201, &document))
        })
        .rules([
            once::pays_once(),
            Rule::new(
                "no-second-token",
                "no further token is asked for on the sly",
                |grade| {
                    let count = grade.seen.delegates().count();
                    grade.must_all(count <= 2, "at most one repetition", || {
                        format!("{count} tokens")
                    })
                },
            ),
        ]),
        wrong("psp-200", "the provider answers 200 instead of 201")
            .after(|moment, reply| token(moment).then(|| reply.clone().status(200)))
            .rules([buys()]),
        wrong(
            "psp-extra",
            "the provider's answer has members that nobody knows",
        )
        .after(|moment, reply| {
            let mut document: Value = serde_json::from_slice(&reply.body).ok()?;
            document
                .as_object_mut()?
                .insert("mood".to_owned(), json!("sunny"));
            token(moment).then(|| Reply::json(201, &document))
        })
        .rules([buys()]),
    ]
}
