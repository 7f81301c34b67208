//! `POST /checkout_sessions`.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{Seller, Session, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "create-status",
            "create answers 201",
            status,
        )
        .proves(&[
            "checkout.create.status-201",
            "checkout.lifecycle.five-operations",
        ])
        .advice("answer POST /checkout_sessions with 201 Created"),
        ask(
            Topic::Lifecycle,
            "create-without-buyer-or-address",
            "lines alone open a session",
            lines_alone,
        )
        .proves(&["checkout.create.without-buyer-or-address"])
        .advice("open the session; ask for what is missing by status and messages"),
        ask(
            Topic::Lifecycle,
            "create-lines-follow-request",
            "the session holds the requested items and no other",
            lines_follow,
        )
        .proves(&["checkout.create.lines-follow-request"])
        .advice("answer with a line for each requested item, and add nothing"),
        ask(
            Topic::Lifecycle,
            "create-applies-buyer",
            "a buyer given on create comes back",
            applies_buyer,
        )
        .proves(&["checkout.create.applies-details"])
        .advice("store the buyer and answer with it"),
        ask(
            Topic::Lifecycle,
            "create-applies-address",
            "an address given on create comes back",
            applies_address,
        )
        .proves(&[
            "checkout.create.applies-details",
            "versions.address.flat",
            "versions.address.nested",
        ])
        .advice("store the address and answer with it, in the member of the version"),
    ];
    checks.extend(more());
    checks
}

fn more() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "create-applies-contact",
            "name, e-mail and phone of fulfillment_details come back",
            applies_contact,
        )
        .versions(VersionRange::from(SpecVersion::V2025_12_12))
        .proves(&["checkout.create.applies-details"])
        .advice("store fulfillment_details as a whole; the phone's member is phone_number"),
        ask(
            Topic::Lifecycle,
            "create-ids-differ",
            "two creates give two sessions",
            ids_differ,
        )
        .proves(&["checkout.create.id-unique"])
        .advice("draw each id anew"),
        ask(
            Topic::Lifecycle,
            "create-without-address-is-not-payable",
            "a session that lacks its address is not ready, and a message says so",
            not_payable,
        )
        .proves(&["checkout.errors.business-in-session"])
        .advice("answer 201 with status not_ready_for_payment and an error message"),
        ask(
            Topic::Lifecycle,
            "create-becomes-payable",
            "a session with everything that the seller asked for becomes ready_for_payment",
            becomes_payable,
        )
        .proves(&["checkout.lifecycle.five-operations"])
        .advice("move to ready_for_payment as soon as nothing is missing"),
        ask(
            Topic::Lifecycle,
            "create-digital-needs-no-address",
            "a digital item can be paid without an address",
            digital,
        )
        .proves(&["checkout.create.without-buyer-or-address"])
        .advice("do not ask for a postal address when nothing is sent"),
    ]
}

async fn status(seller: Seller) -> Outcome {
    let answer = seller.create(&Value::Object(seller.create_body()?)).await?;
    seller.case().status(&answer, &[201])
}

async fn lines_alone(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    seller.case().must(
        !session.lines().is_empty(),
        &session.answer,
        "the session holds the requested line",
        || seller.case().excerpt(&session.answer),
    )
}

async fn lines_follow(seller: Seller) -> Outcome {
    let lines = [(seller.item()?, 1), (seller.item_at(1)?, 1)];
    let session = seller.create_units(&lines, true).await?;
    let wanted: Vec<_> = {
        let mut ids: Vec<_> = lines.iter().map(|&(id, _)| id).collect();
        ids.sort_unstable();
        ids
    };
    let got: Vec<_> = session.units().into_keys().collect();
    seller.case().must(
        got == wanted,
        &session.answer,
        "each requested item has a line, and there is no other item",
        || format!("asked for {wanted:?}, got {got:?}"),
    )
}

async fn applies_buyer(seller: Seller) -> Outcome {
    let mut body = seller.create_body()?;
    body.insert("buyer".to_owned(), json!(seller.target().buyer));
    let answer = seller.create(&Value::Object(body)).await?;
    let session = seller.session(&answer)?;
    seller.holds_buyer(&session)
}

async fn applies_address(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let address = seller.target().address.clone();
    seller.holds_address(&session, &address)
}

async fn applies_contact(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let details = session.json.get("fulfillment_details");
    let buyer = &seller.target().buyer;
    for (member, wanted) in [
        ("name", &seller.target().address.name),
        ("email", &buyer.email),
        ("phone_number", &buyer.phone_number),
    ] {
        let got = details.and_then(|details| Session::text(details, member));
        seller.case().must(
            got == Some(wanted),
            &session.answer,
            "fulfillment_details come back as they were given",
            || format!("{member} was {wanted}, is {got:?}"),
        )?;
    }
    Ok(())
}

async fn ids_differ(seller: Seller) -> Outcome {
    let one = seller.new_session().await?;
    let other = seller.new_session().await?;
    seller.case().must(
        one.id != other.id,
        &other.answer,
        "two creates with different keys give two ids",
        || one.id.clone(),
    )
}

async fn not_payable(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    if session.status() == "ready_for_payment" {
        return Err(Stop::NotApplicable(
            "the first configured item needs no address".to_owned(),
        ));
    }
    let told = session.errors().next().is_some() || !session.messages().is_empty();
    seller.case().must(
        session.status() != "completed" && session.order().is_none(),
        &session.answer,
        "a session that lacks data is not payable",
        || session.status().to_owned(),
    )?;
    seller.case().should(
        told,
        &session.answer,
        "a message says what is missing before payment",
        || format!("status {} and no message", session.status()),
    );
    Ok(())
}

async fn becomes_payable(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let session = if session.status() == "ready_for_payment" {
        session
    } else {
        let with_buyer = seller.updated(&session, &seller.buyer_body()).await?;
        match with_buyer.options().first() {
            Some(option) if with_buyer.selected_options().is_empty() => {
                let body = seller.select_body(&with_buyer, option);
                seller.updated(&with_buyer, &body).await?
            }
            _ => with_buyer,
        }
    };
    seller.case().must(
        session.status() == "ready_for_payment",
        &session.answer,
        "lines in stock, buyer, address and option make a session that can be paid",
        || {
            format!(
                "status {}, messages {}",
                session.status(),
                Value::Array(session.messages().to_vec())
            )
        },
    )
}

async fn digital(seller: Seller) -> Outcome {
    let Some(item) = seller.target().digital_item.clone() else {
        return Err(Stop::NotTested(
            "no digital item: set seller.digital_item in certify.toml".to_owned(),
        ));
    };
    let session = seller.create_units(&[(&item, 1)], false).await?;
    let session = seller.made_ready(session).await?;
    seller.case().must(
        session.address().is_none(),
        &session.answer,
        "a digital item is payable without an address",
        || seller.case().excerpt(&session.answer),
    )
}
