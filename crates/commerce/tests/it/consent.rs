//! The consent receipt.

use comptoir_acp::id::{ItemId, LineItemId};
use comptoir_commerce::consent::{
    AddressDigest, ConsentAct, ConsentError, ConsentReceipt, DISCLOSED_FIELDS_MAX, Difference,
    LIFETIME_SECONDS, SessionSummary, SignedReceipt, SummaryError, SummaryLine, SummaryTotal,
};
use comptoir_signing::seal::RecordSigner;

use crate::fixtures::{Shop, address, currency, later, money, now, units};

const SALT: &[u8] = b"a salt that is kept apart";

fn session() -> SessionSummary {
    let checkout = Shop::new().create(&[("mug", 2), ("song", 1)], Some("US-CA"));
    SessionSummary::of_checkout("shop.example", &checkout, SALT).unwrap()
}

fn act() -> ConsentAct {
    ConsentAct {
        id: "consent_1".to_owned(),
        buyer: "salted-buyer".to_owned(),
        agent_id: "agent-1".to_owned(),
        label_id: "order-with-obligation-to-pay".to_owned(),
        locale: "en".to_owned(),
        disclosed_fields: vec!["name".to_owned(), "address".to_owned()],
    }
}

fn receipt() -> ConsentReceipt {
    ConsentReceipt::record(act(), session(), now()).unwrap()
}

fn signer() -> RecordSigner {
    RecordSigner::from_seed(&[7; 32])
}

fn signed() -> SignedReceipt {
    receipt().sign(&signer()).unwrap()
}

// The limit of the token is the total, no more and no less; the receipt lives ten minutes.
#[test]
fn a_receipt_limits_the_token_to_the_total() {
    let receipt = receipt();
    assert_eq!(receipt.token_limit, session().total);
    assert_eq!(receipt.expires_at, later(600));
}

// Sealed, it opens the gate for the session it was made for, from its making to its end.
#[test]
fn the_gate_opens_in_time() {
    let (signed, key) = (signed(), signer().public_key());
    for (at, open) in [
        (-1, false),
        (0, true),
        (LIFETIME_SECONDS - 1, true),
        (LIFETIME_SECONDS, false),
    ] {
        let verified = signed.verify(&key, &session(), later(at));
        assert_eq!(verified.is_ok(), open, "{at}: {verified:?}");
    }
}

// The stored form reads back to the same receipt, and has no room for anything else.
#[test]
fn the_record_is_closed() {
    let stored = serde_json::to_string(&signed()).unwrap();
    assert_eq!(
        serde_json::from_str::<SignedReceipt>(&stored).unwrap(),
        signed()
    );
    for place in [
        "\"receipt\":{",
        "\"session\":{",
        "\"lines\":[{",
        "\"totals\":[{",
        "\"options\":[{",
    ] {
        let wider = stored.replacen(place, &format!("{place}\"note\":1,"), 1);
        assert_ne!(wider, stored, "{place}");
        assert!(
            serde_json::from_str::<SignedReceipt>(&wider).is_err(),
            "{place}"
        );
    }
}

// Every byte counts: no change of the stored receipt passes for the receipt.
#[test]
fn tampering_is_noticed() {
    let stored = serde_json::to_vec(&signed()).unwrap();
    let key = signer().public_key();
    let mut read = 0;
    for position in 0..stored.len() {
        for flip in [1_u8, 2, 16] {
            let mut forged = stored.clone();
            forged[position] ^= flip;
            let Ok(forged) = serde_json::from_slice::<SignedReceipt>(&forged) else {
                continue;
            };
            read += 1;
            assert!(
                forged == signed() || forged.verify_seal(&key).is_err(),
                "byte {position}"
            );
        }
    }
    assert!(read > 500, "only {read} forgeries could be read at all");
}

// Another key is refused, named or not.
#[test]
fn another_key_is_refused() {
    let other = RecordSigner::from_seed(&[8; 32]);
    let forged = receipt().sign(&other).unwrap();
    let refused = |signed: &SignedReceipt| {
        let verified = signed.verify(&signer().public_key(), &session(), now());
        matches!(verified, Err(ConsentError::Forged))
    };
    assert!(refused(&forged));
    let mut renamed = forged;
    renamed.public_key = signed().public_key;
    assert!(refused(&renamed));
    let mut shouted = signed();
    shouted.signature = shouted.signature.to_uppercase();
    assert!(refused(&shouted), "one text for one signature");
}

// A limit above the total is refused although its signature is good.
#[test]
fn a_generous_limit_is_refused() {
    let mut receipt = receipt();
    receipt.token_limit = units(receipt.session.total.get() + 1);
    let signed = receipt.sign(&signer()).unwrap();
    let verified = signed.verify(&signer().public_key(), &session(), now());
    assert!(matches!(verified, Err(ConsentError::Forged)));
}

type Change = fn(&mut SessionSummary);

