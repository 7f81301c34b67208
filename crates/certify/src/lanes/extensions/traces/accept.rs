//! A well-formed trace never hinders a cancel.

use serde_json::{Value, json};

use super::{
    super::{
        super::seller::Seller,
        offered::{self, is_offered},
    },
    FEATURE, MEMBER, SINCE, cancel, canceled, check, is_canceled, request, trace,
};
use crate::{Check, Outcome, Stop, Topic};

const ACCEPTED: &[&str] = &[
    "intent.cancel.accepts-trace",
    "intent.cancel.succeeds-regardless",
];
const UNUSUAL: &[&str] = &[
    "intent.cancel.succeeds-regardless",
    "intent.errors.400-only-for-malformed",
];
const UNKNOWN: &[&str] = &[
    "intent.errors.unknown-code-no-error",
    "intent.reason.unknown-accepted",
    "intent.reason.lenient-validators",
];

/// The reasons that the schema lists.
const REASONS: [&str; 10] = [
    "price_sensitivity",
    "shipping_cost",
    "shipping_speed",
    "product_fit",
    "trust_security",
    "returns_policy",
    "payment_options",
    "comparison",
    "timing_deferred",
    "other",
];

/// A well-formed trace.
#[derive(Clone, Copy)]
struct Good {
    name: &'static str,
    words: &'static str,
    make: fn() -> Value,
    proves: &'static [&'static str],
}

const GOOD: [Good; 14] = [
    Good {
        name: "reason-alone",
        words: "a reason and nothing else",
        make: || json!({ "reason_code": "other" }),
        proves: ACCEPTED,
    },
    Good {
        name: "summary",
        words: "a summary",
        make: || json!({ "reason_code": "comparison", "trace_summary": "Compared three mugs." }),
        proves: ACCEPTED,
    },
    Good {
        name: "longest-summary",
        words: "a summary of 500 characters",
        make: || json!({ "reason_code": "comparison", "trace_summary": "é".repeat(500) }),
        proves: UNUSUAL,
    },
    Good {
        name: "empty-metadata",
        words: "empty metadata",
        make: || json!({ "reason_code": "other", "metadata": {} }),
        proves: UNUSUAL,
    },
    Good {
        name: "unknown-member",
        words: "a member that nobody knows",
        make: || json!({ "reason_code": "other", "certify_unknown": { "a": 1 } }),
        proves: UNUSUAL,
    },
    Good {
        name: "texts",
        words: "texts in metadata",
        make: || json!({ "reason_code": "other", "metadata": { "competitor": "a shop", "empty": "" } }),
        proves: &["intent.metadata.flat-accepted"],
    },
    Good {
        name: "numbers",
        words: "whole numbers in metadata",
        make: || json!({ "reason_code": "other", "metadata": { "price": 1200, "change": -1 } }),
        proves: &["intent.metadata.flat-accepted"],
    },
    Good {
        name: "fractions",
        words: "numbers in metadata that are not whole",
        make: || json!({ "reason_code": "other", "metadata": { "ratio": -0.25 } }),
        proves: &["intent.metadata.flat-accepted"],
    },
    Good {
        name: "booleans",
        words: "booleans in metadata",
        make: || json!({ "reason_code": "other", "metadata": { "returns": true, "urgent": false } }),
        proves: &["intent.metadata.flat-accepted"],
    },
    Good {
        name: "unknown-reason",
        words: "a reason that nobody knows",
        make: || json!({ "reason_code": "certify_unknown" }),
        proves: UNKNOWN,
    },
    Good {
        name: "example-reason",
        words: "the reason of the specification's own example, which its list lacks",
        make: || json!({ "reason_code": "buyer_cancelled" }),
        proves: UNKNOWN,
    },
    Good {
        name: "capital-reason",
        words: "a known reason in capitals",
        make: || json!({ "reason_code": "PRICE_SENSITIVITY" }),
        proves: UNKNOWN,
    },
    Good {
        name: "foreign-reason",
        words: "a reason in another script",
        make: || json!({ "reason_code": "価格" }),
        proves: UNKNOWN,
    },
    Good {
        name: "unknown-reason-whole",
        words: "an unknown reason, a summary and metadata",
        make: || {
            json!({
                "reason_code": "certify_unknown",
                "trace_summary": "No reason of the list fits.",
                "metadata": { "seen": 3 },
            })
        },
        proves: UNKNOWN,
    },
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = GOOD.into_iter().map(good).collect();
    checks.extend(answers());
    checks.extend(unsupported());
    checks
}

