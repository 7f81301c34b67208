//! What a cart costs, and what pricing has to say about it.

use comptoir_acp::quantity::Quantity;
use comptoir_commerce::{
    AMOUNT_MAX,
    address::{AddressField, Region},
    checkout::{
        Checkout, CheckoutState, DesiredCheckout, DesiredLine, LineError, Message, Refusal,
    },
    discount::{Discount, DiscountTarget, DiscountValue, Fee},
    item::{LINE_QUANTITY_MAX, LINES_MAX},
    ledger::LedgerError,
    rounding::Rate,
    shipping::OptionId,
};

use crate::fixtures::{Shop, currency, item_id, money, now, units, wanted};

fn discount(value: DiscountValue, target: DiscountTarget) -> Discount {
    Discount {
        id: "d".to_owned(),
        title: "Offer".to_owned(),
        value,
        target,
    }
}

fn shows(checkout: &Checkout, found: impl Fn(&Message) -> bool) -> bool {
    checkout.messages.iter().any(found)
}

// Items, the cheapest delivery, and sales tax: rows make the total.
#[test]
fn a_cart_is_priced() {
    let checkout = Shop::new().create(&[("mug", 2), ("pen", 1)], Some("US-CA"));
    let totals = checkout.ledger.totals();
    assert_eq!(totals.items_base, units(2_250));
    assert_eq!(checkout.selected_option, Some(OptionId::new("standard")));
    assert_eq!(totals.fulfillment, units(500));
    assert_eq!(totals.tax, units(163), "7.25 % of goods, delivery untaxed");
    assert_eq!(checkout.total(), money(2_913, "USD"));
    assert_eq!(checkout.state, CheckoutState::Ready);
    assert_eq!(checkout.messages, []);
}

// Where delivery is taxed it is taxed once, at the standard rate (field defect 10).
#[test]
fn delivery_is_taxed_once_where_it_is() {
    let checkout = Shop::new().create(&[("mug", 1)], Some("US-TX"));
    assert_eq!(checkout.ledger.totals().tax, units(94), "6.25 % of 1500");
    assert_eq!(checkout.ledger.without_line().tax, units(31));
    assert_eq!(checkout.ledger.line(&checkout.lines[0].id).tax, units(63));
}

// Gross prices stay what the feed said; the contained tax is a note and adds nothing.
#[test]
fn gross_prices_are_charged_as_shown() {
    let mut shop = Shop::empty("EUR");
    shop.add("book", 1_055);
    shop.tax = comptoir_commerce::tax::TaxTable::illustrative(Some(Region::parse("FR").unwrap()));
    shop.shipping = Shop::new().shipping;
    shop.shipping.zones[0].countries = None;
    shop.shipping.zones[0].rates[1].price = money(240, "EUR");
    let checkout = shop.create(&[("book", 1)], Some("FR"));
    assert_eq!(checkout.total(), money(1_295, "EUR"));
    assert_eq!(checkout.ledger.totals().tax, units(0));
    assert_eq!(checkout.ledger.totals().included_tax, units(216));
    assert!(checkout.tax_rows[0].included);
}

// The class of an item decides its rate.
#[test]
fn the_tax_class_counts() {
    let checkout = Shop::new().create(&[("song", 1)], Some("US-CA"));
    assert_eq!(checkout.ledger.totals().tax, units(0));
    assert_eq!(checkout.state, CheckoutState::Ready);
}

// Digital goods need neither address nor delivery.
#[test]
fn digital_goods_need_no_address() {
    let checkout = Shop::new().create(&[("song", 3)], None);
    assert_eq!(checkout.state, CheckoutState::Ready);
    assert_eq!(checkout.total(), money(297, "USD"));
    let options: Vec<_> = checkout
        .selected_options()
        .map(|option| option.id.as_str())
        .collect();
    assert_eq!(options, ["digital"]);
}

// A mixed cart has a delivery for each kind of line.
#[test]
fn a_mixed_cart_has_both_deliveries() {
    let checkout = Shop::new().create(&[("song", 1), ("mug", 1)], Some("US-OR"));
    let options: Vec<_> = checkout
        .selected_options()
        .map(|option| (option.id.as_str(), option.line_ids[0].as_str()))
        .collect();
    assert_eq!(options, [("standard", "li_2"), ("digital", "li_1")]);
}

