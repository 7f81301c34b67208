//! Reading what an agent asks, in the words of its version.

use comptoir_certify::SpecVersion;
use serde_json::{Value, json};

use super::{
    catalogue,
    reply::Refusal,
    session::{Choice, Line, Session},
    shapes::text,
};

/// Most lines of a session.
const LINES_MAX: usize = 100;

/// Most of one item that is counted at all, in thousandths.
const MILLI_MAX: f64 = 1e12;

/// Writes what the body says into the session; what it does not name stays.
pub(crate) fn apply(
    version: SpecVersion,
    body: &Value,
    session: &mut Session,
) -> Result<(), Refusal> {
    let member = lines_member(version);
    if let Some(lines) = body.get(member) {
        session.lines = self::lines(member, lines)?;
    }
    set(&mut session.buyer, body.get("buyer"));
    if version == SpecVersion::V2025_09_29 {
        let address = body.get("fulfillment_address");
        let details = address.map(|address| json!({ "address": address }));
        set(&mut session.details, details.as_ref());
    } else {
        set(&mut session.details, body.get("fulfillment_details"));
    }
    set(&mut session.notes, body.get("order_notes"));
    read_codes(body, session);
    for name in ["timezone", "metadata", "fulfillment_groups"] {
        match body.get(name) {
            None => {}
            Some(Value::Null) => drop(session.echoed.remove(name)),
            Some(value) => drop(session.echoed.insert(name.to_owned(), value.clone())),
        }
    }
    Ok(())
}

/// Writes the choice of fulfilment options; to be called when the offers are known.
pub(crate) fn apply_choices(
    version: SpecVersion,
    body: &Value,
    session: &mut Session,
) -> Result<(), Refusal> {
    if version == SpecVersion::V2025_09_29 {
        if let Some(option) = text(body, "fulfillment_option_id") {
            let choice = choice(session, option, None, None, "$.fulfillment_option_id")?;
            session.choices = vec![choice];
        }
        return Ok(());
    }
    let Some(selections) = body.get("selected_fulfillment_options") else {
        return Ok(());
    };
    let mut choices: Vec<Choice> = Vec::new();
    for (index, selection) in selections.as_array().into_iter().flatten().enumerate() {
        let here = format!("$.selected_fulfillment_options[{index}]");
        let kind = text(selection, "type").unwrap_or_default();
        let nested = version < SpecVersion::V2026_01_30;
        let (holder, here) = if nested {
            (&selection[kind], format!("{here}.{kind}"))
        } else {
            (selection, here)
        };
        let option = text(holder, "option_id").unwrap_or_default();
        let lines = holder["item_ids"].as_array();
        let choice = choice(session, option, Some(kind), lines, &here)?;
        match choices
            .iter_mut()
            .find(|other| other.option == choice.option)
        {
            Some(other) => other.lines.extend(choice.lines),
            None => choices.push(choice),
        }
    }
    session.choices = choices;
    Ok(())
}

fn choice(
    session: &Session,
    option: &str,
    kind: Option<&str>,
    lines: Option<&Vec<Value>>,
    here: &str,
) -> Result<Choice, Refusal> {
    let mut offers = session.priced.offers.iter();
    let offer = offers
        .find(|offer| offer.id == option && kind.is_none_or(|kind| kind == offer.kind))
        .ok_or_else(|| {
            let at = if kind.is_some() {
                format!("{here}.option_id")
            } else {
                here.to_owned()
            };
            Refusal::new("invalid", "this fulfillment option is not on offer").at(at)
        })?;
    let fits = |line: &&Line| line.item.digital == (offer.kind == "digital");
    let mut chosen = Vec::new();
    for (index, id) in lines.into_iter().flatten().enumerate() {
        let id = id.as_str().unwrap_or_default();
        if !session
            .lines
            .iter()
            .any(|line| line.id() == id || line.item.id == id)
        {
            let at = format!("{here}.item_ids[{index}]");
            return Err(Refusal::new("invalid", "the session has no such line").at(at));
        }
        chosen.push(id.to_owned());
    }
    if chosen.is_empty() {
        chosen = session.lines.iter().filter(fits).map(Line::id).collect();
    }
    Ok(Choice {
        option: option.to_owned(),
        lines: chosen,
    })
}

/// The member that holds requested lines.
pub(crate) fn lines_member(version: SpecVersion) -> &'static str {
    if version < SpecVersion::V2026_01_30 {
        "items"
    } else {
        "line_items"
    }
}

