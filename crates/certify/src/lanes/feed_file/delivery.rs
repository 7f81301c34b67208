//! Names, formats and times of feed files.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc, time::SystemTime};

use super::{
    check, report,
    source::{Feed, feed, files, name, target},
};
use crate::{Case, Check, Outcome, Stop, Topic};

/// A day and an hour, in seconds: snapshots are daily, and need not be to the minute.
const DAY_S: u64 = 25 * 3_600;

pub(super) fn checks() -> Vec<Check> {
    let formats = check(
        Topic::Lifecycle,
        "flat-formats",
        "files are parquet, jsonl.gz, csv.gz or tsv.gz",
        |case: Arc<Case>| async move {
            let names = flat_names(&case).await?;
            let known = [".parquet", ".jsonl.gz", ".csv.gz", ".tsv.gz"];
            let wrong = names
                .into_iter()
                .filter(|name| !known.iter().any(|end| name.ends_with(end)));
            let rule = "files are parquet, jsonl.gz, csv.gz or tsv.gz";
            report(&case, true, rule, wrong.collect())
        },
    )
    .proves(&["feeds.openai.file.formats-sent"])
    .advice("compress the files with gzip, or write parquet with zstd");
    let parquet = check(
        Topic::Lifecycle,
        "flat-parquet",
        "files should be parquet",
        |case: Arc<Case>| async move {
            let names = flat_names(&case).await?;
            let wrong = names.into_iter().filter(|name| !name.ends_with(".parquet"));
            report(&case, false, "files should be parquet", wrong.collect())
        },
    )
    .proves(&["feeds.openai.file.parquet"])
    .advice("parquet with zstd is read fastest; the other formats are taken as well");
    let xml = check(
        Topic::Lifecycle,
        "flat-no-xml",
        "no XML is sent",
        |case: Arc<Case>| async move {
            let names = flat_names(&case).await?;
            let wrong = names.into_iter().filter(|name| name.contains(".xml"));
            report(&case, true, "no XML is sent", wrong.collect())
        },
    )
    .proves(&["feeds.openai.file.no-xml"])
    .advice("write tables or JSON lines");
    let mut checks = vec![formats, parquet, xml];
    checks.extend(since_the_last());
    checks
}

/// What two snapshots show.
fn since_the_last() -> [Check; 2] {
    let names = check(
        Topic::Lifecycle,
        "flat-same-names",
        "each snapshot has the same file names as the last one",
        |case: Arc<Case>| async move {
            let now = flat_names(&case).await?;
            let before: BTreeSet<_> = files(earlier(&case)?)?
                .iter()
                .map(|file| name(file))
                .collect();
            let now: BTreeSet<_> = now.into_iter().collect();
            let faults = before
                .symmetric_difference(&now)
                .map(|name| format!("{name} is in one of them alone"));
            let rule = "each snapshot overwrites the files of the last one under the same names";
            report(&case, true, rule, faults.collect())
        },
    )
    .proves(&["feeds.openai.file.same-names"])
    .advice("overwrite the files of the last snapshot");
    let daily = check(
        Topic::Lifecycle,
        "flat-daily",
        "a full snapshot follows the last one within a day",
        |case: Arc<Case>| async move {
            flat_names(&case).await?;
            let (now, before) = (newest(&target(&case)?.path)?, newest(earlier(&case)?)?);
            let pause = now
                .duration_since(before)
                .map_or(0, |pause| pause.as_secs());
            case.must_hold(
                pause <= DAY_S,
                "a full snapshot goes out at least once a day",
                || format!("{} hours lie between the two snapshots", pause / 3_600),
            )
        },
    )
    .proves(&["feeds.openai.file.daily"])
    .advice("send a full snapshot every day");
    [names, daily]
}

/// The names of all files of a flat feed.
async fn flat_names(case: &Case) -> Outcome<Vec<String>> {
    if let Feed::Acp(_) = &*feed(case).await? {
        return Err(Stop::NotApplicable(
            "not offered: feed_file.path is a feed in the protocol's own form".to_owned(),
        ));
    }
    let files = files(&target(case)?.path)?;
    Ok(files
        .iter()
        .map(|file| name(file).to_ascii_lowercase())
        .collect())
}

fn earlier(case: &Case) -> Outcome<&Path> {
    target(case)?.previous.as_deref().ok_or_else(|| {
        Stop::NotTested("no earlier snapshot: set feed_file.previous in certify.toml".to_owned())
    })
}

/// When the newest file of a snapshot was written.
fn newest(path: &Path) -> Outcome<SystemTime> {
    let times = files(path)?
        .into_iter()
        .filter_map(|file| fs::metadata(file).ok()?.modified().ok());
    times
        .max()
        .ok_or_else(|| Stop::NotTested(format!("{} has no time", path.display())))
}
