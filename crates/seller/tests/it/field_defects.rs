//! Defects seen in other implementations that need a shop of their own to show.

use std::{
    collections::BTreeSet,
    fmt,
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use comptoir_commerce::shipping::ShippingTable;
use comptoir_processors::simulated::Behavior;
use comptoir_signing::{merchant_signature::MerchantSigner, secret::SecretKey};
use comptoir_webhooks::{
    Directory, Dispatcher, DispatcherOptions, GuardedSender, SenderOptions, Subscriber,
    address::AddressPolicy,
    dispatcher::Pass,
    sender::{BoxFuture, Lookup, Lookups},
};
use http::StatusCode;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tracing::{
    Event, Metadata, Subscriber as TracingSubscriber,
    field::{Field, Visit},
    span,
};

use crate::support::Shop;

// A delivery rate that vanishes before the payment stops it, and one that vanishes after the money
// moved loses no order.
#[tokio::test]
async fn defect_12_a_vanished_delivery_rate_loses_no_paid_order() {
    let shop = Shop::open();
    let session = shop.ready("k", &json!([{ "id": "cup" }])).await;
    let token = shop.token(&session, Behavior::TimeoutAfterCharge);
    let without_rates = shop.reopened(|config| {
        config.shipping = ShippingTable { zones: Vec::new() };
    });
    let other = shop.ready("k2", &json!([{ "id": "cup" }])).await;
    let good = shop.token(&other, Behavior::Approve);
    let refused = without_rates.complete(&other.id(), &good, "c2").await;
    assert_eq!(refused.state(), "not_ready_for_payment");
    assert_eq!(shop.captured(&other.id()), 0);
    // The money has moved, nobody knows it yet, and then the rates are gone.
    let unknown = shop.complete(&session.id(), &token, "c1").await;
    assert_eq!(unknown.status, StatusCode::SERVICE_UNAVAILABLE);
    shop.advance(21);
    without_rates.seller.sweep().await;
    let read = without_rates
        .get(&format!("/checkout_sessions/{}", session.id()))
        .await;
    assert_eq!(read.state(), "completed", "{}", read.json());
    assert_eq!(shop.captured(&session.id()), 1);
    assert_eq!(without_rates.orders(&session.id()).await, 1);
    assert_eq!(read.total("total"), session.total("total"));
}

/// Leads a name to this machine once, and to somebody else's afterwards.
struct Rebinding(Arc<AtomicUsize>);

impl Lookup for Rebinding {
    fn lookup(&self, _: String) -> BoxFuture<'static, Lookups> {
        let asked = self.0.fetch_add(1, Ordering::SeqCst);
        let address: IpAddr = if asked == 0 {
            [127, 0, 0, 1].into()
        } else {
            [10, 0, 0, 1].into()
        };
        Box::pin(async move { Ok(vec![address]) })
    }
}

/// Takes events and closes each connection, so that the next one needs another look-up.
async fn receiver(taken: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut piece = [0; 16_384];
            let _ = stream.read(&mut piece).await;
            taken.fetch_add(1, Ordering::SeqCst);
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(answer).await;
        }
    });
    port
}

// The address that is checked is the one that is dialled: a name that leads elsewhere when the next
// event goes out gets nothing, and the event waits.
#[tokio::test]
async fn defect_26_an_event_is_not_sent_to_a_rebound_name() {
    let shop = Shop::open();
    let (taken, asked) = (Arc::default(), Arc::new(AtomicUsize::new(0)));
    let port = receiver(Arc::clone(&taken)).await;
    let policy = AddressPolicy::public().allow_loopback();
    let subscribers = Directory::default();
    let signer = MerchantSigner::new(SecretKey::from_bytes(vec![7; 32]));
    let url = format!("http://localhost:{port}/hook");
    subscribers
        .register(Subscriber::new("alice", &url, signer), &policy)
        .unwrap();
    let options = SenderOptions {
        policy,
        lookup: Arc::new(Rebinding(Arc::clone(&asked))),
        ..SenderOptions::default()
    };
    let dispatcher = Dispatcher::new(
        shop.store.clone(),
        subscribers.clone(),
        Arc::new(GuardedSender::new(options).unwrap()),
        shop.seller.config().environment.clone(),
        DispatcherOptions::default(),
    );
    let shop = shop.reopened(|config| {
        config.subscribers = subscribers;
        config.dispatcher = dispatcher.clone();
    });
    let (_, order) = shop.bought(&json!([{ "id": "cup" }])).await;
    let delivered = Pass {
        delivered: 1,
        ..Pass::default()
    };
    assert_eq!(dispatcher.pass().await.unwrap(), delivered);
    assert_eq!(asked.load(Ordering::SeqCst), 1, "one look-up, one check");
    shop.operate(&order, "ship", &json!({ "carrier": "Simulated Post" }))
        .await;
    let waits = Pass {
        retried: 1,
        ..Pass::default()
    };
    assert_eq!(dispatcher.pass().await.unwrap(), waits);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(taken.load(Ordering::SeqCst), 1);
}

