//! `GET /purchases/{id}/events`: pushes what becomes of a purchase, as it happens.

use std::convert::Infallible;

use axum::{
    extract::{Path, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    PurchaseState,
    agent::Agent,
    web::{buyer::Buyer, outcome_page, page_error::PageError},
};

/// Streams the outcome part of the page, once now and once per change.
pub(crate) async fn watch_purchase(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    buyer: Buyer,
) -> Result<Response, PageError> {
    agent
        .purchase_of(&buyer.owner, &id)
        .await
        .map_err(|error| PageError::purchase(&buyer, &error))?;
    let (sender, receiver) = mpsc::channel::<Result<Event, Infallible>>(4);
    tokio::spawn(async move {
        let mut changes = agent.parts().live.subscribe();
        let mut told = None;
        loop {
            let Ok(purchase) = agent.purchase_of(&buyer.owner, &id).await else {
                break;
            };
            if purchase.state == PurchaseState::Open {
                // Back with the buyer: that is another page.
                let _ = sender
                    .send(Ok(Event::default().event("reload").data("open")))
                    .await;
                break;
            }
            let Ok(html) = outcome_page::part(&agent, &buyer, &purchase) else {
                break;
            };
            if told.as_ref() != Some(&html) {
                let event = Event::default().event("status").data(html.clone());
                if sender.send(Ok(event)).await.is_err() {
                    break;
                }
                told = Some(html);
            }
            tokio::select! {
                () = changes.changed(&id) => {}
                () = sender.closed() => break,
            }
        }
    });
    Ok(Sse::new(ReceiverStream::new(receiver))
        .keep_alive(KeepAlive::default())
        .into_response())
}
