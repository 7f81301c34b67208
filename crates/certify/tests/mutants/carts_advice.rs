//! Sellers that leave undone what carts, and discovery beside them, should have.

use std::collections::HashMap;

use serde_json::{Value, json};

use comptoir_certify::Lane;

use super::{
    carts::{Kind, LANE, is_cart, kind, remove, shown},
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked, Bend},
};

/// Sellers that leave undone what carts should have.
pub(crate) fn faults() -> Vec<Fault> {
    let mut all = ends();
    all.extend(silences());
    all.extend(habits());
    all
}

fn ends() -> Vec<Fault> {
    vec![
        shown(
            "carts-no-url",
            "has no continue_url",
            &["carts.lifecycle.continue-url"],
            |json| remove(json, "continue_url"),
        ),
        shown(
            "carts-no-end",
            "has no expires_at",
            &["carts.expiry.end-is-set"],
            |json| remove(json, "expires_at"),
        ),
        shown(
            "carts-long-life",
            "keeps carts for a century",
            &[
                "carts.expiry.end-is-set",
                "carts.expiry.refreshed-by-update",
            ],
            |json| json["expires_at"] = json!("2126-01-01T00:00:00Z"),
        ),
        shown(
            "carts-no-estimates",
            "estimates nothing",
            &[
                "carts.arithmetic.totals-create",
                "carts.arithmetic.totals-get",
            ],
            |json| json["totals"] = json!([]),
        ),
        shown(
            "carts-silent",
            "says nothing of stock",
            &[
                "carts.lifecycle.create-names-unavailable",
                "carts.lifecycle.update-names-unavailable",
                "carts.lifecycle.messages-on-low-stock",
            ],
            |json| json["messages"] = json!([]),
        ),
    ]
}

fn silences() -> Vec<Fault> {
    vec![
        Fault::edit(
            Lane::Discovery,
            "discovery-feed-ids",
            "names its feeds in the document for everybody",
            &["discovery.leaks.no-feed-ids"],
            |asked, _| asked.path.contains("acp.json"),
            |json| json["feed_ids"] = json!(["feed_7"]),
        ),
        Fault::edit(
            LANE,
            "carts-unlisted",
            "does not list carts in the discovery document",
            &["carts.lifecycle.discovery-lists-carts"],
            |asked, _| asked.path.contains("acp.json"),
            |json| json["capabilities"]["services"] = json!(["checkout"]),
        ),
        Fault::new(
            LANE,
            "carts-counted-ids",
            "counts its carts",
            &["carts.leaks.ids-not-guessable"],
            || Box::new(Counted::default()),
        ),
        Fault::new(
            LANE,
            "carts-odd-codes",
            "has codes of its own",
            &[
                "carts.errors.get-unknown",
                "carts.errors.create-items-missing",
                "carts.auth.missing-get",
            ],
            answers(|asked, answered| {
                if kind(asked).is_some() && answered.is_error() {
                    answered.edit(|json| json["code"] = json!("e_17"));
                }
            }),
        ),
        Fault::new(
            LANE,
            "carts-all-or-nothing",
            "refuses a cart with one item out of stock",
            &[
                "carts.lifecycle.create-partly-unavailable",
                "carts.lifecycle.update-partly-unavailable",
            ],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "out_of_stock", "message": "the vase is out of stock" });
                let vase = String::from_utf8_lossy(&asked.body).contains("vase");
                (kind(asked).is_some() && vase).then(|| Answered::new(422, &error))
            }),
        ),
    ]
}

fn habits() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "carts-mute-422",
            "cannot tell the currency and does not ask for anything",
            &["carts.lifecycle.create-strange-locale"],
            requests(|asked| {
                let error =
                    json!({ "type": "invalid_request", "code": "invalid", "message": "no" });
                (kind(asked) == Some(Kind::Create)).then(|| Answered::new(422, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-no-quantities",
            "takes the closed schema at its word",
            &["carts.lifecycle.create-takes-quantity"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "invalid", "message": "no such member", "param": "$.line_items[0].quantity" });
                let counted = String::from_utf8_lossy(&asked.body).contains("quantity");
                (kind(asked).is_some() && counted).then(|| Answered::new(400, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-storefront-apart",
            "does not know carts of the storefront",
            &[
                "carts.lifecycle.storefront-cart-readable",
                "carts.lifecycle.storefront-cart-updatable",
            ],
            || Box::new(Apart::default()),
        ),
        Fault::new(
            LANE,
            "carts-frozen-end",
            "does not move the end of a cart",
            &["carts.expiry.refreshed-by-update"],
            || Box::new(Frozen::default()),
        ),
    ]
}

/// Counts the carts and names them by their number.
#[derive(Default)]
struct Counted {
    count: u32,
}

impl Bend for Counted {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if kind(asked) == Some(Kind::Create) {
            self.count += 1;
            let id = format!("cart_{:08}", self.count);
            answered.edit(|json| json["id"] = json!(id));
        }
    }
}

/// Knows only carts that were created over the protocol.
#[derive(Default)]
struct Apart {
    own: Vec<String>,
}

impl Bend for Apart {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if kind(asked) == Some(Kind::Create) {
            let id = answered.json().map(|json| json["id"].clone());
            self.own
                .extend(id.and_then(|id| id.as_str().map(str::to_owned)));
        } else if is_cart(asked, answered) {
            let id = asked.path.split('/').nth(2).unwrap_or_default();
            if !self.own.iter().any(|own| own == id) {
                let gone =
                    json!({ "type": "invalid_request", "code": "not_found", "message": "no" });
                *answered = Answered::new(404, &gone);
            }
        }
    }
}

/// Shows the first end of each cart for ever.
#[derive(Default)]
struct Frozen {
    ends: HashMap<String, Value>,
}

impl Bend for Frozen {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if is_cart(asked, answered) {
            answered.edit(|json| {
                let end = self.ends.entry(json["id"].to_string());
                json["expires_at"] = end.or_insert_with(|| json["expires_at"].clone()).clone();
            });
        }
    }
}
