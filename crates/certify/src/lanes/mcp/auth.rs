//! Who may call: credentials belong to the connection.

use serde_json::json;

use super::{Mcp, acts::Call, kit::row, said::Said, tool::Tool};
use crate::{Check, Outcome, Topic};

const ADVICE: &str = "look at Authorization on every request of the endpoint, and answer 401";

/// What stands in `Authorization` instead, made of the good key; `None` for no such header.
type Header = fn(&str) -> Option<String>;

const STRANGERS: [(&str, &str, Header); 7] = [
    ("none", "without Authorization", |_| None),
    ("empty", "with an empty Authorization", |_| {
        Some(String::new())
    }),
    ("scheme-alone", "with Bearer and no key", |_| {
        Some("Bearer".to_owned())
    }),
    ("unknown-key", "with an unknown key", |_| {
        Some("Bearer certification-unknown-key-000000000000".to_owned())
    }),
    ("no-scheme", "with the key and no scheme", |key| {
        Some(key.to_owned())
    }),
    ("basic", "with the key as Basic", |key| {
        Some(format!("Basic {key}"))
    }),
    ("key-prefix", "with the beginning of the key", |key| {
        let shorter = key.chars().count().saturating_sub(1);
        Some(format!(
            "Bearer {}",
            key.chars().take(shorter).collect::<String>()
        ))
    }),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = STRANGERS.into_iter().map(stranger).collect();
    checks.extend(Tool::WITH_ID.into_iter().map(keyless));
    checks.extend(IN_ARGUMENTS.into_iter().map(in_arguments));
    checks.extend(Tool::WITH_ID.into_iter().map(foreign));
    checks.push(
        row(
            Topic::Auth,
            "connection-of-another",
            "the connection id of one agent opens nothing to another",
            |mcp| async move {
                let session = mcp.new_session().await?;
                let mut other = mcp.as_other_agent().await?;
                other.connection.clone_from(&mcp.connection);
                let arguments = other.arguments(Tool::Get, Some(&session.id), None)?;
                let said = other.call(Tool::Get, arguments).await?;
                fails(&mcp, &said)
            },
        )
        .proves(&["mcp.auth.connection-level"])
        .advice("take the agent from the key of each request, not from the connection id"),
    );
    checks
}

/// The call fails, in whichever way, and shows no session.
fn fails(mcp: &Mcp, said: &Said) -> Outcome {
    mcp.seller().no_breakdown(&said.answer)?;
    mcp.case().must(
        said.is_failure() && said.result().is_none(),
        &said.answer,
        "a call without valid credentials gets no result",
        || {
            format!(
                "{}: {}",
                said.answer.status,
                mcp.case().excerpt(&said.answer)
            )
        },
    )
}

/// The call with other credentials.
async fn send_as(mcp: &Mcp, call: &Call, header: Header) -> Outcome<Said> {
    let id = mcp.id();
    let params = json!({ "name": call.tool.name(), "arguments": call.arguments });
    let message = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
    let mut request = mcp.request(&message)?.without("Authorization");
    if let Some(value) = header(mcp.target().key.exposed("mcp.key")?) {
        request = request.header("Authorization", value);
    }
    mcp.send(request, &id).await
}

fn stranger((name, what, header): (&str, &str, Header)) -> Check {
    row(
        Topic::Auth,
        &format!("stranger-{name}"),
        format!("a tool call {what} fails, by 401 and not by an ACP error"),
        move |mcp| async move {
            let call = mcp.harmless(Tool::Create).await?;
            let said = send_as(&mcp, &call, header).await?;
            fails(&mcp, &said)?;
            mcp.case().should(
                said.answer.status == 401,
                &said.answer,
                "the endpoint refuses strangers by HTTP 401",
                || {
                    format!(
                        "{}: {}",
                        said.answer.status,
                        mcp.case().excerpt(&said.answer)
                    )
                },
            );
            mcp.case().should(
                said.data().is_none(),
                &said.answer,
                "a refusal by the endpoint itself is no ACP error",
                || mcp.case().excerpt(&said.answer),
            );
            Ok(())
        },
    )
    .proves(&["mcp.auth.connection-level", "mcp.error.auth-server"])
    .advice(ADVICE)
}

fn keyless(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Auth,
        &format!("keyless-{verb}"),
        format!("{verb} without credentials fails and changes nothing"),
        move |mcp| async move {
            let call = mcp.harmless(tool).await?;
            let said = send_as(&mcp, &call, |_| None).await?;
            fails(&mcp, &said)?;
            mcp.changed_nothing(&call).await
        },
    )
    .proves(&["mcp.auth.connection-level"])
    .advice(ADVICE)
}

/// Places where a key must not be looked for.
const IN_ARGUMENTS: [(&str, &str); 3] = [
    ("meta", "/meta/authorization"),
    ("argument", "/authorization"),
    ("api-key", "/meta/api_key"),
];

fn in_arguments((name, pointer): (&str, &'static str)) -> Check {
    row(
        Topic::Auth,
        &format!("key-in-{name}"),
        format!("a key at {pointer} of the arguments lets nobody in"),
        move |mcp| async move {
            let key = mcp.target().key.exposed("mcp.key")?.to_owned();
            let value = if pointer.ends_with("authorization") {
                format!("Bearer {key}")
            } else {
                key
            };
            let call = mcp.harmless(Tool::Create).await?.set(pointer, value);
            let said = send_as(&mcp, &call, |_| None).await?;
            fails(&mcp, &said)
        },
    )
    .proves(&["mcp.auth.connection-level", "mcp.auth.not-in-schema"])
    .advice("never read credentials from arguments: models see them")
}

fn foreign(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Auth,
        &format!("foreign-{verb}"),
        format!("{verb} of another agent's session fails with invalid_request and changes nothing"),
        move |mcp| async move {
            let other = mcp.as_other_agent().await?;
            let call = mcp.harmless(tool).await?;
            let said = other.make(&call).await?;
            mcp.refused_as_invalid(&said)?;
            mcp.changed_nothing(&call).await
        },
    )
    .proves(&["mcp.error.auth-upstream", "mcp.error.code-32000"])
    .advice("surface 401, 403 and 404 of the shop as -32000 with invalid_request")
}
