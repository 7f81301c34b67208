//! `order_notes`, the one text of checkout with a length of its own.

use serde_json::{Value, json};

use super::super::{
    Seller,
    kit::row,
    operation::{Call, Operation},
    rules::Rules,
};
use crate::{Check, Outcome, SpecVersion, Stop, Topic};

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let Some(most) = Rules::of(version).order_notes_max else {
        return Vec::new();
    };
    let mut checks = Vec::new();
    for operation in Operation::WITH_BODY {
        checks.push(taken(operation, most));
        checks.push(refused(operation, most.saturating_add(1)));
    }
    checks.push(
        row(
            Topic::Limits,
            "order-notes-characters",
            format!(
                "order_notes is counted in characters: {most} of more than one byte are accepted"
            ),
            move |seller| async move {
                let answer = send(&seller, Operation::Create, &"é".repeat(most)).await?;
                seller.session(&answer).map(drop)
            },
        )
        .advice("count characters, not bytes"),
    );
    checks.push(
        row(
            Topic::Limits,
            "order-notes-echoed",
            "order_notes come back in the order's confirmation, where there is one",
            echoed,
        )
        .proves(&["checkout.order.notes-echoed"])
        .advice("copy order_notes to order.confirmation.order_notes"),
    );
    checks
}

fn taken(operation: Operation, length: usize) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Limits,
        &format!("order-notes-{length}-{verb}"),
        format!("{verb} with order_notes of {length} characters is accepted"),
        move |seller| async move {
            let answer = send(&seller, operation, &"n".repeat(length)).await?;
            seller.session(&answer).map(drop)
        },
    )
    .advice("allow the length that the schema allows")
}

fn refused(operation: Operation, length: usize) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Limits,
        &format!("order-notes-{length}-{verb}"),
        format!("{verb} with order_notes of {length} characters is refused"),
        move |seller| async move {
            let answer = send(&seller, operation, &"n".repeat(length)).await?;
            seller.refused_as_invalid(&answer)
        },
    )
    .proves(&["checkout.errors.protocol-as-error"])
    .advice("refuse texts beyond the length of the schema")
}

async fn send(seller: &Seller, operation: Operation, notes: &str) -> Outcome<crate::Answer> {
    let mut call = Call::good(seller, operation).await?;
    if let Some(body) = call.body.as_mut().and_then(Value::as_object_mut) {
        body.insert("order_notes".to_owned(), json!(notes));
    }
    seller.send(call.request(seller)?).await
}

async fn echoed(seller: Seller) -> Outcome {
    let notes = "Ring twice, please.";
    let answer = send(&seller, Operation::Complete, notes).await?;
    seller.session(&answer)?;
    let Some(confirmation) = answer.pointer("/order/confirmation") else {
        return Err(Stop::NotApplicable(
            "not offered: order confirmations".to_owned(),
        ));
    };
    seller.case().must(
        confirmation.get("order_notes") == Some(&json!(notes)),
        &answer,
        "order_notes come back in order.confirmation.order_notes",
        || confirmation.to_string(),
    )
}
