//! The seller, over REST or over MCP.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    naive::naive,
    wire::{Answer, Call, Got, SELLER_KEY, Wire, fresh_key},
};

/// One of the five calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Create,
    Read,
    Update,
    Complete,
    Cancel,
}

impl Op {
    fn tool(self) -> &'static str {
        match self {
            Self::Create => "create_checkout_session",
            Self::Read => "get_checkout_session",
            Self::Update => "update_checkout_session",
            Self::Complete => "complete_checkout_session",
            Self::Cancel => "cancel_checkout_session",
        }
    }

    fn path(self, id: &str) -> String {
        match self {
            Self::Create => "/checkout_sessions".to_owned(),
            Self::Read | Self::Update => format!("/checkout_sessions/{id}"),
            Self::Complete => format!("/checkout_sessions/{id}/complete"),
            Self::Cancel => format!("/checkout_sessions/{id}/cancel"),
        }
    }
}

/// How the seller is reached.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) wire: Wire,
    pub(crate) base: String,
    /// Where its MCP server is, when that is spoken.
    pub(crate) mcp: Option<String>,
    pub(crate) version: String,
}

impl Shop {
    /// The call, ready to be sent, and sent again as it is.
    pub(crate) fn prepare(&self, op: Op, id: &str, body: &Value) -> Call {
        let call = match &self.mcp {
            Some(endpoint) => self.tool_call(endpoint, op, id, body),
            None if op == Op::Read => {
                let url = format!("{}{}", self.base, op.path(id));
                Call::get(url, SELLER_KEY, &self.version)
            }
            None => {
                let url = format!("{}{}", self.base, op.path(id));
                Call::post(url, SELLER_KEY, &self.version, body)
            }
        };
        Call {
            repeats: op != Op::Complete,
            ..call
        }
    }

    pub(crate) async fn send(&self, op: Op, id: &str, body: &Value) -> Got {
        self.sent(&self.prepare(op, id, body)).await
    }

    /// Sends a prepared call.
    pub(crate) async fn sent(&self, call: &Call) -> Got {
        let got = self.wire.send(call).await;
        if self.mcp.is_none() {
            return got;
        }
        let answer = unpacked(got?);
        let in_flight = answer.code() == "idempotency_in_flight" && !naive("mcp-ignores-data");
        if in_flight {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            return self.wire.send(call).await.map(unpacked);
        }
        Some(answer)
    }

    /// Opens the connection to an MCP server.
    pub(crate) async fn greet(&self) {
        let Some(endpoint) = &self.mcp else { return };
        let hello = json!({
            "jsonrpc": "2.0", "id": 0, "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": { "name": "reference-agent", "version": "1" },
            },
        });
        self.wire.send(&self.rpc(endpoint, &hello)).await;
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        self.wire.send(&self.rpc(endpoint, &ready)).await;
    }

    fn rpc(&self, endpoint: &str, message: &Value) -> Call {
        Call {
            key: String::new(),
            ..Call::post(endpoint.to_owned(), SELLER_KEY, &self.version, message)
        }
    }

    fn tool_call(&self, endpoint: &str, op: Op, id: &str, body: &Value) -> Call {
        let mut meta = json!({
            "api_version": self.version,
            "timestamp": jiff::Timestamp::now().to_string(),
        });
        if op != Op::Read && !naive("mcp-no-key") {
            meta["idempotency_key"] = json!(fresh_key());
        }
        let mut arguments = json!({ "meta": meta });
        if op != Op::Create {
            arguments["id"] = json!(id);
        }
        if op != Op::Read {
            arguments["payload"] = body.clone();
        }
        if naive("mcp-key-in-args") {
            arguments["meta"]["authorization"] = json!(format!("Bearer {SELLER_KEY}"));
        }
        if naive("mcp-no-meta") {
            arguments
                .as_object_mut()
                .and_then(|members| members.remove("meta"));
        }
        self.rpc(
            endpoint,
            &json!({
                "jsonrpc": "2.0", "id": 1, "method": "tools/call",
                "params": { "name": op.tool(), "arguments": arguments },
            }),
        )
    }

    /// The discovery document of the domain.
    pub(crate) async fn discover(&self) -> Option<Value> {
        let url = format!("{}/.well-known/acp.json", self.base);
        self.wire
            .send(&Call::get(url, SELLER_KEY, &self.version))
            .await?
            .document()
            .cloned()
    }

    /// A call about carts.
    pub(crate) fn cart(&self, method: Method, path: &str, body: &Value) -> Call {
        let call = Call::post(
            format!("{}/carts{path}", self.base),
            SELLER_KEY,
            &self.version,
            body,
        );
        if method == Method::GET {
            let key = String::new();
            return Call {
                method,
                key,
                body: None,
                ..call
            };
        }
        Call { method, ..call }
    }
}

/// The REST answer that a JSON-RPC answer stands for.
fn unpacked(answer: Answer) -> Answer {
    let Some(message) = &answer.json else {
        return answer;
    };
    if let Some(document) = message.pointer("/result/structuredContent") {
        return Answer {
            json: Some(document.clone()),
            ..answer
        };
    }
    let data = message.pointer("/error/data").cloned();
    Answer {
        status: 400,
        json: data,
        retry_after: None,
    }
}
