//! Rows that belong together, wherever they stand in the file.

use std::{collections::HashMap, hash::Hasher, io};

/// Counts rows by key in a first pass, so that the second pass knows when a product is complete
/// and holds in memory only products whose rows are still coming.
#[derive(Debug, Default)]
pub(super) struct Groups {
    rows_left: HashMap<u64, u32>,
}

impl Groups {
    /// Counts one row of `key`.
    pub(super) fn count(&mut self, key: &str) {
        let left = self.rows_left.entry(hash(key)).or_default();
        *left = left.saturating_add(1);
    }

    /// Notes that a row of `key` was read again; true when it was the last.
    pub(super) fn is_last(&mut self, key: &str) -> bool {
        match self.rows_left.get_mut(&hash(key)) {
            Some(left) if *left > 1 => {
                *left = left.saturating_sub(1);
                false
            }
            _ => true,
        }
    }
}

/// Groups whose rows are still coming; more would mean a hostile or a shuffled file.
pub(super) const OPEN_GROUPS_MAX: usize = 100_000;

pub(super) fn too_many_open() -> io::Error {
    io::Error::new(
        io::ErrorKind::FileTooLarge,
        "the rows of too many products are scattered; sort the file by product",
    )
}

pub(crate) fn hash(text: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}
