//! Sessions, quotes and tokens that end.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time;

use super::{super::clock::now, Allowance, Seller, Session, rule::ask};
use crate::{Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

const SINCE_TIMES: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

/// Longest wait for a session or a quote to end, in seconds.
const WAIT_S_MAX: i64 = 15;

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks: Vec<_> = sessions()
        .into_iter()
        .map(|check| check.versions(SINCE_TIMES))
        .collect();
    checks.push(
        ask(
            Topic::Expiry,
            "expired-token-does-not-pay",
            "a token past its expires_at does not pay",
            expired_token,
        )
        .proves(&["checkout.scope.merchant-psp"])
        .advice("complete only when your provider accepted the token"),
    );
    checks
}

fn sessions() -> Vec<Check> {
    vec![
        ask(
            Topic::Expiry,
            "expires-in-the-future",
            "a new session ends in the future, after it was created",
            in_the_future,
        )
        .proves(&[
            "checkout.session.expires-at-binds",
            "checkout.session.times-rfc3339",
        ])
        .advice("set expires_at to a time after created_at"),
        ask(
            Topic::Expiry,
            "open-until-its-end",
            "a session is not expired before its expires_at",
            open_until_end,
        )
        .proves(&["checkout.session.expires-at-binds"])
        .advice("compare the clock with the expires_at that you show"),
        ask(
            Topic::Expiry,
            "end-does-not-move-back",
            "an update does not bring the end of a session nearer",
            end_moves_forward,
        )
        .proves(&["checkout.session.expires-at-binds"])
        .advice("keep expires_at, or extend it"),
        ask(
            Topic::Expiry,
            "expired-reads-as-expired",
            "a session past its expires_at reads as expired",
            reads_as_expired,
        )
        .proves(&["checkout.session.expires-at-binds"])
        .advice("answer retrieve with status expired once expires_at has passed"),
        ask(
            Topic::Expiry,
            "expired-does-not-complete",
            "a session past its expires_at does not complete",
            does_not_complete,
        )
        .proves(&["checkout.session.expires-at-binds"])
        .advice("refuse with 4xx and charge nothing"),
        ask(
            Topic::Expiry,
            "expired-is-not-revived",
            "an update does not bring an expired session back",
            not_revived,
        )
        .proves(&["checkout.session.expires-at-binds"])
        .advice("refuse updates of expired sessions with 4xx"),
        ask(
            Topic::Expiry,
            "quote-ends",
            "a quote past its quote_expires_at does not complete at the quoted price",
            quote_ends,
        )
        .proves(&["checkout.session.quote-expires"])
        .advice("price the session anew, or refuse, once the quote has ended"),
    ]
}

fn time_of(session: &Session, member: &str) -> Outcome<Timestamp> {
    let text = Session::text(&session.json, member)
        .ok_or_else(|| Stop::NotApplicable(format!("not offered: {member} in sessions")))?;
    text.parse()
        .map_err(|_| Stop::NotTested(format!("{member} is no time: {text}")))
}

async fn in_the_future(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let end = time_of(&session, "expires_at")?;
    let begin = time_of(&session, "created_at").unwrap_or_else(|_| now());
    seller.case().must(
        end > begin,
        &session.answer,
        "a session ends after it begins",
        || format!("from {begin} to {end}"),
    )?;
    seller.case().must(
        end > now(),
        &session.answer,
        "a new session ends in the future",
        || end.to_string(),
    )
}

async fn open_until_end(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let end = time_of(&session, "expires_at")?;
    let read = seller.read(&session.id).await?;
    seller.case().must(
        read.status() != "expired" || now() >= end,
        &read.answer,
        "a session is open until its end",
        || format!("expired before {end}"),
    )
}

async fn end_moves_forward(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let before = time_of(&session, "expires_at")?;
    let updated = seller.updated(&session, &seller.buyer_body()).await?;
    let after = time_of(&updated, "expires_at")?;
    seller.case().must(
        after >= before,
        &updated.answer,
        "an update does not bring the end nearer",
        || format!("{before}, then {after}"),
    )
}

/// The id of a session that is past its end: the configured one, or one that ends within seconds.
async fn expired(seller: &Seller) -> Outcome<String> {
    if let Some(id) = &seller.target().expired_session {
        return Ok(id.clone());
    }
    let session = seller.new_session_with_address().await?;
    let end = time_of(&session, "expires_at")?;
    wait_until(end).await?;
    Ok(session.id)
}

async fn wait_until(end: Timestamp) -> Outcome {
    let wait = end.as_second().saturating_sub(now().as_second());
    if wait > WAIT_S_MAX {
        return Err(Stop::NotTested(format!(
            "it ends in {wait} s; set seller.expired_session to the id of a session that has ended, or let the test environment end them within {WAIT_S_MAX} s"
        )));
    }
    let seconds = u64::try_from(wait).unwrap_or_default();
    time::sleep(Duration::from_secs(seconds.saturating_add(1))).await;
    Ok(())
}

async fn reads_as_expired(seller: Seller) -> Outcome {
    let id = expired(&seller).await?;
    let read = seller.read(&id).await?;
    seller.case().must(
        read.status() == "expired",
        &read.answer,
        "a session past its end reads as expired",
        || read.status().to_owned(),
    )
}

async fn does_not_complete(seller: Seller) -> Outcome {
    seller.confirm_test_mode()?;
    let id = expired(&seller).await?;
    let read = seller.read(&id).await?;
    let token = seller.token(&read).await?;
    let answer = seller.pay(&read, &token).await?;
    seller
        .no_order(&id, &answer, "completing an expired session")
        .await
}

async fn not_revived(seller: Seller) -> Outcome {
    let id = expired(&seller).await?;
    seller.update(&id, &seller.buyer_body()).await?;
    let read = seller.read(&id).await?;
    seller.case().must(
        read.status() == "expired",
        &read.answer,
        "an expired session stays expired",
        || read.status().to_owned(),
    )
}

async fn quote_ends(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let end = time_of(&session, "quote_expires_at")?;
    let token = seller.token(&session).await?;
    wait_until(end).await?;
    let answer = seller.pay(&session, &token).await?;
    seller
        .no_order(
            &session.id,
            &answer,
            "completing at the price of a quote that has ended",
        )
        .await
}

async fn expired_token(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let allowance = Allowance::of(seller.target(), &session)?;
    let token = seller
        .limited_token(&Allowance {
            lives_s: 2,
            ..allowance
        })
        .await?;
    time::sleep(Duration::from_secs(3)).await;
    let answer = seller.pay(&session, &token).await?;
    seller
        .no_order(&session.id, &answer, "a token past its end")
        .await?;
    let read = seller.read(&session.id).await?;
    seller.case().must(
        read.status() != "completed",
        &read.answer,
        "the session is not completed",
        || Value::Array(read.messages().to_vec()).to_string(),
    )
}
