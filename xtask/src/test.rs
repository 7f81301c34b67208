//! `cargo xtask test`: every check and every test, in the order that fails soonest.

use anyhow::Result;
use clap::Args;

use crate::{
    command::{self, answers, run_with, say},
    setup, tidy,
};

/// What to leave out while working; the whole run takes no option.
#[derive(Args)]
pub(crate) struct Options {
    /// Skip formatting and clippy.
    #[arg(long)]
    no_lints: bool,
    /// Skip the set-up of tools; browser tests fail when Chromium is missing.
    #[arg(long)]
    no_setup: bool,
}

/// Runs set-up, budgets, the check of dependencies, formatting, lints, tests, documentation tests and the scripted demo.
pub(crate) fn run(options: &Options) -> Result<()> {
    if !options.no_setup {
        setup::run()?;
    }
    tidy::run()?;
    dependencies()?;
    if !options.no_lints {
        command::run("cargo", &["fmt", "--all", "--check"])?;
        command::run(
            "cargo",
            &[
                "clippy",
                "--locked",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
        )?;
    }
    // Binaries first: kill tests and browser tests start the real `comptoir`.
    command::run("cargo", &["build", "--locked", "--workspace", "--bins"])?;
    tests()?;
    command::run("cargo", &["test", "--locked", "--workspace", "--doc"])?;
    // The binary that was just built: `cargo run` would build the libraries again, with other features.
    let binary = command::built("comptoir");
    run_with(
        &binary,
        &["demo", "--scripted"],
        &[("COMPTOIR_LOG", "warn")],
    )
}

/// Licences, banned crates and sources of the dependencies, when cargo-deny is installed. Building it
/// takes minutes, so nothing here does that.
fn dependencies() -> Result<()> {
    if answers("cargo", &["deny", "--version"]) {
        let checks = ["deny", "check", "licenses", "bans", "sources"];
        command::run("cargo", &checks)
    } else {
        say("skipped: cargo-deny is not installed; `cargo install --locked cargo-deny` brings it");
        Ok(())
    }
}

/// nextest when it is installed (a process per test), otherwise the built-in runner.
fn tests() -> Result<()> {
    if answers("cargo", &["nextest", "--version"]) {
        command::run(
            "cargo",
            &[
                "nextest",
                "run",
                "--locked",
                "--workspace",
                "--no-fail-fast",
            ],
        )
    } else {
        say("cargo-nextest is not installed; using cargo test");
        command::run(
            "cargo",
            &[
                "test",
                "--locked",
                "--workspace",
                "--no-fail-fast",
                "--tests",
            ],
        )
    }
}
