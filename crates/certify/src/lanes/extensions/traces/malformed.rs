//! Malformed traces. The sources differ: refusing them with 400, or cancelling all the same, are
//! both right; a session that can be cancelled no more is not.

use serde_json::{Value, json};

use super::{
    super::{super::seller::Seller, offered::points_into},
    MEMBER, cancel, canceled, check, is_canceled, trace,
};
use crate::{Check, Outcome, Topic};

type Row = (&'static str, &'static str, fn() -> Value);

const ROWS: [Row; 9] = [
    ("text", "that is a text", || json!("too expensive")),
    ("list", "that is a list", || json!([])),
    (
        "no-reason",
        "without a reason_code",
        || json!({ "trace_summary": "?" }),
    ),
    (
        "reason-number",
        "whose reason_code is a number",
        || json!({ "reason_code": 7 }),
    ),
    (
        "summary-object",
        "whose summary is an object",
        || json!({ "reason_code": "other", "trace_summary": {} }),
    ),
    (
        "long-summary",
        "whose summary has 501 characters",
        || json!({ "reason_code": "other", "trace_summary": "x".repeat(501) }),
    ),
    (
        "metadata-text",
        "whose metadata is a text",
        || json!({ "reason_code": "other", "metadata": "cheap" }),
    ),
    (
        "metadata-object",
        "whose metadata holds an object",
        || json!({ "reason_code": "other", "metadata": { "price": { "usd": 12 } } }),
    ),
    (
        "metadata-list",
        "whose metadata holds a list",
        || json!({ "reason_code": "other", "metadata": { "prices": [12, 13] } }),
    ),
];

pub(super) fn checks() -> Vec<Check> {
    ROWS.map(|(name, words, make)| {
        let title = format!(
            "a cancel with a trace {words} should get 400 with a param that points into it and leave \
             the session to be cancelled, or else cancel"
        );
        check(
            Topic::Errors,
            &format!("malformed-{name}"),
            title,
            move |seller| judged(seller, words, make()),
        )
        .proves(&["intent.errors.malformed-400"])
        .advice("answer 400 with type invalid_request and a param below $.intent_trace")
    })
    .into()
}

async fn judged(seller: Seller, words: &str, bad: Value) -> Outcome {
    let session = seller.new_session().await?;
    let answer = cancel(&seller, &session, &bad).await?;
    let case = seller.case();
    let rule = format!("a cancel with a trace {words} is refused in good form, or cancels");
    if answer.is_success() {
        canceled(&seller, &session, &answer, &rule)?;
        return is_canceled(&seller, &session, &rule).await;
    }
    case.must(answer.is_refusal(), &answer, &rule, || {
        format!("{}: {}", answer.status, case.excerpt(&answer))
    })?;
    points_into(&seller, &answer, MEMBER)?;
    let again = cancel(&seller, &session, &trace(&seller)?).await?;
    let rule = "a session whose cancel was refused for its trace can still be cancelled";
    canceled(&seller, &session, &again, rule)
}
