//! A seller's checkout session as it came over the wire, reduced to what is shown or compared.
//!
//! Sellers are strangers: other versions, missing `content_type`, upper-case currency and unknown
//! values are read as far as they make sense, and everything that decides about money is required.
//! Unknown totals types are kept, because a row that is not understood must stop the purchase.

use comptoir_acp::currency::Currency;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::text;

/// Most lines, totals rows, options, messages and links that are read from one session.
const ENTRIES_MAX: usize = 200;
/// Longest identifier that is accepted, in bytes.
const ID_BYTES_MAX: usize = 512;

/// Where the seller says the session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionStatus {
    /// The buyer or the agent still has to do something.
    NotReady,
    /// It can be completed.
    Ready,
    /// The buyer's bank wants a confirmation.
    AuthenticationRequired,
    /// Somebody at the seller, or the seller's saga, is at work.
    InProgress,
    /// There is an order.
    Completed,
    /// Canceled or expired.
    Closed,
}

/// A checkout session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) status: SessionStatus,
    pub(crate) currency: Currency,
    /// A second currency the seller wants to show; anything but `currency` is refused.
    pub(crate) presentment_currency: Option<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) totals: Vec<TotalRow>,
    pub(crate) options: Vec<DeliveryOption>,
    pub(crate) selected: Vec<String>,
    pub(crate) messages: Vec<Message>,
    pub(crate) links: Vec<Link>,
    pub(crate) handler: Option<Handler>,
    /// The address the seller holds, when it says so.
    pub(crate) address: Option<HeldAddress>,
}

/// A line as the seller prices it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) item_id: String,
    pub(crate) quantity: u32,
    pub(crate) name: String,
    pub(crate) unit_amount: Option<i64>,
    pub(crate) totals: Vec<TotalRow>,
    /// Chosen options and disclosures, ready to show.
    pub(crate) details: Vec<String>,
}

/// A row of amounts, in minor units with the wire's sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TotalRow {
    /// The wire's `type`.
    pub(crate) kind: String,
    pub(crate) label: String,
    pub(crate) amount: i64,
}

/// A way to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeliveryOption {
    /// `shipping`, `digital`, `pickup` or `local_delivery`.
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) carrier: Option<String>,
    pub(crate) earliest: Option<jiff::Timestamp>,
    pub(crate) latest: Option<jiff::Timestamp>,
    pub(crate) total: Option<i64>,
}

/// Something the seller wants to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) is_error: bool,
    pub(crate) code: String,
    pub(crate) content: String,
    pub(crate) param: Option<String>,
}

/// A link of the seller, already checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) host: String,
}

/// How the seller can be paid with a delegated card token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Handler {
    pub(crate) id: String,
    pub(crate) merchant_id: String,
}

/// The parts of an address that must not change behind the buyer's back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HeldAddress {
    pub(crate) line_one: String,
    pub(crate) city: String,
    pub(crate) postal_code: String,
    pub(crate) country: String,
}

impl Session {
    /// Reads a session; `None` when something that decides about money is missing or no number.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        Some(Self {
            id: id(value.get("id")?)?,
            status: status(value.get("status")?.as_str()?),
            currency: Currency::from_code(value.get("currency")?.as_str()?).ok()?,
            presentment_currency: text_of(value, "presentment_currency", 8),
            lines: each(value.get("line_items")?, line)?,
            totals: each(value.get("totals")?, total)?,
            options: lenient(value.get("fulfillment_options"), option),
            selected: lenient(value.get("selected_fulfillment_options"), |entry| {
                id(entry.get("option_id")?)
            }),
            messages: lenient(value.get("messages"), message),
            links: lenient(value.get("links"), link),
            handler: handler(value),
            address: value
                .pointer("/fulfillment_details/address")
                .and_then(held_address),
        })
    }

    /// The row of this type; `None` when there is none or more than one.
    pub(crate) fn only(&self, kind: &str) -> Option<i64> {
        only(&self.totals, kind)
    }

    /// Whether the seller complains with this code.
    pub(crate) fn complains(&self, code: &str) -> bool {
        self.messages
            .iter()
            .any(|message| message.is_error && message.code == code)
    }
}

/// The amount of the only row of this type.
pub(crate) fn only(rows: &[TotalRow], kind: &str) -> Option<i64> {
    let mut found = rows.iter().filter(|row| row.kind == kind);
    let first = found.next()?;
    found.next().is_none().then_some(first.amount)
}

fn status(text: &str) -> SessionStatus {
    match text {
        "ready_for_payment" => SessionStatus::Ready,
        "authentication_required" => SessionStatus::AuthenticationRequired,
        "complete_in_progress" | "pending_approval" => SessionStatus::InProgress,
        "completed" => SessionStatus::Completed,
        "canceled" | "cancelled" | "expired" => SessionStatus::Closed,
        // `in_progress` is used in two contradictory ways; like anything unknown, it is not payable.
        _ => SessionStatus::NotReady,
    }
}

