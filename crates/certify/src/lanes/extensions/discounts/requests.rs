//! Where codes are taken: on create and update, in any case, by the old name too.

use serde_json::{Value, json};

use super::{
    reading::{amounts, applied_by, codes, reasons, same_code, shown},
    scene::{Scene, in_force, out_of_force, valid},
};
use crate::{
    Check, Outcome, Stop, Topic,
    lanes::{
        extensions::shop::{
            DISCOUNT, ask, body, code, discounted, offers_discounts, plain, unknown_code,
            with_codes,
        },
        seller::{Seller, Session, money::rows},
    },
};

const ALIAS: &str = "read coupons where discounts.codes is missing";
const PRECEDENCE: &str =
    "pass over coupons whenever discounts.codes is there, also when it is empty";
const CASELESS: &str = "compare codes without regard to case";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "discount-codes-on-create",
            "discounts.codes is accepted on create",
            |seller| async move { Scene::Created.sessions(&seller).await.map(drop) },
        )
        .proves(&["discounts.request.create-and-update"])
        .advice("apply discounts.codes of a create request"),
        ask(
            Topic::Lifecycle,
            "discount-codes-on-update",
            "discounts.codes is accepted on update",
            |seller| async move { Scene::Updated.sessions(&seller).await.map(drop) },
        )
        .proves(&["discounts.request.create-and-update"])
        .advice("apply discounts.codes of an update request"),
        ask(
            Topic::Lifecycle,
            "discount-codes-undeclared",
            "codes count and totals show them also when the agent did not declare the extension",
            undeclared,
        )
        .proves(&[
            "discounts.compat.totals-without-extension",
            "discounts.request.create-and-update",
        ])
        .advice("compute totals and lines alike, whatever the agent says that it understands"),
    ];
    checks.extend(cases());
    checks.extend(aliases());
    checks
}

fn cases() -> [Check; 2] {
    let proves = ["discounts.request.case-insensitive"];
    [
        ask(
            Topic::Lifecycle,
            "discount-code-in-other-case",
            "a code in the other case works like the code",
            |seller| other_case(seller, swapped),
        )
        .proves(&proves)
        .advice(CASELESS),
        ask(
            Topic::Lifecycle,
            "discount-code-mixed-case",
            "a code in mixed case works like the code",
            |seller| other_case(seller, mixed),
        )
        .proves(&proves)
        .advice(CASELESS),
    ]
}

fn aliases() -> [Check; 5] {
    [
        ask(
            Topic::Lifecycle,
            "discount-coupons-on-create",
            "the old list coupons works like discounts.codes on create",
            |seller| coupons(seller, false),
        )
        .proves(&["discounts.request.coupons-alias"])
        .advice(ALIAS),
        ask(
            Topic::Lifecycle,
            "discount-coupons-on-update",
            "the old list coupons works like discounts.codes on update",
            |seller| coupons(seller, true),
        )
        .proves(&["discounts.request.coupons-alias"])
        .advice(ALIAS),
        ask(
            Topic::Lifecycle,
            "discount-codes-before-coupons",
            "if both are sent, discounts.codes counts",
            codes_win,
        )
        .proves(&["discounts.request.codes-before-coupons"])
        .advice(PRECEDENCE),
        ask(
            Topic::Lifecycle,
            "discount-coupons-passed-over",
            "if both are sent, coupons does not count",
            |seller| coupons_lose(seller, true),
        )
        .proves(&["discounts.request.codes-before-coupons"])
        .advice(PRECEDENCE),
        ask(
            Topic::Lifecycle,
            "discount-coupons-passed-over-for-none",
            "an empty discounts.codes counts before coupons",
            |seller| coupons_lose(seller, false),
        )
        .proves(&["discounts.request.codes-before-coupons"])
        .advice(PRECEDENCE),
    ]
}

