//! Sellers whose extensions change the core, or open doors that it keeps shut.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    discounts_amounts::{members, remove, says},
    discounts_codes::asks,
    extensions::asked_extensions,
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked, Bend},
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = composition();
    all.extend(gates());
    all.extend(names());
    all
}

fn composition() -> Vec<Fault> {
    let in_use = |session: &Value| session["discounts"]["codes"] != json!([]);
    vec![
        says(
            "core-field-lost",
            "leaves out links when codes are in use",
            &["extensions.lifecycle.core-fields-kept-with-codes"],
            move |session| {
                if in_use(session) {
                    remove(session, "links");
                }
            },
        ),
        Fault::edit(
            LANE,
            "core-field-reshaped",
            "writes the currency as an object for agents that know extensions",
            &["extensions.lifecycle.core-fields-kept"],
            |asked, _| asked_extensions(asked).is_some(),
            |session| session["currency"] = json!({ "code": "usd" }),
        ),
        Fault::edit(
            LANE,
            "core-status-redefined",
            "waits with the payment for agents that know extensions",
            &["extensions.lifecycle.core-status-kept"],
            |asked, _| asked_extensions(asked).is_some(),
            |session| session["status"] = json!("not_ready_for_payment"),
        ),
        says(
            "core-total-redefined",
            "means the total without tax when codes are in use",
            &["extensions.arithmetic.core-totals-kept"],
            move |session| {
                if in_use(session) {
                    for row in members(session, "/totals") {
                        if row["type"] == "total" {
                            let total = row["amount"].as_i64().unwrap_or_default();
                            row["amount"] = json!(total - 1);
                        }
                    }
                }
            },
        ),
    ]
}

/// Lets a request through whose member is not of the right type, as if it were not there.
fn tolerates(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    wrong: impl Fn(&Value) -> bool + Clone + Send + Sync + 'static,
    member: &'static str,
) -> Fault {
    asks(id, does, red, move |body, _| {
        let holder = match member {
            "extensions" => body.get_mut("capabilities"),
            _ => Some(body),
        };
        if let Some(holder) = holder
            && holder.get(member).is_some_and(&wrong)
        {
            remove(holder, member);
        }
    })
}

fn gates() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "extension-opens-door",
            "lets calls with codes through without the credential",
            &[
                "extensions.auth.extension-credential-missing-on-create",
                "extensions.auth.extension-credential-missing-on-update",
                "extensions.auth.extension-credential-wrong-on-create",
                "extensions.auth.extension-credential-extension-on-update",
            ],
            requests(|asked| {
                if String::from_utf8_lossy(&asked.body).contains("discounts") {
                    asked.set("authorization", "Bearer agent-key-for-the-reference");
                }
                None
            }),
        ),
        tolerates(
            "extension-lenient-discounts",
            "passes over discounts that are no object",
            &[
                "extensions.errors.discounts-text-on-create",
                "extensions.errors.discounts-list-on-update",
                "extensions.errors.discounts-number-on-create",
                "extensions.errors.discounts-true-on-update",
            ],
            |value| !value.is_object(),
            "discounts",
        ),
        tolerates(
            "extension-lenient-codes",
            "passes over codes that are no list of texts",
            &[
                "extensions.errors.codes-text-on-create",
                "extensions.errors.codes-object-on-update",
                "extensions.errors.code-number-on-create",
                "extensions.errors.code-null-on-update",
                "extensions.errors.code-list-on-create",
            ],
            |value| {
                let codes = value.get("codes").and_then(Value::as_array);
                codes.is_none_or(|codes| !codes.iter().all(Value::is_string))
            },
            "discounts",
        ),
    ]
}

fn names() -> Vec<Fault> {
    vec![
        tolerates(
            "extension-lenient-coupons",
            "passes over coupons that are no list of texts",
            &[
                "extensions.errors.coupons-text-on-create",
                "extensions.errors.coupons-number-on-update",
            ],
            |_| true,
            "coupons",
        ),
        tolerates(
            "extension-lenient-names",
            "passes over extensions that are no list of names",
            &[
                "extensions.errors.request-extensions-text",
                "extensions.errors.request-extensions-object",
                "extensions.errors.request-extensions-list-of-numbers",
            ],
            |_| true,
            "extensions",
        ),
        Fault::new(
            LANE,
            "extension-input-breaks",
            "breaks down on codes that are no texts",
            &["extensions.errors.code-object-on-create"],
            answers(|asked, answered| {
                if answered.is_error() && asked.path == "/checkout_sessions" {
                    answered.status = 500;
                }
            }),
        ),
        Fault::new(
            LANE,
            "extension-applied-believed",
            "believes what an agent writes into applied",
            &["extensions.errors.applied-from-agent"],
            believing(),
        ),
    ]
}

/// Hands the forged discount back as if it were the shop's own.
fn believing() -> impl Fn() -> Box<dyn Bend> + Send + Sync + 'static {
    || Box::<Believer>::default()
}

#[derive(Default)]
struct Believer(Option<Value>);

impl Bend for Believer {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        self.0 = asked
            .json()
            .and_then(|body| body.pointer("/discounts/applied").cloned());
        asked.edit(|body| {
            if let Some(discounts) = body.get_mut("discounts") {
                remove(discounts, "applied");
            }
        });
        None
    }

    fn answer(&mut self, _asked: &Asked, answered: &mut Answered) {
        if let Some(applied) = self.0.take() {
            answered.edit(|session| session["discounts"]["applied"] = applied);
        }
    }
}
