//! V-01 to V-03, V-07, V-08: card data stays where it belongs.

use std::{
    collections::{HashMap, HashSet},
    io::Write,
    path::Path,
    sync::{Arc, Mutex, Once},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use comptoir_psp::{card::is_card_number, issuer::test_cards};
use comptoir_signing::{
    envelope::{KeyRing, associated_data},
    fingerprint::Fingerprint,
};
use comptoir_store::{Collection, NewRecord, RecordQuery, StoreError, TenantId};
use serde_json::json;

use crate::support::{AGENT, MERCHANT, TestPsp, charge, clock, config, delegation, open};

/// How many sealed cards the store holds.
pub(crate) async fn cards_kept(psp: &TestPsp) -> u64 {
    let count = psp.store.read("test_count_cards", |tx| {
        tx.count(
            Collection::VaultedCards,
            TenantId::DEFAULT,
            &RecordQuery::default(),
        )
    });
    count.await.map_err(|error: StoreError| error).unwrap()
}

/// Log lines of this process, every level, every crate.
#[derive(Clone, Default)]
struct Logs(Arc<Mutex<Vec<u8>>>);

impl Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logs() -> Logs {
    static START: Once = Once::new();
    static LOGS: Mutex<Option<Logs>> = Mutex::new(None);
    START.call_once(|| {
        let logs = Logs::default();
        let writer = logs.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        *LOGS.lock().unwrap() = Some(logs);
    });
    LOGS.lock().unwrap().clone().unwrap()
}

/// A number in every form in which it could lie around.
fn forms(number: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![number.as_bytes().to_vec()];
    let hex = hex::encode(number);
    forms.extend([hex.to_uppercase().into_bytes(), hex.into_bytes()]);
    // Base64 of a text in the middle of a longer one: three alignments, the touched ends cut off.
    for shift in 0..3 {
        let padded = format!("{}{number}", "x".repeat(shift));
        let encoded = STANDARD.encode(padded);
        forms.push(encoded.as_bytes()[if shift == 0 { 0 } else { 4 }..encoded.len() - 4].to_vec());
    }
    let value: u64 = number.parse().unwrap();
    forms.extend([value.to_le_bytes().to_vec(), value.to_be_bytes().to_vec()]);
    forms.push(Fingerprint::of_bytes(number.as_bytes()).as_bytes().to_vec());
    forms.push(
        Fingerprint::of_bytes(number.as_bytes())
            .to_hex()
            .into_bytes(),
    );
    forms
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// Every form of every number, found by its first eight bytes: one pass over a place is enough.
struct Scanner(HashMap<[u8; 8], Vec<(String, Vec<u8>)>>);

impl Scanner {
    fn new(numbers: &[String]) -> Self {
        let mut forms_by_start: HashMap<[u8; 8], Vec<_>> = HashMap::new();
        for number in numbers {
            for form in forms(number) {
                let start = *form.first_chunk().unwrap();
                forms_by_start
                    .entry(start)
                    .or_default()
                    .push((number.clone(), form));
            }
        }
        Self(forms_by_start)
    }

    fn find(&self, bytes: &[u8]) -> Option<String> {
        bytes.windows(8).enumerate().find_map(|(at, start)| {
            let forms = self.0.get(start)?;
            let (number, form) = forms
                .iter()
                .find(|(_, form)| bytes[at..].starts_with(form))?;
            Some(format!("{number} as {}", String::from_utf8_lossy(form)))
        })
    }
}

fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect()
}

fn assert_absent(numbers: &[String], places: &[(String, Vec<u8>)]) {
    let scanner = Scanner::new(numbers);
    for (place, bytes) in places {
        assert_eq!(scanner.find(bytes), None, "in {place}");
    }
}

// The scanner finds a planted number in every form, wherever it lies: it does not pass by being blind.
#[test]
fn the_scanner_sees() {
    let numbers = numbers(3);
    let scanner = Scanner::new(&numbers);
    for number in &numbers {
        for form in forms(number) {
            assert!(
                scanner
                    .find(&[b"before ".as_slice(), &form, b" after"].concat())
                    .is_some()
            );
        }
        for shift in 0..3 {
            let encoded = STANDARD.encode(format!("{}{number} and more", "y".repeat(shift)));
            assert!(scanner.find(encoded.as_bytes()).is_some(), "{encoded}");
        }
    }
    assert_eq!(scanner.find(b"4242424242424241 and nothing else"), None);
}

fn numbers(count: u32) -> Vec<String> {
    let candidates = (0..).map(|index: u64| {
        format!(
            "4{:015}",
            index.wrapping_mul(7_919_777_001_337) % 1_000_000_000_000_000
        )
    });
    let mut numbers: Vec<String> = candidates
        .filter(|number| is_card_number(number))
        .take(usize::try_from(count).unwrap())
        .collect();
    numbers.push(test_cards::APPROVE.to_owned());
    numbers.push(test_cards::DECLINE.to_owned());
    numbers
}

// V-01, V-02, field defects 13 and 25: numbers, codes and digests of bodies are in no file (database,
// WAL, shared memory), no log line and no answer, in no encoding.
#[tokio::test]
async fn v01_v02_no_card_data_lies_around() {
    let logs = logs();
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("psp.db"));
    let clock = clock();
    let psp = TestPsp::serve(config(store.clone(), &clock, 1), clock).await;
    let numbers = numbers(200);
    let mut answers = Vec::new();
    let mut digests = Vec::new();
    for (index, number) in numbers.iter().enumerate() {
        let session = format!("cs_{index}");
        let body = delegation(number, &session);
        digests.push(*Fingerprint::of_bytes(body.to_string().as_bytes()).as_bytes());
        digests.push(*Fingerprint::of_json(&body).unwrap().as_bytes());
        let token = psp.delegate(&body).await;
        assert_eq!(token.status, 201);
        answers.push(token.text.clone());
        // One is left unused, so that its sealed card stays.
        if index % 2 == 0 {
            answers.push(
                psp.charge(token.json()["id"].as_str().unwrap(), &session, 1)
                    .await
                    .text,
            );
        }
        if index % 20 == 0 {
            answers.extend(refused(&psp, number).await);
        }
    }
    let mut places = files(directory.path());
    assert!(
        places.iter().any(|(name, _)| name.ends_with("-wal")),
        "{:?}",
        places.iter().map(|place| &place.0).collect::<Vec<_>>()
    );
    let logged = logs.0.lock().unwrap().clone();
    assert!(
        contains(&logged, b"comptoir") || contains(&logged, b"hyper"),
        "nothing was logged"
    );
    places.push(("logs".to_owned(), logged.clone()));
    places.push(("answers".to_owned(), answers.join("\n").into_bytes()));
    drop(psp);
    store.shutdown();
    places.extend(files(directory.path()));
    // The client of this test knows the numbers; its own frames are not the PSP's logs.
    assert_absent(&numbers, &places);
    let digests: HashSet<[u8; 8]> = digests
        .iter()
        .map(|digest| *digest.first_chunk().unwrap())
        .collect();
    for (place, bytes) in &places {
        let found = bytes.windows(8).any(|window| digests.contains(window));
        assert!(!found, "a plain digest of a body is in {place}");
    }
    for (place, bytes) in &places {
        for bearer in [AGENT, MERCHANT] {
            assert!(
                !contains(bytes, format!("Bearer {bearer}").as_bytes()),
                "a bearer key is in {place}"
            );
        }
    }
}

