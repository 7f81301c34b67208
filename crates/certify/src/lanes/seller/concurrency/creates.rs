//! Creates with one key, with many keys, and with one key and two bodies.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    super::{
        Seller,
        idempotency::{conflicts, fresh, in_flight, marked},
        kit::{BEFORE_CANONICAL, CANONICAL, row},
        operation::{Call, Operation},
    },
    at_once,
};
use crate::{Answer, Check, Outcome, Topic};

const ADVICE: &str = "claim the key in the store, with a unique index, before the work begins";

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = [2, 8, 16].into_iter().map(one_key).collect();
    checks.extend([
        row(
            Topic::Concurrency,
            "creates-one-key-older",
            "eight creates at once with one key make at most one session",
            |seller| async move { identical(&seller, 8, false).await },
        )
        .versions(BEFORE_CANONICAL)
        .proves(&["versions.idempotency.replay"])
        .advice(ADVICE),
        row(
            Topic::Concurrency,
            "creates-many-keys",
            "twelve creates at once with twelve keys make twelve sessions",
            many_keys,
        )
        .proves(&["checkout.create.id-unique"])
        .advice("draw session ids at random, or from one sequence"),
        row(
            Topic::Concurrency,
            "creates-one-key-two-bodies",
            "creates at once with one key and two bodies: one body wins, the other conflicts",
            two_bodies,
        )
        .versions(CANONICAL)
        .proves(&[
            "checkout.idempotency.conflict-422",
            "checkout.idempotency.in-flight-409",
        ])
        .advice(ADVICE),
        row(
            Topic::Concurrency,
            "creates-replayed-after-race",
            "after a race the key replays the one session that it made",
            after_race,
        )
        .versions(CANONICAL)
        .proves(&[
            "checkout.idempotency.replay-original-body",
            "checkout.idempotency.no-second-effect",
        ])
        .advice(ADVICE),
    ]);
    checks
}

fn one_key(count: usize) -> Check {
    row(
        Topic::Concurrency,
        &format!("creates-one-key-{count}"),
        format!("{count} creates at once with one key make one session; the others get 409 idempotency_in_flight or its replay"),
        move |seller| async move { identical(&seller, count, true).await },
    )
    .versions(CANONICAL)
    .proves(&[
        "checkout.idempotency.in-flight-409",
        "checkout.idempotency.in-flight-code",
        "checkout.idempotency.in-flight-retry-after",
        "checkout.idempotency.retry-after-integer",
        "checkout.idempotency.no-second-effect",
        "checkout.errors.idempotency-type",
    ])
    .advice(ADVICE)
}

async fn identical(seller: &Seller, count: usize, canonical: bool) -> Outcome {
    let call = Call::good(seller, Operation::Create).await?;
    let key = seller.case().fresh_key()?;
    let requests = (0..count).map(|_| call.keyed(seller, &key));
    let answers = at_once(seller, requests.collect::<Outcome<_>>()?).await?;
    let sessions = judged(seller, &answers, canonical)?;
    one_session(seller, &answers, &sessions)
}

/// Every answer is the session or a refusal in good form; the ids of the sessions.
fn judged(seller: &Seller, answers: &[Answer], canonical: bool) -> Outcome<BTreeSet<String>> {
    let mut sessions = BTreeSet::new();
    for answer in answers {
        if answer.is_success() {
            sessions.insert(seller.session(answer)?.id);
        } else if canonical {
            in_flight(seller, answer)?;
        } else {
            seller.refused(answer)?;
        }
    }
    Ok(sessions)
}

fn one_session(seller: &Seller, answers: &[Answer], sessions: &BTreeSet<String>) -> Outcome {
    let Some(last) = answers.last() else {
        return Ok(());
    };
    seller.case().must(
        sessions.len() == 1,
        last,
        "one key makes one session, however many requests carry it at once",
        || format!("{} sessions: {sessions:?}", sessions.len()),
    )?;
    let fresh_ones = answers.iter();
    let fresh_ones = fresh_ones.filter(|answer| answer.is_success() && !marked(answer));
    let count = fresh_ones.count();
    if seller.rules().canonical_idempotency {
        seller.case().should(
            count == 1,
            last,
            "of several answers with one key all but the first are marked as replays",
            || format!("{count} answers without Idempotent-Replayed"),
        );
    }
    Ok(())
}

async fn many_keys(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let requests = (0..12).map(|_| call.request(&seller));
    let answers = at_once(&seller, requests.collect::<Outcome<_>>()?).await?;
    let mut ids = BTreeSet::new();
    for answer in &answers {
        let id = seller.session(answer)?.id;
        fresh(&seller, answer)?;
        seller.case().must(
            ids.insert(id.clone()),
            answer,
            "different keys make different sessions",
            || format!("{id} was given twice"),
        )?;
    }
    Ok(())
}

async fn two_bodies(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let other = Value::Object(seller.create_body()?).to_string();
    let key = seller.case().fresh_key()?;
    let mut requests = Vec::new();
    for _ in 0..4 {
        requests.push(call.keyed(&seller, &key)?);
        requests.push(call.keyed_body(&seller, &key, other.clone())?);
    }
    let answers = at_once(&seller, requests).await?;
    let mut sessions = BTreeSet::new();
    for answer in &answers {
        if answer.is_success() {
            sessions.insert(seller.session(answer)?.id);
        } else if answer.status == 409 {
            in_flight(&seller, answer)?;
        } else {
            conflicts(&seller, answer)?;
        }
    }
    one_session(&seller, &answers, &sessions)
}

async fn after_race(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let key = seller.case().fresh_key()?;
    let requests = (0..6).map(|_| call.keyed(&seller, &key));
    let answers = at_once(&seller, requests.collect::<Outcome<_>>()?).await?;
    let sessions = judged(&seller, &answers, true)?;
    one_session(&seller, &answers, &sessions)?;
    let again = seller.send(call.keyed(&seller, &key)?).await?;
    let id = seller.session(&again)?.id;
    seller.case().must(
        sessions.contains(&id),
        &again,
        "the key replays the session that the race made",
        || format!("{id} is none of {sessions:?}"),
    )
}
