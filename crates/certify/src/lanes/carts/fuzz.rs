//! Requests generated from the schemas: every member of a request body given once, and every
//! constraint broken once.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    client::{Carts, cart_path, row},
    operation::{Operation, body_of},
};
use crate::{
    Answer, Check, Outcome, SpecVersion, Topic,
    lanes::{
        documents::{set, with},
        seller::{
            fuzz::{
                generate,
                mutation::{Demand, Mutation},
                sample::sample,
                schemas::{Node, Schemas},
            },
            json_path,
            refusal::text,
        },
    },
};

const BODIES: [(Operation, &str); 2] = [
    (Operation::Create, "cart#CartCreateRequest"),
    (Operation::Update, "cart#CartUpdateRequest"),
];

const ADVICE: &str = "check every request against the schema before anything else";

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let Some(schemas) = Schemas::of(version) else {
        return Vec::new();
    };
    let mut checks = Vec::new();
    for (operation, shape) in BODIES {
        let valid = valid(schemas, shape).into_iter();
        checks.extend(valid.map(|one| taken(operation, shape, one)));
        let broken = generate::mutations(schemas, shape).into_iter();
        checks.extend(broken.map(|one| refused(operation, shape, one)));
    }
    checks.extend(CANCELS.map(cancel));
    checks
}

/// A member that may be there, with a good value, beside the smallest good body.
#[derive(Debug, Clone)]
struct Addition {
    /// For ids: `buyer-company`.
    name: String,
    /// Where it goes, as a JSON Pointer, and what.
    place: String,
    value: Value,
}

/// Every optional member down to those of the members' own objects.
fn valid(schemas: Schemas, shape: &str) -> Vec<Addition> {
    let mut found = Vec::new();
    let Some(body) = schemas.shape(shape) else {
        return found;
    };
    for (name, member) in schemas.resolved(body).properties() {
        let node = schemas.resolved(member);
        if let Some(items) = node.below("items") {
            let item = schemas.resolved(items);
            inside(schemas, item, &format!("/{name}/0"), name, None, &mut found);
            continue;
        }
        let value = sample(schemas, member, name);
        found.push(Addition {
            name: name.to_owned(),
            place: format!("/{name}"),
            value: value.clone(),
        });
        inside(
            schemas,
            node,
            &format!("/{name}"),
            name,
            Some(&value),
            &mut found,
        );
    }
    found
}

/// The optional members of one object. With `whole` the object itself is put there, for the smallest
/// good body does not have it.
fn inside(
    schemas: Schemas,
    node: Node,
    place: &str,
    name: &str,
    whole: Option<&Value>,
    found: &mut Vec<Addition>,
) {
    let required = node.required();
    for (below, member) in node.properties() {
        if required.contains(&below) {
            continue;
        }
        let value = sample(schemas, member, below);
        let (place, value) = match whole {
            None => (format!("{place}/{below}"), value),
            Some(whole) => {
                let whole = with(whole.clone(), &format!("/{below}"), value);
                (place.to_owned(), whole)
            }
        };
        found.push(Addition {
            name: format!("{name}-{below}"),
            place,
            value,
        });
    }
}

fn taken(operation: Operation, shape: &'static str, addition: Addition) -> Check {
    let verb = operation.as_str();
    let name = &addition.name;
    let id = format!("{verb}-takes-{name}");
    let title = format!(
        "{verb} with a good value for {} is taken",
        name.replace('-', ".")
    );
    let addition = Arc::new(addition);
    row(Topic::Fuzz, &id, title, move |carts| {
        let addition = Arc::clone(&addition);
        async move {
            let call = carts.call(operation).await?;
            let mut body = body_of(&call.request);
            set(&mut body, &addition.place, addition.value.clone());
            let request = call.request.body(body.to_string());
            let answer = carts.send(request).await?;
            carts.cart(&answer, operation.status())?;
            carts.case().shape(&answer, "cart#Cart")
        }
    })
    .proves_shapes(&[shape, "cart#Cart"])
    .advice("take every member that the schema has")
}

