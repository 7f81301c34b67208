//! What the seller sells.

/// An item.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// Minor units of US dollars.
    pub(crate) price: i64,
    /// Units at the start.
    pub(crate) stock: i64,
    /// Needs no address.
    pub(crate) digital: bool,
    /// Sold only to buyers who authenticate.
    pub(crate) guarded: bool,
}

/// Most units of one item in an order.
pub(crate) const QUANTITY_MAX: i64 = 10_000;

/// As many units, or more, are left.
pub(crate) const SHOWN_MAX: i64 = 100_000;

/// Fewer units than this are told of.
pub(crate) const LOW_STOCK: i64 = 5;

const PLENTY: i64 = 1_000_000;

const fn item(id: &'static str, title: &'static str, price: i64, stock: i64) -> Item {
    Item {
        id,
        title,
        price,
        stock,
        digital: false,
        guarded: false,
    }
}

/// Every item.
pub(crate) const ITEMS: [Item; 9] = [
    item("mug", "Stoneware mug", 1500, PLENTY),
    item("shirt", "Linen shirt", 4250, PLENTY),
    item("lamp", "Reading lamp", 6999, PLENTY),
    item("print", "Signed print, the last one", 12_000, 1),
    item("vase", "Blue vase", 3300, 0),
    item("candle", "Beeswax candle", 900, 4),
    Item {
        digital: true,
        ..item("ebook", "Field guide, as a file", 999, PLENTY)
    },
    Item {
        guarded: true,
        ..item("watch", "Wrist watch", 24_900, PLENTY)
    },
    Item {
        guarded: true,
        ..item("clock", "Table clock", 15_500, PLENTY)
    },
];

/// The item of this id.
pub(crate) fn find(id: &str) -> Option<&'static Item> {
    const LISTED: &[Item] = &ITEMS;
    LISTED.iter().find(|item| item.id == id)
}

/// A way to fulfil.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) id: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) title: &'static str,
    /// Minor units of US dollars.
    pub(crate) price: i64,
    /// Fewest and most days to delivery.
    pub(crate) days: (i64, i64),
}

const fn shipping(id: &'static str, title: &'static str, price: i64, days: (i64, i64)) -> Offer {
    Offer {
        id,
        kind: "shipping",
        title,
        price,
        days,
    }
}

/// Sent as a file.
pub(crate) const DOWNLOAD: Offer = Offer {
    kind: "digital",
    ..shipping("download", "Download", 0, (0, 0))
};

/// Countries beside the United States to which parcels go.
const ABROAD: [&str; 8] = ["CA", "GB", "DE", "FR", "IT", "ES", "JP", "AU"];

/// How parcels go to a country, cheapest first; nothing where none go.
pub(crate) fn parcels(country: &str) -> Vec<Offer> {
    if country == "US" {
        vec![
            shipping("standard", "Standard", 500, (3, 5)),
            shipping("express", "Express", 1500, (1, 2)),
        ]
    } else if ABROAD.contains(&country) {
        vec![
            shipping("abroad", "International", 2500, (7, 14)),
            shipping("abroad_express", "International express", 4500, (3, 6)),
        ]
    } else {
        Vec::new()
    }
}

/// Sales tax in hundredths of a percent.
pub(crate) fn tax_rate(country: &str, state: &str) -> i32 {
    match (country, state) {
        ("US", "CA") => 875,
        ("US", "NY") => 888,
        ("US", "OR") => 0,
        ("US", _) => 600,
        _ => 0,
    }
}
