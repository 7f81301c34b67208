//! Every output format, over one made-up report.

use std::io::{Cursor, Read};

use comptoir_certify::{
    CheckResult, Comparison, Exchange, Finding, History, Lane, RecordedRequest, RecordedResponse,
    Report, Severity, SpecVersion, Topic, Verdict,
    report::{json, junit, pack, sarif},
};
use serde_json::{Value, json};

use crate::{program::Program, reference::Reference};

fn exchange() -> Exchange {
    Exchange {
        number: 1,
        request: RecordedRequest {
            method: "POST".to_owned(),
            url: "https://shop.example/checkout_sessions".to_owned(),
            headers: vec![("Authorization".to_owned(), "Bearer ab…".to_owned())],
            body: "{\"a\":1}".to_owned(),
        },
        response: Some(RecordedResponse {
            status: 200,
            headers: vec![
                ("x".to_owned(), "1".to_owned()),
                ("X".to_owned(), "2".to_owned()),
            ],
            // What XML and HTML must not take as theirs.
            body: "<script>alert(1)</script> ]]> & \u{1} \u{0}".to_owned(),
        }),
        error: None,
        duration_ms: 12,
    }
}

pub(crate) fn result(name: &str, verdict: Verdict) -> CheckResult {
    let red = matches!(verdict, Verdict::Violated | Verdict::Warning);
    let answered = !matches!(verdict, Verdict::NotTested | Verdict::NotApplicable);
    let severity = if verdict == Verdict::Warning {
        Severity::Should
    } else {
        Severity::Must
    };
    CheckResult {
        id: format!("seller.idempotency.{name}"),
        title: "a \"key\" is <needed>".to_owned(),
        lane: Lane::Seller,
        topic: Topic::Idempotency,
        version: SpecVersion::LATEST,
        verdict,
        reason: (!answered).then(|| "set seller.items in certify.toml".to_owned()),
        findings: red
            .then(|| Finding {
                severity,
                rule: "the status is 422".to_owned(),
                found: "200: <html>".to_owned(),
                exchange: Some(1),
            })
            .into_iter()
            .collect(),
        advice: "answer 422".to_owned(),
        requirements: vec!["checkout.idempotency.conflict-422".to_owned()],
        duration_ms: 34,
        evidence: if answered {
            vec![exchange()]
        } else {
            Vec::new()
        },
    }
}

pub(crate) fn report(verdicts: &[(&str, Verdict)]) -> Report {
    Report {
        format: Report::FORMAT,
        target: "https://shop.example/".to_owned(),
        profile: "spec-2026-04-17".to_owned(),
        versions: vec![SpecVersion::LATEST],
        started: "2026-11-24T15:00:00.123Z".parse().unwrap(),
        duration_ms: 1234,
        requests: 9,
        results: verdicts
            .iter()
            .map(|(name, verdict)| result(name, *verdict))
            .collect(),
    }
}

fn every_verdict() -> Report {
    report(&[
        ("one", Verdict::Pass),
        ("two", Verdict::Violated),
        ("three", Verdict::Warning),
        ("four", Verdict::NotApplicable),
        ("five", Verdict::NotTested),
    ])
}

/// What was written as JSON reads back as the same report.
#[test]
fn json_reads_back() {
    let report = every_verdict();
    let back: Report = serde_json::from_str(&json::text(&report).unwrap()).unwrap();
    assert_eq!(back, report);
}

