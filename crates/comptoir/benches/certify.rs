//! `cargo xtask bench certify`: how long the judge needs for the lane seller of the newest version
//! against our own seller and PSP, all three on this machine.

use std::{fs, path::PathBuf, process::Command, time::Instant};

use anyhow::{Context, Result, ensure};
use comptoir_certify::{Report, SpecVersion, Verdict};
use comptoir_faults::Judged;
use serde_json::json;

fn main() -> Result<()> {
    let json = json_file()?;
    let judged = Judged::start(env!("CARGO_BIN_EXE_comptoir").as_ref())?;
    let version = SpecVersion::LATEST.as_str();
    let file = judged.folder().join("report.json");
    let mut command = Command::new(judged.binary());
    command.args([
        "certify",
        "seller",
        "--lane",
        "seller",
        "--version",
        version,
    ]);
    command.args(["--no-history", "--quiet", "--config"]);
    command
        .arg(judged.config("seller"))
        .arg("--json")
        .arg(&file);
    let started = Instant::now();
    let status = command.status()?;
    let seconds = started.elapsed().as_secs_f64();
    ensure!(
        matches!(status.code(), Some(0 | 1)),
        "the judge ended with {status}"
    );
    let report: Report = serde_json::from_slice(&fs::read(&file)?)?;
    let counts = report.counts();
    let count = |verdict| counts.get(&verdict).copied().unwrap_or_default();
    let figures = json!({
        "version": version,
        "checks": report.results.len(),
        "seconds": (seconds * 100.0).round() / 100.0,
        "requests": report.requests,
        "violations": count(Verdict::Violated),
        "warnings": count(Verdict::Warning),
        "not_applicable": count(Verdict::NotApplicable),
        "not_tested": count(Verdict::NotTested),
    });
    let text = serde_json::to_string_pretty(&figures)?;
    show(&text);
    if let Some(path) = json {
        fs::write(&path, format!("{text}\n"))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// The file after `--json`.
fn json_file() -> Result<Option<PathBuf>> {
    let mut words = std::env::args().skip(1);
    let mut file = None;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => file = Some(words.next().context("--json needs a file")?.into()),
            // Cargo passes this to every benchmark.
            "--bench" => {}
            other => anyhow::bail!("unknown word `{other}`; there is --json FILE"),
        }
    }
    Ok(file)
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn show(text: &str) {
    println!("{text}");
}
