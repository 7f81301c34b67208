//! `comptoir-certify mcp` as a person meets it, and the lane over other ways of the transport.

use axum::Router;
use comptoir_certify::{
    Lane, RunOptions, Runner, SchemaJudge, SpecVersion, Target, Verdict, lanes,
};
use serde_json::{Value, json};
use std::{fmt::Write as _, sync::Arc};
use tokio::net::TcpListener;

use crate::{
    mutants::proxy::{Answered, Asked, Bend, Proxy},
    program::Program,
    reference::Reference,
};

/// One check that needs no money.
const QUICK: &str = "mcp.lifecycle.create-lines";

fn endpoint(reference: &Reference) -> String {
    reference.target.mcp.as_ref().unwrap().url.to_string()
}

/// An HTTP server that answers every POST with this.
async fn server(answer: impl Fn(Value) -> Value + Clone + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let router = Router::new().fallback(move |body: String| {
        let message = serde_json::from_str(&body).unwrap_or_default();
        let answer = answer(message);
        async move { axum::Json(answer) }
    });
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

/// With an address, a key and an item nothing else is needed; completions say what they miss.
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_judged_by_its_address() {
    let reference = Reference::start().await;
    let program = Program::new();
    let url = endpoint(&reference);
    let mut arguments = vec![
        "mcp",
        &url,
        "--key-env",
        "CERTIFY_TEST_KEY",
        "--item",
        "mug",
    ];
    arguments.extend(["--only", QUICK, "--only", "mcp.lifecycle.complete-order"]);
    arguments.extend(["--only", "mcp.lifecycle.same-create"]);
    let ended = program.call(&arguments).await.with(0);
    for word in [
        "1 pass, 0 violated",
        "seller.test_mode = true",
        "--rest URL",
    ] {
        assert!(ended.out.contains(word), "no `{word}` in {}", ended.out);
    }
    let rest = url.replace("/mcp", "");
    arguments.extend(["--rest", &rest]);
    let ended = program.call(&arguments).await.with(0);
    assert!(ended.out.contains("2 pass, 0 violated"), "{}", ended.out);
}

/// The configuration that the example prints works as it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_is_read() {
    let reference = Reference::start().await;
    let program = Program::new();
    program.write("certify.toml", reference.configuration());
    let only = ["--only", "mcp.lifecycle.complete-order", "--only", QUICK];
    let arguments = [&["mcp", "--config", "certify.toml"], &only[..]].concat();
    let ended = program.call(&arguments).await.with(0);
    assert!(ended.out.contains("2 pass, 0 violated"), "{}", ended.out);
    program.write(
        "other.toml",
        "[seller]\nurl = \"http://127.0.0.1:1\"\nkey = \"some-key\"\n",
    );
    let ended = program
        .call(&["mcp", "--config", "other.toml"])
        .await
        .with(2);
    assert!(ended.err.contains("no [mcp] section"), "{}", ended.err);
}

/// A wrong key is named as such.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_named() {
    let reference = Reference::start().await;
    let program = Program::new();
    let url = endpoint(&reference);
    let ended = program
        .call(&["mcp", &url, "--key", "wrong-key"])
        .await
        .with(2);
    assert!(ended.err.contains("refuses the key"), "{}", ended.err);
}

/// Nothing, a path that is none, a page, and JSON that is no MCP: 3, and what to do.
#[tokio::test(flavor = "multi_thread")]
async fn addresses_without_mcp_are_named() {
    let reference = Reference::start().await;
    let program = Program::new();
    let shop = endpoint(&reference).replace("/mcp", "");
    let json = server(|_| json!({ "hello": "world" })).await;
    let (nowhere, page) = (
        format!("{shop}/nowhere"),
        format!("{shop}/checkout_sessions"),
    );
    for (url, word) in [
        ("http://127.0.0.1:1/mcp", "nothing listens on"),
        (&nowhere, "no such endpoint"),
        (&page, "no answer of an MCP server"),
        (&json, "no answer of an MCP server"),
    ] {
        let arguments = ["mcp", url, "--key-env", "CERTIFY_TEST_KEY"];
        let ended = program.call(&arguments).await.with(3);
        for word in [word, "next:"] {
            assert!(ended.err.contains(word), "no `{word}` in {}", ended.err);
        }
    }
}