/// The XML is well-formed whatever a server answered, and only a violation is a failure; what was
/// not tested is skipped, never a success.
#[test]
fn junit_parses() {
    let text = junit::text(&every_verdict());
    let xml = roxmltree::Document::parse(&text).unwrap();
    let count = |name: &str| {
        let nodes = xml.descendants();
        nodes.filter(|node| node.has_tag_name(name)).count()
    };
    assert_eq!(count("testcase"), 5);
    assert_eq!(count("failure"), 1);
    assert_eq!(count("skipped"), 2);
    let suites = xml.root_element();
    assert_eq!(suites.attribute("tests"), Some("5"));
    assert_eq!(suites.attribute("failures"), Some("1"));
    assert_eq!(suites.attribute("skipped"), Some("2"));
    let suite = suites.first_element_child().unwrap();
    assert_eq!(suite.attribute("timestamp"), Some("2026-11-24T15:00:00Z"));
    let failure = xml.descendants().find(|node| node.has_tag_name("failure"));
    let failure = failure.unwrap();
    assert_eq!(
        failure.attribute("message"),
        Some("the status is 422: 200: <html>")
    );
    assert!(
        failure
            .text()
            .unwrap()
            .contains("checkout.idempotency.conflict-422")
    );
}

/// The required members of SARIF 2.1.0, section by section, as a schema of our own.
fn sarif_schema() -> Value {
    let message = json!({ "type": "object", "required": ["text"],
        "properties": { "text": { "type": "string", "minLength": 1 } } });
    json!({
        "type": "object",
        "required": ["version", "runs"],
        "properties": {
            "version": { "const": "2.1.0" },
            "runs": { "type": "array", "minItems": 1, "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": { "type": "object", "required": ["driver"], "properties": {
                        "driver": { "type": "object", "required": ["name", "rules"], "properties": {
                            "rules": { "type": "array", "uniqueItems": true, "items": {
                                "type": "object", "required": ["id"],
                                "properties": { "shortDescription": message, "help": message } } },
                        } },
                    } },
                    "invocations": { "items": { "required": ["executionSuccessful"] } },
                    "results": { "type": "array", "items": {
                        "type": "object",
                        "required": ["ruleId", "message"],
                        "properties": {
                            "message": message,
                            "kind": { "enum": ["notApplicable", "pass", "fail", "review", "open", "informational"] },
                            "level": { "enum": ["none", "note", "warning", "error"] },
                            "webRequest": { "type": "object", "properties": { "headers": {
                                "additionalProperties": { "type": "string" } } } },
                            "webResponse": { "type": "object", "properties": {
                                "statusCode": { "type": "integer" },
                                "headers": { "additionalProperties": { "type": "string" } } } },
                        },
                        // 3.27.10: only a failure has a level.
                        "if": { "properties": { "kind": { "const": "fail" } } },
                        "then": { "properties": { "level": { "enum": ["warning", "error"] } } },
                        "else": { "properties": { "level": { "const": "none" } } },
                    } },
                },
            } },
        },
    })
}

/// The log has the members that the format requires, and says what was not tested.
#[test]
fn sarif_has_the_required_members() {
    let log = sarif::log(&every_verdict());
    let faults: Vec<String> = jsonschema::validator_for(&sarif_schema())
        .unwrap()
        .iter_errors(&log)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let kinds: Vec<_> = results
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["pass", "fail", "fail", "notApplicable", "open"]);
    assert_eq!(results[1]["webResponse"]["headers"]["x"], "1, 2");
}

/// Every item of the list has its verdict and its log; pages run nothing that a server wrote.
#[test]
fn the_pack_holds_every_item() {
    let report = every_verdict();
    let page = pack::html(&report).unwrap();
    assert!(!page.contains("<script"), "a server's answer became a tag");
    assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"));
    for item in &pack::ITEMS {
        let title = item.title.replace('\'', "&#39;");
        assert!(page.contains(&title), "{} is not on the page", item.name);
    }
    let bytes = pack::archive(&report).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    for (item, number) in pack::ITEMS.iter().zip(1..) {
        let name = format!("items/{number:02}-{}.txt", item.name);
        assert!(names.contains(&name), "{name} is missing");
    }
    let mut log = String::new();
    let mut file = archive
        .by_name("items/14-idempotency-conflict.txt")
        .unwrap();
    file.read_to_string(&mut log).unwrap();
    assert!(
        log.starts_with("14. The same key with another body is refused.\nviolated"),
        "{log}"
    );
    assert!(
        log.contains("POST https://shop.example/checkout_sessions"),
        "{log}"
    );
}

