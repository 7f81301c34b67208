//! `meta.signature` and `meta.timestamp`, for sellers that agreed on a secret.
//!
//! What is signed is the payload, as the body is over REST; the notation is found by trying.

use serde_json::Value;

use super::{Mcp, acts::Call, kit::row, tool::Tool};
use crate::{
    Check, Key, Outcome, Stop, Topic,
    lanes::{
        clock::time_from_now,
        seller::{NOTATIONS, Notation},
    },
};

const APPLIED: &[&str] = &["mcp.meta.signature-applied"];

/// What is false about a signed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Nothing, but signed so many seconds from now.
    Skew(i64),
    /// Another secret.
    Secret,
    /// Signed for another payload.
    OtherPayload,
    /// One character of the signature.
    Character,
    /// Signed for the arguments as a whole.
    Arguments,
    /// No `timestamp`.
    NoTimestamp,
}

/// Name, what is false, the tool, the fault.
const FAULTS: [(&str, &str, Tool, Fault); 9] = [
    (
        "other-secret",
        "of another secret",
        Tool::Create,
        Fault::Secret,
    ),
    (
        "other-payload",
        "of another payload",
        Tool::Create,
        Fault::OtherPayload,
    ),
    (
        "changed",
        "with one character changed",
        Tool::Create,
        Fault::Character,
    ),
    (
        "arguments",
        "of all arguments",
        Tool::Create,
        Fault::Arguments,
    ),
    (
        "day-old",
        "that is a day old",
        Tool::Create,
        Fault::Skew(-86_400),
    ),
    (
        "day-ahead",
        "from a day ahead",
        Tool::Create,
        Fault::Skew(86_400),
    ),
    (
        "no-timestamp",
        "without timestamp",
        Tool::Create,
        Fault::NoTimestamp,
    ),
    (
        "other-payload-update",
        "of another payload (update)",
        Tool::Update,
        Fault::OtherPayload,
    ),
    (
        "other-payload-complete",
        "of another payload (complete)",
        Tool::Complete,
        Fault::OtherPayload,
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = FAULTS.into_iter().map(refused).collect();
    for tool in Tool::WITH_PAYLOAD {
        let verb = tool.verb();
        checks.push(
            row(
                Topic::Signatures,
                &format!("taken-{verb}"),
                format!("{verb} with a good signature is served"),
                move |mcp| async move {
                    let notation = notation(&mcp).await?;
                    let call = mcp.good(tool).await?;
                    let said = mcp
                        .make(&signed(&mcp, call, notation, Fault::Skew(0))?)
                        .await?;
                    mcp.session(&said).map(|_| ())
                },
            )
            .proves(APPLIED)
            .advice("verify meta.signature over the payload as over the body of REST"),
        );
    }
    checks
}

fn refused((name, what, tool, fault): (&str, &str, Tool, Fault)) -> Check {
    row(
        Topic::Signatures,
        name,
        format!("a signature {what} is refused and changes nothing"),
        move |mcp| async move {
            let notation = notation(&mcp).await?;
            let call = mcp.harmless(tool).await?;
            let said = mcp
                .make(&signed(&mcp, call.clone(), notation, fault)?)
                .await?;
            mcp.refused_as_invalid(&said)?;
            mcp.changed_nothing(&call).await
        },
    )
    .proves(APPLIED)
    .advice("pass meta.signature and meta.timestamp on as the headers Signature and Timestamp")
}

/// The notation that the seller understands.
async fn notation(mcp: &Mcp) -> Outcome<Notation> {
    let call = mcp.harmless(Tool::Create).await?;
    secret(mcp)?;
    let mut last = String::new();
    for notation in NOTATIONS {
        let good = signed(mcp, call.clone(), notation, Fault::Skew(0))?;
        let said = mcp.make(&good).await?;
        if !said.is_failure() {
            return Ok(notation);
        }
        last = mcp.case().excerpt(&said.answer);
    }
    Err(Stop::NotTested(format!(
        "no known notation of HMAC-SHA256 with seller.signing_secret was accepted; the last answer: {last}"
    )))
}

fn secret(mcp: &Mcp) -> Outcome<&str> {
    let secret = mcp.seller().target().signing_secret.as_ref();
    secret.and_then(Key::expose).ok_or_else(|| {
        Stop::NotTested(
            "signatures are tried with their secret: set seller.signing_secret in certify.toml"
                .to_owned(),
        )
    })
}

fn signed(mcp: &Mcp, call: Call, notation: Notation, fault: Fault) -> Outcome<Call> {
    let skew = if let Fault::Skew(seconds) = fault {
        seconds
    } else {
        0
    };
    let timestamp = time_from_now(skew)?;
    let payload = call.arguments.get("payload").map(Value::to_string);
    let covered = match fault {
        Fault::OtherPayload => "{}".to_owned(),
        Fault::Arguments => call.arguments.to_string(),
        Fault::Skew(_) | Fault::Secret | Fault::Character | Fault::NoTimestamp => {
            payload.unwrap_or_default()
        }
    };
    let secret = if fault == Fault::Secret {
        "certify-another-secret"
    } else {
        secret(mcp)?
    };
    let mut signature = notation.sign(secret, &timestamp, &covered);
    if fault == Fault::Character {
        let first = if signature.starts_with('a') { "b" } else { "a" };
        signature.replace_range(..1, first);
    }
    let call = call
        .set("/meta/idempotency_key", mcp.case().fresh_key()?)
        .set("/meta/signature", signature);
    Ok(if fault == Fault::NoTimestamp {
        call
    } else {
        call.set("/meta/timestamp", timestamp)
    })
}
