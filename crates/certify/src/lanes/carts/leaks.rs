//! What answers must not tell, and ids that must not be guessed.

use serde_json::{Value, json};

use super::client::{Carts, row};
use crate::{Check, Outcome, Topic, lanes::documents::with};

/// Characters of an id that differ between carts: sixteen hexadecimal ones are 64 bits.
const RANDOM_CHARS_MIN: usize = 10;

pub(super) fn checks() -> Vec<Check> {
    vec![
        row(
            Topic::Leaks,
            "ids-not-guessable",
            "cart ids are neither sequential nor guessable",
            not_guessable,
        )
        .proves(&["cart.security.unpredictable-ids"])
        .advice("draw at least 64 random bits for every id"),
        row(
            Topic::Leaks,
            "no-key-in-answers",
            "no answer repeats the bearer key",
            no_key,
        ),
        row(
            Topic::Leaks,
            "no-personal-data-in-errors",
            "an error about a cart does not repeat the buyer's data",
            |carts| async move {
                let body = with(carts.body_with_buyer()?, "/line_items", json!([]));
                let secret = json!("certify.secret.buyer@example.com");
                let body = with(body, "/buyer/email", secret);
                let answer = carts.create(&body).await?;
                carts.seller.refused_as_invalid(&answer)?;
                carts.case().must(
                    !String::from_utf8_lossy(&answer.body).contains("certify.secret.buyer"),
                    &answer,
                    "an error holds no data of the buyer",
                    || carts.case().excerpt(&answer),
                )
            },
        ),
        row(
            Topic::Leaks,
            "no-other-buyer",
            "a cart without buyer shows none, whoever had a cart before",
            |carts| async move {
                let with = carts.create(&carts.body_with_buyer()?).await?;
                carts.cart(&with, 201)?;
                let cart = carts.new_cart().await?;
                carts.case().must(
                    cart.json.get("buyer").is_none_or(Value::is_null),
                    &cart.answer,
                    "a cart that was created without buyer has none",
                    || format!("buyer is {:?}", cart.json.get("buyer")),
                )
            },
        ),
    ]
}

async fn no_key(carts: Carts) -> Outcome {
    let key = carts.seller.target().key.exposed("seller.key")?.to_owned();
    let made = carts.create(&carts.body_with_buyer()?).await?;
    let cart = carts.cart(&made, 201)?;
    let read = carts.get(&cart.id).await?;
    let unknown = carts.get("certify-unknown").await?;
    let refused = carts.create(&json!({ "line_items": [] })).await?;
    for answer in [&made, &read, &unknown, &refused] {
        carts.case().must(
            !String::from_utf8_lossy(&answer.body).contains(&key),
            answer,
            "the bearer key is in no answer",
            || "the body holds the key".to_owned(),
        )?;
    }
    Ok(())
}

async fn not_guessable(carts: Carts) -> Outcome {
    let mut made = Vec::new();
    for _ in 0..6 {
        made.push(carts.new_cart().await?);
    }
    let Some(last) = made.last() else {
        return Ok(());
    };
    let ids: Vec<_> = made.iter().map(|cart| cart.id.as_str()).collect();
    let shared = shared_start(&ids);
    let varying: Vec<_> = ids
        .iter()
        .map(|id| id.chars().skip(shared).collect::<String>())
        .collect();
    let numbers: Option<Vec<i128>> = varying.iter().map(|part| part.parse().ok()).collect();
    let near = numbers.is_some_and(|all| {
        let steps = all.iter().zip(all.iter().skip(1));
        steps
            .map(|(one, next)| next.saturating_sub(*one).abs())
            .all(|step| step < 10_000)
    });
    let short = varying.iter().map(|part| part.chars().count()).min();
    carts.case().should(
        !near && short.is_some_and(|length| length >= RANDOM_CHARS_MIN),
        &last.answer,
        "ids differ in many characters that follow no sequence",
        || ids.join(", "),
    );
    Ok(())
}

/// How many characters all ids begin with in common.
fn shared_start(ids: &[&str]) -> usize {
    let Some((first, others)) = ids.split_first() else {
        return 0;
    };
    let shared = |other: &&str| {
        let pairs = first.chars().zip(other.chars());
        pairs.take_while(|(one, two)| one == two).count()
    };
    others.iter().map(shared).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A prefix is no secret.
    #[test]
    fn a_common_prefix_is_counted() {
        assert_eq!(shared_start(&["cart_1", "cart_2", "cart_30"]), 5);
        assert_eq!(shared_start(&["a", "b"]), 0);
        assert_eq!(shared_start(&[]), 0);
    }
}
