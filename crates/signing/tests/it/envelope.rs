use std::collections::BTreeMap;

use comptoir_signing::envelope::{EnvelopeError, KeyRing, associated_data};
use comptoir_signing::environment::{SeededEntropy, SystemEntropy};
use proptest::prelude::*;

const NUMBER: &[u8] = b"4242424242424242";

fn ring(current: u32) -> KeyRing {
    KeyRing::new(current, BTreeMap::from([(1, [0x11; 32]), (2, [0x22; 32])]))
}

fn place(token: &str) -> Vec<u8> {
    associated_data(&[b"1", token.as_bytes(), b"number", b"1"])
}

#[test]
fn opens_what_it_sealed_and_hides_it() {
    let ring = ring(1);
    for plaintext in [NUMBER, b"", vec![0; 100_000].as_slice()] {
        let sealed = ring
            .seal(&SystemEntropy, &place("vt_1"), plaintext)
            .unwrap();
        assert_eq!(
            ring.open(&place("vt_1"), &sealed).unwrap().as_slice(),
            plaintext
        );
        assert!(
            plaintext.is_empty()
                || !sealed
                    .windows(plaintext.len())
                    .any(|window| window == plaintext)
        );
        assert_eq!(ring.key_version(&sealed).unwrap(), 1);
    }
}

#[test]
fn equal_values_seal_differently() {
    let ring = ring(1);
    let one = ring.seal(&SystemEntropy, &place("vt_1"), NUMBER).unwrap();
    let two = ring.seal(&SystemEntropy, &place("vt_1"), NUMBER).unwrap();
    assert_ne!(one[5..], two[5..]);
}

#[test]
fn a_value_moved_to_another_row_field_version_or_tenant_does_not_open() {
    let ring = ring(1);
    let sealed = ring.seal(&SystemEntropy, &place("vt_1"), NUMBER).unwrap();
    for elsewhere in [
        place("vt_2"),
        associated_data(&[b"2", b"vt_1", b"number", b"1"]),
        associated_data(&[b"1", b"vt_1", b"cryptogram", b"1"]),
        associated_data(&[b"1", b"vt_1", b"number", b"2"]),
        Vec::new(),
    ] {
        assert_eq!(
            ring.open(&elsewhere, &sealed).unwrap_err(),
            EnvelopeError::NotAuthentic
        );
        assert_eq!(
            ring.rewrap(&SystemEntropy, &elsewhere, &sealed)
                .unwrap_err(),
            EnvelopeError::NotAuthentic
        );
    }
}

#[test]
fn two_rows_with_swapped_values_or_swapped_halves_do_not_open() {
    let ring = ring(1);
    let one = ring.seal(&SystemEntropy, &place("vt_1"), NUMBER).unwrap();
    let two = ring
        .seal(&SystemEntropy, &place("vt_2"), b"5555555555554444")
        .unwrap();
    assert!(ring.open(&place("vt_1"), &two).is_err());
    assert!(ring.open(&place("vt_2"), &one).is_err());
    // Record key of one row in front of the ciphertext of the other: 5 + 12 + 32 + 16 bytes in.
    let halves = [&one[..65], &two[65..]].concat();
    assert!(ring.open(&place("vt_1"), &halves).is_err());
    assert!(ring.open(&place("vt_2"), &halves).is_err());
}

#[test]
fn rewrapping_moves_to_the_current_key_and_keeps_the_ciphertext() {
    let old = ring(1);
    let sealed = old.seal(&SystemEntropy, &place("vt_1"), NUMBER).unwrap();
    let rewrapped = ring(2)
        .rewrap(&SystemEntropy, &place("vt_1"), &sealed)
        .unwrap();
    assert_eq!(old.key_version(&rewrapped).unwrap(), 2);
    assert_eq!(rewrapped[65..], sealed[65..]);
    // The old key may be destroyed afterwards.
    let only_new = KeyRing::new(2, BTreeMap::from([(2, [0x22; 32])]));
    assert_eq!(
        only_new
            .open(&place("vt_1"), &rewrapped)
            .unwrap()
            .as_slice(),
        NUMBER
    );
    assert_eq!(
        only_new.open(&place("vt_1"), &sealed).unwrap_err(),
        EnvelopeError::KeyMissing(1)
    );
}

#[test]
fn a_version_claimed_falsely_or_a_wrong_key_does_not_open() {
    let sealed = ring(1)
        .seal(&SystemEntropy, &place("vt_1"), NUMBER)
        .unwrap();
    let mut relabelled = sealed.clone();
    relabelled[4] = 2;
    assert_eq!(
        ring(1).open(&place("vt_1"), &relabelled).unwrap_err(),
        EnvelopeError::NotAuthentic
    );
    let same_key_twice = KeyRing::new(1, BTreeMap::from([(1, [0x11; 32]), (2, [0x11; 32])]));
    assert_eq!(
        same_key_twice
            .open(&place("vt_1"), &relabelled)
            .unwrap_err(),
        EnvelopeError::NotAuthentic
    );
    let wrong = KeyRing::new(1, BTreeMap::from([(1, [0x33; 32])]));
    assert_eq!(
        wrong.open(&place("vt_1"), &sealed).unwrap_err(),
        EnvelopeError::NotAuthentic
    );
}

#[test]
fn every_changed_bit_and_every_truncation_is_noticed() {
    let ring = ring(1);
    let sealed = ring
        .seal(&SeededEntropy::new(1), &place("vt_1"), NUMBER)
        .unwrap();
    for position in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[position] ^= 1 << bit;
            assert!(
                ring.open(&place("vt_1"), &changed).is_err(),
                "bit {bit} of byte {position}"
            );
        }
        assert!(
            ring.open(&place("vt_1"), &sealed[..position]).is_err(),
            "cut at {position}"
        );
    }
    assert!(
        ring.open(&place("vt_1"), &[sealed.as_slice(), &[0]].concat())
            .is_err()
    );
}

#[test]
fn a_ring_without_its_current_key_says_so() {
    let ring = KeyRing::new(3, BTreeMap::from([(1, [0x11; 32])]));
    assert!(!ring.can_seal());
    assert_eq!(
        ring.seal(&SystemEntropy, b"", NUMBER).unwrap_err(),
        EnvelopeError::KeyMissing(3)
    );
}

#[test]
fn associated_data_of_different_places_never_coincides() {
    assert_ne!(
        associated_data(&[b"ab", b"c"]),
        associated_data(&[b"a", b"bc"])
    );
    assert_ne!(
        associated_data(&[b"1:a", b""]),
        associated_data(&[b"1", b"a"])
    );
    assert_ne!(associated_data(&[]), associated_data(&[b""]));
}

proptest! {
    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(ring(1).open(b"", &bytes).is_err());
        let _ = ring(1).key_version(&bytes);
    }
}
