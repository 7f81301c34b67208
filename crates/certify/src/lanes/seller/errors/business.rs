//! What the buyer or the agent can mend comes as a message in a session, not as an error.

use serde_json::{Map, Value, json};

use super::super::{Allowance, Seller, Session, kit::row, refusal::text};
use crate::{Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

const SINCE_MESSAGES: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

pub(super) fn checks() -> Vec<Check> {
    vec![
        row(
            Topic::Errors,
            "business-out-of-stock",
            "an item that is out of stock gives a 2xx session with the message out_of_stock at its line",
            out_of_stock,
        )
        .versions(SINCE_MESSAGES)
        .proves(&["checkout.errors.out-of-stock", "checkout.errors.business-in-session"])
        .advice("answer with a session, status not_ready_for_payment and an error message"),
        row(
            Topic::Errors,
            "business-out-of-stock-later",
            "an update to an item that is out of stock gives the message, and the way back is open",
            out_of_stock_later,
        )
        .versions(SINCE_MESSAGES)
        .proves(&["checkout.errors.out-of-stock", "checkout.errors.business-in-session"])
        .advice("recompute status and messages at every update"),
        row(
            Topic::Errors,
            "business-invalid-email",
            "a malformed email of the buyer gives the message invalid at $.buyer.email, or a refusal",
            invalid_email,
        )
        .versions(SINCE_MESSAGES)
        .proves(&["checkout.errors.invalid-email"])
        .advice("check the form of email addresses"),
        row(
            Topic::Errors,
            "business-unknown-item",
            "an item that the shop does not have is refused at its line, or gives a message there",
            unknown_item,
        )
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .proves(&["checkout.errors.unknown-item"])
        .advice("name the line in param"),
        row(
            Topic::Errors,
            "business-declined",
            "a declined payment gives a 2xx session with payment_declined, no order and another try",
            declined,
        )
        .versions(SINCE_MESSAGES)
        .proves(&["checkout.errors.payment-declined", "checkout.errors.business-in-session"])
        .advice("answer a decline with 200 and a payable session"),
        row(
            Topic::Errors,
            "business-warning-does-not-block",
            "a session with warnings only can be completed",
            warning,
        )
        .versions(SINCE_MESSAGES)
        .proves(&["checkout.errors.warnings-do-not-block"])
        .advice("let only error messages keep a session from payment"),
    ]
}

fn of_item(seller: &Seller, item: &str) -> Map<String, Value> {
    let dialect = seller.dialect();
    let mut body = dialect.create(seller.target(), &[(item, 1)]);
    let address = dialect.address(&seller.target().address, &seller.target().buyer);
    body.insert(dialect.address_member().to_owned(), address);
    body
}

fn sold_out_item(seller: &Seller) -> Outcome<String> {
    seller.target().out_of_stock_item.clone().ok_or_else(|| {
        Stop::NotTested(
            "an item that is out of stock is needed: set seller.out_of_stock_item".to_owned(),
        )
    })
}

async fn out_of_stock(seller: Seller) -> Outcome {
    let item = sold_out_item(&seller)?;
    let body = Value::Object(of_item(&seller, &item));
    let session = seller.session(&seller.create(&body).await?)?;
    sold_out_at(&seller, &session, 0)
}

async fn out_of_stock_later(seller: Seller) -> Outcome {
    let item = sold_out_item(&seller)?;
    let session = seller.ready_session().await?;
    let lines = |item: &str| {
        let lines = seller.dialect().lines(&[(item, 1)]);
        json!({ seller.dialect().lines_member(): lines })
    };
    let updated = seller.update(&session.id, &lines(&item)).await?;
    sold_out_at(&seller, &seller.session(&updated)?, 0)?;
    let back = seller.update(&session.id, &lines(seller.item()?)).await?;
    let back = seller.session(&back)?;
    seller.case().must(
        !back.has_message("out_of_stock"),
        &back.answer,
        "the message goes away with its reason",
        || format!("messages {:?}", back.messages()),
    )
}

fn sold_out_at(seller: &Seller, session: &Session, line: usize) -> Outcome {
    let case = seller.case();
    let message = error_message(session, "out_of_stock");
    case.must(
        message.is_some(),
        &session.answer,
        "an item out of stock gives an error message with code out_of_stock",
        || format!("messages {:?}", session.messages()),
    )?;
    let param = message.map_or("", |message| text(message, "param"));
    case.must(
        param.starts_with(&format!("$.line_items[{line}]")),
        &session.answer,
        "the param of the message points at the line",
        || format!("param {param}"),
    )?;
    case.must(
        session.status() != "ready_for_payment",
        &session.answer,
        "a session with a line that cannot be had is not ready for payment",
        || format!("status {}", session.status()),
    )
}

fn error_message<'a>(session: &'a Session, code: &str) -> Option<&'a Value> {
    session.messages().iter().find(|message| {
        text(message, "type") == "error" && (code.is_empty() || text(message, "code") == code)
    })
}

