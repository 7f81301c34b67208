use comptoir_signing::SignatureError;
use comptoir_signing::merchant_signature::MerchantSigner;
use comptoir_webhooks::receiver::{
    Decision, EventName, Known, Receiver, VerifiedEvent, VerifyError, decide,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, key};

const BODY: &[u8] = br#"{"type":"order_update","data":{"type":"order","id":"ord_1"}}"#;

fn now() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

fn receiver() -> Receiver {
    Receiver::new(vec![key("secret")])
}

fn signed(body: &[u8]) -> HeaderMap {
    with(
        HeaderMap::new(),
        "merchant-signature",
        &MerchantSigner::new(key("secret")).sign(now(), body),
    )
}

fn with(mut headers: HeaderMap, name: &str, value: &str) -> HeaderMap {
    headers.insert(
        HeaderName::try_from(name).unwrap(),
        HeaderValue::try_from(value).unwrap(),
    );
    headers
}

/// What our own dispatcher sends.
async fn ours() -> (HeaderMap, Vec<u8>) {
    let world = World::new();
    world.enqueue("ord_1", 5);
    world.settle().await;
    let message = world.actor.attempts().first().unwrap().message.clone();
    (message.headers, message.body)
}

#[tokio::test]
async fn our_own_messages_verify_with_identity_and_revision() {
    let (headers, body) = ours().await;
    let event = receiver()
        .require_binding()
        .verify(&headers, &body, now())
        .unwrap();
    assert_eq!(event.order_revision, Some(5));
    assert!(event.id.as_deref().unwrap().starts_with("evt_"));
    assert_eq!(event.request_id, event.id);
    assert_eq!(event.deduplication_key(), event.id.clone().unwrap());
    assert_eq!(event.signed_at, now());
    assert_eq!(event.payload, body);
}

#[test]
fn a_sellers_plain_protocol_message_verifies_without_identity() {
    let headers = with(signed(BODY), "request-id", "req_7");
    let event = receiver().verify(&headers, BODY, now()).unwrap();
    assert_eq!((event.id.as_deref(), event.order_revision), (None, None));
    assert_eq!(event.name, EventName::OrderUpdate);
    assert_eq!(event.order["id"], "ord_1");
    assert_eq!(event.request_id.as_deref(), Some("req_7"));
    assert!(event.deduplication_key().starts_with("body:"));
    let refused = receiver().require_binding().verify(&headers, BODY, now());
    assert!(matches!(refused, Err(VerifyError::Binding(None))));
}

#[tokio::test]
async fn nobody_can_give_a_recorded_message_another_identity_or_revision() {
    // The protocol's signature stays valid in each of these; ours does not.
    let (headers, body) = ours().await;
    for (name, value) in [
        ("webhook-id", "evt_other"),
        ("webhook-id", "evt_1\t2"),
        ("comptoir-order-revision", "6"),
        ("comptoir-order-revision", "05"),
        ("comptoir-order-revision", "+5"),
        ("comptoir-order-revision", "-5"),
        ("comptoir-order-revision", "x"),
        ("comptoir-event-signature", "t=1,v1=00"),
    ] {
        let outcome = receiver().verify(&with(headers.clone(), name, value), &body, now());
        assert!(
            outcome.is_err_and(|error| error.is_unauthorized()),
            "{name}: {value}"
        );
    }
    for missing in ["webhook-id", "comptoir-order-revision"] {
        let mut headers = headers.clone();
        headers.remove(missing);
        assert!(
            receiver().verify(&headers, &body, now()).is_err(),
            "{missing}"
        );
    }
    // Neither signature stands in for the other.
    let event_signature = headers
        .get("comptoir-event-signature")
        .unwrap()
        .to_str()
        .unwrap();
    let swapped = with(headers.clone(), "merchant-signature", event_signature);
    assert!(receiver().verify(&swapped, &body, now()).is_err());
}

// Field defect 23: an event without a signature is refused like a forged one.
#[test]
fn a_forged_late_early_or_unsigned_message_is_unauthorized() {
    let headers = signed(BODY);
    for (headers, body, at) in [
        (HeaderMap::new(), BODY, now()),
        (
            with(headers.clone(), "merchant-signature", "t=1767323045,v1=00"),
            BODY,
            now(),
        ),
        (headers.clone(), &BODY[1..], now()),
        (
            headers.clone(),
            BODY,
            now() + SignedDuration::from_secs(301),
        ),
        (
            headers.clone(),
            BODY,
            now() - SignedDuration::from_secs(301),
        ),
    ] {
        assert!(
            receiver()
                .verify(&headers, body, at)
                .unwrap_err()
                .is_unauthorized()
        );
    }
    for at in [
        now() + SignedDuration::from_secs(300),
        now() - SignedDuration::from_secs(300),
    ] {
        receiver().verify(&headers, BODY, at).unwrap();
    }
    let other = Receiver::new(vec![key("other")]).verify(&headers, BODY, now());
    assert!(matches!(
        other,
        Err(VerifyError::Signature(SignatureError::Mismatch))
    ));
    assert!(Receiver::new(vec![]).verify(&headers, BODY, now()).is_err());
}