/// Answers to requests that are wrong in places where an error could quote a number.
async fn refused(psp: &TestPsp, number: &str) -> Vec<String> {
    let integer: u64 = number.parse().unwrap();
    let mut bodies = Vec::new();
    for (pointer, value) in [
        ("number", json!(integer)),
        ("number", json!([number])),
        ("number", json!(format!("{number}0"))),
        ("cvc", json!(number)),
        ("exp_month", json!(number)),
        ("exp_year", json!(number)),
        ("type", json!(number)),
        ("card_number_type", json!(number)),
        ("display_card_funding_type", json!(number)),
        ("display_last4", json!(number)),
        ("iin", json!(number)),
        ("name", json!(number)),
        (number, json!("unknown field")),
        ("metadata", json!({number: "v"})),
        ("metadata", json!({number: 1})),
    ] {
        let mut body = delegation(number, "cs_refused");
        body["payment_method"]
            .as_object_mut()
            .unwrap()
            .insert(pointer.to_owned(), value);
        bodies.push(body.to_string());
    }
    let mut session = delegation(number, number);
    session["allowance"]["merchant_id"] = json!(number);
    bodies.push(session.to_string());
    let good = delegation(number, "cs_refused").to_string();
    bodies.push(good.replacen('{', &format!("{{\"{number}\":1,\"{number}\":2,"), 1));
    bodies.push(good.replace(&format!("\"{number}\""), &format!("{number}{number}")));
    bodies.push(good.replace("\"fpan\"", &format!("\"fpan{number}")));
    let mut answers = Vec::new();
    for body in bodies {
        let request = psp.post_raw("/agentic_commerce/delegate_payment", AGENT, body.clone());
        let request = request
            .header("api-version", "2026-04-17")
            .header("idempotency-key", crate::support::fresh_key());
        let answer = psp.send(request).await;
        assert!((400..500).contains(&answer.status), "{answer:?} {body}");
        answers.push(format!("{:?} {}", answer.headers, answer.text));
    }
    answers
}

