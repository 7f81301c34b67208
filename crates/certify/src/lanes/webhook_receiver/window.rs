//! The time window of signatures.

use super::{
    super::clock::{unix_now, young_second},
    Sender,
    cases::full_event,
    check,
};
use crate::{Check, SpecVersion, Topic, VersionRange};

/// Seconds from now to `t`, and whether the event is to be taken.
const OFFSETS: &[(&str, i64, bool)] = &[
    ("old-290", -290, true),
    ("old-299", -299, true),
    ("old-301", -301, false),
    ("old-310", -310, false),
    ("ahead-290", 290, true),
    ("ahead-299", 299, true),
    ("ahead-301", 301, false),
    ("ahead-310", 310, false),
];

/// Outside of any window that a receiver may reasonably have.
const FAR: &[(&str, i64)] = &[
    ("old-hour", -3_600),
    ("old-day", -86_400),
    ("old-year", -31_536_000),
    ("ahead-hour", 3_600),
    ("ahead-day", 86_400),
    ("ahead-year", 31_536_000),
];

pub(super) fn checks() -> Vec<Check> {
    let near = OFFSETS.iter().map(|&(name, offset, taken)| {
        let verb = if taken { "taken" } else { "refused" };
        let title = format!("a signature {} should be {verb}", words(offset));
        check(Topic::Expiry, name, &title, move |case| async move {
            let sender = Sender::of(&case)?;
            let body = full_event(case.version(), &sender.session_id()?).to_string();
            young_second().await;
            let t = unix_now().saturating_add(offset);
            let answer = sender.send(sender.signed_at(t, body)?).await?;
            let right = if taken {
                answer.is_success()
            } else {
                answer.status == 401
            };
            sender.must_not_break(&answer)?;
            case.should(
                right,
                &answer,
                "the window of signatures is 300 seconds",
                || {
                    format!(
                        "t is {offset} s from now, and the answer is {}",
                        answer.status
                    )
                },
            );
            if !answer.is_success() {
                sender.must_be_unauthorized(&answer)?;
            }
            Ok(())
        })
        .proves(&["webhooks.signature.tolerance-300"])
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .advice("take t within 300 seconds of your clock, both ways, and keep the clock right")
    });
    let far = FAR.iter().map(|&(name, offset)| {
        let title = format!("a signature {} gets 401", words(offset));
        check(Topic::Expiry, name, &title, move |case| async move {
            let sender = Sender::of(&case)?;
            let body = full_event(case.version(), &sender.session_id()?).to_string();
            let t = unix_now().saturating_add(offset);
            let answer = sender.send(sender.signed_at(t, body)?).await?;
            sender.must_be_unauthorized(&answer)
        })
        .proves(&[
            "webhooks.signature.old-timestamp-401",
            "webhooks.signature.error-code",
        ])
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .advice("refuse signatures whose t is far from your clock, in the future too")
    });
    near.chain(far).collect()
}

fn words(offset: i64) -> String {
    if offset < 0 {
        format!("{} seconds old", offset.unsigned_abs())
    } else {
        format!("{offset} seconds ahead")
    }
}
