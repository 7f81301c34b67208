//! Sellers that lose, keep or mix lines of carts.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    carts::{Kind, LANE, is_cart, kind, of, remove, shown},
    fault::Fault,
    proxy::{Answered, Asked, Bend},
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = drops();
    all.extend(mixes());
    all
}

fn drops() -> Vec<Fault> {
    vec![
        of(
            Kind::Create,
            "carts-drops-last",
            "drops the last line of a new cart",
            &["carts.lifecycle.create-keeps-every-item"],
            |answered| {
                answered.edit(|json| {
                    if json["line_items"]
                        .as_array()
                        .is_some_and(|all| all.len() > 1)
                    {
                        json["line_items"].as_array_mut().and_then(Vec::pop);
                    }
                });
            },
        ),
        shown(
            "carts-silent-drop",
            "drops items out of stock without a word",
            &[
                "carts.lifecycle.create-drops-nothing-silently",
                "carts.lifecycle.update-drops-nothing-silently",
                "carts.lifecycle.create-wholly-unavailable",
                "carts.lifecycle.update-wholly-unavailable",
            ],
            |json| {
                json["messages"] = json!([]);
                if let Some(lines) = json["line_items"].as_array_mut() {
                    lines.retain(|line| line["item"]["id"] != "vase");
                }
            },
        ),
        shown(
            "carts-quantity-one",
            "shows every line with one unit",
            &[
                "carts.lifecycle.create-takes-quantity",
                "carts.lifecycle.update-more-units",
            ],
            |json| json["line_items"][0]["quantity"] = json!(1),
        ),
    ]
}

fn mixes() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "carts-merges",
            "adds the lines of a PUT to those that were there",
            &[
                "carts.lifecycle.update-other-item",
                "carts.lifecycle.update-removed-item",
                "carts.lifecycle.update-same-again",
            ],
            || Box::new(Merging::default()),
        ),
        Fault::new(
            LANE,
            "carts-stale-get",
            "shows in GET what create answered, whatever was updated since",
            &["carts.lifecycle.get-equals-update"],
            || Box::new(Stale::default()),
        ),
        of(
            Kind::Update,
            "carts-new-id",
            "gives a cart another id with each update",
            &[
                "carts.lifecycle.update-keeps-id",
                "carts.lifecycle.update-status",
            ],
            |answered| answered.edit(|json| json["id"] = json!("cart_another")),
        ),
        of(
            Kind::Create,
            "carts-forgets-buyer",
            "forgets the buyer",
            &["carts.lifecycle.create-with-buyer"],
            |answered| answered.edit(|json| remove(json, "buyer")),
        ),
    ]
}

/// Keeps the requested lines of each cart, and sends all of them along with each PUT.
#[derive(Default)]
struct Merging {
    lines: HashMap<String, Vec<Value>>,
}

impl Bend for Merging {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        if kind(asked) == Some(Kind::Update) {
            let before = self.lines.get(&asked.path).cloned().unwrap_or_default();
            asked.edit(|json| {
                if let Some(lines) = json["line_items"].as_array_mut() {
                    lines.extend(before);
                }
            });
        }
        None
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if kind(asked) == Some(Kind::Create)
            && let (Some(sent), Some(made)) = (asked.json(), answered.json())
            && let (Some(lines), Some(id)) = (sent["line_items"].as_array(), made["id"].as_str())
        {
            self.lines.insert(format!("/carts/{id}"), lines.clone());
        }
    }
}

/// Remembers the first answer about each cart, and gives it to every GET.
#[derive(Default)]
struct Stale {
    first: HashMap<String, Answered>,
}

impl Bend for Stale {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if !is_cart(asked, answered) {
            return;
        }
        let id = answered.json().map(|json| json["id"].to_string());
        let id = id.unwrap_or_default();
        if kind(asked) == Some(Kind::Get) {
            if let Some(first) = self.first.get(&id) {
                answered.body = first.body.clone();
            }
        } else {
            self.first.entry(id).or_insert_with(|| answered.clone());
        }
    }
}
