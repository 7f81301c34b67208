//! Product feeds: one model, readers for every format, and a finding for every row that needs one.
//!
//! [`read_path`] opens an ACP feed (JSON, JSONL, gzip, or a folder with `metadata.json`), a
//! Shopify product export, or OpenAI's flat file, finds out which it is, and hands out
//! [`Product`]s one by one. A product that cannot be taken appears as a [`Diagnostic`] with row,
//! field, reason and remedy; nothing disappears unsaid. Prices are read exactly, HTML is made
//! safe, personal data is refused. [`write_feed`] writes the ACP form.
//!
//! ```
//! use comptoir_feed::{ReadOptions, read_bytes};
//!
//! let feed = "id,title,price,availability\nm1,Blue mug,12.50 EUR,in_stock\nm2,Bowl,free,in_stock\n";
//! let mut reader = read_bytes("shop.csv", feed.as_bytes(), ReadOptions::default())?;
//! let products: Vec<_> = (&mut reader).filter_map(Result::ok).collect();
//! assert_eq!(products[0].variants[0].price.as_ref().unwrap().amount.get(), 1250);
//! let report = reader.report();
//! assert_eq!((report.read, report.accepted, report.rejected), (2, 1, 1));
//! assert_eq!(report.diagnostics.last().unwrap().code.as_str(), "price_invalid");
//! # Ok::<(), comptoir_feed::FeedError>(())
//! ```

mod build;
mod check;
mod diagnostic;
mod format;
mod markup;
mod model;
mod options;
mod personal;
mod price;
mod reader;
mod report;
mod source;
mod writer;

pub use crate::{
    diagnostic::{Code, Diagnostic, Severity},
    model::{
        Availability, Barcode, Category, Description, FeedMetadata, Link, Media, Price, Product,
        Seller, UnitPrice, Variant, VariantOption,
    },
    options::{Limits, ReadOptions},
    price::{PriceError, parse_price},
    reader::{FeedError, FeedReader, Format, read_bytes, read_path, read_path_with},
    report::Report,
    writer::{FileForm, WriteError, write_feed},
};
