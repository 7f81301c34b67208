//! An agent that buys; the judge plays a faulty seller and payment provider.

use crate::{Check, SpecVersion};

/// Every check of this lane.
#[must_use]
pub fn checks(_version: SpecVersion) -> Vec<Check> {
    Vec::new()
}