/// An item with a check that was not tested is not green, and one without checks says what to do.
#[test]
fn items_are_never_green_untested() {
    let report = report(&[("one", Verdict::Pass), ("two", Verdict::NotTested)]);
    let items = pack::items(&report);
    let conflict = items
        .iter()
        .find(|one| one.item.name == "idempotency-conflict");
    assert_eq!(conflict.unwrap().verdict, Verdict::NotTested);
    let complete = items
        .iter()
        .find(|one| one.item.name == "complete")
        .unwrap();
    assert_eq!(complete.verdict, Verdict::NotTested);
    assert!(!complete.reason.is_empty());
}

/// Neither keys nor cards nor tokens are in any file that a run writes.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_leaves_in_any_output() {
    let reference = Reference::start().await;
    let program = Program::new();
    program.write("certify.toml", reference.configuration());
    let arguments = [
        "seller",
        "--lane",
        "seller",
        "--topic",
        "lifecycle",
        "--json",
        "out/report.json",
        "--junit",
        "out/junit.xml",
        "--sarif",
        "out/report.sarif",
        "--pack",
        "out/pack",
    ];
    let ended = program.call(&arguments).await;
    let mut texts = vec![("terminal".to_owned(), format!("{}{}", ended.out, ended.err))];
    for name in [
        "report.json",
        "junit.xml",
        "report.sarif",
        "pack/certification.html",
    ] {
        texts.push((name.to_owned(), program.read(format!("out/{name}"))));
    }
    let bytes = std::fs::read(program.path("out/pack/certification.zip")).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        texts.push((file.name().unwrap().into_owned(), text));
    }
    let seen: usize = texts
        .iter()
        .map(|(_, text)| text.matches("delegate_payment").count())
        .sum();
    assert!(seen > 0, "no payment was tried, so this proves nothing");
    for (name, text) in texts {
        for secret in [
            "agent-key-for-the-reference",
            "other-key-for-the-reference",
            "request-secret-for-the-reference",
            "4242424242424242",
        ] {
            assert!(!text.contains(secret), "{name} holds {secret}");
        }
    }
}

/// Newly red, newly green, changed, added, gone; the exit code tells when something is newly red.
#[tokio::test(flavor = "multi_thread")]
async fn two_runs_are_compared() {
    let earlier = report(&[
        ("a", Verdict::Pass),
        ("b", Verdict::Violated),
        ("c", Verdict::Pass),
        ("d", Verdict::Pass),
        ("e", Verdict::Pass),
    ]);
    let later = report(&[
        ("a", Verdict::Violated),
        ("b", Verdict::Pass),
        ("c", Verdict::Warning),
        ("e", Verdict::Pass),
        ("f", Verdict::NotTested),
    ]);
    let comparison = Comparison::of(&earlier, &later);
    let found: Vec<(&str, Vec<&str>)> = comparison
        .groups()
        .into_iter()
        .map(|(name, changes)| (name, changes.iter().map(|one| one.id.as_str()).collect()))
        .collect();
    assert_eq!(
        found,
        [
            ("newly red", vec!["seller.idempotency.a"]),
            ("newly green", vec!["seller.idempotency.b"]),
            ("changed", vec!["seller.idempotency.c"]),
            ("only in the later run", vec!["seller.idempotency.f"]),
            ("only in the earlier run", vec!["seller.idempotency.d"]),
        ]
    );
    assert_eq!(comparison.same, 1);

    let program = Program::new();
    program.write("earlier.json", &json::text(&earlier).unwrap());
    let id = History::new(program.path("history")).save(&later).unwrap();
    let kept = id.to_string();
    let ended = program
        .call(&["compare", "earlier.json", &kept, "--history", "history"])
        .await
        .with(1);
    assert!(ended.out.contains("pass -> violated"), "{}", ended.out);
    program
        .call(&["compare", "earlier.json", "earlier.json"])
        .await
        .with(0);
    program
        .call(&["compare", "earlier.json", "../../etc/passwd"])
        .await
        .with(2);
}
