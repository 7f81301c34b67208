//! The same call again, and several at once.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    FeedApi, check,
    product::{minimal, plain},
};
use crate::{Case, Check, Outcome, Topic};

type Run = fn(Arc<Case>) -> futures_util::future::BoxFuture<'static, Outcome>;

pub(super) fn checks() -> Vec<Check> {
    let rows: [(Topic, &str, &str, &[&'static str], Run); 8] = [
        (
            Topic::Idempotency,
            "create-replayed",
            "POST /feeds again under the same key should return the same feed",
            &["feeds.idempotency.replay"],
            |case| Box::pin(create_replayed(case)),
        ),
        (
            Topic::Idempotency,
            "create-conflict",
            "POST /feeds with another body under the same key should be refused",
            &[],
            |case| Box::pin(create_conflict(case)),
        ),
        (
            Topic::Idempotency,
            "create-other-key",
            "POST /feeds under another key makes another feed",
            &["feeds.metadata.id-stable"],
            |case| Box::pin(create_other_key(case)),
        ),
        (
            Topic::Idempotency,
            "upsert-replayed",
            "the same upsert again leaves the same products",
            &["feeds.upsert.by-id"],
            |case| Box::pin(upsert_replayed(case)),
        ),
        (
            Topic::Idempotency,
            "upsert-without-key",
            "an upsert without Idempotency-Key is accepted",
            &["feeds.upsert.status-200"],
            |case| Box::pin(without_key(case)),
        ),
        (
            Topic::Concurrency,
            "create-at-once",
            "one key at ten creates at once should make one feed",
            &["feeds.idempotency.replay"],
            |case| Box::pin(create_at_once(case)),
        ),
        (
            Topic::Concurrency,
            "upserts-at-once",
            "ten upserts of different products at once are all in the feed",
            &["feeds.upsert.by-id", "feeds.upsert.omitted-unchanged"],
            |case| Box::pin(upserts_at_once(case)),
        ),
        (
            Topic::Concurrency,
            "same-product-at-once",
            "ten upserts of one product at once leave it in the feed once, as one of them sent it",
            &["feeds.upsert.by-id"],
            |case| Box::pin(same_at_once(case)),
        ),
    ];
    rows.into_iter()
        .map(|(topic, name, title, proves, run)| {
            check(topic, name, title, run).proves(proves).advice(
                "keep the answer under its Idempotency-Key; apply each upsert in one transaction",
            )
        })
        .collect()
}

async fn create_replayed(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let request = api.create_request(&json!({ "target_country": "US" }))?;
    let first = api.send(request.clone()).await?;
    let id = api.feed_id(&first)?;
    let again = api.send(request).await?;
    api.must_not_break(&again)?;
    case.should(
        again.text("/id") == Some(&*id),
        &again,
        "a repeated create should return the same feed",
        || format!("first {id}, then {}", case.excerpt(&again)),
    );
    Ok(())
}

async fn create_conflict(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let request = api.create_request(&json!({ "target_country": "US" }))?;
    let other = request
        .clone()
        .body(json!({ "target_country": "FR" }).to_string());
    api.send(request).await?;
    let answer = api.send(other).await?;
    api.must_not_break(&answer)?;
    case.should(
        matches!(answer.status, 409 | 422),
        &answer,
        "another body under a known key should be refused (409 or 422)",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    );
    Ok(())
}

async fn create_other_key(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (first, _) = api.created().await?;
    let (second, answer) = api.created().await?;
    case.must(
        first != second,
        &answer,
        "another key makes another feed",
        || first.clone(),
    )
}

async fn upsert_replayed(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let body = json!({ "products": [plain("mug", "Mug", 1_999)] });
    let request = api.upsert_request(&id, &body)?;
    for _ in 0..2 {
        let answer = api.send(request.clone()).await?;
        api.must_be_accepted(&answer)?;
    }
    api.must_hold_ids(&id, &["mug"], "the same upsert twice is the same as once")
        .await
}

async fn without_key(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let body = json!({ "products": [plain("mug", "Mug", 1_999)] });
    let request = api.upsert_request(&id, &body)?.without("Idempotency-Key");
    let answer = api.send(request).await?;
    api.must_be_accepted(&answer)
}

async fn create_at_once(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let request = api.create_request(&json!({ "target_country": "US" }))?;
    let sent = (0..10).map(|_| api.send(request.clone()));
    let mut ids = BTreeSet::new();
    let mut last = None;
    for answer in join_all(sent).await {
        let answer = answer?;
        api.must_not_break(&answer)?;
        if answer.is_success() {
            ids.insert(answer.text("/id").unwrap_or_default().to_owned());
        }
        last = Some(answer);
    }
    if let Some(answer) = last {
        case.should(
            ids.len() == 1,
            &answer,
            "one key should make one feed",
            || format!("{} feeds", ids.len()),
        );
    }
    Ok(())
}

async fn upserts_at_once(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let names: Vec<_> = (0..10).map(|number| format!("item_{number}")).collect();
    let products: Vec<_> = names.iter().map(|name| [minimal(name)]).collect();
    let sent = products.iter().map(|product| api.upsert(&id, product));
    for answer in join_all(sent).await {
        api.must_be_accepted(&answer?)?;
    }
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let rule = "upserts at once do not lose each other's products";
    api.must_hold_ids(&id, &names, rule).await
}

async fn same_at_once(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let products: Vec<_> = (0..10)
        .map(|number| [plain("mug", &format!("Mug {number}"), number)])
        .collect();
    let sent = products.iter().map(|product| api.upsert(&id, product));
    for answer in join_all(sent).await {
        api.must_be_accepted(&answer?)?;
    }
    api.must_hold_ids(&id, &["mug"], "a product is in a feed once")
        .await?;
    let (held, answer) = api.held_product(&id, "mug").await?;
    let held = held.unwrap_or(Value::Null);
    let whole = products.iter().any(|[sent]| {
        sent.get("title") == held.get("title")
            && sent.pointer("/variants/0/price/amount") == held.pointer("/variants/0/price/amount")
    });
    case.must(
        whole,
        &answer,
        "the product is as one of the upserts sent it",
        || case.excerpt(&answer),
    )
}
