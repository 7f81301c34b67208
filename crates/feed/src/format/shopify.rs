//! Shopify's product export: options, variants and pictures of a product over several rows.

mod product;

use std::{
    collections::{HashMap, HashSet},
    io,
};

use csv::StringRecord;

use self::product::Pending;
use super::{
    Draft, Records,
    group::{Groups, OPEN_GROUPS_MAX, too_many_open},
};
use crate::{
    diagnostic::{Code, Diagnostic},
    options::ReadOptions,
    source::{
        Source,
        table::{Row, Table},
    },
};

/// Reads the export in two passes over the same file.
pub(super) struct Shopify {
    table: Table,
    columns: Columns,
    groups: Groups,
    open: HashMap<String, Pending>,
    skus: HashSet<String>,
    options: ReadOptions,
}

impl Shopify {
    pub(super) fn open(
        source: &Source,
        delimiter: u8,
        options: &ReadOptions,
        notes: &mut Vec<Diagnostic>,
    ) -> io::Result<Self> {
        let limits = options.limits;
        let open = || {
            Table::new(
                source.open(limits.feed_bytes_max)?,
                delimiter,
                limits.record_bytes_max,
            )
        };
        let mut first_pass = open()?;
        let columns = Columns::new(&first_pass);
        let mut groups = Groups::default();
        // An unreadable row ends the first pass; the second one reports it.
        while let Ok(Some(row)) = first_pass.next() {
            if let Row::Cells(_, cells) = row {
                groups.count(columns.get(&cells, Column::Handle));
            }
        }
        let mut options = options.clone();
        if options.currency.is_none() {
            let usd = comptoir_acp::currency::Currency::from_code("USD");
            options.currency = usd.ok();
            let message = "the export names no currency; prices are read as US dollars";
            notes.push(
                Diagnostic::warning(0, Code::CurrencyAssumed, message).in_field("Variant Price"),
            );
        }
        let table = open()?;
        Ok(Self {
            table,
            columns,
            groups,
            open: HashMap::new(),
            skus: HashSet::new(),
            options,
        })
    }
}

impl Records for Shopify {
    fn next(
        &mut self,
        notes: &mut Vec<Diagnostic>,
    ) -> io::Result<Option<Result<Draft, Diagnostic>>> {
        loop {
            let Some(row) = self.table.next()? else {
                return Ok(None);
            };
            let (line, cells) = match row {
                Row::Cells(line, cells) => (line, cells),
                Row::Malformed(line, reason) => {
                    return Ok(Some(Err(Diagnostic::error(line, Code::Malformed, reason))));
                }
            };
            let handle = self.columns.get(&cells, Column::Handle).to_owned();
            if handle.is_empty() {
                let message = "the row has no handle";
                let diagnostic =
                    Diagnostic::error(line, Code::OrphanRow, message).in_field("Handle");
                return Ok(Some(Err(diagnostic)));
            }
            let last = self.groups.is_last(&handle);
            if self.open.len() >= OPEN_GROUPS_MAX {
                return Err(too_many_open());
            }
            let pending = self
                .open
                .entry(handle.clone())
                .or_insert_with(|| Pending::new(&handle, line));
            pending.add(line, &self.columns, &cells);
            if last && let Some(pending) = self.open.remove(&handle) {
                return Ok(Some(pending.finish(&self.options, &mut self.skus, notes)));
            }
        }
    }
}

/// The columns that are used.
#[derive(Clone, Copy)]
enum Column {
    Handle,
    Title,
    Body,
    Vendor,
    Type,
    Tags,
    Published,
    Status,
    OptionName(usize),
    OptionValue(usize),
    Sku,
    Tracker,
    Quantity,
    Policy,
    Price,
    ComparePrice,
    Barcode,
    ImageSrc,
    ImagePosition,
    ImageAlt,
    VariantImage,
    GoogleCategory,
    Condition,
}

/// Positions of the columns in this file.
struct Columns(HashMap<&'static str, usize>);

impl Columns {
    fn new(table: &Table) -> Self {
        let mut positions = HashMap::new();
        for column in ALL_COLUMNS {
            let spellings = column_names(*column);
            let position = spellings.iter().find_map(|name| table.column(name));
            if let (Some(position), Some(name)) = (position, spellings.first()) {
                positions.insert(*name, position);
            }
        }
        Self(positions)
    }

    /// The trimmed cell, empty when the column or the cell is missing.
    fn get<'a>(&self, cells: &'a StringRecord, column: Column) -> &'a str {
        let position = column_names(column)
            .first()
            .and_then(|name| self.0.get(name))
            .copied();
        position
            .and_then(|position| cells.get(position))
            .unwrap_or_default()
            .trim()
    }
}

const ALL_COLUMNS: &[Column] = &[
    Column::Handle,
    Column::Title,
    Column::Body,
    Column::Vendor,
    Column::Type,
    Column::Tags,
    Column::Published,
    Column::Status,
    Column::OptionName(0),
    Column::OptionName(1),
    Column::OptionName(2),
    Column::OptionValue(0),
    Column::OptionValue(1),
    Column::OptionValue(2),
    Column::Sku,
    Column::Tracker,
    Column::Quantity,
    Column::Policy,
    Column::Price,
    Column::ComparePrice,
    Column::Barcode,
    Column::ImageSrc,
    Column::ImagePosition,
    Column::ImageAlt,
    Column::VariantImage,
    Column::GoogleCategory,
    Column::Condition,
];

/// Names of a column, the older export's first, all in lower case.
fn column_names(column: Column) -> &'static [&'static str] {
    match column {
        Column::Handle => &["handle"],
        Column::Title => &["title"],
        Column::Body => &["body (html)", "body"],
        Column::Vendor => &["vendor"],
        Column::Type => &["type", "custom product type"],
        Column::Tags => &["tags"],
        Column::Published => &["published"],
        Column::Status => &["status"],
        Column::OptionName(0) => &["option1 name"],
        Column::OptionName(1) => &["option2 name"],
        Column::OptionName(_) => &["option3 name"],
        Column::OptionValue(0) => &["option1 value"],
        Column::OptionValue(1) => &["option2 value"],
        Column::OptionValue(_) => &["option3 value"],
        Column::Sku => &["variant sku"],
        Column::Tracker => &["variant inventory tracker"],
        Column::Quantity => &["variant inventory qty"],
        Column::Policy => &["variant inventory policy"],
        Column::Price => &["variant price"],
        Column::ComparePrice => &["variant compare at price"],
        Column::Barcode => &["variant barcode"],
        Column::ImageSrc => &["image src"],
        Column::ImagePosition => &["image position"],
        Column::ImageAlt => &["image alt text"],
        Column::VariantImage => &["variant image"],
        Column::GoogleCategory => &[
            "google shopping / google product category",
            "product category",
        ],
        Column::Condition => &["google shopping / condition"],
    }
}
