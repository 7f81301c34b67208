//! The pack as one self-contained page.

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{ItemResult, items};
use crate::{
    Counts, Report,
    report::{human::seconds, log},
};

const STYLE: &str = include_str!("../../../templates/style.css");

#[derive(Template)]
#[template(path = "pack.html")]
struct Page<'a> {
    report: &'a Report,
    counts: Counts,
    items: Vec<ItemResult<'a>>,
    style: &'static str,
    style_hash: String,
    duration: String,
}

/// The page: no script, no resource from elsewhere.
pub fn html(report: &Report) -> Result<String, askama::Error> {
    Page {
        report,
        counts: report.counts(),
        items: items(report),
        style: STYLE,
        style_hash: format!(
            "sha256-{}",
            STANDARD.encode(digest(&SHA256, STYLE.as_bytes()))
        ),
        duration: seconds(report.duration_ms),
    }
    .render()
}
