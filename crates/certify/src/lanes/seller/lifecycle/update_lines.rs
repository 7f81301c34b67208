//! `POST /checkout_sessions/{id}` with lines.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, Topic,
    lanes::seller::{Seller, Session, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    lines()
}

fn lines() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "update-raises-quantity",
            "an update raises the quantity of a line",
            |seller| quantity(seller, 1, 3),
        )
        .proves(&[
            "checkout.update.applies-items",
            "versions.lines.quantity-kept",
        ])
        .advice("lines of an update replace the lines of the session"),
        ask(
            Topic::Lifecycle,
            "update-lowers-quantity",
            "an update lowers the quantity of a line",
            |seller| quantity(seller, 3, 1),
        )
        .proves(&[
            "checkout.update.applies-items",
            "versions.lines.quantity-kept",
        ])
        .advice("lines of an update replace the lines of the session; they are not added"),
        ask(
            Topic::Lifecycle,
            "update-adds-item",
            "an update with two items makes a session of two items",
            adds_item,
        )
        .proves(&["checkout.update.applies-items"])
        .advice("lines of an update replace the lines of the session"),
        ask(
            Topic::Lifecycle,
            "update-removes-item",
            "an item that an update leaves out is gone",
            removes_item,
        )
        .proves(&["checkout.update.applies-items"])
        .advice("lines of an update replace the lines of the session"),
        ask(
            Topic::Lifecycle,
            "update-swaps-item",
            "an update with another item leaves that item alone in the session",
            swaps_item,
        )
        .proves(&["checkout.update.applies-items"])
        .advice("lines of an update replace the lines of the session"),
    ];
    checks.extend(lines_more());
    checks
}

fn lines_more() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "update-twice-is-once",
            "the same lines sent twice under two keys are not added up",
            twice_is_once,
        )
        .proves(&["checkout.update.applies-items"])
        .advice("lines of an update replace the lines of the session; they are not added"),
        ask(
            Topic::Lifecycle,
            "update-keeps-line-ids",
            "a line that an update keeps keeps its id",
            keeps_line_ids,
        )
        .proves(&["checkout.lines.ids-unique"])
        .advice("tie line ids to items, not to their place in the list"),
        ask(
            Topic::Lifecycle,
            "update-all-at-once",
            "buyer, address, lines and option in one update all take effect",
            all_at_once,
        )
        .proves(&[
            "checkout.update.applies-items",
            "checkout.update.applies-details",
            "checkout.update.applies-option",
        ])
        .advice("apply every member of the update"),
        ask(
            Topic::Lifecycle,
            "update-with-unknown-item",
            "an update with an unknown item is refused or reported, and nothing else is sold instead",
            unknown_item,
        )
        .proves(&["checkout.errors.unknown-item"])
        .advice("answer 4xx with a param at the line, or a session with an error message at it"),
    ]
}

/// The session holds exactly these units.
fn holds(seller: &Seller, session: &Session, wanted: &[(&str, u64)]) -> Outcome {
    let units = session.units();
    seller.case().must(
        units == wanted.iter().copied().collect(),
        &session.answer,
        "the lines are those of the last request that named lines",
        || format!("wanted {wanted:?}, got {units:?}"),
    )
}

async fn quantity(seller: Seller, before: u32, after: u32) -> Outcome {
    let item = seller.item()?;
    let session = seller.create_units(&[(item, before)], false).await?;
    let updated = seller.update_units(&session, &[(item, after)]).await?;
    holds(&seller, &updated, &[(item, u64::from(after))])
}

async fn adds_item(seller: Seller) -> Outcome {
    let (one, other) = (seller.item()?, seller.item_at(1)?);
    let session = seller.new_session().await?;
    let updated = seller
        .update_units(&session, &[(one, 1), (other, 1)])
        .await?;
    holds(&seller, &updated, &[(one, 1), (other, 1)])
}

async fn removes_item(seller: Seller) -> Outcome {
    let (one, other) = (seller.item()?, seller.item_at(1)?);
    let session = seller.create_units(&[(one, 1), (other, 1)], false).await?;
    let updated = seller.update_units(&session, &[(other, 1)]).await?;
    holds(&seller, &updated, &[(other, 1)])
}

async fn swaps_item(seller: Seller) -> Outcome {
    let other = seller.item_at(1)?;
    let session = seller.new_session().await?;
    let updated = seller.update_units(&session, &[(other, 1)]).await?;
    holds(&seller, &updated, &[(other, 1)])
}

async fn twice_is_once(seller: Seller) -> Outcome {
    let item = seller.item()?;
    let session = seller.new_session().await?;
    let lines = [(item, 2)];
    seller.update_units(&session, &lines).await?;
    let updated = seller.update_units(&session, &lines).await?;
    holds(&seller, &updated, &[(item, 2)])
}

async fn keeps_line_ids(seller: Seller) -> Outcome {
    let (one, other) = (seller.item()?, seller.item_at(1)?);
    let session = seller.create_units(&[(one, 1), (other, 1)], false).await?;
    let updated = seller
        .update_units(&session, &[(one, 2), (other, 1)])
        .await?;
    let id_of = |session: &Session, item: &str| {
        let mut lines = session.lines().iter();
        lines
            .find(|line| Session::item_of(line).0 == Some(item))
            .and_then(|line| Session::text(line, "id"))
            .map(str::to_owned)
    };
    for item in [one, other] {
        let (before, after) = (id_of(&session, item), id_of(&updated, item));
        seller.case().must(
            before == after && after.is_some(),
            &updated.answer,
            "a kept line keeps its id",
            || format!("{item}: {before:?} and {after:?}"),
        )?;
    }
    Ok(())
}

async fn all_at_once(seller: Seller) -> Outcome {
    let item = seller.item_at(1)?;
    let session = seller.new_session().await?;
    let member = seller.dialect().lines_member();
    let address = seller.target().address.clone();
    let mut body = json!({
        "buyer": seller.target().buyer,
        member: seller.dialect().lines(&[(item, 1)]),
    });
    if let (Some(body), Value::Object(details)) =
        (body.as_object_mut(), seller.address_body(&address))
    {
        body.extend(details);
    }
    let updated = seller.updated(&session, &body).await?;
    holds(&seller, &updated, &[(item, 1)])?;
    seller.holds_buyer(&updated)?;
    seller.holds_address(&updated, &address)
}

async fn unknown_item(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let unknown = format!("no-such-item-{}", seller.case().fresh_key()?);
    let member = seller.dialect().lines_member();
    let body = json!({ member: seller.dialect().lines(&[(&unknown, 1)]) });
    let answer = seller.update(&session.id, &body).await?;
    seller.reports_unknown_item(&answer)
}
