//! Our own surface for whoever runs the shop: list, show, ship, hand over, deliver, refund, cancel.
//!
//! Bearer keys of operators; `Idempotency-Key` is optional and honoured.

pub(crate) mod cancel_order;
pub(crate) mod deliver_order;
pub(crate) mod get_order;
pub(crate) mod hand_over_order;
pub(crate) mod list_orders;
pub(crate) mod refund_order;
pub(crate) mod ship_order;

use comptoir_acp::id::LineItemId;
use comptoir_commerce::order::{LineQuantity, Order, OrderError, OrderOutcome};
use comptoir_http::{ApiError, Call, Reply, idempotency};
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use crate::{Seller, face, orders};

/// Some units of a line, as an operator names them.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Units {
    id: LineItemId,
    quantity: u32,
}

impl From<Units> for LineQuantity {
    fn from(units: Units) -> Self {
        Self {
            line: units.id,
            quantity: units.quantity,
        }
    }
}

pub(crate) fn lines(units: Vec<Units>) -> Vec<LineQuantity> {
    units.into_iter().map(LineQuantity::from).collect()
}

/// Changes an order in one idempotent transaction and answers with the changed order.
pub(crate) async fn change(
    seller: &Seller,
    call: &Call,
    id: String,
    change: impl Fn(&Order, Timestamp) -> Result<OrderOutcome, OrderError> + Send + 'static,
) -> Result<Reply, ApiError> {
    let key = call.key()?;
    let config = seller.config().clone();
    let store = config.store.clone();
    let reply = store
        .write("change_order", move |tx| {
            let now = config.environment.now();
            idempotency::once(tx, &key, now.as_microsecond(), &mut |tx| {
                let order = orders::change(tx, &config, &id, now, |order| change(order, now))?;
                Ok(Reply::bytes(
                    StatusCode::OK,
                    face::order_bytes(&config, &order)?,
                ))
            })
        })
        .await?;
    seller.wake_deliveries();
    Ok(reply)
}