fn line(value: &Value) -> Option<Line> {
    let item = value.get("item");
    let item_id = item
        .and_then(|item| item.get("id"))
        .or_else(|| value.get("item_id"))?;
    let name = text_of(value, "name", 200)
        .or_else(|| item.and_then(|item| text_of(item, "name", 200)))
        .unwrap_or_default();
    let unit = value
        .get("unit_amount")
        .or_else(|| item.and_then(|item| item.get("unit_amount")))
        .filter(|unit| !unit.is_null());
    let mut details = lenient(value.get("variant_options"), |option| {
        Some(format!(
            "{}: {}",
            text_of(option, "name", 60)?,
            text_of(option, "value", 100)?
        ))
    });
    details.extend(lenient(value.get("disclosures"), |entry| {
        text_of(entry, "content", 500)
    }));
    Some(Line {
        id: id(value.get("id")?)?,
        item_id: id(item_id)?,
        quantity: u32::try_from(value.get("quantity")?.as_u64()?).ok()?,
        name,
        unit_amount: match unit {
            Some(unit) => Some(unit.as_i64()?),
            None => None,
        },
        totals: match value.get("totals") {
            Some(rows) => each(rows, total)?,
            None => Vec::new(),
        },
        details,
    })
}

fn total(value: &Value) -> Option<TotalRow> {
    let kind = value.get("type")?.as_str()?;
    let words = [
        text_of(value, "display_text", 80),
        text_of(value, "description", 120),
    ];
    Some(TotalRow {
        kind: text::line(kind, 40),
        // The description says, for example, how much tax the total contains.
        label: words.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        amount: value.get("amount")?.as_i64()?,
    })
}

fn option(value: &Value) -> Option<DeliveryOption> {
    let at = |name: &str| value.get(name).and_then(Value::as_str).and_then(day);
    let rows: Vec<TotalRow> = lenient(value.get("totals"), total);
    Some(DeliveryOption {
        kind: text_of(value, "type", 20)?,
        id: id(value.get("id")?)?,
        title: text_of(value, "title", 100).unwrap_or_default(),
        carrier: text_of(value, "carrier", 60),
        earliest: at("earliest_delivery_time"),
        latest: at("latest_delivery_time"),
        total: only(&rows, "total"),
    })
}

/// The start of the day in UTC: days are what is shown, and sellers that count from now would
/// otherwise seem to change the order every second.
fn day(time: &str) -> Option<jiff::Timestamp> {
    const DAY_S: i64 = 86_400;
    let at: jiff::Timestamp = time.parse().ok()?;
    let seconds = at.as_second();
    jiff::Timestamp::from_second(seconds - seconds.rem_euclid(DAY_S)).ok()
}

fn message(value: &Value) -> Option<Message> {
    Some(Message {
        is_error: value.get("type").and_then(Value::as_str) == Some("error"),
        code: text_of(value, "code", 60).unwrap_or_default(),
        content: text_of(value, "content", 500)?,
        param: text_of(value, "param", 200),
    })
}

fn link(value: &Value) -> Option<Link> {
    let safe = text::SafeLink::parse(value.get("url")?.as_str()?)?;
    let label = text_of(value, "title", 80)
        .or_else(|| text_of(value, "type", 40).map(|kind| kind.replace('_', " ")))?;
    Some(Link {
        label,
        href: safe.href,
        host: safe.host,
    })
}

fn handler(session: &Value) -> Option<Handler> {
    let handlers = session
        .pointer("/capabilities/payment/handlers")?
        .as_array()?;
    handlers.iter().take(ENTRIES_MAX).find_map(|handler| {
        let name = handler.get("name")?.as_str()?;
        let delegated = handler.get("requires_delegate_payment")?.as_bool()?;
        if name != "dev.acp.tokenized.card" || !delegated {
            return None;
        }
        Some(Handler {
            id: id(handler.get("id")?)?,
            merchant_id: id(handler.pointer("/config/merchant_id")?)?,
        })
    })
}

fn held_address(value: &Value) -> Option<HeldAddress> {
    Some(HeldAddress {
        line_one: text_of(value, "line_one", 120)?,
        city: text_of(value, "city", 120)?,
        postal_code: text_of(value, "postal_code", 40)?,
        country: text_of(value, "country", 10)?,
    })
}

/// An identifier: kept exactly, because it is sent back; refused when it is odd.
fn id(value: &Value) -> Option<String> {
    let id = value.as_str()?;
    let plain = !id.is_empty() && id.len() <= ID_BYTES_MAX && !id.chars().any(char::is_control);
    plain.then(|| id.to_owned())
}

fn text_of(value: &Value, name: &str, chars_max: usize) -> Option<String> {
    let clean = text::line(value.get(name)?.as_str()?, chars_max);
    (!clean.is_empty()).then_some(clean)
}

/// Every entry, or nothing: for what decides about money.
fn each<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    let entries = value.as_array()?;
    if entries.len() > ENTRIES_MAX {
        return None;
    }
    entries.iter().map(read).collect()
}

/// The entries that can be read: for what is only shown.
fn lenient<T>(value: Option<&Value>, read: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    let entries = value
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    entries.iter().take(ENTRIES_MAX).filter_map(read).collect()
}
