//! Nothing is wrong, but much is unusual: the agent must still buy.

use serde_json::{Value, json};

use super::Scenario;
use crate::{
    SpecVersion, Topic,
    lanes::agent::{
        call::Op,
        play::{Moment, add, push, set},
        reply::Reply,
        rules::{buys, should_buy, token},
        shop::row,
    },
};

fn unusual(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Lifecycle, name, story)
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = members();
    all.extend(values());
    all.extend(transport());
    all
}

fn members() -> Vec<Scenario> {
    let newer = SpecVersion::V2026_01_30;
    let mut all = vec![
        unusual(
            "unknown-members",
            "the session has members that nobody knows",
        )
        .twist(|_, session| {
            add(
                session,
                "",
                "mood",
                json!({ "weather": ["sunny", 3, null] }),
            ) && add(session, "/line_items/0", "colour_of_box", json!("blue"))
        })
        .rules([
            buys().proves(&["extensions.negotiation.unknown-fields-ignored"]),
            token::exact(),
        ]),
        unusual(
            "extension-unknown",
            "the session has an extension that nobody knows",
        )
        .since(newer)
        .twist(|_, session| {
            let extension = json!({ "name": "com.example.confetti@2026-02-01" });
            add(session, "/capabilities", "extensions", json!([extension]))
                && add(session, "", "confetti", json!({ "pieces": 500 }))
        })
        .rules([buys().proves(&[
            "extensions.negotiation.agent-both-ways",
            "extensions.negotiation.unknown-fields-ignored",
        ])]),
    ];
    all.extend(strange_values());
    all
}

/// Parts that are missing, unknown, or more than were expected.
fn strange_values() -> Vec<Scenario> {
    let newer = SpecVersion::V2026_01_30;
    vec![
        unusual(
            "discounts-unasked",
            "the session has a discount that nobody asked for",
        )
        .since(newer)
        .twist(|_, session| {
            let coupon = json!({ "id": "spring", "name": "Spring" });
            let applied =
                json!([{ "id": "d1", "coupon": coupon, "amount": 100, "automatic": true }]);
            let discounts = json!({ "codes": [], "applied": applied, "rejected": [] });
            add(session, "", "discounts", discounts)
        })
        .terms(|_, terms| {
            terms.promotion = 100;
            true
        })
        .rules([
            should_buy().proves(&["discounts.compat.unknown-ignored"]),
            token::exact(),
        ]),
        unusual(
            "members-few",
            "the session has no member that may be missing",
        )
        .twist(|_, session| {
            let Some(members) = session.as_object_mut() else {
                return false;
            };
            let gone = ["created_at", "updated_at", "protocol", "buyer"];
            gone.iter()
                .filter(|name| members.remove(**name).is_some())
                .count()
                > 0
                || !members.is_empty()
        })
        .rules([buys()]),
    ]
}

fn values() -> Vec<Scenario> {
    let newer = SpecVersion::V2026_01_30;
    vec![
        unusual("unknown-option", "a delivery is of a kind that nobody knows")
            .since(newer)
            .twist(|moment, session| {
                let option = json!({
                    "type": "drone",
                    "id": "drone",
                    "title": "By drone",
                    "totals": [row("total", "By drone", 9_900)],
                });
                moment.op != Op::Create && push(session, "/fulfillment_options", option)
            })
            .rules([should_buy()]),
        unusual("unknown-link", "a link is of a kind that nobody knows")
            .twist(|moment, session| {
                let link = json!({ "type": "fan_club", "url": format!("{}/fans", moment.bases.seller) });
                push(session, "/links", link)
            })
            .rules([buys()]),
        unusual("unknown-message", "a message is of a kind that nobody knows")
            .twist(|_, session| {
                let message = json!({
                    "type": "poem", "code": "haiku", "content_type": "plain", "content": "Mugs in spring.",
                });
                push(session, "/messages", message)
            })
            .rules([should_buy()]),
        unusual("unknown-row", "the totals have a row of a kind that nobody knows, of nothing")
            .twist(|_, session| push(session, "/totals", row("karma", "Karma", 0)))
            .rules([should_buy(), token::limit()]),
        unusual("two-taxes", "the tax comes in two rows")
            .twist(|_, session| {
                let halved = crate::lanes::agent::play::change_row(session, "tax", |tax| json!(tax - 50));
                halved && push(session, "/totals", row("tax", "City tax", 50))
            })
            .rules([should_buy(), token::exact()]),
        unusual("warning", "a warning stands in the session")
            .since(newer)
            .twist(|_, session| {
                let message = json!({
                    "type": "warning", "code": "low_stock", "content_type": "plain",
                    "content": "Only three are left.",
                });
                push(session, "/messages", message)
            })
            .rules([should_buy()]),
        unusual("texts-long", "names and texts are very long")
            .twist(|_, session| {
                let text = "long ".repeat(2_000);
                let message = json!({ "type": "info", "content_type": "plain", "content": text });
                push(session, "/messages", message)
            })
            .rules([should_buy()]),
        unusual("texts-wide", "names hold letters of many scripts, and signs that change direction")
            .twist(|_, session| {
                add(session, "/line_items/0", "name", json!("Tasse \u{202e}\u{1f375} 茶碗 \u{200f}كوب"))
            })
            .rules([should_buy()]),
    ]
}

