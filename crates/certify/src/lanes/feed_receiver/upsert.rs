//! What an upsert changes, and what it leaves alone.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    super::documents::{text, with},
    FeedApi, check,
    product::{full, minimal, plain},
};
use crate::{Case, Check, Outcome, Topic};

type Run = fn(Arc<Case>) -> futures_util::future::BoxFuture<'static, Outcome>;

macro_rules! checks {
    ($($topic:ident $name:literal $title:literal [$($proves:literal),*] [$($shape:literal),*] $run:ident;)*) => {
        pub(super) fn checks() -> Vec<Check> {
            let rows: Vec<(Topic, &str, &str, &[&'static str], &[&'static str], Run)> = vec![$((
                Topic::$topic, $name, $title, &[$($proves),*], &[$($shape),*],
                |case| Box::pin($run(case)),
            )),*];
            let mut checks: Vec<_> = rows.into_iter()
                .map(|(topic, name, title, proves, shapes, run)| {
                    check(topic, name, title, run)
                        .proves(proves)
                        .proves_shapes(shapes)
                        .advice("replace products by Product.id, leave the others, and show the result in GET products")
                })
                .collect();
            checks.extend(ids());
            checks
        }
    };
}

checks! {
    Lifecycle "upsert-status" "an upsert that is taken answers 200" ["feeds.upsert.status-200"] [] status;
    Lifecycle "upsert-shape" "the answer to an upsert has id and accepted" ["feeds.upsert.response"] ["UpsertProductsResponse"] shape;
    Lifecycle "upsert-feed-id" "id in the answer to an upsert is that of the feed" ["feeds.upsert.response-feed-id"] [] feed_id;
    Lifecycle "upsert-new" "an upsert adds products that the feed did not have" ["feeds.upsert.by-id", "feeds.products.full-set"] [] adds;
    Lifecycle "upsert-known" "an upsert replaces a product that the feed has" ["feeds.upsert.by-id", "feeds.readback.current"] [] replaces;
    Lifecycle "upsert-untouched" "products that an upsert does not name stay as they were" ["feeds.upsert.omitted-unchanged"] [] untouched;
    Lifecycle "upsert-mixed" "one upsert may add and replace" ["feeds.upsert.by-id", "feeds.products.full-set"] [] mixed;
    Lifecycle "upsert-variants" "a replaced product has the variants that were sent last" ["feeds.upsert.by-id", "feeds.readback.current"] [] variants;
    Lifecycle "upsert-price" "a changed price is what GET products shows" ["feeds.readback.current"] [] price;
    Lifecycle "upsert-availability" "a changed availability is what GET products shows" ["feeds.readback.current"] [] availability;
    Lifecycle "upsert-minimal" "the smallest product is accepted" ["feeds.upsert.status-200"] ["ProductsResponse", "Product", "Variant"] minimal_product;
    Lifecycle "upsert-full" "a product with every member is accepted" ["feeds.upsert.status-200", "feeds.readback.current"] ["ProductsResponse", "Product", "Variant", "Description", "Price", "UnitPrice", "Availability", "Barcode", "Media", "feed#VariantOption", "Category", "feed#Link", "Seller", "Measure", "ReferenceMeasure"] full_product;
    Lifecycle "feeds-apart" "products of one feed are not in another" ["feeds.products.full-set"] [] apart;
    Lifecycle "products-all" "GET products shows all of three hundred products" ["feeds.products.full-set"] [] all;
    Lifecycle "same-id-twice" "a product that stands twice in one upsert is in the feed once, or refused" ["feeds.upsert.by-id"] [] twice;
    Lifecycle "refused-changes-nothing" "an upsert with one bad product among good ones is applied as accepted says" ["feeds.upsert.accepted-meaning"] [] partly_bad;
    Lifecycle "empty-changes-nothing" "a refused empty upsert leaves the products" ["feeds.upsert.empty-400", "feeds.upsert.accepted-meaning"] [] empty;
}

async fn status(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let answer = api.upserted(&id, &[plain("mug", "Mug", 1_999)]).await?;
    case.status(&answer, &[200])
}

