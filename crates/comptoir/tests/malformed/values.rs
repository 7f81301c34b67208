//! P-01, P-02, P-08, P-11, P-12, P-15: numbers, names, unknown fields, versions.

use serde_json::{Value, json};

use crate::{
    documents::{json_path, places, with, with_raw, with_twin},
    world::{Endpoint, World},
};

fn named<'a>(all: &'a [Endpoint], name: &str) -> &'a Endpoint {
    all.iter().find(|one| one.name == name).unwrap()
}

// P-01: quantities and amounts that are none, or too large, are refused where they stand.
#[test]
fn p01_odd_quantities_are_refused_where_they_stand() {
    let world = World::open();
    let all = world.endpoints();
    // Null is not among them: programs send it for what they leave out, and it is read as that.
    let odd = [
        "0",
        "-1",
        "2147483648",
        "4294967297",
        "1.5",
        "1e9",
        "1e-1",
        "true",
        "\"1\"",
        "\"\"",
        "[1]",
        "{}",
    ];
    for name in ["create", "update"] {
        let endpoint = named(&all, name);
        for literal in odd {
            let place = "/line_items/0/quantity";
            let body = with_raw(&endpoint.body, place, literal.as_bytes());
            let what = format!("{name} with quantity {literal}");
            let answer = world.send(endpoint, &body);
            answer.assert_names(&json_path(place), &what);
        }
    }
    let amounts = [
        ("delegate", "/allowance/max_amount"),
        ("charge", "/amount"),
        ("refund", "/amount"),
        ("upsert products", "/products/0/variants/1/price/amount"),
    ];
    for (name, place) in amounts {
        let endpoint = named(&all, name);
        for literal in ["-1", "1.5", "1e-1", "null", "true", "\"1\"", "[1]", "{}"] {
            let body = with_raw(&endpoint.body, place, literal.as_bytes());
            let what = format!("{name} with amount {literal}");
            let answer = world.send(endpoint, &body);
            answer.assert_names(&json_path(place), &what);
        }
    }
    world.assert_well();
}

// P-02: amounts at and past the end of what can be counted are refused, and nothing wraps.
#[test]
fn p02_amounts_past_the_end_are_refused() {
    let world = World::open();
    let all = world.endpoints();
    let huge = [
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551616",
        "100000000000000000000000000000000",
    ];
    for (name, place) in [
        ("delegate", "/allowance/max_amount"),
        ("charge", "/amount"),
        ("refund", "/amount"),
        ("create", "/line_items/0/quantity"),
        ("upsert products", "/products/0/variants/0/price/amount"),
    ] {
        let endpoint = named(&all, name);
        for literal in huge {
            let body = with_raw(&endpoint.body, place, literal.as_bytes());
            let what = format!("{name} with {literal}");
            let answer = world.send(endpoint, &body);
            answer.assert_names(&json_path(place), &what);
        }
    }
    world.assert_well();
}

// P-08: a member name that appears twice is refused in every object of every document.
#[test]
fn p08_twin_names_are_refused_in_every_object() {
    let world = World::open();
    for endpoint in world.endpoints() {
        let mut tried = 0;
        for place in places(&endpoint.body, Value::is_object) {
            let Some(body) = with_twin(&endpoint.body, &place) else {
                continue;
            };
            let what = format!("{} with twins at {}", endpoint.name, json_path(&place));
            let answer = world.send(&endpoint, &body);
            answer.assert_refused(&what);
            assert_eq!(answer.status, 400, "{what}: {answer}");
            tried += 1;
        }
        assert!(tried > 0, "{}", endpoint.name);
    }
    world.assert_well();
}

