//! The judge's shop over the Model Context Protocol: the same calls as tools.

use serde_json::{Value, json};

use super::{
    call::{Call, Op},
    play::Play,
    reply::Reply,
};

/// Tools and what they do.
pub(super) const TOOLS: [(&str, Op); 5] = [
    ("create_checkout_session", Op::Create),
    ("get_checkout_session", Op::Read),
    ("update_checkout_session", Op::Update),
    ("complete_checkout_session", Op::Complete),
    ("cancel_checkout_session", Op::Cancel),
];

/// Answers a JSON-RPC request.
pub(super) fn answer(play: &Play, call: &Call) -> Reply {
    let Some(message) = &call.json else {
        return Reply::error(405, "invalid_request", "invalid", "only POST of JSON");
    };
    let id = message.get("id").cloned();
    let Some(id) = id else {
        return Reply::text(202, "application/json", "");
    };
    let result = match message.get("method").and_then(Value::as_str) {
        Some("initialize") => json!({
            "protocolVersion": message.pointer("/params/protocolVersion").cloned()
                .unwrap_or_else(|| "2025-06-18".into()),
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "certify", "version": "1" },
        }),
        Some("tools/list") => json!({ "tools": tools() }),
        Some("tools/call") => return tool(play, call, message, &id),
        Some("ping") => json!({}),
        _ => {
            let error = json!({ "code": -32601, "message": "no such method" });
            return Reply::json(200, &json!({ "jsonrpc": "2.0", "id": id, "error": error }));
        }
    };
    Reply::json(
        200,
        &json!({ "jsonrpc": "2.0", "id": id, "result": result }),
    )
}

fn tools() -> Vec<Value> {
    TOOLS
        .iter()
        .map(|(name, _)| {
            json!({ "name": name, "description": name, "inputSchema": { "type": "object" } })
        })
        .collect()
}

/// The operation of a tool call.
pub(super) fn operation(message: &Value) -> Option<Op> {
    let name = message.pointer("/params/name")?.as_str()?;
    TOOLS
        .iter()
        .find(|(tool, _)| *tool == name)
        .map(|(_, op)| *op)
}

fn tool(play: &Play, call: &Call, message: &Value, id: &Value) -> Reply {
    let arguments = message
        .pointer("/params/arguments")
        .cloned()
        .unwrap_or_default();
    let Some(op) = operation(message) else {
        let error = json!({ "code": -32602, "message": "no such tool" });
        return Reply::json(200, &json!({ "jsonrpc": "2.0", "id": id, "error": error }));
    };
    let reply = play.answer_as(op, &as_rest(call, &arguments));
    let document: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let answer = if reply.status < 300 {
        let content = json!([{ "type": "text", "text": document.to_string() }]);
        json!({ "content": content, "structuredContent": document, "isError": false })
    } else {
        let text = document.get("message").cloned().unwrap_or_default();
        let error = json!({ "code": -32000, "message": text, "data": document });
        return Reply::json(200, &json!({ "jsonrpc": "2.0", "id": id, "error": error }));
    };
    Reply::json(
        200,
        &json!({ "jsonrpc": "2.0", "id": id, "result": answer }),
    )
}

/// The tool call as the REST call that it stands for.
fn as_rest(call: &Call, arguments: &Value) -> Call {
    let mut rest = call.clone();
    let meta = |name: &str| {
        arguments
            .pointer(&format!("/meta/{name}"))
            .and_then(Value::as_str)
    };
    rest.id = arguments
        .get("id")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let payload = arguments
        .get("payload")
        .cloned()
        .unwrap_or_else(|| json!({}));
    rest.body = payload.to_string().into();
    rest.json = Some(payload);
    rest.headers.clear();
    for (header, value) in [
        ("api-version", meta("api_version")),
        ("idempotency-key", meta("idempotency_key")),
    ] {
        if let Some(value) = value.and_then(|value| value.parse().ok()) {
            rest.headers.insert(header, value);
        }
    }
    let name = arguments
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    rest.path = format!(
        "/mcp/{}/{name}",
        call.text("/params/name").unwrap_or_default()
    );
    rest
}
