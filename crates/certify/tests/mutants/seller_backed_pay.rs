//! Sellers that are wrong about paying with what they keep for their buyers, in one way each.

use std::collections::HashMap;

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked, Bend},
    seller_backed::{each, handlers, is_kind, says},
    seller_visits::{Visit, sent, visit},
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = paying();
    all.extend(accounts());
    all.extend(telling());
    all
}

/// What lies behind the handlers of two saved cards is exchanged.
fn exchanged(json: &mut Value, one: &str, other: &str) {
    handlers(json, |all| {
        let place = |id: &str| all.iter().position(|handler| handler["id"] == id);
        if let (Some(one), Some(other)) = (place(one), place(other)) {
            let config = all[one]["config"].take();
            all[one]["config"] = all[other]["config"].clone();
            all[other]["config"] = config;
        }
    });
}

/// An order that was never placed.
fn bogus(json: &mut Value) {
    json["status"] = json!("completed");
    json["order"] = json!({ "id": "order_1", "checkout_session_id": json["id"] });
}

fn by_own(asked: &Asked) -> bool {
    let handler = sent(asked, "/payment_data/handler_id");
    let handler = handler.as_str().unwrap_or_default();
    visit(asked) == Some(Visit::Complete) && handler != "card_tokenized"
}

fn token_of(asked: &Asked) -> Value {
    sent(asked, "/payment_data/instrument/credential/token")
}

fn completes_if(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    when: impl Fn(&Asked, &Answered) -> bool + Clone + Send + Sync + 'static,
) -> Fault {
    let bend = answers(move |asked, answered| {
        if by_own(asked) && when(asked, answered) {
            let mut session = json!({ "id": "cs_1", "line_items": [] });
            bogus(&mut session);
            *answered = Answered::new(200, &session);
        }
    });
    Fault::new(LANE, id, does, red, bend)
}

fn paying() -> Vec<Fault> {
    let mut all = vec![
        says(
            "backed-wrong-card",
            "charges another saved card than the one chosen",
            &["extensions.lifecycle.backed-saved-charged"],
            |json| exchanged(json, "saved_visa", "saved_amex"),
        ),
        says(
            "backed-declined-card",
            "charges the good card for the one that is declined",
            &["extensions.lifecycle.backed-saved-declined"],
            |json| exchanged(json, "saved_visa", "saved_discover"),
        ),
        Fault::edit(
            LANE,
            "backed-3ds",
            "wants authentication for saved cards that do without",
            &["extensions.escalation.backed-saved-3ds"],
            |asked, answered| by_own(asked) && !answered.is_error(),
            |json| json["status"] = json!("authentication_required"),
        ),
        completes_if(
            "backed-tokenless",
            "takes the handler id for a payment",
            &[
                "extensions.errors.backed-tokenless-saved-card",
                "extensions.errors.backed-tokenless-points",
                "extensions.errors.backed-tokenless-store-credit",
                "extensions.errors.backed-tokenless-gift-card",
                "extensions.lifecycle.backed-own-type",
            ],
            |asked, _| token_of(asked).as_str().is_none_or(str::is_empty),
        ),
        completes_if(
            "backed-any-token",
            "takes any text for a token",
            &["extensions.errors.backed-unknown-token"],
            |_, _| true,
        ),
    ];
    all.extend(ending());
    all
}

/// How a payment ends.
fn ending() -> Vec<Fault> {
    vec![
        Fault::edit(
            LANE,
            "backed-no-order",
            "completes without an order",
            &[
                "extensions.lifecycle.backed-pays-points",
                "extensions.lifecycle.backed-pays-saved-card",
                "extensions.lifecycle.backed-pays-gift-card",
                "extensions.lifecycle.backed-pays-store-credit",
            ],
            |asked, _| by_own(asked),
            |json| drop(json.as_object_mut().unwrap().remove("order")),
        ),
        Fault::edit(
            LANE,
            "backed-silent",
            "does not say that the payment failed",
            &[
                "extensions.errors.backed-foreign-token",
                "extensions.errors.backed-unknown-token",
                "extensions.lifecycle.backed-saved-declined",
            ],
            |asked, _| by_own(asked),
            |json| json["messages"] = json!([]),
        ),
        Fault::new(
            LANE,
            "backed-split",
            "takes the last of several payments",
            &["extensions.errors.backed-no-split"],
            requests(|asked| {
                asked.edit(|body| {
                    let list = body["payment_data"].as_array().cloned();
                    if let Some(last) = list.and_then(|mut list| list.pop()) {
                        body["payment_data"] = last;
                    }
                });
                None
            }),
        ),
        completes_if(
            "backed-part",
            "takes a part for the whole",
            &["extensions.errors.backed-no-part"],
            |_, answered| String::from_utf8_lossy(&answered.body).contains("above what the token"),
        ),
    ]
}

