//! Reading checkout sessions of every version, leniently: the shape is judged apart.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Answer, SpecVersion};

/// A session as a seller answered it.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// The whole document.
    pub json: Value,
    /// The answer that it came in.
    pub answer: Answer,
    version: SpecVersion,
}

impl Session {
    /// The session in an answer, when it has an id.
    #[must_use]
    pub fn read(version: SpecVersion, answer: &Answer) -> Option<Self> {
        let json = answer.json.clone()?;
        let id = json.get("id")?.as_str()?.to_owned();
        Some(Self {
            id,
            json,
            answer: answer.clone(),
            version,
        })
    }

    /// Its status; empty when it has none.
    #[must_use]
    pub fn status(&self) -> &str {
        self.json
            .get("status")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Its currency as written.
    #[must_use]
    pub fn currency(&self) -> &str {
        self.json
            .get("currency")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The amount of the totals row of this type, in minor units; the sum where a type repeats.
    #[must_use]
    pub fn total(&self, kind: &str) -> Option<i64> {
        sum_of(self.json.get("totals")?, kind)
    }

    /// Its lines.
    #[must_use]
    pub fn lines(&self) -> &[Value] {
        list(&self.json, "line_items")
    }

    /// Its messages.
    #[must_use]
    pub fn messages(&self) -> &[Value] {
        list(&self.json, "messages")
    }

    /// Whether a message has this code.
    #[must_use]
    pub fn has_message(&self, code: &str) -> bool {
        self.messages()
            .iter()
            .any(|message| message.get("code").and_then(Value::as_str) == Some(code))
    }

    /// A text member of any part of a session.
    #[must_use]
    pub fn text<'a>(part: &'a Value, member: &str) -> Option<&'a str> {
        part.get(member)?.as_str()
    }

    /// Ids of its lines, in order.
    #[must_use]
    pub fn line_ids(&self) -> Vec<String> {
        let lines = self.lines().iter();
        lines
            .filter_map(|line| Self::text(line, "id"))
            .map(str::to_owned)
            .collect()
    }

    /// Units by item id, over all lines.
    #[must_use]
    pub fn units(&self) -> BTreeMap<&str, u64> {
        let mut units = BTreeMap::new();
        for line in self.lines() {
            if let (Some(id), quantity) = Self::item_of(line) {
                let sum: &mut u64 = units.entry(id).or_default();
                *sum = sum.saturating_add(quantity.unwrap_or(1));
            }
        }
        units
    }

    /// The postal address, wherever the version keeps it.
    #[must_use]
    pub fn address(&self) -> Option<&Value> {
        self.json
            .get("fulfillment_address")
            .or_else(|| self.json.pointer("/fulfillment_details/address"))
    }

    /// The payment handlers on offer.
    #[must_use]
    pub fn handlers(&self) -> &[Value] {
        self.json
            .pointer("/capabilities/payment")
            .map(|payment| list(payment, "handlers"))
            .unwrap_or_default()
    }

    /// The links.
    #[must_use]
    pub fn links(&self) -> &[Value] {
        list(&self.json, "links")
    }

    /// The order, when there is one.
    #[must_use]
    pub fn order(&self) -> Option<&Value> {
        self.json.get("order").filter(|order| !order.is_null())
    }

    /// Messages of type `error`.
    pub fn errors(&self) -> impl Iterator<Item = &Value> {
        let messages = self.messages().iter();
        messages.filter(|message| Self::text(message, "type") == Some("error"))
    }

    /// The fulfilment options on offer.
    #[must_use]
    pub fn options(&self) -> &[Value] {
        list(&self.json, "fulfillment_options")
    }

    /// Ids of the fulfilment options that are selected.
    #[must_use]
    pub fn selected_options(&self) -> Vec<&str> {
        let flat = self
            .json
            .get("fulfillment_option_id")
            .and_then(Value::as_str);
        let nested = list(&self.json, "selected_fulfillment_options")
            .iter()
            .filter_map(|option| {
                option
                    .get("option_id")
                    .or_else(|| {
                        let kind = option.get("type")?.as_str()?;
                        option.get(kind)?.get("option_id")
                    })?
                    .as_str()
            });
        flat.into_iter().chain(nested).collect()
    }

    /// Item id and quantity of a line, wherever the version keeps them.
    #[must_use]
    pub fn item_of(line: &Value) -> (Option<&str>, Option<u64>) {
        let item = line.get("item");
        let id = item.and_then(|item| item.get("id")).and_then(Value::as_str);
        let quantity = line
            .get("quantity")
            .or_else(|| item.and_then(|item| item.get("quantity")))
            .and_then(Value::as_u64);
        (id, quantity)
    }

    /// The payment handler's id (2026-01-30 on) or the payment provider's name (before).
    #[must_use]
    pub fn handler_or_provider(&self) -> Option<&str> {
        if self.version >= SpecVersion::V2026_01_30 {
            self.handler()?.get("id")?.as_str()
        } else {
            self.json.pointer("/payment_provider/provider")?.as_str()
        }
    }

    /// The merchant id that an allowance must name.
    #[must_use]
    pub fn merchant_id(&self) -> Option<&str> {
        let from_handler = self
            .handler()
            .and_then(|one| one.pointer("/config/merchant_id"));
        from_handler
            .or_else(|| self.json.pointer("/payment_provider/merchant_id"))?
            .as_str()
    }

    /// The first payment handler that takes delegated payments.
    fn handler(&self) -> Option<&Value> {
        let handlers = self
            .json
            .pointer("/capabilities/payment/handlers")?
            .as_array()?;
        handlers
            .iter()
            .find(|one| one.get("requires_delegate_payment") == Some(&Value::Bool(true)))
            .or_else(|| handlers.first())
    }
}

/// The members of an array; none when it is missing.
fn list<'a>(json: &'a Value, member: &str) -> &'a [Value] {
    json.get(member)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// The sum of all rows of one type; `None` without such a row or when it leaves 64 bits.
pub(crate) fn sum_of(totals: &Value, kind: &str) -> Option<i64> {
    let mut sum = None;
    for row in totals.as_array()? {
        if row.get("type").and_then(Value::as_str) == Some(kind) {
            sum = Some(
                sum.unwrap_or(0_i64)
                    .checked_add(row.get("amount")?.as_i64()?)?,
            );
        }
    }
    sum
}
