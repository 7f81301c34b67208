use comptoir_signing::SignatureError;
use comptoir_signing::merchant_signature::{MerchantSigner, MerchantVerifier, TOLERANCE_S};
use comptoir_signing::secret::SecretKey;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const BODY: &[u8] = br#"{"type":"order_create"}"#;

fn key(name: &str) -> SecretKey {
    SecretKey::from_bytes(name.as_bytes().to_vec())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn verifier() -> MerchantVerifier {
    MerchantVerifier::new(vec![key("whsec_0123456789abcdef")], TOLERANCE_S)
}

const SIGNED_AT: i64 = 1_709_123_456;
const HEADER: &str =
    "t=1709123456,v1=79cacd6a1af017ac537c4338d8d01a7952cc033d1f66705690f8ad2ea251633c";

#[test]
fn signs_and_verifies_a_vector_computed_by_another_implementation() {
    assert_eq!(
        MerchantSigner::new(key("whsec_0123456789abcdef")).sign(at(SIGNED_AT), BODY),
        HEADER
    );
    assert_eq!(
        verifier().verify(HEADER, BODY, at(SIGNED_AT)).unwrap(),
        at(SIGNED_AT)
    );
}

#[test]
fn fractions_of_the_signing_second_are_cut_off() {
    let signer = MerchantSigner::new(key("whsec_0123456789abcdef"));
    assert_eq!(
        signer.sign(at(SIGNED_AT) + SignedDuration::from_millis(999), BODY),
        HEADER
    );
}

#[test]
fn the_tolerance_is_exact_on_both_sides() {
    for (offset, passes) in [
        (300, true),
        (-300, true),
        (301, false),
        (-301, false),
        (0, true),
        (86_400, false),
    ] {
        let outcome = verifier().verify(HEADER, BODY, at(SIGNED_AT + offset));
        assert_eq!(outcome.is_ok(), passes, "{offset} s");
        if !passes {
            assert!(
                matches!(outcome, Err(SignatureError::OutsideTolerance { age_s, .. }) if age_s == offset)
            );
        }
    }
    // One millisecond of skew either way is nothing.
    for skew in [-1, 1] {
        assert!(
            verifier()
                .verify(
                    HEADER,
                    BODY,
                    at(SIGNED_AT) + SignedDuration::from_millis(skew)
                )
                .is_ok()
        );
    }
}

#[test]
fn a_changed_body_or_another_key_does_not_verify() {
    assert!(matches!(
        verifier().verify(HEADER, br#"{"type":"order_update"}"#, at(SIGNED_AT)),
        Err(SignatureError::Mismatch)
    ));
    let other = MerchantVerifier::new(vec![key("other")], TOLERANCE_S);
    assert!(matches!(
        other.verify(HEADER, BODY, at(SIGNED_AT)),
        Err(SignatureError::Mismatch)
    ));
}

#[test]
fn without_keys_or_with_an_empty_key_nothing_verifies() {
    let forged = MerchantSigner::new(SecretKey::from_bytes(Vec::new())).sign(at(SIGNED_AT), BODY);
    for keys in [vec![], vec![SecretKey::from_bytes(Vec::new())]] {
        assert!(
            MerchantVerifier::new(keys, TOLERANCE_S)
                .verify(&forged, BODY, at(SIGNED_AT))
                .is_err()
        );
    }
}

#[test]
fn during_a_rotation_the_receiver_holds_both_secrets() {
    let (old, new) = (
        key("old-secret-of-the-seller"),
        key("new-secret-of-the-seller"),
    );
    let receiver = MerchantVerifier::new(vec![new.clone(), old.clone()], TOLERANCE_S);
    for signing in [old, new] {
        let header = MerchantSigner::new(signing).sign(at(SIGNED_AT), BODY);
        assert!(receiver.verify(&header, BODY, at(SIGNED_AT)).is_ok());
    }
}

#[test]
fn every_malformed_header_is_refused_although_it_carries_the_right_digest() {
    let digest = &HEADER[16..];
    let t = "t=1709123456";
    let malformed = [
        String::new(),
        t.to_owned(),
        format!("{t},"),
        format!("v1={digest}"),
        format!("v1={digest},{t}"),
        format!("{t},{t},v1={digest}"),
        format!("{t},v1={digest},{t}"),
        format!("{t},v1={digest},t=1709123457"),
        format!("{t},v0={digest}"),
        format!("{t},v2={digest}"),
        format!("{t},V1={digest}"),
        format!("T=1709123456,v1={digest}"),
        format!("{t},v1={digest},v0={digest}"),
        format!("{t},v1={digest},"),
        format!("{t},v1={digest},x=1"),
        format!("{t},v1={digest},v1={digest}"),
        format!("{t},v1={digest},v1="),
        format!("{t},v1={}", &digest[..62]),
        format!("{t},v1={}", &digest[..63]),
        format!("{t},v1={digest}00"),
        format!("{t},v1=0x{digest}"),
        format!("{t}, v1={digest}"),
        format!(" {t},v1={digest}"),
        format!("{t},v1={digest} "),
        format!("{t},v1={digest}\n"),
        format!("{t};v1={digest}"),
        format!("t=+1709123456,v1={digest}"),
        format!("t=01709123456,v1={digest}"),
        format!("t=1709123456.0,v1={digest}"),
        format!("t=-1709123456,v1={digest}"),
        format!("t= 1709123456,v1={digest}"),
        format!("t=\u{661}709123456,v1={digest}"),
        format!("t=1709123456000000000,v1={digest}"),
        format!("t=2024-02-28T12:30:56Z,v1={digest}"),
        format!("t=,v1={digest}"),
        "t,v1".to_owned(),
        ",".repeat(100_000),
    ];
    for header in malformed {
        let outcome = verifier().verify(&header, BODY, at(SIGNED_AT));
        assert!(
            matches!(outcome, Err(SignatureError::Malformed(_))),
            "{header}: {outcome:?}"
        );
    }
}

// `^t=\\d+,v1=[a-fA-F0-9]{64}$`: digits in any case, and one signature, even beside a wrong one.
#[test]
fn digits_are_taken_in_any_case_and_a_second_signature_is_not() {
    let digest = &HEADER[16..];
    let upper = format!("t=1709123456,v1={}", digest.to_uppercase());
    assert!(verifier().verify(&upper, BODY, at(SIGNED_AT)).is_ok());
    let wrong = "0".repeat(64);
    for header in [
        format!("{HEADER},v1={wrong}"),
        HEADER.replacen("v1=", &format!("v1={wrong},v1="), 1),
    ] {
        let outcome = verifier().verify(&header, BODY, at(SIGNED_AT));
        assert!(
            matches!(outcome, Err(SignatureError::Malformed(_))),
            "{header}: {outcome:?}"
        );
    }
}

/// Whether the header says the same: the case of the signature's digits means nothing.
fn same_meaning(header: &str) -> bool {
    let split = |text: &str| {
        text.split_at_checked(16)
            .map(|(head, digits)| (head.to_owned(), digits.to_lowercase()))
    };
    split(header) == split(HEADER)
}

#[test]
fn no_single_edit_of_a_header_verifies() {
    // Every byte replaced by, preceded by and swapped with every printable one, and every byte dropped.
    let verifier = verifier();
    let mut tried = 0;
    let mut refuse = |header: Vec<u8>| {
        let header = String::from_utf8(header).unwrap();
        if !same_meaning(&header) {
            tried += 1;
            assert!(
                verifier.verify(&header, BODY, at(SIGNED_AT)).is_err(),
                "{header}"
            );
        }
    };
    for position in 0..=HEADER.len() {
        for byte in b' '..=b'~' {
            let mut inserted = HEADER.as_bytes().to_vec();
            inserted.insert(position, byte);
            refuse(inserted);
            if position < HEADER.len() {
                let mut replaced = HEADER.as_bytes().to_vec();
                replaced[position] = byte;
                refuse(replaced);
            }
        }
        for other in 0..HEADER.len().min(position) {
            let mut swapped = HEADER.as_bytes().to_vec();
            if position < HEADER.len() {
                swapped.swap(position, other);
                refuse(swapped.clone());
                swapped.drain(other..position);
                refuse(swapped);
            }
        }
    }
    assert!(tried > 15_000, "{tried}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100_000))]

    #[test]
    fn no_mutation_of_header_or_body_verifies(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
        touch_body in any::<bool>(),
    ) {
        let mut bytes = if touch_body { BODY.to_vec() } else { HEADER.as_bytes().to_vec() };
        let original = bytes.clone();
        for (index, byte, kind) in edits {
            let position = index.index(bytes.len().max(1));
            match kind {
                0 => bytes.insert(position, byte),
                1 if position < bytes.len() => { bytes.remove(position); }
                2 if position < bytes.len() => bytes[position] ^= byte,
                _ if position < bytes.len() => bytes[position] = b"0123456789abcdeft=v1,"[usize::from(byte) % 21],
                _ => {}
            }
        }
        prop_assume!(bytes != original);
        prop_assume!(touch_body || !same_meaning(&String::from_utf8_lossy(&bytes)));
        let outcome = if touch_body {
            verifier().verify(HEADER, &bytes, at(SIGNED_AT))
        } else {
            verifier().verify(&String::from_utf8_lossy(&bytes), BODY, at(SIGNED_AT))
        };
        prop_assert!(outcome.is_err());
    }
}

proptest! {
    #[test]
    fn whatever_is_signed_verifies(body in prop::collection::vec(any::<u8>(), 0..300), seconds in 0..4_000_000_000_i64) {
        let header = MerchantSigner::new(key("k")).sign(at(seconds), &body);
        let receiver = MerchantVerifier::new(vec![key("k")], TOLERANCE_S);
        prop_assert_eq!(receiver.verify(&header, &body, at(seconds + 300)).unwrap(), at(seconds));
    }
}
