//! A report as SARIF 2.1.0, for code scanning pages.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{CheckResult, Exchange, Report, Verdict, register::requirement};

/// The report as a SARIF log of one run. Every check is a rule; every check of every version has a
/// result, whose `kind` tells what was not tested from what passed.
#[must_use]
pub fn log(report: &Report) -> Value {
    let mut rules = BTreeMap::new();
    for result in &report.results {
        rules
            .entry(result.id.as_str())
            .or_insert_with(|| rule(result));
    }
    let results: Vec<Value> = report
        .results
        .iter()
        .map(|result| outcome(report, result))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "comptoir-certify",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_values().collect::<Vec<_>>(),
            }},
            "automationDetails": { "id": format!("{}/{}", report.profile, report.started) },
            "invocations": [{
                "executionSuccessful": true,
                "startTimeUtc": report.started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            }],
            "results": results,
        }],
    })
}

fn rule(result: &CheckResult) -> Value {
    let requirements: Vec<String> = result
        .requirements
        .iter()
        .map(|id| match requirement(id) {
            Some(found) => format!(
                "{id} ({} {}): {}",
                found.document, found.section, found.text
            ),
            None => id.clone(),
        })
        .collect();
    let mut rule = json!({
        "id": result.id,
        "shortDescription": { "text": result.title },
        "properties": { "tags": [result.lane.as_str(), result.topic.as_str()] },
    });
    if let Some(members) = rule.as_object_mut() {
        if !requirements.is_empty() {
            members.insert(
                "fullDescription".to_owned(),
                json!({ "text": requirements.join("\n") }),
            );
        }
        if !result.advice.is_empty() {
            members.insert("help".to_owned(), json!({ "text": result.advice }));
        }
    }
    rule
}

fn outcome(report: &Report, result: &CheckResult) -> Value {
    // Levels other than none are for failures only.
    let (kind, level) = match result.verdict {
        Verdict::Pass => ("pass", "none"),
        Verdict::Violated => ("fail", "error"),
        Verdict::Warning => ("fail", "warning"),
        Verdict::NotApplicable => ("notApplicable", "none"),
        Verdict::NotTested => ("open", "none"),
    };
    let mut found: Vec<String> = result
        .findings
        .iter()
        .map(|finding| format!("{}: {}", finding.rule, finding.found))
        .collect();
    found.extend(result.reason.clone());
    if found.is_empty() {
        found.push(result.title.clone());
    }
    let mut members = json!({
        "ruleId": result.id,
        "kind": kind,
        "level": level,
        "message": { "text": format!("{}: {}", result.verdict, found.join("\n")) },
        "locations": [{
            "logicalLocations": [{
                "name": result.id,
                "fullyQualifiedName": format!("{}#{}", report.target, result.id),
                "kind": "resource",
            }],
        }],
        "properties": { "version": result.version, "requirements": result.requirements },
    });
    let shown = result.findings.iter().find_map(|finding| finding.exchange);
    let exchange = result
        .evidence
        .iter()
        .find(|exchange| Some(exchange.number) == shown);
    if let (Some(members), Some(exchange)) = (members.as_object_mut(), exchange) {
        members.extend(web(exchange));
    }
    members
}

/// The request and the response that show the finding.
fn web(exchange: &Exchange) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert(
        "webRequest".to_owned(),
        json!({
            "protocol": "HTTP",
            "version": "1.1",
            "method": exchange.request.method,
            "target": exchange.request.url,
            "headers": headers(&exchange.request.headers),
            "body": { "text": exchange.request.body },
        }),
    );
    let response = match &exchange.response {
        Some(response) => json!({
            "protocol": "HTTP",
            "version": "1.1",
            "statusCode": response.status,
            "headers": headers(&response.headers),
            "body": { "text": response.body },
        }),
        None => json!({ "noResponseReceived": true, "reasonPhrase": exchange.error }),
    };
    members.insert("webResponse".to_owned(), response);
    members
}

/// SARIF keeps one value for each name: repeated headers are joined as HTTP allows.
fn headers(all: &[(String, String)]) -> Map<String, Value> {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in all {
        joined
            .entry(name.to_ascii_lowercase())
            .and_modify(|before| {
                before.push_str(", ");
                before.push_str(value);
            })
            .or_insert_with(|| value.clone());
    }
    let members = joined.into_iter();
    members
        .map(|(name, value)| (name, Value::String(value)))
        .collect()
}
