//! Making feeds, and their metadata.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{clock::now, documents::text},
    FeedApi, check,
    product::plain,
};
use crate::{Answer, Case, Check, Outcome, Stop, Topic};

/// Seconds that the clocks of receiver and judge may differ.
const CLOCK_S: u64 = 300;

type Run = fn(Arc<Case>) -> futures_util::future::BoxFuture<'static, Outcome>;

macro_rules! checks {
    ($($topic:ident $name:literal $title:literal [$($proves:literal),*] [$($shape:literal),*] $run:ident;)*) => {
        pub(super) fn checks() -> Vec<Check> {
            let rows: Vec<(Topic, &str, &str, &[&'static str], &[&'static str], Run)> = vec![$((
                Topic::$topic, $name, $title, &[$($proves),*], &[$($shape),*],
                |case| Box::pin($run(case)),
            )),*];
            rows.into_iter()
                .map(|(topic, name, title, proves, shapes, run)| {
                    check(topic, name, title, run)
                        .proves(proves)
                        .proves_shapes(shapes)
                        .advice("make feeds and their metadata as the Feed API says: id and updated_at are yours")
                })
                .collect()
        }
    };
}

checks! {
    Lifecycle "create-status" "POST /feeds answers 201" ["feeds.create.status-201", "feeds.http.json"] [] create_status;
    Lifecycle "create-shape" "POST /feeds answers the metadata of the new feed" ["feeds.create.status-201"] ["FeedMetadata"] create_shape;
    Lifecycle "create-empty" "a feed can be created without a country" ["feeds.create.status-201"] ["FeedMetadata"] create_empty;
    Lifecycle "create-country-kept" "target_country given on create is in the metadata" ["feeds.metadata.country-kept"] [] country_kept;
    Lifecycle "create-distinct" "two creates give two feeds" ["feeds.metadata.id-stable"] [] distinct;
    Lifecycle "create-own-id" "id and updated_at come from the receiver, not from the caller" ["feeds.metadata.receiver-managed"] [] own_id;
    Lifecycle "get-status" "GET /feeds/{id} answers 200 with the metadata" ["feeds.get.status-200", "feeds.http.json"] ["FeedMetadata"] get_status;
    Lifecycle "get-same" "the metadata that GET shows is that of create" ["feeds.metadata.id-stable", "feeds.readback.current"] [] get_same;
    Lifecycle "id-stable" "the id of a feed does not change when products come" ["feeds.metadata.id-stable"] [] id_stable;
    Lifecycle "products-empty" "a new feed holds no products" ["feeds.products.full-set"] ["ProductsResponse"] products_empty;
    Lifecycle "updated-at-advances" "updated_at should grow with each accepted upsert" ["feeds.update.updated-at-advances"] [] advances;
    Lifecycle "updated-at-meaning" "updated_at is the time of the newest applied update" ["feeds.metadata.updated-at-meaning"] [] meaning;
    Lifecycle "updated-at-after-refusal" "a refused upsert leaves updated_at as it was" ["feeds.metadata.updated-at-meaning", "feeds.upsert.accepted-meaning"] [] after_refusal;
    Lifecycle "content-type" "answers are application/json" ["feeds.http.json"] [] content_type;
    Lifecycle "https" "the Feed API is reached over HTTPS" ["feeds.http.https"] [] https;
}

async fn create_status(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (_, answer) = api.created().await?;
    case.status(&answer, &[201])
}

async fn create_shape(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (_, answer) = api.created().await?;
    case.shape(&answer, "feed#FeedMetadata")
}

async fn create_empty(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let answer = api.send(api.create_request(&json!({}))?).await?;
    case.status(&answer, &[201])?;
    case.shape(&answer, "feed#FeedMetadata")
}

async fn country_kept(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    for country in ["US", "FR", "JP"] {
        let body = json!({ "target_country": country });
        let answer = api.send(api.create_request(&body)?).await?;
        let id = api.feed_id(&answer)?;
        for answer in [answer, api.metadata(&id).await?] {
            case.must(
                answer.text("/target_country") == Some(country),
                &answer,
                "target_country is the one given on create",
                || case.excerpt(&answer),
            )?;
        }
    }
    Ok(())
}

async fn distinct(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (first, _) = api.created().await?;
    let (second, answer) = api.created().await?;
    case.must(
        first != second,
        &answer,
        "every feed has an id of its own",
        || format!("twice `{first}`"),
    )
}

