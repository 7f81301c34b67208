//! `comptoir db migrate | check | backup`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::Subcommand;
use comptoir_store::{CheckReport, Store, migrations};

use super::say;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Bring the structure of a database up to date, or only say what is missing.
    Migrate {
        /// The database file; created when it is missing.
        file: PathBuf,
        /// Change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Look for damage and contradictions, also while a server uses the database.
    Check { file: PathBuf },
    /// Copy a database to a new file, also while a server uses it, and check the copy.
    Backup { file: PathBuf, to: PathBuf },
}

pub(super) fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Migrate { file, dry_run } => migrate(file, *dry_run),
        Command::Check { file } => {
            let report =
                Store::check(file).with_context(|| format!("cannot check {}", file.display()))?;
            Ok(show(&report))
        }
        Command::Backup { file, to } => {
            let report = Store::backup(file, to)
                .with_context(|| format!("cannot copy {} to {}", file.display(), to.display()))?;
            let code = show(&report);
            say(&format!("copied to {}", to.display()));
            Ok(code)
        }
    }
}

fn migrate(file: &Path, dry_run: bool) -> Result<ExitCode> {
    let steps = if dry_run {
        migrations::status(file)
    } else {
        migrations::migrate(file)
    };
    for step in steps.with_context(|| format!("cannot migrate {}", file.display()))? {
        let mark = if step.is_applied {
            "applied"
        } else {
            "missing"
        };
        say(&format!("{mark}  {:>3}  {}", step.version, step.name));
    }
    Ok(ExitCode::SUCCESS)
}

fn show(report: &CheckReport) -> ExitCode {
    for (table, rows) in report.tables.iter().filter(|(_, rows)| *rows > 0) {
        say(&format!("{rows:>10}  {table}"));
    }
    for finding in &report.findings {
        say(&format!(
            "{:?}  {}  {}",
            finding.rule,
            finding.table.unwrap_or("-"),
            finding.row
        ));
    }
    if report.is_sound() {
        say("sound");
        return ExitCode::SUCCESS;
    }
    say(&format!(
        "{} findings: restore a backup, or ask for help with this list",
        report.findings_total
    ));
    ExitCode::FAILURE
}
