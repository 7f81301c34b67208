//! Look-ups on the calling thread: always the newest state, whoever wrote it, and no harm to the log.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use comptoir_store::{
    Collection, NewRecord, RecordUpdate, Store, StoreError, StoreOptions, TenantId,
};
use tokio::runtime::Runtime;

use crate::files::order;

const TENANT: TenantId = TenantId::DEFAULT;
const SESSIONS: Collection = Collection::CheckoutSessions;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

fn insert(store: &Store, rendered: &'static [u8]) {
    store
        .write_blocking("insert", move |tx| {
            let rendered = Some(rendered);
            tx.insert(
                SESSIONS,
                &NewRecord {
                    rendered,
                    ..order("cs_1")
                },
            )
        })
        .unwrap();
}

fn update(store: &Store, revision: i64, rendered: &str) {
    let rendered = rendered.to_owned();
    store
        .write_blocking("update", move |tx| {
            tx.update(
                SESSIONS,
                &RecordUpdate {
                    tenant: TENANT,
                    id: "cs_1",
                    expected_revision: revision,
                    state: "open",
                    due_at: None,
                    document: b"{}",
                    rendered: Some(rendered.as_bytes()),
                    now: 2,
                },
            )
        })
        .unwrap();
}

/// Looks the session up without pause in two threads until told to stop.
fn busy_readers(store: &Store, stop: &Arc<AtomicBool>) -> Vec<thread::JoinHandle<u64>> {
    (0..2)
        .map(|_| {
            let (store, stop) = (store.clone(), Arc::clone(stop));
            thread::spawn(move || {
                let runtime = runtime();
                let mut count = 0;
                while !stop.load(Ordering::Relaxed) {
                    let found = runtime.block_on(store.rendered(SESSIONS, TENANT, "cs_1"));
                    assert!(found.unwrap().is_some());
                    count += 1;
                }
                count
            })
        })
        .collect()
}

#[test]
fn look_ups_see_what_was_acknowledged_and_end_with_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("a.db"), StoreOptions::default()).unwrap();
    let runtime = runtime();
    let read = |id| runtime.block_on(store.rendered(SESSIONS, TENANT, id));
    assert_eq!(read("cs_1").unwrap(), None);
    insert(&store, b"1");
    for revision in 1..4 {
        let found = read("cs_1").unwrap();
        assert_eq!(
            found,
            Some(("owner".to_owned(), revision.to_string().into_bytes()))
        );
        update(&store, revision, &(revision + 1).to_string());
    }
    assert_eq!(read("cs_2").unwrap(), None);
    store.shutdown();
    assert!(matches!(read("cs_1"), Err(StoreError::Closed)));
    assert!(
        !folder.path().join("a.db-wal").exists(),
        "all connections are closed"
    );
}

/// While many look-ups keep a snapshot held, a commit is seen at once all the same: one of this
/// store, and one of another store on the same file, which stands for another process.
#[test]
fn a_held_snapshot_is_never_what_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let options = StoreOptions {
        checkpoint_interval: Duration::from_millis(5),
        ..StoreOptions::default()
    };
    let store = Store::open(&path, options).unwrap();
    let other = Store::open(&path, options).unwrap();
    insert(&store, b"1");
    let stop = Arc::new(AtomicBool::new(false));
    let readers = busy_readers(&store, &stop);
    let runtime = runtime();
    for revision in 1..400 {
        // Some pauses longer than the interval, so that commits fall before, into and after it.
        thread::sleep(Duration::from_micros(
            u64::try_from(revision % 50).unwrap() * 150,
        ));
        let writer = if revision % 2 == 0 { &store } else { &other };
        let text = (revision + 1).to_string();
        update(writer, revision, &text);
        let found = runtime.block_on(store.rendered(SESSIONS, TENANT, "cs_1"));
        assert_eq!(found.unwrap().unwrap().1, text.into_bytes());
    }
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.join().unwrap() > 64);
    }
}

/// Neither look-ups nor the snapshot held for them keep the log from being moved and restarted.
#[test]
fn the_log_restarts_under_look_ups() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let options = StoreOptions {
        wal_bytes_max: 1 << 20,
        checkpoint_interval: Duration::from_millis(2),
        ..StoreOptions::default()
    };
    let store = Store::open(&path, options).unwrap();
    insert(&store, b"1");
    let stop = Arc::new(AtomicBool::new(false));
    let readers = busy_readers(&store, &stop);
    for n in 0..4_000 {
        let id = format!("order_{n}");
        store
            .write_blocking("large", move |tx| {
                let document = vec![b'd'; 10_000];
                tx.insert(
                    Collection::Orders,
                    &NewRecord {
                        document: &document,
                        ..order(&id)
                    },
                )
            })
            .unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.join().unwrap();
    }
    assert!(log_bytes(&path) < 20 << 20, "{} bytes", log_bytes(&path));
    // An idle store lets go of the snapshot: everything can be moved, by others too.
    thread::sleep(Duration::from_millis(50));
    let (busy, log, moved) = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
            ))
        })
        .unwrap();
    assert_eq!((busy, log, moved), (0, 0, 0));
}

/// The handle that the checkpoint thread syncs is never closed, because that would take SQLite's locks
/// away: the kernel's list shows the other store's lock after the first one is gone.
#[cfg(target_os = "linux")]
#[test]
fn a_store_that_ends_leaves_the_locks_of_others() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let first = Store::open(&path, StoreOptions::default()).unwrap();
    let second = Store::open(&path, StoreOptions::default()).unwrap();
    let (own, inode) = (
        std::process::id().to_string(),
        format!(":{}", path.metadata().unwrap().ino()),
    );
    let is_listed = || {
        let locks = std::fs::read_to_string("/proc/locks").unwrap();
        locks.lines().any(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.contains(&own.as_str()) && words.iter().any(|word| word.ends_with(&inode))
        })
    };
    // The list has gaps while other processes lock and unlock.
    let is_locked = || (0..50).any(|_| is_listed());
    assert!(is_locked());
    first.shutdown();
    drop(first);
    assert!(is_locked());
    second.shutdown();
    assert!(!is_locked());
}

fn log_bytes(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).unwrap().len()
}
