//! How the checks of this lane are written down: as questions, and as rules that hold at stages.

pub(super) use super::kit::row as ask;
use super::{Seller, Session, Stage};
use crate::{Check, Outcome, Topic, VersionRange};

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
