//! The program as a person calls it.

use std::{
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

/// `comptoir-certify` in a folder of its own.
pub(crate) struct Program {
    pub(crate) folder: TempDir,
}

/// How a call ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Calls it with these arguments, off the async threads.
    pub(crate) async fn call(&self, arguments: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_comptoir-certify"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("CERTIFY_TEST_KEY", KEY)
            .env("NO_COLOR", "1");
        let output = tokio::task::spawn_blocking(move || command.output());
        Ended::of(&output.await.unwrap().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: impl AsRef<Path>) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

/// The key that `--key-env CERTIFY_TEST_KEY` reads: that of the reference parties.
pub(crate) const KEY: &str = "agent-key-for-the-reference";

impl Ended {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The call ended with this code; otherwise both outputs are shown.
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }
}
