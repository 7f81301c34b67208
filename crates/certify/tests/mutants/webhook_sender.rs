//! Sellers that send order events whose order is wrong as a whole.

use comptoir_certify::{Lane, SpecVersion};
use serde_json::{Value, json};

use super::{
    fault::Fault,
    message::{Message, Passing, SECRET, asked, passing, signature},
};

pub(crate) fn faults() -> Vec<Fault> {
    passing(Lane::WebhookSender, &[WHOLE, OLDER])
}

/// Changes the event and signs it anew, so that this one thing alone is wrong.
pub(crate) fn edit(message: &mut Message, change: impl FnOnce(&mut Value)) {
    message.edit(change);
    let header = message.header("merchant-signature").to_owned();
    let t = header
        .trim_start_matches("t=")
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let value = signature(SECRET, &t, &message.body);
    message.set("merchant-signature", &value);
}

pub(crate) fn order(message: &mut Message, pointer: &str, value: Value) {
    edit(message, |event| {
        if let Some(place) = event.pointer_mut(&format!("/data{pointer}")) {
            *place = value;
        }
    });
}

pub(crate) fn remove(message: &mut Message, member: &str) {
    edit(message, |event| {
        event["data"].as_object_mut().unwrap().remove(member);
    });
}

pub(crate) fn is_update(message: &Message) -> bool {
    message.json()["type"] == "order_update"
}

const WHOLE: &[Passing] = &[
    asked(
        "sender-data-of-another-type",
        "sends data of type `invoice`",
        |m| order(m, "/type", json!("invoice")),
        &["webhook-sender.webhooks.discriminator"],
    ),
    asked(
        "sender-no-shape",
        "sends line items as a text",
        |m| edit(m, |event| event["data"]["line_items"] = json!("two")),
        &["webhook-sender.webhooks.shape"],
    ),
    asked(
        "sender-another-order-id",
        "sends another order id than complete showed",
        |m| order(m, "/id", json!("ord_other")),
        &["webhook-sender.webhooks.order-id"],
    ),
    asked(
        "sender-another-permalink",
        "sends another permalink than complete showed",
        |m| order(m, "/permalink_url", json!("https://shop.example/o")),
        &["webhook-sender.webhooks.permalink"],
    ),
    asked(
        "sender-part-of-the-order",
        "sends the order without its lines",
        |m| remove(m, "line_items"),
        &["webhook-sender.webhooks.whole-order"],
    ),
    asked(
        "sender-known-members-left-out",
        "leaves out the totals that it knows",
        |m| remove(m, "totals"),
        &["webhook-sender.webhooks.known-members"],
    )
    .warned(),
    asked(
        "sender-a-refunds-member",
        "sends the member `refunds` of older versions",
        |m| edit(m, |event| event["data"]["refunds"] = json!([])),
        &["webhook-sender.webhooks.no-refunds-member"],
    ),
    asked(
        "sender-a-shipments-member",
        "sends a member `shipments`",
        |m| edit(m, |event| event["data"]["shipments"] = json!([])),
        &["webhook-sender.webhooks.no-shipments-member"],
    ),
    asked(
        "sender-total-after-refund",
        "changes the original total after a refund",
        |m| {
            if is_update(m) {
                edit(m, |event| {
                    for row in event["data"]["totals"].as_array_mut().unwrap() {
                        if row["type"] == "total" {
                            row["amount"] = json!(1);
                        }
                    }
                });
            }
        },
        &[
            "webhook-sender.arithmetic.total-is-original",
            "webhook-sender.webhooks.total-after-refund",
        ],
    ),
    asked(
        "sender-wrong-subtotal",
        "sends a subtotal that is not the sum of the lines",
        |m| {
            edit(m, |event| {
                for row in event["data"]["totals"].as_array_mut().unwrap() {
                    if row["type"] == "subtotal" {
                        row["amount"] = json!(1);
                    }
                }
            });
        },
        &["webhook-sender.arithmetic.subtotal"],
    ),
    asked(
        "sender-wrong-line-subtotal",
        "sends a line subtotal that does not add up",
        |m| order(m, "/line_items/0/subtotal", json!(1)),
        &["webhook-sender.arithmetic.line-subtotal"],
    ),
    asked(
        "sender-no-amount-refunded",
        "leaves out the row amount_refunded",
        |m| {
            edit(m, |event| {
                event["data"]["totals"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|row| row["type"] != "amount_refunded");
            });
        },
        &[
            "webhook-sender.arithmetic.amount-refunded",
            "webhook-sender.webhooks.amount-refunded-after-refund",
        ],
    ),
    asked(
        "sender-current-above-ordered",
        "counts more current than ordered items",
        |m| order(m, "/line_items/0/quantity/current", json!(9)),
        &[
            "webhook-sender.arithmetic.current-bounded",
            "webhook-sender.webhooks.current-decreases",
        ],
    ),
    asked(
        "sender-fulfilled-above-ordered",
        "counts more fulfilled than ordered items",
        |m| order(m, "/line_items/0/quantity/fulfilled", json!(9)),
        &["webhook-sender.arithmetic.fulfilled-bounded"],
    ),
    asked(
        "sender-fulfilled-never-grows",
        "never counts fulfilled items",
        |m| order(m, "/line_items/0/quantity/fulfilled", json!(0)),
        &["webhook-sender.webhooks.fulfilled-counts-sent"],
    ),
    asked(
        "sender-ordered-changes",
        "changes how many items were ordered",
        |m| {
            if is_update(m) {
                order(m, "/line_items/0/quantity/ordered", json!(7));
            }
        },
        &["webhook-sender.webhooks.ordered-constant"],
    ),
    asked(
        "sender-fulfilled-goes-down",
        "counts fewer fulfilled items later than before",
        |m| {
            if !is_update(m) {
                order(m, "/line_items/0/quantity/fulfilled", json!(2));
            }
        },
        &["webhook-sender.webhooks.fulfilled-grows"],
    ),
    asked(
        "sender-lines-are-renamed",
        "renames lines in an update",
        |m| {
            if is_update(m) {
                order(m, "/line_items/0/id", json!("li_new"));
            }
        },
        &["webhook-sender.webhooks.line-ids-stable"],
    ),
    asked(
        "sender-ids-twice",
        "sends two lines with one id",
        |m| {
            edit(m, |event| {
                let line = event["data"]["line_items"][0].clone();
                event["data"]["line_items"]
                    .as_array_mut()
                    .unwrap()
                    .push(line);
            });
        },
        &["webhook-sender.webhooks.line-ids-unique"],
    ),
    asked(
        "sender-removed-lines",
        "calls ordered lines removed",
        |m| order(m, "/line_items/0/status", json!("removed")),
        &["webhook-sender.webhooks.line-removed"],
    ),
];

