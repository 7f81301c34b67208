//! Every answer fits the version's schema.

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{Seller, Stage, rule::ask},
};

const SCHEMA: &str =
    "make the answer fit the version's schema; each finding names path and constraint";

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = [
        Stage::Created,
        Stage::Addressed,
        Stage::Several,
        Stage::Requantified,
        Stage::Optioned,
        Stage::Moved,
        Stage::Retrieved,
        Stage::Declined,
        Stage::Canceled,
    ]
    .into_iter()
    .map(|stage| {
        ask(
            Topic::Lifecycle,
            &format!("shape-{}", stage.name()),
            format!("the answer is a valid session ({})", stage.words()),
            move |seller| valid(seller, stage),
        )
        .proves_shapes(&["checkout#CheckoutSession"])
        .advice(SCHEMA)
    })
    .collect();
    for stage in [Stage::Completed, Stage::CompletedRetrieved] {
        checks.push(
            ask(
                Topic::Lifecycle,
                &format!("shape-{}", stage.name()),
                format!(
                    "the answer is a valid session with its order ({})",
                    stage.words()
                ),
                move |seller| valid_with_order(seller, stage),
            )
            .proves(&["checkout.complete.order-fields"])
            .proves_shapes(&["checkout#CheckoutSessionWithOrder"])
            .advice(SCHEMA),
        );
    }
    checks.push(
        ask(
            Topic::Lifecycle,
            "shape-on-sold-out",
            "the answer about a sold-out item is a valid session",
            sold_out,
        )
        .versions(VersionRange::from(SpecVersion::V2026_01_30))
        .proves_shapes(&["checkout#CheckoutSession"])
        .advice(SCHEMA),
    );
    for (name, kind) in [
        ("unknown-session", Refusal::UnknownSession),
        ("cancel-of-canceled", Refusal::CanceledTwice),
    ] {
        checks.push(
            ask(
                Topic::Lifecycle,
                &format!("shape-on-{name}"),
                "the error body of a refusal is a valid error",
                move |seller| refusal(seller, kind),
            )
            .proves_shapes(&["checkout#Error"])
            .advice(SCHEMA),
        );
    }
    checks
}

async fn valid(seller: Seller, stage: Stage) -> Outcome {
    let session = stage.session(&seller).await?;
    let shape = seller.dialect().session_shape();
    seller.case().shape(&session.answer, shape)
}

async fn valid_with_order(seller: Seller, stage: Stage) -> Outcome {
    let session = stage.session(&seller).await?;
    let shape = seller.dialect().completed_shape();
    seller.case().shape(&session.answer, shape)
}

async fn sold_out(seller: Seller) -> Outcome {
    let Some(item) = seller.target().out_of_stock_item.clone() else {
        return Err(Stop::NotTested(
            "no sold-out item: set seller.out_of_stock_item in certify.toml".to_owned(),
        ));
    };
    let session = seller.create_units(&[(&item, 1)], true).await?;
    let shape = seller.dialect().session_shape();
    seller.case().shape(&session.answer, shape)
}

/// A request that is refused in every version.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    UnknownSession,
    CanceledTwice,
}

async fn refusal(seller: Seller, kind: Refusal) -> Outcome {
    let answer = match kind {
        Refusal::UnknownSession => seller.get(&seller.unknown_id()?).await?,
        Refusal::CanceledTwice => {
            let session = seller.canceled().await?;
            seller.cancel(&session.id).await?
        }
    };
    seller.case().must(
        answer.is_refusal(),
        &answer,
        "the request is refused with 4xx",
        || answer.status.to_string(),
    )?;
    seller.case().shape(&answer, "checkout#Error")
}
