//! The judge's shop: simple and correct, but for what the scenario changes.

use serde_json::{Value, json};

use super::{
    call::{Call, Op},
    play::{Moment, Play},
    provider::MAX_AMOUNT_UNKNOWN,
    render,
    reply::Reply,
    shop::{MERCHANT_ID, Session, Terms},
};
use crate::{SpecVersion, lanes::documents::text};

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other operations have nothing of their own here"
)]
pub(super) fn answer(play: &Play, op: Op, call: &Call, moment: &Moment<'_>) -> Reply {
    let terms = terms(play, moment);
    let empty = json!({});
    let body = call.json.as_ref().unwrap_or(&empty);
    let id = call.id.as_deref().unwrap_or_default();
    match op {
        Op::Discovery => discovery(play, moment),
        Op::Create => create(play, body, &terms, moment),
        Op::Read => {
            settle(play, id);
            with_session(play, id, &terms, moment, |_| Ok(()))
        }
        Op::Update => with_session(play, id, &terms, moment, |session| {
            session
                .take(body, terms.option_prefix)
                .map_err(|problem| invalid(&problem))
        }),
        Op::Complete => complete(play, id, body, &terms, moment),
        Op::Cancel => with_session(play, id, &terms, moment, |session| {
            if session.end.is_some() {
                return Err(Reply::error(
                    405,
                    "invalid_request",
                    "conflict",
                    "it is over",
                ));
            }
            session.end = Some("canceled");
            Ok(())
        }),
        Op::CartCreate | Op::CartRead | Op::CartPut | Op::CartCancel => {
            super::carts::answer(play, op, id, body, &terms, moment)
        }
        _ => Reply::error(404, "invalid_request", "not_found", "nothing is here"),
    }
}

/// Words and prices at this moment.
pub(super) fn terms(play: &Play, moment: &Moment<'_>) -> Terms {
    let mut terms = Terms::default();
    if let Some(change) = play.scenario.terms
        && change(moment, &mut terms)
    {
        play.show();
    }
    terms
}

/// The session as it goes out, with the scenario's last word.
pub(super) fn document(
    play: &Play,
    session: &Session,
    terms: &Terms,
    moment: &Moment<'_>,
) -> Value {
    let mut document = render::session(play.version, &play.bases, session, terms);
    if let Some(twist) = play.scenario.twist
        && twist(moment, &mut document)
    {
        play.show();
    }
    document
}

fn create(play: &Play, body: &Value, terms: &Terms, moment: &Moment<'_>) -> Reply {
    let mut session = Session {
        id: play.fresh("cs"),
        ..Session::default()
    };
    if let Err(problem) = session.take(body, terms.option_prefix) {
        return invalid(&problem);
    }
    if session.pieces.is_empty() {
        return invalid("nothing is to be bought");
    }
    let document = document(play, &session, terms, moment);
    play.state().sessions.insert(session.id.clone(), session);
    Reply::json(201, &document)
}

fn with_session(
    play: &Play,
    id: &str,
    terms: &Terms,
    moment: &Moment<'_>,
    act: impl FnOnce(&mut Session) -> Result<(), Reply>,
) -> Reply {
    let mut state = play.state();
    let Some(session) = state.session(id) else {
        return Reply::error(404, "invalid_request", "not_found", "no such session");
    };
    if let Err(reply) = act(session) {
        return reply;
    }
    let document = document(play, session, terms, moment);
    Reply::json(200, &document)
}

fn complete(play: &Play, id: &str, body: &Value, terms: &Terms, moment: &Moment<'_>) -> Reply {
    let token = body
        .pointer("/payment_data/instrument/credential/token")
        .or_else(|| body.pointer("/payment_data/token"))
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let mut state = play.state();
    let known = state.tokens.get(&token).cloned();
    let order = play.fresh("ord");
    let Some(session) = state.session(id) else {
        return Reply::error(404, "invalid_request", "not_found", "no such session");
    };
    if session.end.is_some() {
        return Reply::error(405, "invalid_request", "conflict", "it is over");
    }
    if let Some(outcome) = body.pointer("/authentication_result/outcome") {
        session.authenticated = ["authenticated", "attempt_acknowledged", "informational"]
            .iter()
            .any(|fine| outcome == fine);
    }
    let ready = session.status(terms) == "ready_for_payment";
    let total = session.total(terms);
    let Some(token_found) = known else {
        return invalid("the payment token is not known");
    };
    let covers = token_found.max_amount.unwrap_or(MAX_AMOUNT_UNKNOWN) >= total;
    session.declined = token_found.used || !covers;
    if ready && !session.declined {
        session.end = Some(if play.scenario.completes_later {
            "complete_in_progress"
        } else {
            "completed"
        });
        if !play.scenario.completes_later {
            session.order = Some(order);
        }
    }
    if ready && let Some(token) = state.tokens.get_mut(&token) {
        token.used = true;
    }
    let Some(session) = state.session(id) else {
        return Reply::page(500);
    };
    let document = document(play, session, terms, moment);
    Reply::json(200, &document)
}

/// A completion that takes its time is over at the second look.
fn settle(play: &Play, id: &str) {
    let order = play.fresh("ord");
    let mut state = play.state();
    let Some(session) = state.session(id) else {
        return;
    };
    if session.end == Some("complete_in_progress") {
        session.looks = session.looks.saturating_add(1);
        if session.looks >= 2 {
            session.end = Some("completed");
            session.order = Some(order);
        }
    }
}

fn discovery(play: &Play, moment: &Moment<'_>) -> Reply {
    let mut document = json!({
        "protocol": {
            "name": "acp",
            "version": play.version.as_str(),
            "supported_versions": [play.version.as_str()],
        },
        "api_base_url": play.bases.seller,
        "transports": ["rest"],
        "capabilities": { "services": services(play), "extensions": [{ "name": "discount" }] },
    });
    if let Some(change) = play.scenario.discovery
        && change(moment, &mut document)
    {
        play.show();
    }
    Reply::json(200, &document).with("cache-control", "public, max-age=3600")
}

fn services(play: &Play) -> Vec<&'static str> {
    if play.version < SpecVersion::V2026_04_17 {
        return vec!["checkout"];
    }
    vec!["checkout", "orders", "carts"]
}

/// `400` with code `invalid`.
pub(super) fn invalid(problem: &str) -> Reply {
    Reply::error(400, "invalid_request", "invalid", problem)
}

/// The account that a session's newest answer names, in any version's words.
pub(super) fn merchant_of<'a>(session: &'a Value, handler_id: &str) -> Option<&'a str> {
    if let Some(provider) = session.get("payment_provider") {
        return Some(match text(provider, "merchant_id") {
            "" => MERCHANT_ID,
            named => named,
        });
    }
    handler(session, handler_id)?
        .pointer("/config/merchant_id")?
        .as_str()
}

/// A handler of a session by its id.
pub(super) fn handler<'a>(session: &'a Value, id: &str) -> Option<&'a Value> {
    let handlers = session
        .pointer("/capabilities/payment/handlers")?
        .as_array()?;
    handlers.iter().find(|handler| text(handler, "id") == id)
}