// P-11: numbers that two readers see differently, or that are none, are refused in every place.
#[test]
fn p11_numbers_are_whole_and_exact_in_every_place() {
    let world = World::open();
    let odd = [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "-0",
        "-0.0",
        "9007199254740993",
        "0.1",
        "01",
        "+1",
        "0x10",
        ".5",
        "1.",
        "1e",
        "1_000",
        "99999999999999999999",
    ];
    for endpoint in world.endpoints() {
        // An order event is proven by its signature over these very bytes; a field of it that we do
        // not use may be written as the seller likes.
        if endpoint.name == "order event" {
            continue;
        }
        for place in places(&endpoint.body, Value::is_number) {
            for literal in odd {
                let body = with_raw(&endpoint.body, &place, literal.as_bytes());
                let what = format!("{} with {literal} at {place}", endpoint.name);
                let answer = world.send(&endpoint, &body);
                answer.assert_refused(&what);
                assert_eq!(answer.status, 400, "{what}: {answer}");
            }
        }
    }
    world.assert_well();
}

/// Objects that the schemas leave open, and capabilities, of which a newer agent may have more.
const OPEN: [&str; 5] = [
    "metadata",
    "instrument",
    "credential",
    "capabilities",
    "interventions",
];

// P-12: a field that nobody knows is refused by its name, in every object but the open ones.
#[test]
fn p12_unknown_fields_are_refused_by_name() {
    let world = World::open();
    for endpoint in world.endpoints() {
        // What an agent tells of its reasons must never stand in the way of a cancellation; an
        // order event is read leniently, because newer sellers know more fields.
        if ["cancel", "order event"].contains(&endpoint.name) {
            continue;
        }
        for place in places(&endpoint.body, Value::is_object) {
            if place
                .rsplit('/')
                .next()
                .is_some_and(|last| OPEN.contains(&last))
            {
                continue;
            }
            let mut body = endpoint.body.clone();
            let object = body.pointer_mut(&place).unwrap();
            object["x_unknown"] = json!(true);
            let param = format!("{}.x_unknown", json_path(&place));
            let answer = world.send_json(&endpoint, &body);
            answer.assert_names(&param, endpoint.name);
        }
    }
    world.assert_well();
}

// P-12: closed lists are closed, and what is of the wrong kind is refused where it stands.
#[test]
fn p12_values_of_the_wrong_kind_are_refused_where_they_stand() {
    let world = World::open();
    for endpoint in world.endpoints() {
        for place in places(&endpoint.body, |value| {
            !value.is_object() && !value.is_array()
        }) {
            for wrong in [json!([]), json!({}), json!([[1]]), json!({ "a": 1 })] {
                let body = with(&endpoint.body, &place, wrong.clone());
                let what = format!("{} with {wrong} at {place}", endpoint.name);
                world.send_json(&endpoint, &body).assert_legal(&what);
            }
        }
        for wrong in [
            json!(null),
            json!([]),
            json!("{}"),
            json!(1),
            json!([endpoint.body]),
        ] {
            if endpoint.name == "cancel" && wrong.is_null() {
                continue;
            }
            let what = format!("{} with {wrong} as its body", endpoint.name);
            let answer = world.send_json(&endpoint, &wrong);
            answer.assert_names("$", &what);
        }
    }
    world.assert_well();
}

// P-15: a version that is missing, unknown or future is refused with the list of those spoken.
#[test]
fn p15_unknown_versions_are_answered_with_those_spoken() {
    let world = World::open();
    let client = reqwest::blocking::Client::builder()
        .no_proxy()
        .build()
        .unwrap();
    for endpoint in world.endpoints() {
        if endpoint.name == "order event" {
            continue;
        }
        for version in [
            None,
            Some("2031-01-01"),
            Some("2025-09-12"),
            Some("latest"),
            Some(""),
        ] {
            // Our own surfaces know no versions but refuse an unknown one all the same.
            let own =
                !["create", "update", "complete", "cancel", "delegate"].contains(&endpoint.name);
            if own && version.is_none() {
                continue;
            }
            let request = endpoint.bare(&client);
            let request = match version {
                Some(version) => request.header("api-version", version),
                None => request,
            };
            let answer = request.json(&endpoint.body).send().unwrap();
            let status = answer.status().as_u16();
            let error: Value = serde_json::from_slice(&answer.bytes().unwrap()).unwrap();
            assert_eq!(status, 400, "{} {version:?}: {error}", endpoint.name);
            let spoken = error["supported_versions"].as_array().unwrap();
            assert!(spoken.contains(&json!("2026-04-17")), "{error}");
        }
    }
}
