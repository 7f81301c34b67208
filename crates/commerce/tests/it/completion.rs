//! Paying, and everything that can come between.

use comptoir_acp::{id::ChargeId, money::Money};
use comptoir_commerce::{
    address::Buyer,
    checkout::{
        ATTEMPTS_MAX, Authentication, ChargeNews, Checkout, CheckoutState, Completion,
        DeclineReason, Effect, Message, Refusal,
    },
};

use crate::fixtures::{
    Shop, approved, charge_id, completion, destination, key, later, order_id, units,
};

fn declined() -> ChargeNews {
    ChargeNews::Declined {
        reason: DeclineReason::InsufficientFunds,
    }
}

fn ready() -> (Shop, Checkout) {
    let shop = Shop::new();
    let checkout = shop.create(&[("mug", 2)], Some("US-CA"));
    (shop, checkout)
}

// The charge is the total that was shown, under the identity of session and attempt.
#[test]
fn the_charge_is_the_total_shown() {
    let (shop, checkout) = ready();
    let outcome = checkout
        .begin_complete(completion(), &shop.context(), later(1))
        .unwrap();
    let intent = outcome.charge().unwrap();
    assert_eq!(intent.amount, checkout.total());
    assert_eq!((intent.attempt, intent.charge_key), (1, key(1)));
    assert_eq!(outcome.effects.len(), 1);
}

// Approval makes the order and sells the stock, once.
#[test]
fn approval_places_the_order() {
    let (shop, checkout) = ready();
    let outcome = shop
        .begin(&checkout)
        .settle(&key(1), approved(), later(2))
        .unwrap();
    assert_eq!(
        outcome.effects,
        [
            Effect::SellStock,
            Effect::PlaceOrder {
                order_id: order_id(),
                charge_key: key(1),
                charge_id: charge_id()
            },
        ]
    );
    assert_eq!(outcome.checkout.order_id(), Some(&order_id()));
    let again = outcome
        .checkout
        .settle(&key(1), approved(), later(3))
        .unwrap();
    assert_eq!((again.changed, again.effects.len()), (false, 0));
}

// After a decline the same session, with the same lines, can be paid (field defect 7). The reason
// is kept from the agent.
#[test]
fn a_decline_leaves_the_session_payable() {
    let (shop, checkout) = ready();
    let after = shop
        .begin(&checkout)
        .settle(&key(1), declined(), later(2))
        .unwrap()
        .checkout;
    assert_eq!(after.state, CheckoutState::Ready);
    assert_eq!(after.messages, [Message::PaymentDeclined]);
    assert_eq!(after.decline_reason, Some(DeclineReason::InsufficientFunds));
    assert_eq!(
        (&after.lines, after.total()),
        (&checkout.lines, checkout.total())
    );
    assert!(!after.refresh(&shop.context(), later(3)).unwrap().changed);

    let outcome = after
        .begin_complete(completion(), &shop.context(), later(4))
        .unwrap();
    assert_eq!(outcome.charge().unwrap().charge_key, key(2));
    assert_eq!(
        (
            outcome.checkout.messages.len(),
            outcome.checkout.decline_reason
        ),
        (0, None)
    );
    let paid = outcome
        .checkout
        .settle(&key(2), approved(), later(5))
        .unwrap()
        .checkout;
    assert_eq!(paid.state.name(), "completed");
}

// Attempts are bounded.
#[test]
fn attempts_are_bounded() {
    let (shop, mut checkout) = ready();
    for attempt in 1..=ATTEMPTS_MAX {
        checkout = shop
            .begin(&checkout)
            .settle(&key(attempt), declined(), later(2))
            .unwrap()
            .checkout;
    }
    let refused = checkout.begin_complete(completion(), &shop.context(), later(3));
    assert_eq!(refused.err(), Some(Refusal::AttemptsExhausted));
}

