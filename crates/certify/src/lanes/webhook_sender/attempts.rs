//! A receiver in trouble: what the seller does about events that were not taken.
//!
//! The protocol leaves attempts to the seller; these are warnings, but for what every attempt must
//! obey.
#![expect(
    clippy::similar_names,
    reason = "`case` and what `came` are the words of this lane"
)]

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::time::sleep;

use super::{
    super::{
        documents::text,
        seller::Seller,
        webhook_signature::{HEADER, TOLERANCE_S, fits, parts},
    },
    check,
    delivery::Delivery,
    hub::{ELSEWHERE, Hub, Reaction},
    journey::{no_order, run, sends},
    signatures::fresh,
};
use crate::{
    Case, Check, Outcome, SignatureNotation, SpecVersion, Stop, Topic, VersionRange, WebhookTarget,
};

/// How long a seller may wait for an answer before it tries again, in seconds.
const PATIENCE_S: u64 = 15;

/// Names, reactions to the first delivery.
const TROUBLES: &[(&str, &str, Reaction)] = &[
    ("answer-500", "answered 500", Reaction::Status(500, None)),
    ("answer-503", "answered 503", Reaction::Status(503, None)),
    (
        "answer-429",
        "answered 429 with Retry-After: 1",
        Reaction::Status(429, Some(1)),
    ),
    ("answer-404", "answered 404", Reaction::Status(404, None)),
    (
        "answer-none",
        "not answered for a while",
        Reaction::Silence(30),
    ),
    ("connection-closed", "cut off", Reaction::Close),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = TROUBLES
        .iter()
        .map(|&(name, what, reaction)| {
            let title = format!("an event that is {what} should be sent again, the same and newly signed");
            check(Topic::Webhooks, name, &title, move |case| again(case, reaction))
                .alone()
                .proves(&["webhooks.signature.fresh-timestamp"])
                .advice("keep events until they are taken; repeat the same bytes and Request-Id under a new signature, with growing pauses")
        })
        .collect();
    checks.push(
        check(
            Topic::Webhooks,
            "redirect-not-followed",
            "a signed event should not follow a redirect to another address",
            redirect,
        )
        .alone()
        .advice("turn redirects off: events are for the agreed address"),
    );
    checks.push(
        check(
            Topic::Webhooks,
            "order-kept",
            "an order_update should not overtake an order_create that was not taken yet",
            overtaking,
        )
        .alone()
        .proves(&["webhooks.event.create-first"])
        .versions(VersionRange::ALL)
        .advice("send the events of one order one after the other"),
    );
    checks.push(
        check(
            Topic::Webhooks,
            "answer-410",
            "an event that is answered 410 Gone should not be sent again",
            gone,
        )
        .alone()
        .advice("stop sending to an address that is gone"),
    );
    checks
}

/// An order whose first event the judge answers like this.
async fn order(
    case: &Arc<Case>,
    reactions: &[Reaction],
) -> Outcome<(Arc<Hub>, WebhookTarget, String, String)> {
    let (hub, target) = Hub::of(case).await?;
    sends(case).await?;
    let seller = Seller::of(case)?;
    let session = seller.ready_session().await.map_err(no_order)?;
    let token = seller.token(&session).await.map_err(no_order)?;
    hub.react(&session.id, reactions);
    let body = seller.complete_body(&session, &token);
    let answer = seller
        .complete(&session.id, &body)
        .await
        .map_err(no_order)?;
    let completed = seller.session(&answer).map_err(no_order)?;
    let order = completed.json.get("order").unwrap_or(&Value::Null);
    let (target, id) = (target.clone(), text(order, "id").to_owned());
    let longest = Duration::from_secs(target.wait_s);
    if !hub
        .wait(&session.id, longest, |came| !came.is_empty())
        .await
    {
        return Err(Stop::NotTested(
            "no event came; see webhook-sender.webhooks.emit-order-create".to_owned(),
        ));
    }
    Ok((hub, target, session.id, id))
}

async fn again(case: Arc<Case>, reaction: Reaction) -> Outcome {
    let (hub, target, session, _) = order(&case, &[reaction]).await?;
    // A seller has some patience of its own with an answer that does not come.
    let patience = if matches!(reaction, Reaction::Silence(_)) {
        PATIENCE_S
    } else {
        0
    };
    let longest = Duration::from_secs(target.retry_wait_s.saturating_add(patience));
    hub.wait(&session, longest, |came| came.len() > 1).await;
    let came = hub.of_session(&session);
    let attempts: Vec<_> = came.iter().map(|one| (one, one.evidence(&case))).collect();
    let (Some((first, _)), Some((second, answer))) = (attempts.first(), attempts.get(1)) else {
        case.should_hold(false, "an event that was not taken should be sent again", || {
            format!(
                "no second attempt within {} s; if the seller waits longer, raise webhooks.retry_wait_s",
                target.retry_wait_s
            )
        });
        return Ok(());
    };
    let pause = second.at.duration_since(first.at);
    if reaction == Reaction::Status(429, Some(1)) {
        case.should(
            pause.as_millis() >= 900,
            answer,
            "Retry-After should be waited for",
            || format!("sent again after {} ms", pause.as_millis()),
        );
    }
    case.should(
        first.body == second.body,
        answer,
        "an event sent again should be the same bytes",
        || "the body differs".to_owned(),
    );
    if first.headers.contains_key("request-id") {
        case.should(
            first.header("request-id") == second.header("request-id"),
            answer,
            "an event sent again should keep its Request-Id",
            || {
                format!(
                    "{:?}, then {:?}",
                    first.header("request-id"),
                    second.header("request-id")
                )
            },
        );
    }
    signed_again(&case, second, &target)
}

