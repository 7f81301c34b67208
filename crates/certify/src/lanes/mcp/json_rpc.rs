//! JSON-RPC 2.0 itself: ids, unknown methods and tools, messages that are none.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::{
    Mcp,
    kit::row,
    refusal::INVALID_PARAMS,
    said::{Said, is_answered, messages},
    tool::Tool,
};
use crate::{Check, Outcome, Topic, lanes::documents};

const JSON_RPC: &[&str] = &["mcp.transport.json-rpc"];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = MALFORMED.into_iter().map(malformed).collect();
    checks.extend(IDS.into_iter().map(echoed));
    checks.extend(unknown());
    checks.extend(tool_params());
    checks.push(batch());
    checks
}

/// Name, what it is, the bytes, the code of JSON-RPC for it.
type Malformed = (&'static str, &'static str, &'static [u8], i64);

const PARSE_ERROR: i64 = -32_700;
const INVALID_REQUEST: i64 = -32_600;
const NO_METHOD: i64 = -32_601;

const MALFORMED: [Malformed; 14] = [
    (
        "truncated",
        "a body that breaks off",
        br#"{"jsonrpc":"2.0","id":1,"method":"#,
        PARSE_ERROR,
    ),
    ("no-json", "a body that is no JSON", b"ping", PARSE_ERROR),
    ("empty", "an empty body", b"", PARSE_ERROR),
    (
        "no-utf8",
        "a body that is no UTF-8",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\xfe\"}",
        PARSE_ERROR,
    ),
    (
        "two-documents",
        "two documents one after the other",
        br#"{"jsonrpc":"2.0","id":1,"method":"ping"}{"jsonrpc":"2.0","id":2,"method":"ping"}"#,
        PARSE_ERROR,
    ),
    (
        "no-version",
        "a message without jsonrpc",
        br#"{"id":1,"method":"ping"}"#,
        INVALID_REQUEST,
    ),
    (
        "version-1",
        "a message of JSON-RPC 1.0",
        br#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
        INVALID_REQUEST,
    ),
    (
        "version-number",
        "a message whose jsonrpc is a number",
        br#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#,
        INVALID_REQUEST,
    ),
    (
        "no-method",
        "a message without method",
        br#"{"jsonrpc":"2.0","id":1}"#,
        INVALID_REQUEST,
    ),
    (
        "method-number",
        "a message whose method is a number",
        br#"{"jsonrpc":"2.0","id":1,"method":7}"#,
        INVALID_REQUEST,
    ),
    (
        "id-object",
        "a message whose id is an object",
        br#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
        INVALID_REQUEST,
    ),
    (
        "scalar",
        "a number instead of a message",
        b"42",
        INVALID_REQUEST,
    ),
    (
        "null",
        "null instead of a message",
        b"null",
        INVALID_REQUEST,
    ),
    ("empty-batch", "an empty batch", b"[]", INVALID_REQUEST),
];

fn malformed((name, what, body, code): Malformed) -> Check {
    row(
        Topic::Errors,
        &format!("malformed-{name}"),
        format!("{what} is refused, by HTTP or with {code}"),
        move |mcp| async move {
            let request = mcp.post(Bytes::from_static(body))?;
            let said = mcp.send(request, &json!(1)).await?;
            refused(&mcp, &said, code)
        },
    )
    .proves(&["mcp.transport.json-rpc", "mcp.error.code-32602"])
    .advice("answer what is no JSON-RPC request with 400, or with the code of JSON-RPC for it")
}

/// Refused by HTTP, or by a JSON-RPC error with this code; never a result, never a breakdown.
fn refused(mcp: &Mcp, said: &Said, code: i64) -> Outcome {
    let case = mcp.case();
    mcp.seller().no_breakdown(&said.answer)?;
    let shown = || format!("{}: {}", said.answer.status, case.excerpt(&said.answer));
    case.must(
        said.result().is_none() && (said.error().is_some() || said.answer.is_refusal()),
        &said.answer,
        "what is no JSON-RPC request is refused",
        shown,
    )?;
    if said.error().is_none() {
        return Ok(());
    }
    case.must(
        said.code() == Some(code) && said.message.get("jsonrpc") == Some(&json!("2.0")),
        &said.answer,
        &format!("a JSON-RPC error about it has the code {code}"),
        shown,
    )
}

/// Ids that a client may choose: the name, and the id.
const IDS: [(&str, &str); 5] = [
    ("text", r#""certify-7""#),
    ("zero", "0"),
    ("negative", "-3"),
    ("large", "9007199254740991"),
    (
        "long-text",
        r#""0123456789012345678901234567890123456789012345678901234567890123""#,
    ),
];

fn echoed((name, id): (&'static str, &'static str)) -> Check {
    row(
        Topic::Lifecycle,
        &format!("id-{name}"),
        format!("the response carries the id of the request: {id}"),
        move |mcp| async move {
            let id: Value = serde_json::from_str(id).unwrap_or_default();
            let message = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/list" });
            let said = mcp.send(mcp.request(&message)?, &id).await?;
            mcp.result(&said)?;
            let shown = || mcp.case().excerpt(&said.answer);
            mcp.case().must(
                said.message.get("id") == Some(&id),
                &said.answer,
                "the response has the id of its request, of the same type",
                shown,
            )?;
            mcp.case().must(
                said.message.get("jsonrpc") == Some(&json!("2.0")),
                &said.answer,
                "every message says jsonrpc 2.0",
                shown,
            )
        },
    )
    .proves(JSON_RPC)
    .advice("repeat the id as it came, a text or a number")
}

fn unknown() -> Vec<Check> {
    vec![
        row(
            Topic::Errors,
            "method-unknown",
            "an unknown method is answered with -32601",
            |mcp| async move {
                let said = mcp.ask("certify/unknown", json!({})).await?;
                mcp.json_rpc_error(&said)?;
                code(&mcp, &said, &[NO_METHOD])
            },
        )
        .proves(JSON_RPC)
        .advice("answer -32601 for methods that you do not have"),
        // The OpenRPC document names methods, the examples and MCP call tools (`mcp-method-name`).
        row(
            Topic::Errors,
            "tool-unknown",
            "a call of an unknown tool is answered with -32602",
            |mcp| async move {
                let arguments = mcp.arguments(Tool::Create, None, None)?;
                let params = json!({ "name": "certify_unknown_tool", "arguments": arguments });
                let said = mcp.ask("tools/call", params).await?;
                mcp.json_rpc_error(&said)?;
                code(&mcp, &said, &[INVALID_PARAMS, NO_METHOD])
            },
        )
        .proves(&["mcp.transport.json-rpc", "mcp.error.code-32602"])
        .advice("answer -32602 for tools that you do not have"),
    ]
}

fn code(mcp: &Mcp, said: &Said, codes: &[i64]) -> Outcome {
    mcp.case().must(
        said.code().is_some_and(|code| codes.contains(&code)),
        &said.answer,
        &format!("the code is {codes:?}"),
        || mcp.case().excerpt(&said.answer),
    )
}

/// Params of `tools/call` that are none: the name, what it is, the params.
const PARAMS: [(&str, &str, &str); 6] = [
    ("absent", "without params", "null"),
    (
        "text",
        "whose params are a text",
        r#""create_checkout_session""#,
    ),
    ("no-name", "without a name", r#"{"arguments":{}}"#),
    (
        "name-number",
        "whose name is a number",
        r#"{"name":7,"arguments":{}}"#,
    ),
    (
        "arguments-text",
        "whose arguments are a text",
        r#"{"name":"create_checkout_session","arguments":"{}"}"#,
    ),
    (
        "arguments-list",
        "whose arguments are a list",
        r#"{"name":"create_checkout_session","arguments":[]}"#,
    ),
];

fn tool_params() -> Vec<Check> {
    let check = |(name, what, params): (&'static str, &str, &'static str)| {
        row(
            Topic::Errors,
            &format!("params-{name}"),
            format!("a tool call {what} is refused"),
            move |mcp| async move {
                let id = mcp.id();
                let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call" });
                let params: Value = serde_json::from_str(params).unwrap_or_default();
                if !params.is_null() {
                    documents::set(&mut message, "/params", params);
                }
                let said = mcp.send(mcp.request(&message)?, &id).await?;
                mcp.seller().no_breakdown(&said.answer)?;
                if said.error().is_none() && said.answer.is_refusal() {
                    return Ok(());
                }
                if said.code() == Some(INVALID_REQUEST) {
                    return mcp.json_rpc_error(&said);
                }
                mcp.refused_or_malformed(&said)
            },
        )
        .proves(&["mcp.error.code-32602", "mcp.transport.json-rpc"])
        .advice("answer -32602 when name or arguments are missing or of another type")
    };
    PARAMS.into_iter().map(check).collect()
}

/// Batches left MCP with 2025-06-18: a server refuses them, or answers as JSON-RPC says.
fn batch() -> Check {
    row(
        Topic::Errors,
        "batch",
        "a batch is refused, or each of its requests is answered",
        |mcp| async move {
            let requests = [json!("one"), json!("two")];
            let batch: Vec<_> = requests
                .iter()
                .map(|id| json!({ "jsonrpc": "2.0", "id": id, "method": "ping" }))
                .collect();
            let request = mcp.request(&Value::Array(batch))?;
            let both = requests.clone();
            let enough = move |headers: &HeaderMap, body: &[u8]| {
                both.iter().all(|id| is_answered(headers, body, id))
            };
            let url = &mcp.target().url;
            let answer = mcp.case().send_until(url, request, &enough).await?;
            let said = Said::of(answer, &Value::Null);
            mcp.seller().no_breakdown(&said.answer)?;
            let answered = messages(&said.answer.headers, &said.answer.body);
            let all = requests.iter().all(|id| {
                let mut responses = answered.iter();
                responses.any(|one| one.get("id") == Some(id) && one.get("result").is_some())
            });
            if all {
                return Ok(());
            }
            refused(&mcp, &said, INVALID_REQUEST)
        },
    )
    .proves(JSON_RPC)
    .advice("refuse batches with -32600, or answer every request of them")
}
