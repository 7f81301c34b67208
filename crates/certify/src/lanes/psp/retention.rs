//! How long keys are kept: a run remembers a key for a run of the next day.

use std::{fs, path::Path, sync::Arc};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Psp, body, check, idempotency::same_token};
use crate::{Case, Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

/// From so many hours on, a replay tells something about the 24 that are demanded.
const JUST_UNDER_H: i64 = 20;

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let since = VersionRange::from(SpecVersion::V2026_04_17);
    vec![
        check(
            Topic::Idempotency,
            "retention",
            "a repeat just under 24 hours later still replays",
            retention,
        )
        .versions(since)
        .proves(&["delegate-payment.idempotency.retention-24h"]),
        check(
            Topic::Idempotency,
            "expired-key",
            "a key whose record has expired makes a new request, without error",
            expired,
        )
        .versions(since)
        .proves(&["delegate-payment.idempotency.expired-key-new"]),
    ]
}

/// What one run wrote down for a later one.
struct Memory {
    made_at: Timestamp,
    key: String,
    token: String,
    body: Value,
}

impl Memory {
    fn read(path: &Path, name: &str) -> Option<Self> {
        let json: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let one = json.get(name)?;
        let text = |member: &str| one.get(member)?.as_str().map(str::to_owned);
        Some(Self {
            made_at: text("made_at")?.parse().ok()?,
            key: text("key")?,
            token: text("token")?,
            body: one.get("body")?.clone(),
        })
    }

    fn hours_old(&self) -> Outcome<i64> {
        let now: Timestamp = body::time_from_now(0)?
            .parse()
            .map_err(|error: jiff::Error| Stop::NotTested(error.to_string()))?;
        Ok(now.duration_since(self.made_at).as_hours())
    }
}

/// The file of this target; not tested without one.
fn memory_of(psp: &Psp) -> Outcome<&Path> {
    psp.target().memory.as_deref().ok_or_else(|| {
        Stop::NotTested(
            "needs two runs on two days: set psp.memory to a file that the first run writes and the second one reads".to_owned(),
        )
    })
}

/// Makes a token and writes it down beside what the file already holds.
async fn remember(psp: &Psp, path: &Path, name: &str) -> Outcome<Stop> {
    let (key, body) = (psp.case().fresh_key()?, psp.body()?);
    let token = psp.token(&psp.delegate_with_key(&body, &key).await?)?;
    let made_at = body::time_from_now(0)?;
    let mut json = fs::read(path)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_else(|| json!({}));
    body::set(
        &mut json,
        &format!("/{name}"),
        json!({ "made_at": made_at, "key": key, "token": token, "body": body }),
    );
    fs::write(path, json.to_string())
        .map_err(|error| Stop::NotTested(format!("cannot write {}: {error}", path.display())))?;
    Ok(Stop::NotTested(format!(
        "a key was stored at {made_at}; run again {JUST_UNDER_H} to 24 hours later, and once more after two days"
    )))
}

async fn retention(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let path = memory_of(&psp)?;
    let Some(memory) = Memory::read(path, "retention") else {
        return Err(remember(&psp, path, "retention").await?);
    };
    match memory.hours_old()? {
        ..JUST_UNDER_H => Err(Stop::NotTested(format!(
            "the stored key is {} hours old: run again when it is {JUST_UNDER_H} to 24",
            memory.hours_old()?
        ))),
        JUST_UNDER_H..24 => {
            let answer = psp.delegate_with_key(&memory.body, &memory.key).await?;
            same_token(&psp, &answer, &memory.token)
        }
        _ => Err(remember(&psp, path, "retention").await?),
    }
}

async fn expired(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    let path = memory_of(&psp)?;
    let Some(memory) = Memory::read(path, "expired") else {
        return Err(remember(&psp, path, "expired").await?);
    };
    if memory.hours_old()? <= 24 {
        return Err(Stop::NotTested(
            "the stored key is younger than a day: run again later".to_owned(),
        ));
    }
    // Another body tells a kept record (conflict) from a forgotten one (a token).
    let answer = psp.delegate_with_key(&psp.body()?, &memory.key).await?;
    if answer.text("/code") == Some("idempotency_conflict") {
        return Err(Stop::NotTested(format!(
            "the provider still keeps a key of {} hours, as it may: run again later",
            memory.hours_old()?
        )));
    }
    psp.token(&answer)?;
    remember(&psp, path, "expired").await.map(drop)
}
