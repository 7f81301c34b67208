//! A seller that pushes its feed; the judge plays the agent.
#![expect(clippy::similar_names, reason = "what `pushed` by a `push` is called")]

use std::sync::Arc;

use http::Method;
use serde_json::Value;
use tokio::sync::{Mutex, OnceCell};

use super::{
    super::documents::{list, text},
    check,
    hub::{Call, Mood, Pushed, push},
    source::target,
};
use crate::{Case, Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

/// The pushes of a run: one good one, and one at a time.
#[derive(Debug, Default)]
struct Pushes {
    good: OnceCell<Result<Pushed, Stop>>,
    turn: Mutex<()>,
}

/// A push to a Feed API that takes everything.
async fn good(case: &Case) -> Outcome<Pushed> {
    let pushes = case.shared::<Pushes>();
    let made = pushes.good.get_or_init(|| async {
        let _turn = pushes.turn.lock().await;
        let pushed = push(case, Mood::Good).await?;
        if pushed.calls.is_empty() {
            return Err(Stop::NotTested(
                "the command of feed_file.push called nothing at ACP_FEED_URL".to_owned(),
            ));
        }
        Ok(pushed)
    });
    made.await.clone()
}

/// A push to a Feed API in another mood.
async fn bad(case: &Case, mood: Mood) -> Outcome<Pushed> {
    let pushes = case.shared::<Pushes>();
    let _turn = pushes.turn.lock().await;
    push(case, mood).await
}

/// What is wrong with a call; `None` when nothing is, or it is not about such calls.
type Look = fn(&Call) -> Option<String>;

struct Rule {
    name: &'static str,
    title: &'static str,
    proves: &'static [&'static str],
    topic: Topic,
    must: bool,
    look: Look,
}

const RULES: &[Rule] = &[
    Rule {
        name: "bearer",
        title: "feed calls carry Authorization: Bearer",
        proves: &["feeds.auth.bearer", "feeds.openai.api.headers"],
        topic: Topic::Auth,
        must: true,
        look: |call| {
            let value = call.header("authorization").unwrap_or_default();
            let scheme = value.split(' ').next().unwrap_or_default();
            (!scheme.eq_ignore_ascii_case("bearer")).then(|| format!("scheme `{scheme}`"))
        },
    },
    Rule {
        name: "version",
        title: "feed calls carry API-Version",
        proves: &["feeds.version.header-sent", "feeds.openai.api.headers"],
        topic: Topic::Versions,
        must: true,
        look: |call| {
            let value = call.header("api-version").unwrap_or_default();
            value
                .parse::<SpecVersion>()
                .is_err()
                .then(|| format!("API-Version `{value}`"))
        },
    },
    Rule {
        name: "idempotency-key",
        title: "POST and PATCH should carry an Idempotency-Key",
        proves: &["feeds.idempotency.client-key"],
        topic: Topic::Idempotency,
        must: false,
        look: |call| {
            (call.method != Method::GET && call.header("idempotency-key").is_none())
                .then(|| "no Idempotency-Key".to_owned())
        },
    },
    Rule {
        name: "json",
        title: "request bodies are JSON",
        proves: &["feeds.http.json", "feeds.openai.api.headers"],
        topic: Topic::Lifecycle,
        must: true,
        look: |call| {
            let kind = call.header("content-type").unwrap_or_default();
            let right = kind.split(';').next().map(str::trim) == Some("application/json")
                && !call.json.is_null();
            (call.method != Method::GET && !right).then(|| format!("Content-Type `{kind}`"))
        },
    },
    Rule {
        name: "no-signature",
        title: "feed calls carry no Signature",
        proves: &["feeds.openai.api.headers"],
        topic: Topic::Signatures,
        must: true,
        look: |call| {
            call.header("signature")
                .map(|_| "a Signature header".to_owned())
        },
    },
    Rule {
        name: "no-delete",
        title: "no DELETE is tried",
        proves: &["feeds.upsert.no-delete"],
        topic: Topic::Lifecycle,
        must: false,
        look: |call| (call.method == Method::DELETE).then(|| call.path.clone()),
    },
    Rule {
        name: "complete-objects",
        title: "each product in a PATCH should be the complete current object",
        proves: &["feeds.upsert.complete-object"],
        topic: Topic::Lifecycle,
        must: false,
        look: |call| {
            let mut products = list(&call.json, "products").iter();
            let partial = products
                .find(|one| list(one, "variants").is_empty() || text(one, "title").is_empty())?;
            call.upserts()
                .then(|| format!("{} without title or variants", text(partial, "id")))
        },
    },
    Rule {
        name: "prices",
        title: "pushed prices are whole minor units of an upper-case currency",
        proves: &["feeds.price.minor-units"],
        topic: Topic::Arithmetic,
        must: true,
        look: |call| {
            let products = list(&call.json, "products").iter();
            let mut prices = products
                .flat_map(|one| list(one, "variants"))
                .filter_map(|one| one.get("price"));
            let wrong = prices.find(|price| {
                let currency = text(price, "currency");
                price.get("amount").and_then(Value::as_u64).is_none()
                    || currency.len() != 3
                    || !currency.bytes().all(|byte| byte.is_ascii_uppercase())
            })?;
            Some(wrong.to_string())
        },
    },
];

