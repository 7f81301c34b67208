//! The rows of a session add up on every path of this transport too.

use super::{Mcp, kit::row, tool::Tool};
use crate::{
    Check, Outcome, Topic,
    lanes::seller::{Rule, SUMS, Session},
};

/// What was done with the session that is looked at.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Created,
    Several,
    Updated,
    Retrieved,
    Completed,
}

const STAGES: [(Stage, &str, &str); 5] = [
    (Stage::Created, "created", "after create"),
    (Stage::Several, "several", "with two items"),
    (Stage::Updated, "updated", "after update"),
    (Stage::Retrieved, "retrieved", "on get"),
    (Stage::Completed, "completed", "after complete"),
];

pub(super) fn checks() -> Vec<Check> {
    let all = SUMS
        .into_iter()
        .flat_map(|rule| STAGES.map(|stage| check(rule, stage)));
    all.collect()
}

fn check(rule: Rule, (stage, name, words): (Stage, &str, &str)) -> Check {
    row(
        Topic::Arithmetic,
        &format!("{}-{name}", rule.name),
        format!("{} ({words})", rule.title),
        move |mcp| async move {
            let session = reached(&mcp, stage).await?;
            (rule.judge)(mcp.seller(), &session)
        },
    )
    .proves(&["mcp.result.same-body"])
    .advice(rule.advice)
}

async fn reached(mcp: &Mcp, stage: Stage) -> Outcome<Session> {
    match stage {
        Stage::Created => mcp.new_session_with_address().await,
        Stage::Several => {
            let items = [mcp.seller().item_at(0)?, mcp.seller().item_at(1)?];
            let lines = items.map(|item| (item, 1));
            mcp.create(mcp.seller().body_for(&lines, true).into()).await
        }
        Stage::Updated => {
            let session = mcp.new_session_with_address().await?;
            let other = mcp.seller().other_address();
            mcp.update(&session.id, mcp.seller().address_body(&other))
                .await
        }
        Stage::Retrieved => {
            let call = mcp.harmless(Tool::Create).await?;
            let session = mcp.session(&mcp.make(&call).await?)?;
            mcp.get(&session.id).await
        }
        Stage::Completed => mcp.completed().await,
    }
}
