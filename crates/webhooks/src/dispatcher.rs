//! Takes due deliveries from the outbox, sends them, records what came of it.
//!
//! At least once: a delivery is marked only after the receiver acknowledged it, so a crash in
//! between sends it again, under the same identity. Never two at a time about one order to one
//! subscriber: the store leases only the lowest revision not yet done.

mod attempt;
mod history;
mod lane;
mod outcome;

use std::sync::Arc;
use std::time::Duration;

use comptoir_signing::environment::Environment;
use comptoir_store::{DeliveryRow, Store, StoreError, Tx};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::schedule::Schedule;
use crate::sender::Transport;
use crate::subscriber::Directory;
use lane::Lanes;
use outcome::Outcome;

/// Rest after the store failed.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);

/// Bounds of a dispatcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatcherOptions {
    /// When failed deliveries are tried again.
    pub schedule: Schedule,
    /// Deliveries under way at most, over all subscribers.
    pub in_flight_max: usize,
    /// Deliveries under way to one subscriber at most.
    pub per_subscriber_max: usize,
    /// How long a delivery stays ours; after a crash it is due again when this has passed. It must
    /// exceed the sender's total time by a margin.
    pub lease: Duration,
    /// While a receiver fails, one delivery at a time finds out, about this often, whether it is
    /// back; then all its deliveries go out at their next check, whatever their schedule says: at
    /// most twice this time after the recovery.
    pub recovery_check: Duration,
    /// How long the dispatcher sleeps at most when nothing is due.
    pub idle_max: Duration,
}

impl Default for DispatcherOptions {
    fn default() -> Self {
        Self {
            schedule: Schedule::default(),
            in_flight_max: 256,
            per_subscriber_max: 16,
            lease: Duration::from_mins(2),
            recovery_check: Duration::from_mins(2),
            idle_max: Duration::from_secs(30),
        }
    }
}

/// How many deliveries one pass moved, and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pass {
    /// Acknowledged by their receiver.
    pub delivered: usize,
    /// Put back for a later attempt.
    pub retried: usize,
    /// Given up.
    pub parked: usize,
    /// Neither, because the lease had gone to somebody else or the store failed.
    pub unrecorded: usize,
}

impl Pass {
    /// All deliveries that the pass touched.
    #[must_use]
    pub fn total(&self) -> usize {
        self.delivered + self.retried + self.parked + self.unrecorded
    }
}

/// Tells the dispatcher that an event is waiting; call it after the transaction that enqueued it.
#[derive(Debug, Clone, Default)]
pub struct Waker(Arc<Notify>);

impl Waker {
    /// Wakes the dispatcher now, or at its next rest when it is busy.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// The worker of the outbox. Cloning it gives the same worker.
#[derive(Clone)]
pub struct Dispatcher {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    directory: Directory,
    transport: Arc<dyn Transport>,
    environment: Environment,
    options: DispatcherOptions,
    lanes: Lanes,
    waker: Waker,
}

impl Dispatcher {
    /// A dispatcher for the outbox of `store`.
    #[must_use]
    pub fn new(
        store: Store,
        directory: Directory,
        transport: Arc<dyn Transport>,
        environment: Environment,
        options: DispatcherOptions,
    ) -> Self {
        let lanes = Lanes::new(options.per_subscriber_max);
        let waker = Waker::default();
        Self {
            shared: Arc::new(Shared {
                store,
                directory,
                transport,
                environment,
                options,
                lanes,
                waker,
            }),
        }
    }

    /// The handle that wakes this dispatcher.
    #[must_use]
    pub fn waker(&self) -> Waker {
        self.shared.waker.clone()
    }

