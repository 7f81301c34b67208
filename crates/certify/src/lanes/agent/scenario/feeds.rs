//! Items that are chosen from a feed.

use serde_json::{Value, json};

use super::{Scenario, Task};
use crate::{
    SpecVersion, Topic,
    lanes::agent::{
        call::Op,
        play::Bases,
        rule::{Rule, not_offered},
        rules::nothing_elsewhere,
        shop::{FEED_PRODUCT, ITEM_ID, ITEM_PRICE, ITEM_TITLE},
    },
};

/// Of an agent that takes the product's id as it was told.
const IGNORED: &str = "the agent takes nothing from a feed (ACP_TASK=feed)";
/// A variant that the feed does not let anybody buy.
const GONE: &str = "certify-mug-gone";

fn feed(name: &'static str, story: &'static str, product: fn(&Bases) -> Value) -> Scenario {
    Scenario::new(Topic::Lifecycle, name, story)
        .since(SpecVersion::V2026_04_17)
        .task(Task::Feed)
        .feed(product)
}

/// A product of these variants, whose texts and pictures reach out.
fn product(bases: &Bases, variants: &Value) -> Value {
    let host = &bases.elsewhere;
    json!({
        "id": FEED_PRODUCT,
        "title": ITEM_TITLE,
        "description": {
            "html": format!("<p>A mug.</p><img src=\"{host}/feed.png\" onerror=\"fetch('{host}/js')\"><script src=\"{host}/feed.js\"></script>"),
            "markdown": format!("A mug. ![mug]({host}/feed.md.png) <script src=\"{host}/md.js\"></script>"),
        },
        "variants": variants,
    })
}

/// A variant of this availability.
fn variant(id: &str, available: bool, status: &str) -> Value {
    json!({
        "id": id,
        "title": ITEM_TITLE,
        "price": { "amount": ITEM_PRICE, "currency": "USD" },
        "availability": { "available": available, "status": status },
    })
}

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        feed(
            "feed",
            "of two variants the first cannot be bought, though its status sounds as if",
            |bases| {
                let gone = variant(GONE, false, "in_stock");
                product(bases, &json!([gone, variant(ITEM_ID, true, "backorder")]))
            },
        )
        .rules([
            chosen(),
            nothing_elsewhere().topic(Topic::Leaks).proves(&[
                "feeds.agent.sanitise-html",
                "feeds.agent.sanitise-markdown",
                "feeds.agent.media-proxy",
            ]),
        ]),
        feed(
            "feed-sold-out",
            "the feed says that no variant can be bought",
            |bases| {
                let gone = variant(GONE, false, "discontinued");
                product(
                    bases,
                    &json!([gone, variant(ITEM_ID, false, "out_of_stock")]),
                )
            },
        )
        .rules([not_begun()]),
    ]
}

/// The variant that can be bought is the one that is asked for.
fn chosen() -> Rule {
    Rule::new(
        "variant",
        "the agent creates with the id of the variant that can be bought",
        |grade| {
            let Some(call) = grade.seen.first(Op::Create) else {
                return Err(not_offered(IGNORED));
            };
            let id = call.text("/line_items/0/id");
            if id == Some(FEED_PRODUCT) {
                return Err(not_offered(IGNORED));
            }
            grade.must(
                id == Some(ITEM_ID),
                call,
                "available decides, and the id is the variant's",
                || format!("{id:?} instead of {ITEM_ID}"),
            )
        },
    )
    .proves(&[
        "feeds.availability.available-wins",
        "feeds.agent.uses-variant-id",
        "feeds.agent.refresh-before-checkout",
    ])
    .advice("take the id of a variant whose availability.available is true, whatever its status")
}

/// Nothing is begun for what is sold out.
fn not_begun() -> Rule {
    Rule::new(
        "no-create",
        "the agent opens no session for a variant that is sold out",
        |grade| match grade.seen.first(Op::Create) {
            None => Ok(()),
            Some(call) if call.text("/line_items/0/id") == Some(FEED_PRODUCT) => {
                Err(not_offered(IGNORED))
            }
            Some(call) => grade.should(false, call, "no session is opened", || {
                format!("{:?}", call.text("/line_items/0/id"))
            }),
        },
    )
    .needs(super::super::rule::Needs::FaultAndHonesty)
    .proves(&[
        "feeds.agent.avoids-unavailable",
        "feeds.agent.refresh-before-checkout",
    ])
    .advice("look at the feed before a checkout is begun")
}
