//! Named ways in which the agent is naive, for trying whether the judge sees them.

use std::sync::LazyLock;

/// Whether the agent is naive in this way: `--naive NAME` on its command line.
pub(crate) fn naive(way: &str) -> bool {
    static CHOSEN: LazyLock<Option<String>> = LazyLock::new(|| {
        let mut arguments = std::env::args().skip_while(|one| one != "--naive");
        arguments.nth(1)
    });
    CHOSEN.as_deref() == Some(way)
}
