//! Tools outside cargo that the tests need: headless Chromium and its driver.

use anyhow::{Result, bail};

use crate::command::{answers, run_with, say};

/// A tool, how to see that it is there, and the Debian package that brings it.
struct Tool {
    programs: &'static [&'static str],
    package: &'static str,
    purpose: &'static str,
}

const TOOLS: [Tool; 2] = [
    Tool {
        programs: &["chromium", "chromium-browser", "google-chrome"],
        package: "chromium",
        purpose: "browser tests",
    },
    Tool {
        programs: &["chromedriver"],
        package: "chromium-driver",
        purpose: "browser tests",
    },
];

/// Installs what is missing with apt when this user may, otherwise names it and fails.
pub(crate) fn run() -> Result<()> {
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| !present(tool)).collect();
    if missing.is_empty() {
        say("tools: chromium and chromedriver are present");
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    if !(answers("apt-get", &["--version"]) && is_root()) {
        let wants: Vec<String> = missing
            .iter()
            .map(|tool| format!("{} (for {})", tool.package, tool.purpose))
            .collect();
        bail!(
            "missing: {}. Install them, on Debian: sudo apt-get install {}",
            wants.join(", "),
            packages.join(" ")
        );
    }
    let quiet = [("DEBIAN_FRONTEND", "noninteractive")];
    run_with("apt-get", &["update", "-q"], &quiet)?;
    let mut arguments = vec!["install", "-q", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    run_with("apt-get", &arguments, &quiet)
}

fn present(tool: &Tool) -> bool {
    tool.programs
        .iter()
        .any(|program| answers(program, &["--version"]))
}

/// The owner of `/proc/self` is the user that runs this process.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|entry| entry.uid() == 0)
}
