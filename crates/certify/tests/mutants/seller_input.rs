//! Requests that are taken although they are wrong.

use comptoir_certify::Lane;
use http::Method;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    pair::ask,
    proxy::Asked,
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[BODIES, TEXTS, QUANTITIES, OTHERS])
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

const BODIES: &[Row] = &[
    Row::new(
        "seller-json-mended",
        "mends what is no JSON",
        &[
            "seller.errors.body-truncated-create",
            "seller.errors.body-array-create",
            "seller.errors.form-body-create",
        ],
        || ask(mend),
    ),
    Row::new(
        "seller-duplicate-members",
        "takes the last of two members with one name",
        &[
            "seller.errors.body-duplicate-member-create",
            "seller.errors.body-duplicate-deep-member-update",
        ],
        || ask(|asked| asked.edit(|_| {})),
    )
    .warned(),
    Row::new(
        "seller-unknown-members-dropped",
        "drops members that it does not know",
        &[
            "seller.fuzz.create-certify_unknown-closed",
            "seller.fuzz.update-buyer-certify_unknown-closed",
        ],
        || ask(|asked| asked.edit(without_unknown)),
    ),
    Row::new(
        "seller-numbers-become-texts",
        "takes numbers for texts",
        &[
            "seller.fuzz.create-currency-type",
            "seller.fuzz.create-line_items-0-id-type",
        ],
        || {
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
            })
        },
    ),
    Row::new(
        "seller-currency-filled-in",
        "fills in a missing currency",
        &[
            "seller.fuzz.create-currency-missing",
            "seller.fuzz.create-currency-null",
        ],
        || {
            ask(|asked| {
                asked.edit(|json| {
                    if json["line_items"].is_array() && !json["currency"].is_string() {
                        json["currency"] = json!("usd");
                    }
                });
            })
        },
    ),
];

const TEXTS: &[Row] = &[
    Row::new(
        "seller-notes-cut",
        "cuts order notes that are too long",
        &[
            "seller.limits.order-notes-5001-create",
            "seller.limits.order-notes-5001-complete",
        ],
        || {
            ask(|asked| {
                asked.edit(|json| {
                    if json["order_notes"].is_string() {
                        json["order_notes"] = json!("cut");
                    }
                });
            })
        },
    ),
    Row::new(
        "seller-notes-of-1000-characters",
        "refuses order notes of more than 1000 characters",
        &["seller.limits.order-notes-5000-update"],
        || {
            ask(|asked| {
                asked.edit(|json| {
                    if json["order_notes"]
                        .as_str()
                        .is_some_and(|text| text.len() > 1000)
                    {
                        json["order_notes"] = json!(7);
                    }
                });
            })
        },
    ),
    Row::new(
        "seller-names-cut",
        "cuts names",
        &["seller.limits.name-300", "seller.limits.text-emoji"],
        || {
            ask(|asked| {
                asked.edit(|json| {
                    if let Some(name) = json.pointer_mut("/buyer/first_name") {
                        *name = json!("cut");
                    }
                });
            })
        },
    ),
];

const QUANTITIES: &[Row] = &[
    Row::new(
        "seller-quantity-nonsense-is-one",
        "takes 1 for a quantity that makes no sense",
        &[
            "seller.limits.quantity-zero-create",
            "seller.limits.quantity-fraction-update",
            "seller.limits.quantity-text-create",
        ],
        || {
            ask(|asked| {
                asked.edit(|json| {
                    let quantity = json.pointer_mut("/line_items/0/quantity");
                    if let Some(quantity) = quantity
                        && quantity.as_u64().is_none_or(|count| count == 0)
                    {
                        *quantity = json!(1);
                    }
                });
            })
        },
    ),
    Row::new(
        "seller-quantity-made-less",
        "makes too high a quantity less",
        &["seller.limits.quantity-million-million-create"],
        || {
            ask(|asked| {
                asked.edit(|json| {
                    let quantity = json.pointer_mut("/line_items/0/quantity");
                    if let Some(quantity) = quantity
                        && quantity.as_u64().is_some_and(|count| count > 9)
                    {
                        *quantity = json!(1);
                    }
                });
            })
        },
    ),
];

const OTHERS: &[Row] = &[
    Row::new(
        "seller-version-filled-in",
        "fills in a missing API-Version",
        &[
            "seller.versions.missing-on-create",
            "seller.versions.unknown-on-retrieve",
        ],
        || ask(|asked| asked.set("api-version", "2026-04-17")),
    ),
    Row::new(
        "seller-put-is-post",
        "takes PUT for POST",
        &["seller.errors.method-put-update"],
        || {
            ask(|asked| {
                if asked.method == Method::PUT {
                    asked.method = Method::POST;
                    asked.set("content-type", "application/json");
                    asked.body = "{}".into();
                }
            })
        },
    ),
    Row::new(
        "seller-action-encoded",
        "takes an encoded action in the path",
        &["seller.errors.path-encoded-action"],
        || ask(|asked| asked.path = asked.path.replace("%2fcancel", "/cancel")),
    ),
    Row::new(
        "seller-signatures-not-looked-at",
        "does not look at signatures",
        &[
            "seller.signatures.other-body",
            "seller.signatures.stale",
            "seller.signatures.empty",
        ],
        || {
            ask(|asked| {
                asked.headers.remove("signature");
                asked.headers.remove("timestamp");
            })
        },
    )
    .warned(),
    Row::new(
        "seller-stock-not-taken",
        "sells the last item twice",
        &["seller.concurrency.last-item-sold-once"],
        || {
            ask(|asked| {
                asked.body = String::from_utf8_lossy(&asked.body)
                    .replace("\"print\"", "\"mug\"")
                    .into();
            })
        },
    ),
];

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
