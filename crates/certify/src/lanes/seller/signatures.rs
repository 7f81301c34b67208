//! Request signatures and the time window, for sellers that want them.
//!
//! What a signature covers is agreed between the parties, so the notation is found by trying: the
//! one with which a good signature is taken and a false one refused.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;

use super::{
    super::{clock::time_from_now, webhook_signature::mac},
    Seller,
    kit::row,
    operation::{Call, Operation},
};
use crate::{Answer, Check, Key, Outcome, Request, SpecVersion, Stop, Topic};

/// How the signed bytes are put together and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lanes) struct Notation {
    covered: Covered,
    written: Written,
}

/// What is signed. Bodies of the judge are canonical JSON, so that "the body" and "the canonical
/// JSON of the body" are the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Covered {
    Body,
    TimestampAndBody,
    DottedTimestampAndBody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Base64Url,
    Base64,
    Hexadecimal,
}

pub(in crate::lanes) const NOTATIONS: [Notation; 9] = {
    use Covered::{Body, DottedTimestampAndBody, TimestampAndBody};
    use Written::{Base64, Base64Url, Hexadecimal};
    const fn notation(covered: Covered, written: Written) -> Notation {
        Notation { covered, written }
    }
    [
        notation(Body, Base64Url),
        notation(Body, Base64),
        notation(Body, Hexadecimal),
        notation(TimestampAndBody, Base64Url),
        notation(TimestampAndBody, Base64),
        notation(TimestampAndBody, Hexadecimal),
        notation(DottedTimestampAndBody, Base64Url),
        notation(DottedTimestampAndBody, Base64),
        notation(DottedTimestampAndBody, Hexadecimal),
    ]
};

/// What is false about a signed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Another secret.
    Secret,
    /// Signed for another body.
    OtherBody,
    /// One bit of the signature.
    Bit,
    /// No signature at all in the header.
    Empty,
    /// Signed at this distance from now, in seconds.
    Skew(i64),
    /// No `Timestamp`.
    NoTimestamp,
    /// A `Timestamp` that is no time.
    BadTimestamp,
}

/// Name, what is false, the fault.
const FAULTS: [(&str, &str, Fault); 9] = [
    ("other-secret", "of another secret", Fault::Secret),
    ("other-body", "of another body", Fault::OtherBody),
    ("changed", "with one character changed", Fault::Bit),
    ("empty", "that is empty", Fault::Empty),
    ("day-old", "that is a day old", Fault::Skew(-86_400)),
    ("day-ahead", "from a day ahead", Fault::Skew(86_400)),
    ("stale", "that is 301 s old", Fault::Skew(-301)),
    ("no-timestamp", "without Timestamp", Fault::NoTimestamp),
    (
        "bad-timestamp",
        "with a Timestamp that is no time",
        Fault::BadTimestamp,
    ),
];

const ADVICE: &str =
    "verify Signature over the body as received, and Timestamp within a window of 300 s";

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks: Vec<_> = FAULTS.into_iter().map(refused).collect();
    checks.push(
        row(
            Topic::Signatures,
            "future",
            "a signature from more than 300 s ahead is refused",
            |seller| async move { refusal(&seller, Operation::Create, Fault::Skew(305)).await },
        )
        .proves(&["checkout.signing.timestamp-window"])
        .advice(ADVICE),
    );
    for operation in [Operation::Update, Operation::Complete] {
        let verb = operation.as_str();
        checks.push(
            row(
                Topic::Signatures,
                &format!("other-body-{verb}"),
                format!("{verb} with a signature of another body is refused and changes nothing"),
                move |seller| async move { refusal(&seller, operation, Fault::OtherBody).await },
            )
            .proves(&["checkout.signing.signature-verified"])
            .advice(ADVICE),
        );
    }
    checks.extend([("taken", 0), ("taken-old", -290), ("taken-ahead", 290)].map(taken));
    checks
}

fn refused((name, what, fault): (&str, &str, Fault)) -> Check {
    let rule = match fault {
        Fault::Secret | Fault::OtherBody | Fault::Bit | Fault::Empty => {
            "checkout.signing.signature-verified"
        }
        Fault::Skew(_) | Fault::NoTimestamp | Fault::BadTimestamp => {
            "checkout.signing.timestamp-window"
        }
    };
    row(
        Topic::Signatures,
        name,
        format!("a signature {what} is refused"),
        move |seller| async move { refusal(&seller, Operation::Create, fault).await },
    )
    .proves(&[rule])
    .advice(ADVICE)
}

