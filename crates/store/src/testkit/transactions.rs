//! What a transaction promises.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Waker},
    thread,
};

use super::{TENANT, plain, read, write};
use crate::{Collection, RecordQuery, Rollback, Store, StoreError};

fn orders(store: &Store) -> u64 {
    read(store, |tx| {
        tx.count(Collection::Orders, TENANT, &RecordQuery::default())
    })
}

/// `Err` takes back what the closure did, whatever came before it in the closure.
pub fn an_error_takes_everything_back(store: &Store) {
    let failed: Result<(), StoreError> = store.write_blocking("test", |tx| {
        tx.insert(Collection::Orders, &plain("a"))?;
        tx.set_stock(TENANT, "item", 3)?;
        Err(StoreError::Busy)
    });
    assert!(matches!(failed, Err(StoreError::Busy)), "{failed:?}");
    assert_eq!(orders(store), 0);
    assert_eq!(read(store, |tx| tx.stock(TENANT, "item")), None);
    // A refused statement alone takes nothing back: the closure decides.
    write(store, |tx| {
        tx.insert(Collection::Orders, &plain("a"))?;
        assert!(tx.insert(Collection::Orders, &plain("a")).is_err());
        tx.insert(Collection::Orders, &plain("b"))
    });
    assert_eq!(orders(store), 2);
}

/// A savepoint is taken back alone, nested ones with it, and what is written around them stays.
pub fn savepoints_roll_back_alone(store: &Store) {
    write(store, |tx| {
        tx.insert(Collection::Orders, &plain("before"))?;
        let kept = tx.savepoint(&mut |tx| {
            tx.insert(Collection::Orders, &plain("kept"))
                .map_err(|_| Rollback)?;
            let inner = tx.savepoint(&mut |tx| {
                tx.insert(Collection::Orders, &plain("inner"))
                    .map_err(|_| Rollback)?;
                Err(Rollback)
            });
            assert!(matches!(inner, Ok(false)), "{inner:?}");
            Ok(())
        })?;
        assert!(kept);
        let lost = tx.savepoint(&mut |tx| {
            tx.insert(Collection::Orders, &plain("lost"))
                .map_err(|_| Rollback)?;
            let inner = tx.savepoint(&mut |tx| {
                tx.insert(Collection::Orders, &plain("lost too"))
                    .map_err(|_| Rollback)?;
                Ok(())
            });
            assert!(matches!(inner, Ok(true)), "{inner:?}");
            Err(Rollback)
        })?;
        assert!(!lost);
        assert!(!tx.savepoint(&mut |_| Err(Rollback))?);
        tx.insert(Collection::Orders, &plain("after"))
    });
    let records = read(store, |tx| {
        tx.records(Collection::Orders, TENANT, &RecordQuery::default())
    });
    let ids: Vec<_> = records.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids, ["before", "kept", "after"]);
    // First in the closure: the savepoint and the closure go back to the same state.
    write(store, |tx| {
        let kept = tx.savepoint(&mut |tx| {
            tx.insert(Collection::Orders, &plain("first"))
                .map_err(|_| Rollback)?;
            Err(Rollback)
        })?;
        assert!(!kept);
        tx.set_meta("reply", "stored")
    });
    assert_eq!(
        read(store, |tx| tx.meta("reply")).as_deref(),
        Some("stored")
    );
    let failed: Result<(), StoreError> = store.write_blocking("test", |tx| {
        tx.savepoint(&mut |tx| {
            tx.insert(Collection::Orders, &plain("first"))
                .map_err(|_| Rollback)?;
            Ok(())
        })?;
        tx.set_meta("reply", "lost")?;
        Err(StoreError::Busy)
    });
    assert!(failed.is_err());
    assert_eq!(orders(store), 3);
    assert_eq!(
        read(store, |tx| tx.meta("reply")).as_deref(),
        Some("stored")
    );
}

