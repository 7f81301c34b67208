//! `list`: every check with its title and requirements.

use std::fmt::Write;

use clap::Args;
use serde_json::{Value, json};

use super::{Exit, Failure, options::VersionChoice, say};
use crate::{Check, Lane, Pattern, SpecVersion, Topic, lanes};

/// Which checks to list.
#[derive(Debug, Args)]
pub struct Options {
    /// Only this lane; may be repeated.
    #[arg(long)]
    lane: Vec<Lane>,
    /// Only this topic; may be repeated.
    #[arg(long)]
    topic: Vec<Topic>,
    /// Only checks whose id matches; may be repeated.
    #[arg(long, value_name = "PATTERN")]
    only: Vec<Pattern>,
    /// The dated version whose checks are listed, or `all`.
    #[arg(long, value_name = "DATE", default_value = "2026-04-17")]
    version: VersionChoice,
    /// Write JSON.
    #[arg(long)]
    json: bool,
}

/// Lists the checks.
pub(super) fn run(options: &Options) -> Result<Exit, Failure> {
    let checks = checks(options);
    if options.json {
        let all: Vec<Value> = checks.iter().map(as_json).collect();
        let text = serde_json::to_string_pretty(&all).map_err(|error| Failure::Format {
            format: "JSON",
            source: error.into(),
        })?;
        say(&text);
    } else {
        say(&as_text(&checks));
    }
    Ok(Exit::Clean)
}

/// The checks asked for; one that several versions have is listed once.
fn checks(options: &Options) -> Vec<Check> {
    let versions = match options.version {
        VersionChoice::One(version) => vec![version],
        VersionChoice::All => SpecVersion::ALL.into_iter().rev().collect(),
    };
    let mut found: Vec<Check> = Vec::new();
    for lane in Lane::ALL {
        if !options.lane.is_empty() && !options.lane.contains(&lane) {
            continue;
        }
        for &version in &versions {
            for check in lanes::checks(lane, version) {
                let topic = options.topic.is_empty() || options.topic.contains(&check.topic());
                let id = options.only.is_empty()
                    || options.only.iter().any(|one| one.matches(check.id()));
                if topic && id && !found.iter().any(|other| other.id() == check.id()) {
                    found.push(check);
                }
            }
        }
    }
    found
}

fn as_json(check: &Check) -> Value {
    json!({
        "id": check.id(),
        "title": check.title(),
        "lane": check.lane(),
        "topic": check.topic(),
        "requirements": check.requirements(),
        "shapes": check.shapes(),
        "advice": check.advice_text(),
    })
}

fn as_text(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}\n    {}", check.id(), check.title());
        if !check.requirements().is_empty() {
            let _ = writeln!(text, "    proves {}", check.requirements().join(", "));
        }
    }
    let _ = write!(text, "{} checks", checks.len());
    text
}
