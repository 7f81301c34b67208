//! Headers of the agent's calls.

use std::collections::BTreeSet;

use crate::{
    Outcome, SpecVersion, Stop, Topic,
    lanes::agent::{
        call::{Call, Op, Party},
        rule::{Grade, Rule},
    },
};

/// Looks at every call of checkout.
fn checkout(grade: &Grade<'_>, look: impl Fn(&Call) -> Outcome) -> Outcome {
    each(grade, grade.seen.checkout(), look)
}

/// Looks at every call for a token.
fn delegates(grade: &Grade<'_>, look: impl Fn(&Call) -> Outcome) -> Outcome {
    each(grade, grade.seen.delegates(), look)
}

fn each<'a>(
    grade: &Grade<'_>,
    calls: impl Iterator<Item = &'a Call>,
    look: impl Fn(&Call) -> Outcome,
) -> Outcome {
    let mut any = false;
    for call in calls {
        any = true;
        look(call)?;
    }
    if any {
        return Ok(());
    }
    Err(Stop::NotTested(format!(
        "no such call was made; {}",
        grade.summary()
    )))
}

fn bearer(grade: &Grade<'_>, call: &Call) -> Outcome {
    let value = call.header("authorization").unwrap_or_default();
    let token = value.strip_prefix("Bearer ").unwrap_or_default();
    grade.must(
        !token.trim().is_empty(),
        call,
        "the call carries Authorization: Bearer",
        || {
            if value.is_empty() {
                "no Authorization".to_owned()
            } else {
                "another scheme or no key".to_owned()
            }
        },
    )
}

fn content_type(grade: &Grade<'_>, call: &Call) -> Outcome {
    let value = call.header("content-type").unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    let json = essence.eq_ignore_ascii_case("application/json");
    grade.must(
        call.body.is_empty() || json,
        call,
        "a call with a body says application/json",
        || format!("Content-Type {value:?}"),
    )
}

/// Whether a text is `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// Rules about headers that hold in every purchase.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    let mut rules = versions();
    rules.extend(credentials());
    rules.extend(manners());
    rules
}

fn versions() -> Vec<Rule> {
    vec![
        Rule::new(
            "api-version",
            "every call to the seller names the version it speaks",
            |grade| {
                checkout(grade, |call| {
                    let named = call.header("api-version").unwrap_or_default();
                    grade.must(is_date(named), call, "API-Version is a date", || {
                        format!("{named:?}")
                    })?;
                    let released: Result<SpecVersion, _> = named.parse();
                    grade.must(
                        released.is_ok(),
                        call,
                        "API-Version is a released version",
                        || format!("{named:?}"),
                    )
                })
            },
        )
        .topic(Topic::Versions)
        .proves(&["checkout.version.agent-sends-header"]),
        Rule::new(
            "api-version-judged",
            "the agent speaks the version by which it is judged",
            |grade| {
                let version = grade.seen.version.as_str();
                let mut calls = grade.seen.checkout();
                // Another version may be tried on the way to it.
                let named = calls.any(|call| call.header("api-version") == Some(version));
                grade.must_all(named, "API-Version is that version", || grade.summary())
            },
        )
        .topic(Topic::Versions)
        .proves(&[
            "versions.negotiation.2025-12-12-header",
            "discovery.agent.version-header",
        ]),
        Rule::new(
            "psp-api-version",
            "every call for a token names a version",
            |grade| {
                delegates(grade, |call| {
                    let named = call.header("api-version").unwrap_or_default();
                    grade.must(
                        is_date(named),
                        call,
                        "API-Version is a date, YYYY-MM-DD",
                        || format!("{named:?}"),
                    )?;
                    let twelve = grade.seen.version == SpecVersion::V2025_12_12;
                    grade.must(
                        !twelve || named == "2025-12-12",
                        call,
                        "an agent of 2025-12-12 says so",
                        || format!("{named:?}"),
                    )
                })
            },
        )
        .topic(Topic::Versions)
        .proves(&[
            "delegate-payment.version.header-sent",
            "delegate-payment.version.header-date",
            "versions.delegate-payment.header-2025-12-12",
        ]),
    ]
}

