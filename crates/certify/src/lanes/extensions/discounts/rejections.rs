//! A rejected code is told to the buyer, and stops nothing.

use serde_json::Value;

use super::{
    reading::{amounts, applied_by, shown},
    scene::valid,
};
use crate::{
    Check, Outcome, Stop, Topic,
    lanes::{
        documents::text,
        extensions::shop::{ask, code, discounted, plain, recoded, unknown_code},
        seller::{Seller, Session, json_path},
    },
};

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Errors,
            "discount-rejection-message",
            "a rejected code also has a message of the same code, whose param points at it",
            message,
        )
        .proves(&["discounts.response.rejected-message"])
        .advice("add a message with the reason as its code and $.discounts.codes[i] as its param"),
        ask(
            Topic::Errors,
            "discount-expired-message",
            "an expired code also has a message of the same code, whose param points at it",
            expired_message,
        )
        .proves(&["discounts.response.rejected-message"])
        .advice("add a message with the reason as its code and $.discounts.codes[i] as its param"),
        ask(
            Topic::Errors,
            "discount-rejection-warning",
            "a message about a lost discount is a warning",
            warning,
        )
        .proves(&["discounts.response.rejected-warning"])
        .advice("set type warning, so that the buyer is told"),
        ask(
            Topic::Errors,
            "discount-rejection-on-create",
            "a rejected code does not make create fail, and the other code applies",
            |seller| harmless(seller, false),
        )
        .proves(&["discounts.response.rejected-not-fatal"])
        .advice("answer 2xx, reject the one code and apply the other"),
        ask(
            Topic::Errors,
            "discount-rejection-on-update",
            "a rejected code does not make an update fail, and the other code applies",
            |seller| harmless(seller, true),
        )
        .proves(&["discounts.response.rejected-not-fatal"])
        .advice("answer 2xx, reject the one code and apply the other"),
        ask(
            Topic::Errors,
            "discount-rejection-blocks-nothing",
            "a session with a rejected code can be paid like one without",
            blocks_nothing,
        )
        .proves(&["discounts.response.rejected-not-fatal"])
        .advice("leave the status alone: a lost discount is no error of the session"),
        ask(
            Topic::Errors,
            "extension-error-codes",
            "problems with discounts come as messages with the extension's codes",
            own_codes,
        )
        .proves(&["extensions.composition.error-codes"])
        .proves_shapes(&["discount#discount_error_codes"])
        .advice("use the eight discount_code_… codes, in rejected and in messages"),
    ]
}

/// Messages about codes of discounts.
fn about_discounts(session: &Session) -> Vec<&Value> {
    let all = session.messages().iter();
    all.filter(|one| {
        text(one, "code").starts_with("discount_code_")
            || text(one, "param").starts_with("$.discounts")
    })
    .collect()
}

/// Whether a message of this code points at the code of this place.
fn told(session: &Session, reason: &str, place: &str) -> bool {
    session.messages().iter().any(|one| {
        let at = json_path::segments(text(one, "param")).unwrap_or_default();
        text(one, "code") == reason && at == ["discounts", "codes", place]
    })
}

async fn message(seller: Seller) -> Outcome {
    let sent = [code(&seller, "valid").await?, unknown_code(&seller)?];
    let session = discounted(&seller, &sent.each_ref().map(String::as_str)).await?;
    is_told(&seller, &session, "discount_code_invalid", "1");
    Ok(())
}

async fn expired_message(seller: Seller) -> Outcome {
    let expired = code(&seller, "expired").await?;
    let session = discounted(&seller, &[&expired]).await?;
    is_told(&seller, &session, "discount_code_expired", "0");
    Ok(())
}

fn is_told(seller: &Seller, session: &Session, reason: &str, place: &str) {
    seller.case().should(
        told(session, reason, place),
        &session.answer,
        "a message has the reason as its code and points at the code in $.discounts.codes",
        || {
            let messages = Value::from(session.messages());
            format!("{reason} at $.discounts.codes[{place}]: {messages}")
        },
    );
}

async fn warning(seller: Seller) -> Outcome {
    let session = discounted(&seller, &[&unknown_code(&seller)?]).await?;
    let about = about_discounts(&session);
    if about.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: a message about a rejected code".to_owned(),
        ));
    }
    for one in about {
        seller.case().should(
            text(one, "type") == "warning",
            &session.answer,
            "a message about a lost discount is of type warning",
            || one.to_string(),
        );
    }
    Ok(())
}

async fn harmless(seller: Seller, on_update: bool) -> Outcome {
    let (alone, code) = valid(&seller).await?;
    let unknown = unknown_code(&seller)?;
    let session = if on_update {
        recoded(&seller, &alone, &[&unknown, &code]).await?
    } else {
        discounted(&seller, &[&unknown, &code]).await?
    };
    seller.case().must(
        applied_by(&session, &code).is_some() && amounts(&session) == amounts(&alone),
        &session.answer,
        "the other code applies as it does alone",
        || format!("{code}: {}; alone: {}", shown(&session), shown(&alone)),
    )
}

async fn blocks_nothing(seller: Seller) -> Outcome {
    let without = plain(&seller).await?;
    let session = discounted(&seller, &[&unknown_code(&seller)?]).await?;
    let errors = |session: &Session| session.errors().count();
    seller.case().must(
        session.status() == without.status() && errors(&session) <= errors(&without),
        &session.answer,
        "a rejected code changes neither the status nor adds an error",
        || {
            let messages = Value::from(session.messages());
            format!("{} was {}; {messages}", session.status(), without.status())
        },
    )
}

async fn own_codes(seller: Seller) -> Outcome {
    let session = discounted(&seller, &[&unknown_code(&seller)?]).await?;
    let case = seller.case();
    let reasons = super::reading::rejected(&session)
        .iter()
        .filter_map(|one| one.get("reason"));
    let of_messages = about_discounts(&session)
        .into_iter()
        .filter_map(|one| one.get("code"));
    let mut any = false;
    for code in reasons.chain(of_messages) {
        any = true;
        case.document(code, &session.answer, "discount#discount_error_codes")?;
    }
    case.must(
        any,
        &session.answer,
        "a code that nobody knows is told by a code of the extension",
        || shown(&session),
    )
}
