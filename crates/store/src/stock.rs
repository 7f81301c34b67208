//! Products and their stock.

/// One sellable item.
#[derive(Clone, PartialEq, Eq)]
pub struct ProductRow {
    /// Identity of the item, unique in the tenant.
    pub item_id: String,
    /// Price in minor units of the currency.
    pub price: i64,
    /// ISO 4217 code, lower case.
    pub currency: String,
    /// The product as JSON.
    pub document: Vec<u8>,
    /// Microseconds since the epoch.
    pub updated_at: i64,
}

impl std::fmt::Debug for ProductRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProductRow")
            .field("item_id", &self.item_id)
            .field("price", &self.price)
            .field("currency", &self.currency)
            .field("document_bytes", &self.document.len())
            .field("updated_at", &self.updated_at)
            .finish()
    }
}

/// Stock of one item, in units.
///
/// Always `0 <= reserved <= on_hand` and `0 <= sold`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StockLevel {
    /// Units physically there and not sold; reserved ones are among them.
    pub on_hand: i64,
    /// Units held for open checkouts.
    pub reserved: i64,
    /// Units sold and not come back.
    pub sold: i64,
}

impl StockLevel {
    /// Units that can still be reserved.
    #[must_use]
    pub const fn available(&self) -> i64 {
        self.on_hand.saturating_sub(self.reserved)
    }
}
