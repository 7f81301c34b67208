//! `comptoir doctor`: what this machine has, and what is missing for which purpose.

use std::{
    net::TcpListener,
    process::{Command, ExitCode, Stdio},
};

use super::say;

/// A finding: fine, or what it prevents.
struct Finding {
    what: &'static str,
    ok: bool,
    advice: &'static str,
}

pub(super) fn run() -> ExitCode {
    let findings = [
        Finding {
            what: "ports 8420 to 8424 on loopback are free",
            ok: (8420..8425).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()),
            advice: "start the demo with --port 0, or stop what listens there",
        },
        Finding {
            what: "this folder can be written",
            ok: tempfile_in_here(),
            advice: "start the demo with --data FOLDER in a folder of yours",
        },
        Finding {
            what: "Chromium and its driver (browser tests only)",
            ok: answers("chromium") && answers("chromedriver"),
            advice: "cargo xtask setup, or apt-get install chromium chromium-driver",
        },
    ];
    let mut missing = false;
    for finding in findings {
        let mark = if finding.ok { "ok     " } else { "missing" };
        say(&format!("{mark}  {}", finding.what));
        if !finding.ok {
            missing = true;
            say(&format!("         next: {}", finding.advice));
        }
    }
    if missing {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn answers(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn tempfile_in_here() -> bool {
    let path = std::path::Path::new(".comptoir-doctor");
    let written = std::fs::write(path, b"x").is_ok();
    let _ = std::fs::remove_file(path);
    written
}