async fn shape(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let answer = api.upserted(&id, &[plain("mug", "Mug", 1_999)]).await?;
    case.shape(&answer, "feed#UpsertProductsResponse")
}

async fn feed_id(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let answer = api.upserted(&id, &[plain("mug", "Mug", 1_999)]).await?;
    case.must(
        answer.text("/id") == Some(&*id),
        &answer,
        "id is the id of the feed",
        || case.excerpt(&answer),
    )
}

async fn adds(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    api.upserted(&id, &[plain("bowl", "Bowl", 2_999)]).await?;
    let rule = "an upsert adds unknown products to the known ones";
    api.must_hold_ids(&id, &["mug", "bowl"], rule).await
}

async fn replaces(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    api.upserted(&id, &[plain("mug", "Tall mug", 1_999)])
        .await?;
    api.must_hold_ids(&id, &["mug"], "an upsert replaces a product of the same id")
        .await?;
    let (held, answer) = api.held_product(&id, "mug").await?;
    case.must(
        held.is_some_and(|held| text(&held, "title") == "Tall mug"),
        &answer,
        "the product is the one sent last",
        || case.excerpt(&answer),
    )
}

async fn untouched(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api
        .filled(&[full("vase"), plain("mug", "Mug", 1_999)])
        .await?;
    let (before, _) = api.held_product(&id, "vase").await?;
    api.upserted(&id, &[plain("mug", "Tall mug", 2_999)])
        .await?;
    let (after, answer) = api.held_product(&id, "vase").await?;
    case.must(
        before.is_some() && before == after,
        &answer,
        "a product that an upsert does not name stays as it was",
        || case.excerpt(&answer),
    )
}

async fn mixed(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    api.upserted(
        &id,
        &[
            plain("bowl", "Bowl", 1),
            plain("mug", "Tall mug", 2),
            plain("jug", "Jug", 3),
        ],
    )
    .await?;
    let rule = "one upsert adds and replaces";
    api.must_hold_ids(&id, &["mug", "bowl", "jug"], rule)
        .await?;
    let (held, answer) = api.held_product(&id, "mug").await?;
    case.must(
        held.is_some_and(|held| text(&held, "title") == "Tall mug"),
        &answer,
        rule,
        || case.excerpt(&answer),
    )
}

async fn variants(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let variant = |name: &str| json!({ "id": name, "title": name });
    let of = |names: &[&str]| {
        let variants = names.iter().map(|name| variant(name)).collect();
        with(plain("mug", "Mug", 1), "/variants", variants)
    };
    let id = api.filled(&[of(&["red", "blue"])]).await?;
    api.upserted(&id, &[of(&["red", "green", "grey"])]).await?;
    let (held, answer) = api.held_product(&id, "mug").await?;
    let held = held.unwrap_or(Value::Null);
    let names: Vec<_> = super::super::documents::list(&held, "variants")
        .iter()
        .map(|one| text(one, "id"))
        .collect();
    case.must(
        ["red", "green", "grey"]
            .iter()
            .all(|name| names.contains(name)),
        &answer,
        "a replaced product has the variants that were sent",
        || names.join(", "),
    )
}

async fn price(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    api.upserted(&id, &[plain("mug", "Mug", 2_345)]).await?;
    shows(&api, &id, "/variants/0/price/amount", &json!(2_345)).await
}

async fn availability(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    let sold = json!({ "available": false, "status": "out_of_stock" });
    let product = with(
        plain("mug", "Mug", 1_999),
        "/variants/0/availability",
        sold.clone(),
    );
    api.upserted(&id, &[product]).await?;
    shows(&api, &id, "/variants/0/availability", &sold).await
}

/// The product `mug` has this value now.
async fn shows(api: &FeedApi, id: &str, pointer: &str, wanted: &Value) -> Outcome {
    let (held, answer) = api.held_product(id, "mug").await?;
    let seen = held.as_ref().and_then(|held| held.pointer(pointer));
    api.case().must(
        seen == Some(wanted),
        &answer,
        "GET products shows the state after the newest accepted update",
        || format!("{pointer} is {seen:?}"),
    )
}

async fn minimal_product(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[minimal("mug")]).await?;
    let answer = api.products(&id).await?;
    case.shape(&answer, "feed#ProductsResponse")?;
    api.must_hold_ids(&id, &["mug"], "the smallest product is kept")
        .await
}

