//! What must be refused, and must change nothing.

use anyhow::{Context, Result};
use comptoir_signing::{
    environment::Environment, merchant_signature::MerchantSigner, secret::SecretKey,
};
use serde_json::json;

use super::{
    plain_agent::{Answer, PlainAgent, Session},
    steps::{Steps, expect, require},
};

/// Tries each and proves that nothing changed: the same session is still bought afterwards.
pub(super) async fn walk(agent: &mut PlainAgent<'_>, steps: &mut Steps) -> Result<()> {
    let first = agent.open().await?;
    let second = agent.open().await?;

    let short = agent.token(&first, first.total - 1).await?;
    refused(
        "token one unit short",
        &agent.complete(&first, &short).await?,
    )?;
    unchanged(agent, &first).await?;
    steps.done(&format!(
        "refused: a token for {}, one unit below the total",
        first.total - 1
    ));

    let token = agent.token(&first, first.total).await?;
    refused(
        "token of another session",
        &agent.complete(&second, &token).await?,
    )?;
    unchanged(agent, &second).await?;
    steps.done("refused: a token that was made for another session");

    let completed = agent.complete(&first, &token).await?;
    expect(
        "status of the honest completion",
        &"completed",
        &completed.text("status"),
    )?;
    refused("replay at the PSP", &agent.charge(&first, &token).await?)?;
    refused(
        "replay at the shop",
        &agent.complete(&second, &token).await?,
    )?;
    unchanged(agent, &second).await?;
    let captures: u32 = ledger(agent, &first).await?;
    expect("captures of the honest completion", &1, &captures)?;
    steps.done("refused: a token that was used before; it was charged exactly once");

    forged_webhooks(agent).await?;
    steps
        .done("refused: order events without signature, of a wrong key, and changed after signing");
    Ok(())
}

async fn forged_webhooks(agent: &PlainAgent<'_>) -> Result<()> {
    let now = Environment::system().now();
    let body = serde_json::to_vec(&json!({
        "type": "order_update",
        "data": { "type": "order", "id": "ord_forged", "checkout_session_id": "cs_forged" }
    }))?;
    let signer = |key: &str| MerchantSigner::new(SecretKey::from_bytes(key.as_bytes().to_vec()));
    let stranger = signer("a key that no shop has ever had").sign(now, &body);
    let honest = signer(&agent.shop_keys.webhook).sign(now, &body);
    let mut changed = body.clone();
    changed.extend_from_slice(b" ");
    for (what, body, signature) in [
        ("webhook without signature", &body, None),
        ("webhook of a wrong key", &body, Some(stranger.as_str())),
        (
            "webhook changed after signing",
            &changed,
            Some(honest.as_str()),
        ),
    ] {
        let answer = agent.webhook(body, signature).await?;
        expect(what, &401, &answer.status)?;
    }
    Ok(())
}

fn refused(what: &str, answer: &Answer) -> Result<()> {
    let status = answer.text("status");
    let refused = (400..500).contains(&answer.status)
        || (answer.status < 300
            && !matches!(status, "completed" | "succeeded" | "complete_in_progress"));
    require(what, refused, "a refusal", answer)
}

/// The session can still be paid, has the same total, and nothing was captured for it.
async fn unchanged(agent: &PlainAgent<'_>, session: &Session) -> Result<()> {
    let now = agent.look(session).await?;
    expect(
        "status after a refusal",
        &"ready_for_payment",
        &now.text("status"),
    )?;
    let total = now.total().context("the session has no total")?;
    expect("total after a refusal", &session.total, &total)?;
    expect(
        "captures after a refusal",
        &0,
        &ledger(agent, session).await?,
    )
}

async fn ledger(agent: &PlainAgent<'_>, session: &Session) -> Result<u32> {
    let entries = agent.street.issuer_ledger(&session.id).await?;
    Ok(entries.iter().map(|entry| entry.captures).sum())
}
