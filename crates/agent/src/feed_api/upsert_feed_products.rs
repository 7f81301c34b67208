//! `PATCH /feeds/{id}/products`
//!
//! `openapi.feed.yaml`, operation `upsertFeedProducts`: replaces products by id, leaves the others.
//! All or nothing: a bad product refuses the request and says which field of which product.

use axum::extract::{Path, State};
use comptoir_feed::Product;
use comptoir_http::{ApiError, Call, Reply};
use comptoir_store::{Collection, NewRecord, Record, RecordUpdate, TenantId, Tx};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::feed_record::{self, FeedMetadata, product_record_id};
use crate::{
    agent::Agent,
    catalog::{FEED, PRODUCT},
};

/// Most products in one request; a larger feed is pushed in parts.
const PRODUCTS_MAX: usize = 5_000;
/// Most variants of one product.
const VARIANTS_MAX: usize = 500;
/// Longest product or variant id, in bytes.
const ID_BYTES_MAX: usize = 256;

/// `schema.feed.json#/$defs/UpsertProductsRequest`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UpsertProductsRequest {
    products: Vec<Product>,
}

/// Stores and indexes products of one of the caller's feeds.
pub(super) async fn upsert_feed_products(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Reply, ApiError> {
    let request: UpsertProductsRequest = call.parse()?;
    check_currencies(&call.json)?;
    check(&request.products)?;
    let seller_id = call.caller.as_str().to_owned();
    let environment = &agent.parts().environment;
    let (now, at) = (environment.now_micros(), environment.now());
    let products = std::sync::Arc::new(request.products);
    let (stored, owner, feed_id) = (products.clone(), seller_id.clone(), id.clone());
    agent
        .parts()
        .store
        .write("upsert_feed_products", move |tx: &mut dyn Tx| {
            let feed = feed_record::load(&*tx, &owner, &feed_id)?;
            for product in stored.iter() {
                put(tx, &owner, &feed_id, product, now)?;
            }
            touch(tx, &feed, at, now)
        })
        .await?;
    // Indexing is work for the processor; the runtime's threads stay free for other requests.
    let indexing = agent.clone();
    tokio::task::spawn_blocking(move || {
        indexing.index_products(&seller_id, &products, Some(at))?;
        indexing
            .parts()
            .index
            .commit()
            .map_err(crate::AgentError::Index)
    })
    .await
    .map_err(ApiError::internal)?
    .map_err(ApiError::internal)?;
    Reply::json(StatusCode::OK, &json!({"id": id, "accepted": true}))
}

/// The pattern of currencies, which typed reading forgives: files write them in any case.
fn check_currencies(json: &Value) -> Result<(), ApiError> {
    for (position, product) in list(json, "products").enumerate() {
        for (at, variant) in list(product, "variants").enumerate() {
            for name in ["price", "list_price", "unit_price"] {
                let currency = variant.get(name).and_then(|price| price.get("currency"));
                let code = currency.and_then(Value::as_str).unwrap_or_default();
                if code.bytes().any(|byte| !byte.is_ascii_uppercase()) {
                    return Err(ApiError::invalid(
                        format!("$.products[{position}].variants[{at}].{name}.currency"),
                        "currency must be an upper-case ISO 4217 code",
                    )
                    .with_code("invalid_product_payload"));
                }
            }
        }
    }
    Ok(())
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    let entries = value.get(name).and_then(Value::as_array);
    entries.into_iter().flatten()
}

/// What the schema cannot say.
fn check(products: &[Product]) -> Result<(), ApiError> {
    let refuse = |param: String, message: &'static str| {
        Err(ApiError::invalid(param, message).with_code("invalid_product_payload"))
    };
    if products.is_empty() || products.len() > PRODUCTS_MAX {
        return refuse(
            "$.products".to_owned(),
            "products must contain 1 to 5000 products",
        );
    }
    let plain =
        |id: &str| (1..=ID_BYTES_MAX).contains(&id.len()) && !id.chars().any(char::is_control);
    for (position, product) in products.iter().enumerate() {
        if !plain(&product.id) {
            return refuse(
                format!("$.products[{position}].id"),
                "id must be 1 to 256 bytes without control characters",
            );
        }
        if product.variants.is_empty() || product.variants.len() > VARIANTS_MAX {
            return refuse(
                format!("$.products[{position}].variants"),
                "variants must contain 1 to 500 variants",
            );
        }
        for (at, variant) in product.variants.iter().enumerate() {
            if !plain(&variant.id) {
                return refuse(
                    format!("$.products[{position}].variants[{at}].id"),
                    "id must be 1 to 256 bytes without control characters",
                );
            }
            if variant
                .price
                .as_ref()
                .is_some_and(|price| price.amount.is_negative())
            {
                return refuse(
                    format!("$.products[{position}].variants[{at}].price.amount"),
                    "amount must not be negative",
                );
            }
        }
    }
    Ok(())
}

fn put(
    tx: &mut dyn Tx,
    seller_id: &str,
    feed_id: &str,
    product: &Product,
    now: i64,
) -> Result<(), ApiError> {
    let id = product_record_id(feed_id, &product.id);
    let document = serde_json::to_vec(product).map_err(ApiError::internal)?;
    match tx.record(Collection::Feeds, TenantId::DEFAULT, &id)? {
        Some(known) => tx.update(
            Collection::Feeds,
            &RecordUpdate {
                tenant: TenantId::DEFAULT,
                id: &id,
                expected_revision: known.revision,
                state: PRODUCT,
                due_at: None,
                document: &document,
                rendered: None,
                now,
            },
        )?,
        None => {
            tx.insert(
                Collection::Feeds,
                &NewRecord {
                    tenant: TenantId::DEFAULT,
                    id: &id,
                    owner: seller_id,
                    state: PRODUCT,
                    unique_ref: None,
                    parent: Some(feed_id),
                    due_at: None,
                    document: &document,
                    rendered: None,
                    now,
                },
            )?;
        }
    }
    Ok(())
}

fn touch(tx: &mut dyn Tx, feed: &Record, at: jiff::Timestamp, now: i64) -> Result<(), ApiError> {
    let mut metadata: FeedMetadata =
        serde_json::from_slice(&feed.document).map_err(ApiError::internal)?;
    metadata.updated_at = Some(at);
    let document = serde_json::to_vec(&metadata).map_err(ApiError::internal)?;
    tx.update(
        Collection::Feeds,
        &RecordUpdate {
            tenant: TenantId::DEFAULT,
            id: &feed.id,
            expected_revision: feed.revision,
            state: FEED,
            due_at: None,
            document: &document,
            rendered: None,
            now,
        },
    )?;
    Ok(())
}
