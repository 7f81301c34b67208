//! `API-Version`: demanded, listed, and what it decides.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Psp, body, check, row::valid_request_is_taken};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

const UNSUPPORTED: &[&str] = &["delegate-payment.version.unsupported-refused"];

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let since = VersionRange::from(SpecVersion::V2026_04_17);
    let refused = |name: &'static str, title: &'static str, version: &'static str| {
        check(Topic::Versions, name, title, move |case| async move {
            refuses(case, version).await
        })
        .proves(UNSUPPORTED)
        .advice("take the versions you serve, and answer every other one with 400")
    };
    vec![
        check(Topic::Versions, "missing", "a request without API-Version is refused", missing)
            .proves(&["delegate-payment.version.missing-refused"]),
        refused("unknown", "API-Version 2020-01-01 is refused", "2020-01-01"),
        refused("future", "API-Version 2099-12-31 is refused", "2099-12-31"),
        refused("never-released", "API-Version 2026-01-22 is refused: the changelog names it, but it never was", "2026-01-22"),
        refused("word", "API-Version latest is refused", "latest"),
        refused("unreleased", "API-Version unreleased is refused", "unreleased"),
        refused("empty", "an empty API-Version is refused", ""),
        refused("two-in-one", "two versions in one header are refused", "2025-09-29, 2026-04-17"),
        check(Topic::Versions, "missing-status", "a missing API-Version is answered with 400", missing_status)
            .versions(since)
            .proves(&["delegate-payment.version.error-status-400"]),
        check(Topic::Versions, "unsupported-status", "an unsupported API-Version is answered with 400", unsupported_status)
            .versions(since)
            .proves(&["delegate-payment.version.error-status-400"]),
        check(Topic::Versions, "supported-versions", "an error about the version lists supported_versions", listed)
            .versions(since)
            .proves(&["delegate-payment.version.error-supported-versions"]),
        check(Topic::Versions, "newest-first", "supported_versions lists the newest version first", newest_first)
            .versions(since)
            .proves(&["delegate-payment.version.supported-versions-newest-first"]),
        check(Topic::Versions, "list-complete", "supported_versions lists every version that is taken, and no other", complete)
            .versions(since)
            .proves(&["delegate-payment.version.error-versions-complete"]),
        check(Topic::Versions, "unchanged", "path, status and members of the answer are the same in every version that is served", unchanged)
            .proves(&["versions.delegate-payment.endpoint-unchanged"]),
        check(
            Topic::Versions,
            "decides-conflict",
            "the version of the request decides: 409 on a conflict in older versions, 422 from 2026-04-17 on",
            decides_conflict,
        )
        .proves(&["versions.delegate-payment.header-selects-dialect"]),
        check(
            Topic::Versions,
            "decides-signals",
            "the version of the request decides: an empty list of risk signals is refused in older versions and taken from 2026-04-17 on",
            decides_signals,
        )
        .proves(&["versions.delegate-payment.header-selects-dialect"]),
    ]
}

async fn with_version(psp: &Psp, version: Option<&str>, body: &Value) -> Outcome<Answer> {
    let request = psp.request(body)?.without("API-Version");
    let request = match version {
        Some(version) => request.header("API-Version", version),
        None => request,
    };
    psp.send(request).await
}

fn is_refused(case: &Case, answer: &Answer, rule: &str) -> Outcome {
    case.must(
        answer.is_refusal() && answer.text("/created").is_none(),
        answer,
        rule,
        || format!("{}: {}", answer.status, case.excerpt(answer)),
    )
}

async fn missing(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let answer = with_version(&psp, None, &psp.body()?).await?;
    is_refused(
        &case,
        &answer,
        "a request without API-Version is refused and makes no token",
    )
}

async fn refuses(case: Arc<Case>, version: &'static str) -> Outcome {
    let psp = Psp::of(&case)?;
    valid_request_is_taken(&psp).await?;
    let answer = with_version(&psp, Some(version), &psp.body()?).await?;
    is_refused(
        &case,
        &answer,
        "a version that is not served is refused and makes no token",
    )
}

fn should_be_400(case: &Case, answer: &Answer) {
    case.should(
        answer.status == 400,
        answer,
        "a missing or unsupported API-Version is answered with 400",
        || format!("{}: {}", answer.status, case.excerpt(answer)),
    );
}

async fn missing_status(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let answer = with_version(&psp, None, &psp.body()?).await?;
    should_be_400(&case, &answer);
    Ok(())
}

async fn unsupported_status(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let answer = with_version(&psp, Some("2020-01-01"), &psp.body()?).await?;
    should_be_400(&case, &answer);
    Ok(())
}

