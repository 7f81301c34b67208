//! Input schemas: whole, open for more, without credentials.

use serde_json::{Value, json};

use super::{
    kit::row,
    tool::Tool,
    tools::{list, names_below, properties, schema, shown},
};
use crate::{Check, Topic};

pub(super) fn checks() -> Vec<Check> {
    let of_one = |tool| [bundled(tool), meta_open(tool), no_credentials(tool)];
    Tool::ALL.into_iter().flat_map(of_one).collect()
}

fn bundled(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Lifecycle,
        &format!("schema-bundled-{verb}"),
        format!("no $ref in the input schema of {verb} points outside"),
        move |mcp| async move {
            let (said, schema) = schema(&mcp, tool).await?;
            let mut references = Vec::new();
            collect_references(&schema, &mut references);
            for reference in references {
                let target = reference.strip_prefix('#');
                let resolves = target.is_some_and(|target| {
                    // Anchors have no slash; pointers must lead somewhere.
                    !target.starts_with('/') && !target.is_empty()
                        || schema.pointer(target).is_some()
                });
                mcp.case().must(
                    resolves,
                    &said.answer,
                    "every $ref of an input schema leads to a place in that schema",
                    || reference.to_owned(),
                )?;
            }
            Ok(())
        },
    )
    .proves(&["mcp.schemas.bundled"])
    .advice("bundle all $ref targets into the schema under $defs")
}

fn meta_open(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Lifecycle,
        &format!("schema-meta-open-{verb}"),
        format!("the schema of meta of {verb} demands api_version and is open for more"),
        move |mcp| async move {
            let (said, schema) = schema(&mcp, tool).await?;
            let meta = resolved(&schema, schema.pointer("/properties/meta"));
            let open = |schema: &Value| {
                let more = schema.get("additionalProperties");
                more.is_none_or(|more| {
                    more == &json!(true) || more.as_object().is_some_and(serde_json::Map::is_empty)
                }) && schema.get("unevaluatedProperties") != Some(&json!(false))
            };
            let meta = meta.cloned().unwrap_or_default();
            mcp.case().must(
                meta.is_object() && open(&meta),
                &said.answer,
                "meta takes members that are not known yet",
                || shown(&meta),
            )?;
            mcp.case().must(
                list(&meta, "required").eq(["api_version"]),
                &said.answer,
                "meta demands api_version and nothing else",
                || shown(&meta),
            )
        },
    )
    .proves(&[
        "mcp.meta.extensible",
        "mcp.meta.api-version-required",
        "mcp.meta.idempotency-key-optional",
    ])
    .advice("write additionalProperties: true into the schema of meta")
}

/// Words for credentials of the caller, at the top and in `meta`.
const SECRETS: [&str; 8] = [
    "authorization",
    "bearer",
    "api_key",
    "apikey",
    "access_token",
    "password",
    "secret",
    "token",
];

/// The same anywhere: the tokens of payment instruments belong there.
const SECRETS_BELOW: [&str; 5] = [
    "authorization",
    "bearer",
    "api_key",
    "apikey",
    "access_token",
];

fn no_credentials(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Leaks,
        &format!("schema-no-credentials-{verb}"),
        format!("the input schema of {verb} has no member for credentials of the caller"),
        move |mcp| async move {
            let (said, schema) = schema(&mcp, tool).await?;
            let is_one = |name: &str, words: &[&str]| {
                let name = name.to_lowercase().replace('-', "_");
                words.iter().any(|word| name.contains(word))
            };
            let meta = resolved(&schema, schema.pointer("/properties/meta"));
            let near = properties(&schema).chain(meta.into_iter().flat_map(properties));
            let mut found = near
                .map(|(name, _)| name)
                .find(|name| is_one(name, &SECRETS));
            if found.is_none() {
                let all = names_below(&schema);
                found = all.into_iter().find(|name| is_one(name, &SECRETS_BELOW));
            }
            mcp.case().must(
                found.is_none(),
                &said.answer,
                "credentials belong to the connection: models see the schemas of tools",
                || format!("{found:?}"),
            )
        },
    )
    .proves(&["mcp.auth.not-in-schema"])
    .advice("take the bearer key from the connection, never from arguments")
}

/// A schema behind its references within the same document.
fn resolved<'a>(root: &'a Value, schema: Option<&'a Value>) -> Option<&'a Value> {
    let mut schema = schema?;
    for _ in 0..8 {
        let target = schema.get("$ref").and_then(Value::as_str);
        let Some(pointer) = target.and_then(|target| target.strip_prefix('#')) else {
            break;
        };
        schema = root.pointer(pointer)?;
    }
    Some(schema)
}

fn collect_references<'a>(schema: &'a Value, found: &mut Vec<&'a str>) {
    match schema {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            for member in members.values() {
                collect_references(member, found);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                collect_references(element, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
