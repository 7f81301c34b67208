//! Project tasks: `cargo xtask test | bench | certify | tidy | setup`.

mod bench;
mod certify;
mod command;
mod setup;
mod test;
mod tidy;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Tasks of the Comptoir project. Run them from anywhere inside the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up what is missing, then run every check and every test.
    Test(test::Options),
    /// Run one benchmark in release mode and print its table.
    Bench(bench::Options),
    /// Try the judge itself: planted faults, whether its verdicts are steady, and what it covers.
    Certify(certify::Options),
    /// Check the budgets and the documentation: lengths, banned words, crate files, links, named tests.
    Tidy,
    /// Install the tools that the tests need, or name what is missing.
    Setup,
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Test(options) => test::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Certify(options) => certify::run(&options),
        Task::Tidy => tidy::run(),
        Task::Setup => setup::run(),
    }
}
