//! What every call passes: bearer key, version, signature, idempotency.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use comptoir_certify::SpecVersion;
use http::Method;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    basics::{fresh, now},
    reply::{Answered, Refusal, Reply},
    serve::Incoming,
    strict,
};

/// Widest difference between the clocks of signer and verifier, in seconds.
const CLOCK_SKEW_S: i64 = 300;

/// Most calls of an agent with a limit.
const CALLS_MAX: u32 = 100;

/// A call that was let in.
pub(crate) struct Call {
    /// Which of the known agents calls.
    pub(crate) agent: usize,
    pub(crate) version: SpecVersion,
    /// The body; `None` without one.
    pub(crate) body: Option<Value>,
    /// The idempotency key.
    pub(crate) key: Option<String>,
}

impl Call {
    /// The body of a call that needs one.
    pub(crate) fn document(&self) -> Result<&Value, Refusal> {
        self.body
            .as_ref()
            .ok_or_else(|| Refusal::new("missing", "a JSON body is needed").at("$"))
    }
}

/// How one family of endpoints reads the rules that differ between them.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    /// Whether a POST needs a key from 2026-04-17 on.
    pub(crate) key_required: bool,
    /// Status for a key that comes again with another body, from 2026-04-17 on.
    pub(crate) conflict: u16,
    /// The oldest version that has the endpoints.
    pub(crate) since: SpecVersion,
    /// Whether a POST must be signed, where a secret is agreed.
    pub(crate) signed: bool,
}

impl Terms {
    /// Checkout, carts and delegate payment.
    pub(crate) const COMMON: Self = Self {
        key_required: true,
        conflict: 422,
        since: SpecVersion::V2025_09_29,
        signed: false,
    };
}

/// The agents, the agreed secret, and the answers that were given.
pub(crate) struct Gate {
    keys: Vec<String>,
    secret: Option<String>,
    /// What a malformed call is called in errors.
    fault: &'static str,
    kept: Mutex<HashMap<Slot, Kept>>,
    /// Calls of agents with a limit.
    calls: AtomicU32,
}

/// Whose key, at which path.
type Slot = (usize, String, String);

struct Kept {
    body: Option<Value>,
    /// `None` while the first call runs.
    reply: Option<Reply>,
}

impl Gate {
    pub(crate) fn new(keys: Vec<String>, secret: Option<String>, fault: &'static str) -> Self {
        Self {
            keys,
            secret,
            fault,
            kept: Mutex::default(),
            calls: AtomicU32::new(0),
        }
    }

    /// Runs the operation once, or repeats its answer, or refuses; echoes what answers echo.
    pub(crate) fn pass(
        &self,
        incoming: &Incoming,
        terms: Terms,
        run: impl FnOnce(&Call) -> Answered,
    ) -> Reply {
        let recoded = |refusal: Refusal| refusal.recoded(self.fault);
        let language = incoming.header("accept-language");
        let run = |call: &Call| {
            let reply = run(call).map_err(recoded)?;
            Ok(reply.localised(language))
        };
        let reply = self
            .admit(incoming, terms, run)
            .map_err(recoded)
            .unwrap_or_else(Reply::from);
        echo(incoming, reply)
    }

    fn admit(
        &self,
        incoming: &Incoming,
        terms: Terms,
        run: impl FnOnce(&Call) -> Answered,
    ) -> Answered {
        let agent = self.agent(incoming)?;
        self.check_rate(agent)?;
        let version = version(incoming, terms.since)?;
        let key = key(incoming, terms, version)?;
        let body = incoming.document()?;
        self.check_signature(incoming, terms, body.as_ref())?;
        let call = Call {
            agent,
            version,
            body,
            key: key.clone(),
        };
        let Some(key) = key else { return run(&call) };
        let slot = (agent, incoming.path.clone(), key);
        if let Some(replay) = self.begin(&slot, &call, terms)? {
            return Ok(replay.with("idempotent-replayed", "true"));
        }
        let reply = run(&call).unwrap_or_else(Reply::from);
        self.end(&slot, &reply);
        Ok(reply)
    }

    /// Takes the key, or finds the answer that was given under it.
    fn begin(&self, slot: &Slot, call: &Call, terms: Terms) -> Result<Option<Reply>, Refusal> {
        let mut kept = self.kept();
        let Some(found) = kept.get(slot) else {
            let body = call.body.clone();
            kept.insert(slot.clone(), Kept { body, reply: None });
            return Ok(None);
        };
        let equal = match (&found.body, &call.body) {
            (None, None) => true,
            (Some(first), Some(again)) => strict::same(first, again),
            _ => false,
        };
        let old = call.version < SpecVersion::V2026_04_17;
        match &found.reply {
            _ if !equal => Err(Refusal::new(
                "idempotency_conflict",
                "this Idempotency-Key came with another body before",
            )
            .status(if old { 409 } else { terms.conflict })),
            Some(reply) => Ok(Some(reply.clone())),
            None => {
                let code = if old {
                    "idempotency_conflict"
                } else {
                    "idempotency_in_flight"
                };
                let refusal = Refusal::new(code, "the first call with this Idempotency-Key runs");
                Err(refusal.status(409).with("retry-after", "1"))
            }
        }
    }

