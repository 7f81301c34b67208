//! A planted fault: what is broken, where, and which check must see it.

use comptoir_certify::{Lane, SpecVersion};
use serde_json::Value;

use super::proxy::{Answered, Asked, Bend};

/// One named way in which a good party is broken.
pub(crate) struct Fault {
    /// Stable name.
    pub(crate) id: &'static str,
    /// What the broken party does, one sentence.
    pub(crate) does: &'static str,
    /// The party's face; decides which address the proxy stands before.
    pub(crate) lane: Lane,
    /// The version by which the judge looks.
    pub(crate) version: SpecVersion,
    /// Checks that must turn red; each of them is run, one of them must be violated.
    pub(crate) red: &'static [&'static str],
    /// Makes the bend for one run.
    pub(crate) plant: Box<dyn Fn() -> Box<dyn Bend> + Send + Sync>,
}

impl Fault {
    /// A fault of the newest version.
    pub(crate) fn new(
        lane: Lane,
        id: &'static str,
        does: &'static str,
        red: &'static [&'static str],
        plant: impl Fn() -> Box<dyn Bend> + Send + Sync + 'static,
    ) -> Self {
        Self {
            id,
            does,
            lane,
            version: SpecVersion::LATEST,
            red,
            plant: Box::new(plant),
        }
    }

    /// A fault of answers whose JSON is changed where `when` says so.
    pub(crate) fn edit(
        lane: Lane,
        id: &'static str,
        does: &'static str,
        red: &'static [&'static str],
        when: impl Fn(&Asked, &Answered) -> bool + Clone + Send + Sync + 'static,
        edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
    ) -> Self {
        let bend = answers(move |asked, answered| {
            if when(asked, answered) {
                answered.edit(&edit);
            }
        });
        Self::new(lane, id, does, red, bend)
    }

    /// The same, seen by another version.
    pub(crate) fn version(mut self, version: SpecVersion) -> Self {
        self.version = version;
        self
    }
}

/// A bend without state that changes requests.
pub(crate) fn requests(
    bend: impl Fn(&mut Asked) -> Option<Answered> + Clone + Send + Sync + 'static,
) -> impl Fn() -> Box<dyn Bend> + Send + Sync + 'static {
    move || Box::new(Requests(bend.clone()))
}

/// A bend without state that changes answers.
pub(crate) fn answers(
    bend: impl Fn(&Asked, &mut Answered) + Clone + Send + Sync + 'static,
) -> impl Fn() -> Box<dyn Bend> + Send + Sync + 'static {
    move || Box::new(Answers(bend.clone()))
}

struct Requests<F>(F);

impl<F: Fn(&mut Asked) -> Option<Answered> + Send> Bend for Requests<F> {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        (self.0)(asked)
    }
}

struct Answers<F>(F);

impl<F: Fn(&Asked, &mut Answered) + Send> Bend for Answers<F> {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        (self.0)(asked, answered);
    }
}
