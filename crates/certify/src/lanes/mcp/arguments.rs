//! The three arguments: what is missing, what is of another type, what is unknown.

use serde_json::{Value, json};

use super::{kit::row, tool::Tool};
use crate::{Check, Topic};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for tool in Tool::ALL {
        checks.push(missing(tool, "/meta", &["mcp.args.meta-required"]));
        checks.push(missing(
            tool,
            "/meta/api_version",
            &["mcp.meta.api-version-required"],
        ));
        checks.push(unknown_meta(tool));
        checks.push(whole_meta(tool));
    }
    for tool in Tool::WITH_ID {
        checks.push(missing(tool, "/id", &["mcp.args.id-required"]));
    }
    for tool in Tool::WITH_PAYLOAD {
        checks.push(missing(tool, "/payload", &["mcp.args.payload-required"]));
    }
    checks.extend(WRONG.into_iter().map(wrong));
    checks
}

fn missing(tool: Tool, pointer: &'static str, proves: &[&'static str]) -> Check {
    let verb = tool.verb();
    let words = pointer.trim_start_matches('/').replace('/', ".");
    row(
        Topic::Errors,
        &format!("{verb}-without-{}", words.replace(['.', '_'], "-")),
        format!("{verb} without {words} is refused and changes nothing"),
        move |mcp| async move {
            let call = mcp.harmless(tool).await?;
            // A complete is refused for its token as well: the fault must show beside a good one.
            let call = if tool == Tool::Complete && mcp.seller().target().test_mode {
                mcp.good(tool).await?
            } else {
                call
            };
            let call = call.without(pointer);
            let said = mcp.make(&call).await?;
            mcp.refused_or_malformed(&said)?;
            mcp.changed_nothing(&call).await
        },
    )
    .proves(proves)
    .proves(&["mcp.validation.schema", "mcp.error.code-32602"])
    .advice("demand meta, id and payload where the binding does, and meta.api_version always")
}

/// A tool, the place, the name, and JSON of another type.
const WRONG: [(Tool, &str, &str, &str); 14] = [
    (Tool::Create, "/meta", "meta-text", r#""2026-04-17""#),
    (Tool::Create, "/meta", "meta-list", "[]"),
    (Tool::Create, "/meta", "meta-null", "null"),
    (Tool::Create, "/payload", "payload-text", r#""{}""#),
    (Tool::Create, "/payload", "payload-list", "[]"),
    (Tool::Create, "/payload", "payload-null", "null"),
    (Tool::Update, "/payload", "payload-text", r#""{}""#),
    (Tool::Update, "/payload", "payload-null", "null"),
    (Tool::Complete, "/payload", "payload-null", "null"),
    (Tool::Cancel, "/payload", "payload-text", r#""bye""#),
    (Tool::Get, "/id", "id-number", "7"),
    (Tool::Get, "/id", "id-empty", r#""""#),
    (Tool::Update, "/id", "id-list", "[]"),
    (Tool::Cancel, "/id", "id-null", "null"),
];

fn wrong((tool, pointer, name, json): (Tool, &'static str, &str, &'static str)) -> Check {
    let (verb, member) = (tool.verb(), pointer.trim_start_matches('/'));
    row(
        Topic::Errors,
        &format!("{verb}-{name}"),
        format!("{verb} whose {member} is {json} is refused and changes nothing"),
        move |mcp| async move {
            let value: Value = serde_json::from_str(json).unwrap_or_default();
            let call = mcp.harmless(tool).await?.set(pointer, value);
            let said = mcp.make(&call).await?;
            mcp.refused_or_malformed(&said)?;
            mcp.changed_nothing(&call).await
        },
    )
    .proves(&["mcp.validation.schema", "mcp.error.code-32602"])
    .proves(match pointer {
        "/meta" => &["mcp.args.meta-required"],
        "/id" => &["mcp.args.id-required"],
        _ => &["mcp.args.payload-is-body"],
    })
    .advice("check the types of meta, id and payload before anything else")
}

fn unknown_meta(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Lifecycle,
        &format!("{verb}-unknown-meta"),
        format!("{verb} ignores members of meta that it does not know"),
        move |mcp| async move {
            let call = mcp.good(tool).await?;
            let call = call
                .set("/meta/certify_unknown", "certify")
                .set("/meta/certify_object", json!({ "deep": [1, 2] }));
            let said = mcp.make(&call).await?;
            mcp.seller().no_breakdown(&said.answer)?;
            mcp.case().should(
                !said.is_failure(),
                &said.answer,
                "unknown members of meta are ignored",
                || mcp.case().excerpt(&said.answer),
            );
            Ok(())
        },
    )
    .proves(&["mcp.meta.unknown-ignored"])
    .advice("ignore members of meta that you do not know: later versions add some")
}

fn whole_meta(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Lifecycle,
        &format!("{verb}-whole-meta"),
        format!("{verb} takes meta with every member but the signature"),
        move |mcp| async move {
            let call = mcp.good(tool).await?;
            let call = call
                .set("/meta/idempotency_key", mcp.case().fresh_key()?)
                .set("/meta/request_id", mcp.case().fresh_key()?)
                .set("/meta/user_agent", "comptoir-certify/1")
                .set("/meta/accept_language", "de-DE, en;q=0.5");
            let said = mcp.make(&call).await?;
            mcp.success(&said).map(|_| ())
        },
    )
    .proves(&[
        "mcp.meta.idempotency-key-applied",
        "mcp.meta.accept-language-applied",
    ])
    .proves_shapes(&["mcp#meta", tool.arguments()])
    .advice("take every member of meta that the binding names")
}
