//! Sessions without nulls, stock figures, margins, cards and tokens.

use serde_json::Value;

use crate::{
    Check, Outcome, Payment, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage,
        leaks::innards,
        paths,
        rule::{Rule, ask},
    },
};

const STAGES: [Stage; 6] = [
    Stage::Created,
    Stage::Requantified,
    Stage::Retrieved,
    Stage::Declined,
    Stage::Completed,
    Stage::Canceled,
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(
        NO_NULLS
            .at(Topic::Leaks, &STAGES)
            .map(|check| check.proves_shapes(&["checkout#CheckoutSession"])),
    );
    checks.extend(NO_FIGURES.at(Topic::Leaks, &STAGES));
    checks.extend(NO_INNARDS.at(Topic::Leaks, &STAGES));
    checks.extend(NO_KEYS.at(Topic::Leaks, &STAGES));
    checks.extend(NO_CARD.at(
        Topic::Leaks,
        &[Stage::Declined, Stage::Completed, Stage::CompletedRetrieved],
    ));
    checks.extend([
        ask(
            Topic::Leaks,
            "token-does-not-come-back",
            "the payment token is in no answer",
            |seller| token_stays(seller, false),
        )
        .advice("do not answer with payment_data"),
        ask(
            Topic::Leaks,
            "declined-token-does-not-come-back",
            "a declined token is in no answer",
            |seller| token_stays(seller, true),
        )
        .advice("do not answer with payment_data"),
        ask(
            Topic::Leaks,
            "refused-card-does-not-come-back",
            "a card number that was sent in place of a token is not repeated",
            refused_card,
        )
        .advice("do not repeat what was sent in errors and messages"),
        ask(
            Topic::Leaks,
            "billing-address-does-not-come-back",
            "the billing address of a payment is not the session's address",
            billing_address,
        )
        .advice("keep the billing address with the payment"),
    ]);
    checks
}

const NO_NULLS: Rule = Rule {
    name: "no-nulls",
    title: "absent members are absent, not null",
    proves: &[],
    advice: "leave out members that have no value: no schema of the protocol allows null",
    versions: VersionRange::ALL,
    judge: no_nulls,
};

const NO_FIGURES: Rule = Rule {
    name: "no-stock-or-margins",
    title: "the session holds no stock figures, costs, margins or suppliers",
    proves: &[],
    advice: "answer with the protocol's members only; do not serialise your own records",
    versions: VersionRange::ALL,
    judge: no_figures,
};

const NO_INNARDS: Rule = Rule {
    name: "no-innards",
    title: "the session holds no traces of the server's inside",
    proves: &[],
    advice: "keep stack traces, paths and queries in your logs",
    versions: VersionRange::ALL,
    judge: no_innards,
};

const NO_KEYS: Rule = Rule {
    name: "no-keys",
    title: "the session holds no key",
    proves: &[],
    advice: "never answer with credentials",
    versions: VersionRange::ALL,
    judge: no_keys,
};

const NO_CARD: Rule = Rule {
    name: "no-card-data",
    title: "the session holds no card number",
    proves: &[],
    advice: "the seller has tokens only, and answers with neither cards nor tokens",
    versions: VersionRange::ALL,
    judge: no_card,
};

fn no_nulls(seller: &Seller, session: &Session) -> Outcome {
    let mut nulls = Vec::new();
    paths::members(&session.json, &mut |path, _, value| {
        if value.is_null() {
            nulls.push(path.to_owned());
        }
    });
    seller
        .case()
        .must(nulls.is_empty(), &session.answer, NO_NULLS.title, || {
            nulls.join(", ")
        })
}

/// Words in names of members that a shop keeps to itself. `availability_status` and
/// `available_quantity` are the protocol's own.
const INTERNAL: [&str; 16] = [
    "stock",
    "inventory",
    "on_hand",
    "reserved",
    "warehouse",
    "cost",
    "margin",
    "markup",
    "wholesale",
    "supplier",
    "vendor_id",
    "internal",
    "_db",
    "fraud",
    "risk_score",
    "password",
];

fn no_figures(seller: &Seller, session: &Session) -> Outcome {
    let mut found = Vec::new();
    paths::members(&session.json, &mut |path, name, _| {
        let name = name.to_lowercase();
        // Metadata is the agent's own, and a cost center is the buyer's.
        let own = path.starts_with("$.metadata") || name == "cost_center";
        if !own && INTERNAL.iter().any(|word| name.contains(word)) {
            found.push(path.to_owned());
        }
    });
    seller
        .case()
        .must(found.is_empty(), &session.answer, NO_FIGURES.title, || {
            found.join(", ")
        })
}

