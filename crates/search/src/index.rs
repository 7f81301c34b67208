//! The product index.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
};

use comptoir_feed::Product;
use comptoir_rank::rank;
use comptoir_signing::secret::SecretKey;
use jiff::Timestamp;
use tantivy::{
    DocAddress, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term,
    collector::TopDocs,
    directory::MmapDirectory,
    query::TermQuery,
    schema::{
        FAST, Field, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing,
        TextOptions, Value,
    },
};

use crate::{
    document::{self, PriceFilter},
    error::SearchError,
    groups,
    hit::{Asked, Hit, Loaded},
    query::ProductQuery,
    retrieve::{self, Candidate, Request},
};

/// Name of the fast field with the variants' prices.
pub(crate) const PRICE: &str = "price";
/// Folder of the current index layout; another layout gets another name and starts empty.
const LAYOUT: &str = "products-v1";
/// Bytes that one writing thread collects before it writes a segment.
const WRITER_BYTES: usize = 32 * 1024 * 1024;
/// Candidates that are ranked for each result wanted.
const CANDIDATES_PER_RESULT: usize = 4;
/// Fewest and most candidates that are ranked.
const CANDIDATES: std::ops::RangeInclusive<usize> = 40..=400;
/// Results of one search.
const RESULTS_MAX: usize = 100;

/// An index over the products of all sellers. Cheap to clone; clones share one index.
#[derive(Clone)]
pub struct Index {
    inner: Arc<Inner>,
}

struct Inner {
    fields: Fields,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    tie_break_key: SecretKey,
}

/// The fields of the index.
pub(crate) struct Fields {
    /// Seller and product id, to replace and remove.
    key: Field,
    /// Seller and variant id, to look up what a cart line names.
    variant_key: Field,
    pub(crate) seller: Field,
    /// The combined text.
    pub(crate) text: Field,
    /// The product as JSON.
    product: Field,
    /// Microseconds of the last confirmation.
    observed_at: Field,
    price: Field,
}

/// What one change brought in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IndexStats {
    /// Products added or replaced.
    pub products: u64,
    /// Their variants.
    pub variants: u64,
}

/// A product as the index holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredProduct {
    /// Whose it is.
    pub seller: String,
    /// The product.
    pub product: Product,
    /// When its feed last confirmed it.
    pub observed_at: Option<Timestamp>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("products", &self.product_count())
            .finish_non_exhaustive()
    }
}

