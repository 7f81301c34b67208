//! The lane agent finds nothing in the reference agent, in any version.

use std::{path::PathBuf, sync::Arc, time::Instant};

use comptoir_certify::{
    AgentTarget, CheckResult, Key, Lane, Limits, RunOptions, Runner, SchemaJudge, SpecVersion,
    Target, Verdict, lanes,
};

use crate::program::Program;

/// What the reference agent signs with.
const SIGNING_SECRET: &str = "reference-agent-signs-with-this";

/// The program of the reference agent; it is built beside the tests, as every example is.
fn program() -> String {
    let tests: PathBuf = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let name = format!("reference_agent{}", std::env::consts::EXE_SUFFIX);
    let path = folder.join("examples").join(name);
    assert!(
        path.exists(),
        "{} is missing: cargo build -p comptoir-certify --examples",
        path.display()
    );
    path.display().to_string()
}

fn target() -> Target {
    let anywhere = "127.0.0.1:0".parse().unwrap();
    Target {
        agent: Some(AgentTarget {
            signing_secret: Some(Key::new(SIGNING_SECRET)),
            ..AgentTarget::new(anywhere, anywhere, vec![program()])
        }),
        limits: Limits {
            run_timeout_s: 600,
            ..Limits::default()
        },
        ..Target::default()
    }
}

async fn results(version: SpecVersion) -> Vec<CheckResult> {
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let mut checks = lanes::checks(Lane::Agent, version);
    checks.retain(|check| check.applies_to(version));
    let runner = Runner::new(version, target(), judge).unwrap();
    runner.run(&checks, &RunOptions::default()).await
}

async fn nothing_is_found(version: SpecVersion) {
    let started = Instant::now();
    let results = results(version).await;
    let (mut passed, mut faults) = (0, Vec::new());
    for result in &results {
        match result.verdict {
            Verdict::Pass => passed += 1,
            Verdict::NotApplicable => {
                println!("{}: {:?}", result.id, result.reason);
            }
            Verdict::Violated | Verdict::Warning | Verdict::NotTested => faults.push(format!(
                "{} is {}: {:?} {:?}",
                result.id, result.verdict, result.reason, result.findings
            )),
        }
    }
    let seconds = started.elapsed().as_secs();
    println!(
        "{version}: {passed} of {} passed in {seconds} s",
        results.len()
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(passed * 100 >= results.len() * 98, "{passed} passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_agent_is_clean_in_2025_09_29() {
    nothing_is_found(SpecVersion::V2025_09_29).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_agent_is_clean_in_2025_12_12() {
    nothing_is_found(SpecVersion::V2025_12_12).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_agent_is_clean_in_2026_01_16() {
    nothing_is_found(SpecVersion::V2026_01_16).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_agent_is_clean_in_2026_01_30() {
    nothing_is_found(SpecVersion::V2026_01_30).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_agent_is_clean_in_2026_04_17() {
    nothing_is_found(SpecVersion::V2026_04_17).await;
}

/// What the judge's parties do wrong can be listed: at least thirty things.
#[test]
fn the_judges_faults_are_listed() {
    let faults = lanes::agent::faults(SpecVersion::LATEST);
    assert!(faults.len() > 100, "{}", faults.len());
}

/// A command that is missing, fails or buys nothing is told of at once, with what to do.
#[tokio::test(flavor = "multi_thread")]
async fn commands_that_do_not_buy_are_told_of() {
    let program = Program::new();
    let call = async |command: &[&str]| {
        let mut arguments = vec![
            "agent",
            "--seller-listen",
            "127.0.0.1:0",
            "--psp-listen",
            "127.0.0.1:0",
            "--no-history",
            "--wait",
            "2",
            "--buy-command",
        ];
        arguments.extend(command);
        program.call(&arguments).await.with(3).err
    };
    let missing = call(&["/no/such/agent"]).await;
    assert!(missing.contains("cannot start /no/such/agent"), "{missing}");
    let failing = call(&["sh", "-c", "echo no card today; exit 7"]).await;
    assert!(failing.contains("no card today"), "{failing}");
    let idle = call(&["true"]).await;
    assert!(idle.contains("it ended without one"), "{idle}");
    let hanging = call(&["sleep", "60"]).await;
    assert!(hanging.contains("within 2 s"), "{hanging}");
}
