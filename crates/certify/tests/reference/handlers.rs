//! Payment handlers: the card of any buyer, and what the shop keeps for its member.

use std::collections::HashMap;

use comptoir_certify::SpecVersion;
use serde_json::{Value, json};

use super::{
    psp::MERCHANT,
    seller::{Seller, Shop},
    session::Session,
};

/// The buyer with saved cards, points and store credit.
pub(crate) const MEMBER: &str = "buyer@example.com";

/// A means to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Means {
    Card,
    Saved(&'static SavedCard),
    GiftCard,
    Points,
    StoreCredit,
    /// A kind of the shop's own.
    MealVoucher,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SavedCard {
    handler: &'static str,
    brand: &'static str,
    last4: &'static str,
    /// Whether its issuer declines.
    declines: bool,
    /// Expired ones are not declared.
    expired: bool,
}

const fn saved(handler: &'static str, brand: &'static str, last4: &'static str) -> SavedCard {
    SavedCard {
        handler,
        brand,
        last4,
        declines: false,
        expired: false,
    }
}

const SAVED_CARDS: [SavedCard; 4] = [
    saved("saved_visa", "visa", "4242"),
    saved("saved_amex", "amex", "0005"),
    SavedCard {
        declines: true,
        ..saved("saved_discover", "discover", "9424")
    },
    SavedCard {
        expired: true,
        ..saved("saved_mastercard", "mastercard", "4444")
    },
];

impl Means {
    pub(crate) fn handler_id(self) -> &'static str {
        match self {
            Self::Card => "card_tokenized",
            Self::Saved(card) => card.handler,
            Self::GiftCard => "gift_card",
            Self::Points => "points",
            Self::StoreCredit => "store_credit",
            Self::MealVoucher => "meal_voucher",
        }
    }

    /// The last part of the handler's name.
    fn kind(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Saved(_) => "saved_card",
            Self::GiftCard => "gift_card",
            Self::Points => "points",
            Self::StoreCredit => "store_credit",
            Self::MealVoucher => "meal_voucher",
        }
    }
}

/// What the shop owes its member, in minor units, and its gift cards.
#[derive(Debug)]
pub(crate) struct Accounts {
    points: i64,
    credit: i64,
    /// PIN and balance by number.
    gift_cards: HashMap<&'static str, (&'static str, i64)>,
    /// What was taken by each handler, or by each saved method.
    taken: HashMap<String, i64>,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            points: 1_000_000,
            credit: 1_000_000,
            gift_cards: HashMap::from([("6000000000000001", ("1234", 1_000_000))]),
            taken: HashMap::new(),
        }
    }
}

impl Accounts {
    /// Takes the session's total where the shop itself is asked to; the card was charged already.
    pub(crate) fn take(
        &mut self,
        session: &Session,
        means: Means,
        fields: &Value,
    ) -> Result<(), String> {
        let total = session.priced.total();
        let mut unlimited = i64::MAX;
        let balance = match means {
            Means::Card => return Ok(()),
            Means::Saved(card) if card.declines => {
                return Err("The saved card was declined.".to_owned());
            }
            Means::Saved(_) | Means::MealVoucher => &mut unlimited,
            Means::GiftCard => {
                let field = |name: &str| fields[name].as_str().unwrap_or_default();
                match self.gift_cards.get_mut(field("card_number")) {
                    Some((pin, balance)) if *pin == field("pin") => balance,
                    _ => return Err("This gift card and PIN do not go together.".to_owned()),
                }
            }
            Means::Points => &mut self.points,
            Means::StoreCredit => &mut self.credit,
        };
        if *balance < total {
            return Err("The balance does not cover the total.".to_owned());
        }
        *balance -= total;
        let option = match means {
            Means::Saved(card) => method_id(card),
            Means::Card
            | Means::GiftCard
            | Means::Points
            | Means::StoreCredit
            | Means::MealVoucher => means.handler_id().to_owned(),
        };
        *self.taken.entry(option).or_default() += total;
        Ok(())
    }

    /// What was taken so far by a handler, or by a saved method.
    pub(crate) fn taken(&self, option: &str) -> i64 {
        self.taken.get(option).copied().unwrap_or_default()
    }
}

fn method_id(card: &SavedCard) -> String {
    format!("pm_{}", card.handler)
}

