//! A checkout session, in no version's words.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    catalogue::{Item, Offer},
    reply::Refusal,
    shapes::text,
};

/// A line as it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) item: &'static Item,
    /// Thousandths of a unit: the oldest version asks for fractions.
    pub(crate) milli: i64,
    /// The price that the agent believes in, per unit.
    pub(crate) believed: Option<i64>,
}

impl Line {
    pub(crate) fn id(&self) -> String {
        format!("li_{}", self.item.id)
    }

    /// Whole units, a part counted as one.
    pub(crate) fn units(&self) -> i64 {
        (self.milli + 999) / 1000
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.milli % 1000 == 0
    }

    pub(crate) fn base(&self) -> i64 {
        (self.item.price * self.milli + 500) / 1000
    }
}

/// A fulfilment option that was chosen for some lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) option: String,
    /// Line or item ids, as the agent wrote them.
    pub(crate) lines: Vec<String>,
}

/// Something to say about a session.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) kind: &'static str,
    pub(crate) code: &'static str,
    pub(crate) param: Option<String>,
    pub(crate) text: String,
}

impl Message {
    pub(crate) fn error(
        code: &'static str,
        param: Option<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            kind: "error",
            code,
            param,
            text: text.into(),
        }
    }

    pub(crate) fn warning(code: &'static str, param: String, text: impl Into<String>) -> Self {
        Self {
            kind: "warning",
            ..Self::error(code, Some(param), text)
        }
    }
}

/// A line with its money, in minor units.
#[derive(Debug, Clone, Default)]
pub(crate) struct Money {
    pub(crate) base: i64,
    pub(crate) discount: i64,
    pub(crate) tax: i64,
}

/// What the shop makes of a session: the authoritative part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Priced {
    pub(crate) lines: Vec<Money>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) selected: Vec<(Offer, Vec<String>)>,
    pub(crate) fulfillment: i64,
    /// Taken off the order, beside what is taken off the lines.
    pub(crate) discount: i64,
    pub(crate) applied: Vec<Value>,
    pub(crate) rejected: Vec<Value>,
    pub(crate) messages: Vec<Message>,
}

impl Priced {
    pub(crate) fn base(&self) -> i64 {
        self.lines.iter().map(|line| line.base).sum()
    }

    pub(crate) fn items_discount(&self) -> i64 {
        self.lines.iter().map(|line| line.discount).sum()
    }

    pub(crate) fn tax(&self) -> i64 {
        self.lines.iter().map(|line| line.tax).sum()
    }

    pub(crate) fn total(&self) -> i64 {
        self.base() - self.items_discount() - self.discount + self.fulfillment + self.tax()
    }

    pub(crate) fn payable(&self) -> bool {
        self.messages.iter().all(|message| message.kind != "error")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Open,
    /// Waits for the outcome of the buyer's authentication.
    Authenticating,
    Completed,
    Canceled,
}

#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) id: String,
    /// The agent that made it; nobody else sees it.
    pub(crate) agent: usize,
    pub(crate) phase: Phase,
    pub(crate) lines: Vec<Line>,
    pub(crate) buyer: Option<Value>,
    /// `name`, `phone_number`, `email` and `address`, as versions from 2025-12-12 on have them.
    pub(crate) details: Option<Value>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) codes: Vec<String>,
    /// Codes so far that nobody knows.
    pub(crate) wrong_codes: usize,
    /// Names of the extensions that the agent understands.
    pub(crate) extensions: Vec<String>,
    /// What the agent can present; `None` where its version says nothing of it.
    pub(crate) interventions: Option<Vec<String>>,
    pub(crate) notes: Option<Value>,
    /// Members that come back as they were given.
    pub(crate) echoed: Map<String, Value>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) priced: Priced,
    /// Why the last attempt to pay failed.
    pub(crate) payment_message: Option<Message>,
    pub(crate) order: Option<String>,
}

impl Session {
    pub(crate) fn status(&self, now: Timestamp) -> &'static str {
        match self.phase {
            Phase::Completed => "completed",
            Phase::Canceled => "canceled",
            Phase::Open | Phase::Authenticating if self.expires_at <= now => "expired",
            Phase::Authenticating => "authentication_required",
            Phase::Open if self.priced.payable() => "ready_for_payment",
            Phase::Open => "not_ready_for_payment",
        }
    }

    /// Refuses a change of a session that has ended.
    pub(crate) fn refuse_if_over(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.status(now) {
            status @ ("completed" | "canceled" | "expired") => {
                let text = format!("the session is {status}");
                Err(Refusal::new("invalid_state", text).status(405))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn address(&self) -> Option<&Value> {
        self.details.as_ref()?.get("address")
    }

    /// The buyer's e-mail address, in small letters.
    pub(crate) fn email(&self) -> Option<String> {
        self.contact("email").map(str::to_lowercase)
    }

    /// The buyer's own contact, or failing that the recipient's.
    pub(crate) fn contact(&self, member: &str) -> Option<&str> {
        [&self.buyer, &self.details]
            .into_iter()
            .flatten()
            .find_map(|document| text(document, member))
    }
}
