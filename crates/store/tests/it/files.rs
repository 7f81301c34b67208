//! What holds for a database in a file: durability, check, backup, migrations.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use comptoir_store::{
    Collection, NewDelivery, NewEvent, NewRecord, RecordQuery, Rule, Store, StoreError,
    StoreOptions, TenantId, migrations,
};
use tempfile::TempDir;

const TENANT: TenantId = TenantId::DEFAULT;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    (folder, path)
}

fn open(path: &Path) -> Store {
    Store::open(path, StoreOptions::default()).unwrap()
}

pub(crate) fn order(id: &str) -> NewRecord<'_> {
    NewRecord {
        tenant: TENANT,
        id,
        owner: "owner",
        state: "open",
        unique_ref: None,
        parent: None,
        due_at: None,
        document: b"{\"secret\":\"4242\"}",
        rendered: None,
        now: 1,
    }
}

fn orders(store: &Store) -> u64 {
    store
        .read_blocking("count", |tx| {
            tx.count(Collection::Orders, TENANT, &RecordQuery::default())
        })
        .unwrap()
}

/// What was acknowledged is there after the store is opened again, and the log is gone after an
/// orderly end.
#[test]
fn acknowledged_writes_survive_reopening() {
    let (folder, path) = place();
    for round in 0..3_u64 {
        let store = open(&path);
        assert_eq!(orders(&store), round * 10);
        for n in 0..10 {
            let id = format!("{round}_{n}");
            store
                .write_blocking("insert", move |tx| {
                    tx.insert(Collection::Orders, &order(&id))
                })
                .unwrap();
        }
        drop(store);
        assert!(!folder.path().join("store.db-wal").exists());
    }
}

/// A closure that is running when the end comes is finished, and those that wait behind it too.
#[test]
fn shutdown_runs_what_waits() {
    let (_folder, path) = place();
    let store = open(&path);
    let (begun, has_begun) = mpsc::channel();
    let blocker = {
        let store = store.clone();
        thread::spawn(move || {
            store.write_blocking("slow", move |_| -> Result<(), StoreError> {
                begun.send(()).unwrap();
                thread::sleep(std::time::Duration::from_millis(200));
                Ok(())
            })
        })
    };
    has_begun.recv().unwrap();
    let waiting: Vec<_> = (0..10)
        .map(|n| {
            let (store, id) = (store.clone(), format!("id_{n}"));
            thread::spawn(move || {
                store.write_blocking("insert", move |tx| {
                    tx.insert(Collection::Orders, &order(&id))
                })
            })
        })
        .collect();
    thread::sleep(std::time::Duration::from_millis(50));
    store.shutdown();
    blocker.join().unwrap().unwrap();
    for writer in waiting {
        writer.join().unwrap().unwrap();
    }
    assert_eq!(orders(&open(&path)), 10);
}

/// The last handle may be dropped inside a closure.
#[test]
fn a_closure_may_hold_the_last_handle() {
    let (_folder, path) = place();
    let store = open(&path);
    let (go, wait) = mpsc::channel::<()>();
    let (done, is_done) = mpsc::channel();
    let inner = store.clone();
    let future = store.write("last", move |tx| -> Result<(), StoreError> {
        let _held = &inner;
        wait.recv().unwrap();
        tx.insert(Collection::Orders, &order("a"))?;
        done.send(()).unwrap();
        Ok(())
    });
    {
        let mut future = std::pin::pin!(future);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
    }
    drop(store);
    go.send(()).unwrap();
    is_done.recv().unwrap();
    // The commit is still under way: a write waits for its lock, and then sees it.
    let store = open(&path);
    store
        .write_blocking("after", |tx| tx.set_meta("a", "b"))
        .unwrap();
    assert_eq!(orders(&store), 1);
}

/// A file that is no database, and a place that does not exist, are refused by name.
#[test]
fn other_files_are_refused() {
    let (folder, path) = place();
    std::fs::write(&path, vec![b'x'; 8_192]).unwrap();
    let opened = Store::open(&path, StoreOptions::default());
    assert!(matches!(opened, Err(StoreError::Corrupt(_))), "{opened:?}");
    assert!(!Store::check(&path).unwrap().is_sound());
    let nowhere = folder.path().join("no/such/folder/store.db");
    assert!(Store::open(&nowhere, StoreOptions::default()).is_err());
    let missing = Store::check(&nowhere);
    assert!(
        matches!(missing, Err(StoreError::NoSuchDatabase { .. })),
        "{missing:?}"
    );
    assert!(matches!(
        migrations::status(&nowhere),
        Err(StoreError::NoSuchDatabase { .. })
    ));
}

/// Migrations are listed, applied once, and applying them again changes nothing.
#[test]
fn migrations_report_their_status() {
    let (_folder, path) = place();
    std::fs::write(&path, []).unwrap();
    let before = migrations::status(&path).unwrap();
    assert!(
        !before.is_empty() && before.iter().all(|step| !step.is_applied),
        "{before:?}"
    );
    let after = migrations::migrate(&path).unwrap();
    assert!(after.iter().all(|step| step.is_applied), "{after:?}");
    assert_eq!(migrations::migrate(&path).unwrap(), after);
    assert_eq!(migrations::status(&path).unwrap(), after);
}

/// A sound database in use passes the check, which counts its rows.
#[test]
fn check_counts_and_passes() {
    let (_folder, path) = place();
    let store = open(&path);
    store
        .write_blocking("fill", |tx| {
            tx.insert(Collection::Orders, &order("a"))?;
            tx.set_stock(TENANT, "item", 3)?;
            tx.reserve(TENANT, "cs_1", "item", 2)
        })
        .unwrap();
    let report = Store::check(&path).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert!(report.tables.contains(&("orders", 1)), "{report:?}");
    assert!(report.tables.contains(&("reservations", 1)), "{report:?}");
    drop(store);
}

