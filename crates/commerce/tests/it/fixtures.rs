//! A small shop and its buyers.

use std::collections::BTreeMap;

use comptoir_acp::{
    currency::Currency,
    id::{ChargeId, CheckoutSessionId, ItemId, OrderId},
    money::{MinorUnits, Money},
    quantity::Quantity,
};
use comptoir_commerce::{
    address::{Address, Buyer, CountryCode, Destination, Region},
    checkout::{
        ChargeKey, ChargeNews, Checkout, Completion, DesiredCheckout, DesiredLine, NewCheckout,
        Outcome, PricingContext, Refusal,
    },
    discount::{Discount, Fee},
    item::{FulfillmentKind, Sellable, TaxCategory},
    order::{NewOrder, Order},
    shipping::{OptionId, ShippingRate, ShippingTable, ShippingZone},
    tax::TaxTable,
};
use jiff::{SignedDuration, Timestamp};

pub(crate) fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

pub(crate) fn later(seconds: i64) -> Timestamp {
    now()
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap()
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::from_code(code).unwrap()
}

pub(crate) fn units(amount: i64) -> MinorUnits {
    MinorUnits::new(amount)
}

pub(crate) fn money(amount: i64, code: &str) -> Money {
    Money::new(units(amount), currency(code))
}

pub(crate) fn item_id(name: &str) -> ItemId {
    ItemId::parse(name).unwrap()
}

pub(crate) fn country(code: &str) -> CountryCode {
    CountryCode::parse(code).unwrap()
}

/// An address that lacks nothing.
pub(crate) fn address(region: &str) -> Address {
    let region = Region::parse(region).unwrap();
    Address {
        name: "A. Buyer".to_owned(),
        line_one: "1 Harbour Street".to_owned(),
        line_two: None,
        city: "Somewhere".to_owned(),
        state: region.state.unwrap_or_default(),
        country: region.country,
        postal_code: "12345".to_owned(),
    }
}

pub(crate) fn destination(region: &str) -> Destination {
    Destination {
        address: Some(address(region)),
        ..Destination::default()
    }
}

pub(crate) fn wanted(item: &str, quantity: u32) -> DesiredLine {
    DesiredLine {
        item_id: item_id(item),
        quantity: Quantity::whole(quantity).unwrap(),
        named_price: None,
    }
}

pub(crate) fn rate(id: &str, amount: i64, code: &str) -> ShippingRate {
    ShippingRate {
        id: OptionId::new(id),
        title: id.to_owned(),
        carrier: Some("Carrier".to_owned()),
        price: money(amount, code),
        per_kilogram: MinorUnits::ZERO,
        weight_grams_max: None,
        free_above: None,
        days_min: 2,
        days_max: 5,
    }
}

/// The merchant's data, to be changed under a checkout's feet.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) currency: Currency,
    pub(crate) catalog: BTreeMap<ItemId, Sellable>,
    pub(crate) tax: TaxTable,
    pub(crate) shipping: ShippingTable,
    pub(crate) discounts: Vec<Discount>,
    pub(crate) fees: Vec<Fee>,
}

impl Shop {
    /// A shop in the United States: mugs (counted), pens (uncounted) and a digital song; two ways of
    /// sending at home, one to Canada, none elsewhere.
    pub(crate) fn new() -> Self {
        let mut shop = Self::empty("USD");
        shop.add("mug", 1_000).stock = Some(10);
        shop.add("pen", 250);
        let song = shop.add("song", 99);
        song.fulfillment = FulfillmentKind::Digital;
        song.tax_category = TaxCategory::new("digital");
        shop.tax = TaxTable::illustrative(Some(Region::parse("US-CA").unwrap()));
        shop.shipping = ShippingTable {
            zones: vec![
                ShippingZone {
                    countries: Some([country("US")].into()),
                    rates: vec![rate("express", 1_500, "USD"), rate("standard", 500, "USD")],
                },
                ShippingZone {
                    countries: Some([country("CA")].into()),
                    rates: vec![rate("north", 900, "USD")],
                },
            ],
        };
        shop
    }

    pub(crate) fn empty(code: &str) -> Self {
        Self {
            currency: currency(code),
            catalog: BTreeMap::new(),
            tax: TaxTable::none(),
            shipping: ShippingTable::default(),
            discounts: Vec::new(),
            fees: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, name: &str, price: i64) -> &mut Sellable {
        let item = Sellable::new(item_id(name), name, units(price), self.currency);
        self.catalog
            .entry(item_id(name))
            .insert_entry(item)
            .into_mut()
    }

    pub(crate) fn item(&mut self, name: &str) -> &mut Sellable {
        self.catalog.get_mut(&item_id(name)).unwrap()
    }

    pub(crate) fn context(&self) -> PricingContext<'_> {
        PricingContext {
            catalog: &self.catalog,
            tax: &self.tax,
            shipping: &self.shipping,
            discounts: &self.discounts,
            fees: &self.fees,
            low_stock_below: 3,
        }
    }

    pub(crate) fn try_create(&self, desired: DesiredCheckout) -> Result<Outcome, Refusal> {
        let new = NewCheckout {
            id: CheckoutSessionId::parse("cs_1").unwrap(),
            owner: "agent-1".to_owned(),
            currency: self.currency,
            desired,
            links: Vec::new(),
            expires_at: later(3_600),
        };
        Checkout::create(new, &self.context(), now())
    }

    pub(crate) fn create(&self, lines: &[(&str, u32)], region: Option<&str>) -> Checkout {
        let lines = lines.iter().map(|(item, quantity)| wanted(item, *quantity));
        let mut desired = DesiredCheckout::of_lines(lines).unwrap();
        desired.destination = region.map(destination);
        self.try_create(desired).unwrap().checkout
    }

    /// A checkout with a charge under way.
    pub(crate) fn begin(&self, checkout: &Checkout) -> Checkout {
        let outcome = checkout
            .begin_complete(completion(), &self.context(), now())
            .unwrap();
        assert!(
            outcome.charge().is_some(),
            "{:?}",
            outcome.checkout.messages
        );
        outcome.checkout
    }

    /// The order of a checkout.
    pub(crate) fn order(&self, lines: &[(&str, u32)], region: &str) -> Order {
        let begun = self.begin(&self.create(lines, Some(region)));
        let completed = begun.settle(&key(1), approved(), now()).unwrap().checkout;
        Order::place(new_order(), &completed, now()).unwrap().order
    }
}

pub(crate) fn completion() -> Completion {
    Completion {
        buyer: Some(Buyer::with_email("buyer@example.com")),
        ..Completion::default()
    }
}

pub(crate) fn key(attempt: u32) -> ChargeKey {
    ChargeKey::new(&CheckoutSessionId::parse("cs_1").unwrap(), attempt)
}

pub(crate) fn charge_id() -> ChargeId {
    ChargeId::parse("ch_1").unwrap()
}

pub(crate) fn order_id() -> OrderId {
    OrderId::parse("ord_1").unwrap()
}

pub(crate) fn approved() -> ChargeNews {
    ChargeNews::Approved {
        charge_id: charge_id(),
        order_id: order_id(),
    }
}

pub(crate) fn new_order() -> NewOrder {
    NewOrder {
        order_number: Some("1001".to_owned()),
        permalink_url: "https://shop.example/orders/1001".to_owned(),
        charge_id: charge_id(),
    }
}