impl Index {
    /// Opens the index in `folder`, or makes one. Only one process may hold it at a time.
    ///
    /// An index made by another layout of this crate is left alone and an empty one is opened:
    /// an index can always be built again from the feeds. Check [`Index::product_count`].
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let folder = folder.join(LAYOUT);
        std::fs::create_dir_all(&folder).map_err(|source| SearchError::Folder {
            path: folder.clone(),
            source,
        })?;
        let directory = MmapDirectory::open(&folder).map_err(tantivy::TantivyError::from)?;
        let (schema, fields) = schema();
        Self::build(&tantivy::Index::open_or_create(directory, schema)?, fields)
    }

    /// An index that lives as long as the process.
    pub fn in_memory() -> Result<Self, SearchError> {
        let (schema, fields) = schema();
        Self::build(&tantivy::Index::create_in_ram(schema), fields)
    }

    /// Sets the key of the hash that decides between equals. Sellers must not know it in advance;
    /// publish it afterwards and everybody can check the order. Without this call it is empty.
    #[must_use]
    pub fn with_tie_break_key(self, key: SecretKey) -> Self {
        match Arc::try_unwrap(self.inner) {
            Ok(mut inner) => {
                inner.tie_break_key = key;
                Self {
                    inner: Arc::new(inner),
                }
            }
            Err(inner) => Self { inner },
        }
    }

    fn build(index: &tantivy::Index, fields: Fields) -> Result<Self, SearchError> {
        let writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let inner = Inner {
            fields,
            reader,
            writer: Mutex::new(writer),
            tie_break_key: SecretKey::from_bytes(Vec::new()),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Adds products or replaces those with the same seller and id. Visible after
    /// [`Index::commit`].
    pub fn upsert(&self, seller: &str, products: &[Product]) -> Result<IndexStats, SearchError> {
        self.upsert_observed(seller, products, None)
    }

    /// As [`Index::upsert`], with the time at which the feed confirmed the products.
    pub fn upsert_observed(
        &self,
        seller: &str,
        products: &[Product],
        observed_at: Option<Timestamp>,
    ) -> Result<IndexStats, SearchError> {
        let fields = &self.inner.fields;
        let mut stats = IndexStats::default();
        let writer = self.writer()?;
        for product in products {
            let key = key(seller, &product.id);
            writer.delete_term(Term::from_field_text(fields.key, &key));
            let mut document = TantivyDocument::default();
            document.add_text(fields.key, &key);
            document.add_text(fields.seller, seller);
            document.add_pre_tokenized_text(fields.text, document::combined_text(product));
            let json = serde_json::to_vec(product).map_err(SearchError::ProductUnwritable)?;
            document.add_bytes(fields.product, &json);
            if let Some(observed_at) = observed_at {
                document.add_i64(fields.observed_at, observed_at.as_microsecond());
            }
            for variant in &product.variants {
                document.add_text(fields.variant_key, self::key(seller, &variant.id));
                if let Some(price) = document::price_of(variant) {
                    document.add_u64(fields.price, document::price_code(price));
                }
                stats.variants = stats.variants.saturating_add(1);
            }
            writer.add_document(document)?;
            stats.products = stats.products.saturating_add(1);
        }
        Ok(stats)
    }

    /// Removes products of a seller. Visible after [`Index::commit`].
    pub fn remove(&self, seller: &str, product_ids: &[&str]) -> Result<(), SearchError> {
        let writer = self.writer()?;
        for id in product_ids {
            let key = key(seller, id);
            writer.delete_term(Term::from_field_text(self.inner.fields.key, &key));
        }
        Ok(())
    }

    /// Removes everything of a seller. Visible after [`Index::commit`]; together with
    /// [`Index::upsert`] before the same commit it replaces a whole feed at once.
    pub fn remove_seller(&self, seller: &str) -> Result<(), SearchError> {
        self.writer()?
            .delete_term(Term::from_field_text(self.inner.fields.seller, seller));
        Ok(())
    }

    /// Makes all changes since the last commit durable and visible.
    pub fn commit(&self) -> Result<(), SearchError> {
        self.writer()?.commit()?;
        self.inner.reader.reload()?;
        Ok(())
    }

    /// Number of products that can be found.
    #[must_use]
    pub fn product_count(&self) -> u64 {
        self.inner.reader.searcher().num_docs()
    }

    /// The product of a seller by its id.
    pub fn product(
        &self,
        seller: &str,
        product_id: &str,
    ) -> Result<Option<StoredProduct>, SearchError> {
        self.by_key(self.inner.fields.key, &key(seller, product_id))
    }

    /// The product of a seller that has this variant.
    pub fn product_with_variant(
        &self,
        seller: &str,
        variant_id: &str,
    ) -> Result<Option<StoredProduct>, SearchError> {
        self.by_key(self.inner.fields.variant_key, &key(seller, variant_id))
    }

    /// Finds, ranks and explains: at most `limit` products, best first, at most 100.
    ///
    /// Each product appears once, with the variant that fits the query best.
    pub fn search(&self, query: &ProductQuery, limit: usize) -> Result<Vec<Hit>, SearchError> {
        let limit = limit.min(RESULTS_MAX);
        let groups = groups::groups(query);
        let excluded = groups::excluded(query);
        let wanted = limit.saturating_mul(CANDIDATES_PER_RESULT);
        let request = Request {
            groups: &groups,
            excluded: &excluded,
            seller: query.seller.as_deref(),
            price: PriceFilter::new(query.price_min, query.price_max),
            limit: wanted.clamp(*CANDIDATES.start(), *CANDIDATES.end()),
        };
        let searcher = self.inner.reader.searcher();
        let found = retrieve::candidates(&searcher, &self.inner.fields, &request)?;
        let asked = Asked::new(query, &groups);
        let mut loaded = Vec::with_capacity(found.len());
        for candidate in found {
            let stored = self.load(&searcher, candidate.address)?;
            loaded.extend(self.view(&asked, stored, candidate));
        }
        let views: Vec<_> = loaded.iter().map(|one| one.view.clone()).collect();
        let ranked = rank(asked.rank_query(), &views);
        let mut places: Vec<Option<Loaded>> = loaded.into_iter().map(Some).collect();
        let hits = ranked.into_iter().take(limit).filter_map(|ranked| {
            let loaded = places.get_mut(ranked.index)?.take()?;
            Some(loaded.into_hit(&ranked))
        });
        Ok(hits.collect())
    }

    fn view(&self, asked: &Asked<'_>, stored: StoredProduct, found: Candidate) -> Option<Loaded> {
        let tie_break = asked.tie_break(&self.inner.tie_break_key, &stored);
        asked.view(stored, found.score, found.complete, tie_break)
    }

    fn by_key(&self, field: Field, key: &str) -> Result<Option<StoredProduct>, SearchError> {
        let searcher = self.inner.reader.searcher();
        let query = TermQuery::new(Term::from_field_text(field, key), IndexRecordOption::Basic);
        let found = searcher.search(&query, &TopDocs::with_limit(1).order_by_score())?;
        found
            .first()
            .map(|&(_, address)| self.load(&searcher, address))
            .transpose()
    }

    fn load(&self, searcher: &Searcher, address: DocAddress) -> Result<StoredProduct, SearchError> {
        let fields = &self.inner.fields;
        let document: TantivyDocument = searcher.doc(address)?;
        let json = document
            .get_first(fields.product)
            .and_then(|value| value.as_bytes());
        let product = serde_json::from_slice(json.unwrap_or_default())
            .map_err(SearchError::ProductUnreadable)?;
        let seller = document
            .get_first(fields.seller)
            .and_then(|value| value.as_str());
        let observed_at = document
            .get_first(fields.observed_at)
            .and_then(|value| value.as_i64());
        Ok(StoredProduct {
            seller: seller.unwrap_or_default().to_owned(),
            product,
            observed_at: observed_at.and_then(|micros| Timestamp::from_microsecond(micros).ok()),
        })
    }

    fn writer(&self) -> Result<MutexGuard<'_, IndexWriter>, SearchError> {
        self.inner
            .writer
            .lock()
            .map_err(|_| SearchError::WriterGone)
    }
}

/// The length keeps `("a", "bc")` and `("ab", "c")` apart.
fn key(seller: &str, id: &str) -> String {
    format!("{}:{seller}:{id}", seller.len())
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let exact = || {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        TextOptions::default().set_indexing_options(indexing)
    };
    // The text comes split into tokens; no tokenizer of the engine ever sees it.
    let combined = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(true)
            .set_index_option(IndexRecordOption::WithFreqs),
    );
    let fields = Fields {
        key: builder.add_text_field("key", exact()),
        variant_key: builder.add_text_field("variant_key", exact()),
        seller: builder.add_text_field("seller", exact().set_stored()),
        text: builder.add_text_field("text", combined),
        product: builder.add_bytes_field("product", STORED),
        observed_at: builder.add_i64_field("observed_at", NumericOptions::default().set_stored()),
        price: builder.add_u64_field(PRICE, FAST),
    };
    (builder.build(), fields)
}
