//! The notation: what each of its forms permits, and what is refused, with file and line.

use comptoir_certify::{SchemaError, SchemaJudge, ShapeFile, SpecVersion};
use serde_json::{Value, json};

const OLD: SpecVersion = SpecVersion::V2026_01_30;
const NEW: SpecVersion = SpecVersion::V2026_04_17;

fn file(version: SpecVersion, bundle: &'static str, text: &'static str) -> ShapeFile {
    ShapeFile {
        version,
        bundle,
        text,
    }
}

/// The judge of one bundle `t` that declares `text`.
fn judge(text: &'static str) -> SchemaJudge {
    SchemaJudge::of(&[file(NEW, "t", text)]).unwrap()
}

/// Every value of `valid` fits shape `S` of `text`, none of `invalid` does.
fn check(text: &'static str, valid: &[Value], invalid: &[Value]) {
    let judge = judge(text);
    for (values, expected) in [(valid, true), (invalid, false)] {
        for value in values {
            let found = judge.is_valid(NEW, "S", value).unwrap();
            assert_eq!(found, expected, "{text}: {value}");
        }
    }
}

/// What the error of `text` says, in a bundle that builds on one with an object `Base`.
fn problem(text: &'static str) -> String {
    let old = file(
        OLD,
        "t",
        "Base { a: string }\nName = string\nlet short = string ..3",
    );
    match SchemaJudge::of(&[old, file(NEW, "t", text)]) {
        Err(SchemaError::Notation(error)) => error.to_string(),
        Err(other) => panic!("{text}: {other}"),
        Ok(_) => panic!("{text} is accepted"),
    }
}

#[test]
fn numbers_and_strings_have_limits() {
    check(
        "S = integer 1..",
        &[json!(1), json!(1.0)],
        &[json!(0), json!(1.5), json!("1")],
    );
    check(
        "S = integer -1..1",
        &[json!(-1), json!(1)],
        &[json!(-2), json!(2)],
    );
    check("S = number >0..<1", &[json!(0.5)], &[json!(0), json!(1)]);
    check(
        "S = number 0.5..1.5",
        &[json!(0.5), json!(1.5)],
        &[json!(0.4), json!(1.6)],
    );
    check(
        "S = string 2..3",
        &[json!("éé"), json!("abc")],
        &[json!("a"), json!("abcd")],
    );
    check(
        "S = string ..2 /^a/",
        &[json!("a"), json!("ab")],
        &[json!("b"), json!("abc")],
    );
    check(
        r"S = string /^a\/b\.c$/",
        &[json!("a/b.c")],
        &[json!("a/bxc")],
    );
}

#[test]
fn formats_are_asserted() {
    check(
        "S = datetime",
        &[json!("2026-04-17T12:00:00Z")],
        &[json!("2026-04-17"), json!("x")],
    );
    check("S = email", &[json!("a@b.example")], &[json!("a")]);
    check(
        "S = uri",
        &[json!("https://a.example/b")],
        &[json!("/b"), json!("a b")],
    );
    check(
        "S = uuid",
        &[json!("123e4567-e89b-42d3-a456-426614174000")],
        &[json!("123e4567")],
    );
}

