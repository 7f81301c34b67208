//! Sellers that take codes in a broken way each.

use std::collections::HashMap;

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    discounts_amounts::{is_session, members, remove},
    fault::{Fault, requests},
    proxy::{Answered, Asked, Bend},
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = taking();
    all.extend(coupons());
    all.extend(replacing());
    all
}

/// A change to the JSON of every request.
pub(crate) fn asks(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value, bool) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::new(
        LANE,
        id,
        does,
        red,
        requests(move |asked| {
            let creates = asked.path == "/checkout_sessions";
            asked.edit(|body| edit(body, creates));
            None
        }),
    )
}

fn has_codes(body: &Value) -> bool {
    body.pointer("/discounts/codes").is_some()
}

fn taking() -> Vec<Fault> {
    vec![
        asks(
            "codes-not-on-create",
            "passes over codes on create",
            &["extensions.lifecycle.discount-codes-on-create"],
            |body, creates| {
                if creates {
                    remove(body, "discounts");
                }
            },
        ),
        asks(
            "codes-not-on-update",
            "passes over codes on update",
            &["extensions.lifecycle.discount-codes-on-update"],
            |body, creates| {
                if !creates {
                    remove(body, "discounts");
                }
            },
        ),
        asks(
            "codes-only-declared",
            "passes over codes of agents that did not declare the extension",
            &["extensions.lifecycle.discount-codes-undeclared"],
            |body, creates| {
                if creates && body.pointer("/capabilities/extensions").is_none() {
                    remove(body, "discounts");
                }
            },
        ),
        asks(
            "codes-case-sensitive",
            "knows codes in upper case only",
            &[
                "extensions.lifecycle.discount-code-in-other-case",
                "extensions.lifecycle.discount-code-mixed-case",
            ],
            |body, _| {
                for code in members(body, "/discounts/codes") {
                    let text = code.as_str().unwrap_or_default();
                    if text != text.to_uppercase() {
                        *code = json!(format!("not-{text}"));
                    }
                }
            },
        ),
    ]
}

fn coupons() -> Vec<Fault> {
    vec![
        asks(
            "coupons-forgotten",
            "passes over coupons",
            &[
                "extensions.lifecycle.discount-coupons-on-create",
                "extensions.lifecycle.discount-coupons-on-update",
            ],
            |body, _| remove(body, "coupons"),
        )
        .warned(),
        asks(
            "coupons-first",
            "reads coupons before codes",
            &[
                "extensions.lifecycle.discount-codes-before-coupons",
                "extensions.lifecycle.discount-coupons-passed-over",
                "extensions.lifecycle.discount-coupons-passed-over-for-none",
            ],
            |body, _| {
                if let Some(coupons) = body.get("coupons").cloned() {
                    body["discounts"] = json!({ "codes": coupons });
                }
            },
        ),
        asks(
            "coupons-for-empty-codes",
            "reads coupons when the list of codes is empty",
            &["extensions.lifecycle.discount-coupons-passed-over-for-none"],
            |body, _| {
                if body.pointer("/discounts/codes") == Some(&json!([])) {
                    remove(body, "discounts");
                }
            },
        ),
        asks(
            "codes-open-to-guessing",
            "lets an agent try as many codes as it likes",
            &["extensions.limits.discount-guessing"],
            |body, creates| {
                if !creates && has_codes(body) {
                    body["discounts"]["codes"] = json!([]);
                }
            },
        )
        .warned(),
    ]
}

/// Adds the codes of an update to those before; by path, or by key until a session has one.
#[derive(Default)]
struct Gatherer(HashMap<String, Vec<Value>>);

fn place(asked: &Asked) -> String {
    if asked.path == "/checkout_sessions" {
        asked.header("idempotency-key").unwrap_or_default()
    } else {
        asked.path.clone()
    }
}

impl Bend for Gatherer {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let codes = self.0.entry(place(asked)).or_default();
        asked.edit(|body| {
            if let Some(Value::Array(sent)) = body.pointer_mut("/discounts/codes") {
                codes.append(sent);
                sent.clone_from(codes);
            }
        });
        None
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if asked.path == "/checkout_sessions" && is_session(asked, answered) {
            let first = self.0.remove(&place(asked)).unwrap_or_default();
            let session = answered.json().unwrap_or_default();
            let id = session["id"].as_str().unwrap_or_default();
            self.0.insert(format!("/checkout_sessions/{id}"), first);
        }
    }
}

fn replacing() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "codes-gathered",
            "adds the codes of an update to the earlier ones",
            &[
                "extensions.lifecycle.discount-replaced-by-unknown",
                "extensions.lifecycle.discount-replaced-by-another",
                "extensions.lifecycle.discount-one-of-two-left-out",
            ],
            || Box::<Gatherer>::default(),
        ),
        asks(
            "codes-not-cleared",
            "takes an empty list for no list",
            &[
                "extensions.lifecycle.discount-cleared",
                "extensions.lifecycle.discount-rejected-cleared",
            ],
            |body, _| {
                if body.pointer("/discounts/codes") == Some(&json!([])) {
                    remove(body, "discounts");
                }
            },
        ),
        asks(
            "codes-lost-on-update",
            "takes the codes off on every update without any",
            &[
                "extensions.lifecycle.discount-kept-on-buyer",
                "extensions.lifecycle.discount-kept-on-address",
                "extensions.lifecycle.discount-kept-on-lines",
            ],
            |body, creates| {
                if !creates && body.is_object() && !has_codes(body) {
                    body["discounts"] = json!({ "codes": [] });
                }
            },
        ),
    ]
}
