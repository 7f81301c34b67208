//! Several completes of one session.

use std::collections::BTreeSet;

use super::{
    super::{
        Seller, Session,
        idempotency::in_flight,
        kit::row,
        operation::{Call, Operation},
    },
    at_once,
    races::{not_yet_known, order_of, settled},
};
use crate::{Check, Outcome, Request, Topic};

pub(super) fn checks() -> Vec<Check> {
    vec![
        row(
            Topic::Concurrency,
            "completes-one-key",
            "six completes at once with one key make one order",
            |seller| async move { completes(&seller, true, false).await },
        )
        .proves(&[
            "checkout.idempotency.no-second-effect",
            "checkout.complete.order-created",
            "versions.idempotency.replay",
        ])
        .advice("take the key and the session in one transaction before charging"),
        row(
            Topic::Concurrency,
            "completes-many-keys",
            "six completes at once with six keys and one token make one order",
            |seller| async move { completes(&seller, false, false).await },
        )
        .proves(&[
            "checkout.complete.order-created",
            "checkout.errors.unavailable-is-temporary",
        ])
        .advice("a session is paid once, whatever the key: guard it by its own state"),
        row(
            Topic::Concurrency,
            "completes-many-tokens",
            "three completes at once with three tokens make one order",
            |seller| async move { completes(&seller, false, true).await },
        )
        .proves(&["checkout.complete.order-created"])
        .advice("a session is paid once, whatever the token"),
    ]
}

async fn completes(seller: &Seller, one_key: bool, many_tokens: bool) -> Outcome {
    let call = Call::good(seller, Operation::Complete).await?;
    let Some(session) = &call.session else {
        return Ok(());
    };
    let requests = requests(seller, &call, session, one_key, many_tokens).await?;
    let answers = at_once(seller, requests.clone()).await?;
    let mut orders = BTreeSet::new();
    let mut unknown = Vec::new();
    for (answer, request) in answers.iter().zip(requests) {
        if answer.is_success() {
            orders.extend(order_of(answer));
        } else if answer.status == 503 {
            not_yet_known(seller, answer)?;
            unknown.push(request);
        } else {
            seller.refused(answer)?;
            if one_key && seller.rules().canonical_idempotency {
                in_flight(seller, answer)?;
            }
        }
    }
    let now = settled(seller, session).await?;
    orders.extend(order_of(&now.answer));
    for request in unknown {
        let later = seller.send(request).await?;
        if seller.taken_or_refused(&later)? {
            orders.extend(order_of(&later));
        }
    }
    seller.case().must(
        orders.len() == 1 && now.status() == "completed",
        &now.answer,
        "a session that is completed many times at once is completed once, with one order",
        || format!("status {}, orders {orders:?}", now.status()),
    )
}

async fn requests(
    seller: &Seller,
    call: &Call,
    session: &Session,
    one_key: bool,
    many_tokens: bool,
) -> Outcome<Vec<Request>> {
    let key = seller.case().fresh_key()?;
    let mut requests = Vec::new();
    if many_tokens {
        for _ in 0..3 {
            let token = seller.token(session).await?;
            let body = seller.complete_body(session, &token).to_string();
            let key = seller.case().fresh_key()?;
            requests.push(call.keyed_body(seller, &key, body)?);
        }
    } else {
        for _ in 0..6 {
            requests.push(if one_key {
                call.keyed(seller, &key)?
            } else {
                call.request(seller)?
            });
        }
    }
    Ok(requests)
}
