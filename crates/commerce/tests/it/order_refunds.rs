//! Giving money back.

use comptoir_acp::{
    id::{AdjustmentId, RefundId},
    money::MinorUnits,
};
use comptoir_commerce::order::{
    AdjustmentKind, AdjustmentStatus, Cancellation, FulfillmentEventKind, FulfillmentStatus,
    LineQuantity, Order, OrderEffect, OrderError, OrderLine, OrderOutcome, OrderStatus,
    RefundOrder, RefundResult, Return, Sighting,
};
use proptest::prelude::*;

use crate::{
    fixtures::{Shop, item_id, later, money, units},
    order::{event_id, of, order, parcel, parcel_id},
};

fn adjustment(number: usize) -> AdjustmentId {
    AdjustmentId::parse(format!("adj_{number}")).unwrap()
}

fn refund(number: usize, amount: Option<i64>) -> RefundOrder {
    RefundOrder {
        adjustment_id: adjustment(number),
        amount: amount.map(units),
        lines: Vec::new(),
        reason: Some("goodwill".to_owned()),
        description: None,
    }
}

fn cancel(number: usize, lines: &[LineQuantity]) -> Cancellation {
    Cancellation {
        adjustment_id: adjustment(number),
        lines: lines.to_vec(),
        reason: None,
        description: None,
    }
}

fn back(number: usize, lines: &[LineQuantity], restock: bool) -> Return {
    Return {
        adjustment_id: adjustment(number),
        lines: lines.to_vec(),
        restock,
        reason: None,
        description: None,
    }
}

fn succeeded() -> RefundResult {
    RefundResult::Succeeded {
        refund_id: RefundId::parse("re_1").unwrap(),
    }
}

fn asked(outcome: &OrderOutcome) -> Option<MinorUnits> {
    outcome.effects.iter().find_map(|effect| match effect {
        OrderEffect::Refund { amount, .. } => Some(amount.amount),
        OrderEffect::AnnounceCreated
        | OrderEffect::AnnounceUpdated
        | OrderEffect::Restock { .. } => None,
    })
}

// A refund is asked for under its own key, against the charge, and counts once it succeeded.
#[test]
fn a_refund_is_asked_for_and_settled() {
    let order = order();
    let outcome = order.refund(refund(1, Some(500)), later(1)).unwrap();
    assert_eq!(
        outcome.effects,
        [
            OrderEffect::Refund {
                refund_key: "adj_1".to_owned(),
                charge_id: order.charge_id.clone(),
                amount: money(500, "USD"),
            },
            OrderEffect::AnnounceUpdated,
        ]
    );
    assert_eq!(outcome.order.refunded(), units(0));
    let settled = outcome
        .order
        .settle_refund(&adjustment(1), succeeded(), later(2))
        .unwrap()
        .order;
    assert_eq!(
        (settled.refunded(), settled.total()),
        (units(500), order.total())
    );
    let again = settled
        .settle_refund(&adjustment(1), succeeded(), later(3))
        .unwrap();
    assert_eq!((again.effects.len(), again.order), (0, settled.clone()));
    let otherwise = settled
        .settle_refund(&adjustment(1), RefundResult::Failed, later(3))
        .err();
    assert_eq!(otherwise, Some(OrderError::AlreadySettled));
    let unknown = settled
        .settle_refund(&adjustment(7), succeeded(), later(3))
        .err();
    assert_eq!(
        unknown,
        Some(OrderError::UnknownAdjustment {
            adjustment: adjustment(7)
        })
    );
}

// The sum of refunds reaches the charge and never passes it, at -1, 0 and +1 (T-15). What was only
// asked for counts, what failed does not.
#[test]
fn refunds_never_exceed_the_charge() {
    let order = order();
    let total = order.total().amount.get();
    for (amount, fits) in [
        (total - 1, true),
        (total, true),
        (total + 1, false),
        (0, false),
        (-1, false),
    ] {
        assert_eq!(
            order.refund(refund(1, Some(amount)), later(1)).is_ok(),
            fits,
            "{amount}"
        );
    }
    let half = order
        .refund(refund(1, Some(total - 100)), later(1))
        .unwrap()
        .order;
    assert_eq!(half.refundable(), units(100));
    let over = half.refund(refund(2, Some(101)), later(2)).err();
    assert_eq!(over, Some(OrderError::RefundExceedsCharge));
    let rest = half.refund(refund(2, None), later(2)).unwrap();
    assert_eq!(asked(&rest), Some(units(100)));
    assert_eq!(
        rest.order.refund(refund(3, None), later(3)).err(),
        Some(OrderError::NothingLeft)
    );
    let failed = rest
        .order
        .settle_refund(&adjustment(1), RefundResult::Failed, later(3))
        .unwrap()
        .order;
    assert_eq!(failed.refundable(), units(total - 100));
    assert_eq!(
        failed.refund(refund(2, Some(1)), later(4)).err(),
        Some(OrderError::IdTaken)
    );
}

