//! One purchase: the judge's shop and provider under one scenario, and what the agent asked them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::{
    authentication::Authentication,
    call::{Call, Given, Op, Party},
    listener::Greeting,
    mcp, provider,
    reply::Reply,
    scenario::Scenario,
    seller,
    shop::{Session, Terms},
};
use crate::SpecVersion;

/// Base addresses of the judge's parties.
#[derive(Debug, Clone)]
pub(super) struct Bases {
    pub(super) seller: String,
    pub(super) psp: String,
    pub(super) elsewhere: String,
}

/// When and where a fault may strike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment<'a> {
    pub(super) op: Op,
    /// Which call of its kind it is in this purchase, from 1.
    pub(super) nth: usize,
    /// The version that the shop speaks.
    pub(super) version: SpecVersion,
    pub(super) bases: &'a Bases,
    /// The session could be paid before this call.
    pub(super) ready: bool,
    /// Tokens that the provider gave out so far.
    pub(super) tokens: usize,
    /// The version that the agent named.
    pub(super) named: Option<SpecVersion>,
}

/// A request as it arrived.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) party: Party,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A token that the provider gave out.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) max_amount: Option<i64>,
    pub(super) used: bool,
}

/// What the judge's parties remember.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) sessions: BTreeMap<String, Session>,
    /// Pieces in carts, line by line.
    pub(super) carts: BTreeMap<String, Vec<i64>>,
    pub(super) tokens: BTreeMap<String, Token>,
    pub(super) authentications: BTreeMap<String, Authentication>,
    /// Body and answer by party, path and idempotency key.
    replays: HashMap<(String, String), (Bytes, Reply)>,
    counts: HashMap<Op, usize>,
}

impl State {
    /// The session of this id; under a false id, which a scenario may have given, the last one.
    pub(super) fn session(&mut self, id: &str) -> Option<&mut Session> {
        if self.sessions.contains_key(id) {
            return self.sessions.get_mut(id);
        }
        self.sessions.values_mut().next_back()
    }
}

/// A purchase under way.
#[derive(Debug)]
pub(super) struct Play {
    pub(super) scenario: &'static Scenario,
    /// The version that the shop speaks.
    pub(super) version: SpecVersion,
    judged: SpecVersion,
    pub(super) bases: Bases,
    started: Instant,
    state: Mutex<State>,
    calls: Mutex<Vec<Call>>,
    greetings: Mutex<Vec<Greeting>>,
    shown: AtomicBool,
    made: AtomicUsize,
    mark: String,
}

impl Play {
    /// `mark` makes ids of this purchase differ from those of all others.
    pub(super) fn new(
        scenario: &'static Scenario,
        version: SpecVersion,
        bases: Bases,
        mark: String,
    ) -> Self {
        Self {
            scenario,
            version: scenario.speaks.unwrap_or(version),
            judged: version,
            bases,
            started: Instant::now(),
            state: Mutex::default(),
            calls: Mutex::default(),
            greetings: Mutex::default(),
            shown: AtomicBool::new(false),
            made: AtomicUsize::new(0),
            mark,
        }
    }

    /// Whether an id was made in this purchase.
    pub(super) fn knows(&self, text: &str) -> bool {
        text.contains(&self.mark)
    }

    /// The version by which the agent is judged.
    pub(super) fn version_judged(&self) -> SpecVersion {
        self.judged
    }

    /// A fresh id.
    pub(super) fn fresh(&self, prefix: &str) -> String {
        let made = self.made.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        format!("{prefix}_{}{made}", self.mark)
    }

    /// The fault was before the agent's eyes.
    pub(super) fn show(&self) {
        self.shown.store(true, Ordering::Relaxed);
    }

    pub(super) fn was_shown(&self) -> bool {
        self.shown.load(Ordering::Relaxed)
    }

    pub(super) fn greeted(&self, greeting: Greeting) {
        self.greetings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(greeting);
    }