#[test]
fn values_are_enumerations() {
    check(
        r#"S = "a" | "b""#,
        &[json!("a"), json!("b")],
        &[json!("c"), json!(null)],
    );
    check(r#"S = "a""#, &[json!("a")], &[json!("b")]);
    check(
        "S = true | 2",
        &[json!(true), json!(2)],
        &[json!(false), json!(3)],
    );
    check(
        r#"S = const ["a", 1]"#,
        &[json!(["a", 1])],
        &[json!(["a"]), json!("a")],
    );
}

#[test]
fn lists_have_lengths_and_no_item_twice() {
    check(
        "S = [integer] 1..2",
        &[json!([1]), json!([1, 1])],
        &[json!([]), json!([1, 2, 3])],
    );
    check(
        "S = [string] unique",
        &[json!([]), json!(["a", "b"])],
        &[json!(["a", "a"]), json!([1])],
    );
}

#[test]
fn objects_are_closed_open_or_maps() {
    check(
        "S { a: string, b?: integer }",
        &[json!({"a": ""}), json!({"a": "", "b": 1})],
        &[
            json!({}),
            json!({"a": "", "c": 1}),
            json!({"a": "", "b": ""}),
            json!([]),
        ],
    );
    check(
        "open S { a?: string }",
        &[json!({"z": 1})],
        &[json!({"a": 1})],
    );
    check(
        "S { *: string }",
        &[json!({}), json!({"z": ""})],
        &[json!({"z": 1})],
    );
    check(
        "S { a: any, *: string }",
        &[json!({"a": 1, "z": ""})],
        &[json!({"z": ""})],
    );
    check("S = object", &[json!({"z": 1})], &[json!("z")]);
    check(
        "S { *: any\n keys string /^k_/\n size 1..2 }",
        &[json!({"k_1": 1})],
        &[
            json!({}),
            json!({"z": 1}),
            json!({"k_1": 1, "k_2": 1, "k_3": 1}),
        ],
    );
    check(
        r#"S { "odd name": string, open?: string, need: string }"#,
        &[json!({"odd name": "", "need": ""})],
        &[json!({"need": ""})],
    );
}

#[test]
fn members_can_need_each_other() {
    check(
        "open S { need a or b and c }",
        &[json!({"a": 1}), json!({"b": 1, "c": 1})],
        &[json!({}), json!({"b": 1})],
    );
    check(
        "open S { when k = 1 | true need a and b }",
        &[json!({}), json!({"k": 2}), json!({"k": 1, "a": 1, "b": 1})],
        &[json!({"k": 1}), json!({"k": true, "a": 1})],
    );
    check(
        "open S { when k = 1 need a or b }",
        &[json!({"k": 2}), json!({"k": 1, "b": 1})],
        &[json!({"k": 1})],
    );
}

#[test]
fn types_combine() {
    check("S = string | null", &[json!(""), json!(null)], &[json!(1)]);
    check(
        "S = (string | null) & string 1..",
        &[json!("a")],
        &[json!(null), json!("")],
    );
    check(
        "S = integer 0.. ^ integer ..0",
        &[json!(1), json!(-1)],
        &[json!(0), json!("")],
    );
    check("S = integer 0.. | integer ..0", &[json!(0)], &[json!("")]);
    check(
        "A { a: string }\nS = A + { b: string, a?: integer }",
        &[json!({"b": ""}), json!({"a": 1, "b": ""})],
        &[json!({"a": "", "b": ""}), json!({"a": 1})],
    );
    check(
        "let short = string ..1\nS = [short]",
        &[json!(["a"])],
        &[json!(["ab"])],
    );
}

#[test]
fn a_version_builds_on_an_older_one() {
    let old = "A { a: string, b: string }\nB = string\nC { a: A }\nlet short = string ..1";
    let new = r#"
        as "2026-01-30"
        drop B
        A += { gone b, a?: integer, c: short, need a or c }
        D = other.E
    "#;
    let judge = SchemaJudge::of(&[
        file(OLD, "t", old),
        file(NEW, "t", new),
        file(NEW, "other", "E = t.C"),
    ])
    .unwrap();
    let shapes: Vec<_> = judge.shapes(NEW).collect();
    assert_eq!(shapes, ["t#A", "t#C", "t#D", "other#E"]);
    let value = json!({"a": {"c": "x"}});
    assert!(judge.is_valid(NEW, "D", &value).unwrap());
    assert!(!judge.is_valid(OLD, "C", &value).unwrap());
    assert!(judge.validate(NEW, "B", &value).is_err());
    assert!(judge.is_valid(OLD, "B", &json!("text")).unwrap());
}

/// What is not the notation, and what the error says behind the file.
const ERRORS: &[(&str, &str)] = &[
    (
        "S {\n  a: strin g\n}",
        "2: expected a comma or a new line between members, found `g`",
    ),
    ("S { a string }", "1: expected a field or a rule, found `a`"),
    (
        "S {\n  a: string\n",
        "3: expected a field or a rule, found the end of the file",
    ),
    ("S = ", "1: expected a type, found the end of the file"),
    (
        "S = integer 1",
        "1: expected `..` after the number, found the end of the file",
    ),
    (
        "S = integer >..",
        "1: expected a number after `>`, found `..`",
    ),
    ("S = string ..", "1: a range needs an end"),
    ("S = string /a\n/", "1: no closing `/`"),
    ("S = \"a", "1: no closing `\"`"),
    ("\nS = %", "2: `%` has no meaning"),
    ("S = -", "1: `-` is no number"),
    ("S = string\n\nS = integer", "3: `S` is declared twice"),
    (
        "let s = string\nlet s = integer",
        "2: `s` is abbreviated twice",
    ),
    (
        "S {\n  a: string\n  a?: string\n}",
        "3: the field `a` stands twice",
    ),
    ("S { gone a }", "1: `a` can be gone only after `+=`"),
    ("S { when a = 1 }", "1: expected `need`, found `}`"),
    ("S { size }", "1: expected a range after `size`, found `}`"),
    (
        "S = Nothing + { a: string }",
        "1: `Nothing` is no object declared above",
    ),
    (
        "S {\n  a: [Nothing]\n}",
        "2: `S` refers to `t.Nothing`, which is not there",
    ),
    (
        "S = u.Thing",
        "1: `S` refers to `u.Thing`, which is not there",
    ),
    (
        "S = [string | Nothing] & { *: Nothing }",
        "1: `S` refers to `t.Nothing`, which is not there",
    ),
    (
        "S { keys Nothing }",
        "1: `S` refers to `t.Nothing`, which is not there",
    ),
    (
        "as \"2026-01-30\"\ndrop Nothing",
        "2: `Nothing` is not inherited",
    ),
    (
        "as \"2026-01-30\"\nName = string",
        "2: `Name` is inherited and does not change",
    ),
    (
        "as \"2026-01-30\"\nName += { a: string }",
        "2: `Name` is no inherited object",
    ),
    (
        "as \"2026-01-30\"\nBase += { gone z }",
        "2: no field `z` to be gone",
    ),
    (
        "as \"2026-01-30\"\nBase += { *: string }",
        "2: after `+=` stand only fields and conditions",
    ),
    (
        "unused Nothing \"why\"",
        "1: `Nothing` is no shape declared above",
    ),
    (
        "A = string\nunused A",
        "2: expected the reason after the unused shapes, found the end of the file",
    ),
    (
        "A = string\nB = [A]\nunused A \"why\"",
        "2: `B` refers to `t.A`, which is called unused",
    ),
    ("as \"2026-04-17\"", "1: no older bundle `2026-04-17`"),
    ("as 3", "1: expected the version after `as`, found `3`"),
];

#[test]
fn errors_name_file_and_line() {
    for (text, expected) in ERRORS {
        assert_eq!(
            problem(text),
            format!("2026-04-17/t.shapes:{expected}"),
            "{text}"
        );
    }
}

#[test]
fn a_dropped_shape_that_is_still_used_is_named_where_it_is_used() {
    let old = file(OLD, "t", "A = string\nB = [A]");
    let new = file(NEW, "t", "as \"2026-01-30\"\ndrop A");
    let error = SchemaJudge::of(&[old, new]).err().unwrap().to_string();
    assert_eq!(
        error,
        "2026-01-30/t.shapes:2: `B` refers to `t.A`, which is not there"
    );
}