fn refused(operation: Operation, shape: &'static str, mutation: Mutation) -> Check {
    let verb = operation.as_str();
    let comes = match mutation.demand {
        Demand::Refused => "is refused at that place",
        Demand::Noticed => "is refused, or noticed in a message",
        Demand::Harmless => "is refused in good form, or passed over",
    };
    let id = format!("{verb}-{}", mutation.name);
    let title = format!("{verb} with {} {comes}", mutation.what);
    let mutation = Arc::new(mutation);
    row(Topic::Fuzz, &id, title, move |carts| {
        let mutation = Arc::clone(&mutation);
        async move {
            let call = carts.call(operation).await?;
            let mut body = body_of(&call.request);
            mutation.apply(&mut body);
            let request = call.request.clone().body(body.to_string());
            let answer = carts.send(request).await?;
            if answer.is_success() {
                return passed_over(&carts, &answer, operation, &mutation);
            }
            carts.seller.refused_as_invalid(&answer)?;
            let param = answer.text("/param").unwrap_or_default();
            carts.case().should(
                mutation.demand == Demand::Harmless || json_path::points_at(param, &mutation.path),
                &answer,
                "the param of a refusal points at the part of the request that is wrong",
                || format!("param {param:?} for {}", mutation.path),
            );
            carts.left_alone(&call).await
        }
    })
    .proves_shapes(&[shape])
    .advice(ADVICE)
}

/// What a success with a broken body may be.
fn passed_over(
    carts: &Carts,
    answer: &Answer,
    operation: Operation,
    mutation: &Mutation,
) -> Outcome {
    let cart = carts.cart(answer, operation.status())?;
    let mut messages = cart.messages().iter();
    let noticed =
        messages.any(|message| json_path::points_at(text(message, "param"), &mutation.path));
    let legal = match mutation.demand {
        Demand::Refused => false,
        Demand::Noticed => noticed,
        Demand::Harmless => true,
    };
    carts.case().must(
        legal,
        answer,
        "a request that breaks its schema is refused, or the fault noticed",
        || format!("{}: {}", answer.status, carts.case().excerpt(answer)),
    )
}

/// Bodies of a cancellation: any object is good, and nothing else.
const CANCELS: [(&str, &str, bool); 6] = [
    ("object", "{}", true),
    ("members", "{\"note\":\"certify\",\"more\":[1]}", true),
    ("array", "[]", false),
    ("text", "\"certify\"", false),
    ("number", "7", false),
    ("broken", "{\"note\":", false),
];

fn cancel((name, body, good): (&'static str, &'static str, bool)) -> Check {
    let comes = if good { "is taken" } else { "is refused" };
    row(
        Topic::Fuzz,
        &format!("cancel-body-{name}"),
        format!("cancel with the body {body} {comes}"),
        move |carts| async move {
            let cart = carts.new_cart().await?;
            let path = cart_path(&cart.id, "/cancel");
            let request = carts.seller.post_request(path, &json!({}))?;
            let answer = carts.send(request.body(body)).await?;
            if good {
                return carts.cart(&answer, 200).map(drop);
            }
            carts.seller.refused_as_invalid(&answer)?;
            carts.unchanged(&cart, "a refused cancel").await
        },
    )
    .proves_shapes(&["cart#CartCancelRequest"])
    .advice("take no body or an object, and refuse anything else")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SchemaJudge;

    /// Additions are good, and mutations are not.
    #[test]
    fn additions_fit_and_mutations_do_not() {
        let version = SpecVersion::LATEST;
        let judge = SchemaJudge::bundled().unwrap();
        let schemas = Schemas::of(version).unwrap();
        let sound = json!({ "line_items": [{ "id": "mug" }] });
        for (_, shape) in BODIES {
            let additions = valid(schemas, shape);
            assert!(additions.len() > 10, "{additions:?}");
            for addition in additions {
                let mut body = sound.clone();
                set(&mut body, &addition.place, addition.value);
                let faults = judge.validate(version, shape, &body).unwrap();
                assert!(faults.is_empty(), "{body}: {faults:?}");
            }
            for mutation in generate::mutations(schemas, shape) {
                let mut body = sound.clone();
                mutation.apply(&mut body);
                let faults = judge.validate(version, shape, &body).unwrap();
                assert!(
                    !faults.is_empty(),
                    "{} breaks nothing: {body}",
                    mutation.name
                );
            }
        }
    }
}
