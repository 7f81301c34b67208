//! Memory of requests.

use super::{read, write};
use crate::{IdempotencyRecord, IdempotencyState, Store};

fn memory(scope: u8, state: IdempotencyState, expires_at: i64) -> IdempotencyRecord {
    IdempotencyRecord {
        scope: [scope; 16],
        state,
        raw_fingerprint: [scope; 32],
        canonical_fingerprint: [scope.wrapping_add(1); 32],
        created_at: 1,
        expires_at,
    }
}

/// Both states come back as they were, whatever the body's bytes.
pub fn idempotency_states_are_complete(store: &Store) {
    let running = memory(1, IdempotencyState::InFlight { lease_until: 5 }, 10);
    let answered = memory(
        2,
        IdempotencyState::Stored {
            status: 409,
            headers: "a: b".to_owned(),
            body: vec![0, 255, b'\n', 0],
        },
        10,
    );
    for record in [&running, &answered] {
        let record = record.clone();
        write(store, move |tx| tx.put_idempotency(&record));
    }
    assert_eq!(read(store, |tx| tx.idempotency(&[1; 16])), Some(running));
    assert_eq!(read(store, |tx| tx.idempotency(&[2; 16])), Some(answered));
    assert_eq!(read(store, |tx| tx.idempotency(&[3; 16])), None);
}

/// An answer replaces the running state; expired memories go, oldest first and no more than asked.
pub fn idempotency_memory_is_replaced_and_purged(store: &Store) {
    write(store, |tx| {
        for scope in 0..10_u8 {
            let running = IdempotencyState::InFlight { lease_until: 5 };
            tx.put_idempotency(&memory(scope, running, i64::from(scope)))?;
        }
        let state = IdempotencyState::Stored {
            status: 201,
            headers: String::new(),
            body: vec![7],
        };
        tx.put_idempotency(&memory(0, state, 100))
    });
    let replaced = read(store, |tx| tx.idempotency(&[0; 16])).unwrap();
    assert!(matches!(
        replaced.state,
        IdempotencyState::Stored { status: 201, .. }
    ));
    assert_eq!(write(store, |tx| tx.purge_idempotency(5, 3)), 3);
    assert_eq!(write(store, |tx| tx.purge_idempotency(5, 100)), 2);
    assert_eq!(write(store, |tx| tx.purge_idempotency(5, 100)), 0);
    let left = read(store, |tx| {
        (0..10_u8)
            .map(|scope| Ok(tx.idempotency(&[scope; 16])?.is_some()))
            .collect()
    });
    let left: Vec<bool> = left;
    let gone: Vec<usize> = (0..10).filter(|at| !left[*at]).collect();
    assert_eq!(gone, [1, 2, 3, 4, 5]);
    let deleted = write(store, |tx| {
        Ok((
            tx.delete_idempotency(&[0; 16])?,
            tx.delete_idempotency(&[0; 16])?,
        ))
    });
    assert_eq!(deleted, (true, false));
}
