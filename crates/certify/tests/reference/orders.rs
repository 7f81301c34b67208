//! Orders and what becomes of them.

use comptoir_certify::SpecVersion;
use serde_json::{Value, json};

use super::{
    basics::{fresh, later, now},
    render::{row, totals},
    session::Session,
};

/// An order as the shop keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) id: String,
    number: String,
    session: String,
    permalink: String,
    /// The version of the agent that bought: its events are written in it.
    pub(crate) version: SpecVersion,
    status: &'static str,
    lines: Vec<OrderLine>,
    /// Rows as they were charged.
    totals: Vec<Value>,
    subtotal: i64,
    pub(crate) total: i64,
    fulfillments: Vec<Value>,
    adjustments: Vec<Value>,
    notes: Option<Value>,
    placed_at: jiff::Timestamp,
}

#[derive(Debug, Clone)]
struct OrderLine {
    id: String,
    item: &'static str,
    title: &'static str,
    digital: bool,
    ordered: i64,
    current: i64,
    fulfilled: i64,
    price: i64,
}

impl Order {
    /// The order of a session that was just paid.
    pub(crate) fn of(session: &Session, version: SpecVersion, base: &str, number: usize) -> Self {
        let id = fresh("order");
        let lines: Vec<OrderLine> = session
            .lines
            .iter()
            .map(|line| OrderLine {
                id: line.id(),
                item: line.item.id,
                title: line.item.title,
                digital: line.item.digital,
                ordered: line.units(),
                current: line.units(),
                fulfilled: 0,
                price: line.item.price,
            })
            .collect();
        let mut order = Self {
            permalink: format!("{base}/orders/{id}"),
            id,
            number: format!("R-{number:05}"),
            session: session.id.clone(),
            version,
            status: "confirmed",
            totals: totals(session),
            subtotal: session.priced.base(),
            total: session.priced.total(),
            fulfillments: Vec::new(),
            adjustments: Vec::new(),
            notes: session.notes.clone(),
            placed_at: now(),
            lines,
        };
        order.plan(session);
        order
    }

    /// One fulfilment per kind of delivery, pending.
    fn plan(&mut self, session: &Session) {
        for kind in ["shipping", "digital"] {
            let lines = self
                .lines
                .iter()
                .filter(|line| line.digital == (kind == "digital"));
            let lines: Vec<Value> = lines
                .map(|line| json!({ "id": line.id, "quantity": line.ordered }))
                .collect();
            if lines.is_empty() {
                continue;
            }
            let mut fulfillment = json!({
                "id": format!("ful_{kind}"),
                "type": kind,
                "status": "pending",
                "line_items": lines,
                "events": [],
            });
            if let (Some(address), "shipping") = (session.address(), kind) {
                fulfillment["destination"] = address.clone();
            }
            self.fulfillments.push(fulfillment);
        }
    }

    /// Something happens to the order in the shop; false when it cannot.
    pub(crate) fn act(&mut self, action: &str) -> bool {
        let left = self.total - self.refunded();
        match action {
            _ if self.status == "canceled" => return false,
            "ship" => return self.ship(),
            "deliver" => self.deliver(),
            "cancel" => {
                self.adjust("cancellation", None, self.references());
                self.adjust("refund", Some(left), Value::Null);
                for line in &mut self.lines {
                    line.current = 0;
                }
                for fulfillment in &mut self.fulfillments {
                    fulfillment["status"] = json!("canceled");
                }
                self.status = "canceled";
            }
            "return" => {
                self.deliver();
                self.lines[0].current -= 1;
                self.adjust("return", None, self.first());
                if self.lines.iter().all(|line| line.current == 0) {
                    self.status = "canceled";
                }
            }
            "exchange" => {
                self.deliver();
                self.adjust("exchange", None, self.first());
            }
            "refund" if left == 0 => return false,
            "refund" => self.adjust("refund", Some((left + 1) / 2), Value::Null),
            "credit" => self.adjust("credit", Some(500), Value::Null),
            "dispute" => self.adjust("dispute", Some(self.total), Value::Null),
            "price-adjustment" => self.adjust("price_adjustment", Some(200), Value::Null),
            _ => return false,
        }
        true
    }

    /// Sends everything that is left to send; false when nothing was.
    fn ship(&mut self) -> bool {
        let mut shipped = false;
        for line in &mut self.lines {
            shipped |= line.fulfilled < line.current;
            line.fulfilled = line.current;
        }
        if !shipped {
            return false;
        }
        let parcel = format!("{}?parcel", self.permalink);
        for fulfillment in &mut self.fulfillments {
            if fulfillment["type"] != "shipping" {
                happen(fulfillment, "delivered");
                continue;
            }
            happen(fulfillment, "shipped");
            fulfillment["carrier"] = json!("Parcel Post");
            fulfillment["tracking_number"] = json!(format!("PP{}", self.number));
            fulfillment["tracking_url"] = json!(parcel);
        }
        let parcels = self.lines.iter().any(|line| !line.digital);
        self.status = if parcels { "shipped" } else { "completed" };
        true
    }

