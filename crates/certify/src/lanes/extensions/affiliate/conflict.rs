//! Claims of two networks on one purchase: the networks' business, not the buyer's.

use serde_json::{Value, json};

use super::{
    super::{
        super::{
            documents::with,
            seller::{Seller, Session},
        },
        offered::mark,
    },
    Call, check, claim, complete, completed, full_claim, ready,
};
use crate::{Check, Outcome, Topic};

/// A member that differs at complete.
const ROWS: [(&str, &[&str], &str); 4] = [
    ("provider", &["/provider"], "another provider"),
    ("publisher", &["/publisher_id"], "another publisher_id"),
    ("token", &["/token"], "another token"),
    (
        "all",
        &["/provider", "/publisher_id", "/token", "/campaign_id"],
        "another provider, publisher, token and campaign",
    ),
];

/// Words that would tell the buyer of it.
const TELLING: [&str; 5] = [
    "affiliat",
    "attribution",
    "publisher",
    "certify.example",
    "other-network.example",
];

pub(super) fn checks() -> Vec<Check> {
    let never = ROWS.map(|(name, differing, words)| {
        let title = format!("a complete with {words} than on create succeeds as if it agreed");
        check(
            Topic::Lifecycle,
            &format!("conflict-{name}"),
            title,
            move |seller| never_blocks(seller, differing),
        )
        .proves(&["affiliate.conflict.never-blocks"])
        .advice("keep both claims and let the purchase go on")
    });
    let silent = ROWS.map(|(name, differing, words)| {
        let title = format!("a complete with {words} than on create says nothing of it");
        check(
            Topic::Lifecycle,
            &format!("conflict-silent-{name}"),
            title,
            move |seller| silent(seller, differing),
        )
        .proves(&["affiliate.conflict.silent"])
        .advice("give no message about attribution: it is not for the buyer")
    });
    never.into_iter().chain(silent).collect()
}

/// The claim at complete, which differs there.
fn conflicting(seller: &Seller, first: &Value, differing: &[&str]) -> Outcome<Value> {
    let mut last = with(first.clone(), "/touchpoint", json!("last"));
    for pointer in differing {
        let value = if *pointer == "/provider" {
            "other-network.example".to_owned()
        } else {
            mark(seller, "other")?
        };
        last = with(last, pointer, json!(value));
    }
    Ok(last)
}

async fn never_blocks(seller: Seller, differing: &[&str]) -> Outcome {
    let first = full_claim(&seller, Call::Create)?;
    let session = ready(&seller, &first).await?;
    let last = conflicting(&seller, &first, differing)?;
    let answer = complete(&seller, &session, &last).await?;
    let rule = "claims that differ never block a checkout";
    completed(&seller, &answer, rule).map(|_| ())
}

fn codes(session: &Session) -> Vec<Option<&str>> {
    let messages = session.messages().iter();
    messages.map(|one| Session::text(one, "code")).collect()
}

async fn silent(seller: Seller, differing: &[&str]) -> Outcome {
    let first = claim(&seller, Call::Create)?;
    let agreeing = ready(&seller, &first).await?;
    let last = with(first.clone(), "/touchpoint", json!("last"));
    let answer = complete(&seller, &agreeing, &last).await?;
    let agreed = seller.session(&answer)?;

    let session = ready(&seller, &first).await?;
    let last = conflicting(&seller, &first, differing)?;
    let answer = complete(&seller, &session, &last).await?;
    let case = seller.case();
    let said = answer.pointer("/messages").or(answer.pointer("/message"));
    let said = said
        .map(Value::to_string)
        .unwrap_or_default()
        .to_lowercase();
    let telling = TELLING.into_iter().find(|word| said.contains(word));
    case.must(
        telling.is_none(),
        &answer,
        "conflicting attribution gives no message or error",
        || format!("messages say {}: {said}", telling.unwrap_or_default()),
    )?;
    let session = seller.session(&answer)?;
    case.must(
        codes(&session) == codes(&agreed),
        &answer,
        "the messages are those of a checkout whose claims agree",
        || format!("{:?} instead of {:?}", codes(&session), codes(&agreed)),
    )
}
