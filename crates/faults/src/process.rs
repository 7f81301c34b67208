//! A server as a child process that can be killed at any time.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// How long a server may take to print its address.
const START_MAX: Duration = Duration::from_secs(90);

/// A running server.
pub struct Server {
    child: Child,
    /// Address of its root, without a trailing slash.
    pub url: String,
}

impl Server {
    /// Starts `binary` and waits until it prints ` ready at http://...`.
    ///
    /// `failpoint` arms one named place at which the process aborts.
    pub fn start(binary: &Path, arguments: &[&str], failpoint: Option<&str>) -> Result<Self> {
        Self::spawn(binary, arguments, failpoint, ("error", Stdio::null()))
    }

    /// The same; its log, from `info` upwards, is added to the file `log`.
    pub fn start_logging(
        binary: &Path,
        arguments: &[&str],
        failpoint: Option<&str>,
        log: &Path,
    ) -> Result<Self> {
        let log = File::options().append(true).create(true).open(log)?;
        Self::spawn(binary, arguments, failpoint, ("info", log.into()))
    }

    fn spawn(
        binary: &Path,
        arguments: &[&str],
        failpoint: Option<&str>,
        (level, log): (&str, Stdio),
    ) -> Result<Self> {
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .env("COMPTOIR_LOG", level)
            .env("NO_COLOR", "1")
            .env_remove("COMPTOIR_FAILPOINT")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        if let Some(name) = failpoint {
            command.env("COMPTOIR_FAILPOINT", name);
        }
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let output = child.stdout.take().context("the server has no output")?;
        match wait_for_address(output) {
            Ok(url) => Ok(Self { child, url }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// The process's id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process at once, as `kill -9` does.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits until the process has ended by itself.
    pub fn wait_for_end(&mut self, at_most: Duration) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < at_most {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
        bail!("the server is still running after {} s", at_most.as_secs())
    }

    /// Whether the process has ended.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads lines on a thread of its own, so that a silent server cannot hold the test for ever.
fn wait_for_address(output: impl std::io::Read + Send + 'static) -> Result<String> {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some((_, url)) = line.split_once(" ready at ") {
                // The receiver may have given up already; the output is still to be drained.
                let _ = sender.send(url.trim().trim_end_matches('/').to_owned());
            }
        }
    });
    receiver
        .recv_timeout(START_MAX)
        .context("the server did not say where it listens")
}
