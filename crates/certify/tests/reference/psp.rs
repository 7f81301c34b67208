//! The payment service provider: tokens and what they allow.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
    thread,
    time::Duration,
};

use comptoir_certify::SpecVersion;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Lax, Options,
    authentication::{self, Authentications},
    basics::{fresh, now},
    gate::{Call, Gate, Terms},
    reply::{Answered, Refusal, Reply},
    rules,
    serve::{Incoming, Party, nowhere},
    shapes::{check as check_shape, text},
};

/// The seller's account.
pub(crate) const MERCHANT: &str = "acct_reference";

/// Another account, which is not the seller's.
pub(crate) const OTHER_MERCHANT: &str = "acct_other";

/// Test cards.
pub(crate) const APPROVED: &str = "4242424242424242";
pub(crate) const DECLINED: &str = "4000000000000002";
pub(crate) const BROKEN: &str = "4000000000000119";
const SLOW: &str = "4000000000000259";
pub(crate) const GUARDED: &str = "4000000000003220";

/// The same by what comes of them, and those of delegate authentication by how it goes; with any
/// other card it goes without a challenge.
pub(crate) const CARDS: [(&str, &str); 13] = [
    ("network-token", "4111111111111111"),
    ("server-error", BROKEN),
    ("slow", SLOW),
    ("approved", APPROVED),
    ("declined", DECLINED),
    ("3ds", GUARDED),
    ("challenge", GUARDED),
    ("attempted", "4000000000003006"),
    ("not_authenticated", "4000000000003014"),
    ("rejected", "4000000000003022"),
    ("unavailable", "4000000000003030"),
    ("not_supported", "4000000000003055"),
    ("pending", "4000000000003063"),
];

/// The provider.
pub(crate) struct Psp {
    pub(crate) base: String,
    pub(crate) gate: Gate,
    pub(crate) options: Options,
    pub(crate) authentications: Mutex<Authentications>,
    tokens: Mutex<HashMap<String, Token>>,
}

/// What a token allows, and whether it was used.
struct Token {
    allowance: Value,
    /// The card's number, or the shop's own handler with what the buyer typed in.
    source: Source,
    used: bool,
}

enum Source {
    Card(String),
    Handler(String, Value),
}

/// What the seller asks of a token.
pub(crate) struct Demand<'a> {
    pub(crate) token: &'a str,
    pub(crate) merchant: &'a str,
    pub(crate) session: &'a str,
    pub(crate) amount: i64,
    pub(crate) currency: &'a str,
    /// The shop's own handler; `None` for a card.
    pub(crate) handler: Option<&'a str>,
    pub(crate) authenticated: bool,
}

/// What comes of a demand.
pub(crate) enum Charge {
    /// Paid; with what the buyer typed in for the shop's own handler.
    Paid(Value),
    Authenticate,
    Refused(String),
}

impl Psp {
    pub(crate) fn new(base: String, gate: Gate, options: Options) -> Self {
        Self {
            base,
            gate,
            options,
            authentications: Mutex::default(),
            tokens: Mutex::default(),
        }
    }

