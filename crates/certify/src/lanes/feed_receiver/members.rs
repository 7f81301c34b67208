//! Every member of a product comes back as it was sent; open values are accepted.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    super::documents::with,
    FeedApi, check,
    product::{full, plain},
};
use crate::{Case, Check, Outcome, Topic};

/// Members of a product and of its variant, as pointers into the product.
const MEMBERS: &[(&str, &str)] = &[
    ("title", "/title"),
    ("description-plain", "/description/plain"),
    ("description-html", "/description/html"),
    ("description-markdown", "/description/markdown"),
    ("url", "/url"),
    ("media", "/media"),
    ("variant-title", "/variants/0/title"),
    ("variant-description", "/variants/0/description"),
    ("variant-url", "/variants/0/url"),
    ("variant-barcodes", "/variants/0/barcodes"),
    ("variant-price", "/variants/0/price"),
    ("variant-list-price", "/variants/0/list_price"),
    ("variant-unit-price", "/variants/0/unit_price"),
    ("variant-availability", "/variants/0/availability"),
    ("variant-categories", "/variants/0/categories"),
    ("variant-condition", "/variants/0/condition"),
    ("variant-options", "/variants/0/variant_options"),
    ("variant-media", "/variants/0/media"),
    ("variant-seller", "/variants/0/seller"),
    ("variant-marketplace", "/variants/0/marketplace"),
];

struct Open {
    name: &'static str,
    what: &'static str,
    proves: &'static str,
    pointer: &'static str,
    value: fn() -> Value,
}

const VALUES: &[Open] = &[
    Open {
        name: "availability-unknown",
        what: "an availability status nobody knows",
        proves: "feeds.enum.status-open",
        pointer: "/variants/0/availability/status",
        value: || json!("made_to_order"),
    },
    Open {
        name: "availability-preorder",
        what: "the availability status preorder",
        proves: "feeds.enum.status-open",
        pointer: "/variants/0/availability/status",
        value: || json!("preorder"),
    },
    Open {
        name: "availability-backorder",
        what: "the availability status backorder",
        proves: "feeds.enum.status-open",
        pointer: "/variants/0/availability/status",
        value: || json!("backorder"),
    },
    Open {
        name: "availability-limited",
        what: "the availability status limited_stock",
        proves: "feeds.enum.status-open",
        pointer: "/variants/0/availability/status",
        value: || json!("limited_stock"),
    },
    Open {
        name: "availability-discontinued",
        what: "the availability status discontinued",
        proves: "feeds.enum.status-open",
        pointer: "/variants/0/availability/status",
        value: || json!("discontinued"),
    },
    Open {
        name: "condition-unknown",
        what: "a condition nobody knows",
        proves: "feeds.enum.condition-open",
        pointer: "/variants/0/condition",
        value: || json!(["lightly_sat_upon"]),
    },
    Open {
        name: "condition-several",
        what: "several conditions",
        proves: "feeds.enum.condition-open",
        pointer: "/variants/0/condition",
        value: || json!(["secondhand", "refurbished"]),
    },
    Open {
        name: "link-type-unknown",
        what: "a link of a type nobody knows",
        proves: "feeds.enum.link-type-open",
        pointer: "/variants/0/seller/links/0/type",
        value: || json!("repair_guide"),
    },
    Open {
        name: "media-type-unknown",
        what: "media of a type nobody knows",
        proves: "feeds.upsert.status-200",
        pointer: "/media/0/type",
        value: || json!("hologram"),
    },
    Open {
        name: "barcode-type-unknown",
        what: "a barcode of a type nobody knows",
        proves: "feeds.upsert.status-200",
        pointer: "/variants/0/barcodes/0/type",
        value: || json!("house_number"),
    },
    Open {
        name: "currency-jpy",
        what: "a price in yen, which has no minor unit",
        proves: "feeds.upsert.status-200",
        pointer: "/variants/0/price",
        value: || json!({ "amount": 1999, "currency": "JPY" }),
    },
    Open {
        name: "currency-kwd",
        what: "a price in dinars, which have three decimals",
        proves: "feeds.upsert.status-200",
        pointer: "/variants/0/price",
        value: || json!({ "amount": 1_999_000, "currency": "KWD" }),
    },
    Open {
        name: "measure-fraction",
        what: "a measure with a fraction (0.4 litres)",
        proves: "feeds.upsert.status-200",
        pointer: "/variants/0/unit_price/measure",
        value: || json!({ "value": 0.4, "unit": "l" }),
    },
    Open {
        name: "price-zero",
        what: "a price of nothing",
        proves: "feeds.upsert.status-200",
        pointer: "/variants/0/price",
        value: || json!({ "amount": 0, "currency": "USD" }),
    },
    Open {
        name: "price-large",
        what: "a price beyond 32 bits",
        proves: "feeds.upsert.status-200",
        pointer: "/variants/0/price",
        value: || json!({ "amount": 9_999_999_999_i64, "currency": "USD" }),
    },
    Open {
        name: "title-scripts",
        what: "a title in other scripts and emoji",
        proves: "feeds.readback.current",
        pointer: "/title",
        value: || json!("Gobelet été — 杯子 — كوب ☕️"),
    },
    Open {
        name: "description-script",
        what: "a description with a script in it",
        proves: "feeds.http.json",
        pointer: "/description/html",
        value: || json!("<p>Mug</p><script>alert(1)</script><img src=x onerror=alert(1)>"),
    },
];

