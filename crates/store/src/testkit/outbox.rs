//! Events and deliveries.

use super::{TENANT, read, write};
use crate::{DeliveryRow, EventQuery, NewDelivery, NewEvent, Store, StoreError, TenantId, Tx};

const LEASE: i64 = 100;

fn enqueue(
    tx: &mut dyn Tx,
    subscriber: &str,
    subject: &str,
    revision: i64,
    next_at: i64,
) -> Result<i64, StoreError> {
    let event_key = tx.append_event(&NewEvent {
        tenant: TENANT,
        topic: "order",
        subject,
        revision,
        payload: b"{}",
        now: 1,
    })?;
    tx.enqueue_delivery(&NewDelivery {
        tenant: TENANT,
        event_key,
        subscriber,
        subject,
        revision,
        next_at,
    })
}

fn lease(store: &Store, now: i64) -> Vec<DeliveryRow> {
    write(store, move |tx| tx.lease_deliveries(now, now + LEASE, 100))
}

fn finish(store: &Store, delivery: &DeliveryRow) {
    let (key, epoch) = (delivery.key, delivery.epoch);
    write(store, move |tx| tx.finish_delivery(key, epoch, 1));
}

fn named(deliveries: &[DeliveryRow]) -> Vec<(&str, &str, i64)> {
    deliveries
        .iter()
        .map(|row| (row.subscriber.as_str(), row.subject.as_str(), row.revision))
        .collect()
}

/// Events keep their order and are found by topic and subject.
pub fn events_append_in_order(store: &Store) {
    let keys = write(store, |tx| {
        let mut keys = Vec::new();
        for (topic, subject) in [("t", "a"), ("u", "b"), ("t", "b"), ("u", "a")] {
            let revision = i64::try_from(keys.len()).unwrap_or(0);
            let payload = subject.as_bytes();
            keys.push(tx.append_event(&NewEvent {
                tenant: TENANT,
                topic,
                subject,
                revision,
                payload,
                now: 3,
            })?);
        }
        Ok(keys)
    });
    assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
    let revisions = |query: EventQuery<'static>| {
        let events = read(store, move |tx| tx.events(TENANT, &query));
        events
            .iter()
            .map(|event| event.revision)
            .collect::<Vec<_>>()
    };
    let all = EventQuery::default();
    assert_eq!(revisions(all), [0, 1, 2, 3]);
    assert_eq!(
        revisions(EventQuery {
            topic: Some("t"),
            ..all
        }),
        [0, 2]
    );
    assert_eq!(
        revisions(EventQuery {
            subject: Some("b"),
            ..all
        }),
        [1, 2]
    );
    assert_eq!(
        revisions(EventQuery {
            topic: Some("u"),
            subject: Some("a"),
            ..all
        }),
        [3]
    );
    assert_eq!(
        revisions(EventQuery {
            after_key: Some(keys[1]),
            limit: 1,
            ..all
        }),
        [2]
    );
    let (last, other) = (keys[3], keys[3] + 1);
    let event = read(store, move |tx| tx.event(last)).unwrap();
    assert_eq!(
        (event.payload.as_slice(), event.created_at),
        (b"a".as_slice(), 3)
    );
    assert_eq!(read(store, move |tx| tx.event(other)), None);
    assert!(read(store, |tx| tx.events(TenantId(9), &EventQuery::default())).is_empty());
}

/// Of one subscriber and subject one revision is out at a time, in order; others do not wait.
pub fn deliveries_go_out_in_order_per_subject(store: &Store) {
    write(store, |tx| {
        for revision in 1..=3 {
            enqueue(tx, "agent", "ord_1", revision, 0)?;
        }
        enqueue(tx, "agent", "ord_2", 1, 0)?;
        enqueue(tx, "shop", "ord_1", 1, 0)
    });
    assert_eq!(read(store, |tx| tx.deliveries_due(0, 100)).len(), 3);
    let first = lease(store, 0);
    let heads = [
        ("agent", "ord_1", 1),
        ("agent", "ord_2", 1),
        ("shop", "ord_1", 1),
    ];
    assert_eq!(named(&first), heads);
    assert_eq!(
        (first[0].attempt, first[0].event.topic.as_str()),
        (1, "order")
    );
    assert!(lease(store, 1).is_empty());
    finish(store, &first[0]);
    let second = lease(store, 1);
    assert_eq!(named(&second), [("agent", "ord_1", 2)]);
    finish(store, &second[0]);
    let third = lease(store, 1);
    assert_eq!(named(&third), [("agent", "ord_1", 3)]);
    assert_eq!(read(store, |tx| tx.deliveries_open()), 3);
    for delivery in third.iter().chain(&first[1..]) {
        finish(store, delivery);
    }
    assert_eq!(read(store, |tx| tx.deliveries_open()), 0);
    assert_eq!(read(store, |tx| tx.next_delivery_at()), None);
}

