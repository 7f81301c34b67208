//! The header `API-Version`, missing, unknown and known.

use serde_json::Value;

use crate::{
    Answer, Check, Outcome, Request, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{Dialect, Seller, rule::ask, session_path},
};

const SINCE_LIST: VersionRange = VersionRange::from(SpecVersion::V2026_04_17);

/// A date before the protocol.
const UNKNOWN: &str = "2020-01-01";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Create,
    Update,
    Retrieve,
    Complete,
    Cancel,
}

const CALLS: [(Call, &str); 5] = [
    (Call::Create, "create"),
    (Call::Update, "update"),
    (Call::Retrieve, "retrieve"),
    (Call::Complete, "complete"),
    (Call::Cancel, "cancel"),
];

const REFUSE: &str = "answer 400 with an error body before you look at anything else";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for (call, name) in CALLS {
        checks.push(
            ask(
                Topic::Versions,
                &format!("missing-on-{name}"),
                format!("{name} without API-Version is refused and changes nothing"),
                move |seller| refused(seller, call, None),
            )
            .proves(&["checkout.version.missing-refused", "checkout.errors.flat"])
            .advice(REFUSE),
        );
        checks.push(
            ask(
                Topic::Versions,
                &format!("unknown-on-{name}"),
                format!("{name} with an unknown API-Version is refused and changes nothing"),
                move |seller| refused(seller, call, Some(UNKNOWN)),
            )
            .proves(&["checkout.version.unsupported-refused"])
            .advice(REFUSE),
        );
    }
    for (name, value) in [
        ("future", "2099-12-31"),
        ("word", "latest"),
        ("empty", ""),
        ("with-time", "2026-04-17T00:00:00Z"),
        ("list", "2026-04-17, 2026-01-30"),
        ("impossible", "2026-13-45"),
        ("suffixed", "2026-04-17-beta"),
        ("injection", "2026-04-17' OR '1'='1"),
    ] {
        checks.push(
            ask(
                Topic::Versions,
                &format!("value-{name}"),
                format!("API-Version: `{value}` is refused"),
                move |seller| refused(seller, Call::Create, Some(value)),
            )
            .proves(&["checkout.version.unsupported-refused"])
            .advice(REFUSE),
        );
    }
    checks.extend(listed());
    checks
}

fn listed() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Versions,
            "missing-status",
            "a missing API-Version is answered by 400",
            |seller| status_400(seller, None),
        )
        .proves(&["checkout.version.error-400"])
        .advice("answer 400"),
        ask(
            Topic::Versions,
            "unknown-status",
            "an unknown API-Version is answered by 400",
            |seller| status_400(seller, Some(UNKNOWN)),
        )
        .proves(&["checkout.version.error-400"])
        .advice("answer 400"),
        ask(
            Topic::Versions,
            "missing-lists-versions",
            "the error for a missing API-Version lists the supported versions",
            |seller| lists(seller, None),
        )
        .proves(&["checkout.version.supported-versions-listed"])
        .advice("add supported_versions to the error"),
        ask(
            Topic::Versions,
            "unknown-lists-versions",
            "the error for an unknown API-Version lists the supported versions",
            |seller| lists(seller, Some(UNKNOWN)),
        )
        .proves(&["checkout.version.supported-versions-listed"])
        .advice("add supported_versions to the error"),
    ];
    checks.extend(truthfully());
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_LIST))
        .collect()
}

fn truthfully() -> Vec<Check> {
    vec![
        ask(
            Topic::Versions,
            "listed-versions-work",
            "every version in supported_versions works",
            listed_work,
        )
        .proves(&["checkout.version.supported-versions-complete"])
        .advice("list what you serve"),
        ask(
            Topic::Versions,
            "working-versions-are-listed",
            "every version that works is in supported_versions",
            working_are_listed,
        )
        .proves(&["checkout.version.supported-versions-complete"])
        .advice("list what you serve"),
        ask(
            Topic::Versions,
            "list-runs-from-newest-to-oldest",
            "supported_versions runs from newest to oldest",
            newest_first,
        )
        .proves(&["checkout.errors.supported-versions-order"])
        .advice("sort the dates downwards"),
        ask(
            Topic::Versions,
            "list-only-in-version-errors",
            "supported_versions appears in errors about the version only",
            only_there,
        )
        .proves(&["checkout.errors.supported-versions-only-there"])
        .advice("leave supported_versions out of every other error"),
    ]
}

fn with_version(request: Request, version: Option<&str>) -> Request {
    match version {
        Some(version) => request.with("API-Version", version),
        None => request.without("API-Version"),
    }
}

async fn refused(seller: Seller, call: Call, version: Option<&'static str>) -> Outcome {
    if call == Call::Create {
        let body = Value::Object(seller.create_body()?);
        let request = seller.post_request("/checkout_sessions", &body)?;
        let answer = seller.send(with_version(request, version)).await?;
        return is_refused(&seller, &answer);
    }
    let session = if call == Call::Complete {
        seller.confirm_test_mode()?;
        seller.ready_session().await?
    } else {
        seller.new_session_with_address().await?
    };
    let request = match call {
        Call::Create | Call::Retrieve => seller.get_request(session_path(&session.id, ""))?,
        Call::Update => seller.post_request(session_path(&session.id, ""), &seller.buyer_body())?,
        Call::Complete => {
            let token = seller.token(&session).await?;
            let body = seller.complete_body(&session, &token);
            seller.post_request(session_path(&session.id, "/complete"), &body)?
        }
        Call::Cancel => {
            let path = session_path(&session.id, "/cancel");
            let request = seller.post_request(path, &Value::Null)?;
            Request {
                body: None,
                ..request.without("Content-Type")
            }
        }
    };
    let answer = seller.send(with_version(request, version)).await?;
    is_refused(&seller, &answer)?;
    seller
        .unchanged(&session, "a request of no known version")
        .await
}