// Canceled before anything was sent, everything is given back, delivery included.
#[test]
fn a_whole_cancellation_gives_everything_back() {
    let order = order();
    let outcome = order.cancel(cancel(1, &[]), later(1)).unwrap();
    assert_eq!(asked(&outcome), Some(order.total().amount));
    let restocked = OrderEffect::Restock {
        item_id: item_id("mug"),
        quantity: 3,
    };
    assert!(
        outcome.effects.contains(&restocked),
        "only counted items: {:?}",
        outcome.effects
    );
    assert_eq!(outcome.effects.len(), 3);
    assert_eq!(outcome.order.status(), OrderStatus::Canceled);
    let twice = outcome.order.cancel(cancel(2, &[]), later(2)).err();
    assert_eq!(twice, Some(OrderError::NothingLeft));
}

// Units canceled one by one are worth the line exactly, in whatever portions.
#[test]
fn units_are_worth_their_line_exactly() {
    let mut shop = Shop::new();
    shop.item("mug").unit_price = units(333);
    let order = shop.order(&[("mug", 7), ("pen", 1)], "US-CA");
    let worth = order.ledger.line(&order.lines[0].id).total;
    let mut left = order;
    let mut given = 0;
    for number in 0..7 {
        let outcome = left.cancel(cancel(number, &[of(1, 1)]), later(1)).unwrap();
        given += asked(&outcome).unwrap().get();
        left = outcome.order;
    }
    assert_eq!(given, worth.get());
}

// Only what arrived comes back, only what was not sent is canceled.
#[test]
fn returns_and_cancellations_do_not_overlap() {
    let under_way = order()
        .ship(parcel(1, &[of(1, 2)]), later(1))
        .unwrap()
        .order;
    let sent = under_way
        .deliver(parcel_id(1), event_id(9), later(1))
        .unwrap()
        .order;
    let too_large = |quantity_max| {
        Some(OrderError::QuantityTooLarge {
            line: sent.lines[0].id.clone(),
            quantity_max,
        })
    };
    let early = under_way
        .take_return(back(1, &[of(1, 1)], true), later(2))
        .err();
    assert_eq!(early, too_large(0));
    assert_eq!(
        sent.take_return(back(1, &[of(1, 3)], true), later(2)).err(),
        too_large(2)
    );
    assert_eq!(
        sent.cancel(cancel(1, &[of(1, 2)]), later(2)).err(),
        too_large(1)
    );
    let returned = sent
        .take_return(back(1, &[of(1, 1)], true), later(2))
        .unwrap();
    let line = &returned.order.lines[0];
    assert_eq!((line.ordered, line.current, line.fulfilled), (3, 2, 1));
    assert!(returned.effects.contains(&OrderEffect::Restock {
        item_id: item_id("mug"),
        quantity: 1
    }));
    let broken = sent
        .take_return(back(1, &[of(1, 1)], false), later(2))
        .unwrap();
    assert_eq!(broken.effects.len(), 2, "{:?}", broken.effects);
    assert_eq!(
        sent.take_return(back(1, &[], true), later(2)).err(),
        Some(OrderError::NothingLeft)
    );
}

// Goodwill given before is not given again with the goods.
#[test]
fn goodwill_is_not_given_twice() {
    let order = order();
    let all_but_one = order.total().amount.get() - 1;
    let generous = order
        .refund(refund(1, Some(all_but_one)), later(1))
        .unwrap()
        .order;
    let outcome = generous.cancel(cancel(2, &[of(1, 3)]), later(2)).unwrap();
    assert_eq!(asked(&outcome), Some(units(1)));
    let outcome = outcome
        .order
        .cancel(cancel(3, &[of(2, 1)]), later(3))
        .unwrap();
    assert_eq!(asked(&outcome), None);
    assert_eq!(
        outcome.order.adjustments[2].status,
        AdjustmentStatus::Completed
    );
}

// A dispute is recorded, counts as given back, and puts the order aside (T-14).
#[test]
fn a_dispute_puts_the_order_aside() {
    let order = order();
    let disputed = order
        .dispute(adjustment(1), order.total().amount, later(1))
        .unwrap()
        .order;
    assert_eq!(disputed.status(), OrderStatus::ManualReview);
    assert_eq!(
        (disputed.refunded(), disputed.refundable()),
        (order.total().amount, units(0))
    );
    assert_eq!(disputed.adjustments[0].kind, AdjustmentKind::Dispute);
    let again = disputed.dispute(adjustment(2), units(1), later(2)).err();
    assert_eq!(again, Some(OrderError::RefundExceedsCharge));
}

