//! Measures durable writes per second on the disk of the temporary folder.
//!
//! One write is what a checkout creation costs: a record (2 kB document, 1.5 kB rendered), the
//! memory of its request (1.5 kB), two reservations on hot stock rows, one event.
//!
//! `cargo run --profile fast -p comptoir-store --example write_rate -- [writes] [clients]`
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "a measuring program: it stops at the first surprise"
)]

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use comptoir_store::{
    Collection, IdempotencyRecord, IdempotencyState, NewEvent, NewRecord, RecordUpdate, Store,
    StoreError, StoreOptions, TenantId, Tx,
};

const STEPS: u64 = 10;
const ITEMS: i64 = 300;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let writes: u64 = arguments
        .next()
        .map_or(200_000, |text| text.parse().unwrap());
    let clients: u64 = arguments.next().map_or(64, |text| text.parse().unwrap());
    let folder = tempfile::tempdir_in(std::env::current_dir().unwrap()).unwrap();
    println!(
        "disk: {:.0} syncs of 4 KiB per second",
        syncs_per_second(folder.path())
    );
    let options = options_from_environment();
    println!("{options:?}");
    let store = Store::open(&folder.path().join("store.db"), options).unwrap();
    store.write_blocking("stock", fill_stock).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    println!("{clients} clients, {writes} creates:");
    runtime.block_on(create(&store, writes, clients));
    println!("updates of random records:");
    runtime.block_on(phase(&store, writes / 4, clients, writes, update));
    println!("rendered reads of random records:");
    runtime.block_on(phase(&store, writes * 2, clients, writes, get));
    let started = Instant::now();
    store.shutdown();
    println!("shutdown {} ms", started.elapsed().as_millis());
    let bytes = folder.path().join("store.db").metadata().unwrap().len();
    println!("{} bytes per record", bytes / writes);
}

fn options_from_environment() -> StoreOptions {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().unwrap())
    };
    let mut options = StoreOptions::default();
    if let Some(kib) = number("CACHE_KIB") {
        options.cache_kib = kib as u32;
    }
    if let Some(bytes) = number("MMAP_MIB") {
        options.mmap_bytes = bytes << 20;
    }
    if let Some(ms) = number("CHECKPOINT_MS") {
        options.checkpoint_interval = Duration::from_millis(ms);
    }
    if let Some(mib) = number("WAL_MIB") {
        options.wal_bytes_max = mib << 20;
    }
    if let Some(closures) = number("BATCH") {
        options.batch_max = closures as usize;
    }
    if let Some(threads) = number("READERS") {
        options.reader_threads = threads as usize;
    }
    options
}

fn fill_stock(tx: &mut dyn Tx) -> Result<(), StoreError> {
    for item in 0..ITEMS {
        tx.set_stock(TenantId::DEFAULT, &format!("item_{item}"), 1_000_000_000)?;
    }
    Ok(())
}

/// All clients write one after the other; a line per tenth of the whole.
async fn create(store: &Store, writes: u64, clients: u64) {
    let (mut begun, mut cpu) = (Totals::default(), cpu_time());
    for step in 0..STEPS {
        let (from, until) = (writes * step / STEPS, writes * (step + 1) / STEPS);
        let next = Arc::new(AtomicU64::new(from));
        let started = Instant::now();
        let mut latencies = run(
            store,
            clients,
            move || {
                let n = next.fetch_add(1, Ordering::Relaxed);
                (n < until).then_some(n)
            },
            create_one,
        )
        .await;
        let seconds = started.elapsed().as_secs_f64();
        let now = store.totals();
        let closures = (now.closures - begun.closures).max(1);
        let batch = closures as f64 / (now.commits - begun.commits).max(1) as f64;
        begun = now;
        let used = cpu_time();
        report(until, until - from, seconds, &mut latencies);
        println!(
            "      {batch:.1} per commit, {:.1} us CPU each",
            (used - cpu) as f64 / closures as f64
        );
        cpu = used;
    }
}

type Totals = comptoir_store::Totals;

async fn phase<F, R>(store: &Store, count: u64, clients: u64, records: u64, one: F)
where
    F: Fn(Store, u64) -> R + Clone + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let next = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let cpu = cpu_time();
    let mut latencies = run(
        store,
        clients,
        move || {
            let n = next.fetch_add(1, Ordering::Relaxed);
            (n < count).then_some(scramble(n) % records)
        },
        one,
    )
    .await;
    report(
        count,
        count,
        started.elapsed().as_secs_f64(),
        &mut latencies,
    );
    println!(
        "      {:.1} us CPU each",
        (cpu_time() - cpu) as f64 / count as f64
    );
}

