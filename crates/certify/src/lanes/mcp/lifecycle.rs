//! The five tools do what the calls of REST do.

use serde_json::{Value, json};

use super::{Mcp, kit::row, tool::Tool};
use crate::{
    Check, Outcome, Stop, Topic,
    lanes::{
        discovery::Discovery,
        seller::{Session, contains},
    },
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = Tool::ALL.into_iter().map(shape).collect();
    checks.extend(sessions());
    checks.extend(orders());
    checks.push(discovered());
    checks
}

/// The requirement that a tool does the work of its call.
pub(super) const fn does(tool: Tool) -> &'static str {
    match tool {
        Tool::Create => "mcp.tools.create",
        Tool::Get => "mcp.tools.get",
        Tool::Update => "mcp.tools.update",
        Tool::Complete => "mcp.tools.complete",
        Tool::Cancel => "mcp.tools.cancel",
    }
}

fn shape(tool: Tool) -> Check {
    let (verb, shape) = (tool.verb(), tool.result());
    row(
        Topic::Lifecycle,
        &format!("result-{verb}"),
        format!("the result of {verb} is the session as the schema of the version has it"),
        move |mcp| async move {
            let call = mcp.good(tool).await?;
            let said = mcp.make(&call).await?;
            let answer = mcp.success(&said)?;
            mcp.case().shape(&answer, shape)?;
            let Some(before) = &call.session else {
                return Ok(());
            };
            mcp.case().must(
                answer.text("/id") == Some(before.id.as_str()),
                &answer,
                "the result is the session that was asked for",
                || format!("{:?} instead of {}", answer.text("/id"), before.id),
            )
        },
    )
    .proves(&[does(tool), "mcp.result.same-body"])
    .proves_shapes(&[shape])
    .advice("return the body of REST as it is, or as structuredContent")
}

fn sessions() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "create-lines",
            "create makes a session with the lines and the currency that were asked for",
            |mcp| async move { create_lines(&mcp).await },
        )
        .proves(&["mcp.tools.create", "mcp.args.payload-is-body"]),
        row(
            Topic::Lifecycle,
            "create-capabilities",
            "the result of create holds the negotiated capabilities",
            |mcp| async move { create_capabilities(&mcp).await },
        )
        .proves(&["mcp.capabilities.in-result"]),
        row(
            Topic::Lifecycle,
            "update-address",
            "update changes the session, and get shows the change",
            |mcp| async move {
                let session = mcp.new_session_with_address().await?;
                let other = mcp.seller().other_address();
                let updated = mcp
                    .update(&session.id, mcp.seller().address_body(&other))
                    .await?;
                mcp.seller().holds_address(&updated, &other)?;
                let read = mcp.get(&session.id).await?;
                mcp.seller().holds_address(&read, &other)
            },
        )
        .proves(&["mcp.tools.update", "mcp.tools.get", "mcp.get.authoritative"]),
        row(
            Topic::Lifecycle,
            "update-lines",
            "update replaces the lines, and get shows the new ones",
            |mcp| async move { update_lines(&mcp).await },
        )
        .proves(&["mcp.tools.update", "mcp.get.authoritative"]),
        row(
            Topic::Lifecycle,
            "get-payload",
            "a payload of get has no effect",
            |mcp| async move { get_payload(&mcp).await },
        )
        .proves(&["mcp.args.no-payload-get"]),
        row(
            Topic::Lifecycle,
            "create-id",
            "create takes no id from the agent",
            |mcp| async move { create_id(&mcp).await },
        )
        .proves(&["mcp.args.no-id-create"]),
    ]
}

async fn update_lines(mcp: &Mcp) -> Outcome {
    let session = mcp.new_session_with_address().await?;
    let item = mcp.seller().item_at(1)?.to_owned();
    let lines = mcp.seller().dialect().lines(&[(item.as_str(), 1)]);
    let member = mcp.seller().dialect().lines_member();
    let updated = mcp.update(&session.id, json!({ member: lines })).await?;
    let read = mcp.get(&session.id).await?;
    for session in [updated, read] {
        let units = session.units();
        mcp.case().must(
            units.len() == 1 && units.get(item.as_str()) == Some(&1),
            &session.answer,
            "the lines of an update replace those of the session",
            || format!("{units:?} instead of one {item}"),
        )?;
    }
    Ok(())
}

async fn create_id(mcp: &Mcp) -> Outcome {
    let first = mcp.new_session().await?;
    let call = mcp
        .harmless(Tool::Create)
        .await?
        .set("/id", first.id.as_str());
    let said = mcp.make(&call).await?;
    mcp.seller().no_breakdown(&said.answer)?;
    if said.is_failure() {
        mcp.refused_or_malformed(&said)?;
    } else {
        let made = mcp.session(&said)?;
        mcp.case().must(
            made.id != first.id,
            &said.answer,
            "create makes a new session, whatever id stands beside the payload",
            || made.id.clone(),
        )?;
    }
    let after = mcp.get(&first.id).await?;
    let rule = "create changes no other session";
    mcp.seller().same_state(&first.json, &after.answer, rule)
}

