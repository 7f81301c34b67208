//! What is wrong with the products of the protocol's own file.
#![expect(
    clippy::unnecessary_wraps,
    reason = "one signature for every row of the table"
)]

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::{
    super::documents::{list, pointers, text},
    source::Acp,
};
use crate::{Case, Outcome};

pub(super) fn ids(acp: &Acp) -> Vec<(String, String)> {
    let products = acp.products().into_iter();
    products
        .map(|(number, product)| (format!("line {number}"), text(&product, "id").to_owned()))
        .collect()
}

/// Every variant, with the line that it stands in.
pub(in super::super) fn variants(acp: &Acp) -> Vec<(String, Value)> {
    let products = acp.products().into_iter();
    products
        .flat_map(|(number, product)| {
            let variants = list(&product, "variants").to_vec().into_iter();
            variants.map(move |one| (format!("line {number} ({})", text(&one, "id")), one))
        })
        .collect()
}

/// Ids that stand in several places.
pub(in super::super) fn twice(ids: Vec<(String, String)>) -> Vec<String> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut faults = Vec::new();
    for (place, id) in ids {
        if id.is_empty() {
            continue;
        }
        if let Some(first) = seen.get(&id) {
            faults.push(format!("{place}: `{id}` stands already at {first}"));
        } else {
            seen.insert(id, place);
        }
    }
    faults
}

pub(super) fn empty_ids(_: &Case, acp: &Acp) -> Outcome<Vec<String>> {
    let products = ids(acp).into_iter();
    let variants = variants(acp).into_iter();
    let all = products.chain(variants.map(|(place, one)| (place, text(&one, "id").to_owned())));
    Ok(all
        .filter(|(_, id)| id.trim().is_empty())
        .map(|(place, _)| format!("{place}: an id is empty"))
        .collect())
}

pub(super) fn no_variants(_: &Case, acp: &Acp) -> Outcome<Vec<String>> {
    let products = acp.products().into_iter();
    Ok(products
        .filter(|(_, product)| list(product, "variants").is_empty())
        .map(|(number, product)| format!("line {number} ({}): no variant", text(&product, "id")))
        .collect())
}

pub(super) fn prices(_: &Case, acp: &Acp) -> Outcome<Vec<String>> {
    let mut faults = Vec::new();
    for (place, variant) in variants(acp) {
        for member in ["price", "list_price", "unit_price"] {
            let Some(price) = variant.get(member) else {
                continue;
            };
            let currency = text(price, "currency");
            let upper =
                currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
            let whole = price.get("amount").and_then(Value::as_u64).is_some();
            if !upper || !whole {
                faults.push(format!("{place}: {member} {price}"));
            }
        }
    }
    Ok(faults)
}

pub(super) fn list_prices(_: &Case, acp: &Acp) -> Outcome<Vec<String>> {
    let amount = |price: &Value| price.get("amount").and_then(Value::as_i64);
    let all = variants(acp).into_iter();
    Ok(all
        .filter_map(|(place, variant)| {
            let (price, list) = (variant.get("price")?, variant.get("list_price")?);
            let wrong =
                text(price, "currency") != text(list, "currency") || amount(list) < amount(price);
            wrong.then(|| format!("{place}: list_price {list}, price {price}"))
        })
        .collect())
}

pub(super) fn availability(_: &Case, acp: &Acp) -> Outcome<Vec<String>> {
    let all = variants(acp).into_iter();
    Ok(all
        .filter_map(|(place, variant)| {
            let availability = variant.get("availability")?;
            let available = availability.get("available")?.as_bool()?;
            let wrong = match text(availability, "status") {
                "in_stock" | "limited_stock" => !available,
                "out_of_stock" | "discontinued" => available,
                _ => false,
            };
            wrong.then(|| format!("{place}: {availability}"))
        })
        .collect())
}

/// Members of buyers and sessions, wherever they stand.
const BUYERS: [&str; 9] = [
    "buyer",
    "email",
    "phone_number",
    "buyer_id",
    "checkout_session_id",
    "session_id",
    "shipping_address",
    "billing_address",
    "payment_token",
];

pub(super) fn buyer_data(_: &Case, acp: &Acp) -> Outcome<Vec<String>> {
    let mut faults = Vec::new();
    for (number, product) in acp.products() {
        for pointer in pointers(&product) {
            let last = pointer.rsplit('/').next().unwrap_or_default();
            if BUYERS.contains(&last) {
                faults.push(format!("line {number}: {pointer}"));
            }
        }
    }
    Ok(faults)
}
