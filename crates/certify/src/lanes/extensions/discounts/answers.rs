//! What an answer says of discounts: the codes, those applied, those rejected.

use serde_json::Value;

use super::{
    reading::{applied, applied_by, reasons, shown},
    replacing::repeats,
    rule::Rule,
    scene::Scene,
};
use crate::{
    Check, Outcome, Topic,
    lanes::{
        extensions::shop::{ask, code, discounted, offers_discounts, recoded, unknown_code},
        seller::{Seller, Session},
    },
};

const ALL: [Scene; 9] = [
    Scene::Plain,
    Scene::Created,
    Scene::Updated,
    Scene::Retrieved,
    Scene::Stacked,
    Scene::Mixed,
    Scene::Further,
    Scene::Automatic,
    Scene::Completed,
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<Check> = SHAPE
        .at(Topic::Lifecycle, &ALL)
        .map(|check| {
            check.proves_shapes(&[
                "discount#checkout_with_discount",
                "checkout#CheckoutSession",
            ])
        })
        .collect();
    checks.extend(PRESENT.at(Topic::Lifecycle, &ALL));
    checks.extend(APPLIED.at(Topic::Lifecycle, &ALL));
    checks.extend([
        ask(
            Topic::Lifecycle,
            "discount-codes-repeated",
            "discounts.codes repeats the codes last submitted",
            repeated,
        )
        .proves(&["discounts.response.codes-echoed"])
        .advice("answer discounts.codes as it was sent, also with codes that are rejected"),
        ask(
            Topic::Lifecycle,
            "discount-codes-repeated-on-retrieve",
            "retrieve repeats the codes last submitted",
            repeated_on_retrieve,
        )
        .proves(&["discounts.response.codes-echoed"])
        .advice("keep the codes with the session"),
        ask(
            Topic::Lifecycle,
            "discount-each-code-accounted",
            "each submitted code is either in applied or in rejected",
            accounted,
        )
        .proves(&["discounts.response.each-code-accounted"])
        .advice("reject each code that is not applied, with its reason; drop none in silence"),
        ask(
            Topic::Lifecycle,
            "discount-single-code-accounted",
            "each configured code, sent alone, is either in applied or in rejected",
            accounted_alone,
        )
        .proves(&["discounts.response.each-code-accounted"])
        .advice("reject each code that is not applied, with its reason; drop none in silence"),
    ]);
    checks
}

const SHAPE: Rule = Rule {
    name: "discount-shape",
    title: "a session with discounts fits the schema of the extension",
    proves: &[],
    advice: "make discounts fit the schema; each finding names path and constraint",
    judge: |seller, session| {
        let case = seller.case();
        case.document(
            &session.json,
            &session.answer,
            "discount#checkout_with_discount",
        )
    },
};

const PRESENT: Rule = Rule {
    name: "discount-present",
    title: "with the extension active the session has discounts",
    proves: &["discounts.response.present"],
    advice: "add discounts to every session that lists the extension",
    judge: |seller, session| {
        offers_discounts(session)?;
        seller.case().must(
            session.json.get("discounts").is_some_and(Value::is_object),
            &session.answer,
            "a session that lists discount has an object discounts",
            || shown(session),
        )
    },
};

const APPLIED: Rule = Rule {
    name: "discount-applied-listed",
    title: "discounts.applied is there, an empty list if nothing applies",
    proves: &["discounts.response.applied-required"],
    advice: "write applied as an empty list; do not leave it out",
    judge: |seller, session| {
        offers_discounts(session)?;
        let list = session.json.pointer("/discounts/applied");
        seller.case().must(
            list.is_some_and(Value::is_array),
            &session.answer,
            "discounts.applied is a list",
            || shown(session),
        )
    },
};

async fn repeated(seller: Seller) -> Outcome {
    let sent = [code(&seller, "valid").await?, unknown_code(&seller)?];
    let sent = sent.each_ref().map(String::as_str);
    repeats(&seller, &discounted(&seller, &sent).await?, &sent)
}

async fn repeated_on_retrieve(seller: Seller) -> Outcome {
    let sent = [code(&seller, "valid").await?, unknown_code(&seller)?];
    let [code, unknown] = sent.each_ref().map(String::as_str);
    let session = discounted(&seller, &[unknown]).await?;
    let session = recoded(&seller, &session, &[code, unknown]).await?;
    repeats(&seller, &seller.read(&session.id).await?, &[code, unknown])
}

/// One place, and only one, for a code.
fn one_place(seller: &Seller, session: &Session, code: &str) -> Outcome {
    let applied = applied_by(session, code).is_some();
    let rejected = !reasons(session, code).is_empty();
    seller.case().must(
        applied != rejected,
        &session.answer,
        "a submitted code is in applied or in rejected, not in both",
        || format!("{code}: {}", shown(session)),
    )
}

async fn accounted(seller: Seller) -> Outcome {
    code(&seller, "valid").await?;
    let mut sent: Vec<String> = seller.target().discount_codes.values().cloned().collect();
    sent.sort_by_key(|code| code.to_lowercase());
    sent.dedup_by_key(|code| code.to_lowercase());
    sent.push(unknown_code(&seller)?);
    let all: Vec<&str> = sent.iter().map(String::as_str).collect();
    let session = discounted(&seller, &all).await?;
    for code in &all {
        one_place(&seller, &session, code)?;
    }
    let foreign = applied(&session)
        .into_iter()
        .filter_map(|one| one.text("code"));
    let foreign: Vec<_> = foreign
        .filter(|code| !all.iter().any(|sent| super::reading::same_code(sent, code)))
        .collect();
    seller.case().must(
        foreign.is_empty(),
        &session.answer,
        "applied names only codes that were submitted",
        || foreign.join(", "),
    )
}

async fn accounted_alone(seller: Seller) -> Outcome {
    code(&seller, "valid").await?;
    for code in seller.target().discount_codes.values() {
        let session = discounted(&seller, &[code]).await?;
        one_place(&seller, &session, code)?;
    }
    Ok(())
}
