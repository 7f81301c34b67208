//! Fulfilling an order, and the statuses that follow.

use comptoir_acp::id::{AdjustmentId, EventId, FulfillmentId, LineItemId};
use comptoir_commerce::order::{
    Cancellation, DigitalDelivery, DigitalHandover, FulfillmentEventKind, FulfillmentStatus,
    LineQuantity, LineStatus, Order, OrderEffect, OrderError, OrderStatus, Shipment, Sighting,
};

use crate::fixtures::{Shop, later, new_order, now, units};

pub(crate) fn line(number: u32) -> LineItemId {
    LineItemId::parse(format!("li_{number}")).unwrap()
}

pub(crate) fn of(number: u32, quantity: u32) -> LineQuantity {
    LineQuantity {
        line: line(number),
        quantity,
    }
}

pub(crate) fn parcel(number: u32, lines: &[LineQuantity]) -> Shipment {
    Shipment {
        fulfillment_id: parcel_id(number),
        event_id: event_id(number),
        lines: lines.to_vec(),
        carrier: Some("Carrier".to_owned()),
        tracking_number: Some("T1".to_owned()),
        tracking_url: None,
    }
}

pub(crate) fn parcel_id(number: u32) -> FulfillmentId {
    FulfillmentId::parse(format!("ful_{number}")).unwrap()
}

pub(crate) fn event_id(number: u32) -> EventId {
    EventId::parse(format!("evt_{number}")).unwrap()
}

fn handover(number: u32, lines: &[LineQuantity]) -> DigitalHandover {
    DigitalHandover {
        fulfillment_id: parcel_id(number),
        event_id: event_id(number),
        lines: lines.to_vec(),
        delivery: DigitalDelivery {
            access_url: Some("https://shop.example/secret-link".to_owned()),
            license_key: None,
            expires_at: None,
        },
    }
}

fn sighting(parcel: u32, event: u32, kind: FulfillmentEventKind) -> Sighting {
    Sighting {
        fulfillment_id: parcel_id(parcel),
        event_id: event_id(event),
        kind,
        description: Some("Left at the door".to_owned()),
        location: None,
    }
}

/// Three mugs (line 1), one pen (line 2) and one song (line 3).
pub(crate) fn order() -> Order {
    Shop::new().order(&[("mug", 3), ("pen", 1), ("song", 1)], "US-CA")
}

// The order is the checkout: same lines, same ids, same amounts, announced once.
#[test]
fn an_order_is_the_checkout_that_was_paid() {
    let shop = Shop::new();
    let begun = shop.begin(&shop.create(&[("mug", 3), ("pen", 1)], Some("US-CA")));
    let settled = begun.settle(&crate::fixtures::key(1), crate::fixtures::approved(), now());
    let completed = settled.unwrap().checkout;
    let placed = Order::place(new_order(), &completed, later(1)).unwrap();
    assert_eq!(placed.effects, [OrderEffect::AnnounceCreated]);
    let order = placed.order;
    assert_eq!(
        (order.total(), &order.ledger),
        (completed.total(), &completed.ledger)
    );
    assert_eq!(
        (order.status(), order.revision),
        (OrderStatus::Confirmed, 1)
    );
    let ids: Vec<_> = order.lines.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(ids, ["li_1", "li_2"]);
    assert_eq!(
        Order::place(new_order(), &begun, now()),
        Err(OrderError::NotCompleted)
    );
}

// Line statuses follow the specification's rule.
#[test]
fn line_statuses_follow_quantities() {
    for (current, fulfilled, status) in [
        (0, 0, LineStatus::Removed),
        (3, 0, LineStatus::Processing),
        (3, 1, LineStatus::Partial),
        (3, 2, LineStatus::Partial),
        (3, 3, LineStatus::Fulfilled),
        (1, 1, LineStatus::Fulfilled),
    ] {
        assert_eq!(
            LineStatus::of(current, fulfilled),
            status,
            "{fulfilled} of {current}"
        );
    }
}

// Confirmed, processing, shipped, completed: an order sent in two parcels and a download.
#[test]
fn an_order_runs_its_course() {
    let order = order();
    let some = order.ship(parcel(1, &[of(1, 2)]), later(1)).unwrap();
    assert_eq!(some.effects, [OrderEffect::AnnounceUpdated]);
    let some = some.order;
    assert_eq!(
        (some.status(), some.lines[0].status()),
        (OrderStatus::Processing, LineStatus::Partial)
    );
    let rest = some.ship(parcel(2, &[]), later(2)).unwrap().order;
    assert_eq!(rest.fulfillments[1].lines, [of(1, 1), of(2, 1)]);
    assert_eq!(
        rest.status(),
        OrderStatus::Processing,
        "the song is still to be handed over"
    );
    let sent = rest.hand_over(handover(3, &[]), later(3)).unwrap().order;
    assert_eq!(sent.status(), OrderStatus::Shipped);
    let one = sent
        .deliver(parcel_id(1), event_id(4), later(4))
        .unwrap()
        .order;
    assert_eq!(one.status(), OrderStatus::Shipped);
    let all = one
        .deliver(parcel_id(2), event_id(5), later(5))
        .unwrap()
        .order;
    assert_eq!((all.status(), all.revision), (OrderStatus::Completed, 6));
    assert_eq!(all.total(), order.total());
    let events: Vec<_> = all.fulfillments[0]
        .events
        .iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(
        events,
        [
            FulfillmentEventKind::Shipped,
            FulfillmentEventKind::Delivered
        ]
    );
}

