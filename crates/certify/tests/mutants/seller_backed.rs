//! Sellers that are wrong about what they keep for their buyers, in one way each.

use comptoir_certify::{Lane, SpecVersion};
use serde_json::{Value, json};

use super::{
    fault::Fault,
    proxy::{Answered, Asked, Bend},
    seller_visits::visit,
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = declaring();
    all.extend(configured());
    all.extend(owners());
    all
}

/// Changes each seller-backed handler of a session.
pub(crate) fn each(json: &mut Value, edit: impl Fn(&mut Value)) {
    let handlers = json.pointer_mut("/capabilities/payment/handlers");
    let handlers = handlers.and_then(Value::as_array_mut);
    let backed = |handler: &&mut Value| {
        let name = handler["name"].as_str();
        name.is_some_and(|name| name.starts_with("dev.acp.seller_backed"))
    };
    handlers.into_iter().flatten().filter(backed).for_each(edit);
}

/// A change to each seller-backed handler.
fn declares(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    says(id, does, red, move |json| each(json, &edit))
}

/// A change to each session.
pub(crate) fn says(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::edit(
        LANE,
        id,
        does,
        red,
        |asked, answered| visit(asked).is_some() && !answered.is_error(),
        edit,
    )
}

pub(crate) fn is_kind(handler: &Value, kind: &str) -> bool {
    handler["name"] == format!("dev.acp.seller_backed.{kind}")
}

fn declaring() -> Vec<Fault> {
    let mut all = vec![
        declares(
            "backed-undelegated",
            "asks for no delegation",
            &["extensions.lifecycle.backed-delegation"],
            |handler| handler["requires_delegate_payment"] = json!(false),
        ),
        declares(
            "backed-pci",
            "asks for PCI compliance",
            &["extensions.lifecycle.backed-pci"],
            |handler| handler["requires_pci_compliance"] = json!(true),
        )
        .version(SpecVersion::V2026_01_30),
        declares(
            "backed-psp",
            "names another provider than itself",
            &["extensions.lifecycle.backed-psp"],
            |handler| handler["psp"] = json!("stripe"),
        ),
        declares(
            "backed-bare-name",
            "offers the bare pattern",
            &["extensions.lifecycle.backed-name"],
            |handler| handler["name"] = json!("dev.acp.seller_backed"),
        ),
        says(
            "backed-elsewhere",
            "declares its handlers elsewhere",
            &[
                "extensions.lifecycle.backed-place-create",
                "extensions.lifecycle.backed-place-update",
                "extensions.lifecycle.backed-place-retrieve",
            ],
            |json| {
                let payment = &mut json["capabilities"]["payment"];
                let all = payment["handlers"].as_array().cloned().unwrap_or_default();
                let (card, own) = all.split_at(all.len().min(1));
                payment["handlers"] = json!(card);
                payment["seller_backed"] = json!(own);
            },
        ),
    ];
    all.extend(mixing_up());
    all
}

/// Handlers that are mixed up or badly named.
fn mixing_up() -> Vec<Fault> {
    vec![
        declares(
            "backed-one-id",
            "gives all handlers one id",
            &["extensions.lifecycle.backed-place-create"],
            |handler| handler["id"] = json!("seller_backed"),
        ),
        declares(
            "backed-no-name",
            "has no display_name",
            &["extensions.lifecycle.backed-config"],
            |handler| {
                drop(
                    handler["config"]
                        .as_object_mut()
                        .unwrap()
                        .remove("display_name"),
                );
            },
        ),
        declares(
            "backed-long-name",
            "has a display_name of 129 characters",
            &["extensions.lifecycle.backed-config"],
            |handler| handler["config"]["display_name"] = json!("x".repeat(129)),
        ),
        declares(
            "backed-own-type",
            "makes exceptions for its own type",
            &["extensions.lifecycle.backed-own-type"],
            |handler| {
                if is_kind(handler, "meal_voucher") {
                    handler["requires_delegate_payment"] = json!(false);
                }
            },
        ),
    ]
}

