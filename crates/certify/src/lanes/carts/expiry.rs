//! Carts that end.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time;

use super::{
    client::{Cart, Carts, row},
    operation::Operation,
};
use crate::{Check, Outcome, Stop, Topic, lanes::clock::now};

/// Longest wait for a cart to end, in seconds.
const WAIT_S_MAX: i64 = 15;

/// A life that is worth the name, in seconds.
const LIFE_S_MIN: i64 = 60;
/// A year and a day.
const LIFE_S_MAX: i64 = 366 * 24 * 3600;

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        row(
            Topic::Expiry,
            "end-is-set",
            "a cart has an end, neither at once nor never",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let end = cart.json.get("expires_at");
                carts.case().should(
                    end.is_some_and(Value::is_string),
                    &cart.answer,
                    "a cart has expires_at",
                    || format!("expires_at is {end:?}"),
                );
                let Ok(end) = end_of(&carts, &cart) else {
                    return Ok(());
                };
                let life = end.as_second().saturating_sub(now().as_second());
                carts.case().should(
                    (LIFE_S_MIN..=LIFE_S_MAX).contains(&life),
                    &cart.answer,
                    "a cart lives longer than a minute and no longer than a year",
                    || format!("{life} s"),
                );
                Ok(())
            },
        )
        .proves(&["cart.security.ttl"])
        .advice("set expires_at, for example to a day from now"),
        row(
            Topic::Expiry,
            "refreshed-by-update",
            "an update moves the end of the cart",
            refreshed,
        )
        .proves(&["cart.update.expiry-refreshed"])
        .advice("count the life of a cart from its last update"),
        row(
            Topic::Expiry,
            "not-extended-by-get",
            "GET does not bring the end of a cart nearer",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let before = end_of(&carts, &cart)?;
                let read = carts.read(&cart.id).await?;
                let after = end_of(&carts, &read)?;
                carts.case().must(
                    after >= before,
                    &read.answer,
                    "a reading does not shorten the life of a cart",
                    || format!("{before}, then {after}"),
                )
            },
        )
        .proves(&["cart.expiry.rfc3339"]),
    ];
    checks.extend(Operation::ALL.map(in_the_future));
    checks.extend(Operation::ON_CART.map(expired));
    checks
}

/// When the cart ends; not applicable when it does not say.
fn end_of(carts: &Carts, cart: &Cart) -> Outcome<Timestamp> {
    let text = cart.json.get("expires_at").and_then(Value::as_str);
    let text =
        text.ok_or_else(|| Stop::NotApplicable("not offered: expires_at of carts".to_owned()))?;
    let end: Option<Timestamp> = text.parse().ok();
    carts.case().must(
        end.is_some(),
        &cart.answer,
        "expires_at is an RFC 3339 time",
        || text.to_owned(),
    )?;
    end.ok_or_else(|| Stop::NotTested("no time".to_owned()))
}

/// The end is in the future, and until then the cart is there; a cancellation shows the last end.
fn in_the_future(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Expiry,
        &format!("end-in-the-future-{verb}"),
        format!(
            "expires_at is an RFC 3339 time in the future, and the cart lives until then ({verb})"
        ),
        move |carts| async move {
            let call = carts.call(operation).await?;
            let answer = carts.send(call.request).await?;
            let cart = carts.cart(&answer, operation.status())?;
            let end = end_of(&carts, &cart)?;
            carts.case().must(
                end > now(),
                &answer,
                "a cart that is shown has not ended",
                || format!("it ended at {end}"),
            )?;
            if operation == Operation::Cancel {
                return Ok(());
            }
            let read = carts.get(&cart.id).await?;
            carts.case().must(
                read.status == 200 || now() >= end,
                &read,
                "a cart lives until its expires_at",
                || format!("{} before {end}", read.status),
            )
        },
    )
    .proves(&["cart.expiry.rfc3339"])
    .advice("compare the clock with the expires_at that you show")
}

async fn refreshed(carts: Carts) -> Outcome {
    let cart = carts.new_cart().await?;
    let before = end_of(&carts, &cart)?;
    // Ends may be told in whole seconds.
    time::sleep(Duration::from_millis(1100)).await;
    let answer = carts.replace(&cart.id, &carts.body()?).await?;
    let updated = carts.cart(&answer, 200)?;
    let after = end_of(&carts, &updated)?;
    carts.case().should(
        after > before,
        &answer,
        "an update moves expires_at further into the future",
        || format!("{before}, then {after}"),
    );
    Ok(())
}

fn expired(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Expiry,
        &format!("{verb}-expired"),
        format!("{verb} on an expired cart answers 404"),
        move |carts| async move {
            let id = ended(&carts).await?;
            let answer = carts.send(carts.request_on(operation, &id)?).await?;
            carts.case().status(&answer, &[404])?;
            carts.seller.error_body(&answer)?;
            let read = carts.get(&id).await?;
            carts.case().must(
                read.status == 404,
                &read,
                "no call brings an expired cart back",
                || read.status.to_string(),
            )
        },
    )
    .proves(match operation {
        Operation::Get | Operation::Create => &["cart.get.expired-404"],
        Operation::Update | Operation::Cancel => &["cart.update.expired-404"],
    })
    .advice("look at the end of a cart in every call, and answer 404 once it has passed")
}

/// The id of a cart that has ended: the configured one, or one that ends within seconds.
async fn ended(carts: &Carts) -> Outcome<String> {
    if let Some(id) = &carts.seller.target().expired_cart {
        return Ok(id.clone());
    }
    let cart = carts.new_cart().await?;
    let end = end_of(carts, &cart)?;
    let wait = end.as_second().saturating_sub(now().as_second());
    if wait > WAIT_S_MAX {
        return Err(Stop::NotTested(format!(
            "a cart ends in {wait} s; set seller.expired_cart to the id of a cart that has ended, or let the test environment end them within {WAIT_S_MAX} s"
        )));
    }
    let seconds = u64::try_from(wait).unwrap_or_default();
    time::sleep(Duration::from_secs(seconds.saturating_add(1))).await;
    Ok(cart.id)
}
