//! Locale, buyer, and the currency that follows from them.

use serde_json::{Value, json};

use super::client::{Carts, row};
use crate::{Answer, Check, Outcome, Topic, lanes::documents::with};

const ASK: &str = "choose a default currency; if there is none, answer 422 with a message that asks for locale or buyer";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        row(
            Topic::Lifecycle,
            "create-without-hint",
            "a create without any hint on the currency is legal: 201, or 422 that asks for context",
            |carts| async move {
                let answer = carts.create(&carts.body()?).await?;
                in_context(&carts, &answer, 201)
            },
        )
        .proves(&[
            "cart.create.currency-optional",
            "cart.create.currency-unknown-422",
        ])
        .advice(ASK),
        row(
            Topic::Lifecycle,
            "create-strange-locale",
            "a create whose locale tells nothing gets a currency all the same, or 422 that asks for context",
            |carts| async move {
                let body = with(carts.body()?, "/locale", json!("tlh"));
                let answer = carts.create(&body).await?;
                in_context(&carts, &answer, 201)
            },
        )
        .proves(&["cart.create.currency-unknown-422"])
        .advice(ASK),
        row(
            Topic::Lifecycle,
            "update-without-hint",
            "a PUT that takes the buyer away leaves a currency, or gets 422",
            |carts| async move {
                let body = with(carts.body_with_buyer()?, "/locale", json!("en-US"));
                let cart = carts.cart(&carts.create(&body).await?, 201)?;
                let answer = carts.replace(&cart.id, &carts.body()?).await?;
                in_context(&carts, &answer, 200)
            },
        )
        .proves(&["cart.update.currency-unknown"])
        .advice(ASK),
        row(
            Topic::Lifecycle,
            "update-keeps-currency",
            "an update with other items does not change the currency",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let other = carts.seller.item_at(1)?;
                let updated = carts.replaced_by(&cart.id, &[(other, 1)]).await?;
                let (before, after) = (cart.json.get("currency"), updated.json.get("currency"));
                carts.case().must(
                    before == after,
                    &updated.answer,
                    "the currency of a cart stays what the seller chose",
                    || format!("{before:?}, then {after:?}"),
                )
            },
        )
        .proves(&["cart.create.currency-set"]),
    ];
    checks.extend(["en-US", "de-DE", "fr", "zh-Hant-TW"].map(locale));
    checks
}

fn locale(locale: &'static str) -> Check {
    row(
        Topic::Lifecycle,
        &format!("create-locale-{}", locale.to_lowercase()),
        format!("the locale {locale} is taken"),
        move |carts| async move {
            let body = with(carts.body()?, "/locale", json!(locale));
            let answer = carts.create(&body).await?;
            in_context(&carts, &answer, 201)
        },
    )
    .proves(&["cart.create.currency-set"])
    .proves_shapes(&["cart#CartCreateRequest"])
}

/// The cart with its currency, or 422 whose message asks for what would tell the currency.
fn in_context(carts: &Carts, answer: &Answer, status: u16) -> Outcome {
    let case = carts.case();
    if answer.status != 422 {
        let cart = carts.cart(answer, status)?;
        let currency = cart.json.get("currency").and_then(Value::as_str);
        return case.must(
            currency.is_some_and(|code| !code.is_empty()),
            answer,
            "a cart has a currency, whatever the request says about locale and buyer",
            || format!("currency is {:?}", cart.json.get("currency")),
        );
    }
    carts.seller.refused_as_invalid(answer)?;
    let said = answer.text("/message").unwrap_or_default().to_lowercase();
    case.should(
        said.contains("locale") || said.contains("buyer"),
        answer,
        "a 422 for an unknown currency asks for locale or buyer",
        || said.clone(),
    );
    Ok(())
}
