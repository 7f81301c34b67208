//! What every refusal must look like: a 4xx with one flat error object, and nothing from inside.

use serde_json::Value;

use super::{Seller, json_path, rules::Rules};
use crate::{Answer, Outcome};

/// Traces of a program that broke.
const TRACES: [&str; 12] = [
    "traceback (most recent call last)",
    "panicked at",
    "stack trace",
    "stack backtrace",
    "exception in thread",
    "at java.",
    "node_modules/",
    "    at ",
    "system.nullreferenceexception",
    "sqlstate",
    "syntax error at or near",
    "<!doctype html",
];

impl Seller {
    /// The rules of the version by which the seller is judged.
    pub(super) fn rules(&self) -> &'static Rules {
        Rules::of(self.case().version())
    }

    /// The call is refused: 4xx with a flat error that blames the caller.
    pub(in crate::lanes) fn refused(&self, answer: &Answer) -> Outcome {
        self.is_refusal(answer)?;
        let error = self.error_body(answer)?;
        self.blames_caller(answer, error)
    }

    /// The same, without the shape of a version.
    pub(in crate::lanes) fn refused_in_any_version(&self, answer: &Answer) -> Outcome {
        self.is_refusal(answer)?;
        let error = self.flat_error(answer)?;
        self.blames_caller(answer, error)
    }

    fn is_refusal(&self, answer: &Answer) -> Outcome {
        self.no_breakdown(answer)?;
        self.case().must(
            answer.is_refusal(),
            answer,
            "such a call is refused with 4xx",
            || format!("{}: {}", answer.status, self.case().excerpt(answer)),
        )
    }

    fn blames_caller(&self, answer: &Answer, error: &Value) -> Outcome {
        let kind = text(error, "type");
        self.case().must(
            kind != "processing_error" && kind != "service_unavailable",
            answer,
            "a fault of the caller has type invalid_request; processing_error and service_unavailable are for the server's own",
            || format!("{} with type {kind}", answer.status),
        )
    }

    /// The call is refused as one that is no valid request.
    pub(in crate::lanes) fn refused_as_invalid(&self, answer: &Answer) -> Outcome {
        self.refused(answer)?;
        let error = self.case().json(answer)?;
        let kind = text(error, "type");
        self.case().must(
            kind == "invalid_request",
            answer,
            "a malformed request is refused with type invalid_request",
            || format!("type {kind}"),
        )?;
        self.case().must(
            error.get("supported_versions").is_none(),
            answer,
            "supported_versions appears only in errors about the version",
            || self.case().excerpt(answer),
        )
    }

    /// The call is refused with one of these statuses and this code.
    pub(in crate::lanes) fn refused_with(
        &self,
        answer: &Answer,
        status: u16,
        code: &str,
    ) -> Outcome {
        self.case().status(answer, &[status])?;
        self.refused(answer)?;
        let error = self.case().json(answer)?;
        let found = text(error, "code");
        self.case().must(
            found == code,
            answer,
            &format!("the code is {code}"),
            || format!("code {found}"),
        )
    }

    /// The body of an error answer is one flat error object in JSON, valid in the version.
    pub(in crate::lanes) fn error_body<'a>(&self, answer: &'a Answer) -> Outcome<&'a Value> {
        let error = self.flat_error(answer)?;
        self.case().shape(answer, "checkout#Error")?;
        Ok(error)
    }

    /// One flat error object in JSON, of whatever version: a call without a known version has none.
    pub(super) fn flat_error<'a>(&self, answer: &'a Answer) -> Outcome<&'a Value> {
        let case = self.case();
        self.json_content_type(answer)?;
        let error = case.json(answer)?;
        let flat = ["type", "code", "message"]
            .iter()
            .all(|member| error.get(member).is_some_and(Value::is_string));
        case.must(
            flat,
            answer,
            "an error is one flat object with type, code and message",
            || case.excerpt(answer),
        )?;
        case.must(
            !text(error, "code").is_empty() && !text(error, "message").is_empty(),
            answer,
            "code and message say something",
            || case.excerpt(answer),
        )?;
        let kind = text(error, "type");
        let known = self.rules().error_types;
        case.must(
            known.contains(&kind),
            answer,
            &format!("the error type is one of {}", known.join(", ")),
            || format!("type {kind}"),
        )?;
        self.param_is_path(answer, error)?;
        Ok(error)
    }

    /// Every answer with a body says that it is JSON.
    pub(in crate::lanes) fn json_content_type(&self, answer: &Answer) -> Outcome {
        let said = answer.header("content-type").unwrap_or("(none)");
        let kind = said.split(';').next().unwrap_or_default().trim();
        let is_json = kind.eq_ignore_ascii_case("application/json")
            || (kind.starts_with("application/") && kind.ends_with("+json"));
        self.case().must(
            is_json,
            answer,
            "every answer with a body has a JSON content type",
            || format!("content-type {said}, status {}", answer.status),
        )
    }

    /// No 5xx, no page for people, nothing from inside the program.
    pub(in crate::lanes) fn no_breakdown(&self, answer: &Answer) -> Outcome {
        let case = self.case();
        case.must(
            answer.status < 500,
            answer,
            "no request makes the server answer 5xx",
            || format!("{}: {}", answer.status, case.excerpt(answer)),
        )?;
        let body = String::from_utf8_lossy(&answer.body).to_lowercase();
        let trace = TRACES.into_iter().find(|trace| body.contains(trace));
        case.must(
            trace.is_none() && !body.trim_start().starts_with("<html"),
            answer,
            "no answer shows a stack trace, a query or an error page",
            || format!("{}: {}", trace.unwrap_or("<html"), case.excerpt(answer)),
        )
    }

    /// Refused in good form, or taken; never a breakdown. True when it was taken.
    pub(in crate::lanes) fn taken_or_refused(&self, answer: &Answer) -> Outcome<bool> {
        if answer.is_success() {
            return Ok(true);
        }
        self.refused(answer)?;
        Ok(false)
    }

    fn param_is_path(&self, answer: &Answer, error: &Value) -> Outcome {
        let Some(param) = error.get("param") else {
            return Ok(());
        };
        let is_path = param
            .as_str()
            .is_some_and(|param| json_path::segments(param).is_some());
        self.case().must(
            is_path,
            answer,
            "param is an RFC 9535 JSONPath that starts with $",
            || format!("param {param}"),
        )
    }
}

/// A text member; empty when it is none.
pub(in crate::lanes) fn text<'a>(json: &'a Value, member: &str) -> &'a str {
    json.get(member).and_then(Value::as_str).unwrap_or_default()
}
