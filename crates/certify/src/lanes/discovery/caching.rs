//! What caches may do with the document.

use std::sync::Arc;

use super::{Discovery, check};
use crate::{Case, Check, Outcome, SpecVersion, Topic};

/// Least lifetime in caches, in seconds.
const MAX_AGE_LEAST_S: u64 = 3_600;

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    caches()
}

fn caches() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "cache-control",
            "Cache-Control says public and a max-age of an hour or more",
            cache_control,
        )
        .proves(&["discovery.cache.header"])
        .advice("send Cache-Control: public, max-age=3600"),
        check(
            Topic::Lifecycle,
            "stable",
            "repeated fetches give the same bytes",
            stable,
        )
        .proves(&["discovery.cache.hourly"]),
        check(
            Topic::Lifecycle,
            "vary",
            "the document does not vary by Authorization or Cookie",
            vary,
        ),
        check(
            Topic::Lifecycle,
            "validator",
            "a repeated fetch with its ETag is answered with 304 or the same document",
            validator,
        ),
    ]
}

async fn cache_control(case: Arc<Case>) -> Outcome {
    let (answer, _) = Discovery::of(&case)?.document().await?;
    let found = answer
        .header("cache-control")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut directives = found.split(',').map(str::trim);
    let public = directives.clone().any(|one| one == "public");
    let max_age =
        directives.find_map(|one| one.strip_prefix("max-age=")?.trim_matches('"').parse().ok());
    let stored =
        !found.contains("no-store") && !found.contains("no-cache") && !found.contains("private");
    case.should(
        public && stored && max_age.is_some_and(|age: u64| age >= MAX_AGE_LEAST_S),
        &answer,
        "Cache-Control says public and max-age=3600 or more",
        || format!("Cache-Control: {found}"),
    );
    Ok(())
}

async fn stable(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (first, _) = discovery.document().await?;
    for _ in 0..5 {
        let (answer, _) = discovery.document().await?;
        case.should(
            answer.body == first.body,
            &answer,
            "the document changes at most once an hour",
            || "two fetches within a second differ".to_owned(),
        );
    }
    Ok(())
}

async fn vary(case: Arc<Case>) -> Outcome {
    let (answer, _) = Discovery::of(&case)?.document().await?;
    let values = answer.headers.get_all("vary").iter();
    let found: Vec<_> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase())
        .collect();
    let all = found.join(", ");
    case.should(
        !all.contains("authorization") && !all.contains("cookie") && !all.contains('*'),
        &answer,
        "caches may share the document",
        || format!("Vary: {all}"),
    );
    Ok(())
}

async fn validator(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (first, _) = discovery.document().await?;
    let etag = first.header("etag").unwrap_or("\"certification\"");
    let answer = discovery
        .send(discovery.request().header("If-None-Match", etag))
        .await?;
    case.must(
        answer.status == 304 || answer.body == first.body,
        &answer,
        "a conditional fetch is answered with 304 or the document",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )
}
