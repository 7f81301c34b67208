//! What templates show: ready strings, already neutralised; templates only place and escape them.

use crate::language::{Language, Words};

/// What every page has around its content.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    pub(crate) words: &'static Words,
    pub(crate) language: Language,
    pub(crate) title: String,
    /// Goes into every form; see [`crate::web::buyer`].
    pub(crate) csrf: String,
    /// Pieces in the basket.
    pub(crate) basket_count: u32,
    pub(crate) place: Place,
    /// Where the language switch returns to: a path of this page.
    pub(crate) path: String,
    /// Seconds after which a page without JavaScript loads itself again.
    pub(crate) refresh_s: Option<u32>,
    /// Changes with the content of the static files, so that they can be cached for long.
    pub(crate) assets: &'static str,
}

/// The entry of the navigation that is current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Chat,
    Basket,
    Orders,
    Other,
}

/// A product in an answer.
#[derive(Clone, Debug)]
pub(crate) struct CardView {
    pub(crate) href: String,
    pub(crate) image: String,
    pub(crate) title: String,
    pub(crate) price: Option<String>,
    /// The product has several prices and this is the lowest.
    pub(crate) price_is_lowest: bool,
    pub(crate) seller: String,
    pub(crate) stock: StockView,
    pub(crate) freshness: Option<&'static str>,
    pub(crate) reasons: Vec<String>,
    /// Present when the product can be bought without choosing: seller, product and variant id.
    pub(crate) quick_buy: Option<ItemRef>,
}

/// Names one buyable item in a form.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_field_names,
    reason = "each field is an id, and of another thing"
)]
pub(crate) struct ItemRef {
    pub(crate) seller_id: String,
    pub(crate) product_id: String,
    pub(crate) variant_id: String,
}

/// Availability in words and as a style.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StockView {
    pub(crate) label: &'static str,
    /// `yes`, `few`, `no` or empty: the style's name.
    pub(crate) class: &'static str,
    pub(crate) buyable: bool,
}

/// One exchange of the conversation.
#[derive(Clone, Debug)]
pub(crate) struct TurnView {
    pub(crate) said: String,
    pub(crate) answer: String,
    pub(crate) waiting: bool,
    pub(crate) note: Option<&'static str>,
    pub(crate) cards: Vec<CardView>,
}

/// One choice of a product's variants.
#[derive(Clone, Debug)]
pub(crate) struct VariantView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) price: Option<String>,
    pub(crate) stock: StockView,
    pub(crate) chosen: bool,
}

/// A line of the basket or of a checkout that has not been answered yet.
#[derive(Clone, Debug)]
pub(crate) struct ItemView {
    pub(crate) item: ItemRef,
    pub(crate) href: String,
    pub(crate) image: String,
    pub(crate) title: String,
    pub(crate) quantity: u32,
    pub(crate) price: Option<String>,
}

/// The basket's lines of one seller.
#[derive(Clone, Debug)]
pub(crate) struct BasketGroup {
    pub(crate) seller_id: String,
    pub(crate) seller: String,
    pub(crate) items: Vec<ItemView>,
    pub(crate) subtotal: Option<String>,
}

/// A field of a form with what was typed and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldView {
    pub(crate) value: String,
    pub(crate) wrong: Option<&'static str>,
}

impl FieldView {
    /// The problem, for templates that cannot match.
    pub(crate) fn problem(&self) -> &'static str {
        self.wrong.unwrap_or("")
    }
}

/// The address and contact form.
#[derive(Clone, Debug, Default)]
pub(crate) struct AddressForm {
    pub(crate) name: FieldView,
    pub(crate) email: FieldView,
    pub(crate) phone: FieldView,
    pub(crate) line_one: FieldView,
    pub(crate) line_two: FieldView,
    pub(crate) postal_code: FieldView,
    pub(crate) city: FieldView,
    pub(crate) state: FieldView,
    pub(crate) country: FieldView,
    pub(crate) notes: FieldView,
}

