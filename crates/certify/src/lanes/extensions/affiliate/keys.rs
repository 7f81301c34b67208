//! Attribution and idempotency keys.

use serde_json::{Value, json};

use super::{
    super::{
        super::{
            documents::{remove, set},
            seller::{Seller, session_path},
        },
        offered::mark,
    },
    Call, check, claiming, complete_body, create_body, full_claim,
};
use crate::{Answer, Check, Outcome, Request, SpecVersion, Topic};

/// How the second request differs from the first.
#[derive(Clone, Copy)]
struct Change {
    name: &'static str,
    words: &'static str,
    edit: fn(&mut Value, String),
}

const CHANGES: [Change; 5] = [
    Change {
        name: "token",
        words: "another token",
        edit: |body, mark| set(body, "/affiliate_attribution/token", json!(mark)),
    },
    Change {
        name: "provider",
        words: "another provider",
        edit: |body, mark| set(body, "/affiliate_attribution/provider", json!(mark)),
    },
    Change {
        name: "metadata",
        words: "other metadata",
        edit: |body, mark| {
            set(
                body,
                "/affiliate_attribution/metadata/placement",
                json!(mark),
            );
        },
    },
    Change {
        name: "touchpoint",
        words: "no touchpoint",
        edit: |body, _| remove(body, "/affiliate_attribution/touchpoint"),
    },
    Change {
        name: "absent",
        words: "no attribution",
        edit: |body, _| remove(body, "/affiliate_attribution"),
    },
];

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    for call in Call::BOTH {
        let word = call.as_str();
        let title = format!("a {word} with the same key and attribution replays the first answer");
        let check_of_replay = check(
            Topic::Idempotency,
            &format!("{word}-replay"),
            title,
            move |seller| replayed(seller, call),
        );
        checks.push(
            check_of_replay
                .proves(&["affiliate.idempotency.replay"])
                .advice("keep the first answer under the key and repeat it"),
        );
        checks.extend(CHANGES.map(|change| mismatch(version, call, change)));
    }
    checks
}

fn mismatch(version: SpecVersion, call: Call, change: Change) -> Check {
    let canonical = version >= SpecVersion::V2026_04_17;
    let word = call.as_str();
    let title = format!(
        "a {word} with the same key and {} is refused as a mismatch ({})",
        change.words,
        if canonical { 422 } else { 409 },
    );
    let name = format!("{word}-mismatch-{}", change.name);
    let proves = if canonical {
        "affiliate.idempotency.mismatch-refused"
    } else {
        "affiliate.idempotency.mismatch-409"
    };
    check(Topic::Idempotency, &name, title, move |seller| {
        refused(seller, call, change)
    })
    .proves(&[proves])
    .advice("compare the whole body with the first one under the key, attribution included")
}

/// A good request of this kind with attribution, and its body.
async fn request(seller: &Seller, call: Call) -> Outcome<(Request, Value)> {
    let claim = full_claim(seller, call)?;
    let (path, body) = match call {
        Call::Create => ("/checkout_sessions".to_owned(), create_body(seller)?),
        Call::Complete => {
            let session = seller.ready_session().await?;
            let body = complete_body(seller, &session).await?;
            (session_path(&session.id, "/complete"), body)
        }
    };
    let body = claiming(body, &claim);
    Ok((seller.post_request(path, &body)?, body))
}

/// The first answer, which must be good.
async fn first(seller: &Seller, request: &Request) -> Outcome<Answer> {
    let answer = seller.send(request.clone()).await?;
    seller.session(&answer)?;
    Ok(answer)
}

async fn replayed(seller: Seller, call: Call) -> Outcome {
    let (request, _) = request(&seller, call).await?;
    let first = first(&seller, &request).await?;
    let again = seller.send(request).await?;
    seller.case().must(
        again.status == first.status && again.json == first.json,
        &again,
        "the same request under the same key gets the first answer again",
        || {
            format!(
                "{} first, then {}: {}",
                first.status,
                again.status,
                seller.case().excerpt(&again)
            )
        },
    )
}

async fn refused(seller: Seller, call: Call, change: Change) -> Outcome {
    let (request, mut body) = request(&seller, call).await?;
    first(&seller, &request).await?;
    (change.edit)(&mut body, mark(&seller, "other")?);
    let again = seller.send(request.body(body.to_string())).await?;
    let case = seller.case();
    if case.version() >= SpecVersion::V2026_04_17 {
        case.status_or(&again, &[422], "affiliate-idempotency-mismatch")?;
    } else {
        case.status(&again, &[409])?;
    }
    case.shape(&again, "checkout#Error")
}