fn orders() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "complete-order",
            "complete makes an order and returns the completed session with it",
            |mcp| async move {
                let completed = mcp.completed().await?;
                has_order(&mcp, &completed)?;
                let read = mcp.get(&completed.id).await?;
                mcp.case().must(
                    read.status() == "completed",
                    &read.answer,
                    "get shows the session completed",
                    || read.status().to_owned(),
                )
            },
        )
        .proves(&[
            "mcp.complete.order",
            "mcp.tools.complete",
            "mcp.get.authoritative",
        ])
        .advice("return the session with its order once the payment went through"),
        row(
            Topic::Lifecycle,
            "complete-buyer",
            "complete takes the buyer of its payload",
            |mcp| async move { mcp.seller().holds_buyer(&mcp.completed().await?) },
        )
        .proves(&["mcp.tools.complete", "mcp.args.payload-is-body"]),
        // The examples show an error, REST answers 2xx (`mcp-decline` of the contradictions).
        row(
            Topic::Lifecycle,
            "complete-declined",
            "a declined payment is a result: the session with an error message and no order",
            |mcp| async move {
                let session = mcp.ready_session().await?;
                let token = mcp.seller().declined_token(&session).await?;
                let said = mcp.pay(&session, &token).await?;
                let declined = mcp.session(&said)?;
                mcp.case().must(
                    declined.errors().next().is_some()
                        && declined.order().is_none()
                        && declined.status() != "completed",
                    &said.answer,
                    "a declined payment leaves an open session with an error message",
                    || mcp.case().excerpt(&said.answer),
                )
            },
        )
        .proves(&["mcp.tools.complete", "mcp.result.same-body"])
        .advice("map 2xx of REST to a result, also when the payment was declined"),
    ]
}

fn has_order(mcp: &Mcp, session: &Session) -> Outcome {
    let order = session.order().cloned().unwrap_or_default();
    let texts = ["id", "permalink_url"];
    mcp.case().must(
        texts
            .iter()
            .all(|member| Session::text(&order, member).is_some_and(|text| !text.is_empty()))
            && contains(&order, &json!({ "checkout_session_id": session.id })),
        &session.answer,
        "the completed session has its order with id, session and permalink",
        || order.to_string(),
    )
}

fn discovered() -> Check {
    row(
        Topic::Lifecycle,
        "discovered",
        "the discovery document lists mcp among its transports",
        |mcp| async move {
            let (answer, document) = Discovery::of(mcp.shared_case())?.document().await?;
            let listed = document
                .get("transports")
                .and_then(Value::as_array)
                .ok_or_else(|| {
                    Stop::NotApplicable("not offered: the document lists no transports".to_owned())
                })?;
            mcp.case().must(
                listed.contains(&json!("mcp")),
                &answer,
                "transports of the discovery document lists mcp",
                || format!("{listed:?}"),
            )
        },
    )
    .proves(&["mcp.discovery.listed"])
    .advice("add \"mcp\" to transports in /.well-known/acp.json")
}

async fn get_payload(mcp: &Mcp) -> Outcome {
    let session = mcp.new_session_with_address().await?;
    let other = mcp.seller().address_body(&mcp.seller().other_address());
    let arguments = mcp.arguments(Tool::Get, Some(&session.id), Some(other))?;
    let said = mcp.call(Tool::Get, arguments).await?;
    mcp.seller().no_breakdown(&said.answer)?;
    if said.is_failure() {
        mcp.refused_or_malformed(&said)?;
    }
    let after = mcp.get(&session.id).await?;
    let rule = "get takes no payload and changes nothing";
    mcp.seller().same_state(&session.json, &after.answer, rule)
}

async fn create_capabilities(mcp: &Mcp) -> Outcome {
    let session = mcp.new_session().await?;
    let handlers = session.json.pointer("/capabilities/payment/handlers");
    mcp.case().must(
        handlers
            .and_then(Value::as_array)
            .is_some_and(|all| !all.is_empty()),
        &session.answer,
        "capabilities with payment handlers are part of the session",
        || format!("{:?}", session.json.get("capabilities")),
    )
}

async fn create_lines(mcp: &Mcp) -> Outcome {
    let item = mcp.seller().item()?.to_owned();
    let session = mcp.new_session_with_address().await?;
    let currency = &mcp.seller().target().currency;
    mcp.case().must(
        session.units().get(item.as_str()) == Some(&1)
            && session.currency().eq_ignore_ascii_case(currency),
        &session.answer,
        "the session has the line that was asked for",
        || format!("{:?} {}", session.units(), session.currency()),
    )?;
    mcp.seller()
        .holds_address(&session, &mcp.seller().target().address)
}
