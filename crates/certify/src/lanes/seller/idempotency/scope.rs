//! A key belongs to one caller and one path.

use super::{
    super::{
        Seller,
        kit::{CANONICAL, row},
        operation::{Call, Operation},
    },
    fresh,
};
use crate::{Answer, Check, Outcome, Request, Stop, Topic};

const ADVICE: &str = "look keys up by caller, path and key together";

pub(super) fn checks() -> Vec<Check> {
    let sessions = [Operation::Update, Operation::Complete, Operation::Cancel].map(two_sessions);
    let mut checks = Vec::from(sessions);
    checks.extend([
        row(
            Topic::Idempotency,
            "scope-paths-of-one-session",
            "one key on create, update and cancel is three keys: all three run",
            three_paths,
        )
        .versions(CANONICAL)
        .proves(&["checkout.idempotency.scope-path"])
        .advice(ADVICE),
        row(
            Topic::Idempotency,
            "scope-create-and-complete",
            "one key on create and complete is two keys: both run",
            create_and_complete,
        )
        .versions(CANONICAL)
        .proves(&["checkout.idempotency.scope-path"])
        .advice(ADVICE),
        row(
            Topic::Idempotency,
            "scope-caller-same-body",
            "the same key and body of another agent is another request",
            |seller| async move { two_callers(&seller, true).await },
        )
        .versions(CANONICAL)
        .proves(&["checkout.idempotency.scope-identity"])
        .advice(ADVICE),
        row(
            Topic::Idempotency,
            "scope-caller-other-body",
            "the same key of another agent with another body is no conflict",
            |seller| async move { two_callers(&seller, false).await },
        )
        .versions(CANONICAL)
        .proves(&["checkout.idempotency.scope-identity"])
        .advice(ADVICE),
        row(
            Topic::Idempotency,
            "scope-caller-complete",
            "another agent with the same key, path and body is not shown the stored order",
            foreign_complete,
        )
        .proves(&["checkout.idempotency.scope-identity"])
        .advice(ADVICE),
    ]);
    checks
}

fn two_sessions(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Idempotency,
        &format!("scope-two-sessions-{verb}"),
        format!("{verb} of two sessions with one key: both run"),
        move |seller| async move {
            let key = seller.case().fresh_key()?;
            for _ in 0..2 {
                let call = Call::good(&seller, operation).await?;
                let answer = seller.send(call.keyed(&seller, &key)?).await?;
                ran_on(&seller, &answer, call.session_id()?)?;
            }
            Ok(())
        },
    )
    .versions(CANONICAL)
    .proves(&["checkout.idempotency.scope-path"])
    .advice(ADVICE)
}

/// The answer is a new one, about this session.
fn ran_on(seller: &Seller, answer: &Answer, id: &str) -> Outcome {
    let session = seller.session(answer)?;
    seller.case().must(
        session.id == id,
        answer,
        "the same key on another path is another key: the call runs",
        || format!("answered with {} instead of {id}", session.id),
    )?;
    fresh(seller, answer)
}

async fn three_paths(seller: Seller) -> Outcome {
    let key = seller.case().fresh_key()?;
    let create = Call::good(&seller, Operation::Create).await?;
    let created = seller.send(create.keyed(&seller, &key)?).await?;
    let session = seller.session(&created)?;
    for operation in [Operation::Update, Operation::Cancel] {
        let call = Call::good(&seller, operation).await?;
        let request = call.request_to(&seller, &operation.path(&session.id))?;
        let answer = seller
            .send(request.with("Idempotency-Key", key.as_str()))
            .await?;
        ran_on(&seller, &answer, &session.id)?;
    }
    let now = seller.session(&seller.get(&session.id).await?)?;
    seller.case().must(
        now.status() == "canceled",
        &now.answer,
        "cancel with the key of the create cancels",
        || format!("status {}", now.status()),
    )
}

async fn create_and_complete(seller: Seller) -> Outcome {
    let key = seller.case().fresh_key()?;
    let create = Call::good(&seller, Operation::Create).await?;
    let created = seller.send(create.keyed(&seller, &key)?).await?;
    let session = seller.made_ready(seller.session(&created)?).await?;
    let token = seller.token(&session).await?;
    let body = seller.complete_body(&session, &token);
    let request = seller.post_request(Operation::Complete.path(&session.id), &body)?;
    let answer = seller.send(request.with("Idempotency-Key", key)).await?;
    ran_on(&seller, &answer, &session.id)?;
    seller.case().must(
        answer.pointer("/order/id").is_some(),
        &answer,
        "complete with the key of the create completes",
        || seller.case().excerpt(&answer),
    )
}

/// The request, sent by the other agent of the configuration.
fn as_other(seller: &Seller, request: Request) -> Outcome<Request> {
    let key = seller
        .target()
        .other_key
        .as_ref()
        .and_then(crate::Key::expose);
    let key = key.ok_or_else(|| {
        Stop::NotTested("a second agent is needed: set seller.other_key in certify.toml".to_owned())
    })?;
    Ok(request.with("Authorization", format!("Bearer {key}")))
}

async fn two_callers(seller: &Seller, same_body: bool) -> Outcome {
    let key = seller.case().fresh_key()?;
    let call = Call::good(seller, Operation::Create).await?;
    let request = as_other(seller, call.keyed(seller, &key)?)?;
    let ours = seller.send(call.keyed(seller, &key)?).await?;
    let ours = seller.session(&ours)?;
    let request = if same_body {
        request
    } else {
        request.body(serde_json::Value::Object(seller.create_body()?).to_string())
    };
    let theirs = seller.send(request).await?;
    let session = seller.session(&theirs)?;
    seller.case().must(
        session.id != ours.id,
        &theirs,
        "the keys of two agents are apart: both calls run",
        || format!("both were given {}", session.id),
    )?;
    fresh(seller, &theirs)
}

async fn foreign_complete(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Complete).await?;
    let key = seller.case().fresh_key()?;
    let foreign = as_other(&seller, call.keyed(&seller, &key)?)?;
    let first = seller.send(call.keyed(&seller, &key)?).await?;
    seller.session(&first)?;
    let answer = seller.send(foreign).await?;
    seller.refused(&answer)
}
