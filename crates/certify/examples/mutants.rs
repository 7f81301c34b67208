//! Plants every fault among the reference parties and looks whether the judge sees it.
//!
//! `cargo xtask certify mutants` runs it. It ends with 1 when a fault is missed, or when a check that
//! a fault names is not green without the fault.
#![expect(clippy::print_stdout, reason = "a command for a person")]

#[path = "../tests/mutants/all.rs"]
mod mutants;
#[path = "../tests/reference/parties.rs"]
mod reference;

use std::{fs, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::{Context, Result};
use clap::Parser;
use comptoir_certify::Pattern;
use futures_util::{StreamExt, stream};
use mutants::{
    bench::{Bench, Found},
    fault::Fault,
    page,
};
use serde_json::json;

/// Faults that are planted at the same time: most of their time they wait.
const AT_ONCE: usize = 6;

/// Plants faults.
#[derive(Parser)]
struct Options {
    /// Only faults whose names match; `psp-*` is allowed. May be given several times.
    #[arg(long, value_name = "PATTERN")]
    only: Vec<Pattern>,
    /// Write what was planted and found as JSON to this file; its keys stay stable.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Plant nothing; write the list of faults as a page to this file.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let options = Options::parse();
    let mut faults = mutants::all();
    if let Some(path) = &options.markdown {
        return write(path, &page::markdown(&faults)).map(|()| ExitCode::SUCCESS);
    }
    let wanted = |fault: &Fault| options.only.iter().any(|only| only.matches(fault.id));
    faults.retain(|fault| options.only.is_empty() || wanted(fault));
    let started = Instant::now();
    let bench = Bench::new()?;
    println!("{} faults; first the parties without any", faults.len());
    let unbroken = bench.unbroken(&faults).await?;
    for other in &unbroken.others {
        println!("NOT GREEN {other}");
    }
    println!(
        "{} checks are green, {} not offered, {} neither",
        unbroken.green,
        unbroken.not_offered,
        unbroken.others.len()
    );
    let found = plant(&bench, &faults).await?;
    let seen = found.iter().filter(|one| one.missed.is_empty()).count();
    println!(
        "{seen} of {} planted faults found, {} s",
        found.len(),
        started.elapsed().as_secs()
    );
    if let Some(path) = &options.json {
        let report = json!({ "planted": found.len(), "found": seen, "faults": found });
        write(path, &format!("{report:#}\n"))?;
    }
    let all = seen == found.len() && unbroken.others.is_empty() && !found.is_empty();
    Ok(if all {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Plants all of them, several at a time, and tells of each.
async fn plant(bench: &Bench, faults: &[Fault]) -> Result<Vec<Found>> {
    let planted = stream::iter(faults)
        .map(|fault| bench.plant(fault))
        .buffered(AT_ONCE);
    let mut planted = std::pin::pin!(planted);
    let mut found = Vec::new();
    while let Some(one) = planted.next().await {
        let one = one?;
        let (number, all) = (found.len() + 1, faults.len());
        let word = if one.missed.is_empty() {
            "found"
        } else {
            "MISSED"
        };
        println!("{number}/{all} {word} {}: {}", one.id, one.does);
        for missed in &one.missed {
            println!("    {missed}");
        }
        found.push(one);
    }
    Ok(found)
}

fn write(path: &PathBuf, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
