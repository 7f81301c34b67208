//! How to read a feed.

use comptoir_acp::currency::Currency;
use jiff::Timestamp;

/// Choices that the file itself does not answer.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Currency of formats that have none (Shopify's export). Without it US dollars are assumed,
    /// with a finding that says so.
    pub currency: Option<Currency>,
    /// Seller's name for variants that name no seller.
    pub seller_name: Option<String>,
    /// Base of product addresses for formats that have none: `{base}/products/{handle}`.
    pub shop_url: Option<String>,
    /// The reading time, to judge dated sale prices. Without it the regular price is taken.
    pub now: Option<Timestamp>,
    /// Bounds.
    pub limits: Limits,
}

/// Bounds of a reading. Each is tested just below and just above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one record: a line, an array element, a table row.
    pub record_bytes_max: usize,
    /// Bytes of the whole feed after decompression.
    pub feed_bytes_max: u64,
    /// Products of the whole feed.
    pub products_max: u64,
    /// Variants of one product.
    pub variants_max: usize,
    /// Bytes of one description; longer ones are cut.
    pub description_bytes_max: usize,
    /// Bytes of one title; longer ones are cut.
    pub title_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes_max: 1024 * 1024,
            feed_bytes_max: 4 * 1024 * 1024 * 1024,
            products_max: 2_000_000,
            variants_max: 2_000,
            description_bytes_max: 32 * 1024,
            title_bytes_max: 1024,
        }
    }
}
