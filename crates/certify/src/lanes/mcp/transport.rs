//! Streamable HTTP: greeting, headers, connections, and the one endpoint.

use http::Method;
use serde_json::{Value, json};

use super::{
    Mcp,
    client::{PROTOCOL, greeting},
    kit::row,
    said::{Said, is_stream},
    tool::Tool,
};
use crate::{Answer, Check, Outcome, Request, Topic};

pub(super) const STREAMABLE: &[&str] = &["mcp.transport.streamable-http"];

/// A revision that nobody speaks.
const NO_REVISION: &str = "1999-01-01";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = greetings();
    checks.extend(headers());
    checks.extend(endpoint());
    checks
}

fn greetings() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "initialize",
            "initialize is answered with a revision, the capability tools and the server's name",
            |mcp| async move { initialize(&mcp).await },
        )
        .proves(&["mcp.transport.streamable-http", "mcp.transport.json-rpc"])
        .advice("answer initialize with protocolVersion, capabilities.tools and serverInfo"),
        row(
            Topic::Lifecycle,
            "ping",
            "ping is answered with an empty result",
            |mcp| async move {
                let said = mcp.ask("ping", json!({})).await?;
                let result = mcp.result(&said)?;
                let excerpt = || mcp.case().excerpt(&said.answer);
                mcp.case().must(
                    result == &json!({}),
                    &said.answer,
                    "the result of ping is {}",
                    excerpt,
                )
            },
        )
        .proves(STREAMABLE)
        .advice("answer ping with an empty result"),
        row(
            Topic::Lifecycle,
            "notification",
            "a notification is answered with 202 and no body",
            |mcp| async move {
                let params = json!({ "requestId": "certify", "reason": "none" });
                accepted(&mcp, &json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params })).await
            },
        )
        .proves(STREAMABLE)
        .advice("take notifications, known or not, with 202 and an empty body"),
        row(
            Topic::Lifecycle,
            "response",
            "a response that the client posts is answered with 202 and no body",
            |mcp| async move {
                accepted(&mcp, &json!({ "jsonrpc": "2.0", "id": "certify", "result": {} })).await
            },
        )
        .proves(STREAMABLE)
        .advice("take responses with 202 and an empty body"),
        row(
            Topic::Versions,
            "revision-unknown",
            "a client of an unknown MCP revision is offered one that the server speaks",
            |mcp| async move { unknown_revision(&mcp).await },
        )
        .proves(STREAMABLE)
        .advice("answer initialize with a revision of your own when you do not know the client's"),
    ]
}

async fn initialize(mcp: &Mcp) -> Outcome {
    let mut fresh = Mcp::unconnected(mcp.shared_case())?;
    let said = fresh.connect().await?;
    let result = mcp.result(&said)?;
    let excerpt = || mcp.case().excerpt(&said.answer);
    let revision = result.get("protocolVersion").and_then(Value::as_str);
    mcp.case().must(
        revision.is_some_and(is_date),
        &said.answer,
        "initialize names the revision of MCP as a date",
        excerpt,
    )?;
    mcp.case().must(
        result
            .pointer("/capabilities/tools")
            .is_some_and(Value::is_object),
        &said.answer,
        "a server with tools says so in capabilities",
        excerpt,
    )?;
    let named = ["/serverInfo/name", "/serverInfo/version"];
    mcp.case().must(
        named
            .iter()
            .all(|pointer| result.pointer(pointer).is_some_and(Value::is_string)),
        &said.answer,
        "serverInfo has name and version",
        excerpt,
    )
}

fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10
}

/// A message that wants no response.
async fn accepted(mcp: &Mcp, message: &Value) -> Outcome {
    let said = mcp.send(mcp.request(message)?, &Value::Null).await?;
    mcp.case().must(
        said.answer.status == 202 && said.answer.body.is_empty(),
        &said.answer,
        "what is no request is taken with 202 and an empty body",
        || {
            format!(
                "{}: {}",
                said.answer.status,
                mcp.case().excerpt(&said.answer)
            )
        },
    )
}

async fn unknown_revision(mcp: &Mcp) -> Outcome {
    let fresh = Mcp::unconnected(mcp.shared_case())?;
    let said = fresh.ask("initialize", greeting(NO_REVISION)).await?;
    mcp.seller().no_breakdown(&said.answer)?;
    // MCP lets the server refuse as well: -32602 with the revisions that it has.
    if said.error().is_some() {
        return mcp.json_rpc_error(&said);
    }
    let result = mcp.result(&said)?;
    let offered = result.get("protocolVersion").and_then(Value::as_str);
    mcp.case().must(
        offered.is_some_and(|offered| is_date(offered) && offered != NO_REVISION),
        &said.answer,
        "the server answers with a revision that it speaks, never with one that nobody does",
        || format!("protocolVersion {offered:?}"),
    )
}

