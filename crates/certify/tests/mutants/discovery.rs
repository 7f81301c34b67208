//! Sellers whose discovery document is broken in one way each.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked},
};

const LANE: Lane = Lane::Discovery;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = versions();
    all.extend(addresses());
    all.extend(services());
    all.extend(lists());
    all.extend(private());
    all.extend(serving());
    all
}

fn is_document(asked: &Asked) -> bool {
    asked.path.starts_with("/.well-known/acp.json")
}

/// A change to the document.
fn says(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::edit(
        LANE,
        id,
        does,
        red,
        |asked, answered| is_document(asked) && answered.status == 200,
        edit,
    )
}

fn versions() -> Vec<Fault> {
    vec![
        says(
            "discovery-name",
            "calls the protocol ucp",
            &["discovery.versions.name"],
            |json| json["protocol"]["name"] = json!("ucp"),
        ),
        says(
            "discovery-newest-first",
            "lists versions from the newest on",
            &["discovery.versions.order"],
            |json| {
                json["protocol"]["supported_versions"] = json!(["2026-04-17", "2025-09-29"]);
            },
        ),
        says(
            "discovery-no-versions",
            "lists no versions",
            &["discovery.versions.not-empty"],
            |json| json["protocol"]["supported_versions"] = json!([]),
        ),
        says(
            "discovery-version-twice",
            "lists a version twice",
            &["discovery.versions.unique"],
            |json| {
                json["protocol"]["supported_versions"] = json!(["2026-04-17", "2026-04-17"]);
            },
        ),
        says(
            "discovery-no-date",
            "names a version that is no date",
            &["discovery.versions.version-date"],
            |json| json["protocol"]["version"] = json!("2026-02-30"),
        ),
        says(
            "discovery-older-version",
            "names an older version than it serves",
            &["discovery.versions.latest", "discovery.versions.last"],
            |json| json["protocol"]["version"] = json!("2026-01-30"),
        ),
        says(
            "discovery-unserved-version",
            "lists a version that it refuses",
            &["discovery.versions.listed-work"],
            |json| {
                json["protocol"]["supported_versions"] = json!(["2020-01-01", "2026-04-17"]);
            },
        ),
        says(
            "discovery-hides-version",
            "leaves out a version that it serves",
            &["discovery.versions.others-refused"],
            |json| {
                json["protocol"]["supported_versions"] = json!(["2026-04-17"]);
            },
        ),
    ]
}

fn addresses() -> Vec<Fault> {
    vec![
        says(
            "discovery-relative-url",
            "names a relative api_base_url",
            &["discovery.lifecycle.base-url"],
            |json| json["api_base_url"] = json!("/api"),
        ),
        says(
            "discovery-wrong-url",
            "names an api_base_url that is not there",
            &["discovery.lifecycle.base-url-works"],
            |json| {
                let url = json["api_base_url"]
                    .as_str()
                    .unwrap_or_default()
                    .trim_end_matches('/')
                    .to_owned();
                json["api_base_url"] = json!(format!("{url}/nowhere"));
            },
        ),
        says(
            "discovery-no-rest",
            "does not list rest",
            &["discovery.lifecycle.transports-rest"],
            |json| json["transports"] = json!(["mcp"]),
        ),
        says(
            "discovery-unknown-transport",
            "lists grpc",
            &["discovery.lifecycle.shape"],
            |json| json["transports"] = json!(["rest", "grpc"]),
        ),
    ]
}

fn services() -> Vec<Fault> {
    vec![
        says(
            "discovery-no-checkout",
            "does not list checkout",
            &["discovery.lifecycle.service-checkout"],
            |json| json["capabilities"]["services"] = json!(["orders"]),
        ),
        says(
            "discovery-unknown-service",
            "lists an unknown service",
            &["discovery.lifecycle.services-known"],
            |json| json["capabilities"]["services"] = json!(["checkout", "loans"]),
        ),
        says(
            "discovery-false-delegate",
            "lists delegate_payment without serving it",
            &["discovery.lifecycle.service-delegate-payment"],
            |json| {
                json["capabilities"]["services"] = json!(["checkout", "delegate_payment"]);
            },
        ),
    ]
}

