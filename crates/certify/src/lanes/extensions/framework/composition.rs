//! With extensions active the core of a session stays as it is.

use serde_json::Value;

use crate::{
    Check, Outcome, Topic,
    lanes::{
        extensions::shop::{
            ask, code, discounted, offers_discounts, plain, session, some_declared, unknown_code,
        },
        seller::{
            Seller, Session,
            money::{rows, sum_of_rows},
        },
    },
};

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "core-fields-kept",
            "required fields are there and unchanged in shape with an extension active",
            fields_kept,
        )
        .proves(&["extensions.composition.required-fields-kept"])
        .proves_shapes(&["checkout#CheckoutSession"])
        .advice("add fields of extensions beside the core fields, never in their place"),
        ask(
            Topic::Lifecycle,
            "core-fields-kept-with-codes",
            "required fields are there and unchanged in shape with a code in force",
            fields_kept_with_codes,
        )
        .proves(&["extensions.composition.required-fields-kept"])
        .proves_shapes(&["checkout#CheckoutSession"])
        .advice("add fields of extensions beside the core fields, never in their place"),
        ask(
            Topic::Arithmetic,
            "core-totals-kept",
            "totals still add up with an extension active",
            totals_kept,
        )
        .proves(&["extensions.composition.semantics-kept"])
        .advice("compute the core totals with the extension's amounts in them"),
        ask(
            Topic::Lifecycle,
            "core-status-kept",
            "statuses mean the same with an extension active",
            status_kept,
        )
        .proves(&["extensions.composition.semantics-kept"])
        .advice("do not let an extension change what makes a session ready"),
    ]
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Every member of the session without extensions in use is in the other, and of the same type.
fn same_shape(seller: &Seller, without: &Session, with: &Session) -> Outcome {
    for (name, value) in without.json.as_object().into_iter().flatten() {
        let other = with.json.get(name);
        seller.case().must(
            other.is_some_and(|other| kind(other) == kind(value)),
            &with.answer,
            "an extension neither takes away nor reshapes a core member",
            || {
                let other = other.map_or("missing", kind);
                format!("{name} is {other}, was {}", kind(value))
            },
        )?;
    }
    seller
        .case()
        .shape(&with.answer, "checkout#CheckoutSession")
}

async fn fields_kept(seller: Seller) -> Outcome {
    let with = plain(&seller).await?;
    some_declared(&with)?;
    let without = session(&seller, None).await?;
    same_shape(&seller, &without, &with)
}

async fn fields_kept_with_codes(seller: Seller) -> Outcome {
    let code = code(&seller, "valid").await?;
    let without = session(&seller, None).await?;
    let with = discounted(&seller, &[&code, &unknown_code(&seller)?]).await?;
    same_shape(&seller, &without, &with)
}

async fn totals_kept(seller: Seller) -> Outcome {
    let sent = unknown_code(&seller)?;
    let valid = seller.target().discount_codes.get("valid").cloned();
    let session = discounted(&seller, &[valid.as_deref().unwrap_or(&sent), &sent]).await?;
    let sum = sum_of_rows(&session);
    seller.case().must(
        sum.is_some() && sum == session.total("total"),
        &session.answer,
        "the rows of totals add up with an extension active",
        || format!("the rows make {sum:?}: {}", rows(&session)),
    )
}

async fn status_kept(seller: Seller) -> Outcome {
    let without = session(&seller, None).await?;
    let with = plain(&seller).await?;
    some_declared(&with)?;
    let mut sessions = vec![with];
    if offers_discounts(&without).is_ok()
        && let Some(code) = seller.target().discount_codes.get("valid")
    {
        sessions.push(discounted(&seller, &[code]).await?);
    }
    for with in sessions {
        seller.case().must(
            with.status() == without.status(),
            &with.answer,
            "the status does not depend on extensions",
            || format!("{}, and {} without", with.status(), without.status()),
        )?;
    }
    Ok(())
}
