//! Keys, replays, conflicts and requests in flight.

mod conflict;
pub(in crate::lanes) mod forms;
mod keys;
mod meaning;
mod replay;
mod scope;
mod storage;

use super::{Seller, refusal::text};
use crate::{Answer, Check, Outcome, SpecVersion};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = keys::checks();
    checks.extend(replay::checks());
    checks.extend(meaning::checks());
    checks.extend(conflict::checks());
    checks.extend(scope::checks());
    checks.extend(storage::checks());
    checks
}

/// `again` repeats `first`: same status, same document.
pub(in crate::lanes) fn replayed(seller: &Seller, first: &Answer, again: &Answer) -> Outcome {
    let case = seller.case();
    case.must(
        again.status == first.status,
        again,
        "a replay has the status of the first answer",
        || {
            let excerpt = case.excerpt(again);
            format!("{} after {}: {excerpt}", again.status, first.status)
        },
    )?;
    case.must(
        again.json == first.json,
        again,
        "a replay has the body of the first answer",
        || {
            let excerpt = case.excerpt(again);
            format!(
                "another document than in exchange {}: {excerpt}",
                first.exchange
            )
        },
    )?;
    case.should(
        again.body == first.body,
        again,
        "a replay has the very bytes of the first answer",
        || "the same document, written otherwise".to_owned(),
    );
    if seller.rules().canonical_idempotency {
        case.should(
            marked(again),
            again,
            "a replay carries Idempotent-Replayed: true",
            || mark_of(again),
        );
    }
    Ok(())
}

/// The answer was given for the first time, and does not say otherwise.
pub(in crate::lanes) fn fresh(seller: &Seller, answer: &Answer) -> Outcome {
    let absent = answer.headers.get("idempotent-replayed").is_none();
    seller.case().must(
        absent,
        answer,
        "Idempotent-Replayed is absent from an answer given for the first time",
        || mark_of(answer),
    )
}

/// The same key with another body: refused as a conflict, in the words of the version.
pub(in crate::lanes) fn conflicts(seller: &Seller, answer: &Answer) -> Outcome {
    let rules = seller.rules();
    let case = seller.case();
    case.status_or(
        answer,
        &[rules.conflict_status],
        "idempotency-conflict-status",
    )?;
    seller.refused_with(answer, answer.status, "idempotency_conflict")?;
    let kind = text(seller.case().json(answer)?, "type");
    seller.case().must(
        rules.conflict_types.contains(&kind),
        answer,
        &format!("the type is {}", rules.conflict_types.join(" or ")),
        || format!("type {kind}"),
    )
}

/// Refused because the first call with this key still runs.
pub(in crate::lanes) fn in_flight(seller: &Seller, answer: &Answer) -> Outcome {
    let case = seller.case();
    seller.refused_with(answer, 409, "idempotency_in_flight")?;
    let Some(after) = answer.headers.get("retry-after") else {
        case.should(
            false,
            answer,
            "the 409 of a call in flight carries Retry-After",
            || "no Retry-After".to_owned(),
        );
        return Ok(());
    };
    let seconds = after
        .to_str()
        .ok()
        .and_then(|text| text.parse::<u32>().ok());
    case.must(
        seconds.is_some(),
        answer,
        "Retry-After of a call in flight is a whole number of seconds",
        || format!("Retry-After: {after:?}"),
    )
}

/// Whether the answer says that it is a replay.
pub(super) fn marked(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

fn mark_of(answer: &Answer) -> String {
    match answer.headers.get("idempotent-replayed") {
        Some(value) => format!("Idempotent-Replayed: {value:?}"),
        None => "no Idempotent-Replayed".to_owned(),
    }
}