fn no_innards(seller: &Seller, session: &Session) -> Outcome {
    let found = innards(&session.json.to_string());
    seller
        .case()
        .must(found.is_none(), &session.answer, NO_INNARDS.title, || {
            found.unwrap_or_default().to_owned()
        })
}

fn no_keys(seller: &Seller, session: &Session) -> Outcome {
    let body = session.json.to_string();
    let target = seller.target();
    let keys = [
        target.key.expose(),
        target.other_key.as_ref().and_then(|key| key.expose()),
        target.signing_secret.as_ref().and_then(|key| key.expose()),
    ];
    let known = keys
        .iter()
        .flatten()
        .any(|key| key.len() >= 8 && body.contains(key));
    let marked = ["sk_live_", "sk_test_", "whsec_", "BEGIN PRIVATE KEY"]
        .iter()
        .any(|mark| body.contains(mark));
    seller
        .case()
        .must(!known && !marked, &session.answer, NO_KEYS.title, || {
            "a key stands in the answer".to_owned()
        })
}

/// Runs of 13 to 19 digits that are valid card numbers.
pub(super) fn card_numbers(text: &str) -> usize {
    text.split(|letter: char| !letter.is_ascii_digit())
        .filter(|run| (13..=19).contains(&run.len()) && is_luhn(run))
        .count()
}

fn is_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit.saturating_sub(b'0'));
            let doubled = digit.saturating_mul(2);
            match place % 2 {
                0 => digit,
                _ if doubled > 9 => doubled.saturating_sub(9),
                _ => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn no_card(seller: &Seller, session: &Session) -> Outcome {
    // Fractions of a second and opaque ids may look like cards: only whole texts count.
    let found = paths::texts(&session.json)
        .into_iter()
        .find(|(_, text)| text.len() <= 24 && card_numbers(&text.replace([' ', '-'], "")) > 0);
    let configured = match &seller.target().payment {
        Some(Payment::Delegate {
            card,
            declined_card,
            ..
        }) => [card, declined_card]
            .iter()
            .any(|card| session.json.to_string().contains(card.as_str())),
        _ => false,
    };
    seller.case().must(
        found.is_none() && !configured,
        &session.answer,
        NO_CARD.title,
        || found.map_or_else(|| "the test card".to_owned(), |(path, _)| path),
    )
}

async fn token_stays(seller: Seller, declined: bool) -> Outcome {
    let session = seller.ready_session().await?;
    let token = if declined {
        seller.declined_token(&session).await?
    } else {
        seller.token(&session).await?
    };
    let answer = seller.pay(&session, &token).await?;
    let read = seller.get(&session.id).await?;
    for answer in [&answer, &read] {
        let body = String::from_utf8_lossy(&answer.body);
        seller.case().must(
            !body.contains(&token),
            answer,
            "the token is in no answer",
            || "the token stands in the answer".to_owned(),
        )?;
    }
    Ok(())
}

async fn refused_card(seller: Seller) -> Outcome {
    seller.confirm_test_mode()?;
    let session = seller.ready_session().await?;
    let card = "4000056655665556";
    let answer = seller.pay(&session, card).await?;
    let read = seller.get(&session.id).await?;
    for answer in [&answer, &read] {
        let body = String::from_utf8_lossy(&answer.body);
        seller.case().must(
            !body.contains(card),
            answer,
            "a card number that was sent is not repeated",
            || "the card number stands in the answer".to_owned(),
        )?;
    }
    Ok(())
}

async fn billing_address(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let token = seller.token(&session).await?;
    let mut body = seller.complete_body(&session, &token);
    let street = "17 Certification Lane";
    if let Some(Value::Object(address)) = body.pointer_mut("/payment_data/billing_address") {
        address.insert("line_one".to_owned(), Value::String(street.to_owned()));
    }
    let answer = seller.complete(&session.id, &body).await?;
    let read = seller.get(&session.id).await?;
    for answer in [&answer, &read] {
        let body = String::from_utf8_lossy(&answer.body);
        seller.case().must(
            !body.contains(street),
            answer,
            "the billing address is in no answer",
            || seller.case().excerpt(answer),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test cards are found, times and ids are not.
    #[test]
    fn cards_are_recognised() {
        assert_eq!(card_numbers("4242424242424242"), 1);
        assert_eq!(card_numbers("paid by 378282246310005."), 1);
        assert_eq!(card_numbers("4242424242424241"), 0);
        assert_eq!(card_numbers("2026-01-30T12:00:00Z"), 0);
    }
}
