//! Sends a broken body and judges what comes of it.

use serde_json::{Value, json};

use super::{
    super::{
        Seller, Session, json_path,
        operation::{Call, Operation},
        refusal::text,
    },
    mutation::{Demand, Mutation},
    sample::SAMPLE,
};
use crate::{Answer, Outcome};

/// Whether the seller refuses this mutation of a good call, at the right place, and changes nothing.
pub(super) async fn judge(seller: &Seller, operation: Operation, mutation: &Mutation) -> Outcome {
    let call = sound(seller, operation).await?;
    let answer = send(seller, &call, mutation).await?;
    if answer.is_success() {
        let declined = operation == Operation::Complete && mutation.demand == Demand::Noticed;
        // A message may mean the token that nobody gave.
        if declined && !noticed_at(seller, &answer, mutation) {
            return with_good_token(seller, mutation).await;
        }
        return taken(seller, &answer, mutation);
    }
    seller.refused_as_invalid(&answer)?;
    call.changed_nothing(seller).await?;
    if mutation.demand == Demand::Harmless {
        return Ok(());
    }
    let param = answer.text("/param").unwrap_or_default();
    let pointed = json_path::points_at(param, &mutation.path);
    seller.case().should(
        pointed,
        &answer,
        "the param of a refusal points at the part of the request that is wrong",
        || format!("param {param:?} for {}", mutation.path),
    );
    if pointed || call.tells_apart(seller, &answer).await? {
        return Ok(());
    }
    // The refusal may mean the token as well.
    with_good_token(seller, mutation).await
}

/// What is wrong beside a bad token must be wrong beside a good one.
async fn with_good_token(seller: &Seller, mutation: &Mutation) -> Outcome {
    let call = Call::good(seller, Operation::Complete).await?;
    let answer = send(seller, &call, mutation).await?;
    if answer.is_success() {
        return taken(seller, &answer, mutation);
    }
    seller.refused_as_invalid(&answer)
}

/// A call whose body would be taken. An update repeats lines and address of its session, so that
/// nothing but the mutation is new.
async fn sound(seller: &Seller, operation: Operation) -> Outcome<Call> {
    if operation != Operation::Update {
        let call = Call::harmless(seller, operation).await?;
        let body = call.body.clone().or_else(|| Some(json!({})));
        return Ok(Call { body, ..call });
    }
    let created = seller.create_body_with_address()?;
    let answer = seller.create(&Value::Object(created.clone())).await?;
    let session = seller.session(&answer)?;
    let dialect = seller.dialect();
    let kept = [dialect.lines_member(), dialect.address_member()];
    let body = created
        .into_iter()
        .filter(|(name, _)| kept.contains(&name.as_str()));
    Ok(Call {
        path: operation.path(&session.id),
        operation,
        session: Some(session),
        body: Some(Value::Object(body.collect())),
    })
}

async fn send(seller: &Seller, call: &Call, mutation: &Mutation) -> Outcome<Answer> {
    let mut body = call.body.clone().unwrap_or_default();
    mutation.apply(&mut body);
    make_real(seller, call.session.as_ref(), &mut body);
    let key = seller.case().fresh_key()?;
    let request = call.keyed_body(seller, &key, body.to_string())?;
    seller.send(request).await
}

/// Replaces sample ids by those of the session, so that they are not what is refused.
pub(in crate::lanes) fn make_real(seller: &Seller, session: Option<&Session>, json: &mut Value) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                if let Some(real) = real(seller, session, name, value) {
                    *value = real;
                } else {
                    make_real(seller, session, value);
                }
            }
        }
        Value::Array(elements) => {
            for element in elements {
                make_real(seller, session, element);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn real(seller: &Seller, session: Option<&Session>, name: &str, value: &Value) -> Option<Value> {
    let id_of = |rows: &[Value]| rows.first()?.get("id").cloned();
    match name {
        "currency" if value == "usd" => Some(json!(seller.target().currency)),
        "option_id" | "fulfillment_option_id" if value == SAMPLE => id_of(session?.options()),
        "item_ids" if value == &json!([]) => {
            let line = id_of(session?.lines())?;
            Some(json!([line]))
        }
        _ => None,
    }
}

/// Whether a message of the session points at the broken place.
fn noticed_at(seller: &Seller, answer: &Answer, mutation: &Mutation) -> bool {
    let session = Session::read(seller.case().version(), answer);
    session.is_some_and(|session| {
        let mut messages = session.messages().iter();
        messages.any(|message| json_path::points_at(text(message, "param"), &mutation.path))
    })
}

/// A body that was taken: in order for null, with an error message for a wrong value.
fn taken(seller: &Seller, answer: &Answer, mutation: &Mutation) -> Outcome {
    seller.no_breakdown(answer)?;
    let case = seller.case();
    let Some(session) = Session::read(case.version(), answer) else {
        return case.must(
            false,
            answer,
            "the answer is a session or a refusal",
            || case.excerpt(answer),
        );
    };
    match mutation.demand {
        Demand::Harmless => Ok(()),
        Demand::Refused => case.must(
            false,
            answer,
            "a request against the schema is refused with 4xx",
            || format!("{} for {}", answer.status, mutation.what),
        ),
        Demand::Noticed => {
            let noticed = session
                .messages()
                .iter()
                .any(|message| text(message, "type") == "error");
            case.must(
                noticed,
                answer,
                "a value against the schema is refused with 4xx, or noticed in an error message",
                || format!("{} for {}, without a message", answer.status, mutation.what),
            )
        }
    }
}