// V-02: what is sealed holds no code; a charge after a restart or after 15 minutes goes without one.
#[tokio::test]
async fn v02_codes_live_in_memory_only() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("psp.db");
    let clock = clock();
    let psp = TestPsp::serve(config(open(&path), &clock, 1), Arc::clone(&clock)).await;
    let mut tokens = Vec::new();
    for session in ["cs_now", "cs_late", "cs_restart"] {
        tokens.push(psp.token(test_cards::APPROVE, session).await);
    }
    for plain in opened_cards(&psp).await {
        assert!(
            plain.contains(test_cards::APPROVE)
                && !plain.contains("cvc")
                && !plain.contains("\"123\""),
            "{plain}"
        );
    }
    psp.charge(&tokens[0], "cs_now", 1).await;
    psp.advance(900);
    psp.charge(&tokens[1], "cs_late", 1).await;
    let store = psp.store.clone();
    drop(psp);
    store.shutdown();
    let psp = TestPsp::serve(config(open(&path), &clock, 2), clock).await;
    assert_eq!(
        psp.charge(&tokens[2], "cs_restart", 1).await.json()["status"],
        "succeeded"
    );
    for (session, presented) in [("cs_now", true), ("cs_late", false), ("cs_restart", false)] {
        assert_eq!(
            psp.ledger(session).await[0]["cvc_presented"],
            presented,
            "{session}"
        );
    }
}

/// Every sealed card, opened with the test's own key.
async fn opened_cards(psp: &TestPsp) -> Vec<String> {
    let keyring = KeyRing::new(1, [(1, [7; 32])].into());
    let records = psp.store.read("test_cards", |tx| {
        tx.records(
            Collection::VaultedCards,
            TenantId::DEFAULT,
            &RecordQuery::default(),
        )
    });
    let records = records.await.map_err(|error: StoreError| error).unwrap();
    let open = |record: &comptoir_store::Record| {
        let document: serde_json::Value = serde_json::from_slice(&record.document).unwrap();
        let sealed = hex::decode(document["card"].as_str().unwrap()).unwrap();
        let aad = associated_data(&[
            b"comptoir-vault",
            &1_i64.to_be_bytes(),
            record.id.as_bytes(),
            b"card",
        ]);
        String::from_utf8(keyring.open(&aad, &sealed).unwrap().to_vec()).unwrap()
    };
    records.iter().map(open).collect()
}

// V-03: a sealed card moved to another token's row is not charged, and nothing changes.
#[tokio::test]
async fn v03_swapped_rows_fail_closed() {
    let psp = TestPsp::start().await;
    let rich = psp.token(test_cards::APPROVE, "cs_rich").await;
    let poor = psp.token(test_cards::DECLINE, "cs_poor").await;
    let swapped = psp.store.write("test_swap", |tx| {
        let records = tx.records(
            Collection::VaultedCards,
            TenantId::DEFAULT,
            &RecordQuery::default(),
        )?;
        let [one, two] = &records[..] else {
            panic!("two cards")
        };
        for (to, from) in [(one, two), (two, one)] {
            tx.delete(Collection::VaultedCards, TenantId::DEFAULT, &to.id)?;
            tx.insert(
                Collection::VaultedCards,
                &NewRecord {
                    tenant: TenantId::DEFAULT,
                    id: &to.id,
                    owner: &to.owner,
                    state: &to.state,
                    unique_ref: None,
                    parent: None,
                    due_at: None,
                    document: &from.document,
                    rendered: None,
                    now: to.created_at,
                },
            )?;
        }
        Ok::<_, StoreError>(())
    });
    swapped.await.unwrap();
    for (token, session) in [(rich, "cs_rich"), (poor, "cs_poor")] {
        let answer = psp
            .post("/v1/charges", MERCHANT, &charge(&token, session, 1))
            .await;
        assert_eq!(answer.status, 500, "{answer:?}");
        assert_eq!(psp.token_status(&token).await, "active");
        assert_eq!(psp.find_charge(&format!("{session}:1")).await.status, 404);
    }
    assert!(psp.ledger("").await.is_empty());
}