/// What is wrong with the card fields; typed card data is never echoed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CardFormProblems {
    pub(crate) number: Option<&'static str>,
    pub(crate) expiry: Option<&'static str>,
    pub(crate) cvc: Option<&'static str>,
    /// The changes were not acknowledged.
    pub(crate) changes: Option<&'static str>,
}

impl CardFormProblems {
    /// Whether anything is wrong.
    pub(crate) fn any(&self) -> bool {
        self.number
            .or(self.expiry)
            .or(self.cvc)
            .or(self.changes)
            .is_some()
    }
}

/// A delivery choice.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) price: String,
    pub(crate) chosen: bool,
}

/// The order card: every fact the buyer agrees to, and nothing else.
#[derive(Clone, Debug)]
pub(crate) struct OrderCardView {
    pub(crate) seller: String,
    pub(crate) lines: Vec<OrderLineView>,
    pub(crate) totals: Vec<TotalView>,
    pub(crate) deliver_to: Vec<String>,
    pub(crate) delivery: Option<String>,
    pub(crate) messages: Vec<String>,
    pub(crate) links: Vec<LinkView>,
    pub(crate) changes: Vec<String>,
    /// Identifies exactly this card; the order form sends it back.
    pub(crate) digest: String,
    pub(crate) button: String,
}

/// A line of the order card.
#[derive(Clone, Debug)]
pub(crate) struct OrderLineView {
    pub(crate) title: String,
    pub(crate) quantity: u32,
    pub(crate) unit: Option<String>,
    pub(crate) total: String,
    /// Further facts of the line: options, line discount, line tax.
    pub(crate) details: Vec<String>,
}

/// A row of amounts.
#[derive(Clone, Debug)]
pub(crate) struct TotalView {
    pub(crate) label: String,
    pub(crate) amount: String,
    pub(crate) is_total: bool,
}

/// A link of a merchant, with the host it opens.
#[derive(Clone, Debug)]
pub(crate) struct LinkView {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) host: String,
}

/// A message above a step.
#[derive(Clone, Debug)]
pub(crate) struct NoticeView {
    /// `warn`, `bad` or `good`.
    pub(crate) class: &'static str,
    pub(crate) heading: Option<&'static str>,
    pub(crate) text: String,
}

/// How far a checkout is, for the row of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Address,
    Delivery,
    Review,
}

/// State of an order in words and style.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BadgeView {
    pub(crate) label: &'static str,
    pub(crate) class: &'static str,
}

/// A row of the list of orders.
#[derive(Clone, Debug)]
pub(crate) struct OrderRowView {
    pub(crate) href: String,
    pub(crate) seller: String,
    pub(crate) summary: String,
    pub(crate) placed: String,
    pub(crate) total: Option<String>,
    pub(crate) badge: BadgeView,
}

/// A placed order with everything that happened since.
#[derive(Clone, Debug)]
pub(crate) struct OrderView {
    pub(crate) seller: String,
    pub(crate) number: String,
    pub(crate) placed: String,
    pub(crate) badge: BadgeView,
    pub(crate) lines: Vec<(String, String)>,
    pub(crate) totals: Vec<TotalView>,
    pub(crate) refunded: Option<String>,
    pub(crate) deliver_to: Vec<String>,
    pub(crate) delivery: Option<String>,
    pub(crate) parcels: Vec<ParcelView>,
    pub(crate) history: Vec<(String, String)>,
    pub(crate) permalink: Option<LinkView>,
    /// What is wrong with the order, if anything is.
    pub(crate) warning: Option<&'static str>,
}

/// One parcel of an order.
#[derive(Clone, Debug)]
pub(crate) struct ParcelView {
    pub(crate) status: String,
    pub(crate) carrier: Option<String>,
    pub(crate) tracking: Option<String>,
    pub(crate) link: Option<LinkView>,
}