// No unit is sent that is not there, twice, under the wrong name, or the wrong way.
#[test]
fn impossible_parcels_are_refused() {
    let order = order();
    let ship = |lines: &[LineQuantity]| order.ship(parcel(1, lines), later(1)).err();
    let too_large = |number, quantity_max| {
        Some(OrderError::QuantityTooLarge {
            line: line(number),
            quantity_max,
        })
    };
    assert_eq!(ship(&[of(1, 4)]), too_large(1, 3));
    assert_eq!(ship(&[of(1, 0)]), too_large(1, 3));
    assert_eq!(ship(&[of(1, 2), of(1, 1)]), too_large(1, 0));
    assert_eq!(
        ship(&[of(9, 1)]),
        Some(OrderError::UnknownLine { line: line(9) })
    );
    assert_eq!(
        ship(&[of(3, 1)]),
        Some(OrderError::WrongFulfillment { line: line(3) })
    );
    let handed = order.hand_over(handover(1, &[of(1, 1)]), later(1)).err();
    assert_eq!(handed, Some(OrderError::WrongFulfillment { line: line(1) }));
    let sent = order.ship(parcel(1, &[]), later(1)).unwrap().order;
    assert_eq!(
        sent.ship(parcel(2, &[]), later(2)).err(),
        Some(OrderError::NothingLeft)
    );
    assert_eq!(
        sent.ship(parcel(2, &[of(1, 1)]), later(2)).err(),
        too_large(1, 0)
    );
    let same = order.ship(parcel(1, &[of(1, 1)]), later(1)).unwrap().order;
    assert_eq!(
        same.ship(parcel(1, &[of(1, 1)]), later(2)).err(),
        Some(OrderError::IdTaken)
    );
}

// News of a parcel is added, never changed; after its end there is none.
#[test]
fn events_only_grow() {
    let sent = order().ship(parcel(1, &[]), later(1)).unwrap().order;
    let track = |order: &Order, event, kind| order.track(sighting(1, event, kind), later(2));
    let seen = track(&sent, 2, FulfillmentEventKind::InTransit)
        .unwrap()
        .order;
    let missed = track(&seen, 3, FulfillmentEventKind::FailedAttempt)
        .unwrap()
        .order;
    assert_eq!(
        missed.fulfillments[0].status(),
        FulfillmentStatus::InTransit
    );
    assert_eq!(
        track(&missed, 3, FulfillmentEventKind::InTransit).err(),
        Some(OrderError::IdTaken)
    );
    let done = track(&missed, 4, FulfillmentEventKind::Delivered)
        .unwrap()
        .order;
    assert_eq!(
        done.fulfillments[0].events[..3],
        missed.fulfillments[0].events
    );
    let after = track(&done, 5, FulfillmentEventKind::InTransit).err();
    assert_eq!(after, Some(OrderError::FulfillmentEnded));
    let unknown = done.deliver(parcel_id(8), event_id(6), later(3)).err();
    assert_eq!(
        unknown,
        Some(OrderError::UnknownFulfillment {
            fulfillment: parcel_id(8)
        })
    );
}

// A parcel that comes back leaves its units to be sent again.
#[test]
fn a_lost_parcel_is_sent_again() {
    let sent = order().ship(parcel(1, &[]), later(1)).unwrap().order;
    let back = sighting(1, 9, FulfillmentEventKind::ReturnedToSender);
    let lost = sent.track(back, later(2)).unwrap().order;
    assert_eq!(
        (lost.status(), lost.lines[0].unfulfilled()),
        (OrderStatus::Confirmed, 3)
    );
    let again = lost.ship(parcel(2, &[]), later(3)).unwrap().order;
    assert_eq!(again.lines[0].status(), LineStatus::Fulfilled);
}

// Digital goods know no carrier, and their address is in no log.
#[test]
fn digital_goods_have_no_carrier() {
    let order = Shop::new().order(&[("song", 2)], "US-CA");
    let done = order.hand_over(handover(1, &[]), later(1)).unwrap().order;
    assert_eq!(done.status(), OrderStatus::Completed);
    assert!(!format!("{done:?}").contains("secret-link"));
}

// An order under review is not sent.
#[test]
fn a_reviewed_order_waits() {
    let held = order().set_review(true, later(1)).order;
    assert_eq!(held.status(), OrderStatus::ManualReview);
    assert_eq!(
        held.ship(parcel(1, &[]), later(2)).err(),
        Some(OrderError::UnderReview)
    );
    let freed = held.set_review(false, later(3)).order;
    assert!(freed.ship(parcel(1, &[]), later(4)).is_ok());
}

// What was sent is completed without what was canceled; canceled whole, it is canceled.
#[test]
fn cancellation_moves_the_status() {
    let cancel = |lines: &[LineQuantity]| Cancellation {
        adjustment_id: AdjustmentId::parse("adj_1").unwrap(),
        lines: lines.to_vec(),
        reason: None,
        description: None,
    };
    let order = order();
    let canceled = order.cancel(cancel(&[]), later(1)).unwrap().order;
    assert_eq!(canceled.status(), OrderStatus::Canceled);
    assert_eq!(canceled.lines[0].status(), LineStatus::Removed);
    assert_eq!(canceled.ledger.total(), order.ledger.total());

    let sent = order.ship(parcel(1, &[of(1, 1)]), later(1)).unwrap().order;
    let rest = sent.cancel(cancel(&[]), later(2)).unwrap().order;
    assert_eq!(rest.status(), OrderStatus::Shipped);
    let refused = rest.ship(parcel(2, &[]), later(3)).err();
    assert_eq!(refused, Some(OrderError::NothingLeft));
    let done = rest
        .deliver(parcel_id(1), event_id(9), later(3))
        .unwrap()
        .order;
    assert_eq!(
        (done.status(), done.refunded()),
        (OrderStatus::Completed, units(0))
    );
}