// A price that changed since it was shown is shown again and not charged, in both directions (P-04).
#[test]
fn a_changed_price_is_not_charged() {
    for price in [999, 1_001] {
        let (mut shop, checkout) = ready();
        shop.item("mug").unit_price = units(price);
        let outcome = checkout
            .begin_complete(completion(), &shop.context(), later(1))
            .unwrap();
        assert_eq!(outcome.charge(), None);
        let after = outcome.checkout;
        assert_eq!(
            (after.state.clone(), after.attempts),
            (CheckoutState::Ready, 0)
        );
        let told = |before: Money, now: Money| Message::TotalChange { before, now };
        assert!(
            after
                .messages
                .contains(&told(checkout.total(), after.total()))
        );
        assert!(
            after
                .messages
                .iter()
                .any(|said| matches!(said, Message::PriceChange { .. }))
        );
        assert!(after.revision > checkout.revision);
        let agreed = after
            .begin_complete(completion(), &shop.context(), later(2))
            .unwrap();
        assert_eq!(agreed.charge().unwrap().amount, after.total());
    }
}

// Delivery and tax that changed since they were shown are not charged (P-05, field defect 6).
#[test]
fn changed_delivery_and_tax_are_not_charged() {
    let (shop, checkout) = ready();
    let mut dearer = shop.clone();
    for rate in &mut dearer.shipping.zones[0].rates {
        rate.price.amount = units(rate.price.amount.get() + 1);
    }
    let mut taxed = shop.clone();
    taxed.tax.regions.clear();
    let mut gone = shop.clone();
    gone.shipping.zones.clear();
    for changed in [dearer, taxed, gone] {
        let outcome = checkout
            .begin_complete(completion(), &changed.context(), later(1))
            .unwrap();
        assert_eq!(outcome.charge(), None);
        assert!(outcome.changed);
    }
}

// What the buyer does not agree to does not hold the payment up: stock that runs low.
#[test]
fn low_stock_does_not_hold_payment_up() {
    let (mut shop, checkout) = ready();
    shop.item("mug").stock = Some(3);
    let outcome = checkout
        .begin_complete(completion(), &shop.context(), later(1))
        .unwrap();
    assert!(outcome.charge().is_some());
}

// Sold out at the last moment: said before any charge (I-14).
#[test]
fn sold_out_at_the_last_moment_is_not_charged() {
    let (mut shop, checkout) = ready();
    shop.item("mug").stock = Some(1);
    let outcome = checkout
        .begin_complete(completion(), &shop.context(), later(1))
        .unwrap();
    assert_eq!(
        (outcome.charge(), outcome.checkout.state),
        (None, CheckoutState::NotReady)
    );
}

// A checkout that was shown as not ready is not charged although it became ready meanwhile.
#[test]
fn what_was_not_ready_is_shown_first() {
    let mut shop = Shop::new();
    shop.item("mug").stock = Some(0);
    let checkout = shop.create(&[("mug", 2)], Some("US-CA"));
    shop.item("mug").stock = Some(5);
    let outcome = checkout
        .begin_complete(completion(), &shop.context(), later(1))
        .unwrap();
    assert_eq!(
        (outcome.charge(), outcome.checkout.state),
        (None, CheckoutState::Ready)
    );
}

// Nothing is charged without a usable e-mail address; one given with the completion will do.
#[test]
fn an_email_address_is_needed() {
    let (shop, checkout) = ready();
    for email in [
        None,
        Some(""),
        Some("nobody"),
        Some("a@b"),
        Some("a b@c.example"),
        Some("a@b@c.d"),
    ] {
        let buyer = email.map(Buyer::with_email);
        let outcome = checkout
            .begin_complete(
                Completion {
                    buyer,
                    ..Completion::default()
                },
                &shop.context(),
                later(1),
            )
            .unwrap();
        assert_eq!(outcome.charge(), None, "{email:?}");
        assert_eq!(outcome.checkout.messages, [Message::MissingBuyerEmail]);
        assert_eq!(outcome.checkout.state, CheckoutState::Ready);
        let retried = outcome
            .checkout
            .begin_complete(completion(), &shop.context(), later(2))
            .unwrap();
        assert_eq!(
            (retried.charge().is_some(), retried.checkout.messages.len()),
            (true, 0)
        );
    }
}

// An authentication that was asked for must come with the next completion, which is a new attempt.
#[test]
fn authentication_is_a_new_attempt() {
    let (shop, checkout) = ready();
    let asked = shop
        .begin(&checkout)
        .settle(&key(1), ChargeNews::AuthenticationRequired, later(1))
        .unwrap()
        .checkout;
    assert_eq!(
        asked.state,
        CheckoutState::AuthenticationRequired { attempt: 1 }
    );
    assert_eq!(asked.messages, [Message::AuthenticationRequired]);
    let without = asked.begin_complete(completion(), &shop.context(), later(2));
    assert_eq!(without.err(), Some(Refusal::AuthenticationMissing));
    let passed = Completion {
        authentication: Authentication::Passed,
        ..completion()
    };
    let outcome = asked
        .begin_complete(passed, &shop.context(), later(2))
        .unwrap();
    assert_eq!(outcome.charge().unwrap().charge_key, key(2));
}

