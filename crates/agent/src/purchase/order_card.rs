//! The order card: everything the buyer agrees to, built from the seller's session alone.

use comptoir_acp::{
    currency::Currency,
    id::{CheckoutSessionId, ItemId, LineItemId},
    money::MinorUnits,
};
use comptoir_commerce::{
    address::{Address, CountryCode},
    consent::{AddressDigest, SessionSummary, SummaryLine, SummaryOption, SummaryTotal},
};
use comptoir_signing::{canonical::canonicalize, fingerprint::Fingerprint};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    inspect::{Inspected, PriceChange, SellerFault},
    model::{Destination, Purchase},
    session::{Line, Session, SessionStatus, TotalRow},
};

/// What is put before the buyer. Every field counts for [`OrderCard::digest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderCard {
    /// The purchase.
    pub purchase_id: String,
    /// The seller's name from our registry, never from a feed or a session.
    pub seller_name: String,
    /// What the consent receipt will cover.
    pub summary: SessionSummary,
    /// Every row of amounts as the seller words it, in the seller's order.
    pub totals: Vec<CardTotal>,
    /// Per line, further facts: options, disclosures, rows of its amounts.
    pub lines: Vec<CardLine>,
    /// The destination, line by line.
    pub deliver_to: Vec<String>,
    /// The chosen delivery.
    pub delivery: Option<CardDelivery>,
    /// What the seller says.
    pub messages: Vec<String>,
    /// The seller's terms and policies: label, address, host.
    pub links: Vec<(String, String, String)>,
    /// Prices that are not those shown before; the buyer must have seen them.
    pub changes: Vec<PriceChange>,
    /// The seller's account at the payment provider; the token will name it.
    pub merchant_id: String,
    /// The payment handler.
    pub handler_id: String,
}

/// A row of amounts in the seller's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardTotal {
    /// The wire's `type`.
    pub kind: String,
    /// The seller's words for it.
    pub label: String,
    /// Minor units as on the wire.
    pub amount: i64,
}

/// Further facts of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardLine {
    /// Unit price in minor units, when the seller states it.
    pub unit_amount: Option<i64>,
    /// Chosen options and disclosures.
    pub details: Vec<String>,
    /// Rows such as a discount or tax of this line.
    pub rows: Vec<CardTotal>,
}

/// The chosen delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardDelivery {
    /// Its title.
    pub title: String,
    /// Who carries it.
    pub carrier: Option<String>,
    /// First day.
    pub earliest: Option<Timestamp>,
    /// Last day.
    pub latest: Option<Timestamp>,
}

/// Why there is no order card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoCard {
    Fault(SellerFault),
    /// The seller does not take the order yet.
    NotReady,
}

impl OrderCard {
    /// Currency of all amounts.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.summary.currency
    }

    /// What will be paid, in minor units.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.summary.total.get()
    }

    /// SHA-256 over the card's canonical JSON: two cards are equal exactly when this is.
    #[must_use]
    pub fn digest(&self) -> String {
        // The card holds only strings, integers and lists of them, which always have a canonical
        // form; an empty digest equals no digest that a page ever sent.
        canonicalize(self)
            .map(|bytes| Fingerprint::of_bytes(&bytes).to_hex())
            .unwrap_or_default()
    }

    /// Builds the card of a checked session.
    pub(crate) fn build(
        purchase: &Purchase,
        seller_name: &str,
        session: &Session,
        revision: u64,
        inspected: Inspected,
        address_salt: &[u8],
    ) -> Result<Self, NoCard> {
        if session.status != SessionStatus::Ready {
            return Err(NoCard::NotReady);
        }
        let handler = session
            .handler
            .as_ref()
            .ok_or(NoCard::Fault(SellerFault::Payment))?;
        let destination = purchase.destination.as_ref().ok_or(NoCard::NotReady)?;
        let summary = summarize(
            session,
            revision,
            &handler.merchant_id,
            destination,
            &inspected,
            address_salt,
        )
        .ok_or(NoCard::Fault(SellerFault::Unreadable))?;
        summary
            .check()
            .map_err(|_| NoCard::Fault(SellerFault::Totals))?;
        let delivery = session
            .options
            .iter()
            .find(|option| session.selected.contains(&option.id))
            .map(|option| CardDelivery {
                title: option.title.clone(),
                carrier: option.carrier.clone(),
                earliest: option.earliest,
                latest: option.latest,
            });
        Ok(Self {
            purchase_id: purchase.id.clone(),
            seller_name: seller_name.to_owned(),
            summary,
            totals: session.totals.iter().map(card_total).collect(),
            lines: session.lines.iter().map(card_line).collect(),
            deliver_to: deliver_to(destination),
            delivery,
            messages: session
                .messages
                .iter()
                // What became of an earlier card is told as a notice, not by the card.
                .filter(|message| {
                    !matches!(message.code.as_str(), "payment_declined" | "requires_3ds")
                })
                .map(|message| message.content.clone())
                .collect(),
            links: session
                .links
                .iter()
                .map(|link| (link.label.clone(), link.href.clone(), link.host.clone()))
                .collect(),
            changes: inspected.changes,
            merchant_id: handler.merchant_id.clone(),
            handler_id: handler.id.clone(),
        })
    }
}

