//! Events about orders that were paid by a seller-backed handler.

use std::{sync::Arc, time::Duration};

use super::{
    super::documents::{list, text},
    check,
    hub::Hub,
    journey::run,
};
use crate::{Case, Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

pub(super) fn checks() -> Vec<Check> {
    let rows = [
        (
            "seller-backed-refund",
            "a refund of a seller-backed payment should be told by an order event",
            "seller-backed.events.refunds",
        ),
        (
            "seller-backed-dispute",
            "a dispute of a seller-backed payment should be told by an order event",
            "seller-backed.events.disputes",
        ),
        (
            "seller-backed-adjustment",
            "points or credit given back should be told by an order event",
            "seller-backed.events.balance-adjustments",
        ),
    ];
    let rows = rows.map(|(name, title, proves)| {
        check(Topic::Webhooks, name, title, move |case| {
            told(case, name, title)
        })
        .proves(&[proves])
        .versions(VersionRange::from(SpecVersion::V2026_01_30))
        .advice("send an order_update with the adjustment")
    });
    rows.into()
}

async fn told(case: Arc<Case>, action: &'static str, rule: &'static str) -> Outcome {
    let (hub, target) = Hub::of(&case).await?;
    let offered = case
        .target()
        .seller
        .as_ref()
        .is_some_and(|seller| seller.offers("seller-backed"));
    if !offered {
        return Err(Stop::NotApplicable(
            "not offered: seller-backed is not in seller.offers".to_owned(),
        ));
    }
    let Some(command) = target.actions.get(action) else {
        return Err(Stop::NotTested(format!(
            "nothing makes the seller do this: set webhooks.actions.{action} in certify.toml"
        )));
    };
    let longest = Duration::from_secs(target.wait_s);
    let output = run(command, "", longest).await?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let order_id = printed.lines().next().unwrap_or_default().trim().to_owned();
    if order_id.is_empty() {
        return Err(Stop::NotTested(format!(
            "webhooks.actions.{action} printed no order id"
        )));
    }
    let about = |wanted: &str| {
        hub.all(|came| text(came.order(), "id") == wanted && came.kind() == "order_update")
    };
    let session = hub
        .all(|came| text(came.order(), "id") == order_id)
        .first()
        .map(|came| came.session().to_owned())
        .unwrap_or_default();
    hub.wait(&session, longest, |_| !about(&order_id).is_empty())
        .await;
    let updates = about(&order_id);
    let adjusted = updates.iter().any(|came| {
        let (new, old) = (
            list(came.order(), "adjustments"),
            list(came.order(), "refunds"),
        );
        !new.is_empty() || !old.is_empty()
    });
    for came in &updates {
        came.evidence(&case);
    }
    case.should_hold(adjusted, rule, || {
        format!(
            "{} order_update events came, none with an adjustment",
            updates.len()
        )
    });
    Ok(())
}
