//! Changing, reading, cancelling and outliving a checkout.

use comptoir_commerce::{
    checkout::{
        Checkout, CheckoutState, DesiredCheckout, Effect, InvalidTransition, Message, Refusal,
    },
    item::Sellable,
    shipping::OptionId,
};

use crate::fixtures::{
    Shop, approved, completion, destination, item_id, key, later, money, now, units, wanted,
};

fn update(shop: &Shop, checkout: &Checkout, change: impl FnOnce(&mut DesiredCheckout)) -> Checkout {
    let mut desired = checkout.desired.clone();
    change(&mut desired);
    checkout
        .update(desired, &shop.context(), later(1))
        .unwrap()
        .checkout
}

fn refused(event: &'static str, state: &'static str) -> Refusal {
    Refusal::NotPossible(InvalidTransition { state, event })
}

// A line keeps its id through every change, even when it went and came back; a new line gets a new id.
#[test]
fn line_ids_are_stable() {
    let shop = Shop::new();
    let ids = |checkout: &Checkout| {
        checkout
            .lines
            .iter()
            .map(|line| format!("{} {}", line.item_id, line.id))
            .collect::<Vec<_>>()
    };
    let first = shop.create(&[("mug", 1), ("pen", 1)], None);
    assert_eq!(ids(&first), ["mug li_1", "pen li_2"]);
    let swapped = update(&shop, &first, |desired| {
        desired.lines = vec![wanted("song", 1), wanted("pen", 9)];
    });
    assert_eq!(ids(&swapped), ["song li_3", "pen li_2"]);
    let back = update(&shop, &swapped, |desired| {
        desired.lines.push(wanted("mug", 1));
    });
    assert_eq!(ids(&back), ["song li_3", "pen li_2", "mug li_4"]);
}

// An item that is sold out for a while keeps its line.
#[test]
fn a_line_survives_being_withdrawn() {
    let mut shop = Shop::new();
    let first = shop.create(&[("pen", 1), ("mug", 1)], Some("US-CA"));
    let mug: Sellable = shop.catalog.remove(&item_id("mug")).unwrap();
    let without = first.refresh(&shop.context(), later(1)).unwrap().checkout;
    assert_eq!(
        (without.lines.len(), &without.state),
        (1, &CheckoutState::NotReady)
    );
    shop.catalog.insert(item_id("mug"), mug);
    let again = without.refresh(&shop.context(), later(2)).unwrap().checkout;
    assert_eq!(again.lines, first.lines);
}

// Ready falls back when an item runs out, and rises again (field defect 34).
#[test]
fn ready_falls_back_and_rises() {
    let mut shop = Shop::new();
    let ready = shop.create(&[("mug", 2)], Some("US-CA"));
    shop.item("mug").stock = Some(1);
    let fallen = ready.refresh(&shop.context(), later(1)).unwrap();
    assert_eq!(fallen.checkout.state, CheckoutState::NotReady);
    assert_eq!(
        (fallen.effects, fallen.checkout.hold().len()),
        (vec![Effect::HoldStock], 0)
    );
    shop.item("mug").stock = Some(2);
    let risen = fallen
        .checkout
        .refresh(&shop.context(), later(2))
        .unwrap()
        .checkout;
    assert_eq!(
        (risen.state.clone(), risen.revision),
        (CheckoutState::Ready, 3)
    );
}

// Reading what is unchanged changes nothing, not even the revision.
#[test]
fn an_idle_read_changes_nothing() {
    let shop = Shop::new();
    let checkout = shop.create(&[("mug", 2)], Some("US-CA"));
    let read = checkout.refresh(&shop.context(), later(9)).unwrap();
    assert_eq!((read.changed, read.effects.len()), (false, 0));
    assert_eq!(read.checkout, checkout);
}

// The amount shown at creation is the one read later, and the one charged (field defect 5).
#[test]
fn every_path_shows_the_same_amount() {
    let shop = Shop::new();
    let created = shop.create(&[("mug", 3), ("pen", 7)], Some("US-TX"));
    let read = created.refresh(&shop.context(), later(1)).unwrap().checkout;
    let updated = update(&shop, &created, |_| {});
    let begun = created
        .begin_complete(completion(), &shop.context(), later(2))
        .unwrap();
    let charged = begun.charge().unwrap().amount;
    for shown in [read.total(), updated.total(), charged] {
        assert_eq!(shown, created.total());
    }
}

// A wanted delivery is kept through other changes (field defect 33).
#[test]
fn the_chosen_delivery_is_kept() {
    let shop = Shop::new();
    let checkout = shop.create(&[("mug", 1)], Some("US-OR"));
    let express = update(&shop, &checkout, |desired| {
        desired.selected_option = Some(OptionId::new("express"));
    });
    assert_eq!(express.total(), money(2_500, "USD"));
    let more = update(&shop, &express, |desired| {
        desired.lines.push(wanted("pen", 1));
    });
    assert_eq!(more.selected_option, Some(OptionId::new("express")));
    assert_eq!(more.total(), money(2_750, "USD"));
}

// Options follow the address; a choice that is gone is replaced by the cheapest, with a note.
// Field defect 33.
#[test]
fn options_follow_the_address() {
    let shop = Shop::new();
    let express = update(
        &shop,
        &shop.create(&[("mug", 1)], Some("US-OR")),
        |desired| {
            desired.selected_option = Some(OptionId::new("express"));
        },
    );
    let moved = update(&shop, &express, |desired| {
        desired.destination = Some(destination("CA-ON"));
    });
    assert_eq!(moved.selected_option, Some(OptionId::new("north")));
    assert_eq!(
        moved.messages,
        [Message::OptionReplaced {
            before: OptionId::new("express"),
            now: Some(OptionId::new("north")),
        }]
    );
    assert_eq!(moved.state, CheckoutState::Ready);
    assert!(!moved.refresh(&shop.context(), later(5)).unwrap().changed);
}

