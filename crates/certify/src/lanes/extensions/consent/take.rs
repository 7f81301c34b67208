//! Consents that are sent.

use serde_json::{Value, json};

use super::{
    super::super::{
        documents::{remove, with},
        seller::Seller,
    },
    channels, check, complete, completed, consents, create_body, fresh_buyer, session_of,
    shown_channels, shows, subscribed,
};
use crate::{Answer, Check, Outcome, Stop, Topic};

/// What is said to the channels on offer.
#[derive(Debug, Clone, Copy)]
enum Said {
    Yes,
    No,
    FirstOnly,
    Nothing,
    Unoffered,
}

pub(super) fn checks() -> Vec<Check> {
    let rows: [(Said, &str, &str, &'static str); 5] = [
        (
            Said::Yes,
            "opt-in",
            "a complete that opts in to every channel succeeds",
            ACCEPTED,
        ),
        (
            Said::No,
            "opt-out",
            "a complete that opts out of every channel succeeds",
            ACCEPTED,
        ),
        (
            Said::FirstOnly,
            "one-channel",
            "a complete that answers one channel alone succeeds",
            ACCEPTED,
        ),
        (
            Said::Nothing,
            "not-required",
            "a complete without marketing_consents is not refused for it",
            "marketing.consents.not-required",
        ),
        (
            Said::Unoffered,
            "unoffered",
            "a consent for a channel that was not offered has no effect, and the complete succeeds",
            "marketing.consents.unoffered-ignored",
        ),
    ];
    let mut checks: Vec<_> = rows
        .into_iter()
        .map(|(said, name, title, proves)| {
            check(Topic::Lifecycle, name, title, move |seller| {
                taken(seller, said)
            })
            .proves(&[proves])
            .advice("let no consent, known or not, stand in the way of the purchase")
        })
        .collect();
    checks.push(
        check(
            Topic::Lifecycle,
            "no-contact",
            "a consent for messages to a phone has no effect without a number, and the complete succeeds",
            no_contact,
        )
        .proves(&["marketing.consents.no-contact-ignored"])
        .advice("ignore consents for channels on which the buyer cannot be reached"),
    );
    checks.extend(["create", "update"].map(|call| {
        let title = format!("marketing_consents on {call} are refused or have no effect");
        check(
            Topic::Lifecycle,
            &format!("early-{call}"),
            title,
            move |seller| early(seller, call == "create"),
        )
        .proves(&["marketing.consents.complete-only"])
        .advice("take consents at complete alone")
    }));
    checks
}

const ACCEPTED: &str = "marketing.consents.accepted-on-complete";

/// A channel that no shop has.
const NO_CHANNEL: &str = "certify_pigeon_post";

async fn taken(seller: Seller, said: Said) -> Outcome {
    let buyer = fresh_buyer(&seller)?;
    let session = session_of(&seller, &buyer).await?;
    let offered = channels(&seller, &session)?;
    let sent = match said {
        Said::Yes => Some(consents(&offered, true)),
        Said::No => Some(consents(&offered, false)),
        Said::FirstOnly => Some(consents(offered.get(..1).unwrap_or_default(), true)),
        Said::Nothing => None,
        Said::Unoffered => Some(consents(&[NO_CHANNEL.to_owned()], true)),
    };
    let answer = complete(&seller, session, &buyer, sent).await?;
    let rule = match said {
        Said::Nothing => "no complete is refused for lack of marketing_consents",
        Said::Yes | Said::No | Said::FirstOnly | Said::Unoffered => {
            "a complete with marketing_consents succeeds"
        }
    };
    completed(&seller, &answer, rule)?;
    if !matches!(said, Said::Unoffered) {
        return Ok(());
    }
    let after = session_of(&seller, &buyer).await?;
    let now = channels(&seller, &after)?;
    let grown = now.iter().any(|channel| !offered.contains(channel));
    let changed = offered
        .iter()
        .find(|channel| subscribed(&after, channel) == Some(true));
    seller.case().must(
        !grown && changed.is_none(),
        &after.answer,
        "a consent for a channel that was not offered changes nothing",
        || format!("channels {}, subscribed to {changed:?}", now.join(", ")),
    )
}

async fn no_contact(seller: Seller) -> Outcome {
    let buyer = fresh_buyer(&seller)?;
    let mut body = Value::Object(create_body(&seller, &buyer)?);
    remove(&mut body, "/buyer/phone_number");
    remove(&mut body, "/fulfillment_details/phone_number");
    let answer = seller.create(&body).await?;
    let session = seller.session(&answer)?;
    let phones: Vec<_> = channels(&seller, &session)?
        .into_iter()
        .filter(|channel| matches!(channel.as_str(), "sms" | "whatsapp"))
        .collect();
    if phones.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: a channel to a phone, or not to this buyer".to_owned(),
        ));
    }
    let session = seller.made_ready(session).await?;
    let token = seller.token(&session).await?;
    let mut body = with(
        seller.complete_body(&session, &token),
        "/buyer",
        json!(buyer),
    );
    remove(&mut body, "/buyer/phone_number");
    let body = with(body, "/marketing_consents", consents(&phones, true));
    let answer = seller.complete(&session.id, &body).await?;
    completed(&seller, &answer, "the complete succeeds all the same")?;
    let after = session_of(&seller, &buyer).await?;
    let changed = phones
        .iter()
        .find(|channel| subscribed(&after, channel) == Some(true));
    seller.case().must(
        changed.is_none(),
        &after.answer,
        "a consent for a channel without a contact has no effect",
        || format!("{changed:?} is subscribed without a number"),
    )
}

/// Consents that come too early do nothing, whatever comes later.
async fn early(seller: Seller, at_create: bool) -> Outcome {
    let buyer = fresh_buyer(&seller)?;
    let names = shown_channels(&seller, &buyer).await?;
    let sent = consents(&names, true);
    let plain = Value::Object(create_body(&seller, &buyer)?);
    let answer = if at_create {
        seller
            .create(&with(plain, "/marketing_consents", sent))
            .await?
    } else {
        let session = session_of(&seller, &buyer).await?;
        let body = seller.address_body(&seller.target().address);
        let body = with(body, "/marketing_consents", sent);
        seller.update(&session.id, &body).await?
    };
    if refused(&seller, &answer)? {
        return Ok(());
    }
    let session = seller.session(&answer)?;
    let answer = complete(&seller, session, &buyer, None).await?;
    completed(&seller, &answer, "the complete succeeds all the same")?;
    for channel in names {
        let rule = "consent is taken at complete alone";
        shows(&seller, &buyer, &channel, false, rule).await?;
    }
    Ok(())
}

/// Whether the seller refused the field, which it may.
fn refused(seller: &Seller, answer: &Answer) -> Outcome<bool> {
    if !answer.is_refusal() {
        return Ok(false);
    }
    seller.is_error(answer)?;
    Ok(true)
}
