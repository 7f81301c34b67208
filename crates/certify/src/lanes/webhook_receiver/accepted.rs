//! Events that a receiver takes, one check per event.

use std::sync::Arc;

use super::{
    super::documents::with,
    Sender, check,
    event::{event, minimal, rich},
    orders::{MORE, ROWS},
};
use crate::{Check, SpecVersion, Topic, VersionRange};

/// Checks of orders as 2026-04-17 writes them.
pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    if version < SpecVersion::V2026_04_17 {
        return Vec::new();
    }
    let rows = ROWS.iter().chain(MORE).map(|row| {
        let (kind, order) = (row.kind, row.order);
        check(Topic::Webhooks, row.name, row.title, move |case| async move {
            let sender = Sender::of(&case)?;
            let session = sender.session_id()?;
            let answer = sender.send(sender.event(&event(kind, order(&session)))?).await?;
            if !matches!(kind, "order_create" | "order_update") {
                return sender.must_be_success(&answer);
            }
            sender.must_be_taken(&answer)?;
            case.shape(&answer, "webhook#WebhookAcknowledgment")
        })
        .proves(row.proves)
        .proves_shapes(&["WebhookAcknowledgment"])
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .advice("answer 200 with {\"received\": true}; read orders leniently, keep what is unknown as text")
    });
    let mut checks: Vec<_> = rows.collect();
    checks.push(grows());
    checks
}

/// An order that grows richer from event to event.
fn grows() -> Check {
    check(
        Topic::Webhooks,
        "order-grows-richer",
        "an order that gains members from one event to the next is taken each time",
        |case: Arc<crate::Case>| async move {
            let sender = Sender::of(&case)?;
            let session = sender.session_id()?;
            let full = rich(&session);
            let mut order = minimal(case.version(), &session);
            sender.taken(&event("order_create", order.clone())).await?;
            for member in [
                "line_items",
                "totals",
                "fulfillments",
                "adjustments",
                "order_number",
            ] {
                if let Some(part) = full.get(member) {
                    order = with(order, &format!("/{member}"), part.clone());
                    sender.taken(&event("order_update", order.clone())).await?;
                }
            }
            // And poorer again, which is legal: all of these members are optional.
            sender
                .taken(&event("order_update", minimal(case.version(), &session)))
                .await?;
            Ok(())
        },
    )
    .proves(&[
        "orders.compat.rich-accepted",
        "orders.compat.minimal-accepted",
    ])
    .versions(VersionRange::from(SpecVersion::V2026_04_17))
    .advice("treat every member of an order but its ids as optional")
}
