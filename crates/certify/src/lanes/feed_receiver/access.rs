//! Bearer keys and versions.
#![expect(clippy::type_complexity, reason = "rows of a table of checks")]

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::{FeedApi, check, client::products_path, product::plain};
use crate::{Answer, Case, Check, Outcome, Request, Stop, Topic};

/// The four operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Create,
    Get,
    Products,
    Upsert,
}

impl Operation {
    const ALL: [Self; 4] = [Self::Create, Self::Get, Self::Products, Self::Upsert];

    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Get => "get",
            Self::Products => "products",
            Self::Upsert => "upsert",
        }
    }

    fn reads(self) -> bool {
        matches!(self, Self::Get | Self::Products)
    }

    fn proves(self) -> &'static str {
        match self {
            Self::Create => "feeds.auth.create-refused",
            Self::Get | Self::Products => "feeds.auth.read-refused",
            Self::Upsert => "feeds.auth.upsert-refused",
        }
    }

    /// The operation as a good request about this feed.
    fn request(self, api: &FeedApi, id: &str) -> Outcome<Request> {
        match self {
            Self::Create => api.create_request(&json!({ "target_country": "US" })),
            Self::Get => api.request(Method::GET, &format!("/{id}"), None),
            Self::Products => api.request(Method::GET, &products_path(id), None),
            Self::Upsert => {
                let body = json!({ "products": [plain("bowl", "Bowl", 1)] });
                api.upsert_request(id, &body)
            }
        }
    }
}

/// How the authorisation is spoilt.
const SPOILT: &[(&str, &str, fn(Request) -> Request)] = &[
    ("missing", "without Authorization", |request| {
        request.without("Authorization")
    }),
    ("unknown", "with an unknown key", |request| {
        request.with("Authorization", "Bearer nobody-has-this-key-0123456789")
    }),
    ("empty", "with an empty key", |request| {
        request.with("Authorization", "Bearer ")
    }),
    ("basic", "with the key under another scheme", |request| {
        let value = request.header_value("Authorization").unwrap_or_default();
        let value = value.replacen("Bearer", "Basic", 1);
        request.with("Authorization", value)
    }),
    ("longer", "with a character behind the key", |request| {
        let value = format!(
            "{}x",
            request.header_value("Authorization").unwrap_or_default()
        );
        request.with("Authorization", value)
    }),
];