/// Reads requested lines; an item that stands twice adds up.
pub(crate) fn lines(member: &str, requested: &Value) -> Result<Vec<Line>, Refusal> {
    let requested = requested
        .as_array()
        .filter(|lines| !lines.is_empty())
        .ok_or_else(|| {
            Refusal::new("missing_line_items", "at least one item is needed")
                .at(format!("$.{member}"))
        })?;
    if requested.len() > LINES_MAX {
        let text = format!("a session has at most {LINES_MAX} lines");
        return Err(Refusal::new("invalid", text).at(format!("$.{member}")));
    }
    let mut lines: Vec<Line> = Vec::new();
    for (index, wanted) in requested.iter().enumerate() {
        let here = format!("$.{member}[{index}]");
        let id = text(wanted, "id").unwrap_or_default();
        let item = catalogue::find(id).ok_or_else(|| {
            Refusal::new("not_found", "the shop has no such item").at(format!("{here}.id"))
        })?;
        let quantity = wanted.get("quantity").map_or(Some(1.0), Value::as_f64);
        let milli = quantity
            .and_then(thousandths)
            .ok_or_else(|| Refusal::new("invalid", "no quantity").at(format!("{here}.quantity")))?;
        let believed = wanted.get("unit_amount").and_then(Value::as_i64);
        match lines.iter_mut().find(|line| line.item == item) {
            Some(line) => {
                line.milli += milli;
                line.believed = believed.or(line.believed);
            }
            None => lines.push(Line {
                item,
                milli,
                believed,
            }),
        }
    }
    Ok(lines)
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "bounded just before"
)]
fn thousandths(quantity: f64) -> Option<i64> {
    let milli = (quantity * 1000.0).round();
    (1.0..=MILLI_MAX).contains(&milli).then_some(milli as i64)
}

fn set(field: &mut Option<Value>, given: Option<&Value>) {
    match given {
        None => {}
        Some(Value::Null) => *field = None,
        Some(value) => *field = Some(value.clone()),
    }
}

/// Reads `discounts.codes`, or the older `coupons`.
fn read_codes(body: &Value, session: &mut Session) {
    let cleared = |member: &str| body.get(member).is_some_and(Value::is_null);
    let list = body
        .get("discounts")
        .and_then(|discounts| discounts.get("codes"))
        .or_else(|| body.get("coupons"))
        .and_then(Value::as_array);
    if let Some(codes) = list {
        session.codes = codes
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
    } else if cleared("discounts") || cleared("coupons") {
        session.codes.clear();
    }
}

/// What the agent says that it can present; `None` where its version says nothing of it.
pub(crate) fn interventions(version: SpecVersion, body: &Value) -> Option<Vec<String>> {
    if version < SpecVersion::V2026_01_30 {
        return None;
    }
    let supported = body["capabilities"]["interventions"]["supported"].as_array();
    let names = supported.into_iter().flatten().filter_map(Value::as_str);
    Some(names.map(str::to_owned).collect())
}

/// The extensions that the agent says it understands.
pub(crate) fn extensions(body: &Value) -> Vec<String> {
    let listed = body["capabilities"]["extensions"].as_array();
    let names = listed.into_iter().flatten().filter_map(Value::as_str);
    names.map(str::to_owned).collect()
}

/// Refuses attribution that carries personal data; anything else is stored nowhere and never
/// shown, as nobody outside could tell the difference.
pub(crate) fn check_attribution(body: &Value) -> Result<(), Refusal> {
    let Some(attribution) = body.get("affiliate_attribution").and_then(Value::as_object) else {
        return Ok(());
    };
    let personal = |name: &str, value: &Value| {
        let text = value.as_str().unwrap_or_default();
        matches!(name, "email" | "phone" | "phone_number" | "ssn" | "address")
            || text
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
            || (text.starts_with('+')
                && text.len() > 7
                && text
                    .chars()
                    .skip(1)
                    .all(|char| char.is_ascii_digit() || "- ()".contains(char)))
    };
    let here = "$.affiliate_attribution";
    let metadata = attribution.get("metadata").and_then(Value::as_object);
    let inner = metadata.into_iter().flatten();
    let all = attribution
        .iter()
        .map(|(name, value)| (format!("{here}.{name}"), name, value))
        .chain(inner.map(|(name, value)| (format!("{here}.metadata.{name}"), name, value)));
    for (path, name, value) in all {
        if personal(name, value) {
            let text = "attribution holds no personal data";
            return Err(Refusal::new("pii_not_allowed", text).at(path));
        }
    }
    Ok(())
}
