//! Finding products: an index over all sellers' feeds, and what buyers mean.
//!
//! [`understand`] turns a sentence in English or French into a [`ProductQuery`] by rules;
//! [`classify`] first tells requests for products from other messages. [`Index::search`] retrieves
//! candidates, hands them to [`comptoir_rank::rank`] and returns [`Hit`]s with the reasons of
//! their places. Retrieval looks at one combined text, the title weighted, and treats words of
//! both languages that mean the same as the same word.
//!
//! ```
//! use comptoir_feed::{Product, ReadOptions, read_bytes};
//! use comptoir_search::{Index, understand};
//!
//! let feed = "id,title,price\nm1,Ceramic mug,12 EUR\nr1,Running shoes,89 EUR\n";
//! let products: Vec<Product> =
//!     read_bytes("shop.csv", feed.as_bytes(), ReadOptions::default())?.flatten().collect();
//! let index = Index::in_memory()?;
//! index.upsert("shop", &products)?;
//! index.commit()?;
//! let hits = index.search(&understand("chaussures de course à moins de 100 €"), 10)?;
//! assert_eq!(hits[0].product_id, "r1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod document;
mod error;
mod groups;
mod hit;
mod index;
mod language;
mod message;
mod query;
mod retrieve;
mod synonyms;
mod understand;
mod words;

pub use comptoir_rank::{Language, Order, PriceLimit, Reason};

pub use crate::{
    error::SearchError,
    hit::Hit,
    index::{Index, IndexStats, StoredProduct},
    message::{Intent, Message, classify},
    query::{Attribute, AttributeKind, ProductQuery, TERMS_MAX, TEXT_CHARS_MAX},
    understand::{language_of, understand},
};
