//! Sellers over MCP that break one thing each: what they make of calls.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    fault::{Fault, requests},
    mcp::{Edit, LANE, called, is_call, is_rpc},
    mcp_doors,
    proxy::{Answered, Asked, Bend},
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = metas();
    all.extend(bodies());
    all.extend(mcp_doors::faults());
    all
}

/// A fault of the arguments of one tool; `*` is any.
fn arguments(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    of: &'static str,
    edit: Edit,
) -> Fault {
    let bend = requests(move |asked| {
        if is_call(asked, of) && called(asked).ends_with("_checkout_session") {
            asked.edit(|message| {
                if message["params"]["arguments"].is_object() {
                    edit(&mut message["params"]["arguments"]);
                }
            });
        }
        None
    });
    Fault::new(LANE, id, does, red, bend)
}

/// A JSON-RPC error of the proxy's own.
fn refusal(asked: &Asked, code: i32) -> Answered {
    let id = asked.json().unwrap_or_default()["id"].clone();
    let data = json!({ "type": "invalid_request", "code": "invalid", "message": "refused" });
    let error = json!({ "code": code, "message": "refused", "data": data });
    Answered::new(200, &json!({ "jsonrpc": "2.0", "id": id, "error": error }))
}

fn without_meta(arguments: &mut Value, member: &str) {
    if let Some(meta) = arguments["meta"].as_object_mut() {
        meta.remove(member);
    }
}

fn metas() -> Vec<Fault> {
    let all = [versions_and_keys(), other_metas()];
    all.into_iter().flatten().collect()
}

fn versions_and_keys() -> Vec<Fault> {
    vec![
        arguments(
            "mcp-version-assumed",
            "assumes the newest version where none is named",
            &[
                "mcp.errors.create-without-meta",
                "mcp.errors.get-without-meta-api-version",
            ],
            "*",
            |arguments| {
                if !arguments["meta"].is_object() {
                    arguments["meta"] = json!({});
                }
                if arguments["meta"]["api_version"].is_null() {
                    arguments["meta"]["api_version"] = json!("2026-04-17");
                }
            },
        ),
        arguments(
            "mcp-version-ignored",
            "does not look at meta.api_version",
            &[
                "mcp.versions.unknown-on-create",
                "mcp.versions.value-word",
                "mcp.versions.older-2026-01-30",
            ],
            "*",
            |arguments| arguments["meta"]["api_version"] = json!("2026-04-17"),
        ),
        arguments(
            "mcp-key-ignored",
            "does not look at meta.idempotency_key",
            &[
                "mcp.idempotency.replay-create",
                "mcp.idempotency.conflict-create",
                "mcp.idempotency.in-flight-create",
            ],
            "*",
            |arguments| without_meta(arguments, "idempotency_key"),
        ),
        Fault::new(
            LANE,
            "mcp-key-demanded",
            "demands an idempotency key",
            &[
                "mcp.idempotency.no-key-create",
                "mcp.idempotency.no-key-no-replay",
            ],
            requests(|asked| {
                let json = asked.json().unwrap_or_default();
                let key = &json["params"]["arguments"]["meta"]["idempotency_key"];
                (is_call(asked, "create_checkout_session") && key.is_null())
                    .then(|| refusal(asked, -32000))
            }),
        ),
    ]
}

fn other_metas() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "mcp-key-of-connection",
            "knows keys on their connection only",
            &["mcp.idempotency.other-connection"],
            requests(|asked| {
                let connection = asked.header("mcp-session-id").unwrap_or_default();
                asked.edit(|message| {
                    let key = &mut message["params"]["arguments"]["meta"]["idempotency_key"];
                    if let Some(text) = key.as_str() {
                        *key = json!(format!("{text}{connection}"));
                    }
                });
                None
            }),
        ),
        arguments(
            "mcp-key-cut",
            "cuts long keys",
            &["mcp.idempotency.key-long"],
            "*",
            |arguments| {
                let key = &mut arguments["meta"]["idempotency_key"];
                if let Some(text) = key.as_str() {
                    *key = json!(text.chars().take(200).collect::<String>());
                }
            },
        ),
        arguments(
            "mcp-language-ignored",
            "does not look at meta.accept_language",
            &["mcp.lifecycle.same-language"],
            "*",
            |arguments| without_meta(arguments, "accept_language"),
        ),
        arguments(
            "mcp-signature-ignored",
            "does not look at meta.signature",
            &[
                "mcp.signatures.other-secret",
                "mcp.signatures.changed",
                "mcp.signatures.day-old",
            ],
            "*",
            |arguments| without_meta(arguments, "signature"),
        ),
    ]
}

