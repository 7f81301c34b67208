//! `meta.idempotency_key` acts as the header `Idempotency-Key` does, and may be absent.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Mcp, acts::Call, kit::row, said::Said, tool::Tool};
use crate::{Check, Outcome, Stop, Topic};

const APPLIED: &[&str] = &["mcp.meta.idempotency-key-applied"];

const ADVICE: &str =
    "pass meta.idempotency_key on as Idempotency-Key, with the same store of answers";

/// Calls at the same time.
const RACERS: usize = 6;

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for tool in Tool::POSTS {
        checks.push(replay(tool));
        checks.push(optional(tool));
        checks.push(conflict(tool));
    }
    checks.extend(KEYS.into_iter().map(key_form));
    checks.extend(NOISE.into_iter().map(noise));
    checks.extend(races());
    checks.extend(more());
    checks
}

fn replay(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Idempotency,
        &format!("replay-{verb}"),
        format!("{verb} with the same key and payload gives the first result again"),
        move |mcp| async move {
            let call = mcp.good(tool).await?;
            let first = mcp.make(&call).await?;
            mcp.session(&first)?;
            let again = mcp.make(&call).await?;
            same(&mcp, &first, &again)
        },
    )
    .proves(APPLIED)
    .advice(ADVICE)
}

fn same(mcp: &Mcp, first: &Said, again: &Said) -> Outcome {
    mcp.session(again)?;
    mcp.case().must(
        first.body() == again.body(),
        &again.answer,
        "a repeat gets the result of the first call",
        || mcp.case().excerpt(&again.answer),
    )
}

fn optional(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Idempotency,
        &format!("no-key-{verb}"),
        format!("{verb} without meta.idempotency_key is served"),
        move |mcp| async move {
            let call = mcp.good(tool).await?.without("/meta/idempotency_key");
            let said = mcp.make(&call).await?;
            mcp.session(&said).map(|_| ())
        },
    )
    .proves(&["mcp.meta.idempotency-key-optional"])
    .advice("demand no key over MCP, other than over REST")
}

/// Another payload for a tool: one that would be taken as well.
fn otherwise(mcp: &Mcp, call: &Call) -> Outcome<Call> {
    let call = call.clone();
    Ok(match call.tool {
        Tool::Create => {
            let payload = Value::Object(mcp.seller().create_body()?);
            call.set("/payload", payload)
        }
        Tool::Update => {
            let other = mcp.seller().other_address();
            call.set("/payload", mcp.seller().address_body(&other))
        }
        Tool::Complete => call.set("/payload/buyer/first_name", "Another"),
        Tool::Cancel => call.set(
            "/payload",
            json!({ "intent_trace": { "reason_code": "comparison" } }),
        ),
        Tool::Get => call,
    })
}

fn conflict(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Idempotency,
        &format!("conflict-{verb}"),
        format!("{verb} with the same key and another payload is refused as a conflict"),
        move |mcp| async move {
            let call = mcp.good(tool).await?;
            let first = mcp.make(&call).await?;
            let session = mcp.session(&first)?;
            let said = mcp.make(&otherwise(&mcp, &call)?).await?;
            mcp.refused_as_invalid(&said)?;
            coded(&mcp, &said, "idempotency_conflict")?;
            let after = mcp.get(&session.id).await?;
            let rule = "a conflict changes nothing";
            mcp.seller().same_state(&session.json, &after.answer, rule)
        },
    )
    .proves(APPLIED)
    .proves(&["mcp.error.types", "mcp.error.in-data"])
    .advice("refuse a key that comes with another payload with -32000 and idempotency_conflict")
}

fn coded(mcp: &Mcp, said: &Said, code: &str) -> Outcome {
    let found = said.data_text("code");
    mcp.case().must(
        found == code,
        &said.answer,
        &format!("data.code is {code}"),
        || format!("code {found}"),
    )
}

/// Keys that REST refuses: the name, what it is, its length.
const KEYS: [(&str, &str, usize); 2] = [
    ("empty", "an empty key", 0),
    ("long", "a key of 256 characters", 256),
];

fn key_form((name, what, length): (&str, &str, usize)) -> Check {
    row(
        Topic::Idempotency,
        &format!("key-{name}"),
        format!("{what} is refused"),
        move |mcp| async move {
            let call = mcp.harmless(Tool::Create).await?;
            let call = call.set("/meta/idempotency_key", "k".repeat(length));
            mcp.refused_or_malformed(&mcp.make(&call).await?)
        },
    )
    .proves(APPLIED)
    .advice("take keys of 1 to 255 characters, as over REST")
}

/// Members of meta that do not belong to the meaning of a call.
const NOISE: [(&str, &str); 3] = [
    ("request-id", "/meta/request_id"),
    ("user-agent", "/meta/user_agent"),
    ("unknown", "/meta/certify_unknown"),
];

