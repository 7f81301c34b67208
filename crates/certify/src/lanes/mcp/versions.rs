//! `meta.api_version` acts as the header `API-Version` does.

use serde_json::{Value, json};

use super::{Mcp, kit::row, said::Said, tool::Tool};
use crate::{Check, Outcome, SpecVersion, Stop, Topic, lanes::seller::Dialect};

const APPLIED: &[&str] = &["mcp.meta.api-version-applied"];

/// A date before the protocol.
const UNKNOWN: &str = "2020-01-01";

const ADVICE: &str = "look at meta.api_version first, and refuse versions that you do not speak with supported_versions";

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = Tool::ALL.into_iter().map(unknown).collect();
    checks.extend(VALUES.into_iter().map(value));
    checks.extend([SpecVersion::V2026_01_30, SpecVersion::V2025_09_29].map(older));
    checks.push(
        row(
            Topic::Versions,
            "header-is-not-meta",
            "a header API-Version changes nothing: meta says the version",
            |mcp| async move {
                let call = mcp.harmless(Tool::Create).await?;
                let id = mcp.id();
                let params = json!({ "name": call.tool.name(), "arguments": call.arguments });
                let message =
                    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
                let request = mcp.request(&message)?.header("API-Version", UNKNOWN);
                let said = mcp.send(request, &id).await?;
                mcp.session(&said).map(|_| ())
            },
        )
        .proves(APPLIED)
        .advice("take the version from meta alone"),
    );
    checks
}

fn unknown(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Versions,
        &format!("unknown-on-{verb}"),
        format!("{verb} of an unknown version is refused with supported_versions"),
        move |mcp| async move {
            let call = mcp.harmless(tool).await?.set("/meta/api_version", UNKNOWN);
            let said = mcp.make(&call).await?;
            let listed = supported(&mcp, &said)?;
            let own = mcp.case().version().as_str();
            mcp.case().must(
                listed.iter().any(|version| version == own),
                &said.answer,
                "supported_versions has the versions that are served",
                || format!("{listed:?} without {own}"),
            )?;
            mcp.changed_nothing(&call).await
        },
    )
    .proves(APPLIED)
    .proves(&["mcp.error.in-data"])
    .advice(ADVICE)
}

/// The list in an error about the version.
fn supported(mcp: &Mcp, said: &Said) -> Outcome<Vec<String>> {
    let data = mcp.refused_as_invalid(said)?;
    let list = data.get("supported_versions").and_then(Value::as_array);
    mcp.case().must(
        list.is_some_and(|list| !list.is_empty()),
        &said.answer,
        "an error about the version lists supported_versions, as in REST",
        || mcp.case().excerpt(&said.answer),
    )?;
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    Ok(texts.map(str::to_owned).collect())
}

const VALUES: [(&str, &str); 5] = [
    ("future", "2099-12-31"),
    ("word", "latest"),
    ("empty", ""),
    ("with-time", "2026-04-17T00:00:00Z"),
    ("list", "2026-04-17, 2026-01-30"),
];

fn value((name, value): (&str, &'static str)) -> Check {
    row(
        Topic::Versions,
        &format!("value-{name}"),
        format!("meta.api_version `{value}` is refused"),
        move |mcp| async move {
            let call = mcp
                .harmless(Tool::Create)
                .await?
                .set("/meta/api_version", value);
            let said = mcp.make(&call).await?;
            mcp.refused_as_invalid(&said).map(|_| ())
        },
    )
    .proves(APPLIED)
    .advice(ADVICE)
}

/// A version that the seller lists is spoken, with its own words.
fn older(version: SpecVersion) -> Check {
    row(
        Topic::Versions,
        &format!("older-{version}"),
        format!("where {version} is served, meta.api_version {version} gets its dialect"),
        move |mcp| async move {
            let call = mcp
                .harmless(Tool::Create)
                .await?
                .set("/meta/api_version", UNKNOWN);
            let said = mcp.make(&call).await?;
            if !supported(&mcp, &said)?
                .iter()
                .any(|one| one == version.as_str())
            {
                return Err(Stop::NotApplicable(format!(
                    "not offered: {version} is not among supported_versions"
                )));
            }
            let item = mcp.seller().item()?.to_owned();
            let payload = Dialect(version).create(mcp.seller().target(), &[(&item, 1)]);
            let call = call
                .set("/meta/api_version", version.as_str())
                .set("/meta/idempotency_key", mcp.case().fresh_key()?)
                .set("/payload", Value::Object(payload));
            let said = mcp.make(&call).await?;
            let answer = mcp.success(&said)?;
            let faults = mcp
                .case()
                .judge()
                .validate(
                    version,
                    "checkout#CheckoutSession",
                    mcp.case().json(&answer)?,
                )
                .map_err(|error| Stop::NotTested(error.to_string()))?;
            mcp.case().must(
                faults.is_empty(),
                &answer,
                "the result is a session of the version that meta names",
                || {
                    let shown = faults.iter().take(3);
                    let shown = shown.map(|fault| format!("{}: {}", fault.path, fault.message));
                    shown.collect::<Vec<_>>().join("; ")
                },
            )
        },
    )
    .proves(APPLIED)
    .advice("pass meta.api_version on as API-Version")
}