    pub(super) fn greetings(&self) -> Vec<Greeting> {
        self.greetings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of what was asked so far.
    pub(super) fn asked(&self) -> Vec<Call> {
        self.calls().clone()
    }

    /// Writes a request down; returns its place.
    pub(super) fn note(&self, arrived: &Arrived) -> usize {
        let path = arrived.path.split('?').next().unwrap_or_default();
        let (op, id) = Op::of(arrived.party, &arrived.method, path);
        let mut calls = self.calls();
        calls.push(Call {
            party: arrived.party,
            op,
            id,
            method: arrived.method.clone(),
            path: arrived.path.clone(),
            headers: arrived.headers.clone(),
            json: serde_json::from_slice(&arrived.body).ok(),
            body: arrived.body.clone(),
            at: self.started.elapsed(),
            until: None,
            given: None,
        });
        calls.len().saturating_sub(1)
    }

    /// Writes the answer down.
    pub(super) fn note_answer(&self, place: usize, given: Given) {
        let elapsed = self.started.elapsed();
        if let Some(call) = self.calls().get_mut(place) {
            call.given = Some(given);
            call.until = Some(elapsed);
        }
    }

    /// What the judge answers to the request at `place`.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other operations have nothing of their own here"
    )]
    pub(super) fn answer(&self, place: usize) -> Reply {
        let Some(call) = self.calls().get(place).cloned() else {
            return Reply::page(500);
        };
        match call.op {
            Op::Mcp => mcp::answer(self, &call),
            op => self.answer_as(op, &call),
        }
    }

    /// What the judge answers to a call, taken as `op`.
    pub(super) fn answer_as(&self, op: Op, call: &Call) -> Reply {
        let (nth, ready, tokens) = self.count(op, call);
        let moment = Moment {
            op,
            nth,
            version: self.version,
            bases: &self.bases,
            ready,
            tokens,
            named: call
                .header("api-version")
                .and_then(|text| text.parse().ok()),
        };
        if let Some(before) = self.scenario.before
            && let Some(reply) = before(&moment)
        {
            self.show();
            return reply;
        }
        let reply = self.honest(op, call, &moment);
        if let Some(after) = self.scenario.after
            && let Some(changed) = after(&moment, &reply)
        {
            self.show();
            return changed;
        }
        reply
    }

    fn count(&self, op: Op, call: &Call) -> (usize, bool, usize) {
        let mut state = self.state();
        let tokens = state.tokens.len();
        let count = state.counts.entry(op).or_default();
        *count = count.saturating_add(1);
        let nth = *count;
        let terms = Terms::default();
        let id = call
            .id
            .as_deref()
            .or_else(|| call.text("/params/arguments/id"));
        let session = id.and_then(|id| state.session(id));
        let ready = session.is_some_and(|one| one.status(&terms) == "ready_for_payment");
        (nth, ready, tokens)
    }

    /// The answer of a party without fault, in the scenario's words and prices.
    fn honest(&self, op: Op, call: &Call, moment: &Moment<'_>) -> Reply {
        if (op.is_checkout() || op.is_cart()) && moment.named != Some(self.version) {
            return unsupported(self.version);
        }
        let key = call.key();
        let at = (call.path.clone(), key.to_owned());
        let replays = !key.is_empty() && call.method == Method::POST && op != Op::Mcp;
        if replays && let Some((body, reply)) = self.state().replays.get(&at) {
            if *body == call.body {
                return reply.clone().with("idempotent-replayed", "true");
            }
            return Reply::conflict();
        }
        let reply = match call.party {
            Party::Seller => seller::answer(self, op, call, moment),
            Party::Psp => provider::answer(self, op, call, moment),
            Party::Elsewhere => super::authentication::issuer(self, op, call),
        };
        let mut reply = reply;
        if !key.is_empty() {
            reply = reply.with("idempotency-key", key);
        }
        if let Some(id) = call.header("request-id") {
            reply = reply.with("request-id", id);
        }
        if replays && reply.status < 500 {
            let kept = (call.body.clone(), reply.clone());
            self.state().replays.insert(at, kept);
        }
        reply
    }
}

/// A version error that lists what the shop speaks.
pub(super) fn unsupported(version: SpecVersion) -> Reply {
    let document = json!({
        "type": "invalid_request",
        "code": "unsupported_api_version",
        "message": "this version is not spoken here",
        "supported_versions": [version.as_str()],
    });
    Reply::json(400, &document)
}

/// A value by JSON Pointer; changes it and tells whether it was there to be changed.
pub(super) fn set(document: &mut Value, pointer: &str, value: Value) -> bool {
    match document.pointer_mut(pointer) {
        Some(place) => {
            *place = value;
            true
        }
        None => false,
    }
}

/// Adds or replaces a member of the object at a JSON Pointer.
pub(super) fn add(document: &mut Value, pointer: &str, name: &str, value: Value) -> bool {
    match document.pointer_mut(pointer).and_then(Value::as_object_mut) {
        Some(members) => {
            members.insert(name.to_owned(), value);
            true
        }
        None => false,
    }
}

/// Adds to the list at a JSON Pointer.
pub(super) fn push(document: &mut Value, pointer: &str, value: Value) -> bool {
    match document.pointer_mut(pointer).and_then(Value::as_array_mut) {
        Some(list) => {
            list.push(value);
            true
        }
        None => false,
    }
}

/// Changes the amount of the row of this type; tells whether there is one.
pub(super) fn change_row(document: &mut Value, kind: &str, change: impl Fn(i64) -> Value) -> bool {
    let rows = document
        .pointer_mut("/totals")
        .and_then(Value::as_array_mut);
    let row = rows
        .into_iter()
        .flatten()
        .find(|row| row.get("type").and_then(Value::as_str) == Some(kind));
    let Some(amount) = row.and_then(|row| row.get_mut("amount")) else {
        return false;
    };
    let Some(old) = amount.as_i64() else {
        return false;
    };
    *amount = change(old);
    true
}

/// How long the judge holds an answer back that shall seem lost.
pub(super) const HANG: Duration = Duration::from_secs(6);
