//! Carts: what a checkout might hold, with estimates.

use comptoir_certify::SpecVersion;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    basics::{fresh, later, now},
    catalogue,
    gate::{Call, Terms},
    pricing::about_line,
    render::{self, row},
    reply::{Answered, Refusal, Reply},
    request,
    seller::{Seller, Shop},
    serve::{Incoming, nowhere},
    session::{Line, Message, Money},
    shapes::{self, text, tolerated},
};

pub(crate) struct Cart {
    agent: usize,
    lines: Vec<Line>,
    buyer: Option<Value>,
    /// Ids that were asked for and that the shop does not have.
    unknown: Vec<String>,
    expires_at: Timestamp,
}

pub(crate) fn answer(seller: &Seller, incoming: &Incoming) -> Reply {
    let terms = Terms {
        since: SpecVersion::V2026_04_17,
        ..Terms::COMMON
    };
    let gate = &seller.gate;
    match (incoming.method.as_str(), incoming.segments().as_slice()) {
        ("POST", ["carts"]) => gate.pass(incoming, terms, |call| create(seller, call)),
        ("GET", ["carts", id]) => gate.pass(incoming, terms, |call| get(seller, call, id)),
        ("PUT", ["carts", id]) => gate.pass(incoming, terms, |call| replace(seller, call, id)),
        ("POST", ["carts", id, "cancel"]) => {
            gate.pass(incoming, terms, |call| cancel(seller, call, id))
        }
        (_, ["carts"] | ["carts", _, _]) => nowhere(incoming, "POST"),
        _ => nowhere(incoming, "GET, PUT"),
    }
}

/// A cart of the first agent that was begun in the shop itself; it lives that many seconds.
pub(crate) fn own_cart(seller: &Seller, lives_s: i64) -> String {
    let id = fresh("cart");
    let cart = Cart {
        agent: 0,
        lines: request::lines("line_items", &json!([{ "id": "mug" }]))
            .unwrap_or_else(|_| Vec::new()),
        buyer: None,
        unknown: Vec::new(),
        expires_at: later(now(), lives_s),
    };
    seller.shop().carts.insert(id.clone(), cart);
    id
}

fn create(seller: &Seller, call: &Call) -> Answered {
    let cart = read(seller, call, "CartCreateRequest")?;
    let id = fresh("cart");
    let mut shop = seller.shop();
    let reply = Reply::json(201, &render(seller, &shop, &id, &cart));
    shop.carts.insert(id, cart);
    Ok(reply)
}

fn get(seller: &Seller, call: &Call, id: &str) -> Answered {
    let shop = seller.shop();
    let cart = find(&shop, call, id)?;
    Ok(Reply::json(200, &render(seller, &shop, id, cart)))
}

fn replace(seller: &Seller, call: &Call, id: &str) -> Answered {
    let mut shop = seller.shop();
    find(&shop, call, id)?;
    let cart = read(seller, call, "CartUpdateRequest")?;
    let reply = Reply::json(200, &render(seller, &shop, id, &cart));
    shop.carts.insert(id.to_owned(), cart);
    Ok(reply)
}

fn cancel(seller: &Seller, call: &Call, id: &str) -> Answered {
    let mut shop = seller.shop();
    let cart = find(&shop, call, id)?;
    let reply = Reply::json(200, &render(seller, &shop, id, cart));
    shop.carts.remove(id);
    Ok(reply)
}

/// The cart, if it is this agent's and has not ended.
fn find<'a>(shop: &'a Shop, call: &Call, id: &str) -> Result<&'a Cart, Refusal> {
    shop.carts
        .get(id)
        .filter(|cart| cart.agent == call.agent && cart.expires_at > now())
        .ok_or_else(|| Refusal::new("not_found", "no such cart").status(404))
}

fn read(seller: &Seller, call: &Call, shape: &str) -> Result<Cart, Refusal> {
    let body = call.document()?;
    let wanted = body.get("line_items").and_then(Value::as_array);
    if body.get("line_items").is_none() || wanted.is_some_and(Vec::is_empty) {
        return Err(
            Refusal::new("missing_line_items", "at least one item is needed").at("$.line_items"),
        );
    }
    shapes::check(call.version, shape, &tolerated(call.version, body, false))?;
    let (known, unknown): (Vec<Value>, Vec<Value>) = wanted
        .into_iter()
        .flatten()
        .cloned()
        .partition(|line| text(line, "id").and_then(catalogue::find).is_some());
    if known.is_empty() {
        let refusal = Refusal::new("out_of_stock", "none of these items is to be had");
        return Err(refusal.status(422).at("$.line_items"));
    }
    Ok(Cart {
        agent: call.agent,
        lines: request::lines("line_items", &Value::Array(known))?,
        buyer: body.get("buyer").cloned(),
        unknown: unknown
            .iter()
            .filter_map(|line| text(line, "id"))
            .map(str::to_owned)
            .collect(),
        expires_at: later(now(), seller.options.cart_lives_s),
    })
}

fn render(seller: &Seller, shop: &Shop, id: &str, cart: &Cart) -> Value {
    let mut messages = Vec::new();
    let mut lines = Vec::new();
    let mut base = 0;
    for (index, line) in cart.lines.iter().enumerate() {
        let money = Money {
            base: line.base(),
            ..Money::default()
        };
        base += money.base;
        lines.push(render::line(shop, line, &money));
        messages.extend(about_line(index, line, &shop.stock));
    }
    for id in &cart.unknown {
        let text = format!("The shop has no item {id}.");
        messages.push(Message::error(
            "not_found",
            Some("$.line_items".to_owned()),
            text,
        ));
    }
    let messages = messages
        .iter()
        .map(|one| render::message(SpecVersion::V2026_04_17, one));
    let mut body = json!({
        "id": id,
        "line_items": lines,
        "currency": "usd",
        "totals": [
            row("items_base_amount", "Items", base),
            row("subtotal", "Subtotal", base),
            row("total", "Estimated total", base),
        ],
        "messages": messages.collect::<Vec<_>>(),
        "continue_url": format!("{}/continue/{id}", seller.base),
        "expires_at": cart.expires_at.to_string(),
    });
    if let Some(buyer) = &cart.buyer {
        body["buyer"] = buyer.clone();
    }
    body
}
