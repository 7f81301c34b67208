//! Existing shops as hooks of the seller.
//!
//! [`BuiltInShop`] is the shop that needs no other: its catalogue comes from a feed file, and its
//! prices and stock live in the store.
//!
//! ```
//! use comptoir_backends::BuiltInShop;
//! use comptoir_seller::Catalog;
//!
//! let shop: &dyn Catalog = &BuiltInShop;
//! # let _ = shop;
//! ```

mod import;

pub use comptoir_seller::BuiltInShop;
pub use import::{ImportError, ImportOptions, ImportReport, ItemDetail, import};
