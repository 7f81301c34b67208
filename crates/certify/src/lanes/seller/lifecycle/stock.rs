//! Items that cannot be had.

use serde_json::{Value, json};

use crate::{
    Answer, Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{
        Seller, Session,
        paths::{Found, follow},
        rule::ask,
    },
};

const SINCE_LINES: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "sold-out-is-a-session",
            "a sold-out item is answered by a 2xx session, not by an error",
            is_session,
        )
        .versions(SINCE_LINES)
        .proves(&[
            "checkout.errors.out-of-stock",
            "checkout.errors.business-in-session",
        ])
        .advice("answer 201 with the session and an error message out_of_stock"),
        ask(
            Topic::Lifecycle,
            "sold-out-is-told",
            "a sold-out item is told by an error message out_of_stock at its line",
            is_told,
        )
        .versions(SINCE_LINES)
        .proves(&["checkout.errors.out-of-stock"])
        .advice("add a message with code out_of_stock and param $.line_items[n]"),
        ask(
            Topic::Lifecycle,
            "sold-out-cannot-be-paid",
            "a session with a sold-out item is not ready and does not complete",
            cannot_be_paid,
        )
        .proves(&["checkout.errors.out-of-stock"])
        .advice("keep the session not_ready_for_payment until the line is gone"),
        ask(
            Topic::Lifecycle,
            "sold-out-among-others",
            "one sold-out item among others points at its own line",
            among_others,
        )
        .versions(SINCE_LINES)
        .proves(&[
            "checkout.errors.out-of-stock",
            "checkout.messages.param-jsonpath",
        ])
        .advice("count the lines of the answer when you write the param"),
    ];
    checks.extend(more());
    checks
}

fn more() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "sold-out-can-be-mended",
            "replacing the sold-out item makes the session payable and takes the message away",
            can_be_mended,
        )
        .proves(&[
            "checkout.messages.resolution-recoverable-fixable",
            "checkout.update.applies-items",
        ])
        .advice("compute status and messages of each answer anew"),
        ask(
            Topic::Lifecycle,
            "sold-out-added-later",
            "a sold-out item that an update brings is told as on create",
            added_later,
        )
        .versions(SINCE_LINES)
        .proves(&["checkout.errors.out-of-stock"])
        .advice("look at the stock on update as well as on create"),
        ask(
            Topic::Lifecycle,
            "quantity-above-max-per-order",
            "a line above its max_quantity_per_order cannot be paid",
            |seller| above(seller, "max_quantity_per_order"),
        )
        .versions(SINCE_LINES)
        .proves(&["checkout.lines.max-quantity"])
        .advice("add an error message quantity_exceeded and keep the session from being ready"),
        ask(
            Topic::Lifecycle,
            "quantity-above-available",
            "a line above its available_quantity cannot be paid",
            |seller| above(seller, "available_quantity"),
        )
        .versions(SINCE_LINES)
        .proves(&["checkout.lines.available-quantity"])
        .advice("add an error message and keep the session from being ready"),
    ]
}

fn sold_out(seller: &Seller) -> Outcome<String> {
    seller.target().out_of_stock_item.clone().ok_or_else(|| {
        Stop::NotTested("no sold-out item: set seller.out_of_stock_item in certify.toml".to_owned())
    })
}

/// The answer to a create with these lines and the configured address.
async fn created(seller: &Seller, lines: &[(&str, u32)]) -> Outcome<Answer> {
    let body = seller.body_for(lines, true);
    seller.create(&Value::Object(body)).await
}

async fn is_session(seller: Seller) -> Outcome {
    let item = sold_out(&seller)?;
    let answer = created(&seller, &[(&item, 1)]).await?;
    seller.session(&answer).map(|_| ())
}

/// The message about the sold-out line.
fn told(session: &Session) -> Option<&Value> {
    session
        .errors()
        .find(|message| Session::text(message, "code") == Some("out_of_stock"))
}

async fn is_told(seller: Seller) -> Outcome {
    let item = sold_out(&seller)?;
    let answer = created(&seller, &[(&item, 1)]).await?;
    let session = seller.session(&answer)?;
    let param = told(&session).and_then(|message| Session::text(message, "param"));
    seller.case().must(
        told(&session).is_some() && session.status() != "ready_for_payment",
        &answer,
        "an error message out_of_stock tells of it, and the session is not ready",
        || {
            format!(
                "status {}: {}",
                session.status(),
                seller.case().excerpt(&answer)
            )
        },
    )?;
    seller.case().must(
        param.is_some_and(|param| param.contains("line_items")),
        &answer,
        "the message's param points at the line",
        || format!("{param:?}"),
    )
}

