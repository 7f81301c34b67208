//! `contradictions`: the readings that are taken.

use std::fmt::Write;

use super::{Exit, Failure, say};
use crate::contradictions;

/// Prints the table.
pub(super) fn run() -> Result<Exit, Failure> {
    let all = contradictions()?;
    let mut text = format!(
        "# Contradictions\n\nThe sources contradict each other on {} points. The checks judge by the \
         reading taken; a profile may read some points otherwise.\n\n\
         | Point | Sources say | Taken | Profiles | Requirements |\n|---|---|---|---|---|\n",
        all.len()
    );
    for one in all {
        let readings: Vec<_> = one
            .readings
            .iter()
            .map(|reading| format!("{}: {}", reading.source, reading.says))
            .collect();
        let profiles: Vec<_> = one
            .profiles
            .iter()
            .map(|(profile, says)| format!("{profile}: {says}"))
            .collect();
        let _ = writeln!(
            text,
            "| `{}` {} | {} | {} | {} | {} |",
            one.id,
            cell(&one.about),
            cell(&readings.join("\n")),
            cell(&one.taken),
            cell(&profiles.join("\n")),
            one.requirements.join(", "),
        );
    }
    say(text.trim_end());
    Ok(Exit::Clean)
}

/// Text inside a markdown table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', "<br>")
}
