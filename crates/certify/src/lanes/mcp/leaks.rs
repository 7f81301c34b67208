//! Nothing secret comes back, neither to agents nor to the models behind them.

use serde_json::json;

use super::{Mcp, kit::row, said::Said, tool::Tool};
use crate::{Check, Outcome, Topic};

pub(super) fn checks() -> Vec<Check> {
    vec![
        row(
            Topic::Leaks,
            "key-in-listing",
            "neither initialize nor tools/list shows the caller's key",
            |mcp| async move {
                let mut fresh = Mcp::unconnected(mcp.shared_case())?;
                let greeted = fresh.connect().await?;
                no_key(&mcp, &greeted)?;
                no_key(&mcp, &mcp.ask("tools/list", json!({})).await?)
            },
        )
        .proves(&["mcp.auth.not-in-schema"])
        .advice("keep credentials out of everything that a model may read"),
        row(
            Topic::Leaks,
            "key-in-results",
            "no result and no error shows the caller's key",
            |mcp| async move {
                let call = mcp.harmless(Tool::Create).await?;
                no_key(&mcp, &mcp.make(&call).await?)?;
                let broken = call.clone().without("/payload/currency");
                no_key(&mcp, &mcp.make(&broken).await?)?;
                let unknown = call.set("/meta/api_version", "2020-01-01");
                no_key(&mcp, &mcp.make(&unknown).await?)
            },
        )
        .proves(&["mcp.result.same-body", "mcp.error.in-data"])
        .advice("never repeat request headers of the shop behind the server"),
        row(
            Topic::Leaks,
            "payment-token",
            "no result shows the payment token",
            |mcp| async move {
                let session = mcp.ready_session().await?;
                let token = mcp.seller().token(&session).await?;
                let said = mcp.pay(&session, &token).await?;
                mcp.session(&said)?;
                let read = mcp.get(&session.id).await?;
                for answer in [&said.answer, &read.answer] {
                    let shown = String::from_utf8_lossy(&answer.body).contains(&token);
                    mcp.case()
                        .must(!shown, answer, "a payment token is never answered", || {
                            "the token stands in the result".to_owned()
                        })?;
                }
                Ok(())
            },
        )
        .proves(&["mcp.result.same-body"])
        .advice("leave payment_data out of answers"),
        row(
            Topic::Leaks,
            "foreign-like-unknown",
            "a foreign session is refused like one that does not exist",
            |mcp| async move { foreign_like_unknown(&mcp).await },
        )
        .proves(&["mcp.error.auth-upstream"])
        .advice("answer the same for foreign and for unknown sessions"),
    ]
}

fn no_key(mcp: &Mcp, said: &Said) -> Outcome {
    let key = mcp.target().key.exposed("mcp.key")?;
    let body = String::from_utf8_lossy(&said.answer.body);
    mcp.case().must(
        !body.contains(key),
        &said.answer,
        "no answer shows the key of the connection",
        || "the key stands in the answer".to_owned(),
    )
}

async fn foreign_like_unknown(mcp: &Mcp) -> Outcome {
    let other = mcp.as_other_agent().await?;
    let session = mcp.new_session_with_address().await?;
    let foreign = other.arguments(Tool::Get, Some(&session.id), None)?;
    let foreign = other.call(Tool::Get, foreign).await?;
    other.refused_as_invalid(&foreign)?;
    let unknown = other.arguments(Tool::Get, Some(&mcp.seller().unknown_id()?), None)?;
    let unknown = other.call(Tool::Get, unknown).await?;
    other.refused_as_invalid(&unknown)?;
    mcp.case().should(
        foreign.data_text("code") == unknown.data_text("code"),
        &foreign.answer,
        "an agent cannot learn which ids exist",
        || {
            format!(
                "{} for a foreign session, {} for an unknown one",
                foreign.data_text("code"),
                unknown.data_text("code"),
            )
        },
    );
    let city = &mcp.seller().target().address.line_one;
    let body = String::from_utf8_lossy(&foreign.answer.body);
    mcp.case().must(
        !body.contains(city.as_str()),
        &foreign.answer,
        "the refusal shows nothing of the foreign session",
        || mcp.case().excerpt(&foreign.answer),
    )
}
