//! Strict JSON: what passes, what does not, and where it says so.

use comptoir_http::strict_json::{JsonFault, JsonLimits, parse};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Ask, SESSIONS, Shop};

fn refused(text: &str) -> (JsonFault, String) {
    let error = parse(text.as_bytes(), JsonLimits::default()).unwrap_err();
    (error.fault, error.path)
}

fn accepted(text: &str) -> Value {
    parse(text.as_bytes(), JsonLimits::default()).unwrap()
}

#[test]
fn p08_duplicate_names_are_refused_at_every_depth_and_after_unescaping() {
    let cases = [
        (r#"{"quantity":1,"quantity":-1}"#, "$.quantity"),
        (r#"{"a":{"b":[0,{"c":1,"c":1}]}}"#, "$.a.b[1].c"),
        (r#"{"A":1,"\u0041":2}"#, "$.A"),
        (r#"[{"":1,"":2}]"#, "$[0]['']"),
        (r#"{"é":1,"\u00e9":2}"#, "$['é']"),
        (r#"{"x":1,"y":2,"x":null}"#, "$.x"),
    ];
    for (text, path) in cases {
        assert_eq!(
            refused(text),
            (JsonFault::DuplicateName, path.to_owned()),
            "{text}"
        );
    }
    // Names that differ only in how Unicode composes them are different names.
    accepted("{\"\u{e9}\":1,\"e\u{301}\":2}");
}

#[test]
fn p09_depth_is_limited_exactly() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    accepted(&nested(32));
    assert_eq!(refused(&nested(33)).0, JsonFault::TooDeep);
    assert_eq!(refused(&"[".repeat(100_000)).0, JsonFault::TooDeep);
    assert_eq!(refused(&r#"{"a":"#.repeat(100_000)).0, JsonFault::TooDeep);
    let mixed = format!("{}1{}", r#"{"a":["#.repeat(16), "]}".repeat(16));
    accepted(&mixed);
}

#[test]
fn p10_text_that_two_readers_see_differently_is_refused() {
    assert_eq!(refused("\u{feff}{}").0, JsonFault::ByteOrderMark);
    assert_eq!(
        refused(r#"{"a":"\u0000"}"#),
        (JsonFault::NulCharacter, "$.a".to_owned())
    );
    assert_eq!(refused(r#"{"a\u0000":1}"#).0, JsonFault::NulCharacter);
    for text in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800\ud800""#,
        r#"{"\ud800":1}"#,
    ] {
        assert!(
            matches!(refused(text).0, JsonFault::Syntax { .. }),
            "{text}"
        );
    }
    assert_eq!(accepted(r#""\ud83d\ude00""#), json!("😀"));
    for bytes in [
        &b"\"\xff\""[..],
        b"\"\xc0\xaf\"",
        b"\"\xed\xa0\x80\"",
        b"\xfe\xff",
    ] {
        let error = parse(bytes, JsonLimits::default()).unwrap_err();
        assert_eq!(error.fault, JsonFault::InvalidUtf8);
    }
}

#[test]
fn p11_numbers_are_whole_and_exact() {
    let cases = [
        ("1.5", JsonFault::NotInteger),
        ("0.1", JsonFault::NotInteger),
        ("1e-1", JsonFault::NotInteger),
        ("1.00000000000000000001", JsonFault::NotInteger),
        ("1e400", JsonFault::InexactNumber),
        ("-1e400", JsonFault::InexactNumber),
        ("9007199254740992", JsonFault::InexactNumber),
        ("9007199254740993", JsonFault::InexactNumber),
        ("-9007199254740993", JsonFault::InexactNumber),
        ("9007199254740993.0", JsonFault::InexactNumber),
        ("18446744073709551616", JsonFault::InexactNumber),
        ("-0", JsonFault::NegativeZero),
        ("-0.0", JsonFault::NegativeZero),
    ];
    for (number, fault) in cases {
        let text = format!(r#"{{"s":"1.5","n":[1,-2.0,{number}]}}"#);
        assert_eq!(refused(&text), (fault, "$.n[2]".to_owned()), "{number}");
    }
    for text in [
        "NaN", "Infinity", "01", "1.", ".5", "+1", "0x1", "1e", "--1",
    ] {
        assert!(
            matches!(
                refused(text).0,
                JsonFault::Syntax { .. } | JsonFault::TrailingData
            ),
            "{text}"
        );
    }
    assert_eq!(
        accepted("[1.0,10e-1,1E0,9007199254740991.0]"),
        json!([1, 1, 1, 9_007_199_254_740_991_i64])
    );
}

#[test]
fn only_one_value_and_nothing_behind_it() {
    assert_eq!(refused("{} {}").0, JsonFault::TrailingData);
    assert_eq!(refused("{}x").0, JsonFault::TrailingData);
    assert_eq!(refused(" \n").0, JsonFault::Empty);
    for text in [
        "{",
        "{\"a\":1,}",
        "[1,]",
        "{'a':1}",
        "{a:1}",
        "// c\n{}",
        "\"\t\"",
        "\u{0}",
        "tru",
    ] {
        assert!(
            matches!(refused(text).0, JsonFault::Syntax { .. }),
            "{text}"
        );
    }
    accepted(" \t\r\n{} \n");
}

#[test]
fn fractions_pass_where_a_surface_allows_them() {
    let limits = JsonLimits {
        fractions: true,
        ..JsonLimits::default()
    };
    let value = parse(br#"{"weight":2.5,"one":1.0}"#, limits).unwrap();
    assert_eq!(value, json!({ "weight": 2.5, "one": 1 }));
    assert!(parse(br#"{"weight":0.12345678901234567}"#, limits).is_err());
}

#[test]
fn many_fractional_literals_take_linear_time() {
    let text = format!("[{}1.0]", "1.0,".repeat(60_000));
    let started = std::time::Instant::now();
    assert_eq!(accepted(&text).as_array().unwrap().len(), 60_001);
    assert!(started.elapsed() < std::time::Duration::from_secs(2));
}

#[tokio::test]
async fn malformed_bodies_are_400_with_the_place_and_change_nothing() {
    let shop = Shop::new();
    let cases = [
        (r#"{"a":1,"a":2}"#, "$.a"),
        (
            r#"{"line_items":[{"quantity":1.5}]}"#,
            "$.line_items[0].quantity",
        ),
        ("{\"a\":", "$.a"),
        ("\u{feff}{}", "$"),
        (r#"{"4242424242424242":{"a":1.5}}"#, "$"),
    ];
    for (index, (body, path)) in cases.into_iter().enumerate() {
        let answer = shop
            .send(Ask::post(SESSIONS).key(&format!("k{index}")).body(body))
            .await;
        answer.assert_error(400, "invalid_json");
        assert_eq!(answer.param(), path, "{body}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("4242"));
    }
    assert_eq!((shop.runs(), shop.sessions().await), (0, 0));
}

#[tokio::test]
async fn p12_typed_bodies_name_the_field_and_never_quote_the_value() {
    let shop = Shop::new();
    let cases = [
        (
            r#"{"line_items":[{"id":"a"}]}"#,
            "missing",
            "$.line_items[0].quantity",
        ),
        (
            r#"{"line_items":[{"id":"a","quantity":-1}]}"#,
            "invalid",
            "$.line_items[0].quantity",
        ),
        (
            r#"{"line_items":[{"id":"a","quantity":"4242424242424242"}]}"#,
            "invalid",
            "$.line_items[0].quantity",
        ),
        (
            r#"{"line_items":[{"id":"a","quantity":4294967296}]}"#,
            "invalid",
            "$.line_items[0].quantity",
        ),
        (
            r#"{"line_items":[{"id":"a","quantity":1,"price":3}]}"#,
            "invalid",
            "$.line_items[0].price",
        ),
        (r#"{"status":"completed"}"#, "invalid", "$.status"),
        (r#"{"line_items":{}}"#, "invalid", "$.line_items"),
        (r#"{"line_items":[["a",1]]}"#, "invalid", "$.line_items[0]"),
        (r#"{"line_items":null}"#, "invalid", "$.line_items"),
        (r"[]", "invalid", "$"),
        (r#""4242424242424242""#, "invalid", "$"),
        ("", "missing", "$"),
    ];
    for (body, code, param) in cases {
        let answer = shop.send(Ask::post("/typed").key("k").body(body)).await;
        answer.assert_error(400, code);
        assert_eq!(answer.param(), param, "{body}");
        assert!(
            !String::from_utf8_lossy(&answer.body).contains("4242"),
            "{body}"
        );
    }
    let good = r#"{"line_items":[{"id":"a","quantity":1.0}],"note":null}"#;
    assert_eq!(
        shop.send(Ask::post("/typed").key("k").body(good))
            .await
            .status,
        200
    );
}

/// JSON texts, valid or nearly so.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just(",".to_owned()),
        Just(":".to_owned()),
        Just("\"a\"".to_owned()),
        Just("\"b\\n\"".to_owned()),
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just(" ".to_owned()),
        (-1000_i32..1000).prop_map(|n| n.to_string()),
        "[-0-9.eE+]{1,6}",
        "\"[a-c\\\\u0-9]{0,6}\"",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Whatever the strict reader accepts, a second parser accepts with the same value.
    #[test]
    fn the_strict_reader_accepts_a_subset_of_json(text in texts()) {
        if let Ok(value) = parse(text.as_bytes(), JsonLimits::default()) {
            let other: Value = serde_json::from_str(&text).unwrap();
            prop_assert!(equal(&value, &other), "{} {}", value, other);
        }
    }

    /// No input makes the reader panic, whatever its bytes.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse(&bytes, JsonLimits::default());
    }
}

/// Equality with `1` and `1.0` alike.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, value)| right.get(name).is_some_and(|other| equal(value, other)))
        }
        _ => left == right,
    }
}
