//! What an agent may write in capabilities.extensions.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, Stop, Topic,
    lanes::{
        extensions::shop::{ask, body, session},
        seller::Seller,
    },
};

/// Lists that the schema of requests knows: name, title, list.
fn valid() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("empty", "an empty list of extensions", json!([])),
        ("simple", "a simple name", json!(["discount"])),
        (
            "versioned",
            "a name with a version",
            json!(["discount@2026-01-27"]),
        ),
        (
            "reverse-domain",
            "a reverse-domain name",
            json!(["com.example.certify-loyalty_program"]),
        ),
        (
            "many",
            "many names",
            json!([
                "discount",
                "loyalty",
                "subscription",
                "fulfillment",
                "io.example.one@2026-04-17"
            ]),
        ),
    ]
}

/// Lists of a wrong type.
fn malformed() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        (
            "text",
            "a text instead of a list of extensions",
            json!("discount"),
        ),
        (
            "object",
            "an object instead of a list of extensions",
            json!({ "name": "discount" }),
        ),
        (
            "number",
            "a number instead of a list of extensions",
            json!(1),
        ),
        (
            "list-of-numbers",
            "a list of numbers as extensions",
            json!([1, 2]),
        ),
        (
            "list-of-lists",
            "a list of lists as extensions",
            json!([["discount"]]),
        ),
        (
            "list-of-nulls",
            "a list of nulls as extensions",
            json!([null]),
        ),
    ]
}

pub(super) fn checks() -> Vec<Check> {
    let taken = valid().into_iter().map(|(name, title, list)| {
        ask(
            Topic::Lifecycle,
            &format!("request-extensions-{name}"),
            format!("{title} is accepted in capabilities.extensions"),
            move |seller| accepted(seller, list.clone()),
        )
        .proves(&["extensions.negotiation.optional-in-request"])
        .proves_shapes(&["extension#request_extensions"])
        .advice("take every list of names that the schema takes, and pass over unknown ones")
    });
    let refused = malformed().into_iter().map(|(name, title, list)| {
        ask(
            Topic::Errors,
            &format!("request-extensions-{name}"),
            format!("{title} is refused with 4xx"),
            move |seller| refused(seller, list.clone()),
        )
        .proves(&["extensions.security.inputs-validated"])
        .proves_shapes(&["extension#request_extensions"])
        .advice("check capabilities.extensions against its schema like any other member")
    });
    taken.chain(refused).collect()
}

/// Whether the schema takes this list: a row of a table must not ask for more than the schema says.
fn fits(seller: &Seller, list: &Value) -> Outcome<bool> {
    let case = seller.case();
    case.judge()
        .is_valid(case.version(), "extension#request_extensions", list)
        .map_err(|error| Stop::NotTested(error.to_string()))
}

async fn accepted(seller: Seller, list: Value) -> Outcome {
    if !fits(&seller, &list)? {
        return Err(Stop::NotTested(format!("the schema does not take {list}")));
    }
    session(&seller, Some(list)).await.map(drop)
}

async fn refused(seller: Seller, list: Value) -> Outcome {
    if fits(&seller, &list)? {
        return Err(Stop::NotTested(format!("the schema takes {list}")));
    }
    let body = Value::Object(body(&seller, Some(list))?);
    let answer = seller.create(&body).await?;
    super::inputs::is_refused(&seller, &answer)
}