/// What the session can be paid with.
fn means(seller: &Seller, shop: &Shop, session: &Session) -> Vec<Means> {
    const SAVED: &[SavedCard] = &SAVED_CARDS;
    let mut means = vec![Means::Card];
    if !seller.options.seller_backed {
        return means;
    }
    means.push(Means::GiftCard);
    if session.email().as_deref() == Some(MEMBER) {
        let valid = SAVED.iter().filter(|card| !card.expired);
        means.extend(valid.map(Means::Saved));
        means.push(Means::MealVoucher);
        let total = session.priced.total();
        if shop.accounts.points >= total {
            means.push(Means::Points);
        }
        if shop.accounts.credit >= total {
            means.push(Means::StoreCredit);
        }
    }
    means
}

/// The means behind a handler id of the session.
pub(crate) fn find(seller: &Seller, shop: &Shop, session: &Session, id: &str) -> Option<Means> {
    means(seller, shop, session)
        .into_iter()
        .find(|means| means.handler_id() == id)
}

/// The handlers of a session.
pub(crate) fn of(
    seller: &Seller,
    shop: &Shop,
    version: SpecVersion,
    session: &Session,
) -> Vec<Value> {
    let all = means(seller, shop, session);
    let all = all.into_iter().enumerate();
    all.map(|(place, means)| {
        let mut handler = declaration(&seller.base, means);
        handler["config"] = config(&shop.accounts, means);
        if version >= SpecVersion::V2026_04_17 {
            handler["display_order"] = json!(place);
        }
        handler
    })
    .collect()
}

fn declaration(base: &str, means: Means) -> Value {
    let kind = means.kind();
    let (name, psp, version) = match means {
        Means::Card => (
            "dev.acp.tokenized.card".to_owned(),
            "reference",
            "2026-01-22",
        ),
        Means::Saved(_)
        | Means::GiftCard
        | Means::Points
        | Means::StoreCredit
        | Means::MealVoucher => (
            format!("dev.acp.seller_backed.{kind}"),
            "seller_managed",
            "2026-02-05",
        ),
    };
    json!({
        "id": means.handler_id(),
        "name": name,
        "version": version,
        "spec": format!("{base}/pages/handler-{kind}"),
        "requires_delegate_payment": true,
        "requires_pci_compliance": false,
        "psp": psp,
        "config_schema": format!("https://acp.dev/schemas/handlers/{kind}/config.json"),
        "instrument_schemas": [format!("https://acp.dev/schemas/handlers/{kind}/instrument.json")],
    })
}

fn config(accounts: &Accounts, means: Means) -> Value {
    let mut config = json!({
        "merchant_id": MERCHANT,
        "psp": "seller_managed",
        "merchant_display_name": "Reference Shop",
        "delegate_id": "agent",
        "delegate_display_name": "The agent",
    });
    if means == Means::Card {
        // The schema of cards is closed.
        config = json!({ "merchant_id": MERCHANT });
    }
    let mut member = |name: &str, value: Value| config[name] = value;
    match means {
        Means::Card => {
            member("psp", json!("reference"));
            member("accepted_brands", json!(["visa", "mastercard", "amex"]));
            member("accepted_funding_types", json!(["credit", "debit"]));
            member("supports_3ds", json!(true));
            member("3ds_versions", json!(["2.2"]));
            member("environment", json!("sandbox"));
        }
        Means::Saved(card) => {
            member("payment_method_id", json!(method_id(card)));
            member(
                "display_name",
                json!(format!("{} ending in {}", card.brand, card.last4)),
            );
            member(
                "display_metadata",
                json!({ "brand": card.brand, "last4": card.last4 }),
            );
            member("supports_3ds", json!(false));
        }
        Means::GiftCard => {
            let field = |name: &str, label: &str, pattern: &str| json!({ "name": name, "label": label, "type": "text", "required": true, "pattern": pattern });
            member("display_name", json!("Reference gift card"));
            let number = field("card_number", "Number", "^[0-9]{16}$");
            member(
                "required_fields",
                json!([number, field("pin", "PIN", "^[0-9]{4}$")]),
            );
        }
        Means::MealVoucher => member("display_name", json!("Reference meal vouchers")),
        Means::Points => {
            member("display_name", json!("Reference points"));
            member("display_metadata", balance(accounts.points));
        }
        Means::StoreCredit => {
            member("display_name", json!("Reference store credit"));
            member("display_metadata", balance(accounts.credit));
        }
    }
    config
}

fn balance(balance: i64) -> Value {
    let text = format!("${}.{:02}", balance / 100, balance % 100);
    json!({ "balance": balance, "balance_display": text, "currency": "usd" })
}