fn noise((name, pointer): (&str, &'static str)) -> Check {
    row(
        Topic::Idempotency,
        &format!("replay-other-{name}"),
        format!("another {name} in meta with the same key and payload is a replay"),
        move |mcp| async move {
            let call = mcp.harmless(Tool::Create).await?.set(pointer, "first");
            let first = mcp.make(&call).await?;
            mcp.session(&first)?;
            let again = mcp.make(&call.set(pointer, "second")).await?;
            same(&mcp, &first, &again)
        },
    )
    .proves(APPLIED)
    .advice("compare the payload only")
}

fn races() -> Vec<Check> {
    vec![
        row(
            Topic::Idempotency,
            "in-flight-create",
            "creates with one key at the same time make one session",
            |mcp| async move { race(&mcp, Tool::Create).await },
        )
        .proves(APPLIED)
        .advice(ADVICE),
        row(
            Topic::Idempotency,
            "in-flight-complete",
            "completes with one key at the same time make one order",
            |mcp| async move { race(&mcp, Tool::Complete).await },
        )
        .proves(APPLIED)
        .proves(&["mcp.complete.order"])
        .advice(ADVICE),
    ]
}

/// One of the calls works, the others get its result or are told that it runs.
async fn race(mcp: &Mcp, tool: Tool) -> Outcome {
    let call = mcp.good(tool).await?;
    let racing = (0..RACERS).map(|_| mcp.make(&call));
    let mut winner: Option<Said> = None;
    for said in join_all(racing).await {
        let said = said?;
        if said.is_failure() {
            mcp.refused_as_invalid(&said)?;
            coded(mcp, &said, "idempotency_in_flight")?;
        } else if let Some(first) = &winner {
            same(mcp, first, &said)?;
        } else {
            mcp.session(&said)?;
            winner = Some(said);
        }
    }
    let Some(first) = winner else {
        return mcp.case().must_hold(
            false,
            "one of several equal calls at the same time works",
            || "all were refused".to_owned(),
        );
    };
    same(mcp, &first, &mcp.make(&call).await?)
}

fn more() -> Vec<Check> {
    vec![
        row(
            Topic::Idempotency,
            "no-key-no-replay",
            "two creates without a key make two sessions",
            |mcp| async move {
                let call = mcp.harmless(Tool::Create).await?;
                two(&mcp, &call.without("/meta/idempotency_key"), None).await
            },
        )
        .proves(&["mcp.meta.idempotency-key-optional"]),
        row(
            Topic::Idempotency,
            "other-key",
            "the same payload with another key makes another session",
            |mcp| async move {
                let call = mcp.harmless(Tool::Create).await?;
                let key = mcp.case().fresh_key()?;
                two(&mcp, &call, Some(key)).await
            },
        )
        .proves(APPLIED),
        row(
            Topic::Idempotency,
            "replay-create-later",
            "a create is repeated with its first result also after the session has moved on",
            |mcp| async move {
                let call = mcp.harmless(Tool::Create).await?;
                let first = mcp.make(&call).await?;
                let session = mcp.session(&first)?;
                mcp.cancel(&session.id).await?;
                same(&mcp, &first, &mcp.make(&call).await?)
            },
        )
        .proves(APPLIED)
        .advice(ADVICE),
        row(
            Topic::Idempotency,
            "other-connection",
            "a key is known on every connection of its agent",
            |mcp| async move {
                let call = mcp.harmless(Tool::Create).await?;
                let first = mcp.make(&call).await?;
                mcp.session(&first)?;
                let mut other = Mcp::unconnected(mcp.shared_case())?;
                other.connect().await?;
                same(&mcp, &first, &other.make(&call).await?)
            },
        )
        .proves(APPLIED)
        .advice("keep keys by agent, not by connection"),
        row(
            Topic::Idempotency,
            "other-agent",
            "a key of one agent is nothing to another",
            |mcp| async move { other_agent(&mcp).await },
        )
        .proves(APPLIED)
        .advice("keep keys by agent"),
    ]
}

/// Two creates make two sessions.
async fn two(mcp: &Mcp, call: &Call, other_key: Option<String>) -> Outcome {
    if call.tool != Tool::Create {
        return Err(Stop::NotTested("only creates make sessions".to_owned()));
    }
    let one = mcp.session(&mcp.make(call).await?)?;
    let again = match other_key {
        Some(key) => call.clone().set("/meta/idempotency_key", key),
        None => call.clone(),
    };
    let said = mcp.make(&again).await?;
    let two = mcp.session(&said)?;
    mcp.case().must(
        one.id != two.id,
        &said.answer,
        "only a key makes a call the repeat of another",
        || two.id.clone(),
    )
}

async fn other_agent(mcp: &Mcp) -> Outcome {
    let other = mcp.as_other_agent().await?;
    let call = mcp.harmless(Tool::Create).await?;
    let mine = mcp.session(&mcp.make(&call).await?)?;
    let said = other.make(&call).await?;
    let theirs = other.session(&said)?;
    mcp.case().must(
        mine.id != theirs.id,
        &said.answer,
        "no agent is answered from another's keys",
        || theirs.id.clone(),
    )
}