fn created(moment: &Moment<'_>) -> bool {
    moment.op == Op::Create
}

fn transport() -> Vec<Scenario> {
    let mut all = statuses_and_headers();
    all.extend(cookies_and_spaces());
    all
}

fn statuses_and_headers() -> Vec<Scenario> {
    vec![
        unusual("create-200", "create is answered with 200 instead of 201")
            .after(|moment, reply| created(moment).then(|| reply.clone().status(200)))
            .rules([buys()]),
        unusual("all-201", "every call is answered with 201")
            .after(|moment, reply| {
                let fine = moment.op.is_checkout() && reply.status == 200;
                fine.then(|| reply.clone().status(201))
            })
            .rules([should_buy()]),
        unusual("charset", "the content type has a character set")
            .after(|moment, reply| {
                let mut changed = reply.clone();
                changed.headers.retain(|(name, _)| name != "content-type");
                let kind = "application/json; charset=UTF-8";
                moment
                    .op
                    .is_checkout()
                    .then(|| changed.with("content-type", kind))
            })
            .rules([buys()]),
        unusual(
            "content-type-text",
            "the content type is text/plain, and the body JSON",
        )
        .after(|moment, reply| {
            let mut changed = reply.clone();
            changed.headers.retain(|(name, _)| name != "content-type");
            moment
                .op
                .is_checkout()
                .then(|| changed.with("content-type", "text/plain"))
        })
        .rules([should_buy()]),
        unusual(
            "headers-many",
            "the answers have many headers that nobody knows",
        )
        .after(|moment, reply| {
            let many = (0..40).fold(reply.clone(), |reply, place: u32| {
                reply.with(&format!("x-shop-{place}"), "1")
            });
            moment.op.is_checkout().then_some(many)
        })
        .rules([buys()]),
    ]
}

fn cookies_and_spaces() -> Vec<Scenario> {
    vec![
        unusual("cookies", "the shop sets cookies")
            .after(|moment, reply| {
                let kept = reply.clone().with("set-cookie", "track=1; Path=/");
                moment.op.is_checkout().then_some(kept)
            })
            .rules([
                buys(),
                super::super::rule::Rule::new("no-cookies", "no cookies come back", |grade| {
                    for call in grade.seen.checkout() {
                        let cookie = call.header("cookie").is_some();
                        grade.should(
                            !cookie,
                            call,
                            "an agent keeps no cookies of shops",
                            || call.what(),
                        )?;
                    }
                    Ok(())
                })
                .topic(Topic::Leaks),
            ]),
        unusual("body-spaced", "the JSON is spread over many lines")
            .after(|moment, reply| {
                let document: Value = serde_json::from_slice(&reply.body).ok()?;
                let text = serde_json::to_string_pretty(&document).ok()?;
                moment
                    .op
                    .is_checkout()
                    .then(|| Reply::text(reply.status, "application/json", text))
            })
            .rules([buys()]),
        unusual(
            "handler-twice",
            "two handlers of cards stand in the session",
        )
        .since(SpecVersion::V2026_01_30)
        .twist(|_, session| {
            let mut second = session
                .pointer("/capabilities/payment/handlers/0")
                .cloned()
                .unwrap_or_default();
            set(&mut second, "/id", json!("card_backup"))
                && push(session, "/capabilities/payment/handlers", second)
        })
        .rules([buys(), token::merchant()]),
    ]
}
