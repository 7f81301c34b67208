//! What is charged is what was shown. A token's limits tell: one unit below the total must not pay,
//! exactly the total must.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{Allowance, Seller, Session, rule::ask, session::sum_of},
};

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Arithmetic,
            "charge-is-not-less-than-shown",
            "a token whose limit is one minor unit below the total does not pay",
            lower_limit,
        )
        .proves(&[
            "handlers.delegation.seller-charges-token",
            "checkout.currency.settlement",
        ])
        .advice("charge the session's total at your provider, and complete only when it says yes"),
        ask(
            Topic::Arithmetic,
            "charge-is-not-more-than-shown",
            "a token whose limit is exactly the total pays",
            exact_limit,
        )
        .proves(&[
            "handlers.delegation.seller-charges-token",
            "checkout.currency.settlement",
        ])
        .advice("charge the total that the session showed, not a unit more"),
        ask(
            Topic::Arithmetic,
            "charge-follows-chosen-option",
            "after another option was chosen, the total with that option is what is charged",
            after_option,
        )
        .proves(&[
            "handlers.delegation.seller-charges-token",
            "checkout.update.applies-option",
        ])
        .advice("charge what the last answer showed"),
        ask(
            Topic::Arithmetic,
            "charge-follows-changed-lines",
            "after the lines changed, a token for the old, lower total does not pay",
            after_lines,
        )
        .proves(&[
            "handlers.delegation.seller-charges-token",
            "checkout.update.applies-items",
        ])
        .advice("charge what the last answer showed"),
        ask(
            Topic::Arithmetic,
            "token-of-another-currency",
            "a token in another currency does not pay",
            other_currency,
        )
        .proves(&["checkout.currency.settlement"])
        .advice("charge in the session's currency"),
        ask(
            Topic::Arithmetic,
            "order-total-is-charge",
            "the total of the order is the total that was shown and charged",
            order_total,
        )
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .proves(&["orders.totals.total-is-original"])
        .advice("copy the session's total into the order"),
    ]
}

async fn lower_limit(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let allowance = Allowance::of(seller.target(), &session)?;
    let token = seller
        .limited_token(&Allowance {
            max_amount: allowance.max_amount.saturating_sub(1),
            ..allowance
        })
        .await?;
    let answer = seller.pay(&session, &token).await?;
    seller
        .no_order(
            &session.id,
            &answer,
            "a token that allows less than the total",
        )
        .await
}

async fn exact_limit(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    pays(&seller, &session).await
}

/// Completes with a token for exactly what the session shows.
async fn pays(seller: &Seller, session: &Session) -> Outcome {
    let token = seller
        .limited_token(&Allowance::of(seller.target(), session)?)
        .await?;
    let answer = seller.pay(session, &token).await?;
    let completed = seller.session(&answer)?;
    seller.case().must(
        completed.status() == "completed" && completed.order().is_some(),
        &answer,
        "a token for exactly the total that was shown pays",
        || {
            format!(
                "status {}, messages {}",
                completed.status(),
                Value::Array(completed.messages().to_vec())
            )
        },
    )
}

async fn after_option(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let body = seller.select_other(&session)?;
    let dearer = seller.updated(&session, &body).await?;
    let (before, after) = (session.total("total"), dearer.total("total"));
    if before < after {
        let token = seller
            .limited_token(&Allowance::of(seller.target(), &session)?)
            .await?;
        let answer = seller.pay(&dearer, &token).await?;
        seller
            .no_order(
                &session.id,
                &answer,
                "a token for the total before the change",
            )
            .await?;
    }
    pays(&seller, &dearer).await
}

async fn after_lines(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let token = seller
        .limited_token(&Allowance::of(seller.target(), &session)?)
        .await?;
    let more = seller
        .update_units(&session, &[(seller.item()?, 2)])
        .await?;
    let answer = seller.pay(&more, &token).await?;
    seller
        .no_order(
            &session.id,
            &answer,
            "a token for the total before the change",
        )
        .await?;
    pays(&seller, &more).await
}

async fn other_currency(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let allowance = Allowance::of(seller.target(), &session)?;
    let currency = if allowance.currency == "nok" {
        "sek"
    } else {
        "nok"
    };
    // Enough in any currency: only the currency is wrong.
    let token = seller
        .limited_token(&Allowance {
            currency: currency.to_owned(),
            max_amount: allowance.max_amount.saturating_mul(100),
            ..allowance
        })
        .await?;
    let answer = seller.pay(&session, &token).await?;
    seller
        .no_order(&session.id, &answer, "a token in another currency")
        .await
}

async fn order_total(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    let token = seller.token(&ready).await?;
    let answer = seller.pay(&ready, &token).await?;
    let completed = seller.session(&answer)?;
    let totals = completed.order().and_then(|order| order.get("totals"));
    let totals = totals.ok_or_else(|| {
        Stop::NotApplicable("not offered: totals in the order of the answer".to_owned())
    })?;
    seller.case().must(
        sum_of(totals, "total") == ready.total("total"),
        &answer,
        "the order's total is what was shown before completing",
        || json!({ "shown": ready.total("total"), "order": totals }).to_string(),
    )
}