// Any change of the session voids the receipt, and is named in words.
#[test]
fn every_change_is_named() {
    let changes: &[(Change, &str)] = &[
        (
            |session| session.seller = "evil.example".to_owned(),
            "the seller is another",
        ),
        (
            |session| session.revision = 2,
            "the session went from revision 1 to 2",
        ),
        (
            |session| session.lines[0].quantity = 3,
            "the quantity of mug changed from 2 to 3",
        ),
        (
            |session| session.lines[0].unit_price = units(1_001),
            "the price of mug changed from 10.00 USD to 10.01 USD",
        ),
        (
            |session| session.lines[0].total = units(1),
            "mug costs 0.01 USD in all instead of 21.45 USD",
        ),
        (
            |session| session.lines[1].item_id = ItemId::parse("gift-card").unwrap(),
            "song is another item under the same name",
        ),
        (
            |session| session.lines[1].variant = Some("live".to_owned()),
            "song was replaced by song (live)",
        ),
        (|session| session.lines.truncate(1), "song was removed"),
        (
            |session| session.lines.reverse(),
            "the lines are listed in another order",
        ),
        (
            |session| session.options[0].amount = units(501),
            "the delivery changed from standard (5.00 USD) and Digital delivery (0.00 USD) to \
             standard (5.01 USD) and Digital delivery (0.00 USD)",
        ),
        (
            |session| session.address = None,
            "the destination is another",
        ),
        (
            |session| session.totals[1].amount = units(0),
            "fulfillment changed from 5.00 USD to 0.00 USD",
        ),
        (
            |session| session.totals.reverse(),
            "the amounts are listed otherwise",
        ),
        (
            |session| session.total = units(2_745),
            "the total changed from 27.44 USD to 27.45 USD",
        ),
    ];
    for (change, words) in changes {
        let mut session = session();
        change(&mut session);
        let differences = receipt().matches(&session).unwrap_err();
        let said: Vec<_> = differences.iter().map(ToString::to_string).collect();
        assert_eq!(said, [*words]);
        let refused = signed()
            .verify(&signer().public_key(), &session, now())
            .unwrap_err();
        assert_eq!(refused.to_string(), format!("the session changed: {words}"));
    }
    assert_eq!(receipt().matches(&session()), Ok(()));
}

// A line slipped in under the same total is seen.
#[test]
fn a_hidden_line_is_seen() {
    let mut changed = session();
    changed.lines.push(SummaryLine {
        id: LineItemId::parse("li_9").unwrap(),
        item_id: ItemId::parse("gift-card").unwrap(),
        title: "Gift card".to_owned(),
        variant: None,
        quantity: 1,
        unit_price: units(0),
        total: units(0),
    });
    let added = Difference::LineAdded {
        title: "Gift card".to_owned(),
    };
    assert_eq!(receipt().matches(&changed), Err(vec![added]));
}

// Another currency is named although every figure is the same.
#[test]
fn another_currency_is_seen() {
    let mut changed = session();
    changed.currency = currency("EUR");
    let differences = receipt().matches(&changed).unwrap_err();
    let named = Difference::Currency {
        before: currency("USD"),
        now: currency("EUR"),
    };
    assert_eq!(differences[0], named);
    assert_eq!(money(0, "USD").currency, session().currency);
}

// Nobody can agree to a session that contradicts itself (I15).
#[test]
fn contradictory_sessions_are_refused() {
    let broken: &[(Change, SummaryError)] = &[
        (|session| session.lines.clear(), SummaryError::LineCount),
        (
            |session| session.total = units(session.total.get() + 1),
            SummaryError::TotalsDoNotAddUp,
        ),
        (
            |session| session.total = units(0),
            SummaryError::TotalOutOfRange,
        ),
        (
            |session| session.total = units(-1),
            SummaryError::TotalOutOfRange,
        ),
        (
            |session| {
                session.totals.push(SummaryTotal {
                    kind: "fee".to_owned(),
                    amount: units(i64::MAX),
                });
            },
            SummaryError::TotalsDoNotAddUp,
        ),
        (
            |session| session.lines[0].quantity = 0,
            SummaryError::Line {
                line: LineItemId::parse("li_1").unwrap(),
            },
        ),
        (
            |session| session.lines[1].id = LineItemId::parse("li_1").unwrap(),
            SummaryError::Line {
                line: LineItemId::parse("li_1").unwrap(),
            },
        ),
    ];
    for (change, error) in broken {
        let mut session = session();
        change(&mut session);
        let refused = ConsentReceipt::record(act(), session, now()).unwrap_err();
        assert!(matches!(refused, ConsentError::Session(found) if found == *error));
    }
}

// The number of disclosed fields is bounded.
#[test]
fn disclosed_fields_are_bounded() {
    for (count, fits) in [
        (DISCLOSED_FIELDS_MAX, true),
        (DISCLOSED_FIELDS_MAX + 1, false),
    ] {
        let act = ConsentAct {
            disclosed_fields: vec!["name".to_owned(); count],
            ..act()
        };
        assert_eq!(ConsentReceipt::record(act, session(), now()).is_ok(), fits);
    }
}

// The address is in no receipt, only its digest under a salt that is kept elsewhere.
#[test]
fn the_address_is_only_a_digest() {
    let stored = serde_json::to_string(&signed()).unwrap();
    assert!(!stored.contains("Harbour"));
    let digest = |region: &str, salt: &[u8]| AddressDigest::of(&address(region), salt).unwrap();
    assert_eq!(digest("US-CA", SALT), digest("US-CA", SALT));
    assert_ne!(digest("US-CA", SALT), digest("US-OR", SALT));
    assert_ne!(digest("US-CA", SALT), digest("US-CA", b"another"));
}

// The canonical form is stable: the hash of a fixed receipt is a fixed figure.
#[test]
fn the_canonical_form_is_stable() {
    let bytes = receipt().canonical_bytes().unwrap();
    insta::assert_snapshot!("consent_receipt", String::from_utf8(bytes).unwrap());
    let hash = receipt().hash().unwrap();
    assert_eq!(
        hash,
        ConsentReceipt::record(act(), session(), now())
            .unwrap()
            .hash()
            .unwrap()
    );
    let mut other = act();
    other.locale = "fr".to_owned();
    assert_ne!(
        hash,
        ConsentReceipt::record(other, session(), now())
            .unwrap()
            .hash()
            .unwrap()
    );
}