fn credentials() -> Vec<Rule> {
    vec![
        Rule::new(
            "bearer",
            "every call to the seller carries its bearer key",
            |grade| checkout(grade, |call| bearer(grade, call)),
        )
        .topic(Topic::Auth)
        .proves(&["checkout.auth.agent-sends-bearer"]),
        Rule::new(
            "bearer-stable",
            "every call to the seller carries the same key",
            |grade| {
                let keys: BTreeSet<_> = grade
                    .seen
                    .checkout()
                    .filter_map(|call| call.header("authorization"))
                    .collect();
                grade.must_all(keys.len() == 1, "one seller has one key", || {
                    format!("{} different keys were used", keys.len())
                })
            },
        )
        .topic(Topic::Auth),
        Rule::new(
            "psp-bearer",
            "every call to the provider carries a bearer key",
            |grade| delegates(grade, |call| bearer(grade, call)),
        )
        .topic(Topic::Auth)
        .proves(&["delegate-payment.request.bearer"]),
        Rule::new(
            "keys-apart",
            "the seller's key and the provider's are different",
            |grade| {
                let of = |party| {
                    grade
                        .seen
                        .to(party)
                        .find_map(|call: &Call| call.header("authorization"))
                };
                let (seller, psp) = (of(Party::Seller), of(Party::Psp));
                if seller.is_none() || psp.is_none() {
                    return Err(Stop::NotTested(grade.summary()));
                }
                grade.should_all(seller != psp, "a key is known to one party", || {
                    "seller and provider get the same key".to_owned()
                })
            },
        )
        .topic(Topic::Auth),
        Rule::new("key-not-in-url", "no key stands in an address", |grade| {
            for call in &grade.seen.calls {
                let secret = call
                    .header("authorization")
                    .and_then(|value| value.strip_prefix("Bearer "));
                let there =
                    secret.is_some_and(|secret| secret.len() > 3 && call.path.contains(secret));
                grade.must(!there, call, "keys travel in Authorization alone", || {
                    "the address holds the key".to_owned()
                })?;
            }
            Ok(())
        })
        .topic(Topic::Leaks),
    ]
}

fn manners() -> Vec<Rule> {
    let mut all = vec![
        Rule::new(
            "content-type",
            "calls with a body say application/json",
            |grade| checkout(grade, |call| content_type(grade, call)),
        )
        .proves(&["checkout.headers.content-type"]),
        Rule::new(
            "psp-content-type",
            "calls for a token say application/json",
            |grade| delegates(grade, |call| content_type(grade, call)),
        )
        .proves(&["delegate-payment.request.content-type"]),
        Rule::new("accept", "calls take JSON", |grade| {
            checkout(grade, |call| {
                let value = call.header("accept").unwrap_or("*/*");
                let takes = value.contains("json")
                    || value.contains("*/*")
                    || value.contains("application/*");
                grade.should(takes, call, "Accept names application/json", || {
                    value.to_owned()
                })
            })
        }),
        Rule::new(
            "accept-language",
            "calls carry the buyer's language",
            |grade| {
                checkout(grade, |call| {
                    let value = call.header("accept-language").unwrap_or_default();
                    grade.should(
                        !value.is_empty(),
                        call,
                        "Accept-Language names the buyer's locale",
                        || "no Accept-Language".to_owned(),
                    )
                })
            },
        )
        .proves(&["checkout.headers.accept-language"]),
        Rule::new("user-agent", "calls name the agent's product", |grade| {
            checkout(grade, |call| {
                let value = call.header("user-agent").unwrap_or_default();
                grade.should(
                    !value.is_empty(),
                    call,
                    "User-Agent names the product",
                    || "no User-Agent".to_owned(),
                )
            })
        })
        .proves(&["checkout.headers.user-agent"]),
    ];
    all.extend(names());
    all
}

/// How calls name themselves, and where they go.
fn names() -> Vec<Rule> {
    vec![
        Rule::new(
            "request-id",
            "every call has a Request-Id of its own",
            |grade| {
                let mut known = BTreeSet::new();
                for call in grade.seen.checkout() {
                    let id = call.header("request-id").unwrap_or_default();
                    grade.should(!id.is_empty(), call, "Request-Id is sent", || {
                        "no Request-Id".to_owned()
                    })?;
                    let fresh = id.is_empty() || known.insert(id.to_owned());
                    grade.should(fresh, call, "Request-Id differs from call to call", || {
                        id.to_owned()
                    })?;
                }
                if grade.seen.first(Op::Create).is_none() {
                    return Err(Stop::NotTested(grade.summary()));
                }
                Ok(())
            },
        )
        .proves(&["checkout.headers.request-id"]),
        Rule::new(
            "psp-request-id",
            "calls for a token have a Request-Id",
            |grade| {
                delegates(grade, |call| {
                    let id = call.header("request-id").unwrap_or_default();
                    grade.should(!id.is_empty(), call, "Request-Id is sent", || {
                        "no Request-Id".to_owned()
                    })
                })
            },
        )
        .proves(&["delegate-payment.request.request-id"]),
        Rule::new(
            "psp-path",
            "the token is asked for at the provider's path",
            |grade| {
                delegates(grade, |call| {
                    let right = call.path == "/agentic_commerce/delegate_payment";
                    grade.must(
                        right,
                        call,
                        "POST /agentic_commerce/delegate_payment below the base address",
                        || call.what(),
                    )
                })
            },
        )
        .proves(&[
            "delegate-payment.request.post-path",
            "handlers.delegation.psp-of-handler",
        ]),
    ]
}
