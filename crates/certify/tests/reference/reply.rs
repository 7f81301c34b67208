//! Answers and refusals.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use serde_json::{Value, json};

/// An answer, kept as bytes so that a replay repeats it exactly.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, HeaderValue)>,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            content_type: "application/json",
            headers: Vec::new(),
            body: Bytes::from(body.to_string()),
        }
    }

    pub(crate) fn page(title: &str) -> Self {
        Self {
            content_type: "text/html; charset=utf-8",
            body: Bytes::from(format!(
                "<!doctype html><title>{title}</title><h1>{title}</h1>"
            )),
            ..Self::json(200, &Value::Null)
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// In German, where that is the first choice; otherwise in English.
    pub(crate) fn localised(self, language: Option<&str>) -> Self {
        if !language.is_some_and(|language| language.trim_start().starts_with("de")) {
            return self;
        }
        let mut body = self.document();
        if let Some(locale) = body.get_mut("locale") {
            *locale = json!("de-DE");
            return Self {
                body: body.to_string().into(),
                ..self
            };
        }
        self
    }

    /// The body as JSON.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::builder().status(self.status);
        if !self.body.is_empty() {
            response = response.header(header::CONTENT_TYPE, self.content_type);
        }
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(Body::from(self.body)).unwrap()
    }
}

/// A flat error.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
    param: Option<String>,
    versions: Vec<&'static str>,
    headers: Vec<(&'static str, &'static str)>,
}

impl Refusal {
    /// A fault of the caller: 400 `invalid_request`.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code,
            message: message.into(),
            param: None,
            versions: Vec::new(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The `JSONPath` of what is wrong.
    pub(crate) fn at(self, param: impl Into<String>) -> Self {
        Self {
            param: Some(param.into()),
            ..self
        }
    }

    /// The versions that are served, newest first; for errors about the version alone.
    pub(crate) fn served(self, versions: Vec<&'static str>) -> Self {
        Self { versions, ..self }
    }

    /// Another code for `invalid`: some parties have a closed list without it.
    pub(crate) fn recoded(self, fault: &'static str) -> Self {
        let code = if self.code == "invalid" {
            fault
        } else {
            self.code
        };
        Self { code, ..self }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        let rate = refusal.code == "too_many_requests";
        let mut body = json!({
            "type": if rate { "rate_limit_exceeded" } else { "invalid_request" },
            "code": refusal.code,
            "message": refusal.message,
        });
        if let Some(param) = refusal.param {
            body["param"] = json!(param);
        }
        if !refusal.versions.is_empty() {
            body["supported_versions"] = json!(refusal.versions);
        }
        let reply = Self::json(refusal.status, &body);
        refusal
            .headers
            .into_iter()
            .fold(reply, |reply, (name, value)| reply.with(name, value))
    }
}

/// What an operation comes to.
pub(crate) type Answered = Result<Reply, Refusal>;