fn headers() -> Vec<Check> {
    vec![
        row(
            Topic::Versions,
            "header-unknown",
            "a request with an unknown MCP-Protocol-Version is refused with 400",
            |mcp| async move {
                let said = listing(&mcp, |request| {
                    request.with("MCP-Protocol-Version", NO_REVISION)
                })
                .await?;
                mcp.case().status(&said.answer, &[400])
            },
        )
        .proves(STREAMABLE)
        .advice("answer 400 when MCP-Protocol-Version names a revision that you do not speak"),
        row(
            Topic::Versions,
            "header-absent",
            "a request without MCP-Protocol-Version is served",
            |mcp| async move {
                let said = listing(&mcp, |request| request.without("MCP-Protocol-Version")).await?;
                mcp.case().should(
                    said.result().is_some(),
                    &said.answer,
                    "a server assumes 2025-03-26 where the header is absent",
                    || {
                        format!(
                            "{}: {}",
                            said.answer.status,
                            mcp.case().excerpt(&said.answer)
                        )
                    },
                );
                Ok(())
            },
        )
        .proves(STREAMABLE)
        .advice("older clients do not send the header: serve them"),
        row(
            Topic::Lifecycle,
            "content-type",
            "a response is one JSON document or a stream of events, and says which",
            |mcp| async move { content_type(&mcp).await },
        )
        .proves(STREAMABLE)
        .advice("answer with Content-Type application/json or text/event-stream"),
        row(
            Topic::Auth,
            "origin-foreign",
            "a request from a foreign web page is refused with 403",
            |mcp| async move {
                let said = listing(&mcp, |request| {
                    request.header("Origin", "https://certify.invalid")
                })
                .await?;
                mcp.seller().no_breakdown(&said.answer)?;
                mcp.case().should(
                    said.answer.status == 403,
                    &said.answer,
                    "Origin is looked at, against DNS rebinding",
                    || format!("{} for Origin https://certify.invalid", said.answer.status),
                );
                Ok(())
            },
        )
        .proves(STREAMABLE)
        .advice("refuse requests whose Origin is none of yours with 403"),
    ]
}

/// A `tools/list` with changed headers, whatever is answered.
pub(super) async fn listing(
    mcp: &Mcp,
    change: impl FnOnce(Request) -> Request + Send,
) -> Outcome<Said> {
    let id = mcp.id();
    let message = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/list" });
    mcp.send(change(mcp.request(&message)?), &id).await
}

async fn content_type(mcp: &Mcp) -> Outcome {
    let call = mcp.harmless(Tool::Create).await?;
    for said in [
        mcp.ask("tools/list", json!({})).await?,
        mcp.make(&call).await?,
    ] {
        let kind = said.answer.header("content-type").unwrap_or("(none)");
        let essence = kind.split(';').next().unwrap_or_default().trim();
        mcp.case().must(
            essence == "application/json" || essence == "text/event-stream",
            &said.answer,
            "the content type of a response is application/json or text/event-stream",
            || format!("content-type {kind}"),
        )?;
    }
    Ok(())
}

fn endpoint() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "get-endpoint",
            "GET of the endpoint opens a stream of events or is answered with 405",
            |mcp| async move {
                let request = mcp.bare(Method::GET)?.with("Accept", "text/event-stream");
                // An open stream has no end: the headers say enough.
                let url = &mcp.target().url;
                let answer = mcp
                    .case()
                    .send_until(url, request, &|headers, _| is_stream(headers))
                    .await?;
                let opened = answer.status == 200 && is_stream(&answer.headers);
                mcp.case().must(
                    opened || answer.status == 405,
                    &answer,
                    "GET of the endpoint opens a stream or is answered with 405",
                    || format!("{}: {}", answer.status, mcp.case().excerpt(&answer)),
                )
            },
        )
        .proves(STREAMABLE)
        .advice("answer GET with 405 when you never speak first"),
        row(
            Topic::Lifecycle,
            "one-endpoint",
            "all five tools are served at the one endpoint",
            |mcp| async move { one_endpoint(&mcp).await },
        )
        .proves(&["mcp.transport.single-endpoint", "mcp.tools.five"])
        .advice("serve every tool at the same address"),
        row(
            Topic::Lifecycle,
            "rest-apart",
            "the paths of REST do not speak JSON-RPC",
            |mcp| async move { rest_apart(&mcp).await },
        )
        .proves(&["mcp.transport.single-endpoint"])
        .advice("serve MCP at a path of its own"),
    ]
}

/// Every tool is known there: what is refused is refused for its argument.
async fn one_endpoint(mcp: &Mcp) -> Outcome {
    let create = mcp.harmless(Tool::Create).await?;
    mcp.session(&mcp.make(&create).await?)?;
    for tool in Tool::WITH_ID {
        let call = mcp.harmless(tool).await?;
        let said = mcp.make(&call).await?;
        mcp.seller().no_breakdown(&said.answer)?;
        mcp.case().must(
            said.result().is_some() || said.data().is_some(),
            &said.answer,
            "every tool is served at the endpoint",
            || format!("{}: {}", tool.name(), mcp.case().excerpt(&said.answer)),
        )?;
    }
    Ok(())
}

async fn rest_apart(mcp: &Mcp) -> Outcome {
    let rest = mcp.rest()?;
    let message =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": greeting(PROTOCOL) });
    let request = rest.post_request("/checkout_sessions", &message)?;
    let answer: Answer = rest.send(request).await?;
    mcp.case().must(
        answer.pointer("/result").is_none() && !answer.is_success(),
        &answer,
        "a JSON-RPC request to a path of REST is refused",
        || format!("{}: {}", answer.status, mcp.case().excerpt(&answer)),
    )
}
