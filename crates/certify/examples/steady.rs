//! Judges the reference parties many times; every run must end with the same verdicts.
//!
//! `cargo xtask certify steady` runs it. Each run has fresh parties, so that no stock that runs out
//! and no key that is remembered explains a difference. Runs overlap: they also show whether a check
//! depends on how fast it is answered. It ends with 1 when a verdict differed.
#![expect(clippy::print_stdout, reason = "a command for a person")]

#[path = "../tests/mutants/all.rs"]
mod mutants;
#[path = "../tests/reference/parties.rs"]
mod reference;

use std::{collections::BTreeMap, process::ExitCode, time::Instant};

use anyhow::{Result, ensure};
use clap::Parser;
use comptoir_certify::{CheckResult, Lane, SpecVersion, Verdict, lanes};
use futures_util::{StreamExt, TryStreamExt, stream};
use mutants::{
    bench::{Bench, told},
    stage::{Stage, Stand},
};

/// Judges again and again.
#[derive(Parser)]
struct Options {
    /// How often each lane is judged.
    #[arg(long, default_value_t = 50)]
    runs: u32,
    /// Only this lane. May be given several times.
    #[arg(long)]
    lane: Vec<Lane>,
    /// Runs at the same time.
    #[arg(long, default_value_t = 4)]
    at_once: usize,
}

/// What a check said, and how often; of each verdict one result is kept.
type Said = BTreeMap<String, BTreeMap<Verdict, (u32, String)>>;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let options = Options::parse();
    ensure!(options.runs > 1, "one run differs from none; ask for two");
    let bench = Bench::new()?;
    let mut differing = 0;
    for lane in Lane::ALL {
        let wanted = options.lane.is_empty() || options.lane.contains(&lane);
        let known = !lanes::checks(lane, SpecVersion::LATEST).is_empty();
        if !wanted {
            continue;
        }
        if !known || lane == Lane::Agent {
            println!("{lane}: no reference party");
            continue;
        }
        for &stage in stages(lane) {
            differing += judge(&bench, lane, stage, &options).await?;
        }
    }
    println!("{differing} checks differed");
    Ok(if differing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// How the parties of a lane stand.
fn stages(lane: Lane) -> &'static [Stage] {
    match lane {
        Lane::FeedFile => &[Stage::Rows, Stage::Snapshots, Stage::Push],
        Lane::Seller
        | Lane::Discovery
        | Lane::Carts
        | Lane::Extensions
        | Lane::Mcp
        | Lane::Psp
        | Lane::WebhookSender
        | Lane::WebhookReceiver
        | Lane::FeedReceiver
        | Lane::Agent => &[Stage::Usual],
    }
}

/// Judges one lane so often, and tells which checks differed.
async fn judge(bench: &Bench, lane: Lane, stage: Stage, options: &Options) -> Result<usize> {
    let started = Instant::now();
    let mut runs = stream::iter(0..options.runs)
        .map(|_| run(bench, lane, stage))
        .buffer_unordered(options.at_once.max(1));
    let mut said = Said::new();
    while let Some(results) = runs.try_next().await? {
        for result in results {
            let checks = said.entry(result.id.clone()).or_default();
            let verdict = checks
                .entry(result.verdict)
                .or_insert_with(|| (0, told(&result)));
            verdict.0 += 1;
        }
    }
    let differing: Vec<_> = said
        .values()
        .filter(|verdicts| verdicts.len() > 1)
        .collect();
    for (count, told) in differing.iter().flat_map(|verdicts| verdicts.values()) {
        println!("    {count} times: {told}");
    }
    println!(
        "{lane} ({stage:?}): {} checks, {} runs, {} differed, {} s",
        said.len(),
        options.runs,
        differing.len(),
        started.elapsed().as_secs()
    );
    Ok(differing.len())
}

/// One run of a lane among fresh parties.
async fn run(bench: &Bench, lane: Lane, stage: Stage) -> Result<Vec<CheckResult>> {
    let version = SpecVersion::LATEST;
    let stand = Stand::bare(lane, stage).await?;
    let checks = bench.checks(lane, version);
    bench.results(version, stand.unhurried(), &checks).await
}
