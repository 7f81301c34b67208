//! Pricing over random carts.

use comptoir_commerce::{
    checkout::DesiredCheckout,
    discount::{Discount, DiscountTarget, DiscountValue, Fee},
    item::TaxCategory,
    ledger::EntryKind,
    rounding::Rate,
    tax::TaxTable,
};
use proptest::prelude::*;

use crate::fixtures::{Shop, destination, item_id, rate, units, wanted};

#[derive(Clone, Debug)]
struct Cart {
    currency: &'static str,
    region: &'static str,
    /// Price, quantity, tax class.
    lines: Vec<(i64, u32, &'static str)>,
    discounts: Vec<(DiscountValue, u8)>,
    fee: i64,
    delivery: i64,
}

impl Cart {
    fn shop(&self) -> Shop {
        let mut shop = Shop::empty(self.currency);
        for (number, (price, _, class)) in self.lines.iter().enumerate() {
            shop.add(&format!("item-{number}"), *price).tax_category = TaxCategory::new(*class);
        }
        shop.tax = TaxTable::illustrative(None);
        shop.fees = vec![Fee {
            title: "Fee".to_owned(),
            amount: units(self.fee),
        }];
        shop.shipping = Shop::new().shipping;
        shop.shipping.zones[0].countries = None;
        shop.shipping.zones[0].rates = vec![rate("post", self.delivery, self.currency)];
        shop.discounts = self
            .discounts
            .iter()
            .map(|(value, target)| Discount {
                id: "d".to_owned(),
                title: "Offer".to_owned(),
                value: *value,
                target: match target {
                    0 => DiscountTarget::Order,
                    1 => DiscountTarget::Fulfillment,
                    _ => DiscountTarget::Items(vec![item_id("item-0"), item_id("item-1")]),
                },
            })
            .collect();
        shop
    }

    fn desired(&self) -> DesiredCheckout {
        let lines = self.lines.iter().enumerate();
        let lines =
            lines.map(|(number, (_, quantity, _))| wanted(&format!("item-{number}"), *quantity));
        let mut desired = DesiredCheckout::of_lines(lines).unwrap();
        desired.destination = Some(destination(self.region));
        desired
    }
}

fn cart() -> impl Strategy<Value = Cart> {
    let currency = prop::sample::select(vec!["JPY", "USD", "EUR", "KWD"]);
    let region = prop::sample::select(vec![
        "US-CA", "US-TX", "CA-ON", "FR", "JP", "CH", "BR-SP", "GB",
    ]);
    let class = prop::sample::select(vec!["standard", "food", "books"]);
    // Equal and small prices make ties, large ones make long remainders.
    let price = prop_oneof![Just(100_i64), 0_i64..10, 0_i64..5_000_000];
    let quantity = prop_oneof![Just(1_u32), 1_u32..50];
    let lines = prop::collection::vec((price, quantity, class), 1..12);
    let value = prop_oneof![
        (0_i64..1_000_000).prop_map(|amount| DiscountValue::Amount(units(amount))),
        (0_u32..=1_000_000)
            .prop_map(|parts| DiscountValue::Share(Rate::parts_per_million(parts).unwrap())),
    ];
    let discounts = prop::collection::vec((value, 0_u8..3), 0..4);
    (
        currency,
        region,
        lines,
        discounts,
        0_i64..10_000,
        0_i64..10_000,
    )
        .prop_map(|(currency, region, lines, discounts, fee, delivery)| Cart {
            currency,
            region,
            lines,
            discounts,
            fee,
            delivery,
        })
}

proptest! {
    // I15 and P-06: the total is the sum of its rows and of its lines and rest, in currencies of 0,
    // 2 and 3 decimals; tax rows and tax entries agree; nothing is negative.
    #[test]
    fn parts_sum_to_the_whole(cart in cart()) {
        let checkout = cart.shop().try_create(cart.desired()).unwrap().checkout;
        let totals = checkout.ledger.totals();
        let rows = totals.items_base.get() + totals.items_discount.get() + totals.discount.get()
            + totals.fulfillment.get() + totals.tax.get() + totals.fee.get();
        prop_assert_eq!(rows, totals.total.get());
        let lines = checkout.ledger.lines();
        let parts: i64 = lines.values().map(|line| line.total.get()).sum();
        prop_assert_eq!(parts + checkout.ledger.without_line().total.get(), totals.total.get());
        prop_assert!(lines.values().all(|line| line.total.get() >= 0));
        prop_assert!(checkout.ledger.without_line().total.get() >= 0);
        let taxed: i64 = checkout.tax_rows.iter().map(|row| row.amount.get()).sum();
        prop_assert_eq!(taxed, totals.tax.get() + totals.included_tax.get());
        prop_assert!(totals.tax.get() == 0 || totals.included_tax.get() == 0);
    }

    // Reductions never exceed what they reduce (P-07).
    #[test]
    fn discounts_are_clamped(cart in cart()) {
        let ledger = cart.shop().try_create(cart.desired()).unwrap().checkout.ledger;
        let totals = ledger.totals();
        prop_assert!(totals.subtotal.get() >= 0);
        prop_assert!(-totals.discount.get() <= totals.subtotal.get() + totals.fulfillment.get());
        for line in ledger.lines().values() {
            prop_assert!(-line.items_discount.get() - line.discount.get() <= line.items_base.get());
        }
    }

    // The order in which things are put into the cart changes no amount.
    #[test]
    fn line_order_changes_no_amount(cart in cart(), seed in any::<prop::sample::Index>()) {
        let shop = cart.shop();
        let desired = cart.desired();
        let mut turned = desired.clone();
        let by = seed.index(turned.lines.len());
        turned.lines.rotate_left(by);
        turned.lines.reverse();
        let one = shop.try_create(desired).unwrap().checkout;
        let other = shop.try_create(turned).unwrap().checkout;
        prop_assert_eq!(one.ledger.totals(), other.ledger.totals());
        for line in &one.lines {
            let same = other.lines.iter().find(|other| other.item_id == line.item_id).unwrap();
            prop_assert_eq!(one.ledger.line(&line.id), other.ledger.line(&same.id));
        }
    }

    // Pricing is a function: asked again it says the same, and a checkout so refreshed is unchanged.
    #[test]
    fn pricing_is_repeatable(cart in cart()) {
        let shop = cart.shop();
        let checkout = shop.try_create(cart.desired()).unwrap().checkout;
        let again = checkout.refresh(&shop.context(), crate::fixtures::later(5)).unwrap();
        prop_assert!(!again.changed);
        prop_assert_eq!(again.checkout, checkout);
    }

    // Whatever the prices, nothing wraps: the checkout is refused, or its total is exact (P-02).
    #[test]
    fn nothing_wraps(price in 0_i64..=i64::MAX, quantity in 1_u32..=9_999) {
        let mut shop = Shop::empty("USD");
        shop.add("song", price).fulfillment =
            comptoir_commerce::item::FulfillmentKind::Digital;
        let desired = DesiredCheckout::of_lines([wanted("song", quantity)]).unwrap();
        let exact = i128::from(price) * i128::from(quantity);
        match shop.try_create(desired) {
            Ok(outcome) => {
                let base = outcome.checkout.ledger.sum(EntryKind::ItemsBase);
                prop_assert_eq!(i128::from(base.get()), exact);
            }
            Err(_) => prop_assert!(exact > i128::from(comptoir_commerce::AMOUNT_MAX)),
        }
    }
}
