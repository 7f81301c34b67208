//! Claims that are none.

use serde_json::{Value, json};

use super::{
    super::{
        super::{
            documents::{remove, set},
            seller::Seller,
        },
        offered::points_into,
    },
    Call, MEMBER, check, claiming, complete_body, create_body, full_claim,
};
use crate::{Check, Outcome, Topic};

/// A claim with one fault.
#[derive(Clone, Copy)]
struct Bad {
    name: &'static str,
    words: &'static str,
    edit: fn(&mut Value),
    /// The rule that it must be refused by; where there is none, refusing it is advice.
    rule: Option<&'static str>,
}

const FLAT: Option<&str> = Some("affiliate.validate.metadata-flat");

const BAD: [Bad; 11] = [
    Bad {
        name: "no-provider",
        words: "without a provider",
        edit: |claim| remove(claim, "/provider"),
        rule: Some("affiliate.validate.provider-required"),
    },
    Bad {
        name: "nobody",
        words: "with neither token nor publisher_id",
        edit: |claim| {
            remove(claim, "/token");
            remove(claim, "/publisher_id");
        },
        rule: Some("affiliate.validate.token-or-publisher"),
    },
    Bad {
        name: "nested-metadata",
        words: "whose metadata holds an object",
        edit: |claim| set(claim, "/metadata/page", json!({ "kind": "article" })),
        rule: FLAT,
    },
    Bad {
        name: "listed-metadata",
        words: "whose metadata holds an array",
        edit: |claim| set(claim, "/metadata/tags", json!(["a", "b"])),
        rule: FLAT,
    },
    Bad {
        name: "provider-number",
        words: "whose provider is a number",
        edit: |claim| set(claim, "/provider", json!(7)),
        rule: None,
    },
    Bad {
        name: "token-object",
        words: "whose token is an object",
        edit: |claim| set(claim, "/token", json!({})),
        rule: None,
    },
    Bad {
        name: "metadata-text",
        words: "whose metadata is a text",
        edit: |claim| set(claim, "/metadata", json!("article")),
        rule: None,
    },
    Bad {
        name: "unknown-touchpoint",
        words: "whose touchpoint is neither first nor last",
        edit: |claim| set(claim, "/touchpoint", json!("middle")),
        rule: None,
    },
    Bad {
        name: "source-text",
        words: "whose source is a text",
        edit: |claim| set(claim, "/source", json!("https://publisher.example")),
        rule: None,
    },
    Bad {
        name: "no-time",
        words: "whose issued_at is no time",
        edit: |claim| set(claim, "/issued_at", json!("yesterday")),
        rule: None,
    },
    Bad {
        name: "text",
        words: "that is a text",
        edit: |claim| *claim = json!("impact.example"),
        rule: None,
    },
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = BAD.iter().map(|bad| row(Call::Create, *bad)).collect();
    let strict = BAD.iter().filter(|bad| bad.rule.is_some());
    checks.extend(strict.map(|bad| row(Call::Complete, *bad)));
    checks
}

fn row(call: Call, bad: Bad) -> Check {
    let name = format!("{}-{}", call.as_str(), bad.name);
    let verb = if bad.rule.is_some() {
        "is"
    } else {
        "should be"
    };
    let title = format!(
        "a {} with an attribution {} {verb} refused, best with 400 and a param that points into it",
        call.as_str(),
        bad.words
    );
    check(Topic::Errors, &name, title, move |seller| {
        refused(seller, call, bad)
    })
    .proves(&["affiliate.validate.structural-400"])
    .proves(bad.rule.as_slice())
    .advice("answer 400 with type invalid_request and a param below $.affiliate_attribution")
}

async fn refused(seller: Seller, call: Call, bad: Bad) -> Outcome {
    let mut claim = full_claim(&seller, call)?;
    (bad.edit)(&mut claim);
    let (answer, session) = match call {
        Call::Create => {
            let body = claiming(create_body(&seller)?, &claim);
            (seller.create(&body).await?, None)
        }
        Call::Complete => {
            let session = seller.ready_session().await?;
            let body = claiming(complete_body(&seller, &session).await?, &claim);
            (seller.complete(&session.id, &body).await?, Some(session))
        }
    };
    let case = seller.case();
    let rule = format!("an attribution {} is not taken as valid", bad.words);
    let found = || format!("{}: {}", answer.status, case.excerpt(&answer));
    if bad.rule.is_some() || answer.status >= 500 {
        case.must(answer.is_refusal(), &answer, &rule, found)?;
    } else if !answer.is_refusal() {
        case.should(false, &answer, &rule, found);
        return Ok(());
    }
    points_into(&seller, &answer, MEMBER)?;
    match session {
        Some(session) => {
            let what = "a complete that is refused for its attribution";
            seller.no_order(&session.id, &answer, what).await
        }
        None => Ok(()),
    }
}
