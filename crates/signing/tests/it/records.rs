use comptoir_signing::seal::{RecordSigner, verify};

fn seed() -> [u8; 32] {
    unhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
}

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    let bytes: Vec<u8> = (0..N)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    bytes.try_into().unwrap()
}

#[test]
fn signs_as_in_the_rfc() {
    // RFC 8032, section 7.1, test 1.
    let signer = RecordSigner::from_seed(&seed());
    assert_eq!(
        signer.public_key(),
        unhex::<32>("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    );
    let expected = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf\
                    5f0595bbe24655141438e7a100b";
    assert_eq!(signer.sign(b""), unhex::<64>(expected));
}

#[test]
fn a_signature_holds_for_its_bytes_and_key_only() {
    let signer = RecordSigner::from_seed(&seed());
    let signature = signer.sign(b"receipt");
    assert!(verify(&signer.public_key(), b"receipt", &signature));
    assert!(!verify(&signer.public_key(), b"receipt.", &signature));
    assert!(!verify(
        &RecordSigner::from_seed(&[1; 32]).public_key(),
        b"receipt",
        &signature
    ));
    let mut changed = signature;
    changed[0] ^= 1;
    assert!(!verify(&signer.public_key(), b"receipt", &changed));
    assert!(!verify(&[0; 32], b"receipt", &[0; 64]));
}
