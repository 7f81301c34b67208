//! A seller's outbox in memory, a clock that stands still, and a receiver played by a closure.

use std::sync::{Arc, Mutex};

use comptoir_signing::environment::{Clock, Environment, ManualClock};
use comptoir_signing::merchant_signature::MerchantSigner;
use comptoir_signing::secret::SecretKey;
use comptoir_store::{NewDelivery, NewEvent, Store, StoreError, TenantId, Tx};
use comptoir_webhooks::address::AddressPolicy;
use comptoir_webhooks::dispatcher::{Dispatcher, DispatcherOptions, Pass};
use comptoir_webhooks::receiver::{Receiver, VerifiedEvent};
use comptoir_webhooks::sender::{BoxFuture, Outgoing, Reply, SendError, Transport};
use comptoir_webhooks::subscriber::{Directory, Subscriber};
use jiff::{SignedDuration, Timestamp};

pub(crate) const AGENT: &str = "agent";

pub(crate) fn key(name: &str) -> SecretKey {
    SecretKey::from_bytes(name.as_bytes().to_vec())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the form in which receivers answer"
)]
pub(crate) fn reply(status: u16) -> Result<Reply, SendError> {
    Ok(Reply {
        status,
        retry_after: None,
        body: Vec::new(),
    })
}

pub(crate) fn unreachable_peer() -> Result<Reply, SendError> {
    Err(SendError::Connect("connection refused".to_owned()))
}

/// One attempt as the receiver saw it.
#[derive(Clone)]
pub(crate) struct Attempt {
    pub(crate) message: Outgoing,
    pub(crate) at: Timestamp,
}

impl Attempt {
    pub(crate) fn header(&self, name: &str) -> String {
        self.message
            .headers
            .get(name)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) fn verified(&self, secret: &str) -> VerifiedEvent {
        let receiver = Receiver::new(vec![key(secret)]).require_binding();
        receiver
            .verify(&self.message.headers, &self.message.body, self.at)
            .unwrap()
    }

    pub(crate) fn order(&self) -> String {
        self.verified("secret")
            .order
            .get("id")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    }
}

type Behaviour = Box<dyn Fn(&Attempt) -> Result<Reply, SendError> + Send + Sync>;

/// Plays all receivers, and remembers every attempt.
#[derive(Clone)]
pub(crate) struct Actor {
    behaviour: Arc<Mutex<Behaviour>>,
    attempts: Arc<Mutex<Vec<Attempt>>>,
    clock: Arc<ManualClock>,
}

impl Actor {
    pub(crate) fn behave(
        &self,
        behaviour: impl Fn(&Attempt) -> Result<Reply, SendError> + Send + Sync + 'static,
    ) {
        *self.behaviour.lock().unwrap() = Box::new(behaviour);
    }

    pub(crate) fn attempts(&self) -> Vec<Attempt> {
        self.attempts.lock().unwrap().clone()
    }
}

