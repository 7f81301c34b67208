//! What became of a purchase after the order button.

use axum::response::Response;

use super::{
    buyer::Buyer,
    page_error::PageError,
    records, respond, show_order, show_purchase,
    templates::{OutcomePage, OutcomePart, OutcomeView},
    view::Place,
};
use crate::{
    agent::Agent,
    conversation::BuyerRecord,
    purchase::{Purchase, PurchaseState},
};

/// Seconds after which a browser without JavaScript looks again.
const REFRESH_S: u32 = 3;

/// The whole page.
pub(super) async fn show(
    agent: &Agent,
    buyer: &Buyer,
    purchase: &Purchase,
) -> Result<Response, PageError> {
    let record = records::load(agent, buyer).await?;
    let path = format!("/purchases/{}", purchase.id);
    let title = buyer.language.words().order_heading;
    let mut shell = respond::shell(buyer, &record, Place::Orders, title, &path);
    let moving = !matches!(
        purchase.state,
        PurchaseState::Ordered | PurchaseState::Closed
    );
    shell.refresh_s = moving.then_some(REFRESH_S);
    let events = (purchase.state != PurchaseState::Closed).then(|| format!("{path}/events"));
    respond::page(
        buyer,
        &OutcomePage {
            shell,
            live: part(agent, buyer, purchase)?,
            events,
        },
    )
}

/// The part that is pushed again when something happens.
pub(super) fn part(agent: &Agent, buyer: &Buyer, purchase: &Purchase) -> Result<String, PageError> {
    let words = buyer.language.words();
    let shell = respond::shell(buyer, &BuyerRecord::default(), Place::Orders, "", "");
    let badge = show_order::badge(purchase, buyer.language);
    let state = match purchase.state {
        PurchaseState::Checking => OutcomeView::Checking,
        PurchaseState::Closed => OutcomeView::Stopped {
            heading: words.stopped_heading,
            text: purchase.notice.map_or_else(String::new, |notice| {
                show_purchase::notice(notice, buyer.language).text
            }),
            uncharged: true,
        },
        PurchaseState::Ordered => match show_order::order(agent, purchase, buyer.language) {
            Some(order) => OutcomeView::Ordered(Box::new(order)),
            None => OutcomeView::Checking,
        },
        PurchaseState::Open | PurchaseState::Paying | PurchaseState::Completing => {
            OutcomeView::Processing
        }
    };
    respond::render(
        buyer,
        &OutcomePart {
            shell,
            state,
            announce: badge.label.to_owned(),
        },
    )
}
