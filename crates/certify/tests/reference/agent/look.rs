//! What a careful agent looks at in a session before it pays.

use serde_json::Value;

use super::naive::naive;

/// What the buyer wants.
#[derive(Debug)]
pub(crate) struct Wish<'a> {
    pub(crate) item: &'a str,
    pub(crate) city: &'a str,
    /// The session that is being worked on; none before it was created.
    pub(crate) session: Option<&'a str>,
    /// Whether the buyer agrees to whatever the seller wants reviewed.
    pub(crate) agrees: bool,
}

/// Statuses of a session that goes on.
const OPEN: [&str; 4] = [
    "incomplete",
    "not_ready_for_payment",
    "ready_for_payment",
    "authentication_required",
];

/// Why a session is not what the buyer wants.
pub(crate) fn fault(session: &Value, wish: &Wish<'_>) -> Result<(), String> {
    identity(session, wish)?;
    lines(session, wish)?;
    if !naive("no-sums") {
        sums(session)?;
    }
    words(session, wish)
}

pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    let list = value.pointer(pointer).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}

fn expect(holds: bool, why: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why.to_owned()) }
}

fn identity(session: &Value, wish: &Wish<'_>) -> Result<(), String> {
    let id = text(session, "/id");
    let safe = !id.is_empty()
        && id.len() <= 128
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    expect(
        safe || naive("any-id"),
        "the session's id cannot stand in a path",
    )?;
    let same = wish.session.is_none_or(|known| known == id);
    expect(same || naive("any-id"), "the session's id changed")?;
    let dollars = text(session, "/currency").eq_ignore_ascii_case("usd");
    expect(
        dollars || naive("any-currency"),
        "the session is not in dollars",
    )
}

fn lines(session: &Value, wish: &Wish<'_>) -> Result<(), String> {
    let lines = list(session, "/line_items");
    let one = lines.len() == 1 || naive("any-lines");
    expect(
        one && !lines.is_empty(),
        "the session has other lines than were asked for",
    )?;
    let line = lines.first().unwrap_or(&Value::Null);
    let item = text(line, "/item/id") == wish.item || naive("any-item");
    expect(item, "the session sells another item")?;
    let pieces = line
        .get("quantity")
        .or_else(|| line.pointer("/item/quantity"));
    let pieces = pieces.and_then(Value::as_i64);
    expect(
        pieces == Some(1) || naive("any-quantity"),
        "more pieces than were asked for",
    )
}

/// The amount of the only row of a kind.
fn row(rows: &[Value], kind: &str) -> Option<i64> {
    let mut found = rows.iter().filter(|row| text(row, "/type") == kind);
    let amount = found.next()?.get("amount")?.as_i64();
    if found.next().is_some() { None } else { amount }
}

/// The total of a session, where it is said once.
pub(crate) fn total(session: &Value) -> Option<i64> {
    let rows = list(session, "/totals");
    if naive("no-sums") {
        let mut totals = rows.iter().filter(|row| text(row, "/type") == "total");
        return totals.next()?.get("amount")?.as_i64();
    }
    row(rows, "total")
}

/// Every sum is that of its parts.
fn sums(session: &Value) -> Result<(), String> {
    let rows = list(session, "/totals");
    let mut base = 0_i64;
    for line in list(session, "/line_items") {
        base = line_base(line)
            .and_then(|line| base.checked_add(line))
            .ok_or("a line's sums do not add up")?;
    }
    let total = total(session).ok_or("the session has not one total")?;
    expect(total > 0, "the total is not above zero")?;
    expect(
        row(rows, "items_base_amount") == Some(base),
        "the items' sum is not that of the lines",
    )?;
    let mut sum = 0_i64;
    for row in rows {
        let amount = row
            .get("amount")
            .and_then(Value::as_i64)
            .ok_or("an amount is no integer")?;
        let part = match text(row, "/type") {
            "subtotal" | "total" => 0,
            "discount" | "items_discount" => amount.saturating_abs().saturating_neg(),
            _ => amount,
        };
        sum = sum
            .checked_add(part)
            .ok_or("the sums are beyond any purse")?;
    }
    expect(sum == total, "the total is not the sum of its rows")
}

/// The items' amount of a line whose own sums add up.
fn line_base(line: &Value) -> Option<i64> {
    let unit = line.get("unit_amount").and_then(Value::as_i64);
    let pieces = line
        .get("quantity")
        .or_else(|| line.pointer("/item/quantity"))?
        .as_i64()?;
    let fits = |base: i64| unit.is_none_or(|unit| unit.checked_mul(pieces) == Some(base));
    let number = |name: &str| line.get(name).and_then(Value::as_i64);
    if let Some(base) = number("base_amount") {
        let subtotal = base.checked_sub(number("discount")?)?;
        let whole = subtotal.checked_add(number("tax")?)?;
        return (number("subtotal") == Some(subtotal)
            && number("total") == Some(whole)
            && fits(base))
        .then_some(base);
    }
    let rows = list(line, "/totals");
    let base = row(rows, "items_base_amount")?;
    let whole = row(rows, "subtotal")?.checked_add(row(rows, "tax")?)?;
    (fits(base) && row(rows, "total") == Some(whole)).then_some(base)
}

fn words(session: &Value, wish: &Wish<'_>) -> Result<(), String> {
    let status = text(session, "/status");
    let open = OPEN.contains(&status) || naive("any-status");
    expect(open || naive("invents-data"), "the session does not go on")?;
    let addressed = [
        "/fulfillment_details/address/city",
        "/fulfillment_address/city",
    ];
    for pointer in addressed {
        let city = text(session, pointer);
        let ours = city.is_empty() || city == wish.city || naive("any-address");
        expect(ours, "the parcel goes elsewhere")?;
    }
    let ends: Option<jiff::Timestamp> = text(session, "/expires_at").parse().ok();
    let alive = ends.is_none_or(|ends| ends > jiff::Timestamp::now()) || naive("ignores-expiry");
    expect(alive, "the session's time is over")?;
    for name in list(session, "/capabilities/interventions/required") {
        expect(
            name == "3ds" || naive("any-intervention"),
            "an intervention is needed that we cannot perform",
        )?;
    }
    messages(session, wish)
}

fn messages(session: &Value, wish: &Wish<'_>) -> Result<(), String> {
    for message in list(session, "/messages") {
        let declined = text(message, "/code") == "payment_declined";
        let error = text(message, "/type") == "error" && !declined;
        expect(
            !error || naive("ignores-messages") || naive("invents-data"),
            "the seller reports an error",
        )?;
        let review = text(message, "/resolution") == "requires_buyer_review";
        let agreed = !review || wish.agrees || naive("agrees-for-buyer");
        expect(agreed, "the buyer does not agree")?;
    }
    Ok(())
}
