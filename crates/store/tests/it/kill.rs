//! Killing the process at any moment loses nothing that was acknowledged.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use comptoir_store::{
    Collection, NewEvent, RecordQuery, Store, StoreError, StoreOptions, TenantId,
};

use crate::files::order;

const TENANT: TenantId = TenantId::DEFAULT;
const CYCLES: u64 = 12;

/// Kill -9 in the middle of a storm of writes, several times on one file: every acknowledged write
/// is there, each with all its parts, and the file is sound.
#[test]
fn kill_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut acknowledged = BTreeSet::new();
    for cycle in 0..CYCLES {
        let seen = run_and_kill(&path, cycle, Duration::from_millis(30 + cycle * 17));
        acknowledged.extend(seen);
        let report = Store::check(&path).unwrap();
        assert!(report.is_sound(), "cycle {cycle}: {report:?}");
    }
    assert!(acknowledged.len() > 100, "{}", acknowledged.len());
    let store = Store::open(&path, StoreOptions::default()).unwrap();
    let count = acknowledged.len();
    let (found, orders, consents) = store
        .read_blocking("verify", move |tx| {
            let mut found = 0;
            for id in &acknowledged {
                let order = tx.record(Collection::Orders, TENANT, id)?;
                let consent = tx.record(Collection::Consents, TENANT, id)?;
                found += usize::from(order.is_some() && consent.is_some());
            }
            let all = RecordQuery::default();
            let orders = tx.count(Collection::Orders, TENANT, &all)?;
            Ok::<_, StoreError>((found, orders, tx.count(Collection::Consents, TENANT, &all)?))
        })
        .unwrap();
    assert_eq!(found, count);
    assert_eq!(orders, consents);
    let stock = store
        .read_blocking("stock", |tx| tx.stock(TENANT, "item"))
        .unwrap()
        .unwrap();
    assert_eq!(u64::try_from(stock.sold).unwrap(), orders);
}

/// Starts the child, kills it after this time and returns what it had acknowledged.
fn run_and_kill(path: &Path, cycle: u64, after: Duration) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "kill::child_writes_until_killed",
            "--ignored",
            "--nocapture",
        ])
        .env("STORE_TEST_PATH", path)
        .env("STORE_TEST_CYCLE", cycle.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (first, has_written) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut seen = Vec::new();
        // The last line may be cut: only a whole one counts.
        for line in output.lines().map_while(Result::ok) {
            if let Some(id) = line
                .strip_prefix("ack ")
                .and_then(|rest| rest.strip_suffix(" end"))
            {
                let _ = first.send(());
                seen.push(id.to_owned());
            }
        }
        seen
    });
    has_written.recv_timeout(Duration::from_secs(20)).unwrap();
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

/// Run by the test above in a process of its own.
#[test]
#[ignore = "a part of another test"]
fn child_writes_until_killed() {
    let path = std::env::var("STORE_TEST_PATH").unwrap();
    let cycle = std::env::var("STORE_TEST_CYCLE").unwrap();
    let options = StoreOptions {
        wal_bytes_max: 1 << 20,
        checkpoint_interval: Duration::from_millis(5),
        ..StoreOptions::default()
    };
    let store = Store::open(Path::new(&path), options).unwrap();
    store
        .write_blocking("stock", |tx| match tx.stock(TENANT, "item")? {
            Some(_) => Ok(()),
            None => tx.set_stock(TENANT, "item", 1_000_000),
        })
        .unwrap();
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let (store, cycle) = (store.clone(), cycle.clone());
            thread::spawn(move || {
                for n in 0_u64.. {
                    let id = format!("{cycle}_{writer}_{n}");
                    let inner = id.clone();
                    store
                        .write_blocking("buy", move |tx| buy(tx, &inner))
                        .unwrap();
                    let mut out = std::io::stdout().lock();
                    let _ = writeln!(out, "ack {id} end");
                    let _ = out.flush();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
}

fn buy(tx: &mut dyn comptoir_store::Tx, id: &str) -> Result<(), StoreError> {
    assert!(tx.reserve(TENANT, id, "item", 1)?);
    tx.insert(Collection::Orders, &order(id))?;
    tx.append_event(&NewEvent {
        tenant: TENANT,
        topic: "order",
        subject: id,
        revision: 1,
        payload: b"{}",
        now: 1,
    })?;
    tx.sell(TENANT, id)?;
    tx.insert(Collection::Consents, &order(id))?;
    Ok(())
}