    /// Keeps the answer under its key; a 5xx frees the key.
    fn end(&self, slot: &Slot, reply: &Reply) {
        let mut kept = self.kept();
        if reply.status >= 500 {
            kept.remove(slot);
        } else if let Some(found) = kept.get_mut(slot) {
            found.reply = Some(reply.clone());
        }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Slot, Kept>> {
        self.kept.lock().unwrap()
    }

    /// The agent whose bearer key the call carries.
    pub(crate) fn agent(&self, incoming: &Incoming) -> Result<usize, Refusal> {
        let given = incoming.header("authorization").and_then(|value| {
            let (scheme, key) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
        });
        self.keys
            .iter()
            .position(|known| given == Some(known))
            .ok_or_else(|| {
                Refusal::new("unauthorized", "a known bearer key is needed")
                    .status(401)
                    .with("www-authenticate", "Bearer")
            })
    }

    /// The first two agents may call as often as they like, any other this often and no more.
    fn check_rate(&self, agent: usize) -> Result<(), Refusal> {
        if agent < 2 || self.calls.fetch_add(1, Ordering::Relaxed) < CALLS_MAX {
            return Ok(());
        }
        let refusal = Refusal::new("too_many_requests", "come back in a minute");
        Err(refusal.status(429).with("retry-after", "60"))
    }

    /// A signature is base64url of HMAC-SHA256 over the canonical body, and comes with its time.
    fn check_signature(
        &self,
        incoming: &Incoming,
        terms: Terms,
        body: Option<&Value>,
    ) -> Result<(), Refusal> {
        let Some(secret) = &self.secret else {
            return Ok(());
        };
        let refused = |text: &str| Refusal::new("invalid_signature", text).status(401);
        if !incoming.headers.contains_key("signature") {
            let needed = terms.signed && incoming.method == Method::POST;
            return if needed {
                Err(refused("Signature is needed"))
            } else {
                Ok(())
            };
        }
        let signature = incoming.header("signature").unwrap_or_default();
        let signature = BASE64_URL_SAFE_NO_PAD
            .decode(signature.trim_end_matches('='))
            .map_err(|_| refused("Signature is base64url"))?;
        let signed = body.map(strict::canonical).unwrap_or_default();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::verify(&key, signed.as_bytes(), &signature)
            .map_err(|_| refused("Signature does not fit the body"))?;
        let at: Timestamp = incoming
            .header("timestamp")
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| refused("Timestamp is an RFC 3339 time"))?;
        if now().duration_since(at).as_secs().abs() > CLOCK_SKEW_S {
            return Err(refused("Timestamp is out of the window"));
        }
        Ok(())
    }
}

fn version(incoming: &Incoming, since: SpecVersion) -> Result<SpecVersion, Refusal> {
    let served: Vec<SpecVersion> = SpecVersion::ALL
        .into_iter()
        .filter(|version| *version >= since)
        .collect();
    let refusal = |code, text: &str| {
        let newest_first = served
            .iter()
            .rev()
            .map(|version| version.as_str())
            .collect();
        Refusal::new(code, text).served(newest_first)
    };
    if !incoming.headers.contains_key("api-version") {
        return Err(refusal("missing_api_version", "API-Version is needed"));
    }
    incoming
        .header("api-version")
        .and_then(|text| text.parse().ok())
        .filter(|version| served.contains(version))
        .ok_or_else(|| refusal("unsupported_api_version", "this API-Version is not served"))
}

fn key(incoming: &Incoming, terms: Terms, version: SpecVersion) -> Result<Option<String>, Refusal> {
    let post = incoming.method == Method::POST;
    if incoming.method == Method::GET {
        return Ok(None);
    }
    if !incoming.headers.contains_key("idempotency-key") {
        let needed = post
            && terms.key_required
            && version >= SpecVersion::V2026_04_17
            && !incoming.key_optional;
        if !needed {
            return Ok(None);
        }
        let text = "Idempotency-Key header is required on all POST requests";
        return Err(Refusal::new("idempotency_key_required", text));
    }
    match incoming.header("idempotency-key") {
        Some(key) if (1..=255).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(Refusal::new(
            "invalid",
            "Idempotency-Key has 1 to 255 characters, and is one",
        )),
    }
}

/// Repeats `Idempotency-Key` and `Request-Id`; a call without the latter gets one.
fn echo(incoming: &Incoming, mut reply: Reply) -> Reply {
    for name in ["idempotency-key", "request-id"] {
        if let Some(value) = incoming.headers.get(name) {
            reply.headers.push((name, value.clone()));
        } else if name == "request-id" {
            reply = reply.with(name, &fresh("req"));
        }
    }
    reply
}
