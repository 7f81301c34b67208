//! The lane of receivers bites: each planted fault turns the check of its rule red.
#![expect(clippy::unwrap_used, reason = "a broken relay fails the test")]

use comptoir_certify::{Lane, SpecVersion, Target, Verdict, lanes};
use serde_json::{Value, json};

use crate::{
    reference::Reference,
    relay::{Ask, Message, Relay, Reply, all_end, echo, judged, same, signature},
};

const SECRET: &str = "webhook-secret-for-the-reference";

struct Fault {
    name: &'static str,
    ask: Ask,
    reply: Reply,
    red: &'static [&'static str],
}

const fn asked(name: &'static str, ask: Ask, red: &'static [&'static str]) -> Fault {
    Fault {
        name,
        ask,
        reply: echo,
        red,
    }
}

const fn replied(name: &'static str, reply: Reply, red: &'static [&'static str]) -> Fault {
    Fault {
        name,
        ask: same,
        reply,
        red,
    }
}

fn now() -> i64 {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    now.try_into().unwrap()
}

fn sign(message: &mut Message, t: i64) {
    let value = signature(SECRET, &t.to_string(), &message.body);
    message.set("merchant-signature", &value);
}

fn parts(message: &Message) -> (String, String) {
    let header = message.header("merchant-signature").to_owned();
    let part = |name: &str| {
        let mut parts = header.split(',').map(str::trim);
        parts
            .find_map(|part| part.strip_prefix(name))
            .unwrap_or_default()
            .to_owned()
    };
    (part("t="), part("v1="))
}

/// Whether the header holds for these bytes, whatever its `t`.
fn holds(message: &Message, body: &[u8]) -> bool {
    let (t, v1) = parts(message);
    signature(SECRET, &t, body) == format!("t={t},v1={v1}")
}

fn refuse_text(message: &mut Message, text: &str) {
    if String::from_utf8_lossy(&message.body).contains(text) {
        let error =
            json!({"type": "invalid_request", "code": "invalid", "message": "unknown value"});
        message.answer(400, &error);
    }
}

const FAULTS: &[Fault] = &[
    asked(
        "takes any age",
        |m| {
            if holds(m, &m.body.clone()) {
                sign(m, now());
            }
        },
        &[
            "expiry.old-hour",
            "expiry.ahead-year",
            "expiry.old-day",
            "signatures.time-zero",
            "signatures.time-milliseconds",
        ],
    ),
    asked(
        "signs what it parsed",
        |m| {
            let again = m.json().to_string();
            if holds(m, again.as_bytes()) {
                sign(m, now());
            }
        },
        &[
            "signatures.body-blank",
            "signatures.body-line-break",
            "signatures.body-escaped",
        ],
    ),
    asked(
        "takes the digits alone",
        |m| {
            let header = m.header("merchant-signature").to_owned();
            if header.len() == 64 {
                sign(m, now());
            }
        },
        &["signatures.digits-alone"],
    ),
    asked(
        "takes v0",
        |m| {
            if m.header("merchant-signature").contains("v0=") {
                sign(m, now());
            }
        },
        &["signatures.v0"],
    ),
    asked(
        "takes what is over the body alone",
        |m| {
            let (t, v1) = parts(m);
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
            if hex::encode(aws_lc_rs::hmac::sign(&key, &m.body)) == v1 {
                sign(m, t.parse().unwrap());
            }
        },
        &["signatures.over-body"],
    ),
    asked(
        "takes unsigned events",
        |m| {
            if m.header("merchant-signature").is_empty() {
                sign(m, now());
            }
        },
        &[
            "signatures.missing",
            "signatures.empty",
            "signatures.other-header",
        ],
    ),
    asked(
        "takes any of several digits",
        |m| {
            let header = m.header("merchant-signature").to_owned();
            if header.matches("v1=").count() > 1 {
                sign(m, now());
            }
        },
        &["signatures.two-digits", "signatures.right-then-wrong"],
    ),
    asked(
        "refuses upper-case digits",
        |m| {
            if m.header("merchant-signature")
                .contains(['A', 'B', 'C', 'D', 'E', 'F'])
            {
                m.set("merchant-signature", "t=1,v1=x");
            }
        },
        &["lifecycle.signature-upper-case"],
    ),
    asked(
        "refuses unknown statuses",
        |m| refuse_text(m, "awaiting_moonrise"),
        &["webhooks.status-unknown"],
    ),
    asked(
        "refuses unknown line statuses",
        |m| refuse_text(m, "gift_wrapping"),
        &["webhooks.line-status-unknown"],
    ),
    asked(
        "refuses unknown fulfilment statuses",
        |m| refuse_text(m, "by_balloon"),
        &["webhooks.fulfillment-status-unknown"],
    ),
    asked(
        "refuses unknown event types",
        |m| refuse_text(m, "seen_from_afar"),
        &["webhooks.fulfillment-event-unknown"],
    ),
    asked(
        "refuses unknown adjustments",
        |m| refuse_text(m, "apology"),
        &["webhooks.adjustment-type-unknown"],
    ),
    asked(
        "refuses unknown adjustment statuses",
        |m| refuse_text(m, "in_the_post"),
        &["webhooks.adjustment-status-unknown"],
    ),
    asked(
        "refuses unknown events",
        |m| refuse_text(m, "order_archived"),
        &["webhooks.event-type-unknown"],
    ),
    asked(
        "refuses old values",
        |m| refuse_text(m, "chargeback"),
        &["webhooks.adjustment-chargeback"],
    ),
    asked(
        "refuses the first form",
        |m| {
            if m.json()
                .pointer("/data/line_items/0/quantity/shipped")
                .is_some()
            {
                refuse_text(m, "shipped");
            }
        },
        &["webhooks.first-form"],
    ),
    asked(
        "needs fulfilled",
        |m| {
            if m.json()
                .pointer("/data/line_items/0/quantity")
                .is_some_and(|quantity| quantity.get("fulfilled").is_none())
            {
                refuse_text(m, "quantity");
            }
        },
        &[
            "webhooks.line-without-fulfilled",
            "webhooks.line-without-prices",
        ],
    ),
    asked(
        "needs lines",
        |m| {
            if m.json().pointer("/data/line_items").is_none() {
                refuse_text(m, "order");
            }
        },
        &[
            "webhooks.minimal-create",
            "webhooks.minimal-update",
            "webhooks.order-grows-richer",
        ],
    ),
    asked(
        "breaks on null",
        |m| {
            if m.json().pointer("/data").is_some_and(Value::is_null) {
                m.answer(500, &json!({"message": "null pointer"}));
            }
        },
        &["errors.data-null"],
    ),
    asked(
        "breaks on a wrong type",
        |m| {
            if m.json()
                .pointer("/data/totals")
                .is_some_and(Value::is_object)
            {
                m.answer(500, &json!({}));
            }
        },
        &["fuzz.totals"],
    ),
    asked(
        "breaks on broken JSON",
        |m| {
            if m.json().is_null() {
                m.answer(500, &json!({}));
            }
        },
        &["errors.brace", "errors.empty", "errors.no-utf8"],
    ),
    replied(
        "answers 202",
        |_, m| {
            if m.status == 200 {
                m.status = 202;
            }
        },
        &["webhooks.minimal-create", "lifecycle.without-request-id"],
    ),
    replied(
        "answers an empty body",
        |_, m| {
            if m.status == 200 {
                m.body.clear();
            }
        },
        &["webhooks.minimal-create", "idempotency.replay-same-bytes"],
    ),
    replied(
        "says received: false",
        |_, m| {
            if m.status == 200 {
                m.edit(|json| json["received"] = json!(false));
            }
        },
        &["webhooks.rich-update"],
    ),
    replied(
        "forgets request_id",
        |_, m| {
            if m.status == 200 {
                m.edit(|json| json["request_id"] = json!("another"));
            }
        },
        &["lifecycle.request-id-repeated"],
    ),
    replied(
        "answers 403 to forgeries",
        |_, m| {
            if m.status == 401 {
                m.status = 403;
            }
        },
        &[
            "signatures.other-secret",
            "signatures.missing",
            "expiry.old-hour",
        ],
    ),
    replied(
        "calls forgeries unauthorized",
        |_, m| {
            if m.status == 401 {
                m.edit(|json| json["code"] = json!("unauthorized"));
            }
        },
        &[
            "signatures.other-secret",
            "signatures.missing",
            "signatures.v1-short",
        ],
    ),
    replied(
        "answers forgeries in HTML",
        |_, m| {
            if m.status == 401 {
                m.body = b"<h1>401</h1>".to_vec();
            }
        },
        &["signatures.other-secret"],
    ),
    replied(
        "answers 200 to broken JSON",
        |_, m| {
            if m.status == 400 {
                m.answer(200, &json!({"received": true}));
            }
        },
        &["errors.brace", "errors.no-data", "errors.type-number"],
    ),
    replied(
        "answers 422 to broken JSON",
        |_, m| {
            if m.status == 400 {
                m.status = 422;
            }
        },
        &["errors.brace", "errors.no-type"],
    ),
    replied(
        "tells the right signature",
        |ask, m| {
            if m.status == 401 {
                let (t, _) = parts(ask);
                let right = signature(SECRET, &t, &ask.body);
                m.edit(|json| json["message"] = json!(format!("expected {right}")));
            }
        },
        &["leaks.refusal-tells-no-signature"],
    ),
    replied(
        "takes GET for an event",
        |ask, m| {
            if ask.method == "GET" {
                m.answer(200, &json!({"received": true}));
            }
        },
        &["errors.method-get"],
    ),
];

/// The target with a relay before the receiver.
async fn behind(ask: Ask, reply: Reply) -> (Target, (Reference, Relay)) {
    let reference = Reference::start().await;
    let mut target = reference.target.clone();
    let receiver = target.receiver.as_mut().unwrap();
    let mut base = receiver.url.clone();
    base.set_path("");
    let relay = Relay::start("127.0.0.1:0".parse().unwrap(), base.as_str(), ask, reply).await;
    let path = receiver.url.path().to_owned();
    receiver.url = format!("{}{path}", relay.base()).parse().unwrap();
    (target, (reference, relay))
}

/// Through a relay that changes nothing, the reference is right.
#[tokio::test(flavor = "multi_thread")]
async fn a_good_receiver_passes() {
    let (target, _running) = behind(same, echo).await;
    let results = judged(Lane::WebhookReceiver, SpecVersion::LATEST, target, &[]).await;
    for (name, result) in results {
        assert_ne!(
            result.verdict,
            Verdict::Violated,
            "{name}: {:#?}",
            result.findings
        );
        assert_ne!(
            result.verdict,
            Verdict::NotTested,
            "{name}: {:?}",
            result.reason
        );
    }
}

/// A receiver that verifies nothing takes every forgery: each of the forgeries must notice.
#[tokio::test(flavor = "multi_thread")]
async fn every_forgery_notices_a_receiver_that_verifies_nothing() {
    let (target, _running) = behind(|message| sign(message, now()), echo).await;
    let results = judged(Lane::WebhookReceiver, SpecVersion::LATEST, target, &[]).await;
    let mut forged = 0;
    for check in lanes::checks(Lane::WebhookReceiver, SpecVersion::LATEST) {
        let Some(name) = check.id().strip_prefix("webhook-receiver.signatures.") else {
            continue;
        };
        let result = &results[&format!("signatures.{name}")];
        assert_eq!(
            result.verdict,
            Verdict::Violated,
            "{name}: {:#?}",
            result.findings
        );
        forged += 1;
    }
    assert!(forged >= 60, "{forged} forgeries");
}

/// Each fault turns its checks red.
#[tokio::test(flavor = "multi_thread")]
async fn planted_faults_are_found() {
    for fault in FAULTS {
        let (target, _running) = behind(fault.ask, fault.reply).await;
        let results = judged(
            Lane::WebhookReceiver,
            SpecVersion::LATEST,
            target,
            fault.red,
        )
        .await;
        all_end(&results, fault.red, Verdict::Violated, fault.name);
    }
}

/// A window of another width is worth a warning.
#[tokio::test(flavor = "multi_thread")]
async fn another_window_is_a_warning() {
    let narrow: Ask = |message| {
        let t: i64 = parts(message).0.parse().unwrap_or_default();
        if (now() - t).abs() > 60 {
            message.set("merchant-signature", "t=1,v1=x");
        }
    };
    let (target, _running) = behind(narrow, echo).await;
    let names = ["expiry.old-290", "expiry.ahead-299"];
    let results = judged(Lane::WebhookReceiver, SpecVersion::LATEST, target, &names).await;
    all_end(&results, &names, Verdict::Warning, "narrow window");
}

/// Without a section nothing is judged, and nothing is green.
#[tokio::test]
async fn nothing_is_green_without_a_receiver() {
    let results = judged(
        Lane::WebhookReceiver,
        SpecVersion::LATEST,
        Target::default(),
        &[],
    )
    .await;
    for (name, result) in results {
        assert_eq!(result.verdict, Verdict::NotTested, "{name}");
        assert!(result.reason.unwrap().contains("[receiver]"), "{name}");
    }
}
