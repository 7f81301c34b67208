//! Reading a feed of any known format, product by product.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Serialize;

use crate::{
    check::Checker,
    diagnostic::{Code, Diagnostic},
    format::{self, Records},
    model::{FeedMetadata, Product},
    options::ReadOptions,
    report::{Report, add_one},
    source::{self, Source},
};

/// Why a feed could not be opened at all. What is wrong inside is a [`Diagnostic`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FeedError {
    /// The file or folder cannot be read.
    #[error("cannot read {path}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A folder without a product file.
    #[error("no products.jsonl, products.jsonl.gz or products.json in {path}")]
    NoProducts {
        /// The folder.
        path: PathBuf,
    },
    /// The folder's `metadata.json` is not what the specification asks for.
    #[error("metadata.json is not feed metadata")]
    Metadata(#[source] serde_json::Error),
    /// The content is none of the formats that are read.
    #[error("unknown feed format: {hint}")]
    UnknownFormat {
        /// What was found and what would be understood.
        hint: String,
    },
}

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// ACP products, one a line.
    AcpLines,
    /// ACP products in a JSON array, alone or under `products`.
    AcpArray,
    /// Shopify's product export, options and pictures over several rows.
    ShopifyTable,
    /// OpenAI's flat file, one variant a row, comma or tab separated.
    FlatTable,
    /// OpenAI's flat file, one variant a line of JSON.
    FlatLines,
}

impl Format {
    /// The format's name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AcpLines => "ACP products, one a line",
            Self::AcpArray => "ACP products, JSON array",
            Self::ShopifyTable => "Shopify product export",
            Self::FlatTable => "flat product table",
            Self::FlatLines => "flat products, one a line",
        }
    }
}

/// Opens a feed: a file (plain or gzip) or a folder with `metadata.json` and `products.jsonl`.
///
/// The format is found by looking at the content, not at the name.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join("comptoir-feed-doc");
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("shop.csv");
/// # std::fs::write(&path, "id,title,price,availability\nm1,Blue mug,12.50 EUR,in_stock\n")?;
/// let mut reader = comptoir_feed::read_path(&path)?;
/// for product in &mut reader {
///     match product {
///         Ok(product) => println!("{}", product.id),
///         Err(diagnostic) => eprintln!("{diagnostic}"),
///     }
/// }
/// assert_eq!(reader.report().accepted, 1);
/// assert!(reader.report().complete);
/// # Ok(())
/// # }
/// ```
pub fn read_path(path: &Path) -> Result<FeedReader, FeedError> {
    read_path_with(path, ReadOptions::default())
}

/// As [`read_path`], with options.
pub fn read_path_with(path: &Path, options: ReadOptions) -> Result<FeedReader, FeedError> {
    let fail = |path: &Path| {
        let path = path.to_owned();
        move |source| FeedError::Io { path, source }
    };
    let found = std::fs::metadata(path).map_err(fail(path))?;
    if !found.is_dir() {
        return FeedReader::open(&Source::File(path.to_owned()), None, options)
            .map_err(|error| error.at(path));
    }
    let metadata_path = path.join("metadata.json");
    let metadata = match source::read_small(&metadata_path) {
        Ok(text) => Some(serde_json::from_slice(&text).map_err(FeedError::Metadata)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(fail(&metadata_path)(error)),
    };
    let products = [
        "products.jsonl",
        "products.jsonl.gz",
        "products.json",
        "products.json.gz",
    ]
    .iter()
    .map(|name| path.join(name))
    .find(|path| path.is_file())
    .ok_or_else(|| FeedError::NoProducts {
        path: path.to_owned(),
    })?;
    FeedReader::open(&Source::File(products.clone()), metadata, options)
        .map_err(|error| error.at(&products))
}

/// Reads a feed that is already in memory.
pub fn read_bytes(
    name: &str,
    bytes: impl Into<Arc<[u8]>>,
    options: ReadOptions,
) -> Result<FeedReader, FeedError> {
    let source = Source::Memory {
        name: name.to_owned(),
        bytes: bytes.into(),
    };
    FeedReader::open(&source, None, options).map_err(|error| error.at(Path::new(name)))
}

/// An opened feed: an iterator over its products, in which a product that is left out appears as
/// the [`Diagnostic`] that says why.
pub struct FeedReader {
    format: Format,
    metadata: Option<FeedMetadata>,
    records: Box<dyn Records>,
    checker: Checker,
    report: Report,
    stock: BTreeMap<String, i64>,
    products_max: u64,
    pending: VecDeque<Diagnostic>,
    finished: bool,
}

impl std::fmt::Debug for FeedReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FeedReader")
            .field("format", &self.format)
            .field("read", &self.report.read)
            .finish_non_exhaustive()
    }
}

