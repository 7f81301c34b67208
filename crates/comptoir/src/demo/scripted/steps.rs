//! Numbered lines of what was checked, and checks that say what was expected.

use std::fmt::Debug;

use anyhow::{Result, bail};

use crate::cli::say;

/// Counts and prints the steps.
#[derive(Default)]
pub(super) struct Steps {
    done: usize,
}

impl Steps {
    /// Prints a step whose checks have passed.
    pub(super) fn done(&mut self, line: &str) {
        self.done += 1;
        say(&format!("{:>3}  {line}", self.done));
    }

    pub(super) fn count(&self) -> usize {
        self.done
    }
}

/// Fails with both values unless they are equal.
pub(super) fn expect<T: PartialEq + Debug>(what: &str, expected: &T, found: &T) -> Result<()> {
    if expected != found {
        bail!("{what}: expected {expected:?}, found {found:?}");
    }
    Ok(())
}

/// Fails unless `holds`; `expected` says what should have been, `found` what was.
pub(super) fn require(what: &str, holds: bool, expected: &str, found: &impl Debug) -> Result<()> {
    if !holds {
        bail!("{what}: expected {expected}, found {found:?}");
    }
    Ok(())
}
