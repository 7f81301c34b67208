//! Methods that a path does not have.

use http::Method;

use super::super::{Seller, Session, kit::row, operation::Operation};
use crate::{Check, Outcome, Request, Stop, Topic};

/// Path of an operation, and a method that is none of it.
const ROWS: [(Operation, &str); 14] = [
    (Operation::Create, "PUT"),
    (Operation::Create, "PATCH"),
    (Operation::Create, "DELETE"),
    (Operation::Update, "PUT"),
    (Operation::Update, "PATCH"),
    (Operation::Update, "DELETE"),
    (Operation::Complete, "GET"),
    (Operation::Complete, "PUT"),
    (Operation::Complete, "DELETE"),
    (Operation::Cancel, "GET"),
    (Operation::Cancel, "PUT"),
    (Operation::Cancel, "DELETE"),
    (Operation::Update, "CERTIFY"),
    (Operation::Update, "TRACE"),
];

pub(super) fn checks() -> Vec<Check> {
    ROWS.into_iter().map(check).collect()
}

fn check((operation, method): (Operation, &'static str)) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Errors,
        &format!("method-{}-{verb}", method.to_lowercase()),
        format!("{method} on the path of {verb} does nothing and gets 405 with Allow"),
        move |seller| async move {
            let session = seller.new_session().await?;
            let request = request(&seller, &session, operation, method)?;
            let answer = seller.send(request).await?;
            seller.no_breakdown(&answer)?;
            let case = seller.case();
            case.must(
                answer.is_refusal(),
                &answer,
                "a method that the path does not have is refused with 4xx",
                || format!("{}: {}", answer.status, case.excerpt(&answer)),
            )?;
            case.should(
                answer.status == 405 && answer.headers.contains_key("allow"),
                &answer,
                "the answer is 405 and names the methods in Allow",
                || format!("{}, Allow: {:?}", answer.status, answer.header("allow")),
            );
            let now = seller.get(&session.id).await?;
            seller.same_state(&session.json, &now, "a refused method changes nothing")
        },
    )
    .advice("answer other methods with 405 and Allow")
}

fn request(
    seller: &Seller,
    session: &Session,
    operation: Operation,
    method: &str,
) -> Outcome<Request> {
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|error| Stop::NotTested(error.to_string()))?;
    let request = seller.get_request(operation.path(&session.id))?;
    let key = seller.case().fresh_key()?;
    Ok(Request {
        method,
        ..request.header("Idempotency-Key", key)
    })
}
