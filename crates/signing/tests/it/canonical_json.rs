use std::collections::BTreeMap;

use comptoir_signing::canonical::{CanonicalError, canonicalize, canonicalize_text};
use comptoir_signing::fingerprint::Fingerprint;
use proptest::prelude::*;
use serde_json::{Value, json};

fn text(value: &Value) -> String {
    String::from_utf8(canonicalize(value).unwrap()).unwrap()
}

#[test]
fn the_rfc_example_of_literals_strings_and_numbers_comes_out_as_printed() {
    // RFC 8785, section 3.2.2 and 3.2.3.
    let input = r#"{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    let expected = "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
                    \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
    assert_eq!(text(&serde_json::from_str(input).unwrap()), expected);
}

#[test]
fn keys_sort_by_utf_16_units_as_in_the_rfc() {
    // RFC 8785, section 3.2.3: the emoji's surrogates sort before U+FB33.
    let input = json!({
        "\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7
    });
    let expected = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
    assert_eq!(text(&input), expected);
}

#[test]
fn doubles_print_as_in_the_rfc_appendix() {
    // RFC 8785, appendix B.
    for (bits, expected) in [
        (0x0000_0000_0000_0000_u64, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
    ] {
        assert_eq!(
            canonicalize(&f64::from_bits(bits)).unwrap(),
            expected.as_bytes(),
            "{bits:x}"
        );
    }
}

#[test]
fn integers_beyond_two_to_the_53_are_refused_by_name_at_any_depth() {
    let limit = 9_007_199_254_740_992_i64;
    assert_eq!(canonicalize(&limit).unwrap(), b"9007199254740992");
    assert_eq!(canonicalize(&-limit).unwrap(), b"-9007199254740992");
    assert!(
        matches!(canonicalize(&(limit + 1)), Err(CanonicalError::NumberTooLarge(n)) if n == "9007199254740993")
    );
    assert!(matches!(
        canonicalize(&(-limit - 1)),
        Err(CanonicalError::NumberTooLarge(_))
    ));
    assert!(matches!(
        canonicalize(&u64::MAX),
        Err(CanonicalError::NumberTooLarge(_))
    ));
    assert!(matches!(
        canonicalize(&i128::MIN),
        Err(CanonicalError::NumberTooLarge(_))
    ));
    assert!(matches!(
        canonicalize(&json!({"a": [{"b": limit + 1}]})),
        Err(CanonicalError::NumberTooLarge(_))
    ));
    assert!(matches!(
        canonicalize(&BTreeMap::from([(limit + 1, true)])),
        Err(CanonicalError::NumberTooLarge(_))
    ));
}

#[test]
fn floats_that_are_not_finite_are_refused_even_where_the_serialiser_would_write_null() {
    #[derive(serde::Serialize)]
    struct Nested {
        rate: Option<f64>,
    }
    assert!(matches!(
        canonicalize(&f64::NAN),
        Err(CanonicalError::NotFinite)
    ));
    assert!(matches!(
        canonicalize(&[1.0, f64::INFINITY]),
        Err(CanonicalError::NotFinite)
    ));
    assert!(matches!(
        canonicalize(&Nested {
            rate: Some(f64::NEG_INFINITY)
        }),
        Err(CanonicalError::NotFinite)
    ));
    assert!(matches!(
        canonicalize(&BTreeMap::from([("a", f32::NAN)])),
        Err(CanonicalError::NotFinite)
    ));
}

#[test]
fn text_with_repeated_keys_or_inexact_numbers_or_garbage_is_refused() {
    for json in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":{"b":1,"b":2}}"#,
        r#"[{"a":1,"\u0061":2}]"#,
        "{",
        "{} {}",
        "",
        "nul",
        "1e400",
        "[1,]",
    ] {
        assert!(
            matches!(
                canonicalize_text(json.as_bytes()),
                Err(CanonicalError::Syntax(_))
            ),
            "{json}"
        );
    }
    for json in [
        "9007199254740993",
        "18446744073709551617",
        "-1e30",
        "[[1e16]]",
    ] {
        assert!(
            matches!(
                canonicalize_text(json.as_bytes()),
                Err(CanonicalError::NumberTooLarge(_))
            ),
            "{json}"
        );
    }
    assert!(canonicalize_text(&b"[".repeat(100_000)).is_err());
    assert!(canonicalize_text(b"\"\xff\"").is_err());
    assert_eq!(
        canonicalize_text(b" {\"b\" : 1.0, \"a\":null} ").unwrap(),
        br#"{"a":null,"b":1}"#
    );
}

#[test]
fn fingerprints_follow_meaning_not_writing() {
    let of = |json: &str| Fingerprint::of_json(&serde_json::from_str(json).unwrap()).unwrap();
    assert_eq!(
        of(r#"{"a":1,"b":[1,2]}"#),
        of("{ \"b\": [1.0, 2e0], \"a\" : 1 }")
    );
    assert_ne!(of(r#"{"a":null}"#), of("{}"));
    assert_ne!(of(r#"{"a":[1,2]}"#), of(r#"{"a":[2,1]}"#));
    assert_ne!(of(r#"{"a":1}"#), of(r#"{"a":"1"}"#));
    assert_eq!(
        of(r#"{"b":[1,2],"a":1}"#).to_hex(),
        "8baa73198470c7bb4c3ce142a8fd651affc0310d878bb9bd159e37a573fb4874"
    );
    let raw = Fingerprint::of_bytes(br#"{"a":1,"b":[1,2]}"#);
    assert_eq!(raw, of(r#"{"a":1,"b":[1,2]}"#));
    assert_eq!(Fingerprint::from_bytes(*raw.as_bytes()), raw);
}

#[test]
fn numbers_that_could_collide_have_no_fingerprint() {
    let value: Value = serde_json::from_str("[18446744073709551617]").unwrap();
    assert!(matches!(
        Fingerprint::of_json(&value),
        Err(CanonicalError::NumberTooLarge(_))
    ));
    assert!(Fingerprint::of_json(&json!({"n": 1e17})).is_err());
    assert!(Fingerprint::of_json(&json!({"n": 9_007_199_254_740_993_u64})).is_err());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(1_i64 << 53)..=(1_i64 << 53)).prop_map(Value::from),
        (-1e15..1e15_f64).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn canonical_text_means_the_same_and_is_a_fixed_point(value in any_json()) {
        let canonical = canonicalize(&value).unwrap();
        prop_assert_eq!(&canonicalize_text(&canonical).unwrap(), &canonical);
        let pretty = serde_json::to_vec_pretty(&value).unwrap();
        prop_assert_eq!(&canonicalize_text(&pretty).unwrap(), &canonical);
    }

    #[test]
    fn no_input_makes_the_strict_reader_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = canonicalize_text(&bytes);
    }
}
