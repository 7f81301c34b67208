//! Unknown feeds, bad countries, malformed bodies.

use http::Method;
use serde_json::{Value, json};

use super::{FeedApi, check, client::products_path, product::plain};
use crate::{Answer, Check, Outcome, Topic};

/// Countries that are none; the last two are well-formed and assigned to nobody.
const COUNTRIES: &[(&str, &str)] = &[
    ("lower-case", "us"),
    ("mixed-case", "Us"),
    ("three-letters", "USA"),
    ("one-letter", "U"),
    ("empty", ""),
    ("digits", "84"),
    ("name", "France"),
    ("blank", "U "),
    ("other-script", "ＵＳ"),
    ("control", "U\n"),
];

/// Well-formed, and in nobody's list of countries.
const UNASSIGNED: &[(&str, &str)] = &[("unassigned-zz", "ZZ"), ("unassigned-qx", "QX")];

const BODIES: &[(&str, &str, &[u8])] = &[
    ("empty", "an empty body", b""),
    ("brace", "a lone brace", b"{"),
    ("cut", "a cut body", b"{\"products\":[{\"id\":\"mu"),
    ("trailing", "text behind the body", b"{\"products\":[]} and more"),
    ("trailing-comma", "a comma too many", b"{\"products\":[],}"),
    ("single-quotes", "single quotes", b"{'products':[]}"),
    ("nan", "NaN", b"{\"products\":[{\"id\":\"a\",\"variants\":[{\"id\":\"v\",\"title\":\"t\",\"price\":{\"amount\":NaN,\"currency\":\"USD\"}}]}]}"),
    ("no-utf8", "bytes that are no UTF-8", b"{\"products\":[{\"id\":\"\xff\",\"variants\":[]}]}"),
    ("null", "null", b"null"),
    ("text", "a text", b"\"products\""),
    ("array", "a list", b"[]"),
    ("xml", "XML", b"<products/>"),
    ("csv", "a table", b"id,title\n1,Mug\n"),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = COUNTRIES.iter().map(|row| country(row, true)).collect();
    checks.extend(UNASSIGNED.iter().map(|row| country(row, false)));
    checks.extend(BODIES.iter().map(body));
    checks.extend(create_bodies());
    checks.extend(unknown_feeds());
    checks.extend(methods());
    checks.push(no_products());
    checks.push(other_content_type());
    checks
}

fn country(&(name, code): &(&'static str, &'static str), binding: bool) -> Check {
    let verb = if binding { "gets" } else { "should get" };
    let title = format!("the target country {code:?} {verb} 400");
    check(
        Topic::Errors,
        &format!("country-{name}"),
        &title,
        move |case| async move {
            let api = FeedApi::of(&case)?;
            let body = json!({ "target_country": code });
            let answer = api.send(api.create_request(&body)?).await?;
            api.must_not_break(&answer)?;
            if !binding && answer.is_success() {
                case.should(
                    false,
                    &answer,
                    "a country is assigned in ISO 3166-1",
                    || format!("{code} is answered {}", answer.status),
                );
                return Ok(());
            }
            api.must_refuse(&answer, &[400])?;
            says(&api, &answer, "invalid_target_country")
        },
    )
    .proves(&[
        "feeds.create.bad-country-400",
        "feeds.create.bad-country-code",
        "feeds.error.flat",
    ])
    .proves_shapes(&["feed#Error"])
    .advice("answer 400 with type invalid_request and code invalid_target_country")
}

/// The error's type must be `invalid_request`, and its code should be this one.
fn says(api: &FeedApi, answer: &Answer, code: &str) -> Outcome {
    let case = api.case();
    case.must(
        answer.text("/type") == Some("invalid_request"),
        answer,
        "the error has type invalid_request",
        || case.excerpt(answer),
    )?;
    case.should(
        answer.text("/code") == Some(code),
        answer,
        &format!("the error should have code {code}"),
        || case.excerpt(answer),
    );
    Ok(())
}

