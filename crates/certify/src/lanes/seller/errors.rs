//! Error bodies and malformed input: refused with 4xx and one flat error, never a breakdown.

mod bodies;
mod business;
mod forms;
mod headers;
mod methods;
mod paths;
mod smuggling;

use super::{
    Seller,
    operation::{Call, Operation},
};
use crate::{Answer, Check, Outcome, Request, SpecVersion, WireError};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = bodies::checks();
    checks.extend(headers::checks());
    checks.extend(paths::checks());
    checks.extend(methods::checks());
    checks.extend(smuggling::checks());
    checks.extend(business::checks());
    checks
}

/// What a malformed request may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Demand {
    /// It must be refused.
    Refused,
    /// It should be refused; taking it is a warning.
    Discouraged,
    /// It may be taken; no harm must come of it.
    Harmless,
}

/// Register ids of what a malformed request must meet.
const MALFORMED: [&str; 9] = [
    "checkout.transport.non-json-refused",
    "checkout.transport.json-responses",
    "checkout.errors.flat",
    "checkout.errors.4xx-body",
    "checkout.errors.protocol-as-error",
    "checkout.errors.invalid-request-type",
    "checkout.errors.processing-error-is-5xx",
    "checkout.errors.unavailable-is-temporary",
    "versions.errors.idempotency-type",
];

/// Sends a malformed variant of a call and judges what comes of it.
async fn judge<F>(seller: &Seller, operation: Operation, demand: Demand, spoil: F) -> Outcome
where
    F: Fn(&Call) -> Outcome<Request>,
{
    let call = Call::harmless(seller, operation).await?;
    let Some(answer) = sent(seller, &spoil(&call)?).await? else {
        return call.changed_nothing(seller).await;
    };
    if demand != Demand::Refused && answer.is_success() {
        seller.no_breakdown(&answer)?;
        seller.case().should(
            demand == Demand::Harmless,
            &answer,
            "such a body is refused: parsers disagree about what it says",
            || format!("{}", answer.status),
        );
        return Ok(());
    }
    seller.refused_as_invalid(&answer)?;
    call.changed_nothing(seller).await?;
    if demand == Demand::Harmless || call.tells_apart(seller, &answer).await? {
        return Ok(());
    }
    // The refusal may mean the token that nobody gave: with a good one it must stand as well.
    let call = Call::good(seller, operation).await?;
    if let Some(answer) = sent(seller, &spoil(&call)?).await? {
        seller.refused_as_invalid(&answer)?;
    }
    call.changed_nothing(seller).await
}

/// The answer; `None` when the server closed the connection on a body that it will not read.
async fn sent(seller: &Seller, request: &Request) -> Outcome<Option<Answer>> {
    let large = request
        .body
        .as_ref()
        .is_some_and(|body| body.len() > 100_000);
    if !large {
        return seller.send(request.clone()).await.map(Some);
    }
    // What is left unread would spoil the connection for the next request.
    let request = &request.clone().header("Connection", "close");
    let url = &seller.target().url;
    match seller.case().try_send(url, request).await {
        Ok(answer) => Ok(Some(answer)),
        Err((WireError::Broken(_), _)) => Ok(None),
        // Said properly by the ordinary way.
        Err(_) => seller.send(request.clone()).await.map(Some),
    }
}

/// The body of a call as text.
fn body_text(call: &Call) -> String {
    call.body
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Operations that have a body which must be there.
const WITH_BODY: [Operation; 3] = Operation::WITH_BODY;
