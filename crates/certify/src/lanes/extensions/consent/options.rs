//! What is offered.

use http::Method;
use serde_json::Value;
use url::Url;

use super::{
    super::{
        super::{
            documents::text,
            seller::{Seller, Session, open_page},
        },
        offered::{self, Place},
    },
    FEATURE, SINCE, channels, check, fresh_buyer, options, session_of, subscribed,
};
use crate::{Check, Outcome, Stop, Topic};

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = Place::ALL
        .into_iter()
        .map(|(place, word)| {
            let title = format!("{word} answers with the channels that the shop offers");
            check(
                Topic::Lifecycle,
                &format!("options-{word}"),
                title,
                move |seller| listed(seller, place),
            )
            .proves(&["marketing.options.in-session"])
            .proves_shapes(&["checkout#MarketingConsentOption"])
            .advice("list channel, display_text and privacy_policy_url for each channel")
        })
        .collect();
    checks.extend([
        offered::check(
            Topic::Lifecycle,
            "consent-none",
            "a shop that offers no marketing leaves marketing_consent_options out or empty",
            none,
        )
        .versions(SINCE)
        .proves(&["marketing.options.only-when-offered"])
        .advice("leave marketing_consent_options out"),
        check(
            Topic::Lifecycle,
            "new-buyer",
            "a buyer whom the shop has never seen is subscribed to nothing",
            new_buyer,
        )
        .proves(&["marketing.options.subscribed-truth"]),
        check(
            Topic::Lifecycle,
            "no-buyer",
            "a session without a buyer shows no subscription",
            no_buyer,
        )
        .proves(&["marketing.options.subscribed-truth"]),
        check(
            Topic::Lifecycle,
            "policy-url",
            "privacy_policy_url of every channel opens the privacy policy",
            policy,
        )
        .proves(&["marketing.options.policy-url"])
        .advice("link a page that answers 200"),
    ]);
    checks
}

async fn listed(seller: Seller, place: Place) -> Outcome {
    let buyer = fresh_buyer(&seller)?;
    let created = session_of(&seller, &buyer).await?;
    let session = place.of(&seller, created).await?;
    let names = channels(&seller, &session)?;
    let case = seller.case();
    for option in options(&session) {
        case.document(option, &session.answer, "checkout#MarketingConsentOption")?;
        case.must(
            !text(option, "display_text").is_empty(),
            &session.answer,
            "display_text says what the buyer would agree to",
            || option.to_string(),
        )?;
    }
    let mut distinct = names.clone();
    distinct.sort();
    distinct.dedup();
    case.must(
        distinct.len() == names.len(),
        &session.answer,
        "each channel is listed once",
        || names.join(", "),
    )
}

/// Whether the configuration rules marketing out. One that names nothing at all does not.
fn ruled_out(seller: &Seller) -> bool {
    !seller.target().offers.is_empty() && !seller.target().offers(FEATURE)
}

async fn none(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let offers = !options(&session).is_empty();
    if seller.target().offers(FEATURE) || (offers && !ruled_out(&seller)) {
        return Err(Stop::NotApplicable(
            "the shop offers marketing: see extensions.lifecycle.consent-options-*".to_owned(),
        ));
    }
    let member = session.json.get("marketing_consent_options");
    let is_list = member.is_none_or(Value::is_array);
    seller.case().must(
        is_list && !offers,
        &session.answer,
        "a shop that offers no marketing leaves marketing_consent_options out or empty",
        || {
            let found = member.unwrap_or(&Value::Null);
            format!("marketing is not in seller.offers, and the session says {found}")
        },
    )
}

fn nothing(seller: &Seller, session: &Session, rule: &str) -> Outcome {
    for channel in channels(seller, session)? {
        seller.case().must(
            subscribed(session, &channel) != Some(true),
            &session.answer,
            rule,
            || format!("is_subscribed of {channel} is true"),
        )?;
    }
    Ok(())
}

async fn new_buyer(seller: Seller) -> Outcome {
    let buyer = fresh_buyer(&seller)?;
    let session = session_of(&seller, &buyer).await?;
    nothing(
        &seller,
        &session,
        "is_subscribed is true only for subscribers",
    )
}

async fn no_buyer(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    nothing(&seller, &session, "nobody known is subscribed to nothing")
}

async fn policy(seller: Seller) -> Outcome {
    let session = session_of(&seller, &fresh_buyer(&seller)?).await?;
    channels(&seller, &session)?;
    let case = seller.case();
    let mut opened: Vec<&str> = Vec::new();
    for option in options(&session) {
        let address = text(option, "privacy_policy_url");
        if opened.contains(&address) {
            continue;
        }
        opened.push(address);
        let url = Url::parse(address).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        case.must(
            url.is_some(),
            &session.answer,
            "privacy_policy_url is an absolute web address",
            || format!("privacy_policy_url is {address}"),
        )?;
        let Some(url) = url else { continue };
        let page = open_page(case, url).await?;
        case.must(
            page.is_success() && !page.body.is_empty(),
            &page,
            "privacy_policy_url opens a page",
            || format!("{} {address} answers {}", Method::GET, page.status),
        )?;
    }
    Ok(())
}
