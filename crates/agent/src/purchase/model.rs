//! A purchase as it is stored: one document per purchase, one state at a time.

use comptoir_acp::currency::Currency;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{order::OrderSnapshot, session::Session};
use crate::Language;

/// Most different items in one purchase.
pub(crate) const ITEMS_MAX: usize = 50;
/// Most pieces of one item.
pub(crate) const QUANTITY_MAX: u32 = 99;
/// Most cards that may be tried on one purchase; more would help people who test stolen cards.
pub(crate) const ATTEMPTS_MAX: u32 = 5;

/// Where a purchase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseState {
    /// The buyer chooses, reviews and may order.
    Open,
    /// Consent is sealed; a token is being asked for. Nothing can have been charged.
    Paying,
    /// The complete call is prepared and may have been sent.
    Completing,
    /// The outcome of the complete call is not known; the seller is asked until it is.
    Checking,
    /// The seller's completed session shows the order.
    Ordered,
    /// Ended without an order: canceled by the buyer, or closed by the seller.
    Closed,
}

impl PurchaseState {
    /// The store's state column.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paying => "paying",
            Self::Completing => "completing",
            Self::Checking => "checking",
            Self::Ordered => "ordered",
            Self::Closed => "closed",
        }
    }
}

/// What the buyer is told when an attempt ended without an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The bank said no; another card may be tried.
    Declined,
    /// The bank wants a confirmation that this agent cannot show yet.
    NeedsAuthentication,
    /// The payment provider refused the card's details.
    CardRefused,
    /// The payment provider did not answer.
    ProviderUnavailable,
    /// The agent stopped between consent and token.
    Interrupted,
    /// The seller refused to complete.
    NotConfirmed,
    /// The session changed after the buyer saw it.
    ReviewChanged,
    /// The consent ran out.
    ConsentExpired,
}

/// One item the buyer asked for, with what the page showed for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedItem {
    /// The product in the seller's feed.
    pub product_id: String,
    /// The variant: the item id of the checkout.
    pub variant_id: String,
    /// Pieces, at least one.
    pub quantity: u32,
    /// Title as shown.
    pub title: String,
    /// Unit price as shown, in minor units.
    pub shown_price: Option<i64>,
}

/// Where it goes and whom the shop may reach.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// Full name; it is part of the protocol's address.
    pub name: String,
    /// Street and number.
    pub line_one: String,
    /// Apartment, floor; may be empty.
    pub line_two: String,
    /// City.
    pub city: String,
    /// State or region; empty where none is used.
    pub state: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// Postal code.
    pub postal_code: String,
    /// E-mail; sent only with the order.
    pub email: String,
    /// Phone; may be empty, sent only with the order.
    pub phone: String,
    /// Note to the shop; may be empty, sent only with the order.
    pub notes: String,
}

/// Names no person: addresses do not belong in logs.
impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Destination")
            .field("country", &self.country)
            .finish_non_exhaustive()
    }
}

/// One press of the order button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// 1 for the first.
    pub(crate) number: u32,
    /// Record in the consents collection.
    pub(crate) consent_id: String,
    /// What the buyer agreed to pay, in minor units.
    pub(crate) total: i64,
    /// End of consent and token.
    pub(crate) expires_at: Timestamp,
    pub(crate) delegate_key: String,
    pub(crate) complete_key: String,
    /// The complete call's body, sealed, hexadecimal; gone once the outcome is known.
    pub(crate) sealed_complete: Option<String>,
    /// How often the seller was asked since.
    pub(crate) checks: u32,
}

/// A purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Purchase {
    pub(crate) id: String,
    /// The buyer's principal.
    pub(crate) owner: String,
    pub(crate) seller_id: String,
    pub(crate) language: Language,
    pub(crate) created_at: Timestamp,
    pub(crate) state: PurchaseState,
    pub(crate) items: Vec<WantedItem>,
    pub(crate) currency: Currency,
    pub(crate) session: Option<Session>,
    /// How often the session was seen to change; part of what is agreed to.
    pub(crate) session_revision: u64,
    pub(crate) destination: Option<Destination>,
    pub(crate) chosen_option: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) attempt: Option<Attempt>,
    pub(crate) notice: Option<Notice>,
    pub(crate) ordered_at: Option<Timestamp>,
    /// The order; before the purchase is `Ordered` only what a webhook said ahead of time.
    pub(crate) order: Option<OrderSnapshot>,
    /// What webhooks told of the order so far: the newest signed revision, and when it was signed.
    pub(crate) order_known: Option<(Option<i64>, Timestamp)>,
    /// The seller's answer to the order differs from what was agreed.
    pub(crate) total_differs: bool,
    /// The store's revision; not part of the document.
    #[serde(skip)]
    pub(crate) revision: i64,
}
