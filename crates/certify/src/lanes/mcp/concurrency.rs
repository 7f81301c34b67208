//! Several calls at once, on one connection and on several.

use futures_util::future::join_all;
use serde_json::Value;

use super::{Mcp, kit::row, tool::Tool};
use crate::{Check, Outcome, Topic};

/// Calls at the same time.
const RACERS: usize = 6;

pub(super) fn checks() -> Vec<Check> {
    vec![
        row(
            Topic::Concurrency,
            "creates",
            "creates at the same time each get a session of their own, under their own id",
            |mcp| async move { creates(&mcp).await },
        )
        .proves(&["mcp.transport.json-rpc", "mcp.tools.create"])
        .advice("keep nothing between the calls of a connection"),
        row(
            Topic::Concurrency,
            "gets",
            "reads at the same time each get the session that they asked for",
            |mcp| async move { gets(&mcp).await },
        )
        .proves(&["mcp.tools.get"]),
        row(
            Topic::Concurrency,
            "connections",
            "a session made on one connection is seen on another of the same agent",
            |mcp| async move {
                let session = mcp.new_session_with_address().await?;
                let mut other = Mcp::unconnected(mcp.shared_case())?;
                other.connect().await?;
                let seen = other.get(&session.id).await?;
                let rule = "sessions belong to the agent, not to the connection";
                mcp.seller().same_state(&session.json, &seen.answer, rule)
            },
        )
        .proves(&["mcp.tools.get", "mcp.get.authoritative"]),
        row(
            Topic::Concurrency,
            "completes",
            "completes at the same time with different keys make one order",
            |mcp| async move { completes(&mcp).await },
        )
        .proves(&["mcp.complete.order", "mcp.tools.complete"])
        .advice("let one complete at a time into a session"),
        row(
            Topic::Concurrency,
            "complete-and-cancel",
            "of complete and cancel at the same time one wins, and get says which",
            |mcp| async move { complete_and_cancel(&mcp).await },
        )
        .proves(&["mcp.cancel.terminal-refused", "mcp.get.authoritative"]),
        row(
            Topic::Concurrency,
            "updates",
            "after updates at the same time get shows one of them whole",
            |mcp| async move { updates(&mcp).await },
        )
        .proves(&["mcp.tools.update", "mcp.get.authoritative"]),
    ]
}

async fn creates(mcp: &Mcp) -> Outcome {
    let calls = join_all((0..RACERS).map(|_| mcp.harmless(Tool::Create))).await;
    let calls: Vec<_> = calls.into_iter().collect::<Result<_, _>>()?;
    let mut ids = Vec::new();
    for said in join_all(calls.iter().map(|call| mcp.make(call))).await {
        let said = said?;
        let session = mcp.session(&said)?;
        mcp.case().must(
            !ids.contains(&session.id),
            &said.answer,
            "each create makes a session of its own",
            || session.id.clone(),
        )?;
        ids.push(session.id);
    }
    Ok(())
}

async fn gets(mcp: &Mcp) -> Outcome {
    let made = join_all((0..3).map(|_| mcp.new_session())).await;
    let made: Vec<_> = made.into_iter().collect::<Result<_, _>>()?;
    let asked: Vec<_> = made.iter().chain(&made).collect();
    let read = join_all(asked.iter().map(|session| mcp.get(&session.id))).await;
    for (session, read) in asked.iter().zip(read) {
        let read = read?;
        mcp.case().must(
            read.id == session.id,
            &read.answer,
            "every read gets the session that it asked for",
            || format!("{} instead of {}", read.id, session.id),
        )?;
    }
    Ok(())
}

async fn completes(mcp: &Mcp) -> Outcome {
    let call = mcp.good(Tool::Complete).await?;
    let mut calls = Vec::new();
    for _ in 0..3 {
        let key = mcp.case().fresh_key()?;
        calls.push(call.clone().set("/meta/idempotency_key", key));
    }
    let mut orders = Vec::new();
    for said in join_all(calls.iter().map(|call| mcp.make(call))).await {
        let said = said?;
        if said.is_failure() {
            mcp.refused(&said)?;
            continue;
        }
        let session = mcp.session(&said)?;
        let order = session.order().and_then(|order| order.get("id")).cloned();
        orders.extend(order);
    }
    orders.dedup();
    let after = mcp.get(&call.session()?.id).await?;
    mcp.case().must(
        orders.len() == 1 && after.status() == "completed",
        &after.answer,
        "a session becomes one order, however often it is completed",
        || format!("orders {orders:?}, status {}", after.status()),
    )
}

async fn complete_and_cancel(mcp: &Mcp) -> Outcome {
    let complete = mcp.good(Tool::Complete).await?;
    let id = complete.session()?.id.clone();
    let cancel = mcp.arguments(Tool::Cancel, Some(&id), None)?;
    let (completed, canceled) = tokio::join!(mcp.make(&complete), mcp.call(Tool::Cancel, cancel));
    let (completed, canceled) = (completed?, canceled?);
    let after = mcp.get(&id).await?;
    let won = |said: &super::said::Said, status: &str| {
        let shown = said.body().and_then(|body| body.get("status"));
        !said.is_failure() && shown.and_then(Value::as_str) == Some(status)
    };
    let consistent = match after.status() {
        "completed" => won(&completed, "completed") && !won(&canceled, "canceled"),
        "canceled" => won(&canceled, "canceled") && !won(&completed, "completed"),
        _ => false,
    };
    mcp.case().must(
        consistent,
        &after.answer,
        "exactly one of complete and cancel works, and get shows that one",
        || {
            format!(
                "get says {}, complete {}, cancel {}",
                after.status(),
                mcp.case().excerpt(&completed.answer),
                mcp.case().excerpt(&canceled.answer),
            )
        },
    )
}

async fn updates(mcp: &Mcp) -> Outcome {
    let session = mcp.new_session_with_address().await?;
    let one = mcp.seller().target().address.clone();
    let two = mcp.seller().other_address();
    let (first, second) = tokio::join!(
        mcp.update(&session.id, mcp.seller().address_body(&one)),
        mcp.update(&session.id, mcp.seller().address_body(&two)),
    );
    mcp.seller().holds_address(&first?, &one)?;
    mcp.seller().holds_address(&second?, &two)?;
    let after = mcp.get(&session.id).await?;
    if mcp.seller().holds_address(&after, &one).is_ok() {
        return Ok(());
    }
    mcp.seller().holds_address(&after, &two)
}
