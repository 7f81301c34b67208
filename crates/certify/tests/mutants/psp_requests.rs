//! Providers that let requests pass, or refuse good ones.

use comptoir_certify::{Lane, SpecVersion};
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked},
};

const LANE: Lane = Lane::Psp;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = blind_to_cards();
    all.extend(blind_to_allowances());
    all.extend(blind_to_the_rest());
    all.extend(other_rules());
    all.extend(keys());
    all.extend(doors());
    all
}

/// Does not look at one member: puts a good value there before the good provider sees it.
fn blind(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    pointer: &'static str,
    good: Value,
) -> Fault {
    Fault::new(
        LANE,
        id,
        does,
        red,
        requests(move |asked| {
            asked.edit(|json| {
                if let Some(member) = json.pointer_mut(pointer) {
                    *member = good.clone();
                }
            });
            resigned(asked)
        }),
    )
}

/// The good provider verifies signatures, where there are any; a changed body loses its own.
fn resigned(asked: &mut Asked) -> Option<Answered> {
    asked.headers.remove("signature");
    asked.headers.remove("timestamp");
    None
}

fn blind_to_cards() -> Vec<Fault> {
    vec![
        blind(
            "psp-blind-month",
            "takes any expiry month",
            &["psp.errors.exp-month-13", "psp.errors.exp-month-00"],
            "/payment_method/exp_month",
            json!("12"),
        ),
        blind(
            "psp-blind-year",
            "takes any expiry year",
            &["psp.errors.exp-year-two-digits"],
            "/payment_method/exp_year",
            json!("2030"),
        ),
        blind(
            "psp-blind-type",
            "takes any type of payment method",
            &["psp.errors.type-wallet"],
            "/payment_method/type",
            json!("card"),
        ),
        blind(
            "psp-blind-cvc",
            "takes a cvc of any length",
            &["psp.errors.cvc-five-digits"],
            "/payment_method/cvc",
            json!("123"),
        ),
        blind(
            "psp-blind-funding",
            "takes any funding type",
            &["psp.errors.funding-unknown"],
            "/payment_method/display_card_funding_type",
            json!("credit"),
        ),
    ]
}

fn blind_to_allowances() -> Vec<Fault> {
    vec![
        blind(
            "psp-blind-amount",
            "takes any max_amount",
            &["psp.errors.amount-fraction", "psp.errors.amount-text"],
            "/allowance/max_amount",
            json!(1000),
        ),
        blind(
            "psp-blind-currency",
            "takes any currency",
            &["psp.errors.currency-upper-case"],
            "/allowance/currency",
            json!("usd"),
        ),
        blind(
            "psp-blind-reason",
            "takes any reason",
            &["psp.errors.reason-recurring"],
            "/allowance/reason",
            json!("one_time"),
        ),
    ]
}

fn blind_to_the_rest() -> Vec<Fault> {
    vec![
        blind(
            "psp-blind-country",
            "takes a country of any length",
            &["psp.errors.address-country-three-letters"],
            "/billing_address/country",
            json!("US"),
        ),
        blind(
            "psp-blind-signal",
            "takes any type of risk signal",
            &["psp.errors.signal-type-unknown"],
            "/risk_signals/0/type",
            json!("card_testing"),
        ),
        blind(
            "psp-blind-metadata",
            "takes any metadata",
            &["psp.errors.metadata-number"],
            "/metadata",
            json!({}),
        ),
        blind(
            "psp-blind-merchant-length",
            "takes a merchant_id of any length",
            &["psp.fuzz.allowance-merchant-id-max-length"],
            "/allowance/merchant_id",
            json!("acct_reference"),
        ),
        blind(
            "psp-blind-line-one",
            "takes a line_one of any length",
            &["psp.fuzz.address-line-one-max-length"],
            "/billing_address/line_one",
            json!("1 Market Street"),
        ),
    ]
}

