//! Bodies of one meaning share a fingerprint, and no others do.

use comptoir_http::strict_json::{JsonLimits, parse};
use comptoir_signing::fingerprint::Fingerprint;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Values a strict body can hold.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        (-100_i64..100).prop_map(Value::from),
        "[a-zé\"\\\\/\n😀 ]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-cé\"\\\\]{0,3}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Writes a value in one of its many spellings; `dice` decides which.
fn rewrite(value: &Value, dice: &mut impl Iterator<Item = u8>, out: &mut String) {
    space(dice, out);
    match value {
        Value::Null | Value::Bool(_) => out.push_str(&value.to_string()),
        Value::Number(number) => out.push_str(&spell_number(&number.to_string(), roll(dice))),
        Value::String(text) => spell_text(text, dice, out),
        Value::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                rewrite(element, dice, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            if members.len() > 1 {
                let turn = usize::from(roll(dice)) % members.len();
                members.rotate_left(turn);
                if roll(dice).is_multiple_of(2) {
                    members.reverse();
                }
            }
            out.push('{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                space(dice, out);
                spell_text(name, dice, out);
                space(dice, out);
                out.push(':');
                rewrite(member, dice, out);
            }
            out.push('}');
        }
    }
    space(dice, out);
}

fn roll(dice: &mut impl Iterator<Item = u8>) -> u8 {
    dice.next().unwrap_or(0)
}

fn space(dice: &mut impl Iterator<Item = u8>, out: &mut String) {
    out.push_str(["", "", "", " ", "\n", "\t \r"][usize::from(roll(dice)) % 6]);
}

fn spell_number(number: &str, dice: u8) -> String {
    match dice % 6 {
        1 => format!("{number}.0"),
        2 => format!("{number}.000"),
        3 => format!("{number}e0"),
        // "00E-1" would be no JSON number.
        4 if number != "0" => format!("{number}0E-1"),
        5 if number.ends_with("00") => format!("{}e+2", &number[..number.len() - 2]),
        _ => number.to_owned(),
    }
}

fn spell_text(text: &str, dice: &mut impl Iterator<Item = u8>, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        let escape = roll(dice).is_multiple_of(3);
        if escape || character.is_control() {
            let mut units = [0_u16; 2];
            for unit in character.encode_utf16(&mut units) {
                let digits = format!("\\u{unit:04x}");
                out.push_str(&if roll(dice).is_multiple_of(2) {
                    digits.clone()
                } else {
                    digits.to_uppercase().replace('U', "u")
                });
            }
        } else {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '/' if roll(dice).is_multiple_of(2) => out.push_str("\\/"),
                other => out.push(other),
            }
        }
    }
    out.push('"');
}

fn fingerprint(text: &str) -> Fingerprint {
    let value = parse(text.as_bytes(), JsonLimits::default())
        .unwrap_or_else(|error| panic!("{error}: {text}"));
    Fingerprint::of_json(&value).unwrap()
}

/// Every value that differs from this one in one place.
fn changed(value: &Value) -> Vec<Value> {
    let mut all = match value {
        Value::Null => vec![Value::from(0), Value::from(false)],
        Value::Bool(flag) => vec![Value::from(!flag), Value::Null],
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            vec![
                Value::from(if number > 0 { number - 1 } else { number + 1 }),
                Value::from(number.to_string()),
            ]
        }
        Value::String(text) => vec![Value::from(format!("{text}x")), Value::Null],
        Value::Array(elements) => {
            let mut longer = elements.clone();
            longer.push(Value::Null);
            let mut turned = elements.clone();
            turned.reverse();
            vec![Value::from(longer), Value::from(turned)]
        }
        Value::Object(members) => {
            let mut more = members.clone();
            more.insert("another".to_owned(), Value::Null);
            vec![Value::Object(more)]
        }
    };
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                for other in changed(element) {
                    let mut copy = elements.clone();
                    copy[index] = other;
                    all.push(Value::from(copy));
                }
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let mut without = members.clone();
                without.remove(name);
                all.push(Value::Object(without));
                for other in changed(member) {
                    let mut copy = members.clone();
                    copy.insert(name.clone(), other);
                    all.push(Value::Object(copy));
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all.retain(|other| other != value);
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Key order, white space, escapes and `1.0` for `1` change nothing.
    #[test]
    fn i02_every_spelling_has_one_fingerprint(value in values(), dice in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut other = String::new();
        rewrite(&value, &mut dice.into_iter(), &mut other);
        prop_assert_eq!(fingerprint(&other), fingerprint(&value.to_string()), "{}", other);
    }

    /// Whatever else changes, changes the fingerprint: null for absent and array order included.
    #[test]
    fn i03_every_change_of_meaning_changes_the_fingerprint(value in values()) {
        let before = fingerprint(&value.to_string());
        for other in changed(&value) {
            prop_assert_ne!(fingerprint(&other.to_string()), before, "{}", other);
        }
    }
}
