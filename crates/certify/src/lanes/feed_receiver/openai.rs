//! `OpenAI`'s own feed API: `/product_feeds`, where an agent offers it.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::{FeedApi, check, client::products_path, product::plain};
use crate::{Case, Check, Outcome, Stop, Topic};

type Run = fn(Arc<Case>) -> futures_util::future::BoxFuture<'static, Outcome>;

const ROWS: [(&str, &str, &[&str], Run); 7] = [
    (
        "openai-create",
        "POST /product_feeds creates a feed, 201",
        &["feeds.openai.api.create"],
        |case| {
            Box::pin(async move {
                let (_, _, answer) = made(&case).await?;
                case.status(&answer, &[201])
            })
        },
    ),
    (
        "openai-get",
        "GET /product_feeds/{id} shows the metadata",
        &["feeds.openai.api.get"],
        |case| {
            Box::pin(async move {
                let (api, id, _) = made(&case).await?;
                let answer = api.metadata(&id).await?;
                case.status(&answer, &[200])?;
                case.must(
                    answer.text("/id") == Some(&*id),
                    &answer,
                    "the metadata has the feed's id",
                    || case.excerpt(&answer),
                )
            })
        },
    ),
    (
        "openai-products",
        "GET /product_feeds/{id}/products shows the full product set",
        &["feeds.openai.api.products-get"],
        |case| {
            Box::pin(async move {
                let (api, id, _) = made(&case).await?;
                api.upserted(
                    &id,
                    &[plain("mug", "Mug", 1_999), plain("bowl", "Bowl", 2_999)],
                )
                .await?;
                api.must_hold_ids(&id, &["mug", "bowl"], "the full product set is shown")
                    .await
            })
        },
    ),
    (
        "openai-upsert",
        "PATCH /product_feeds/{id}/products upserts by id and leaves the others",
        &["feeds.openai.api.products-patch"],
        |case| {
            Box::pin(async move {
                let (api, id, _) = made(&case).await?;
                api.upserted(&id, &[plain("mug", "Mug", 1_999)]).await?;
                api.upserted(&id, &[plain("bowl", "Bowl", 2_999)]).await?;
                api.must_hold_ids(&id, &["mug", "bowl"], "other products are left alone")
                    .await
            })
        },
    ),
    (
        "openai-accepted",
        "the answer to PATCH says in accepted whether the payload was taken",
        &["feeds.openai.api.accepted-sent"],
        |case| Box::pin(accepted(case)),
    ),
    (
        "openai-promotions",
        "promotions that PATCH took are what GET shows",
        &[
            "feeds.openai.api.promotions-patch",
            "feeds.openai.api.promotions-get",
        ],
        |case| Box::pin(promotions(case)),
    ),
    (
        "openai-promotions-empty",
        "GET promotions of a new feed shows none",
        &["feeds.openai.api.promotions-get"],
        |case| {
            Box::pin(async move {
                let (api, id, _) = made(&case).await?;
                let answer = api
                    .send(api.request(Method::GET, &format!("/{id}/promotions"), None)?)
                    .await?;
                case.status(&answer, &[200])?;
                let none = answer
                    .pointer("/promotions")
                    .and_then(Value::as_array)
                    .is_none_or(Vec::is_empty);
                case.must(none, &answer, "a new feed has no promotions", || {
                    case.excerpt(&answer)
                })
            })
        },
    ),
];

pub(super) fn checks() -> Vec<Check> {
    ROWS.into_iter()
        .map(|(name, title, proves, run)| {
            check(Topic::Lifecycle, name, title, run)
                .proves(proves)
                .advice("offer /product_feeds as OpenAI's documentation describes it")
        })
        .collect()
}

/// A feed in this API; not applicable where the agent does not have it.
async fn made(case: &Arc<Case>) -> Outcome<(FeedApi, String, crate::Answer)> {
    let api = FeedApi::of(case)?.openai();
    let answer = api
        .send(api.create_request(&json!({ "target_country": "US" }))?)
        .await?;
    if matches!(answer.status, 404 | 405) {
        return Err(Stop::NotApplicable(format!(
            "not offered: POST {} is answered {}",
            api.root(),
            answer.status
        )));
    }
    let id = api.feed_id(&answer)?;
    Ok((api, id, answer))
}

async fn accepted(case: Arc<Case>) -> Outcome {
    let (api, id, _) = made(&case).await?;
    let good = api.upsert(&id, &[plain("mug", "Mug", 1_999)]).await?;
    api.must_be_accepted(&good)?;
    let bad = json!({ "products": [{ "title": "no id, no variants" }] });
    let request = api.request(Method::PATCH, &products_path(&id), Some(&bad))?;
    let answer = api.send(request).await?;
    api.must_not_break(&answer)?;
    case.must(
        answer.is_refusal() || answer.pointer("/accepted") == Some(&Value::Bool(false)),
        &answer,
        "a payload that is not taken gets accepted: false or 4xx",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )
}

async fn promotions(case: Arc<Case>) -> Outcome {
    let (api, id, _) = made(&case).await?;
    let path = format!("/{id}/promotions");
    let body = json!({ "promotions": [{
        "id": "spring",
        "title": "Spring sale",
        "status": "active",
        "active_period": { "start_time": "2026-04-01T00:00:00Z", "end_time": "2030-04-30T00:00:00Z" },
        "benefits": [{ "type": "percent_off", "percent_off": 10 }],
        "applies_to": [{ "product_id": "mug" }],
    }] });
    let answer = api
        .send(api.request(Method::PATCH, &path, Some(&body))?)
        .await?;
    case.must(
        answer.is_success(),
        &answer,
        "PATCH takes a valid promotion",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )?;
    let answer = api.send(api.request(Method::GET, &path, None)?).await?;
    case.status(&answer, &[200])?;
    case.must(
        answer.text("/promotions/0/id") == Some("spring"),
        &answer,
        "GET shows the promotion",
        || case.excerpt(&answer),
    )
}
