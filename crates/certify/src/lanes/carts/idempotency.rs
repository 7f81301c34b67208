//! Keys of POST.

use serde_json::json;

use super::{
    client::{Carts, row},
    operation::{Operation, body_of},
};
use crate::{
    Check, Outcome, Topic,
    lanes::documents::with,
    lanes::seller::{
        idempotency::{
            conflicts,
            forms::{escaped, reordered, spaced},
            fresh, replayed,
        },
        refusal::text,
    },
};

const KEEP: &str = "keep the answer with its key, and give it again";

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = [Operation::Create, Operation::Cancel]
        .into_iter()
        .map(key_required)
        .collect();
    checks.extend(replays());
    checks.extend(forms());
    checks.extend(conflicting());
    checks.extend(keys());
    checks
}

fn key_required(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Idempotency,
        &format!("{verb}-needs-key"),
        format!("{verb} without Idempotency-Key gets 400 idempotency_key_required"),
        move |carts| async move {
            let call = carts.call(operation).await?;
            let request = call.request.clone().without("Idempotency-Key");
            let answer = carts.send(request).await?;
            carts
                .seller
                .refused_with(&answer, 400, "idempotency_key_required")?;
            carts.left_alone(&call).await
        },
    )
    .proves(&["cart.idempotency.key-required"])
    .advice("refuse a POST without a key before anything is done")
}

fn replays() -> Vec<Check> {
    vec![
        row(
            Topic::Idempotency,
            "create-replayed",
            "a repeated create gets the same cart again, and makes no second one",
            |carts| async move {
                let request = carts.create_request(&carts.body()?)?;
                let first = carts.send(request.clone()).await?;
                carts.cart(&first, 201)?;
                fresh(&carts.seller, &first)?;
                let again = carts.send(request).await?;
                replayed(&carts.seller, &first, &again)
            },
        )
        .proves(&["cart.idempotency.replay"])
        .advice(KEEP),
        row(
            Topic::Idempotency,
            "create-replayed-after-update",
            "a create that is repeated after an update names the same cart, and does not undo the update",
            replay_after_update,
        )
        .proves(&["cart.idempotency.replay"])
        .advice(KEEP),
        row(
            Topic::Idempotency,
            "cancel-replayed",
            "a repeated cancel with the same key gets the final cart again",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let request = carts.cancel_request(&cart.id)?;
                let first = carts.send(request.clone()).await?;
                carts.cart(&first, 200)?;
                let again = carts.send(request).await?;
                // Later calls should answer 404 as well: either reading may be meant.
                carts.case().should(
                    again.status == 200 && again.json == first.json,
                    &again,
                    "a repeated cancel gets the stored answer",
                    || format!("{}: {}", again.status, carts.case().excerpt(&again)),
                );
                Ok(())
            },
        )
        .advice(KEEP),
        row(
            Topic::Idempotency,
            "update-replayed",
            "a repeated PUT with the same key leaves the cart as the first left it",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let other = carts.seller.item_at(1)?;
                let request = carts.replace_request(&cart.id, &carts.body_of(&[(other, 1)]))?;
                let first = carts.cart(&carts.send(request.clone()).await?, 200)?;
                let again = carts.cart(&carts.send(request).await?, 200)?;
                carts.same_state(&first, &again, "a repeated PUT has one effect")
            },
        )
        .proves(&["cart.update.replaces"]),
    ]
}

async fn replay_after_update(carts: Carts) -> Outcome {
    let request = carts.create_request(&carts.body()?)?;
    let first = carts.cart(&carts.send(request.clone()).await?, 201)?;
    let other = carts.seller.item_at(1)?;
    let updated = carts.replaced_by(&first.id, &[(other, 2)]).await?;
    let again = carts.send(request).await?;
    let named = carts.cart(&again, again.status)?;
    carts.case().must(
        again.is_success() && named.id == first.id,
        &again,
        "one key makes one cart",
        || format!("{}: {} instead of {}", again.status, named.id, first.id),
    )?;
    carts.unchanged(&updated, "a replay").await
}

