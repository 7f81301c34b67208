//! Traces are written and never read.

use serde_json::{Value, json};

use super::{
    super::{super::seller::Seller, offered::shows_nothing},
    MEMBER, canceled, check, request, trace,
};
use crate::{Check, Outcome, Topic};

/// The answers in which a trace must not turn up.
#[derive(Debug, Clone, Copy)]
enum Place {
    Cancel,
    Again,
    SecondCancel,
    Update,
    Complete,
    Retrieve,
}

impl Place {
    const ALL: [(Self, &str, &str, &'static str); 6] = [
        (Self::Cancel, "cancel", "the answer to cancel", RESPONSES),
        (Self::Again, "cancel-again", "a repeated cancel", RESPONSES),
        (
            Self::SecondCancel,
            "second-cancel",
            "the answer to a second cancel",
            RESPONSES,
        ),
        (
            Self::Update,
            "update",
            "the answer to an update of the canceled session",
            RESPONSES,
        ),
        (
            Self::Complete,
            "complete",
            "the answer to a complete of the canceled session",
            RESPONSES,
        ),
        (
            Self::Retrieve,
            "retrieve",
            "retrieve",
            "intent.write-only.get",
        ),
    ];
}

const RESPONSES: &str = "intent.write-only.responses";

pub(super) fn checks() -> Vec<Check> {
    let rows = Place::ALL.into_iter();
    rows.map(|(place, name, words, proves)| {
        let title = format!("{words} shows nothing of the intent_trace");
        check(
            Topic::Leaks,
            &format!("hidden-{name}"),
            title,
            move |seller| hidden(seller, place),
        )
        .proves(&[proves])
        .advice("keep traces out of the documents that answers are made from")
    })
    .collect()
}

async fn hidden(seller: Seller, place: Place) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let trace = trace(&seller)?;
    let texts = ["/trace_summary", "/metadata/competitor"].map(|pointer| {
        let text = trace.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    });
    let request = request(&seller, &session, &json!({ MEMBER: trace }))?;
    let first = seller.send(request.clone()).await?;
    canceled(&seller, &session, &first, "a cancel with a trace cancels")?;
    let answer = match place {
        Place::Cancel => first,
        Place::Again => seller.send(request).await?,
        Place::SecondCancel => seller.cancel(&session.id).await?,
        Place::Update => {
            let body = seller.address_body(&seller.other_address());
            seller.update(&session.id, &body).await?
        }
        Place::Complete => {
            let body = seller.complete_body(&session, "certify_no_such_token");
            seller.complete(&session.id, &body).await?
        }
        Place::Retrieve => seller.get(&session.id).await?,
    };
    let rule = "an intent trace is write-only";
    shows_nothing(&seller, &answer, MEMBER, &texts, rule)
}
