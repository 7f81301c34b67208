//! The pack as one zip archive.

use std::io::{self, Cursor, Write};

use zip::{ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{ItemResult, html, items};
use crate::{
    Report,
    report::{json, junit, log, sarif},
};

/// Why a pack cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The page.
    #[error("the page cannot be rendered")]
    Page(#[from] askama::Error),
    /// The report as JSON.
    #[error("the report cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The archive.
    #[error("the archive cannot be written")]
    Zip(#[from] ZipError),
    /// A file of the archive.
    #[error("a file of the archive cannot be written")]
    Io(#[from] io::Error),
}

/// Page, reports and one log for each item, packed.
pub fn archive(report: &Report) -> Result<Vec<u8>, PackError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: &str| -> Result<(), PackError> {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
        Ok(())
    };
    add("certification.html", &html(report)?)?;
    add("report.json", &json::text(report)?)?;
    add("junit.xml", &junit::text(report))?;
    add(
        "report.sarif",
        &serde_json::to_string_pretty(&sarif::log(report))?,
    )?;
    for item in items(report) {
        let name = format!("items/{:02}-{}.txt", item.number, item.item.name);
        add(&name, &item_log(&item))?;
    }
    Ok(zip.finish()?.into_inner())
}

fn item_log(item: &ItemResult<'_>) -> String {
    let mut text = format!("{}. {}\n{}\n", item.number, item.item.title, item.verdict);
    if !item.reason.is_empty() {
        text.push_str("reason: ");
        text.push_str(&item.reason);
        text.push('\n');
    }
    for result in &item.results {
        text.push_str("\n----\n");
        text.push_str(&log::check(result));
    }
    text
}
