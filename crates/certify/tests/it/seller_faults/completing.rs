//! Faults of paying.

use serde_json::{Value, json};

use super::{
    Fault,
    bends::{Op, after, answers, completed, declined, dropped, error, recalled, requests, when},
};
use crate::proxy::{Answered, Asked, Bend};

pub(super) fn faults() -> Vec<Fault> {
    [GULLIBLE, TIMID].concat()
}

const GULLIBLE: &[Fault] = &[
    Fault::new("anything-pays", ANYTHING_PAYS, || {
        recalled(Op::Complete, |session, _| completed(session))
    }),
    Fault::new(
        "failed-authentication-pays",
        &[
            "escalation.3ds-denied",
            "escalation.3ds-rejected",
            "escalation.3ds-canceled",
            "escalation.3ds-abandoned",
            "escalation.3ds-processing-error",
            "escalation.3ds-missing-result-*",
        ],
        || {
            recalled(Op::Complete, |session, asked| {
                let challenged = session["status"] == "authentication_required";
                if challenged {
                    completed(session)
                } else {
                    challenge(session, asked)
                }
            })
        },
    ),
    Fault::new(
        "completes-without-order",
        &[
            "lifecycle.complete-order-and-status-agree",
            "lifecycle.complete-says-completed",
        ],
        || {
            after(Op::Complete, |session| {
                session.as_object_mut().unwrap().remove("order");
                session["status"] = json!("completed");
            })
        },
    ),
    Fault::new(
        "purchase-orders-are-ignored",
        &["lifecycle.complete-with-purchase-order"],
        || recalled(Op::Complete, |session, _| Answered::new(200, &session)),
    ),
    Fault::new(
        "charges-twice",
        &[
            "lifecycle.complete-twice-leaves-the-second-token",
            "lifecycle.complete-canceled-leaves-the-token",
        ],
        || {
            // The token is spent, whatever the session's state.
            struct Spent(Vec<String>);
            impl Bend for Spent {
                fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
                    if Op::of(asked) != Op::Complete {
                        return None;
                    }
                    let json = asked.json()?;
                    let token = json
                        .pointer("/payment_data/instrument/credential/token")?
                        .to_string();
                    if self.0.contains(&token) {
                        return Some(error(402));
                    }
                    self.0.push(token);
                    None
                }
            }
            Box::new(Spent(Vec::new()))
        },
    ),
];

const ANYTHING_PAYS: &[&str] = &[
    "lifecycle.complete-with-made-up-token",
    "lifecycle.complete-with-empty-token",
    "lifecycle.complete-without-payment-data",
    "lifecycle.complete-with-foreign-session-token",
    "lifecycle.complete-spends-the-token",
    "lifecycle.complete-not-ready",
    "lifecycle.complete-not-ready-leaves-the-token",
    "lifecycle.complete-canceled",
    "lifecycle.declined-has-message",
    "lifecycle.declined-has-no-order",
    "lifecycle.sold-out-cannot-be-paid",
    "lifecycle.complete-retrieve-shows-order",
    "arithmetic.charge-is-not-less-than-shown",
    "arithmetic.charge-follows-changed-lines",
    "arithmetic.token-of-another-currency",
    "expiry.expired-token-does-not-pay",
    "escalation.instrument-of-unknown-handler",
    "escalation.instrument-of-unknown-handler-leaves-the-token",
    "escalation.instrument-with-raw-card*",
    "escalation.instrument-with-card-as-token",
    "escalation.instrument-without-handler",
    "escalation.3ds-status",
    "escalation.3ds-enforced-without-capability",
    "escalation.3ds-claim-is-no-proof",
    "versions.old-payment-data-is-refused",
];

/// Asks for authentication, as the reference does.
pub(super) fn challenge(mut session: Value, _: &Asked) -> Answered {
    session["status"] = json!("authentication_required");
    session["authentication_metadata"] = json!({
        "acquirer_details": {
            "acquirer_bin": "455170", "acquirer_country": "US",
            "acquirer_merchant_id": "m", "merchant_name": "Shop",
        },
        "directory_server": "visa",
    });
    Answered::new(200, &session)
}

const TIMID: &[Fault] = &[
    Fault::new("nothing-pays", NOTHING_PAYS, || {
        recalled(Op::Complete, |session, _| declined(session))
    }),
    Fault::new(
        "a-decline-is-an-error",
        &["lifecycle.declined-is-a-session"],
        || {
            answers(|_, answered| {
                let declined = answered
                    .json()
                    .is_some_and(|json| json["messages"][0]["code"] == "payment_declined");
                if declined {
                    *answered = error(402);
                }
            })
        },
    ),
    Fault::new(
        "a-decline-changes-the-cart",
        &["lifecycle.declined-keeps-the-cart"],
        || after(Op::Complete, |session| session["totals"] = json!([])),
    ),
    Fault::new(
        "a-decline-is-for-ever",
        &[
            "lifecycle.declined-message-goes-away",
            "escalation.3ds-metadata-goes-away",
        ],
        || {
            when("completed", |session| {
                session["messages"] = json!([
                    { "type": "error", "code": "payment_declined", "content_type": "plain", "content": "x" },
                    { "type": "error", "code": "requires_3ds", "content_type": "plain", "content": "x" },
                ]);
            })
        },
    ),
    Fault::new(
        "completing-takes-a-line",
        &["lifecycle.complete-keeps-lines"],
        || {
            when("completed", |session| {
                session["line_items"].as_array_mut().unwrap()[0]["quantity"] = json!(8);
            })
        },
    ),
    Fault::new(
        "buyer-on-complete-is-lost",
        &["lifecycle.complete-applies-buyer"],
        || dropped(Op::Complete, "buyer"),
    ),
    Fault::new(
        "strict-instruments",
        &["escalation.instrument-with-more-fields"],
        || refused_when("/payment_data/instrument/brand", true),
    ),
    Fault::new(
        "billing-address-demanded",
        &["escalation.instrument-without-billing-address"],
        || refused_when("/payment_data/billing_address", false),
    ),
];

const NOTHING_PAYS: &[&str] = &[
    "arithmetic.charge-is-not-more-than-shown",
    "arithmetic.charge-follows-chosen-option",
    "lifecycle.declined-then-paid",
    "lifecycle.declined-thrice-then-paid",
    "escalation.instrument-with-more-fields",
    "escalation.instrument-with-raw-card-charges-nothing",
    "escalation.instrument-of-unknown-handler-leaves-the-token",
    "escalation.every-tokenized-handler-pays",
    "escalation.handler-display-order",
    "escalation.required-empty-demands-nothing",
    "lifecycle.complete-says-completed",
    "lifecycle.complete-retrieve-shows-order",
    "lifecycle.complete-not-ready-leaves-the-token",
];

/// Refuses complete when its body has this member, or when it has it not.
fn refused_when(pointer: &'static str, there: bool) -> Box<dyn Bend> {
    requests(move |asked| {
        let has = asked
            .json()
            .is_some_and(|json| json.pointer(pointer).is_some());
        (Op::of(asked) == Op::Complete && has == there).then(|| error(400))
    })
}
