//! Reading feeds from strings, and finding the shared data.

use std::path::PathBuf;

use comptoir_feed::{Code, Product, ReadOptions, Report, read_bytes};

/// Reads a feed from memory to its end.
pub(crate) fn read(name: &str, text: &str) -> (Vec<Product>, Report) {
    read_with(name, text.as_bytes(), ReadOptions::default())
}

pub(crate) fn read_with(name: &str, bytes: &[u8], options: ReadOptions) -> (Vec<Product>, Report) {
    let mut reader = read_bytes(name, bytes, options).unwrap();
    let products: Vec<Product> = (&mut reader).filter_map(Result::ok).collect();
    let report = reader.into_report();
    assert_eq!(
        report.read,
        report.accepted + report.rejected,
        "every product is accounted for"
    );
    assert_eq!(report.accepted, u64::try_from(products.len()).unwrap());
    (products, report)
}

/// The codes of a report, in order.
pub(crate) fn codes(report: &Report) -> Vec<Code> {
    report
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect()
}

/// A folder of the shared data; `None` with a word when it is missing, a failure on CI.
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