/// Shows accounts with so much less for each complete; nothing when zero.
struct Falls {
    kind: &'static str,
    by: i64,
    completes: HashMap<String, u32>,
    /// Whether replays count too.
    replays: bool,
}

impl Bend for Falls {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if by_own(asked) && !answered.is_error() {
            *self.completes.entry(asked.path.clone()).or_default() += 1;
        }
        let times: u32 = if self.replays {
            self.completes.values().sum()
        } else {
            0
        };
        let balance = 900_000 - i64::from(times) * self.by;
        let kind = self.kind;
        answered.edit(|json| {
            each(json, |handler| {
                if is_kind(handler, kind) {
                    handler["config"]["display_metadata"]["balance"] = json!(balance);
                }
            });
        });
    }
}

fn falls(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    kind: &'static str,
    replays: bool,
) -> Fault {
    Fault::new(LANE, id, does, red, move || {
        Box::new(Falls {
            kind,
            by: 2_131,
            completes: HashMap::new(),
            replays,
        })
    })
}

/// Declares a kind whatever the total is.
#[derive(Default)]
struct Always(&'static str, Option<Value>);

impl Bend for Always {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if visit(asked).is_none() || answered.is_error() {
            return;
        }
        answered.edit(|json| {
            let list = json.pointer_mut("/capabilities/payment/handlers");
            let Some(list) = list.and_then(Value::as_array_mut) else {
                return;
            };
            match (list.iter().find(|one| is_kind(one, self.0)), &self.1) {
                (Some(one), _) => self.1 = Some(one.clone()),
                (None, Some(kept)) => list.push(kept.clone()),
                (None, None) => {}
            }
        });
    }
}

fn accounts() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "backed-points-always",
            "declares points for any total",
            &[
                "extensions.arithmetic.backed-points-vanish",
                "extensions.arithmetic.backed-points-sufficient",
            ],
            || Box::new(Always("points", None)),
        ),
        Fault::new(
            LANE,
            "backed-credit-always",
            "declares store credit for any total",
            &[
                "extensions.arithmetic.backed-credit-vanish",
                "extensions.arithmetic.backed-credit-sufficient",
            ],
            || Box::new(Always("store_credit", None)),
        ),
        falls(
            "backed-points-kept",
            "takes no points",
            &["extensions.arithmetic.backed-points-taken"],
            "points",
            false,
        ),
        falls(
            "backed-points-twice",
            "takes points again on a replay",
            &["extensions.arithmetic.backed-points-taken"],
            "points",
            true,
        ),
        falls(
            "backed-credit-kept",
            "takes no credit",
            &["extensions.arithmetic.backed-credit-taken"],
            "store_credit",
            false,
        ),
        falls(
            "backed-credit-twice",
            "takes credit again on a replay",
            &["extensions.arithmetic.backed-credit-taken"],
            "store_credit",
            true,
        ),
        Fault::new(
            LANE,
            "backed-gift-unpaid",
            "takes nothing from the gift card",
            &["extensions.lifecycle.backed-gift-applied"],
            requests(|asked| {
                let mut session = json!({ "id": "cs_1", "line_items": [] });
                bogus(&mut session);
                by_own(asked).then(|| Answered::new(200, &session))
            }),
        ),
    ]
}

fn telling() -> Vec<Fault> {
    vec![
        completes_if(
            "backed-any-pin",
            "takes any PIN",
            &["extensions.lifecycle.backed-gift-validated"],
            |_, answered| String::from_utf8_lossy(&answered.body).contains("do not go together"),
        ),
        Fault::edit(
            LANE,
            "backed-vague",
            "reports a wrong PIN as something else",
            &["extensions.lifecycle.backed-gift-validated"],
            |asked, _| by_own(asked),
            |json| {
                json["messages"] = json!([{
                    "type": "error", "code": "invalid", "content_type": "plain", "content": "No.",
                    "resolution": "recoverable",
                }]);
            },
        ),
        Fault::edit(
            LANE,
            "backed-pin-told",
            "repeats the PIN",
            &["extensions.leaks.backed-gift-hidden-refused"],
            |asked, _| by_own(asked),
            |json| {
                json["messages"] = json!([{
                    "type": "error", "code": "payment_declined", "content_type": "plain",
                    "content": "The PIN 0000 is wrong.", "resolution": "recoverable",
                }]);
            },
        ),
        Fault::edit(
            LANE,
            "backed-number-told",
            "repeats the number of the gift card",
            &["extensions.leaks.backed-gift-hidden"],
            |asked, answered| visit(asked) == Some(Visit::Retrieve) && !answered.is_error(),
            |json| json["metadata"] = json!({ "paid_with": "gift card 6000000000000001" }),
        ),
    ]
}
