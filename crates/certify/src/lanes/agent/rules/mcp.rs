//! Tool calls of the agent over MCP.

use serde_json::Value;

use super::bodies::valid;
use crate::{
    Outcome, Stop, Topic,
    lanes::agent::{
        call::{Call, Op},
        mcp::operation,
        rule::{Grade, Rule, not_offered},
    },
};

/// Tool calls with their operation and arguments.
fn tools<'a>(grade: &'a Grade<'_>) -> Outcome<Vec<(&'a Call, Op, &'a Value)>> {
    let calls = grade.seen.of_kind(Op::Mcp);
    let found: Vec<_> = calls
        .filter_map(|call| {
            let op = operation(call.json.as_ref()?)?;
            Some((call, op, call.pointer("/params/arguments")?))
        })
        .collect();
    if found.is_empty() {
        return Err(not_offered("the agent does not speak MCP (ACP_TASK=mcp)"));
    }
    Ok(found)
}

fn each(grade: &Grade<'_>, look: impl Fn(&Call, Op, &Value) -> Outcome) -> Outcome {
    for (call, op, arguments) in tools(grade)? {
        look(call, op, arguments)?;
    }
    Ok(())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other operations have nothing of their own here"
)]
fn shape(op: Op) -> Option<&'static str> {
    match op {
        Op::Create => Some("CheckoutSessionCreateRequest"),
        Op::Update => Some("CheckoutSessionUpdateRequest"),
        Op::Complete => Some("CheckoutSessionCompleteRequest"),
        _ => None,
    }
}

/// Rules of tool calls.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    let mut rules = arguments();
    rules.extend(meta());
    rules
}

fn arguments() -> Vec<Rule> {
    let mut all = id_and_payload();
    all.extend(capabilities_and_key());
    all
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other operations have nothing of their own here"
)]
fn id_and_payload() -> Vec<Rule> {
    vec![
        Rule::new("id", "calls about a session carry its id", |grade| {
            each(grade, |call, op, arguments| {
                let id = arguments
                    .get("id")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                grade.must(
                    op == Op::Create || !id.is_empty(),
                    call,
                    "id is the session's id",
                    || call.what(),
                )
            })
        })
        .proves(&["mcp.args.id-sent"]),
        Rule::new(
            "payload",
            "create, update and complete carry a payload, get none",
            |grade| {
                each(grade, |call, op, arguments| {
                    let there = arguments.get("payload").is_some_and(Value::is_object);
                    let wanted = match op {
                        Op::Create | Op::Update | Op::Complete => there,
                        Op::Read => arguments.get("payload").is_none(),
                        _ => true,
                    };
                    grade.must(
                        wanted,
                        call,
                        "payload is there where a body is, and not with get",
                        || format!("{op:?}"),
                    )
                })
            },
        )
        .proves(&["mcp.args.payload-sent"]),
        Rule::new(
            "payload-shape",
            "the payload is the body of the REST call",
            |grade| {
                each(grade, |call, op, arguments| {
                    let (Some(shape), Some(payload)) = (shape(op), arguments.get("payload")) else {
                        return Ok(());
                    };
                    valid(grade, call, grade.seen.version, shape, payload)
                })
            },
        )
        .shapes(&["CheckoutSessionCreateRequest"])
        .proves(&["mcp.args.payload-is-body-agent"]),
    ]
}

fn capabilities_and_key() -> Vec<Rule> {
    vec![
        Rule::new(
            "capabilities",
            "capabilities are negotiated in create",
            |grade| {
                each(grade, |call, op, arguments| {
                    let there = arguments.pointer("/payload/capabilities").is_some();
                    let outside = arguments.get("capabilities").is_some();
                    grade.must(
                        op != Op::Create || (there && !outside),
                        call,
                        "capabilities is a member of payload",
                        || "it is not".to_owned(),
                    )
                })
            },
        )
        .proves(&[
            "mcp.capabilities.in-payload",
            "mcp.discovery.negotiation-inline",
        ]),
        Rule::new("no-bearer", "no argument holds the bearer key", |grade| {
            each(grade, |call, _, arguments| {
                let text = arguments.to_string();
                let key = call
                    .header("authorization")
                    .and_then(|value| value.strip_prefix("Bearer "));
                let leaked = key.is_some_and(|key| text.contains(key));
                grade.must(
                    !leaked && !text.contains("Bearer "),
                    call,
                    "the key stays in the transport",
                    || "an argument holds it".to_owned(),
                )
            })
        })
        .topic(Topic::Auth)
        .proves(&["mcp.auth.not-in-args-agent"]),
    ]
}

fn meta() -> Vec<Rule> {
    vec![
        Rule::new("meta", "every tool call has meta", |grade| {
            each(grade, |call, _, arguments| {
                grade.must(
                    arguments.get("meta").is_some_and(Value::is_object),
                    call,
                    "meta is an object",
                    || "it is missing".to_owned(),
                )
            })
        })
        .proves(&["mcp.args.meta-sent"]),
        Rule::new(
            "meta-version",
            "every tool call names the version",
            |grade| {
                each(grade, |call, _, arguments| {
                    let version = arguments
                        .pointer("/meta/api_version")
                        .and_then(Value::as_str);
                    grade.must(
                        version == Some(grade.seen.version.as_str()),
                        call,
                        "meta.api_version is sent",
                        || format!("{version:?}"),
                    )
                })
            },
        )
        .topic(Topic::Versions)
        .proves(&["mcp.meta.api-version-sent"]),
        Rule::new(
            "meta-key",
            "create and complete have an idempotency key",
            |grade| {
                each(grade, |call, op, arguments| {
                    let there = arguments.pointer("/meta/idempotency_key").is_some();
                    let needed = matches!(op, Op::Create | Op::Complete);
                    grade.should(
                        there || !needed,
                        call,
                        "meta.idempotency_key is sent",
                        || "it is missing".to_owned(),
                    )
                })
            },
        )
        .topic(Topic::Idempotency)
        .proves(&["mcp.meta.idempotency-key-sent"]),
        Rule::new("meta-timestamp", "meta.timestamp is a time", |grade| {
            each(grade, |call, _, arguments| {
                let given = arguments.pointer("/meta/timestamp").and_then(Value::as_str);
                let fits = given.is_none_or(|given| given.parse::<jiff::Timestamp>().is_ok());
                grade.must(fits, call, "meta.timestamp is an RFC 3339 time", || {
                    format!("{given:?}")
                })
            })
        })
        .proves(&["mcp.meta.timestamp-form"]),
    ]
}

/// The agent looks at `data` of an error, not at its number.
pub(in crate::lanes::agent) fn reads_data() -> Rule {
    Rule::new(
        "reads-data",
        "the agent decides by type and code of the error's data",
        |grade| {
            let all = tools(grade)?;
            let mut completes = all.iter().filter(|(_, op, _)| *op == Op::Complete);
            let Some((first, _, arguments)) = completes.next() else {
                return Err(Stop::NotTested(grade.summary()));
            };
            let again = completes.next();
            let same = again.is_some_and(|(_, _, other)| {
                other.get("payload") == arguments.get("payload")
                    && other.pointer("/meta/idempotency_key")
                        == arguments.pointer("/meta/idempotency_key")
            });
            grade.must(
                same,
                first,
                "a call in flight is repeated with its key and payload",
                || "it was not".to_owned(),
            )
        },
    )
    .proves(&["mcp.error.agent-reads-data"])
}
