//! Good events in every form that the transport permits, and the orders of older versions.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    super::{
        clock::unix_now,
        documents::{object, with},
        webhook_signature::HEADER,
    },
    Sender, check,
    event::{event, minimal, rich},
};
use crate::{Case, Check, Outcome, Request, SpecVersion, Topic, VersionRange};

/// Changes a signed request into another that is as good.
type Form = fn(&Sender, Request) -> Outcome<Request>;

const FORMS: &[(&str, &str, &[&str], Form)] = &[
    (
        "signature-upper-case",
        "upper-case digits in v1 are as good as lower-case ones",
        &["webhooks.signature.hex-case"],
        upper_case,
    ),
    (
        "without-request-id",
        "an event without Request-Id is taken",
        &["webhooks.response.200-received"],
        |_, request| Ok(request.without("Request-Id")),
    ),
    (
        "without-timestamp",
        "an event without Timestamp is taken",
        &["webhooks.response.200-received"],
        |_, request| Ok(request.without("Timestamp")),
    ),
    (
        "content-type-charset",
        "the content type may name its character set",
        &["webhooks.response.200-received"],
        |_, request| Ok(request.with("Content-Type", "application/json; charset=utf-8")),
    ),
    (
        "header-name-lower-case",
        "the name of the signature header is not case-sensitive",
        &["webhooks.signature.verified"],
        |_, request| {
            let value = request.header_value(HEADER).unwrap_or_default().to_owned();
            Ok(request.without(HEADER).header("merchant-signature", value))
        },
    ),
    (
        "indented",
        "an event written with line breaks and blanks is taken as signed",
        &["webhooks.signature.verified"],
        |sender, request| rewritten(sender, &request, |text| text.replace(',', " ,\n\t")),
    ),
    (
        "escaped",
        "an event with escaped characters is taken as signed",
        &["webhooks.signature.verified"],
        |sender, request| {
            rewritten(sender, &request, |text| {
                text.replace("order_", "\\u006frder_")
            })
        },
    ),
    (
        "trailing-line-break",
        "an event that ends with a line break is taken as signed",
        &["webhooks.signature.verified"],
        |sender, request| rewritten(sender, &request, |text| format!("{text}\n")),
    ),
];

fn upper_case(sender: &Sender, request: Request) -> Outcome<Request> {
    let body = request.body.clone().unwrap_or_default();
    let t = unix_now();
    let digits = sender.digits(t, &body)?.to_ascii_uppercase();
    Ok(request.with(HEADER, format!("t={t},v1={digits}")))
}

/// The same event, spelt another way, with its own right signature.
fn rewritten(
    sender: &Sender,
    request: &Request,
    spell: impl FnOnce(&str) -> String,
) -> Outcome<Request> {
    let body = request.body.clone().unwrap_or_default();
    sender.signed(spell(&String::from_utf8_lossy(&body)))
}

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let forms = FORMS.iter().map(|&(name, title, proves, form)| {
        let check = check(Topic::Lifecycle, name, title, move |case| async move {
            let sender = Sender::of(&case)?;
            let order = minimal(case.version(), &sender.session_id()?);
            let request = sender.event(&event("order_update", order))?;
            let answer = sender.send(form(&sender, request)?).await?;
            sender.must_be_taken(&answer)
        })
        .proves(proves)
        .advice("verify the signature over the raw bytes, then parse");
        if name == "signature-upper-case" {
            check.versions(VersionRange::from(SpecVersion::V2026_04_17))
        } else {
            check
        }
    });
    let mut checks: Vec<_> = forms.collect();
    checks.extend([request_id(), distinct_orders(), unknown_members()]);
    if version < SpecVersion::V2026_04_17 {
        checks.extend(older());
    }
    checks
}

fn request_id() -> Check {
    check(
        Topic::Lifecycle,
        "request-id-repeated",
        "the answer repeats Request-Id as request_id",
        |case| async move {
            let sender = Sender::of(&case)?;
            let order = minimal(case.version(), &sender.session_id()?);
            let request = sender.event(&event("order_update", order))?;
            let id = request
                .header_value("Request-Id")
                .unwrap_or_default()
                .to_owned();
            let answer = sender.send(request).await?;
            sender.must_be_taken(&answer)?;
            case.must(
                answer.text("/request_id") == Some(&*id),
                &answer,
                "request_id equals the event's Request-Id",
                || format!("sent {id}, answered {}", case.excerpt(&answer)),
            )
        },
    )
    .proves(&["webhooks.response.request-id"])
    .versions(VersionRange::from(SpecVersion::V2026_01_30))
    .advice("answer {\"received\": true, \"request_id\": \"<Request-Id>\"}")
}

