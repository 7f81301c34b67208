//! Understanding what a buyer asks for.

mod language;
mod message;
mod query;
mod synonyms;
mod understand;
mod words;

pub use comptoir_rank::Language;

pub use crate::{
    message::{Intent, Message, classify},
    query::{Attribute, AttributeKind, ProductQuery, TERMS_MAX, TEXT_CHARS_MAX},
    understand::{language_of, understand},
};
