//! What an MCP server says: JSON-RPC in one JSON document, or in a stream of events.

use http::HeaderMap;
use serde_json::Value;

use crate::Answer;

/// An answer to one JSON-RPC request.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// The HTTP side.
    pub(super) answer: Answer,
    /// The JSON-RPC response; `Null` when there is none.
    pub(super) message: Value,
}

impl Said {
    pub(super) fn of(answer: Answer, id: &Value) -> Self {
        let message = messages(&answer.headers, &answer.body)
            .into_iter()
            .find(|message| is_response(message, id))
            .or_else(|| answer.json.clone())
            .unwrap_or_default();
        Self { answer, message }
    }

    pub(super) fn result(&self) -> Option<&Value> {
        self.message.get("result")
    }

    pub(super) fn error(&self) -> Option<&Value> {
        self.message.get("error")
    }

    /// The error's code.
    pub(super) fn code(&self) -> Option<i64> {
        self.error()?.get("code")?.as_i64()
    }

    /// The flat ACP error inside a JSON-RPC error.
    pub(super) fn data(&self) -> Option<&Value> {
        self.error()?.get("data")
    }

    /// A text member of the flat error; empty without one.
    pub(super) fn data_text(&self, member: &str) -> &str {
        self.data()
            .and_then(|data| data.get(member)?.as_str())
            .unwrap_or_default()
    }

    /// The REST body inside a result: the result itself, or the `structuredContent` of a
    /// `CallToolResult` (`mcp-result-envelope` of the contradictions).
    pub(super) fn body(&self) -> Option<&Value> {
        let result = self.result()?;
        Some(result.get("structuredContent").unwrap_or(result))
    }

    /// Whether it reports a failure in whichever form.
    pub(super) fn is_failure(&self) -> bool {
        let told = self.result().and_then(|result| result.get("isError"));
        self.error().is_some() || told == Some(&Value::Bool(true)) || !self.answer.is_success()
    }

    /// The body as REST would have answered it, for those who read REST.
    pub(super) fn as_rest(&self, status: u16, body: &Value) -> Answer {
        Answer {
            status,
            json: Some(body.clone()),
            body: body.to_string().into(),
            ..self.answer.clone()
        }
    }
}

/// Whether an answer is a stream of events.
pub(super) fn is_stream(headers: &HeaderMap) -> bool {
    let kind = headers
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().starts_with("text/event-stream"))
}

/// Whether the response to the request `id` is complete: a stream may stay open after it.
pub(super) fn is_answered(headers: &HeaderMap, body: &[u8], id: &Value) -> bool {
    is_stream(headers)
        && messages(headers, body)
            .iter()
            .any(|message| is_response(message, id))
}

/// Every JSON-RPC message of an answer, batches taken apart.
pub(super) fn messages(headers: &HeaderMap, body: &[u8]) -> Vec<Value> {
    let documents: Vec<Value> = if is_stream(headers) {
        events(&String::from_utf8_lossy(body))
    } else {
        serde_json::from_slice(body).ok().into_iter().collect()
    };
    documents
        .into_iter()
        .flat_map(|document| {
            if let Value::Array(messages) = document {
                messages
            } else {
                vec![document]
            }
        })
        .collect()
}

/// The data of each complete event, read as JSON.
fn events(text: &str) -> Vec<Value> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let Some((complete, _)) = text.rsplit_once("\n\n") else {
        return Vec::new();
    };
    let blocks = complete.split("\n\n");
    blocks
        .filter_map(|block| {
            let lines = block.lines().filter_map(|line| line.strip_prefix("data:"));
            let data: Vec<_> = lines
                .map(|line| line.strip_prefix(' ').unwrap_or(line))
                .collect();
            serde_json::from_str(&data.join("\n")).ok()
        })
        .collect()
}

/// Whether a message is the response to `id`. What could not be read is answered without an id.
fn is_response(message: &Value, id: &Value) -> bool {
    let given = message.get("id").unwrap_or(&Value::Null);
    let refused = message.get("error").is_some();
    (refused && given.is_null()) || ((refused || message.get("result").is_some()) && given == id)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;

    /// Comments, event names, several lines of data and messages of other kinds do not disturb; an
    /// event without its empty line is not there yet.
    #[test]
    fn streams_are_read() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "content-type",
            HeaderValue::from_static("text/event-stream"),
        );
        let text = ": hello\n\nevent: message\nid: 1\ndata: {\"jsonrpc\":\"2.0\",\ndata: \"method\":\"notifications/progress\"}\n\ndata:{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n";
        let open = text.as_bytes();
        assert!(!is_answered(&headers, open, &json!(7)));
        let text = format!("{text}\n");
        assert!(is_answered(&headers, text.as_bytes(), &json!(7)));
        assert!(!is_answered(&headers, text.as_bytes(), &json!("7")));
        assert_eq!(messages(&headers, text.as_bytes()).len(), 2);
    }
}