/// A panic is an error of its own closure; the closures beside it and after it are not touched.
pub fn a_panic_takes_back_its_closure_only(store: &Store) {
    let writers: Vec<_> = (0..24)
        .map(|n| {
            let store = store.clone();
            thread::spawn(move || {
                let id = format!("id_{n}");
                store.write_blocking("sometimes panics", move |tx| -> Result<(), StoreError> {
                    tx.insert(Collection::Orders, &plain(&id))?;
                    tx.savepoint(&mut |tx| {
                        tx.set_meta(&id, "written").map_err(|_| Rollback)?;
                        assert!(n % 3 != 0, "a planned panic");
                        Ok(())
                    })?;
                    Ok(())
                })
            })
        })
        .collect();
    for (n, writer) in writers.into_iter().enumerate() {
        let result = writer.join().unwrap();
        if n % 3 == 0 {
            let named = matches!(
                result,
                Err(StoreError::Panicked {
                    name: "sometimes panics"
                })
            );
            assert!(named, "{result:?}");
        } else {
            result.unwrap();
        }
    }
    assert_eq!(orders(store), 16);
    assert_eq!(read(store, |tx| tx.meta("id_3")), None);
    let panicked: Result<(), StoreError> =
        store.read_blocking("test", |_| panic!("a planned panic"));
    assert!(
        matches!(panicked, Err(StoreError::Panicked { .. })),
        "{panicked:?}"
    );
    assert_eq!(orders(store), 16);
}

/// Many threads add to one counter and to the log: nothing is lost or doubled.
pub fn concurrent_writers_lose_nothing(store: &Store) {
    const THREADS: usize = 8;
    const EACH: usize = 50;
    let writers: Vec<_> = (0..THREADS)
        .map(|writer| {
            let store = store.clone();
            thread::spawn(move || {
                for n in 0..EACH {
                    let id = format!("{writer}_{n}");
                    write(&store, move |tx| {
                        let count: usize =
                            tx.meta("count")?.map_or(0, |text| text.parse().unwrap());
                        tx.set_meta("count", &(count + 1).to_string())?;
                        tx.insert(Collection::Orders, &plain(&id))
                    });
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let count = read(store, |tx| tx.meta("count"));
    assert_eq!(count, Some((THREADS * EACH).to_string()));
    assert_eq!(orders(store), 400);
}

/// Two values that only change together are never seen apart, and an acknowledged change is seen
/// by the next read.
pub fn readers_see_only_commits(store: &Store) {
    write(store, |tx| {
        tx.set_meta("left", "0")?;
        tx.set_meta("right", "0")
    });
    let is_done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (store, is_done) = (store.clone(), Arc::clone(&is_done));
            thread::spawn(move || {
                while !is_done.load(Ordering::Relaxed) {
                    let (left, right) =
                        read(&store, |tx| Ok((tx.meta("left")?, tx.meta("right")?)));
                    assert_eq!(left, right);
                }
            })
        })
        .collect();
    for n in 1..=200 {
        let value = n.to_string();
        let result: Result<(), StoreError> = store.write_blocking("test", move |tx| {
            tx.set_meta("left", &value)?;
            tx.set_meta("right", &value)?;
            if n % 3 == 0 {
                Err(StoreError::Busy)
            } else {
                Ok(())
            }
        });
        let expected = if n % 3 == 0 { n - 1 } else { n };
        assert_eq!(result.is_err(), n % 3 == 0);
        assert_eq!(
            read(store, |tx| tx.meta("left")),
            Some(expected.to_string())
        );
    }
    is_done.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.join().unwrap();
    }
}

/// Who gives up waiting stops nothing: the closure runs to its end, or never began.
pub fn a_dropped_caller_changes_nothing(store: &Store) {
    for n in 0..50 {
        let id = format!("id_{n}");
        let future = store.write("test", move |tx| -> Result<(), StoreError> {
            tx.insert(Collection::Orders, &plain(&id))?;
            tx.append_event(&crate::NewEvent {
                tenant: TENANT,
                topic: "order",
                subject: &id,
                revision: 1,
                payload: b"{}",
                now: 1,
            })?;
            Ok(())
        });
        let mut future = pin!(future);
        // Polled once, then dropped at the end of the round.
        let _ = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
    }
    // A later write is behind all of them.
    write(store, |tx| tx.set_meta("last", "written"));
    assert_eq!(orders(store), 50);
    let events = read(store, |tx| tx.events(TENANT, &crate::EventQuery::default()));
    assert_eq!(events.len(), 50);
}

/// After the end nothing is taken any more, and the error says so.
pub fn results_hold_after_shutdown(store: &Store) {
    write(store, |tx| tx.set_meta("a", "b"));
    assert!(store.totals().closures >= 1);
    store.shutdown();
    store.shutdown();
    let late = store.write_blocking("test", |tx| tx.set_meta("a", "c"));
    assert!(matches!(late, Err(StoreError::Closed)), "{late:?}");
    let late = store.read_blocking("test", |tx| tx.meta("a"));
    assert!(matches!(late, Err(StoreError::Closed)), "{late:?}");
}
