//! Providers that forget, mix up or leak.

use std::collections::HashMap;

use comptoir_certify::{Lane, SpecVersion};
use serde_json::json;

use super::{
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked, Bend},
    psp_requests::{refusal, text},
};

const LANE: Lane = Lane::Psp;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = repeats();
    all.extend(conflicts());
    all.extend(replays());
    all.extend(leaks());
    all
}

/// Gives every request a key of its own, so that nothing is ever repeated.
#[derive(Default)]
struct Forgetful(u32);

impl Bend for Forgetful {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        self.0 += 1;
        if asked.headers.contains_key("idempotency-key") {
            asked.set(
                "idempotency-key",
                &format!("key-{}-{}", self.0, std::process::id()),
            );
        }
        None
    }
}

/// Repeats the first answer under a key, whatever the body is, and whoever asks.
#[derive(Default)]
struct KeyAlone(HashMap<String, Answered>);

impl Bend for KeyAlone {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        self.0.get(&text(asked, "idempotency-key")).cloned()
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        self.0
            .insert(text(asked, "idempotency-key"), answered.clone());
    }
}

/// Compares bodies byte by byte.
#[derive(Default)]
struct Bytes(HashMap<String, Vec<u8>>);

impl Bend for Bytes {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let first = self
            .0
            .entry(text(asked, "idempotency-key"))
            .or_insert_with(|| asked.body.to_vec());
        (*first != asked.body.to_vec()).then(|| {
            Answered::new(422, &json!({ "type": "invalid_request", "code": "idempotency_conflict", "message": "no" }))
        })
    }
}

/// Keeps a 5xx under its key, and answers it to the card that provokes it.
#[derive(Default)]
struct Stubborn(HashMap<String, Answered>);

impl Bend for Stubborn {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        self.0
            .get(&text(asked, "idempotency-key"))
            .cloned()
            .or_else(|| {
                let fails = String::from_utf8_lossy(&asked.body).contains(BROKEN_CARD);
                let failed = fails.then(broken)?;
                self.0
                    .insert(text(asked, "idempotency-key"), failed.clone());
                Some(failed)
            })
    }
}

/// The card that makes a proxy answer 5xx.
pub(crate) const BROKEN_CARD: &str = "4000000000000119";

/// An outage, well told.
pub(crate) fn broken() -> Answered {
    Answered::new(
        503,
        &json!({ "type": "service_unavailable", "code": "invalid_card", "message": "later" }),
    )
}

fn repeats() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "psp-forgets-keys",
            "makes a new token for every repeat",
            &[
                "psp.idempotency.replay",
                "psp.concurrency.one-key-one-token",
            ],
            || Box::<Forgetful>::default(),
        ),
        Fault::new(
            LANE,
            "psp-key-alone",
            "replays without looking at the body",
            &[
                "psp.idempotency.conflict-amount",
                "psp.idempotency.array-order-checks",
            ],
            || Box::<KeyAlone>::default(),
        ),
        Fault::new(
            LANE,
            "psp-key-of-all",
            "replays another agent's answer",
            &["psp.idempotency.other-identity"],
            || Box::<KeyAlone>::default(),
        ),
        Fault::new(
            LANE,
            "psp-compares-bytes",
            "compares bodies byte by byte",
            &[
                "psp.idempotency.member-order",
                "psp.idempotency.number-score",
            ],
            || Box::<Bytes>::default(),
        ),
        Fault::new(
            LANE,
            "psp-keeps-5xx",
            "keeps a 5xx under its key",
            &["psp.idempotency.server-fault-retry"],
            || Box::<Stubborn>::default(),
        ),
        Fault::new(
            LANE,
            "psp-conflict-409",
            "answers a conflict with 409",
            &["psp.idempotency.conflict-amount"],
            answers(|_, answered| {
                if answered.status == 422 {
                    answered.status = 409;
                }
            }),
        ),
    ]
}

fn conflicts() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "psp-conflict-code",
            "gives a conflict another code",
            &["psp.idempotency.conflict-amount"],
            answers(|_, answered| {
                if answered.status == 422 {
                    answered.edit(|json| json["code"] = json!("duplicate_request"));
                }
            }),
        ),
        Fault::new(
            LANE,
            "psp-older-conflict-422",
            "answers a conflict of an older version with 422",
            &["psp.idempotency.older-conflict"],
            answers(|_, answered| {
                if answered.status == 409 {
                    answered.status = 422;
                }
            }),
        )
        .version(SpecVersion::V2026_01_30),
        Fault::new(
            LANE,
            "psp-older-key-required",
            "demands a key in an older version",
            &["psp.idempotency.older-key-optional"],
            requests(|asked| {
                (!asked.headers.contains_key("idempotency-key")).then(|| refusal(400))
            }),
        )
        .version(SpecVersion::V2026_01_30),
    ]
}

fn replays() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "psp-replayed-everywhere",
            "marks first answers as replays",
            &["psp.idempotency.replay-header-value"],
            answers(|_, answered| {
                answered.set("idempotent-replayed", "true");
            }),
        ),
        Fault::new(
            LANE,
            "psp-replayed-yes",
            "marks replays with yes",
            &["psp.idempotency.replay-header-value"],
            answers(|_, answered| {
                if answered.headers.contains_key("idempotent-replayed") {
                    answered.set("idempotent-replayed", "yes");
                }
            }),
        ),
        Fault::new(
            LANE,
            "psp-replay-200",
            "replays with 200",
            &["psp.idempotency.replay-status"],
            answers(|_, answered| {
                if answered.headers.contains_key("idempotent-replayed") {
                    answered.status = 200;
                }
            }),
        ),
    ]
}

fn leaks() -> Vec<Fault> {
    let number = |asked: &Asked| {
        let json = asked.json().unwrap_or_default();
        json["payment_method"]["number"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    vec![
        Fault::new(
            LANE,
            "psp-number-in-metadata",
            "writes the card number into metadata",
            &["psp.leaks.token"],
            answers(move |asked, answered| {
                let number = number(asked);
                answered.edit(|json| json["metadata"]["card"] = json!(number));
            }),
        ),
        Fault::new(
            LANE,
            "psp-number-in-message",
            "repeats the card number in errors",
            &["psp.leaks.error-month"],
            answers(move |asked, answered| {
                let number = number(asked);
                answered.edit(|json| json["message"] = json!(format!("card {number} is refused")));
            }),
        ),
        Fault::new(
            LANE,
            "psp-cvc-in-message",
            "repeats the cvc in errors",
            &["psp.leaks.error-month"],
            answers(|asked, answered| {
                let json = asked.json().unwrap_or_default();
                let cvc = json["payment_method"]["cvc"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                answered.edit(|json| json["message"] = json!(format!("cvc {cvc} is refused")));
            }),
        ),
        Fault::new(
            LANE,
            "psp-number-spaced",
            "repeats the card number in groups of four",
            &["psp.leaks.token"],
            answers(move |asked, answered| {
                let groups: Vec<_> = number(asked)
                    .as_bytes()
                    .chunks(4)
                    .map(|four| String::from_utf8_lossy(four).into_owned())
                    .collect();
                answered.set("request-id", &groups.join(" "));
            }),
        ),
        Fault::new(
            LANE,
            "psp-id-is-the-card",
            "makes the token id of the card number",
            &["psp.leaks.token-not-the-card"],
            answers(move |asked, answered| {
                let number = number(asked);
                answered.edit(|json| json["id"] = json!(format!("vt_{number}")));
            }),
        ),
    ]
}
