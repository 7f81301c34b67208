//! That events come, where, and how often.
#![expect(
    clippy::similar_names,
    reason = "`case` and what `came` are the words of this lane"
)]

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;

use super::{
    super::documents::text,
    check,
    delivery::Delivery,
    journey::{Journey, Stage, attempted, journey},
};
use crate::{Case, Check, Outcome, SpecVersion, Topic, VersionRange};

/// Where events are `POSTed`, below the receiver's base address.
const PATH: &str = "/agentic_checkout/webhooks/order_events";

/// Seconds that the clocks of seller and judge may differ.
const CLOCK_S: u64 = 300;

/// Looks at one delivery.
type Look = fn(&Case, &Delivery) -> Outcome;

const LOOKS: [(&str, &str, &[&str], VersionRange, Look); 7] = [
    (
        "path",
        "events come to /agentic_checkout/webhooks/order_events below the receiver's base address",
        &["webhooks.transport.endpoint"],
        VersionRange::ALL,
        path,
    ),
    (
        "method",
        "events come by POST",
        &["webhooks.transport.endpoint"],
        VersionRange::ALL,
        |case, came| {
            let answer = came.evidence(case);
            case.must(
                came.method == "POST",
                &answer,
                "events come by POST",
                || came.method.to_string(),
            )
        },
    ),
    (
        "content-type",
        "events are application/json",
        &["webhooks.transport.content-type"],
        VersionRange::ALL,
        content_type,
    ),
    (
        "shape",
        "every event is a valid WebhookEvent of the version",
        &[],
        VersionRange::ALL,
        |case, came| case.shape(&came.evidence(case), "webhook#WebhookEvent"),
    ),
    (
        "discriminator",
        "data.type is order",
        &["webhooks.data.discriminator"],
        VersionRange::from(SpecVersion::V2026_04_17),
        |case, came| {
            let answer = came.evidence(case);
            case.must(
                text(came.order(), "type") == "order",
                &answer,
                "data.type is order in every event",
                || case.excerpt(&answer),
            )
        },
    ),
    (
        "event-type",
        "events are order_create or order_update",
        &["webhooks.emit.order-create", "webhooks.emit.order-update"],
        VersionRange::ALL,
        |case, came| {
            let answer = came.evidence(case);
            case.must(
                matches!(came.kind(), "order_create" | "order_update"),
                &answer,
                "the type of an event is order_create or order_update",
                || format!("type `{}`", came.kind()),
            )
        },
    ),
    (
        "timestamp",
        "a Timestamp header is an RFC 3339 time near the time of sending",
        &["webhooks.transport.timestamp-header"],
        VersionRange::ALL,
        timestamp,
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = emissions();
    checks.extend(counts());
    checks.extend(
        LOOKS
            .into_iter()
            .map(|(name, title, proves, versions, look)| {
                check(Topic::Webhooks, name, title, move |case| each(case, look))
                    .proves(proves)
                    .proves_shapes(if name == "shape" {
                        &["WebhookEvent", "EventDataOrder"]
                    } else {
                        &[]
                    })
                    .versions(versions)
                    .advice("send events as the webhook OpenAPI file of the version writes them")
            }),
    );
    checks
}

/// Every delivery of every stage that can be reached.
async fn each(case: Arc<Case>, look: Look) -> Outcome {
    let mut stages = vec![journey(&case, Stage::Created).await?];
    for stage in [Stage::Shipped, Stage::Refunded] {
        stages.extend(journey(&case, stage).await.ok());
    }
    for stage in &stages {
        for came in stage.states() {
            look(&case, came)?;
        }
    }
    Ok(())
}

fn path(case: &Case, came: &Delivery) -> Outcome {
    let answer = came.evidence(case);
    let path = came.target.split('?').next().unwrap_or_default();
    case.must(
        path.ends_with(PATH),
        &answer,
        "the path ends with /agentic_checkout/webhooks/order_events",
        || came.target.clone(),
    )
}

fn content_type(case: &Case, came: &Delivery) -> Outcome {
    let answer = came.evidence(case);
    let value = came.header("content-type").unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default().trim();
    case.must(
        kind.eq_ignore_ascii_case("application/json"),
        &answer,
        "Content-Type is application/json",
        || format!("`{value}`"),
    )
}

fn timestamp(case: &Case, came: &Delivery) -> Outcome {
    let answer = came.evidence(case);
    if !came.headers.contains_key("timestamp") {
        return Ok(());
    }
    let value = came.header("timestamp").unwrap_or_default();
    let sent = value.parse::<Timestamp>();
    let near =
        sent.is_ok_and(|sent| sent.duration_since(came.at).as_secs().unsigned_abs() <= CLOCK_S);
    case.must(
        near,
        &answer,
        "Timestamp is an RFC 3339 time within 300 seconds of the judge's clock",
        || format!("`{value}`, and it was {}", came.at),
    )
}

/// The checks that an event comes at all.
fn emissions() -> Vec<Check> {
    let rows = [
        (
            "emit-order-create",
            "an order_create follows a completed checkout within webhooks.wait_s",
            Stage::Created,
            "order_create",
            "webhooks.emit.order-create",
        ),
        (
            "emit-order-update-shipped",
            "an order_update follows when an order is shipped",
            Stage::Shipped,
            "order_update",
            "webhooks.emit.order-update",
        ),
        (
            "emit-order-update-refunded",
            "an order_update follows when an order is refunded",
            Stage::Refunded,
            "order_update",
            "webhooks.emit.order-update",
        ),
        (
            "emit-order-update-canceled",
            "an order_update follows when an order is cancelled",
            Stage::Canceled,
            "order_update",
            "webhooks.emit.order-update",
        ),
        (
            "emit-order-update-delivered",
            "an order_update follows when an order is delivered",
            Stage::Delivered,
            "order_update",
            "webhooks.emit.order-update",
        ),
    ];
    let rows = rows.map(|(name, title, stage, kind, proves)| {
        check(Topic::Webhooks, name, title, move |case| async move {
            let journey = attempted(&case, stage).await?;
            let untold = journey.untold.clone().unwrap_or_default();
            case.must_hold(untold.is_empty(), title, || untold)?;
            let last = journey.states().last().map_or("", |came| came.kind());
            case.must_hold(last == kind, title, || {
                format!("the last event is of type `{last}`")
            })
        })
        .proves(&[proves])
        .advice("send an event for every change of an order; check the address and the log of your sender")
    });
    rows.into()
}

/// Looks at all deliveries of a journey.
type Count = fn(&Case, &Journey) -> Outcome;

const COUNTS: [(&str, &str, &[&str], VersionRange, Count); 4] = [
    (
        "create-first",
        "the first event of an order is its order_create",
        &["webhooks.event.create-first"],
        VersionRange::ALL,
        |case, journey| {
            let Some(first) = journey.deliveries.first() else {
                return Ok(());
            };
            let answer = first.evidence(case);
            case.must(
                first.kind() == "order_create",
                &answer,
                "the first event of an order has type order_create",
                || format!("type `{}`", first.kind()),
            )
        },
    ),
    (
        "one-create",
        "an order has one order_create, whatever happens to it later",
        &["webhooks.emit.order-create", "webhooks.emit.order-update"],
        VersionRange::ALL,
        one_create,
    ),
    (
        "once-when-taken",
        "an event that was answered with 200 is not sent again",
        &[],
        VersionRange::ALL,
        |case, journey| {
            let again = journey
                .deliveries
                .len()
                .saturating_sub(journey.states().len());
            if let Some(last) = journey.deliveries.last() {
                let answer = last.evidence(case);
                case.should(
                    again == 0,
                    &answer,
                    "an event that was taken should not be sent again",
                    || format!("{again} events came again after a 200"),
                );
            }
            Ok(())
        },
    ),
    (
        "request-id-unique",
        "Request-Id is different for each event",
        &["webhooks.transport.request-id"],
        VersionRange::from(SpecVersion::V2026_01_30),
        request_ids,
    ),
];

fn counts() -> Vec<Check> {
    let rows = COUNTS.map(|(name, title, proves, versions, count)| {
        check(Topic::Webhooks, name, title, move |case| async move {
            count(&case, &journey(&case, Stage::Created).await?)?;
            for stage in [Stage::Shipped, Stage::Refunded] {
                if let Ok(journey) = journey(&case, stage).await {
                    count(&case, &journey)?;
                }
            }
            Ok(())
        })
        .proves(proves)
        .versions(versions)
        .advice("give each event an identity of its own, and send each until it is taken, once")
    });
    rows.into()
}

fn one_create(case: &Case, journey: &Journey) -> Outcome {
    let creates: Vec<_> = journey
        .states()
        .into_iter()
        .filter(|came| came.kind() == "order_create")
        .collect();
    let Some(last) = creates.last() else {
        return Ok(());
    };
    let answer = last.evidence(case);
    case.must(
        creates.len() == 1,
        &answer,
        "an order has one order_create",
        || format!("{} different ones came", creates.len()),
    )
}

fn request_ids(case: &Case, journey: &Journey) -> Outcome {
    let mut seen = BTreeSet::new();
    for came in journey.states() {
        let Some(id) = came.header("request-id") else {
            continue;
        };
        let answer = came.evidence(case);
        case.must(
            seen.insert(id.to_owned()),
            &answer,
            "Request-Id is different for each event",
            || format!("`{id}` came with two different events"),
        )?;
    }
    Ok(())
}
