//! What becomes of consents: seen by `is_subscribed` of the buyer's next session.

use serde_json::json;

use super::{
    super::super::seller::Seller, buy, check, consents, fresh_buyer, shown_channels, shows,
};
use crate::{Check, Outcome, Stop, Topic};

pub(super) fn checks() -> Vec<Check> {
    let rows: [(After, &str, &str, &'static str); 7] = [
        (
            After::OptIn,
            "opt-in-kept",
            "after opted_in true the next session shows is_subscribed true",
            "marketing.consents.opt-in-kept",
        ),
        (
            After::OptOut,
            "opt-out-kept",
            "after opted_in false the next session of a subscriber shows is_subscribed false",
            "marketing.consents.opt-out-kept",
        ),
        (
            After::Omission,
            "omission-keeps",
            "a complete without marketing_consents keeps subscriptions",
            "marketing.consents.omission-keeps",
        ),
        (
            After::OmissionOfNew,
            "omission-subscribes-not",
            "a complete without marketing_consents subscribes nobody",
            "marketing.consents.omission-keeps",
        ),
        (
            After::EmptyList,
            "empty-list-keeps",
            "a channel that an empty marketing_consents leaves out keeps its state",
            "marketing.consents.omitted-channel-keeps",
        ),
        (
            After::OtherOptOut,
            "omitted-channel-keeps",
            "a channel that marketing_consents leaves out keeps its state while another changes",
            "marketing.consents.omitted-channel-keeps",
        ),
        (
            After::OtherOptIn,
            "omitted-channel-subscribes-not",
            "a channel that marketing_consents leaves out is not subscribed with the others",
            "marketing.consents.omitted-channel-keeps",
        ),
    ];
    rows.map(|(after, name, title, proves)| {
        check(Topic::Lifecycle, name, title, move |seller| {
            kept(seller, after, title)
        })
        .proves(&[proves])
        .advice("change the channels that marketing_consents names and no others")
    })
    .into()
}

/// What was said before the look.
#[derive(Debug, Clone, Copy)]
enum After {
    OptIn,
    OptOut,
    Omission,
    OmissionOfNew,
    EmptyList,
    OtherOptOut,
    OtherOptIn,
}

async fn kept(seller: Seller, after: After, rule: &str) -> Outcome {
    let buyer = fresh_buyer(&seller)?;
    let names = shown_channels(&seller, &buyer).await?;
    let (first, others) = names.split_at(1);
    if matches!(after, After::OtherOptOut | After::OtherOptIn) && others.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: a second channel".to_owned(),
        ));
    }
    let subscriber = !matches!(after, After::OmissionOfNew | After::OtherOptIn);
    if subscriber {
        buy(&seller, &buyer, Some(consents(&names, true))).await?;
        for channel in &names {
            let rule = "after opted_in true the next session shows is_subscribed true";
            shows(&seller, &buyer, channel, true, rule).await?;
        }
    }
    let said = match after {
        After::OptIn => return Ok(()),
        After::OptOut => Some(consents(&names, false)),
        After::Omission | After::OmissionOfNew => None,
        After::EmptyList => Some(json!([])),
        After::OtherOptOut => Some(consents(first, false)),
        After::OtherOptIn => Some(consents(first, true)),
    };
    buy(&seller, &buyer, said).await?;
    for (place, channel) in names.iter().enumerate() {
        let expected = match (after, place) {
            (After::OptOut, _) | (After::OtherOptOut, 0) => false,
            (After::OtherOptIn, 0) => true,
            _ => subscriber,
        };
        shows(&seller, &buyer, channel, expected, rule).await?;
    }
    Ok(())
}
