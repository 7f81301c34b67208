//! Named ways in which the agent is naive, for trying whether the judge sees them.

use std::sync::LazyLock;

/// The variable that names one.
pub(crate) const VARIABLE: &str = "REFERENCE_AGENT_FAULT";

/// Whether the agent is naive in this way.
pub(crate) fn naive(way: &str) -> bool {
    static CHOSEN: LazyLock<String> = LazyLock::new(|| std::env::var(VARIABLE).unwrap_or_default());
    CHOSEN.as_str() == way
}
