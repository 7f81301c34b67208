//! The lane of senders bites: each fault that is planted into events turns the check of its rule red.
#![expect(clippy::unwrap_used, reason = "a broken relay fails the test")]

use comptoir_certify::{Lane, SpecVersion, Target, Verdict};
use serde_json::{Value, json};

use crate::{
    reference::{Options, Reference},
    relay::{Ask, Message, Relay, all_end, echo, free, judged, same, signature},
};

const SECRET: &str = "webhook-secret-for-the-reference";

struct Fault {
    name: &'static str,
    ask: Ask,
    red: &'static [&'static str],
    verdict: Verdict,
}

const fn must(name: &'static str, ask: Ask, red: &'static [&'static str]) -> Fault {
    Fault {
        name,
        ask,
        red,
        verdict: Verdict::Violated,
    }
}

const fn should(name: &'static str, ask: Ask, red: &'static [&'static str]) -> Fault {
    Fault {
        name,
        ask,
        red,
        verdict: Verdict::Warning,
    }
}

/// Changes the event and signs it anew, so that this one thing alone is wrong.
fn edit(message: &mut Message, change: impl FnOnce(&mut Value)) {
    message.edit(change);
    let header = message.header("merchant-signature").to_owned();
    let t = header
        .trim_start_matches("t=")
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let value = signature(SECRET, &t, &message.body);
    message.set("merchant-signature", &value);
}

fn order(message: &mut Message, pointer: &str, value: Value) {
    edit(message, |event| {
        if let Some(place) = event.pointer_mut(&format!("/data{pointer}")) {
            *place = value;
        }
    });
}

fn remove(message: &mut Message, member: &str) {
    edit(message, |event| {
        event["data"].as_object_mut().unwrap().remove(member);
    });
}

fn is_update(message: &Message) -> bool {
    message.json()["type"] == "order_update"
}

fn signed_at(message: &mut Message, t: &str) {
    let value = signature(SECRET, t, &message.body);
    message.set("merchant-signature", &value);
}

const FAULTS: &[Fault] = &[
    must(
        "sends nothing",
        |m| m.answer(200, &json!({"received": true})),
        &["webhooks.emit-order-create"],
    ),
    must(
        "sends no update",
        |m| {
            if is_update(m) {
                m.answer(200, &json!({"received": true}));
            }
        },
        &[
            "webhooks.emit-order-update-shipped",
            "webhooks.emit-order-update-refunded",
        ],
    ),
    must(
        "another path",
        |m| "/hooks".clone_into(&mut m.path),
        &["webhooks.path"],
    ),
    must(
        "another method",
        |m| m.method = http::Method::PUT,
        &["webhooks.method"],
    ),
    must(
        "another content type",
        |m| m.set("content-type", "text/plain"),
        &["webhooks.content-type"],
    ),
    must(
        "a wrong timestamp",
        |m| m.set("timestamp", "yesterday"),
        &["webhooks.timestamp"],
    ),
    must(
        "one request id",
        |m| m.set("request-id", "always"),
        &["webhooks.request-id-unique"],
    ),
    must(
        "another event name",
        |m| edit(m, |event| event["type"] = json!("order_created")),
        &[
            "webhooks.event-type",
            "webhooks.create-first",
            "webhooks.emit-order-create",
        ],
    ),
    must(
        "creates again",
        |m| edit(m, |event| event["type"] = json!("order_create")),
        &["webhooks.one-create", "webhooks.emit-order-update-shipped"],
    ),
    must(
        "no signature",
        |m| {
            m.headers.remove("merchant-signature");
        },
        &[
            "signatures.present",
            "signatures.format",
            "signatures.content",
        ],
    ),
    must(
        "another secret",
        |m| {
            let value = signature("other", "1", &m.body);
            m.set("merchant-signature", &value);
        },
        &["signatures.content", "signatures.fresh"],
    ),
    must(
        "signed long ago",
        |m| signed_at(m, "1700000000"),
        &["signatures.fresh"],
    ),
    must(
        "signed in milliseconds",
        |m| signed_at(m, "1700000000000"),
        &["signatures.seconds"],
    ),
    must(
        "digits alone",
        |m| {
            let value = m
                .header("merchant-signature")
                .split("v1=")
                .nth(1)
                .unwrap()
                .to_owned();
            m.set("merchant-signature", &value);
        },
        &["signatures.format"],
    ),
    must(
        "signs a copy",
        |m| {
            m.body = String::from_utf8(m.body.clone())
                .unwrap()
                .replacen(':', ": ", 1)
                .into_bytes();
        },
        &["signatures.content", "signatures.not-of-parsed"],
    ),
    must(
        "data of another type",
        |m| order(m, "/type", json!("invoice")),
        &["webhooks.discriminator"],
    ),
    must(
        "no shape",
        |m| edit(m, |event| event["data"]["line_items"] = json!("two")),
        &["webhooks.shape"],
    ),
    must(
        "another order id",
        |m| order(m, "/id", json!("ord_other")),
        &["webhooks.order-id"],
    ),
    must(
        "another permalink",
        |m| order(m, "/permalink_url", json!("https://shop.example/o")),
        &["webhooks.permalink"],
    ),
    must(
        "part of the order",
        |m| remove(m, "line_items"),
        &["webhooks.whole-order"],
    ),
    should(
        "known members left out",
        |m| remove(m, "totals"),
        &["webhooks.known-members"],
    ),
    must(
        "a refunds member",
        |m| edit(m, |event| event["data"]["refunds"] = json!([])),
        &["webhooks.no-refunds-member"],
    ),
    must(
        "a shipments member",
        |m| edit(m, |event| event["data"]["shipments"] = json!([])),
        &["webhooks.no-shipments-member"],
    ),
    must(
        "total after refund",
        |m| {
            if is_update(m) {
                edit(m, |event| {
                    for row in event["data"]["totals"].as_array_mut().unwrap() {
                        if row["type"] == "total" {
                            row["amount"] = json!(1);
                        }
                    }
                });
            }
        },
        &[
            "arithmetic.total-is-original",
            "webhooks.total-after-refund",
        ],
    ),
    must(
        "wrong subtotal",
        |m| {
            edit(m, |event| {
                for row in event["data"]["totals"].as_array_mut().unwrap() {
                    if row["type"] == "subtotal" {
                        row["amount"] = json!(1);
                    }
                }
            });
        },
        &["arithmetic.subtotal"],
    ),
    must(
        "wrong line subtotal",
        |m| order(m, "/line_items/0/subtotal", json!(1)),
        &["arithmetic.line-subtotal"],
    ),
    must(
        "no amount_refunded",
        |m| {
            edit(m, |event| {
                event["data"]["totals"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|row| row["type"] != "amount_refunded");
            });
        },
        &[
            "arithmetic.amount-refunded",
            "webhooks.amount-refunded-after-refund",
        ],
    ),
    must(
        "current above ordered",
        |m| order(m, "/line_items/0/quantity/current", json!(9)),
        &["arithmetic.current-bounded", "webhooks.current-decreases"],
    ),
    must(
        "fulfilled above ordered",
        |m| order(m, "/line_items/0/quantity/fulfilled", json!(9)),
        &["arithmetic.fulfilled-bounded"],
    ),
    must(
        "fulfilled never grows",
        |m| order(m, "/line_items/0/quantity/fulfilled", json!(0)),
        &["webhooks.fulfilled-counts-sent"],
    ),
    must(
        "ordered changes",
        |m| {
            if is_update(m) {
                order(m, "/line_items/0/quantity/ordered", json!(7));
            }
        },
        &["webhooks.ordered-constant"],
    ),
    must(
        "fulfilled goes down",
        |m| {
            if !is_update(m) {
                order(m, "/line_items/0/quantity/fulfilled", json!(2));
            }
        },
        &["webhooks.fulfilled-grows"],
    ),
    must(
        "lines are renamed",
        |m| {
            if is_update(m) {
                order(m, "/line_items/0/id", json!("li_new"));
            }
        },
        &["webhooks.line-ids-stable"],
    ),
    must(
        "ids twice",
        |m| {
            edit(m, |event| {
                let line = event["data"]["line_items"][0].clone();
                event["data"]["line_items"]
                    .as_array_mut()
                    .unwrap()
                    .push(line);
            });
        },
        &["webhooks.line-ids-unique"],
    ),
    must(
        "removed lines",
        |m| order(m, "/line_items/0/status", json!("removed")),
        &["webhooks.line-removed"],
    ),
    must(
        "fulfilled lines",
        |m| order(m, "/line_items/0/status", json!("fulfilled")),
        &["webhooks.line-fulfilled"],
    ),
    must(
        "partial lines",
        |m| order(m, "/line_items/0/status", json!("partial")),
        &["webhooks.line-partial"],
    ),
    must(
        "processing lines",
        |m| order(m, "/line_items/0/status", json!("processing")),
        &["webhooks.line-processing"],
    ),
    must(
        "created for ever",
        |m| order(m, "/status", json!("created")),
        &["webhooks.status-created", "webhooks.status-after-shipping"],
    ),
    must(
        "confirmed for ever",
        |m| order(m, "/status", json!("confirmed")),
        &["webhooks.status-confirmed"],
    ),
    must(
        "in review for ever",
        |m| order(m, "/status", json!("manual_review")),
        &["webhooks.status-manual-review"],
    ),
    must(
        "processing for ever",
        |m| order(m, "/status", json!("processing")),
        &["webhooks.status-processing"],
    ),
    must(
        "shipped at once",
        |m| order(m, "/status", json!("shipped")),
        &["webhooks.status-shipped"],
    ),
    must(
        "completed at once",
        |m| order(m, "/status", json!("completed")),
        &["webhooks.status-completed"],
    ),
    must(
        "canceled at once",
        |m| order(m, "/status", json!("canceled")),
        &["webhooks.status-canceled"],
    ),
    must(
        "digital parcels",
        |m| order(m, "/fulfillments/0/type", json!("digital")),
        &["webhooks.parcel-members"],
    ),
    must(
        "parcels with keys",
        |m| {
            edit(m, |event| {
                event["data"]["fulfillments"][0]["digital_delivery"] = json!({"license_key": "A"});
            });
        },
        &["webhooks.digital-members"],
    ),
    must(
        "drones",
        |m| order(m, "/fulfillments/0/type", json!("drone")),
        &["webhooks.fulfillment-types"],
    ),
    should(
        "parcels ready for pickup",
        |m| order(m, "/fulfillments/0/status", json!("ready_for_pickup")),
        &["webhooks.status-of-shipping"],
    ),
    should(
        "pickups in transit",
        |m| {
            edit(m, |event| {
                event["data"]["fulfillments"][0]["type"] = json!("pickup");
                event["data"]["fulfillments"][0]["status"] = json!("in_transit");
            });
        },
        &["webhooks.status-of-pickup"],
    ),
    should(
        "downloads in transit",
        |m| {
            edit(m, |event| {
                event["data"]["fulfillments"][0]["type"] = json!("digital");
                event["data"]["fulfillments"][0]["status"] = json!("in_transit");
            });
        },
        &["webhooks.status-of-digital"],
    ),
    must(
        "unknown references",
        |m| order(m, "/fulfillments/0/line_items/0/id", json!("li_none")),
        &["webhooks.references"],
    ),
    must(
        "events of tomorrow",
        |m| {
            order(
                m,
                "/fulfillments/0/events/0/occurred_at",
                json!("2999-01-01T00:00:00Z"),
            );
        },
        &["webhooks.event-times"],
    ),
    must(
        "event ids twice",
        |m| {
            edit(m, |event| {
                if let Some(events) = event["data"]["fulfillments"][0]["events"].as_array_mut() {
                    let copy = events.first().cloned();
                    events.extend(copy);
                }
            });
        },
        &["webhooks.event-ids"],
    ),
    must(
        "status against events",
        |m| {
            if is_update(m) {
                order(m, "/fulfillments/0/status", json!("delivered"));
            }
        },
        &["webhooks.status-follows-events"],
    ),
    must(
        "no fulfilments",
        |m| order(m, "/fulfillments", json!([])),
        &["webhooks.shipping-is-a-fulfillment"],
    ),
    must(
        "members vanish",
        |m| {
            if is_update(m) {
                remove(m, "fulfillments");
            }
        },
        &["webhooks.members-stay"],
    ),
    must(
        "adjustments before",
        |m| {
            order(
                m,
                "/adjustments",
                json!([{"id": "a", "type": "refund", "status": "completed", "occurred_at": "2026-01-01T00:00:00Z", "amount": 1}]),
            );
        },
        &["webhooks.no-adjustment-before"],
    ),
    must(
        "no adjustments",
        |m| order(m, "/adjustments", json!([])),
        &["webhooks.adjustment-after-refund", "webhooks.refund-type"],
    ),
    must(
        "refund by its old name",
        |m| order(m, "/adjustments/0/type", json!("partial_refund")),
        &["webhooks.refund-type", "webhooks.adjustment-old-names"],
    ),
    must(
        "negative refund",
        |m| order(m, "/adjustments/0/amount", json!(-1)),
        &["webhooks.refund-amount", "arithmetic.adjustment-amounts"],
    ),
    must(
        "refund in the future",
        |m| {
            order(
                m,
                "/adjustments/0/occurred_at",
                json!("2999-01-01T00:00:00Z"),
            );
        },
        &["webhooks.adjustment-times"],
    ),
    should(
        "refund in another currency",
        |m| order(m, "/adjustments/0/currency", json!("jpy")),
        &["webhooks.refund-currency"],
    ),
    must(
        "attribution shown",
        |m| {
            edit(m, |event| {
                event["data"]["affiliate_attribution"] = json!({"provider": "x"});
            });
        },
        &["leaks.no-affiliate-data"],
    ),
    must(
        "keys shown",
        |m| {
            edit(m, |event| {
                event["data"]["note"] = json!("agent-key-for-the-reference");
            });
        },
        &["leaks.no-payment-data"],
    ),
];

/// A reference seller whose events pass a relay.
async fn behind(ask: Ask) -> (Target, (Reference, Relay)) {
    let (judge, relay_at) = (free().await, free().await);
    let options = Options {
        webhooks: Some(relay_at),
        ..Options::default()
    };
    let reference = Reference::with(options).await;
    let mut target = reference.target.clone();
    let webhooks = target.webhooks.as_mut().unwrap();
    webhooks.listen = judge;
    webhooks.wait_s = 2;
    webhooks.quiet_ms = 200;
    let relay = Relay::start(relay_at, &format!("http://{judge}"), ask, echo).await;
    (target, (reference, relay))
}

/// Through a relay that changes nothing, the reference is right.
#[tokio::test(flavor = "multi_thread")]
async fn a_good_sender_passes() {
    for version in [SpecVersion::LATEST, SpecVersion::V2025_09_29] {
        let (target, _running) = behind(same).await;
        let results = judged(Lane::WebhookSender, version, target, &[]).await;
        for (name, result) in results {
            assert_ne!(
                result.verdict,
                Verdict::Violated,
                "{name}: {:#?}",
                result.findings
            );
        }
    }
}

/// Each fault turns its checks red.
#[tokio::test(flavor = "multi_thread")]
async fn planted_faults_are_found() {
    for fault in FAULTS {
        let (target, _running) = behind(fault.ask).await;
        let results = judged(Lane::WebhookSender, SpecVersion::LATEST, target, fault.red).await;
        all_end(&results, fault.red, fault.verdict, fault.name);
    }
}

/// Events of older versions have rules of their own.
#[tokio::test(flavor = "multi_thread")]
async fn planted_faults_are_found_in_older_versions() {
    let faults = [
        must(
            "no refunds",
            |m| remove(m, "refunds"),
            &["webhooks.refunds-list"],
        ),
        must(
            "refunds stay empty",
            |m| order(m, "/refunds", json!([])),
            &["webhooks.refunds-list-after-refund"],
        ),
        must(
            "amount as text",
            |m| order(m, "/refunds/0/amount", json!("1.00")),
            &["webhooks.refunds-amount"],
        ),
        must(
            "another type",
            |m| order(m, "/refunds/0/type", json!("cash")),
            &["webhooks.refunds-type"],
        ),
        must(
            "another permalink",
            |m| order(m, "/permalink_url", json!("https://shop.example/o")),
            &["webhooks.permalink"],
        ),
        must(
            "another secret",
            |m| {
                let value = signature("other", "1", &m.body);
                m.set("merchant-signature", &value);
            },
            &["signatures.content"],
        ),
    ];
    for fault in faults {
        let (target, _running) = behind(fault.ask).await;
        let results = judged(
            Lane::WebhookSender,
            SpecVersion::V2026_01_30,
            target,
            fault.red,
        )
        .await;
        all_end(&results, fault.red, fault.verdict, fault.name);
    }
}

/// A seller that gives up at the first failure is warned.
#[tokio::test(flavor = "multi_thread")]
async fn one_attempt_alone_is_a_warning() {
    // The relay takes every event, whatever the judge answers.
    let (judge, relay_at) = (free().await, free().await);
    let options = Options {
        webhooks: Some(relay_at),
        ..Options::default()
    };
    let reference = Reference::with(options).await;
    let mut target = reference.target.clone();
    let webhooks = target.webhooks.as_mut().unwrap();
    (webhooks.listen, webhooks.wait_s, webhooks.retry_wait_s) = (judge, 2, 1);
    let taken = |_: &Message, answer: &mut Message| answer.status = 200;
    let _relay = Relay::start(relay_at, &format!("http://{judge}"), same, taken).await;
    let names = ["webhooks.answer-500", "webhooks.connection-closed"];
    let results = judged(Lane::WebhookSender, SpecVersion::LATEST, target, &names).await;
    all_end(&results, &names, Verdict::Warning, "one attempt");
}
