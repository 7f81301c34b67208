//! The conversation: understands what is asked for and answers with products.
//!
//! This module knows nothing of purchases, payments or sellers' connections, and must not: whatever
//! a message or a product text says, nothing here can order. A test reads its imports.

mod answer;
mod record;
mod turn;

pub(crate) use answer::{Answered, answer};
pub(crate) use record::{BasketLine, BuyerRecord, MESSAGE_CHARS_MAX};
pub(crate) use turn::{ShownProduct, Turn};
