//! Sellers that forget keys, owners and ends of carts.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    carts::{Kind, LANE, is_cart, kind, of},
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked, Bend},
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = memories();
    all.extend(deaths());
    all
}

fn memories() -> Vec<Fault> {
    let mut all = keys();
    all.extend(owners());
    all
}

fn keys() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "carts-no-replay",
            "makes a new cart for every create, whatever the key",
            &[
                "carts.idempotency.create-replayed",
                "carts.idempotency.create-replayed-after-update",
                "carts.concurrency.creates-one-key-2",
                "carts.concurrency.creates-one-key-8",
                "carts.idempotency.create-conflict-other-item",
            ],
            || Box::new(Forgetful::default()),
        ),
        Fault::new(
            LANE,
            "carts-conflict-409",
            "answers 409 to a key with another body",
            &[
                "carts.idempotency.create-conflict-other-item",
                "carts.idempotency.create-conflict-added-buyer",
            ],
            answers(|asked, answered| {
                let code = answered.json().map(|json| json["code"].clone());
                if kind(asked).is_some() && code == Some(json!("idempotency_conflict")) {
                    answered.status = 409;
                }
            }),
        ),
        Fault::new(
            LANE,
            "carts-replays-anything",
            "gives the first answer to a used key, whatever the body",
            &["carts.idempotency.create-conflict-more-units"],
            || Box::new(Careless::default()),
        ),
        of(
            Kind::Create,
            "carts-same-id",
            "gives every cart the same id",
            &[
                "carts.lifecycle.create-makes-ids",
                "carts.concurrency.creates-many-keys",
            ],
            |answered| answered.edit(|json| json["id"] = json!("cart_1")),
        ),
    ]
}

fn owners() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "carts-by-key-alone",
            "keeps keys for all agents together",
            &["carts.leaks.foreign-key-of-create"],
            || Box::new(Careless::default()),
        ),
        Fault::new(
            LANE,
            "carts-for-all",
            "shows carts to every agent",
            &[
                "carts.auth.foreign-get",
                "carts.auth.foreign-update",
                "carts.auth.foreign-cancel",
            ],
            requests(|asked| {
                if kind(asked).is_some() {
                    asked.set("authorization", "Bearer agent-key-for-the-reference");
                }
                None
            }),
        ),
        Fault::new(
            LANE,
            "carts-error-echo",
            "repeats the request in errors",
            &["carts.leaks.no-personal-data-in-errors"],
            answers(|asked, answered| {
                if kind(asked).is_some() && answered.is_error() {
                    let sent = String::from_utf8_lossy(&asked.body).into_owned();
                    answered.edit(|json| json["message"] = json!(format!("bad: {sent}")));
                }
            }),
        ),
    ]
}

/// Every create gets a key of its own.
#[derive(Default)]
struct Forgetful {
    count: u32,
}

impl Bend for Forgetful {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        if kind(asked) == Some(Kind::Create)
            && let Some(key) = asked.header("idempotency-key")
        {
            self.count += 1;
            asked.set("idempotency-key", &format!("{key}-{}", self.count));
        }
        None
    }
}

/// Keeps the first answer of every key and asks no more.
#[derive(Default)]
struct Careless {
    kept: HashMap<String, Answered>,
}

impl Bend for Careless {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let key = asked.header("idempotency-key")?;
        (kind(asked) == Some(Kind::Create)).then(|| self.kept.get(&key).cloned())?
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if let (Some(Kind::Create), Some(key)) = (kind(asked), asked.header("idempotency-key")) {
            self.kept.entry(key).or_insert_with(|| answered.clone());
        }
    }
}

fn deaths() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "carts-undead",
            "goes on showing a canceled cart",
            &[
                "carts.lifecycle.get-after-cancel",
                "carts.lifecycle.update-after-cancel",
                "carts.concurrency.cancels-at-once",
            ],
            || Box::new(Undead::default()),
        ),
        Fault::new(
            LANE,
            "carts-expired-live",
            "goes on serving expired carts",
            &[
                "carts.expiry.get-expired",
                "carts.expiry.update-expired",
                "carts.expiry.cancel-expired",
            ],
            || Box::new(Undead::default()),
        ),
        Fault::new(
            LANE,
            "carts-put-creates",
            "makes a cart by PUT on an unknown id",
            &["carts.errors.update-unknown"],
            || Box::new(Undead::default()),
        ),
        Fault::new(
            LANE,
            "carts-dead-at-birth",
            "has forgotten a cart when it is read",
            &[
                "carts.lifecycle.get-status",
                "carts.expiry.end-in-the-future-create",
            ],
            answers(|asked, answered| {
                if kind(asked) == Some(Kind::Get) {
                    let gone = json!({ "type": "invalid_request", "code": "not_found", "message": "gone" });
                    *answered = Answered::new(404, &gone);
                }
            }),
        ),
    ]
}

/// Answers every call on a cart that is gone with the last cart that was shown.
#[derive(Default)]
struct Undead {
    last: Option<Value>,
}

impl Bend for Undead {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if is_cart(asked, answered) {
            self.last = answered.json();
        }
        if matches!(kind(asked), Some(Kind::Get | Kind::Update | Kind::Cancel))
            && answered.status == 404
        {
            let id = asked.path.split('/').nth(2).unwrap_or_default();
            let mut cart = self
                .last
                .clone()
                .unwrap_or_else(|| json!({ "line_items": [], "currency": "usd", "totals": [] }));
            cart["id"] = json!(id);
            *answered = Answered::new(200, &cart);
        }
    }
}
