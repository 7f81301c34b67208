//! The five calls of checkout.

use comptoir_certify::SpecVersion;
use serde_json::{Map, Value};

use super::{
    basics::{fresh, later, now},
    discounts::WRONG_MAX,
    gate::Call,
    payment,
    pricing::price,
    render,
    reply::{Answered, Refusal, Reply},
    request,
    seller::{Seller, Shop},
    session::{Message, Phase, Priced, Session},
    shapes::{self, tolerated},
};

pub(crate) fn create(seller: &Seller, call: &Call) -> Answered {
    let body = call.document()?;
    let body = &known(seller, body);
    let shape = "CheckoutSessionCreateRequest";
    shapes::check(call.version, shape, &tolerated(call.version, body, false))?;
    request::check_attribution(body)?;
    let currency = body.get("currency").map_or(Some("usd"), Value::as_str);
    if !currency.is_some_and(|currency| currency.eq_ignore_ascii_case("usd")) {
        return Err(Refusal::new("invalid", "the shop sells in usd").at("$.currency"));
    }
    let at = now();
    let mut session = Session {
        id: fresh("cs"),
        agent: call.agent,
        phase: Phase::Open,
        lines: Vec::new(),
        buyer: None,
        details: None,
        choices: Vec::new(),
        codes: Vec::new(),
        wrong_codes: 0,
        extensions: request::extensions(body),
        interventions: request::interventions(call.version, body),
        notes: None,
        echoed: Map::new(),
        created_at: at,
        updated_at: at,
        expires_at: later(at, seller.options.session_lives_s),
        priced: Priced::default(),
        payment_message: None,
        order: None,
    };
    request::apply(call.version, body, &mut session)?;
    let mut shop = seller.shop();
    session.priced = price(&mut session, &shop.stock);
    let reply = Reply::json(201, &render::session(seller, &shop, call.version, &session));
    shop.sessions.insert(session.id.clone(), session);
    Ok(reply)
}

pub(crate) fn update(seller: &Seller, call: &Call, id: &str) -> Answered {
    let body = call.document()?;
    let mut shop = seller.shop();
    let mut session = find(&shop, call, id)?;
    session.refuse_if_over(now())?;
    let shape = "CheckoutSessionUpdateRequest";
    shapes::check(call.version, shape, &tolerated(call.version, body, true))?;
    request::apply(call.version, body, &mut session)?;
    session.phase = Phase::Open;
    session.payment_message = None;
    session.updated_at = now();
    session.priced = price(&mut session, &shop.stock);
    request::apply_choices(call.version, body, &mut session)?;
    session.priced = price(&mut session, &shop.stock);
    count_wrong_codes(body, &mut session)?;
    Ok(keep(seller, &mut shop, call.version, session))
}

/// Codes cannot be found by trying: a session takes only so many that nobody knows.
fn count_wrong_codes(body: &Value, session: &mut Session) -> Result<(), Refusal> {
    if body.get("discounts").is_none() && body.get("coupons").is_none() {
        return Ok(());
    }
    let rejected = session.priced.rejected.iter();
    let wrong = rejected.filter(|one| one["reason"] == "discount_code_invalid");
    session.wrong_codes += wrong.count();
    if session.wrong_codes <= WRONG_MAX {
        return Ok(());
    }
    let refusal = Refusal::new("too_many_requests", "too many unknown codes were tried");
    Err(refusal.status(429).with("retry-after", "60"))
}

pub(crate) fn get(seller: &Seller, call: &Call, id: &str) -> Answered {
    let shop = seller.shop();
    let session = find(&shop, call, id)?;
    Ok(Reply::json(
        200,
        &render::session(seller, &shop, call.version, &session),
    ))
}

