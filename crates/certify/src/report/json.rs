//! A report as JSON: the format in which runs are kept and compared.

use crate::Report;

/// The report, indented.
pub fn text(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report)
}
