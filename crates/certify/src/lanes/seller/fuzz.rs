//! Requests generated from the schemas: every constraint of a request body, broken once.

pub(in crate::lanes) mod generate;
mod judge;
pub(in crate::lanes) mod mutation;
pub(in crate::lanes) mod sample;
pub(in crate::lanes) mod schemas;
mod traces;
mod values;

use std::sync::Arc;

pub(in crate::lanes) use self::{
    generate::mutations,
    judge::make_real,
    mutation::{Demand, Mutation},
    schemas::Schemas,
};
use super::{kit::row, operation::Operation};
use crate::{Check, SpecVersion, Topic};

/// Bodies of requests: the operation and its shape.
const BODIES: [(Operation, &str); 4] = [
    (Operation::Create, "checkout#CheckoutSessionCreateRequest"),
    (Operation::Update, "checkout#CheckoutSessionUpdateRequest"),
    (
        Operation::Complete,
        "checkout#CheckoutSessionCompleteRequest",
    ),
    (Operation::Cancel, "checkout#CancelSessionRequest"),
];

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let Some(schemas) = Schemas::of(version) else {
        return Vec::new();
    };
    let mut checks = Vec::new();
    for (operation, shape) in BODIES {
        let rows = mutations(schemas, shape)
            .into_iter()
            .map(|one| check(operation, shape, one));
        checks.extend(rows);
    }
    checks.extend(traces::checks(schemas));
    checks
}

fn check(operation: Operation, shape: &'static str, mutation: Mutation) -> Check {
    let verb = operation.as_str();
    let comes = match mutation.demand {
        Demand::Refused => "is refused at that place",
        Demand::Noticed => "is refused, or noticed in a message",
        Demand::Harmless => "is refused in good form, or passed over",
    };
    let mutation = Arc::new(mutation);
    let check = row(
        Topic::Fuzz,
        &format!("{verb}-{}", mutation.name),
        format!("{verb} with {} {comes}", mutation.what),
        {
            let mutation = Arc::clone(&mutation);
            move |seller| {
                let mutation = Arc::clone(&mutation);
                async move { judge::judge(&seller, operation, &mutation).await }
            }
        },
    )
    .proves_shapes(&[shape])
    .advice("check every request against the version's schema before anything else");
    match mutation.demand {
        Demand::Refused => check.proves(&[
            "checkout.errors.protocol-as-error",
            "checkout.errors.invalid-request-type",
            "checkout.errors.4xx-body",
            "checkout.errors.param-jsonpath",
        ]),
        Demand::Noticed => {
            check.proves(&["checkout.errors.4xx-body", "checkout.errors.param-jsonpath"])
        }
        Demand::Harmless => check,
    }
}
