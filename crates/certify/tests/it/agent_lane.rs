//! The lane agent finds nothing in the reference agent, in any version.

use std::{sync::Arc, time::Instant};

use comptoir_certify::{
    CheckResult, Lane, RunOptions, Runner, SchemaJudge, SpecVersion, Verdict, lanes,
};

use crate::{
    mutants::stage::{Stage, Stand},
    program::Program,
};

async fn results(version: SpecVersion) -> Vec<CheckResult> {
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let mut checks = lanes::checks(Lane::Agent, version);
    checks.retain(|check| check.applies_to(version));
    let stand = Stand::bare(Lane::Agent, Stage::Usual).await.unwrap();
    let runner = Runner::new(version, stand.target.clone(), judge).unwrap();
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