// A failed authentication charges nothing and leaves the session payable (T-19).
#[test]
fn a_failed_authentication_charges_nothing() {
    let (shop, checkout) = ready();
    let asked = shop
        .begin(&checkout)
        .settle(&key(1), ChargeNews::AuthenticationRequired, later(1))
        .unwrap()
        .checkout;
    let failed = Completion {
        authentication: Authentication::Failed,
        ..completion()
    };
    for before in [asked, checkout] {
        let outcome = before
            .begin_complete(failed.clone(), &shop.context(), later(2))
            .unwrap();
        assert_eq!(
            (outcome.charge(), &outcome.checkout.state),
            (None, &CheckoutState::Ready)
        );
        assert_eq!(outcome.checkout.messages, [Message::PaymentDeclined]);
        let reason = outcome.checkout.decline_reason;
        assert_eq!(reason, Some(DeclineReason::AuthenticationFailed));
    }
}

// An address changed after authentication was asked for needs neither its result nor the old total.
#[test]
fn a_change_forgets_the_authentication() {
    let (shop, checkout) = ready();
    let asked = shop
        .begin(&checkout)
        .settle(&key(1), ChargeNews::AuthenticationRequired, later(1))
        .unwrap()
        .checkout;
    let mut desired = asked.desired.clone();
    desired.destination = Some(destination("US-OR"));
    let moved = asked
        .update(desired, &shop.context(), later(2))
        .unwrap()
        .checkout;
    assert_eq!(
        (moved.state.clone(), moved.messages.len()),
        (CheckoutState::Ready, 0)
    );
}

// A charge the processor never made leaves the session payable; so does the news twice.
#[test]
fn an_absent_charge_leaves_the_session_payable() {
    let (shop, checkout) = ready();
    let begun = shop.begin(&checkout);
    let after = begun
        .settle(&key(1), ChargeNews::Absent, later(2))
        .unwrap()
        .checkout;
    assert_eq!(
        (after.state.clone(), after.messages.len()),
        (CheckoutState::Ready, 0)
    );
    assert!(
        !after
            .settle(&key(1), ChargeNews::Absent, later(3))
            .unwrap()
            .changed
    );
}

// Money that arrives for a session that has moved on is given back, and nothing else changes.
#[test]
fn late_money_is_given_back() {
    let (shop, checkout) = ready();
    let absent = shop
        .begin(&checkout)
        .settle(&key(1), ChargeNews::Absent, later(2));
    let payable = absent.unwrap().checkout;
    let canceled = payable.cancel(later(3)).unwrap().checkout;
    let second = shop.begin(&payable);
    let completed = second
        .settle(&key(2), approved(), later(4))
        .unwrap()
        .checkout;
    let late = ChargeNews::Approved {
        charge_id: ChargeId::parse("ch_late").unwrap(),
        order_id: order_id(),
    };
    for before in [payable, canceled, second, completed] {
        let outcome = before.settle(&key(1), late.clone(), later(5)).unwrap();
        assert_eq!(
            outcome.effects,
            [Effect::ReverseCharge {
                charge_key: key(1),
                charge_id: ChargeId::parse("ch_late").unwrap(),
            }]
        );
        assert_eq!((outcome.changed, outcome.checkout), (false, before));
    }
}

// A processor that takes its word back about a paid order is not believed silently.
#[test]
fn contradictory_news_is_refused() {
    let (shop, checkout) = ready();
    let completed = shop
        .begin(&checkout)
        .settle(&key(1), approved(), later(1))
        .unwrap()
        .checkout;
    for news in [
        declined(),
        ChargeNews::Absent,
        ChargeNews::AuthenticationRequired,
    ] {
        let refused = completed.settle(&key(1), news, later(2));
        assert!(matches!(refused, Err(Refusal::NotPossible(_))));
    }
    assert!(
        !completed
            .settle(&key(7), declined(), later(2))
            .unwrap()
            .changed
    );
}