    /// Everything has reached the buyer.
    fn deliver(&mut self) {
        self.ship();
        for fulfillment in &mut self.fulfillments {
            if fulfillment["status"] != "delivered" {
                happen(fulfillment, "delivered");
            }
        }
        self.status = "completed";
    }

    fn adjust(&mut self, kind: &str, amount: Option<i64>, lines: Value) {
        let status = if kind == "dispute" {
            "pending"
        } else {
            "completed"
        };
        let mut adjustment = json!({
            "id": fresh("adj"),
            "type": kind,
            "occurred_at": now().to_string(),
            "status": status,
        });
        if let Some(amount) = amount {
            adjustment["amount"] = json!(amount);
            adjustment["currency"] = json!("usd");
        }
        if lines.is_array() {
            adjustment["line_items"] = lines;
        }
        self.adjustments.push(adjustment);
    }

    /// Every line as it was ordered.
    fn references(&self) -> Value {
        let lines = self.lines.iter();
        lines
            .map(|line| json!({ "id": line.id, "quantity": line.ordered }))
            .collect()
    }

    /// One unit of the first line.
    fn first(&self) -> Value {
        json!([{ "id": self.lines[0].id, "quantity": 1 }])
    }

    fn refunded(&self) -> i64 {
        let refunds = self
            .adjustments
            .iter()
            .filter(|one| one["type"] == "refund");
        refunds.filter_map(|one| one["amount"].as_i64()).sum()
    }

    /// The order in a session of `version`.
    pub(crate) fn render(&self, version: SpecVersion) -> Value {
        let mut body = json!({
            "id": self.id,
            "checkout_session_id": self.session,
            "permalink_url": self.permalink,
        });
        if version >= SpecVersion::V2026_01_30 {
            body["order_number"] = json!(self.number);
            body["status"] = json!(self.status);
            body["confirmation"] = json!({ "confirmation_number": self.number });
            body["estimated_delivery"] = json!({
                "earliest": later(self.placed_at, 86_400).to_string(),
                "latest": later(self.placed_at, 7 * 86_400).to_string(),
            });
        }
        if version == SpecVersion::V2026_01_30 && self.status == "completed" {
            body["status"] = json!("delivered");
        }
        if version >= SpecVersion::V2026_04_17 {
            body["type"] = json!("order");
            body["line_items"] = self.lines.iter().map(OrderLine::render).collect();
            body["fulfillments"] = json!(self.fulfillments);
            body["adjustments"] = json!(self.adjustments);
            body["totals"] = json!(self.rows());
            if let Some(notes) = &self.notes {
                body["confirmation"]["order_notes"] = notes.clone();
            }
        }
        body
    }

    /// The rows that were charged, with what was given back since. The subtotal is that of the
    /// lines, before discounts.
    fn rows(&self) -> Vec<Value> {
        let mut rows = self.totals.clone();
        for row in &mut rows {
            if row["type"] == "subtotal" {
                row["amount"] = json!(self.subtotal);
            }
        }
        if self.refunded() > 0 {
            rows.push(row("amount_refunded", "Refunded", self.refunded()));
        }
        rows
    }

    /// The event about the order as it stands, in the words of the version it was bought in.
    pub(crate) fn event(&self, kind: &str) -> Value {
        if self.version >= SpecVersion::V2026_04_17 {
            return json!({ "type": kind, "data": self.render(self.version) });
        }
        let refunds = self
            .adjustments
            .iter()
            .filter_map(|one| match one["type"].as_str() {
                Some("refund") => {
                    Some(json!({ "type": "original_payment", "amount": one["amount"] }))
                }
                Some("credit") => Some(json!({ "type": "store_credit", "amount": one["amount"] })),
                _ => None,
            });
        json!({ "type": kind, "data": {
            "type": "order",
            "checkout_session_id": self.session,
            "permalink_url": self.permalink,
            "status": if self.status == "completed" { "fulfilled" } else { self.status },
            "refunds": refunds.collect::<Vec<_>>(),
        }})
    }
}

/// Something happens to a fulfilment, which takes its status from it.
fn happen(fulfillment: &mut Value, status: &str) {
    fulfillment["status"] = json!(status);
    let event = json!({ "id": fresh("fe"), "type": status, "occurred_at": now().to_string() });
    fulfillment["events"].as_array_mut().unwrap().push(event);
}

impl OrderLine {
    fn render(&self) -> Value {
        let status = match (self.current, self.fulfilled) {
            (0, _) => "removed",
            (current, fulfilled) if fulfilled == current => "fulfilled",
            (_, 0) => "processing",
            _ => "partial",
        };
        json!({
            "id": self.id,
            "title": self.title,
            "product_id": self.item,
            "quantity": { "ordered": self.ordered, "current": self.current, "fulfilled": self.fulfilled },
            "unit_price": self.price,
            "subtotal": self.ordered * self.price,
            "status": status,
        })
    }
}
