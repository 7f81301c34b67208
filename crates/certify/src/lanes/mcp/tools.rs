//! What `tools/list` shows: the five tools and their input schemas.

use serde_json::{Value, json};

use super::{Mcp, kit::row, said::Said, tool::Tool};
use crate::{Check, Outcome, Stop, Topic};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = offered();
    for tool in Tool::ALL {
        checks.push(members(tool));
        checks.push(takes_good_arguments(tool));
    }
    checks
}

fn offered() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "five-tools",
            "tools/list shows the five tools of checkout, each once, with an input schema",
            |mcp| async move {
                let (said, tools) = mcp.tools().await?;
                for tool in Tool::ALL {
                    let named = tools
                        .iter()
                        .filter(|one| one.get("name") == Some(&json!(tool.name())))
                        .count();
                    mcp.case().must(
                        named == 1,
                        &said.answer,
                        "each of the five tools is listed once",
                        || format!("{} stands there {named} times", tool.name()),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&["mcp.tools.five"])
        .advice("list create_, get_, update_, complete_ and cancel_checkout_session"),
        row(
            Topic::Lifecycle,
            "tools-not-resources",
            "checkout sessions are no MCP resources",
            |mcp| async move { not_resources(&mcp).await },
        )
        .proves(&["mcp.tools.not-resources"])
        .advice("serve sessions by tools alone"),
        row(
            Topic::Lifecycle,
            "checkout-only",
            "delegate payment is no tool",
            |mcp| async move {
                let (said, tools) = mcp.tools().await?;
                for tool in &tools {
                    let name = text(tool, "name");
                    let schema = tool.get("inputSchema").unwrap_or(&Value::Null);
                    let of_cards = names_below(schema)
                        .into_iter()
                        .find(|name| ["cvc", "card_number_type"].contains(name));
                    mcp.case().must(
                        !name.contains("delegate_payment") && of_cards.is_none(),
                        &said.answer,
                        "no tool takes card data: delegate payment is not part of this binding",
                        || format!("{name} {of_cards:?}"),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&["mcp.scope.checkout-only"])
        .advice("leave delegate payment to the payment service provider"),
    ]
}

async fn not_resources(mcp: &Mcp) -> Outcome {
    for (method, member) in [
        ("resources/list", "resources"),
        ("resources/templates/list", "resourceTemplates"),
    ] {
        let said = mcp.ask(method, json!({})).await?;
        mcp.seller().no_breakdown(&said.answer)?;
        let listed = said
            .result()
            .and_then(|result| result.get(member)?.as_array());
        let found = listed.into_iter().flatten().find(|one| {
            let written = one.to_string().to_lowercase();
            written.contains("checkout_session") || written.contains("checkout-session")
        });
        mcp.case().must(
            found.is_none(),
            &said.answer,
            "no resource stands for checkout sessions",
            || format!("{found:?}"),
        )?;
    }
    Ok(())
}

/// A tool as it is listed, and its input schema.
pub(super) async fn schema(mcp: &Mcp, tool: Tool) -> Outcome<(Said, Value)> {
    let (said, tools) = mcp.tools().await?;
    let mut named = tools
        .into_iter()
        .filter(|one| one.get("name") == Some(&json!(tool.name())));
    let listed = named.next().ok_or_else(|| {
        Stop::NotApplicable(format!("not offered: {} is not listed", tool.name()))
    })?;
    let schema = listed.get("inputSchema").cloned().unwrap_or_default();
    mcp.case().must(
        schema.get("type") == Some(&json!("object")),
        &said.answer,
        "a tool has an input schema of type object",
        || format!("{}: {}", tool.name(), shown(&schema)),
    )?;
    Ok((said, schema))
}

fn members(tool: Tool) -> Check {
    let verb = tool.verb();
    let proves: &[&str] = match tool {
        Tool::Create => &["mcp.args.no-id-create", "mcp.args.payload-required"],
        Tool::Get => &["mcp.args.no-payload-get", "mcp.args.id-required"],
        Tool::Update | Tool::Complete => &["mcp.args.id-required", "mcp.args.payload-required"],
        Tool::Cancel => &[
            "mcp.args.payload-optional-cancel",
            "mcp.args.no-null-payload",
            "mcp.args.id-required",
        ],
    };
    let (required, optional) = tool.members();
    let also = if optional.is_empty() {
        String::new()
    } else {
        format!(", and may take {}", optional.join(", "))
    };
    row(
        Topic::Lifecycle,
        &format!("schema-members-{verb}"),
        format!(
            "the input schema of {verb} demands {}{also}",
            required.join(", ")
        ),
        move |mcp| async move {
            let (said, schema) = schema(&mcp, tool).await?;
            let demanded: Vec<_> = list(&schema, "required").collect();
            let known: Vec<_> = properties(&schema).map(|(name, _)| name).collect();
            let (required, optional) = tool.members();
            let exact = demanded.len() == required.len()
                && required.iter().all(|name| demanded.contains(name));
            mcp.case().must(
                exact,
                &said.answer,
                &format!("required is {}", required.join(", ")),
                || format!("{demanded:?}"),
            )?;
            let all = required.iter().chain(optional);
            let extra = known
                .iter()
                .find(|name| !all.clone().any(|member| member == *name));
            let missing = all.clone().find(|name| !known.contains(name));
            mcp.case().must(
                extra.is_none() && missing.is_none(),
                &said.answer,
                "the arguments of a tool are those of the binding",
                || format!("{known:?}"),
            )
        },
    )
    .proves(proves)
    .proves(&["mcp.args.meta-required"])
    .advice("take the members of the binding: meta, id, payload, each where it belongs")
}

/// Clients look at the schema before they send: what the binding permits must fit it.
fn takes_good_arguments(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Lifecycle,
        &format!("schema-fits-{verb}"),
        format!("arguments of {verb} that the binding permits fit its input schema"),
        move |mcp| async move {
            let (said, schema) = schema(&mcp, tool).await?;
            let validator = match jsonschema::validator_for(&schema) {
                Ok(validator) => validator,
                Err(error) => {
                    let rule = "the input schema is a JSON Schema";
                    return mcp
                        .case()
                        .must(false, &said.answer, rule, || error.to_string());
                }
            };
            let call = mcp.harmless(tool).await?;
            let mut all = vec![
                call.arguments.clone(),
                call.clone().without("/meta/idempotency_key").arguments,
            ];
            if tool == Tool::Cancel {
                let trace = json!({ "intent_trace": { "reason_code": "comparison" } });
                all.push(call.clone().set("/payload", trace).arguments);
            }
            if tool == Tool::Create {
                let bare = Value::Object(mcp.seller().create_body()?);
                all.push(call.set("/payload", bare).arguments);
            }
            for arguments in &all {
                let faults = mcp
                    .case()
                    .judge()
                    .validate(mcp.case().version(), tool.arguments(), arguments)
                    .map_err(|error| Stop::NotTested(error.to_string()))?;
                if !faults.is_empty() {
                    return Err(Stop::NotTested(format!(
                        "the judge's own arguments: {faults:?}"
                    )));
                }
                let error = validator.iter_errors(arguments).next();
                mcp.case().must(
                    error.is_none(),
                    &said.answer,
                    "the input schema takes what the binding permits",
                    || format!("{error:?} for {arguments}"),
                )?;
            }
            Ok(())
        },
    )
    .proves(&["mcp.args.payload-is-body", "mcp.args.no-null-payload"])
    .advice("bundle the ACP schemas as they are; demand nothing more")
}

pub(super) fn properties(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let members = schema.get("properties").and_then(Value::as_object);
    let members = members.into_iter().flatten();
    members.map(|(name, schema)| (name.as_str(), schema))
}

/// The name of every property at any depth.
pub(super) fn names_below(schema: &Value) -> Vec<&str> {
    let mut names: Vec<_> = properties(schema).map(|(name, _)| name).collect();
    match schema {
        Value::Object(members) => names.extend(members.values().flat_map(names_below)),
        Value::Array(elements) => names.extend(elements.iter().flat_map(names_below)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    names
}

pub(super) fn list<'a>(schema: &'a Value, member: &str) -> impl Iterator<Item = &'a str> {
    let names = schema.get(member).and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str)
}

fn text<'a>(json: &'a Value, member: &str) -> &'a str {
    json.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// The beginning of a schema, for findings.
pub(super) fn shown(schema: &Value) -> String {
    schema.to_string().chars().take(300).collect()
}
