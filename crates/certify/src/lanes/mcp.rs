//! Checkout over the Model Context Protocol.

mod acts;
mod arguments;
mod arithmetic;
mod auth;
mod client;
mod concurrency;
mod connections;
mod ends;
mod errors;
mod fuzz;
mod idempotency;
mod json_rpc;
mod kit;
mod leaks;
mod lifecycle;
mod likeness;
mod limits;
mod refusal;
mod said;
mod same;
mod schemas;
mod signatures;
mod tool;
mod tools;
mod transport;
mod versions;

use client::Mcp;

use std::sync::Arc;

use crate::{Case, Check, Outcome, SpecVersion};

/// Greets the server of this case as every check does, and looks for the tools of checkout.
pub(crate) async fn greet(case: &Arc<Case>) -> Outcome {
    Mcp::of(case).await.map(drop)
}

/// Every check of checkout over MCP.
#[must_use]
pub fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(transport::checks());
    checks.extend(connections::checks());
    checks.extend(json_rpc::checks());
    checks.extend(tools::checks());
    checks.extend(schemas::checks());
    checks.extend(lifecycle::checks());
    checks.extend(ends::checks());
    checks.extend(same::checks());
    checks.extend(arguments::checks());
    checks.extend(errors::checks());
    checks.extend(arithmetic::checks());
    checks.extend(idempotency::checks());
    checks.extend(concurrency::checks());
    checks.extend(versions::checks());
    checks.extend(auth::checks());
    checks.extend(signatures::checks());
    checks.extend(limits::checks());
    checks.extend(leaks::checks());
    checks.extend(fuzz::checks(version));
    checks
}
