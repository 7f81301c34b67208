//! The purchase: from the first call to a seller to the order. The only part of the agent that pays.
//!
//! Nothing here is reachable from the conversation: only a buyer's own act on the page, or a caller
//! of [`crate::Agent`]'s methods, leads in.

mod card;
mod checkout;
mod error;
mod inspect;
mod model;
mod order;
mod order_card;
mod payment;
mod recovery;
mod repository;
mod requests;
mod sealed;
mod session;
mod session_calls;
mod settle;
mod totals;

pub use card::{Card, CardError};
pub use checkout::ItemChoice;
pub use error::PurchaseError;
pub use inspect::{PriceChange, SellerFault};
pub use model::{Destination, Notice, PurchaseState, WantedItem};
pub(crate) use model::{ITEMS_MAX, Purchase, QUANTITY_MAX};
pub(crate) use order::{OrderSnapshot, Parcel};
pub(crate) use order_card::deliver_to;
pub use order_card::{CardDelivery, CardLine, CardTotal, OrderCard};
pub use payment::{Confirmation, Confirmed};
pub(crate) use repository::{Link, load as load_purchase, update as update_purchase};
pub(crate) use session::DeliveryOption;
