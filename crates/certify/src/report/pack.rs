//! The certification pack: what a certification by `OpenAI` asks for, item by item, with the requests
//! and responses that show it.

mod archive;
mod items;
mod page;

use crate::{CheckResult, Report, Verdict};
pub use archive::{PackError, archive};
pub use items::{ITEMS, Item};
pub use page::html;

/// An item of the launch list with the checks of a run that answer it.
#[derive(Debug, Clone)]
pub struct ItemResult<'a> {
    /// Its place in the list, from 1.
    pub number: usize,
    /// The item.
    pub item: &'static Item,
    /// How it ended.
    pub verdict: Verdict,
    /// Why it is not tested; empty otherwise.
    pub reason: String,
    /// The checks that answer it.
    pub results: Vec<&'a CheckResult>,
}

/// Every item of the launch list, judged by what this run saw.
#[must_use]
pub fn items(report: &Report) -> Vec<ItemResult<'_>> {
    let numbered = ITEMS.iter().zip(1..);
    numbered
        .map(|(item, number)| judged(report, item, number))
        .collect()
}

fn judged<'a>(report: &'a Report, item: &'static Item, number: usize) -> ItemResult<'a> {
    let results: Vec<_> = report
        .results
        .iter()
        .filter(|result| item.is_answered_by(&result.id, &result.requirements))
        .collect();
    let (verdict, reason) = verdict(item, &results);
    ItemResult {
        number,
        item,
        verdict,
        reason,
        results,
    }
}

/// The worst of all; an item with a check that was not tested is not tested either.
fn verdict(item: &Item, results: &[&CheckResult]) -> (Verdict, String) {
    let first = |wanted| results.iter().find(|result| result.verdict == wanted);
    if first(Verdict::Violated).is_some() {
        return (Verdict::Violated, String::new());
    }
    if let Some(result) = first(Verdict::NotTested) {
        let reason = result.reason.clone().unwrap_or_default();
        return (Verdict::NotTested, format!("{}: {reason}", result.id));
    }
    if first(Verdict::Warning).is_some() {
        return (Verdict::Warning, String::new());
    }
    if first(Verdict::Pass).is_some() {
        return (Verdict::Pass, String::new());
    }
    if let Some(result) = first(Verdict::NotApplicable) {
        let reason = result.reason.clone().unwrap_or_default();
        return (Verdict::NotApplicable, format!("{}: {reason}", result.id));
    }
    (Verdict::NotTested, item.otherwise.to_owned())
}
