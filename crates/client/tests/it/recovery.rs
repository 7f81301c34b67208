//! What is sent again, and what is not.

use std::time::Duration;

use comptoir_acp::latest::checkout::CheckoutSession;
use comptoir_client::{Client, ClientError, Prepared, Transport};
use tokio::net::TcpListener;

use crate::support::{RawPeer, Reaction, client, config, create_request, key, session};

#[tokio::test]
async fn a_broken_connection_is_retried_with_the_same_bytes_and_key() {
    for first in [Reaction::Close, Reaction::BreakOff] {
        let peer = RawPeer::start(vec![first.clone(), first, Reaction::Answer(session())]).await;
        let client = client(&peer.base_url);
        client
            .create_checkout_session(&create_request(), key("key-1"))
            .await
            .unwrap();
        let bodies = peer.bodies();
        assert_eq!(bodies.len(), 3);
        assert!(bodies.iter().all(|body| *body == bodies[0]));
        assert_eq!(
            peer.header("idempotency-key"),
            vec![Some("key-1".to_owned()); 3]
        );
    }
}

#[tokio::test]
async fn attempts_end_and_say_that_the_call_may_have_arrived() {
    let peer = RawPeer::start(vec![Reaction::Close]).await;
    let failed = client(&peer.base_url)
        .create_checkout_session(&create_request(), key("k"))
        .await
        .unwrap_err();
    assert!(matches!(failed, ClientError::Transport { sent: true, .. }));
    assert!(failed.outcome_is_unknown());
    assert_eq!(peer.bodies().len(), 3);
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let failed = client(&base_url)
        .create_checkout_session(&create_request(), key("k"))
        .await
        .unwrap_err();
    assert!(matches!(failed, ClientError::Transport { sent: false, .. }));
    assert!(!failed.outcome_is_unknown());
}

#[tokio::test]
async fn a_time_out_is_an_unknown_outcome_and_is_not_retried() {
    let peer = RawPeer::start(vec![Reaction::Silence]).await;
    let mut config = config(&peer.base_url);
    config.timeout = Duration::from_millis(200);
    let client = Client::new(config).unwrap();
    let failed = client
        .create_checkout_session(&create_request(), key("k"))
        .await
        .unwrap_err();
    assert!(matches!(failed, ClientError::Timeout));
    assert!(failed.outcome_is_unknown());
    assert_eq!(peer.bodies().len(), 1);
}

#[tokio::test]
async fn a_stored_call_is_sent_byte_for_byte_after_a_restart() {
    let peer = RawPeer::start(vec![Reaction::Answer(session())]).await;
    let first = Prepared::create_checkout_session(&create_request(), key("key-1")).unwrap();
    let record = first.to_record().unwrap();
    client(&peer.base_url).send(&first).await.unwrap();
    let again = Prepared::<CheckoutSession>::from_record(&record).unwrap();
    client(&peer.base_url).send(&again).await.unwrap();
    let bodies = peer.bodies();
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(
        peer.header("idempotency-key"),
        vec![Some("key-1".to_owned()); 2]
    );
    assert!(Prepared::<CheckoutSession>::from_record(b"{}").is_err());
}

/// Field defect 31: a new HTTP client, hence a new TLS context and connection, per call.
#[tokio::test]
async fn field_defect_31_clients_share_one_pool() {
    let peer = RawPeer::start(vec![Reaction::Answer(session())]).await;
    let transport = Transport::new().unwrap();
    for _ in 0..20 {
        let client = Client::with_transport(config(&peer.base_url), transport.clone()).unwrap();
        client
            .create_checkout_session(&create_request(), key("k"))
            .await
            .unwrap();
    }
    assert_eq!(peer.bodies().len(), 20);
    assert_eq!(*peer.connections.lock().unwrap(), 1);
}
