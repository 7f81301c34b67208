//! How a command ends, as scripts see it.

use std::process::ExitCode;

use crate::{Report, Verdict};

/// The exit codes; documented in help and README, stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// No violation.
    Clean,
    /// At least one violated MUST.
    Violated,
    /// Wrong usage or configuration.
    Usage,
    /// The party cannot be reached.
    Unreachable,
    /// Not one check gave an answer.
    NothingTested,
}

impl Exit {
    /// The end of a run. Without a single pass, warning or violation nothing was tested.
    pub(super) fn of(report: &Report) -> Self {
        let has = |verdict| report.with_verdict(verdict).next().is_some();
        if has(Verdict::Violated) {
            Self::Violated
        } else if has(Verdict::Pass) || has(Verdict::Warning) {
            Self::Clean
        } else {
            Self::NothingTested
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0_u8,
            Exit::Violated => 1,
            Exit::Usage => 2,
            Exit::Unreachable => 3,
            Exit::NothingTested => 4,
        })
    }
}