/// Whatever is sent again is signed anew, and rightly.
fn signed_again(case: &Case, second: &Delivery, target: &WebhookTarget) -> Outcome {
    let notation = if case.version() >= SpecVersion::V2026_04_17 {
        fresh(case, second, TOLERANCE_S)?;
        SignatureNotation::Timestamped
    } else {
        target.signature
    };
    let value = second.header(HEADER).unwrap_or_default();
    let secret = target.secret.expose().unwrap_or_default();
    let answer = second.evidence(case);
    case.must(
        fits(notation, secret.as_bytes(), value, &second.body),
        &answer,
        "an event sent again carries a right signature",
        || format!("`{value}`"),
    )?;
    // With a clock in seconds, an attempt a second later has another t.
    let t = parts(value).map(|(t, _)| t.to_owned());
    case.must(
        notation != SignatureNotation::Timestamped || t.is_some(),
        &answer,
        "an event sent again carries t and v1",
        || format!("`{value}`"),
    )
}

async fn redirect(case: Arc<Case>) -> Outcome {
    let (hub, target, session, _) = order(&case, &[Reaction::Redirect]).await?;
    sleep(Duration::from_millis(target.quiet_ms)).await;
    let followed = hub.of_session(&session);
    let followed = followed
        .iter()
        .find(|came| came.target.starts_with(ELSEWHERE));
    if let Some(came) = followed {
        let answer = came.evidence(&case);
        case.should(
            false,
            &answer,
            "a signed event should not follow a redirect",
            || format!("it came to {}", came.target),
        );
    }
    // So that the next check does not wait behind this event.
    let longest = Duration::from_secs(target.retry_wait_s);
    hub.wait(&session, longest, |came| came.len() > 1).await;
    Ok(())
}

async fn overtaking(case: Arc<Case>) -> Outcome {
    let trouble = Reaction::Status(500, None);
    let (hub, target, session, order_id) = order(&case, &[trouble]).await?;
    if target.ship_command.is_empty() {
        return Err(Stop::NotTested(
            "nothing makes the seller ship: set webhooks.ship_command in certify.toml".to_owned(),
        ));
    }
    let longest = Duration::from_secs(target.retry_wait_s);
    run(&target.ship_command, &order_id, longest).await?;
    let told = |came: &[Delivery]| {
        came.iter().any(|one| one.kind() == "order_update")
            && came
                .iter()
                .any(|one| one.kind() == "order_create" && one.answered == 200)
    };
    hub.wait(&session, longest, told).await;
    let came = hub.of_session(&session);
    let taken = came
        .iter()
        .position(|one| one.kind() == "order_create" && one.answered == 200);
    let update = came.iter().position(|one| one.kind() == "order_update");
    let first = came
        .first()
        .map(|one| (one.kind().to_owned(), one.evidence(&case)));
    if let Some((kind, answer)) = first {
        case.must(
            kind == "order_create",
            &answer,
            "the first event of an order has type order_create",
            || format!("type `{kind}`"),
        )?;
    }
    if let Some(update) = update.and_then(|index| came.get(index)) {
        let answer = update.evidence(&case);
        let overtook = taken.is_none_or(|taken| {
            came.get(taken)
                .is_some_and(|taken| taken.instant > update.instant)
        });
        case.should(
            !overtook,
            &answer,
            "an order_update should not come before its order_create was taken",
            || "it came first".to_owned(),
        );
    }
    Ok(())
}

async fn gone(case: Arc<Case>) -> Outcome {
    let (_, target) = Hub::of(&case).await?;
    if !target.try_gone {
        return Err(Stop::NotTested(
            "some sellers stop sending for good after a 410: set webhooks.try_gone = true to try"
                .to_owned(),
        ));
    }
    let trouble = Reaction::Status(410, None);
    let (hub, target, session, _) = order(&case, &[trouble, trouble, trouble]).await?;
    let longest = Duration::from_secs(target.retry_wait_s);
    let again = hub.wait(&session, longest, |came| came.len() > 1).await;
    if let Some(last) = hub.of_session(&session).last() {
        let answer = last.evidence(&case);
        case.should(
            !again,
            &answer,
            "an event that was answered 410 should not be sent again",
            || "it was sent again".to_owned(),
        );
    }
    Ok(())
}
