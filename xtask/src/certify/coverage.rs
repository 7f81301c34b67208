//! The published table of tested requirements. A test of `comptoir-certify` fails when it is stale.

use std::{fs, process::Command};

use anyhow::{Context, Result, ensure};

use crate::command::{root, say};

const PAGE: &str = "docs/src/coverage.md";

/// Writes the page as `comptoir-certify register` prints it.
pub(crate) fn run() -> Result<()> {
    let program = ["run", "--locked", "--quiet", "-p", "comptoir-certify"];
    let output = Command::new("cargo")
        .args(program)
        .args(["--bin", "comptoir-certify", "--", "register"])
        .current_dir(root())
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "the register cannot be printed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let file = root().join(PAGE);
    fs::write(&file, &output.stdout).with_context(|| format!("cannot write {PAGE}"))?;
    say(&format!("written: {PAGE}"));
    Ok(())
}
