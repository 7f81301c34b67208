//! Checkout over the Model Context Protocol: the calls of REST as tools, on the same sessions.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use super::{
    reply::Reply,
    seller::Seller,
    serve::{Incoming, Party},
    shapes::text,
    strict,
};

/// The protocol's version.
const PROTOCOL: &str = "2025-11-25";

/// Headers by the member of `meta` that stands for them.
const META: [(&str, &str); 7] = [
    ("api_version", "api-version"),
    ("idempotency_key", "idempotency-key"),
    ("request_id", "request-id"),
    ("user_agent", "user-agent"),
    ("accept_language", "accept-language"),
    ("signature", "signature"),
    ("timestamp", "timestamp"),
];

/// A tool: its name, method and action, whether it takes an id, and whether a payload: always,
/// never, or at will.
struct Tool {
    name: &'static str,
    method: &'static str,
    action: &'static str,
    id: bool,
    payload: Option<bool>,
}

const fn tool(
    name: &'static str,
    method: &'static str,
    action: &'static str,
    payload: Option<bool>,
) -> Tool {
    Tool {
        name,
        method,
        action,
        id: true,
        payload,
    }
}

const TOOLS: [Tool; 5] = [
    Tool {
        id: false,
        ..tool("create_checkout_session", "POST", "", Some(true))
    },
    tool("get_checkout_session", "GET", "", Some(false)),
    tool("update_checkout_session", "POST", "", Some(true)),
    tool("complete_checkout_session", "POST", "/complete", Some(true)),
    tool("cancel_checkout_session", "POST", "/cancel", None),
];

/// A fault on the level of JSON-RPC.
struct Fault(i32, &'static str);

pub(crate) fn answer(seller: &Seller, incoming: &Incoming) -> Reply {
    if let Err(refusal) = seller.gate.agent(incoming) {
        return refusal.into();
    }
    let Some(message) = incoming
        .body
        .as_ref()
        .and_then(|body| strict::parse(body).ok())
    else {
        return fault(&Value::Null, &Fault(-32700, "this is no JSON"));
    };
    let id = message.get("id").cloned().unwrap_or_default();
    let method = text(&message, "method");
    let (Some("2.0"), Some(method)) = (text(&message, "jsonrpc"), method) else {
        return fault(&id, &Fault(-32600, "this is no JSON-RPC 2.0 request"));
    };
    if id.is_null() {
        // A notification: taken, and answered with nothing.
        return Reply {
            body: bytes::Bytes::new(),
            ..Reply::json(202, &Value::Null)
        };
    }
    let params = message.get("params").cloned().unwrap_or_else(|| json!({}));
    let result = match method {
        "initialize" => Ok(json!({
            "protocolVersion": text(&params, "protocolVersion").unwrap_or(PROTOCOL),
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "reference-shop", "version": "1" },
        })),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": TOOLS.iter().map(describe).collect::<Vec<_>>() })),
        "tools/call" => match call(seller, incoming, &params) {
            Ok(reply) if reply.status < 300 => Ok(reply.document()),
            Ok(reply) => return refused(&id, &reply),
            Err(fault) => Err(fault),
        },
        _ => Err(Fault(-32601, "there is no such method")),
    };
    match result {
        Ok(result) => Reply::json(
            200,
            &json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        ),
        Err(found) => fault(&id, &found),
    }
}

fn fault(id: &Value, Fault(code, text): &Fault) -> Reply {
    let error = json!({ "code": code, "message": text });
    Reply::json(200, &json!({ "jsonrpc": "2.0", "id": id, "error": error }))
}

/// An error of the protocol, whole, inside one of JSON-RPC.
fn refused(id: &Value, reply: &Reply) -> Reply {
    let data = reply.document();
    let error = json!({ "code": -32000, "message": data["message"], "data": data });
    Reply::json(200, &json!({ "jsonrpc": "2.0", "id": id, "error": error }))
}

/// Makes the REST call that the tool stands for.
fn call(seller: &Seller, incoming: &Incoming, params: &Value) -> Result<Reply, Fault> {
    let name = text(params, "name").unwrap_or_default();
    let tool = TOOLS.iter().find(|tool| tool.name == name);
    let tool = tool.ok_or(Fault(-32602, "there is no such tool"))?;
    let arguments = &params["arguments"];
    let meta = arguments["meta"]
        .as_object()
        .ok_or(Fault(-32602, "meta is needed"))?;
    let mut headers = HeaderMap::new();
    if let Some(key) = incoming.headers.get("authorization") {
        headers.insert("authorization", key.clone());
    }
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    for (member, header) in META {
        let Some(value) = meta.get(member) else {
            continue;
        };
        let value = value
            .as_str()
            .and_then(|value| HeaderValue::from_str(value).ok());
        let value = value.ok_or(Fault(-32602, "members of meta are texts"))?;
        headers.insert(HeaderName::from_static(header), value);
    }
    let mut path = "/checkout_sessions".to_owned();
    if tool.id {
        let id = text(arguments, "id").ok_or(Fault(-32602, "id is needed"))?;
        let id = if id.contains('/') { "unknown" } else { id };
        path = format!("{path}/{id}{}", tool.action);
    }
    let payload = arguments
        .get("payload")
        .filter(|payload| !payload.is_null());
    if payload.is_none() && tool.payload == Some(true) {
        return Err(Fault(-32602, "payload is needed"));
    }
    let payload = payload.filter(|_| tool.payload != Some(false));
    Ok(seller.answer(&Incoming {
        method: if tool.method == "GET" {
            Method::GET
        } else {
            Method::POST
        },
        path,
        headers,
        body: Some(payload.map(Value::to_string).unwrap_or_default().into()),
        peer: incoming.peer,
        key_optional: true,
    }))
}

fn describe(tool: &Tool) -> Value {
    let texts: serde_json::Map<String, Value> = META
        .iter()
        .map(|(member, _)| ((*member).to_owned(), json!({ "type": "string" })))
        .collect();
    let mut properties = json!({ "meta": {
        "type": "object",
        "properties": texts,
        "required": ["api_version"],
        "additionalProperties": true,
    }});
    let mut required = vec!["meta"];
    if tool.id {
        properties["id"] = json!({ "type": "string" });
        required.push("id");
    }
    if tool.payload != Some(false) {
        properties["payload"] =
            json!({ "type": "object", "description": "The body of the REST call." });
    }
    if tool.payload == Some(true) {
        required.push("payload");
    }
    json!({
        "name": tool.name,
        "description": format!("{} of an ACP seller", tool.name.replace('_', " ")),
        "inputSchema": { "type": "object", "properties": properties, "required": required },
    })
}
