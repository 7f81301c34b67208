//! Providers whose delegate authentication is broken in one way each.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers, requests},
    proxy::Answered,
};

const LANE: Lane = Lane::Psp;

/// A change to what sessions of delegate authentication say.
fn sessions(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::edit(
        LANE,
        id,
        does,
        red,
        |_, answered| {
            answered
                .json()
                .is_some_and(|json| json.get("authentication_session_id").is_some())
        },
        edit,
    )
}

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = answers_wrong();
    all.extend(gates_wrong());
    all.extend(keys_wrong());
    all
}

fn answers_wrong() -> Vec<Fault> {
    vec![
        sessions(
            "3ds-status-word",
            "says done instead of a status",
            &["psp.lifecycle.authentication-create-status"],
            |json| json["status"] = json!("done"),
        ),
        sessions(
            "3ds-no-action",
            "asks for actions without naming them",
            &["psp.lifecycle.authentication-create-action"],
            |json| {
                json.as_object_mut().map(|all| all.remove("action"));
            },
        ),
        sessions(
            "3ds-other-session",
            "answers about another session",
            &["psp.lifecycle.authentication-authenticate"],
            |json| {
                if json["status"] != "action_required" {
                    json["authentication_session_id"] = json!("another");
                }
            },
        ),
        sessions(
            "3ds-no-result",
            "shows no result",
            &["psp.escalation.result"],
            |json| {
                json.as_object_mut()
                    .map(|all| all.remove("authentication_result"));
            },
        ),
        sessions(
            "3ds-result-without-version",
            "leaves the version out of the result",
            &["psp.escalation.result"],
            |json| {
                json["authentication_result"]
                    .as_object_mut()
                    .map(|all| all.remove("version"));
            },
        ),
        sessions(
            "3ds-rejected-passes",
            "lets rejected cards pass",
            &["psp.escalation.rejected"],
            |json| {
                if json["status"] == "rejected" {
                    json["status"] = json!("authenticated");
                }
            },
        ),
    ]
}

fn gates_wrong() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "3ds-status-200",
            "answers create with 200",
            &["psp.lifecycle.authentication-create"],
            answers(|asked, answered| {
                if asked.path.ends_with("/delegate_authentication") && answered.status == 201 {
                    answered.status = 200;
                }
            }),
        ),
        Fault::new(
            LANE,
            "3ds-unsigned",
            "takes unsigned calls",
            &["psp.signatures.authentication-unsigned"],
            requests(|asked| {
                let unsigned = !asked.headers.contains_key("signature")
                    && asked.path.ends_with("/delegate_authentication");
                unsigned.then(|| {
                    Answered::new(
                        201,
                        &json!({ "authentication_session_id": "a", "status": "pending" }),
                    )
                })
            }),
        ),
        Fault::new(
            LANE,
            "3ds-conflict-422",
            "answers a conflict with 422",
            &["psp.idempotency.authentication-conflict"],
            answers(|_, answered| {
                if answered.status == 409 {
                    answered.status = 422;
                }
            }),
        ),
    ]
}

fn keys_wrong() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "3ds-no-key-echo",
            "does not repeat the key",
            &[
                "psp.lifecycle.authentication-key-echo",
                "psp.lifecycle.authentication-authenticate-key-echo",
            ],
            answers(|_, answered| {
                answered.headers.remove("idempotency-key");
            }),
        ),
        Fault::new(
            LANE,
            "3ds-no-id-echo",
            "does not repeat the Request-Id",
            &["psp.lifecycle.authentication-request-id-echo"],
            answers(|_, answered| {
                answered.headers.remove("request-id");
            }),
        ),
        Fault::new(
            LANE,
            "3ds-unknown-session",
            "makes up sessions that never were",
            &["psp.errors.authentication-unknown-id"],
            answers(|asked, answered| {
                if answered.status == 404 && asked.path.contains("delegate_authentication") {
                    *answered = Answered::new(
                        200,
                        &json!({ "authentication_session_id": "x", "status": "pending" }),
                    );
                }
            }),
        ),
    ]
}
