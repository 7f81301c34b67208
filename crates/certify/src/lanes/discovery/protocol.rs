//! Which versions the document promises, and whether they are served.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

use super::{Discovery, check, client::texts};
use crate::{Case, Check, Outcome, SpecVersion, Topic};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = listed();
    checks.extend(promised());
    checks
}

fn listed() -> Vec<Check> {
    vec![
        check(Topic::Versions, "name", "protocol.name is acp", name)
            .proves(&["discovery.document.status-200"]),
        check(
            Topic::Versions,
            "version-date",
            "protocol.version and every supported version are real dates as YYYY-MM-DD",
            dates,
        )
        .proves(&["discovery.protocol.version-date"]),
        check(
            Topic::Versions,
            "not-empty",
            "supported_versions has at least one entry",
            not_empty,
        )
        .proves(&["discovery.protocol.supported-not-empty"]),
        check(
            Topic::Versions,
            "order",
            "supported_versions runs from the oldest to the newest",
            order,
        )
        .proves(&["discovery.protocol.supported-order"])
        .advice("sort supported_versions by date; errors list them the other way round"),
        check(
            Topic::Versions,
            "unique",
            "no version is listed twice",
            unique,
        ),
        check(
            Topic::Versions,
            "last",
            "the last supported version is protocol.version",
            last,
        )
        .proves(&[
            "discovery.protocol.supported-last",
            "discovery.protocol.version-latest",
        ]),
    ]
}

fn promised() -> Vec<Check> {
    vec![
        check(
            Topic::Versions,
            "latest",
            "protocol.version is the newest version that is served",
            latest,
        )
        .proves(&["discovery.protocol.version-latest"]),
        check(
            Topic::Versions,
            "listed-work",
            "every listed version is taken as API-Version",
            listed_work,
        )
        .proves(&["discovery.protocol.supported-true"])
        .advice("list exactly the versions that are served"),
        check(
            Topic::Versions,
            "others-refused",
            "a version that is not listed is refused as API-Version",
            others_refused,
        )
        .proves(&["discovery.protocol.supported-true"]),
        check(
            Topic::Versions,
            "judged-listed",
            "the version by which the seller is judged is listed",
            judged_listed,
        ),
        check(
            Topic::Versions,
            "as-in-errors",
            "the error about an unknown version names the same versions",
            as_in_errors,
        ),
    ]
}

const LIST: &str = "/protocol/supported_versions";

async fn name(case: Arc<Case>) -> Outcome {
    let (answer, _) = Discovery::of(&case)?.document().await?;
    case.must(
        answer.text("/protocol/name") == Some("acp"),
        &answer,
        "protocol.name is acp",
        || format!("{:?}", answer.pointer("/protocol/name")),
    )
}

async fn dates(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let newest = document.pointer("/protocol/version");
    let list = document.pointer(LIST).and_then(Value::as_array);
    let all = newest.into_iter().chain(list.into_iter().flatten());
    for version in all {
        let text = version.as_str().unwrap_or_default();
        case.must(
            text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
            &answer,
            "a version is a real calendar date as YYYY-MM-DD",
            || version.to_string(),
        )?;
    }
    case.must(
        newest.is_some(),
        &answer,
        "protocol.version is there",
        || case.excerpt(&answer),
    )
}

async fn not_empty(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    case.must(
        !texts(&document, LIST).is_empty(),
        &answer,
        "supported_versions has at least one entry",
        || format!("{:?}", document.pointer(LIST)),
    )
}

async fn order(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let list = texts(&document, LIST);
    case.must(
        list.is_sorted(),
        &answer,
        "supported_versions runs from the oldest to the newest",
        || format!("{list:?}"),
    )
}

async fn unique(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let list = texts(&document, LIST);
    let different: BTreeSet<_> = list.iter().collect();
    case.must(
        different.len() == list.len(),
        &answer,
        "no version is listed twice",
        || format!("{list:?}"),
    )
}

async fn last(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let list = texts(&document, LIST);
    let version = answer.text("/protocol/version");
    case.must(
        version.is_some() && list.last().copied() == version,
        &answer,
        "the last supported version is protocol.version",
        || format!("version {version:?}, supported {list:?}"),
    )
}

/// Whether the seller takes this version for a create.
async fn is_served(discovery: &Discovery, version: &str) -> Outcome<(crate::Answer, bool)> {
    let (answer, _) = discovery.document().await?;
    let base = discovery.base_url(&answer)?;
    let known = version.parse().unwrap_or(SpecVersion::LATEST);
    let body = discovery.create_body(known)?;
    let answer = discovery
        .post(&base, "/checkout_sessions", version, &body)
        .await?;
    let served = answer.is_success();
    Ok((answer, served))
}

async fn latest(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (document, _) = discovery.document().await?;
    let newest = document
        .text("/protocol/version")
        .unwrap_or_default()
        .to_owned();
    let newer = SpecVersion::ALL.map(SpecVersion::as_str);
    for version in newer
        .into_iter()
        .filter(|version| *version > newest.as_str())
    {
        let (answer, served) = is_served(&discovery, version).await?;
        case.must(
            !served,
            &answer,
            "protocol.version is the newest version that is served",
            || format!("{version} is served, protocol.version is {newest}"),
        )?;
    }
    let (answer, served) = is_served(&discovery, &newest).await?;
    case.must(served, &answer, "protocol.version is served", || {
        format!("{newest}: {} {}", answer.status, case.excerpt(&answer))
    })
}

async fn listed_work(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, document) = discovery.document().await?;
    for version in texts(&document, LIST) {
        let (answer, served) = is_served(&discovery, version).await?;
        case.must_also(
            served,
            &answer,
            "every listed version is taken as API-Version",
            || format!("{version}: {} {}", answer.status, case.excerpt(&answer)),
        );
    }
    Ok(())
}

async fn others_refused(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, document) = discovery.document().await?;
    let listed = texts(&document, LIST);
    let candidates = SpecVersion::ALL.map(SpecVersion::as_str).into_iter();
    for version in candidates.chain(["2020-01-01", "2099-12-31"]) {
        if listed.contains(&version) {
            continue;
        }
        let (answer, served) = is_served(&discovery, version).await?;
        case.must_also(
            !served && answer.status < 500,
            &answer,
            "a version that is not listed is refused",
            || format!("{version}: {}", answer.status),
        );
    }
    Ok(())
}

async fn judged_listed(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let listed = texts(&document, LIST);
    case.should(
        listed.contains(&case.version().as_str()),
        &answer,
        "the version by which the seller is judged is listed",
        || format!("judged by {}, listed {listed:?}", case.version()),
    );
    Ok(())
}

async fn as_in_errors(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, document) = discovery.document().await?;
    let mut listed = texts(&document, LIST);
    let (answer, _) = is_served(&discovery, "2020-01-01").await?;
    if answer.pointer("/supported_versions").is_none() {
        return Err(crate::Stop::NotApplicable(
            "not offered: the error about an unknown version lists no supported_versions"
                .to_owned(),
        ));
    }
    let error = answer.json.clone().unwrap_or_default();
    let mut in_error = texts(&error, "/supported_versions");
    listed.sort_unstable();
    in_error.sort_unstable();
    case.must(
        listed == in_error,
        &answer,
        "document and error name the same versions",
        || format!("document {listed:?}, error {in_error:?}"),
    )
}
