//! Codes of an update replace the earlier ones; without codes in the update they stay.

use serde_json::json;

use super::{
    reading::{codes, rejected, same_code, shown},
    scene::{in_force, out_of_force, valid},
};
use crate::{
    Check, Outcome, Topic,
    lanes::{
        extensions::shop::{ask, code, plain, recoded, unknown_code},
        seller::{Seller, Session, money::rows},
    },
};

const REPLACE: &str = "forget the earlier codes when an update has discounts.codes";
const CLEAR: &str = "take every code off when discounts.codes is an empty list";
const KEEP: &str = "leave the codes alone when an update has no discounts";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "discount-replaced-by-unknown",
            "an update with an unknown code replaces the earlier code",
            replaced_by_unknown,
        )
        .proves(&["discounts.request.replaces"])
        .advice(REPLACE),
        ask(
            Topic::Lifecycle,
            "discount-replaced-by-another",
            "an update with another code replaces the earlier code",
            replaced_by_another,
        )
        .proves(&["discounts.request.replaces"])
        .advice(REPLACE),
        ask(
            Topic::Lifecycle,
            "discount-one-of-two-left-out",
            "a code left out of an update no longer counts, the other stays",
            one_left_out,
        )
        .proves(&["discounts.request.replaces"])
        .advice(REPLACE),
        ask(
            Topic::Lifecycle,
            "discount-cleared",
            "an empty list takes all codes off, and the totals are as before",
            cleared,
        )
        .proves(&["discounts.request.empty-clears"])
        .advice(CLEAR),
        ask(
            Topic::Lifecycle,
            "discount-rejected-cleared",
            "an empty list takes rejected codes away too",
            rejected_cleared,
        )
        .proves(&["discounts.request.empty-clears"])
        .advice(CLEAR),
    ];
    checks.extend(keeping());
    checks
}

fn keeping() -> [Check; 3] {
    [
        ask(
            Topic::Lifecycle,
            "discount-kept-on-buyer",
            "an update of the buyer leaves the codes as they were",
            |seller| async move {
                let body = seller.buyer_body();
                kept(seller, body).await
            },
        )
        .proves(&["discounts.request.absent-keeps"])
        .advice(KEEP),
        ask(
            Topic::Lifecycle,
            "discount-kept-on-address",
            "an update of the address leaves the codes as they were",
            |seller| async move {
                let body = seller.address_body(&seller.other_address());
                kept(seller, body).await
            },
        )
        .proves(&["discounts.request.absent-keeps"])
        .advice(KEEP),
        ask(
            Topic::Lifecycle,
            "discount-kept-on-lines",
            "an update of the lines leaves the codes as they were",
            |seller| async move {
                let body = json!({ "line_items": [{ "id": seller.item()? }, { "id": seller.item_at(1)? }] });
                kept(seller, body).await
            },
        )
        .proves(&["discounts.request.absent-keeps"])
        .advice(KEEP),
    ]
}

/// The session repeats exactly these codes.
pub(super) fn repeats(seller: &Seller, session: &Session, sent: &[&str]) -> Outcome {
    let own = codes(session);
    let same = own.len() == sent.len()
        && own
            .iter()
            .zip(sent)
            .all(|(one, other)| same_code(one, other));
    seller.case().must(
        same,
        &session.answer,
        "discounts.codes repeats the codes last submitted, and no others",
        || format!("sent {sent:?}, repeated {own:?}"),
    )
}

async fn replaced_by_unknown(seller: Seller) -> Outcome {
    let (session, code) = valid(&seller).await?;
    let unknown = unknown_code(&seller)?;
    let session = recoded(&seller, &session, &[&unknown]).await?;
    out_of_force(&seller, &session, &code, "a code that was replaced")?;
    repeats(&seller, &session, &[&unknown])
}

async fn replaced_by_another(seller: Seller) -> Outcome {
    let other = code(&seller, "stackable").await?;
    let (session, code) = valid(&seller).await?;
    let session = recoded(&seller, &session, &[&other]).await?;
    out_of_force(&seller, &session, &code, "a code that was replaced")?;
    in_force(&seller, &session, &other)?;
    repeats(&seller, &session, &[&other])
}

async fn one_left_out(seller: Seller) -> Outcome {
    let other = code(&seller, "stackable").await?;
    let (session, code) = valid(&seller).await?;
    let session = recoded(&seller, &session, &[&code, &other]).await?;
    in_force(&seller, &session, &code)?;
    in_force(&seller, &session, &other)?;
    let session = recoded(&seller, &session, &[&other]).await?;
    out_of_force(&seller, &session, &code, "a code that was left out")?;
    in_force(&seller, &session, &other)
}

async fn cleared(seller: Seller) -> Outcome {
    let without = plain(&seller).await?;
    let (session, code) = valid(&seller).await?;
    let session = recoded(&seller, &session, &[]).await?;
    out_of_force(&seller, &session, &code, "a code that was taken off")?;
    repeats(&seller, &session, &[])?;
    for session in [&session, &seller.read(&session.id).await?] {
        seller.case().must(
            session.total("total") == without.total("total"),
            &session.answer,
            "without codes the total is that of a session that never had any",
            || format!("{}; never had any: {}", rows(session), rows(&without)),
        )?;
    }
    Ok(())
}

async fn rejected_cleared(seller: Seller) -> Outcome {
    let (session, _) = valid(&seller).await?;
    let unknown = unknown_code(&seller)?;
    let session = recoded(&seller, &session, &[&unknown]).await?;
    let session = recoded(&seller, &session, &[]).await?;
    seller.case().must(
        rejected(&session).is_empty(),
        &session.answer,
        "without codes nothing is rejected",
        || shown(&session),
    )?;
    let about = session
        .messages()
        .iter()
        .filter_map(|one| Session::text(one, "code"))
        .find(|one| one.starts_with("discount_code_"));
    seller.case().must(
        about.is_none(),
        &session.answer,
        "without codes no message is about one",
        || about.unwrap_or_default().to_owned(),
    )
}

async fn kept(seller: Seller, body: serde_json::Value) -> Outcome {
    let (session, code) = valid(&seller).await?;
    let session = seller.updated(&session, &body).await?;
    in_force(&seller, &session, &code)?;
    repeats(&seller, &session, &[&code])?;
    let session = seller.read(&session.id).await?;
    in_force(&seller, &session, &code)
}
