//! Providers whose answers are broken in one way each.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers},
    proxy::Answered,
};

const LANE: Lane = Lane::Psp;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = tokens_wrong();
    all.extend(heads_wrong());
    all.extend(errors_wrong());
    all.extend(details_wrong());
    all
}

fn is_token(answered: &Answered) -> bool {
    answered.status == 201
        && answered
            .json()
            .is_some_and(|json| json.get("created").is_some())
}

/// A change to every token.
fn tokens(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::edit(LANE, id, does, red, |_, answered| is_token(answered), edit)
}

fn tokens_wrong() -> Vec<Fault> {
    vec![
        tokens(
            "psp-unknown-member",
            "adds a member that the answer does not have",
            &["psp.lifecycle.shape"],
            |json| json["object"] = json!("token"),
        ),
        tokens(
            "psp-created-unix",
            "writes created as a Unix number",
            &["psp.lifecycle.created"],
            |json| json["created"] = json!(1_800_000_000),
        ),
        tokens(
            "psp-created-1970",
            "writes a created of 1970",
            &["psp.lifecycle.created-time"],
            |json| json["created"] = json!("1970-01-01T00:00:00Z"),
        ),
        tokens(
            "psp-same-id",
            "gives every token the same id",
            &["psp.lifecycle.unique-ids", "psp.concurrency.many-keys"],
            |json| json["id"] = json!("vt_1"),
        ),
        tokens(
            "psp-no-merchant",
            "leaves merchant_id out of metadata",
            &["psp.lifecycle.metadata-correlation"],
            |json| {
                json["metadata"]
                    .as_object_mut()
                    .map(|all| all.remove("merchant_id"));
            },
        ),
        tokens(
            "psp-metadata-number",
            "writes a number into metadata",
            &["psp.lifecycle.shape"],
            |json| json["metadata"]["count"] = json!(1),
        ),
    ]
}

fn heads_wrong() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "psp-status-200",
            "answers 200 instead of 201",
            &["psp.lifecycle.created"],
            answers(|_, answered| {
                if is_token(answered) {
                    answered.status = 200;
                }
            }),
        ),
        Fault::new(
            LANE,
            "psp-text-plain",
            "sends tokens as text/plain",
            &["psp.lifecycle.content-type"],
            answers(|_, answered| {
                answered.set("content-type", "text/plain");
            }),
        ),
        Fault::new(
            LANE,
            "psp-no-request-id",
            "sends no Request-Id",
            &["psp.lifecycle.request-id"],
            answers(|_, answered| {
                answered.headers.remove("request-id");
            }),
        ),
        Fault::new(
            LANE,
            "psp-other-request-id",
            "sends a Request-Id of its own",
            &["psp.lifecycle.request-id-echo"],
            answers(|_, answered| {
                answered.set("request-id", "mine");
            }),
        ),
    ]
}

/// A change to every refusal.
fn refusals(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Answered) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::new(
        LANE,
        id,
        does,
        red,
        answers(move |_, answered| {
            if answered.status >= 400 {
                edit(answered);
            }
        }),
    )
}

fn errors_wrong() -> Vec<Fault> {
    vec![
        refusals(
            "psp-error-envelope",
            "wraps errors in an error member",
            &["psp.errors.flat"],
            |answered| {
                answered.edit(|json| *json = json!({ "error": json }));
            },
        ),
        refusals(
            "psp-error-no-code",
            "sends errors without code",
            &["psp.errors.flat"],
            |answered| {
                answered.edit(|json| {
                    json.as_object_mut().map(|all| all.remove("code"));
                });
            },
        ),
        refusals(
            "psp-error-empty-message",
            "sends errors with an empty message",
            &["psp.errors.message-for-people"],
            |answered| {
                answered.edit(|json| json["message"] = json!(""));
            },
        ),
        refusals(
            "psp-error-html",
            "sends errors as HTML",
            &["psp.errors.flat"],
            |answered| {
                answered.body = "<h1>Bad Request</h1>".into();
            },
        ),
        refusals(
            "psp-error-200",
            "sends errors with status 200",
            &["psp.errors.never-2xx"],
            |answered| answered.status = 200,
        ),
        refusals(
            "psp-error-500",
            "answers faulty requests with 500",
            &["psp.errors.exp-month-13"],
            |answered| answered.status = 500,
        ),
    ]
}

fn details_wrong() -> Vec<Fault> {
    vec![
        refusals(
            "psp-error-unknown-type",
            "sends errors of an unknown type",
            &["psp.errors.shape"],
            |answered| {
                answered.edit(|json| json["type"] = json!("request_not_idempotent"));
            },
        ),
        refusals(
            "psp-error-unknown-code",
            "sends card errors with an unknown code",
            &["psp.errors.senseless-expiry"],
            |answered| {
                answered.edit(|json| json["code"] = json!("bad_card"));
            },
        ),
        refusals(
            "psp-error-content-type",
            "sends errors as text/html",
            &["psp.errors.error-content-type"],
            |answered| {
                answered.set("content-type", "text/html");
            },
        ),
        refusals(
            "psp-error-versions-everywhere",
            "lists supported_versions in every error",
            &["psp.errors.no-supported-versions"],
            |answered| {
                answered.edit(|json| json["supported_versions"] = json!(["2026-04-17"]));
            },
        ),
        refusals(
            "psp-missing-422",
            "answers missing members with 422",
            &["psp.errors.missing-field"],
            |answered| answered.status = 422,
        ),
        refusals(
            "psp-versions-oldest-first",
            "lists supported_versions from the oldest on",
            &["psp.versions.newest-first"],
            |answered| {
                answered.edit(|json| {
                    if let Some(list) = json["supported_versions"].as_array_mut() {
                        list.reverse();
                    }
                });
            },
        ),
    ]
}
