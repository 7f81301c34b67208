//! Our own servers before our own judge, which knows nothing of them: the real binary serves, and the
//! real command `comptoir certify` judges it over sockets, in every version that the servers speak.

mod known;
mod verdicts;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use comptoir_certify::{CheckResult, Lane, Report, SpecVersion};
use comptoir_faults::Judged;

/// Checks that the newest version has at least in the lane seller.
const SELLER_CHECKS_MIN: usize = 400;
/// Exit codes of the judge.
const UNREACHABLE: i32 = 3;
const NOTHING_TESTED: i32 = 4;

#[expect(clippy::print_stdout, reason = "shown when a test fails, or on demand")]
fn show(line: &str) {
    println!("{line}");
}

/// How a call of the judge ended.
struct Ended {
    code: Option<i32>,
    /// What it printed.
    text: String,
    report: Option<Report>,
}

/// Calls the judge on lanes of a party.
fn certify(judged: &Judged, party: &str, lanes: &[Lane], version: &str) -> Result<Ended> {
    let names: Vec<_> = lanes.iter().map(|lane| lane.as_str()).collect();
    let name = names.join("-");
    let file = reports()?.join(format!("{name}-{version}.json"));
    let mut command = Command::new(judged.binary());
    command.args(["certify", command_of(party), "--no-history"]);
    command.args(["--version", version]);
    command.arg("--config").arg(judged.config(party));
    command.arg("--json").arg(&file);
    for lane in &names {
        command.args(["--lane", lane]);
    }
    let _ = std::fs::remove_file(&file);
    let started = Instant::now();
    let output = command.env("NO_COLOR", "1").output()?;
    let took = started.elapsed().as_secs_f32();
    let report: Option<Report> = match std::fs::read(&file) {
        Ok(text) => Some(serde_json::from_slice(&text)?),
        Err(_) => None,
    };
    if let Some(report) = &report {
        show(&format!(
            "{name} by {version}: {took:.1} s, {}",
            verdicts::line(report)
        ));
    }
    let texts = [output.stdout, output.stderr];
    let text = texts.map(|text| String::from_utf8_lossy(&text).into_owned());
    Ok(Ended {
        code: output.status.code(),
        text: text.concat(),
        report,
    })
}

/// The report of a run that ended as clean or violated: not for wrong usage, an unreachable party, or
/// because nothing was tested.
fn report(judged: &Judged, party: &str, lane: Lane, version: &str) -> Result<Report> {
    let ended = certify(judged, party, &[lane], version)?;
    ensure!(matches!(ended.code, Some(0 | 1)), "{}", ended.text);
    ended.report.context(ended.text)
}

/// Where reports stay, to be read after a failure.
fn reports() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("judged");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A feed file and a Feed API are judged by the same command.
fn command_of(party: &str) -> &str {
    if party == "feed-file" { "feed" } else { party }
}

fn start() -> Result<Judged> {
    Judged::start(Path::new(env!("CARGO_BIN_EXE_comptoir")))
}

/// Judges one lane by all versions; every violation must be a known one.
fn judged(party: &str, lane: Lane) -> Result<Report> {
    let report = report(&start()?, party, lane, "all")?;
    verdicts::only_known(lane, &report.results)?;
    Ok(report)
}

#[test]
fn seller() -> Result<()> {
    let report = judged("seller", Lane::Seller)?;
    let newest = |result: &&CheckResult| result.version == SpecVersion::LATEST;
    let checks = report.results.iter().filter(newest).count();
    ensure!(
        checks > SELLER_CHECKS_MIN,
        "the lane has {checks} checks only"
    );
    Ok(())
}

#[test]
fn discovery() -> Result<()> {
    judged("seller", Lane::Discovery)?;
    Ok(())
}

/// A provider limits how much one agent may send: each version gets a fresh one.
#[test]
fn psp() -> Result<()> {
    let mut results = Vec::new();
    for version in SpecVersion::ALL {
        let report = report(&start()?, "psp", Lane::Psp, version.as_str())?;
        results.extend(report.results);
    }
    verdicts::only_known(Lane::Psp, &results)
}

#[test]
fn webhook_sender() -> Result<()> {
    judged("seller", Lane::WebhookSender)?;
    Ok(())
}

#[test]
fn webhook_receiver() -> Result<()> {
    judged("receiver", Lane::WebhookReceiver)?;
    Ok(())
}

#[test]
fn feed_receiver() -> Result<()> {
    judged("feed", Lane::FeedReceiver)?;
    Ok(())
}

#[test]
fn feed_file() -> Result<()> {
    judged("feed-file", Lane::FeedFile)?;
    Ok(())
}

/// The judge plays a faulty seller and provider; a fresh agent buys once in each scenario.
#[test]
fn agent() -> Result<()> {
    let version = SpecVersion::LATEST.as_str();
    let report = report(&start()?, "agent", Lane::Agent, version)?;
    verdicts::only_known(Lane::Agent, &report.results)
}

/// What our seller has not is reported as not offered, and never as passed.
#[test]
fn carts_and_extensions_are_not_offered() -> Result<()> {
    let carts = certify(&start()?, "seller", &[Lane::Carts], "all")?;
    ensure!(carts.code == Some(NOTHING_TESTED), "{}", carts.text);
    verdicts::not_offered(&carts.report.context("no report")?)?;
    let extensions = certify(&start()?, "seller", &[Lane::Extensions], "all")?;
    ensure!(extensions.code == Some(0), "{}", extensions.text);
    verdicts::only_what_binds_any_seller(&extensions.report.context("no report")?)
}

/// Our seller has no MCP endpoint: there is nothing to judge, and no report that could look green.
#[test]
fn mcp_is_not_there() -> Result<()> {
    let ended = certify(&start()?, "mcp", &[Lane::Mcp], "all")?;
    ensure!(
        ended.code == Some(UNREACHABLE) && ended.report.is_none(),
        "{}",
        ended.text
    );
    Ok(())
}