/// A good signature, near the ends of the window as well, is accepted.
fn taken((name, skew_s): (&'static str, i64)) -> Check {
    row(
        Topic::Signatures,
        name,
        format!("a good signature made {skew_s} s from now is accepted"),
        move |seller| async move {
            let notation = notation(&seller).await?;
            let call = Call::harmless(&seller, Operation::Create).await?;
            let request = signed(&seller, &call, notation, Fault::Skew(skew_s))?;
            let answer = seller.send(request).await?;
            seller.no_breakdown(&answer)?;
            seller.case().should(
                answer.is_success(),
                &answer,
                "clocks may differ by up to 300 s",
                || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
            );
            Ok(())
        },
    )
    .proves(&["checkout.signing.timestamp-window"])
    .advice(ADVICE)
}

async fn refusal(seller: &Seller, operation: Operation, fault: Fault) -> Outcome {
    let notation = notation(seller).await?;
    let call = Call::harmless(seller, operation).await?;
    let request = signed(seller, &call, notation, fault)?;
    let answer = seller.send(request).await?;
    seller.no_breakdown(&answer)?;
    let looked_at = answer.is_refusal();
    seller.case().should(
        looked_at,
        &answer,
        "a request whose signature or time is false is refused with 4xx",
        || format!("{} for {fault:?}", answer.status),
    );
    if !looked_at {
        return Ok(());
    }
    seller.refused(&answer)?;
    call.changed_nothing(seller).await
}

/// The notation that the seller understands.
async fn notation(seller: &Seller) -> Outcome<Notation> {
    let call = Call::harmless(seller, Operation::Create).await?;
    let mut last: Option<Answer> = None;
    for notation in NOTATIONS {
        let good = signed(seller, &call, notation, Fault::Skew(0))?;
        let answer = seller.send(good).await?;
        if answer.is_success() {
            return Ok(notation);
        }
        last = Some(answer);
    }
    let said = last.map_or_else(String::new, |answer| seller.case().excerpt(&answer));
    Err(Stop::NotTested(format!(
        "no known notation of HMAC-SHA256 with seller.signing_secret was accepted; the last answer: {said}"
    )))
}

fn signed(seller: &Seller, call: &Call, notation: Notation, fault: Fault) -> Outcome<Request> {
    let secret = seller
        .target()
        .signing_secret
        .as_ref()
        .and_then(Key::expose);
    let secret = secret.ok_or_else(|| {
        Stop::NotTested(
            "signatures are tried with their secret: set seller.signing_secret in certify.toml"
                .to_owned(),
        )
    })?;
    let timestamp = if let Fault::Skew(seconds) = fault {
        time_from_now(seconds)?
    } else {
        time_from_now(0)?
    };
    let body = call.body.as_ref().map(Value::to_string).unwrap_or_default();
    let covered = if fault == Fault::OtherBody {
        "{}"
    } else {
        &body
    };
    let secret = if fault == Fault::Secret {
        "certify-another-secret"
    } else {
        secret
    };
    let mut signature = notation.sign(secret, &timestamp, covered);
    if fault == Fault::Empty {
        signature.clear();
    }
    if fault == Fault::Bit {
        let first = if signature.starts_with('a') { "b" } else { "a" };
        signature.replace_range(..1, first);
    }
    let request = call.request(seller)?.header("Signature", signature);
    Ok(if fault == Fault::NoTimestamp {
        request
    } else if fault == Fault::BadTimestamp {
        request.header("Timestamp", "yesterday")
    } else {
        request.header("Timestamp", timestamp)
    })
}

impl Notation {
    pub(in crate::lanes) fn sign(self, secret: &str, timestamp: &str, body: &str) -> String {
        let message = match self.covered {
            Covered::Body => body.to_owned(),
            Covered::TimestampAndBody => format!("{timestamp}{body}"),
            Covered::DottedTimestampAndBody => format!("{timestamp}.{body}"),
        };
        let tag = mac(secret.as_bytes(), message.as_bytes());
        match self.written {
            Written::Base64Url => URL_SAFE_NO_PAD.encode(tag),
            Written::Base64 => STANDARD.encode(tag),
            Written::Hexadecimal => hex::encode(tag),
        }
    }
}
