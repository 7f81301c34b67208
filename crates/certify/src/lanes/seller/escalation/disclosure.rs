//! What capabilities reveal of the seller.

use serde_json::Value;

use super::capabilities::SINCE_CAPABILITIES;
use crate::{
    Answer, Check, Outcome, Topic,
    lanes::seller::{Seller, Session, paths, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    let checks = vec![
        ask(
            Topic::Escalation,
            "capabilities-hold-no-internals",
            "names and configurations of capabilities reveal no private hosts and no secret keys",
            no_internals,
        )
        .proves(&["capabilities.disclosure.no-internals"])
        .advice("publish public identifiers only"),
        ask(
            Topic::Escalation,
            "capabilities-are-relevant",
            "no handler is listed that cannot pay in the session's currency",
            relevant_only,
        )
        .proves(&["capabilities.disclosure.relevant-only"])
        .advice("list what can pay this session"),
    ];
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_CAPABILITIES))
        .collect()
}

/// Beginnings of secret keys of common providers, and marks of private networks.
const SECRETS: [&str; 8] = [
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "whsec_",
    "-----begin",
    "akia",
    "ghp_",
    "xoxb-",
];
const PRIVATE: [&str; 8] = [
    "localhost",
    "127.0.0.1",
    "://10.",
    "://192.168.",
    "://172.16.",
    ".internal",
    ".local/",
    ".svc.cluster",
];

async fn no_internals(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let own = seller
        .target()
        .url
        .host_str()
        .unwrap_or_default()
        .to_owned();
    let capabilities = session.json.get("capabilities").unwrap_or(&Value::Null);
    for (path, text) in paths::texts(capabilities) {
        let text = text.to_lowercase();
        let secret = SECRETS.iter().any(|start| text.contains(start));
        // A seller that is judged on this machine may name this machine.
        let private = PRIVATE
            .iter()
            .any(|mark| text.contains(mark) && !(own.len() > 3 && text.contains(&own)));
        should_hold(&seller, &session.answer, !secret && !private, &path, &text);
    }
    Ok(())
}

fn should_hold(seller: &Seller, answer: &Answer, holds: bool, path: &str, text: &str) {
    seller.case().should(
        holds,
        answer,
        "capabilities reveal nothing internal",
        || format!("{path}: {text}"),
    );
}

async fn relevant_only(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    for handler in session.handlers() {
        for member in ["currencies", "supported_currencies", "accepted_currencies"] {
            let list = handler.pointer(&format!("/config/{member}"));
            let Some(list) = list.and_then(Value::as_array) else {
                continue;
            };
            let mut currencies = list.iter().filter_map(Value::as_str);
            seller.case().should(
                currencies.any(|one| one.eq_ignore_ascii_case(session.currency())),
                &session.answer,
                "a handler that is listed can pay in the session's currency",
                || handler.to_string(),
            );
        }
    }
    let mut names: Vec<_> = session
        .handlers()
        .iter()
        .filter_map(|handler| Session::text(handler, "id"))
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    seller.case().should(
        names.len() == all,
        &session.answer,
        "no way to pay is listed twice",
        || format!("{names:?}"),
    );
    Ok(())
}
