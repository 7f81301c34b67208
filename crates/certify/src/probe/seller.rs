//! Finding out what a seller speaks, sells and offers. Sessions are created and cancelled, never
//! completed.

use std::sync::Arc;

use serde_json::{Value, json};
use url::Url;

use super::{Candidate, Face, Unreachable, offers, reach, supported, versions::refuses_version};
use crate::{
    Answer, Case, Runner, SchemaJudge, SellerTarget, SpecVersion, Stop, Target, WireError,
    lanes::seller::{Seller, Session},
};

/// Items that are enough.
const ITEMS_WANTED: usize = 3;
/// Units of each item with which a whole run surely gets by: its checks buy several hundred.
const UNITS_WANTED: u32 = 1_000;
/// Units that are tried next: better than an item with a handful.
const UNITS_SOME: u32 = 100;
/// Most items that are tried.
const ITEMS_TRIED_MAX: usize = 16;
/// Most items that a feed calls unavailable and that are tried.
const UNAVAILABLE_TRIED_MAX: usize = 3;

/// What was found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// The versions it speaks, oldest first.
    pub(crate) versions: Vec<SpecVersion>,
    /// Where that is known from.
    pub(crate) versions_from: &'static str,
    /// Whether it has a discovery document.
    pub(crate) discovery: bool,
    /// Items that can be bought.
    pub(crate) items: Vec<String>,
    /// An item that is listed and cannot be had.
    pub(crate) out_of_stock_item: Option<String>,
    /// An item that is not shipped.
    pub(crate) digital_item: Option<String>,
    /// The currency of its sessions.
    pub(crate) currency: Option<String>,
    /// Its payment handlers: id, name, provider.
    pub(crate) handlers: Vec<(String, String, String)>,
    /// Its merchant id at the payment provider.
    pub(crate) merchant_id: Option<String>,
    /// What it offers beyond checkout, in the words of the configuration.
    pub(crate) offers: Vec<String>,
    /// What the person should know.
    pub(crate) notes: Vec<String>,
}

/// Why nothing was found.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It does not answer.
    Unreachable(Unreachable),
    /// It answers, and refuses: the text says what and what to do.
    Refused(String),
    /// No client.
    Wire(WireError),
}

/// Looks at a seller.
pub(crate) async fn look(
    target: &SellerTarget,
    judge: &Arc<SchemaJudge>,
    candidates: &[Candidate],
) -> Result<Found, Trouble> {
    let key = target.key.expose().unwrap_or_default();
    let case = case(target, judge, SpecVersion::LATEST)?;
    let knocked = reach(&case, &target.url, Some(key), Face::Seller)
        .await
        .map_err(Trouble::Unreachable)?;
    if matches!(knocked.status, 401 | 403) {
        return Err(Trouble::Refused(format!(
            "the seller refuses the key: {} {}; check --key, and whether it is a key for tests",
            knocked.status,
            case.excerpt(&knocked)
        )));
    }
    let (versions, document) = supported(&case, &target.url, key).await;
    let mut probe = Probe {
        found: Found {
            discovery: document.is_some(),
            versions_from: if document.is_some() {
                "its discovery document"
            } else {
                "its error for an unknown version"
            },
            versions,
            ..Found::default()
        },
        target: target.clone(),
        judge: Arc::clone(judge),
        document,
        scarce: Vec::new(),
        scarce_with_some: 0,
    };
    probe.compare_addresses();
    probe.settle_version(candidates).await?;
    probe.try_items(candidates).await?;
    Ok(probe.found)
}

struct Probe {
    found: Found,
    target: SellerTarget,
    judge: Arc<SchemaJudge>,
    document: Option<Value>,
    /// Items that can be bought, and of which there are too few; those with more units first.
    scarce: Vec<String>,
    /// How many of them have [`UNITS_SOME`].
    scarce_with_some: usize,
}

impl Probe {
    /// Discovery may name another address than the one given.
    fn compare_addresses(&mut self) {
        let named = self.document.as_ref().and_then(|document| {
            let url = document.get("api_base_url")?.as_str()?;
            Url::parse(url).ok()
        });
        if let Some(named) = named
            && trimmed(&named) != trimmed(&self.target.url)
        {
            self.found.notes.push(format!(
                "discovery says that the API is at {named}, you gave {}",
                self.target.url
            ));
        }
    }

