//! `GET /checkout_sessions/{id}`.

use http::Method;
use serde_json::Value;

use crate::{
    Check, Outcome, Topic,
    lanes::seller::{Seller, Session, Stage, rule::ask, session_path},
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = [
        Stage::Created,
        Stage::Addressed,
        Stage::Requantified,
        Stage::Optioned,
        Stage::Moved,
        Stage::Declined,
        Stage::Completed,
        Stage::Canceled,
    ]
    .into_iter()
    .map(|stage| {
        ask(
            Topic::Lifecycle,
            &format!(
                "retrieve-repeats-{}",
                stage.name().trim_start_matches("on-")
            ),
            format!(
                "retrieve shows what the last answer showed ({})",
                stage.words()
            ),
            move |seller| async move {
                let last = stage.session(&seller).await?;
                let read = seller.read(&last.id).await?;
                same(&seller, &last, &read)
            },
        )
        .proves(&["checkout.get.latest-state"])
        .advice("answer retrieve from the same state by the same code as the POST")
    })
    .collect();
    checks.extend(others());
    checks
}

fn others() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "retrieve-status",
            "retrieve answers 200",
            status,
        )
        .proves(&[
            "checkout.get.status-200",
            "checkout.lifecycle.five-operations",
        ])
        .advice("answer GET /checkout_sessions/{id} with 200 OK"),
        ask(
            Topic::Lifecycle,
            "retrieve-unknown-id",
            "retrieving an unknown id answers 404",
            unknown,
        )
        .proves(&["checkout.get.unknown-404"])
        .advice("answer 404 with an error body"),
        ask(
            Topic::Lifecycle,
            "retrieve-changes-nothing",
            "retrieving twice shows the same session twice",
            pure,
        )
        .proves(&["checkout.get.latest-state"])
        .advice("do not touch the session, its times or its prices when it is only read"),
        ask(
            Topic::Lifecycle,
            "retrieve-keeps-update-time",
            "retrieve does not move updated_at",
            keeps_time,
        )
        .proves(&["checkout.session.times-rfc3339"])
        .advice("set updated_at only when the session changes"),
    ]
}

/// The parts of a session that an agent shows and pays by.
const PARTS: [&str; 16] = [
    "id",
    "status",
    "currency",
    "line_items",
    "totals",
    "buyer",
    "fulfillment_address",
    "fulfillment_details",
    "fulfillment_option_id",
    "selected_fulfillment_options",
    "links",
    "capabilities",
    "payment_provider",
    "authentication_metadata",
    "messages",
    "order",
];

fn same(seller: &Seller, last: &Session, read: &Session) -> Outcome {
    for part in PARTS {
        let (before, after) = (last.json.get(part), read.json.get(part));
        seller.case().must(
            before == after,
            &read.answer,
            "retrieve shows the state that the last answer showed",
            || format!("{part} was {before:?}, is {after:?}"),
        )?;
    }
    let ids = |session: &Session| {
        let options = session.options().iter();
        let ids = options.filter_map(|option| Session::text(option, "id"));
        ids.map(str::to_owned).collect::<Vec<_>>()
    };
    seller.case().must(
        ids(last) == ids(read),
        &read.answer,
        "retrieve shows the options that the last answer showed",
        || format!("{:?} and {:?}", ids(last), ids(read)),
    )
}

async fn status(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let answer = seller.get(&session.id).await?;
    seller.case().status(&answer, &[200])
}

async fn unknown(seller: Seller) -> Outcome {
    let id = seller.unknown_id()?;
    let answer = seller.get(&id).await?;
    seller.case().status(&answer, &[404])?;
    seller.is_error(&answer)
}

async fn pure(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let one = seller.read(&session.id).await?;
    let other = seller.read(&session.id).await?;
    seller.case().must(
        one.json == other.json,
        &other.answer,
        "two retrieves in a row show the same document",
        || difference(&one.json, &other.json),
    )
}

/// Names of the top-level members that differ.
fn difference(one: &Value, other: &Value) -> String {
    let names = one.as_object().into_iter().flatten();
    names
        .filter(|&(name, value)| other.get(name) != Some(value))
        .map(|(name, _)| name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

async fn keeps_time(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let before = session.json.get("updated_at").cloned();
    seller.read(&session.id).await?;
    let mut request = seller.get_request(session_path(&session.id, ""))?;
    request.method = Method::GET;
    let answer = seller.send(request).await?;
    let read = seller.session(&answer)?;
    seller.case().must(
        read.json.get("updated_at") == before.as_ref(),
        &read.answer,
        "updated_at stays where reading is all that happened",
        || format!("{before:?} and {:?}", read.json.get("updated_at")),
    )
}
