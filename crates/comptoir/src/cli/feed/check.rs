//! `comptoir feed check FILE`.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context, Result};
use comptoir_feed::{Diagnostic, Report, Severity};
use serde_json::json;

use super::{super::say, FeedFile};

/// Findings of each severity that are listed unless all are asked for.
const LISTED_MAX: usize = 20;

/// Reads the whole feed and reports; fails when anything was left out.
pub(super) fn check(file: &FeedFile, json: Option<&Path>, all: bool) -> Result<ExitCode> {
    let mut reader = file.open()?;
    // Every finding is in the report; the products themselves are not needed.
    (&mut reader).for_each(drop);
    let format = reader.format();
    let report = reader.into_report();
    say(&format!("{}: {}", file.file.display(), format.name()));
    list(&report, Severity::Error, report.errors, all);
    list(&report, Severity::Warning, report.warnings, all);
    say(&summary(&report));
    if let Some(path) = json {
        let whole = json!({ "file": file.file, "format": format, "report": report });
        fs::write(path, serde_json::to_vec_pretty(&whole)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let sound = report.rejected == 0 && report.variants_rejected == 0 && report.complete;
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// One line a finding; what is not listed is counted.
fn list(report: &Report, severity: Severity, total: u64, all: bool) {
    let listed_max = if all { usize::MAX } else { LISTED_MAX };
    let mut listed = 0_u64;
    let findings = report
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == severity);
    for finding in findings.take(listed_max) {
        if listed == 0 {
            say("");
            say(&format!(
                "{:>8}  {:<22} {:<24} what, and what to do",
                "row",
                severity.as_str(),
                "product"
            ));
        }
        listed += 1;
        say(&line(finding));
    }
    if total > listed {
        say(&format!(
            "{:>8}  and {} more {}s",
            "",
            total - listed,
            severity.as_str()
        ));
    }
}

fn line(finding: &Diagnostic) -> String {
    let row = match finding.row {
        0 => "file".to_owned(),
        row => row.to_string(),
    };
    let field = finding
        .field
        .as_ref()
        .map(|field| format!("{field}: "))
        .unwrap_or_default();
    format!(
        "{row:>8}  {:<22} {:<24} {field}{}; {}",
        finding.code.as_str(),
        finding.product.as_deref().unwrap_or("-"),
        finding.message,
        finding.action
    )
}

fn summary(report: &Report) -> String {
    let end = if report.complete {
        ""
    } else {
        "; the file was not read to its end"
    };
    format!(
        "\n{} products read, {} accepted, {} rejected; {} variants accepted, {} rejected; \
         {} warnings{end}",
        report.read,
        report.accepted,
        report.rejected,
        report.variants_accepted,
        report.variants_rejected,
        report.warnings
    )
}