async fn undeclared(seller: Seller) -> Outcome {
    let (declared, code) = valid(&seller).await?;
    let body = with_codes(body(&seller, None)?, &[&code]);
    let silent = seller.session(&seller.create(&body).await?)?;
    let totals = |session: &Session| {
        let of_lines = session
            .lines()
            .iter()
            .map(|line| line.get("totals").cloned());
        (
            session.json.get("totals").cloned(),
            of_lines.collect::<Vec<_>>(),
        )
    };
    seller.case().must(
        totals(&declared) == totals(&silent),
        &silent.answer,
        "totals and lines are the same with and without a declaration by the agent",
        || format!("with: {}; without: {}", rows(&declared), rows(&silent)),
    )
}

/// The code in lower case, or in upper case where it is in lower case already.
pub(super) fn swapped(code: &str) -> String {
    let lower = code.to_lowercase();
    if lower == code {
        code.to_uppercase()
    } else {
        lower
    }
}

/// Every other letter in upper case.
fn mixed(code: &str) -> String {
    let letters = code.chars().enumerate();
    letters
        .map(|(place, letter)| match place % 2 {
            0 => letter.to_ascii_lowercase(),
            _ => letter.to_ascii_uppercase(),
        })
        .collect()
}

async fn other_case(seller: Seller, write: fn(&str) -> String) -> Outcome {
    let (session, code) = valid(&seller).await?;
    let written = write(&code);
    if written == code {
        return Err(Stop::NotApplicable(format!(
            "the code {code} is written so already"
        )));
    }
    let other = discounted(&seller, &[&written]).await?;
    in_force(&seller, &other, &code)?;
    seller.case().must(
        amounts(&other) == amounts(&session),
        &other.answer,
        "a code takes off the same in any case",
        || format!("{code}: {}; {written}: {}", shown(&session), shown(&other)),
    )
}

async fn coupons(seller: Seller, on_update: bool) -> Outcome {
    let code = code(&seller, "valid").await?;
    let session = if on_update {
        let session = plain(&seller).await?;
        let answer = seller
            .update(&session.id, &json!({ "coupons": [code] }))
            .await?;
        seller.session(&answer)?
    } else {
        let mut body = body(&seller, Some(json!([DISCOUNT])))?;
        body.insert("coupons".to_owned(), json!([code]));
        seller.session(&seller.create(&Value::Object(body)).await?)?
    };
    offers_discounts(&session)?;
    seller.case().should(
        applied_by(&session, &code).is_some(),
        &session.answer,
        "a valid code in coupons is in discounts.applied",
        || format!("{code}: {}", shown(&session)),
    );
    Ok(())
}

/// A session for which both lists were sent.
async fn both(seller: &Seller, sent: &[&str], coupon: &str) -> Outcome<Session> {
    let body = body(seller, Some(json!([DISCOUNT])))?;
    let mut body = with_codes(body, sent);
    if let Some(members) = body.as_object_mut() {
        members.insert("coupons".to_owned(), json!([coupon]));
    }
    let session = seller.session(&seller.create(&body).await?)?;
    offers_discounts(&session)?;
    Ok(session)
}

async fn codes_win(seller: Seller) -> Outcome {
    let code = code(&seller, "valid").await?;
    let unknown = unknown_code(&seller)?;
    let session = both(&seller, &[&code], &unknown).await?;
    in_force(&seller, &session, &code)?;
    let repeated = codes(&session).iter().any(|one| same_code(one, &unknown));
    seller.case().must(
        !repeated && reasons(&session, &unknown).is_empty(),
        &session.answer,
        "what coupons holds is neither repeated nor rejected when discounts.codes is there",
        || format!("{unknown}: {}", shown(&session)),
    )
}

async fn coupons_lose(seller: Seller, with_code: bool) -> Outcome {
    let code = code(&seller, "valid").await?;
    let unknown = unknown_code(&seller)?;
    let sent: &[&str] = if with_code { &[&unknown] } else { &[] };
    let session = both(&seller, sent, &code).await?;
    out_of_force(
        &seller,
        &session,
        &code,
        "a code in coupons, beside discounts.codes without it,",
    )
}
