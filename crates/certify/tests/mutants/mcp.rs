//! Sellers over MCP that break one thing each: what they list.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers},
    mcp_errors, mcp_results,
    proxy::Asked,
};

pub(crate) const LANE: Lane = Lane::Mcp;

/// A change of JSON.
pub(crate) type Edit = fn(&mut Value);

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = listings();
    all.extend(mcp_results::faults());
    all.extend(mcp_errors::faults());
    all
}

/// Whether a request is for the endpoint.
pub(crate) fn is_rpc(asked: &Asked) -> bool {
    asked.path == "/mcp"
}

/// The tool that is called, or else the method.
pub(crate) fn called(asked: &Asked) -> String {
    let message = asked.json().unwrap_or_default();
    let method = message["method"].as_str().unwrap_or_default();
    let tool = message["params"]["name"].as_str();
    tool.filter(|_| method == "tools/call")
        .unwrap_or(method)
        .to_owned()
}

/// Whether a request calls this tool or method; `*` is any.
pub(crate) fn is_call(asked: &Asked, name: &str) -> bool {
    is_rpc(asked) && (name == "*" || called(asked) == name)
}

/// A fault of the results of one tool or method.
pub(crate) fn result(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    of: &'static str,
    edit: Edit,
) -> Fault {
    member(id, does, red, of, "result", edit)
}

/// A fault of the errors of one tool or method.
pub(crate) fn error(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    of: &'static str,
    edit: Edit,
) -> Fault {
    member(id, does, red, of, "error", edit)
}

fn member(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    of: &'static str,
    name: &'static str,
    edit: Edit,
) -> Fault {
    let bend = answers(move |asked, answered| {
        if is_call(asked, of) {
            answered.edit(|message| {
                if let Some(member) = message.get_mut(name) {
                    edit(member);
                }
            });
        }
    });
    Fault::new(LANE, id, does, red, bend)
}

/// The schema of a tool in a listing.
fn schema<'a>(result: &'a mut Value, tool: &str) -> &'a mut Value {
    let tools = result["tools"].as_array_mut().unwrap();
    let mut named = tools.iter_mut().filter(|one| one["name"] == tool);
    &mut named.next().unwrap()["inputSchema"]
}

fn listings() -> Vec<Fault> {
    let all = [tools(), greetings()];
    all.into_iter().flatten().collect()
}

fn tools() -> Vec<Fault> {
    vec![
        result(
            "mcp-four-tools",
            "does not list cancel",
            &["mcp.lifecycle.five-tools"],
            "tools/list",
            |result| {
                let tools = result["tools"].as_array_mut().unwrap();
                tools.retain(|tool| tool["name"] != "cancel_checkout_session");
            },
        ),
        result(
            "mcp-delegate-tool",
            "offers delegate payment as a tool",
            &["mcp.lifecycle.checkout-only"],
            "tools/list",
            |result| {
                let tool =
                    json!({ "name": "delegate_payment", "inputSchema": { "type": "object" } });
                result["tools"].as_array_mut().unwrap().push(tool);
            },
        ),
        result(
            "mcp-schema-outside",
            "points outside its schemas",
            &["mcp.lifecycle.schema-bundled-create"],
            "tools/list",
            |result| {
                schema(result, "create_checkout_session")["properties"]["payload"] = json!({ "$ref": "../json-schema/schema.agentic_checkout.json#/$defs/CheckoutSessionCreateRequest" });
            },
        ),
        result(
            "mcp-schema-dangling",
            "refers to a definition that it left out",
            &["mcp.lifecycle.schema-bundled-get"],
            "tools/list",
            |result| {
                schema(result, "get_checkout_session")["$defs"] = json!({});
            },
        ),
        result(
            "mcp-meta-closed",
            "closes the schema of meta",
            &["mcp.lifecycle.schema-meta-open-create"],
            "tools/list",
            |result| {
                schema(result, "create_checkout_session")["$defs"]["meta"]["additionalProperties"] =
                    json!(false);
            },
        ),
        result(
            "mcp-schema-needs-key",
            "demands an idempotency key by its schema",
            &[
                "mcp.lifecycle.schema-meta-open-complete",
                "mcp.lifecycle.schema-fits-complete",
            ],
            "tools/list",
            |result| {
                schema(result, "complete_checkout_session")["$defs"]["meta"]["required"] =
                    json!(["api_version", "idempotency_key"]);
            },
        ),
    ]
}

fn greetings() -> Vec<Fault> {
    vec![
        result(
            "mcp-schema-api-key",
            "asks for a key in meta",
            &["mcp.leaks.schema-no-credentials-create"],
            "tools/list",
            |result| {
                schema(result, "create_checkout_session")["$defs"]["meta"]["properties"]["api_key"] =
                    json!({ "type": "string" });
            },
        ),
        result(
            "mcp-schema-cancel-payload",
            "demands a payload of cancel",
            &[
                "mcp.lifecycle.schema-members-cancel",
                "mcp.lifecycle.schema-fits-cancel",
            ],
            "tools/list",
            |result| {
                schema(result, "cancel_checkout_session")["required"] =
                    json!(["meta", "id", "payload"]);
            },
        ),
        result(
            "mcp-schema-create-id",
            "takes an id on create",
            &["mcp.lifecycle.schema-members-create"],
            "tools/list",
            |result| {
                schema(result, "create_checkout_session")["properties"]["id"] =
                    json!({ "type": "string" });
            },
        ),
        result(
            "mcp-schema-get-payload",
            "takes a payload on get",
            &["mcp.lifecycle.schema-members-get"],
            "tools/list",
            |result| {
                schema(result, "get_checkout_session")["properties"]["payload"] =
                    json!({ "type": "object" });
            },
        ),
        result(
            "mcp-no-tools-capability",
            "hides that it has tools",
            &["mcp.lifecycle.initialize"],
            "initialize",
            |result| {
                result["capabilities"] = json!({});
            },
        ),
        result(
            "mcp-ping-text",
            "answers ping with a text",
            &["mcp.lifecycle.ping"],
            "ping",
            |result| {
                *result = json!("pong");
            },
        ),
    ]
}
