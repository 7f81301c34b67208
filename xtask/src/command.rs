//! Running child processes with a clear message when they fail.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};

/// The workspace root. Cargo says where this crate lies when it runs it; a binary that was built in
/// another checkout must not work on that one.
pub(crate) fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Runs `program` in the workspace root, streaming its output; fails when it fails.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<()> {
    run_with(program, arguments, &[])
}

/// As [`run`], with additional environment variables.
pub(crate) fn run_with(
    program: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Result<()> {
    let line = format!("{program} {}", arguments.join(" "));
    say(&format!("\n== {line}"));
    let started = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(root())
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{program}`; is it installed?"))?;
    if !status.success() {
        bail!("`{line}` failed with {status}");
    }
    say(&format!("== done in {} s", started.elapsed().as_secs()));
    Ok(())
}

/// Path of a binary that `cargo build` made in the dev profile.
pub(crate) fn built(name: &str) -> String {
    let folder =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let folder = root().join(folder).join("debug");
    folder.join(name).to_string_lossy().into_owned()
}

/// Whether `program` starts and answers with success.
pub(crate) fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Prints one line of progress.
#[expect(clippy::print_stdout, reason = "a task reports to the terminal")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
