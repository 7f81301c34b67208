//! Quantities that are none, or too many.

use serde_json::{Map, Value, json};

use super::super::{Seller, Session, kit::row, operation::Operation};
use crate::{Answer, Check, Outcome, Topic};

/// A quantity as it stands in the request.
#[derive(Clone, Copy)]
struct Row {
    name: &'static str,
    raw: &'static str,
    kind: Kind,
}

/// What may come of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// No quantity in any version: refused.
    Nonsense,
    /// A fraction: refused, except where the version's schema has them.
    Fraction,
    /// More than anybody has: refused, or a session that says so.
    TooMany,
}

const ROWS: [Row; 14] = [
    Row {
        name: "zero",
        raw: "0",
        kind: Kind::Nonsense,
    },
    Row {
        name: "negative-zero",
        raw: "-0",
        kind: Kind::Nonsense,
    },
    Row {
        name: "negative",
        raw: "-1",
        kind: Kind::Nonsense,
    },
    Row {
        name: "fraction",
        raw: "1.5",
        kind: Kind::Fraction,
    },
    Row {
        name: "tiny",
        raw: "1e-9",
        kind: Kind::Fraction,
    },
    Row {
        name: "text",
        raw: "\"1\"",
        kind: Kind::Nonsense,
    },
    Row {
        name: "list",
        raw: "[1]",
        kind: Kind::Nonsense,
    },
    Row {
        name: "object",
        raw: "{}",
        kind: Kind::Nonsense,
    },
    Row {
        name: "boolean",
        raw: "true",
        kind: Kind::Nonsense,
    },
    Row {
        name: "million-million",
        raw: "1000000000000",
        kind: Kind::TooMany,
    },
    Row {
        name: "beyond-32-bits",
        raw: "4294967297",
        kind: Kind::TooMany,
    },
    Row {
        name: "beyond-53-bits",
        raw: "9007199254740993",
        kind: Kind::TooMany,
    },
    Row {
        name: "beyond-64-bits",
        raw: "18446744073709551617",
        kind: Kind::TooMany,
    },
    Row {
        name: "beyond-floats",
        raw: "1e400",
        kind: Kind::TooMany,
    },
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for operation in [Operation::Create, Operation::Update] {
        checks.extend(ROWS.into_iter().map(|one| check(operation, one)));
    }
    checks.push(
        row(
            Topic::Limits,
            "quantity-sum",
            "lines whose quantities overflow when added are refused or not payable",
            overflowing_sum,
        )
        .advice("compute with checked arithmetic"),
    );
    checks
}

fn check(operation: Operation, Row { name, raw, kind }: Row) -> Check {
    let verb = operation.as_str();
    let comes = if kind == Kind::TooMany {
        "is refused or not payable"
    } else {
        "is refused"
    };
    row(
        Topic::Limits,
        &format!("quantity-{name}-{verb}"),
        format!("{verb} with quantity {raw} {comes}"),
        move |seller| async move {
            let item = seller.item()?.to_owned();
            let raw_lines = format!("[{{\"id\":{},\"quantity\":{raw}}}]", Value::from(item));
            let (answer, before) = send(&seller, operation, &raw_lines).await?;
            judge(&seller, &answer, kind)?;
            let (Some(before), true) = (before, answer.is_refusal()) else {
                return Ok(());
            };
            let now = seller.get(&before.id).await?;
            seller.same_state(&before.json, &now, "a refused update changes nothing")
        },
    )
    .advice("accept whole quantities from 1 to what can be sold, and nothing else")
}

/// Sends lines as raw JSON, in a create or an update.
async fn send(
    seller: &Seller,
    operation: Operation,
    raw_lines: &str,
) -> Outcome<(Answer, Option<Session>)> {
    let (mut body, session) = if operation == Operation::Create {
        (seller.create_body_with_address()?, None)
    } else {
        (Map::new(), Some(seller.new_session().await?))
    };
    let member = seller.dialect().lines_member();
    body.insert(member.to_owned(), json!("certify-lines"));
    let text = Value::Object(body).to_string();
    let text = text.replace("\"certify-lines\"", raw_lines);
    let id = session.as_ref().map_or("", |session| session.id.as_str());
    let request = seller.post_request(operation.path(id), &Value::Null)?;
    let answer = seller.send(request.body(text)).await?;
    Ok((answer, session))
}

fn judge(seller: &Seller, answer: &Answer, kind: Kind) -> Outcome {
    let fractions = seller.rules().fractional_quantity;
    let may_be_taken = match kind {
        Kind::Nonsense => false,
        Kind::Fraction => fractions,
        Kind::TooMany => true,
    };
    if !may_be_taken {
        return seller.refused_as_invalid(answer);
    }
    if !seller.taken_or_refused(answer)? {
        return Ok(());
    }
    let session = seller.session(answer)?;
    if kind == Kind::Fraction {
        return Ok(());
    }
    seller.case().must(
        session.status() != "ready_for_payment",
        answer,
        "a session for more than can be had is not ready for payment",
        || format!("status {}", session.status()),
    )
}

async fn overflowing_sum(seller: Seller) -> Outcome {
    let item = Value::from(seller.item()?);
    let line = format!("{{\"id\":{item},\"quantity\":9007199254740991}}");
    let lines = format!("[{}]", vec![line; 2000].join(","));
    let (answer, _) = send(&seller, Operation::Create, &lines).await?;
    judge(&seller, &answer, Kind::TooMany)
}