const VERSIONS: &[(&str, &str, fn(Request) -> Request)] = &[
    ("missing", "without API-Version", |request| {
        request.without("API-Version")
    }),
    ("empty", "with an empty API-Version", |request| {
        request.with("API-Version", "")
    }),
    ("word", "with a word as API-Version", |request| {
        request.with("API-Version", "latest")
    }),
    (
        "future",
        "with an API-Version nobody published",
        |request| request.with("API-Version", "2099-01-01"),
    ),
    (
        "no-date",
        "with a date that does not exist as API-Version",
        |request| request.with("API-Version", "2026-02-31"),
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for operation in Operation::ALL {
        for &(name, what, spoil) in SPOILT {
            checks.push(unauthorized(operation, name, what, spoil));
        }
        for &(name, what, spoil) in VERSIONS {
            checks.push(versioned(operation, name, what, spoil));
        }
        if operation != Operation::Create {
            checks.push(foreign(operation));
        }
    }
    checks.push(no_key_in_errors());
    checks
}

fn unauthorized(
    operation: Operation,
    name: &str,
    what: &str,
    spoil: fn(Request) -> Request,
) -> Check {
    let title = format!("{} {what} is refused", operation.name());
    let id = format!("{}-{name}", operation.name());
    check(Topic::Auth, &id, &title, move |case| async move {
        let api = FeedApi::of(&case)?;
        if operation.reads() && api.target().public_reads {
            return Err(Stop::NotApplicable(
                "not offered: feeds are public to read".to_owned(),
            ));
        }
        let feed = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
        let answer = api.send(spoil(operation.request(&api, &feed)?)).await?;
        api.must_refuse(&answer, &[401, 403])?;
        case.should(
            answer.status == 401,
            &answer,
            "a call without a valid key should get 401",
            || answer.status.to_string(),
        );
        unchanged(&api, &feed).await
    })
    .proves(&[operation.proves(), "feeds.error.flat"])
    .proves_shapes(&["feed#Error"])
    .advice("refuse every feed call without a known bearer key, before anything else")
}

fn versioned(operation: Operation, name: &str, what: &str, spoil: fn(Request) -> Request) -> Check {
    let title = format!("{} {what} is refused (4xx)", operation.name());
    let id = format!("{}-{name}", operation.name());
    check(Topic::Versions, &id, &title, move |case| async move {
        let api = FeedApi::of(&case)?;
        let feed = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
        let answer = api.send(spoil(operation.request(&api, &feed)?)).await?;
        refused_with_versions(&api, &answer)?;
        unchanged(&api, &feed).await
    })
    .proves(&["feeds.version.header-required"])
    .advice("answer 400 to feed calls without an API-Version that you serve")
}

/// The error may name supported versions, as checkout errors do: only type, code and message count.
fn refused_with_versions(api: &FeedApi, answer: &Answer) -> Outcome {
    let case = api.case();
    case.must(
        answer.is_refusal(),
        answer,
        "a feed call without a served API-Version is refused (4xx)",
        || format!("{}: {}", answer.status, case.excerpt(answer)),
    )?;
    for member in ["/type", "/code", "/message"] {
        case.must(
            answer.text(member).is_some(),
            answer,
            "errors are flat, with type, code and message",
            || case.excerpt(answer),
        )?;
    }
    Ok(())
}

/// The feed still holds the one product.
async fn unchanged(api: &FeedApi, feed: &str) -> Outcome {
    api.must_hold_ids(feed, &["mug"], "a refused call changes nothing")
        .await
}

fn foreign(operation: Operation) -> Check {
    let title = format!("{} of another merchant's feed is refused", operation.name());
    let name = format!("foreign-{}", operation.name());
    check(Topic::Auth, &name, &title, move |case| async move {
        let api = FeedApi::of(&case)?;
        let Some(other) = api.target().other_key.as_ref().and_then(|key| key.expose()) else {
            return Err(Stop::NotTested(
                "no second key: set feed.other_key in certify.toml".to_owned(),
            ));
        };
        if operation.reads() && api.target().public_reads {
            return Err(Stop::NotApplicable(
                "not offered: feeds are public to read".to_owned(),
            ));
        }
        let feed = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
        let request = operation.request(&api, &feed)?;
        let request = request.with("Authorization", format!("Bearer {other}"));
        let answer = api.send(request).await?;
        api.must_refuse(&answer, &[401, 403, 404])?;
        unchanged(&api, &feed).await
    })
    .proves(&[operation.proves()])
    .advice("look feeds up under the calling merchant")
}

fn no_key_in_errors() -> Check {
    check(
        Topic::Leaks,
        "refusal-tells-nothing",
        "a refusal holds no key, no product of the feed and no trace of the program",
        |case: Arc<Case>| async move {
            let api = FeedApi::of(&case)?;
            let feed = api
                .filled(&[plain("mug", "Mug of the trade secret", 1_999)])
                .await?;
            let key = api.target().key.expose().unwrap_or_default().to_owned();
            let unknown = Operation::Products
                .request(&api, &feed)?
                .with("Authorization", "Bearer nobody-has-this-key-0123456789");
            let broken = api.upsert_request(&feed, &Value::Null)?.body("{");
            for request in [unknown, broken] {
                let answer = api.send(request).await?;
                if answer.is_success() {
                    continue;
                }
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                for word in [
                    &*key,
                    "trade secret",
                    "panicked at",
                    "stack backtrace",
                    "Traceback",
                    "/src/",
                    ".rs:",
                    "SELECT ",
                ] {
                    case.must(
                        word.is_empty() || !body.contains(word),
                        &answer,
                        "errors hold neither keys nor foreign data nor program traces",
                        || "the error holds what it must not".to_owned(),
                    )?;
                }
            }
            Ok(())
        },
    )
    .proves(&["feeds.auth.read-refused"])
    .advice("write errors for merchants, and details into your log")
}
