use std::collections::BTreeMap;

use comptoir_signing::envelope::KeyRing;
use comptoir_signing::environment::{SeededEntropy, SystemEntropy};
use comptoir_signing::keyed::hmac_sha256;
use comptoir_signing::merchant_signature::{MerchantSigner, MerchantVerifier};
use comptoir_signing::request_signature::{Coverage, RequestSigner, RequestVerifier};
use comptoir_signing::seal::RecordSigner;
use comptoir_signing::secret::{SecretKey, constant_time_eq};

#[test]
fn the_keyed_digest_equals_the_rfc_vector() {
    // RFC 4231, test case 2.
    let digest = hmac_sha256(
        &SecretKey::from_bytes(b"Jefe".to_vec()),
        b"what do ya want for nothing?",
    );
    assert_eq!(
        hex::encode(digest),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn no_secret_appears_in_debug_output() {
    let secret = "canary-of-a-secret-canary-canary";
    let bytes: [u8; 32] = secret.as_bytes().try_into().unwrap();
    let key = SecretKey::from_bytes(secret.as_bytes().to_vec());
    let signer = RequestSigner::hmac_sha256(key.clone(), Coverage::Bound);
    let printed = [
        format!("{key:?}"),
        format!("{:?}", MerchantSigner::new(key.clone())),
        format!("{:?}", MerchantVerifier::new(vec![key], 300)),
        format!("{signer:?}"),
        format!("{:?}", signer.verifying_key()),
        format!(
            "{:?}",
            RequestVerifier::new(vec![signer.verifying_key()], Coverage::Bound)
        ),
        format!("{:?}", RequestSigner::ed25519(&bytes, Coverage::Bound)),
        format!("{:?}", RecordSigner::from_seed(&bytes)),
        format!("{:?}", KeyRing::new(1, BTreeMap::from([(1, bytes)]))),
    ];
    let in_hex = hex::encode(bytes);
    let as_list = format!("{bytes:?}");
    for text in printed {
        assert!(
            !text.contains("canary") && !text.contains(&in_hex),
            "{text}"
        );
        assert!(!text.contains(as_list.trim_matches(['[', ']'])), "{text}");
    }
}

#[test]
fn generated_keys_have_32_bytes_and_differ() {
    let (one, two) = (
        SecretKey::generate(&SystemEntropy),
        SecretKey::generate(&SystemEntropy),
    );
    assert_eq!(one.expose().len(), 32);
    assert!(!constant_time_eq(one.expose(), two.expose()));
    let repeat = || SecretKey::generate(&SeededEntropy::new(5));
    assert!(constant_time_eq(repeat().expose(), repeat().expose()));
}

#[test]
fn comparison_is_equality_of_content_and_length() {
    assert!(constant_time_eq(b"", b""));
    assert!(constant_time_eq(b"abc", b"abc"));
    assert!(!constant_time_eq(b"abc", b"abd"));
    assert!(!constant_time_eq(b"abc", b"ab"));
    assert!(!constant_time_eq(b"", b"a"));
}