/// The versions in the error about an unknown one.
async fn supported(psp: &Psp) -> Outcome<(Answer, Option<Vec<String>>)> {
    let answer = with_version(psp, Some("2020-01-01"), &psp.body()?).await?;
    is_refused(
        psp.case(),
        &answer,
        "a version that is not served is refused",
    )?;
    let list = answer
        .pointer("/supported_versions")
        .and_then(Value::as_array);
    let list = list.map(|versions| {
        let texts = versions.iter().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    });
    Ok((answer, list))
}

fn no_list() -> Stop {
    Stop::NotApplicable(
        "not offered: the error about the version lists no supported_versions".to_owned(),
    )
}

async fn listed(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (answer, list) = supported(&psp).await?;
    case.should(
        list.is_some_and(|versions| !versions.is_empty()),
        &answer,
        "an error about the version carries a supported_versions array",
        || case.excerpt(&answer),
    );
    Ok(())
}

async fn newest_first(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (answer, list) = supported(&psp).await?;
    let list = list.ok_or_else(no_list)?;
    case.must(
        list.is_sorted_by(|newer, older| newer > older),
        &answer,
        "supported_versions runs from the newest to the oldest",
        || format!("{list:?}"),
    )
}

async fn complete(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (_, list) = supported(&psp).await?;
    let list = list.ok_or_else(no_list)?;
    for version in &list {
        let answer = with_version(&psp, Some(version), &psp.body()?).await?;
        case.should(
            answer.status == 201,
            &answer,
            "every listed version is taken",
            || format!("{version}: {} {}", answer.status, case.excerpt(&answer)),
        );
    }
    for version in SpecVersion::ALL.map(SpecVersion::as_str) {
        if !list.iter().any(|listed| listed == version) {
            let answer = with_version(&psp, Some(version), &psp.body()?).await?;
            case.should(
                answer.is_refusal(),
                &answer,
                "no version is taken that is not listed",
                || format!("{version}: {}", answer.status),
            );
        }
    }
    Ok(())
}

async fn unchanged(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    for version in SpecVersion::ALL {
        let answer = with_version(&psp, Some(version.as_str()), &psp.body()?).await?;
        if answer.is_refusal() && version != case.version() {
            continue;
        }
        psp.token(&answer)?;
        let members = answer.json.as_ref().and_then(Value::as_object);
        let mut names: Vec<_> = members
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        names.sort_unstable();
        case.must(
            names == ["created", "id", "metadata"],
            &answer,
            "the 201 has the members id, created and metadata in every version",
            || format!("{version}: {names:?}"),
        )?;
    }
    Ok(())
}

/// The newest version before 2026-04-17 and the newest of all, when both are served.
async fn two_dialects(psp: &Psp) -> Outcome<(&'static str, &'static str)> {
    let newest = SpecVersion::V2026_04_17.as_str();
    let mut older = None;
    for version in [
        SpecVersion::V2026_01_30,
        SpecVersion::V2026_01_16,
        SpecVersion::V2025_12_12,
        SpecVersion::V2025_09_29,
    ] {
        let answer = with_version(psp, Some(version.as_str()), &psp.body()?).await?;
        if answer.status == 201 {
            older = Some(version.as_str());
            break;
        }
    }
    let answer = with_version(psp, Some(newest), &psp.body()?).await?;
    match older {
        Some(older) if answer.status == 201 => Ok((older, newest)),
        Some(_) | None => Err(Stop::NotApplicable(
            "not offered: only versions from one side of 2026-04-17 are served".to_owned(),
        )),
    }
}

async fn decides_conflict(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (older, newest) = two_dialects(&psp).await?;
    for (version, expected) in [(older, 409), (newest, 422)] {
        let first = psp.body()?;
        let request = psp.request(&first)?.with("API-Version", version);
        psp.token(&psp.send(request.clone()).await?)?;
        let mut second = first;
        body::set(&mut second, "/allowance/max_amount", json!(1001));
        let answer = psp
            .send(psp.signed(request.body(second.to_string()))?)
            .await?;
        case.must(
            (answer.status == expected
                || case.accepts(
                    "delegate-payment-conflict-status",
                    &answer.status.to_string(),
                ))
                && answer.text("/code") == Some("idempotency_conflict"),
            &answer,
            "the version of the request decides the status of a conflict",
            || {
                format!(
                    "{version}: expected {expected} idempotency_conflict, got {} {}",
                    answer.status,
                    case.excerpt(&answer)
                )
            },
        )?;
    }
    Ok(())
}

async fn decides_signals(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let (older, newest) = two_dialects(&psp).await?;
    let mut empty = psp.body()?;
    body::set(&mut empty, "/risk_signals", json!([]));
    let answer = with_version(&psp, Some(older), &empty).await?;
    is_refused(
        &case,
        &answer,
        "an older version wants at least one risk signal",
    )?;
    let answer = with_version(&psp, Some(newest), &empty).await?;
    psp.token(&answer).map(drop)
}
