//! Rows of the flat file under the specification's field names.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use serde_json::value::RawValue;

use crate::{
    diagnostic::{Code, Diagnostic},
    format::{acp::too_long, meaningful},
    options::Limits,
    source::{
        Source,
        lines::{Line, Lines},
        table::{Row, Table},
    },
};

/// One row.
pub(super) struct FlatRow {
    pub(super) line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl FlatRow {
    /// The field's value; placeholders count as no value and are noted.
    pub(super) fn get(&self, field: &str, notes: &mut Vec<Diagnostic>) -> Option<&str> {
        let cell = self.cells.get(field)?;
        meaningful(cell, self.line, field, notes)
    }

    /// The field's value, without notes.
    pub(super) fn peek(&self, field: &str) -> Option<&str> {
        self.get(field, &mut Vec::new())
    }

    /// The product this row belongs to: its group, or itself.
    pub(super) fn group(&self) -> String {
        let id = self.peek("group_id").or_else(|| self.peek("item_id"));
        // A row without any id stands alone, so that it is reported by itself.
        id.map_or_else(|| format!("row-{}", self.line), ToOwned::to_owned)
    }
}

/// Gives rows one by one.
pub(super) trait RowSource: Send {
    fn next_row(&mut self) -> io::Result<Option<Result<FlatRow, Diagnostic>>>;
}

/// Fields that are used, each followed by its aliases; the first name present wins.
const FIELDS: &[&[&str]] = &[
    &["item_id", "id", "sku"],
    &["enable_search", "is_eligible_search"],
    &["enable_checkout", "is_eligible_checkout"],
    &["title"],
    &["item_group_title"],
    &["description"],
    &["url", "link"],
    &["brand"],
    &["gtin"],
    &["mpn"],
    &["condition"],
    &[
        "product_category",
        "google_product_category",
        "product_type",
    ],
    &["material"],
    &["age_group"],
    &["gender"],
    &["color", "colour"],
    &["size"],
    &["size_system"],
    &["image_url", "image_link"],
    &[
        "additional_image_urls",
        "additional_image_url",
        "additional_image_link",
        "additional_image_links",
    ],
    &["video_url", "video_link"],
    &["model_3d_url", "model_3d_link"],
    &["price"],
    &["sale_price"],
    &["sale_price_start_date"],
    &["sale_price_end_date"],
    &["sale_price_effective_date"],
    &["currency"],
    &["availability"],
    &["inventory_quantity", "quantity"],
    &["group_id", "item_group_id"],
    &["variant_dict"],
    &["custom_variant1_category", "custom_variant_option_name_1"],
    &["custom_variant1_option", "custom_variant_option_value_1"],
    &["custom_variant2_category", "custom_variant_option_name_2"],
    &["custom_variant2_option", "custom_variant_option_value_2"],
    &["custom_variant3_category", "custom_variant_option_name_3"],
    &["custom_variant3_option", "custom_variant_option_value_3"],
    &["seller_name"],
    &["seller_url"],
    &["seller_privacy_policy"],
    &["seller_tos"],
    &["return_policy"],
    &["marketplace_seller"],
];

fn ignored(names: impl IntoIterator<Item = String>) -> Vec<Diagnostic> {
    names
        .into_iter()
        .filter(|name| {
            !name.is_empty() && !FIELDS.iter().any(|names| names.contains(&name.as_str()))
        })
        .map(|name| {
            let message = "the column is not used by this reader";
            Diagnostic::warning(0, Code::ColumnIgnored, message).in_field(name)
        })
        .collect()
}

/// Rows of a delimited table.
pub(super) struct TableRows {
    table: Table,
    positions: Vec<(&'static str, Vec<usize>)>,
}

impl TableRows {
    pub(super) fn open(source: &Source, delimiter: u8, limits: &Limits) -> io::Result<Self> {
        let bytes = source.open(limits.feed_bytes_max)?;
        let table = Table::new(bytes, delimiter, limits.record_bytes_max)?;
        let positions = FIELDS
            .iter()
            .filter_map(|names| {
                let found: Vec<usize> =
                    names.iter().filter_map(|name| table.column(name)).collect();
                names
                    .first()
                    .filter(|_| !found.is_empty())
                    .map(|name| (*name, found))
            })
            .collect();
        Ok(Self { table, positions })
    }

    pub(super) fn ignored_columns(&self) -> Vec<Diagnostic> {
        ignored(self.table.header().iter().cloned())
    }
}

impl RowSource for TableRows {
    fn next_row(&mut self) -> io::Result<Option<Result<FlatRow, Diagnostic>>> {
        Ok(self.table.next()?.map(|row| match row {
            Row::Malformed(line, reason) => Err(Diagnostic::error(line, Code::Malformed, reason)),
            Row::Cells(line, record) => {
                let mut cells = BTreeMap::new();
                for (name, positions) in &self.positions {
                    let cell = positions
                        .iter()
                        .filter_map(|&position| record.get(position))
                        .find(|cell| !cell.trim().is_empty());
                    if let Some(cell) = cell {
                        cells.insert(*name, cell.to_owned());
                    }
                }
                Ok(FlatRow { line, cells })
            }
        }))
    }
}

/// Rows of JSON objects, one a line.
pub(super) struct LineRows {
    lines: Lines,
    unknown: BTreeSet<String>,
}

impl LineRows {
    pub(super) fn open(source: &Source, limits: &Limits) -> io::Result<Self> {
        let bytes = source.open(limits.feed_bytes_max)?;
        Ok(Self {
            lines: Lines::new(bytes, limits.record_bytes_max),
            unknown: BTreeSet::new(),
        })
    }

    /// Fields met so far that are not used.
    pub(super) fn ignored_columns(&self) -> Vec<Diagnostic> {
        ignored(self.unknown.iter().cloned())
    }

    fn parse(&mut self, line: u64, text: &[u8]) -> Result<FlatRow, Diagnostic> {
        const UNKNOWN_MAX: usize = 200;
        let object: BTreeMap<String, &RawValue> = serde_json::from_slice(text)
            .map_err(|error| Diagnostic::error(line, Code::Malformed, error.to_string()))?;
        let object: BTreeMap<String, &RawValue> = object
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        let mut cells = BTreeMap::new();
        for names in FIELDS {
            let value = names
                .iter()
                .filter_map(|name| object.get(*name))
                .find_map(|raw| text_of(raw));
            if let (Some(name), Some(value)) = (names.first(), value) {
                cells.insert(*name, value);
            }
        }
        if self.unknown.len() < UNKNOWN_MAX {
            self.unknown.extend(object.into_keys());
        }
        Ok(FlatRow { line, cells })
    }
}

impl RowSource for LineRows {
    fn next_row(&mut self) -> io::Result<Option<Result<FlatRow, Diagnostic>>> {
        let line = self.lines.next()?;
        Ok(line.map(|line| match line {
            Line::TooLong(line) => Err(too_long(line)),
            Line::Text(line, text) => self.parse(line, &text),
        }))
    }
}

/// A JSON value as the text of a cell. Numbers keep their digits: a price never becomes a float.
fn text_of(raw: &RawValue) -> Option<String> {
    let text = raw.get();
    if let Ok(string) = serde_json::from_str::<String>(text) {
        return Some(string).filter(|string| !string.trim().is_empty());
    }
    if let Ok(list) = serde_json::from_str::<Vec<String>>(text) {
        return Some(list.join(",")).filter(|list| !list.is_empty());
    }
    (text != "null").then(|| text.to_owned())
}
