//! Faults of paying.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    proxy::{Answered, Asked, Bend},
    seller_bends::{
        Op, after, answers, completed, declined, dropped, error, recalled, requests, when,
    },
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[GULLIBLE, TIMID])
}

const GULLIBLE: &[Row] = &[
    Row::new(
        "seller-anything-pays",
        "completes whatever the payment data are",
        ANYTHING_PAYS,
        || recalled(Op::Complete, |session, _| completed(session)),
    ),
    Row::new(
        "seller-failed-authentication-pays",
        "completes after a failed authentication",
        &[
            "seller.escalation.3ds-denied",
            "seller.escalation.3ds-rejected",
            "seller.escalation.3ds-canceled",
            "seller.escalation.3ds-abandoned",
            "seller.escalation.3ds-processing-error",
            "seller.escalation.3ds-missing-result-*",
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
    Row::new(
        "seller-completes-without-order",
        "says completed and shows no order",
        &[
            "seller.lifecycle.complete-order-and-status-agree",
            "seller.lifecycle.complete-says-completed",
        ],
        || {
            after(Op::Complete, |session| {
                session.as_object_mut().unwrap().remove("order");
                session["status"] = json!("completed");
            })
        },
    ),
    Row::new(
        "seller-purchase-orders-are-ignored",
        "ignores complete, whatever it holds",
        &["seller.lifecycle.complete-with-purchase-order"],
        || recalled(Op::Complete, |session, _| Answered::new(200, &session)),
    ),
    Row::new(
        "seller-charges-twice",
        "counts a token as spent although nothing was bought",
        &[
            "seller.lifecycle.complete-twice-leaves-the-second-token",
            "seller.lifecycle.complete-canceled-leaves-the-token",
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
    "seller.lifecycle.complete-with-made-up-token",
    "seller.lifecycle.complete-with-empty-token",
    "seller.lifecycle.complete-without-payment-data",
    "seller.lifecycle.complete-with-foreign-session-token",
    "seller.lifecycle.complete-spends-the-token",
    "seller.lifecycle.complete-not-ready",
    "seller.lifecycle.complete-not-ready-leaves-the-token",
    "seller.lifecycle.complete-canceled",
    "seller.lifecycle.declined-has-message",
    "seller.lifecycle.declined-has-no-order",
    "seller.lifecycle.sold-out-cannot-be-paid",
    "seller.lifecycle.complete-retrieve-shows-order",
    "seller.arithmetic.charge-is-not-less-than-shown",
    "seller.arithmetic.charge-follows-changed-lines",
    "seller.arithmetic.token-of-another-currency",
    "seller.expiry.expired-token-does-not-pay",
    "seller.escalation.instrument-of-unknown-handler",
    "seller.escalation.instrument-of-unknown-handler-leaves-the-token",
    "seller.escalation.instrument-with-raw-card*",
    "seller.escalation.instrument-with-card-as-token",
    "seller.escalation.instrument-without-handler",
    "seller.escalation.3ds-status",
    "seller.escalation.3ds-enforced-without-capability",
    "seller.escalation.3ds-claim-is-no-proof",
    "seller.versions.old-payment-data-is-refused",
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

const TIMID: &[Row] = &[
    Row::new(
        "seller-nothing-pays",
        "declines every payment",
        NOTHING_PAYS,
        || recalled(Op::Complete, |session, _| declined(session)),
    ),
    Row::new(
        "seller-a-decline-is-an-error",
        "answers a decline with 402",
        &["seller.lifecycle.declined-is-a-session"],
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
    Row::new(
        "seller-a-decline-changes-the-cart",
        "empties the totals when a payment is declined",
        &["seller.lifecycle.declined-keeps-the-cart"],
        || after(Op::Complete, |session| session["totals"] = json!([])),
    ),
    Row::new(
        "seller-a-decline-is-for-ever",
        "keeps the messages of a decline on the completed session",
        &[
            "seller.lifecycle.declined-message-goes-away",
            "seller.escalation.3ds-metadata-goes-away",
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
    Row::new(
        "seller-completing-takes-a-line",
        "changes a quantity on complete",
        &["seller.lifecycle.complete-keeps-lines"],
        || {
            when("completed", |session| {
                session["line_items"].as_array_mut().unwrap()[0]["quantity"] = json!(8);
            })
        },
    ),
    Row::new(
        "seller-buyer-on-complete-is-lost",
        "drops the buyer that complete names",
        &["seller.lifecycle.complete-applies-buyer"],
        || dropped(Op::Complete, "buyer"),
    ),
    Row::new(
        "seller-strict-instruments",
        "refuses instruments with more members than it knows",
        &["seller.escalation.instrument-with-more-fields"],
        || refused_when("/payment_data/instrument/brand", true),
    ),
    Row::new(
        "seller-billing-address-demanded",
        "refuses payment data without a billing address",
        &["seller.escalation.instrument-without-billing-address"],
        || refused_when("/payment_data/billing_address", false),
    ),
];

const NOTHING_PAYS: &[&str] = &[
    "seller.arithmetic.charge-is-not-more-than-shown",
    "seller.arithmetic.charge-follows-chosen-option",
    "seller.lifecycle.declined-then-paid",
    "seller.lifecycle.declined-thrice-then-paid",
    "seller.escalation.instrument-with-more-fields",
    "seller.escalation.instrument-with-raw-card-charges-nothing",
    "seller.escalation.instrument-of-unknown-handler-leaves-the-token",
    "seller.escalation.every-tokenized-handler-pays",
    "seller.escalation.handler-display-order",
    "seller.escalation.required-empty-demands-nothing",
    "seller.lifecycle.complete-says-completed",
    "seller.lifecycle.complete-retrieve-shows-order",
    "seller.lifecycle.complete-not-ready-leaves-the-token",
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
