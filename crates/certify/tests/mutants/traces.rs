//! Sellers that are wrong about intent traces, in one way each.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering},
};

use comptoir_certify::{Lane, SpecVersion};
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked, Bend},
    seller_visits::{Visit, refusal, repeats, sent, visit},
    stage::Stage,
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = refusing();
    all.extend(answering());
    all.extend(malformed());
    all.extend(telling());
    let plain = faults_of_plain_shops().into_iter();
    all.extend(plain.map(|fault| fault.on(Stage::Plain)));
    all
}

/// Refuses cancels for which this holds of the trace, null when there is none.
fn refuses(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    when: impl Fn(&Asked, &Value) -> bool + Clone + Send + Sync + 'static,
) -> Fault {
    let bend = requests(move |asked| {
        let refused =
            visit(asked) == Some(Visit::Cancel) && when(asked, &sent(asked, "/intent_trace"));
        refused.then(|| refusal(400, "invalid", "$.intent_trace"))
    });
    Fault::new(LANE, id, does, red, bend)
}

fn has(trace: &Value, kind: fn(&Value) -> bool) -> bool {
    let members = trace["metadata"].as_object();
    members.is_some_and(|members| members.values().any(kind))
}

fn refusing() -> Vec<Fault> {
    let mut all = vec![
        refuses(
            "trace-refused",
            "refuses every trace",
            &[
                "extensions.lifecycle.trace-reason-alone",
                "extensions.lifecycle.trace-known-reasons",
                "extensions.lifecycle.trace-status",
            ],
            |_, trace| !trace.is_null(),
        )
        .version(SpecVersion::V2025_12_12),
        refuses(
            "trace-closed-list",
            "refuses reasons that it does not know",
            &[
                "extensions.lifecycle.trace-unknown-reason",
                "extensions.lifecycle.trace-example-reason",
                "extensions.lifecycle.trace-foreign-reason",
            ],
            |_, trace| {
                !["other", "comparison", "price_sensitivity"]
                    .iter()
                    .any(|one| trace["reason_code"] == *one)
            },
        ),
        refuses(
            "trace-body-demanded",
            "refuses a cancel without a body",
            &["extensions.lifecycle.trace-no-body"],
            |asked, _| asked.body.is_empty(),
        ),
        refuses(
            "trace-demanded",
            "refuses a cancel without a trace",
            &["extensions.lifecycle.trace-empty-body"],
            |_, trace| trace.is_null(),
        ),
    ];
    all.extend(refusing_contents());
    all
}

/// Cancels that are refused for what their trace holds.
fn refusing_contents() -> Vec<Fault> {
    vec![
        refuses(
            "trace-no-numbers",
            "refuses numbers in metadata",
            &["extensions.lifecycle.trace-numbers"],
            |_, trace| has(trace, Value::is_number),
        ),
        refuses(
            "trace-whole-numbers",
            "refuses numbers in metadata that are not whole",
            &["extensions.lifecycle.trace-fractions"],
            |_, trace| has(trace, Value::is_f64),
        ),
        refuses(
            "trace-no-booleans",
            "refuses booleans in metadata",
            &["extensions.lifecycle.trace-booleans"],
            |_, trace| has(trace, Value::is_boolean),
        ),
        refuses(
            "trace-short",
            "refuses summaries above 255 characters",
            &["extensions.lifecycle.trace-longest-summary"],
            |_, trace| {
                trace["trace_summary"]
                    .as_str()
                    .is_some_and(|text| text.chars().count() > 255)
            },
        ),
        refuses(
            "trace-closed",
            "refuses members that it does not know",
            &["extensions.lifecycle.trace-unknown-member"],
            |_, trace| trace.get("certify_unknown").is_some(),
        ),
    ]
}

fn cancels(asked: &Asked, answered: &Answered) -> bool {
    visit(asked) == Some(Visit::Cancel) && !answered.is_error()
}

/// Gives every request another key.
#[derive(Default)]
struct Rekeys(AtomicU64);

impl Bend for Rekeys {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        asked.set("idempotency-key", &format!("key-of-the-proxy-{count}"));
        None
    }
}

fn answering() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "trace-202",
            "answers a cancel with 202",
            &["extensions.lifecycle.trace-status"],
            answers(|asked, answered| {
                if cancels(asked, answered) {
                    answered.status = 202;
                }
            }),
        ),
        Fault::edit(
            LANE,
            "trace-short-answer",
            "answers a cancel with id and status alone",
            &["extensions.lifecycle.trace-session"],
            cancels,
            |json| *json = json!({ "id": json["id"], "status": json["status"] }),
        ),
        Fault::edit(
            LANE,
            "trace-empty-answer",
            "answers a cancel with an empty session",
            &["extensions.lifecycle.trace-session"],
            cancels,
            |json| json["line_items"] = json!([]),
        ),
        Fault::edit(
            LANE,
            "trace-not-canceled",
            "answers a cancel with the status before",
            &[
                "extensions.lifecycle.trace-session",
                "extensions.lifecycle.trace-summary",
                "extensions.lifecycle.trace-no-body",
            ],
            cancels,
            |json| json["status"] = json!("not_ready_for_payment"),
        ),
        Fault::edit(
            LANE,
            "trace-forgotten-cancel",
            "says that it cancelled and did not",
            &["extensions.lifecycle.trace-texts"],
            |asked, _| visit(asked) == Some(Visit::Retrieve),
            |json| json["status"] = json!("not_ready_for_payment"),
        ),
        Fault::new(
            LANE,
            "trace-key-forgotten",
            "answers a repeated cancel with 405",
            &[
                "extensions.idempotency.trace-replay",
                "extensions.idempotency.trace-replay-often",
            ],
            || Box::new(Rekeys::default()),
        ),
    ]
}

