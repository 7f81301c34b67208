//! What carts are, beside checkout: where they live, and what they are not.

use serde_json::{Value, json};

use super::client::{Carts, cart_path, row};
use crate::{Check, Outcome, Stop, Topic, lanes::discovery::Discovery};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = places();
    checks.extend(beside_checkout());
    checks
}

fn places() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "discovery-lists-carts",
            "a seller with carts lists carts in capabilities.services",
            |carts| async move {
                carts.new_cart().await?;
                let listed = carts.listed().await?.ok_or_else(|| {
                    Stop::NotApplicable("not offered: /.well-known/acp.json".to_owned())
                })?;
                carts.case().should_hold(
                    listed,
                    "capabilities.services of the discovery document has carts",
                    || "POST /carts works, and services does not list carts".to_owned(),
                );
                Ok(())
            },
        )
        .proves(&["cart.discovery.listed"])
        .advice("add carts to capabilities.services"),
        row(
            Topic::Lifecycle,
            "below-base-url",
            "carts live below the api_base_url of the discovery document",
            below_base_url,
        )
        .proves(&["cart.scope.base-url"])
        .advice("serve /carts beside /checkout_sessions"),
    ]
}

async fn below_base_url(carts: Carts) -> Outcome {
    let discovery = Discovery::of(&carts.seller.shared_case())?;
    let (document, _) = discovery.document().await?;
    let base = discovery.base_url(&document)?;
    let request = carts.create_request(&carts.body()?)?;
    let made = carts.case().send(&base, request).await?;
    let cart = carts.cart(&made, 201)?;
    let request = carts.seller.get_request(cart_path(&cart.id, ""))?;
    let read = carts.case().send(&base, request).await?;
    carts.cart(&read, 200).map(drop)
}

fn beside_checkout() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "complete-makes-no-order",
            "a cart cannot be completed",
            no_complete,
        )
        .proves(&["cart.scope.no-complete"])
        .advice("have no complete below /carts: buyers pay in checkout sessions"),
        row(
            Topic::Lifecycle,
            "cart-is-no-session",
            "a cart is no checkout session: its id opens none",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let answer = carts.seller.get(&cart.id).await?;
                carts.case().must(
                    answer.is_refusal(),
                    &answer,
                    "the id of a cart is no id of a session",
                    || format!("{}: {}", answer.status, carts.case().excerpt(&answer)),
                )
            },
        ),
        row(
            Topic::Lifecycle,
            "checkout-without-cart",
            "a checkout session needs no cart, before or after one was made",
            checkout_without_cart,
        )
        .proves(&["cart.compat.checkout-unchanged"])
        .advice("keep checkout as it is for agents without carts"),
        row(
            Topic::Lifecycle,
            "checkout-leaves-cart",
            "a checkout session with the items of a cart leaves the cart as it is",
            |carts| async move {
                let cart = carts.new_cart().await?;
                carts.seller.new_session().await?;
                carts.unchanged(&cart, "a checkout session").await
            },
        )
        .proves(&["cart.compat.checkout-unchanged"]),
        row(
            Topic::Auth,
            "same-key-as-checkout",
            "the bearer key that works for checkout works for carts",
            |carts| async move {
                carts.seller.new_session().await?;
                let answer = carts.create(&carts.body()?).await?;
                carts.case().must(
                    ![401, 403].contains(&answer.status),
                    &answer,
                    "the key of checkout is good for carts",
                    || format!("{}: {}", answer.status, carts.case().excerpt(&answer)),
                )?;
                carts.cart(&answer, 201).map(drop)
            },
        )
        .proves(&["cart.security.same-auth"])
        .advice("check carts by the same keys as checkout"),
    ]
}

async fn no_complete(carts: Carts) -> Outcome {
    let cart = carts.new_cart().await?;
    let body = carts.seller.dialect().complete(
        carts.seller.target(),
        "certify_no_such_token",
        "card_tokenized",
    );
    for body in [json!({}), body] {
        let path = cart_path(&cart.id, "/complete");
        let answer = carts.send(carts.seller.post_request(path, &body)?).await?;
        carts.case().must(
            answer.is_refusal() && answer.pointer("/order").is_none(),
            &answer,
            "POST /carts/{id}/complete is no call: it makes no order",
            || format!("{}: {}", answer.status, carts.case().excerpt(&answer)),
        )?;
    }
    carts.unchanged(&cart, "a complete that there is not").await
}

async fn checkout_without_cart(carts: Carts) -> Outcome {
    let item = carts.seller.item()?;
    let plain = carts.seller.new_session().await?;
    let other = carts.seller.item_at(1)?;
    carts.new_cart_of(&[(other, 2)]).await?;
    let after = carts.seller.new_session().await?;
    for session in [&plain, &after] {
        let units = session.units();
        carts.case().must(
            units.len() == 1 && units.contains_key(item),
            &session.answer,
            "a session holds the lines of its own request, and nothing of a cart",
            || format!("{units:?}"),
        )?;
        carts.case().must(
            session.json.get("cart_id").is_none_or(Value::is_null),
            &session.answer,
            "a session knows no cart_id",
            || carts.case().excerpt(&session.answer),
        )?;
    }
    Ok(())
}
