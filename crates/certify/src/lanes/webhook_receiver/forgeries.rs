//! Events that no seller signed: each is refused with 401.

use bytes::Bytes;

use super::{
    super::{
        clock::unix_now,
        webhook_signature::{HEADER, TOLERANCE_S, mac, message},
    },
    Sender,
    cases::full_event,
    check,
};
use crate::{Check, Outcome, Request, SignatureNotation, SpecVersion, Topic, VersionRange};

mod rows;

use rows::ROWS;

/// A good event and what a forger can know of it.
struct Good<'a> {
    sender: &'a Sender,
    /// Time of signing.
    t: i64,
    body: Bytes,
    /// The right signature.
    signature: String,
    /// The digits in it.
    v1: String,
}

impl<'a> Good<'a> {
    fn new(sender: &'a Sender) -> Outcome<Self> {
        let event = full_event(sender.case().version(), &sender.session_id()?);
        let (t, body) = (unix_now(), Bytes::from(event.to_string()));
        Ok(Self {
            sender,
            t,
            signature: sender.signature(t, &body)?,
            v1: sender.digits(t, &body)?,
            body,
        })
    }

    /// The event under this header instead.
    fn under(&self, header: impl Into<String>) -> Outcome<Request> {
        Ok(self
            .sender
            .unsigned(self.body.clone())?
            .header(HEADER, header))
    }

    /// Another body under the right signature.
    fn with_body(&self, body: impl Into<Bytes>) -> Outcome<Request> {
        Ok(self
            .sender
            .unsigned(body)?
            .header(HEADER, self.signature.clone()))
    }

    /// `t` and an HMAC over a message of the forger's choice, under the right secret.
    fn over(&self, signed: &[u8]) -> Outcome<Request> {
        let v1 = hex::encode(mac(self.sender.secret()?, signed));
        self.under(format!("t={},v1={v1}", self.t))
    }

    /// The right message under another secret.
    fn under_secret(&self, secret: &[u8]) -> Outcome<Request> {
        match self.sender.notation() {
            SignatureNotation::Timestamped => {
                let signed = message(&self.t.to_string(), &self.body);
                self.under(format!(
                    "t={},v1={}",
                    self.t,
                    hex::encode(mac(secret, &signed))
                ))
            }
            notation @ (SignatureNotation::Hex | SignatureNotation::Base64) => self.under(
                super::super::webhook_signature::sign(notation, secret, self.t, &self.body),
            ),
        }
    }

    /// `t` as text with a right signature over that text.
    fn timed(&self, t: &str) -> Outcome<Request> {
        let v1 = hex::encode(mac(self.sender.secret()?, &message(t, &self.body)));
        self.under(format!("t={t},v1={v1}"))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Since when a forgery can be told: those about `t` and `v1` need the timestamped notation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Since {
    Always,
    Notation,
}

struct Row {
    name: &'static str,
    /// What is forged; follows "an event".
    what: &'static str,
    proves: &'static [&'static str],
    since: Since,
    forge: fn(&Good<'_>) -> Outcome<Request>,
}

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = ROWS.iter().map(forgery).collect();
    checks.push(leak());
    checks.push(good_after_forged());
    checks
}

fn forgery(row: &'static Row) -> Check {
    let title = format!("an event {} gets 401 invalid_signature", row.what);
    let check = check(Topic::Signatures, row.name, &title, move |case| async move {
        let sender = Sender::of(&case)?;
        let request = (row.forge)(&Good::new(&sender)?)?;
        let answer = sender.send(request).await?;
        sender.must_be_unauthorized(&answer)
    })
    .proves(row.proves)
    .proves(&["webhooks.signature.error-code", "webhooks.response.error-body"])
    .proves_shapes(&["webhook#Error"])
    .advice("accept only t=<digits>,v1=<64 hex digits> whose v1 is the HMAC-SHA256 of t, a dot and the raw body; compare in constant time");
    match row.since {
        Since::Always => check.proves(&["versions.webhooks.invalid-401"]),
        Since::Notation => check.versions(VersionRange::from(SpecVersion::V2026_04_17)),
    }
}

/// A refusal must not help the forger.
fn leak() -> Check {
    check(
        Topic::Leaks,
        "refusal-tells-no-signature",
        "a refused event's answer holds neither the right signature nor the secret",
        |case| async move {
            let sender = Sender::of(&case)?;
            let good = Good::new(&sender)?;
            let request = good.under(format!("t={},v1={}", good.t, "0".repeat(64)))?;
            let answer = sender.send(request).await?;
            let text = format!(
                "{:?} {}",
                answer.headers,
                String::from_utf8_lossy(&answer.body)
            );
            let secret = String::from_utf8_lossy(sender.secret()?).into_owned();
            for (what, word) in [
                ("signature", &good.v1),
                ("signature", &good.signature),
                ("secret", &secret),
            ] {
                case.must(
                    !text.contains(word.as_str()),
                    &answer,
                    "a refusal tells neither the right signature nor the secret",
                    || format!("the answer holds the {what}"),
                )?;
            }
            Ok(())
        },
    )
    .advice("answer the same few words whatever is wrong with the signature")
}

/// A forgery has no effect: the good event with the same Request-Id is still taken.
fn good_after_forged() -> Check {
    check(
        Topic::Signatures,
        "good-after-forged",
        "a forged event does not keep the good event with its Request-Id from being taken",
        |case| async move {
            let sender = Sender::of(&case)?;
            let good = Good::new(&sender)?;
            let forged = good.under_secret(b"another secret altogether")?;
            let genuine = forged.clone().with(HEADER, good.signature.clone());
            let answer = sender.send(forged).await?;
            case.status(&answer, &[401])?;
            let answer = sender.send(genuine).await?;
            sender.must_be_taken(&answer)
        },
    )
    .proves(&[
        "webhooks.signature.verified",
        "versions.webhooks.invalid-401",
    ])
    .advice("remember nothing of an event before its signature is verified")
}

/// Far outside every window.
const FAR: i64 = TOLERANCE_S * 12;
