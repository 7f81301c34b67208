//! The shopping agent: conversation, basket, consent, purchase, order tracking, the Feed API that
//! sellers push to, and the chat page.
//!
//! The page and programs use the same methods: [`Agent::start_purchase`], [`Agent::set_address`],
//! [`Agent::choose_shipping`], [`Agent::review`], [`Agent::confirm`], [`Agent::settled`].
//!
//! ```
//! use comptoir_agent::Language;
//!
//! // The language of the page, from the browser's header.
//! let language = Language::from_accept_language("fr-CA, en;q=0.5").unwrap_or_default();
//! assert_eq!(language, Language::Fr);
//! // The label of the only control that orders.
//! assert_eq!(Language::En.order_button("84.20 EUR"), "Order with obligation to pay: 84.20 EUR");
//! ```

mod agent;
mod catalog;
mod config;
mod conversation;
mod error;
mod feed_api;
mod language;
mod live;
mod peer;
mod purchase;
mod router;
mod text;
mod web;
mod webhooks;

pub use agent::{Agent, FEED_BODY_BYTES_MAX, OrderStatus, PurchaseStatus};
pub use config::{AgentConfig, PspProfile, SellerProfile};
pub use error::AgentError;
pub use language::Language;
pub use purchase::{
    Card, CardDelivery, CardError, CardLine, CardTotal, Confirmation, Confirmed, Destination,
    ItemChoice, Notice, OrderCard, PriceChange, PurchaseError, PurchaseState, SellerFault,
    WantedItem,
};
