//! The order that complete makes.

use serde_json::{Value, json};
use url::Url;

use crate::{
    Check, Outcome, Request, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{Seller, Session, rule::ask},
};

const SINCE_ORDERS: VersionRange = VersionRange::from(SpecVersion::V2026_04_17);

pub(super) fn checks() -> Vec<Check> {
    let mut checks = fields();
    checks.extend(rich());
    checks
}

fn fields() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "order-fields",
            "the order has id, checkout_session_id and permalink_url",
            has_fields,
        )
        .proves(&[
            "checkout.complete.order-fields",
            "versions.complete.order-beside-session",
        ])
        .advice("put order beside the session's members, with these three"),
        ask(
            Topic::Lifecycle,
            "order-names-its-session",
            "the order's checkout_session_id is the session's id",
            names_session,
        )
        .proves(&["checkout.complete.order-links-session"])
        .advice("copy the session's id into the order"),
        ask(
            Topic::Lifecycle,
            "order-ids-differ",
            "two completed sessions have two orders",
            ids_differ,
        )
        .proves(&["checkout.complete.order-created"])
        .advice("draw each order id anew"),
        ask(
            Topic::Lifecycle,
            "order-stays",
            "id, checkout_session_id and permalink_url are the same on every retrieve",
            stays,
        )
        .proves(&[
            "orders.compat.core-fields-stay",
            "checkout.complete.order-created",
        ])
        .advice("store the order; do not compute its address anew"),
        ask(
            Topic::Lifecycle,
            "order-permalink-is-absolute",
            "permalink_url is an absolute http address",
            permalink_is_absolute,
        )
        .proves(&["checkout.complete.order-fields"])
        .advice("give the whole address of a page"),
        ask(
            Topic::Lifecycle,
            "order-permalink-opens",
            "permalink_url opens a page without the agent's key, also later",
            permalink_opens,
        )
        .proves(&["checkout.order.permalink-opens"])
        .advice("serve a page for the order; the buyer has no key, at most an e-mail address"),
    ]
}

fn rich() -> Vec<Check> {
    let checks = vec![
        ask(
            Topic::Lifecycle,
            "order-status",
            "a fresh order is created, confirmed, held for review or processing; not shipped or completed",
            fresh_status,
        )
        .proves(&[
            "orders.status.created",
            "orders.status.confirmed",
            "orders.status.manual-review",
        ])
        .advice("an order of a moment ago is confirmed, or created while it waits for confirmation"),
        ask(
            Topic::Lifecycle,
            "order-status-fits-its-lines",
            "the status of a fresh order fits what its lines say",
            status_fits_lines,
        )
        .proves(&[
            "orders.status.created",
            "orders.status.confirmed",
            "orders.status.manual-review",
        ])
        .advice("derive the order's status from what was prepared and shipped"),
        ask(
            Topic::Lifecycle,
            "order-lines-are-the-cart",
            "the order's lines are the lines of the session, with the ordered quantities",
            lines_are_cart,
        )
        .proves(&["checkout.complete.order-created"])
        .advice("copy lines and quantities from the session into the order"),
        ask(
            Topic::Lifecycle,
            "order-notes-on-create",
            "order_notes given on create come back in order.confirmation",
            notes_on_create,
        )
        .proves(&["checkout.order.notes-echoed"])
        .advice("repeat the notes in order.confirmation.order_notes"),
        ask(
            Topic::Lifecycle,
            "order-notes-on-complete",
            "order_notes given on complete come back in order.confirmation",
            notes_on_complete,
        )
        .proves(&["checkout.order.notes-echoed"])
        .advice("repeat the notes in order.confirmation.order_notes"),
    ];
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_ORDERS))
        .collect()
}

/// A text of the order.
fn text<'a>(session: &'a Session, member: &str) -> Option<&'a str> {
    Session::text(session.order()?, member).filter(|text| !text.is_empty())
}

async fn has_fields(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    for member in ["id", "checkout_session_id", "permalink_url"] {
        seller.case().must(
            text(&completed, member).is_some(),
            &completed.answer,
            "the order has id, checkout_session_id and permalink_url",
            || format!("no {member} in {:?}", completed.order()),
        )?;
    }
    Ok(())
}

async fn names_session(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    let named = text(&completed, "checkout_session_id");
    seller.case().must(
        named == Some(&completed.id),
        &completed.answer,
        "the order names the session that was completed",
        || format!("session {}, order says {named:?}", completed.id),
    )
}

async fn ids_differ(seller: Seller) -> Outcome {
    let one = seller.completed().await?;
    let other = seller.completed().await?;
    for member in ["id", "permalink_url"] {
        seller.case().must(
            text(&one, member) != text(&other, member),
            &other.answer,
            "each order has an id and a page of its own",
            || format!("{member} {:?} twice", text(&one, member)),
        )?;
    }
    Ok(())
}

async fn stays(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    for _ in 0..2 {
        let read = seller.read(&completed.id).await?;
        for member in ["id", "checkout_session_id", "permalink_url"] {
            let (was, is) = (text(&completed, member), text(&read, member));
            seller.case().must(
                was.is_some() && was == is,
                &read.answer,
                "the order keeps id, session and address",
                || format!("{member} was {was:?}, is {is:?}"),
            )?;
        }
    }
    Ok(())
}

