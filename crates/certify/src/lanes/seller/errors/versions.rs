//! `API-Version`: missing, unknown and malformed.

use serde_json::Value;

use super::super::{
    Seller,
    kit::{CANONICAL, row},
    operation::{Call, Operation},
};
use crate::{Answer, Check, Outcome, Topic};

/// Name in the id, words of the title, headers.
type Row = (&'static str, &'static str, &'static [&'static str]);

const MISSING: Row = ("missing", "without API-Version", &[]);
const UNKNOWN: Row = ("unknown", "with API-Version 2020-01-01", &["2020-01-01"]);

const OTHERS: [Row; 6] = [
    ("empty", "with an empty API-Version", &[""]),
    ("future", "with API-Version 2099-12-31", &["2099-12-31"]),
    ("word", "with API-Version latest", &["latest"]),
    ("impossible", "with API-Version 2026-13-45", &["2026-13-45"]),
    (
        "suffixed",
        "with a suffix after the date",
        &["2026-04-17-beta"],
    ),
    (
        "injection",
        "with a query in API-Version",
        &["2026-04-17' OR '1'='1"],
    ),
];

const ADVICE: &str =
    "answer 400 with supported_versions, newest first, before anything else is looked at";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for operation in Operation::ALL {
        checks.push(check(operation, MISSING).proves(&["checkout.version.missing-refused"]));
        checks.push(check(operation, UNKNOWN).proves(&["checkout.version.unsupported-refused"]));
    }
    checks.extend(OTHERS.into_iter().map(|one| {
        check(Operation::Create, one).proves(&["checkout.version.unsupported-refused"])
    }));
    checks.push(only_there());
    checks
}

fn check(operation: Operation, (name, what, values): Row) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Errors,
        &format!("version-{name}-{verb}"),
        format!("{verb} {what} is refused and changes nothing"),
        move |seller| async move {
            let call = Call::harmless(&seller, operation).await?;
            let request = call.request(&seller)?.without("API-Version");
            let request = values.iter().fold(request, |request, value| {
                request.header("API-Version", *value)
            });
            let answer = seller.send(request).await?;
            seller.refused_in_any_version(&answer)?;
            listed(&seller, &answer)?;
            call.changed_nothing(&seller).await
        },
    )
    .proves(&[
        "checkout.version.error-400",
        "checkout.version.supported-versions-listed",
        "checkout.errors.supported-versions-order",
        "checkout.errors.flat",
    ])
    .advice(ADVICE)
}

/// Status 400 and the list of versions, where the version under test has these rules.
fn listed(seller: &Seller, answer: &Answer) -> Outcome {
    if !seller.rules().supported_versions {
        return Ok(());
    }
    let case = seller.case();
    case.should(
        answer.status == 400,
        answer,
        "a version that is not supported is answered with 400",
        || format!("{}", answer.status),
    );
    let list = answer
        .pointer("/supported_versions")
        .and_then(Value::as_array);
    let Some(list) = list else {
        case.should(
            false,
            answer,
            "the error for a version lists supported_versions",
            || case.excerpt(answer),
        );
        return Ok(());
    };
    let dates: Vec<_> = list.iter().filter_map(Value::as_str).collect();
    case.must(
        dates.len() == list.len() && dates.iter().all(|date| is_date(date)),
        answer,
        "supported_versions holds dates",
        || format!("{list:?}"),
    )?;
    case.must(
        dates.is_sorted_by(|one, next| one > next),
        answer,
        "supported_versions runs from newest to oldest",
        || dates.join(", "),
    )?;
    case.should(
        dates.contains(&case.version().as_str()),
        answer,
        "supported_versions holds the version by which the seller is judged",
        || dates.join(", "),
    );
    Ok(())
}

fn is_date(text: &str) -> bool {
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|one| one.is_ascii_digit());
    let parts: Vec<_> = text.split('-').collect();
    matches!(parts.as_slice(), [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
}

fn only_there() -> Check {
    row(
        Topic::Errors,
        "supported-versions-only-there",
        "supported_versions appears in errors about the version only",
        |seller| async move {
            let call = Call::harmless(&seller, Operation::Create).await?;
            let malformed = seller.send(call.request(&seller)?.body("[]")).await?;
            let unknown = seller.get("cs_certify_unknown").await?;
            let keyless = call.request(&seller)?.without("Idempotency-Key");
            let keyless = seller.send(keyless).await?;
            let stranger = call.request(&seller)?.without("Authorization");
            let stranger = seller.send(stranger).await?;
            for answer in [malformed, unknown, keyless, stranger] {
                seller.refused(&answer)?;
                seller.case().must(
                    answer.pointer("/supported_versions").is_none(),
                    &answer,
                    "supported_versions appears only in errors about the version",
                    || seller.case().excerpt(&answer),
                )?;
            }
            Ok(())
        },
    )
    .versions(CANONICAL)
    .proves(&["checkout.errors.supported-versions-only-there"])
    .advice(ADVICE)
}