async fn invalid_email(seller: Seller) -> Outcome {
    let mut body = seller.create_body_with_address()?;
    let mut buyer = json!(seller.target().buyer);
    if let Some(email) = buyer.get_mut("email") {
        *email = json!("not an address");
    }
    body.insert("buyer".to_owned(), buyer);
    let answer = seller.create(&Value::Object(body)).await?;
    if !seller.taken_or_refused(&answer)? {
        return Ok(());
    }
    let session = seller.session(&answer)?;
    let message = error_message(&session, "invalid");
    let param = message.map_or("", |message| text(message, "param"));
    seller.case().must(
        param == "$.buyer.email",
        &answer,
        "a malformed email gives an error message invalid at $.buyer.email",
        || format!("messages {:?}", session.messages()),
    )
}

async fn unknown_item(seller: Seller) -> Outcome {
    let body = Value::Object(of_item(&seller, "certify-no-such-item"));
    let answer = seller.create(&body).await?;
    let case = seller.case();
    if !seller.taken_or_refused(&answer)? {
        let param = text(case.json(&answer)?, "param");
        return case.must(
            param.starts_with("$.line_items[0]"),
            &answer,
            "the param of the refusal points at the line",
            || format!("param {param}"),
        );
    }
    let session = seller.session(&answer)?;
    let at_line = session.messages().iter().any(|message| {
        text(message, "type") == "error" && text(message, "param").starts_with("$.line_items[0]")
    });
    case.must(
        at_line && session.status() != "ready_for_payment",
        &answer,
        "an unknown item gives an error message at its line and no payable session",
        || {
            format!(
                "status {}, messages {:?}",
                session.status(),
                session.messages()
            )
        },
    )
}

async fn declined(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let allowance = Allowance {
        declined: true,
        ..Allowance::of(seller.target(), &session)?
    };
    let token = seller.token_with(&allowance).await?;
    let body = seller.complete_body(&session, &token);
    let answer = seller.complete(&session.id, &body).await?;
    let after = seller.session(&answer)?;
    let case = seller.case();
    case.must(
        error_message(&after, "payment_declined").is_some(),
        &answer,
        "a declined payment gives an error message payment_declined",
        || format!("messages {:?}", after.messages()),
    )?;
    case.must(
        answer.pointer("/order").is_none() && after.status() == "ready_for_payment",
        &answer,
        "after a decline there is no order, and the session can be paid otherwise",
        || format!("status {}", after.status()),
    )
}

/// A price that the agent got wrong is the one thing that may make a seller warn.
async fn warning(seller: Seller) -> Outcome {
    let mut body = seller.create_body_with_address()?;
    body.insert(
        seller.dialect().lines_member().to_owned(),
        json!([{ "id": seller.item()?, "unit_amount": 1 }]),
    );
    let answer = seller.create(&Value::Object(body)).await?;
    let session = seller.session(&answer)?;
    let warned = session
        .messages()
        .iter()
        .any(|message| text(message, "type") == "warning");
    if !warned || error_message(&session, "").is_some() {
        return Err(Stop::NotTested(
            "the seller gave no session with warnings only".to_owned(),
        ));
    }
    let case = seller.case();
    case.must(
        session.status() == "ready_for_payment",
        &answer,
        "warnings do not keep a session from being ready for payment",
        || format!("status {}", session.status()),
    )?;
    let token = seller.token(&session).await?;
    let body = seller.complete_body(&session, &token);
    let paid = seller.complete(&session.id, &body).await?;
    case.must(
        paid.text("/status") == Some("completed"),
        &paid,
        "a session with warnings only can be completed",
        || case.excerpt(&paid),
    )
}
