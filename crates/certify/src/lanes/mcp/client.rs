//! An MCP client that can also send what no client would.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use http::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{
    said::{Said, is_answered},
    tool::Tool,
};
use crate::{
    Answer, Case, McpTarget, Outcome, Request, Stop,
    lanes::seller::{Seller, Session},
};

/// The revision of MCP that the binding names.
pub(super) const PROTOCOL: &str = "2025-11-25";

/// What a connection takes: one document, or a stream.
const ACCEPT: &str = "application/json, text/event-stream";

/// The seller under test over MCP, seen from one check: a connection of its own.
#[derive(Debug, Clone)]
pub(super) struct Mcp {
    case: Arc<Case>,
    target: McpTarget,
    seller: Seller,
    /// `Mcp-Session-Id`, where the server gave one.
    pub(super) connection: Option<String>,
    /// The revision that was agreed.
    pub(super) protocol: String,
    greeted: bool,
    next_id: Arc<AtomicU32>,
}

/// The names of the server's tools, asked once in a run.
#[derive(Default)]
struct Offered(OnceCell<Vec<String>>);

impl Mcp {
    /// A connection to the server of this case that was greeted. Not tested without a `[mcp]`
    /// section; not applicable where the server has none of the five tools.
    pub(super) async fn of(case: &Arc<Case>) -> Outcome<Self> {
        let mut mcp = Self::unconnected(case)?;
        let offered = case.shared::<Offered>();
        if let Some(names) = offered.0.get() {
            has_checkout(names)?;
        }
        mcp.connect().await?;
        let names = offered.0.get_or_try_init(|| mcp.tool_names()).await?;
        has_checkout(names)?;
        Ok(mcp)
    }

    /// The server before anything was said to it.
    pub(super) fn unconnected(case: &Arc<Case>) -> Outcome<Self> {
        let target = case.target().mcp.clone().ok_or_else(|| {
            Stop::NotTested("no MCP server: set [mcp] in certify.toml".to_owned())
        })?;
        if case.target().seller.is_none() {
            return Err(Stop::NotTested(
                "what can be bought is not known: set [seller] in certify.toml; where there is no REST, its url is that of [mcp]".to_owned(),
            ));
        }
        Ok(Self {
            case: Arc::clone(case),
            target,
            seller: Seller::of(case)?,
            connection: None,
            protocol: PROTOCOL.to_owned(),
            greeted: false,
            next_id: Arc::default(),
        })
    }

    /// The case that records.
    pub(super) fn case(&self) -> &Case {
        &self.case
    }

    /// The shared case, for other suites.
    pub(super) fn shared_case(&self) -> &Arc<Case> {
        &self.case
    }

    /// Its configuration.
    pub(super) fn target(&self) -> &McpTarget {
        &self.target
    }

    /// What can be bought there, in the words of the version.
    pub(super) fn seller(&self) -> &Seller {
        &self.seller
    }

    /// The same shop over REST; not tested where its address is not known.
    pub(super) fn rest(&self) -> Outcome<&Seller> {
        if self.seller.target().url == self.target.url {
            return Err(Stop::NotTested(
                "both transports are compared: set seller.url to the base address of REST, or give --rest URL".to_owned(),
            ));
        }
        Ok(&self.seller)
    }

    /// A connection of another agent; not tested without its key.
    pub(super) async fn as_other_agent(&self) -> Outcome<Self> {
        let key = self.target.other_key.clone().ok_or_else(|| {
            Stop::NotTested(
                "another agent's key is needed: set mcp.other_key in certify.toml".to_owned(),
            )
        })?;
        let mut other = Self::unconnected(&self.case)?;
        other.target.key = key;
        other.connect().await?;
        Ok(other)
    }

    /// Greets: `initialize`, then `notifications/initialized`.
    pub(super) async fn connect(&mut self) -> Outcome<Said> {
        let said = self.ask("initialize", greeting(PROTOCOL)).await?;
        let result = self.result(&said)?;
        if let Some(agreed) = result.get("protocolVersion").and_then(Value::as_str) {
            agreed.clone_into(&mut self.protocol);
        }
        let given = said.answer.header("mcp-session-id");
        self.connection = given.map(str::to_owned);
        self.greeted = true;
        let done = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        self.send(self.request(&done)?, &Value::Null).await?;
        Ok(said)
    }

    /// An id of JSON-RPC that this connection did not use yet.
    pub(super) fn id(&self) -> Value {
        json!(
            self.next_id
                .fetch_add(1, Ordering::Relaxed)
                .saturating_add(1)
        )
    }

    /// A POST of a message with the headers of a well-behaved client.
    pub(super) fn request(&self, message: &Value) -> Outcome<Request> {
        self.post(message.to_string())
    }

    /// The same with any bytes.
    pub(super) fn post(&self, body: impl Into<bytes::Bytes>) -> Outcome<Request> {
        let request = self
            .bare(Method::POST)?
            .header("Content-Type", "application/json");
        Ok(request.body(body))
    }

