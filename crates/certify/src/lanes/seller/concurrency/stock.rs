//! The last unit of an item.

use serde_json::Value;

use super::{
    super::{Seller, kit::row, operation::Operation},
    at_once,
};
use crate::{Check, Outcome, Stop, Topic};

/// Four buyers want the last one.
pub(super) fn last_item() -> Check {
    row(
        Topic::Concurrency,
        "last-item-sold-once",
        "the last unit of an item, paid for by four sessions at once, is sold once",
        sold_once,
    )
    .proves(&["checkout.errors.out-of-stock"])
    .advice("take stock with a condition on what is left, before charging")
    .alone()
}

async fn sold_once(seller: Seller) -> Outcome {
    let item = seller.target().last_item.clone().ok_or_else(|| {
        Stop::NotTested("an item with one unit left is needed: set seller.last_item".to_owned())
    })?;
    let body = body(&seller, &item);
    let creates = (0..4).map(|_| seller.post_request("/checkout_sessions", &body));
    let sessions = at_once(&seller, creates.collect::<Outcome<_>>()?).await?;
    let mut requests = Vec::new();
    for answer in &sessions {
        let session = seller.session(answer)?;
        // A seller that reserves says so here to all but one.
        if session.has_message("out_of_stock") {
            continue;
        }
        let session = seller.made_ready(session).await?;
        let token = seller.token(&session).await?;
        let body = seller.complete_body(&session, &token);
        requests.push(seller.post_request(Operation::Complete.path(&session.id), &body)?);
    }
    if requests.is_empty() {
        return Err(Stop::NotTested(format!(
            "{item} is sold out already: give seller.last_item one unit again"
        )));
    }
    let answers = at_once(&seller, requests).await?;
    let mut sold = 0;
    for answer in &answers {
        if seller.taken_or_refused(answer)? && answer.pointer("/order/id").is_some() {
            sold += 1;
        }
    }
    let after = seller.create(&body).await?;
    let session = seller.session(&after)?;
    let case = seller.case();
    case.must(sold == 1, &after, "one unit makes one order", || {
        format!("{sold} orders for one unit of {item}")
    })?;
    case.must(
        session.has_message("out_of_stock") && session.status() != "ready_for_payment",
        &after,
        "once the last unit is sold a session for it is not payable and says out_of_stock",
        || format!("status {}", session.status()),
    )
}

fn body(seller: &Seller, item: &str) -> Value {
    let (dialect, target) = (seller.dialect(), seller.target());
    let mut body = dialect.create(target, &[(item, 1)]);
    let address = dialect.address(&target.address, &target.buyer);
    body.insert(dialect.address_member().to_owned(), address);
    Value::Object(body)
}
