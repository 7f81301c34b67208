//! What is stored with a key: refusals and declines are, malformed requests and breakdowns are not.

use futures_util::future::join_all;
use serde_json::Value;

use super::{
    super::{
        Allowance, Seller,
        kit::{CANONICAL, row},
        operation::{Call, Operation, address_body},
    },
    marked, replayed,
};
use crate::{Check, Outcome, Stop, Topic};

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = Operation::WITH_BODY.into_iter().map(not_burnt).collect();
    checks.extend([
        row(
            Topic::Idempotency,
            "refusal-replayed",
            "a refusal is stored: the same key and body get the same status and code once the session has changed",
            refusal_replayed,
        )
        .versions(CANONICAL)
        .proves(&["checkout.idempotency.replay-original-status"])
        .advice("store every answer below 500 with its key"),
        row(
            Topic::Idempotency,
            "decline-replayed",
            "a declined complete is stored with its key, and a new key with a good token completes",
            decline_replayed,
        )
        .proves(&[
            "checkout.idempotency.replay-original-body",
            "checkout.errors.payment-declined",
            "versions.idempotency.replay",
        ])
        .advice("answer a decline with 200, a payment_declined message and a payable session"),
        row(
            Topic::Idempotency,
            "breakdown-not-replayed",
            "a 5xx is not stored: the same key runs again, and the 5xx has an error body",
            breakdown,
        )
        .proves(&[
            "checkout.idempotency.server-errors-not-stored",
            "checkout.idempotency.retry-after-5xx-fresh",
            "checkout.errors.5xx-body",
        ])
        .advice("store answers below 500 only"),
        row(
            Topic::Idempotency,
            "amounts-are-integers",
            "amounts in answers are integers, so that no comparison meets a floating point",
            integer_amounts,
        )
        .versions(CANONICAL)
        .proves(&["checkout.idempotency.money-not-float"])
        .advice("write amounts as integers of minor units"),
    ]);
    checks
}

fn not_burnt(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Idempotency,
        &format!("malformed-{verb}-keeps-key"),
        format!("a {verb} that is no JSON does not use up its key: there was no body to remember"),
        move |seller| async move {
            let call = Call::good(&seller, operation).await?;
            let key = seller.case().fresh_key()?;
            let broken = call.keyed_body(&seller, &key, "{\"broken\":".to_owned())?;
            let refused = seller.send(broken).await?;
            seller.refused_as_invalid(&refused)?;
            let answer = seller.send(call.keyed(&seller, &key)?).await?;
            seller.no_breakdown(&answer)?;
            seller.case().should(
                answer.is_success() && !marked(&answer),
                &answer,
                "the mended request runs with the key of the malformed one",
                || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
            );
            Ok(())
        },
    )
    .advice("remember a key only once its body could be read")
}

/// A complete before there is an address cannot succeed; afterwards it could get further.
async fn refusal_replayed(seller: Seller) -> Outcome {
    let call = Call {
        session: Some(seller.new_session().await?),
        ..Call::harmless(&seller, Operation::Complete).await?
    };
    let path = Operation::Complete.path(call.session_id()?);
    let key = seller.case().fresh_key()?;
    let request = || {
        Ok(call
            .request_to(&seller, &path)?
            .with("Idempotency-Key", key.as_str()))
    };
    let first = seller.send(request()?).await?;
    seller.no_breakdown(&first)?;
    let updated = seller
        .update(call.session_id()?, &address_body(&seller))
        .await?;
    seller.session(&updated)?;
    let again = seller.send(request()?).await?;
    replayed(&seller, &first, &again)
}

async fn decline_replayed(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let allowance = Allowance {
        declined: true,
        ..Allowance::of(seller.target(), &session)?
    };
    let token = seller.token_with(&allowance).await?;
    let call = Call {
        body: Some(seller.complete_body(&session, &token)),
        ..Call::good(&seller, Operation::Complete).await?
    };
    let path = Operation::Complete.path(&session.id);
    let key = seller.case().fresh_key()?;
    let request = || {
        Ok(call
            .request_to(&seller, &path)?
            .with("Idempotency-Key", key.as_str()))
    };
    let first = seller.send(request()?).await?;
    let declined = seller.session(&first)?;
    let case = seller.case();
    case.must(
        declined.has_message("payment_declined") && first.pointer("/order/id").is_none(),
        &first,
        "a declined payment gives a 2xx session with the message payment_declined and no order",
        || case.excerpt(&first),
    )?;
    let again = seller.send(request()?).await?;
    replayed(&seller, &first, &again)?;
    let token = seller.token(&declined).await?;
    let body = seller.complete_body(&declined, &token);
    let paid = seller.complete(&session.id, &body).await?;
    case.must(
        paid.text("/status") == Some("completed"),
        &paid,
        "after a decline another token with a new key completes the session",
        || format!("{}: {}", paid.status, case.excerpt(&paid)),
    )
}

/// A breakdown cannot be provoked; a burst may meet one.
async fn breakdown(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let keys = (0..12).map(|_| seller.case().fresh_key());
    let keys: Vec<_> = keys.collect::<Outcome<_>>()?;
    let requests: Vec<_> = keys
        .iter()
        .map(|key| call.keyed(&seller, key))
        .collect::<Outcome<_>>()?;
    let sent = requests.into_iter().map(|request| seller.send(request));
    let mut met = false;
    for (answer, key) in join_all(sent).await.into_iter().zip(&keys) {
        let broken = answer?;
        if broken.status < 500 {
            continue;
        }
        met = true;
        seller.error_body(&broken)?;
        let again = seller.send(call.keyed(&seller, key)?).await?;
        seller.case().must(
            !marked(&again) && again.is_success(),
            &again,
            "the same key after a 5xx is processed anew",
            || format!("{}: {}", again.status, seller.case().excerpt(&again)),
        )?;
    }
    if met {
        return Ok(());
    }
    Err(Stop::NotTested(
        "the seller gave no 5xx, and none can be asked for from outside".to_owned(),
    ))
}

async fn integer_amounts(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let answer = seller.send(call.request(&seller)?).await?;
    let session = seller.session(&answer)?;
    let mut others = Vec::new();
    collect_amounts(&session.json, &mut others);
    seller.case().should(
        others.is_empty(),
        &answer,
        "amounts are written as integers of minor units",
        || others.join(", "),
    );
    Ok(())
}

/// Amounts that are no integers, wherever they stand.
fn collect_amounts(json: &Value, others: &mut Vec<String>) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                let amount = name == "amount" || name.ends_with("_amount");
                if amount && !value.is_i64() && !value.is_u64() {
                    others.push(format!("{name}: {value}"));
                }
                collect_amounts(value, others);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                collect_amounts(element, others);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