pub(super) fn checks() -> Vec<Check> {
    let members = MEMBERS.iter().map(|&(name, pointer)| {
        let title = format!(
            "a product's {} comes back as it was sent",
            name.replace('-', " ")
        );
        let of = if pointer == "/description/html" {
            "may be sanitised"
        } else {
            ""
        };
        check(
            Topic::Lifecycle,
            &format!("member-{name}"),
            &title,
            move |case| comes_back(case, pointer, of.is_empty()),
        )
        .proves(&["feeds.readback.current", "feeds.products.full-set"])
        .advice("keep every member of a product, and show it in GET products")
    });
    let values = VALUES.iter().map(|row| {
        let title = format!("{} is accepted", row.what);
        check(Topic::Lifecycle, row.name, &title, move |case| async move {
            let api = FeedApi::of(&case)?;
            let product = with(full("mug"), row.pointer, (row.value)());
            let id = api.filled(&[product]).await?;
            let (held, answer) = api.held_product(&id, "mug").await?;
            case.must(
                held.is_some(),
                &answer,
                "an accepted product is in GET products",
                || case.excerpt(&answer),
            )?;
            case.shape(&answer, "feed#ProductsResponse")
        })
        .proves(&[row.proves])
        .advice("treat these values as open: keep what you do not know")
    });
    let mut checks: Vec<_> = members.chain(values).collect();
    checks.push(no_calls());
    checks
}

async fn comes_back(case: Arc<Case>, pointer: &'static str, exactly: bool) -> Outcome {
    let api = FeedApi::of(&case)?;
    let sent = full("mug");
    let id = api.filled(std::slice::from_ref(&sent)).await?;
    let (held, answer) = api.held_product(&id, "mug").await?;
    let seen = held.as_ref().and_then(|held| held.pointer(pointer));
    let wanted = sent.pointer(pointer);
    case.must(
        seen.is_some() && (!exactly || alike(seen, wanted)),
        &answer,
        "GET products shows what was sent",
        || format!("{pointer} is {seen:?}, sent was {wanted:?}"),
    )
}

/// Equal, but for the spelling of numbers.
fn alike(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => left.as_f64() == right.as_f64(),
        (Some(Value::Object(left)), Some(Value::Object(right))) => right
            .iter()
            .all(|(name, value)| alike(left.get(name), Some(value))),
        (Some(Value::Array(left)), Some(Value::Array(right))) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| alike(Some(left), Some(right)))
        }
        (left, right) => left == right,
    }
}

/// The pages of the products are on the judge: nothing calls a Feed API there.
fn no_calls() -> Check {
    check(
        Topic::Lifecycle,
        "no-calls-to-merchant",
        "no feed call goes from the agent to the merchant",
        |case| async move {
            let api = FeedApi::of(&case)?;
            let pages = super::super::pages::Pages::start().await?;
            let product = with(
                plain("mug", "Mug", 1_999),
                "/url",
                json!(format!("{}/mug", pages.base())),
            );
            api.filled(&[product]).await?;
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            let calls = pages.visits();
            case.must_hold(
                !calls
                    .iter()
                    .any(|call| call.contains("/feeds") || call.contains("product_feeds")),
                "an agent never calls the Feed API of a merchant",
                || calls.join(", "),
            )
        },
    )
    .proves(&["feeds.direction.agent-never-calls"])
    .advice("agents host feeds; they call none at merchants")
}