/// What would be a time series or a group of log lines: everything but the values of fields. And
/// every value, to look for paths in.
#[derive(Default)]
struct Seen {
    labels: BTreeSet<String>,
    values: Vec<String>,
}

#[derive(Clone, Default)]
struct Watch(Arc<Mutex<Seen>>);

impl Watch {
    fn note(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields::default();
        record(&mut fields);
        let mut seen = self.0.lock().unwrap();
        let names = metadata.fields().iter().map(|field| field.name());
        let names: Vec<&str> = names.collect();
        seen.labels.insert(format!(
            "{} {} {} {names:?}",
            metadata.target(),
            metadata.level(),
            fields.message
        ));
        seen.values.append(&mut fields.values);
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    values: Vec<String>,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.values.push(format!("{value:?}"));
        }
    }
}

impl TracingSubscriber for Watch {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        self.note(span.metadata(), |fields| span.record(fields));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        self.0.lock().unwrap().values.append(&mut fields.values);
    }

    fn event(&self, event: &Event<'_>) {
        self.note(event.metadata(), |fields| event.record(fields));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// A purchase, a refusal on every route, a decline, a cancellation.
async fn traffic(shop: &Shop, number: usize) {
    let key = |what: &str| format!("{what}-{number}");
    let session = shop.ready(&key("k"), &json!([{ "id": "ebook" }])).await;
    let path = format!("/checkout_sessions/{}", session.id());
    let declined = Behavior::Decline(comptoir_processors::DeclineReason::Generic);
    let bad = shop.token(&session, declined);
    shop.complete(&session.id(), &bad, &key("declined")).await;
    let token = shop.token(&session, Behavior::Approve);
    shop.complete(&session.id(), &token, &key("done")).await;
    for tail in ["", "/complete", "/cancel", "/nowhere"] {
        let path = format!("{path}{tail}");
        shop.post(
            &path,
            &key(tail.trim_start_matches('/')),
            &json!({ "x": 1 }),
        )
        .await;
        shop.get(&path).await;
    }
    let other = shop.ready(&key("o"), &json!([{ "id": "ebook" }])).await;
    let reason = json!({ "intent_trace": { "reason_code": "other" } });
    let cancel = format!("/checkout_sessions/{}/cancel", other.id());
    shop.post(&cancel, &key("canceled"), &reason).await;
}

// Twenty more sessions make not one more kind of log line, and no field holds a raw path: whoever
// counts by label gets no time series per session.
#[tokio::test]
async fn defect_30_no_label_grows_with_the_sessions() {
    let watch = Watch::default();
    let _guard = tracing::subscriber::set_default(watch.clone());
    let shop = Shop::open();
    traffic(&shop, 0).await;
    let kinds = watch.0.lock().unwrap().labels.clone();
    for number in 1..=20 {
        traffic(&shop, number).await;
    }
    let seen = watch.0.lock().unwrap();
    let own = |labels: &BTreeSet<String>| -> BTreeSet<String> {
        let ours = labels.iter().filter(|label| label.starts_with("comptoir"));
        ours.cloned().collect()
    };
    assert!(!own(&kinds).is_empty(), "nothing was logged");
    assert_eq!(own(&seen.labels), own(&kinds));
    for label in own(&seen.labels) {
        assert!(
            !label.contains("cs_") && !label.contains("/checkout"),
            "{label}"
        );
    }
    for value in &seen.values {
        assert!(!value.contains("/checkout_sessions/"), "{value}");
    }
}
