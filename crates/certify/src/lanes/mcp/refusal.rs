//! What every refusal must look like: a JSON-RPC error, and in its data the error of REST.

use serde_json::Value;

use super::{Mcp, said::Said};
use crate::Outcome;

/// The code of every ACP error.
pub(super) const ACP_ERROR: i64 = -32_000;

/// The code of calls that JSON-RPC itself cannot take.
pub(super) const INVALID_PARAMS: i64 = -32_602;

/// The error types of 2026-04-17; `request_not_idempotent` is gone (`mcp-request-not-idempotent` of
/// the contradictions).
const TYPES: [&str; 3] = ["invalid_request", "processing_error", "service_unavailable"];

impl Mcp {
    /// The call fails with an ACP error; the error is returned.
    pub(super) fn refused<'a>(&self, said: &'a Said) -> Outcome<&'a Value> {
        let case = self.case();
        self.json_rpc_error(said)?;
        let excerpt = || case.excerpt(&said.answer);
        case.must(
            said.code() == Some(ACP_ERROR),
            &said.answer,
            "every ACP error has the JSON-RPC code -32000",
            excerpt,
        )?;
        let Some(data) = said.data() else {
            let rule = "the data of the JSON-RPC error is the ACP error";
            case.must(false, &said.answer, rule, excerpt)?;
            return Ok(&Value::Null);
        };
        let texts = ["type", "code", "message"];
        let flat = texts
            .iter()
            .all(|member| !said.data_text(member).is_empty() && data.get(member).is_some());
        case.must(
            flat,
            &said.answer,
            "data is one flat object with type, code and message",
            excerpt,
        )?;
        let kind = said.data_text("type");
        case.must(
            TYPES.contains(&kind),
            &said.answer,
            &format!("data.type is one of {}", TYPES.join(", ")),
            || format!("type {kind}"),
        )?;
        case.document(data, &said.answer, "checkout#Error")?;
        Ok(data)
    }

    /// The same, and it blames the caller.
    pub(super) fn refused_as_invalid<'a>(&self, said: &'a Said) -> Outcome<&'a Value> {
        let data = self.refused(said)?;
        let kind = said.data_text("type");
        self.case().must(
            kind == "invalid_request",
            &said.answer,
            "a fault of the caller has type invalid_request",
            || format!("type {kind}"),
        )?;
        Ok(data)
    }

    /// A call without one of its arguments fails: with an ACP error, or as one that JSON-RPC cannot
    /// take (`mcp-invalid-params` of the contradictions).
    pub(super) fn refused_or_malformed(&self, said: &Said) -> Outcome {
        self.json_rpc_error(said)?;
        if said.code() == Some(INVALID_PARAMS) {
            return Ok(());
        }
        self.refused_as_invalid(said).map(|_| ())
    }

    /// The call fails by a JSON-RPC error in good form, and nothing from inside is shown.
    pub(super) fn json_rpc_error(&self, said: &Said) -> Outcome {
        let case = self.case();
        self.seller().no_breakdown(&said.answer)?;
        case.must(
            said.result().is_none() && said.error().is_some_and(Value::is_object),
            &said.answer,
            "a failed call is answered by a JSON-RPC error and no result",
            || format!("{}: {}", said.answer.status, case.excerpt(&said.answer)),
        )?;
        let message = said.error().and_then(|error| error.get("message"));
        case.must(
            said.code().is_some()
                && message
                    .and_then(Value::as_str)
                    .is_some_and(|text| !text.is_empty()),
            &said.answer,
            "a JSON-RPC error has an integer code and a message",
            || case.excerpt(&said.answer),
        )
    }
}
