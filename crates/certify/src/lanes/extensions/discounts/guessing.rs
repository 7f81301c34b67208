//! Codes cannot be found by trying.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    Answer, Check, Outcome, Stop, Topic,
    lanes::{
        extensions::shop::{ask, offers_discounts, plain, unknown_code},
        seller::Seller,
    },
};

/// Most updates, each with several codes.
const TRIES: usize = 60;

/// Codes of one update.
const CODES: usize = 5;

/// Longest time that is spent on trying.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Limits,
            "discount-guessing",
            "trying many codes in a row meets 429 or a message rate_limited",
            guessing,
        )
        .proves(&["discounts.security.rate-limited"])
        .advice("count wrong codes by session and agent, and answer 429 with Retry-After after some dozen")
        // The limit may bind the agent for a while.
        .alone(),
    ]
}

async fn guessing(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    offers_discounts(&session)?;
    let started = Instant::now();
    let mut last = None;
    for _ in 0..TRIES {
        if started.elapsed() > PATIENCE {
            break;
        }
        let codes = (0..CODES)
            .map(|_| unknown_code(&seller))
            .collect::<Outcome<Vec<_>>>()?;
        let body = json!({ "discounts": { "codes": codes } });
        let answer = seller.update(&session.id, &body).await?;
        if is_limited(&answer) {
            return Ok(());
        }
        last = Some(answer);
    }
    let Some(last) = last else {
        return Err(Stop::NotTested("nothing was tried".to_owned()));
    };
    seller.case().should(
        false,
        &last,
        "trying many codes in a row is limited",
        || {
            let seconds = started.elapsed().as_secs();
            format!("up to {TRIES} updates of {CODES} unknown codes each within {seconds} s, and no limit was met")
        },
    );
    Ok(())
}

fn is_limited(answer: &Answer) -> bool {
    let messages = answer.pointer("/messages").and_then(|all| all.as_array());
    answer.status == 429
        || messages
            .into_iter()
            .flatten()
            .any(|one| one.get("code").and_then(|code| code.as_str()) == Some("rate_limited"))
}
