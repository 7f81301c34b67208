//! The server under test runs as a child process, so that its CPU time and memory are its own.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};

/// A child that serves one of the servers of this benchmark.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts this same program with `--serve kind` and waits for its address.
    pub(crate) fn start(kind: &str, data: &Path) -> Result<Server> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--serve", kind, "--data"])
            .arg(data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the server under test")?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let Ok(address) = line.trim().parse() else {
            let _ = child.kill();
            bail!("the server did not print its address but `{}`", line.trim());
        };
        Ok(Server { child, address })
    }

    /// CPU time used so far, user and system, in microseconds.
    pub(crate) fn cpu_us(&self) -> Result<u64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after_name = stat.rsplit(") ").next().unwrap_or_default();
        let fields: Vec<&str> = after_name.split(' ').collect();
        let ticks = |index: usize| fields.get(index).and_then(|text| text.parse::<u64>().ok());
        let (Some(user), Some(system)) = (ticks(11), ticks(12)) else {
            bail!("unreadable /proc stat line");
        };
        // Linux reports these in hundredths of a second on every architecture.
        Ok((user + system) * 10_000)
    }

    /// Resident memory in MiB.
    pub(crate) fn rss_mib(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kib: f64 = line
            .and_then(|line| line.split_whitespace().nth(1))
            .and_then(|text| text.parse().ok())
            .context("unreadable /proc status")?;
        Ok(kib / 1_024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing its input asks the child to stop; a child that does not is ended.
        drop(self.child.stdin.take());
        let asked = Instant::now();
        while asked.elapsed().as_secs() < 5 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How often per second the disk under `folder` can append a page and sync it.
pub(crate) fn disk_syncs_per_s(folder: &Path) -> Result<f64> {
    use std::io::Write;
    let mut file = tempfile::tempfile_in(folder)?;
    let page = [7_u8; 4_096];
    let started = Instant::now();
    let mut syncs = 0_u32;
    while started.elapsed().as_secs_f64() < 1.5 {
        file.write_all(&page)?;
        file.sync_data()?;
        syncs += 1;
    }
    Ok(f64::from(syncs) / started.elapsed().as_secs_f64())
}
