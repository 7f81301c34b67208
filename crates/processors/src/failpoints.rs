//! Named places where a process can be told to die, to prove that sagas survive it.

use std::sync::Arc;

/// Says at which named place the process aborts; nowhere unless armed.
///
/// Production code calls [`Failpoints::hit`] at every recovery point of a saga. Only the binary
/// arms one, from the environment variable `COMPTOIR_FAILPOINT`, for tests that kill a server in
/// the middle of a purchase and look at what is left. An unarmed value costs one comparison.
#[derive(Clone, Debug, Default)]
pub struct Failpoints {
    armed: Option<Arc<str>>,
}

impl Failpoints {
    /// No place is armed.
    #[must_use]
    pub const fn none() -> Self {
        Self { armed: None }
    }

    /// Arms the place `name`.
    #[must_use]
    pub fn armed(name: &str) -> Self {
        Self {
            armed: Some(Arc::from(name)),
        }
    }

    /// Aborts the process when `name` is armed, without unwinding and without flushing: the
    /// closest thing to `kill -9` that a process can do to itself at an exact place.
    pub fn hit(&self, name: &str) {
        if self.armed.as_deref() == Some(name) {
            tracing::warn!(
                failpoint = name,
                "armed failpoint reached: aborting the process"
            );
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Failpoints;

    // A place that is not armed does nothing.
    #[test]
    fn other_places_pass() {
        Failpoints::none().hit("psp_after_reserve");
        Failpoints::armed("psp_after_issuer").hit("psp_after_reserve");
    }
}
