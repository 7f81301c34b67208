//! A few thousand spoilt bodies for every endpoint, the same ones in every run.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    documents::{places, with_raw, with_twin},
    world::{Endpoint, World},
};

/// Spoilt bodies for each endpoint.
const ROUNDS: u64 = 2_000;

// P-01, P-08, P-10, P-11, P-12: whatever is done to a body, it is taken, or refused by field.
#[test]
fn the_seller_survives_mutated_bodies() {
    let world = World::open();
    fuzz(&world, &world.seller_endpoints(), 1);
}

// P-01, P-08, P-10, P-11, P-12: the same at the PSP.
#[test]
fn the_psp_survives_mutated_bodies() {
    let world = World::open();
    fuzz(&world, &world.psp_endpoints(), 2);
}

// P-01, P-08, P-10, P-11, P-12: the same at the agent's Feed API and webhook.
#[test]
fn the_agent_survives_mutated_bodies() {
    let world = World::open();
    fuzz(&world, &world.agent_endpoints(), 3);
}

fn fuzz(world: &World, endpoints: &[Endpoint], seed: u64) {
    for endpoint in endpoints {
        let mut endpoint = endpoint.clone();
        let mut random = Random(seed);
        let mut answers = BTreeMap::new();
        for round in 0..ROUNDS {
            let body = mutated(&endpoint.body, &mut random);
            let answer = world.send(&endpoint, &body);
            let shown = String::from_utf8_lossy(&body);
            answer.assert_legal(&format!("{} in round {round}: {shown}", endpoint.name));
            *answers.entry(answer.status).or_insert(0_u64) += 1;
            // A session that is canceled, or has been tried too often, looks at no body any more.
            if answer.status != 400 {
                world.renew(&mut endpoint);
            }
        }
        // The bodies reach the checks of the body, and some pass; no limit stands in front.
        let count = |status| answers.get(&status).copied().unwrap_or(0);
        let (by_field, limited) = (count(400), count(429));
        assert!(
            by_field > ROUNDS / 4 && by_field < ROUNDS && limited < ROUNDS / 10,
            "{}: {answers:?}",
            endpoint.name
        );
    }
    world.assert_well();
}

/// Splitmix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// One or two changes of structure, and sometimes one of bytes.
fn mutated(document: &Value, random: &mut Random) -> Vec<u8> {
    let mut changed = document.clone();
    for _ in 0..=random.below(2) {
        change(&mut changed, random);
    }
    let all = places(&changed, |_| true);
    let place = random.pick(&all).clone();
    let mut bytes = match random.below(6) {
        0 => with_raw(&changed, &place, random.pick(&LITERALS).as_bytes()),
        1 => with_twin(&changed, &place).unwrap_or_else(|| changed.to_string().into_bytes()),
        _ => changed.to_string().into_bytes(),
    };
    if random.below(4) == 0 {
        spoil(&mut bytes, random);
    }
    bytes
}

const LITERALS: [&str; 12] = [
    "NaN",
    "1e400",
    "-0",
    "0.1",
    "01",
    "9007199254740993",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "tru",
    "'a'",
    "[1,]",
    "/*x*/1",
];

/// Changes one place of the document.
fn change(document: &mut Value, random: &mut Random) {
    let all = places(document, |_| true);
    let place = random.pick(&all).clone();
    let source: &String = random.pick(&all);
    let other = document.pointer(source).cloned().unwrap_or_default();
    let turn = random.next();
    let value = document.pointer_mut(&place).unwrap();
    match (turn % 8, value) {
        (0, Value::Object(members)) => {
            let names: Vec<String> = members.keys().cloned().collect();
            if let Some(name) = names.get(random.below(names.len())) {
                members.remove(name);
            }
        }
        (1, Value::Object(members)) => {
            members.insert(random.pick(&TEXTS).to_string(), other);
        }
        (2, Value::Array(elements)) => elements.push(other),
        (3, Value::Array(elements)) => {
            elements.pop();
        }
        (4, Value::Array(elements)) => {
            if let Some(first) = elements.first().cloned() {
                elements.extend(std::iter::repeat_n(first, random.below(150)));
            }
        }
        (5, value) => *value = other,
        (6, value) => *value = json!(random.pick(&TEXTS)),
        (_, value) => *value = odd_value(random),
    }
}

const TEXTS: [&str; 16] = [
    "",
    " ",
    "a",
    "ID",
    "__proto__",
    "eur",
    "EUR",
    "xxx",
    "2026-13-45T99:99:99Z",
    "2026-01-01T00:00:00Z",
    "https://",
    "javascript:alert(1)",
    "../..",
    "a\r\nb: c",
    "\u{202e}\u{200b}\u{feff}",
    "4242424242424242",
];

fn odd_value(random: &mut Random) -> Value {
    match random.below(10) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(i64::MAX),
        5 => json!(u64::MAX),
        6 => json!(9_007_199_254_740_991_i64),
        7 => json!([]),
        8 => json!({}),
        _ => json!("x".repeat(1 << random.below(14))),
    }
}

/// Changes some bytes, whatever they mean.
fn spoil(bytes: &mut Vec<u8>, random: &mut Random) {
    let place = random.below(bytes.len());
    match random.below(5) {
        0 => bytes.truncate(place),
        1 => bytes[place] ^= 1 << random.below(8),
        2 => bytes.insert(place, u8::try_from(random.below(256)).unwrap()),
        3 => {
            let end = bytes.len().min(place + random.below(20));
            bytes.drain(place..end);
        }
        _ => {
            let end = bytes.len().min(place + random.below(40));
            let again = bytes[place..end].to_vec();
            bytes.splice(place..place, again);
        }
    }
}