/// Each rule of the check finds the row that breaks it.
#[test]
fn check_finds_what_is_wrong() {
    let (_folder, path) = place();
    let store = open(&path);
    store
        .write_blocking("fill", |tx| {
            tx.set_stock(TENANT, "item", 3)?;
            tx.reserve(TENANT, "cs_1", "item", 2)?;
            let event = NewEvent {
                tenant: TENANT,
                topic: "order",
                subject: "ord_1",
                revision: 1,
                payload: b"{}",
                now: 1,
            };
            let event_key = tx.append_event(&event)?;
            for revision in 1..=2 {
                tx.enqueue_delivery(&NewDelivery {
                    tenant: TENANT,
                    event_key,
                    subscriber: "agent",
                    subject: "ord_1",
                    revision,
                    next_at: 0,
                })?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    drop(store);
    let spoilt = [
        (
            Rule::ReservedIsSumOfReservations,
            "UPDATE stock SET reserved = 1",
        ),
        (Rule::ReservationHasStock, "DELETE FROM stock"),
        (Rule::ForeignKeys, "DELETE FROM events"),
        (Rule::DeliveryHasEvent, "DELETE FROM events"),
        (
            Rule::OneDeliveryInFront,
            "UPDATE deliveries SET state = 'queued', due_at = NULL",
        ),
        (
            Rule::IdempotencyComplete,
            "INSERT INTO idempotency (scope, state, created_at, expires_at, raw_fingerprint, \
             canonical_fingerprint) VALUES (zeroblob(16), 'stored', 1, 1, zeroblob(32), \
             zeroblob(32))",
        ),
    ];
    for (rule, sql) in spoilt {
        let copy = path.with_extension("spoilt");
        std::fs::copy(&path, &copy).unwrap();
        let connection = rusqlite::Connection::open(&copy).unwrap();
        connection
            .execute_batch(&format!("PRAGMA foreign_keys = 0; {sql}"))
            .unwrap();
        drop(connection);
        let report = Store::check(&copy).unwrap();
        let found = report.findings.iter().any(|finding| finding.rule == rule);
        assert!(found, "{rule:?}: {report:?}");
    }
}

/// Overwritten pages are found and reported, not a crash.
#[test]
fn check_finds_damaged_pages() {
    let (_folder, path) = place();
    let store = open(&path);
    store
        .write_blocking("fill", |tx| {
            for n in 0..500 {
                tx.insert(Collection::Orders, &order(&format!("id_{n}")))?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4_096 * 4_096;
    bytes
        .iter_mut()
        .skip(middle)
        .take(16_384)
        .for_each(|byte| *byte = 0x5a);
    std::fs::write(&path, bytes).unwrap();
    let report = Store::check(&path).unwrap();
    assert!(!report.is_sound());
    let text = format!("{report:?}");
    assert!(
        !text.contains("4242"),
        "a report must not quote documents: {text}"
    );
}

/// A backup taken while writers go on is one consistent state, and never replaces a file.
#[test]
fn backups_are_consistent_and_overwrite_nothing() {
    let (folder, path) = place();
    let store = open(&path);
    let is_done = Arc::new(AtomicBool::new(false));
    let writer = {
        let (store, is_done) = (store.clone(), Arc::clone(&is_done));
        thread::spawn(move || {
            let mut n = 0;
            while !is_done.load(Ordering::Relaxed) {
                let id = format!("id_{n}");
                store
                    .write_blocking("pair", move |tx| {
                        tx.insert(Collection::Orders, &order(&id))?;
                        tx.insert(Collection::Consents, &order(&id))
                    })
                    .unwrap();
                n += 1;
            }
        })
    };
    while orders(&store) < 20 {
        thread::yield_now();
    }
    let to = folder.path().join("copy.db");
    let report = Store::backup(&path, &to).unwrap();
    is_done.store(true, Ordering::Relaxed);
    writer.join().unwrap();
    assert!(report.is_sound());
    let rows = |table| {
        report
            .tables
            .iter()
            .find(|(name, _)| *name == table)
            .unwrap()
            .1
    };
    assert!(rows("orders") >= 20);
    assert_eq!(rows("orders"), rows("consents"));
    assert!(!folder.path().join("copy.db.partial").exists());
    assert!(!folder.path().join("copy.db-wal").exists());
    let before = std::fs::read(&to).unwrap();
    let again = Store::backup(&path, &to);
    assert!(
        matches!(again, Err(StoreError::FileExists { .. })),
        "{again:?}"
    );
    assert_eq!(std::fs::read(&to).unwrap(), before);
    assert_eq!(orders(&open(&to)), rows("orders"));
}

/// A damaged database gives no backup.
#[test]
fn an_unsound_database_is_not_backed_up() {
    let (folder, path) = place();
    let store = open(&path);
    store
        .write_blocking("fill", |tx| tx.set_stock(TENANT, "item", 3))
        .unwrap();
    drop(store);
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch("UPDATE stock SET reserved = 2")
        .unwrap();
    drop(connection);
    let to = folder.path().join("copy.db");
    let refused = Store::backup(&path, &to);
    assert!(
        matches!(refused, Err(StoreError::UnsoundBackup { findings: 1 })),
        "{refused:?}"
    );
    assert!(!to.exists());
}
