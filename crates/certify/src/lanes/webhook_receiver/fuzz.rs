//! Rightly signed events in which one value is of the wrong type or missing.

use std::sync::Arc;

use super::{
    super::documents::{pointers, with, without},
    Sender,
    cases::full_event,
    check,
    limits::strangers,
};
use crate::{Case, Check, Outcome, Topic};

/// The parts of an event, one check each.
const PARTS: &[(&str, &str)] = &[
    ("event", ""),
    ("line-items", "/data/line_items"),
    ("fulfillments", "/data/fulfillments"),
    ("adjustments", "/data/adjustments"),
    ("totals", "/data/totals"),
    ("refunds", "/data/refunds"),
];

pub(super) fn checks() -> Vec<Check> {
    let parts = PARTS.iter().map(|&(name, part)| {
        let place = if part.is_empty() {
            "the event itself"
        } else {
            part
        };
        let title =
            format!("wrong and missing values in {place} are taken or refused, never fatal");
        check(Topic::Fuzz, name, &title, move |case| in_part(case, part))
            .proves(&["webhooks.response.error-body"])
            .proves_shapes(&["webhook#Error"])
            .advice("parse events with types, and answer 400 where they do not fit")
    });
    parts.collect()
}

async fn in_part(case: Arc<Case>, part: &'static str) -> Outcome {
    let sender = Sender::of(&case)?;
    let good = full_event(case.version(), &sender.session_id()?);
    let places = pointers(&good).into_iter().filter(|pointer| {
        let inside = PARTS.iter().find(|(_, other)| {
            !other.is_empty() && (pointer == other || pointer.starts_with(&format!("{other}/")))
        });
        inside.map_or(part.is_empty(), |&(_, other)| other == part)
    });
    let mut tried = 0_u32;
    for place in places {
        let mut documents = vec![without(good.clone(), &place)];
        documents.extend(strangers().map(|value| with(good.clone(), &place, value)));
        for document in documents {
            let answer = sender.send(sender.event(&document)?).await?;
            case.must(
                answer.status < 500,
                &answer,
                "no event makes the receiver fail (5xx)",
                || {
                    format!(
                        "{} changed: {} {}",
                        place,
                        answer.status,
                        case.excerpt(&answer)
                    )
                },
            )?;
            if !answer.is_success() {
                sender.error_body(&answer)?;
            }
            tried = tried.saturating_add(1);
        }
    }
    if tried == 0 {
        return Err(crate::Stop::NotApplicable(format!(
            "not offered: events of {} have no {part}",
            case.version()
        )));
    }
    Ok(())
}
