//! Requests that break one constraint of the schema each: all are refused.

use std::{collections::BTreeSet, sync::Arc, sync::LazyLock};

use serde_json::{Value, json};

use super::{
    super::documents::{with, without},
    FeedApi, check,
    product::full,
};
use crate::{Case, Check, Constraint, ConstraintKind, Outcome, SchemaJudge, SpecVersion, Topic};

/// Where a shape stands in the request that upserts the full product.
const PLACES: &[(&str, &str)] = &[
    ("UpsertProductsRequest", ""),
    ("Product", "/products/0"),
    ("Description", "/products/0/description"),
    ("Media", "/products/0/media/0"),
    ("Variant", "/products/0/variants/0"),
    ("Barcode", "/products/0/variants/0/barcodes/0"),
    ("Price", "/products/0/variants/0/price"),
    ("UnitPrice", "/products/0/variants/0/unit_price"),
    ("Measure", "/products/0/variants/0/unit_price/measure"),
    (
        "ReferenceMeasure",
        "/products/0/variants/0/unit_price/reference",
    ),
    ("Availability", "/products/0/variants/0/availability"),
    ("Category", "/products/0/variants/0/categories/0"),
    ("Condition", "/products/0/variants/0/condition"),
    (
        "feed#VariantOption",
        "/products/0/variants/0/variant_options/0",
    ),
    ("Seller", "/products/0/variants/0/seller"),
    ("feed#Link", "/products/0/variants/0/seller/links/0"),
    ("CreateFeedRequest", ""),
];

/// One constraint of a request, and how to break it.
#[derive(Debug, Clone)]
struct Break {
    constraint: Constraint,
    /// Pointer to what the constraint is about.
    place: String,
    /// Whether the request creates a feed.
    creates: bool,
}

/// The judge's own shapes, for their constraints; nothing without them.
static JUDGE: LazyLock<Option<SchemaJudge>> = LazyLock::new(|| SchemaJudge::bundled().ok());

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let Some(judge) = &*JUDGE else {
        return Vec::new();
    };
    let mut names = BTreeSet::new();
    let broken = judge.constraints(version).filter_map(find);
    broken
        .filter(|found| names.insert(name(&found.constraint)))
        .map(one)
        .collect()
}

/// The constraint as a break, when it is one of a request.
fn find(constraint: &Constraint) -> Option<Break> {
    if constraint.bundle != "feed" {
        return None;
    }
    let &(shape, base) = PLACES
        .iter()
        .find(|(shape, _)| *shape == constraint.shape)?;
    let rest = constraint.id.split_once('#')?.1.strip_prefix(shape)?;
    let (path, _) = rest.rsplit_once(':')?;
    let place = format!("{base}{}", path.replace('.', "/").replace("[]", "/0"));
    Some(Break {
        constraint: constraint.clone(),
        place,
        creates: shape == "CreateFeedRequest",
    })
}

/// `Variant.list_price:type` as `variant-list-price-type`.
fn name(constraint: &Constraint) -> String {
    let rule = constraint.id.split_once('#').map_or("", |(_, rule)| rule);
    let mut name = String::new();
    for char in rule.chars() {
        if char.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        match char {
            '.' | ':' | '_' => name.push('-'),
            '[' => name.push_str("-each"),
            ']' => {}
            other => name.push(other.to_ascii_lowercase()),
        }
    }
    name
}

fn one(broken: Break) -> Check {
    let kind = broken.constraint.kind;
    let binding = !matches!(kind, ConstraintKind::Closed | ConstraintKind::Format);
    let verb = if binding {
        "is refused"
    } else {
        "should be refused"
    };
    let rule = broken
        .constraint
        .id
        .split_once('#')
        .map_or("", |(_, rule)| rule);
    let title = format!(
        "a request that breaks {rule} ({}) {verb}",
        broken.constraint.expects
    );
    let name = name(&broken.constraint);
    let proves: &[&'static str] = if broken.creates {
        &["feeds.error.flat"]
    } else {
        &["feeds.upsert.invalid-400", "feeds.error.flat"]
    };
    check(Topic::Fuzz, &name, &title, move |case| {
        refused(case, broken.clone(), binding)
    })
    .proves(proves)
    .proves_shapes(&["feed#Error"])
    .advice("check requests by the schema, refuse with 400 and say in param which member is wrong")
}