fn permalink(seller: &Seller, completed: &Session) -> Outcome<Url> {
    let link = text(completed, "permalink_url").unwrap_or_default();
    let url = Url::parse(link)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
    seller.case().must(
        url.is_some(),
        &completed.answer,
        "permalink_url is an absolute http address",
        || link.to_owned(),
    )?;
    url.ok_or_else(|| Stop::NotTested("no address".to_owned()))
}

async fn permalink_is_absolute(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    permalink(&seller, &completed).map(|_| ())
}

async fn permalink_opens(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    let url = permalink(&seller, &completed)?;
    for _ in 0..2 {
        let request = Request::new(http::Method::GET, "").header("Accept", "text/html");
        let answer = seller.case().send(&url, request).await?;
        seller.case().must(
            answer.status < 400,
            &answer,
            "the order's page answers 2xx or redirects",
            || format!("{url}: {}", answer.status),
        )?;
    }
    Ok(())
}

fn order_status(completed: &Session) -> Outcome<&str> {
    text(completed, "status").ok_or_else(|| {
        Stop::NotApplicable("not offered: a status in the order of the answer".to_owned())
    })
}

async fn fresh_status(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    let status = order_status(&completed)?;
    let known_later = ["shipped", "completed", "canceled", "delivered"];
    seller.case().must(
        !known_later.contains(&status),
        &completed.answer,
        "an order of a moment ago was not shipped, completed or canceled",
        || format!("status {status}"),
    )
}

async fn status_fits_lines(seller: Seller) -> Outcome {
    let completed = seller.completed().await?;
    let status = order_status(&completed)?;
    let order = completed.order().unwrap_or(&Value::Null);
    let lines = order.get("line_items").and_then(Value::as_array);
    let moved = lines.into_iter().flatten().any(|line| {
        let fulfilled = line.pointer("/quantity/fulfilled").and_then(Value::as_u64);
        fulfilled.is_some_and(|units| units > 0)
    });
    let early = ["created", "confirmed", "manual_review"].contains(&status);
    seller.case().must(
        !(early && moved),
        &completed.answer,
        "created, confirmed and manual_review mean that nothing was sent yet",
        || format!("status {status}, lines {lines:?}"),
    )
}

async fn lines_are_cart(seller: Seller) -> Outcome {
    let lines = [(seller.item()?, 2), (seller.item_at(1)?, 1)];
    let session = seller.create_units(&lines, true).await?;
    let ready = seller.made_ready(session).await?;
    let token = seller.token(&ready).await?;
    let answer = seller.pay(&ready, &token).await?;
    let completed = seller.session(&answer)?;
    let order = completed.order().unwrap_or(&Value::Null);
    let Some(ordered) = order.get("line_items").and_then(Value::as_array) else {
        return Err(Stop::NotApplicable(
            "not offered: lines in the order of the answer".to_owned(),
        ));
    };
    let mut units: Vec<_> = ordered
        .iter()
        .map(|line| line.pointer("/quantity/ordered").and_then(Value::as_u64))
        .collect();
    let mut wanted: Vec<_> = ready
        .lines()
        .iter()
        .map(|line| Session::item_of(line).1)
        .collect();
    units.sort_unstable();
    wanted.sort_unstable();
    seller.case().must(
        units == wanted,
        &answer,
        "the order holds the lines of the session",
        || format!("session {wanted:?}, order {units:?}"),
    )
}

const NOTES: &str = "Please ring twice.";

fn echoed(seller: &Seller, completed: &Session) -> Outcome {
    let order = completed.order().unwrap_or(&Value::Null);
    let Some(confirmation) = order.get("confirmation") else {
        return Err(Stop::NotApplicable(
            "not offered: a confirmation in the order of the answer".to_owned(),
        ));
    };
    let notes = Session::text(confirmation, "order_notes");
    seller.case().must(
        notes == Some(NOTES),
        &completed.answer,
        "the notes come back in the confirmation",
        || format!("given `{NOTES}`, got {notes:?}"),
    )
}

async fn notes_on_create(seller: Seller) -> Outcome {
    let mut body = seller.create_body_with_address()?;
    body.insert("order_notes".to_owned(), json!(NOTES));
    let answer = seller.create(&Value::Object(body)).await?;
    let session = seller.session(&answer)?;
    let ready = seller.made_ready(session).await?;
    let token = seller.token(&ready).await?;
    let answer = seller.pay(&ready, &token).await?;
    let completed = seller.session(&answer)?;
    echoed(&seller, &completed)
}

async fn notes_on_complete(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    let token = seller.token(&ready).await?;
    let mut body = seller.complete_body(&ready, &token);
    if let Some(body) = body.as_object_mut() {
        body.insert("order_notes".to_owned(), json!(NOTES));
    }
    let answer = seller.complete(&ready.id, &body).await?;
    let completed = seller.session(&answer)?;
    seller.case().must(
        completed.status() == "completed",
        &answer,
        "notes on complete do not keep a session from completing",
        || seller.case().excerpt(&answer),
    )?;
    echoed(&seller, &completed)
}
