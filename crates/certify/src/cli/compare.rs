//! `compare`: two runs side by side.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{Exit, Failure, say};
use crate::{Change, Comparison, History, Report, Verdict, history::read_json};

/// Which runs to compare.
#[derive(Debug, Args)]
pub struct Options {
    /// The earlier run: a report as JSON, or the name of a kept run.
    earlier: String,
    /// The later run.
    later: String,
    /// Folder in which runs are kept.
    #[arg(long, value_name = "DIR", default_value = super::HISTORY)]
    history: PathBuf,
}

/// Prints what is different.
pub(super) fn run(options: &Options) -> Result<Exit, Failure> {
    let history = History::new(&options.history);
    let earlier = report(&history, &options.earlier)?;
    let later = report(&history, &options.later)?;
    let comparison = Comparison::of(&earlier, &later);
    say(&text(&comparison));
    Ok(if comparison.newly_red.is_empty() {
        Exit::Clean
    } else {
        Exit::Violated
    })
}

fn report(history: &History, name: &str) -> Result<Report, Failure> {
    let file = Path::new(name);
    if file.is_file() {
        return Ok(read_json(file)?);
    }
    Ok(history.report(&name.parse()?)?)
}

fn text(comparison: &Comparison) -> String {
    let mut text = String::new();
    for (group, changes) in comparison.groups() {
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{group}: {}", changes.len());
        for change in changes {
            let _ = writeln!(
                text,
                "  {} ({}): {} -> {}",
                change.id,
                change.version,
                before(change),
                change.after.map_or("no such check", Verdict::as_str),
            );
        }
    }
    let _ = write!(text, "unchanged: {}", comparison.same);
    text
}

fn before(change: &Change) -> &'static str {
    change.before.map_or("no such check", Verdict::as_str)
}
