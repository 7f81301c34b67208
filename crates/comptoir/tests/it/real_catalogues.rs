//! Real catalogues: what a stranger's file holds can be found by the agent and bought at the shop.

use std::path::Path;

use comptoir::{feed, search};
use comptoir_faults::{Street, checks};

use crate::command::{binary, shared_data};

/// Enough products to find one among many, and few enough for an unoptimised build.
const INDEXED_MAX: usize = 1_500;

/// Reads the file, finds its first sellable product by its own title, and buys it.
fn find_and_buy(path: &Path) {
    let reader = feed::read_path(path).unwrap();
    let products: Vec<feed::Product> = reader.filter_map(Result::ok).take(INDEXED_MAX).collect();
    let (product, variant, price) = products
        .iter()
        .find_map(|product| {
            let variant = product.variants.iter().find(|variant| {
                let stock = variant.availability.as_ref();
                stock.is_none_or(|stock| stock.available != Some(false))
                    && variant
                        .price
                        .as_ref()
                        .is_some_and(|price| price.amount.get() > 0)
            })?;
            Some((product, variant, variant.price.clone()?))
        })
        .unwrap_or_else(|| panic!("{} has nothing to sell", path.display()));

    let index = search::Index::in_memory().unwrap();
    index.upsert("shop", &products).unwrap();
    index.commit().unwrap();
    let title = product
        .title
        .clone()
        .unwrap_or_else(|| variant.title.clone());
    let hits = index.search(&search::understand(&title), 10).unwrap();
    assert!(
        hits.iter().any(|hit| hit.product_id == product.id),
        "{title:?} of {} is not found",
        path.display()
    );

    let currency = price.currency.to_string();
    let street = Street::selling(binary(), path, &variant.id, &currency).unwrap();
    let session = street.ready_session("create").unwrap();
    let token = street.token(&session).unwrap();
    let answer = street.complete(&session, &token, "complete").unwrap();
    assert_eq!(answer.status, 200, "{}", answer.json);
    checks::exactly_one_purchase(&street, &session).unwrap();
}

#[test]
fn electronics_can_be_found_and_bought() {
    let Some(data) = shared_data() else { return };
    find_and_buy(&data.join("electronics"));
}

#[test]
fn apparel_can_be_found_and_bought() {
    let Some(data) = shared_data() else { return };
    find_and_buy(&data.join("shopify/apparel.csv"));
}

#[test]
fn home_and_garden_can_be_found_and_bought() {
    let Some(data) = shared_data() else { return };
    find_and_buy(&data.join("shopify/home-and-garden.csv"));
}

#[test]
fn jewellery_can_be_found_and_bought() {
    let Some(data) = shared_data() else { return };
    find_and_buy(&data.join("shopify/jewelery.csv"));
}