pub(super) fn checks() -> Vec<Check> {
    let rules = RULES.iter().map(|rule| {
        pushed(rule.topic, rule.name, rule.title, move |case| {
            Box::pin(judge(case, rule))
        })
        .proves(rule.proves)
    });
    rules.chain(whole()).chain(refused()).collect()
}

/// What a whole push shows.
fn whole() -> [Check; 5] {
    [
        pushed(
            Topic::Lifecycle,
            "creates",
            "a push ends with success when everything was accepted",
            |case| {
                Box::pin(async move {
                    let pushed = good(&case).await?;
                    case.must_hold(
                        pushed.success,
                        "a push that was accepted is a success",
                        || "the command failed".to_owned(),
                    )?;
                    let upserts = pushed.calls.iter().any(Call::upserts);
                    case.must_hold(upserts, "products are pushed by PATCH", || {
                        "no PATCH came".to_owned()
                    })
                })
            },
        )
        .proves(&["feeds.upsert.accepted-meaning"]),
        pushed(
            Topic::Lifecycle,
            "shapes",
            "pushed bodies are valid requests of the Feed API",
            |case| Box::pin(shapes(case)),
        )
        .proves(&["feeds.upsert.complete-object"])
        .proves_shapes(&["CreateFeedRequest", "UpsertProductsRequest"]),
        pushed(
            Topic::Lifecycle,
            "https",
            "feed calls run over HTTPS",
            |case| Box::pin(https(case)),
        )
        .proves(&["feeds.http.https"]),
        pushed(
            Topic::Lifecycle,
            "readback",
            "what was pushed should be read back",
            |case| Box::pin(readback(case)),
        )
        .proves(&["feeds.readback.compare"]),
        pushed(
            Topic::Lifecycle,
            "deltas",
            "the full catalogue should go by file, and changes by the API",
            |case| Box::pin(deltas(case)),
        )
        .proves(&["feeds.openai.api.deltas"]),
    ]
}

/// What a sender does when it is turned down.
fn refused() -> [Check; 2] {
    [
        pushed(
            Topic::Errors,
            "accepted-false",
            "200 with accepted: false counts as failure",
            |case| Box::pin(declined(case)),
        )
        .proves(&[
            "feeds.upsert.accepted-meaning",
            "feeds.openai.api.accepted-read",
        ]),
        pushed(
            Topic::Errors,
            "disabled",
            "after product_feed_api_disabled the sender stops",
            |case| Box::pin(disabled(case)),
        )
        .proves(&["feeds.openai.api.disabled-no-retry"]),
    ]
}

