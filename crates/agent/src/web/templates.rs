//! The page's templates, checked against these structs at compile time. Askama escapes every value.

use askama::Template;

use super::view::{
    AddressForm, BasketGroup, CardFormProblems, CardView, DeliveryView, ItemRef, ItemView,
    LinkView, NoticeView, OrderCardView, OrderRowView, OrderView, Place, Shell, Step, StockView,
    TurnView, VariantView,
};

#[derive(Template)]
#[template(path = "chat.html")]
pub(crate) struct ChatPage {
    pub(crate) shell: Shell,
    pub(crate) turns: Vec<TurnView>,
    pub(crate) notice: Option<NoticeView>,
}

#[derive(Template)]
#[template(path = "parts/turn.html")]
pub(crate) struct TurnPart<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) turn: &'a TurnView,
}

#[derive(Template)]
#[template(path = "parts/cards.html")]
pub(crate) struct CardsPart<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) cards: &'a [CardView],
    pub(crate) note: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "parts/card.html")]
pub(crate) struct CardPart<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) card: &'a CardView,
}

#[derive(Template)]
#[template(path = "product.html")]
pub(crate) struct ProductPage {
    pub(crate) shell: Shell,
    pub(crate) item: ItemRef,
    pub(crate) title: String,
    pub(crate) seller: String,
    pub(crate) images: Vec<String>,
    pub(crate) description: String,
    pub(crate) variants: Vec<VariantView>,
    pub(crate) stock: StockView,
    pub(crate) freshness: Option<&'static str>,
    pub(crate) link: Option<LinkView>,
    pub(crate) notice: Option<NoticeView>,
}

#[derive(Template)]
#[template(path = "basket.html")]
pub(crate) struct BasketPage {
    pub(crate) shell: Shell,
    pub(crate) groups: Vec<BasketGroup>,
    pub(crate) notice: Option<NoticeView>,
}

#[derive(Template)]
#[template(path = "checkout.html")]
pub(crate) struct CheckoutPage {
    pub(crate) shell: Shell,
    pub(crate) purchase_id: String,
    pub(crate) seller: String,
    pub(crate) step: Step,
    pub(crate) items: Vec<ItemView>,
    pub(crate) notice: Option<NoticeView>,
    pub(crate) address: AddressForm,
    pub(crate) countries: Vec<(&'static str, &'static str)>,
    pub(crate) deliveries: Vec<DeliveryView>,
    pub(crate) order_card: Option<OrderCardView>,
    pub(crate) problems: CardFormProblems,
    pub(crate) simulated: bool,
}

#[derive(Template)]
#[template(path = "outcome.html")]
pub(crate) struct OutcomePage {
    pub(crate) shell: Shell,
    pub(crate) live: String,
    pub(crate) events: Option<String>,
}

/// The part of an outcome page that is pushed when something happens.
#[derive(Template)]
#[template(path = "parts/outcome.html")]
pub(crate) struct OutcomePart {
    pub(crate) shell: Shell,
    pub(crate) state: OutcomeView,
    /// Read out when this part replaces an older one.
    pub(crate) announce: String,
}

/// What became of a purchase after the order button.
pub(crate) enum OutcomeView {
    Processing,
    Checking,
    Ordered(Box<OrderView>),
    Stopped {
        heading: &'static str,
        text: String,
        uncharged: bool,
    },
}

#[derive(Template)]
#[template(path = "orders.html")]
pub(crate) struct OrdersPage {
    pub(crate) shell: Shell,
    pub(crate) orders: Vec<OrderRowView>,
}

#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    pub(crate) shell: Shell,
    pub(crate) text: &'static str,
}
