//! Seller-backed payment handlers: what the shop itself keeps for a buyer, paid with by a token
//! that holds no credentials.

mod balances;
mod declaration;
mod gift_card;
mod owners;
mod pay;
mod saved_card;

use std::{collections::BTreeMap, ffi::OsStr};

use serde_json::{Value, json};

use super::{
    super::{
        clock::time_from_now,
        command,
        documents::{remove, text, with},
        seller::{Seller, Session, delegate},
    },
    offered::check_of,
};
use crate::{Answer, Buyer, Check, Outcome, Payment, SpecVersion, Stop, Topic, VersionRange};

/// The word in `seller.offers`.
const FEATURE: &str = "seller-backed";

/// What the names of these handlers begin with.
const PREFIX: &str = "dev.acp.seller_backed";

/// Kinds that belong to one buyer alone.
const PERSONAL: [&str; 3] = ["saved_card", "points", "store_credit"];

/// Kinds that the specification describes.
const KNOWN: [&str; 4] = ["saved_card", "gift_card", "points", "store_credit"];

/// Versions that have them.
const SINCE: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(balances::checks());
    checks.extend(declaration::checks());
    checks.extend(gift_card::checks());
    checks.extend(owners::checks());
    checks.extend(pay::checks());
    checks.extend(saved_card::checks());
    checks
}

/// A check of sellers that have such handlers.
fn check<F, R>(topic: Topic, name: &str, title: impl Into<String>, run: F) -> Check
where
    F: Fn(Seller) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    check_of(FEATURE, topic, &format!("backed-{name}"), title, run).versions(SINCE)
}

/// The buyer for whom the shop keeps something.
fn member(seller: &Seller) -> Buyer {
    let target = seller.target();
    let buyer = target.backed.buyer.as_ref();
    buyer.unwrap_or(&target.buyer).clone()
}

/// A body that creates a session of so many units of the first item for a buyer, or a guest.
fn create_body(seller: &Seller, buyer: Option<&Buyer>, units: u32) -> Outcome<Value> {
    let mut body = Value::Object(seller.body_for(&[(seller.item()?, units)], true));
    let Some(buyer) = buyer else {
        // The recipient's contact could tell the shop who the guest is.
        remove(&mut body, "/fulfillment_details/email");
        remove(&mut body, "/fulfillment_details/phone_number");
        return Ok(body);
    };
    let dialect = seller.dialect();
    let address = dialect.address(&seller.target().address, buyer);
    let place = format!("/{}", dialect.address_member());
    Ok(with(with(body, &place, address), "/buyer", json!(buyer)))
}

/// A new session of one unit for a buyer, or a guest.
async fn session_of(seller: &Seller, buyer: Option<&Buyer>) -> Outcome<Session> {
    let answer = seller.create(&create_body(seller, buyer, 1)?).await?;
    seller.session(&answer)
}

/// A session of the member that can be paid.
async fn ready(seller: &Seller) -> Outcome<Session> {
    let session = session_of(seller, Some(&member(seller))).await?;
    seller.made_ready(session).await
}

/// The seller-backed handlers of a session.
fn backed(session: &Session) -> impl Iterator<Item = &Value> {
    let all = session.handlers().iter();
    all.filter(|handler| text(handler, "name").starts_with(PREFIX))
}

/// The last part of a handler's name; empty when it has none.
fn kind(handler: &Value) -> &str {
    let rest = text(handler, "name").strip_prefix(PREFIX);
    rest.and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or_default()
}

/// The handlers of one kind; not applicable when the session has none.
fn of_kind(session: &Session, wanted: &str) -> Outcome<Vec<Value>> {
    let found: Vec<_> = backed(session)
        .filter(|handler| kind(handler) == wanted)
        .cloned()
        .collect();
    if found.is_empty() {
        return Err(Stop::NotApplicable(format!(
            "not offered: {PREFIX}.{wanted} to this buyer; set seller.backed.buyer to one who has it"
        )));
    }
    Ok(found)
}

/// The first handler of one kind.
fn one_of_kind(session: &Session, wanted: &str) -> Outcome<Value> {
    Ok(of_kind(session, wanted)?.swap_remove(0))
}

/// The id of the saved method behind a handler; empty when it names none.
fn method_id(handler: &Value) -> &str {
    let id = handler.pointer("/config/payment_method_id");
    id.and_then(Value::as_str).unwrap_or_default()
}

