//! `POST /messages`: one message of the buyer.
//!
//! With `Accept: text/event-stream` the answer is streamed: first the buyer's words, then ours,
//! then the cards one by one. Without it, as from a plain form, the conversation is shown again.

use std::convert::Infallible;

use axum::{
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use http::{HeaderMap, HeaderValue, header};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    agent::Agent,
    conversation::{self, Answered, MESSAGE_CHARS_MAX},
    text,
    web::{
        buyer::{Buyer, Submitted, language_cookie},
        page_error::PageError,
        records, respond, show_products,
        templates::{CardPart, CardsPart, TurnPart},
        view::{Place, Shell, TurnView},
    },
};

/// Takes a message and answers it.
pub(crate) async fn send_message(
    State(agent): State<Agent>,
    headers: HeaderMap,
    form: Submitted,
) -> Result<Response, PageError> {
    let raw = form.get("text").trim().to_owned();
    if raw.is_empty() {
        return Ok(respond::see("/"));
    }
    if raw.chars().count() > MESSAGE_CHARS_MAX {
        return Err(PageError::too_long(&form.buyer));
    }
    let streamed = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/event-stream"));
    let mut buyer = form.buyer;
    let follows = !buyer.language_chosen;
    if follows && let Some(language) = spoken(&raw) {
        buyer.language = language;
    }
    let mut response = if streamed {
        stream(agent.clone(), buyer.clone(), raw)
    } else {
        answer(&agent, &buyer, raw).await?;
        respond::see("/")
    };
    // Whoever never chose a language gets the one they write in.
    if follows && let Ok(value) = HeaderValue::from_str(&language_cookie(&agent, buyer.language)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// The language of a message, when it tells.
fn spoken(raw: &str) -> Option<crate::Language> {
    // English is also the answer when nothing tells, so only French is a finding.
    matches!(
        comptoir_search::language_of(raw),
        comptoir_search::Language::French
    )
    .then_some(crate::Language::Fr)
}

/// Answers and keeps the exchange.
async fn answer(agent: &Agent, buyer: &Buyer, raw: String) -> Result<Answered, PageError> {
    let record = records::load(agent, buyer).await?;
    let now = agent.parts().environment.now();
    let index = agent.parts().index.clone();
    // Searching is work for the processor; the runtime's threads stay free for other requests.
    let answered = tokio::task::spawn_blocking(move || {
        let shown = record
            .turns
            .last()
            .map(|turn| turn.products.clone())
            .unwrap_or_default();
        conversation::answer(&index, &raw, record.query.as_ref(), &shown, now)
    })
    .await
    .map_err(|error| PageError::internal(buyer, &error))?;
    let kept = answered.clone();
    records::change(agent, buyer, move |record| {
        record.push(kept.turn.clone());
        record.query.clone_from(&kept.query);
    })
    .await?;
    Ok(answered)
}

fn stream(agent: Agent, buyer: Buyer, raw: String) -> Response {
    let (sender, receiver) = mpsc::channel::<Result<Event, Infallible>>(16);
    tokio::spawn(async move {
        // A failed sending means that the page is gone; the answer is kept all the same.
        if let Err(error) = tell(&agent, &buyer, raw, &sender).await {
            let text = buyer.language.words().error_internal;
            tracing::warn!(error = ?error, "a streamed answer failed");
            let _ = sender
                .send(Ok(Event::default().event("text").data(text)))
                .await;
        }
    });
    Sse::new(ReceiverStream::new(receiver)).into_response()
}

async fn tell(
    agent: &Agent,
    buyer: &Buyer,
    raw: String,
    sender: &mpsc::Sender<Result<Event, Infallible>>,
) -> Result<(), PageError> {
    let words = buyer.language.words();
    let frame: Shell = respond::shell(
        buyer,
        &conversation::BuyerRecord::default(),
        Place::Chat,
        "",
        "/",
    );
    let send = async |name: &str, data: String| {
        let _ = sender
            .send(Ok(Event::default().event(name).data(data)))
            .await;
    };
    let said = text::mask_cards(&text::paragraphs(&raw, MESSAGE_CHARS_MAX)).0;
    let waiting = TurnView {
        said,
        answer: words.searching.to_owned(),
        waiting: true,
        note: None,
        cards: Vec::new(),
    };
    send(
        "turn",
        respond::render(
            buyer,
            &TurnPart {
                shell: &frame,
                turn: &waiting,
            },
        )?,
    )
    .await;
    let answered = answer(agent, buyer, raw).await?;
    let turn = show_products::turn(agent, &answered.turn, buyer.language);
    for word in turn.answer.split_inclusive(' ') {
        send("text", word.to_owned()).await;
    }
    if !turn.cards.is_empty() {
        send(
            "cards",
            respond::render(
                buyer,
                &CardsPart {
                    shell: &frame,
                    cards: &[],
                    note: turn.note,
                },
            )?,
        )
        .await;
        for card in &turn.cards {
            send(
                "card",
                respond::render(
                    buyer,
                    &CardPart {
                        shell: &frame,
                        card,
                    },
                )?,
            )
            .await;
        }
    }
    send("done", turn.answer).await;
    Ok(())
}
