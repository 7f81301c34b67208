//! What the dispatcher does with each outcome.

use comptoir_signing::merchant_signature::MerchantSigner;
use comptoir_store::{StoreError, Tx};
use comptoir_webhooks::dispatcher::Pass;
use comptoir_webhooks::receiver::EventName;
use comptoir_webhooks::sender::Reply;
use comptoir_webhooks::subscriber::{Codec, CodecError, Subscriber};
use jiff::SignedDuration;
use std::sync::Arc;

use crate::world::{AGENT, World, key, reply, unreachable_peer};

// Field defect 27: the protocol's headers, and the time is signed.
#[tokio::test]
async fn an_event_arrives_signed_with_the_stored_bytes_and_all_headers() {
    let world = World::new();
    world.enqueue("ord_1", 7);
    assert_eq!(
        world.pass().await,
        Pass {
            delivered: 1,
            ..Pass::default()
        }
    );
    let attempts = world.actor.attempts();
    let [attempt] = attempts.as_slice() else {
        panic!("one attempt")
    };
    assert_eq!(
        attempt.message.body,
        br#"{"type":"order_update","data":{"type":"order","id":"ord_1","note":7}}"#
    );
    assert_eq!(attempt.message.url, "https://agent.example.com/hooks");
    let event = attempt.verified("secret");
    assert_eq!(
        (event.name, event.order_revision),
        (EventName::OrderUpdate, Some(7))
    );
    assert_eq!(
        event.id.as_deref(),
        Some(attempt.header("webhook-id").as_str())
    );
    assert_eq!(attempt.header("request-id"), attempt.header("webhook-id"));
    assert_eq!(attempt.header("comptoir-order-revision"), "7");
    assert_eq!(attempt.header("content-type"), "application/json");
    assert_eq!(attempt.header("timestamp"), "2026-01-02T03:04:05Z");
    assert_eq!(attempt.header("webhook-timestamp"), "1767323045");
    assert!(
        attempt
            .header("merchant-signature")
            .starts_with("t=1767323045,v1=")
    );
    assert_eq!(world.open(), 0);
}

#[tokio::test]
async fn a_failed_delivery_comes_again_with_the_same_identity_and_a_fresh_signature() {
    let world = World::new();
    world.actor.behave(|_| reply(500));
    world.enqueue("ord_1", 1);
    assert_eq!(world.settle().await.retried, 1);
    world.advance(SignedDuration::from_secs(6));
    world.actor.behave(|_| reply(204));
    assert_eq!(world.settle().await.delivered, 1);
    let attempts = world.actor.attempts();
    let [first, second] = attempts.as_slice() else {
        panic!("two attempts")
    };
    assert_eq!(first.verified("secret").id, second.verified("secret").id);
    assert_eq!(first.message.body, second.message.body);
    assert_ne!(
        first.header("merchant-signature"),
        second.header("merchant-signature")
    );
}

#[tokio::test]
async fn every_status_but_2xx_is_a_failure_redirects_included() {
    for status in [
        100, 199, 300, 301, 302, 307, 308, 400, 401, 404, 409, 429, 500, 502, 503, 504, 599,
    ] {
        let world = World::new();
        world.actor.behave(move |_| reply(status));
        world.enqueue("ord_1", 1);
        assert_eq!(world.pass().await.retried, 1, "{status}");
        assert_eq!(world.open(), 1);
    }
    for status in [200, 201, 202, 204, 299] {
        let world = World::new();
        world.actor.behave(move |_| reply(status));
        world.enqueue("ord_1", 1);
        assert_eq!(world.pass().await.delivered, 1, "{status}");
    }
}

#[tokio::test]
async fn a_crash_between_sending_and_marking_sends_again_under_the_same_identity() {
    let mut world = World::new();
    world.enqueue("ord_1", 1);
    // A first process: leases, sends, and dies before it records.
    let now = world.clock_micros();
    let leased = world
        .store
        .write_blocking::<_, StoreError, _>("test", move |tx: &mut dyn Tx| {
            tx.lease_deliveries(now, now + 120_000_000, 10)
        })
        .unwrap();
    let sent = comptoir_webhooks::message::event_id(&leased.first().unwrap().event);
    world.restart();
    assert_eq!(world.settle().await.total(), 0, "the lease still holds");
    world.advance(SignedDuration::from_mins(2));
    assert_eq!(world.settle().await.delivered, 1);
    assert_eq!(
        world
            .actor
            .attempts()
            .first()
            .unwrap()
            .verified("secret")
            .id,
        Some(sent)
    );
    // The first process was only slow: its mark comes too late and is refused.
    let (key, epoch) = (leased.first().unwrap().key, leased.first().unwrap().epoch);
    let late = world
        .store
        .write_blocking::<_, StoreError, _>("test", move |tx: &mut dyn Tx| {
            tx.finish_delivery(key, epoch, now)
        });
    assert!(matches!(late, Err(StoreError::Stale { .. })));
}

