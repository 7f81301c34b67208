//! Sellers whose extensions are declared or negotiated in a broken way each.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    discounts::refusal,
    discounts_amounts::{members, remove, says},
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked},
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = declarations();
    all.extend(names());
    all.extend(schemas());
    all.extend(negotiation());
    all.extend(unknown());
    all
}

/// A change to the first declaration, that of discount.
fn declares(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    says(id, does, red, move |session| {
        if let Some(first) = members(session, "/capabilities/extensions").first_mut() {
            edit(first);
        }
    })
}

/// A change to the other declaration, that of a third party.
fn adds(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    says(id, does, red, move |session| {
        if let Some(last) = members(session, "/capabilities/extensions").last_mut() {
            edit(last);
        }
    })
}

fn declarations() -> Vec<Fault> {
    vec![
        declares(
            "extension-as-text",
            "lists the extension by its bare name",
            &[
                "extensions.lifecycle.declared-as-objects",
                "extensions.lifecycle.declared-as-objects-on-retrieve",
                "extensions.lifecycle.declarations-shape",
            ],
            |one| *one = json!("discount"),
        ),
        adds(
            "extension-unknown-member",
            "declares an extension with a namespace",
            &["extensions.lifecycle.declarations-shape"],
            |one| one["namespace"] = json!("com.example"),
        ),
        declares(
            "extension-spec-no-address",
            "names a specification that is no address",
            &["extensions.lifecycle.declarations-metadata"],
            |one| one["spec"] = json!("see our handbook"),
        ),
        declares(
            "extends-by-pointer",
            "names extended fields by JSON Pointers",
            &[
                "extensions.lifecycle.extends-paths",
                "extensions.lifecycle.declarations-metadata",
            ],
            |one| one["extends"] = json!(["/CheckoutSession/discounts"]),
        ),
        declares(
            "extends-unknown-schema",
            "extends a schema that there is not",
            &["extensions.lifecycle.extends-known-schemas"],
            |one| one["extends"] = json!(["$.Basket.discounts"]),
        ),
        declares(
            "extends-another-field",
            "declares a field that it never answers",
            &["extensions.lifecycle.extends-fields-in-use"],
            |one| one["extends"] = json!(["$.CheckoutSession.promotions"]),
        ),
    ]
}

fn names() -> Vec<Fault> {
    vec![
        adds(
            "extension-name-upper-case",
            "writes names in upper case",
            &["extensions.lifecycle.names-lower-case"],
            |one| one["name"] = json!("com.example.Gift-Note"),
        ),
        adds(
            "extension-listed-twice",
            "lists discount twice, in two versions",
            &["extensions.lifecycle.names-unique"],
            |one| one["name"] = json!("discount@2026-01-27"),
        ),
        declares(
            "extension-core-renamed",
            "calls the discount extension by a name of its own",
            &["extensions.lifecycle.core-name"],
            |one| one["name"] = json!("com.example.discount"),
        ),
        adds(
            "extension-third-party-simple",
            "calls an extension of its own by a simple name",
            &["extensions.lifecycle.third-party-names"],
            |one| one["name"] = json!("gift-note"),
        )
        .warned(),
        adds(
            "extension-without-schema",
            "gives no schema of a third party's extension",
            &[
                "extensions.lifecycle.third-party-schema",
                "extensions.lifecycle.own-extension-schema",
            ],
            |one| remove(one, "schema"),
        )
        .warned(),
        declares(
            "extension-version-number",
            "numbers the versions of an extension",
            &["extensions.versions.extension-version-date"],
            |one| one["name"] = json!("discount@2"),
        ),
        declares(
            "extension-version-member",
            "gives the version in a member of its own",
            &["extensions.versions.extension-version-date"],
            |one| one["version"] = json!("2026-01-27"),
        ),
        Fault::edit(
            LANE,
            "extension-version-old",
            "serves an old version to agents that name none",
            &["extensions.versions.extension-version-default"],
            |asked, _| !String::from_utf8_lossy(&asked.body).contains("discount@"),
            |session| {
                session["capabilities"]["extensions"][0]["name"] = json!("discount@2025-06-30");
            },
        ),
    ]
}

fn is_schema(asked: &Asked) -> bool {
    asked.path.starts_with("/schemas/")
}