    /// A request without a body.
    pub(super) fn bare(&self, method: Method) -> Outcome<Request> {
        let key = self.target.key.exposed("mcp.key")?;
        let mut request = Request::new(method, "")
            .header("Authorization", format!("Bearer {key}"))
            .header("Accept", ACCEPT);
        if let Some(connection) = &self.connection {
            request = request.header("Mcp-Session-Id", connection);
        }
        if self.greeted {
            request = request.header("MCP-Protocol-Version", self.protocol.as_str());
        }
        Ok(request)
    }

    /// Sends a request and reads up to the response to `id`.
    pub(super) async fn send(&self, request: Request, id: &Value) -> Outcome<Said> {
        let enough = |headers: &http::HeaderMap, body: &[u8]| is_answered(headers, body, id);
        let answer = self
            .case
            .send_until(&self.target.url, request, &enough)
            .await?;
        Ok(Said::of(answer, id))
    }

    /// A JSON-RPC request, whatever is answered.
    pub(super) async fn ask(&self, method: &str, params: Value) -> Outcome<Said> {
        let id = self.id();
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.send(self.request(&message)?, &id).await
    }

    /// A tool call, whatever is answered.
    pub(super) async fn call(&self, tool: Tool, arguments: Value) -> Outcome<Said> {
        let params = json!({ "name": tool.name(), "arguments": arguments });
        self.ask("tools/call", params).await
    }

    /// The result of a JSON-RPC request that must succeed.
    pub(super) fn result<'a>(&self, said: &'a Said) -> Outcome<&'a Value> {
        let result = said.result().filter(|_| said.error().is_none());
        self.case.must(
            result.is_some() && said.answer.is_success(),
            &said.answer,
            "a well-formed JSON-RPC request of a known client gets a result",
            || {
                format!(
                    "{}: {}",
                    said.answer.status,
                    self.case.excerpt(&said.answer)
                )
            },
        )?;
        result.ok_or_else(|| Stop::NotTested("no result".to_owned()))
    }

    /// The REST body of a tool call that must succeed, as REST would have answered it.
    pub(super) fn success(&self, said: &Said) -> Outcome<Answer> {
        self.case.must(
            !said.is_failure() && said.result().is_some(),
            &said.answer,
            "a well-formed tool call of a known agent gets a result",
            || {
                format!(
                    "{}: {}",
                    said.answer.status,
                    self.case.excerpt(&said.answer)
                )
            },
        )?;
        Ok(said.as_rest(200, said.body().unwrap_or(&Value::Null)))
    }

    /// The session of a tool call that must succeed.
    pub(super) fn session(&self, said: &Said) -> Outcome<Session> {
        let answer = self.success(said)?;
        let session = Session::read(self.case.version(), &answer);
        self.case.must(
            session.is_some(),
            &answer,
            "the result is the checkout session itself, or has it as structuredContent",
            || self.case.excerpt(&said.answer),
        )?;
        session.ok_or_else(|| Stop::NotTested("no session".to_owned()))
    }

    async fn tool_names(&self) -> Outcome<Vec<String>> {
        let tools = self.tools().await?.1;
        let names = tools.iter().filter_map(|tool| tool.get("name")?.as_str());
        Ok(names.map(str::to_owned).collect())
    }

    /// Every tool, page by page, and the first answer.
    pub(super) async fn tools(&self) -> Outcome<(Said, Vec<Value>)> {
        /// Most pages that are read.
        const PAGES_MAX: usize = 50;
        let first = self.ask("tools/list", json!({})).await?;
        let mut tools = Vec::new();
        let mut page = first.clone();
        for _ in 0..PAGES_MAX {
            let result = self.result(&page)?;
            let listed = result.get("tools").and_then(Value::as_array);
            self.case.must(
                listed.is_some(),
                &page.answer,
                "the result of tools/list has a list of tools",
                || self.case.excerpt(&page.answer),
            )?;
            tools.extend(listed.into_iter().flatten().cloned());
            let Some(cursor) = result.get("nextCursor").and_then(Value::as_str) else {
                break;
            };
            page = self.ask("tools/list", json!({ "cursor": cursor })).await?;
        }
        Ok((first, tools))
    }
}

/// The params of `initialize`.
pub(super) fn greeting(protocol: &str) -> Value {
    json!({
        "protocolVersion": protocol,
        "capabilities": {},
        "clientInfo": { "name": "comptoir-certify", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// Not applicable where none of the tools is one of checkout.
fn has_checkout(names: &[String]) -> Outcome {
    let is_one = |name: &String| Tool::ALL.iter().any(|tool| name == tool.name());
    if names.iter().any(is_one) {
        return Ok(());
    }
    Err(Stop::NotApplicable(format!(
        "not offered: the MCP server has no tool of checkout; its tools: {}",
        listed(names)
    )))
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<_> = names.iter().take(10).map(String::as_str).collect();
    let more = if names.len() > shown.len() {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", shown.join(", "))
}
