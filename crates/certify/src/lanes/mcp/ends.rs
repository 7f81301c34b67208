//! How sessions end: cancel, and what comes after the end.

use serde_json::{Value, json};

use super::{Mcp, kit::row, lifecycle::does, tool::Tool};
use crate::{Check, Outcome, Topic};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = cancels();
    checks.extend(TERMINAL.into_iter().map(terminal));
    checks
}

fn cancels() -> Vec<Check> {
    let traces = [
        (
            "trace",
            "with an intent trace",
            json!({ "intent_trace": { "reason_code": "price_sensitivity", "trace_summary": "Found cheaper." } }),
        ),
        ("empty-payload", "with an empty payload", json!({})),
    ];
    let mut checks: Vec<_> = traces
        .into_iter()
        .map(|(name, what, payload)| {
            row(
                Topic::Lifecycle,
                &format!("cancel-{name}"),
                format!("cancel {what} cancels the session"),
                move |mcp| {
                    let payload = payload.clone();
                    async move { cancels_with(&mcp, Some(payload)).await }
                },
            )
            .proves(&["mcp.tools.cancel"])
        })
        .collect();
    checks.push(
        row(
            Topic::Lifecycle,
            "cancel-no-payload",
            "cancel without payload cancels the session",
            |mcp| async move { cancels_with(&mcp, None).await },
        )
        .proves(&[
            "mcp.tools.cancel",
            "mcp.args.payload-optional-cancel",
            "mcp.args.no-null-payload",
        ])
        .advice("take cancel without payload"),
    );
    checks.push(
        row(
            Topic::Lifecycle,
            "cancel-trace-malformed",
            "cancel with an intent trace of a wrong form is refused and cancels nothing",
            |mcp| async move {
                let payload = json!({ "intent_trace": { "reason_code": 7 } });
                let call = mcp.harmless(Tool::Cancel).await?.set("/payload", payload);
                let said = mcp.make(&call).await?;
                mcp.refused_as_invalid(&said)?;
                mcp.changed_nothing(&call).await
            },
        )
        .proves(&["mcp.tools.cancel", "mcp.validation.schema"]),
    );
    checks
}

async fn cancels_with(mcp: &Mcp, payload: Option<Value>) -> Outcome {
    let session = mcp.new_session().await?;
    let arguments = mcp.arguments(Tool::Cancel, Some(&session.id), payload)?;
    let canceled = mcp.session(&mcp.call(Tool::Cancel, arguments).await?)?;
    let read = mcp.get(&session.id).await?;
    for session in [canceled, read] {
        mcp.case().must(
            session.status() == "canceled",
            &session.answer,
            "cancel ends the session, and get shows it",
            || format!("status {}", session.status()),
        )?;
    }
    Ok(())
}

/// The tool, and whether the session is completed (or else canceled).
const TERMINAL: [(Tool, bool); 6] = [
    (Tool::Cancel, false),
    (Tool::Update, false),
    (Tool::Complete, false),
    (Tool::Cancel, true),
    (Tool::Update, true),
    (Tool::Complete, true),
];

fn terminal((tool, completed): (Tool, bool)) -> Check {
    let (verb, state) = (
        tool.verb(),
        if completed { "completed" } else { "canceled" },
    );
    let check = row(
        Topic::Lifecycle,
        &format!("{verb}-after-{state}"),
        format!("{verb} of a {state} session fails with an ACP error and changes nothing"),
        move |mcp| async move {
            let session = if completed {
                mcp.completed().await?
            } else {
                mcp.canceled().await?
            };
            let call = mcp.harmless(tool).await?.set("/id", session.id.as_str());
            let said = mcp.make(&call).await?;
            mcp.refused_as_invalid(&said)?;
            let after = mcp.get(&session.id).await?;
            let rule = "a terminal session stays as it is";
            mcp.seller().same_state(&session.json, &after.answer, rule)
        },
    )
    .proves(&[does(tool), "mcp.error.in-data", "mcp.error.types"])
    .advice("refuse what comes after the end with -32000 and the error of REST");
    if tool == Tool::Cancel {
        return check.proves(&["mcp.cancel.terminal-refused"]);
    }
    check
}
