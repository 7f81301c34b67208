//! Messages: their params, what mends them, and that warnings do not block.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage,
        paths::{Found, follow},
        rule::{Rule, ask},
    },
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(PARAM.at(
        Topic::Lifecycle,
        &[Stage::Created, Stage::Addressed, Stage::Declined],
    ));
    checks.extend([
        ask(
            Topic::Lifecycle,
            "invalid-email",
            "a malformed buyer e-mail is told by a message at $.buyer.email, or refused as 4xx",
            invalid_email,
        )
        .versions(VersionRange::from(SpecVersion::V2026_01_30))
        .proves(&["checkout.errors.invalid-email"])
        .advice("add an error message with code invalid and param $.buyer.email, or answer 4xx with that param"),
        ask(
            Topic::Lifecycle,
            "invalid-email-can-be-mended",
            "a corrected e-mail takes the message away",
            email_mended,
        )
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .proves(&["checkout.messages.resolution-recoverable-fixable"])
        .advice("compute the messages of each answer anew"),
        ask(
            Topic::Lifecycle,
            "missing-address-can-be-mended",
            "the message about a missing address goes when the address comes",
            address_mended,
        )
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .proves(&["checkout.messages.resolution-recoverable-fixable"])
        .advice("compute the messages of each answer anew"),
        ask(
            Topic::Lifecycle,
            "recoverable-option-can-be-mended",
            "a recoverable message about an unknown option goes with an offered one",
            option_mended,
        )
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .proves(&["checkout.messages.resolution-recoverable-fixable"])
        .advice("mark recoverable only what an update can mend, and take it away then"),
        ask(
            Topic::Lifecycle,
            "warnings-do-not-block",
            "a session whose messages are all warnings can be paid",
            warnings_do_not_block,
        )
        .versions(VersionRange::from(SpecVersion::V2026_01_30))
        .proves(&["checkout.errors.warnings-do-not-block"])
        .advice("what keeps a session from being paid is an error, not a warning"),
        ask(
            Topic::Lifecycle,
            "ready-has-no-errors-left",
            "a session that is ready has no error message that was not answered by a decline",
            ready_has_no_errors,
        )
        .proves(&["checkout.errors.business-in-session"])
        .advice("an error blocks: either the session is not ready, or the message is a warning"),
    ]);
    checks
}

const PARAM: Rule = Rule {
    name: "message-param-is-a-path",
    title: "a message's param is an RFC 9535 JSONPath that finds something in the session or names what is missing",
    proves: &["checkout.messages.param-jsonpath"],
    advice: "write paths such as $.line_items[0]",
    versions: VersionRange::ALL,
    judge: param_is_path,
};

/// Members of requests to which a message may point although no session has them.
const REQUEST_MEMBERS: [&str; 3] = ["$.payment_data", "$.authentication_result", "$.items"];

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn param_is_path(seller: &Seller, session: &Session) -> Outcome {
    for message in session.messages() {
        let Some(param) = Session::text(message, "param") else {
            continue;
        };
        let found = follow(param, &session.json);
        let missing = Session::text(message, "code") == Some("missing");
        let of_request = REQUEST_MEMBERS.iter().any(|one| param.starts_with(one));
        seller.case().should(
            found == Found::Something || (found == Found::Nothing && (missing || of_request)),
            &session.answer,
            PARAM.title,
            || format!("{param}: {message}"),
        );
    }
    Ok(())
}

const BAD_EMAIL: &str = "this is no address";

async fn invalid_email(seller: Seller) -> Outcome {
    let mut body = seller.create_body_with_address()?;
    let mut buyer = json!(seller.target().buyer);
    if let Some(buyer) = buyer.as_object_mut() {
        buyer.insert("email".to_owned(), json!(BAD_EMAIL));
    }
    body.insert("buyer".to_owned(), buyer);
    let answer = seller.create(&Value::Object(body)).await?;
    if answer.is_refusal() {
        return seller.case().must(
            answer
                .text("/param")
                .is_some_and(|param| param.contains("email")),
            &answer,
            "the refusal's param names the e-mail",
            || seller.case().excerpt(&answer),
        );
    }
    let session = seller.session(&answer)?;
    let told = session.errors().any(|message| {
        Session::text(message, "code") == Some("invalid")
            && Session::text(message, "param").is_some_and(|param| param.contains("email"))
    });
    seller.case().must(
        told,
        &answer,
        "a malformed e-mail gets a message with code invalid and param $.buyer.email, or 4xx",
        || seller.case().excerpt(&answer),
    )
}

