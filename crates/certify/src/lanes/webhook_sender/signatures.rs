//! `Merchant-Signature` of what the seller sends.
#![expect(
    clippy::similar_names,
    reason = "`case` and what `came` are the words of this lane"
)]

use std::sync::Arc;

use super::{
    super::webhook_signature::{HEADER, TOLERANCE_S, fits, parts},
    check,
    delivery::Delivery,
    journey::{Stage, journey},
};
use crate::{Case, Check, Outcome, SignatureNotation, SpecVersion, Stop, Topic, VersionRange};

type Look = fn(&Case, &Delivery, &Agreed) -> Outcome;

/// What was agreed with the seller.
struct Agreed {
    secret: Vec<u8>,
    notation: SignatureNotation,
}

impl Agreed {
    fn of(case: &Case) -> Outcome<Self> {
        let target = case.target().webhooks.as_ref();
        let secret = target.and_then(|target| target.secret.expose());
        let notation = target.map_or_else(SignatureNotation::default, |target| target.signature);
        Ok(Self {
            secret: secret
                .ok_or_else(|| {
                    Stop::NotTested(
                        "no secret was agreed: set [webhooks] with its secret in certify.toml"
                            .to_owned(),
                    )
                })?
                .as_bytes()
                .to_vec(),
            notation: if case.version() >= SpecVersion::V2026_04_17 {
                SignatureNotation::Timestamped
            } else {
                notation
            },
        })
    }
}

/// The versions that sign.
const SINCE: VersionRange = VersionRange::from(SpecVersion::V2026_04_17);

const ROWS: [(&str, &str, &[&str], VersionRange, Look); 6] = [
    (
        "present",
        "every event carries Merchant-Signature, once",
        &["webhooks.signature.present", "versions.webhooks.signed"],
        VersionRange::ALL,
        |case, came, _| {
            let answer = came.evidence(case);
            case.must(
                came.header(HEADER).is_some(),
                &answer,
                "every event carries one Merchant-Signature",
                || format!("{} headers", came.headers.get_all(HEADER).iter().count()),
            )
        },
    ),
    (
        "format",
        "Merchant-Signature reads t=<unix seconds>,v1=<64 hex digits>",
        &["webhooks.signature.format"],
        SINCE,
        |case, came, _| {
            let answer = came.evidence(case);
            let value = came.header(HEADER).unwrap_or_default();
            case.must(
                parts(value).is_some(),
                &answer,
                "Merchant-Signature reads t=<unix seconds>,v1=<64 hex digits>",
                || format!("`{value}`"),
            )
        },
    ),
    (
        "content",
        "the signature fits the bytes that came",
        &[
            "webhooks.signature.content",
            "webhooks.signature.present",
            "versions.webhooks.signed",
        ],
        VersionRange::ALL,
        |case, came, agreed| {
            let answer = came.evidence(case);
            let value = came.header(HEADER).unwrap_or_default();
            case.must(
                fits(agreed.notation, &agreed.secret, value, &came.body),
                &answer,
                "the signature is the HMAC-SHA256 of what came under the agreed secret",
                || {
                    format!(
                        "`{value}` does not fit the {} bytes that came",
                        came.body.len()
                    )
                },
            )
        },
    ),
    (
        "fresh",
        "t is the time of sending, within 300 seconds",
        &["webhooks.signature.fresh-timestamp"],
        SINCE,
        |case, came, _| fresh(case, came, TOLERANCE_S),
    ),
    (
        "seconds",
        "t counts seconds, not milliseconds",
        &["webhooks.signature.format"],
        SINCE,
        |case, came, _| {
            let answer = came.evidence(case);
            let value = came.header(HEADER).unwrap_or_default();
            let t = parts(value).map_or("", |(t, _)| t);
            case.must(t.len() <= 11, &answer, "t counts Unix seconds", || {
                format!("t is `{t}`")
            })
        },
    ),
    (
        "not-of-parsed",
        "the signed bytes are the sent ones, not a re-written copy",
        &["webhooks.signature.content"],
        SINCE,
        |case, came, agreed| {
            let answer = came.evidence(case);
            let value = came.header(HEADER).unwrap_or_default();
            let again = came.json.to_string();
            let copied = again.as_bytes() != &came.body[..]
                && fits(agreed.notation, &agreed.secret, value, again.as_bytes());
            case.must(
                !copied,
                &answer,
                "the signature is over the body as sent",
                || "the signature fits the same JSON in another spelling".to_owned(),
            )
        },
    ),
];

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks: Vec<_> = ROWS
        .into_iter()
        .map(|(name, title, proves, versions, look)| {
            check(Topic::Signatures, name, title, move |case| each(case, look))
                .proves(proves)
                .versions(versions)
                .advice("sign t, a dot and the raw body with HMAC-SHA256 at every attempt, and send exactly these bytes")
        })
        .collect();
    if version >= SpecVersion::V2026_04_17 {
        checks.push(
            check(
                Topic::Signatures,
                "clock",
                "t should be within five seconds of the judge's clock",
                |case| async move {
                    each(case, |case, came, _| {
                        if let Err(Stop::Found(finding)) = fresh(case, came, 5) {
                            let answer = came.evidence(case);
                            case.should(false, &answer, &finding.rule, || finding.found.clone());
                        }
                        Ok(())
                    })
                    .await
                },
            )
            .advice("keep the clock of your sender right (NTP)"),
        );
    }
    checks
}

async fn each(case: Arc<Case>, look: Look) -> Outcome {
    let agreed = Agreed::of(&case)?;
    let mut all = journey(&case, Stage::Created).await?.deliveries;
    for stage in [Stage::Shipped, Stage::Refunded] {
        if let Ok(journey) = journey(&case, stage).await {
            all.extend(journey.deliveries);
        }
    }
    all.iter().try_for_each(|came| look(&case, came, &agreed))
}

/// Whether `t` is near the time at which the event came.
pub(super) fn fresh(case: &Case, came: &Delivery, tolerance_s: i64) -> Outcome {
    let answer = came.evidence(case);
    let value = came.header(HEADER).unwrap_or_default();
    let t = parts(value).and_then(|(t, _)| t.parse::<i64>().ok());
    let age = t.map(|t| came.at.as_second().saturating_sub(t));
    case.must(
        age.is_some_and(|age| age.abs() <= tolerance_s),
        &answer,
        &format!("t is within {tolerance_s} seconds of the time of sending"),
        || match age {
            Some(age) => format!("t was {age} seconds before the event came"),
            None => format!("`{value}` has no t"),
        },
    )
}