/// A feed that cannot be opened, before its path is known.
pub(crate) enum OpenError {
    Io(io::Error),
    UnknownFormat(String),
}

impl OpenError {
    fn at(self, path: &Path) -> FeedError {
        match self {
            Self::Io(source) => FeedError::Io {
                path: path.to_owned(),
                source,
            },
            Self::UnknownFormat(hint) => FeedError::UnknownFormat { hint },
        }
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl FeedReader {
    fn open(
        source: &Source,
        metadata: Option<FeedMetadata>,
        options: ReadOptions,
    ) -> Result<Self, OpenError> {
        let mut pending = Vec::new();
        let (format, records) = format::open(source, &options, &mut pending)?;
        let products_max = options.limits.products_max;
        Ok(Self {
            format,
            metadata,
            records,
            checker: Checker::new(options),
            report: Report::default(),
            stock: BTreeMap::new(),
            products_max,
            pending: pending.into(),
            finished: false,
        })
    }

    /// The format found.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The folder's `metadata.json`.
    #[must_use]
    pub fn metadata(&self) -> Option<&FeedMetadata> {
        self.metadata.as_ref()
    }

    /// Counts and findings so far; final once the iterator has ended.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The report, without the reader.
    #[must_use]
    pub fn into_report(self) -> Report {
        self.report
    }

    /// Stock on hand by variant id of the product handed out last, as far as the format tells and
    /// tracks it. The ACP product itself has no place for a quantity.
    #[must_use]
    pub fn stock(&self) -> &BTreeMap<String, i64> {
        &self.stock
    }

    /// Ends the reading with an error that concerns the file.
    fn fail(&mut self, diagnostic: Diagnostic) -> Diagnostic {
        self.finished = true;
        self.report.note(diagnostic.clone());
        diagnostic
    }

    fn reject(&mut self, diagnostic: Diagnostic) -> Diagnostic {
        add_one(&mut self.report.rejected);
        self.report.note(diagnostic.clone());
        diagnostic
    }

    fn advance(&mut self) -> Option<Result<Product, Diagnostic>> {
        self.stock.clear();
        let mut notes: Vec<Diagnostic> = self.pending.drain(..).collect();
        let next = self.records.next(&mut notes);
        for note in notes {
            self.report.note(note);
        }
        let draft = match next {
            Ok(Some(draft)) => draft,
            Ok(None) => {
                self.finished = true;
                self.report.complete = true;
                return None;
            }
            Err(error) => return Some(Err(self.fail(unreadable(&error, self.report.read)))),
        };
        if self.report.read >= self.products_max {
            let message = format!("more than {} products", self.products_max);
            return Some(Err(self.fail(Diagnostic::error(
                0,
                Code::FeedTooLarge,
                message,
            ))));
        }
        add_one(&mut self.report.read);
        let draft = match draft {
            Ok(draft) => draft,
            Err(diagnostic) => return Some(Err(self.reject(diagnostic))),
        };
        match self.checker.check(draft, &mut self.report) {
            Ok(accepted) => {
                add_one(&mut self.report.accepted);
                self.stock = accepted.stock;
                Some(Ok(accepted.product))
            }
            Err(diagnostic) => Some(Err(self.reject(diagnostic))),
        }
    }
}

impl Iterator for FeedReader {
    type Item = Result<Product, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.finished { None } else { self.advance() }
    }
}

fn unreadable(error: &io::Error, read: u64) -> Diagnostic {
    let code = if error.kind() == io::ErrorKind::FileTooLarge {
        Code::FeedTooLarge
    } else if source::table::is_row_too_long(error) {
        Code::RecordTooLarge
    } else {
        Code::Unreadable
    };
    Diagnostic::error(
        0,
        code,
        format!("reading stopped after {read} products: {error}"),
    )
}
