//! What happens at the limits: a full queue, a full disk, a failing disk.

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use comptoir_store::{
    Collection, NewRecord, RecordQuery, Store, StoreError, StoreOptions, TenantId,
};

use crate::files::order;

const TENANT: TenantId = TenantId::DEFAULT;

/// One more than the queue takes is refused at once, changes nothing, and those in the queue are
/// served.
#[test]
fn a_full_queue_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        write_queue_max: 3,
        ..StoreOptions::default()
    };
    let store = Store::open(&folder.path().join("store.db"), options).unwrap();
    let (begun, has_begun) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let blocker = {
        let store = store.clone();
        thread::spawn(move || {
            store.write_blocking("slow", move |_| -> Result<(), StoreError> {
                begun.send(()).unwrap();
                wait.recv().unwrap();
                Ok(())
            })
        })
    };
    has_begun.recv().unwrap();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut waiting: Vec<_> = (0..4)
        .map(|n| {
            let id = format!("id_{n}");
            Box::pin(store.write("insert", move |tx| {
                tx.insert(Collection::Orders, &order(&id))
            }))
        })
        .collect();
    let polled: Vec<_> = waiting
        .iter_mut()
        .map(|w| w.as_mut().poll(&mut context))
        .collect();
    assert!(
        polled.iter().take(3).all(std::task::Poll::is_pending),
        "{polled:?}"
    );
    let refused = matches!(
        polled.last(),
        Some(std::task::Poll::Ready(Err(StoreError::Busy)))
    );
    assert!(refused, "{polled:?}");
    // Readers are not held up by a busy writer.
    assert_eq!(orders(&store), 0);
    go.send(()).unwrap();
    blocker.join().unwrap().unwrap();
    store
        .write_blocking("last", |tx| tx.set_meta("a", "b"))
        .unwrap();
    assert_eq!(orders(&store), 3);
}

/// When the space is used up the write says so, what was acknowledged stays, and after the failure
/// small writes and reads go on.
#[test]
fn a_full_disk_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let options = StoreOptions {
        bytes_max: Some(1 << 20),
        ..StoreOptions::default()
    };
    let store = Store::open(&path, options).unwrap();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let store = store.clone();
            thread::spawn(move || {
                let mut acknowledged = 0_u64;
                for n in 0..200 {
                    let id = format!("{writer}_{n}");
                    let result = store.write_blocking("large", move |tx| {
                        let document = vec![b'd'; 10_000];
                        tx.insert(
                            Collection::Orders,
                            &NewRecord {
                                document: &document,
                                ..order(&id)
                            },
                        )
                    });
                    match result {
                        Ok(_) => acknowledged += 1,
                        Err(StoreError::DiskFull) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
                acknowledged
            })
        })
        .collect();
    let acknowledged: u64 = writers
        .into_iter()
        .map(|writer| writer.join().unwrap())
        .sum();
    assert!((10..800).contains(&acknowledged), "{acknowledged}");
    assert_eq!(orders(&store), acknowledged);
    let deleted = store.write_blocking("delete", |tx| {
        let found = tx.records(Collection::Orders, TENANT, &RecordQuery::default())?;
        let first = found
            .first()
            .map(|record| record.id.clone())
            .unwrap_or_default();
        tx.delete(Collection::Orders, TENANT, &first)
    });
    assert!(deleted.unwrap());
    store.shutdown();
    assert!(Store::check(&path).unwrap().is_sound());
    let store = Store::open(&path, StoreOptions::default()).unwrap();
    assert_eq!(orders(&store), acknowledged - 1);
}

