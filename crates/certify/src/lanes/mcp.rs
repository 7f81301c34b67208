//! Checkout over the Model Context Protocol.

use crate::{Check, SpecVersion};

/// Every check of this lane.
#[must_use]
pub fn checks(_version: SpecVersion) -> Vec<Check> {
    Vec::new()
}
