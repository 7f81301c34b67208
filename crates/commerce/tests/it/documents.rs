//! What is stored, and what is never shown.

use comptoir_commerce::{
    address::{AddressError, Buyer, CountryCode, Region},
    checkout::Checkout,
    order::Order,
};

use crate::fixtures::{Shop, completion, later};

fn bought() -> Checkout {
    let shop = Shop::new();
    let mut checkout = shop.create(&[("mug", 1)], Some("US-CA"));
    let destination = checkout.desired.destination.as_mut().unwrap();
    destination.email = Some("secret@example.com".to_owned());
    destination.phone_number = Some("+15551234567".to_owned());
    checkout
        .begin_complete(completion(), &shop.context(), later(1))
        .unwrap()
        .checkout
}

// The stored form of a checkout is stable, and reads back to the same checkout.
#[test]
fn the_stored_checkout_is_stable() {
    let checkout = bought();
    insta::assert_json_snapshot!("checkout_document", checkout);
    let stored = serde_json::to_string(&checkout).unwrap();
    assert_eq!(serde_json::from_str::<Checkout>(&stored).unwrap(), checkout);
}

// A document of another version is refused by name.
#[test]
fn another_version_is_refused_by_name() {
    let stored = serde_json::to_string(&bought()).unwrap();
    let newer = stored.replace("\"document_version\":1", "\"document_version\":2");
    let refused = serde_json::from_str::<Checkout>(&newer)
        .unwrap_err()
        .to_string();
    assert!(
        refused.starts_with("unknown document version 2"),
        "{refused}"
    );
    let order = serde_json::to_string(&Shop::new().order(&[("mug", 1)], "US-CA")).unwrap();
    let newer = order.replace("\"document_version\":1", "\"document_version\":0");
    assert!(serde_json::from_str::<Order>(&newer).is_err());
}

// Debug output of a checkout or order holds no name, address, e-mail or telephone number.
#[test]
fn debug_output_holds_no_personal_data() {
    let order = Shop::new().order(&[("mug", 1)], "US-CA");
    for shown in [
        format!("{:?}", bought()),
        format!("{order:?}"),
        format!("{:?}", bought().buyer()),
    ] {
        for secret in ["A. Buyer", "Harbour", "12345", "@example.com", "5551234567"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

// Country and region codes are read in any case and stored in one.
#[test]
fn codes_are_read_in_any_case() {
    assert_eq!(
        CountryCode::parse("fr").map(|code| code.to_string()),
        Ok("FR".to_owned())
    );
    assert_eq!(
        Region::parse("us-ny").map(|region| region.to_string()),
        Ok("US-NY".to_owned())
    );
    for text in ["", "F", "FRA", "F1", "é", "US-", "-NY"] {
        assert_eq!(
            Region::parse(text),
            Err(AddressError::NotACountryCode),
            "{text}"
        );
    }
}

// The shape of an e-mail address is checked, no more.
#[test]
fn email_addresses_have_a_shape() {
    for (email, usable) in [
        ("a@b.example", true),
        ("a.b+c@d-e.example", true),
        ("", false),
        ("a@", false),
        ("@b.example", false),
        ("a@b", false),
        ("a@.example", false),
        ("a@b.example.", false),
        ("a@b@c.example", false),
        ("a b@c.example", false),
        ("a@b.example\n", false),
    ] {
        assert_eq!(
            Buyer::with_email(email).has_usable_email(),
            usable,
            "{email:?}"
        );
    }
    let long = format!("{}@b.example", "a".repeat(254));
    assert!(!Buyer::with_email(long).has_usable_email());
}
