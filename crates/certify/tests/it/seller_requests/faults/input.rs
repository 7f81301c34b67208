//! Requests that are taken although they are wrong.

use http::Method;
use serde_json::{Value, json};

use super::{super::bend::Asked, Fault, ask, must, should};

pub(super) fn all() -> Vec<Fault> {
    let groups = [bodies(), texts(), quantities(), others()];
    groups.into_iter().flatten().collect()
}

fn mend(asked: &mut Asked) {
    let sound = serde_json::from_slice::<Value>(&asked.body).is_ok_and(|json| json.is_object());
    if asked.method == Method::POST && !sound && !asked.path.ends_with("/cancel") {
        asked.set("content-type", "application/json");
        asked.body = json!({
            "line_items": [{ "id": "mug" }], "currency": "usd", "capabilities": {}
        })
        .to_string()
        .into();
    }
}

fn bodies() -> Vec<Fault> {
    vec![
        must(
            "what is no JSON is mended",
            &[
                "seller.errors.body-truncated-create",
                "seller.errors.body-array-create",
                "seller.errors.form-body-create",
            ],
            ask(mend),
        ),
        should(
            "the last of two members counts",
            &[
                "seller.errors.body-duplicate-member-create",
                "seller.errors.body-duplicate-deep-member-update",
            ],
            ask(|asked| asked.edit(|_| {})),
        ),
        must(
            "unknown members are dropped",
            &[
                "seller.fuzz.create-certify_unknown-closed",
                "seller.fuzz.update-buyer-certify_unknown-closed",
            ],
            ask(|asked| asked.edit(without_unknown)),
        ),
        must(
            "numbers become texts",
            &[
                "seller.fuzz.create-currency-type",
                "seller.fuzz.create-line_items-0-id-type",
            ],
            ask(|asked| {
                asked.edit(|json| {
                    if json["currency"].is_number() {
                        json["currency"] = json!("usd");
                    }
                    let id = json.pointer_mut("/line_items/0/id");
                    if let Some(id) = id
                        && id.is_number()
                    {
                        *id = json!("mug");
                    }
                });
            }),
        ),
        must(
            "a missing currency is filled in",
            &[
                "seller.fuzz.create-currency-missing",
                "seller.fuzz.create-currency-null",
            ],
            ask(|asked| {
                asked.edit(|json| {
                    if json["line_items"].is_array() && !json["currency"].is_string() {
                        json["currency"] = json!("usd");
                    }
                });
            }),
        ),
    ]
}

fn texts() -> Vec<Fault> {
    vec![
        must(
            "notes are cut",
            &[
                "seller.limits.order-notes-5001-create",
                "seller.limits.order-notes-5001-complete",
            ],
            ask(|asked| {
                asked.edit(|json| {
                    if json["order_notes"].is_string() {
                        json["order_notes"] = json!("cut");
                    }
                });
            }),
        ),
        must(
            "notes have at most 1000 characters",
            &["seller.limits.order-notes-5000-update"],
            ask(|asked| {
                asked.edit(|json| {
                    if json["order_notes"]
                        .as_str()
                        .is_some_and(|text| text.len() > 1000)
                    {
                        json["order_notes"] = json!(7);
                    }
                });
            }),
        ),
        must(
            "names are cut",
            &["seller.limits.name-300", "seller.limits.text-emoji"],
            ask(|asked| {
                asked.edit(|json| {
                    if let Some(name) = json.pointer_mut("/buyer/first_name") {
                        *name = json!("cut");
                    }
                });
            }),
        ),
    ]
}

fn quantities() -> Vec<Fault> {
    vec![
        must(
            "a quantity of nonsense is 1",
            &[
                "seller.limits.quantity-zero-create",
                "seller.limits.quantity-fraction-update",
                "seller.limits.quantity-text-create",
            ],
            ask(|asked| {
                asked.edit(|json| {
                    let quantity = json.pointer_mut("/line_items/0/quantity");
                    if let Some(quantity) = quantity
                        && quantity.as_u64().is_none_or(|count| count == 0)
                    {
                        *quantity = json!(1);
                    }
                });
            }),
        ),
        must(
            "too much is made less",
            &["seller.limits.quantity-million-million-create"],
            ask(|asked| {
                asked.edit(|json| {
                    let quantity = json.pointer_mut("/line_items/0/quantity");
                    if let Some(quantity) = quantity
                        && quantity.as_u64().is_some_and(|count| count > 9)
                    {
                        *quantity = json!(1);
                    }
                });
            }),
        ),
    ]
}

fn others() -> Vec<Fault> {
    vec![
        must(
            "a missing version is filled in",
            &[
                "seller.errors.version-missing-create",
                "seller.errors.version-unknown-retrieve",
            ],
            ask(|asked| asked.set("api-version", "2026-04-17")),
        ),
        must(
            "PUT is POST",
            &["seller.errors.method-put-update"],
            ask(|asked| {
                if asked.method == Method::PUT {
                    asked.method = Method::POST;
                    asked.set("content-type", "application/json");
                    asked.body = "{}".into();
                }
            }),
        ),
        must(
            "the action may be encoded",
            &["seller.errors.path-encoded-action"],
            ask(|asked| asked.path = asked.path.replace("%2fcancel", "/cancel")),
        ),
        should(
            "false signatures are not looked at",
            &[
                "seller.signatures.other-body",
                "seller.signatures.stale",
                "seller.signatures.empty",
            ],
            ask(|asked| {
                asked.headers.remove("signature");
                asked.headers.remove("timestamp");
            }),
        ),
        must(
            "stock is not taken",
            &["seller.concurrency.last-item-sold-once"],
            ask(|asked| {
                asked.body = String::from_utf8_lossy(&asked.body)
                    .replace("\"print\"", "\"mug\"")
                    .into();
            }),
        ),
    ]
}

fn without_unknown(json: &mut Value) {
    match json {
        Value::Object(members) => {
            members.remove("certify_unknown");
            members.values_mut().for_each(without_unknown);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_unknown),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
