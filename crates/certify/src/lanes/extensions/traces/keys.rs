//! Traces and idempotency keys.

use serde_json::json;

use super::{super::super::seller::Seller, MEMBER, canceled, check, request, trace};
use crate::{Check, Outcome, Topic};

pub(super) fn checks() -> Vec<Check> {
    let rows: [(&str, &str, usize); 2] = [
        (
            "replay",
            "a cancel that is repeated with the same key and trace gets the same 200, not 405",
            1,
        ),
        (
            "replay-often",
            "a cancel that is repeated five times gets the same 200 each time",
            5,
        ),
    ];
    rows.map(|(name, title, times)| {
        check(Topic::Idempotency, name, title, move |seller| {
            replayed(seller, times)
        })
        .proves(&["intent.idempotency.replay"])
        .advice("keep the answer to cancel under its key")
    })
    .into()
}

async fn replayed(seller: Seller, times: usize) -> Outcome {
    let session = seller.new_session().await?;
    let body = json!({ MEMBER: trace(&seller)? });
    let request = request(&seller, &session, &body)?;
    let first = seller.send(request.clone()).await?;
    canceled(&seller, &session, &first, "a cancel with a trace cancels")?;
    for _ in 0..times {
        let again = seller.send(request.clone()).await?;
        seller.case().must(
            again.status == first.status && again.json == first.json,
            &again,
            "the same cancel under the same key gets the first answer again",
            || {
                let said = seller.case().excerpt(&again);
                format!("{} first, then {}: {said}", first.status, again.status)
            },
        )?;
    }
    Ok(())
}
