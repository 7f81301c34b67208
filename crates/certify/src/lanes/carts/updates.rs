//! PUT replaces the cart.

use serde_json::json;

use super::client::{Carts, row};
use crate::{Check, Outcome, Topic};

const ADVICE: &str = "replace the lines by those of the request; do not merge";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = replaced();
    checks.extend(kept());
    checks
}

/// Lines before and after, as places in the configured items with units.
type Lines = &'static [(usize, u32)];

fn replaced() -> Vec<Check> {
    let table: [(&str, &str, Lines, Lines); 6] = [
        (
            "other-item",
            "another item takes the place",
            &[(0, 1)],
            &[(1, 1)],
        ),
        (
            "more-units",
            "more units of the same item",
            &[(0, 1)],
            &[(0, 4)],
        ),
        (
            "fewer-units",
            "fewer units of the same item",
            &[(0, 4)],
            &[(0, 1)],
        ),
        ("added-item", "one item more", &[(0, 1)], &[(0, 1), (1, 2)]),
        (
            "removed-item",
            "one item less",
            &[(0, 1), (1, 2)],
            &[(0, 1)],
        ),
        ("same-again", "the same lines again", &[(0, 2)], &[(0, 2)]),
    ];
    let check = |(name, what, before, after): (&str, &str, Lines, Lines)| {
        row(
            Topic::Lifecycle,
            &format!("update-{name}"),
            format!("after an update the cart holds exactly the lines that were sent: {what}"),
            move |carts| async move { exactly(&carts, before, after).await },
        )
        .proves(&["cart.update.replaces"])
        .proves_shapes(&["cart#CartUpdateRequest"])
        .advice(ADVICE)
    };
    table.into_iter().map(check).collect()
}

async fn exactly(carts: &Carts, before: Lines, after: Lines) -> Outcome {
    let named = |lines: Lines| -> Outcome<Vec<(&str, u32)>> {
        let all = lines.iter();
        all.map(|&(place, units)| Ok((carts.seller.item_at(place)?, units)))
            .collect()
    };
    let (before, after) = (named(before)?, named(after)?);
    let cart = carts.new_cart_of(&before).await?;
    let updated = carts.replaced_by(&cart.id, &after).await?;
    let read = carts.read(&cart.id).await?;
    for seen in [&updated, &read] {
        let units = seen.units();
        let same = units.len() == after.len()
            && after
                .iter()
                .all(|(item, count)| units.get(*item) == Some(&u64::from(*count)));
        carts.case().must(
            same,
            &seen.answer,
            "the cart holds the lines of the PUT and no others",
            || format!("{units:?} after {after:?} was sent"),
        )?;
    }
    Ok(())
}

fn kept() -> [Check; 3] {
    [
        row(
            Topic::Lifecycle,
            "update-keeps-id",
            "an update leaves the id as it is",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let updated = carts.cart(&carts.replace(&cart.id, &carts.body()?).await?, 200)?;
                carts.case().must(
                    updated.id == cart.id,
                    &updated.answer,
                    "the id of a cart does not change",
                    || format!("{}, before {}", updated.id, cart.id),
                )
            },
        )
        .proves(&["cart.update.status-200"]),
        row(
            Topic::Lifecycle,
            "update-sets-buyer",
            "an update can bring a buyer",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let body = carts.body_with_buyer()?;
                let updated = carts.cart(&carts.replace(&cart.id, &body).await?, 200)?;
                let email = carts.seller.target().buyer.email.as_str();
                carts.case().must(
                    updated.json.pointer("/buyer/email") == Some(&json!(email)),
                    &updated.answer,
                    "the buyer of a PUT is the buyer of the cart",
                    || format!("buyer is {:?}", updated.json.get("buyer")),
                )
            },
        )
        .proves(&["cart.update.status-200"])
        .proves_shapes(&["cart#CartUpdateRequest"]),
        row(
            Topic::Lifecycle,
            "update-without-key",
            "PUT without Idempotency-Key is taken: the key belongs to POST",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let request = carts.replace_request(&cart.id, &carts.body()?)?;
                let answer = carts.send(request.without("Idempotency-Key")).await?;
                if answer.is_success() {
                    return carts.cart(&answer, 200).map(drop);
                }
                // The OpenAPI file calls the header required: a refusal in good form is legal.
                carts.seller.refused(&answer)?;
                carts.unchanged(&cart, "a refused update").await
            },
        )
        .proves(&["cart.update.status-200"]),
    ]
}