    /// Works until `shutdown`, then waits for the deliveries under way: no longer than the
    /// transport's own bound.
    pub async fn run(&self, shutdown: CancellationToken) {
        let mut under_way = JoinSet::new();
        while !shutdown.is_cancelled() {
            let room = self
                .shared
                .options
                .in_flight_max
                .saturating_sub(under_way.len());
            let pause = match self.lease(room).await {
                Ok(leased) => {
                    for delivery in leased {
                        under_way.spawn(self.clone().deliver(delivery));
                    }
                    self.pause(under_way.len()).await
                }
                Err(error) => {
                    tracing::warn!(%error, "webhook deliveries could not be leased");
                    FAILURE_PAUSE
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.shared.waker.0.notified() => {}
                Some(_) = under_way.join_next() => {}
                () = tokio::time::sleep(pause) => {}
            }
            while under_way.try_join_next().is_some() {}
        }
        self.shared.lanes.turn_back();
        while under_way.join_next().await.is_some() {}
    }

    /// Leases and sends what is due now, once, and returns when all of it is recorded: for tests,
    /// simulations and a command that flushes the outbox.
    ///
    /// # Errors
    /// Nothing could be leased.
    pub async fn pass(&self) -> Result<Pass, StoreError> {
        let mut under_way = JoinSet::new();
        for delivery in self.lease(self.shared.options.in_flight_max).await? {
            under_way.spawn(self.clone().deliver(delivery));
        }
        let mut pass = Pass::default();
        while let Some(outcome) = under_way.join_next().await {
            match outcome {
                Ok(Some(Outcome::Delivered)) => pass.delivered += 1,
                Ok(Some(Outcome::Retry { .. })) => pass.retried += 1,
                Ok(Some(Outcome::Park { .. })) => pass.parked += 1,
                Ok(None) | Err(_) => pass.unrecorded += 1,
            }
        }
        Ok(pass)
    }

    /// Lets a subscriber receive again after it had answered 410.
    ///
    /// # Errors
    /// The store failed.
    pub async fn enable(&self, subscriber: &str) -> Result<(), StoreError> {
        let key = outcome::disabled_key(subscriber);
        self.shared
            .store
            .write("webhooks.enable", move |tx: &mut dyn Tx| {
                tx.set_meta(&key, "")
            })
            .await
    }

    /// Since when a subscriber is disabled, in microseconds since 1970; `None` when it is not.
    ///
    /// # Errors
    /// The store failed.
    pub async fn disabled_since(&self, subscriber: &str) -> Result<Option<i64>, StoreError> {
        let key = outcome::disabled_key(subscriber);
        let read = self
            .shared
            .store
            .read("webhooks.disabled_since", move |tx| tx.meta(&key));
        read.await
            .map(|since: Option<String>| since.and_then(|text| text.parse().ok()))
    }

    async fn lease(&self, room: usize) -> Result<Vec<DeliveryRow>, StoreError> {
        let limit = u32::try_from(room).unwrap_or(u32::MAX);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let now = self.shared.environment.now_micros();
        let until = now.saturating_add(micros(self.shared.options.lease));
        self.shared
            .store
            .write("webhooks.lease", move |tx: &mut dyn Tx| {
                tx.lease_deliveries(now, until, limit)
            })
            .await
    }

    /// How long to rest: until the next delivery is due, or until there is room for it.
    async fn pause(&self, under_way: usize) -> Duration {
        let idle = self.shared.options.idle_max;
        if under_way >= self.shared.options.in_flight_max {
            return idle;
        }
        let next: Result<Option<i64>, StoreError> = self
            .shared
            .store
            .read("webhooks.next_at", |tx| tx.next_delivery_at())
            .await;
        match next {
            Ok(Some(at)) => {
                let left = at.saturating_sub(self.shared.environment.now_micros());
                Duration::from_micros(u64::try_from(left).unwrap_or(0)).min(idle)
            }
            Ok(None) => idle,
            Err(error) => {
                tracing::warn!(%error, "the next webhook delivery could not be read");
                FAILURE_PAUSE
            }
        }
    }

    /// One delivery from lease to record; `None` when nothing could be recorded.
    async fn deliver(self, delivery: DeliveryRow) -> Option<Outcome> {
        let outcome = self.attempt(&delivery).await?;
        let now = self.shared.environment.now_micros();
        match outcome::record(&self.shared.store, &delivery, outcome.clone(), now).await {
            Ok(()) => Some(outcome),
            Err(error) => {
                tracing::warn!(%error, delivery = delivery.key, "the outcome of a webhook was not recorded");
                None
            }
        }
    }
}

impl std::fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dispatcher")
            .field("subscribers", &self.shared.directory.ids())
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