impl Transport for Actor {
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Reply, SendError>> {
        Box::pin(async move {
            let attempt = Attempt {
                message: message.clone(),
                at: self.clock.now(),
            };
            let outcome = (self.behaviour.lock().unwrap())(&attempt);
            self.attempts.lock().unwrap().push(attempt);
            outcome
        })
    }
}

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) directory: Directory,
    pub(crate) actor: Actor,
    pub(crate) dispatcher: Dispatcher,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::new("2026-01-02T03:04:05Z".parse().unwrap()));
        let actor = Actor {
            behaviour: Arc::new(Mutex::new(Box::new(|_| reply(200)))),
            attempts: Arc::default(),
            clock: clock.clone(),
        };
        let directory = Directory::default();
        let store = Store::in_memory().unwrap();
        let dispatcher = dispatcher(&store, &directory, &actor, &clock);
        let world = Self {
            store,
            clock,
            directory,
            actor,
            dispatcher,
        };
        world.register(AGENT, MerchantSigner::new(key("secret")));
        world
    }

    /// A new process on the same database: everything kept in memory is gone.
    pub(crate) fn restart(&mut self) {
        self.dispatcher = dispatcher(&self.store, &self.directory, &self.actor, &self.clock);
    }

    pub(crate) fn register(&self, id: &str, signer: MerchantSigner) {
        let subscriber = Subscriber::new(id, format!("https://{id}.example.com/hooks"), signer);
        self.directory
            .register(subscriber, &AddressPolicy::public())
            .unwrap();
    }

    pub(crate) fn enqueue(&self, order: &str, revision: i64) {
        self.enqueue_for(AGENT, order, revision);
    }

    pub(crate) fn enqueue_for(&self, subscriber: &'static str, order: &str, revision: i64) {
        enqueue(
            &self.store,
            self.clock.now().as_microsecond(),
            subscriber,
            order,
            revision,
        );
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    pub(crate) async fn pass(&self) -> Pass {
        self.dispatcher.pass().await.unwrap()
    }

    /// Passes until nothing is due.
    pub(crate) async fn settle(&self) -> Pass {
        let mut sum = Pass::default();
        loop {
            let pass = self.pass().await;
            if pass.total() == 0 {
                return sum;
            }
            sum.delivered += pass.delivered;
            sum.retried += pass.retried;
            sum.parked += pass.parked;
            sum.unrecorded += pass.unrecorded;
        }
    }

    /// Lets the clock jump from one due delivery to the next, until `end` or nothing is left.
    pub(crate) async fn run_until(&self, end: Timestamp) {
        while let Some(next) = self.next_at()
            && next <= end.as_microsecond()
        {
            if next > self.clock.now().as_microsecond() {
                self.clock.set(Timestamp::from_microsecond(next).unwrap());
            }
            self.settle().await;
        }
        self.clock.set(end);
    }

    pub(crate) fn next_at(&self) -> Option<i64> {
        self.store
            .read_blocking::<_, StoreError, _>("test", |tx| tx.next_delivery_at())
            .unwrap()
    }

    pub(crate) fn open(&self) -> u64 {
        self.store
            .read_blocking::<_, StoreError, _>("test", |tx| tx.deliveries_open())
            .unwrap()
    }

    pub(crate) fn parked(&self) -> Vec<String> {
        let rows = self
            .store
            .read_blocking::<_, StoreError, _>("test", |tx| tx.deliveries_parked(None, 1_000));
        rows.unwrap()
            .into_iter()
            .map(|row| row.last_error.unwrap())
            .collect()
    }
}

fn dispatcher(
    store: &Store,
    directory: &Directory,
    actor: &Actor,
    clock: &Arc<ManualClock>,
) -> Dispatcher {
    Dispatcher::new(
        store.clone(),
        directory.clone(),
        Arc::new(actor.clone()),
        Environment::simulated(clock.clone(), 1),
        DispatcherOptions::default(),
    )
}

pub(crate) fn enqueue(
    store: &Store,
    now: i64,
    subscriber: &'static str,
    order: &str,
    revision: i64,
) {
    let order = order.to_owned();
    let kind = if revision == 1 {
        "order_create"
    } else {
        "order_update"
    };
    let payload = format!(
        r#"{{"type":"{kind}","data":{{"type":"order","id":"{order}","note":{revision}}}}}"#
    );
    store
        .write_blocking::<_, StoreError, _>("test", move |tx: &mut dyn Tx| {
            let tenant = TenantId::DEFAULT;
            let event = NewEvent {
                tenant,
                topic: kind,
                subject: &order,
                revision,
                payload: payload.as_bytes(),
                now,
            };
            let event_key = tx.append_event(&event)?;
            tx.enqueue_delivery(&NewDelivery {
                tenant,
                event_key,
                subscriber,
                subject: &order,
                revision,
                next_at: now,
            })
        })
        .unwrap();
}