/// A message that names this member.
fn names(session: &Session, member: &str) -> bool {
    session
        .errors()
        .any(|message| Session::text(message, "param").is_some_and(|param| param.contains(member)))
}

async fn email_mended(seller: Seller) -> Outcome {
    let mut body = seller.create_body_with_address()?;
    let mut buyer = json!(seller.target().buyer);
    if let Some(buyer) = buyer.as_object_mut() {
        buyer.insert("email".to_owned(), json!(BAD_EMAIL));
    }
    body.insert("buyer".to_owned(), buyer);
    let answer = seller.create(&Value::Object(body)).await?;
    if answer.is_refusal() {
        return Err(Stop::NotApplicable(
            "a malformed e-mail is refused, so no session speaks of it".to_owned(),
        ));
    }
    let session = seller.session(&answer)?;
    let mended = seller.updated(&session, &seller.buyer_body()).await?;
    gone(&seller, &mended, "buyer.email")
}

fn gone(seller: &Seller, session: &Session, member: &str) -> Outcome {
    seller.case().must(
        !names(session, member),
        &session.answer,
        "a message goes once its cause is mended",
        || Value::Array(session.messages().to_vec()).to_string(),
    )
}

async fn address_mended(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    // What is told of the address, in the seller's own words.
    let told: Vec<_> = session
        .errors()
        .filter(|message| {
            Session::text(message, "param").is_some_and(|param| param.contains("fulfillment"))
        })
        .cloned()
        .collect();
    if told.is_empty() {
        return Err(Stop::NotApplicable(
            "no message names the missing address".to_owned(),
        ));
    }
    let body = seller.address_body(&seller.target().address);
    let mended = seller.updated(&session, &body).await?;
    let left = mended.errors().find(|message| told.contains(message));
    seller.case().must(
        left.is_none(),
        &mended.answer,
        "the message about the missing address goes when the address comes",
        || format!("{left:?}"),
    )
}

async fn option_mended(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let Some(known) = session.options().first().cloned() else {
        return Err(Stop::NotApplicable(
            "not offered: fulfilment options".to_owned(),
        ));
    };
    let unknown = json!({ "id": "no-such-option", "type": "shipping" });
    let body = seller.select_body(&session, &unknown);
    let answer = seller.update(&session.id, &body).await?;
    let recoverable = answer.is_success()
        && Session::read(seller.case().version(), &answer).is_some_and(|session| {
            session
                .errors()
                .any(|message| Session::text(message, "resolution") == Some("recoverable"))
        });
    if !recoverable {
        return Err(Stop::NotApplicable(
            "no recoverable message follows from an unknown option".to_owned(),
        ));
    }
    let mended = seller
        .updated(&session, &seller.select_body(&session, &known))
        .await?;
    gone(&seller, &mended, "fulfillment_options")
}

async fn warnings_do_not_block(seller: Seller) -> Outcome {
    let target = seller.target().clone();
    let items = target.items.iter().chain(&target.last_item);
    for item in items.take(8) {
        let session = seller.create_units(&[(item, 1)], true).await?;
        if session.messages().is_empty() {
            continue;
        }
        let kinds = session.messages().iter();
        let only_warnings = kinds
            .clone()
            .all(|one| Session::text(one, "type") != Some("error"))
            && kinds
                .clone()
                .any(|one| Session::text(one, "type") == Some("warning"));
        if only_warnings {
            return seller.case().must(
                session.status() == "ready_for_payment",
                &session.answer,
                "warnings alone do not keep a session from being paid",
                || {
                    format!(
                        "status {}: {}",
                        session.status(),
                        seller.case().excerpt(&session.answer)
                    )
                },
            );
        }
    }
    Err(Stop::NotApplicable(
        "no configured item brings a warning".to_owned(),
    ))
}

async fn ready_has_no_errors(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    seller.case().must(
        session.errors().next().is_none(),
        &session.answer,
        "a session that is ready has no error message",
        || Value::Array(session.messages().to_vec()).to_string(),
    )
}
