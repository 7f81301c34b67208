//! Shared data and small catalogues.

use std::path::PathBuf;

use comptoir_feed::{Product, ReadOptions, read_bytes, read_path};
use comptoir_search::Index;

/// A file or folder of the shared data; `None` with a word when it is missing, a failure on CI.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("COMPTOIR_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{} is missing",
        path.display()
    );
    eprintln!("skipped: {} is missing", path.display());
    None
}

/// An index in memory over the electronics feed.
pub(crate) fn electronics() -> Option<Index> {
    let products: Vec<Product> = read_path(&shared("data/electronics")?)
        .unwrap()
        .flatten()
        .collect();
    let index = Index::in_memory().unwrap();
    index.upsert("electronics", &products).unwrap();
    index.commit().unwrap();
    Some(index)
}

/// Products of a flat table.
pub(crate) fn products(table: &str) -> Vec<Product> {
    let reader = read_bytes("shop.csv", table.as_bytes(), ReadOptions::default()).unwrap();
    reader.map(Result::unwrap).collect()
}
