//! Large catalogues, large texts, floods.

use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};

use super::{
    super::documents::{list, with},
    FeedApi, check,
    client::products_path,
    product::{minimal, plain},
};
use crate::{Check, Outcome, Request, Stop, Topic, WireError};

/// Makes one product strange.
type Strange = fn() -> Value;

const STRANGE: &[(&str, &str, Strange)] = &[
    (
        "id-long",
        "a product id of five thousand characters",
        || minimal(&"i".repeat(5_000)),
    ),
    ("id-empty", "an empty product id", || minimal("")),
    ("id-control", "a product id with control characters", || {
        minimal("mug\u{0}\u{1b}[2J")
    }),
    (
        "title-long",
        "a title of a hundred thousand characters",
        || with(plain("mug", "Mug", 1), "/title", json!("t".repeat(100_000))),
    ),
    ("amount-64-bit", "a price at the edge of 64 bits", || {
        with(
            plain("mug", "Mug", 1),
            "/variants/0/price/amount",
            json!(i64::MAX),
        )
    }),
    (
        "variants-many",
        "two thousand variants of one product",
        || {
            let variants = (0..2_000).map(|n| json!({ "id": format!("v{n}"), "title": "Mug" }));
            with(minimal("mug"), "/variants", variants.collect())
        },
    ),
    ("variants-none", "a product without variants", || {
        with(minimal("mug"), "/variants", json!([]))
    }),
    ("media-many", "a thousand pictures of one product", || {
        let media = (0..1_000).map(
            |n| json!({ "type": "image", "url": format!("https://cdn.shop.example/{n}.jpg") }),
        );
        with(minimal("mug"), "/media", media.collect())
    }),
];

pub(super) fn checks() -> Vec<Check> {
    let strange = STRANGE.iter().map(|&(name, what, product)| {
        let title = format!("{what} is accepted or refused in order");
        check(Topic::Limits, name, &title, move |case| async move {
            let api = FeedApi::of(&case)?;
            let (id, _) = api.created().await?;
            let body = json!({ "products": [product()] });
            in_order(&api, api.upsert_request(&id, &body)?).await
        })
        .proves(&["feeds.error.flat"])
        .advice("bound what you take, and refuse the rest with 4xx")
    });
    let mut checks: Vec<_> = strange.collect();
    checks.extend([nested(), huge(), many(), flood(), large_catalogue()]);
    checks
}

/// Success, a refusal, or a connection that the receiver closed because of the size.
async fn in_order(api: &FeedApi, request: Request) -> Outcome {
    match api.try_send(&request).await {
        Ok(answer) => {
            api.must_not_break(&answer)?;
            if answer.is_success() {
                return Ok(());
            }
            api.must_refuse(&answer, &[])
        }
        // A server may close while a body that is too long is still being sent.
        Err((WireError::Broken(_), _)) => Ok(()),
        Err((error, _)) => Err(Stop::NotTested(error.to_string())),
    }
}

fn nested() -> Check {
    check(
        Topic::Limits,
        "body-nested",
        "a body nested ten thousand deep is refused in order",
        |case| async move {
            let api = FeedApi::of(&case)?;
            let (id, _) = api.created().await?;
            let body = format!(
                "{{\"products\":{}{}}}",
                "[".repeat(10_000),
                "]".repeat(10_000)
            );
            in_order(&api, api.upsert_request(&id, &Value::Null)?.body(body)).await
        },
    )
    .proves(&["feeds.error.flat"])
    .advice("bound the depth of JSON that you read")
}

fn huge() -> Check {
    check(
        Topic::Limits,
        "body-huge",
        "a body of 40 MB is accepted or refused in order",
        |case| async move {
            let api = FeedApi::of(&case)?;
            let (id, _) = api.created().await?;
            let text = "t".repeat(1 << 20);
            let products: Vec<_> = (0..40)
                .map(|number| {
                    let product = minimal(&format!("item_{number}"));
                    with(product, "/description", json!({ "plain": text }))
                })
                .collect();
            let body = json!({ "products": products });
            in_order(&api, api.upsert_request(&id, &body)?).await
        },
    )
    .advice("bound the body, and answer 413 with an error body")
}

fn many() -> Check {
    check(
        Topic::Limits,
        "products-thousand",
        "a thousand products in one upsert are accepted",
        |case| async move {
            let api = FeedApi::of(&case)?;
            let (id, _) = api.created().await?;
            let products: Vec<_> = (0..1_000).map(|n| minimal(&format!("item_{n}"))).collect();
            let answer = api.upsert(&id, &products).await?;
            if !answer.is_success() {
                api.must_refuse(&answer, &[400, 413, 422])?;
                case.should(
                    false,
                    &answer,
                    "a thousand products should fit into one upsert",
                    || case.excerpt(&answer),
                );
                return Ok(());
            }
            let (held, answer) = api.held(&id).await?;
            case.must(
                held.len() == 1_000,
                &answer,
                "GET products shows the full set",
                || format!("{} products", held.len()),
            )
        },
    )
    .proves(&["feeds.products.full-set"])
    .advice("take catalogues in parts of a size that merchants can work with")
}

fn flood() -> Check {
    check(
        Topic::Limits,
        "flood",
        "feed calls should be limited in rate (429 under a flood)",
        |case| async move {
            let api = FeedApi::of(&case)?;
            let (id, _) = api.created().await?;
            let mut last = None;
            for _ in 0..10 {
                let sent = (0..30).map(|_| api.metadata(&id));
                for answer in join_all(sent).await {
                    let answer = answer?;
                    api.must_not_break(&answer)?;
                    if answer.status == 429 {
                        return api.must_refuse(&answer, &[429]);
                    }
                    last = Some(answer);
                }
            }
            if let Some(answer) = last {
                case.should(
                    false,
                    &answer,
                    "feed calls should be limited in rate",
                    || "300 calls in a row were answered".to_owned(),
                );
            }
            Ok(())
        },
    )
    .alone()
    .proves(&["feeds.abuse.rate-limit"])
    .advice("answer 429 with Retry-After when a merchant floods you")
}

/// Paging, or files.
fn large_catalogue() -> Check {
    check(
        Topic::Limits,
        "large-catalogue",
        "large catalogues should be offered by pages or files",
        |case| async move {
            let api = FeedApi::of(&case)?;
            if !api.target().ingest_command.is_empty() {
                // Files are taken: that is one of the two ways, and judged by the checks of files.
                return Ok(());
            }
            let id = api
                .filled(&[minimal("mug"), minimal("bowl"), minimal("jug")])
                .await?;
            let path = format!("{}?limit=1", products_path(&id));
            let answer = api.send(api.request(Method::GET, &path, None)?).await?;
            api.must_not_break(&answer)?;
            let shown = answer
                .json
                .as_ref()
                .map_or(0, |json| list(json, "products").len());
            case.should(
                shown == 1 || answer.header("link").is_some(),
                &answer,
                "large catalogues should come in pages or files",
                || format!("?limit=1 shows {shown} products, and feed.ingest_command is not set"),
            );
            Ok(())
        },
    )
    .proves(&["feeds.abuse.large-catalogue"])
    .advice("offer paging or file transfer; set feed.ingest_command if you take files")
}