#[derive(Clone, Debug)]
enum Step {
    Ship(u32, u32),
    Cancel(u32, u32),
    Return(u32, u32),
    Refund(i64),
    Settle(prop::sample::Index, bool),
    Track(prop::sample::Index, FulfillmentEventKind),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1_u32..4, 1_u32..4).prop_map(|(line, units)| Step::Ship(line, units)),
        (1_u32..4, 1_u32..4).prop_map(|(line, units)| Step::Cancel(line, units)),
        (1_u32..4, 1_u32..4).prop_map(|(line, units)| Step::Return(line, units)),
        (-10_i64..5_000).prop_map(Step::Refund),
        (any::<prop::sample::Index>(), any::<bool>())
            .prop_map(|(which, well)| Step::Settle(which, well)),
        (
            any::<prop::sample::Index>(),
            prop::sample::select(vec![
                FulfillmentEventKind::InTransit,
                FulfillmentEventKind::Delivered,
                FulfillmentEventKind::Delivered,
                FulfillmentEventKind::Undeliverable,
            ])
        )
            .prop_map(|(which, kind)| Step::Track(which, kind)),
    ]
}

/// Units in parcels that are not lost, without those that came back.
fn sent_and_kept(order: &Order, line: &OrderLine) -> u32 {
    let units = |lines: &[LineQuantity]| -> u32 {
        lines
            .iter()
            .filter(|units| units.line == line.id)
            .map(|units| units.quantity)
            .sum()
    };
    let sent: u32 = order
        .fulfillments
        .iter()
        .filter(|parcel| parcel.status() != FulfillmentStatus::Failed)
        .map(|parcel| units(&parcel.lines))
        .sum();
    let returns = order
        .adjustments
        .iter()
        .filter(|adjustment| adjustment.kind == AdjustmentKind::Return);
    sent - returns
        .map(|adjustment| units(&adjustment.lines))
        .sum::<u32>()
}

fn live(order: &Order, step: &Step, number: usize) -> Result<OrderOutcome, OrderError> {
    let at = later(1);
    match step {
        Step::Ship(line, units) => {
            let number = u32::try_from(number).unwrap();
            order.ship(parcel(number, &[of(*line, *units)]), at)
        }
        Step::Cancel(line, units) => order.cancel(cancel(number, &[of(*line, *units)]), at),
        Step::Return(line, units) => {
            order.take_return(back(number, &[of(*line, *units)], true), at)
        }
        Step::Refund(amount) => order.refund(refund(number, Some(*amount)), at),
        Step::Settle(which, well) => {
            if order.adjustments.is_empty() {
                return Err(OrderError::NothingLeft);
            }
            let id = &order.adjustments[which.index(order.adjustments.len())].id;
            let result = if *well {
                succeeded()
            } else {
                RefundResult::Failed
            };
            order.settle_refund(id, result, at)
        }
        Step::Track(which, kind) => {
            if order.fulfillments.is_empty() {
                return Err(OrderError::NothingLeft);
            }
            let sighting = Sighting {
                fulfillment_id: order.fulfillments[which.index(order.fulfillments.len())]
                    .id
                    .clone(),
                event_id: event_id(u32::try_from(number).unwrap()),
                kind: *kind,
                description: None,
                location: None,
            };
            order.track(sighting, at)
        }
    }
}

proptest! {
    // Whatever happens to an order: refunds stay within the charge, the total stands, quantities
    // stay in order, lists only grow, revisions count every change, the document round-trips.
    #[test]
    fn every_order_keeps_the_books(steps in prop::collection::vec(step(), 1..40)) {
        let mut order = order();
        let charged = order.total();
        let mut given = 0;
        for (number, step) in steps.iter().enumerate() {
            let Ok(outcome) = live(&order, step, number) else { continue };
            given += asked(&outcome).map_or(0, MinorUnits::get);
            let next = outcome.order;
            let spoken_for = charged.amount.get() - next.refundable().get();
            prop_assert!(next.refunded().get() <= spoken_for && spoken_for <= charged.amount.get());
            prop_assert!(spoken_for <= given);
            prop_assert_eq!(next.total(), charged);
            prop_assert!(next.adjustments.len() >= order.adjustments.len());
            for (before, after) in order.fulfillments.iter().zip(&next.fulfillments) {
                prop_assert!(before.id == after.id && after.events.starts_with(&before.events));
            }
            prop_assert!(next.fulfillments.len() >= order.fulfillments.len());
            for line in &next.lines {
                prop_assert!(line.fulfilled <= line.current && line.current <= line.ordered);
                prop_assert_eq!(line.fulfilled, sent_and_kept(&next, line));
            }
            let changed = !outcome.effects.is_empty();
            prop_assert_eq!(next.revision, order.revision + u64::from(changed));
            let stored = serde_json::to_string(&next).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Order>(&stored).unwrap(), &next);
            order = next;
        }
    }
}
