//! `cargo xtask bench NAME`: builds in release mode and runs one benchmark.

use anyhow::{Result, bail};
use clap::Args;

use crate::command;

/// Benchmarks, each with the package that holds it.
const BENCHMARKS: [(&str, &str); 2] = [("checkout", "comptoir-seller"), ("certify", "comptoir")];

/// Which benchmark, and what is passed on to it.
#[derive(Args)]
pub(crate) struct Options {
    /// Name of the benchmark: checkout, certify.
    name: String,
    /// Write the figures as JSON to this file as well; its keys stay stable.
    #[arg(long)]
    json: Option<String>,
    /// Everything after `--` goes to the benchmark itself.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Runs the named benchmark.
pub(crate) fn run(options: &Options) -> Result<()> {
    let Some((name, package)) = BENCHMARKS.iter().find(|(name, _)| *name == options.name) else {
        let known: Vec<&str> = BENCHMARKS.iter().map(|(name, _)| *name).collect();
        bail!(
            "no benchmark `{}`; there are: {}",
            options.name,
            known.join(", ")
        );
    };
    let mut arguments = vec!["bench", "--locked", "-p", package, "--bench", name, "--"];
    // The benchmark runs in its package's folder: a relative path would land there.
    let file = options
        .json
        .as_deref()
        .map(std::path::absolute)
        .transpose()?;
    let file = file.map(|path| path.to_string_lossy().into_owned());
    if let Some(file) = &file {
        arguments.extend(["--json", file]);
    }
    arguments.extend(options.rest.iter().map(String::as_str));
    command::run("cargo", &arguments)
}