fn lists() -> Vec<Fault> {
    vec![
        says(
            "discovery-false-currency",
            "lists a currency in which it sells nothing",
            &["discovery.lifecycle.currencies-work"],
            |json| {
                json["capabilities"]["supported_currencies"] = json!(["usd", "xau"]);
            },
        ),
        says(
            "discovery-upper-currency",
            "lists currencies in upper case",
            &["discovery.lifecycle.currencies-form"],
            |json| {
                json["capabilities"]["supported_currencies"] = json!(["USD"]);
            },
        ),
        says(
            "discovery-locale",
            "lists a locale that is no tag",
            &["discovery.lifecycle.locales-form"],
            |json| {
                json["capabilities"]["supported_locales"] = json!(["en_US"]);
            },
        ),
        says(
            "discovery-intervention",
            "lists an unknown intervention",
            &["discovery.lifecycle.interventions-form"],
            |json| {
                json["capabilities"]["intervention_types"] = json!(["palm_reading"]);
            },
        ),
        says(
            "discovery-false-extension",
            "lists an extension that no session has",
            &["discovery.lifecycle.extensions-work"],
            |json| {
                json["capabilities"]["extensions"] = json!([{ "name": "telepathy" }]);
            },
        ),
    ]
}

fn private() -> Vec<Fault> {
    vec![
        says(
            "discovery-merchant",
            "names its merchant id",
            &["discovery.leaks.no-merchant-members"],
            |json| json["merchant_id"] = json!("acct_1"),
        ),
        says(
            "discovery-merchant-value",
            "names its merchant id in an address",
            &["discovery.leaks.no-merchant-id"],
            |json| {
                json["protocol"]["documentation_url"] = json!("acct_reference");
            },
        ),
        says(
            "discovery-handlers",
            "names its payment handlers",
            &["discovery.leaks.no-psp"],
            |json| json["capabilities"]["handlers"] = json!([]),
        ),
        says(
            "discovery-brands",
            "lists card brands",
            &["discovery.leaks.no-payment-methods"],
            |json| json["capabilities"]["brands"] = json!(["visa"]),
        ),
        says(
            "discovery-key",
            "holds a key",
            &["discovery.leaks.no-secrets"],
            |json| json["api_key"] = json!("sk_test_1"),
        ),
        says(
            "discovery-unknown-member",
            "has a member that the document does not know",
            &["discovery.lifecycle.shape"],
            |json| json["extra"] = json!(1),
        ),
        says(
            "discovery-no-capabilities",
            "has no capabilities",
            &["discovery.lifecycle.required-members"],
            |json| {
                json.as_object_mut().map(|all| all.remove("capabilities"));
            },
        ),
    ]
}

fn serving() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "discovery-404",
            "has no document",
            &["discovery.lifecycle.well-known"],
            requests(|asked| is_document(asked).then(|| Answered::new(404, &json!({})))),
        ),
        Fault::new(
            LANE,
            "discovery-html",
            "sends the document as HTML",
            &["discovery.lifecycle.content-type"],
            answers(|asked, answered| {
                if is_document(asked) {
                    answered.set("content-type", "text/html");
                }
            }),
        ),
        Fault::new(
            LANE,
            "discovery-auth",
            "demands a key",
            &["discovery.auth.public"],
            requests(|asked| {
                (is_document(asked) && !asked.headers.contains_key("authorization"))
                    .then(|| Answered::new(401, &json!({})))
            }),
        ),
        Fault::new(
            LANE,
            "discovery-per-caller",
            "greets callers with a key",
            &["discovery.auth.same-for-all"],
            answers(|asked, answered| {
                if is_document(asked) && asked.headers.contains_key("authorization") {
                    answered.edit(|json| json["capabilities"]["supported_locales"] = json!(["fr"]));
                }
            }),
        ),
        Fault::new(
            LANE,
            "discovery-merchant-query",
            "takes a merchant id in the query",
            &["discovery.leaks.merchant-query"],
            answers(|asked, answered| {
                if asked.path.contains("merchant_id=") {
                    answered.edit(|json| json["api_base_url"] = json!("https://merchant.example"));
                }
            }),
        ),
        Fault::new(
            LANE,
            "discovery-delete",
            "takes DELETE",
            &["discovery.errors.post"],
            requests(|asked| {
                (is_document(asked) && asked.method == http::Method::DELETE)
                    .then(|| Answered::new(204, &json!({})))
            }),
        ),
    ]
}