/// Shows each session as it was when it was read first.
#[derive(Default)]
struct Stale(HashMap<String, Answered>);

impl Bend for Stale {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if is_call(asked, "get_checkout_session") || is_call(asked, "create_checkout_session") {
            let Some(mut message) = answered.json() else {
                return;
            };
            let session = message["result"]["id"].to_string();
            let first = self.0.entry(session).or_insert_with(|| answered.clone());
            let first = first.json().unwrap_or_default();
            if message["result"].is_object() {
                message["result"] = first["result"].clone();
                answered.edit(|shown| *shown = message);
            }
        }
    }
}

/// Names sessions otherwise than REST does.
struct OtherNames;

impl Bend for OtherNames {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        if is_rpc(asked) {
            asked.edit(|message| {
                let id = &mut message["params"]["arguments"]["id"];
                if let Some(own) = id.as_str().and_then(|id| id.strip_prefix("mcp-")) {
                    *id = json!(own);
                }
            });
        }
        None
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if is_rpc(asked) {
            answered.edit(|message| {
                if let Some(id) = message["result"]["id"].as_str() {
                    message["result"]["id"] = json!(format!("mcp-{id}"));
                }
            });
        }
    }
}

fn bodies() -> Vec<Fault> {
    let all = [payloads(), ids_and_sessions()];
    all.into_iter().flatten().collect()
}

fn payloads() -> Vec<Fault> {
    vec![
        arguments(
            "mcp-currency-guessed",
            "takes its own currency where the payload has none or a wrong one",
            &[
                "mcp.fuzz.create-payload-currency-missing",
                "mcp.fuzz.create-payload-currency-type",
                "mcp.errors.as-rest-wrong-type",
            ],
            "create_checkout_session",
            |arguments| arguments["payload"]["currency"] = json!("usd"),
        ),
        arguments(
            "mcp-payload-made-up",
            "makes a payload up where there is none",
            &["mcp.errors.update-without-payload"],
            "update_checkout_session",
            |arguments| {
                if arguments["payload"].is_null() {
                    arguments["payload"] = json!({});
                }
            },
        ),
        arguments(
            "mcp-trace-dropped",
            "does not look at the payload of cancel",
            &[
                "mcp.lifecycle.cancel-trace-malformed",
                "mcp.fuzz.cancel-payload-type",
            ],
            "cancel_checkout_session",
            |arguments| {
                arguments.as_object_mut().unwrap().remove("payload");
            },
        ),
        Fault::new(
            LANE,
            "mcp-cancel-needs-payload",
            "refuses cancel without payload",
            &["mcp.lifecycle.cancel-no-payload"],
            requests(|asked| {
                let json = asked.json().unwrap_or_default();
                let none = json["params"]["arguments"].get("payload").is_none();
                (is_call(asked, "cancel_checkout_session") && none).then(|| refusal(asked, -32602))
            }),
        ),
        arguments(
            "mcp-id-trimmed",
            "takes blanks off ids",
            &["mcp.errors.id-blank-smuggled"],
            "*",
            |arguments| {
                if let Some(id) = arguments["id"].as_str() {
                    arguments["id"] = json!(id.trim());
                }
            },
        ),
    ]
}

fn ids_and_sessions() -> Vec<Fault> {
    vec![
        arguments(
            "mcp-id-path",
            "reads ids as paths",
            &[
                "mcp.errors.id-action-smuggled",
                "mcp.errors.id-slash-smuggled",
            ],
            "*",
            |arguments| {
                let first = arguments["id"].as_str().and_then(|id| id.split('/').next());
                if let Some(first) = first {
                    arguments["id"] = json!(first);
                }
            },
        ),
        Fault::new(
            LANE,
            "mcp-get-writes",
            "makes an update of a get with payload",
            &["mcp.lifecycle.get-payload"],
            requests(|asked| {
                let json = asked.json().unwrap_or_default();
                let payload = &json["params"]["arguments"]["payload"];
                if is_call(asked, "get_checkout_session") && payload.is_object() {
                    asked.edit(|message| {
                        message["params"]["name"] = json!("update_checkout_session");
                    });
                }
                None
            }),
        ),
        Fault::new(
            LANE,
            "mcp-stale",
            "shows sessions as they once were",
            &["mcp.lifecycle.update-address", "mcp.lifecycle.update-lines"],
            || Box::<Stale>::default(),
        ),
        Fault::new(
            LANE,
            "mcp-other-shop",
            "names sessions otherwise than REST",
            &[
                "mcp.lifecycle.session-over-rest",
                "mcp.lifecycle.rest-session-here",
            ],
            || Box::new(OtherNames),
        ),
    ]
}
