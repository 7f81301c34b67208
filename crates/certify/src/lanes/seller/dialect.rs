//! How each dated version writes the requests of checkout.

use serde_json::{Map, Value, json};

use crate::{Address, Buyer, SellerTarget, SpecVersion};

/// Writes requests in one version's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect(pub SpecVersion);

/// The three families of request shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// 2025-09-29: `items`, `fulfillment_address`, `fulfillment_option_id`.
    Flat,
    /// 2025-12-12 and 2026-01-16: `items`, `fulfillment_details`, nested options.
    Nested,
    /// 2026-01-30 and later: `line_items`, `currency`, `capabilities`, flat options.
    Lines,
}

impl Dialect {
    fn family(self) -> Family {
        match self.0 {
            SpecVersion::V2025_09_29 => Family::Flat,
            SpecVersion::V2025_12_12 | SpecVersion::V2026_01_16 => Family::Nested,
            SpecVersion::V2026_01_30 | SpecVersion::V2026_04_17 => Family::Lines,
        }
    }

    /// Whether requests name currency and capabilities (2026-01-30 and later).
    #[must_use]
    pub fn negotiates(self) -> bool {
        self.family() == Family::Lines
    }

    /// The member that holds the requested lines: `items` or `line_items`.
    #[must_use]
    pub fn lines_member(self) -> &'static str {
        match self.family() {
            Family::Flat | Family::Nested => "items",
            Family::Lines => "line_items",
        }
    }

    /// The member that holds the address in requests and answers.
    #[must_use]
    pub fn address_member(self) -> &'static str {
        match self.family() {
            Family::Flat => "fulfillment_address",
            Family::Nested | Family::Lines => "fulfillment_details",
        }
    }

    /// The shape of a session in answers.
    #[must_use]
    pub fn session_shape(self) -> &'static str {
        "CheckoutSession"
    }

    /// The shape of the answer to complete.
    #[must_use]
    pub fn completed_shape(self) -> &'static str {
        "CheckoutSessionWithOrder"
    }

    /// A body that creates a session for `lines` (item id, quantity), without an address.
    #[must_use]
    pub fn create(self, seller: &SellerTarget, lines: &[(&str, u32)]) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert(self.lines_member().to_owned(), self.lines(lines));
        if self.negotiates() {
            body.insert("currency".to_owned(), json!(seller.currency));
            body.insert(
                "capabilities".to_owned(),
                json!({ "interventions": { "supported": ["3ds"] } }),
            );
        }
        body
    }

    /// The requested lines. Versions without a quantity in the schema get it all the same where it
    /// is not one: the specification's known gap.
    #[must_use]
    pub fn lines(self, lines: &[(&str, u32)]) -> Value {
        let implied = self.negotiates();
        let lines = lines.iter().map(|&(id, quantity)| {
            if implied && quantity == 1 {
                json!({ "id": id })
            } else {
                json!({ "id": id, "quantity": quantity })
            }
        });
        Value::Array(lines.collect())
    }

    /// The value of the address member.
    #[must_use]
    pub fn address(self, address: &Address, buyer: &Buyer) -> Value {
        let plain = json!(address);
        match self.family() {
            Family::Flat => plain,
            Family::Nested | Family::Lines => json!({
                "name": address.name,
                "phone_number": buyer.phone_number,
                "email": buyer.email,
                "address": plain,
            }),
        }
    }

    /// A body that selects a fulfilment option of `kind` (`shipping`, `digital`, …) for `item_ids`.
    #[must_use]
    pub fn select_option(self, option_id: &str, kind: &str, item_ids: &[String]) -> Value {
        match self.family() {
            Family::Flat => json!({ "fulfillment_option_id": option_id }),
            Family::Nested => json!({ "selected_fulfillment_options": [
                { "type": kind, kind: { "option_id": option_id, "item_ids": item_ids } }
            ]}),
            Family::Lines => json!({ "selected_fulfillment_options": [
                { "type": kind, "option_id": option_id, "item_ids": item_ids }
            ]}),
        }
    }

    /// A body that completes with a payment token. `handler_id` matters from 2026-01-30 on, the
    /// provider before.
    #[must_use]
    pub fn complete(self, seller: &SellerTarget, token: &str, handler_or_provider: &str) -> Value {
        let billing = json!(seller.address);
        let payment = match self.family() {
            Family::Flat | Family::Nested => json!({
                "token": token,
                "provider": handler_or_provider,
                "billing_address": billing,
            }),
            Family::Lines => json!({
                "handler_id": handler_or_provider,
                "instrument": {
                    "type": "card",
                    "credential": { "type": "spt", "token": token },
                },
                "billing_address": billing,
            }),
        };
        json!({ "buyer": seller.buyer, "payment_data": payment })
    }

    /// The result of an authentication that succeeded, as made up as the card that needed it. Its
    /// transaction must be a new one: providers take no proof twice.
    #[must_use]
    pub fn authenticated(self, transaction_id: &str) -> Value {
        json!({
            "outcome": "authenticated",
            "outcome_details": {
                "three_ds_cryptogram": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "electronic_commerce_indicator": "05",
                "transaction_id": transaction_id,
                "version": "2.2.0",
            },
        })
    }

    /// Outcomes of an authentication that pay nothing, in this version's words.
    #[must_use]
    pub fn failed_outcomes(self) -> &'static [&'static str] {
        match self.0 {
            SpecVersion::V2025_09_29 => &[],
            SpecVersion::V2026_01_16 => &["failed", "rejected", "unavailable"],
            SpecVersion::V2025_12_12 | SpecVersion::V2026_01_30 | SpecVersion::V2026_04_17 => &[
                "denied",
                "rejected",
                "canceled",
                "abandoned",
                "processing_error",
            ],
        }
    }
}
