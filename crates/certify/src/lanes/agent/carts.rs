//! Carts of the judge's shop: estimates of a session.

use serde_json::{Value, json};

use super::{
    call::Op,
    play::{Moment, Play},
    render,
    reply::Reply,
    seller::invalid,
    shop::{Session, Terms},
};

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other operations have nothing of their own here"
)]
pub(super) fn answer(
    play: &Play,
    op: Op,
    id: &str,
    body: &Value,
    terms: &Terms,
    moment: &Moment<'_>,
) -> Reply {
    let mut cart = Session::default();
    if matches!(op, Op::CartCreate | Op::CartPut)
        && let Err(problem) = cart.take(body, "")
    {
        return invalid(&problem);
    }
    let mut state = play.state();
    let (id, status) = match op {
        Op::CartCreate => (play.fresh("cart"), 201),
        _ => (id.to_owned(), 200),
    };
    match op {
        Op::CartCreate | Op::CartPut => {
            state.carts.insert(id.clone(), cart.pieces);
        }
        Op::CartCancel => {
            state.carts.remove(&id);
            return Reply::json(200, &document(play, &id, &[], terms, moment));
        }
        _ => {}
    }
    match state.carts.get(&id) {
        Some(pieces) => Reply::json(status, &document(play, &id, pieces, terms, moment)),
        None => Reply::error(404, "invalid_request", "not_found", "no such cart"),
    }
}

/// The cart; its total is an estimate, lower than what the session will ask.
fn document(play: &Play, id: &str, pieces: &[i64], terms: &Terms, _moment: &Moment<'_>) -> Value {
    let session = Session {
        id: id.to_owned(),
        pieces: pieces.to_vec(),
        ..Session::default()
    };
    let whole = render::session(play.version, &play.bases, &session, terms);
    let part = |name: &str| whole.get(name).cloned().unwrap_or_default();
    json!({
        "id": id,
        "line_items": part("line_items"),
        "currency": part("currency"),
        "totals": part("totals"),
        "messages": [],
    })
}
