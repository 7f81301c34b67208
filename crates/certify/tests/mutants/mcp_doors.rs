//! Sellers over MCP that break one thing each: whom they let in, and their connections.

use serde_json::{Value, json};

use super::{
    fault::{Fault, requests},
    mcp::{LANE, is_call, is_rpc},
    proxy::{Answered, Asked, Bend},
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = doors();
    all.extend(connections());
    all
}

fn doors() -> Vec<Fault> {
    const KEY: &str = "Bearer agent-key-for-the-reference";
    let mut all = vec![
        Fault::new(
            LANE,
            "mcp-open-door",
            "serves calls without credentials",
            &["mcp.auth.stranger-none", "mcp.auth.keyless-cancel"],
            requests(|asked| {
                if is_rpc(asked) && !asked.headers.contains_key("authorization") {
                    asked.set("authorization", KEY);
                }
                None
            }),
        ),
        Fault::new(
            LANE,
            "mcp-any-key",
            "takes any key",
            &[
                "mcp.auth.stranger-unknown-key",
                "mcp.auth.stranger-key-prefix",
            ],
            requests(|asked| {
                if is_rpc(asked) && asked.headers.contains_key("authorization") {
                    asked.set("authorization", KEY);
                }
                None
            }),
        ),
    ];
    all.extend(side_doors());
    all
}

/// Callers that get in beside the door, or as somebody else.
fn side_doors() -> Vec<Fault> {
    const KEY: &str = "Bearer agent-key-for-the-reference";
    vec![
        Fault::new(
            LANE,
            "mcp-key-in-meta",
            "takes the key from meta",
            &["mcp.auth.key-in-meta"],
            requests(|asked| {
                let json = asked.json().unwrap_or_default();
                let key = json["params"]["arguments"]["meta"]["authorization"].as_str();
                if let Some(key) = key {
                    asked.set("authorization", key);
                }
                None
            }),
        ),
        Fault::new(
            LANE,
            "mcp-one-agent",
            "takes all agents for one",
            &[
                "mcp.auth.foreign-get",
                "mcp.auth.foreign-cancel",
                "mcp.idempotency.other-agent",
            ],
            requests(|asked| {
                if is_rpc(asked) {
                    asked.set("authorization", KEY);
                }
                None
            }),
        ),
        Fault::new(
            LANE,
            "mcp-any-revision",
            "does not look at MCP-Protocol-Version",
            &["mcp.versions.header-unknown"],
            requests(|asked| {
                asked.headers.remove("mcp-protocol-version");
                None
            }),
        ),
    ]
}

/// Repeats whatever revision a client names.
struct Echo;

impl Bend for Echo {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if is_call(asked, "initialize") {
            let json = asked.json().unwrap_or_default();
            let wanted = json["params"]["protocolVersion"].clone();
            answered.edit(|message| message["result"]["protocolVersion"] = wanted);
        }
    }
}

/// Calls every connection by one name.
#[derive(Default)]
struct OneName(String);

impl Bend for OneName {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        if asked.headers.contains_key("mcp-session-id") {
            asked.set("mcp-session-id", &self.0);
        }
        None
    }

    fn answer(&mut self, _asked: &Asked, answered: &mut Answered) {
        let given = answered.headers.get("mcp-session-id").cloned();
        if let Some(given) = given {
            given.to_str().unwrap().clone_into(&mut self.0);
            answered.set("mcp-session-id", "connection");
        }
    }
}

/// Serves whatever connection is named, and forgets none.
#[derive(Default)]
struct NeverOver(String);

impl Bend for NeverOver {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        if is_rpc(asked) && asked.method == http::Method::DELETE {
            return Some(Answered::new(200, &Value::Null));
        }
        if asked.headers.contains_key("mcp-session-id") {
            asked.set("mcp-session-id", &self.0);
        }
        None
    }

    fn answer(&mut self, _asked: &Asked, answered: &mut Answered) {
        if let Some(given) = answered.headers.get("mcp-session-id") {
            given.to_str().unwrap().clone_into(&mut self.0);
        }
    }
}

fn connections() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "mcp-revision-echo",
            "claims to speak every revision of MCP",
            &["mcp.versions.revision-unknown"],
            || Box::new(Echo),
        ),
        Fault::new(
            LANE,
            "mcp-one-name",
            "calls every connection by one name",
            &["mcp.lifecycle.connection-id"],
            || Box::<OneName>::default(),
        ),
        Fault::new(
            LANE,
            "mcp-never-over",
            "serves connections that never were or have ended",
            &[
                "mcp.errors.connection-unknown",
                "mcp.lifecycle.connection-deleted",
            ],
            || Box::<NeverOver>::default(),
        ),
        Fault::new(
            LANE,
            "mcp-old-jsonrpc",
            "takes messages of JSON-RPC 1.0",
            &[
                "mcp.errors.malformed-version-1",
                "mcp.errors.malformed-no-version",
            ],
            requests(|asked| {
                if is_rpc(asked) {
                    asked.edit(|message| {
                        if message["method"].is_string() {
                            message["jsonrpc"] = json!("2.0");
                        }
                    });
                }
                None
            }),
        ),
    ]
}