fn good(good: Good) -> Check {
    let title = format!("a cancel whose trace has {} cancels", good.words);
    check(Topic::Lifecycle, good.name, title, move |seller| {
        taken(seller, (good.make)())
    })
    .proves(good.proves)
    .advice(
        "cancel first; a trace is analytics and may be thrown away, never refused when well formed",
    )
}

fn answers() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "known-reasons",
            "a cancel with any reason of the list cancels",
            known,
        )
        .proves(ACCEPTED),
        check(
            Topic::Lifecycle,
            "no-body",
            "a cancel without a body cancels",
            no_body,
        )
        .proves(&["intent.cancel.body-optional"]),
        check(
            Topic::Lifecycle,
            "empty-body",
            "a cancel with an empty object cancels",
            empty_body,
        )
        .proves(&["intent.cancel.body-optional"]),
        check(
            Topic::Lifecycle,
            "status",
            "a cancel with a trace answers 200",
            status,
        )
        .proves(&["intent.cancel.status-200"]),
        check(
            Topic::Lifecycle,
            "session",
            "a cancel with a trace answers with the whole session, canceled",
            whole,
        )
        .proves(&["intent.cancel.state-returned"]),
    ]
}

fn unsupported() -> Vec<Check> {
    let rows: [(&str, &str, &'static str, bool); 2] = [
        (
            "trace-unsupported",
            "a server without intent traces cancels all the same when one is sent",
            "intent.cancel.unsupported-server",
            false,
        ),
        (
            "trace-unsupported-ignored",
            "a server without intent traces should pass over the body: 200, canceled",
            "intent.cancel.unsupported-ignored",
            true,
        ),
    ];
    rows.map(|(name, title, proves, advised)| {
        offered::check(Topic::Lifecycle, name, title, move |seller| {
            passed_over(seller, advised)
        })
        .versions(SINCE)
        .proves(&[proves])
        .advice("ignore the body of cancel instead of refusing it")
    })
    .into()
}

async fn taken(seller: Seller, trace: Value) -> Outcome {
    let session = seller.new_session().await?;
    let answer = cancel(&seller, &session, &trace).await?;
    let rule = "a well-formed trace never hinders a cancel";
    canceled(&seller, &session, &answer, rule)?;
    is_canceled(&seller, &session, rule).await
}

async fn known(seller: Seller) -> Outcome {
    for reason in REASONS {
        let session = seller.new_session().await?;
        let answer = cancel(&seller, &session, &json!({ "reason_code": reason })).await?;
        let rule = format!("a trace with the reason {reason} is accepted");
        canceled(&seller, &session, &answer, &rule)?;
    }
    Ok(())
}

async fn no_body(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let answer = seller.cancel(&session.id).await?;
    canceled(&seller, &session, &answer, "the body of cancel is optional")
}

async fn empty_body(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let request = request(&seller, &session, &json!({}))?;
    let answer = seller.send(request).await?;
    canceled(
        &seller,
        &session,
        &answer,
        "the trace of a cancel is optional",
    )
}

async fn status(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let answer = cancel(&seller, &session, &trace(&seller)?).await?;
    seller.case().status(&answer, &[200])
}

async fn whole(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let answer = cancel(&seller, &session, &trace(&seller)?).await?;
    let rule = "the answer is the session with status canceled";
    canceled(&seller, &session, &answer, rule)?;
    let case = seller.case();
    case.shape(&answer, seller.dialect().session_shape())?;
    let after = seller.session(&answer)?;
    case.must(
        after.units() == session.units() && after.total("total") == session.total("total"),
        &answer,
        "the answer is the whole session: its lines and totals are those before",
        || case.excerpt(&answer),
    )
}

async fn passed_over(seller: Seller, advised: bool) -> Outcome {
    if is_offered(&seller, FEATURE).await? {
        return Err(Stop::NotApplicable(
            "the seller offers intent traces: see extensions.lifecycle.trace-*".to_owned(),
        ));
    }
    let session = seller.new_session().await?;
    let body = json!({ MEMBER: trace(&seller)? });
    let answer = seller.send(request(&seller, &session, &body)?).await?;
    let case = seller.case();
    let found = || format!("{}: {}", answer.status, case.excerpt(&answer));
    if advised {
        case.should(
            answer.status == 200 && answer.text("/status") == Some("canceled"),
            &answer,
            "a server that does not know traces answers 200 with status canceled",
            found,
        );
        return Ok(());
    }
    let rule = "a trace that means nothing to the server does not keep it from cancelling";
    case.must(
        !answer.is_refusal() && answer.status < 500,
        &answer,
        rule,
        found,
    )?;
    is_canceled(&seller, &session, rule).await
}
