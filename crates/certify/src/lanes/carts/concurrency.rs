//! Several requests at once.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::client::{Carts, row};
use crate::{Answer, Check, Outcome, Request, Topic, lanes::seller::idempotency::in_flight};

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = [2, 8].into_iter().map(one_key).collect();
    checks.extend([
        row(
            Topic::Concurrency,
            "creates-many-keys",
            "twelve creates at once with twelve keys make twelve carts",
            many_keys,
        )
        .proves(&["cart.create.server-id"])
        .advice("draw ids at random, or from one sequence"),
        row(
            Topic::Concurrency,
            "updates-do-not-mix",
            "of two PUTs at once one is the cart afterwards, as a whole",
            updates_do_not_mix,
        )
        .proves(&["cart.update.replaces"])
        .advice("replace the cart in one step"),
        row(
            Topic::Concurrency,
            "cancels-at-once",
            "of several cancels at once every answer is the cart or 404, and the cart is gone",
            cancels,
        )
        .proves(&["cart.get.canceled-404"])
        .advice("delete in one step; the one who finds nothing answers 404"),
        row(
            Topic::Concurrency,
            "update-and-cancel",
            "a PUT that races with a cancel does not bring the cart back",
            update_and_cancel,
        )
        .proves(&["cart.get.canceled-404"])
        .advice("update only a cart that is still there, in the same step"),
    ]);
    checks
}

async fn at_once(carts: &Carts, requests: Vec<Request>) -> Outcome<Vec<Answer>> {
    let sent = requests.into_iter().map(|request| carts.send(request));
    join_all(sent).await.into_iter().collect()
}

fn one_key(count: usize) -> Check {
    row(
        Topic::Concurrency,
        &format!("creates-one-key-{count}"),
        format!("{count} creates at once with one key make one cart"),
        move |carts| async move {
            let request = carts.create_request(&carts.body()?)?;
            let answers = at_once(&carts, vec![request; count]).await?;
            let mut ids = BTreeSet::new();
            for answer in &answers {
                if answer.is_success() {
                    ids.insert(carts.cart(answer, 201)?.id);
                } else {
                    in_flight(&carts.seller, answer)?;
                }
            }
            let Some(last) = answers.last() else {
                return Ok(());
            };
            carts.case().must(
                ids.len() == 1,
                last,
                "one key makes one cart, however many requests carry it at once",
                || format!("{ids:?}"),
            )
        },
    )
    .proves(&["cart.idempotency.replay"])
    .advice("claim the key before the work begins")
}

async fn many_keys(carts: Carts) -> Outcome {
    let body = carts.body()?;
    let requests = (0..12).map(|_| carts.create_request(&body));
    let answers = at_once(&carts, requests.collect::<Outcome<_>>()?).await?;
    let mut ids = BTreeSet::new();
    for answer in &answers {
        let cart = carts.cart(answer, 201)?;
        carts.case().must(
            ids.insert(cart.id.clone()),
            answer,
            "different keys make different carts",
            || format!("{} was given twice", cart.id),
        )?;
    }
    Ok(())
}

async fn updates_do_not_mix(carts: Carts) -> Outcome {
    let (one, two) = (carts.seller.item_at(0)?, carts.seller.item_at(1)?);
    for _ in 0..4 {
        let cart = carts.new_cart().await?;
        let requests = [one, two].map(|item| {
            let body = carts.body_of(&[(item, 1)]);
            carts.replace_request(&cart.id, &body)
        });
        let requests = requests.into_iter().collect::<Outcome<_>>()?;
        for answer in at_once(&carts, requests).await? {
            if !answer.is_success() {
                carts.seller.refused(&answer)?;
            }
        }
        let after = carts.read(&cart.id).await?;
        let units = after.units();
        carts.case().must(
            units.len() == 1 && (units.contains_key(one) || units.contains_key(two)),
            &after.answer,
            "the cart is what one of the two PUTs said",
            || format!("{units:?}"),
        )?;
    }
    Ok(())
}

async fn cancels(carts: Carts) -> Outcome {
    let cart = carts.new_cart().await?;
    let requests = (0..6).map(|_| carts.cancel_request(&cart.id));
    let answers = at_once(&carts, requests.collect::<Outcome<_>>()?).await?;
    for answer in &answers {
        carts.case().status(answer, &[200, 404, 409])?;
        if !answer.is_success() {
            carts.seller.refused(answer)?;
        }
    }
    is_gone(&carts, &cart.id).await
}

async fn update_and_cancel(carts: Carts) -> Outcome {
    let other = carts.seller.item_at(1)?;
    for _ in 0..6 {
        let cart = carts.new_cart().await?;
        let body = carts.body_of(&[(other, 2)]);
        let requests = vec![
            carts.replace_request(&cart.id, &body)?,
            carts.cancel_request(&cart.id)?,
            carts.replace_request(&cart.id, &body)?,
        ];
        let answers = at_once(&carts, requests).await?;
        let canceled = answers.get(1).is_some_and(Answer::is_success);
        for answer in &answers {
            if !answer.is_success() {
                carts.seller.refused(answer)?;
            }
        }
        if canceled {
            is_gone(&carts, &cart.id).await?;
        }
    }
    Ok(())
}

async fn is_gone(carts: &Carts, id: &str) -> Outcome {
    let read = carts.get(id).await?;
    carts
        .case()
        .must(read.status == 404, &read, "a canceled cart is gone", || {
            format!("{}: {}", read.status, carts.case().excerpt(&read))
        })
}
