//! Nobody sees another buyer's data, and nobody guesses an id.

use http::Method;
use serde_json::json;
use url::Url;

use crate::{
    Check, Outcome, Payment, Request, Stop, Topic,
    lanes::seller::{Seller, Session, leaks::documents::card_numbers, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Leaks,
            "fresh-session-is-empty",
            "a new session holds nothing of an earlier buyer",
            fresh_is_empty,
        )
        .proves(&["checkout.create.without-buyer-or-address"])
        .advice("tie buyer and address to the session, not to the agent's key"),
        ask(
            Topic::Leaks,
            "other-agent-sees-nothing",
            "another agent's key shows nothing of a session",
            other_agent,
        )
        .advice("answer another agent as if the session did not exist"),
        ask(
            Topic::Leaks,
            "session-ids-cannot-be-guessed",
            "session ids are long, and do not count up",
            session_ids,
        )
        .proves(&["checkout.create.id-unique"])
        .advice("draw ids from a random source, 120 bits or more"),
        ask(
            Topic::Leaks,
            "order-page-cannot-be-guessed",
            "the address of an order's page is long, and does not count up",
            order_pages,
        )
        .advice("put a random part into permalink_url: whoever has it sees the order"),
        ask(
            Topic::Leaks,
            "order-page-shows-no-payment",
            "the order's page shows neither card, token nor key",
            order_page,
        )
        .proves(&["checkout.order.permalink-opens"])
        .advice("show what was bought and where it is, not how it was paid"),
    ]
}

async fn fresh_is_empty(seller: Seller) -> Outcome {
    let mut body = seller.create_body_with_address()?;
    body.insert("buyer".to_owned(), json!(seller.target().buyer));
    let first = seller.create(&serde_json::Value::Object(body)).await?;
    seller.session(&first)?;
    let fresh = seller.new_session().await?;
    seller.case().must(
        fresh.json.get("buyer").is_none() && fresh.address().is_none(),
        &fresh.answer,
        "a session that was opened without buyer and address has none",
        || seller.case().excerpt(&fresh.answer),
    )
}

async fn other_agent(seller: Seller) -> Outcome {
    let other = seller.target().other_key.as_ref();
    let Some(other) = other.and_then(|key| key.expose()) else {
        return Err(Stop::NotTested(
            "no second agent: set seller.other_key in certify.toml".to_owned(),
        ));
    };
    let mut body = seller.create_body_with_address()?;
    body.insert("buyer".to_owned(), json!(seller.target().buyer));
    let created = seller.create(&serde_json::Value::Object(body)).await?;
    let session = seller.session(&created)?;
    let request = seller
        .get_request(crate::lanes::seller::session_path(&session.id, ""))?
        .with("Authorization", format!("Bearer {other}"));
    let answer = seller.send(request).await?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let buyer = &seller.target().buyer;
    seller.case().must(
        answer.is_refusal() && !text.contains(&buyer.email) && !text.contains("line_items"),
        &answer,
        "another agent learns nothing about the session",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )
}

/// Whether ids look drawn: long enough, and not one more each time.
fn drawn(ids: &[String]) -> bool {
    let digits = |id: &String| {
        let text: String = id.chars().filter(char::is_ascii_digit).collect();
        text.parse::<u128>().ok()
    };
    let long = ids.iter().all(|id| id.len() >= 16);
    let counting = ids.windows(2).all(|pair| match pair {
        [one, other] => match (digits(one), digits(other)) {
            (Some(one), Some(other)) => other > one && other.abs_diff(one) <= 64,
            _ => false,
        },
        _ => false,
    });
    long && !counting
}

async fn session_ids(seller: Seller) -> Outcome {
    let mut ids = Vec::new();
    let mut last = None;
    for _ in 0..4 {
        let session = seller.new_session().await?;
        ids.push(session.id.clone());
        last = Some(session);
    }
    let Some(last) = last else { return Ok(()) };
    seller.case().should(
        drawn(&ids),
        &last.answer,
        "session ids are at least 16 characters and do not count up",
        || format!("{ids:?}"),
    );
    Ok(())
}

fn permalink(session: &Session) -> Outcome<Url> {
    let link = session
        .order()
        .and_then(|order| Session::text(order, "permalink_url"));
    link.and_then(|link| Url::parse(link).ok()).ok_or_else(|| {
        Stop::NotApplicable("the order has no page with an absolute address".to_owned())
    })
}

async fn order_pages(seller: Seller) -> Outcome {
    let mut pages = Vec::new();
    let mut last = None;
    for _ in 0..3 {
        let completed = seller.completed().await?;
        let url = permalink(&completed)?;
        pages.push(format!("{}{}", url.path(), url.query().unwrap_or_default()));
        last = Some(completed);
    }
    let Some(last) = last else { return Ok(()) };
    seller.case().should(
        drawn(&pages),
        &last.answer,
        "addresses of order pages are at least 16 characters and do not count up",
        || format!("{pages:?}"),
    );
    Ok(())
}

async fn order_page(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    let token = seller.token(&ready).await?;
    let answer = seller.pay(&ready, &token).await?;
    let completed = seller.session(&answer)?;
    let url = permalink(&completed)?;
    let page = seller
        .case()
        .send(&url, Request::new(Method::GET, ""))
        .await?;
    let text = String::from_utf8_lossy(&page.body);
    let card = match &seller.target().payment {
        Some(Payment::Delegate { card, .. }) => text.contains(card.as_str()),
        _ => false,
    };
    let key = seller.target().key.expose().unwrap_or("\0");
    seller.case().must(
        !card && card_numbers(&text) == 0 && !text.contains(&token) && !text.contains(key),
        &page,
        "the order's page shows neither card, token nor key",
        || "one of them stands in the page".to_owned(),
    )
}
