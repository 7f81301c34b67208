//! What the judge's shop sells, and what a session of it costs.

use serde_json::{Map, Value, json};

use crate::lanes::documents::{object, text};

/// The item that the agent is asked to buy.
pub const ITEM_ID: &str = "certify-mug";
/// The product in feeds of which it is a variant.
pub(super) const FEED_PRODUCT: &str = "certify-mugs";
/// Its name.
pub const ITEM_TITLE: &str = "Certify mug";
/// Its price in minor units.
pub const ITEM_PRICE: i64 = 2_000;
/// The shop's account at the payment provider.
pub const MERCHANT_ID: &str = "acct_certify";
/// The name by which handlers of the shop name the provider.
pub const PSP_NAME: &str = "certify_psp";
/// A discount code of 5.00.
pub const CODE: &str = "SAVE5";

/// Deliveries: id, title, price in minor units.
pub(super) const OPTIONS: [(&str, &str, i64); 2] =
    [("standard", "Standard", 500), ("express", "Express", 1_200)];
/// What the code takes off, in minor units.
const CODE_WORTH: i64 = 500;

/// Words and prices that a scenario may change; totals follow.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    pub(super) item: &'static str,
    pub(super) title: String,
    pub(super) unit: i64,
    pub(super) quantity_add: i64,
    /// A line that nobody asked for, with this price.
    pub(super) gift_card: Option<i64>,
    pub(super) fee: i64,
    /// A discount that nobody asked for.
    pub(super) promotion: i64,
    pub(super) delivery_add: i64,
    /// Put before the ids of deliveries.
    pub(super) option_prefix: &'static str,
    pub(super) currency: &'static str,
    pub(super) merchant: Option<&'static str>,
    pub(super) handler: &'static str,
    pub(super) city: Option<&'static str>,
    /// Status instead of the one that follows from the data.
    pub(super) status: Option<&'static str>,
    /// The card's authentication is needed before anything is paid.
    pub(super) authentication: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            item: ITEM_ID,
            title: ITEM_TITLE.to_owned(),
            unit: ITEM_PRICE,
            quantity_add: 0,
            gift_card: None,
            fee: 0,
            promotion: 0,
            delivery_add: 0,
            option_prefix: "",
            currency: "usd",
            merchant: Some(MERCHANT_ID),
            handler: "card",
            city: None,
            status: None,
            authentication: false,
        }
    }
}

/// A line of a session or cart.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) item: String,
    pub(super) title: String,
    pub(super) quantity: i64,
    pub(super) unit: i64,
}

impl Line {
    pub(super) fn amount(&self) -> i64 {
        self.unit.saturating_mul(self.quantity)
    }

    pub(super) fn tax(&self) -> i64 {
        self.amount() / 10
    }
}

/// A checkout session.
#[derive(Debug, Clone, Default)]
pub(super) struct Session {
    pub(super) id: String,
    /// Pieces of the item, line by line.
    pub(super) pieces: Vec<i64>,
    pub(super) buyer: Option<Value>,
    pub(super) details: Option<Value>,
    /// Place of the chosen delivery.
    pub(super) option: Option<usize>,
    pub(super) codes: Vec<String>,
    pub(super) notes: Option<Value>,
    /// `canceled`, `completed`, `complete_in_progress`.
    pub(super) end: Option<&'static str>,
    pub(super) order: Option<String>,
    pub(super) declined: bool,
    /// How often it was read while the completion was under way.
    pub(super) looks: u32,
    pub(super) authenticated: bool,
}

impl Session {
    /// Takes what a create or update says.
    pub(super) fn take(&mut self, body: &Value, prefix: &str) -> Result<(), String> {
        let lines = body.get("line_items").or_else(|| body.get("items"));
        if let Some(lines) = lines.and_then(Value::as_array) {
            self.pieces = lines.iter().map(pieces).collect::<Result<_, _>>()?;
        }
        let keep = |name: &str, slot: &mut Option<Value>| match body.get(name) {
            Some(Value::Null) => *slot = None,
            Some(value) => *slot = Some(value.clone()),
            None => {}
        };
        keep("buyer", &mut self.buyer);
        keep("fulfillment_details", &mut self.details);
        keep("order_notes", &mut self.notes);
        if let Some(address) = body.get("fulfillment_address") {
            self.details = Some(object([("address", address.clone())]));
        }
        if let Some(codes) = body.pointer("/discounts/codes").and_then(Value::as_array) {
            self.codes = codes
                .iter()
                .filter_map(|code| Some(code.as_str()?.to_owned()))
                .collect();
        }
        if let Some(id) = chosen(body) {
            let id = id.strip_prefix(prefix).unwrap_or(id);
            let place = OPTIONS.iter().position(|(option, ..)| *option == id);
            self.option = Some(place.ok_or_else(|| format!("no delivery {id}"))?);
        } else if self.option.is_none() && self.address().is_some() {
            self.option = Some(0);
        }
        Ok(())
    }