fn forms() -> Vec<Check> {
    type Form = fn(&serde_json::Value) -> String;
    let table: [(&str, &str, Form); 3] = [
        ("reordered", "members in another order", reordered),
        ("spaced", "other white space", spaced),
        ("escaped", "characters written as escapes", escaped),
    ];
    let check = |(name, what, form): (&str, &str, Form)| {
        row(
            Topic::Idempotency,
            &format!("create-replayed-{name}"),
            format!("the same body with {what} is the same request"),
            move |carts| async move {
                let request = carts.create_request(&carts.body_with_buyer()?)?;
                let first = carts.send(request.clone()).await?;
                carts.cart(&first, 201)?;
                let body = form(&body_of(&request));
                let again = carts.send(request.body(body)).await?;
                replayed(&carts.seller, &first, &again)
            },
        )
        .proves(&["cart.idempotency.replay"])
        .advice("compare bodies by their meaning")
    };
    table.into_iter().map(check).collect()
}

fn conflicting() -> Vec<Check> {
    type Change = fn(&Carts) -> Outcome<serde_json::Value>;
    let table: [(&str, &str, Change); 4] = [
        ("other-item", "another item", |carts| {
            Ok(carts.body_of(&[(carts.seller.item_at(1)?, 1)]))
        }),
        ("more-units", "more units", |carts| {
            Ok(carts.body_of(&[(carts.seller.item()?, 2)]))
        }),
        ("added-buyer", "a buyer added", Carts::body_with_buyer),
        ("added-locale", "a locale added", |carts| {
            Ok(with(carts.body()?, "/locale", json!("en-US")))
        }),
    ];
    let check = |(name, what, change): (&str, &str, Change)| {
        row(
            Topic::Idempotency,
            &format!("create-conflict-{name}"),
            format!("create with a used key and {what} gets 422 idempotency_conflict"),
            move |carts| async move {
                let request = carts.create_request(&carts.body()?)?;
                let first = carts.cart(&carts.send(request.clone()).await?, 201)?;
                let other = request.body(change(&carts)?.to_string());
                let answer = carts.send(other).await?;
                conflicts(&carts.seller, &answer)?;
                carts.unchanged(&first, "a conflict").await
            },
        )
        .proves(&["cart.idempotency.conflict"])
        .advice("keep a digest of the body with the key")
    };
    table.into_iter().map(check).collect()
}

fn keys() -> Vec<Check> {
    vec![
        row(
            Topic::Idempotency,
            "two-keys-two-carts",
            "the same body with two keys makes two carts",
            |carts| async move {
                let (one, two) = (carts.new_cart().await?, carts.new_cart().await?);
                carts.case().must(
                    one.id != two.id,
                    &two.answer,
                    "another key is another request",
                    || one.id.clone(),
                )
            },
        )
        .proves(&["cart.create.server-id"]),
        row(
            Topic::Idempotency,
            "long-key",
            "a key of 255 characters is taken",
            |carts| async move {
                let request = carts.create_request(&carts.body()?)?;
                let key: String = carts
                    .case()
                    .fresh_key()?
                    .chars()
                    .cycle()
                    .take(255)
                    .collect();
                let answer = carts.send(request.with("Idempotency-Key", key)).await?;
                carts.cart(&answer, 201).map(drop)
            },
        )
        .proves(&["cart.create.status-201"]),
        row(
            Topic::Idempotency,
            "refusal-frees-no-cart",
            "a refused create makes no cart under its key: the same request is refused again",
            |carts| async move {
                let request = carts.create_request(&json!({ "line_items": [] }))?;
                for _ in 0..2 {
                    let answer = carts.send(request.clone()).await?;
                    carts.seller.refused_as_invalid(&answer)?;
                    let id = answer.json.as_ref().map(|json| text(json, "id").to_owned());
                    carts.case().must(
                        id.is_none_or(|id| id.is_empty()),
                        &answer,
                        "a refusal names no cart",
                        || carts.case().excerpt(&answer),
                    )?;
                }
                Ok(())
            },
        ),
    ]
}
