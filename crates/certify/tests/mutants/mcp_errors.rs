//! Sellers over MCP that break one thing each: errors, and the frame of messages.

use serde_json::json;

use super::{
    fault::{Fault, answers},
    mcp::{LANE, error, is_call, is_rpc},
    proxy::Answered,
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = errors();
    all.extend(framing());
    all
}

fn errors() -> Vec<Fault> {
    let all = [codes(), contents(), disclosures()];
    all.into_iter().flatten().collect()
}

fn codes() -> Vec<Fault> {
    const GET: &[&str] = &["mcp.errors.get-unknown-session"];
    vec![
        Fault::new(
            LANE,
            "mcp-error-result",
            "tells errors as results",
            GET,
            answers(|asked, answered| {
                if is_call(asked, "*") {
                    answered.edit(|message| {
                    if let Some(error) = message.as_object_mut().and_then(|all| all.remove("error")) {
                        let content = json!([{ "type": "text", "text": error["message"] }]);
                        message["result"] = json!({ "isError": true, "content": content, "structuredContent": error["data"] });
                    }
                });
                }
            }),
        ),
        error(
            "mcp-error-32602",
            "calls every fault invalid params",
            &[
                "mcp.errors.get-unknown-session",
                "mcp.fuzz.create-payload-currency-missing",
            ],
            "*",
            |error| {
                error["code"] = json!(-32602);
            },
        ),
        error(
            "mcp-error-http-code",
            "takes the HTTP status as code",
            &["mcp.errors.update-unknown-session"],
            "*",
            |error| {
                error["code"] = json!(404);
            },
        ),
        error(
            "mcp-error-no-data",
            "leaves data out",
            &["mcp.errors.complete-unknown-session"],
            "*",
            |error| {
                error.as_object_mut().unwrap().remove("data");
            },
        ),
        error(
            "mcp-error-nested",
            "wraps the ACP error once more",
            &["mcp.errors.cancel-unknown-session"],
            "*",
            |error| {
                error["data"] = json!({ "error": error["data"] });
            },
        ),
    ]
}

fn contents() -> Vec<Fault> {
    const GET: &[&str] = &["mcp.errors.get-unknown-session"];
    vec![
        error(
            "mcp-error-text",
            "writes data as a text",
            GET,
            "*",
            |error| {
                error["data"] = json!(error["data"].to_string());
            },
        ),
        error(
            "mcp-error-blames-itself",
            "calls faults of the agent its own",
            &[
                "mcp.errors.get-unknown-session",
                "mcp.errors.as-rest-unknown-session",
            ],
            "*",
            |error| {
                error["data"]["type"] = json!("processing_error");
            },
        ),
        error(
            "mcp-error-old-type",
            "uses the type that went away",
            &["mcp.idempotency.conflict-create"],
            "*",
            |error| {
                error["data"]["type"] = json!("request_not_idempotent");
            },
        ),
        error(
            "mcp-error-other-code",
            "gives every error one code",
            &[
                "mcp.errors.as-rest-unknown-session",
                "mcp.idempotency.conflict-update",
            ],
            "*",
            |error| {
                error["data"]["code"] = json!("failed");
            },
        ),
        error(
            "mcp-no-supported-versions",
            "does not say which versions it has",
            &["mcp.versions.unknown-on-get"],
            "*",
            |error| {
                error["data"]
                    .as_object_mut()
                    .unwrap()
                    .remove("supported_versions");
            },
        ),
    ]
}

fn disclosures() -> Vec<Fault> {
    const GET: &[&str] = &["mcp.errors.get-unknown-session"];
    vec![
        error(
            "mcp-stack-trace",
            "shows a stack trace",
            GET,
            "*",
            |error| {
                error["data"]["message"] = json!("thread 'main' panicked at src/main.rs:7");
            },
        ),
        Fault::new(
            LANE,
            "mcp-key-shown",
            "repeats the bearer key in errors",
            &["mcp.leaks.key-in-results"],
            answers(|asked, answered| {
                let key = asked.header("authorization").unwrap_or_default();
                answered.edit(|message| {
                    if message["error"].is_object() {
                        message["error"]["message"] = json!(format!("refused for {key}"));
                    }
                });
            }),
        ),
        Fault::new(
            LANE,
            "mcp-foreign-http",
            "answers for foreign sessions by HTTP alone",
            &["mcp.auth.foreign-get"],
            answers(|asked, answered| {
                let refused = answered.json().unwrap_or_default()["error"].is_object();
                if is_call(asked, "get_checkout_session") && refused {
                    *answered = Answered::new(403, &json!({ "detail": "forbidden" }));
                }
            }),
        ),
    ]
}

fn framing() -> Vec<Fault> {
    let all = [frames(), messages(), neighbours(), elsewhere()];
    all.into_iter().flatten().collect()
}