/// When a lease runs out the delivery goes to another worker, and the first one's result is
/// refused.
pub fn a_stale_epoch_cannot_write(store: &Store) {
    write(store, |tx| enqueue(tx, "agent", "ord_1", 1, 0));
    let lost = lease(store, 0).remove(0);
    let held = lease(store, LEASE).remove(0);
    assert_eq!(
        (held.key, held.epoch, held.attempt),
        (lost.key, lost.epoch + 1, 2)
    );
    let (key, epoch) = (lost.key, lost.epoch);
    let results = [
        store.write_blocking("test", move |tx| tx.finish_delivery(key, epoch, 1)),
        store.write_blocking("test", move |tx| tx.retry_delivery(key, epoch, 1, "late")),
        store.write_blocking("test", move |tx| tx.park_delivery(key, epoch, "late")),
    ];
    for result in results {
        assert!(
            matches!(
                result,
                Err(StoreError::Stale {
                    table: "deliveries",
                    ..
                })
            ),
            "{result:?}"
        );
    }
    finish(store, &held);
    let (key, epoch) = (held.key, held.epoch);
    let twice = store.write_blocking("test", move |tx| tx.finish_delivery(key, epoch, 1));
    assert!(matches!(twice, Err(StoreError::Stale { .. })), "{twice:?}");
}

/// A failed delivery comes again at its time with its reason, and holds back its followers.
pub fn a_failed_delivery_waits_for_its_time(store: &Store) {
    write(store, |tx| {
        enqueue(tx, "agent", "ord_1", 1, 5)?;
        enqueue(tx, "agent", "ord_1", 2, 5)
    });
    assert!(lease(store, 4).is_empty());
    assert_eq!(read(store, |tx| tx.next_delivery_at()), Some(5));
    let first = lease(store, 5).remove(0);
    assert_eq!(read(store, |tx| tx.next_delivery_at()), Some(5 + LEASE));
    let (key, epoch) = (first.key, first.epoch);
    let reason = "é".repeat(5_000);
    write(store, move |tx| {
        tx.retry_delivery(key, epoch, 1_000, &reason)
    });
    assert!(lease(store, 999).is_empty());
    let again = lease(store, 1_000);
    assert_eq!(named(&again), [("agent", "ord_1", 1)]);
    let reason = again[0].last_error.clone().unwrap();
    assert!(
        reason.starts_with('é') && reason.len() <= 1_000,
        "{} bytes",
        reason.len()
    );
}

/// A delivery that is given up is listed and no longer in the way.
pub fn a_parked_delivery_lets_the_next_go(store: &Store) {
    write(store, |tx| {
        enqueue(tx, "agent", "ord_1", 1, 0)?;
        enqueue(tx, "agent", "ord_1", 2, 0)
    });
    let poison = lease(store, 0).remove(0);
    let (key, epoch) = (poison.key, poison.epoch);
    write(store, move |tx| tx.park_delivery(key, epoch, "refused"));
    assert_eq!(named(&lease(store, 0)), [("agent", "ord_1", 2)]);
    let parked = read(store, |tx| tx.deliveries_parked(None, 10));
    assert_eq!(named(&parked), [("agent", "ord_1", 1)]);
    assert_eq!(parked[0].last_error.as_deref(), Some("refused"));
    assert!(read(store, move |tx| tx.deliveries_parked(Some(key), 10)).is_empty());
}

/// A lower revision that comes in late goes before the higher one, also when that was out already.
pub fn late_lower_revisions_go_first(store: &Store) {
    write(store, |tx| {
        enqueue(tx, "agent", "ord_1", 3, 0)?;
        enqueue(tx, "agent", "ord_1", 2, 0)
    });
    let out = lease(store, 0).remove(0);
    assert_eq!(out.revision, 2);
    write(store, |tx| enqueue(tx, "agent", "ord_1", 1, 0));
    let first = lease(store, 0).remove(0);
    assert_eq!(first.revision, 1);
    // The lease of revision 2 runs out while 1 is out: it queues up again.
    let (key, epoch) = (first.key, first.epoch);
    write(store, move |tx| {
        tx.retry_delivery(key, epoch, 10_000, "down")
    });
    assert!(lease(store, LEASE).is_empty());
    let again = lease(store, 10_000);
    assert_eq!(named(&again), [("agent", "ord_1", 1)]);
    finish(store, &again[0]);
    assert_eq!(named(&lease(store, 10_000)), [("agent", "ord_1", 2)]);
    let missing = store.write_blocking("test", |tx| {
        tx.enqueue_delivery(&NewDelivery {
            tenant: TENANT,
            event_key: 999,
            subscriber: "agent",
            subject: "ord_1",
            revision: 9,
            next_at: 0,
        })
    });
    assert!(
        matches!(missing, Err(StoreError::Conflict { .. })),
        "{missing:?}"
    );
}
