//! Sellers that show attribution, quarrel over it or forget it under a key, in one way each.

use std::sync::atomic::{AtomicU64, Ordering};

use comptoir_certify::{Lane, SpecVersion};
use serde_json::{Value, json};

use super::{
    affiliate::{claim, refuses, takes},
    fault::{Fault, answers},
    proxy::{Answered, Asked, Bend},
    seller_visits::{Visit, repeats},
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = telling();
    all.extend(conflicts());
    all.extend(keys());
    all
}

const SENT: &str = "/affiliate_attribution";

fn telling() -> Vec<Fault> {
    vec![
        repeats(
            SENT,
            "affiliate-echo-create",
            "repeats attribution in the answer to create",
            &["extensions.leaks.affiliate-hidden-create"],
            Visit::Create,
            "affiliate_attribution",
        )
        .version(SpecVersion::V2026_01_16),
        repeats(
            SENT,
            "affiliate-echo-retrieve",
            "shows attribution on retrieve",
            &[
                "extensions.leaks.affiliate-hidden-retrieve",
                "extensions.leaks.affiliate-hidden-retrieve-canceled",
                "extensions.leaks.affiliate-hidden-retrieve-completed",
            ],
            Visit::Retrieve,
            "affiliate_attribution",
        ),
        repeats(
            SENT,
            "affiliate-echo-elsewhere",
            "shows what was claimed under another name",
            &["extensions.leaks.affiliate-hidden-update"],
            Visit::Update,
            "metadata",
        ),
        repeats(
            SENT,
            "affiliate-echo-complete",
            "shows attribution in the answer to complete",
            &[
                "extensions.leaks.affiliate-hidden-complete",
                "extensions.leaks.affiliate-hidden-complete-again",
            ],
            Visit::Complete,
            "affiliate_attribution",
        ),
        repeats(
            SENT,
            "affiliate-echo-cancel",
            "shows attribution in the answer to cancel",
            &["extensions.leaks.affiliate-hidden-cancel"],
            Visit::Cancel,
            "affiliate_attribution",
        ),
        Fault::new(
            LANE,
            "affiliate-token-told",
            "repeats the token in errors",
            &[
                "extensions.leaks.affiliate-token-in-error-metadata",
                "extensions.leaks.affiliate-token-in-error-item",
                "extensions.leaks.affiliate-token-in-error-key",
            ],
            answers(|asked, answered| {
                if answered.is_error() {
                    let token = claim(asked, "/token");
                    answered.edit(|json| json["message"] = json!(format!("what is {token}?")));
                }
            }),
        ),
    ]
}

fn conflicts() -> Vec<Fault> {
    let differs = |claim: &Value| {
        let begins = |member: &str, start: &str| {
            claim[member]
                .as_str()
                .is_some_and(|text| text.starts_with(start))
        };
        begins("provider", "other-network") || begins("publisher_id", "other_")
    };
    vec![
        refuses(
            "affiliate-conflict-refused",
            "refuses a complete that names another network",
            &[
                "extensions.lifecycle.affiliate-conflict-provider",
                "extensions.lifecycle.affiliate-conflict-publisher",
                "extensions.lifecycle.affiliate-conflict-all",
            ],
            move |_, claim| differs(claim),
        ),
        Fault::new(
            LANE,
            "affiliate-conflict-told",
            "tells the buyer that two networks claim the purchase",
            &[
                "extensions.lifecycle.affiliate-conflict-silent-provider",
                "extensions.lifecycle.affiliate-conflict-silent-publisher",
            ],
            answers(move |asked, answered| {
                if differs(&claim(asked, "")) {
                    let text = "Somebody else claims to have brought you here.";
                    answered.edit(|json| {
                        json["messages"] = json!([{
                            "type": "info", "code": "claim", "content_type": "plain", "content": text,
                        }]);
                    });
                }
            }),
        ),
    ]
}

/// Gives every request another key.
#[derive(Default)]
struct Rekeys(AtomicU64);

impl Bend for Rekeys {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        asked.set("idempotency-key", &format!("key-of-the-proxy-{count}"));
        None
    }
}

fn keys() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "affiliate-key-forgotten",
            "pays no heed to keys",
            &[
                "extensions.idempotency.affiliate-create-replay",
                "extensions.idempotency.affiliate-complete-replay",
                "extensions.idempotency.affiliate-create-mismatch-token",
            ],
            || Box::new(Rekeys::default()),
        ),
        takes(
            "affiliate-key-blind",
            "does not compare attribution under a key",
            &[
                "extensions.idempotency.affiliate-create-mismatch-token",
                "extensions.idempotency.affiliate-create-mismatch-provider",
                "extensions.idempotency.affiliate-create-mismatch-metadata",
                "extensions.idempotency.affiliate-complete-mismatch-touchpoint",
            ],
            |claim| *claim = json!({ "provider": "certify.example", "token": "atp_made_up" }),
        ),
        Fault::new(
            LANE,
            "affiliate-mismatch-409",
            "answers a mismatch with 409",
            &["extensions.idempotency.affiliate-create-mismatch-absent"],
            answers(|_, answered| {
                if answered.status == 422 {
                    answered.status = 409;
                }
            }),
        ),
        Fault::new(
            LANE,
            "affiliate-mismatch-422",
            "answers a mismatch with 422 before 2026-04-17",
            &["extensions.idempotency.affiliate-create-mismatch-token"],
            answers(|_, answered| {
                if answered.status == 409 {
                    answered.status = 422;
                }
            }),
        )
        .version(SpecVersion::V2026_01_30),
    ]
}