    pub(super) fn address(&self) -> Option<&Value> {
        self.details.as_ref()?.get("address")
    }

    /// The lines under these terms.
    pub(super) fn lines(&self, terms: &Terms) -> Vec<Line> {
        let mut lines: Vec<Line> = (1_i64..)
            .zip(&self.pieces)
            .map(|(place, pieces)| Line {
                id: format!("line_{place}"),
                item: terms.item.to_owned(),
                title: terms.title.clone(),
                quantity: pieces.saturating_add(terms.quantity_add),
                unit: terms.unit,
            })
            .collect();
        if let Some(price) = terms.gift_card {
            lines.push(Line {
                id: "line_gift".to_owned(),
                item: "certify-gift-card".to_owned(),
                title: "Gift card".to_owned(),
                quantity: 1,
                unit: price,
            });
        }
        lines
    }

    /// The chosen delivery's price.
    pub(super) fn delivery(&self, terms: &Terms) -> Option<i64> {
        let (.., price) = OPTIONS.get(self.option?)?;
        Some(price.saturating_add(terms.delivery_add))
    }

    /// What the codes take off.
    pub(super) fn discount(&self) -> i64 {
        if self.codes.iter().any(|code| code == CODE) {
            CODE_WORTH
        } else {
            0
        }
    }

    /// The totals rows under these terms.
    pub(super) fn rows(&self, terms: &Terms) -> Vec<Value> {
        let lines = self.lines(terms);
        let base = lines
            .iter()
            .map(Line::amount)
            .fold(0_i64, i64::saturating_add);
        let tax = lines.iter().map(Line::tax).fold(0_i64, i64::saturating_add);
        let mut rows = vec![
            row("items_base_amount", "Items", base),
            row("subtotal", "Subtotal", base),
        ];
        let mut total = base.saturating_add(tax);
        if self.discount() > 0 {
            rows.push(row("discount", "Discount", self.discount()));
            total = total.saturating_sub(self.discount());
        }
        if terms.promotion > 0 {
            rows.push(row("discount", "Spring discount", terms.promotion));
            total = total.saturating_sub(terms.promotion);
        }
        if let Some(delivery) = self.delivery(terms) {
            rows.push(row("fulfillment", "Delivery", delivery));
            total = total.saturating_add(delivery);
        }
        rows.push(row("tax", "Tax", tax));
        if terms.fee > 0 {
            rows.push(row("fee", "Handling", terms.fee));
            total = total.saturating_add(terms.fee);
        }
        rows.push(row("total", "Total", total));
        rows
    }

    /// The total under these terms.
    pub(super) fn total(&self, terms: &Terms) -> i64 {
        let rows = self.rows(terms);
        let last = rows.last().and_then(|row| row.get("amount")?.as_i64());
        last.unwrap_or_default()
    }

    /// The status under these terms.
    pub(super) fn status(&self, terms: &Terms) -> &'static str {
        if let Some(end) = self.end {
            return end;
        }
        if let Some(status) = terms.status {
            return status;
        }
        if self.option.is_none() || self.address().is_none() {
            return "not_ready_for_payment";
        }
        if terms.authentication && !self.authenticated {
            return "authentication_required";
        }
        "ready_for_payment"
    }
}

/// Pieces of a requested line; the item must be the shop's.
fn pieces(line: &Value) -> Result<i64, String> {
    let id = text(line, "id");
    if id != ITEM_ID {
        return Err(format!("the shop has no item {id}"));
    }
    Ok(line.get("quantity").and_then(Value::as_i64).unwrap_or(1))
}

/// The delivery that a body chooses, in any version's words.
fn chosen(body: &Value) -> Option<&str> {
    let first = body.pointer("/selected_fulfillment_options/0");
    first
        .and_then(|option| {
            option
                .get("option_id")
                .or_else(|| option.pointer("/shipping/option_id"))
        })
        .or_else(|| body.get("fulfillment_option_id"))?
        .as_str()
}

/// A totals row.
pub(super) fn row(kind: &str, label: &str, amount: i64) -> Value {
    json!({ "type": kind, "display_text": label, "amount": amount })
}

/// Adds a member to an object, when there is a value.
pub(super) fn member(members: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        members.insert(name.to_owned(), value);
    }
}
