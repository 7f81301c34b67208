//! Cancellations with generated intent traces. What a seller makes of them is judged where the
//! extension is; here only that good ones are taken and broken ones do no harm.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    super::{Seller, kit::row},
    generate,
    sample::sample,
    schemas::Schemas,
};
use crate::{Check, Outcome, Topic, lanes::documents::with};

const REQUEST: &str = "checkout#CancelSessionRequest";
const TRACE: &str = "checkout#IntentTrace";

/// Metadata that is good: flat, of texts, numbers and booleans.
const FLAT: [(&str, &str); 4] = [
    ("text", "{\"note\":\"certify\"}"),
    ("number", "{\"budget\":1500}"),
    ("boolean", "{\"returning\":true}"),
    ("empty", "{}"),
];

/// Metadata that is not.
const NOT_FLAT: [(&str, &str); 3] = [
    ("object", "{\"note\":{\"inner\":1}}"),
    ("list", "{\"note\":[1]}"),
    ("null", "{\"note\":null}"),
];

/// A body for cancel.
struct Body {
    name: String,
    what: String,
    json: Value,
    good: bool,
}

pub(super) fn checks(schemas: Schemas) -> Vec<Check> {
    bodies(schemas).into_iter().map(check).collect()
}

/// Every reason and every optional member, and every constraint of a trace broken once; none where
/// the version has no traces.
fn bodies(schemas: Schemas) -> Vec<Body> {
    let Some(trace) = schemas.shape(TRACE) else {
        return Vec::new();
    };
    let smallest = sample(schemas, trace, "");
    let mut found = Vec::new();
    let mut add = |name: String, what: String, trace: Value, good: bool| {
        let json = json!({ "intent_trace": trace });
        found.push(Body {
            name,
            what,
            json,
            good,
        });
    };
    for (name, member) in schemas.resolved(trace).properties() {
        let values = member.literals().unwrap_or_default();
        for value in values.iter().filter_map(|value| value.as_str()) {
            let trace = with(smallest.clone(), &format!("/{name}"), json!(value));
            let word = value.replace('_', "-");
            add(word, format!("{name} {value}"), trace, true);
        }
        if values.is_empty() {
            let good = sample(schemas, member, name);
            let trace = with(smallest.clone(), &format!("/{name}"), good);
            add(
                format!("with-{name}"),
                format!("a good {name}"),
                trace,
                true,
            );
        }
    }
    for (kinds, good) in [(FLAT.as_slice(), true), (NOT_FLAT.as_slice(), false)] {
        for (name, text) in kinds {
            let metadata = serde_json::from_str(text).unwrap_or_default();
            let trace = with(smallest.clone(), "/metadata", metadata);
            let what = format!("metadata {text}");
            add(format!("metadata-with-{name}"), what, trace, good);
        }
    }
    for mutation in generate::mutations(schemas, TRACE) {
        let mut trace = smallest.clone();
        mutation.apply(&mut trace);
        // Reasons are a list that grows: an unknown one is taken like `other`.
        let good = mutation.name == "reason_code-value";
        let what = mutation.what.replace("$.", "$.intent_trace.");
        add(mutation.name, what, trace, good);
    }
    found
}

fn check(body: Body) -> Check {
    let comes = if body.good {
        "cancels the session"
    } else {
        "is refused in good form, or cancels the session"
    };
    let name = format!("cancel-trace-{}", body.name);
    let title = format!("cancel with an intent trace with {} {comes}", body.what);
    let body = Arc::new(body);
    row(Topic::Fuzz, &name, title, move |seller| {
        let body = Arc::clone(&body);
        async move { judge(&seller, &body).await }
    })
    .proves_shapes(&[REQUEST])
    .advice("take every object as the body of cancel; a trace must never keep a buyer in checkout")
}

async fn judge(seller: &Seller, body: &Body) -> Outcome {
    let session = seller.new_session().await?;
    let path = super::super::session_path(&session.id, "/cancel");
    let request = seller.post_request(path, &body.json)?;
    let answer = seller.send(request).await?;
    if !body.good && !answer.is_success() {
        seller.refused_as_invalid(&answer)?;
        let again = seller.cancel(&session.id).await?;
        return canceled(seller, &again);
    }
    seller.no_breakdown(&answer)?;
    canceled(seller, &answer)
}

fn canceled(seller: &Seller, answer: &crate::Answer) -> Outcome {
    let session = seller.session(answer)?;
    seller.case().must(
        session.status() == "canceled",
        answer,
        "the session is canceled, whatever the trace says",
        || format!("status {}", session.status()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SchemaJudge, SpecVersion};

    /// Good bodies fit the schema, but for reasons that it does not know yet; broken ones do not.
    #[test]
    fn bodies_are_what_they_say() {
        let judge = SchemaJudge::bundled().unwrap();
        for version in SpecVersion::ALL {
            let bodies = bodies(Schemas::of(version).unwrap());
            let has_traces = version > SpecVersion::V2025_09_29;
            assert_eq!(bodies.len() > 20, has_traces, "{version}");
            for body in bodies {
                let faults = judge.validate(version, REQUEST, &body.json).unwrap();
                let unknown = body.name == "reason_code-value";
                let fits = faults.is_empty();
                assert_eq!(fits, body.good && !unknown, "{} {faults:?}", body.json);
            }
        }
    }
}