async fn own_id(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, past) = ("feed_chosen_by_the_caller", "2001-01-01T00:00:00Z");
    let body = json!({ "target_country": "US", "id": id, "updated_at": past });
    let answer = api.send(api.create_request(&body)?).await?;
    api.must_not_break(&answer)?;
    if !answer.is_success() {
        return api.must_refuse(&answer, &[]);
    }
    case.must(
        answer.text("/id") != Some(id) && answer.text("/updated_at") != Some(past),
        &answer,
        "id and updated_at are the receiver's",
        || case.excerpt(&answer),
    )
}

async fn get_status(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let answer = api.metadata(&id).await?;
    case.status(&answer, &[200])?;
    case.shape(&answer, "feed#FeedMetadata")
}

async fn get_same(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, created) = api.created().await?;
    let answer = api.metadata(&id).await?;
    case.must(
        answer.json == created.json,
        &answer,
        "GET shows the metadata of create while nothing changed",
        || {
            format!(
                "created {}, read {}",
                case.excerpt(&created),
                case.excerpt(&answer)
            )
        },
    )
}

async fn id_stable(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    let answer = api.metadata(&id).await?;
    case.must(
        answer.text("/id") == Some(&*id),
        &answer,
        "the id of a feed never changes",
        || case.excerpt(&answer),
    )
}

async fn products_empty(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let answer = api.products(&id).await?;
    case.status(&answer, &[200])?;
    case.shape(&answer, "feed#ProductsResponse")?;
    api.must_hold_ids(&id, &[], "a new feed holds no products")
        .await
}

/// `updated_at` of an answer, when it has one.
fn updated_at(answer: &Answer) -> Option<Timestamp> {
    answer.text("/updated_at")?.parse().ok()
}

async fn advances(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, created) = api.created().await?;
    let mut before = updated_at(&created);
    for amount in [1_999, 2_099] {
        // Receivers may keep whole seconds.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        api.upserted(&id, &[plain("mug", "Mug", amount)]).await?;
        let answer = api.metadata(&id).await?;
        let after = updated_at(&answer);
        case.should(
            after.is_some() && after > before,
            &answer,
            "updated_at should grow with each accepted upsert",
            || format!("before {before:?}, after {after:?}"),
        );
        before = after;
    }
    Ok(())
}

async fn meaning(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    let answer = api.metadata(&id).await?;
    let Some(told) = answer.text("/updated_at") else {
        return Err(Stop::NotApplicable("not offered: no updated_at".to_owned()));
    };
    let near = told
        .parse::<Timestamp>()
        .is_ok_and(|at| at.duration_since(now()).as_secs().unsigned_abs() <= CLOCK_S);
    case.must(
        near,
        &answer,
        "updated_at is the time of the newest update",
        || format!("`{told}`, and it is {}", now()),
    )
}

async fn after_refusal(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    let before = api.metadata(&id).await?;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let refused = api.upsert(&id, &[json!({ "id": "mug" })]).await?;
    if refused.is_success() && refused.pointer("/accepted") != Some(&Value::Bool(false)) {
        return Err(Stop::NotTested(
            "a product without variants was accepted; see feed-receiver.fuzz".to_owned(),
        ));
    }
    let after = api.metadata(&id).await?;
    case.must(
        updated_at(&before) == updated_at(&after),
        &after,
        "what is refused changes nothing, not even updated_at",
        || format!("{} became {}", case.excerpt(&before), case.excerpt(&after)),
    )
}

async fn content_type(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, created) = api.created().await?;
    let answers = [
        created,
        api.metadata(&id).await?,
        api.products(&id).await?,
        api.upsert(&id, &[plain("mug", "Mug", 1_999)]).await?,
        api.metadata("feed_nobody_made").await?,
    ];
    for answer in &answers {
        let value = answer.header("content-type").unwrap_or_default();
        case.must(
            value.split(';').next().map(str::trim) == Some("application/json"),
            answer,
            "answers are application/json",
            || format!("Content-Type `{value}`"),
        )?;
        case.json(answer)?;
    }
    Ok(())
}

async fn https(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let url = &api.target().url;
    let host = url.host_str().unwrap_or_default();
    if matches!(host, "127.0.0.1" | "localhost" | "[::1]") {
        return Err(Stop::NotApplicable(
            "not offered: the Feed API is on this machine".to_owned(),
        ));
    }
    case.must_hold(url.scheme() == "https", "feed calls run over HTTPS", || {
        url.to_string()
    })?;
    let (_, answer) = api.created().await?;
    case.must(
        !text(answer.json.as_ref().unwrap_or(&Value::Null), "id").is_empty(),
        &answer,
        "feed calls run over HTTPS",
        || case.excerpt(&answer),
    )
}
