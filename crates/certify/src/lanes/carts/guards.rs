//! Who may call, by which version, over what.

use super::{
    client::{Carts, row},
    operation::Operation,
};
use crate::{
    Check, Outcome, Request, Topic,
    lanes::seller::{auth::transport::https_only, refusal::text},
};

type Spoil = fn(Request, &str) -> Request;

/// What stands in place of a good `Authorization`.
const KEYS: [(&str, &str, Spoil); 5] = [
    ("missing", "without Authorization", |request, _| {
        request.without("Authorization")
    }),
    ("empty", "with an empty Authorization", |request, _| {
        request.with("Authorization", "")
    }),
    ("wrong", "with an unknown key", |request, _| {
        request.with(
            "Authorization",
            "Bearer certify-unknown-key-0123456789abcdef",
        )
    }),
    ("longer", "with one character more", |request, key| {
        request.with("Authorization", format!("Bearer {key}x"))
    }),
    (
        "basic",
        "with the key in the Basic scheme",
        |request, key| request.with("Authorization", format!("Basic {key}")),
    ),
];

/// What stands in place of a good `API-Version`; nothing at all where there is no value.
const VERSIONS: [(&str, &str, Option<&str>); 3] = [
    ("missing", "without API-Version", None),
    ("unknown", "with API-Version 2020-01-01", Some("2020-01-01")),
    ("word", "with API-Version latest", Some("latest")),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for operation in Operation::ALL {
        checks.extend(KEYS.map(|one| key(operation, one)));
        checks.extend(VERSIONS.map(|one| version(operation, one)));
    }
    checks.push(
        row(
            Topic::Auth,
            "https-only",
            "carts are served over HTTPS, never over plain HTTP",
            |carts| async move { https_only(&carts.seller, "/carts").await },
        )
        .proves(&["cart.http.https"])
        .advice("serve carts over HTTPS only"),
    );
    checks
}

fn key(operation: Operation, (name, what, spoil): (&str, &str, Spoil)) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Auth,
        &format!("{name}-{verb}"),
        format!("{verb} {what} is refused with 401 and changes nothing"),
        move |carts| async move {
            let call = carts.call(operation).await?;
            let good = carts.seller.target().key.exposed("seller.key")?;
            let answer = carts.send(spoil(call.request.clone(), good)).await?;
            unauthorized(&carts, &answer)?;
            carts.left_alone(&call).await
        },
    )
    .proves(&[
        "cart.auth.required",
        "cart.error.unauthorized-401",
        "cart.error.unauthorized-code",
    ])
    .advice("answer 401 with type invalid_request and code unauthorized")
}

fn unauthorized(carts: &Carts, answer: &crate::Answer) -> Outcome {
    carts.case().status(answer, &[401])?;
    carts.seller.refused_as_invalid(answer)?;
    let code = text(carts.case().json(answer)?, "code");
    carts.case().should(
        code == "unauthorized",
        answer,
        "the code of a 401 is unauthorized",
        || format!("code {code}"),
    );
    Ok(())
}

fn version(operation: Operation, (name, what, value): (&str, &str, Option<&'static str>)) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Versions,
        &format!("{name}-{verb}"),
        format!("{verb} {what} is refused with 4xx and changes nothing"),
        move |carts| async move {
            let call = carts.call(operation).await?;
            let request = call.request.clone().without("API-Version");
            let request = match value {
                Some(value) => request.header("API-Version", value),
                None => request,
            };
            let answer = carts.send(request).await?;
            carts.seller.refused_in_any_version(&answer)?;
            carts.left_alone(&call).await
        },
    )
    .proves(&["cart.version.required"])
    .advice("answer 400 before anything is done")
}
