//! What an update leaves out stays; what it sends as null is cleared.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{Seller, Session, rule::ask},
};

const SINCE_NULL: VersionRange = VersionRange::from(SpecVersion::V2026_04_17);

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = [
        ("buyer", Part::Buyer),
        ("address", Part::Address),
        ("lines", Part::Lines),
        ("option", Part::Option),
        ("nothing", Part::Nothing),
    ]
    .into_iter()
    .map(|(name, part)| {
        ask(
            Topic::Lifecycle,
            &format!("update-of-{name}-keeps-the-rest"),
            format!("an update that names {name} leaves everything else as it was"),
            move |seller| keeps(seller, part),
        )
        .proves(&["checkout.update.absent-keeps"])
        .advice("treat a missing member as unchanged, on every path")
    })
    .collect();
    checks.extend([
        ask(
            Topic::Lifecycle,
            "update-null-clears-buyer",
            "buyer: null clears the buyer",
            clears_buyer,
        )
        .versions(SINCE_NULL)
        .proves(&["checkout.update.null-clears"])
        .advice("tell null from absent: null clears, although the schema's types do not name it"),
        ask(
            Topic::Lifecycle,
            "update-null-clears-address",
            "fulfillment_details: null clears address and options",
            clears_address,
        )
        .versions(SINCE_NULL)
        .proves(&["checkout.update.null-clears"])
        .advice("tell null from absent, and compute the options anew"),
        ask(
            Topic::Lifecycle,
            "update-null-clears-option",
            "selected_fulfillment_options: null takes the choice back",
            clears_option,
        )
        .versions(SINCE_NULL)
        .proves(&["checkout.update.null-clears"])
        .advice("tell null from absent: without a choice select as on create, or nothing"),
        ask(
            Topic::Lifecycle,
            "update-null-clears-only-what-it-names",
            "null for the buyer leaves lines and address as they were",
            clears_nothing_else,
        )
        .versions(SINCE_NULL)
        .proves(&[
            "checkout.update.null-clears",
            "checkout.update.absent-keeps",
        ])
        .advice("clear what is null and nothing else"),
    ]);
    checks
}

/// What an update names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Buyer,
    Address,
    Lines,
    Option,
    Nothing,
}

/// A session with buyer, address, lines and, where there are two options, the second one.
async fn full(seller: &Seller) -> Outcome<Session> {
    let mut body = seller.create_body_with_address()?;
    body.insert("buyer".to_owned(), json!(seller.target().buyer));
    let answer = seller.create(&Value::Object(body)).await?;
    let session = seller.session(&answer)?;
    match seller.select_other(&session) {
        Ok(body) => seller.updated(&session, &body).await,
        Err(_) => Ok(session),
    }
}

async fn keeps(seller: Seller, part: Part) -> Outcome {
    let before = full(&seller).await?;
    let after = match part {
        Part::Buyer => seller.updated(&before, &seller.buyer_body()).await?,
        Part::Address => {
            let body = seller.address_body(&seller.other_address());
            seller.updated(&before, &body).await?
        }
        Part::Lines => {
            let lines = [(seller.item()?, 2)];
            seller.update_units(&before, &lines).await?
        }
        Part::Option => {
            let body = seller.select_other(&before)?;
            seller.updated(&before, &body).await?
        }
        Part::Nothing => seller.updated(&before, &json!({})).await?,
    };
    let same = |what: &str, holds: bool| {
        seller.case().must(
            holds,
            &after.answer,
            "what an update leaves out stays as it was",
            || format!("{what} changed: {}", seller.case().excerpt(&after.answer)),
        )
    };
    if part != Part::Buyer {
        same("buyer", before.json.get("buyer") == after.json.get("buyer"))?;
    }
    if part != Part::Address {
        same("address", before.address() == after.address())?;
    }
    if part != Part::Lines {
        same("lines", before.units() == after.units())?;
    }
    // Another address may have other options: the choice need not survive it.
    if !matches!(part, Part::Option | Part::Address) {
        same(
            "selected option",
            before.selected_options() == after.selected_options(),
        )?;
    }
    same("currency", before.currency() == after.currency())
}

/// An update with a null; a seller whose validation refuses it does not know the rule.
async fn nulled(seller: &Seller, session: &Session, member: &str) -> Outcome<Session> {
    let answer = seller
        .update(&session.id, &json!({ member: Value::Null }))
        .await?;
    seller.case().must(
        answer.is_success(),
        &answer,
        "null in an update is accepted: it clears the member",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )?;
    seller.session(&answer)
}

fn gone(seller: &Seller, session: &Session, member: &str) -> Outcome {
    let left = session.json.get(member).filter(|value| !value.is_null());
    seller.case().must(
        left.is_none(),
        &session.answer,
        "what was sent as null is gone",
        || format!("{member} is {left:?}"),
    )
}

async fn clears_buyer(seller: Seller) -> Outcome {
    let session = full(&seller).await?;
    let cleared = nulled(&seller, &session, "buyer").await?;
    gone(&seller, &cleared, "buyer")?;
    let read = seller.read(&session.id).await?;
    gone(&seller, &read, "buyer")
}

async fn clears_address(seller: Seller) -> Outcome {
    let session = full(&seller).await?;
    let cleared = nulled(&seller, &session, "fulfillment_details").await?;
    gone(&seller, &cleared, "fulfillment_details")?;
    let fresh = seller.new_session().await?;
    seller.case().must(
        cleared.options().len() == fresh.options().len() && cleared.status() == fresh.status(),
        &cleared.answer,
        "without its address a session offers and allows what one created without offers and allows",
        || {
            format!(
                "status {} and {} options, created without: {} and {}",
                cleared.status(),
                cleared.options().len(),
                fresh.status(),
                fresh.options().len()
            )
        },
    )
}

async fn clears_option(seller: Seller) -> Outcome {
    let fresh = seller.new_session_with_address().await?;
    let body = seller.select_other(&fresh)?;
    let chosen = seller.updated(&fresh, &body).await?;
    let cleared = nulled(&seller, &chosen, "selected_fulfillment_options").await?;
    let selected = cleared.selected_options();
    seller.case().must(
        selected.is_empty() || selected == fresh.selected_options(),
        &cleared.answer,
        "a choice that was cleared is not selected any more",
        || format!("chosen {:?}, still {selected:?}", chosen.selected_options()),
    )
}

async fn clears_nothing_else(seller: Seller) -> Outcome {
    let session = full(&seller).await?;
    if session.address().is_none() {
        return Err(Stop::NotApplicable(
            "the session does not show its address".to_owned(),
        ));
    }
    let cleared = nulled(&seller, &session, "buyer").await?;
    seller.case().must(
        session.units() == cleared.units() && session.address() == cleared.address(),
        &cleared.answer,
        "null clears the member that it stands for, and no other",
        || seller.case().excerpt(&cleared.answer),
    )
}
