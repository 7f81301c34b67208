//! The product model: the protocol's own feed types.

pub use comptoir_acp::latest::feed::{
    Availability, Barcode, Category, Description, FeedMetadata, Link, Media, Price, Product,
    Seller, UnitPrice, Variant, VariantOption,
};
