//! Carts that are not there, lines that are missing, bodies that are no JSON.

use http::Method;
use serde_json::{Value, json};

use super::{
    client::{Carts, row},
    operation::{Operation, body_of},
};
use crate::{
    Check, Outcome, Request, Topic,
    lanes::{
        documents::{remove, set},
        seller::refusal::text,
    },
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(Operation::ON_CART.map(unknown));
    for operation in Operation::WITH_BODY {
        checks.extend(NO_ITEMS.map(|one| no_items(operation, one)));
        checks.extend(MALFORMED.map(|one| malformed(operation, one)));
    }
    checks.extend(METHODS.map(other_method));
    checks.extend(IDS.map(strange_id));
    checks
}

fn unknown(operation: Operation) -> Check {
    let verb = operation.as_str();
    let requirement = match operation {
        Operation::Update => "cart.error.update-unknown-404",
        Operation::Cancel => "cart.error.cancel-unknown-404",
        Operation::Get | Operation::Create => "cart.get.unknown-404",
    };
    row(
        Topic::Errors,
        &format!("{verb}-unknown"),
        format!("{verb} on an id that was never issued answers 404 and makes no cart"),
        move |carts| async move {
            let id = carts.unknown_id().await?;
            let answer = carts.send(carts.request_on(operation, &id)?).await?;
            carts.case().status(&answer, &[404])?;
            let error = carts.seller.error_body(&answer)?;
            let (kind, code) = (text(error, "type"), text(error, "code"));
            carts.case().should(
                kind == "invalid_request" && code == "not_found",
                &answer,
                "a 404 has type invalid_request and code not_found",
                || format!("type {kind}, code {code}"),
            );
            let read = carts.get(&id).await?;
            carts.case().must(
                read.status == 404,
                &read,
                "a call on an unknown id makes no cart",
                || read.status.to_string(),
            )
        },
    )
    .proves(&[requirement, "cart.error.not-found-code"])
    .advice("answer 404 with type invalid_request and code not_found")
}

type Make = fn(&mut Value);

const NO_ITEMS: [(&str, &str, Make); 2] = [
    ("missing", "without line_items", |body| {
        remove(body, "/line_items");
    }),
    ("empty", "with empty line_items", |body| {
        set(body, "/line_items", json!([]));
    }),
];

fn no_items(operation: Operation, (name, what, make): (&str, &str, Make)) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Errors,
        &format!("{verb}-items-{name}"),
        format!("{verb} {what} gets 400 with type invalid_request"),
        move |carts| async move {
            let call = carts.call(operation).await?;
            let mut body = body_of(&call.request);
            make(&mut body);
            let answer = carts
                .send(call.request.clone().body(body.to_string()))
                .await?;
            carts.case().status(&answer, &[400])?;
            carts.seller.refused_as_invalid(&answer)?;
            let code = text(carts.case().json(&answer)?, "code");
            carts.case().should(
                code == "missing_line_items",
                &answer,
                "the code is missing_line_items",
                || format!("code {code}"),
            );
            carts.left_alone(&call).await
        },
    )
    .proves(&["cart.error.no-items-400", "cart.error.no-items-code"])
    .advice("answer 400 with type invalid_request and code missing_line_items")
}

/// Name, words of the title, content type, body.
type Malformed = (&'static str, &'static str, &'static str, &'static str);

const JSON: &str = "application/json";

const MALFORMED: [Malformed; 9] = [
    ("no-json", "a body that is no JSON", JSON, "line_items=mug"),
    ("truncated", "truncated JSON", JSON, "{\"line_items\": ["),
    ("no-body", "an empty body", JSON, ""),
    ("array", "an array as its body", JSON, "[]"),
    ("text", "a text as its body", JSON, "\"line_items\""),
    ("null", "null as its body", JSON, "null"),
    (
        "items-object",
        "an object as line_items",
        JSON,
        "{\"line_items\": {}}",
    ),
    (
        "items-texts",
        "texts in line_items",
        JSON,
        "{\"line_items\": [\"mug\"]}",
    ),
    (
        "form",
        "a form",
        "application/x-www-form-urlencoded",
        "line_items=mug",
    ),
];

fn malformed(operation: Operation, (name, what, kind, body): Malformed) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Errors,
        &format!("{verb}-{name}"),
        format!("{verb} with {what} is refused and changes nothing"),
        move |carts| async move {
            let call = carts.call(operation).await?;
            let request = call.request.clone().with("Content-Type", kind);
            let answer = carts.send(request.body(body)).await?;
            carts.seller.refused_as_invalid(&answer)?;
            carts.left_alone(&call).await
        },
    )
    .proves(&["cart.http.json"])
    .advice("parse the body as JSON and look at its form before anything else")
}

const METHODS: [(&str, Method, &str); 4] = [
    ("delete", Method::DELETE, "{id}"),
    ("patch", Method::PATCH, "{id}"),
    ("list", Method::GET, ""),
    ("delete-all", Method::DELETE, ""),
];

/// Calls that there are not: no list of carts, no DELETE.
fn other_method((name, method, place): (&'static str, Method, &'static str)) -> Check {
    row(
        Topic::Errors,
        &format!("no-{name}"),
        format!(
            "{method} /carts{} is no call: refused in good form",
            if place.is_empty() { "" } else { "/{id}" }
        ),
        move |carts| {
            let method = method.clone();
            async move {
                let cart = carts.new_cart().await?;
                let path = if place.is_empty() {
                    "/carts".to_owned()
                } else {
                    format!("/carts/{}", cart.id)
                };
                let request = carts.create_request(&carts.body()?)?;
                let bare = Request {
                    method: method.clone(),
                    path,
                    body: None,
                    ..request
                };
                let answer = carts.send(bare.without("Content-Type")).await?;
                carts.seller.no_breakdown(&answer)?;
                carts.case().should(
                    answer.is_refusal(),
                    &answer,
                    "a method that the specification does not have is refused with 4xx",
                    || answer.status.to_string(),
                );
                if answer.is_success() {
                    return Ok(());
                }
                carts.unchanged(&cart, "a call that there is not").await
            }
        },
    )
}

const IDS: [(&str, &str); 6] = [
    ("dots", "..%2F..%2Fetc%2Fpasswd"),
    ("quote", "cart'%20OR%20'1'%3D'1"),
    ("nul", "cart%00"),
    ("unicode", "cart_%F0%9F%9B%92"),
    ("percent", "%25%25%25"),
    (
        "long",
        "cart_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ),
];

fn strange_id((name, id): (&'static str, &'static str)) -> Check {
    row(
        Topic::Errors,
        &format!("id-{name}"),
        format!(
            "an id like {} finds no cart and breaks nothing",
            id.chars().take(24).collect::<String>()
        ),
        move |carts: Carts| async move {
            for operation in Operation::ON_CART {
                let answer = carts.send(carts.request_on(operation, id)?).await?;
                carts.seller.no_breakdown(&answer)?;
                strange_is_refused(&carts, &answer)?;
            }
            Ok(())
        },
    )
    .proves(&["cart.get.unknown-404"])
}

fn strange_is_refused(carts: &Carts, answer: &crate::Answer) -> Outcome {
    carts.case().must(
        answer.is_refusal(),
        answer,
        "an id that was never issued is refused with 4xx",
        || format!("{}: {}", answer.status, carts.case().excerpt(answer)),
    )
}
