//! Sessions and stored answers of another agent.

use super::super::{
    Seller,
    idempotency::{fresh, replayed},
    kit::row,
    operation::{Call, Operation},
};
use crate::{Check, Key, Outcome, Request, Stop, Topic};

pub(super) fn checks() -> Vec<Check> {
    let operations = [
        Operation::Get,
        Operation::Update,
        Operation::Complete,
        Operation::Cancel,
    ];
    let mut checks: Vec<_> = operations.into_iter().map(foreign).collect();
    for operation in Operation::POSTS {
        checks.push(stolen_replay(operation));
    }
    checks.push(
        row(
            Topic::Auth,
            "refusal-not-stored",
            "the 401 of a stranger is not stored with the key that he guessed",
            refusal_not_stored,
        )
        .proves(&["checkout.idempotency.scope-identity"])
        .advice("look at the caller before the key, and store keys by caller"),
    );
    checks
}

fn other_key(seller: &Seller) -> Outcome<&str> {
    let key = seller.target().other_key.as_ref().and_then(Key::expose);
    key.ok_or_else(|| {
        Stop::NotTested("a second agent is needed: set seller.other_key in certify.toml".to_owned())
    })
}

fn as_other(seller: &Seller, request: Request) -> Outcome<Request> {
    let key = other_key(seller)?;
    Ok(request.with("Authorization", format!("Bearer {key}")))
}

fn foreign(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Auth,
        &format!("foreign-{verb}"),
        format!("{verb} of another agent's session is refused like one that does not exist"),
        move |seller| async move {
            other_key(&seller)?;
            let call = Call::harmless(&seller, operation).await?;
            let theirs = as_other(&seller, call.request(&seller)?)?;
            let theirs = seller.send(theirs).await?;
            seller.refused(&theirs)?;
            let unknown = call.request_to(&seller, &operation.path("cs_certify_unknown"))?;
            let unknown = seller.send(as_other(&seller, unknown)?).await?;
            seller.case().must(
                (theirs.status, &theirs.json) == (unknown.status, &unknown.json),
                &theirs,
                "a foreign session is answered exactly like one that does not exist",
                || {
                    format!(
                        "{} for a foreign one, {} for an unknown one",
                        theirs.status, unknown.status
                    )
                },
            )?;
            call.changed_nothing(&seller).await
        },
    )
    .proves(&["checkout.auth.wrong-refused", "checkout.get.unknown-404"])
    .advice("look sessions up by caller and id together")
}

/// A stranger who knows path, key and body of a call must not be shown its answer.
fn stolen_replay(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Auth,
        &format!("stolen-replay-{verb}"),
        format!("a replay of {verb} without a good key shows nothing"),
        move |seller| async move {
            let call = Call::good(&seller, operation).await?;
            let key = seller.case().fresh_key()?;
            let first = seller.send(call.keyed(&seller, &key)?).await?;
            let session = seller.session(&first)?;
            for authorization in ["", "Bearer certify-unknown-key"] {
                let request = call.keyed(&seller, &key)?;
                let request = request.with("Authorization", authorization);
                let stolen = seller.send(request).await?;
                seller.refused(&stolen)?;
                seller.case().must(
                    !String::from_utf8_lossy(&stolen.body).contains(&session.id),
                    &stolen,
                    "a stored answer is shown to its own caller only",
                    || seller.case().excerpt(&stolen),
                )?;
            }
            Ok(())
        },
    )
    .proves(&[
        "checkout.auth.missing-refused",
        "checkout.auth.wrong-refused",
        "checkout.idempotency.scope-identity",
    ])
    .advice("look at the caller before the key")
}

async fn refusal_not_stored(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let key = seller.case().fresh_key()?;
    let stranger = call.keyed(&seller, &key)?.without("Authorization");
    seller.refused(&seller.send(stranger).await?)?;
    let first = seller.send(call.keyed(&seller, &key)?).await?;
    seller.session(&first)?;
    fresh(&seller, &first)?;
    let again = seller.send(call.keyed(&seller, &key)?).await?;
    replayed(&seller, &first, &again)
}
