//! Carts belong to the agent that made them.

use super::{
    client::{Carts, row},
    operation::Operation,
};
use crate::{Check, Outcome, Request, Stop, Topic};

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = Operation::ON_CART.map(foreign).into();
    checks.push(
        row(
            Topic::Leaks,
            "foreign-key-of-create",
            "two agents with one Idempotency-Key and one body get two carts",
            |carts| async move {
                let request = carts.create_request(&carts.body()?)?;
                let own = carts.cart(&carts.send(request.clone()).await?, 201)?;
                let answer = carts.send(as_other(&carts, request)?).await?;
                if !answer.is_success() {
                    return carts.seller.refused(&answer);
                }
                let other = carts.cart(&answer, 201)?;
                carts.case().must(
                    other.id != own.id,
                    &answer,
                    "the key of one agent is not the key of another",
                    || format!("both got {}", own.id),
                )
            },
        )
        .proves(&["cart.create.server-id"])
        .advice("keep keys per agent"),
    );
    checks
}

/// The request with the key of another agent.
fn as_other(carts: &Carts, request: Request) -> Outcome<Request> {
    let other = carts.seller.target().other_key.as_ref();
    let other = other.ok_or_else(|| {
        Stop::NotTested(
            "set seller.other_key in certify.toml to the key of a second agent".to_owned(),
        )
    })?;
    let key = other.exposed("seller.other_key")?;
    Ok(request.with("Authorization", format!("Bearer {key}")))
}

fn foreign(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Auth,
        &format!("foreign-{verb}"),
        format!("{verb} on a cart of another agent is refused and changes nothing"),
        move |carts| async move {
            let call = carts.call(operation).await?;
            let answer = carts.send(as_other(&carts, call.request.clone())?).await?;
            carts.case().status(&answer, &[404, 403, 401])?;
            carts.seller.refused(&answer)?;
            carts.case().should(
                answer.status == 404,
                &answer,
                "a foreign cart is answered like one that there is not",
                || answer.status.to_string(),
            );
            carts.left_alone(&call).await
        },
    )
    .proves(&["cart.auth.required"])
    .advice("look carts up by agent and id; answer 404 for those of others")
}