pub(crate) fn complete(seller: &Seller, call: &Call, id: &str) -> Answered {
    let body = call.document()?;
    let mut shop = seller.shop();
    let mut session = find(&shop, call, id)?;
    session.refuse_if_over(now())?;
    let result = body.get("authentication_result");
    if session.phase == Phase::Authenticating && result.is_none() {
        let text = "the buyer must authenticate first: send authentication_result";
        return Err(Refusal::new("requires_3ds", text).at("$.authentication_result"));
    }
    let body = &known(seller, body);
    let shape = "CheckoutSessionCompleteRequest";
    shapes::check(call.version, shape, &tolerated(call.version, body, false))?;
    request::check_attribution(body)?;
    request::apply(call.version, body, &mut session)?;
    session.payment_message = None;
    session.updated_at = now();
    session.priced = price(&mut session, &shop.stock);
    let authenticated = session.phase == Phase::Authenticating;
    session.phase = Phase::Open;
    if session.priced.payable() {
        let result = result.filter(|_| authenticated);
        match payment::pay(seller, &mut shop, call.version, &session, body, result)? {
            payment::Outcome::Paid => {
                session.phase = Phase::Completed;
                let order = seller.place_order(&mut shop, call.version, &session);
                session.order = Some(order);
                Seller::take_consents(&mut shop, &session, body);
            }
            payment::Outcome::Authenticate => session.phase = Phase::Authenticating,
            payment::Outcome::Failed(code, text) => {
                session.payment_message = Some(Message::error(code, None, text));
            }
        }
    }
    Ok(keep(seller, &mut shop, call.version, session))
}

pub(crate) fn cancel(seller: &Seller, call: &Call, id: &str) -> Answered {
    let mut shop = seller.shop();
    let mut session = find(&shop, call, id)?;
    session.refuse_if_over(now())?;
    if let Some(body) = &call.body
        && seller.options.extensions
    {
        check_trace(body)?;
    }
    session.phase = Phase::Canceled;
    session.updated_at = now();
    Ok(keep(seller, &mut shop, call.version, session))
}

/// The body without what the shop does not know and passes over.
fn known(seller: &Seller, body: &Value) -> Value {
    let mut body = body.clone();
    if !seller.options.extensions
        && let Some(members) = body.as_object_mut()
    {
        members.remove("affiliate_attribution");
    }
    body
}

/// A trace is looked at and forgotten. Unknown reasons are fine, a wrong form is not.
fn check_trace(body: &Value) -> Result<(), Refusal> {
    let Some(trace) = body.get("intent_trace") else {
        return Ok(());
    };
    let malformed = |at: &str| {
        let at = format!("$.intent_trace{at}");
        Err(Refusal::new("invalid", "this is no intent trace").at(at))
    };
    let Some(members) = trace.as_object() else {
        return malformed("");
    };
    if !members.get("reason_code").is_some_and(Value::is_string) {
        return malformed(".reason_code");
    }
    let summary = members.get("trace_summary").map(Value::as_str);
    if summary.is_some_and(|text| text.is_none_or(|text| text.chars().count() > 500)) {
        return malformed(".trace_summary");
    }
    let metadata = members.get("metadata").map(Value::as_object);
    let flat = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    match metadata {
        Some(None) => malformed(".metadata"),
        Some(Some(members)) => match members.iter().find(|(_, value)| !flat(value)) {
            Some((name, _)) => malformed(&format!(".metadata.{name}")),
            None => Ok(()),
        },
        None => Ok(()),
    }
}

/// The session, if it is this agent's.
fn find(shop: &Shop, call: &Call, id: &str) -> Result<Session, Refusal> {
    shop.sessions
        .get(id)
        .filter(|session| session.agent == call.agent)
        .cloned()
        .ok_or_else(|| Refusal::new("not_found", "no such checkout session").status(404))
}

fn keep(seller: &Seller, shop: &mut Shop, version: SpecVersion, session: Session) -> Reply {
    let reply = Reply::json(200, &render::session(seller, shop, version, &session));
    shop.sessions.insert(session.id.clone(), session);
    reply
}