// Without an address there are no options, no tax guess, and no payment.
#[test]
fn goods_without_address_cannot_be_paid() {
    let checkout = Shop::new().create(&[("mug", 1)], None);
    assert_eq!(checkout.state, CheckoutState::NotReady);
    assert_eq!(
        (checkout.options.len(), checkout.total()),
        (0, money(1_000, "USD"))
    );
    assert_eq!(checkout.messages, [Message::MissingAddress]);
}

// Country and state are enough for an estimate; the rest is asked for by name before payment.
#[test]
fn a_rough_address_gives_an_estimate() {
    let shop = Shop::new();
    let mut desired = DesiredCheckout::of_lines([wanted("mug", 1)]).unwrap();
    let mut destination = crate::fixtures::destination("US-CA");
    let address = destination.address.as_mut().unwrap();
    (address.name, address.line_one) = (String::new(), " ".to_owned());
    address.city = "x".repeat(61);
    desired.destination = Some(destination);
    let checkout = shop.try_create(desired).unwrap().checkout;
    assert_eq!(checkout.total(), money(1_573, "USD"));
    assert_eq!(
        checkout.messages,
        [
            Message::MissingAddressField {
                field: AddressField::Name
            },
            Message::MissingAddressField {
                field: AddressField::LineOne
            },
            Message::InvalidAddressField {
                field: AddressField::City
            },
        ]
    );
    assert_eq!(checkout.state, CheckoutState::NotReady);
}

// Unknown, foreign-priced and badly priced items are named; the rest is still priced (P-13).
#[test]
fn what_is_not_sold_is_named() {
    let mut shop = Shop::new();
    shop.add("euro", 100).currency = currency("EUR");
    shop.add("broken", -1);
    let lines = [("ghost", 1), ("euro", 1), ("broken", 1), ("song", 1)];
    let checkout = shop.create(&lines, None);
    assert_eq!(
        checkout.messages,
        [
            Message::NotFound {
                item_id: item_id("ghost")
            },
            Message::CurrencyUnsupported {
                item_id: item_id("euro")
            },
            Message::NotFound {
                item_id: item_id("broken")
            },
        ]
    );
    assert_eq!(
        (checkout.lines.len(), checkout.total()),
        (1, money(99, "USD"))
    );
    assert_eq!(checkout.state, CheckoutState::NotReady);
}

// Stock and the limit per order, at -1, 0 and +1.
#[test]
fn quantities_are_bounded_by_stock_and_limit() {
    let mut shop = Shop::new();
    shop.item("pen").max_per_order = Some(5);
    for (item, quantity, state) in [
        ("mug", 9, CheckoutState::Ready),
        ("mug", 10, CheckoutState::Ready),
        ("mug", 11, CheckoutState::NotReady),
        ("pen", 4, CheckoutState::Ready),
        ("pen", 5, CheckoutState::Ready),
        ("pen", 6, CheckoutState::NotReady),
    ] {
        let checkout = shop.create(&[(item, quantity)], Some("US-CA"));
        assert_eq!(checkout.state, state, "{quantity} of {item}");
        let most = if item == "mug" { 10 } else { 5 };
        let exceeded = shows(
            &checkout,
            |message| matches!(message, Message::QuantityExceeded { quantity_max, .. } if *quantity_max == most),
        );
        assert_eq!(
            exceeded,
            state == CheckoutState::NotReady,
            "{quantity} of {item}"
        );
    }
}

// Low stock is said and does not stop anybody; sold out and withdrawn do.
#[test]
fn availability_is_told() {
    let mut shop = Shop::new();
    let low = shop.create(&[("mug", 8)], Some("US-CA"));
    assert!(shows(&low, |message| matches!(
        message,
        Message::LowStock { .. }
    )));
    assert_eq!(low.state, CheckoutState::Ready);
    shop.item("mug").stock = Some(0);
    shop.item("pen").available = false;
    let out = shop.create(&[("mug", 1), ("pen", 1)], Some("US-CA"));
    let sold_out = out
        .messages
        .iter()
        .filter(|message| matches!(message, Message::OutOfStock { .. }));
    assert_eq!((sold_out.count(), out.hold().len()), (2, 0));
}