fn other_rules() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "psp-unknown-members",
            "takes unknown members",
            &["psp.errors.body-unknown-member"],
            requests(|asked| {
                asked.edit(|json| {
                    json.as_object_mut().map(|all| all.remove("surprise"));
                });
                resigned(asked)
            }),
        ),
        Fault::new(
            LANE,
            "psp-demands-virtual",
            "demands virtual",
            &["psp.lifecycle.without-virtual"],
            requests(|asked| {
                let missing = asked
                    .json()
                    .is_some_and(|json| json.pointer("/payment_method/virtual").is_none());
                missing.then(|| refusal(400))
            }),
        ),
        Fault::new(
            LANE,
            "psp-demands-signals",
            "refuses an empty list of risk signals",
            &["psp.lifecycle.no-signals"],
            requests(|asked| {
                let empty = asked
                    .json()
                    .is_some_and(|json| json["risk_signals"] == json!([]));
                empty.then(|| refusal(400))
            }),
        ),
        Fault::new(
            LANE,
            "psp-older-signals",
            "takes no risk signals in an older version",
            &["psp.errors.signals-empty"],
            requests(|asked| {
                asked.edit(|json| {
                    if json["risk_signals"] == json!([]) {
                        json["risk_signals"] =
                            json!([{ "type": "card_testing", "score": 1, "action": "authorized" }]);
                    }
                });
                resigned(asked)
            }),
        )
        .version(SpecVersion::V2026_01_30),
    ]
}

pub(crate) fn refusal(status: u16) -> Answered {
    Answered::new(
        status,
        &json!({ "type": "invalid_request", "code": "invalid_card", "message": "no" }),
    )
}

/// A token of the proxy's own, for whoever asks.
fn token() -> Answered {
    Answered::new(
        201,
        &json!({ "id": "vt_for_all", "created": "2026-01-01T00:00:00Z", "metadata": {} }),
    )
}

fn open(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    gate: fn(&Asked) -> bool,
) -> Fault {
    Fault::new(
        LANE,
        id,
        does,
        red,
        requests(move |asked| gate(asked).then(token)),
    )
}

fn keys() -> Vec<Fault> {
    vec![
        open(
            "psp-no-bearer",
            "serves callers without a key",
            &["psp.auth.missing"],
            |asked| !asked.headers.contains_key("authorization"),
        ),
        open(
            "psp-any-bearer",
            "serves callers with any key",
            &["psp.auth.unknown-key"],
            |asked| text(asked, "authorization").contains("unknown-key"),
        ),
        open(
            "psp-basic",
            "takes the key as Basic credentials",
            &["psp.auth.basic"],
            |asked| text(asked, "authorization").starts_with("Basic"),
        ),
        open(
            "psp-key-in-query",
            "takes the key in the query",
            &["psp.auth.key-in-query"],
            |asked| asked.path.contains("access_token="),
        ),
    ]
}

fn doors() -> Vec<Fault> {
    vec![
        open(
            "psp-no-version",
            "serves requests without API-Version",
            &["psp.versions.missing"],
            |asked| !asked.headers.contains_key("api-version"),
        ),
        open(
            "psp-any-version",
            "serves any API-Version",
            &["psp.versions.unknown", "psp.versions.future"],
            |asked| {
                text(asked, "api-version").starts_with("20")
                    && !asked.path.contains("authentication")
            },
        ),
        open(
            "psp-no-key",
            "serves requests without Idempotency-Key",
            &["psp.idempotency.key-required"],
            |asked| {
                !asked.headers.contains_key("idempotency-key") && asked.method == http::Method::POST
            },
        ),
        open(
            "psp-get",
            "makes tokens on GET",
            &["psp.errors.method-get"],
            |asked| asked.method == http::Method::GET,
        ),
        open(
            "psp-deep-json",
            "takes JSON of any depth",
            &["psp.limits.depth-10000"],
            |asked| String::from_utf8_lossy(&asked.body).contains("[[[[[[[["),
        ),
        Fault::new(
            LANE,
            "psp-only-uuids",
            "takes UUIDs alone as keys",
            &["psp.idempotency.key-not-uuid"],
            requests(|asked| {
                let key = text(asked, "idempotency-key");
                (!key.is_empty() && key.len() != 36).then(|| refusal(400))
            }),
        ),
        Fault::new(
            LANE,
            "psp-401-html",
            "answers 401 without an error object",
            &["psp.auth.status-401"],
            answers(|_, answered| {
                if answered.status == 401 {
                    answered.body = "unauthorized".into();
                }
            }),
        ),
    ]
}

pub(crate) fn text(asked: &Asked, name: &str) -> String {
    let value = asked.headers.get(name);
    value
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .unwrap_or_default()
}
