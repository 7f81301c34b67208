//! Marketing consent: channels that the shop offers, and what the buyer said to them at complete.

mod keep;
mod options;
mod take;

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::sleep;

use super::{
    super::{
        documents::{list, text, with},
        seller::{Seller, Session},
    },
    offered::{check_of, mark},
};
use crate::{Answer, Buyer, Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

/// The word in `seller.offers`.
const FEATURE: &str = "marketing";

/// Versions that have it.
const SINCE: VersionRange = VersionRange::from(SpecVersion::V2026_04_17);

/// Longest wait for a subscription to show, in tenths of a second.
const WAITS_MAX: u8 = 10;

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(keep::checks());
    checks.extend(options::checks());
    checks.extend(take::checks());
    checks
}

/// A check of sellers that offer marketing.
fn check<F, R>(topic: Topic, name: &str, title: impl Into<String>, run: F) -> Check
where
    F: Fn(Seller) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    check_of(FEATURE, topic, &format!("consent-{name}"), title, run).versions(SINCE)
}

/// A buyer whom the shop has never seen.
fn fresh_buyer(seller: &Seller) -> Outcome<Buyer> {
    Ok(Buyer {
        email: format!("{}@example.com", mark(seller, "certify")?),
        ..seller.target().buyer.clone()
    })
}

/// A body that creates a session for this buyer, who is also the recipient.
fn create_body(seller: &Seller, buyer: &Buyer) -> Outcome<Map<String, Value>> {
    let mut body = seller.create_body()?;
    let dialect = seller.dialect();
    let address = dialect.address(&seller.target().address, buyer);
    body.insert(dialect.address_member().to_owned(), address);
    body.insert("buyer".to_owned(), json!(buyer));
    Ok(body)
}

/// A new session of this buyer.
async fn session_of(seller: &Seller, buyer: &Buyer) -> Outcome<Session> {
    let body = Value::Object(create_body(seller, buyer)?);
    let answer = seller.create(&body).await?;
    seller.session(&answer)
}

/// The channels that a session offers.
fn options(session: &Session) -> &[Value] {
    list(&session.json, "marketing_consent_options")
}

/// Names of the channels that a session offers; a violated MUST when there are none, as the shop
/// is said to offer some.
fn channels(seller: &Seller, session: &Session) -> Outcome<Vec<String>> {
    let names: Vec<_> = options(session)
        .iter()
        .map(|option| text(option, "channel").to_owned())
        .filter(|channel| !channel.is_empty())
        .collect();
    seller.case().must(
        !names.is_empty(),
        &session.answer,
        "a shop that offers marketing lists its channels in marketing_consent_options",
        || "the session offers no channel".to_owned(),
    )?;
    Ok(names)
}

/// What a session says of the buyer's subscription; `None` when it says nothing.
fn subscribed(session: &Session, channel: &str) -> Option<bool> {
    let mut all = options(session).iter();
    let option = all.find(|option| text(option, "channel") == channel)?;
    option.get("is_subscribed")?.as_bool()
}

/// Consents for these channels.
fn consents(channels: &[String], opted_in: bool) -> Value {
    let all = channels.iter();
    all.map(|channel| json!({ "channel": channel, "opted_in": opted_in }))
        .collect()
}

/// Completes a session of this buyer, with these consents when there are any.
async fn complete(
    seller: &Seller,
    session: Session,
    buyer: &Buyer,
    consents: Option<Value>,
) -> Outcome<Answer> {
    let session = seller.made_ready(session).await?;
    let token = seller.token(&session).await?;
    let body = with(
        seller.complete_body(&session, &token),
        "/buyer",
        json!(buyer),
    );
    let body = match consents {
        Some(consents) => with(body, "/marketing_consents", consents),
        None => body,
    };
    seller.complete(&session.id, &body).await
}

/// The answer is a completed session.
fn completed(seller: &Seller, answer: &Answer, rule: &str) -> Outcome {
    let session = seller.session(answer)?;
    seller.case().must(
        session.status() == "completed" && session.order().is_some(),
        answer,
        rule,
        || format!("status {}", session.status()),
    )
}

/// Buys with these consents.
async fn buy(seller: &Seller, buyer: &Buyer, consents: Option<Value>) -> Outcome {
    let session = session_of(seller, buyer).await?;
    let answer = complete(seller, session, buyer, consents).await?;
    completed(seller, &answer, "a good checkout completes")
}

/// The channels of a shop that shows subscriptions: not tested where it shows none.
async fn shown_channels(seller: &Seller, buyer: &Buyer) -> Outcome<Vec<String>> {
    let session = session_of(seller, buyer).await?;
    let mut names = channels(seller, &session)?;
    names.retain(|channel| subscribed(&session, channel).is_some());
    if names.is_empty() {
        return Err(Stop::NotTested(
            "no option shows is_subscribed, so nobody outside can see what became of a consent"
                .to_owned(),
        ));
    }
    Ok(names)
}

/// A later session of the buyer shows `expected` for this channel. Shops may take a moment.
async fn shows(
    seller: &Seller,
    buyer: &Buyer,
    channel: &str,
    expected: bool,
    rule: &str,
) -> Outcome {
    let mut session = session_of(seller, buyer).await?;
    for _ in 0..WAITS_MAX {
        if subscribed(&session, channel).unwrap_or_default() == expected {
            return Ok(());
        }
        sleep(Duration::from_millis(100)).await;
        session = session_of(seller, buyer).await?;
    }
    seller.case().must(false, &session.answer, rule, || {
        let said = subscribed(&session, channel);
        format!("is_subscribed of {channel} is {said:?} instead of {expected}")
    })
}