// A restricted region stops the line, by state or by country (P-13).
#[test]
fn restricted_regions_are_told() {
    let mut shop = Shop::new();
    shop.item("mug").restricted_regions = vec![Region::parse("us-ca").unwrap()];
    for (region, state) in [
        ("US-CA", CheckoutState::NotReady),
        ("US-OR", CheckoutState::Ready),
    ] {
        assert_eq!(shop.create(&[("mug", 1)], Some(region)).state, state);
    }
}

// Nobody delivers there: said, not charged for nothing.
#[test]
fn no_delivery_is_told() {
    let checkout = Shop::new().create(&[("mug", 1)], Some("FR"));
    assert_eq!(checkout.messages, [Message::NoDelivery]);
    assert_eq!(checkout.selected_option, None);
}

// The agent's price never counts, whichever way it is wrong (P-03).
#[test]
fn the_agents_price_never_counts() {
    for named in [1, 999, 1_001] {
        let line = DesiredLine {
            named_price: Some(units(named)),
            ..wanted("mug", 1)
        };
        let mut desired = DesiredCheckout::of_lines([line]).unwrap();
        desired.destination = Some(crate::fixtures::destination("US-OR"));
        let checkout = Shop::new().try_create(desired).unwrap().checkout;
        assert_eq!(checkout.total(), money(1_500, "USD"));
        assert!(shows(&checkout, |message| matches!(
            message,
            Message::PriceIgnored { .. }
        )));
        assert_eq!(checkout.state, CheckoutState::Ready);
    }
}

// Repeated ids are one line; the sum is what is bounded, and the entry that leads over is named.
#[test]
fn repeated_ids_are_summed() {
    let lines = [wanted("mug", 1), wanted("pen", 2), wanted("mug", 3)];
    let checkout = Shop::new()
        .try_create(DesiredCheckout::of_lines(lines).unwrap())
        .unwrap()
        .checkout;
    let shown: Vec<_> = checkout
        .lines
        .iter()
        .map(|line| (line.item_id.as_str(), line.quantity))
        .collect();
    let whole = |steps| Quantity::whole(steps).unwrap();
    assert_eq!(shown, [("mug", whole(4)), ("pen", whole(2))]);

    let sum = |last| DesiredCheckout::sum_lines([wanted("mug", 1), wanted("mug", last)]);
    assert!(sum(LINE_QUANTITY_MAX - 1).is_ok());
    assert_eq!(
        sum(LINE_QUANTITY_MAX),
        Err(LineError::QuantityTooLarge { index: 1 })
    );
    assert_eq!(sum(u32::MAX), Err(LineError::QuantityTooLarge { index: 1 }));
}

// At most a hundred different items.
#[test]
fn lines_are_bounded() {
    let lines = |count: usize| {
        DesiredCheckout::sum_lines((0..count).map(|number| wanted(&format!("item-{number}"), 1)))
    };
    assert_eq!(lines(LINES_MAX).map(|lines| lines.len()), Ok(LINES_MAX));
    assert_eq!(
        lines(LINES_MAX + 1),
        Err(LineError::TooManyLines { index: LINES_MAX })
    );
}

// Amounts beyond the maximum are refused, never wrapped (P-02).
#[test]
fn overflow_is_refused() {
    let mut shop = Shop::new();
    shop.item("song").unit_price = units(AMOUNT_MAX);
    assert_eq!(
        shop.create(&[("song", 1)], None).total().amount,
        units(AMOUNT_MAX)
    );
    let desired = |quantity| DesiredCheckout::of_lines([wanted("song", quantity)]).unwrap();
    assert_eq!(
        shop.try_create(desired(2)).err(),
        Some(Refusal::MaximumExceeded)
    );
    shop.item("song").unit_price = units(i64::MAX);
    assert_eq!(
        shop.try_create(desired(9_999)).err(),
        Some(Refusal::MaximumExceeded)
    );
    assert_eq!(
        shop.try_create(desired(1)).err(),
        Some(Refusal::MaximumExceeded)
    );
}