/// Members that later versions may bring; the schema of events is not closed against them.
fn unknown_members() -> Check {
    check(
        Topic::Versions,
        "unknown-members",
        "members nobody knows should be passed over",
        |case| async move {
            let sender = Sender::of(&case)?;
            let mut event = event(
                "order_update",
                minimal(case.version(), &sender.session_id()?),
            );
            for pointer in ["/created_at", "/data/gift_message"] {
                event = with(event, pointer, json!("new in a later version"));
            }
            let answer = sender.send(sender.event(&event)?).await?;
            sender.must_not_break(&answer)?;
            case.should(
                answer.is_success(),
                &answer,
                "an event with members of a later version should be taken",
                || format!("{}: {}", answer.status, case.excerpt(&answer)),
            );
            Ok(())
        },
    )
    .advice("read what you know and pass over the rest")
}

fn distinct_orders() -> Check {
    check(
        Topic::Concurrency,
        "orders-at-once",
        "events of twenty orders at once are all taken",
        |case: Arc<Case>| async move {
            let sender = Sender::of(&case)?;
            let mut requests = Vec::new();
            for _ in 0..20 {
                let session = format!("cs_certify_{}", case.fresh_key()?);
                let order = minimal(case.version(), &session);
                requests.push(sender.event(&event("order_create", order))?);
            }
            let sent = requests.into_iter().map(|request| sender.send(request));
            for answer in futures_util::future::join_all(sent).await {
                // A receiver that takes events of known orders alone may refuse these.
                let answer = answer?;
                sender.must_not_break(&answer)?;
            }
            Ok(())
        },
    )
    .advice("keep events of different orders apart")
}

const OLD_STATUSES: [&str; 6] = [
    "created",
    "manual_review",
    "confirmed",
    "canceled",
    "shipped",
    "fulfilled",
];

/// Orders of versions before 2026-04-17.
fn older() -> Vec<Check> {
    let until = VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2026_01_30);
    let mut checks = Vec::new();
    let mut add = |name: String, title: String, kind: &'static str, change: Change| {
        checks.push(
            check(Topic::Webhooks, &name, &title, move |case| {
                let change = change.clone();
                async move {
                    let sender = Sender::of(&case)?;
                    let order = minimal(case.version(), &sender.session_id()?);
                    let order = with(order, change.0, change.1);
                    let answer = sender.taken(&event(kind, order)).await?;
                    case.shape(&answer, "webhook#WebhookAcknowledgment")
                }
            })
            .proves(&["webhooks.response.200-received"])
            .proves_shapes(&["WebhookAcknowledgment"])
            .versions(until)
            .advice("answer 200 with {\"received\": true}"),
        );
    };
    for status in OLD_STATUSES {
        for (kind, word) in [("order_create", "create"), ("order_update", "update")] {
            add(
                format!("{word}-status-{}", status.replace('_', "-")),
                format!("an {kind} with status {status} is taken"),
                kind,
                Change("/status", json!(status)),
            );
        }
    }
    let refund = |kind: &str| object([("type", json!(kind)), ("amount", json!(100))]);
    for (name, refunds) in [
        ("original-payment", json!([refund("original_payment")])),
        ("store-credit", json!([refund("store_credit")])),
        (
            "two",
            json!([refund("original_payment"), refund("store_credit")]),
        ),
    ] {
        add(
            format!("refunds-{name}"),
            format!("an order with refunds ({name}) is taken"),
            "order_update",
            Change("/refunds", refunds),
        );
    }
    checks
}

/// A member of an order and its value.
#[derive(Clone)]
struct Change(&'static str, Value);

/// An event of the version with as much in it as it may have.
pub(super) fn full_event(version: SpecVersion, session: &str) -> Value {
    let order = if version >= SpecVersion::V2026_04_17 {
        rich(session)
    } else {
        let refunds = json!([{ "type": "original_payment", "amount": 100 }]);
        with(minimal(version, session), "/refunds", refunds)
    };
    event("order_update", order)
}