    /// Where the seller names no version, tries them from the newest to the oldest.
    async fn settle_version(&mut self, candidates: &[Candidate]) -> Result<(), Trouble> {
        if !self.found.versions.is_empty() {
            return Ok(());
        }
        self.found.versions_from = "trying them";
        for version in SpecVersion::ALL.into_iter().rev() {
            let case = self.case(version)?;
            let seller = seller(&case)?;
            let id = candidates.first().map_or("none", |one| one.id.as_str());
            let body = seller.dialect().create(&self.target, &[(id, 1)]);
            let answer = seller.create(&Value::Object(body)).await;
            if let Ok(answer) = answer
                && !refuses_version(&answer)
            {
                if let Some(session) = Session::read(version, &answer) {
                    cancel(&seller, &session.id).await;
                }
                self.found.versions.insert(0, version);
            }
        }
        if self.found.versions.is_empty() {
            return Err(Trouble::Refused(
                "the seller refuses every released API-Version; is this an ACP endpoint?"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// Creates a session for one item after the other until enough can be bought.
    async fn try_items(&mut self, candidates: &[Candidate]) -> Result<(), Trouble> {
        let version = self.found.versions.last().copied();
        let version = version.unwrap_or(SpecVersion::LATEST);
        if let Some(currency) = candidates.iter().find_map(|one| one.currency.clone()) {
            self.target.currency = currency;
        }
        let case = self.case(version)?;
        let seller = seller(&case)?;
        let (mut tried, mut unavailable, mut refusal) = (0_usize, 0_usize, None);
        for candidate in candidates {
            let listed_as_gone = candidate.available == Some(false);
            let wanted = if listed_as_gone {
                self.found.out_of_stock_item.is_none() && unavailable < UNAVAILABLE_TRIED_MAX
            } else {
                candidate.named
                    || self.found.items.len() < ITEMS_WANTED
                    || (candidate.digital && self.found.digital_item.is_none())
            };
            if !wanted || tried >= ITEMS_TRIED_MAX {
                continue;
            }
            tried = tried.saturating_add(1);
            unavailable = unavailable.saturating_add(usize::from(listed_as_gone));
            refusal = Some(match self.try_item(&seller, version, candidate).await {
                Ok(answer) => format!("{} {}", answer.status, case.excerpt(&answer)),
                Err(Stop::Found(finding)) => finding.found,
                Err(Stop::NotApplicable(reason) | Stop::NotTested(reason)) => reason,
            });
        }
        self.fill_up_with_scarce();
        if self.found.items.is_empty() {
            // An unknown item may look like one that cannot be had.
            self.found.out_of_stock_item = None;
            let why = refusal.map_or_else(String::new, |why| format!("; the last answer: {why}"));
            self.found.notes.push(format!(
                "none of {tried} items can be bought{why}. Give items that can with --item or --feed"
            ));
        }
        self.try_cart(&case, &seller, version).await;
        Ok(())
    }

    async fn try_item(
        &mut self,
        seller: &Seller,
        version: SpecVersion,
        candidate: &Candidate,
    ) -> Result<Answer, Stop> {
        let mut body = seller.dialect().create(&self.target, &[(&candidate.id, 1)]);
        let plain = Value::Object(body.clone());
        if let Some(capabilities) = body.get_mut("capabilities").and_then(Value::as_object_mut) {
            capabilities.insert("extensions".to_owned(), json!(offers::ASKED));
        }
        let mut answer = seller.create(&Value::Object(body)).await?;
        if answer.is_refusal() {
            // Some sellers refuse extensions that they do not know.
            answer = seller.create(&plain).await?;
        }
        let session = Session::read(version, &answer).filter(|_| answer.is_success());
        let Some(session) = session else {
            let said = answer.body.to_ascii_lowercase();
            let gone = said.windows(12).any(|part| part == b"out_of_stock");
            if gone && self.found.out_of_stock_item.is_none() {
                self.found.out_of_stock_item = Some(candidate.id.clone());
            }
            return Ok(answer);
        };
        self.note_session(&session);
        let id = candidate.id.clone();
        if session.has_message("out_of_stock") {
            self.found.out_of_stock_item.get_or_insert(id);
        } else if is_digital(candidate, &session) {
            self.found.digital_item.get_or_insert(id);
        } else if !session.lines().is_empty() {
            if self.has(UNITS_WANTED, seller, version, &id).await? {
                self.found.items.push(id);
            } else if self.has(UNITS_SOME, seller, version, &id).await? {
                self.scarce.insert(self.scarce_with_some, id);
                self.scarce_with_some = self.scarce_with_some.saturating_add(1);
            } else {
                self.scarce.push(id);
            }
        }
        cancel(seller, &session.id).await;
        Ok(answer)
    }

    /// Whether the seller takes so many units of it into a session without any complaint.
    async fn has(
        &self,
        units: u32,
        seller: &Seller,
        version: SpecVersion,
        id: &str,
    ) -> Result<bool, Stop> {
        let body = seller.dialect().create(&self.target, &[(id, units)]);
        let answer = seller.create(&Value::Object(body)).await?;
        let Some(session) = Session::read(version, &answer).filter(|_| answer.is_success()) else {
            return Ok(false);
        };
        cancel(seller, &session.id).await;
        let complains = session.messages().iter().any(|message| {
            let code = message.get("code").and_then(Value::as_str);
            code.is_some_and(|code| {
                matches!(code, "out_of_stock" | "low_stock" | "quantity_exceeded")
            })
        });
        let mut lines = session.lines().iter();
        Ok(!complains && lines.any(|line| Session::item_of(line).1 == Some(units.into())))
    }

    /// Two items at least, even when there are not many units; where none has enough, a run lasts
    /// longest with all that are wanted.
    fn fill_up_with_scarce(&mut self) {
        let least = if self.found.items.is_empty() {
            ITEMS_WANTED
        } else {
            2
        };
        while self.found.items.len() < least && !self.scarce.is_empty() {
            let id = self.scarce.remove(0);
            self.found.notes.push(format!(
                "the seller does not take {UNITS_WANTED} units of {id} into a session; a whole run \
                 buys several hundred: raise its stock, or what sells out is not tested"
            ));
            self.found.items.push(id);
        }
    }

    fn note_session(&mut self, session: &Session) {
        let currency = session.currency().to_lowercase();
        if !currency.is_empty() {
            self.target.currency.clone_from(&currency);
            self.found.currency.get_or_insert(currency);
        }
        if self.found.merchant_id.is_none() {
            self.found.merchant_id = session.merchant_id().map(str::to_owned);
        }
        if self.found.handlers.is_empty() {
            self.found.handlers = handlers(&session.json);
        }
        for offer in offers(&session.json, self.document.as_ref()) {
            if !self.found.offers.contains(&offer) {
                self.found.offers.push(offer);
            }
        }
    }

    async fn try_cart(&mut self, case: &Case, seller: &Seller, version: SpecVersion) {
        let Some(item) = self.found.items.first() else {
            return;
        };
        if version < SpecVersion::V2026_04_17 {
            return;
        }
        let body = json!({ "line_items": [{ "id": item }] });
        let Ok(request) = seller.post_request("/carts", &body) else {
            return;
        };
        let answer = case.try_send(&self.target.url, &request).await;
        let Some(cart) = answer.ok().filter(Answer::is_success) else {
            return;
        };
        self.found.offers.push("carts".to_owned());
        if let Some(id) = cart.text("/id")
            && let Ok(request) = seller.post_request(format!("/carts/{id}/cancel"), &json!({}))
        {
            // Only tidying up: a cart that stays ends by itself.
            let _ = case.try_send(&self.target.url, &request).await;
        }
    }

    fn case(&self, version: SpecVersion) -> Result<Arc<Case>, Trouble> {
        case(&self.target, &self.judge, version)
    }
}

fn case(
    target: &SellerTarget,
    judge: &Arc<SchemaJudge>,
    version: SpecVersion,
) -> Result<Arc<Case>, Trouble> {
    let target = Target {
        seller: Some(target.clone()),
        ..Target::default()
    };
    let runner = Runner::new(version, target, Arc::clone(judge)).map_err(Trouble::Wire)?;
    Ok(runner.case())
}

fn seller(case: &Arc<Case>) -> Result<Seller, Trouble> {
    Seller::of(case).map_err(|_| Trouble::Refused("no seller to look at".to_owned()))
}

/// Only tidying up: a session that stays ends by itself.
async fn cancel(seller: &Seller, id: &str) {
    let _ = seller.cancel(id).await;
}

fn is_digital(candidate: &Candidate, session: &Session) -> bool {
    let mut options = session.options().iter();
    candidate.digital
        || options.any(|option| option.get("type").and_then(Value::as_str) == Some("digital"))
}

fn handlers(session: &Value) -> Vec<(String, String, String)> {
    let all = session
        .pointer("/capabilities/payment/handlers")
        .and_then(Value::as_array);
    let newer = all.into_iter().flatten().map(|handler| {
        let text = |name: &str| {
            let value = handler.get(name).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        (text("id"), text("name"), text("psp"))
    });
    let provider = session.pointer("/payment_provider/provider");
    let older = provider.and_then(Value::as_str).map(|provider| {
        (
            provider.to_owned(),
            "payment_provider".to_owned(),
            provider.to_owned(),
        )
    });
    newer.chain(older).collect()
}

fn trimmed(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}