/// A write that the operating system refuses closes the store; what was acknowledged before is
/// there at the next start, and nothing is acknowledged after.
#[test]
fn a_failing_disk_closes_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let program = std::env::current_exe().unwrap();
    // The shell lets no file grow past 4 MiB and makes the excess an error instead of a signal.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 8192; exec \"$0\" \"$@\""])
        .arg(&program)
        .args([
            "--exact",
            "limits::child_writes_until_the_disk_fails",
            "--ignored",
            "--nocapture",
        ])
        .env("STORE_TEST_PATH", &path)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let acknowledged: u64 = text
        .lines()
        .find_map(|line| line.strip_prefix("acknowledged "))
        .unwrap_or_else(|| panic!("the child did not report: {text}"))
        .parse()
        .unwrap();
    assert!(acknowledged > 100, "{acknowledged}");
    let report = Store::check(&path).unwrap();
    assert!(report.is_sound(), "{report:?}");
    let store = Store::open(&path, StoreOptions::default()).unwrap();
    assert_eq!(orders(&store), acknowledged);
}

/// Run by the test above in a process of its own.
#[test]
#[ignore = "a part of another test"]
#[expect(clippy::print_stdout, reason = "the report to the parent")]
fn child_writes_until_the_disk_fails() {
    let path = std::env::var("STORE_TEST_PATH").unwrap();
    let store = Store::open(Path::new(&path), StoreOptions::default()).unwrap();
    let mut acknowledged = 0_u64;
    let failure = loop {
        let id = format!("id_{acknowledged}");
        let insert = move |tx: &mut dyn comptoir_store::Tx| {
            let document = vec![b'd'; 10_000];
            tx.insert(
                Collection::Orders,
                &NewRecord {
                    document: &document,
                    ..order(&id)
                },
            )
        };
        match store.write_blocking("insert", insert) {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(failure, StoreError::Io(_)), "{failure:?}");
    let late = store.write_blocking("late", |tx| tx.set_meta("a", "b"));
    assert!(matches!(late, Err(StoreError::Closed)), "{late:?}");
    let late = store.read_blocking("late", |tx| tx.meta("a"));
    assert!(matches!(late, Err(StoreError::Closed)), "{late:?}");
    println!("\nacknowledged {acknowledged}");
}

/// The log does not grow with what is written: past its limit it starts again from its beginning.
///
/// Nothing here depends on who is scheduled when: each round writes more than the limit, and then
/// goes on in small steps until the log's own header tells of a restart.
#[test]
fn the_log_restarts_at_its_limit() {
    const ROUNDS: u64 = 12;
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        wal_bytes_max: 1 << 20,
        checkpoint_interval: Duration::from_millis(2),
        ..StoreOptions::default()
    };
    let store = Store::open(&folder.path().join("store.db"), options).unwrap();
    let log = folder.path().join("store.db-wal");
    let mut restarts = restarts_of(&log);
    for round in 0..ROUNDS {
        write_past_the_limit(&store, round);
        let started = Instant::now();
        let mut pause = Duration::from_millis(1);
        while restarts_of(&log) == restarts {
            assert!(started.elapsed() < Duration::from_mins(1), "no restart");
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(250));
            store
                .write_blocking("small", move |tx| tx.set_meta("round", &round.to_string()))
                .unwrap();
        }
        restarts = restarts_of(&log);
    }
    // Between two restarts lie at most two rounds and the small steps, never all the rounds.
    let (length, written) = (log.metadata().unwrap().len(), ROUNDS * ROUND_BYTES);
    assert!(length < written / 2, "{length} bytes of {written}");
    assert_eq!(orders(&store), ROUNDS * 4 * 30);
}

/// Bytes of documents that a round writes.
const ROUND_BYTES: u64 = 4 * 30 * 10_000;

/// Four writers at once, 30 documents of 10 kB each.
fn write_past_the_limit(store: &Store, round: u64) {
    thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || {
                for n in 0..30 {
                    let id = format!("{round}_{writer}_{n}");
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
            });
        }
    });
}

/// How often the log began anew: the checkpoint sequence number in its header.
fn restarts_of(log: &Path) -> u32 {
    let header = std::fs::read(log).unwrap_or_default();
    header
        .get(12..16)
        .map_or(0, |bytes| u32::from_be_bytes(bytes.try_into().unwrap()))
}

fn orders(store: &Store) -> u64 {
    store
        .read_blocking("count", |tx| {
            tx.count(Collection::Orders, TENANT, &RecordQuery::default())
        })
        .unwrap()
}