async fn run<N, F, R>(store: &Store, clients: u64, next: N, one: F) -> Vec<u64>
where
    N: Fn() -> Option<u64> + Clone + Send + 'static,
    F: Fn(Store, u64) -> R + Clone + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (store, next, one) = (store.clone(), next.clone(), one.clone());
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while let Some(n) = next() {
                    let started = Instant::now();
                    one(store.clone(), n).await;
                    latencies.push(started.elapsed().as_micros() as u64);
                }
                latencies
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all
}

async fn create_one(store: Store, n: u64) {
    store
        .write("create", move |tx| -> Result<(), StoreError> {
            let (document, rendered, body) = ([b'd'; 2_048], [b'r'; 1_536], [b'b'; 1_536]);
            let (id, now) = (session_id(n), 1_700_000_000_000_000 + n as i64);
            let scope = scope(n);
            assert!(tx.idempotency(&scope)?.is_none());
            let tenant = TenantId::DEFAULT;
            for item in [scramble(n), scramble(n + 1)] {
                let item_id = format!("item_{}", item % ITEMS as u64);
                assert!(tx.reserve(tenant, &id, &item_id, 1)?);
            }
            let record = NewRecord {
                tenant,
                id: &id,
                owner: "agent",
                state: "ready_for_payment",
                unique_ref: None,
                parent: None,
                due_at: Some(now + 1_800_000_000),
                document: &document,
                rendered: Some(&rendered),
                now,
            };
            tx.insert(Collection::CheckoutSessions, &record)?;
            let event = NewEvent {
                tenant,
                topic: "session",
                subject: &id,
                revision: 1,
                payload: b"{}",
                now,
            };
            tx.append_event(&event)?;
            tx.put_idempotency(&IdempotencyRecord {
                scope,
                state: IdempotencyState::Stored {
                    status: 201,
                    headers: "content-type: application/json".to_owned(),
                    body: body.to_vec(),
                },
                raw_fingerprint: [1; 32],
                canonical_fingerprint: [2; 32],
                created_at: now,
                expires_at: now + 86_400_000_000,
            })
        })
        .await
        .unwrap();
}

async fn update(store: Store, n: u64) {
    store
        .write("update", move |tx| -> Result<(), StoreError> {
            let id = session_id(n);
            let read = tx
                .record(Collection::CheckoutSessions, TenantId::DEFAULT, &id)?
                .unwrap();
            tx.update(
                Collection::CheckoutSessions,
                &RecordUpdate {
                    tenant: TenantId::DEFAULT,
                    id: &id,
                    expected_revision: read.revision,
                    state: &read.state,
                    due_at: read.due_at,
                    document: &read.document,
                    rendered: read.rendered.as_deref(),
                    now: read.updated_at + 1,
                },
            )
        })
        .await
        .unwrap();
}

async fn get(store: Store, n: u64) {
    let rendered = store
        .read("get", move |tx| {
            tx.rendered(
                Collection::CheckoutSessions,
                TenantId::DEFAULT,
                &session_id(n),
            )
        })
        .await;
    let rendered: Result<_, StoreError> = rendered;
    assert_eq!(rendered.unwrap().unwrap().1.len(), 1_536);
}

fn session_id(n: u64) -> String {
    format!("cs_{n:012x}{:020x}", scramble(n))
}

fn scope(n: u64) -> [u8; 16] {
    let mut scope = [0; 16];
    scope[..8].copy_from_slice(&scramble(n).to_be_bytes());
    scope[8..].copy_from_slice(&n.to_be_bytes());
    scope
}

/// A fixed shuffle, so that keys are random and runs are equal.
fn scramble(n: u64) -> u64 {
    let mut x = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn report(at: u64, count: u64, seconds: f64, latencies: &mut [u64]) {
    latencies.sort_unstable();
    let percentile = |p: usize| latencies[(latencies.len() - 1) * p / 1_000] as f64 / 1_000.0;
    println!(
        "{at:>9}  {:>8.0}/s  p50 {:.2} ms  p99 {:.2} ms  max {:.1} ms",
        count as f64 / seconds,
        percentile(500),
        percentile(990),
        percentile(1_000)
    );
}

fn syncs_per_second(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("sync")).unwrap();
    let started = Instant::now();
    let mut syncs = 0;
    while started.elapsed() < Duration::from_secs(1) {
        file.write_all(&[0; 4_096]).unwrap();
        file.sync_data().unwrap();
        syncs += 1;
    }
    f64::from(syncs) / started.elapsed().as_secs_f64()
}

/// CPU time of this process so far, in microseconds.
fn cpu_time() -> u64 {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else {
        return 0;
    };
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    ticks * 10_000
}
