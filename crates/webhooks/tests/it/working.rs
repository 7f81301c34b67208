//! The dispatcher as a running task, with real sockets and a real database file.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use comptoir_signing::environment::Environment;
use comptoir_signing::merchant_signature::MerchantSigner;
use comptoir_store::{Store, StoreError, StoreOptions};
use comptoir_webhooks::dispatcher::{Dispatcher, DispatcherOptions};
use comptoir_webhooks::receiver::Receiver;
use comptoir_webhooks::schedule::Schedule;
use comptoir_webhooks::sender::{GuardedSender, SenderOptions};
use comptoir_webhooks::subscriber::{Directory, Subscriber};
use tokio_util::sync::CancellationToken;

use crate::peer::{Act, Peer, status};
use crate::world::{AGENT, enqueue, key};

struct Running {
    store: Store,
    dispatcher: Dispatcher,
    directory: Directory,
    sender: GuardedSender,
    shutdown: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    fn start(path: &Path, peer: &Peer) -> Self {
        let store = Store::open(path, StoreOptions::default()).unwrap();
        let total = Duration::from_secs(2);
        let sender = GuardedSender::new(SenderOptions {
            total,
            ..SenderOptions::allow_loopback()
        })
        .unwrap();
        let directory = Directory::default();
        let options = DispatcherOptions {
            schedule: Schedule {
                pauses: vec![Duration::from_millis(50); 8],
                ..Schedule::default()
            },
            ..DispatcherOptions::default()
        };
        let transport = Arc::new(sender.clone());
        let dispatcher = Dispatcher::new(
            store.clone(),
            directory.clone(),
            transport,
            Environment::system(),
            options,
        );
        let shutdown = CancellationToken::new();
        let task = tokio::spawn({
            let (dispatcher, shutdown) = (dispatcher.clone(), shutdown.clone());
            async move { dispatcher.run(shutdown).await }
        });
        let running = Self {
            store,
            dispatcher,
            directory,
            sender,
            shutdown,
            task,
        };
        running.register(AGENT, peer);
        running
    }

    fn register(&self, id: &str, peer: &Peer) {
        let subscriber = Subscriber::new(id, peer.url(), MerchantSigner::new(key("secret")));
        self.directory
            .register(subscriber, self.sender.policy())
            .unwrap();
    }

    fn enqueue(&self, subscriber: &'static str, order: &str, revision: i64) {
        enqueue(
            &self.store,
            Environment::system().now_micros(),
            subscriber,
            order,
            revision,
        );
        self.dispatcher.waker().wake();
    }

    async fn wait_until_empty(&self) {
        for _ in 0..2_000 {
            let open = self
                .store
                .read::<_, StoreError, _>("test", |tx| tx.deliveries_open())
                .await
                .unwrap();
            if open == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the outbox does not empty");
    }

    async fn stop(self) -> Duration {
        let start = Instant::now();
        self.shutdown.cancel();
        self.task.await.unwrap();
        start.elapsed()
    }
}

fn header(request: &str, name: &str) -> String {
    let line = request
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .unwrap();
    line.to_owned()
}

#[tokio::test]
async fn a_fresh_event_is_sent_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let peer = Peer::start(|_, _| status(200)).await;
    let running = Running::start(&folder.path().join("db"), &peer);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let start = Instant::now();
    running.enqueue(AGENT, "ord_1", 1);
    peer.wait_for(1).await;
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
    running.wait_until_empty().await;
    running.stop().await;
}