fn pushed<F>(topic: Topic, name: &str, title: &str, run: F) -> Check
where
    F: Fn(Arc<Case>) -> futures_util::future::BoxFuture<'static, Outcome> + Send + Sync + 'static,
{
    check(topic, &format!("push-{name}"), title, run)
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .advice(
            "call the Feed API as its document says, and read accepted before you call a push done",
        )
}

async fn judge(case: Arc<Case>, rule: &'static Rule) -> Outcome {
    let pushed = good(&case).await?;
    for call in &pushed.calls {
        let Some(found) = (rule.look)(call) else {
            continue;
        };
        let answer = call.evidence(&case);
        if rule.must {
            return case.must(false, &answer, rule.title, || found);
        }
        case.should(false, &answer, rule.title, || found);
        return Ok(());
    }
    Ok(())
}

async fn shapes(case: Arc<Case>) -> Outcome {
    let pushed = good(&case).await?;
    for call in &pushed.calls {
        let shape = match call.method.as_str() {
            "POST" if call.path.ends_with("feeds") => "feed#CreateFeedRequest",
            "PATCH" if call.upserts() => "feed#UpsertProductsRequest",
            _ => continue,
        };
        case.shape(&call.evidence(&case), shape)?;
    }
    Ok(())
}

async fn https(case: Arc<Case>) -> Outcome {
    let push = target(&case)?.push.as_ref();
    let listen = push.map(|push| push.listen);
    good(&case).await?;
    match listen {
        Some(listen) if listen.ip().is_loopback() => Err(Stop::NotApplicable(
            "not offered: the judge listens on this machine".to_owned(),
        )),
        // Whoever comes here in plain text from another machine did not insist on HTTPS.
        _ => case.must_hold(false, "feed calls run over HTTPS", || {
            "the seller pushed in plain text to another machine".to_owned()
        }),
    }
}

async fn readback(case: Arc<Case>) -> Outcome {
    let pushed = good(&case).await?;
    let last = pushed.calls.iter().rposition(Call::upserts).unwrap_or(0);
    let read = pushed
        .calls
        .iter()
        .skip(last)
        .any(|call| call.method == Method::GET);
    case.should_hold(read, "what was pushed should be read back", || {
        format!(
            "none of {} calls reads after the last PATCH",
            pushed.calls.len()
        )
    });
    Ok(())
}

/// A second push of the same feed need not send what did not change.
async fn deltas(case: Arc<Case>) -> Outcome {
    let first = good(&case).await?;
    let size = |pushed: &Pushed| -> usize {
        let upserts = pushed.calls.iter().filter(|call| call.upserts());
        upserts.map(|call| list(&call.json, "products").len()).sum()
    };
    let again = bad(&case, Mood::Good).await?;
    case.should_hold(
        size(&first) == 0 || size(&again) < size(&first),
        "what did not change should not go by the API again",
        || format!("{} products, and again {}", size(&first), size(&again)),
    );
    Ok(())
}

async fn declined(case: Arc<Case>) -> Outcome {
    let pushed = bad(&case, Mood::Declines).await?;
    let last = pushed.calls.iter().rfind(|call| call.upserts());
    let Some(last) = last else {
        return Err(Stop::NotTested(
            "the seller pushed no products this time; perhaps it sends changes alone".to_owned(),
        ));
    };
    let answer = last.evidence(&case);
    case.must(
        !pushed.success,
        &answer,
        "accepted: false is a failure",
        || "the command ended with 0".to_owned(),
    )
}

async fn disabled(case: Arc<Case>) -> Outcome {
    let pushed = bad(&case, Mood::Disabled).await?;
    let refused: Vec<_> = pushed
        .calls
        .iter()
        .filter(|call| call.method != Method::GET)
        .collect();
    let Some(last) = refused.last() else {
        return Err(Stop::NotTested(
            "the seller called nothing this time".to_owned(),
        ));
    };
    let answer = last.evidence(&case);
    case.must(
        refused.len() == 1 && !pushed.success,
        &answer,
        "after product_feed_api_disabled nothing is tried again, and the push is a failure",
        || format!("{} calls, success {}", refused.len(), pushed.success),
    )
}
