//! Claims are written and never read.

use serde_json::{Value, json};

use super::{
    super::{
        super::{
            documents::{remove, with},
            seller::{Seller, session_path},
        },
        offered::shows_nothing,
    },
    Call, MEMBER, check, claiming, complete_body, create, create_body, full_claim, marks, ready,
};
use crate::{Answer, Check, Outcome, Topic};

const GET: &str = "affiliate.write-only.get";
const RESPONSES: &str = "affiliate.write-only.responses";
const SECRET: &str = "affiliate.privacy.token-secret";

/// The answers in which a claim must not turn up.
#[derive(Debug, Clone, Copy)]
enum Place {
    Create,
    CreateAgain,
    Update,
    Cancel,
    Complete,
    CompleteAgain,
    Retrieve,
    RetrieveCanceled,
    RetrieveCompleted,
}

impl Place {
    const ALL: [(Self, &str, &str, &'static str); 9] = [
        (Self::Create, "create", "the answer to create", RESPONSES),
        (
            Self::CreateAgain,
            "create-again",
            "a repeated create",
            RESPONSES,
        ),
        (Self::Update, "update", "the answer to update", RESPONSES),
        (Self::Cancel, "cancel", "the answer to cancel", RESPONSES),
        (
            Self::Complete,
            "complete",
            "the answer to complete",
            RESPONSES,
        ),
        (
            Self::CompleteAgain,
            "complete-again",
            "a repeated complete",
            RESPONSES,
        ),
        (Self::Retrieve, "retrieve", "retrieve after create", GET),
        (
            Self::RetrieveCanceled,
            "retrieve-canceled",
            "retrieve after cancel",
            GET,
        ),
        (
            Self::RetrieveCompleted,
            "retrieve-completed",
            "retrieve after complete",
            GET,
        ),
    ];
}

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = Place::ALL
        .into_iter()
        .map(|(place, name, words, proves)| {
            let title = format!("{words} shows neither affiliate_attribution nor its token");
            check(
                Topic::Leaks,
                &format!("hidden-{name}"),
                title,
                move |seller| hidden(seller, place),
            )
            .proves(&[proves])
            .advice("keep attribution out of the documents that answers are made from")
        })
        .collect();
    checks.extend(ERRORS.map(|(name, words, cause)| {
        let title = format!("the error about {words} should not repeat the attribution token");
        check(
            Topic::Leaks,
            &format!("token-in-error-{name}"),
            title,
            move |seller| secret(seller, cause),
        )
        .proves(&[SECRET])
        .advice("treat tokens as secrets: say which member is wrong, not what it holds")
    }));
    checks
}

async fn hidden(seller: Seller, place: Place) -> Outcome {
    let claim = full_claim(&seller, Call::Create)?;
    let mut secrets = marks(&claim);
    let answer = match place {
        Place::Create => create(&seller, &claim).await?,
        Place::CreateAgain => {
            let body = claiming(create_body(&seller)?, &claim);
            let request = seller.post_request("/checkout_sessions", &body)?;
            seller.session(&seller.send(request.clone()).await?)?;
            seller.send(request).await?
        }
        Place::Update => {
            let session = ready(&seller, &claim).await?;
            let body = seller.address_body(&seller.other_address());
            seller.update(&session.id, &body).await?
        }
        Place::Cancel | Place::RetrieveCanceled => {
            let session = ready(&seller, &claim).await?;
            let canceled = seller.cancel(&session.id).await?;
            if matches!(place, Place::Cancel) {
                canceled
            } else {
                seller.get(&session.id).await?
            }
        }
        Place::Retrieve => {
            let session = ready(&seller, &claim).await?;
            seller.get(&session.id).await?
        }
        Place::Complete | Place::CompleteAgain | Place::RetrieveCompleted => {
            let session = ready(&seller, &claim).await?;
            let last = full_claim(&seller, Call::Complete)?;
            secrets.extend(marks(&last));
            let body = claiming(complete_body(&seller, &session).await?, &last);
            let request = seller.post_request(session_path(&session.id, "/complete"), &body)?;
            let completed = seller.send(request.clone()).await?;
            seller.session(&completed)?;
            if matches!(place, Place::Complete) {
                completed
            } else if matches!(place, Place::CompleteAgain) {
                seller.send(request).await?
            } else {
                seller.get(&session.id).await?
            }
        }
    };
    seller.session(&answer)?;
    let rule = "attribution is write-only";
    shows_nothing(&seller, &answer, MEMBER, &secrets, rule)
}

/// Why a request with a token is refused.
#[derive(Debug, Clone, Copy)]
enum Cause {
    Metadata,
    Provider,
    Item,
    Version,
    Key,
    Payment,
}

const ERRORS: [(&str, &str, Cause); 6] = [
    ("metadata", "nested metadata", Cause::Metadata),
    ("provider", "a missing provider", Cause::Provider),
    ("item", "an unknown item", Cause::Item),
    ("version", "an unknown API-Version", Cause::Version),
    ("key", "a key that came with another body", Cause::Key),
    ("payment", "missing payment data", Cause::Payment),
];

async fn secret(seller: Seller, cause: Cause) -> Outcome {
    let mut claim = full_claim(&seller, Call::Create)?;
    let secrets = marks(&claim);
    match cause {
        Cause::Metadata => claim = with(claim, "/metadata/page", json!({ "a": 1 })),
        Cause::Provider => remove(&mut claim, "/provider"),
        Cause::Item | Cause::Version | Cause::Key | Cause::Payment => {}
    }
    let answer = provoked(&seller, cause, &claim).await?;
    let body = String::from_utf8_lossy(&answer.body);
    let shown = secrets.iter().find(|secret| body.contains(secret.as_str()));
    seller.case().should(
        shown.is_none(),
        &answer,
        "an error repeats nothing of an attribution token",
        || format!("the answer holds {}", shown.map_or("", String::as_str)),
    );
    Ok(())
}

async fn provoked(seller: &Seller, cause: Cause, claim: &Value) -> Outcome<Answer> {
    let body = claiming(create_body(seller)?, claim);
    let request = seller.post_request("/checkout_sessions", &body)?;
    match cause {
        Cause::Metadata | Cause::Provider => seller.send(request).await,
        Cause::Item => {
            let unknown = format!("/{}/0/id", seller.dialect().lines_member());
            let body = with(body, &unknown, json!("certify_no_such_item"));
            seller.create(&body).await
        }
        Cause::Version => seller.send(request.with("API-Version", "1999-01-01")).await,
        Cause::Key => {
            seller.session(&seller.send(request.clone()).await?)?;
            let other = with(body, "/affiliate_attribution/sub_id", json!("other"));
            seller.send(request.body(other.to_string())).await
        }
        Cause::Payment => {
            let session = ready(seller, claim).await?;
            let body = claiming(json!({ "payment_data": {} }), claim);
            seller.complete(&session.id, &body).await
        }
    }
}
