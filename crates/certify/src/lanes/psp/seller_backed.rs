//! Tokens for the options that shops themselves keep for their buyers.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Psp, check};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

const RESPONSE: &str = "seller-backed.delegation.response";
const NEVER: &str = "seller-backed.delegation.never-judges";

/// A request: name, words, type of the payment method, what was entered, and the rule.
struct Row {
    name: &'static str,
    words: &'static str,
    kind: &'static str,
    fields: fn() -> Value,
    proves: &'static str,
}

const fn row(name: &'static str, words: &'static str, kind: &'static str) -> Row {
    Row {
        name,
        words,
        kind,
        fields: || Value::Null,
        proves: RESPONSE,
    }
}

const ROWS: [Row; 9] = [
    row("saved-card", "a saved card", "saved_card"),
    row("points", "points", "points"),
    row("store-credit", "store credit", "store_credit"),
    Row {
        fields: || json!({ "card_number": "6000000000000001", "pin": "1234" }),
        ..row("gift-card", "a gift card", "gift_card")
    },
    Row {
        fields: || json!({ "card_number": "0000000000000000", "pin": "0000" }),
        proves: NEVER,
        ..row("invalid-gift-card", "a gift card that is none", "gift_card")
    },
    Row {
        fields: || json!({ "card_number": "not a number", "pin": "x" }),
        proves: NEVER,
        ..row(
            "absurd-gift-card",
            "absurd entries for a gift card",
            "gift_card",
        )
    },
    Row {
        fields: || json!({}),
        proves: NEVER,
        ..row(
            "empty-gift-card",
            "a gift card without entries",
            "gift_card",
        )
    },
    Row {
        proves: NEVER,
        ..row("unknown-points", "points of an unknown programme", "points")
    },
    Row {
        proves: NEVER,
        ..row("own-type", "a type of the shop's own", "certify_voucher")
    },
];

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    ROWS.iter()
        .map(|row| {
            let title = format!(
                "delegating {} gives a token that says the handler id in metadata",
                row.words
            );
            check(
                Topic::Lifecycle,
                &format!("backed-{}", row.name),
                &title,
                move |case| delegated(case, row),
            )
            .versions(VersionRange::from(SpecVersion::V2026_01_30))
            .proves(&[row.proves])
            .advice("give a token and leave it to the shop to judge the option at complete")
        })
        .collect()
}

async fn delegated(case: Arc<Case>, row: &Row) -> Outcome {
    let psp = Psp::of(&case)?;
    if !psp.target().seller_backed {
        return Err(Stop::NotApplicable(
            "not offered: psp.seller_backed is not true in certify.toml".to_owned(),
        ));
    }
    let handler = format!("certify_{}", case.fresh_key()?);
    let good = psp.body()?;
    let mut method = json!({ "type": format!("seller_backed_{}", row.kind) });
    let fields = (row.fields)();
    if let (false, Some(members)) = (fields.is_null(), method.as_object_mut()) {
        members.insert("fields".to_owned(), fields);
    }
    let body = json!({
        "allowance": good.get("allowance"),
        "handler_id": handler,
        "payment_method": method,
    });
    let answer = psp.send(psp.request(&body)?).await?;
    is_token(&case, &answer, &handler, row)
}

fn is_token(case: &Case, answer: &Answer, handler: &str, row: &Row) -> Outcome {
    let found = || format!("{}: {}", answer.status, case.excerpt(answer));
    let rule = if row.proves == NEVER {
        "delegate_payment does not refuse for the option behind a seller-backed handler"
    } else {
        "delegate_payment gives tokens for seller-backed handlers"
    };
    case.must(answer.is_success(), answer, rule, found)?;
    case.must(
        answer.text("/id").is_some_and(|id| !id.is_empty()),
        answer,
        "the answer has the id of a token",
        found,
    )?;
    case.must(
        answer.text("/metadata/handler_id") == Some(handler),
        answer,
        "metadata of the answer says the handler id",
        found,
    )
}
