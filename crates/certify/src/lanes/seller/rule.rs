//! How the checks of this lane are written down: as questions, and as rules that hold at stages.

use std::future::Future;

use super::{Seller, Session, Stage};
use crate::{Check, Lane, Outcome, Topic, VersionRange};

/// A check that works on the seller under test.
pub(super) fn ask<F, R>(topic: Topic, name: &str, title: impl Into<String>, run: F) -> Check
where
    F: Fn(Seller) -> R + Copy + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    Check::new(Lane::Seller, topic, name, title, move |case| async move {
        run(Seller::of(&case)?).await
    })
}

/// Something that is true of every session, whatever was done with it before.
#[derive(Clone, Copy)]
pub(in crate::lanes) struct Rule {
    /// First part of the check's name.
    pub(in crate::lanes) name: &'static str,
    /// The rule, without the stage.
    pub(in crate::lanes) title: &'static str,
    /// Register ids.
    pub(in crate::lanes) proves: &'static [&'static str],
    /// What to change.
    pub(in crate::lanes) advice: &'static str,
    /// The versions that have it.
    pub(in crate::lanes) versions: VersionRange,
    /// Looks at one session.
    pub(in crate::lanes) judge: fn(&Seller, &Session) -> Outcome,
}

impl Rule {
    /// One check for each stage: sellers compute each answer on a path of its own, and the faults
    /// of one path do not show on another.
    pub(super) fn at(self, topic: Topic, stages: &'static [Stage]) -> impl Iterator<Item = Check> {
        stages.iter().map(move |&stage| {
            let name = format!("{}-{}", self.name, stage.name());
            let title = format!("{} ({})", self.title, stage.words());
            ask(topic, &name, title, move |seller| async move {
                let session = stage.session(&seller).await?;
                (self.judge)(&seller, &session)
            })
            .proves(self.proves)
            .versions(self.versions)
            .advice(self.advice)
        })
    }
}