#[tokio::test]
async fn events_of_one_order_go_out_in_order_even_when_the_first_fails() {
    let world = World::new();
    world.actor.behave(|attempt| {
        if attempt.order() == "ord_1" {
            reply(500)
        } else {
            reply(200)
        }
    });
    for revision in 1..=3 {
        world.enqueue("ord_1", revision);
        world.enqueue("ord_2", revision);
    }
    world.settle().await;
    let sent = |order: &str| -> Vec<i64> {
        let attempts = world.actor.attempts();
        let of_order = attempts.iter().filter(|attempt| attempt.order() == order);
        of_order
            .map(|attempt| attempt.verified("secret").order_revision.unwrap())
            .collect()
    };
    assert_eq!(sent("ord_1"), [1], "later revisions wait for the first");
    assert_eq!(sent("ord_2"), [1, 2, 3], "another order does not wait");
    world.actor.behave(|_| reply(200));
    world.advance(SignedDuration::from_secs(6));
    world.settle().await;
    assert_eq!(sent("ord_1"), [1, 1, 2, 3]);
}

#[tokio::test]
async fn after_a_rotation_the_backlog_is_signed_with_the_new_secret() {
    let world = World::new();
    world.actor.behave(|_| unreachable_peer());
    world.enqueue("ord_1", 1);
    world.settle().await;
    world.register(AGENT, MerchantSigner::new(key("new")));
    world.actor.behave(|_| reply(200));
    world.advance(SignedDuration::from_secs(6));
    assert_eq!(world.settle().await.delivered, 1);
    world.actor.attempts().last().unwrap().verified("new");
}

#[tokio::test]
async fn gone_disables_the_subscriber_until_it_is_enabled_again() {
    let mut world = World::new();
    world.register("other", MerchantSigner::new(key("secret")));
    world.actor.behave(|_| reply(410));
    world.enqueue("ord_1", 1);
    world.enqueue("ord_2", 1);
    let parked = world.settle().await.parked;
    assert_eq!(parked, 2);
    assert!(
        world
            .dispatcher
            .disabled_since(AGENT)
            .await
            .unwrap()
            .is_some()
    );
    // The verdict survives a restart and holds for this subscriber only.
    world.restart();
    world.actor.behave(|_| reply(200));
    let before = world.actor.attempts().len();
    world.enqueue("ord_3", 1);
    world.enqueue_for("other", "ord_3", 1);
    assert_eq!(
        world.settle().await,
        Pass {
            delivered: 1,
            parked: 1,
            ..Pass::default()
        }
    );
    assert_eq!(world.actor.attempts().len(), before + 1);
    world.dispatcher.enable(AGENT).await.unwrap();
    assert_eq!(world.dispatcher.disabled_since(AGENT).await.unwrap(), None);
    world.enqueue("ord_4", 1);
    assert_eq!(world.settle().await.delivered, 1);
    assert!(world.parked().iter().any(|reason| reason.contains("410")));
}

#[tokio::test]
async fn retry_after_is_honoured_within_bounds() {
    for (asked, earliest_s, latest_s) in [
        ("60", 60, 66),
        ("Fri, 02 Jan 2026 03:06:05 GMT", 120, 132),
        // Shorter than our own first pause: at least that.
        ("0", 5, 6),
        // A year: at most six hours.
        ("31536000", 21_600, 23_760),
        // In no known form: the schedule.
        ("soon", 5, 6),
    ] {
        for status in [429, 503] {
            let world = World::new();
            world.actor.behave(move |_| {
                Ok(Reply {
                    status,
                    retry_after: Some(asked.to_owned()),
                    body: Vec::new(),
                })
            });
            world.enqueue("ord_1", 1);
            world.settle().await;
            let start = world.clock_micros();
            world.actor.behave(|_| reply(200));
            while world.actor.attempts().len() < 2 {
                world.run_until_next().await;
            }
            let waited = (world.clock_micros() - start) / 1_000_000;
            assert!(
                (earliest_s..=latest_s).contains(&waited),
                "{status} {asked}: {waited} s"
            );
        }
    }
}

