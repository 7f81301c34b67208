//! The same key with the same body.

use super::{
    super::{
        Seller,
        kit::{CANONICAL, row},
        operation::{Call, Operation},
    },
    fresh, replayed,
};
use crate::{Answer, Check, Outcome, Topic};

const ADVICE: &str =
    "store status and body with the key, and answer the same key and body from there";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for operation in Operation::POSTS {
        checks.push(replay(operation));
        checks.push(unmarked(operation));
    }
    checks.extend(HEADERS.into_iter().map(other_header));
    checks.extend(later());
    checks.extend(effects());
    checks
}

fn replay(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Idempotency,
        &format!("replay-{verb}"),
        format!("{verb} with the same key and body gives the first answer again, status and body"),
        move |seller| async move {
            let call = Call::good(&seller, operation).await?;
            let (first, again) = twice(&seller, &call).await?;
            replayed(&seller, &first, &again)
        },
    )
    .proves(&[
        "checkout.idempotency.replay-original-body",
        "checkout.idempotency.replay-original-status",
        "checkout.idempotency.replayed-header",
        "versions.idempotency.replay",
        "versions.idempotency.at-least-once",
    ])
    .advice(ADVICE)
}

fn unmarked(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Idempotency,
        &format!("first-unmarked-{verb}"),
        format!("the first answer to {verb} does not carry Idempotent-Replayed"),
        move |seller| async move {
            let call = Call::good(&seller, operation).await?;
            let (first, again) = twice(&seller, &call).await?;
            fresh(&seller, &first)?;
            let mark = again.headers.get("idempotent-replayed");
            seller.case().must(
                mark.is_none_or(|mark| mark == "true"),
                &again,
                "Idempotent-Replayed has no value other than true",
                || format!("{mark:?}"),
            )
        },
    )
    .versions(CANONICAL)
    .proves(&["checkout.idempotency.replayed-only-on-replay"])
    .advice("set Idempotent-Replayed: true on replays and nowhere else")
}

/// Sends a call with one key two times; the first must succeed.
async fn twice(seller: &Seller, call: &Call) -> Outcome<(Answer, Answer)> {
    let key = seller.case().fresh_key()?;
    let first = seller.send(call.keyed(seller, &key)?).await?;
    seller.session(&first)?;
    let again = seller.send(call.keyed(seller, &key)?).await?;
    Ok((first, again))
}

/// Headers that do not belong to the request's meaning: name in the id, header, first value, second.
const HEADERS: [(&str, &str, &str, &str); 4] = [
    ("request-id", "Request-Id", "req-first", "req-second"),
    ("language", "Accept-Language", "en-US", "fr-FR"),
    ("user-agent", "User-Agent", "first/1.0", "second/2.0"),
    ("unknown", "X-Certify", "first", "second"),
];

fn other_header(
    (name, header, one, two): (&str, &'static str, &'static str, &'static str),
) -> Check {
    row(
        Topic::Idempotency,
        &format!("replay-other-{name}"),
        format!("another {header} with the same key and body is a replay, not a conflict"),
        move |seller| async move {
            let call = Call::good(&seller, Operation::Create).await?;
            let key = seller.case().fresh_key()?;
            let first = call.keyed(&seller, &key)?.with(header, one);
            let first = seller.send(first).await?;
            seller.session(&first)?;
            let again = call.keyed(&seller, &key)?.with(header, two);
            let again = seller.send(again).await?;
            replayed(&seller, &first, &again)
        },
    )
    .versions(CANONICAL)
    .proves(&["checkout.idempotency.headers-ignored"])
    .advice("compare the body only")
}

/// Replays after the session has moved on.
fn later() -> [Check; 4] {
    [
        row(
            Topic::Idempotency,
            "replay-update-after-update",
            "replaying an update returns its stored answer and does not undo a later update",
            update_after_update,
        )
        .proves(&[
            "checkout.idempotency.update-replay",
            "checkout.idempotency.no-second-effect",
            "versions.idempotency.replay",
        ])
        .advice(ADVICE),
        row(
            Topic::Idempotency,
            "replay-create-after-cancel",
            "replaying a create after cancel returns the first answer and opens nothing",
            create_after_cancel,
        )
        .proves(&[
            "checkout.idempotency.replay-original-body",
            "checkout.idempotency.no-second-effect",
            "versions.idempotency.replay",
        ])
        .advice(ADVICE),
        row(
            Topic::Idempotency,
            "replay-update-after-complete",
            "replaying an update after complete returns its stored answer and changes nothing",
            update_after_complete,
        )
        .proves(&[
            "checkout.idempotency.update-replay",
            "checkout.idempotency.no-second-effect",
            "versions.idempotency.replay",
        ])
        .advice(ADVICE),
        row(
            Topic::Idempotency,
            "replay-cancel-or-refuse",
            "a repeated cancel replays with the same key and gets 405 with a new one",
            cancel_or_refuse,
        )
        .proves(&[
            "checkout.idempotency.replay-original-status",
            "checkout.cancel.body-optional",
            "checkout.cancel.405-error-body",
            "checkout.cancel.canceled-405",
            "versions.cancel.no-body-defined",
            "versions.idempotency.replay",
        ])
        .advice("replay by the key before looking at the session's status"),
    ]
}

async fn update_after_update(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Update).await?;
    let (key, id) = (seller.case().fresh_key()?, call.session_id()?.to_owned());
    let first = seller.send(call.keyed(&seller, &key)?).await?;
    seller.session(&first)?;
    let mut moved = seller.target().clone();
    "Somebody Else".clone_into(&mut moved.address.name);
    let address = seller.dialect().address(&moved.address, &moved.buyer);
    let body = serde_json::json!({ seller.dialect().address_member(): address });
    let second = seller.session(&seller.update(&id, &body).await?)?;
    let again = seller.send(call.keyed(&seller, &key)?).await?;
    replayed(&seller, &first, &again)?;
    let now = seller.get(&id).await?;
    seller.same_state(
        &second.json,
        &now,
        "a replayed update does not undo a later one",
    )
}

