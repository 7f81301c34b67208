//! What became of every record of a feed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::{Code, Diagnostic, Severity};

/// Findings kept in full; further ones are only counted.
const DIAGNOSTICS_MAX: usize = 10_000;

/// Counts and findings of one reading. `read = accepted + rejected` always holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Products found in the feed.
    pub read: u64,
    /// Products handed out.
    pub accepted: u64,
    /// Products left out, each with a finding that says why.
    pub rejected: u64,
    /// Variants handed out.
    pub variants_accepted: u64,
    /// Variants left out of accepted products, each with a finding.
    pub variants_rejected: u64,
    /// Findings of severity warning.
    pub warnings: u64,
    /// Findings of severity error.
    pub errors: u64,
    /// Findings by code.
    pub by_code: BTreeMap<Code, u64>,
    /// The findings themselves, in order, up to ten thousand.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings beyond that limit.
    pub diagnostics_omitted: u64,
    /// Whether the feed was read to its end. A feed that was not must not replace an older one.
    pub complete: bool,
}

impl Report {
    /// Counts and keeps a finding.
    pub(crate) fn note(&mut self, diagnostic: Diagnostic) {
        let counter = match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        add_one(counter);
        add_one(self.by_code.entry(diagnostic.code).or_default());
        if self.diagnostics.len() < DIAGNOSTICS_MAX {
            self.diagnostics.push(diagnostic);
        } else {
            add_one(&mut self.diagnostics_omitted);
        }
    }

    /// How often `code` was found.
    #[must_use]
    pub fn count(&self, code: Code) -> u64 {
        self.by_code.get(&code).copied().unwrap_or(0)
    }
}

/// Counters stop at their end instead of wrapping.
pub(crate) fn add_one(counter: &mut u64) {
    *counter = counter.saturating_add(1);
}
