//! Runs the binary.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// What a command said, and its exit code.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_comptoir"))
}

pub(crate) fn run(arguments: &[&str]) -> Said {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(binary())
        .args(arguments)
        .env("COMPTOIR_LOG", "error")
        .output()
        .unwrap();
    Said {
        code: status.code().unwrap_or(-1),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The folder of real data; `None` when it is not there.
pub(crate) fn shared_data() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared =
        env::var_os("COMPTOIR_SHARED").map_or_else(|| workspace.join("../shared"), PathBuf::from);
    let data = shared.join("data");
    if data.is_dir() {
        return Some(data);
    }
    assert!(
        env::var("CI").as_deref() != Ok("true"),
        "{} is missing",
        data.display()
    );
    eprintln!("skipped: {} is missing", data.display());
    None
}
