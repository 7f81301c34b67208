//! Optional request signatures, verified as the other side would.

use std::sync::Arc;

use comptoir_acp::id::CheckoutSessionId;
use comptoir_client::Client;
use comptoir_signing::request_signature::{Coverage, Parts, RequestSigner, RequestVerifier};
use jiff::Timestamp;

use crate::support::{RawPeer, Reaction, config, create_request, key, session};

#[tokio::test]
async fn a_signed_request_verifies_over_its_method_path_key_and_bytes() {
    let peer = RawPeer::start(vec![Reaction::Answer(session())]).await;
    let signer = RequestSigner::ed25519(&[7; 32], Coverage::Bound);
    let verifier = RequestVerifier::new(vec![signer.verifying_key()], Coverage::Bound);
    let mut config = config(&format!("{}/api", peer.base_url));
    config.signer = Some(Arc::new(signer));
    let client = Client::new(config).unwrap();
    client
        .create_checkout_session(&create_request(), key("key-1"))
        .await
        .unwrap();

    let signature = peer.header("signature")[0].clone().unwrap();
    let timestamp: Timestamp = peer.header("timestamp")[0]
        .clone()
        .unwrap()
        .parse()
        .unwrap();
    let body = peer.bodies()[0].clone();
    let parts = |path| Parts {
        method: "POST",
        path,
        idempotency_key: Some("key-1"),
        timestamp,
        body: body.as_bytes(),
    };
    verifier
        .verify(&parts("/api/checkout_sessions"), &signature, timestamp, 300)
        .unwrap();
    assert!(
        verifier
            .verify(&parts("/api/feeds"), &signature, timestamp, 300)
            .is_err()
    );
}

#[tokio::test]
async fn a_request_without_body_has_no_signature_when_only_bodies_are_covered() {
    for (coverage, signed) in [(Coverage::CanonicalBody, false), (Coverage::Bound, true)] {
        let peer = RawPeer::start(vec![Reaction::Answer(session())]).await;
        let mut config = config(&peer.base_url);
        config.signer = Some(Arc::new(RequestSigner::ed25519(&[7; 32], coverage)));
        let id = CheckoutSessionId::parse("cs_1").unwrap();
        Client::new(config)
            .unwrap()
            .get_checkout_session(&id)
            .await
            .unwrap();
        assert_eq!(peer.header("signature")[0].is_some(), signed);
    }
}