const OLDER: &[Passing] = &[
    asked(
        "sender-no-refunds",
        "leaves out `refunds`",
        |m| remove(m, "refunds"),
        &["webhook-sender.webhooks.refunds-list"],
    )
    .at(SpecVersion::V2026_01_30),
    asked(
        "sender-refunds-stay-empty",
        "keeps `refunds` empty after a refund",
        |m| order(m, "/refunds", json!([])),
        &["webhook-sender.webhooks.refunds-list-after-refund"],
    )
    .at(SpecVersion::V2026_01_30),
    asked(
        "sender-amount-as-text",
        "writes the amount of a refund as text",
        |m| order(m, "/refunds/0/amount", json!("1.00")),
        &["webhook-sender.webhooks.refunds-amount"],
    )
    .at(SpecVersion::V2026_01_30),
    asked(
        "sender-another-type",
        "sends a type of refund that does not exist",
        |m| order(m, "/refunds/0/type", json!("cash")),
        &["webhook-sender.webhooks.refunds-type"],
    )
    .at(SpecVersion::V2026_01_30),
    asked(
        "sender-another-permalink-before",
        "sends another permalink than complete showed",
        |m| order(m, "/permalink_url", json!("https://shop.example/o")),
        &["webhook-sender.webhooks.permalink"],
    )
    .at(SpecVersion::V2026_01_30),
    asked(
        "sender-another-secret-before",
        "signs events with another secret",
        |m| {
            let value = signature("other", "1", &m.body);
            m.set("merchant-signature", &value);
        },
        &["webhook-sender.signatures.content"],
    )
    .at(SpecVersion::V2026_01_30),
];
