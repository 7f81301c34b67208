//! Running the programs that a configuration names.

use std::{
    ffi::OsStr,
    process::{Output, Stdio},
    time::Duration,
};

use tokio::{process::Command, time::timeout};

use crate::{Outcome, Stop};

/// Runs a program of the configuration to its end; `missing` says what to set when there is none.
/// Not tested when it cannot run or takes longer than `longest`; how it ended is the caller's to read.
pub(super) async fn run(
    command: &[String],
    missing: &str,
    variables: &[(&str, &OsStr)],
    longest: Duration,
) -> Outcome<Output> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Stop::NotTested(missing.to_owned()));
    };
    let running = Command::new(program)
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    timeout(longest, running)
        .await
        .map_err(|_| {
            let seconds = longest.as_secs();
            Stop::NotTested(format!("{program} did not end within {seconds} s"))
        })?
        .map_err(|error| Stop::NotTested(format!("cannot run {program}: {error}")))
}