async fn create_after_cancel(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let key = seller.case().fresh_key()?;
    let first = seller.send(call.keyed(&seller, &key)?).await?;
    let session = seller.session(&first)?;
    seller.session(&seller.cancel(&session.id).await?)?;
    let again = seller.send(call.keyed(&seller, &key)?).await?;
    replayed(&seller, &first, &again)?;
    let now = seller.get(&session.id).await?;
    let status = seller.session(&now)?.status().to_owned();
    seller.case().must(
        status == "canceled",
        &now,
        "a replayed create does not open the session again",
        || format!("status {status}"),
    )
}

async fn update_after_complete(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let key = seller.case().fresh_key()?;
    let update = Call {
        operation: Operation::Update,
        path: Operation::Update.path(&session.id),
        body: Some(super::super::operation::address_body(&seller)),
        session: Some(session.clone()),
    };
    let first = seller.send(update.keyed(&seller, &key)?).await?;
    let updated = seller.session(&first)?;
    let ready = seller.made_ready(updated).await?;
    let token = seller.token(&ready).await?;
    let body = seller.complete_body(&ready, &token);
    let completed = seller.session(&seller.complete(&session.id, &body).await?)?;
    let again = seller.send(update.keyed(&seller, &key)?).await?;
    replayed(&seller, &first, &again)?;
    let now = seller.get(&session.id).await?;
    seller.same_state(
        &completed.json,
        &now,
        "a replayed update does not touch a completed session",
    )
}

async fn cancel_or_refuse(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Cancel).await?;
    let key = seller.case().fresh_key()?;
    let first = seller.send(call.keyed(&seller, &key)?).await?;
    seller.session(&first)?;
    let again = seller.send(call.keyed(&seller, &key)?).await?;
    replayed(&seller, &first, &again)?;
    let refused = seller.send(call.request(&seller)?).await?;
    seller.case().status(&refused, &[405])?;
    seller.refused(&refused)
}

/// What a replay must not do twice.
fn effects() -> [Check; 2] {
    [
        row(
            Topic::Idempotency,
            "replay-makes-one-order",
            "a complete that is sent four times makes one order",
            one_order,
        )
        .proves(&[
            "checkout.idempotency.no-second-effect",
            "checkout.complete.order-created",
            "versions.idempotency.replay",
        ])
        .advice(ADVICE),
        row(
            Topic::Idempotency,
            "replay-makes-one-session",
            "a create that is sent four times makes one session",
            one_session,
        )
        .proves(&[
            "checkout.idempotency.no-second-effect",
            "versions.idempotency.replay",
        ])
        .advice(ADVICE),
    ]
}

async fn one_order(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Complete).await?;
    let key = seller.case().fresh_key()?;
    let first = seller.send(call.keyed(&seller, &key)?).await?;
    let order = first.pointer("/order/id").cloned();
    seller.case().must(
        order.is_some(),
        &first,
        "completing a ready session with a good token makes an order",
        || seller.case().excerpt(&first),
    )?;
    for _ in 0..3 {
        let again = seller.send(call.keyed(&seller, &key)?).await?;
        replayed(&seller, &first, &again)?;
    }
    let now = seller.get(call.session_id()?).await?;
    seller.case().must(
        now.pointer("/order/id") == order.as_ref(),
        &now,
        "the session shows the one order that its completion made",
        || format!("{:?} after {order:?}", now.pointer("/order/id")),
    )
}

async fn one_session(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let key = seller.case().fresh_key()?;
    let first = seller.send(call.keyed(&seller, &key)?).await?;
    let session = seller.session(&first)?;
    for _ in 0..3 {
        let again = seller.send(call.keyed(&seller, &key)?).await?;
        let id = seller.session(&again)?.id;
        seller.case().must(
            id == session.id,
            &again,
            "one key and one body make one session",
            || format!("{id} beside {}", session.id),
        )?;
    }
    Ok(())
}