    fn tokens(&self) -> MutexGuard<'_, HashMap<String, Token>> {
        self.tokens.lock().unwrap()
    }

    /// Charges a token once, within what it allows.
    pub(crate) fn charge(&self, demand: &Demand<'_>) -> Charge {
        let mut tokens = self.tokens();
        let Some(token) = tokens.get_mut(demand.token) else {
            return Charge::Refused("This payment token is unknown.".to_owned());
        };
        if let Err(reason) = token.allows(demand, self.options.lax) {
            return Charge::Refused(format!("The payment was refused: {reason}."));
        }
        let fields = match &token.source {
            Source::Card(number) if number == DECLINED => {
                return Charge::Refused("The card was declined.".to_owned());
            }
            Source::Card(number) if number == GUARDED && !demand.authenticated => {
                return Charge::Authenticate;
            }
            Source::Card(_) => Value::Null,
            Source::Handler(_, fields) => fields.clone(),
        };
        token.used = true;
        Charge::Paid(fields)
    }

    /// Undoes a charge that the seller could not use.
    pub(crate) fn give_back(&self, token: &str) {
        if let Some(token) = self.tokens().get_mut(token) {
            token.used = false;
        }
    }

    fn delegate(&self, call: &Call) -> Answered {
        let body = call.document()?;
        match text(&body["payment_method"], "number") {
            Some(BROKEN) => return Ok(vault_down()),
            Some(SLOW) => thread::sleep(Duration::from_secs(1)),
            _ => {}
        }
        let method = &body["payment_method"];
        let backed = text(method, "type").is_some_and(|kind| kind.starts_with("seller_backed_"));
        let source = if backed && call.version >= SpecVersion::V2026_01_30 {
            Self::check_backed(call.version, body)?
        } else {
            let shape = "delegate_payment#DelegatePaymentRequest";
            check_shape(call.version, shape, body)?;
            rules::check_card(method)?;
            rules::check_shown(method, self.options.lax)?;
            rules::check_signals(body)?;
            Source::Card(text(method, "number").unwrap_or_default().to_owned())
        };
        rules::check_allowance(&body["allowance"], self.options.lax)?;
        let mut metadata = body["metadata"].as_object().cloned().unwrap_or_default();
        let mut add = |name: &str, value: &Value| {
            metadata.entry(name).or_insert_with(|| value.clone());
        };
        add("merchant_id", &body["allowance"]["merchant_id"]);
        if let Some(key) = &call.key {
            add("idempotency_key", &json!(key));
        }
        if let Source::Handler(id, _) = &source {
            add("handler_id", &json!(id));
        }
        let id = fresh("vt");
        let token = Token {
            allowance: body["allowance"].clone(),
            source,
            used: false,
        };
        self.tokens().insert(id.clone(), token);
        let created = now().to_string();
        Ok(Reply::json(
            201,
            &json!({ "id": id, "created": created, "metadata": metadata }),
        ))
    }

    /// A token for a shop's own handler. What is behind it is the shop's business.
    fn check_backed(version: SpecVersion, body: &Value) -> Result<Source, Refusal> {
        check_shape(version, "delegate_payment#Allowance", &body["allowance"])?;
        let Some(handler) = text(body, "handler_id").filter(|id| !id.is_empty()) else {
            return Err(Refusal::new("invalid", "handler_id is needed").at("$.handler_id"));
        };
        let fields = body["payment_method"]["fields"].clone();
        Ok(Source::Handler(handler.to_owned(), fields))
    }
}

/// A fault of the provider's own.
pub(crate) fn vault_down() -> Reply {
    let text = "The vault does not answer.";
    let error = json!({ "type": "processing_error", "code": "invalid_card", "message": text });
    Reply::json(500, &error)
}

impl Token {
    fn allows(&self, demand: &Demand<'_>, lax: Option<Lax>) -> Result<(), &'static str> {
        let allowance = &self.allowance;
        let is = |member: &str, value: &str| text(allowance, member) == Some(value);
        let ends: Option<Timestamp> = text(allowance, "expires_at").and_then(|at| at.parse().ok());
        let handler = match &self.source {
            Source::Card(_) => None,
            Source::Handler(id, _) => Some(id.as_str()),
        };
        if self.used {
            Err("the token was used")
        } else if lax != Some(Lax::Ended) && ends.is_none_or(|ends| ends <= now()) {
            Err("the token has expired")
        } else if !is("merchant_id", demand.merchant) {
            Err("the token is for another merchant")
        } else if !is("checkout_session_id", demand.session) {
            Err("the token is for another session")
        } else if !is("currency", demand.currency) {
            Err("the token is for another currency")
        } else if rules::amount(&allowance["max_amount"]) < demand.amount {
            Err("the total is above what the token allows")
        } else if handler != demand.handler {
            Err("the token is for another handler")
        } else {
            Ok(())
        }
    }
}

impl Party for Psp {
    fn answer(&self, incoming: &Incoming) -> Reply {
        let terms = Terms::COMMON;
        match (incoming.method.as_str(), incoming.segments().as_slice()) {
            ("POST", ["agentic_commerce", "delegate_payment"]) => {
                self.gate.pass(incoming, terms, |call| self.delegate(call))
            }
            (_, ["agentic_commerce", "delegate_payment"]) => nowhere(incoming, "POST"),
            (_, ["delegate_authentication", ..] | ["acs", _]) => {
                authentication::answer(self, incoming)
            }
            _ => nowhere(incoming, ""),
        }
    }
}
