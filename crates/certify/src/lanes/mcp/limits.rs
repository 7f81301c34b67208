//! Ids that try to be paths, and arguments that are too much.

use serde_json::{Map, Value, json};

use super::{kit::row, tool::Tool};
use crate::{Check, Topic};

const REFUSED: &str = "look the id up as it is; never paste it into a path without encoding it";

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = IDS.into_iter().map(crafted).collect();
    checks.extend(SIZES.into_iter().map(sized));
    checks.extend(HEADERS.into_iter().map(injected));
    checks
}

/// Ids made of a good one: the name, before it, behind it.
const IDS: [(&str, &str, &str); 12] = [
    ("action", "", "/cancel"),
    ("action-encoded", "", "%2Fcancel"),
    ("up", "../checkout_sessions/", ""),
    ("up-and-action", "x/../", "/cancel"),
    ("query", "", "?action=cancel"),
    ("fragment", "", "#cancel"),
    ("semicolon", "", ";cancel"),
    ("slash", "", "/"),
    ("blank", " ", ""),
    ("zero", "", "\u{0}"),
    ("line", "", "\r\nX-Certify: 1"),
    ("backslash", "", "\\cancel"),
];

fn crafted((name, before, behind): (&str, &'static str, &'static str)) -> Check {
    row(
        Topic::Errors,
        &format!("id-{name}-smuggled"),
        format!(
            "an id with {:?} is no session, and does nothing to one",
            format!("{before}{behind}")
        ),
        move |mcp| async move {
            for tool in [Tool::Get, Tool::Update] {
                let call = mcp.harmless(tool).await?;
                let id = format!("{before}{}{behind}", call.session()?.id);
                let said = mcp.make(&call.clone().set("/id", id)).await?;
                mcp.refused_or_malformed(&said)?;
                mcp.changed_nothing(&call).await?;
            }
            Ok(())
        },
    )
    .proves(&["mcp.error.in-data", "mcp.tools.get", "mcp.tools.update"])
    .advice(REFUSED)
}

/// Arguments that are too much, made of good ones.
#[derive(Debug, Clone, Copy)]
enum Size {
    LongId,
    LongText,
    HugeText,
    Deep,
    ManyLines,
    ManyMeta,
}

const SIZES: [(&str, &str, Size); 6] = [
    ("long-id", "an id of 10000 characters", Size::LongId),
    ("long-text", "a name of 100000 characters", Size::LongText),
    ("huge-text", "a payload of 3 MiB", Size::HugeText),
    ("deep", "a payload of 500 levels", Size::Deep),
    ("many-lines", "2000 lines", Size::ManyLines),
    ("many-meta", "2000 members of meta", Size::ManyMeta),
];

fn sized((name, what, size): (&str, &str, Size)) -> Check {
    row(
        Topic::Limits,
        name,
        format!("{what} is refused or taken in good form"),
        move |mcp| async move {
            let tool = if matches!(size, Size::LongId) {
                Tool::Get
            } else {
                Tool::Create
            };
            let call = mcp.harmless(tool).await?;
            let call = match size {
                Size::LongId => call.set("/id", "c".repeat(10_000)),
                Size::LongText => {
                    call.set("/payload/fulfillment_details/name", "n".repeat(100_000))
                }
                Size::HugeText => call.set("/payload/certify_text", "n".repeat(3 * 1024 * 1024)),
                Size::Deep => call.set("/payload/certify_deep", deep(500)),
                Size::ManyLines => {
                    let item = mcp.seller().item()?;
                    let lines = vec![json!({ "id": item }); 2_000];
                    call.set("/payload/line_items", lines)
                }
                Size::ManyMeta => {
                    let own = call.arguments.get("meta").and_then(Value::as_object);
                    let mut meta: Map<_, _> = own.cloned().unwrap_or_default();
                    meta.extend((0..2_000).map(|place| (format!("certify_{place}"), json!(place))));
                    call.set("/meta", meta)
                }
            };
            let said = mcp.make(&call).await?;
            mcp.seller().no_breakdown(&said.answer)?;
            if said.result().is_some() || (said.error().is_none() && said.answer.is_refusal()) {
                return Ok(());
            }
            mcp.json_rpc_error(&said)
        },
    )
    .proves(&["mcp.validation.schema", "mcp.transport.json-rpc"])
    .advice("bound sizes and depths, and refuse what is beyond with 4xx or a JSON-RPC error")
}

fn deep(levels: usize) -> Value {
    let mut value = json!(1);
    for _ in 0..levels {
        value = json!([value]);
    }
    value
}

/// Members of meta that become headers behind the server: the name, and the member.
const HEADERS: [(&str, &str); 4] = [
    ("key", "/meta/idempotency_key"),
    ("request-id", "/meta/request_id"),
    ("user-agent", "/meta/user_agent"),
    ("language", "/meta/accept_language"),
];

fn injected((name, pointer): (&str, &'static str)) -> Check {
    row(
        Topic::Errors,
        &format!("header-in-{name}"),
        format!("a line break in {pointer} adds no header"),
        move |mcp| async move {
            let value = "certify\r\nAPI-Version: 2020-01-01\r\n\r\n";
            let call = mcp.harmless(Tool::Create).await?.set(pointer, value);
            let said = mcp.make(&call).await?;
            mcp.seller().no_breakdown(&said.answer)?;
            if said.is_failure() {
                return mcp.refused_or_malformed(&said);
            }
            mcp.session(&said).map(|_| ())
        },
    )
    .proves(&["mcp.meta.api-version-applied", "mcp.error.in-data"])
    .advice("refuse control characters in members of meta")
}