// A delivery that was never offered is an error, and stays one until another is chosen.
#[test]
fn an_invented_delivery_is_an_error() {
    let shop = Shop::new();
    let checkout = shop.create(&[("mug", 1)], Some("US-OR"));
    let invented = update(&shop, &checkout, |desired| {
        desired.selected_option = Some(OptionId::new("drone"));
    });
    let unknown = Message::OptionUnknown {
        option_id: OptionId::new("drone"),
    };
    assert_eq!(invented.messages.as_slice(), std::slice::from_ref(&unknown));
    assert_eq!(invented.state, CheckoutState::NotReady);
    let read = invented
        .refresh(&shop.context(), later(1))
        .unwrap()
        .checkout;
    assert_eq!(read.messages, [unknown]);
    let cleared = update(&shop, &read, |desired| desired.selected_option = None);
    assert_eq!(cleared.state, CheckoutState::Ready);
}

// A changed price is told once, in both directions.
#[test]
fn a_changed_price_is_told() {
    for price in [900, 1_100] {
        let mut shop = Shop::new();
        let checkout = shop.create(&[("mug", 1)], Some("US-OR"));
        shop.item("mug").unit_price = units(price);
        let read = checkout
            .refresh(&shop.context(), later(1))
            .unwrap()
            .checkout;
        let [Message::PriceChange { before, now, .. }] = read.messages.as_slice() else {
            panic!("{:?}", read.messages)
        };
        assert_eq!((*before, *now), (money(1_000, "USD"), money(price, "USD")));
        assert_eq!(read.total(), money(price + 500, "USD"));
    }
}

// While a charge is under way nothing can be changed, given up or begun (I-11, I-12, field defect 4).
#[test]
fn nothing_moves_during_a_charge() {
    let shop = Shop::new();
    let begun = shop.begin(&shop.create(&[("mug", 1)], Some("US-CA")));
    let context = shop.context();
    let state = "complete_in_progress";
    let update = begun.update(begun.desired.clone(), &context, later(1));
    assert_eq!(update.unwrap_err(), refused("update", state));
    assert_eq!(
        begun.cancel(later(1)).unwrap_err(),
        refused("cancel", state)
    );
    let complete = begun.begin_complete(completion(), &context, later(1));
    assert_eq!(complete.unwrap_err(), refused("complete", state));
    assert!(!begun.expire(later(99_999)).unwrap().changed);
    assert!(!begun.refresh(&context, later(1)).unwrap().changed);
}

// A completed or canceled checkout stays what it is (cancel is refused, reading is not).
#[test]
fn the_end_is_the_end() {
    let shop = Shop::new();
    let checkout = shop.create(&[("mug", 1)], Some("US-CA"));
    let completed = shop
        .begin(&checkout)
        .settle(&key(1), approved(), later(1))
        .unwrap()
        .checkout;
    let canceled = checkout.cancel(later(1)).unwrap().checkout;
    let expired = checkout.expire(later(3_600)).unwrap().checkout;
    for ended in [completed, canceled, expired] {
        let state = ended.state.name();
        assert_eq!(
            ended.cancel(later(2)).unwrap_err(),
            refused("cancel", state)
        );
        let update = ended.update(ended.desired.clone(), &shop.context(), later(2));
        assert_eq!(update.unwrap_err(), refused("update", state));
        let complete = ended.begin_complete(completion(), &shop.context(), later(2));
        assert_eq!(complete.unwrap_err(), refused("complete", state));
        assert_eq!(
            ended.refresh(&shop.context(), later(2)).unwrap().checkout,
            ended
        );
        assert_eq!(ended.expire(later(99_999)).unwrap().checkout, ended);
        assert_eq!(ended.hold().len(), 0);
    }
}

// A checkout lapses at its time, not before; what comes after is refused even before that is
// recorded.
#[test]
fn a_checkout_lapses_at_its_time() {
    let shop = Shop::new();
    let checkout = shop.create(&[("mug", 1)], Some("US-CA"));
    assert!(!checkout.expire(later(3_599)).unwrap().changed);
    let expired = checkout.expire(later(3_600)).unwrap();
    assert_eq!(expired.effects, [Effect::ReleaseStock]);
    let complete = checkout.begin_complete(completion(), &shop.context(), later(3_600));
    assert_eq!(complete.unwrap_err(), refused("complete", "expired"));
    let update = checkout.update(checkout.desired.clone(), &shop.context(), later(3_600));
    assert_eq!(update.unwrap_err(), refused("update", "expired"));
}

// What is held is what can be had in full; an uncounted line holds nothing (field defect 9).
#[test]
fn only_whole_lines_are_held() {
    let mut shop = Shop::new();
    shop.add("bowl", 2_000).stock = Some(2);
    let checkout = shop.create(&[("mug", 4), ("bowl", 3), ("pen", 5)], Some("US-CA"));
    assert_eq!(checkout.hold(), [(item_id("mug"), 4)].into());
    let fewer = update(&shop, &checkout, |desired| {
        desired.lines = vec![wanted("mug", 1), wanted("bowl", 2)];
    });
    assert_eq!(
        fewer.hold(),
        [(item_id("mug"), 1), (item_id("bowl"), 2)].into()
    );
    assert_eq!(now(), checkout.created_at);
}