/// An MCP server that sells nothing: 4, nothing is red, and its tools are named.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_checkout_is_not_applicable() {
    let url = server(|message| {
        let result = match message["method"].as_str() {
            Some("initialize") => json!({
                "protocolVersion": "2025-11-25",
                "capabilities": { "tools": {} },
                "serverInfo": { "name": "weather", "version": "1" },
            }),
            _ => json!({ "tools": [{ "name": "get_forecast", "inputSchema": { "type": "object" } }] }),
        };
        json!({ "jsonrpc": "2.0", "id": message["id"], "result": result })
    })
    .await;
    let program = Program::new();
    let ended = program
        .call(&["mcp", &url, "--key", "some-key"])
        .await
        .with(4);
    assert!(
        ended.err.contains("its tools: get_forecast"),
        "{}",
        ended.err
    );
    assert!(ended.out.contains("0 pass, 0 violated"), "{}", ended.out);
}

/// Writes every answer as a stream of events, between others.
struct Streams;

impl Bend for Streams {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if asked.path != "/mcp"
            || answered
                .json()
                .is_none_or(|json| json.get("jsonrpc").is_none())
        {
            return;
        }
        let mut text = ": hello\r\n\r\nevent: message\r\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\r\n\r\n".to_owned();
        let body = String::from_utf8_lossy(&answered.body);
        let _ = write!(text, "event: message\r\nid: 7\r\ndata: {body}\r\n\r\n");
        answered.body = text.into();
        answered.set("content-type", "text/event-stream");
    }
}

/// Wraps every session into a `CallToolResult`.
struct Wraps;

impl Bend for Wraps {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if asked.path == "/mcp" {
            answered.edit(|message| {
                if message["result"]["line_items"].is_array() {
                    let text = message["result"].to_string();
                    let content = json!([{ "type": "text", "text": text }]);
                    let session = message["result"].clone();
                    message["result"] = json!({ "content": content, "structuredContent": session });
                }
            });
        }
    }
}

/// Keeps its one connection to itself: the judge sees a server without any.
#[derive(Default)]
struct Connectionless(String);

impl Bend for Connectionless {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        if asked.path == "/mcp" && !self.0.is_empty() {
            asked.set("mcp-session-id", &self.0);
        }
        None
    }

    fn answer(&mut self, _asked: &Asked, answered: &mut Answered) {
        if let Some(id) = answered.headers.remove("mcp-session-id")
            && self.0.is_empty()
        {
            id.to_str().unwrap().clone_into(&mut self.0);
        }
    }
}

async fn clean(reference: &Reference, bend: Box<dyn Bend>, other_key: bool) {
    let mut target: Target = reference.target.clone();
    let endpoint = target.mcp.as_mut().unwrap();
    let proxy = Proxy::start(&endpoint.url, bend).await.unwrap();
    endpoint.url = proxy.url.clone();
    if !other_key {
        endpoint.other_key = None;
    }
    let version = SpecVersion::LATEST;
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let mut checks = lanes::checks(Lane::Mcp, version);
    checks.retain(|check| !check.id().starts_with("mcp.fuzz."));
    let runner = Runner::new(version, target, judge).unwrap();
    let mut red = Vec::new();
    for result in runner.run(&checks, &RunOptions::default()).await {
        if matches!(result.verdict, Verdict::Violated | Verdict::Warning) {
            red.push(format!("{}: {:?}", result.id, result.findings));
        }
    }
    assert!(red.is_empty(), "{}", red.join("\n"));
}

/// Streams, wrapped results and servers without connections are as good as the other ways.
#[tokio::test(flavor = "multi_thread")]
async fn other_ways_of_the_transport_are_clean() {
    let reference = Reference::start().await;
    clean(&reference, Box::new(Streams), true).await;
    clean(&reference, Box::new(Wraps), true).await;
    clean(&reference, Box::<Connectionless>::default(), false).await;
}

/// Every check passes on the reference: none is left untried.
#[tokio::test(flavor = "multi_thread")]
async fn the_reference_passes_every_check() {
    let reference = Reference::start().await;
    let version = SpecVersion::LATEST;
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    let checks = lanes::checks(Lane::Mcp, version);
    let runner = Runner::new(version, reference.target.clone(), judge).unwrap();
    let results = runner.run(&checks, &RunOptions::default()).await;
    let others: Vec<_> = results
        .iter()
        .filter(|result| result.verdict != Verdict::Pass)
        .map(|result| {
            format!(
                "{} is {}: {:?} {:?}",
                result.id, result.verdict, result.reason, result.findings
            )
        })
        .collect();
    assert!(others.is_empty(), "{}", others.join("\n"));
}