fn body(&(name, what, body): &(&'static str, &'static str, &'static [u8])) -> Check {
    let title = format!("{what} instead of products gets 400 and changes nothing");
    check(
        Topic::Errors,
        &format!("body-{name}"),
        &title,
        move |case| async move {
            let api = FeedApi::of(&case)?;
            let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
            let request = api.upsert_request(&id, &Value::Null)?.body(body);
            let answer = api.send(request).await?;
            api.must_refuse(&answer, &[400])?;
            let rule = "a malformed body changes nothing";
            api.must_hold_ids(&id, &["mug"], rule).await
        },
    )
    .proves(&["feeds.upsert.invalid-400", "feeds.error.flat"])
    .proves_shapes(&["feed#Error"])
    .advice("answer 400 with a flat error")
}

fn create_bodies() -> Vec<Check> {
    let rows = BODIES
        .iter()
        .filter(|(name, ..)| matches!(*name, "brace" | "null" | "array" | "text" | "no-utf8"));
    rows.map(|&(name, what, body)| {
        let title = format!("{what} instead of a feed gets 400");
        check(
            Topic::Errors,
            &format!("create-{name}"),
            &title,
            move |case| async move {
                let api = FeedApi::of(&case)?;
                let answer = api
                    .send(api.create_request(&Value::Null)?.body(body))
                    .await?;
                api.must_refuse(&answer, &[400])
            },
        )
        .proves(&["feeds.error.flat"])
        .proves_shapes(&["feed#Error"])
        .advice("answer 400 with a flat error")
    })
    .collect()
}

/// Feed ids that nobody made.
const NOBODYS: &[(&str, &str)] = &[
    ("unknown", "feed_nobody_made_this_one"),
    ("traversal", "../feeds"),
    ("quote", "feed'--"),
    (
        "long",
        "feed_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ),
];

fn unknown_feeds() -> Vec<Check> {
    let mut checks = Vec::new();
    for &(name, id) in NOBODYS {
        for (operation, proves) in [
            ("get", "feeds.get.unknown-404"),
            ("products", "feeds.products.unknown-404"),
            ("upsert", "feeds.upsert.unknown-404"),
        ] {
            let title = format!("{operation} of a feed that nobody made ({name} id) gets 404");
            let run = move |case| async move {
                let api = FeedApi::of(&case)?;
                let answer = match operation {
                    "get" => api.metadata(id).await?,
                    "products" => api.products(id).await?,
                    _ => api.upsert(id, &[plain("mug", "Mug", 1)]).await?,
                };
                api.must_refuse(&answer, &[404])?;
                if matches!(name, "unknown" | "long") {
                    says(&api, &answer, "feed_not_found")?;
                }
                let after = api.metadata(id).await?;
                api.must_refuse(&after, &[404])
            };
            checks.push(
                check(
                    Topic::Errors,
                    &format!("{name}-feed-{operation}"),
                    &title,
                    run,
                )
                .proves(&[
                    proves,
                    "feeds.error.feed-not-found-code",
                    "feeds.error.flat",
                ])
                .proves_shapes(&["feed#Error"])
                .advice("answer 404 with type invalid_request and code feed_not_found"),
            );
        }
    }
    checks
}

fn methods() -> Vec<Check> {
    let rows: [(&str, Method, bool); 6] = [
        ("delete-feed", Method::DELETE, false),
        ("delete-products", Method::DELETE, true),
        ("put-products", Method::PUT, true),
        ("post-products", Method::POST, true),
        ("put-feed", Method::PUT, false),
        ("patch-feed", Method::PATCH, false),
    ];
    let rows = rows.map(|(name, method, of_products)| {
        let place = if of_products {
            "/feeds/{id}/products"
        } else {
            "/feeds/{id}"
        };
        let title = format!("{method} of {place} leaves the products as they were");
        check(
            Topic::Errors,
            &format!("method-{name}"),
            &title,
            move |case| {
                let method = method.clone();
                async move {
                    let api = FeedApi::of(&case)?;
                    let id = api.filled(&[plain("mug", "Mug", 1_999)]).await?;
                    let path = if of_products {
                        products_path(&id)
                    } else {
                        format!("/{id}")
                    };
                    let body = json!({ "products": [plain("bowl", "Bowl", 1)] });
                    let answer = api.send(api.request(method, &path, Some(&body))?).await?;
                    api.must_not_break(&answer)?;
                    if answer.is_success() {
                        // More than the protocol asks: that is the receiver's own business.
                        return Ok(());
                    }
                    let rule = "partial changes come by PATCH alone";
                    api.must_hold_ids(&id, &["mug"], rule).await
                }
            },
        )
        .proves(&["feeds.snapshot.partial-only-patch"])
        .advice("answer 405 to methods that the Feed API does not have")
    });
    rows.into()
}

fn no_products() -> Check {
    check(
        Topic::Errors,
        "products-empty-array",
        "an empty list of products gets 400",
        |case| async move {
            let api = FeedApi::of(&case)?;
            let (id, _) = api.created().await?;
            let answer = api.upsert(&id, &[]).await?;
            api.must_refuse(&answer, &[400])?;
            says(&api, &answer, "invalid_product_payload")
        },
    )
    .proves(&[
        "feeds.upsert.empty-400",
        "feeds.upsert.invalid-code",
        "feeds.error.flat",
    ])
    .proves_shapes(&["feed#Error"])
    .advice("answer 400 with code invalid_product_payload")
}

fn other_content_type() -> Check {
    check(
        Topic::Errors,
        "content-type-other",
        "products that call themselves text/csv are not taken for CSV",
        |case| async move {
            let api = FeedApi::of(&case)?;
            let (id, _) = api.created().await?;
            let request = api
                .upsert_request(&id, &Value::Null)?
                .with("Content-Type", "text/csv")
                .body("id,title\nmug,Mug\n");
            let answer = api.send(request).await?;
            api.must_refuse(&answer, &[])?;
            let rule = "request bodies are JSON";
            api.must_hold_ids(&id, &[], rule).await
        },
    )
    .proves(&["feeds.http.json"])
    .advice("answer 415 or 400 to bodies that are no JSON")
}