async fn refused(case: Arc<Case>, broken: Break, binding: bool) -> Outcome {
    let api = FeedApi::of(&case)?;
    let good = if broken.creates {
        json!({ "target_country": "US" })
    } else {
        json!({ "products": [full("mug")] })
    };
    let (id, _) = api.created().await?;
    for bad in documents(&broken, &good) {
        let request = if broken.creates {
            api.create_request(&bad)?
        } else {
            api.upsert_request(&id, &bad)?
        };
        let answer = api.send(request).await?;
        api.must_not_break(&answer)?;
        let declined = answer.pointer("/accepted") == Some(&Value::Bool(false));
        if answer.is_success() && !declined {
            let shown = bad.pointer(&broken.place).map(Value::to_string);
            let found = || {
                let shown = shown.unwrap_or_else(|| "missing".to_owned());
                format!("{} as {shown} is answered {}", broken.place, answer.status)
            };
            let rule = format!("requests fit the schema: {}", broken.constraint.expects);
            if binding {
                return case.must(false, &answer, &rule, found);
            }
            case.should(false, &answer, &rule, found);
            return Ok(());
        }
        if declined && answer.is_success() {
            continue;
        }
        api.must_refuse(&answer, &[400, 422])?;
        case.should(
            answer.status == 400,
            &answer,
            "the status of an invalid payload should be 400",
            || answer.status.to_string(),
        );
        case.should(
            answer.text("/param").is_some(),
            &answer,
            "an error about one member should name it in param",
            || case.excerpt(&answer),
        );
    }
    if broken.creates {
        return Ok(());
    }
    let rule = "what is refused is not in the feed";
    api.must_hold_ids(&id, &[], rule).await
}

/// Good requests in which this one constraint is broken.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "other constraints are broken by values of other types"
)]
fn documents(broken: &Break, good: &Value) -> Vec<Value> {
    let place = &broken.place;
    let put = |value: Value| with(good.clone(), place, value);
    match broken.constraint.kind {
        ConstraintKind::Required => vec![without(good.clone(), place)],
        ConstraintKind::Closed => vec![with(
            good.clone(),
            &format!("{place}/member_nobody_knows"),
            json!("x"),
        )],
        ConstraintKind::Pattern => {
            let length = if place.ends_with("currency") { 3 } else { 2 };
            let bad = ["us", "u1", "", "USSS", "U", "ÜS"].map(|text| {
                if length == 3 && !text.is_empty() {
                    format!("{text}d")
                } else {
                    text.to_owned()
                }
            });
            bad.into_iter().map(|text| put(json!(text))).collect()
        }
        ConstraintKind::Minimum => vec![put(json!(-1)), put(json!(-1_000_000))],
        ConstraintKind::MinSize => vec![put(json!({}))],
        ConstraintKind::Format => vec![put(json!("no address")), put(json!(""))],
        _ => strangers(&broken.constraint.expects, &put),
    }
}

/// Values of other types than the expected one.
fn strangers(expects: &str, put: &dyn Fn(Value) -> Value) -> Vec<Value> {
    let others: &[Value] = &match expects {
        "a string" => [json!(7), json!(true), json!({}), json!([])],
        "a list" => [json!({}), json!("x"), json!(1), json!(false)],
        "an object" => [json!([]), json!("x"), json!(1), json!(false)],
        "an integer" => [json!(1.5), json!("12"), json!(true), json!([])],
        "a number" => [json!("12"), json!(true), json!({}), json!([])],
        _ => [json!("yes"), json!(1), json!({}), json!([])],
    };
    others.iter().cloned().map(put).collect()
}