// V-07: without the key nothing opens, and the PSP does not charge.
#[tokio::test]
async fn v07_a_copy_without_keys_is_useless() {
    let psp = TestPsp::start().await;
    let token = psp.token(test_cards::APPROVE, "cs_1").await;
    let mut thief = config(psp.store.clone(), &psp.clock, 2);
    thief.keyring = KeyRing::new(1, [(1, [8; 32])].into());
    let thief = TestPsp::serve(thief, Arc::clone(&psp.clock)).await;
    assert_eq!(thief.charge(&token, "cs_1", 1).await.status, 500);
    assert!(psp.ledger("").await.is_empty());
    assert_eq!(
        psp.charge(&token, "cs_1", 1).await.json()["status"],
        "succeeded"
    );
}

// V-05: tokens made under the old key version are charged after a rotation, and refused once the old
// version is gone; new ones use the new version.
#[tokio::test]
async fn v05_key_rotation() {
    let psp = TestPsp::start().await;
    let old = [
        psp.token(test_cards::APPROVE, "cs_1").await,
        psp.token(test_cards::APPROVE, "cs_2").await,
    ];
    let rotated = |keys: &[(u32, [u8; 32])]| {
        let mut config = config(psp.store.clone(), &psp.clock, 2);
        config.keyring = KeyRing::new(2, keys.iter().copied().collect());
        TestPsp::serve(config, Arc::clone(&psp.clock))
    };
    let both = rotated(&[(1, [7; 32]), (2, [8; 32])]).await;
    assert_eq!(
        both.charge(&old[0], "cs_1", 1).await.json()["status"],
        "succeeded"
    );
    let new = both.token(test_cards::APPROVE, "cs_3").await;
    let only_new = rotated(&[(2, [8; 32])]).await;
    assert_eq!(only_new.charge(&old[1], "cs_2", 1).await.status, 500);
    assert_eq!(
        only_new.charge(&new, "cs_3", 1).await.json()["status"],
        "succeeded"
    );
}

// T-11: the plain token is in no file either, not even in the stored answer for repetitions.
#[tokio::test]
async fn t11_tokens_are_hashed_at_rest() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("psp.db"));
    let clock = clock();
    let psp = TestPsp::serve(config(store.clone(), &clock, 1), clock).await;
    let tokens = [
        psp.token(test_cards::APPROVE, "cs_1").await,
        psp.token(test_cards::APPROVE, "cs_2").await,
    ];
    psp.charge(&tokens[0], "cs_1", 1).await;
    drop(psp);
    let mut places = files(directory.path());
    store.shutdown();
    places.extend(files(directory.path()));
    for token in &tokens {
        for (place, bytes) in &places {
            // Its random part, without the time that rows are ordered by.
            assert!(
                !contains(bytes, &token.as_bytes()[15..]),
                "{token} is in {place}"
            );
        }
    }
}

// A card is deleted with its token: after the charge nothing is left to steal.
#[tokio::test]
async fn cards_leave_with_their_token() {
    let psp = TestPsp::start().await;
    let used = psp.token(test_cards::APPROVE, "cs_1").await;
    let declined = psp.token(test_cards::DECLINE, "cs_2").await;
    let revoked = psp.token(test_cards::APPROVE, "cs_3").await;
    assert_eq!(cards_kept(&psp).await, 3);
    psp.charge(&used, "cs_1", 1).await;
    psp.charge(&declined, "cs_2", 1).await;
    psp.post(&format!("/v1/tokens/{revoked}/revoke"), AGENT, &json!({}))
        .await;
    // A declined charge leaves its token usable until it expires.
    assert_eq!(cards_kept(&psp).await, 1);
}
