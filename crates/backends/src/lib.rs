//! Existing shops as hooks of the seller: the built-in shop.
