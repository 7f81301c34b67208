//! The sellers' catalogues: kept in the store, searched in the index, always apart by seller.

use std::collections::BTreeMap;

use comptoir_acp::money::Money;
use comptoir_feed::{Availability, Media, Product, Variant};
use comptoir_search::StoredProduct;
use comptoir_store::{Collection, ReadTx, RecordQuery, TenantId};
use jiff::Timestamp;

use crate::{AgentError, agent::Agent, text};

/// Products read from the store at once when the index is rebuilt.
const PAGE: u32 = 1_000;

/// State of a record that is a feed.
pub(crate) const FEED: &str = "feed";
/// State of a record that is a product of the feed that is its parent.
pub(crate) const PRODUCT: &str = "product";

/// A variant as it is offered now.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// Product and variant in one line.
    pub(crate) title: String,
    pub(crate) price: Option<Money>,
}

/// Whether something can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stock {
    In,
    Few,
    Backorder,
    Preorder,
    Out,
    Discontinued,
    Unknown,
}

impl Stock {
    pub(crate) fn of(availability: Option<&Availability>) -> Self {
        let Some(availability) = availability else {
            return Self::Unknown;
        };
        match (availability.available, availability.status.as_deref()) {
            (_, Some("discontinued")) => Self::Discontinued,
            (Some(false), _) | (_, Some("out_of_stock")) => Self::Out,
            (_, Some("limited_stock")) => Self::Few,
            (_, Some("backorder")) => Self::Backorder,
            (_, Some("preorder")) => Self::Preorder,
            (_, Some("in_stock")) | (Some(true), _) => Self::In,
            (None, _) => Self::Unknown,
        }
    }

    pub(crate) fn buyable(self) -> bool {
        !matches!(self, Self::Out | Self::Discontinued)
    }
}

impl Agent {
    /// A seller's product from the index.
    pub(crate) fn product(&self, seller_id: &str, product_id: &str) -> Option<Product> {
        self.stored_product(seller_id, product_id)
            .map(|stored| stored.product)
    }

    /// The same, with the time at which its feed confirmed it.
    pub(crate) fn stored_product(
        &self,
        seller_id: &str,
        product_id: &str,
    ) -> Option<StoredProduct> {
        match self.parts().index.product(seller_id, product_id) {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(error = %error, "the product index failed");
                None
            }
        }
    }

    /// A variant that can be bought.
    pub(crate) fn offer(
        &self,
        seller_id: &str,
        product_id: &str,
        variant_id: &str,
    ) -> Option<Offer> {
        let product = self.product(seller_id, product_id)?;
        let variant = product
            .variants
            .iter()
            .find(|variant| variant.id == variant_id)?;
        Stock::of(variant.availability.as_ref())
            .buyable()
            .then(|| Offer {
                title: variant_title(&product, variant),
                price: price_of(variant),
            })
    }

    /// Fills the index from the store.
    pub(crate) fn rebuild_index(&self) -> Result<(), AgentError> {
        let mut after_key = None;
        loop {
            let page =
                self.parts()
                    .store
                    .read_blocking("load_products", move |tx: &dyn ReadTx| {
                        let query = RecordQuery {
                            state: Some(PRODUCT),
                            after_key,
                            limit: PAGE,
                            ..RecordQuery::default()
                        };
                        Ok::<_, AgentError>(tx.records(
                            Collection::Feeds,
                            TenantId::DEFAULT,
                            &query,
                        )?)
                    })?;
            let Some(last) = page.last() else {
                break;
            };
            after_key = Some(last.key);
            // Products pushed together by one seller were confirmed together: one batch.
            let mut batches: BTreeMap<(&str, i64), Vec<Product>> = BTreeMap::new();
            for record in &page {
                let product =
                    serde_json::from_slice(&record.document).map_err(AgentError::Product)?;
                batches
                    .entry((&record.owner, record.updated_at))
                    .or_default()
                    .push(product);
            }
            for ((seller, confirmed), products) in batches {
                self.index_products(
                    seller,
                    &products,
                    Timestamp::from_microsecond(confirmed).ok(),
                )?;
            }
        }
        self.parts().index.commit().map_err(AgentError::Index)
    }

    /// Puts products of one seller into the index; visible after the next commit.
    pub(crate) fn index_products(
        &self,
        seller_id: &str,
        products: &[Product],
        confirmed: Option<Timestamp>,
    ) -> Result<(), AgentError> {
        self.parts()
            .index
            .upsert_observed(seller_id, products, confirmed)
            .map_err(AgentError::Index)?;
        Ok(())
    }
}

/// Title of a product, harmless.
pub(crate) fn product_title(product: &Product) -> String {
    let own = product
        .title
        .as_deref()
        .map(|title| text::line(title, 160))
        .filter(|title| !title.is_empty());
    own.or_else(|| {
        product
            .variants
            .first()
            .map(|variant| text::line(&variant.title, 160))
    })
    .filter(|title| !title.is_empty())
    .unwrap_or_else(|| text::line(&product.id, 80))
}

/// Product and variant in one line, without saying the same twice.
pub(crate) fn variant_title(product: &Product, variant: &Variant) -> String {
    let (whole, own) = (product_title(product), text::line(&variant.title, 160));
    if own.is_empty() || own == whole || product.variants.len() == 1 {
        whole
    } else if own.contains(&whole) {
        own
    } else {
        format!("{whole}, {own}")
    }
}

pub(crate) fn price_of(variant: &Variant) -> Option<Money> {
    variant
        .price
        .as_ref()
        .map(|price| Money::new(price.amount, price.currency))
}

/// Description as plain text, harmless.
pub(crate) fn description(product: &Product) -> String {
    let of_variant = product
        .variants
        .first()
        .and_then(|variant| variant.description.as_ref());
    let Some(description) = product.description.as_ref().or(of_variant) else {
        return String::new();
    };
    match (&description.plain, &description.markdown, &description.html) {
        (Some(plain), _, _) => text::paragraphs(plain, 4_000),
        (None, Some(markdown), _) => text::paragraphs(&text::without_tags(markdown), 4_000),
        (None, None, Some(html)) => text::paragraphs(&text::without_tags(html), 4_000),
        (None, None, None) => String::new(),
    }
}

/// Picture addresses of a product: its own, then each variant's first.
pub(crate) fn pictures(product: &Product) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let own = product.media.as_deref().map(images_of).unwrap_or_default();
    let of_variants = product
        .variants
        .iter()
        .flat_map(|variant| variant.media.as_deref().map(images_of).unwrap_or_default());
    for url in own.into_iter().chain(of_variants) {
        if !found.contains(&url) {
            found.push(url);
        }
    }
    found
}

fn images_of(media: &[Media]) -> Vec<&str> {
    media
        .iter()
        .filter(|media| media.r#type == "image")
        .map(|media| media.url.as_str())
        .collect()
}