async fn full_product(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[full("mug")]).await?;
    let answer = api.products(&id).await?;
    case.shape(&answer, "feed#ProductsResponse")?;
    api.must_hold_ids(&id, &["mug"], "a product with every member is kept")
        .await
}

async fn apart(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let first = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    let second = api.filled(&[plain("bowl", "Bowl", 2_999)]).await?;
    let rule = "a feed holds its own products alone";
    api.must_hold_ids(&first, &["mug"], rule).await?;
    api.must_hold_ids(&second, &["bowl"], rule).await
}

async fn all(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let ids: Vec<_> = (0..300).map(|number| format!("item_{number}")).collect();
    for part in ids.chunks(100) {
        let products: Vec<_> = part.iter().map(|id| minimal(id)).collect();
        api.upserted(&id, &products).await?;
    }
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let rule = "GET products shows every current product in one answer";
    api.must_hold_ids(&id, &ids, rule).await
}

async fn twice(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let (id, _) = api.created().await?;
    let products = [plain("mug", "First", 1), plain("mug", "Second", 2)];
    let answer = api.upsert(&id, &products).await?;
    if !answer.is_success() {
        return api.must_refuse(&answer, &[400, 422]);
    }
    api.must_hold_ids(&id, &["mug"], "a product id is in a feed once")
        .await
}

async fn partly_bad(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    let products = [
        plain("bowl", "Bowl", 1),
        json!({ "title": "No id, no variants" }),
    ];
    let answer = api.upsert(&id, &products).await?;
    api.must_not_break(&answer)?;
    let accepted = answer.is_success() && answer.pointer("/accepted") == Some(&Value::Bool(true));
    if accepted {
        // It took what was good: then that must be there.
        let rule = "of an accepted payload the good products are applied";
        api.must_hold_ids(&id, &["mug", "bowl"], rule).await
    } else {
        let rule = "nothing is applied of a payload that was not accepted";
        api.must_hold_ids(&id, &["mug"], rule).await
    }
}

async fn empty(case: Arc<Case>) -> Outcome {
    let api = FeedApi::of(&case)?;
    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
    let answer = api.upsert(&id, &[]).await?;
    api.must_refuse(&answer, &[400])?;
    api.must_hold_ids(&id, &["mug"], "an empty upsert changes nothing")
        .await
}

/// Product ids that are legal and easily mistaken.
const IDS: &[(&str, &str)] = &[
    ("slash", "shop/mug/1"),
    ("blank", "grey mug"),
    ("percent", "100%25"),
    ("unicode", "gobelet-été-杯"),
    ("quote", "mug\"'<b>"),
    ("dots", "../mug"),
    ("number", "0012"),
];

fn ids() -> Vec<Check> {
    let ids = IDS.iter().map(|&(name, product)| {
        let title = format!("the product id `{product}` is kept as it is");
        check(
            Topic::Lifecycle,
            &format!("id-{name}"),
            &title,
            move |case| async move {
                let api = FeedApi::of(&case)?;
                let (id, _) = api.created().await?;
                let answer = api.upsert(&id, &[minimal(product)]).await?;
                if !answer.is_success() {
                    // A receiver may forbid characters, in so many words.
                    return api.must_refuse(&answer, &[400, 422]);
                }
                api.must_hold_ids(&id, &[product], "product ids are kept as they are")
                    .await
            },
        )
        .proves(&["feeds.upsert.by-id", "feeds.readback.current"])
        .advice("treat ids as opaque text")
    });
    let mut checks: Vec<_> = ids.collect();
    checks.push(
        check(
            Topic::Lifecycle,
            "id-case",
            "product ids that differ in case alone are two products",
            |case| async move {
                let api = FeedApi::of(&case)?;
                let id = api.filled(&[minimal("mug"), minimal("MUG")]).await?;
                let rule = "ids are compared byte by byte";
                api.must_hold_ids(&id, &["mug", "MUG"], rule).await
            },
        )
        .proves(&["feeds.upsert.by-id"])
        .advice("treat ids as opaque text"),
    );
    checks
}
