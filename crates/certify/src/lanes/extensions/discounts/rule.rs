//! Rules that hold in every session with discounts.

use super::scene::Scene;
use crate::{
    Check, Outcome, Stop, Topic,
    lanes::{
        extensions::shop::ask,
        seller::{Seller, Session},
    },
};

/// Something that is true of every session, whatever its discounts came from.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// First part of the check's name.
    pub(super) name: &'static str,
    /// The rule, without the scene.
    pub(super) title: &'static str,
    /// Register ids.
    pub(super) proves: &'static [&'static str],
    /// What to change.
    pub(super) advice: &'static str,
    /// Looks at one session.
    pub(super) judge: fn(&Seller, &Session) -> Outcome,
}

impl Rule {
    /// One check for each scene. Where a scene has several sessions, the rule must have something to
    /// say about one of them.
    pub(super) fn at(self, topic: Topic, scenes: &'static [Scene]) -> impl Iterator<Item = Check> {
        scenes.iter().map(move |&scene| {
            let name = format!("{}-{}", self.name, scene.name());
            let title = format!("{} ({})", self.title, scene.words());
            ask(topic, &name, title, move |seller| async move {
                let mut idle = Ok(());
                let mut judged = false;
                for session in scene.sessions(&seller).await? {
                    match (self.judge)(&seller, &session) {
                        Err(Stop::NotApplicable(reason)) => idle = Err(Stop::NotApplicable(reason)),
                        other => {
                            other?;
                            judged = true;
                        }
                    }
                }
                if judged { Ok(()) } else { idle }
            })
            .proves(self.proves)
            .advice(self.advice)
        })
    }
}

/// Nothing to judge: `what` is not there.
pub(super) fn absent(what: &str) -> Outcome {
    Err(Stop::NotApplicable(format!("not offered: {what}")))
}
