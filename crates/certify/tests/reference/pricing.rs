//! What a session costs, and whether it can be paid.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    catalogue::{DOWNLOAD, LOW_STOCK, Offer, QUANTITY_MAX, parcels, tax_rate},
    discounts,
    session::{Line, Message, Money, Priced, Session},
    shapes::text,
};

/// Units left by item id.
pub(crate) type Stock = HashMap<&'static str, i64>;

/// Interventions that the seller can ask for.
pub(crate) const INTERVENTIONS: [&str; 2] = ["3ds", "address_verification"];

/// Computes everything that hangs on lines, address, choices and codes. Choices that are no
/// longer on offer are dropped.
pub(crate) fn price(session: &mut Session, stock: &Stock) -> Priced {
    let mut priced = Priced {
        offers: offers(session),
        ..Priced::default()
    };
    session
        .choices
        .retain(|choice| priced.offers.iter().any(|offer| offer.id == choice.option));
    priced.lines = session
        .lines
        .iter()
        .map(|line| Money {
            base: line.base(),
            ..Money::default()
        })
        .collect();
    for (index, line) in session.lines.iter().enumerate() {
        priced.messages.extend(about_line(index, line, stock));
    }
    select(session, &mut priced);
    let mut outcome = discounts::Outcome::default();
    discounts::apply(session, priced.fulfillment, &mut priced.lines, &mut outcome);
    priced.discount = outcome.off_order;
    priced.applied = outcome.applied;
    priced.rejected = outcome.rejected;
    priced.messages.extend(outcome.messages);
    let rate = i64::from(tax_of(session).0);
    for line in &mut priced.lines {
        line.tax = ((line.base - line.discount) * rate + 5000) / 10_000;
    }
    priced.messages.extend(about_delivery(session, &priced));
    priced.messages.extend(about_interventions(session));
    priced
}

/// The rate of the tax, in hundredths of a percent, and the state that takes it.
pub(crate) fn tax_of(session: &Session) -> (i32, &str) {
    let part = |member| session.address().and_then(|address| text(address, member));
    let state = part("state").unwrap_or_default();
    (tax_rate(part("country").unwrap_or_default(), state), state)
}

fn offers(session: &Session) -> Vec<Offer> {
    let mut offers = Vec::new();
    if session.lines.iter().any(|line| !line.item.digital) {
        let country = session
            .address()
            .and_then(|address| text(address, "country"));
        offers.extend(country.map(parcels).unwrap_or_default());
    }
    if session.lines.iter().any(|line| line.item.digital) {
        offers.push(DOWNLOAD);
    }
    offers
}

/// Selects the chosen option for each line, and the cheapest where none was chosen.
fn select(session: &Session, priced: &mut Priced) {
    let mut open: Vec<&Line> = session.lines.iter().collect();
    for choice in &session.choices {
        let Some(offer) = priced.offers.iter().find(|offer| offer.id == choice.option) else {
            continue;
        };
        let named = |line: &Line| {
            choice
                .lines
                .iter()
                .any(|id| *id == line.id() || *id == line.item.id)
        };
        open.retain(|line| !(named(line) && line.item.digital == (offer.kind == "digital")));
        priced.selected.push((*offer, choice.lines.clone()));
    }
    for kind in ["shipping", "digital"] {
        let lines: Vec<String> = open
            .iter()
            .filter(|line| line.item.digital == (kind == "digital"))
            .map(|line| line.id())
            .collect();
        let cheapest = priced.offers.iter().find(|offer| offer.kind == kind);
        if let (Some(offer), false) = (cheapest, lines.is_empty()) {
            priced.selected.push((*offer, lines));
        }
    }
    let mut paid: Vec<&str> = Vec::new();
    for (offer, _) in &priced.selected {
        if !paid.contains(&offer.id) {
            paid.push(offer.id);
            priced.fulfillment += offer.price;
        }
    }
}

/// What there is to say about a line.
pub(crate) fn about_line(index: usize, line: &Line, stock: &Stock) -> Vec<Message> {
    let here = format!("$.line_items[{index}]");
    let left = stock.get(line.item.id).copied().unwrap_or_default();
    let title = line.item.title;
    let mut messages = Vec::new();
    let mut error = |code, text: String| {
        messages.push(Message::error(code, Some(here.clone()), text));
    };
    if left == 0 {
        error("out_of_stock", format!("{title} is out of stock."));
    } else if line.units() > left {
        error("out_of_stock", format!("Only {left} of {title} are left."));
    } else if line.units() > QUANTITY_MAX {
        error(
            "quantity_exceeded",
            format!("At most {QUANTITY_MAX} of {title} can be ordered."),
        );
    } else if !line.is_whole() {
        error("invalid", format!("{title} is sold in whole units."));
    } else if left < LOW_STOCK {
        let text = format!("Only {left} of {title} are left.");
        messages.push(Message::warning("low_stock", here.clone(), text));
    }
    if line.believed.is_some_and(|price| price != line.item.price) {
        let text = format!("The price of {title} is another than the one you named.");
        messages.push(Message::warning("price_change", here, text));
    }
    messages
}

fn about_delivery(session: &Session, priced: &Priced) -> Option<Message> {
    let parcel = session.lines.iter().any(|line| !line.item.digital);
    if !parcel || priced.offers.iter().any(|offer| offer.kind == "shipping") {
        return None;
    }
    Some(if session.address().is_some_and(Value::is_object) {
        let param = Some("$.fulfillment_details.address.country".to_owned());
        Message::error(
            "region_restricted",
            param,
            "Nothing is sent to this country.",
        )
    } else {
        let param = Some("$.fulfillment_options".to_owned());
        Message::error("missing", param, "An address is needed.")
    })
}

/// A guarded item needs an agent that can present 3-D Secure.
fn about_interventions(session: &Session) -> Option<Message> {
    let able = match &session.interventions {
        None => true,
        Some(supported) => supported.iter().any(|one| one == "3ds"),
    };
    (needs_authentication(session) && !able).then(|| {
        let text = "This purchase needs 3-D Secure (3ds), which your agent cannot present.";
        Message::error("intervention_required", None, text)
    })
}

/// Whether the buyer must authenticate, whatever the card.
pub(crate) fn needs_authentication(session: &Session) -> bool {
    session.lines.iter().any(|line| line.item.guarded)
}
