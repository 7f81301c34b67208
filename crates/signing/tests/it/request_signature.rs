use comptoir_signing::SignatureError;
use comptoir_signing::request_signature::{
    Algorithm, Coverage, KeyError, Parts, RequestSigner, RequestVerifier, VerifyingKey,
    generate_es256, timestamp_text,
};
use comptoir_signing::secret::SecretKey;
use jiff::SignedDuration;

use crate::present;

const ALL_COVERAGES: [Coverage; 3] = [
    Coverage::CanonicalBody,
    Coverage::TimestampAndBody,
    Coverage::Bound,
];

fn shared() -> SecretKey {
    SecretKey::from_bytes(b"shared-secret-of-32-bytes-length".to_vec())
}

fn signers(coverage: Coverage) -> [RequestSigner; 3] {
    [
        RequestSigner::ed25519(&[7; 32], coverage),
        RequestSigner::es256(&generate_es256().unwrap(), coverage).unwrap(),
        RequestSigner::hmac_sha256(shared(), coverage),
    ]
}

fn verifier_of(signer: &RequestSigner) -> RequestVerifier {
    RequestVerifier::new(vec![signer.verifying_key()], signer.coverage())
}

fn parts() -> Parts<'static> {
    Parts {
        method: "POST",
        path: "/checkout_sessions",
        idempotency_key: Some("k-1"),
        timestamp: present(),
        body: br#"{"a":1}"#,
    }
}

#[test]
fn every_algorithm_and_coverage_verifies_what_it_signed() {
    for coverage in ALL_COVERAGES {
        for signer in signers(coverage) {
            for body in [&br#"{"a":1}"#[..], b""] {
                let parts = Parts { body, ..parts() };
                let signature = signer.sign(&parts).unwrap();
                assert!(
                    !signature.contains(['+', '/', '=']),
                    "base64url without padding"
                );
                verifier_of(&signer)
                    .verify(&parts, &signature, present(), 300)
                    .unwrap();
            }
        }
    }
}

#[test]
fn hmac_signatures_equal_vectors_computed_by_another_implementation() {
    for (coverage, expected) in [
        (
            Coverage::TimestampAndBody,
            "BSMz9D6-oD92JcTEy3oLFiFu6TIgMv1J81XdwIuW8k4",
        ),
        (
            Coverage::Bound,
            "FQUzS_20hKcIBdWXuP7lyFEdKueeKYIcwKrdtNRygFw",
        ),
    ] {
        let signer = RequestSigner::hmac_sha256(shared(), coverage);
        assert_eq!(signer.sign(&parts()).unwrap(), expected);
        // A peer that pads its base64 is understood.
        verifier_of(&signer)
            .verify(&parts(), &format!("{expected}="), present(), 300)
            .unwrap();
    }
}

// Field defect 23: RFC 3339 times are read as such.
#[test]
fn a_timestamp_written_differently_by_the_peer_still_verifies() {
    // An honest RFC 3339 time with fractions or an offset is covered as text and compared as a moment.
    let verifier = verifier_of(&RequestSigner::hmac_sha256(
        shared(),
        Coverage::TimestampAndBody,
    ));
    let signature = "GhMLV84MdC9cop5rKulu0a4bO4n3M4DgyOPelzes5u8";
    verifier
        .verify_received(
            &parts(),
            "2026-01-02T03:04:05.000Z",
            signature,
            present(),
            300,
        )
        .unwrap();
    assert!(
        verifier
            .verify_received(&parts(), "2026-01-02T03:04:05Z", signature, present(), 300)
            .is_err()
    );
    assert!(matches!(
        verifier.verify_received(
            &parts(),
            "2026-01-02T03:04:06.000Z",
            signature,
            present(),
            300
        ),
        Err(SignatureError::Malformed(_))
    ));
    assert_eq!(timestamp_text(present()), "2026-01-02T03:04:05Z");
}

#[test]
fn the_bound_profile_covers_method_path_key_time_and_body() {
    for signer in signers(Coverage::Bound) {
        let signature = signer.sign(&parts()).unwrap();
        let verifier = verifier_of(&signer);
        let later = present() + SignedDuration::from_secs(1);
        for changed in [
            Parts {
                method: "PUT",
                ..parts()
            },
            Parts {
                path: "/checkout_sessions/cs_1/complete",
                ..parts()
            },
            Parts {
                path: "/checkout_sessions?x=1",
                ..parts()
            },
            Parts {
                idempotency_key: Some("k-2"),
                ..parts()
            },
            Parts {
                idempotency_key: Some(""),
                ..parts()
            },
            Parts {
                idempotency_key: None,
                ..parts()
            },
            Parts {
                timestamp: later,
                ..parts()
            },
            Parts {
                body: br#"{"a": 1}"#,
                ..parts()
            },
            Parts {
                body: b"",
                ..parts()
            },
        ] {
            let outcome = verifier.verify(&changed, &signature, present(), 300);
            assert!(
                matches!(outcome, Err(SignatureError::Mismatch)),
                "{changed:?}"
            );
        }
    }
}

#[test]
fn no_byte_can_move_between_bound_parts() {
    let signer = RequestSigner::hmac_sha256(shared(), Coverage::Bound);
    let one = Parts {
        method: "POST",
        path: "/a\n1:b",
        ..parts()
    };
    let two = Parts {
        method: "POST\n2:/a",
        path: "b",
        ..parts()
    };
    assert_ne!(signer.sign(&one).unwrap(), signer.sign(&two).unwrap());
    let absent = Parts {
        idempotency_key: None,
        ..parts()
    };
    let dash = Parts {
        idempotency_key: Some("-"),
        ..parts()
    };
    assert_ne!(signer.sign(&absent).unwrap(), signer.sign(&dash).unwrap());
}