fn configured() -> Vec<Fault> {
    vec![
        declares(
            "backed-no-method",
            "does not say which saved card it is",
            &["extensions.lifecycle.backed-saved-config"],
            |handler| {
                if is_kind(handler, "saved_card") {
                    handler["config"]["payment_method_id"] = Value::Null;
                }
            },
        ),
        declares(
            "backed-brand",
            "shows a brand that nobody knows",
            &["extensions.lifecycle.backed-saved-config"],
            |handler| handler["config"]["display_metadata"]["brand"] = json!("Visa Gold"),
        ),
        declares(
            "backed-last4",
            "shows more of the card than four digits",
            &["extensions.lifecycle.backed-saved-config"],
            |handler| handler["config"]["display_metadata"]["last4"] = json!("424242"),
        ),
        declares(
            "backed-no-fields",
            "does not say what to enter for a gift card",
            &["extensions.lifecycle.backed-gift-fields"],
            |handler| handler["config"]["required_fields"] = json!([]),
        ),
        declares(
            "backed-field-type",
            "has a field of type password",
            &["extensions.lifecycle.backed-gift-fields"],
            |handler| {
                if is_kind(handler, "gift_card") {
                    handler["config"]["required_fields"][1]["type"] = json!("password");
                }
            },
        ),
        declares(
            "backed-balance-text",
            "shows a balance in dollars",
            &["extensions.lifecycle.backed-credit-balance"],
            |handler| handler["config"]["display_metadata"]["balance"] = json!(10_000.5),
        ),
        declares(
            "backed-currency",
            "shows a currency in capitals",
            &["extensions.lifecycle.backed-credit-balance"],
            |handler| handler["config"]["display_metadata"]["currency"] = json!("USD"),
        ),
    ]
}

/// Shows everybody the handlers that the last buyer with an account saw.
#[derive(Default)]
struct Shares(Option<Value>);

impl Bend for Shares {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if visit(asked).is_none() || answered.is_error() {
            return;
        }
        let json = answered.json().unwrap_or_default();
        let handlers = json["capabilities"]["payment"]["handlers"].clone();
        if handlers.as_array().is_some_and(|all| all.len() > 2) {
            self.0 = Some(handlers);
        } else if let Some(kept) = &self.0 {
            answered.edit(|json| json["capabilities"]["payment"]["handlers"] = kept.clone());
        }
    }
}

/// The handlers of a session, to be changed as a list.
pub(crate) fn handlers(json: &mut Value, change: impl Fn(&mut Vec<Value>)) {
    let handlers = json.pointer_mut("/capabilities/payment/handlers");
    if let Some(handlers) = handlers.and_then(Value::as_array_mut) {
        change(handlers);
    }
}

fn owners() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "backed-shared",
            "shows the options of one buyer to all",
            &[
                "extensions.leaks.backed-hidden-from-guest",
                "extensions.leaks.backed-hidden-from-stranger",
            ],
            || Box::new(Shares::default()),
        ),
        says(
            "backed-expired",
            "declares an expired card",
            &["extensions.expiry.backed-valid-only"],
            |json| {
                handlers(json, |all| {
                    let saved = all.iter().find(|one| is_kind(one, "saved_card"));
                    if let Some(mut expired) = saved.cloned() {
                        expired["id"] = json!("saved_mastercard");
                        expired["config"]["payment_method_id"] = json!("pm_saved_mastercard");
                        all.push(expired);
                    }
                });
            },
        ),
        says(
            "backed-first-card",
            "declares the first saved card alone",
            &["extensions.lifecycle.backed-saved-each"],
            |json| handlers(json, |all| all.retain(|one| one["id"] != "saved_amex")),
        ),
        says(
            "backed-card-twice",
            "declares a saved card twice",
            &["extensions.lifecycle.backed-saved-each"],
            |json| {
                handlers(json, |all| {
                    let saved = all.iter().find(|one| is_kind(one, "saved_card"));
                    if let Some(mut again) = saved.cloned() {
                        again["id"] = json!("saved_again");
                        all.push(again);
                    }
                });
            },
        ),
    ]
}
