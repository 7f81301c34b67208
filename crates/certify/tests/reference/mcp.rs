//! Checkout over the Model Context Protocol: the calls of REST as tools, on the same sessions.

use std::{collections::HashMap, sync::Mutex};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use super::{
    basics::fresh,
    reply::{Refusal, Reply},
    seller::Seller,
    serve::{Incoming, Party},
    shapes::text,
    strict,
};

/// The revisions of MCP that are spoken, newest first.
const REVISIONS: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

/// The agent of each connection, by `Mcp-Session-Id`.
#[derive(Default)]
pub(crate) struct Connections(Mutex<HashMap<String, usize>>);

impl Connections {
    fn open(&self, agent: usize) -> String {
        let id = fresh("mcp");
        self.0.lock().unwrap().insert(id.clone(), agent);
        id
    }

    /// Whether the request belongs to a connection of this agent.
    fn check(&self, incoming: &Incoming, agent: usize) -> Result<String, Refusal> {
        let refused = |status, text: &str| Refusal::new("invalid", text).status(status);
        let id = incoming
            .header("mcp-session-id")
            .ok_or_else(|| refused(400, "Mcp-Session-Id is needed"))?;
        if self.0.lock().unwrap().get(id) == Some(&agent) {
            return Ok(id.to_owned());
        }
        Err(refused(404, "there is no such connection"))
    }
}

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

/// What is judged before the message is read: whose page, who calls, which revision.
fn admit(seller: &Seller, incoming: &Incoming) -> Result<usize, Refusal> {
    let refused = |status, text: &str| Refusal::new("invalid", text).status(status);
    if incoming
        .header("origin")
        .is_some_and(|origin| origin != seller.base)
    {
        return Err(refused(403, "this page may not call"));
    }
    let agent = seller.gate.agent(incoming)?;
    let revision = incoming.header("mcp-protocol-version");
    if revision.is_some_and(|revision| !REVISIONS.contains(&revision)) {
        return Err(refused(400, "this revision of MCP is not spoken"));
    }
    Ok(agent)
}

/// `DELETE`: the end of a connection.
pub(crate) fn close(seller: &Seller, incoming: &Incoming) -> Reply {
    let connections = &seller.connections;
    let closed = admit(seller, incoming).and_then(|agent| connections.check(incoming, agent));
    match closed {
        Ok(id) => {
            connections.0.lock().unwrap().remove(&id);
            empty(200)
        }
        Err(refusal) => refusal.into(),
    }
}

fn empty(status: u16) -> Reply {
    Reply {
        body: bytes::Bytes::new(),
        ..Reply::json(status, &Value::Null)
    }
}

pub(crate) fn answer(seller: &Seller, incoming: &Incoming) -> Reply {
    let agent = match admit(seller, incoming) {
        Ok(agent) => agent,
        Err(refusal) => return refusal.into(),
    };
    let Some(message) = incoming
        .body
        .as_ref()
        .and_then(|body| strict::parse(body).ok())
    else {
        return fault(&Value::Null, &Fault(-32700, "this is no JSON"));
    };
    let id = message.get("id").cloned().unwrap_or_default();
    let method = text(&message, "method");
    if method != Some("initialize")
        && let Err(refusal) = seller.connections.check(incoming, agent)
    {
        return refusal.into();
    }
    if method.is_none() && (message.get("result").is_some() || message.get("error").is_some()) {
        return empty(202);
    }
    if id.is_object() || id.is_array() || id.is_boolean() {
        return fault(&Value::Null, &Fault(-32600, "an id is a text or a number"));
    }
    let (Some("2.0"), Some(method)) = (text(&message, "jsonrpc"), method) else {
        return fault(&id, &Fault(-32600, "this is no JSON-RPC 2.0 request"));
    };
    if id.is_null() {
        // A notification: taken, and answered with nothing.
        return empty(202);
    }
    let params = message.get("params").cloned().unwrap_or_else(|| json!({}));
    let result = match method {
        "initialize" => {
            let wanted = text(&params, "protocolVersion");
            let spoken = wanted.filter(|wanted| REVISIONS.contains(wanted));
            let result = json!({
                "protocolVersion": spoken.unwrap_or(REVISIONS[0]),
                "capabilities": { "tools": {} },
                "serverInfo": { "name": "reference-shop", "version": "1" },
            });
            let reply = Reply::json(
                200,
                &json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            );
            return reply.with("mcp-session-id", &seller.connections.open(agent));
        }
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
    let meta = json!({
        "type": "object",
        "properties": texts,
        "required": ["api_version"],
        "additionalProperties": true,
    });
    let mut properties = json!({ "meta": { "$ref": "#/$defs/meta" } });
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
        "inputSchema": {
            "type": "object",
            "properties": properties,
            "required": required,
            "$defs": { "meta": meta },
        },
    })
}