/// The balance that a handler shows, when it is a whole number.
fn balance(handler: &Value) -> Option<i64> {
    handler
        .pointer("/config/display_metadata/balance")?
        .as_i64()
}

/// What the buyer entered for a handler; nothing for most.
fn entries(fields: &BTreeMap<String, String>) -> Value {
    if fields.is_empty() {
        Value::Null
    } else {
        json!(fields)
    }
}

/// A token for this handler, worth at most `max_amount`.
async fn token(
    seller: &Seller,
    session: &Session,
    handler: &Value,
    fields: Value,
    max_amount: Option<i64>,
) -> Outcome<String> {
    seller.confirm_test_mode()?;
    let Some(Payment::Delegate {
        url,
        key,
        merchant_id,
        ..
    }) = &seller.target().payment
    else {
        return Err(Stop::NotTested(
            "tokens for seller-backed handlers come from a provider: set [seller.payment] how = \"delegate\""
                .to_owned(),
        ));
    };
    let declared = handler.pointer("/config/merchant_id");
    let merchant = merchant_id
        .as_deref()
        .or(declared.and_then(Value::as_str))
        .unwrap_or_default();
    let mut method = json!({ "type": format!("seller_backed_{}", kind(handler)) });
    if !fields.is_null() {
        method = with(method, "/fields", fields);
    }
    let body = json!({
        "handler_id": text(handler, "id"),
        "payment_method": method,
        "allowance": {
            "reason": "one_time",
            "max_amount": max_amount.or(session.total("total")),
            "currency": session.currency().to_lowercase(),
            "checkout_session_id": session.id,
            "merchant_id": merchant,
            "expires_at": time_from_now(600)?,
        },
    });
    let lacks = "no token for a seller-backed handler";
    delegate(seller.case(), url, key, &body, lacks).await
}

/// A body that completes with a token for this handler.
fn complete_body(handler: &Value, token: &str) -> Value {
    json!({
        "payment_data": {
            "handler_id": text(handler, "id"),
            "instrument": {
                "type": format!("seller_backed_{}", kind(handler)),
                "credential": { "type": "spt", "token": token },
            },
        },
    })
}

/// Pays a session by this handler.
async fn pay(
    seller: &Seller,
    session: &Session,
    handler: &Value,
    fields: Value,
) -> Outcome<Answer> {
    let token = token(seller, session, handler, fields, None).await?;
    let body = complete_body(handler, &token);
    seller.complete(&session.id, &body).await
}

/// The answer is a completed session with an order.
fn completed(seller: &Seller, answer: &Answer, rule: &str) -> Outcome {
    let session = seller.session(answer)?;
    let order = session.order().map(|order| text(order, "id"));
    seller.case().must(
        session.status() == "completed" && order.is_some_and(|id| !id.is_empty()),
        answer,
        rule,
        || {
            let said = Value::Array(session.messages().to_vec());
            format!(
                "status {}, order {order:?}, messages {said}",
                session.status()
            )
        },
    )
}

/// The answer does not complete and says why: an error, or a session with an error message.
fn not_completed(seller: &Seller, answer: &Answer, rule: &str) -> Outcome {
    let case = seller.case();
    let found = || format!("{}: {}", answer.status, case.excerpt(answer));
    if answer.is_refusal() {
        return seller.is_error(answer);
    }
    case.must(answer.is_success(), answer, rule, found)?;
    let session = seller.session(answer)?;
    case.must(
        session.status() != "completed"
            && session.order().is_none()
            && session.errors().next().is_some(),
        answer,
        rule,
        found,
    )
}

/// How much an option took so far, in minor units, as the operator's program says.
async fn taken(seller: &Seller, handler: &Value) -> Outcome<i64> {
    let output = command::run(
        &seller.target().backed.taken_command,
        "only the shop knows what it took: set seller.backed.taken_command in certify.toml",
        &[
            ("ACP_HANDLER_ID", OsStr::new(text(handler, "id"))),
            ("ACP_PAYMENT_METHOD_ID", OsStr::new(method_id(handler))),
        ],
        seller.case().target().limits.check_timeout(),
    )
    .await?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let amount = printed
        .lines()
        .next()
        .and_then(|line| line.trim().parse().ok());
    amount.ok_or_else(|| {
        Stop::NotTested(format!(
            "seller.backed.taken_command printed no number ({})",
            output.status
        ))
    })
}