fn frames() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "mcp-plain-text",
            "calls its JSON plain text",
            &["mcp.lifecycle.content-type"],
            answers(|asked, answered| {
                if is_rpc(asked) && !answered.body.is_empty() {
                    answered.set("content-type", "text/plain");
                }
            }),
        ),
        Fault::new(
            LANE,
            "mcp-accepted-200",
            "answers notifications with 200 and a result",
            &["mcp.lifecycle.notification", "mcp.lifecycle.response"],
            answers(|_, answered| {
                if answered.status == 202 {
                    *answered =
                        Answered::new(200, &json!({ "jsonrpc": "2.0", "id": null, "result": {} }));
                }
            }),
        ),
        Fault::new(
            LANE,
            "mcp-id-text",
            "turns ids into texts",
            &["mcp.lifecycle.id-zero", "mcp.lifecycle.id-negative"],
            answers(|asked, answered| {
                if is_call(asked, "tools/list") {
                    answered.edit(|message| message["id"] = json!(message["id"].to_string()));
                }
            }),
        ),
        Fault::new(
            LANE,
            "mcp-no-jsonrpc",
            "leaves jsonrpc out",
            &["mcp.lifecycle.id-text"],
            answers(|asked, answered| {
                if is_rpc(asked) {
                    answered.edit(|message| {
                        if let Some(message) = message.as_object_mut() {
                            message.remove("jsonrpc");
                        }
                    });
                }
            }),
        ),
    ]
}

fn messages() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "mcp-parse-500",
            "breaks down over what is no JSON",
            &[
                "mcp.errors.malformed-truncated",
                "mcp.errors.malformed-no-json",
            ],
            answers(|asked, answered| {
                if is_rpc(asked) && asked.json().is_none() {
                    *answered = Answered::new(500, &json!({ "error": "internal" }));
                }
            }),
        ),
        Fault::new(
            LANE,
            "mcp-parse-code",
            "gives what is no JSON the code of invalid params",
            &["mcp.errors.malformed-truncated"],
            answers(|asked, answered| {
                if is_rpc(asked) && asked.json().is_none() {
                    answered.edit(|message| message["error"]["code"] = json!(-32602));
                }
            }),
        ),
        Fault::new(
            LANE,
            "mcp-unknown-method",
            "answers unknown methods with nothing",
            &["mcp.errors.method-unknown"],
            answers(|asked, answered| {
                if is_call(asked, "certify/unknown") {
                    let id = asked.json().unwrap_or_default()["id"].clone();
                    *answered =
                        Answered::new(200, &json!({ "jsonrpc": "2.0", "id": id, "result": {} }));
                }
            }),
        ),
        Fault::new(
            LANE,
            "mcp-unknown-tool",
            "answers unknown tools with a result",
            &["mcp.errors.tool-unknown"],
            answers(|asked, answered| {
                if is_call(asked, "certify_unknown_tool") {
                    let id = asked.json().unwrap_or_default()["id"].clone();
                    *answered = Answered::new(
                        200,
                        &json!({ "jsonrpc": "2.0", "id": id, "result": { "isError": true } }),
                    );
                }
            }),
        ),
    ]
}

fn neighbours() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "mcp-batch-half",
            "answers the first request of a batch only",
            &["mcp.errors.batch"],
            answers(|asked, answered| {
                if is_rpc(asked) && asked.json().is_some_and(|json| json.is_array()) {
                    *answered = Answered::new(
                        200,
                        &json!([{ "jsonrpc": "2.0", "id": "one", "result": {} }]),
                    );
                }
            }),
        ),
        Fault::new(
            LANE,
            "mcp-get-page",
            "shows a page at its endpoint",
            &["mcp.lifecycle.get-endpoint"],
            answers(|asked, answered| {
                if is_rpc(asked) && asked.method == http::Method::GET {
                    answered.status = 200;
                    answered.set("content-type", "text/html");
                }
            }),
        ),
        Fault::new(
            LANE,
            "mcp-session-resource",
            "lists sessions as resources",
            &["mcp.lifecycle.tools-not-resources"],
            answers(|asked, answered| {
                if is_call(asked, "resources/list") {
                    let id = asked.json().unwrap_or_default()["id"].clone();
                    let resources = json!({ "resources": [{ "uri": "acp://checkout_sessions/cs_1", "name": "cs_1" }] });
                    *answered = Answered::new(
                        200,
                        &json!({ "jsonrpc": "2.0", "id": id, "result": resources }),
                    );
                }
            }),
        ),
        Fault::new(
            LANE,
            "mcp-not-discovered",
            "does not list mcp in its discovery document",
            &["mcp.lifecycle.discovered"],
            answers(|asked, answered| {
                if asked.path.starts_with("/.well-known/") {
                    answered.edit(|document| document["transports"] = json!(["rest"]));
                }
            }),
        ),
    ]
}

fn elsewhere() -> Vec<Fault> {
    vec![Fault::new(
        LANE,
        "mcp-everywhere",
        "speaks JSON-RPC at the paths of REST",
        &["mcp.lifecycle.rest-apart"],
        answers(|asked, answered| {
            if asked.json().unwrap_or_default()["method"] == "initialize" && !is_rpc(asked) {
                *answered = Answered::new(200, &json!({ "jsonrpc": "2.0", "id": 1, "result": {} }));
            }
        }),
    )]
}
