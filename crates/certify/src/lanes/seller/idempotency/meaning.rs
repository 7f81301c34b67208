//! The same document in other bytes is the same request.

use serde_json::{Value, json};

use super::{
    super::{
        Seller,
        kit::{CANONICAL, row},
        operation::{Call, Operation},
    },
    forms, replayed,
};
use crate::{Check, Outcome, Topic};

type Form = fn(&Value) -> String;

/// Name, what is other, and the writer.
const FORMS: [(&str, &str, Form); 3] = [
    ("member-order", "members in another order", forms::reordered),
    ("white-space", "other white space", forms::spaced),
    ("escapes", "texts in \\u escapes", forms::escaped),
];

/// Other ways to write the number 1.
const ONES: [(&str, &str); 3] = [
    ("trailing-zero", "1.0"),
    ("exponent", "1e0"),
    ("tenths", "10e-1"),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for operation in Operation::WITH_BODY {
        for (name, what, form) in FORMS {
            let verb = operation.as_str();
            let check = row(
                Topic::Idempotency,
                &format!("same-{name}-{verb}"),
                format!("{verb} with {what} is the same request"),
                move |seller| async move { same(&seller, operation, form).await },
            );
            checks.push(
                check
                    .versions(CANONICAL)
                    .proves(&["checkout.idempotency.key-order-ignored"])
                    .advice(
                        "compare the meaning of the JSON, for example by RFC 8785 and a digest",
                    ),
            );
        }
    }
    checks.extend(ONES.into_iter().map(|(name, written)| {
        row(
            Topic::Idempotency,
            &format!("same-number-{name}"),
            format!("{written} in place of 1 is the same request"),
            move |seller| async move { number(&seller, written).await },
        )
        .versions(CANONICAL)
        .proves(&["checkout.idempotency.number-form-ignored"])
        .advice("compare numbers by value, for example by RFC 8785")
    }));
    checks
}

async fn same(seller: &Seller, operation: Operation, form: Form) -> Outcome {
    let call = Call::good(seller, operation).await?;
    let key = seller.case().fresh_key()?;
    let first = seller.send(call.keyed(seller, &key)?).await?;
    seller.session(&first)?;
    let body = form(call.body.as_ref().unwrap_or(&Value::Null));
    let again = seller.send(call.keyed_body(seller, &key, body)?).await?;
    replayed(seller, &first, &again)
}

async fn number(seller: &Seller, written: &str) -> Outcome {
    let mut body = seller.create_body()?;
    body.insert(
        "capabilities".to_owned(),
        json!({ "interventions": { "supported": ["3ds"], "max_interaction_depth": 1 } }),
    );
    let plain = Value::Object(body).to_string();
    let other = plain.replace(
        "\"max_interaction_depth\":1",
        &format!("\"max_interaction_depth\":{written}"),
    );
    let call = Call::good(seller, Operation::Create).await?;
    let key = seller.case().fresh_key()?;
    let first = seller.send(call.keyed_body(seller, &key, plain)?).await?;
    seller.session(&first)?;
    let again = seller.send(call.keyed_body(seller, &key, other)?).await?;
    replayed(seller, &first, &again)
}
