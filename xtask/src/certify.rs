//! `cargo xtask certify mutants | steady | coverage`: tries the judge itself.

mod coverage;

use std::path::Path;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::command;

/// The published list of planted faults.
const PAGE: &str = "docs/src/planted-faults.md";

/// What to try.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    trial: Trial,
}

#[derive(Subcommand)]
enum Trial {
    /// Plant every fault among the reference parties; each must be seen by every check that it names.
    Mutants(Mutants),
    /// Judge the reference parties many times; every run must end with the same verdicts.
    Steady(Steady),
    /// Write docs/src/coverage.md: which requirements of the specification the judge tests.
    Coverage,
}

#[derive(Args)]
struct Mutants {
    /// Only faults whose names match; `psp-*` is allowed. May be given several times.
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
    /// Write what was planted and found as JSON to this file; its keys stay stable.
    #[arg(long, value_name = "FILE")]
    json: Option<String>,
    /// Plant nothing; write the published list, docs/src/planted-faults.md.
    #[arg(long, conflicts_with_all = ["only", "json"])]
    markdown: bool,
}

#[derive(Args)]
struct Steady {
    /// How often each lane is judged.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..))]
    runs: u32,
    /// Only this lane. May be given several times.
    #[arg(long)]
    lane: Vec<String>,
}

/// Runs the example or the command that does it, in the dev profile: the tests built most of it
/// already.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut rest = Vec::new();
    let name = match &options.trial {
        Trial::Mutants(mutants) => {
            for only in &mutants.only {
                rest.extend(["--only".to_owned(), only.clone()]);
            }
            if let Some(file) = &mutants.json {
                let file = std::path::absolute(file)?;
                rest.extend(["--json".to_owned(), file.to_string_lossy().into_owned()]);
            }
            if mutants.markdown {
                let page = command::root().join(Path::new(PAGE));
                rest.extend(["--markdown".to_owned(), page.to_string_lossy().into_owned()]);
            }
            "mutants"
        }
        Trial::Steady(steady) => {
            rest.extend(["--runs".to_owned(), steady.runs.to_string()]);
            for lane in &steady.lane {
                rest.extend(["--lane".to_owned(), lane.clone()]);
            }
            "steady"
        }
        Trial::Coverage => return coverage::run(),
    };
    // All examples: the reference agent is one, and is started as a program.
    let examples = ["build", "--locked", "-p", "comptoir-certify", "--examples"];
    command::run("cargo", &examples)?;
    let mut arguments = vec![
        "run",
        "--locked",
        "--quiet",
        "-p",
        "comptoir-certify",
        "--example",
        name,
        "--",
    ];
    arguments.extend(rest.iter().map(String::as_str));
    command::run("cargo", &arguments)
}
