//! Intent traces: why a buyer did not buy, said with the cancel.

mod accept;
mod keys;
mod malformed;
mod secrecy;

use serde_json::{Value, json};

use super::{
    super::seller::{Seller, Session, session_path},
    offered::{check_of, mark},
};
use crate::{Answer, Check, Outcome, Request, SpecVersion, Topic, VersionRange};

/// The word in `seller.offers`.
const FEATURE: &str = "intent-traces";

/// The member of the request.
const MEMBER: &str = "intent_trace";

/// Versions that have it.
const SINCE: VersionRange = VersionRange::from(SpecVersion::V2025_12_12);

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(accept::checks());
    checks.extend(keys::checks());
    checks.extend(malformed::checks());
    checks.extend(secrecy::checks());
    checks
}

/// A check of sellers that take traces.
fn check<F, R>(topic: Topic, name: &str, title: impl Into<String>, run: F) -> Check
where
    F: Fn(Seller) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    check_of(FEATURE, topic, &format!("trace-{name}"), title, run).versions(SINCE)
}

/// A good trace with texts that occur nowhere else.
fn trace(seller: &Seller) -> Outcome<Value> {
    Ok(json!({
        "reason_code": "price_sensitivity",
        "trace_summary": mark(seller, "The buyer found it cheaper elsewhere")?,
        "metadata": {
            "competitor": mark(seller, "shop")?,
            "target_price": 1200,
            "would_return": true,
        },
    }))
}

/// A request that cancels this session with this body.
fn request(seller: &Seller, session: &Session, body: &Value) -> Outcome<Request> {
    seller.post_request(session_path(&session.id, "/cancel"), body)
}

/// Cancels a session with this trace.
async fn cancel(seller: &Seller, session: &Session, trace: &Value) -> Outcome<Answer> {
    let body = json!({ MEMBER: trace });
    seller.send(request(seller, session, &body)?).await
}

/// The answer is the session, canceled.
fn canceled(seller: &Seller, session: &Session, answer: &Answer, rule: &str) -> Outcome {
    let case = seller.case();
    case.must(answer.is_success(), answer, rule, || {
        format!("{}: {}", answer.status, case.excerpt(answer))
    })?;
    let after = seller.session(answer)?;
    case.must(
        after.id == session.id && after.status() == "canceled",
        answer,
        rule,
        || format!("session {}, status {}", after.id, after.status()),
    )
}

/// Retrieve says that the session is canceled.
async fn is_canceled(seller: &Seller, session: &Session, rule: &str) -> Outcome {
    let answer = seller.get(&session.id).await?;
    canceled(seller, session, &answer, rule)
}
