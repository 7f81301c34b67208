//! Arguments generated from the schemas: every constraint of every tool, broken once.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Mcp, acts::Call, kit::row, said::Said, tool::Tool};
use crate::{
    Check, Outcome, SpecVersion, Topic,
    lanes::seller::{Demand, Mutation, Schemas, Session, make_real, mutations, points_at},
};

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let Some(schemas) = Schemas::of(version) else {
        return Vec::new();
    };
    let mut checks = Vec::new();
    for tool in Tool::ALL {
        let broken = mutations(schemas, tool.arguments()).into_iter();
        checks.extend(broken.map(|mutation| check(tool, mutation)));
    }
    checks
}

/// Whether it is the ACP payload that is broken, or something around it.
fn in_payload(mutation: &Mutation) -> bool {
    mutation.path.starts_with("$.payload.") || mutation.path.starts_with("$.payload[")
}

/// What may come of it. Values of `meta` are looked at only where they matter: a time without a
/// signature is nothing.
fn demand(mutation: &Mutation) -> Demand {
    if mutation.demand == Demand::Noticed && mutation.path.starts_with("$.meta") {
        return Demand::Harmless;
    }
    mutation.demand
}

fn check(tool: Tool, mutation: Mutation) -> Check {
    let verb = tool.verb();
    let comes = match demand(&mutation) {
        Demand::Refused => "is refused and changes nothing",
        Demand::Noticed => "is refused, or noticed in a message",
        Demand::Harmless => "is refused in good form, or passed over",
    };
    let mutation = Arc::new(mutation);
    let proves: &[&str] = if in_payload(&mutation) {
        &[
            "mcp.validation.schema",
            "mcp.args.payload-is-body",
            "mcp.error.code-32602",
            "mcp.error.types",
        ]
    } else {
        &["mcp.validation.schema"]
    };
    let check = row(
        Topic::Fuzz,
        &format!("{verb}-{}", mutation.name),
        format!("{verb} with {} {comes}", mutation.what),
        {
            let mutation = Arc::clone(&mutation);
            move |mcp| {
                let mutation = Arc::clone(&mutation);
                async move { judge(&mcp, tool, &mutation).await }
            }
        },
    )
    .proves_shapes(&[tool.arguments()])
    .advice("check the arguments against the schemas of the version before anything else");
    match demand(&mutation) {
        Demand::Refused => check.proves(proves),
        Demand::Noticed | Demand::Harmless => check,
    }
}

async fn judge(mcp: &Mcp, tool: Tool, mutation: &Mutation) -> Outcome {
    let call = sound(mcp, tool).await?;
    let said = send(mcp, &call, mutation).await?;
    if !said.is_failure() {
        let declined = tool == Tool::Complete && demand(mutation) == Demand::Noticed;
        // A message may mean the token that nobody gave.
        if declined && !noticed_at(mcp, &said, mutation) {
            return with_good_token(mcp, mutation).await;
        }
        return taken(mcp, &said, mutation);
    }
    refused(mcp, &said, mutation)?;
    mcp.changed_nothing(&call).await?;
    let pointed = points(said.data_text("param"), mutation);
    if tool != Tool::Complete || pointed || demand(mutation) == Demand::Harmless {
        return Ok(());
    }
    // The refusal may mean the token as well.
    with_good_token(mcp, mutation).await
}

fn refused(mcp: &Mcp, said: &Said, mutation: &Mutation) -> Outcome {
    if in_payload(mutation) {
        return mcp.refused_as_invalid(said).map(|_| ());
    }
    mcp.refused_or_malformed(said)
}

/// Whether a param means the broken place, from the arguments or from the payload (`mcp-param-root`).
fn points(param: &str, mutation: &Mutation) -> bool {
    let short = mutation.path.replacen("$.payload", "$", 1);
    points_at(param, &mutation.path) || points_at(param, &short)
}

/// What is wrong beside a bad token must be wrong beside a good one.
async fn with_good_token(mcp: &Mcp, mutation: &Mutation) -> Outcome {
    let call = mcp.good(Tool::Complete).await?;
    let said = send(mcp, &call, mutation).await?;
    if said.is_failure() {
        return refused(mcp, &said, mutation);
    }
    taken(mcp, &said, mutation)
}

/// A call that would be taken. An update repeats lines and address of its session, so that nothing
/// but the mutation is new.
async fn sound(mcp: &Mcp, tool: Tool) -> Outcome<Call> {
    let call = mcp.harmless(tool).await?;
    Ok(match tool {
        Tool::Update => {
            let created = mcp.seller().create_body_with_address()?;
            let dialect = mcp.seller().dialect();
            let kept = [dialect.lines_member(), dialect.address_member()];
            let members = created.into_iter();
            let payload = members.filter(|(name, _)| kept.contains(&name.as_str()));
            call.set("/payload", Value::Object(payload.collect()))
        }
        Tool::Cancel => call.set("/payload", json!({})),
        Tool::Create | Tool::Get | Tool::Complete => call,
    })
}

async fn send(mcp: &Mcp, call: &Call, mutation: &Mutation) -> Outcome<Said> {
    let mut arguments = call.arguments.clone();
    mutation.apply(&mut arguments);
    if let Some(payload) = arguments.get_mut("payload") {
        make_real(mcp.seller(), call.session.as_ref(), payload);
    }
    mcp.call(call.tool, arguments).await
}

/// Whether a message of the session points at the broken place.
fn noticed_at(mcp: &Mcp, said: &Said, mutation: &Mutation) -> bool {
    let body = said.body().unwrap_or(&Value::Null);
    let session = Session::read(mcp.case().version(), &said.as_rest(200, body));
    session.is_some_and(|session| {
        let mut messages = session.messages().iter();
        messages.any(|message| {
            points(
                Session::text(message, "param").unwrap_or_default(),
                mutation,
            )
        })
    })
}

/// Arguments that were taken: in order for null, with an error message for a wrong value.
fn taken(mcp: &Mcp, said: &Said, mutation: &Mutation) -> Outcome {
    mcp.seller().no_breakdown(&said.answer)?;
    let session = mcp.session(said)?;
    match demand(mutation) {
        Demand::Harmless => Ok(()),
        Demand::Refused => mcp.case().must(
            false,
            &said.answer,
            "arguments against the schema are refused",
            || format!("a result for {}", mutation.what),
        ),
        Demand::Noticed => mcp.case().must(
            session.errors().next().is_some(),
            &said.answer,
            "a value against the schema is refused, or noticed in an error message",
            || format!("a result for {}, without a message", mutation.what),
        ),
    }
}
