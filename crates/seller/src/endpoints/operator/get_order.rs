//! `GET /operator/orders/{id}`.

use axum::extract::{Path, State};
use comptoir_http::{ApiError, Call, Reply};
use http::StatusCode;

use crate::{Operator, face, orders};

pub(crate) async fn get_order(
    State(Operator(seller)): State<Operator>,
    Path(id): Path<String>,
    _call: Call,
) -> Result<Reply, ApiError> {
    let config = seller.config().clone();
    let store = config.store.clone();
    store
        .read("get_order", move |reads| {
            let stored = orders::load(reads, &config, &id)?;
            Ok(Reply::bytes(
                StatusCode::OK,
                face::order_bytes(&config, &stored.order)?,
            ))
        })
        .await
}
