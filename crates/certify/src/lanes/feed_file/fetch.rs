//! Pages and pictures that a feed names; fetched when `feed_file.fetch_urls` allows.

use std::{collections::BTreeSet, sync::Arc};

use http::Method;
use url::Url;

use super::{
    check, flat, report,
    source::{feed, target},
};
use crate::{Case, Check, Outcome, Request, Stop, Topic};

/// Most addresses that one check fetches.
const FETCHED_MAX: usize = 25;

pub(super) fn checks() -> Vec<Check> {
    let pages = check(
        Topic::Lifecycle,
        "flat-url-200",
        "url answers 200",
        |case: Arc<Case>| async move {
            let faults = fetched(&case, "url", |status, _| status == 200).await?;
            report(&case, true, "url answers 200", faults)
        },
    )
    .proves(&["feeds.openai.basic.url-200"])
    .advice("name pages that buyers can open, without a redirect");
    let pictures = check(
        Topic::Lifecycle,
        "flat-image-format",
        "image_url serves JPEG or PNG",
        |case: Arc<Case>| async move {
            let right =
                |status, kind: &str| status == 200 && matches!(kind, "image/jpeg" | "image/png");
            let faults = fetched(&case, "image_url", right).await?;
            report(&case, true, "image_url serves JPEG or PNG", faults)
        },
    )
    .proves(&["feeds.openai.media.image-format"])
    .advice("serve pictures as JPEG or PNG, with their content type");
    vec![pages, pictures]
}

/// Addresses of a column that do not answer right.
async fn fetched(case: &Case, column: &str, right: fn(u16, &str) -> bool) -> Outcome<Vec<String>> {
    let feed = feed(case).await?;
    let rows = &flat::of(&feed)?.rows;
    if !target(case)?.fetch_urls {
        return Err(Stop::NotTested(
            "pages are not fetched unasked: set feed_file.fetch_urls = true in certify.toml"
                .to_owned(),
        ));
    }
    let named = rows
        .iter()
        .filter_map(|row| row.values.get(column)?.as_str());
    let addresses: BTreeSet<_> = named.take(10_000).collect();
    let mut faults = Vec::new();
    for address in addresses.into_iter().take(FETCHED_MAX) {
        let Ok(url) = Url::parse(address) else {
            continue;
        };
        let mut base = url.clone();
        base.set_path("");
        base.set_query(None);
        base.set_fragment(None);
        let query = url
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let request = Request::new(Method::GET, format!("{}{query}", url.path()));
        match case.try_send(&base, &request).await {
            Ok(answer) => {
                let kind = answer.header("content-type").unwrap_or_default();
                let kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
                if !right(answer.status, &kind) {
                    faults.push(format!("{address}: {} {kind}", answer.status));
                }
            }
            Err((error, _)) => faults.push(format!("{address}: {error}")),
        }
    }
    Ok(faults)
}