#[tokio::test]
async fn an_unregistered_subscriber_loses_nothing() {
    let world = World::new();
    world.directory.remove(AGENT);
    world.enqueue("ord_1", 1);
    assert_eq!(world.settle().await.retried, 1);
    world.register(AGENT, MerchantSigner::new(key("secret")));
    world.advance(SignedDuration::from_secs(6));
    assert_eq!(world.settle().await.delivered, 1);
}

#[tokio::test]
async fn each_subscriber_has_its_own_form_and_secret() {
    struct Upper;
    impl Codec for Upper {
        fn encode(&self, event: &comptoir_store::EventRow) -> Result<Vec<u8>, CodecError> {
            let text = std::str::from_utf8(&event.payload)
                .map_err(|error| CodecError(error.to_string()))?;
            Ok(text.replace("order_create", "ORDER_CREATE").into_bytes())
        }
    }
    let world = World::new();
    let subscriber = Subscriber {
        codec: Arc::new(Upper),
        ..Subscriber::new(
            "other",
            "https://other.example.com/",
            MerchantSigner::new(key("other secret")),
        )
    };
    world
        .directory
        .register(
            subscriber,
            &comptoir_webhooks::address::AddressPolicy::public(),
        )
        .unwrap();
    world.enqueue("ord_1", 1);
    world.enqueue_for("other", "ord_1", 1);
    assert_eq!(world.settle().await.delivered, 2);
    let attempts = world.actor.attempts();
    let other = attempts
        .iter()
        .find(|attempt| attempt.message.url.contains("other"))
        .unwrap();
    assert!(String::from_utf8_lossy(&other.message.body).contains("ORDER_CREATE"));
    assert_eq!(other.verified("other secret").name, EventName::OrderCreate);
}

#[tokio::test]
async fn an_event_without_a_form_for_the_subscriber_is_kept_for_the_operator() {
    struct Never;
    impl Codec for Never {
        fn encode(&self, _: &comptoir_store::EventRow) -> Result<Vec<u8>, CodecError> {
            Err(CodecError("no such field in this version".to_owned()))
        }
    }
    let world = World::new();
    let subscriber = Subscriber {
        codec: Arc::new(Never),
        ..Subscriber::new(
            AGENT,
            "https://agent.example.com/",
            MerchantSigner::new(key("secret")),
        )
    };
    world
        .directory
        .register(
            subscriber,
            &comptoir_webhooks::address::AddressPolicy::public(),
        )
        .unwrap();
    world.enqueue("ord_1", 1);
    assert_eq!(world.settle().await.retried, 1);
    assert!(world.actor.attempts().is_empty());
}

#[tokio::test]
async fn a_large_order_is_still_delivered_and_signed() {
    let world = World::new();
    let order = format!("ord_{}", "x".repeat(200_000));
    world.enqueue(&order, 1);
    assert_eq!(world.settle().await.delivered, 1);
    assert_eq!(world.actor.attempts().first().unwrap().order(), order);
}

#[tokio::test]
async fn events_of_different_databases_have_different_identities() {
    let ids: Vec<_> = (0..2)
        .map(|second| async move {
            let world = World::new();
            world.advance(SignedDuration::from_secs(second));
            world.enqueue("ord_1", 1);
            world.settle().await;
            world.actor.attempts().first().unwrap().header("webhook-id")
        })
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    for id in ids {
        assert!(seen.insert(id.await));
    }
}

impl World {
    pub(crate) fn clock_micros(&self) -> i64 {
        comptoir_signing::environment::Clock::now(self.clock.as_ref()).as_microsecond()
    }

    /// Jumps to the next due delivery and settles.
    pub(crate) async fn run_until_next(&self) {
        let next = self.next_at().unwrap();
        self.clock
            .set(jiff::Timestamp::from_microsecond(next).unwrap());
        self.settle().await;
    }
}