fn is_refused(seller: &Seller, answer: &Answer) -> Outcome {
    seller.refused_in_any_version(answer)?;
    seller.is_error(answer)?;
    listed_are_dates(seller, answer)
}

/// The list of an error for a version, where there is one, holds dates from newest to oldest.
fn listed_are_dates(seller: &Seller, answer: &Answer) -> Outcome {
    let list = answer
        .pointer("/supported_versions")
        .and_then(Value::as_array);
    let Some(list) = list.filter(|_| seller.rules().supported_versions) else {
        return Ok(());
    };
    let dates: Vec<_> = list.iter().filter_map(Value::as_str).collect();
    let sound = dates.len() == list.len() && dates.iter().all(|date| is_date(date));
    seller.case().must(
        sound && dates.is_sorted_by(|one, next| one > next),
        answer,
        "supported_versions holds dates, each once, from newest to oldest",
        || format!("{list:?}"),
    )
}

fn is_date(text: &str) -> bool {
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|one| one.is_ascii_digit());
    let parts: Vec<_> = text.split('-').collect();
    matches!(parts.as_slice(), [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
}

/// The answer to a create of this version.
async fn create_as(seller: &Seller, version: Option<&str>) -> Outcome<Answer> {
    let body = Value::Object(seller.create_body()?);
    let request = seller.post_request("/checkout_sessions", &body)?;
    seller.send(with_version(request, version)).await
}

async fn status_400(seller: Seller, version: Option<&'static str>) -> Outcome {
    let answer = create_as(&seller, version).await?;
    seller.case().should(
        answer.status == 400,
        &answer,
        "a missing or unknown API-Version is answered by 400",
        || answer.status.to_string(),
    );
    Ok(())
}

/// The dates in `supported_versions`; not applicable when the error has none.
fn dates(answer: &Answer) -> Outcome<Vec<String>> {
    let list = answer.pointer("/supported_versions");
    let list = list.and_then(Value::as_array).ok_or_else(|| {
        Stop::NotApplicable("not offered: supported_versions in the error".to_owned())
    })?;
    Ok(list
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect())
}

async fn lists(seller: Seller, version: Option<&'static str>) -> Outcome {
    let answer = create_as(&seller, version).await?;
    let own = seller.case().version().as_str();
    let listed = dates(&answer).unwrap_or_default();
    seller.case().should(
        listed.iter().any(|date| date == own),
        &answer,
        "the error lists the supported versions, the judged one among them",
        || seller.case().excerpt(&answer),
    );
    Ok(())
}

/// Whether a create in this version's words gets a session.
async fn works(seller: &Seller, version: SpecVersion) -> Outcome<(bool, Answer)> {
    let dialect = Dialect(version);
    let body = Value::Object(dialect.create(seller.target(), &[(seller.item()?, 1)]));
    let request = seller
        .post_request("/checkout_sessions", &body)?
        .with("API-Version", version.as_str());
    let answer = seller.send(request).await?;
    Ok((answer.is_success(), answer))
}

async fn listed_work(seller: Seller) -> Outcome {
    let refusal = create_as(&seller, Some(UNKNOWN)).await?;
    for date in dates(&refusal)? {
        let Ok(version) = date.parse::<SpecVersion>() else {
            seller.case().should(
                false,
                &refusal,
                "supported_versions lists released versions",
                || date.clone(),
            );
            continue;
        };
        let (works, answer) = works(&seller, version).await?;
        seller.case().should(
            works,
            &answer,
            "a listed version works when it is sent",
            || {
                format!(
                    "{date}: {} {}",
                    answer.status,
                    seller.case().excerpt(&answer)
                )
            },
        );
    }
    Ok(())
}

async fn working_are_listed(seller: Seller) -> Outcome {
    let refusal = create_as(&seller, Some(UNKNOWN)).await?;
    let listed = dates(&refusal)?;
    for version in SpecVersion::ALL {
        let (works, answer) = works(&seller, version).await?;
        seller.case().should(
            !works || listed.iter().any(|date| date == version.as_str()),
            &answer,
            "a version that works is listed",
            || format!("{version} works, listed are {listed:?}"),
        );
    }
    Ok(())
}

async fn newest_first(seller: Seller) -> Outcome {
    let refusal = create_as(&seller, Some(UNKNOWN)).await?;
    dates(&refusal)?;
    listed_are_dates(&seller, &refusal)
}

async fn only_there(seller: Seller) -> Outcome {
    let body = Value::Object(seller.create_body()?);
    let create = seller.post_request("/checkout_sessions", &body)?;
    let requests = [
        seller.get_request(session_path(&seller.unknown_id()?, ""))?,
        create.clone().body("{"),
        create.clone().without("Idempotency-Key"),
        create.without("Authorization"),
    ];
    for request in requests {
        let answer = seller.send(request).await?;
        seller.refused(&answer)?;
        seller.case().must(
            answer.pointer("/supported_versions").is_none(),
            &answer,
            "supported_versions stands in errors about the version only",
            || seller.case().excerpt(&answer),
        )?;
    }
    Ok(())
}