/// A change to every schema that is served.
fn serves(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::edit(LANE, id, does, red, |asked, _| is_schema(asked), edit)
}

fn schemas() -> Vec<Fault> {
    vec![
        adds(
            "extension-schema-http",
            "names a schema over http",
            &["extensions.lifecycle.extension-schema-https"],
            |one| one["schema"] = json!("http://shop.example/schemas/gift-note.json"),
        ),
        Fault::new(
            LANE,
            "extension-schema-gone",
            "names a schema that is not there",
            &["extensions.lifecycle.extension-schema-reachable"],
            requests(|asked| is_schema(asked).then(|| Answered::new(404, &json!({})))),
        )
        .warned(),
        serves(
            "extension-schema-old",
            "serves a schema of draft-04",
            &["extensions.lifecycle.extension-schema-is-schema"],
            |schema| schema["$schema"] = json!("http://json-schema.org/draft-04/schema#"),
        )
        .warned(),
        serves(
            "extension-schema-broken",
            "serves a schema that is none",
            &["extensions.lifecycle.extension-schema-is-schema"],
            |schema| schema["type"] = json!("discounts"),
        )
        .warned(),
        serves(
            "extension-data-unlike-schema",
            "answers data that its own schema does not take",
            &["extensions.lifecycle.extension-data-fits-schema"],
            |schema| schema["required"] = json!(["campaign"]),
        ),
    ]
}

pub(crate) fn asked_extensions(asked: &Asked) -> Option<Value> {
    let body = asked.json()?;
    body.pointer("/capabilities/extensions").cloned()
}

fn negotiation() -> Vec<Fault> {
    vec![
        Fault::edit(
            LANE,
            "extension-not-activated",
            "hides an extension from agents that declare it",
            &["extensions.lifecycle.declared-extension-activated"],
            |asked, _| asked_extensions(asked).is_some(),
            |session| {
                remove(&mut session["capabilities"], "extensions");
                remove(session, "discounts");
            },
        )
        .warned(),
        says(
            "extension-field-unlisted",
            "answers a field of an extension that it does not list",
            &[
                "extensions.lifecycle.active-list-is-truth",
                "extensions.lifecycle.active-list-is-truth-undeclared",
                "extensions.lifecycle.active-list-is-truth-in-use",
            ],
            |session| session["loyalty"] = json!({ "points": 120 }),
        ),
        says(
            "extensions-empty",
            "answers an empty list of extensions",
            &["extensions.lifecycle.no-extensions-omitted"],
            |session| session["capabilities"]["extensions"] = json!([]),
        ),
        says(
            "extensions-null",
            "answers null for extensions",
            &["extensions.lifecycle.no-extensions-omitted"],
            |session| session["capabilities"]["extensions"] = Value::Null,
        ),
    ]
}

fn unknown() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "extensions-demanded",
            "refuses agents that say nothing of extensions",
            &["extensions.lifecycle.extensions-optional"],
            requests(|asked| {
                let creates = asked.path == "/checkout_sessions" && !asked.body.is_empty();
                (creates && asked_extensions(asked).is_none()).then(refusal)
            }),
        ),
        Fault::new(
            LANE,
            "extensions-unknown-refused",
            "refuses agents that know an extension it does not have",
            &[
                "extensions.lifecycle.unknown-extensions-ignored",
                "extensions.lifecycle.unknown-extension-among-known",
                "extensions.lifecycle.request-extensions-many",
                "extensions.lifecycle.request-extensions-reverse-domain",
            ],
            requests(|asked| {
                let Some(Value::Array(all)) = asked_extensions(asked) else {
                    return None;
                };
                let known =
                    |one: &Value| one.as_str().is_some_and(|one| one.starts_with("discount"));
                (!all.iter().all(known)).then(refusal)
            }),
        ),
        Fault::new(
            LANE,
            "extensions-echoed",
            "lists whatever the agent lists",
            &[
                "extensions.lifecycle.unknown-extensions-ignored",
                "extensions.lifecycle.unknown-extension-among-known",
            ],
            answers(|asked, answered| {
                let names = asked_extensions(asked);
                answered.edit(|session| {
                    if let Some(Value::Array(names)) = names {
                        let echoed = names.iter().map(|name| json!({ "name": name }));
                        session["capabilities"]["extensions"] = echoed.collect();
                    }
                });
            }),
        ),
    ]
}
