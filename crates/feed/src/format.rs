//! The formats: found by content, read into drafts.

mod acp;
mod flat;
mod group;
mod shopify;

pub(crate) use self::group::hash;

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
};

use crate::{
    diagnostic::{Code, Diagnostic},
    model::Product,
    options::ReadOptions,
    reader::{Format, OpenError},
    source::Source,
};

/// A product as its format gave it, not checked yet.
pub(crate) struct Draft {
    pub(crate) product: Product,
    /// Row of the product.
    pub(crate) row: u64,
    /// Row of each variant, where variants have rows of their own.
    pub(crate) variant_rows: Vec<u64>,
    /// Stock by variant id.
    pub(crate) stock: BTreeMap<String, i64>,
    /// Variants that the format's reader already left out, with a finding each.
    pub(crate) variants_rejected: u64,
}

/// Reads one product after the other. An `io::Error` ends the reading.
pub(crate) trait Records: Send {
    fn next(
        &mut self,
        notes: &mut Vec<Diagnostic>,
    ) -> io::Result<Option<Result<Draft, Diagnostic>>>;
}

/// Looks at the start of the source and opens the right reader.
pub(crate) fn open(
    source: &Source,
    options: &ReadOptions,
    notes: &mut Vec<Diagnostic>,
) -> Result<(Format, Box<dyn Records>), OpenError> {
    let limits = options.limits;
    let mut bytes = source.open(limits.feed_bytes_max)?;
    let format = detect(bytes.fill_buf()?, &source.name())?;
    let records: Box<dyn Records> = match format.0 {
        Format::AcpLines => Box::new(acp::AcpLines::new(bytes, limits.record_bytes_max)),
        Format::AcpArray => Box::new(acp::AcpArray::new(bytes, limits.record_bytes_max)),
        Format::ShopifyTable => Box::new(shopify::Shopify::open(source, format.1, options, notes)?),
        Format::FlatTable => Box::new(flat::Flat::open_table(
            source,
            format.1,
            options.clone(),
            notes,
        )?),
        Format::FlatLines => Box::new(flat::Flat::open_lines(source, options.clone(), notes)?),
    };
    Ok((format.0, records))
}

/// The format and, for tables, the delimiter.
fn detect(start: &[u8], name: &str) -> Result<(Format, u8), OpenError> {
    let unknown = |hint: &str| Err(OpenError::UnknownFormat(hint.to_owned()));
    let text = String::from_utf8_lossy(start);
    let text = text.trim_start();
    if text.is_empty() {
        return unknown("the file is empty");
    }
    if text.starts_with('[') {
        return Ok((Format::AcpArray, 0));
    }
    if text.starts_with('{') {
        return detect_object(text, name).map(|format| (format, 0));
    }
    let header = text.lines().next().unwrap_or_default().to_lowercase();
    let count = |delimiter: char| header.matches(delimiter).count();
    let delimiter = [('\t', b'\t'), (';', b';'), (',', b',')]
        .into_iter()
        .max_by_key(|&(sign, _)| count(sign))
        .map_or(b',', |(_, byte)| byte);
    let columns: Vec<&str> = header
        .split(char::from(delimiter))
        .map(|name| name.trim().trim_matches('"'))
        .collect();
    let has = |names: &[&str]| names.iter().any(|name| columns.contains(name));
    if has(&["handle"]) && has(&["title", "variant price", "option1 value"]) {
        return Ok((Format::ShopifyTable, delimiter));
    }
    if has(&["item_id", "id", "sku"]) && has(&["title", "price", "link", "url"]) {
        return Ok((Format::FlatTable, delimiter));
    }
    unknown("neither JSON nor a table with Handle or item_id among its columns")
}

fn detect_object(text: &str, name: &str) -> Result<Format, OpenError> {
    let line = text.lines().next().unwrap_or_default();
    if let Ok(serde_json::Value::Object(object)) = serde_json::from_str(line) {
        if object.contains_key("variants") {
            return Ok(Format::AcpLines);
        }
        if object.contains_key("products") {
            return Ok(Format::AcpArray);
        }
        let flat = [
            "item_id",
            "sku",
            "link",
            "image_link",
            "image_url",
            "price",
            "enable_search",
        ];
        if flat.iter().any(|key| object.contains_key(*key)) {
            return Ok(Format::FlatLines);
        }
    }
    // The first line is not whole, or broken: what follows decides.
    let at = |key: &str| text.find(key).unwrap_or(usize::MAX);
    let (products, variants) = (at("\"products\""), at("\"variants\""));
    if products < variants {
        return Ok(Format::AcpArray);
    }
    if variants < usize::MAX || name.contains(".jsonl") || name.contains(".ndjson") {
        return Ok(Format::AcpLines);
    }
    Err(OpenError::UnknownFormat(
        "JSON without variants, products or item_id".to_owned(),
    ))
}

/// Text of a cell that means something; placeholders are noted.
pub(crate) fn meaningful<'a>(
    cell: &'a str,
    row: u64,
    column: &str,
    notes: &mut Vec<Diagnostic>,
) -> Option<&'a str> {
    let cell = cell.trim();
    let placeholder = ["n/a", "na", "null", "none", "nil", "-", "undefined"]
        .iter()
        .any(|word| cell.eq_ignore_ascii_case(word));
    if placeholder {
        let message = format!("\"{cell}\" was read as no value");
        notes.push(Diagnostic::warning(row, Code::Placeholder, message).in_field(column));
        return None;
    }
    (!cell.is_empty()).then_some(cell)
}

/// Lower-case letters, digits and single hyphens: a stable piece of an id.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