async fn cannot_be_paid(seller: Seller) -> Outcome {
    let item = sold_out(&seller)?;
    let answer = created(&seller, &[(&item, 1)]).await?;
    if answer.is_refusal() {
        return Ok(());
    }
    let session = seller.session(&answer)?;
    seller.case().must(
        session.status() != "ready_for_payment",
        &answer,
        "a session with a sold-out item is not ready",
        || session.status().to_owned(),
    )?;
    let token = seller.token(&session).await?;
    let answer = seller.pay(&session, &token).await?;
    seller
        .no_order(
            &session.id,
            &answer,
            "completing a session with a sold-out item",
        )
        .await
}

async fn among_others(seller: Seller) -> Outcome {
    let item = sold_out(&seller)?;
    let answer = created(&seller, &[(seller.item()?, 1), (&item, 1)]).await?;
    let session = seller.session(&answer)?;
    let place = session
        .lines()
        .iter()
        .position(|line| Session::item_of(line).0 == Some(&item));
    let param = told(&session).and_then(|message| Session::text(message, "param"));
    let wanted = place.map(|place| format!("$.line_items[{place}]"));
    // A filter or a path into the line says the same.
    let points = match (param, &wanted) {
        (Some(param), Some(wanted)) => param.starts_with(wanted.as_str()) || param.contains('?'),
        (Some(param), None) => follow(param, &session.json) != Found::NoPath,
        (None, _) => false,
    };
    seller.case().must(
        points,
        &answer,
        "the message points at the sold-out line and at no other",
        || format!("param {param:?}, the line is {wanted:?}"),
    )
}

async fn can_be_mended(seller: Seller) -> Outcome {
    let item = sold_out(&seller)?;
    let answer = created(&seller, &[(seller.item()?, 1), (&item, 1)]).await?;
    if answer.is_refusal() {
        return Err(Stop::NotApplicable(
            "a sold-out item is refused by this version's seller".to_owned(),
        ));
    }
    let session = seller.session(&answer)?;
    let mended = seller
        .update_units(&session, &[(seller.item()?, 1)])
        .await?;
    seller.case().must(
        told(&mended).is_none(),
        &mended.answer,
        "the message goes when the line goes",
        || Value::Array(mended.messages().to_vec()).to_string(),
    )?;
    seller.made_ready(mended).await.map(|_| ())
}

async fn added_later(seller: Seller) -> Outcome {
    let item = sold_out(&seller)?;
    let session = seller.ready_session().await?;
    let updated = seller
        .update_units(&session, &[(seller.item()?, 1), (&item, 1)])
        .await?;
    seller.case().must(
        told(&updated).is_some() && updated.status() != "ready_for_payment",
        &updated.answer,
        "a sold-out item is told on update as on create",
        || {
            format!(
                "status {}: {}",
                updated.status(),
                seller.case().excerpt(&updated.answer)
            )
        },
    )
}

/// Asks for one unit more than the line's own limit.
async fn above(seller: Seller, limit: &str) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let line = session.lines().first().cloned().unwrap_or_default();
    let Some(most) = line.get(limit).and_then(Value::as_u64) else {
        return Err(Stop::NotApplicable(format!(
            "not offered: {limit} on lines"
        )));
    };
    let item = seller.item()?;
    let body = json!({ "line_items": [{ "id": item, "quantity": most.saturating_add(1) }] });
    let answer = seller.update(&session.id, &body).await?;
    if answer.is_refusal() {
        return Ok(());
    }
    let updated = seller.session(&answer)?;
    seller.case().must(
        updated.status() != "ready_for_payment" && updated.errors().next().is_some(),
        &answer,
        "a line above its limit is told by an error message and cannot be paid",
        || format!("{most} at most; status {}", updated.status()),
    )?;
    seller.case().should(
        updated.has_message("quantity_exceeded") || updated.has_message("out_of_stock"),
        &answer,
        "the message's code is quantity_exceeded",
        || Value::Array(updated.messages().to_vec()).to_string(),
    );
    Ok(())
}
