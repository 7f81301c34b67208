//! A planted fault: what is broken, where, and which check must see it.

use comptoir_certify::{Lane, SpecVersion, Verdict};
use serde_json::Value;

use super::{
    proxy::{Answered, Asked, Bend},
    stage::Stage,
};
use crate::reference::Options;

/// Makes the bend for one run.
pub(crate) type Plant = Box<dyn Fn() -> Box<dyn Bend> + Send + Sync>;

/// One named way in which a good party is broken.
pub(crate) struct Fault {
    /// Stable name: lower-case words and hyphens, unique among all faults.
    pub(crate) id: &'static str,
    /// What the broken party does, a sentence without its subject.
    pub(crate) does: &'static str,
    /// The party's face; decides which address the proxy stands before.
    pub(crate) lane: Lane,
    /// The version by which the judge looks.
    pub(crate) version: SpecVersion,
    /// Checks that must see it, all of them; a name that ends with `*` stands for all that begin with
    /// it.
    pub(crate) red: &'static [&'static str],
    /// What those checks must say.
    pub(crate) verdict: Verdict,
    /// Checks that must see it too, and warn: their rule is a SHOULD.
    pub(crate) warn: &'static [&'static str],
    /// How the parties stand, with and without the fault.
    pub(crate) stage: Stage,
    /// Breaks the party itself before it starts.
    pub(crate) spoil: fn(&mut Options),
    /// Makes the bend for one run.
    pub(crate) plant: Plant,
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
            verdict: Verdict::Violated,
            warn: &[],
            stage: Stage::Usual,
            spoil: |_| {},
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

    /// Every name of a check, and what it must say.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&'static str, Verdict)> {
        let verdict = self.verdict;
        let red = self.red.iter().map(move |name| (*name, verdict));
        red.chain(self.warn.iter().map(|name| (*name, Verdict::Warning)))
    }

    /// What a check must say, by its id.
    pub(crate) fn expects(&self, id: &str) -> Option<Verdict> {
        let mut names = self.names();
        names.find_map(|(name, verdict)| matches(name, id).then_some(verdict))
    }

    /// A fault of the party itself; nothing is changed on the way.
    pub(crate) fn spoilt(
        lane: Lane,
        id: &'static str,
        does: &'static str,
        red: &'static [&'static str],
        spoil: fn(&mut Options),
    ) -> Self {
        Self {
            spoil,
            ..Self::new(lane, id, does, red, requests(|_| None))
        }
    }

    /// The reference agent, started with `--naive ID`.
    pub(crate) fn naive(
        id: &'static str,
        does: &'static str,
        version: SpecVersion,
        red: &'static [&'static str],
    ) -> Self {
        Self::new(Lane::Agent, id, does, red, requests(|_| None))
            .version(version)
            .on(Stage::Naive(id))
    }

    /// The same, seen by another version.
    pub(crate) fn version(mut self, version: SpecVersion) -> Self {
        self.version = version;
        self
    }

    /// A SHOULD is not followed: the checks warn.
    pub(crate) fn warned(mut self) -> Self {
        self.verdict = Verdict::Warning;
        self
    }

    /// Checks of a SHOULD that see it too, and warn.
    pub(crate) fn warning(mut self, warn: &'static [&'static str]) -> Self {
        self.warn = warn;
        self
    }

    /// The parties stand otherwise.
    pub(crate) fn on(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }
}

/// A fault as a row of a constant table.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    version: SpecVersion,
    verdict: Verdict,
    warn: &'static [&'static str],
    plant: fn() -> Box<dyn Bend>,
}

impl Row {
    /// A fault of the newest version.
    pub(crate) const fn new(
        id: &'static str,
        does: &'static str,
        red: &'static [&'static str],
        plant: fn() -> Box<dyn Bend>,
    ) -> Self {
        Self {
            id,
            does,
            red,
            version: SpecVersion::LATEST,
            verdict: Verdict::Violated,
            warn: &[],
            plant,
        }
    }

    /// The same, seen by another version.
    pub(crate) const fn at(mut self, version: SpecVersion) -> Self {
        self.version = version;
        self
    }

    /// A SHOULD is not followed: the checks warn.
    pub(crate) const fn warned(mut self) -> Self {
        self.verdict = Verdict::Warning;
        self
    }

    /// Checks of a SHOULD that see it too, and warn.
    pub(crate) const fn warning(mut self, warn: &'static [&'static str]) -> Self {
        self.warn = warn;
        self
    }
}

/// The faults of tables.
pub(crate) fn listed(lane: Lane, tables: &[&[Row]]) -> Vec<Fault> {
    let rows = tables.iter().copied().flatten();
    rows.map(|row| Fault {
        version: row.version,
        verdict: row.verdict,
        warn: row.warn,
        ..Fault::new(lane, row.id, row.does, row.red, row.plant)
    })
    .collect()
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

/// Whether a name, or the beginning of names, stands for an id.
pub(crate) fn matches(name: &str, id: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => id == name,
    }
}
