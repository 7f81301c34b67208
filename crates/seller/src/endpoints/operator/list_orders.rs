//! `GET /operator/orders?status=&after=&limit=`: newest first.

use axum::extract::{Query, State};
use comptoir_http::{ApiError, Call, Reply};
use comptoir_store::{Collection, RecordQuery};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Operator, Seller};

const LIMIT_DEFAULT: u32 = 50;
const LIMIT_MAX: u32 = 200;

/// Which orders.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    /// Only of this status.
    status: Option<String>,
    /// Behind this cursor, the `next` of the page before.
    after: Option<i64>,
    /// Rows at most, 1 to 200.
    limit: Option<u32>,
}

#[derive(Serialize)]
struct Page {
    orders: Vec<Box<RawValue>>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

pub(crate) async fn list_orders(
    State(Operator(seller)): State<Operator>,
    filter: Result<Query<Filter>, axum::extract::rejection::QueryRejection>,
    _call: Call,
) -> Result<Reply, ApiError> {
    let Query(filter) = filter
        .map_err(|_| ApiError::invalid("$.query", "use status, after (a number) and limit"))?;
    let limit = filter.limit.unwrap_or(LIMIT_DEFAULT);
    if limit == 0 || limit > LIMIT_MAX {
        return Err(ApiError::invalid("$.limit", "limit is 1 to 200"));
    }
    let page = page(&seller, filter, limit).await?;
    Reply::json(StatusCode::OK, &page)
}

async fn page(seller: &Seller, filter: Filter, limit: u32) -> Result<Page, ApiError> {
    let tenant = seller.config().tenant;
    let records = seller
        .config()
        .store
        .read("list_orders", move |reads| {
            let query = RecordQuery {
                state: filter.status.as_deref(),
                after_key: filter.after,
                descending: true,
                limit,
                ..RecordQuery::default()
            };
            Ok::<_, ApiError>(reads.records(Collection::Orders, tenant, &query)?)
        })
        .await?;
    let full = u32::try_from(records.len()).is_ok_and(|rows| rows == limit);
    let next = records.last().filter(|_| full).map(|record| record.key);
    let orders = records
        .into_iter()
        .map(|record| {
            let bytes = record.rendered.unwrap_or_default();
            serde_json::from_slice(&bytes).map_err(ApiError::internal)
        })
        .collect::<Result<_, ApiError>>()?;
    Ok(Page { orders, next })
}