#[test]
fn the_canonical_reading_ignores_writing_and_refuses_ambiguity() {
    for signer in signers(Coverage::CanonicalBody) {
        let verifier = verifier_of(&signer);
        let signature = signer
            .sign(&Parts {
                body: br#"{"b":1.0,"a":[2]}"#,
                ..parts()
            })
            .unwrap();
        let rewritten = Parts {
            body: b"{ \"a\": [2], \"b\": 1 }",
            ..parts()
        };
        verifier
            .verify(&rewritten, &signature, present(), 300)
            .unwrap();
        let changed = Parts {
            body: br#"{"b":1,"a":[3]}"#,
            ..parts()
        };
        assert!(matches!(
            verifier.verify(&changed, &signature, present(), 300),
            Err(SignatureError::Mismatch)
        ));
        for body in [
            &br#"{"b":2,"b":1,"a":[2]}"#[..],
            b"no json",
            b"9007199254740993",
        ] {
            let bad = Parts { body, ..parts() };
            assert!(matches!(
                verifier.verify(&bad, &signature, present(), 300),
                Err(SignatureError::Body(_))
            ));
            assert!(matches!(signer.sign(&bad), Err(SignatureError::Body(_))));
        }
    }
}

// Field defect 23: clocks may differ.
#[test]
fn the_tolerance_is_exact_to_the_nanosecond_on_both_sides() {
    let signer = RequestSigner::ed25519(&[7; 32], Coverage::Bound);
    let signature = signer.sign(&parts()).unwrap();
    let verifier = verifier_of(&signer);
    let limit = SignedDuration::from_secs(300);
    let nano = SignedDuration::from_nanos(1);
    for (now, passes) in [
        (present() + limit, true),
        (present() - limit, true),
        (present() + limit + nano, false),
        (present() - limit - nano, false),
        (present() + SignedDuration::from_millis(1), true),
        (present() - SignedDuration::from_millis(1), true),
    ] {
        assert_eq!(
            verifier.verify(&parts(), &signature, now, 300).is_ok(),
            passes,
            "{now}"
        );
    }
}

#[test]
fn keys_are_pinned_with_algorithm_and_coverage() {
    for coverage in ALL_COVERAGES {
        for signer in signers(coverage) {
            let signature = signer.sign(&parts()).unwrap();
            for other in signers(coverage) {
                if other.algorithm() == Algorithm::Es256 || other.algorithm() != signer.algorithm()
                {
                    assert!(
                        verifier_of(&other)
                            .verify(&parts(), &signature, present(), 300)
                            .is_err()
                    );
                }
            }
            for other in ALL_COVERAGES.into_iter().filter(|other| *other != coverage) {
                // The canonical form of this body is the body, so only the other two differ from it.
                let verifier = RequestVerifier::new(vec![signer.verifying_key()], other);
                assert!(
                    verifier
                        .verify(&parts(), &signature, present(), 300)
                        .is_err()
                );
            }
        }
    }
}

#[test]
fn a_public_key_used_as_a_shared_secret_gains_nothing() {
    let signer = RequestSigner::ed25519(&[7; 32], Coverage::Bound);
    let VerifyingKey::Ed25519(public) = signer.verifying_key() else {
        unreachable!()
    };
    let with_public_key =
        RequestSigner::hmac_sha256(SecretKey::from_bytes(public.to_vec()), Coverage::Bound);
    let forged = with_public_key.sign(&parts()).unwrap();
    assert!(
        verifier_of(&signer)
            .verify(&parts(), &forged, present(), 300)
            .is_err()
    );
}

#[test]
fn rotation_accepts_any_pinned_key_and_no_key_accepts_nothing() {
    let old = RequestSigner::ed25519(&[1; 32], Coverage::Bound);
    let new = RequestSigner::ed25519(&[2; 32], Coverage::Bound);
    let both = RequestVerifier::new(
        vec![old.verifying_key(), new.verifying_key()],
        Coverage::Bound,
    );
    for signer in [&old, &new] {
        both.verify(&parts(), &signer.sign(&parts()).unwrap(), present(), 300)
            .unwrap();
    }
    let none = RequestVerifier::new(vec![], Coverage::Bound);
    assert!(
        none.verify(&parts(), &old.sign(&parts()).unwrap(), present(), 300)
            .is_err()
    );
    let empty = RequestSigner::hmac_sha256(SecretKey::from_bytes(vec![]), Coverage::Bound);
    assert!(
        verifier_of(&empty)
            .verify(&parts(), &empty.sign(&parts()).unwrap(), present(), 300)
            .is_err()
    );
}

// Field defect 23: a signature is more than base64.
#[test]
fn signatures_that_are_merely_well_encoded_are_refused() {
    for signer in signers(Coverage::Bound) {
        let verifier = verifier_of(&signer);
        let good = signer.sign(&parts()).unwrap();
        for bad in [
            "",
            "AAAA",
            "%%%",
            &good[1..],
            &"A".repeat(86),
            &format!("{good}AAAA"),
            &format!(" {good}"),
        ] {
            assert!(
                verifier.verify(&parts(), bad, present(), 300).is_err(),
                "{bad}"
            );
        }
        for position in 0..good.len() {
            let mut bytes = good.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let bad = String::from_utf8(bytes).unwrap();
            assert!(
                verifier.verify(&parts(), &bad, present(), 300).is_err(),
                "{position}"
            );
        }
    }
}

#[test]
fn bytes_that_are_no_private_key_are_refused() {
    assert_eq!(
        RequestSigner::es256(b"nonsense", Coverage::Bound).unwrap_err(),
        KeyError::NotAPrivateKey
    );
}
