//! Providers that are wrong about tokens for what shops keep for their buyers.

use comptoir_certify::{Lane, SpecVersion};
use serde_json::{Value, json};

use super::{
    fault::{Fault, requests},
    proxy::{Answered, Asked},
};

const LANE: Lane = Lane::Psp;

fn backed(asked: &Asked) -> bool {
    String::from_utf8_lossy(&asked.body).contains("\"seller_backed_")
}

fn refused() -> Answered {
    let error = json!({ "type": "invalid_request", "code": "invalid_card", "message": "no" });
    Answered::new(400, &error)
}

/// Refuses delegations for which this holds.
fn refuses(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    when: impl Fn(&str) -> bool + Clone + Send + Sync + 'static,
) -> Fault {
    let bend = requests(move |asked| {
        let text = String::from_utf8_lossy(&asked.body).into_owned();
        (backed(asked) && when(&text)).then(refused)
    });
    Fault::new(LANE, id, does, red, bend)
}

/// Changes the tokens of such delegations.
fn answers_with(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::edit(LANE, id, does, red, |asked, _| backed(asked), edit)
}

pub(crate) fn faults() -> Vec<Fault> {
    vec![
        answers_with(
            "psp-backed-handler",
            "does not say the handler id in metadata",
            &[
                "psp.lifecycle.backed-saved-card",
                "psp.lifecycle.backed-points",
            ],
            |json| {
                drop(
                    json["metadata"]
                        .as_object_mut()
                        .unwrap()
                        .remove("handler_id"),
                );
            },
        ),
        answers_with(
            "psp-backed-other-handler",
            "says another handler id in metadata",
            &["psp.lifecycle.backed-store-credit"],
            |json| json["metadata"]["handler_id"] = json!("card_tokenized"),
        )
        .version(SpecVersion::V2026_01_30),
        answers_with(
            "psp-backed-no-id",
            "gives a token without an id",
            &["psp.lifecycle.backed-gift-card"],
            |json| json["id"] = json!(""),
        ),
        refuses(
            "psp-backed-judges-numbers",
            "refuses gift cards whose number is none",
            &[
                "psp.lifecycle.backed-invalid-gift-card",
                "psp.lifecycle.backed-absurd-gift-card",
            ],
            |text| {
                text.contains("0000000000000000") && !text.contains("6000000000000001")
                    || text.contains("not a number")
            },
        ),
        refuses(
            "psp-backed-wants-entries",
            "refuses gift cards without entries",
            &["psp.lifecycle.backed-empty-gift-card"],
            |text| text.contains("\"fields\":{}"),
        ),
        refuses(
            "psp-backed-known-types",
            "refuses types that it does not know",
            &["psp.lifecycle.backed-own-type"],
            |text| text.contains("certify_voucher"),
        ),
    ]
}
