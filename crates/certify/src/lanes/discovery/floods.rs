//! Many fetches at once.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use super::{Discovery, check};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Stop, Topic};

/// Fetches of one wave.
const FLOOD: usize = 300;
/// Waves of a flood; it ends with the first in which a fetch is refused. A slow machine may need
/// several to get above a limit.
const WAVES: usize = 3;
/// Fetches that run at the same time.
const TOGETHER: usize = 32;

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    vec![
        check(
            Topic::Limits,
            "flood",
            "a flood of fetches is limited",
            flood,
        )
        .alone()
        .proves(&["discovery.rate-limit.applied"])
        .advice("limit fetches by address, and answer 429 with Retry-After above it"),
        check(
            Topic::Limits,
            "flood-status",
            "a fetch that is refused in a flood gets 429 or 503",
            status,
        )
        .alone()
        .proves(&["discovery.status.rate-limit-429"]),
        check(
            Topic::Limits,
            "flood-retry-after",
            "a 429 or 503 for the document carries Retry-After",
            retry_after,
        )
        .alone()
        .proves(&[
            "discovery.status.retry-after-429",
            "discovery.status.retry-after-503",
        ]),
        check(
            Topic::Concurrency,
            "parallel",
            "parallel fetches get the same document",
            parallel,
        ),
        check(
            Topic::Limits,
            "long-header",
            "a header of 8 KiB is no reason for a 5xx",
            long_header,
        ),
        check(
            Topic::Limits,
            "long-query",
            "a query of 8 KiB is no reason for a 5xx",
            long_query,
        ),
    ]
}

async fn fetches(discovery: &Discovery, count: usize) -> Outcome<Vec<Answer>> {
    let all = stream::iter(0..count).map(|_| discovery.fetch());
    let all: Vec<_> = all.buffer_unordered(TOGETHER).collect().await;
    all.into_iter().collect()
}

/// The refusals of a flood. It is tried in test mode alone: a live seller need not be flooded.
async fn refusals(case: &Arc<Case>) -> Outcome<Vec<Answer>> {
    let discovery = Discovery::of(case)?;
    if !discovery.target().test_mode {
        return Err(Stop::NotTested(
            "floods are tried in test mode only: set seller.test_mode = true".to_owned(),
        ));
    }
    // A flood before this one may still be held against us.
    if ![429, 503].contains(&discovery.fetch().await?.status) {
        discovery.document().await?;
    }
    for _ in 0..WAVES {
        let mut answers = fetches(&discovery, FLOOD).await?;
        answers.retain(|answer| answer.status != 200);
        if !answers.is_empty() {
            return Ok(answers);
        }
    }
    Ok(Vec::new())
}

async fn flood(case: Arc<Case>) -> Outcome {
    let refusals = refusals(&case).await?;
    case.should_hold(
        !refusals.is_empty(),
        "the document is rate-limited against floods",
        || {
            format!(
                "{} fetches, {TOGETHER} at a time, were all answered with 200",
                FLOOD * WAVES
            )
        },
    );
    Ok(())
}

fn none_refused() -> Stop {
    Stop::NotTested(format!("none of {} fetches was refused", FLOOD * WAVES))
}

async fn status(case: Arc<Case>) -> Outcome {
    let refusals = refusals(&case).await?;
    if refusals.is_empty() {
        return Err(none_refused());
    }
    for answer in &refusals {
        case.status(answer, &[429, 503])?;
    }
    Ok(())
}

async fn retry_after(case: Arc<Case>) -> Outcome {
    let refusals = refusals(&case).await?;
    let answer = refusals
        .iter()
        .find(|answer| [429, 503].contains(&answer.status));
    let answer = answer.ok_or_else(none_refused)?;
    case.should(
        answer.headers.contains_key("retry-after"),
        answer,
        "a 429 or 503 for the document carries Retry-After",
        || format!("{} without Retry-After", answer.status),
    );
    Ok(())
}

async fn parallel(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (first, _) = discovery.document().await?;
    for answer in fetches(&discovery, 16).await? {
        case.must(
            answer.body == first.body || [429, 503].contains(&answer.status),
            &answer,
            "parallel fetches get the same document",
            || format!("{}: {}", answer.status, case.excerpt(&answer)),
        )?;
    }
    Ok(())
}

async fn long_header(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let request = discovery
        .request()
        .header("User-Agent", "u".repeat(8 * 1024));
    let answer = discovery.send(request).await?;
    case.must(
        answer.status < 500,
        &answer,
        "a long header is no reason for a 5xx",
        || answer.status.to_string(),
    )
}

async fn long_query(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let mut request = discovery.request();
    request.path = format!("{}?q={}", request.path, "q".repeat(8 * 1024));
    let answer = discovery.send(request).await?;
    case.must(
        answer.status < 500,
        &answer,
        "a long query is no reason for a 5xx",
        || answer.status.to_string(),
    )
}