/// Lets no session be cancelled whose cancel was once refused.
#[derive(Default)]
struct Stuck(BTreeSet<String>);

impl Bend for Stuck {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if visit(asked) != Some(Visit::Cancel) {
            return;
        }
        if self.0.contains(&asked.path) {
            *answered = refusal(405, "invalid_state", "$");
        } else if answered.is_error() {
            self.0.insert(asked.path.clone());
        }
    }
}

fn malformed() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "trace-breaks",
            "breaks over malformed traces",
            &[
                "extensions.errors.trace-malformed-text",
                "extensions.errors.trace-malformed-metadata-object",
            ],
            answers(|_, answered| {
                if answered.is_error() {
                    *answered = Answered::new(500, &json!({}));
                }
            }),
        ),
        Fault::new(
            LANE,
            "trace-422",
            "refuses malformed traces with 422",
            &["extensions.errors.trace-malformed-no-reason"],
            answers(|_, answered| {
                if answered.status == 400 {
                    answered.status = 422;
                }
            }),
        ),
        Fault::edit(
            LANE,
            "trace-no-param",
            "does not say where a trace is malformed",
            &["extensions.errors.trace-malformed-reason-number"],
            |_, answered| answered.is_error(),
            |json| json["param"] = json!("$.metadata"),
        ),
        Fault::new(
            LANE,
            "trace-stuck",
            "never cancels a session whose first cancel was malformed",
            &[
                "extensions.errors.trace-malformed-long-summary",
                "extensions.errors.trace-malformed-metadata-list",
            ],
            || Box::new(Stuck::default()),
        ),
        Fault::new(
            LANE,
            "trace-half-taken",
            "answers a malformed trace with 200 and a session that is not canceled",
            &["extensions.errors.trace-malformed-summary-object"],
            answers(|_, answered| {
                if answered.is_error() {
                    let open = json!({ "id": "cs_1", "status": "ready_for_payment" });
                    *answered = Answered::new(200, &open);
                }
            }),
        ),
    ]
}

const SENT: &str = "/intent_trace";

fn telling() -> Vec<Fault> {
    vec![
        repeats(
            SENT,
            "trace-echo-cancel",
            "repeats the trace in the answer to cancel",
            &[
                "extensions.leaks.trace-hidden-cancel",
                "extensions.leaks.trace-hidden-cancel-again",
                "extensions.leaks.trace-hidden-second-cancel",
            ],
            Visit::Cancel,
            "intent_trace",
        )
        .version(SpecVersion::V2026_01_30),
        repeats(
            SENT,
            "trace-echo-retrieve",
            "shows the trace on retrieve",
            &["extensions.leaks.trace-hidden-retrieve"],
            Visit::Retrieve,
            "intent_trace",
        ),
        repeats(
            SENT,
            "trace-echo-elsewhere",
            "shows the trace under another name",
            &["extensions.leaks.trace-hidden-retrieve"],
            Visit::Retrieve,
            "metadata",
        ),
        repeats(
            SENT,
            "trace-echo-error",
            "repeats the trace when a canceled session is updated or completed",
            &["extensions.leaks.trace-hidden-update"],
            Visit::Update,
            "details",
        ),
        repeats(
            SENT,
            "trace-echo-complete",
            "repeats the trace when a canceled session is completed",
            &["extensions.leaks.trace-hidden-complete"],
            Visit::Complete,
            "details",
        ),
    ]
}

/// Shops without the extension that make something of it all the same.
fn faults_of_plain_shops() -> Vec<Fault> {
    vec![
        refuses(
            "trace-plain-refuses",
            "refuses a body that it does not know",
            &[
                "extensions.lifecycle.trace-unsupported",
                "extensions.lifecycle.trace-unsupported-ignored",
            ],
            |_, trace| !trace.is_null(),
        ),
        Fault::new(
            LANE,
            "trace-plain-204",
            "answers a cancel with a body that it does not know by 204",
            &["extensions.lifecycle.trace-unsupported-ignored"],
            answers(|asked, answered| {
                if cancels(asked, answered) {
                    answered.status = 204;
                    answered.body = bytes::Bytes::new();
                }
            }),
        ),
    ]
}