#[tokio::test]
async fn failing_slow_closing_and_redirecting_receivers_get_every_event_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let peer = Peer::start(|number, _| match number {
        1 => status(500),
        2 => Act::Close,
        3 => Act::Answer(
            "HTTP/1.1 302 X\r\nlocation: /\r\ncontent-length: 0\r\n".to_owned(),
            Vec::new(),
        ),
        4 => Act::Drip(404),
        5 => Act::Answer("garbage\r\n".to_owned(), Vec::new()),
        _ => status(200),
    })
    .await;
    let running = Running::start(&folder.path().join("db"), &peer);
    running.enqueue(AGENT, "ord_1", 1);
    running.enqueue(AGENT, "ord_1", 2);
    running.wait_until_empty().await;
    let requests = peer.requests();
    assert_eq!(requests.len(), 7);
    let ids: std::collections::BTreeSet<_> = requests
        .iter()
        .take(6)
        .map(|request| header(request, "webhook-id"))
        .collect();
    assert_eq!(ids.len(), 1, "one event, one identity");
    assert_eq!(
        header(requests.last().unwrap(), "comptoir-order-revision"),
        "2"
    );
    running.stop().await;
}

#[tokio::test]
async fn an_answer_after_the_time_out_leads_to_a_duplicate_with_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let peer = Peer::start(|number, _| if number == 1 { Act::Hang } else { status(200) }).await;
    let running = Running::start(&folder.path().join("db"), &peer);
    running.enqueue(AGENT, "ord_1", 1);
    running.wait_until_empty().await;
    let keys: Vec<_> = peer
        .requests()
        .iter()
        .map(|request| {
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            let headers = head
                .lines()
                .skip(1)
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| {
                    (
                        name.parse::<http::HeaderName>().unwrap(),
                        value.parse().unwrap(),
                    )
                })
                .collect();
            let receiver = Receiver::new(vec![key("secret")]).require_binding();
            receiver
                .verify(&headers, body.as_bytes(), Environment::system().now())
                .unwrap()
                .deduplication_key()
        })
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys.first(), keys.last());
    running.stop().await;
}

#[tokio::test]
async fn a_dead_receiver_does_not_hold_up_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let dead = Peer::start(|_, _| Act::Hang).await;
    let alive = Peer::start(|_, _| status(200)).await;
    let running = Running::start(&folder.path().join("db"), &dead);
    running.register("alive", &alive);
    for order in 0..400 {
        running.enqueue(AGENT, &format!("ord_{order}"), 1);
    }
    dead.wait_for(1).await;
    let start = Instant::now();
    for order in 0..50 {
        running.enqueue("alive", &format!("ord_{order}"), 1);
    }
    alive.wait_for(50).await;
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    running.stop().await;
}

#[tokio::test]
async fn shutdown_waits_for_what_is_under_way_and_a_restart_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let hanging = Peer::start(|_, _| Act::Hang).await;
    let running = Running::start(&path, &hanging);
    for order in 0..40 {
        running.enqueue(AGENT, &format!("ord_{order}"), 1);
    }
    hanging.wait_for(16).await;
    let store = running.store.clone();
    let took = running.stop().await;
    assert!(
        took < Duration::from_secs(4),
        "no longer than one time-out: {took:?}"
    );
    assert!(hanging.requests().len() < 40, "those in line turned back");
    store.shutdown();
    drop(store);
    let peer = Peer::start(|_, _| status(200)).await;
    let running = Running::start(&path, &peer);
    running.wait_until_empty().await;
    assert_eq!(peer.requests().len(), 40);
    running.stop().await;
}

// Field defect 27.
#[tokio::test]
async fn a_process_that_dies_with_leases_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let hanging = Peer::start(|_, _| Act::Hang).await;
    let running = Running::start(&path, &hanging);
    running.enqueue(AGENT, "ord_1", 1);
    hanging.wait_for(1).await;
    // No shutdown: the task is gone in the middle of the attempt.
    running.task.abort();
    let store = running.store.clone();
    drop(running);
    let now = Environment::system().now_micros() + 120_000_000;
    let due = store
        .read::<_, StoreError, _>("test", move |tx| tx.deliveries_due(now, 10))
        .await
        .unwrap();
    assert_eq!(due.len(), 1, "due again when the lease has run out");
}