#[test]
fn repeated_signature_headers_are_refused() {
    let mut headers = signed(BODY);
    let value = headers.get("merchant-signature").unwrap().clone();
    headers.append("merchant-signature", value);
    assert!(matches!(
        receiver().verify(&headers, BODY, now()),
        Err(VerifyError::Header(_))
    ));
}

#[test]
fn the_header_may_carry_the_sellers_name_when_that_was_agreed() {
    let headers = signed(BODY);
    let value = headers.get("merchant-signature").unwrap().to_str().unwrap();
    let named = with(HeaderMap::new(), "acme-signature", value);
    assert!(matches!(
        receiver().verify(&named, BODY, now()),
        Err(VerifyError::Missing)
    ));
    let agreed = receiver().accept_header(HeaderName::from_static("acme-signature"));
    agreed.verify(&named, BODY, now()).unwrap();
    agreed.verify(&headers, BODY, now()).unwrap();
    let both = with(named, "merchant-signature", value);
    assert!(matches!(
        agreed.verify(&both, BODY, now()),
        Err(VerifyError::Header(_))
    ));
}

#[test]
fn every_spelling_of_the_event_names_is_understood() {
    for name in [
        "order_create",
        "order_created",
        "order.created",
        "order.create",
        "ORDER_CREATE",
        "order-created",
    ] {
        assert_eq!(EventName::parse(name), EventName::OrderCreate, "{name}");
    }
    for name in [
        "order_update",
        "order_updated",
        "order.updated",
        "ORDER_UPDATE",
        "Order.Updated",
    ] {
        assert_eq!(EventName::parse(name), EventName::OrderUpdate, "{name}");
    }
    assert_eq!(
        EventName::parse("refund.Issued"),
        EventName::Other("refund.Issued".to_owned())
    );
    assert_eq!(EventName::parse("order_created").as_str(), "order_create");
    let body = br#"{"type":"order.created","data":{"type":"order"}}"#;
    assert_eq!(
        receiver().verify(&signed(body), body, now()).unwrap().name,
        EventName::OrderCreate
    );
}

#[test]
fn a_proven_sender_with_a_bad_body_is_told_so() {
    for body in [
        &b"no json"[..],
        b"",
        b"[]",
        b"{}",
        br#"{"type":"order_update"}"#,
        br#"{"type":1,"data":{"type":"order"}}"#,
        br#"{"type":"order_update","data":[]}"#,
        br#"{"type":"order_update","data":{"type":"invoice"}}"#,
        br#"{"type":"order_update","type":"order_create","data":{"type":"order"}}"#,
        br#"{"type":"order_update","data":{"type":"order","total":1,"total":2}}"#,
        br#"{"type":"order_update","data":{"type":"order","total":9007199254740993}}"#,
    ] {
        let error = receiver().verify(&signed(body), body, now()).unwrap_err();
        assert!(!error.is_unauthorized(), "{error}");
    }
}

fn event(revision: Option<i64>, signed_at: Timestamp) -> VerifiedEvent {
    let event = receiver().verify(&signed(BODY), BODY, now()).unwrap();
    VerifiedEvent {
        order_revision: revision,
        signed_at,
        ..event
    }
}

#[test]
fn only_a_higher_revision_is_applied() {
    let known = |revision| Known {
        revision,
        signed_at: now(),
    };
    let later = now() + SignedDuration::from_secs(1);
    let earlier = now() - SignedDuration::from_secs(1);
    for (known, revision, at, expected) in [
        (None, Some(1), now(), Decision::Apply),
        (None, None, now(), Decision::Apply),
        (Some(known(Some(2))), Some(3), earlier, Decision::Apply),
        (Some(known(Some(2))), Some(2), later, Decision::IgnoreOlder),
        (Some(known(Some(2))), Some(1), later, Decision::IgnoreOlder),
        // Revisions may be skipped: each event carries the full order.
        (Some(known(Some(2))), Some(9), later, Decision::Apply),
        // A recorded message stripped of its signed revision.
        (Some(known(Some(2))), None, later, Decision::IgnoreOlder),
        (Some(known(None)), Some(1), earlier, Decision::Apply),
        (Some(known(None)), None, later, Decision::Apply),
        (Some(known(None)), None, now(), Decision::Apply),
        (Some(known(None)), None, earlier, Decision::IgnoreOlder),
    ] {
        assert_eq!(
            decide(known.as_ref(), &event(revision, at)),
            expected,
            "{known:?} {revision:?} {at}"
        );
    }
}

#[test]
fn a_replay_inside_the_window_has_the_same_key_and_another_body_another_key() {
    let first = receiver().verify(&signed(BODY), BODY, now()).unwrap();
    let replay = receiver()
        .verify(&signed(BODY), BODY, now() + SignedDuration::from_secs(60))
        .unwrap();
    assert_eq!(first.deduplication_key(), replay.deduplication_key());
    let other = br#"{"type":"order_update","data":{"type":"order","id":"ord_2"}}"#;
    let other = receiver().verify(&signed(other), other, now()).unwrap();
    assert_ne!(first.deduplication_key(), other.deduplication_key());
}
