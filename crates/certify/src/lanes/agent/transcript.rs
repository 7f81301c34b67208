//! Everything that the agent did in one purchase.

use std::time::Duration;

use serde_json::Value;

use super::{
    call::{Call, Op, Party},
    launch::Ended,
    listener::Greeting,
    play::Play,
    scenario::Scenario,
};
use crate::{SpecVersion, lanes::documents::text};

/// What the agent asked, and how it ended.
#[derive(Debug)]
pub(super) struct Transcript {
    pub(super) scenario: &'static Scenario,
    /// The version that the shop spoke.
    pub(super) version: SpecVersion,
    /// In the order of arrival.
    pub(super) calls: Vec<Call>,
    pub(super) ended: Ended,
    /// The end of what its command printed.
    pub(super) printed: String,
    /// The fault was before the agent's eyes.
    pub(super) shown: bool,
    pub(super) greetings: Vec<Greeting>,
    /// Sessions that were paid.
    pub(super) paid: usize,
}

impl Transcript {
    pub(super) fn of(play: &Play, ended: Ended, printed: String) -> Self {
        let calls = play.asked();
        let state = play.state();
        let sessions = state.sessions.values();
        let paid = sessions
            .filter(|session| matches!(session.end, Some("completed" | "complete_in_progress")));
        Self {
            scenario: play.scenario,
            version: play.version,
            calls,
            ended,
            printed,
            shown: play.was_shown(),
            greetings: play.greetings(),
            paid: paid.count(),
        }
    }

    /// Calls of one kind.
    pub(super) fn of_kind(&self, op: Op) -> impl DoubleEndedIterator<Item = &Call> {
        self.calls.iter().filter(move |call| call.op == op)
    }

    pub(super) fn first(&self, op: Op) -> Option<&Call> {
        self.of_kind(op).next()
    }

    pub(super) fn creates(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.of_kind(Op::Create)
    }

    pub(super) fn completes(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.of_kind(Op::Complete)
    }

    /// Requests for a token.
    pub(super) fn delegates(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.of_kind(Op::Delegate)
    }

    pub(super) fn to(&self, party: Party) -> impl DoubleEndedIterator<Item = &Call> {
        self.calls.iter().filter(move |call| call.party == party)
    }

    /// The five calls of checkout.
    pub(super) fn checkout(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.calls.iter().filter(|call| call.op.is_checkout())
    }

    /// The agent's own calls with a body, to shop and provider.
    pub(super) fn own_posts(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.calls.iter().filter(|call| {
            (call.op.is_checkout()
                || call.op.is_cart()
                || call.op.is_authentication()
                || call.op == Op::Delegate)
                && !call.body.is_empty()
        })
    }

    /// Whether a purchase was made, exactly once.
    pub(super) fn bought(&self) -> bool {
        self.paid == 1
    }

    /// Session documents that the agent was given before `at`, oldest first.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other operations have nothing of their own here"
    )]
    pub(super) fn sessions_before(&self, at: Duration) -> impl DoubleEndedIterator<Item = &Value> {
        self.calls
            .iter()
            .filter(|call| call.op.is_checkout() || call.op == Op::Mcp)
            .filter(move |call| call.until.is_some_and(|until| until <= at))
            .filter(|call| call.succeeded())
            .filter_map(|call| match call.op {
                Op::Mcp => call.answered("/result/structuredContent"),
                _ => call.answered(""),
            })
            .filter(|document| document.is_object())
    }

    /// The newest session document that the agent was given before a call.
    pub(super) fn session_before(&self, call: &Call) -> Option<&Value> {
        self.sessions_before(call.at).next_back()
    }

    /// Calls that came after `call` was answered, or after it arrived when it never was.
    pub(super) fn after(&self, call: &Call) -> impl DoubleEndedIterator<Item = &Call> {
        let since = call.until.unwrap_or(call.at);
        self.calls
            .iter()
            .filter(move |other| other.at > call.at && other.at >= since)
    }

    /// The first later call of the same kind.
    pub(super) fn next_alike(&self, call: &Call) -> Option<&Call> {
        self.calls
            .iter()
            .find(|other| other.at > call.at && other.op == call.op)
    }
}

/// The total of a session, as a whole number of minor units.
pub(super) fn total(session: &Value) -> Option<i64> {
    let rows = session.get("totals")?.as_array()?;
    let mut totals = rows.iter().filter(|row| text(row, "type") == "total");
    let only = totals.next()?.get("amount")?.as_i64();
    if totals.next().is_some() {
        return None;
    }
    only
}