// Reductions of items, of the whole, and of delivery; each is taken off what is left.
#[test]
fn discounts_are_taken_off_what_is_left() {
    let mut shop = Shop::new();
    let half = DiscountValue::Share(Rate::parts_per_million(500_000).unwrap());
    shop.discounts = vec![
        discount(half, DiscountTarget::Items(vec![item_id("mug")])),
        discount(DiscountValue::Amount(units(151)), DiscountTarget::Order),
        discount(half, DiscountTarget::Fulfillment),
    ];
    let checkout = shop.create(&[("mug", 1), ("pen", 2)], Some("US-OR"));
    let totals = checkout.ledger.totals();
    assert_eq!(totals.items_discount, units(-500));
    assert_eq!(totals.subtotal, units(1_000));
    assert_eq!(totals.discount, units(-151 - 250));
    assert_eq!(totals.total, units(1_000 - 151 + 250));
    let shares: Vec<_> = checkout
        .lines
        .iter()
        .map(|line| checkout.ledger.line(&line.id).discount.get())
        .collect();
    assert_eq!(
        shares,
        [-76, -75],
        "half each, the odd unit to the first item by id"
    );
}

// Reductions stop at zero, stacked or not, on goods and on delivery (P-07).
#[test]
fn discounts_stop_at_zero() {
    let mut shop = Shop::new();
    let all = DiscountValue::Amount(units(i64::MAX));
    for target in [
        DiscountTarget::Order,
        DiscountTarget::Items(vec![item_id("mug")]),
    ] {
        shop.discounts = vec![discount(all, target.clone()), discount(all, target)];
        let checkout = shop.create(&[("mug", 3)], Some("US-OR"));
        assert_eq!(checkout.total(), money(500, "USD"));
    }
    let delivery = discount(all, DiscountTarget::Fulfillment);
    shop.discounts = vec![delivery.clone(), delivery];
    assert_eq!(
        shop.create(&[("mug", 3)], Some("US-OR")).total(),
        money(3_000, "USD")
    );
    let negative = DiscountValue::Amount(units(-500));
    shop.discounts = vec![discount(negative, DiscountTarget::Order)];
    assert_eq!(
        shop.create(&[("mug", 3)], Some("US-OR")).total(),
        money(3_500, "USD")
    );
}

// A checkout that costs nothing cannot be paid with a token.
#[test]
fn nothing_to_pay_is_told() {
    let mut shop = Shop::new();
    shop.item("song").unit_price = units(0);
    let checkout = shop.create(&[("song", 1)], None);
    assert_eq!(checkout.messages, [Message::NothingToPay]);
}

// Fees are added; the merchant's own nonsense is refused as such.
#[test]
fn fees_are_added() {
    let mut shop = Shop::new();
    shop.fees = vec![Fee {
        title: "Handling".to_owned(),
        amount: units(150),
    }];
    assert_eq!(shop.create(&[("song", 1)], None).total(), money(249, "USD"));
    shop.fees[0].amount = units(-1);
    let refused = shop.try_create(DesiredCheckout::of_lines([wanted("song", 1)]).unwrap());
    assert!(matches!(
        refused,
        Err(Refusal::MerchantData(LedgerError::WrongSign { .. }))
    ));
}

// An empty checkout can exist, and be filled later.
#[test]
fn an_empty_checkout_is_not_ready() {
    let shop = Shop::new();
    let empty = shop
        .try_create(DesiredCheckout::default())
        .unwrap()
        .checkout;
    assert_eq!(
        (empty.messages.as_slice(), empty.total()),
        ([Message::NoLines].as_slice(), money(0, "USD"))
    );
    let desired = DesiredCheckout::of_lines([wanted("song", 1)]).unwrap();
    let filled = empty
        .update(desired, &shop.context(), now())
        .unwrap()
        .checkout;
    assert_eq!(filled.state, CheckoutState::Ready);
}