/// A destination as lines of an address label.
pub(crate) fn deliver_to(destination: &Destination) -> Vec<String> {
    let place = format!("{} {}", destination.postal_code, destination.city);
    [
        &destination.name,
        &destination.line_one,
        &destination.line_two,
        &place,
        &destination.state,
        &destination.country,
    ]
    .into_iter()
    .map(|line| line.trim().to_owned())
    .filter(|line| !line.is_empty())
    .collect()
}

fn summarize(
    session: &Session,
    revision: u64,
    merchant_id: &str,
    destination: &Destination,
    inspected: &Inspected,
    address_salt: &[u8],
) -> Option<SessionSummary> {
    let address = Address {
        name: destination.name.clone(),
        line_one: destination.line_one.clone(),
        line_two: (!destination.line_two.is_empty()).then(|| destination.line_two.clone()),
        city: destination.city.clone(),
        state: destination.state.clone(),
        country: CountryCode::parse(&destination.country).ok()?,
        postal_code: destination.postal_code.clone(),
    };
    let options = session
        .options
        .iter()
        .filter(|option| session.selected.contains(&option.id));
    Some(SessionSummary {
        seller: merchant_id.to_owned(),
        checkout_session_id: CheckoutSessionId::parse(session.id.clone()).ok()?,
        revision,
        currency: session.currency,
        lines: session
            .lines
            .iter()
            .map(summary_line)
            .collect::<Option<_>>()?,
        options: options
            .map(|option| SummaryOption {
                id: option.id.clone(),
                title: option.title.clone(),
                amount: MinorUnits::new(option.total.unwrap_or(0)),
            })
            .collect(),
        address: Some(AddressDigest::of(&address, address_salt).ok()?),
        totals: inspected
            .amounts
            .addends
            .iter()
            .map(|(kind, amount)| SummaryTotal {
                kind: kind.clone(),
                amount: MinorUnits::new(*amount),
            })
            .collect(),
        total: MinorUnits::new(inspected.amounts.total),
    })
}

fn summary_line(line: &Line) -> Option<SummaryLine> {
    let row = |kind: &str| super::session::only(&line.totals, kind);
    let base = row("items_base_amount")
        .or_else(|| {
            line.unit_amount
                .and_then(|unit| unit.checked_mul(i64::from(line.quantity)))
        })
        .or_else(|| row("subtotal"))?;
    let total = row("total").or_else(|| row("subtotal")).unwrap_or(base);
    Some(SummaryLine {
        id: LineItemId::parse(line.id.clone()).ok()?,
        item_id: ItemId::parse(line.item_id.clone()).ok()?,
        title: if line.name.is_empty() {
            line.item_id.clone()
        } else {
            line.name.clone()
        },
        variant: (!line.details.is_empty()).then(|| line.details.join(", ")),
        quantity: line.quantity,
        unit_price: MinorUnits::new(
            line.unit_amount
                .or_else(|| base.checked_div(i64::from(line.quantity)))?,
        ),
        total: MinorUnits::new(total),
    })
}

fn card_total(row: &TotalRow) -> CardTotal {
    CardTotal {
        kind: row.kind.clone(),
        label: row.label.clone(),
        amount: row.amount,
    }
}

fn card_line(line: &Line) -> CardLine {
    let shown = |row: &&TotalRow| {
        row.amount != 0
            && matches!(
                row.kind.as_str(),
                "items_discount" | "discount" | "tax" | "fee" | "gift_wrap"
            )
    };
    CardLine {
        unit_amount: line.unit_amount,
        details: line.details.clone(),
        rows: line.totals.iter().filter(shown).map(card_total).collect(),
    }
}
