//! The published table of tested requirements.

use std::path::Path;

use crate::program::Program;

/// `docs/src/coverage.md` is what `register` prints now.
#[tokio::test]
async fn the_published_coverage_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/coverage.md");
    let page = std::fs::read_to_string(page).unwrap();
    let ended = Program::new().call(&["register"]).await.with(0);
    assert!(
        page == ended.out,
        "docs/src/coverage.md is stale: write it with `cargo xtask certify coverage`"
    );
}
