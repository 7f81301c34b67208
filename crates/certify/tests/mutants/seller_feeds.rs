//! Faults in what checkout makes of items known from feeds.

use comptoir_certify::Lane;
use serde_json::json;

use super::{
    fault::{Fault, Row, listed},
    proxy::Answered,
    seller_bends::{answers, requests},
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[FEEDS])
}

const FEEDS: &[Row] = &[
    Row::new(
        "seller-wants-a-name",
        "refuses an item that comes without its name",
        &["seller.lifecycle.item-id-without-feed"],
        || {
            requests(|asked| {
                let json = asked.json()?;
                let bare = json["line_items"][0].get("name").is_none();
                let error = json!({
                    "type": "invalid_request",
                    "code": "missing",
                    "message": "name the item",
                    "param": "$.line_items[0].name",
                });
                (asked.path == "/checkout_sessions" && bare).then(|| Answered::new(400, &error))
            })
        },
    ),
    Row::new(
        "seller-says-nothing-of-prices",
        "says nothing of a price that is not the feed's",
        &["seller.lifecycle.feed-price-drift-is-told"],
        || {
            answers(|_, answered| {
                answered.edit(|json| {
                    if json.get("messages").is_some() {
                        json["messages"] = json!([]);
                    }
                });
            })
        },
    ),
];
