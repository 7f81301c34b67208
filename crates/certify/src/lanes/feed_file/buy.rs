//! The feed and the shop: what the one names, the other sells.

use std::sync::Arc;

use serde_json::Value;

use super::{
    super::{
        documents::{list, text},
        seller::Seller,
    },
    acp::{of, variants},
    check,
    source::feed,
};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

/// Variants that each check tries.
const TRIED: usize = 5;

pub(super) fn checks() -> Vec<Check> {
    let buyable = check(
        Topic::Lifecycle,
        "acp-variant-id-buyable",
        "Variant.id works as item id in checkout",
        buyable,
    )
    .proves(&["feeds.variant.id-buyable"])
    .advice("use the ids of checkout in the feed");
    let price = check(
        Topic::Arithmetic,
        "acp-price-active",
        "a session starts from the price of the feed",
        price,
    )
    .proves(&["feeds.price.active", "feeds.price.minor-units"])
    .advice("write the current selling price into price, in minor units of an upper-case currency");
    let unavailable = check(
        Topic::Lifecycle,
        "acp-unavailable",
        "a variant that is not available is refused or flagged at checkout",
        unavailable,
    )
    .proves(&["feeds.availability.available-flag"])
    .advice("keep available in step with your stock");
    [buyable, price, unavailable]
        .map(|check| check.versions(VersionRange::from(SpecVersion::V2026_04_17)))
        .into()
}

/// Variants of the feed that say this of their availability.
async fn some(case: &Arc<Case>, available: bool) -> Outcome<Vec<Value>> {
    let feed = feed(case).await?;
    let all = variants(of(&feed)?).into_iter().map(|(_, variant)| variant);
    let fitting = all.filter(|variant| {
        let told = variant
            .pointer("/availability/available")
            .and_then(Value::as_bool);
        told == Some(available)
    });
    Ok(fitting.take(TRIED).collect())
}

/// A session of one unit of this variant, whatever comes of it.
async fn session(seller: &Seller, variant: &Value) -> Outcome<Answer> {
    let body = seller
        .dialect()
        .create(seller.target(), &[(text(variant, "id"), 1)]);
    let mut body = body;
    if let Some(currency) = variant.pointer("/price/currency").and_then(Value::as_str) {
        body.insert("currency".to_owned(), Value::from(currency.to_lowercase()));
    }
    seller.create(&Value::Object(body)).await
}

fn none(what: &str) -> Stop {
    Stop::NotApplicable(format!(
        "not offered: the feed has no variant that is {what}"
    ))
}

async fn buyable(case: Arc<Case>) -> Outcome {
    let tried = some(&case, true).await?;
    let seller = Seller::of(&case)?;
    if tried.is_empty() {
        return Err(none("available"));
    }
    for variant in &tried {
        let answer = session(&seller, variant).await?;
        let lines = answer
            .json
            .as_ref()
            .map_or(&[][..], |json| list(json, "line_items"));
        let named = lines
            .iter()
            .any(|line| line.pointer("/item/id") == variant.get("id"));
        case.must(
            answer.is_success() && named,
            &answer,
            "Variant.id is an item id of checkout",
            || {
                format!(
                    "{}: {} {}",
                    text(variant, "id"),
                    answer.status,
                    case.excerpt(&answer)
                )
            },
        )?;
    }
    Ok(())
}

async fn price(case: Arc<Case>) -> Outcome {
    let tried = some(&case, true).await?;
    let seller = Seller::of(&case)?;
    if tried.is_empty() {
        return Err(none("available"));
    }
    for variant in &tried {
        let answer = session(&seller, variant).await?;
        let Some(line) = answer.pointer("/line_items/0") else {
            return Err(Stop::NotTested(format!(
                "{} cannot be bought; see feed-file.lifecycle.acp-variant-id-buyable",
                text(variant, "id")
            )));
        };
        let base = list(line, "totals").iter().find(|row| {
            matches!(
                text(row, "type"),
                "items_base_amount" | "subtotal" | "total"
            )
        });
        let told = line
            .get("unit_amount")
            .or_else(|| base.and_then(|row| row.get("amount")));
        let listed = [
            variant.pointer("/price/amount"),
            variant.pointer("/list_price/amount"),
        ];
        case.must(
            told.is_none() || listed.contains(&told),
            &answer,
            "a session starts from the price of the feed",
            || {
                format!(
                    "{}: feed {:?}, session {told:?}",
                    text(variant, "id"),
                    listed.first()
                )
            },
        )?;
        let currency = variant
            .pointer("/price/currency")
            .and_then(Value::as_str)
            .unwrap_or_default();
        case.must(
            answer
                .text("/currency")
                .is_some_and(|told| told.eq_ignore_ascii_case(currency)),
            &answer,
            "a session is in the currency of the feed",
            || format!("feed {currency}, session {:?}", answer.text("/currency")),
        )?;
    }
    Ok(())
}

async fn unavailable(case: Arc<Case>) -> Outcome {
    let tried = some(&case, false).await?;
    let seller = Seller::of(&case)?;
    if tried.is_empty() {
        return Err(none("unavailable"));
    }
    for variant in &tried {
        let answer = session(&seller, variant).await?;
        let json = answer.json.clone().unwrap_or(Value::Null);
        let flagged = list(&json, "messages").iter().any(|message| {
            matches!(
                text(message, "code"),
                "out_of_stock" | "low_stock" | "quantity_exceeded" | "unavailable"
            ) || text(message, "type") == "error"
        });
        case.must(
            answer.is_refusal() || flagged || list(&json, "line_items").is_empty(),
            &answer,
            "a variant that is not available is refused or flagged",
            || {
                format!(
                    "{}: {} {}",
                    text(variant, "id"),
                    answer.status,
                    case.excerpt(&answer)
                )
            },
        )?;
    }
    Ok(())
}
